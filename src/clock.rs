//! The one source of "now". Deciders take `now` as an argument; only `app`, `cli`, `jobs` and `discord` hold a
//! [`Clock`], so that tests and the demo can move time.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// Tells the time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current instant.
    fn now(&self) -> DateTime<Utc>;

    /// Today in UTC, the meaning of "today" everywhere in psfbot.
    fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}

/// A clock that several parts share.
pub type SharedClock = Arc<dyn Clock>;

/// How often [`reach`] looks at a clock that others may move.
const LOOK: Duration = Duration::from_millis(250);

/// Completes when the clock shows `until`.
pub async fn reach(clock: &SharedClock, until: DateTime<Utc>) {
    while let Ok(left) = (until - clock.now()).to_std()
        && !left.is_zero()
    {
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads the machine's clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still until it is moved; clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<DateTime<Utc>>>);

impl ManualClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(at)))
    }

    /// Moves the clock forward (or back, by a negative amount).
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
