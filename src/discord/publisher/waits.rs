//! What is closed, for others: for the other processes on the database, for the next start, and for staff. While the
//! database is away each process goes by what it knows itself.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;

use super::Publisher;
use super::gate::Closed;
use super::route::Route;
use crate::ids::ChannelId;
use crate::store::CloseReason;

/// How long the database may take: a request to Discord waits for it.
const LONGEST: Duration = Duration::from_millis(500);

/// What is over sooner than this is not worth telling staff.
const WORTH_TELLING: TimeDelta = TimeDelta::seconds(10);

/// What waits for Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Everything that psfbot sends by itself, and why.
    Everything(CloseReason),
    /// Publishing a channel's messages to followers.
    Crosspost(ChannelId),
    /// One kind of request.
    Route(String),
}

/// Something that waits for Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What.
    pub subject: Subject,
    /// Until when.
    pub until: DateTime<Utc>,
}

impl Publisher {
    /// What waits for Discord and will for a while.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        let now = self.clock.now();
        let closures = self.gate.closures(now);
        let of = |(what, until, reason)| {
            let subject = match what {
                Closed::Everything => Subject::Everything(reason),
                Closed::Route(route) => match route.channel().filter(|_| route.is_crosspost()) {
                    Some(channel) => Subject::Crosspost(channel),
                    None => Subject::Route(route.to_string()),
                },
            };
            Waiting { subject, until }
        };
        closures.into_iter().filter(|(_, until, _)| *until - now >= WORTH_TELLING).map(of).collect()
    }

    /// Until when nothing can be posted in a channel; `None` when it may be tried. Where earlier posts are not answered
    /// and enough others wait for that, it is now: at the next tick. Asks nobody.
    #[must_use]
    pub fn posts_wait_until(&self, channel: ChannelId) -> Option<DateTime<Utc>> {
        let route = Route::of(&Method::POST, &format!("/channels/{channel}/messages"));
        let now = self.clock.now();
        let crowded = || self.seats.available_permits() == 0 && self.gate.is_full(&route, self.urgency, now);
        self.gate.closed_until(&route, now).or_else(|| crowded().then_some(now))
    }

    /// For how long Discord, or the network before it, takes no request at all of this bot; `None` when it does. Neither
    /// a token that is not accepted nor psfbot's own pause is part of it: they keep nobody from being answered.
    #[must_use]
    pub fn turned_away_for(&self) -> Option<TimeDelta> {
        let now = self.clock.now();
        let is_limit = |reason| matches!(reason, CloseReason::Global | CloseReason::Address);
        let all = self.gate.closures(now).into_iter();
        all.filter(|(what, _, reason)| *what == Closed::Everything && is_limit(*reason))
            .map(|(_, until, _)| until - now)
            .max()
    }

    /// Exchanges what is closed with the database.
    pub async fn exchange_waits(&self) {
        self.tell_waits().await;
        self.learn_waits().await;
    }

    /// Stores what was closed since; what can't be stored stays to be.
    pub(super) async fn tell_waits(&self) {
        let untold = self.gate.untold();
        if untold.is_empty() {
            return;
        }
        match tokio::time::timeout(LONGEST, self.store.close_buckets(&untold, self.clock.now())).await {
            Ok(Ok(())) => self.gate.told(&untold),
            Ok(Err(error)) => tracing::warn!("what is closed could not be stored yet: {error}"),
            Err(_late) => tracing::warn!("what is closed could not be stored yet: the database takes too long"),
        }
    }

    /// Reads what others have closed.
    pub(super) async fn learn_waits(&self) {
        match tokio::time::timeout(LONGEST, self.store.closed_buckets(self.clock.now())).await {
            Ok(Ok(closed)) => self.gate.learn(closed),
            // Whoever needs the database says that it is away.
            Ok(Err(error)) => tracing::debug!("what others closed can't be read: {error}"),
            Err(_late) => tracing::debug!("what others closed can't be read: the database takes too long"),
        }
    }
}
