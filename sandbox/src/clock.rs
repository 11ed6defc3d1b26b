//! The server's time: a source, and how far a visitor has moved the clock ahead of it. Owns the limits of a move. A move
//! is not time that went by: what is measured in elapsed time (the deadlines of interactions) reads the source.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Clock;

/// The longest single move: a leap year.
const LONGEST_MOVE: i64 = 366 * 86_400;
/// How far ahead the clock may be in all: ten years. Ids hold times up to the year 2154.
const FURTHEST: i64 = 10 * LONGEST_MOVE;

/// A clock that can be moved forward, if that was asked for at the start.
#[derive(Clone)]
pub(crate) struct MovedClock {
    source: Clock,
    ahead_seconds: Arc<AtomicI64>,
    is_movable: bool,
}

/// Why the clock was not moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MoveError {
    #[error("This server's clock cannot be moved: it was started without `movable_clock`.")]
    Fixed,
    #[error(
        "`advance_seconds` must be a whole number from 1 to {LONGEST_MOVE} (366 days): the clock only goes forward."
    )]
    Amount,
    #[error("The clock can be at most ten years ahead. Start the server anew to begin from the real time.")]
    TooFar,
}

impl MovedClock {
    pub(crate) fn new(source: Clock, is_movable: bool) -> Self {
        Self { source, ahead_seconds: Arc::default(), is_movable }
    }

    /// The time as everybody sees it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.unmoved() + TimeDelta::seconds(self.ahead_seconds())
    }

    /// The source's time, which goes on evenly whatever visitors do.
    pub(crate) fn unmoved(&self) -> DateTime<Utc> {
        (self.source)()
    }

    pub(crate) fn is_movable(&self) -> bool {
        self.is_movable
    }

    pub(crate) fn ahead_seconds(&self) -> i64 {
        self.ahead_seconds.load(Ordering::SeqCst)
    }

    /// Moves the clock forward by 1 to [`LONGEST_MOVE`] seconds.
    pub(crate) fn advance(&self, seconds: Option<i64>) -> Result<(), MoveError> {
        if !self.is_movable {
            return Err(MoveError::Fixed);
        }
        let seconds = seconds.filter(|seconds| (1..=LONGEST_MOVE).contains(seconds)).ok_or(MoveError::Amount)?;
        let further = |ahead: i64| Some(ahead + seconds).filter(|sum| *sum <= FURTHEST);
        let moved = self.ahead_seconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, further);
        moved.map(|_| ()).map_err(|_| MoveError::TooFar)
    }

    /// The same clock for others: it shows every later move too.
    pub(crate) fn shared(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
