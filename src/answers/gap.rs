//! A question that had no good answer: its text as it is counted, and why it counts.

use chrono::NaiveDate;
use unicode_segmentation::UnicodeSegmentation;

use crate::ids::GapId;
use crate::message::{length, one_line};

/// Longest text that is kept, in characters.
const LONGEST: usize = 200;

/// From how many digits on a number is left out: those of years, amounts and versions are shorter.
const LONG_NUMBER: usize = 6;

/// What stands for something that could lead to a person.
const LEFT_OUT: &str = "…";

/// A question's text as it is counted: without case, punctuation, control characters, e-mail addresses, mentions and long
/// numbers; 1 to 200 characters. Equal questions have equal texts.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct GapText(String);

/// Not derived: what members type stands in no log.
impl std::fmt::Debug for GapText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GapText(…)")
    }
}

impl GapText {
    /// The text of a question; `None` when nothing is left of it.
    #[must_use]
    pub fn of(question: &str) -> Option<Self> {
        let words = one_line(question).to_lowercase();
        let words: Vec<&str> = words.split_whitespace().filter_map(word).collect();
        let mut text = String::new();
        for grapheme in words.join(" ").graphemes(true) {
            if text.chars().count() + grapheme.chars().count() > LONGEST {
                break;
            }
            text.push_str(grapheme);
        }
        let text = text.trim();
        (!text.is_empty() && length(text) <= 2 * LONGEST).then(|| Self(text.to_owned()))
    }

    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A word without the punctuation around it; `None` for what is nothing else.
fn word(word: &str) -> Option<&str> {
    let is_mention = word.starts_with('<') && word.ends_with('>');
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if word.contains('@') || is_mention || digits >= LONG_NUMBER {
        return Some(LEFT_OUT);
    }
    let trimmed =
        word.trim_matches(|c: char| c.is_ascii_punctuation() || matches!(c, '…' | '“' | '”' | '‘' | '’' | '¿' | '¡'));
    (!trimmed.is_empty()).then_some(trimmed)
}

stored_words! {
    /// Why a question counts as a gap.
    Reason {
        /// Nothing fitted.
        Nothing = "nothing",
        /// The answer named another place.
        Elsewhere = "elsewhere",
        /// It was asked back, and none of the meanings was it.
        NoneChosen = "none-chosen",
        /// There was an answer, and it did not help.
        NotHelpful = "not-helpful",
    }
}

/// A question that had no good answer just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// Its text.
    pub text: GapText,
    /// What came of it.
    pub reason: Reason,
    /// The article that was nearest.
    pub nearest: Option<String>,
}

/// A gap as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Gap {
    /// Its row.
    pub id: GapId,
    /// The question, normalised.
    pub question: String,
    /// How often it was asked.
    pub asked: i32,
    /// What came of it when it was last asked.
    pub reason: Reason,
    /// The article that was nearest then.
    pub nearest: Option<String>,
    /// The last day on which it was asked, in UTC.
    pub last_asked_on: NaiveDate,
}

/// Not derived: what members type stands in no log.
impl std::fmt::Debug for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gap({}, …)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(question: &str) -> String {
        GapText::of(question).map(|text| text.0).unwrap_or_default()
    }

    #[test]
    fn equal_questions_have_equal_texts() {
        for same in
            ["who   paints the BIKE shed", "Who paints the bike shed?!", "¿ who paints\u{202E} the “bike” shed ..."]
        {
            assert_eq!(text(same), "who paints the bike shed", "{same}");
        }
        assert_ne!(text("is C open"), text("is B open"));
        assert_eq!(text("what is python 3.14"), "what is python 3.14");
    }

    #[test]
    fn what_could_lead_to_a_person_is_left_out() {
        assert_eq!(
            text("I am mia@example.org, <@1100000000000000033>, +4915112345678; where is my PyPI?"),
            "i am … … … where is my pypi"
        );
        assert_eq!(format!("{:?}", GapText::of("secret")), "Some(GapText(…))");
    }

    #[test]
    fn of_nothing_there_is_nothing() {
        for nothing in ["", "?!", " \u{202E}", "…"] {
            assert_eq!(GapText::of(nothing), None, "{nothing:?}");
        }
        assert_eq!(text("🐍"), "🐍");
    }

    proptest! {
        #[test]
        fn a_text_is_bounded_clean_and_stays_as_it_is(question in "(\\PC|[\u{0}\u{301}@<> .]){0,600}") {
            if let Some(normal) = GapText::of(&question) {
                prop_assert!((1..=LONGEST).contains(&normal.0.chars().count()));
                prop_assert!(!normal.0.chars().any(char::is_control));
            }
        }
    }
}
