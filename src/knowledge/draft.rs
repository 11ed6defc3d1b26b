//! What staff typed and have not saved yet.

use chrono::{DateTime, Utc};

use super::typed::Typed;
use super::version::{Base, Change, Content, Subject};
use crate::ids::{KnowledgeDraftId, UserId};

/// How far a draft is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    /// It can be changed and saved.
    Draft,
    /// It became a version.
    Saved,
    /// It was given up.
    Discarded,
}

impl DraftState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Saved => "saved",
            Self::Discarded => "discarded",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Draft, Self::Saved, Self::Discarded].into_iter().find(|state| state.as_str() == word)
    }
}

/// A draft before it has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDraft {
    /// What it is about; nothing for an article that is new.
    pub subject: Option<Subject>,
    /// What is to be done.
    pub change: Change,
    /// What was typed.
    pub typed: Typed,
    /// What its author saw when he began.
    pub base: Base,
    /// What that said, where it is known.
    pub base_content: Option<Content>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnowledgeDraft {
    /// Its row.
    pub id: KnowledgeDraftId,
    /// Who writes it, and alone may change it.
    pub author: UserId,
    /// What it is.
    pub draft: NewDraft,
    /// How far it is.
    pub state: DraftState,
    /// Raised by every change.
    pub version: i32,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}
