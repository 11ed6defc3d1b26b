//! The integration tests, one binary: a module a subject.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where by panicking")]

mod announce;
mod answers;
mod architecture;
mod ask;
mod ask_command;
mod bad_input;
mod blog_announcements;
mod blog_command;
mod calendars;
mod clock_jumps;
mod database;
mod deliveries;
mod demo;
mod exactly_once;
mod feed_preview;
mod feedback;
mod feeds;
mod fetching;
mod gateway;
mod image;
mod inbox;
mod instants;
mod knowledge;
mod knowledge_versions;
mod migrations;
mod office_hours_command;
mod office_hours_list;
mod partner_command;
mod partner_window;
mod personal_reminders;
mod postgres;
mod promptness;
mod questions;
mod rate_limits;
mod reminders;
mod retry;
mod run;
mod scheduled_events;
mod shutdown;
mod staff_overview;
mod steps;
mod support;
mod texts;
mod who_may;
