//! A [`Question`]: what somebody asks, made safe to look for and to show again.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::message;

/// Longest question, in characters as a reader counts them.
pub const MAX_CHARACTERS: usize = 500;

/// Longest question in bytes; one character with very many accents must not count as one.
const MAX_BYTES: usize = 16 * MAX_CHARACTERS;

/// Fewest words of a sentence, and of a piece of one, that means something by itself.
const SHORTEST_SENTENCE: usize = 3;
const SHORTEST_PIECE: usize = 4;

/// Most parts that are looked at.
const MOST_PARTS: usize = 8;

/// Why a text is no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    /// It has no text.
    #[error("the question is empty: write what you would like to know")]
    Empty,
    /// It is too long.
    #[error("the question is too long: at most {MAX_CHARACTERS} characters")]
    TooLong,
}

/// What somebody asks: one line of visible text, 1 to [`MAX_CHARACTERS`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Question(String);

impl Question {
    /// Reads a question, without its control and direction characters and its surplus white space.
    ///
    /// # Errors
    /// When nothing is left, or too much.
    pub fn parse(text: &str) -> Result<Self, QuestionError> {
        let text = message::one_line(text);
        if text.is_empty() {
            return Err(QuestionError::Empty);
        }
        if text.len() > MAX_BYTES || text.graphemes(true).count() > MAX_CHARACTERS {
            return Err(QuestionError::TooLong);
        }
        Ok(Self(text))
    }

    /// The questions in it, where it is several in one or a story with a question: its sentences, and the parts around
    /// "and", where they are long enough to mean something. Nothing when it is all one.
    pub(super) fn parts(&self) -> Vec<Self> {
        let sentences = self.0.split_inclusive(['.', '?', '!', ';']).flat_map(|sentence| {
            let sentence = sentence.trim();
            let pieces: Vec<&str> = sentence.split(" and ").flat_map(|piece| piece.split(", ")).collect();
            let long = pieces.iter().all(|piece| piece.split_whitespace().count() >= SHORTEST_PIECE);
            if long { pieces } else { vec![sentence] }
        });
        let parts: Vec<Self> = sentences
            .filter(|part| part.split_whitespace().count() >= SHORTEST_SENTENCE)
            .map(|part| Self(part.trim().to_owned()))
            .take(MOST_PARTS)
            .collect();
        if parts.iter().any(|part| part.0.len() + 2 >= self.0.len()) { Vec::new() } else { parts }
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_one_clean_line() {
        assert_eq!(Question::parse("  are\tgrants \u{202E}open\u{0}?\r\n").unwrap().as_str(), "are grants open ?");
        assert_eq!(Question::parse(" \u{200F}\n"), Err(QuestionError::Empty));
    }

    #[test]
    fn several_questions_in_one_are_told_apart() {
        let parts = |text| Question::parse(text).unwrap().parts().into_iter().map(|part| part.0).collect::<Vec<_>>();
        assert_eq!(
            parts("Hi! We are a group in Accra. Are grants open now, and who can join the Meetup network?"),
            ["We are a group in Accra.", "Are grants open now,", "who can join the Meetup network?"]
        );
        assert!(parts("who pays for diversity and inclusion").is_empty());
    }

    #[test]
    fn five_hundred_characters_are_enough() {
        assert!(Question::parse(&"🎉".repeat(500)).is_ok());
        assert_eq!(Question::parse(&"a".repeat(501)), Err(QuestionError::TooLong));
        assert_eq!(Question::parse(&format!("a{}", "\u{301}".repeat(9000))), Err(QuestionError::TooLong));
    }
}
