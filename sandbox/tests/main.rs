//! The sandbox, tried over real HTTP and WebSocket by a small scripted bot and by people.

mod blog;
mod faults;
mod gateway;
mod guard;
mod interactions;
mod messages;
mod support;
