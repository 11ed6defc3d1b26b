//! Which of Discord's buckets are closed, and until when.
//!
//! Waits are kept on our clock and handed back to the queue instead of being slept through, so that one bucket's hour
//! never holds a worker or another bucket.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::ids::ChannelId;

/// What a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    /// Every request: Discord's global limit, or a token that is not accepted.
    Everything,
    /// Requests that belong to no channel.
    Shared,
    /// One kind of request in one channel.
    In(Action, ChannelId),
    /// Opening direct messages.
    Direct,
    /// One kind of request about the server's scheduled events.
    Events(Action),
}

/// Kinds of requests that Discord limits each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Action {
    /// Reading the channel's settings.
    Inspect,
    /// Reading its messages.
    Look,
    /// Posting.
    Create,
    /// Editing.
    Edit,
    /// Publishing to followers, which is limited by the hour.
    Crosspost,
    /// Deleting.
    Delete,
    /// Opening threads.
    Thread,
    /// Pinning.
    Pin,
}

/// The closed buckets.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<HashMap<Bucket, DateTime<Utc>>>);

impl Gate {
    /// Until when a request of this bucket has to wait; `None` when it may go.
    pub(super) fn closed_until(&self, bucket: Bucket, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        closed.retain(|_, until| *until > now);
        [Bucket::Everything, bucket].iter().filter_map(|bucket| closed.get(bucket)).max().copied()
    }

    /// Closes a bucket; a longer wait that is known already stays.
    pub(super) fn close(&self, bucket: Bucket, until: DateTime<Utc>) {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = closed.entry(bucket).or_insert(until);
        *known = until.max(*known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn one_bucket_never_holds_another() {
        let (gate, now) = (Gate::default(), DateTime::UNIX_EPOCH);
        let channel = |raw| ChannelId::new(raw).unwrap();
        gate.close(Bucket::In(Action::Crosspost, channel(1)), now + TimeDelta::hours(1));
        assert_eq!(gate.closed_until(Bucket::In(Action::Create, channel(1)), now), None);
        assert_eq!(gate.closed_until(Bucket::In(Action::Crosspost, channel(2)), now), None);
        assert_eq!(gate.closed_until(Bucket::In(Action::Crosspost, channel(1)), now), Some(now + TimeDelta::hours(1)));
        assert_eq!(gate.closed_until(Bucket::In(Action::Crosspost, channel(1)), now + TimeDelta::hours(1)), None);
    }

    #[test]
    fn a_global_limit_closes_all() {
        let (gate, now) = (Gate::default(), DateTime::UNIX_EPOCH);
        gate.close(Bucket::Everything, now + TimeDelta::seconds(2));
        gate.close(Bucket::Everything, now + TimeDelta::seconds(1));
        assert_eq!(gate.closed_until(Bucket::Shared, now), Some(now + TimeDelta::seconds(2)));
    }
}
