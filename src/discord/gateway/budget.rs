//! How often sessions may be begun. Discord allows 1,000 IDENTIFYs in a day and resets the token of a bot that makes
//! more (<https://discord.com/developers/docs/events/gateway#session-start-limit>); a crash loop reaches that in hours.
//!
//! The rule is a window that no loop can outrun, whoever makes it, psfbot or the library below it: at most [`ALLOWED`]
//! in any [`WINDOW`], which is 864 a day. The count is kept in the database, so that a restart does not begin at nothing.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::Store;

/// The window.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// IDENTIFYs in a window.
pub(super) const ALLOWED: usize = 6;

/// How long the database may take. While it is away only this process's own are counted, and members are served.
const PATIENCE: Duration = Duration::from_secs(2);

/// The IDENTIFYs that are known of. What other processes did comes from the database.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<Vec<Spent>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spent {
    at: DateTime<Utc>,
    /// Whether the database has it, and tells of it with those of other processes.
    is_stored: bool,
}

impl Budget {
    /// Reads what earlier processes did.
    pub(super) async fn load(&self, store: &Store, now: DateTime<Utc>) {
        match tokio::time::timeout(PATIENCE, store.identifies_since(now - WINDOW)).await {
            Ok(Ok(known)) => {
                let mut spent = self.lock();
                spent.retain(|one| !one.is_stored);
                spent.extend(known.into_iter().map(|at| Spent { at, is_stored: true }));
                spent.sort_unstable();
            }
            Ok(Err(error)) => tracing::warn!("earlier gateway sessions can't be counted: {error}"),
            Err(_late) => tracing::warn!("earlier gateway sessions can't be counted: the database does not answer"),
        }
    }

    /// Counts one.
    pub(super) async fn spend(&self, store: &Store, now: DateTime<Utc>) {
        let is_stored = match tokio::time::timeout(PATIENCE, store.note_identify(now)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!("a gateway session could not be counted in the database: {error}");
                false
            }
            Err(_late) => {
                tracing::warn!("a gateway session could not be counted in the database in time");
                false
            }
        };
        self.lock().push(Spent { at: now, is_stored });
    }

    /// When the next one is allowed; `None` when that is now.
    pub(super) fn wait(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut spent = self.lock();
        // What is further ahead than that was noted by a clock that was wrong.
        spent.retain(|one| (now - one.at).abs() < WINDOW);
        spent.len().checked_sub(ALLOWED).and_then(|first| spent.get(first)).map(|one| one.at + WINDOW)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Spent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn spent(at: DateTime<Utc>) -> Spent {
        Spent { at, is_stored: true }
    }

    #[test]
    fn the_seventh_waits_until_the_first_has_left_the_window() {
        let budget = Budget::default();
        for second in 0..6 {
            assert_eq!(budget.wait(at(second)), None);
            budget.lock().push(spent(at(second)));
        }
        assert_eq!(budget.wait(at(6)), Some(at(600)));
        assert_eq!(budget.wait(at(600)), None, "one has left");
    }

    proptest! {
        #[test]
        fn no_loop_makes_more_than_six_in_ten_minutes(waits in prop::collection::vec(0_i64..200, 1..200)) {
            let budget = Budget::default();
            let (mut now, mut all) = (at(0), Vec::new());
            for wait in waits {
                now += TimeDelta::seconds(wait);
                now = budget.wait(now).unwrap_or(now);
                budget.lock().push(spent(now));
                all.push(now);
            }
            for (n, first) in all.iter().enumerate() {
                prop_assert!(all[n..].iter().take_while(|&&at| at - *first < WINDOW).count() <= ALLOWED);
            }
        }
    }
}
