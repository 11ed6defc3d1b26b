//! What is kept of persons, in whatever table: which column is what (`columns`), what somebody gets to see of it (`export`),
//! and how it goes (`erase`, `sweep`).

mod columns;
mod erase;
mod export;
mod retention;
mod sweep;

pub use columns::{COLUMNS, Table, Treatment};
pub use erase::ErasureWords;
pub(super) use erase::note;
pub use retention::Kept;
