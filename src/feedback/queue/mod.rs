//! Questions for office hours: asked for a series, upvoted by other members, answered in one of its sessions.
//!
//! Owns what a question may hold, its states, and what is made of many: the agenda of a session and the recap after it.
//! What is anonymous is so by the scheme of all submissions: a receipt, a day, and the hourly round.

mod agenda;

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use uuid::Uuid;

use super::answers::bounded;
use super::{Problem, Receipt, Touched};
use crate::ids::{AnnouncementId, ChannelId, GuildId, MessageId, Snowflake, UserId};
use crate::message::length;

pub use agenda::{Agenda, MOST_ON_AGENDA, recap};

/// Longest question, in UTF-16 code units: however Discord counts, it fits.
pub const MAX_QUESTION: usize = 1000;

/// A question's row: random, so that neither its value nor its order says when it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueuedId(pub Uuid);

impl QueuedId {
    /// A new one (UUID version 4).
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for QueuedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for QueuedId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

/// What a member asks: 1 to [`MAX_QUESTION`] characters, kept word for word but for deceptive ones.
#[derive(Clone, PartialEq, Eq)]
pub struct QueuedText(String);

/// Not derived: what members write stands in no log.
impl fmt::Debug for QueuedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QueuedText(…)")
    }
}

impl QueuedText {
    /// Reads a question.
    ///
    /// # Errors
    /// When there is nothing to read, or it is longer than [`MAX_QUESTION`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = bounded(text, MAX_QUESTION)?;
        if length(&text) > MAX_QUESTION { Err(Problem::TooLong) } else { Ok(Self(text)) }
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

/// One that is to be stored.
#[derive(Debug, Clone)]
pub struct NewQuestion {
    /// Its row.
    pub id: QueuedId,
    /// The configured series' key.
    pub series: String,
    /// What is asked.
    pub text: QueuedText,
    /// Who asks.
    pub asker: Asker,
}

/// Who asks, with what makes a second sending of the same form known.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    /// A member, by name.
    Named {
        /// Who.
        author: UserId,
        /// The interaction that opened the form.
        opened_by: Snowflake,
    },
    /// Somebody, who keeps this receipt.
    Anonymous(Receipt),
}

/// How far a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueuedState {
    /// It waits for a session.
    Open,
    /// It was answered.
    Answered,
    /// Staff took it out of the list.
    Hidden,
}

impl QueuedState {
    /// The word, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Hidden => "hidden",
        }
    }

    /// What a stored word means; `None` for one that this version does not know.
    #[must_use]
    pub fn stored(word: &str) -> Option<Self> {
        [Self::Open, Self::Answered, Self::Hidden].into_iter().find(|state| state.as_str() == word)
    }
}

/// The message that answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerLink {
    /// Where it stands.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

impl AnswerLink {
    /// Its address (<https://discord.com/developers/docs/reference#message-formatting>).
    #[must_use]
    pub fn url(&self, guild: GuildId) -> String {
        format!("https://discord.com/channels/{guild}/{}/{}", self.channel, self.message)
    }
}

/// A question as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// Its row.
    pub id: QueuedId,
    /// The key of its series; the configuration may not have it any more.
    pub series: String,
    /// What is asked.
    pub text: QueuedText,
    /// The day on which it was asked, in UTC.
    pub asked_on: NaiveDate,
    /// Who asked; `None` for an anonymous one.
    pub author: Option<UserId>,
    /// Whether it is anonymous and waits for the next round: until then nobody is shown it.
    pub awaits_round: bool,
    /// How far it is.
    pub state: QueuedState,
    /// Raised by every change of the state.
    pub version: i32,
    /// Who of the staff brought it to its state, and when.
    pub settled: Option<Touched>,
    /// The message that answers it.
    pub answer: Option<AnswerLink>,
    /// What was sent to the asker about the answer.
    pub notice: Option<AnnouncementId>,
    /// How many members would like it answered.
    pub votes: i64,
}

impl Queued {
    /// Whether members may see it in the list.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        !self.awaits_round && self.state != QueuedState::Hidden
    }

    /// Whether members may vote on it.
    #[must_use]
    pub fn takes_votes(&self) -> bool {
        !self.awaits_round && self.state == QueuedState::Open
    }

    /// Whether a message may be named as its answer.
    #[must_use]
    pub fn wants_answer(&self) -> bool {
        self.state == QueuedState::Open || (self.state == QueuedState::Answered && self.answer.is_none())
    }

    /// What the nonce and the reference of the message to its asker follow from: another for each answer.
    #[must_use]
    pub fn origin_of_notice(&self) -> String {
        format!("question\n{}\n{}", self.id, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_bounded_and_not_empty() {
        assert_eq!(QueuedText::parse(" why?\u{202E} ").unwrap().as_str(), "why?");
        assert_eq!(QueuedText::parse("\u{200B}\n"), Err(Problem::Empty));
        assert!(QueuedText::parse(&"😀".repeat(MAX_QUESTION / 2)).is_ok());
        assert_eq!(QueuedText::parse(&"😀".repeat(MAX_QUESTION / 2 + 1)), Err(Problem::TooLong));
        assert_eq!(format!("{:?}", QueuedText::parse("secret")), "Ok(QueuedText(…))");
    }

    #[test]
    fn a_state_is_read_back() {
        for state in [QueuedState::Open, QueuedState::Answered, QueuedState::Hidden] {
            assert_eq!(QueuedState::stored(state.as_str()), Some(state));
        }
        assert_eq!(QueuedState::stored("lost"), None);
    }
}
