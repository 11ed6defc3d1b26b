//! The sandbox, tried over real HTTP and WebSocket by a small scripted bot and by people.

#![expect(clippy::unwrap_used, reason = "a test that meets an error has failed, in its support as well")]

mod blog;
mod clock;
mod faults;
mod gateway;
mod guard;
mod interactions;
mod messages;
mod support;
