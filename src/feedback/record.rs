//! A submission on its way in ([`Submission`]) and as it is kept ([`Record`]).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Answers, Receipt, ReplyText, Theme};
use crate::ids::{AnnouncementId, ReplyId, Snowflake, UserId};

/// A submission's row: random, so that neither its value nor its order says when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubmissionId(pub Uuid);

impl SubmissionId {
    /// A new one (UUID version 4).
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

impl fmt::Display for SubmissionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for SubmissionId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

stored_words! {
    /// What somebody wants.
    Kind {
        /// To say what went well and what to change.
        Feedback = "feedback",
        /// To ask staff something.
        Question = "question",
    }
}

stored_words! {
    /// How far staff are with it.
    State {
        /// Nobody has taken it up.
        New = "new",
        /// Somebody of the staff has read it.
        Acknowledged = "acknowledged",
        /// There is nothing more to do.
        Resolved = "resolved",
    }
}

stored_words! {
    /// What staff do with it.
    Move {
        /// To [`State::Acknowledged`].
        Acknowledge = "acknowledge",
        /// To [`State::Resolved`].
        Resolve = "resolve",
    }
}

impl Move {
    /// The state that it leads to.
    #[must_use]
    pub const fn leads_to(self) -> State {
        match self {
            Self::Acknowledge => State::Acknowledged,
            Self::Resolve => State::Resolved,
        }
    }

    /// Whether it can be done from a state. Nothing leads back: what somebody has resolved stays so.
    #[must_use]
    pub const fn is_open_to(self, state: State) -> bool {
        matches!((self, state), (_, State::New) | (Self::Resolve, State::Acknowledged))
    }
}

/// How good something was, 1 (poor) to 5 (very good).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rating(u8);

impl Rating {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// `None` for what is not 1 to 5.
    #[must_use]
    pub fn new(raw: i16) -> Option<Self> {
        u8::try_from(raw).ok().filter(|raw| (1..=5).contains(raw)).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One that is to be stored.
#[derive(Debug, Clone)]
pub enum Submission {
    /// With its author.
    Named {
        /// Its row.
        id: SubmissionId,
        /// The configured programme's key.
        program: String,
        /// What was written.
        answers: Answers,
        /// Who wrote it.
        author: UserId,
        /// The interaction that opened the form: with the author, what makes a second sending known.
        opened_by: Snowflake,
    },
    /// Without anything of its author.
    Anonymous {
        /// Its row.
        id: SubmissionId,
        /// The configured programme's key.
        program: String,
        /// What was written.
        answers: Answers,
        /// What its sender keeps.
        receipt: Receipt,
    },
}

impl Submission {
    /// Its row.
    #[must_use]
    pub const fn id(&self) -> SubmissionId {
        match self {
            Self::Named { id, .. } | Self::Anonymous { id, .. } => *id,
        }
    }
    /// The configured programme's key.
    #[must_use]
    pub fn program(&self) -> &str {
        match self {
            Self::Named { program, .. } | Self::Anonymous { program, .. } => program,
        }
    }
    /// What was written.
    #[must_use]
    pub const fn answers(&self) -> &Answers {
        match self {
            Self::Named { answers, .. } | Self::Anonymous { answers, .. } => answers,
        }
    }
}

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A member, by name.
    Named {
        /// Who.
        author: UserId,
        /// When.
        at: DateTime<Utc>,
        /// Whether staff may write to him about it.
        may_contact: bool,
    },
    /// Somebody; nobody knows who.
    Anonymous,
}

/// Who of the staff did something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// A reply that is to be stored.
#[derive(Debug, Clone)]
pub struct NewReply {
    /// What it replies to.
    pub submission: SubmissionId,
    /// Who of the staff writes it.
    pub by: UserId,
    /// The click that opened the form: with who wrote it, what makes a second sending known.
    pub opened_by: Snowflake,
    /// How many replies there were when the form was opened: whoever wrote one meanwhile was first.
    pub seen: usize,
    /// What it says.
    pub text: ReplyText,
}

impl NewReply {
    /// What its delivery's nonce and reference follow from.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("reply\n{}\n{}\n{}", self.submission, self.by, self.opened_by)
    }
}

/// A reply as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffReply {
    /// Its row.
    pub id: ReplyId,
    /// Who of the staff wrote it, and when.
    pub touched: Touched,
    /// The click that opened its form.
    pub opened_by: Snowflake,
    /// What it says.
    pub text: ReplyText,
}

/// A submission as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its row.
    pub id: SubmissionId,
    /// What its sender wants.
    pub kind: Kind,
    /// What staff wrote back, oldest first.
    pub replies: Vec<StaffReply>,
    /// The key of what it is about; the configuration may not have it any more.
    pub program: String,
    /// What was written.
    pub answers: Answers,
    /// How good it was, once its sender said so.
    pub rating: Option<Rating>,
    /// The day on which it came, in UTC.
    pub submitted_on: NaiveDate,
    /// Who sent it.
    pub sender: Sender,
    /// How far staff are with it.
    pub state: State,
    /// Who acknowledged it.
    pub acknowledged: Option<Touched>,
    /// Who resolved it.
    pub resolved: Option<Touched>,
    /// Its card.
    pub card: Option<AnnouncementId>,
    /// How good it was, as staff may see it: of an anonymous one, what it was at the last round.
    pub shown_rating: Option<Rating>,
    /// Its themes, by name.
    pub themes: Vec<Theme>,
    /// Raised with each change of its themes.
    pub themes_version: i32,
    /// Who found it to be a matter of conduct: then its text is for its sender alone.
    pub conduct: Option<Touched>,
    /// Whether its card waits for the next round, because it is anonymous and has changed: until then nothing shows
    /// the change, or it would tell when the sender was there.
    pub awaits_round: bool,
}

impl Record {
    /// The member whom a reply reaches by itself: who asked, or gave feedback by name and agreed to be written to.
    /// Everybody else reads it under `/me` alone.
    #[must_use]
    pub const fn reachable(&self) -> Option<UserId> {
        match self.sender {
            Sender::Named { author, may_contact: true, .. } => Some(author),
            _ => None,
        }
    }

    /// Whether staff see it: an anonymous one from its first round on.
    #[must_use]
    pub const fn is_shown(&self) -> bool {
        !self.awaits_round || self.card.is_some()
    }

    /// Who took the last step with it.
    #[must_use]
    pub fn last_touched(&self) -> Option<Touched> {
        self.resolved.or(self.acknowledged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triage_goes_forward_only() {
        use State::{Acknowledged, New, Resolved};
        let open = |step: Move| [New, Acknowledged, Resolved].map(|state| step.is_open_to(state));
        assert_eq!(open(Move::Acknowledge), [true, false, false]);
        assert_eq!(open(Move::Resolve), [true, true, false]);
    }

    #[test]
    fn a_rating_is_one_to_five() {
        assert_eq!(
            [-1, 0, 1, 5, 6, i16::MAX].map(|raw| Rating::new(raw).map(Rating::get)),
            [None, None, Some(1), Some(5), None, None]
        );
    }
}
