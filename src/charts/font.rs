//! The font that pictures are written in, and what of a text it can write.

use std::sync::LazyLock;

use deunicode::deunicode_char;
use plotters::style::{FontStyle, register_font};

/// DejaVu Sans, as `assets/fonts/README.md` says.
const BYTES: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-subset.ttf");

/// What the drawing library knows it by.
pub(super) const FAMILY: &str = "sans-serif";

static REGISTERED: LazyLock<bool> = LazyLock::new(|| register_font(FAMILY, FontStyle::Normal, BYTES).is_ok());

/// Makes the font known to the drawing library; whether it could.
pub(super) fn is_ready() -> bool {
    *REGISTERED
}

/// A text in letters that the font has and that are written one after the other from left to right; others are spelt with
/// Latin ones.
pub(super) fn legible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_written(c) {
            out.push(c);
        } else if c.is_whitespace() {
            out.push(' ');
        } else {
            out.push_str(deunicode_char(c).unwrap_or("?"));
        }
    }
    out
}

const fn is_written(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{A0}'..='\u{24F}' | 'Ͱ'..='Ͽ' | 'Ѐ'..='ӿ' | '\u{2010}'..='\u{2027}' | '‰'..='›' | '€' | '−')
        && !matches!(c, '\u{AD}' | '\u{483}'..='\u{489}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_has_not_is_spelt_with_what_it_has() {
        assert!(is_ready());
        assert_eq!(legible("Zürich – “Ελλάδα” Київ"), "Zürich – “Ελλάδα” Київ");
        assert_eq!(legible("北京 \u{202E}x\u{200B}\ny"), "Bei Jing  x  y");
        assert_eq!(legible("😀"), "grinning ");
    }
}
