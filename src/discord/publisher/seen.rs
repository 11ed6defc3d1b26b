//! [`Seen`]: the channels as they were read last, for previews. What is sent is decided by what is read then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Destination, Publisher};
use crate::ids::ChannelId;

/// How long a preview waits for Discord to say what a channel is.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long what was read counts where Discord answers.
const FRESH: Duration = Duration::from_secs(60);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<ChannelId, (Instant, Destination)>>);

impl Seen {
    pub(super) fn note(&self, channel: ChannelId, destination: &Destination) {
        let seen = (Instant::now(), destination.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(channel, seen);
    }

    fn of(&self, channel: ChannelId) -> Option<(Instant, Destination)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }
}

impl Publisher {
    /// A channel as it was read in the last minute; else it is asked for. Where Discord does not say soon, as it was read last,
    /// and `None` where it never was.
    pub async fn seen(&self, channel: ChannelId) -> Option<Destination> {
        let seen = self.seen.of(channel);
        if let Some((_, destination)) = seen.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
            return Some(destination.clone());
        }
        let read = tokio::time::timeout(PATIENCE, self.destination(channel)).await;
        read.ok().and_then(Result::ok).or_else(|| seen.map(|(_, destination)| destination))
    }
}
