//! [`Receipt`]: all that ties an anonymous submission to its sender, and the sender alone has it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// 128 random bits. The database holds their SHA-256, from which they can't be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Receipt(u128);

/// It is not a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a receipt is 32 of the digits 0 to 9 and the letters a to f")]
pub struct Lost;

impl Receipt {
    /// A new one, from the operating system's generator by way of a cryptographic one.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// One as a person types or pastes it: in capitals, with spaces, hyphens or the marks around it.
    ///
    /// # Errors
    /// When it can't be one.
    pub fn typed(text: &str) -> Result<Self, Lost> {
        let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '`' | '*' | '"' | '\'' | '.'));
        // Cut short: what is too long is no receipt however it goes on.
        kept.take(DIGITS + 1).collect::<String>().to_ascii_lowercase().parse()
    }

    /// What is stored of it: SHA-256 of its 32 letters and digits.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_string()).into()
    }
}

/// Its length as text.
const DIGITS: usize = 32;

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Not derived: a receipt stands in no log.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt(…)")
    }
}

impl FromStr for Receipt {
    type Err = Lost;

    fn from_str(text: &str) -> Result<Self, Lost> {
        let is_shaped = text.len() == DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_shaped { u128::from_str_radix(text, 16).map(Self).map_err(|_| Lost) } else { Err(Lost) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_back_however_it_was_pasted() {
        let receipt = Receipt::random();
        let text = receipt.to_string();
        assert_eq!(text.parse(), Ok(receipt));
        let (left, right) = text.split_at(16);
        assert_eq!(Receipt::typed(&format!(" `{}-{right}`\n", left.to_uppercase())), Ok(receipt));
    }

    #[test]
    fn anything_else_is_none() {
        for text in
            ["", "12", "zz", &"0".repeat(31), &"0".repeat(33), &"g".repeat(32), "+0000000000000000000000000000000"]
        {
            assert_eq!(Receipt::typed(text), Err(Lost), "{text}");
        }
        assert_eq!("A".repeat(32).parse::<Receipt>(), Err(Lost), "a form carries it in one spelling alone");
    }

    #[test]
    fn two_receipts_differ_and_so_do_their_hashes() {
        let (one, other) = (Receipt::random(), Receipt::random());
        assert!(one != other && one.hash() != other.hash());
        assert_eq!(format!("{one:?}"), "Receipt(…)");
    }
}
