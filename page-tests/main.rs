//! The demo's page as somebody uses it: the real program, a real browser, real keys and clicks. Controls are found as
//! assistive technology finds them, by role and name.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails says where by panicking")]

mod browser;
mod demo;
mod faults;
mod looks;
mod members;
mod picture;
mod staff;
mod time;
