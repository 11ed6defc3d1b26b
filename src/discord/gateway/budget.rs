//! How often sessions may be begun. Discord allows 1,000 IDENTIFYs in a day and resets the token of a bot that makes
//! more (<https://discord.com/developers/docs/events/gateway#session-start-limit>); a crash loop reaches that in hours.
//!
//! The rule is a window that no loop can outrun, whoever makes it, psfbot or the library below it: at most [`ALLOWED`]
//! in any [`WINDOW`], which is 864 a day. The count is kept in the database, so that a restart does not begin at nothing.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::Store;

/// The window.
const WINDOW: TimeDelta = TimeDelta::minutes(10);

/// IDENTIFYs in a window.
pub(super) const ALLOWED: usize = 6;

/// The IDENTIFYs that are known of. What other processes did comes from the database.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<Vec<DateTime<Utc>>>);

impl Budget {
    /// Reads what earlier processes did. While the database is away only this process's own are counted.
    pub(super) async fn load(&self, store: &Store, now: DateTime<Utc>) {
        match store.identifies_since(now - WINDOW).await {
            Ok(known) => {
                let mut own = self.lock();
                own.extend(known);
                own.sort_unstable();
                own.dedup();
            }
            Err(error) => tracing::warn!("earlier gateway sessions can't be counted: {error}"),
        }
    }

    /// Counts one.
    pub(super) async fn spend(&self, store: &Store, now: DateTime<Utc>) {
        self.lock().push(now);
        if let Err(error) = store.note_identify(now).await {
            tracing::warn!("a gateway session could not be counted in the database: {error}");
        }
    }

    /// When the next one is allowed; `None` when that is now.
    pub(super) fn wait(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut spent = self.lock();
        spent.retain(|&at| now - at < WINDOW);
        spent.len().checked_sub(ALLOWED).and_then(|first| spent.get(first)).map(|&at| at + WINDOW)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<DateTime<Utc>>> {
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

    #[test]
    fn the_seventh_waits_until_the_first_has_left_the_window() {
        let budget = Budget::default();
        for second in 0..6 {
            assert_eq!(budget.wait(at(second)), None);
            budget.lock().push(at(second));
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
                budget.lock().push(now);
                all.push(now);
            }
            for (n, first) in all.iter().enumerate() {
                prop_assert!(all[n..].iter().take_while(|&&at| at - *first < WINDOW).count() <= ALLOWED);
            }
        }
    }
}
