//! Blogs: a feed's bytes become entries, entries become a plan of what to announce, a plan becomes messages.
//!
//! Owns reading the feed dialects, telling whether an entry is new, and how a post looks. Pure: refuses to fetch, to
//! store, to read the clock and to know Discord's library.
//!
//! The way through: [`parse`] → [`plan`] → [`announcement`].

mod charset;
mod dialect;
mod entry;
mod html;
mod identity;
mod json_feed;
mod markdown;
mod parse;
mod plan;
mod question;
mod render;
mod settings;
mod verdict;

pub use entry::{Entry, Feed, Fingerprint};
pub use parse::{ParseError, parse};
pub use plan::{AskStaff, Edit, KnownEntry, Plan, Policy, Seen, plan};
pub use question::{Choice, NewQuestion, Question, QuestionKind, QuestionPost};
pub use render::{FeedInfo, announcement, preview};
pub use settings::Settings;
pub use verdict::{OnCards, Verdict, verdicts};
