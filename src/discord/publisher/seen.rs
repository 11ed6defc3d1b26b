//! [`Seen`]: the channels as they were read last, for previews. What is sent is decided by what is read then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Destination, Publisher};
use crate::ids::ChannelId;

/// How long a preview waits for Discord to say what a channel is.
const PATIENCE: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<ChannelId, Destination>>);

impl Seen {
    pub(super) fn note(&self, channel: ChannelId, destination: &Destination) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(channel, destination.clone());
    }

    fn of(&self, channel: ChannelId) -> Option<Destination> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&channel).cloned()
    }
}

impl Publisher {
    /// A channel as it was read last; it is asked for where it never was, and `None` where Discord does not say so soon.
    pub async fn seen(&self, channel: ChannelId) -> Option<Destination> {
        match self.seen.of(channel) {
            Some(destination) => Some(destination),
            None => tokio::time::timeout(PATIENCE, self.destination(channel)).await.ok()?.ok(),
        }
    }
}
