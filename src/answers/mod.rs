//! What becomes of answers, as decisions without side effects: questions without a good one ([`GapText`]), whether an
//! answer helped ([`Voters`]), how often somebody may share one ([`Pause`]), and the week's digest for staff.
//!
//! Owns how a question is kept without who asked it. Refuses to know the articles, SQL and Discord's library.

pub mod digest;
mod gap;
mod pause;
mod vote;

pub use digest::{Digest, Rhythm, Week};
pub use gap::{Gap, GapText, Missed, Reason};
pub use pause::Pause;
pub use vote::{Voter, Voters};
