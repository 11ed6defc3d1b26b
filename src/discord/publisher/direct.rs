//! Opening direct messages: once for each member, and not as often as a member may press a button.
//!
//! Discord limits bots that open many, and flags those that do it too fast.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde::Deserialize;

use super::bucket::later;
use super::{Outcome, Publisher};
use crate::ids::{ChannelId, UserId};

/// How often a member's may be tried to be opened within [`WHILE`].
const TRIES: usize = 3;
const WHILE: TimeDelta = TimeDelta::minutes(10);

/// Members that are remembered; then it begins anew.
const REMEMBERED: usize = 10_000;

/// The direct-message channels that are known, and who tried lately.
#[derive(Debug, Default)]
pub(super) struct Openings(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    channels: HashMap<UserId, ChannelId>,
    tries: HashMap<UserId, VecDeque<DateTime<Utc>>>,
}

#[derive(Deserialize)]
struct Opened {
    id: ChannelId,
}

impl Openings {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, member: UserId) -> Option<ChannelId> {
        self.state().channels.get(&member).copied()
    }

    /// Counts a try; until when the member has to wait where there were too many.
    fn try_one(&self, member: UserId, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let tries = &mut self.state().tries;
        tries.retain(|_, tries| {
            tries.retain(|&at| at <= now && now - at < WHILE);
            !tries.is_empty()
        });
        let tries = tries.entry(member).or_default();
        if let Some(&first) = tries.front().filter(|_| tries.len() >= TRIES) {
            return Err(later(first, WHILE));
        }
        tries.push_back(now);
        Ok(())
    }

    /// A try that Discord's limits did not let out is none.
    fn take_back(&self, member: UserId) {
        if let Some(tries) = self.state().tries.get_mut(&member) {
            tries.pop_back();
        }
    }

    fn keep(&self, member: UserId, channel: ChannelId) {
        let mut state = self.state();
        if state.channels.len() >= REMEMBERED {
            state.channels.clear();
        }
        state.channels.insert(member, channel);
    }
}

impl Publisher {
    /// The direct-message channel of a member. Opening it sends nothing, and works while the member takes no messages.
    ///
    /// # Errors
    /// With what came of the request; [`Outcome::Wait`] also for a member who asks too often.
    pub async fn open_direct(&self, member: UserId) -> Result<ChannelId, Outcome> {
        if let Some(channel) = self.openings.known(member) {
            return Ok(channel);
        }
        self.openings.try_one(member, self.clock.now()).map_err(|until| Outcome::Wait { until })?;
        let body = serde_json::json!({"recipient_id": member.to_string()});
        let opened: Result<Opened, Outcome> = self.call(Method::POST, "/users/@me/channels", Some(&body)).await;
        match opened {
            Ok(opened) => {
                self.openings.keep(member, opened.id);
                Ok(opened.id)
            }
            Err(outcome) => {
                if matches!(outcome, Outcome::Wait { .. }) {
                    self.openings.take_back(member);
                }
                Err(outcome)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_tries_a_few_times_in_ten_minutes_and_holds_up_nobody_else() {
        let (openings, now) = (Openings::default(), DateTime::UNIX_EPOCH);
        let (mia, noor) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
        assert!((0..TRIES).all(|_| openings.try_one(mia, now).is_ok()));
        assert_eq!(openings.try_one(mia, now), Err(later(now, WHILE)));
        assert_eq!(openings.try_one(noor, now), Ok(()));
        assert_eq!(openings.try_one(mia, later(now, WHILE)), Ok(()));
    }

    #[test]
    fn what_discord_did_not_let_out_is_no_try() {
        let (openings, now) = (Openings::default(), DateTime::UNIX_EPOCH);
        let mia = UserId::new(1).unwrap();
        for _ in 0..TRIES * 3 {
            assert_eq!(openings.try_one(mia, now), Ok(()));
            openings.take_back(mia);
        }
    }
}
