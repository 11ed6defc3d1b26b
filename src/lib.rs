//! psfbot, the Discord assistant of the Python Software Foundation's community.
//!
//! # The house
//!
//! Decisions are sliced by feature and are pure: `blog`, `office_hours`, `knowledge`, `feedback`, `announcements`,
//! `charts` and `partner` take what they need, `now` included, and return what is to be done. The edges are shared: [`store`] is
//! the only place with SQL, `discord` the only place with serenity and poise, `feed_client` the only place that
//! fetches foreign addresses.
//!
//! # Who may import whom
//!
//! - feature slices → `ids`, `message`, `texts`, std, chrono, serde, thiserror and each its own libraries
//! - `store` → slices, sqlx
//! - `discord` → slices, `store`, `feed_client`, serenity and poise
//! - `jobs` → slices, `store`, `feed_client`, `discord::publisher` (which answers in our words)
//! - `custom_id` (what buttons and forms carry) serves `discord` and `jobs`
//! - `dated` (answers that hang on a date, out of `knowledge`, `partner` and `office_hours`) serves `discord` and `cli`
//! - `inbox` (the cards of submissions, out of slices, `config`, `custom_id` and `texts`) serves `discord` and `jobs`
//! - `feed_desk` (reading a feed, announcing a post, and the cards that ask staff about posts, out of slices, `config`,
//!   `feed_client`, `custom_id` and `texts`) serves `discord` and `jobs`
//! - `session_desk` (what is said around a session that is opened for members) likewise
//! - `ledger` (which erasures were asked for, in a file outside the database) → `erasure`; serves `discord`, `jobs`, `app`, `cli`
//! - `troubles` (the cards of deliveries that need staff) and `announce_desk` (those about approvals and drafts) likewise
//! - `web` (calendars and the state of health) → `office_hours`, `store`, `config`, and of `discord` the gateway's state
//! - `app` and `cli` → all
//!
//! `tests/architecture.rs` reads the `use` lines and fails on any other arrow.

#[macro_use]
mod stored_words;

pub(crate) mod announce_desk;
pub mod announcements;
pub mod answers;
pub mod app;
pub mod blog;
pub mod charts;
pub mod cli;
pub mod clock;
pub mod config;
pub(crate) mod custom_id;
pub mod dated;
pub mod discord;
pub mod erasure;
pub mod feed_client;
pub(crate) mod feed_desk;
pub mod feedback;
pub mod ids;
pub(crate) mod inbox;
pub mod jobs;
pub mod knowledge;
pub mod ledger;
pub mod logging;
pub mod message;
pub mod office_hours;
pub mod partner;
pub mod postgres;
pub mod secrets;
pub(crate) mod session_desk;
pub mod store;
pub(crate) mod texts;
mod troubles;
pub mod web;
