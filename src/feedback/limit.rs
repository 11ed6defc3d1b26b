//! [`Limit`]: how many submissions a member may send, counted in memory alone.
//!
//! It is the only thing that knows who sent an anonymous one, for an hour, in the process that answered; so it is never
//! written anywhere, and a restart forgets it.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::UserId;

/// Submissions that a member may send within an hour.
pub const PER_HOUR: usize = 5;

const WINDOW: TimeDelta = TimeDelta::hours(1);

/// Counts submissions by member.
#[derive(Default)]
pub struct Limit {
    /// Forms are kept as a hash with a key of this process, so that the memory holds no receipt beside a member.
    forms: RandomState,
    sent: Mutex<HashMap<UserId, Sent>>,
}

/// When a member sent which forms.
type Sent = Vec<(DateTime<Utc>, u64)>;

/// Not derived: who sent something stands in no log.
impl std::fmt::Debug for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limit(…)")
    }
}

impl Limit {
    /// Whether a member may send this form now, and if so, counts it. The same form counts once, however often it is
    /// sent.
    pub fn admit(&self, member: UserId, form: impl Hash, now: DateTime<Utc>) -> bool {
        let form = self.forms.hash_one(form);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.retain(|_, forms| {
            forms.retain(|(at, _)| now - *at < WINDOW);
            !forms.is_empty()
        });
        let forms = sent.entry(member).or_default();
        if forms.iter().any(|(_, known)| *known == form) {
            return true;
        }
        let admitted = forms.len() < PER_HOUR;
        if admitted {
            forms.push((now, form));
        }
        admitted
    }

    /// Takes a form out of the count, because it could not be stored.
    pub fn forget(&self, member: UserId, form: impl Hash) {
        let form = self.forms.hash_one(form);
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(forms) = sent.get_mut(&member) {
            forms.retain(|(_, known)| *known != form);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_may_send_so_many_an_hour_and_the_others_are_not_touched() {
        let limit = Limit::default();
        let [one, other] = [1, 2].map(|raw| UserId::new(raw).unwrap());
        let now = DateTime::UNIX_EPOCH;
        for form in 0..PER_HOUR {
            assert!(limit.admit(one, form, now));
        }
        assert!(!limit.admit(one, PER_HOUR, now));
        assert!(limit.admit(one, 0_usize, now), "the same form once more");
        assert!(limit.admit(other, 0_usize, now));
        assert!(limit.admit(one, PER_HOUR, now + WINDOW));
        assert_eq!(format!("{limit:?}"), "Limit(…)");
    }

    #[test]
    fn what_could_not_be_stored_does_not_count() {
        let limit = Limit::default();
        let member = UserId::new(1).unwrap();
        for form in 0..3 * PER_HOUR {
            assert!(limit.admit(member, form, DateTime::UNIX_EPOCH));
            limit.forget(member, form);
        }
    }
}
