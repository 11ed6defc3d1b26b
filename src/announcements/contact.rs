//! Whom members can turn to about an announcement: the named contact of its signature.

use serde::{Deserialize, Serialize};

use super::wording::web_address;
use crate::message::{escape_markdown, length, one_line};

/// The longest name and address, in characters.
const NAME: usize = 80;
const ADDRESS: usize = 200;

/// A name and where it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Who: a person or a team, plain text of one line, 1 to 80 characters.
    pub name: String,
    /// Where: an e-mail address, or a web address that begins with `https://`; at most 200 characters.
    pub address: String,
}

impl Contact {
    /// What is wrong with it and what to write instead; `None` when it can be used.
    #[must_use]
    pub fn problem(&self) -> Option<&'static str> {
        let is_name = !self.name.is_empty() && length(&self.name) <= NAME && one_line(&self.name) == self.name;
        let is_address = length(&self.address) <= ADDRESS && (self.is_web() || is_mail(&self.address));
        match (is_name, is_address) {
            (false, _) => Some("write its name as 1 to 80 characters on one line"),
            (_, false) => Some(
                "write its address as an e-mail address or a web address that begins with https://, at most 200 characters",
            ),
            (true, true) => None,
        }
    }

    /// Name and address as plain text.
    #[must_use]
    pub fn plain(&self) -> String {
        format!("{}, {}", self.name, self.address)
    }

    /// The line that an announcement ends with. Discord's clients make a link of either kind of address.
    pub(super) fn line(&self) -> String {
        // In angle brackets, so that a web address opens no preview of its own.
        let address = if self.is_web() { format!("<{}>", self.address) } else { self.address.clone() };
        format!("Contact: {}, {address}", escape_markdown(&self.name))
    }

    fn is_web(&self) -> bool {
        self.address.starts_with("https://") && web_address(&self.address).is_some()
    }
}

/// Whether it reads as an e-mail address, of characters that Discord's Markdown leaves as they are.
fn is_mail(address: &str) -> bool {
    let is_part = |part: &str, marks: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
    };
    address.split_once('@').is_some_and(|(who, host)| {
        is_part(who, "._+-")
            && is_part(host, ".-")
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(name: &str, address: &str) -> Contact {
        Contact { name: name.to_owned(), address: address.to_owned() }
    }

    #[test]
    fn a_contact_is_a_name_and_an_address_that_is_reached() {
        for address in ["grants@python.org", "a_b.d+c@sub.example.org", "https://www.python.org/psf/contact"] {
            assert_eq!(contact("Grants team", address).problem(), None, "{address}");
        }
        let wrong = ["", "python.org", "@python.org", "a@b", "a b@python.org", "a*b@python.org", "http://python.org"];
        for address in wrong {
            assert!(contact("Grants team", address).problem().unwrap().contains("address"), "{address}");
        }
        for name in ["", "two\nlines", " spaced", &"x".repeat(81)] {
            assert!(contact(name, "grants@python.org").problem().unwrap().contains("name"), "{name}");
        }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        assert_eq!(contact("A_B *C*", "a@python.org").line(), r"Contact: A\_B \*C\*, a@python.org");
        assert_eq!(contact("PSF", "https://python.org/x").line(), "Contact: PSF, <https://python.org/x>");
    }
}
