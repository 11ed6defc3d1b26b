//! [`Answers`]: what stands in the boxes of a form, cleaned and within its limits; and [`ReplyText`], what staff write back.

use serde::{Deserialize, Serialize};

use super::Kind;
use crate::message::{is_deceptive, length};

/// Longest text of one box, in characters as code points: whichever way Discord counts what it lets through, it fits.
pub const MAX_LENGTH: usize = 2000;

/// Longest reply, in UTF-16 code units: with what it replies to it fits one message, however Discord counts.
pub const MAX_REPLY: usize = 1500;

/// Feedback (what went well and what to change, at least one of them) or a question to staff. Kept word for word, without
/// the characters that change how the text around them is read.
#[derive(Clone, PartialEq, Eq)]
pub struct Answers {
    went_well: Option<String>,
    to_change: Option<String>,
    question: Option<String>,
    form: Vec<Answered>,
}

/// An answer to a question of a programme's own form, with the question as it was worded then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// What was asked.
    pub question: String,
    /// What was written.
    pub answer: String,
}

/// Not derived: what members write stands in no log.
impl std::fmt::Debug for Answered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answered(…)")
    }
}

/// Not derived: what members write stands in no log.
impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answers(…)")
    }
}

/// Why a form can't be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is nothing to read in either box.
    #[error("nothing is filled in: write something")]
    Empty,
    /// Longer than the form allows.
    #[error("a text has more characters than the form allows: shorten it or send it in parts")]
    TooLong,
    /// A question that must be answered is not.
    #[error("a question that must be answered is not: fill it in")]
    Missing,
}

impl Answers {
    /// Reads the two boxes.
    ///
    /// # Errors
    /// When there is nothing to read in either, or one is longer than [`MAX_LENGTH`].
    pub fn parse(went_well: &str, to_change: &str) -> Result<Self, Problem> {
        let (went_well, to_change) = (clean(went_well), clean(to_change));
        if went_well.is_none() && to_change.is_none() {
            return Err(Problem::Empty);
        }
        if [&went_well, &to_change].into_iter().flatten().any(|text| text.chars().count() > MAX_LENGTH) {
            return Err(Problem::TooLong);
        }
        Ok(Self { went_well, to_change, question: None, form: Vec::new() })
    }

    /// Reads the boxes of a programme's own form: each with its question, whether it must be filled in, and what was written.
    ///
    /// # Errors
    /// When there is nothing to read in any, or in one that must be filled in, or one is longer than [`MAX_LENGTH`].
    pub fn of_form<'a>(boxes: impl IntoIterator<Item = (&'a str, bool, &'a str)>) -> Result<Self, Problem> {
        let mut form = Vec::new();
        let mut is_missing = false;
        for (question, required, written) in boxes {
            match bounded(written, MAX_LENGTH) {
                Ok(answer) => form.push(Answered { question: question.to_owned(), answer }),
                Err(Problem::Empty) => is_missing |= required,
                Err(problem) => return Err(problem),
            }
        }
        match form.is_empty() {
            true => Err(Problem::Empty),
            false if is_missing => Err(Problem::Missing),
            false => Ok(Self { went_well: None, to_change: None, question: None, form }),
        }
    }

    /// Reads a question to staff.
    ///
    /// # Errors
    /// When there is nothing to read, or it is longer than [`MAX_LENGTH`].
    pub fn question_to_staff(question: &str) -> Result<Self, Problem> {
        let question = bounded(question, MAX_LENGTH)?;
        Ok(Self { went_well: None, to_change: None, question: Some(question), form: Vec::new() })
    }

    /// Those out of the database.
    #[must_use]
    pub const fn stored(
        went_well: Option<String>,
        to_change: Option<String>,
        question: Option<String>,
        form: Vec<Answered>,
    ) -> Self {
        Self { went_well, to_change, question, form }
    }

    /// What their author wants.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        if self.question.is_some() { Kind::Question } else { Kind::Feedback }
    }

    /// The question to staff.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// What went well.
    #[must_use]
    pub fn went_well(&self) -> Option<&str> {
        self.went_well.as_deref()
    }

    /// What to change.
    #[must_use]
    pub fn to_change(&self) -> Option<&str> {
        self.to_change.as_deref()
    }

    /// The answers to a programme's own questions.
    #[must_use]
    pub fn form(&self) -> &[Answered] {
        &self.form
    }

    /// All that was written.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let fixed = [self.question(), self.went_well(), self.to_change()];
        fixed.into_iter().flatten().chain(self.form.iter().map(|answered| answered.answer.as_str()))
    }

    /// The first line that says something, for a list.
    #[must_use]
    pub fn first_line(&self) -> &str {
        self.texts().flat_map(str::lines).find(|line| line.chars().any(is_visible)).unwrap_or_default()
    }
}

/// What staff write back to a member: 1 to [`MAX_REPLY`] characters, without deceptive ones.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyText(String);

/// Not derived: what people write stands in no log.
impl std::fmt::Debug for ReplyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyText(…)")
    }
}

impl ReplyText {
    /// Reads a reply.
    ///
    /// # Errors
    /// When there is nothing to read, or it is longer than [`MAX_REPLY`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = bounded(text, MAX_REPLY)?;
        if length(&text) > MAX_REPLY { Err(Problem::TooLong) } else { Ok(Self(text)) }
    }

    /// One out of the database.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) fn bounded(text: &str, most: usize) -> Result<String, Problem> {
    let text = clean(text).ok_or(Problem::Empty)?;
    if text.chars().count() > most { Err(Problem::TooLong) } else { Ok(text) }
}

/// A text without deceptive characters, its line breaks all alike; `None` when there is nothing to see in it.
fn clean(text: &str) -> Option<String> {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    let cleaned: String = lines.chars().filter(|&c| !is_deceptive(c)).collect();
    cleaned.chars().any(is_visible).then(|| cleaned.trim().to_owned())
}

/// Whether a character leaves a mark by itself. Joiners are kept inside of a text, because emoji and several scripts
/// need them, but a text of nothing else is empty.
pub(super) fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_box_is_enough_and_none_is_not() {
        assert_eq!(Answers::parse("", " the venue ").unwrap().to_change(), Some("the venue"));
        assert_eq!(Answers::parse("the talks", "\n").unwrap().to_change(), None);
        for nothing in ["", " \n\t", "\u{200B}\u{200D}", "\u{202E}\u{7}", "\u{3164}", "\u{FE0F}"] {
            assert_eq!(Answers::parse(nothing, nothing), Err(Problem::Empty), "{nothing:?}");
        }
    }

    #[test]
    fn a_text_is_kept_word_for_word_but_for_what_deceives() {
        let answers =
            Answers::parse("a\r\n\r\n  *b*\t@everyone \u{202E}c\u{0}\u{7F}", "نه\u{200C}خیر 👩\u{200D}💻").unwrap();
        assert_eq!(answers.went_well(), Some("a\n\n  *b* @everyone c"));
        assert_eq!(answers.to_change(), Some("نه\u{200C}خیر 👩\u{200D}💻"));
        assert_eq!(answers.first_line(), "a");
    }

    #[test]
    fn what_discord_lets_through_fits_and_no_more() {
        let emoji = "😀".repeat(MAX_LENGTH);
        assert!(Answers::parse(&emoji, &emoji).is_ok());
        assert_eq!(Answers::parse("", &"😀".repeat(MAX_LENGTH + 1)), Err(Problem::TooLong));
    }

    #[test]
    fn a_question_or_a_reply_is_bounded_and_not_empty() {
        let question = Answers::question_to_staff(" when?\u{202E} ").unwrap();
        assert_eq!((question.question(), question.kind()), (Some("when?"), Kind::Question));
        assert_eq!(Answers::question_to_staff("\u{200B}"), Err(Problem::Empty));
        assert_eq!(Answers::question_to_staff(&"x".repeat(MAX_LENGTH + 1)), Err(Problem::TooLong));
        assert!(ReplyText::parse(&"😀".repeat(MAX_REPLY / 2)).is_ok());
        assert_eq!(ReplyText::parse(&"x".repeat(MAX_REPLY + 1)), Err(Problem::TooLong));
    }

    #[test]
    fn a_form_of_ones_own_is_read_with_its_questions() {
        let form = Answers::of_form([("Why?", true, " because\u{202E} "), ("How?", false, "\u{200B}")]).unwrap();
        assert_eq!(form.form(), [Answered { question: "Why?".into(), answer: "because".into() }]);
        assert_eq!((form.first_line(), form.kind()), ("because", Kind::Feedback));
        assert_eq!(Answers::of_form([("Why?", true, ""), ("How?", false, "x")]), Err(Problem::Missing));
        assert_eq!(Answers::of_form([("Why?", false, ""), ("How?", false, " ")]), Err(Problem::Empty));
        assert_eq!(Answers::of_form([("Why?", false, "😀".repeat(4000).as_str())]), Err(Problem::TooLong));
        assert_eq!(format!("{:?}", form.form()), "[Answered(…)]");
    }

    #[test]
    fn answers_keep_out_of_logs() {
        assert_eq!(format!("{:?}", Answers::parse("secret", "")), "Ok(Answers(…))");
    }

    proptest! {
        #[test]
        fn what_was_cleaned_is_clean(text in "\\PC{0,300}|.{0,300}") {
            if let Some(cleaned) = clean(&text) {
                prop_assert_eq!(clean(&cleaned), Some(cleaned.clone()));
                prop_assert!(!cleaned.contains('\0'));
            }
        }
    }
}
