//! What staff are asked about posts: one that waits for approval, or many that came at once.

use chrono::{DateTime, Utc};

use super::entry::Entry;
use super::settings::Settings;
use crate::ids::{AnnouncementId, FeedId, QuestionId, UserId};
use crate::message;

stored_words! {
    /// Why staff are asked.
    QuestionKind {
        /// The feed's posts wait for approval; there is one post.
        Approval = "approval",
        /// More came at once than the policy lets through.
        Flood = "flood",
        /// Known entries came under new ids or addresses.
        Moved = "moved",
    }
}

stored_words! {
    /// What staff chose.
    Choice {
        /// Nothing is posted; for one post: it is skipped.
        Known = "known",
        /// The newest alone is posted.
        Newest = "newest",
        /// All are posted, the oldest first; for one post: it is published.
        All = "all",
    }
}

/// A post that staff are asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionPost {
    /// The entry as the feed last had it.
    pub entry: Entry,
    /// Whether the feed has it no longer.
    pub is_gone: bool,
    /// What staff wrote in place of its title, plain text.
    pub title: Option<String>,
    /// What staff wrote in place of its summary, Markdown.
    pub summary: Option<String>,
}

impl QuestionPost {
    /// Longest title that staff can write, in characters.
    pub const TITLE: u16 = 120;
    /// Longest summary that staff can write, in characters.
    pub const SUMMARY: u16 = 1000;

    /// The entry as it is to be announced.
    #[must_use]
    pub fn told(&self) -> Entry {
        let mut entry = self.entry.clone();
        if let Some(title) = &self.title {
            entry.title = message::one_line(title);
        }
        if let Some(summary) = &self.summary {
            entry.summary = summary.chars().filter(|&c| !message::is_deceptive(c)).collect();
        }
        entry
    }

    /// Whether staff wrote words of their own: then the feed's edits no longer change the message.
    #[must_use]
    pub const fn is_rewritten(&self) -> bool {
        self.title.is_some() || self.summary.is_some()
    }
}

/// A question to staff that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewQuestion {
    /// Why.
    pub kind: QuestionKind,
    /// How many known entries were recognised under new ids or addresses.
    pub recognised: usize,
    /// What it is about, oldest first.
    pub posts: Vec<Entry>,
}

/// A question to staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its row.
    pub id: QuestionId,
    /// The feed.
    pub feed: FeedId,
    /// The feed's short name.
    pub feed_key: String,
    /// What the feed calls itself.
    pub feed_title: String,
    /// The feed's settings where staff made them.
    pub staff: Option<Settings>,
    /// Why.
    pub kind: QuestionKind,
    /// See [`NewQuestion::recognised`].
    pub recognised: usize,
    /// What it is about, oldest first.
    pub posts: Vec<QuestionPost>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Raised by every change.
    pub version: i32,
    /// What was chosen, by whom and when; `None` while it is open.
    pub settled: Option<(Choice, UserId, DateTime<Utc>)>,
    /// Who wrote other words for its post last.
    pub rewritten_by: Option<UserId>,
    /// The card.
    pub card: Option<AnnouncementId>,
}

impl Question {
    /// The posts that a choice announces, oldest first.
    #[must_use]
    pub fn chosen(&self, choice: Choice) -> &[QuestionPost] {
        match choice {
            Choice::Known => &[],
            Choice::Newest => self.posts.last().map(std::slice::from_ref).unwrap_or_default(),
            Choice::All => &self.posts,
        }
    }
}
