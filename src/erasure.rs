//! What is erased, as it is told apart: a member with all that is his, or one thing.
//!
//! Owns the names of these things, under which the ledger keeps that they are erased. Refuses to erase: that is `store`'s, and
//! to remember: that is `ledger`'s.

use std::fmt;

use uuid::Uuid;

use crate::ids::UserId;

pub use crate::ids::FORMER_STAFF;

/// What is erased.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A member: all that is his, and his id where it says what he did as staff.
    Member(UserId),
    /// A submission.
    Submission(Uuid),
    /// A question for office hours.
    Question(Uuid),
    /// What was sent with a receipt, by the receipt's SHA-256.
    Receipt([u8; 32]),
    /// A vote on an answer or an upvote, by its name.
    Vote([u8; 32]),
}

/// Not derived: who is erased stands in no log.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(…)")
    }
}

impl Subject {
    /// Its name, of which the ledger keeps a keyed hash. Never changes: the ledger is older than the program.
    #[must_use]
    pub fn name(&self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
        match self {
            Self::Member(member) => format!("member {member}"),
            Self::Submission(id) => format!("submission {id}"),
            Self::Question(id) => format!("question {id}"),
            Self::Receipt(hash) => format!("receipt {}", hex(hash)),
            Self::Vote(voter) => format!("vote {}", hex(voter)),
        }
    }
}

/// How much is kept of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holdings {
    /// What he sent to staff by name.
    pub submissions: i64,
    /// What staff wrote back.
    pub replies: i64,
    /// Questions for office hours.
    pub questions: i64,
    /// Reminders of sessions.
    pub reminders: i64,
    /// Votes on answers, and upvotes.
    pub votes: i64,
    /// As staff: drafts that were not sent, and the time zone.
    pub drafts: i64,
    /// As staff: what he did, which stays without his id.
    pub deeds: i64,
}

impl Holdings {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_as_they_are() {
        let member = UserId::new(1_100_000_000_000_000_031).unwrap();
        assert_eq!(Subject::Member(member).name(), "member 1100000000000000031");
        assert_eq!(Subject::Question(Uuid::nil()).name(), "question 00000000-0000-0000-0000-000000000000");
        assert!(Subject::Receipt([0xab; 32]).name().starts_with("receipt abab"));
        assert_eq!(format!("{:?}", Subject::Member(member)), "Subject(…)");
    }
}
