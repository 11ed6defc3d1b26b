//! Everything that speaks with Discord: the only place with serenity and poise.
//!
//! Two ways lead there. What members and staff do arrives by the gateway and is answered through serenity. What
//! psfbot posts by itself goes through [`publisher`], over its own HTTP path, because rate limits, unknown outcomes and
//! nonces have to be seen to be obeyed.

pub mod api;
pub mod commands;
pub mod gateway;
pub mod interactions;
pub mod permissions;
pub mod publisher;
pub mod registration;
pub mod render;
