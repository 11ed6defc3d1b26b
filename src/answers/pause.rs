//! [`Pause`]: how soon the same thing may be done again, kept in memory alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Lets each key through once in a while. A restart forgets it, which at worst lets one through too soon.
pub struct Pause<K> {
    length: TimeDelta,
    last: Mutex<HashMap<K, DateTime<Utc>>>,
}

/// Not derived: who did what stands in no log.
impl<K> std::fmt::Debug for Pause<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pause({})", self.length)
    }
}

impl<K: Eq + Hash> Pause<K> {
    /// One of that length.
    #[must_use]
    pub fn of(length: TimeDelta) -> Self {
        Self { length, last: Mutex::default() }
    }

    /// Lets a key through, and begins its pause.
    ///
    /// # Errors
    /// With when the pause ends, while it lasts.
    pub fn pass(&self, key: K, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // Those of a clock that was ahead count as over.
        last.retain(|_, at| *at <= now && now - *at < self.length);
        if let Some(at) = last.get(&key) {
            return Err(*at + self.length);
        }
        last.insert(key, now);
        Ok(())
    }

    /// Takes a key's pause back, because nothing came of it.
    pub fn forget(&self, key: &K) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waits_for_its_own_pause() {
        let (pause, now) = (Pause::of(TimeDelta::minutes(1)), DateTime::UNIX_EPOCH);
        assert_eq!(pause.pass((1, "here"), now), Ok(()));
        assert_eq!(pause.pass((1, "here"), now + TimeDelta::seconds(59)), Err(now + TimeDelta::minutes(1)));
        assert_eq!(pause.pass((1, "there"), now), Ok(()));
        assert_eq!(pause.pass((2, "here"), now), Ok(()));
        assert_eq!(pause.pass((1, "here"), now + TimeDelta::minutes(1)), Ok(()));
        pause.forget(&(2, "here"));
        assert_eq!(pause.pass((2, "here"), now + TimeDelta::minutes(1)), Ok(()));
    }
}
