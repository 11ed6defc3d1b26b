//! [`Pace`]: how much is sent in a second, and how often Discord turned something away in ten minutes.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::bucket::later;

/// What a second takes of what nobody waits for. Discord takes fifty from a bot, answers to interactions not counted
/// (<https://discord.com/developers/docs/topics/rate-limits#global-rate-limit>).
const BACKGROUND: usize = 30;

/// What a second takes at all: members' commands look something up while announcements go out.
const FOREGROUND: usize = 40;

const SECOND: TimeDelta = TimeDelta::seconds(1);

/// Invalid requests in [`WHILE`] after which sending pauses; Discord shuts an address out at 10,000.
const INVALID: u64 = 500;

/// How long invalid requests count, and how long sending then pauses.
pub(super) const WHILE: TimeDelta = TimeDelta::minutes(10);

/// How a request is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Urgency {
    /// Nobody waits for it.
    Background,
    /// A member waits for what it finds out.
    Foreground,
}

/// What was sent lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    sent: VecDeque<DateTime<Utc>>,
}

impl Pace {
    /// Until when a request has to wait so that the second does not hold too many; `None` when it may go.
    pub(super) fn full_until(&mut self, urgency: Urgency, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // What lies in the future was sent before the clock was put back.
        self.sent.retain(|&at| at <= now && now - at < SECOND);
        let most = match urgency {
            Urgency::Background => BACKGROUND,
            Urgency::Foreground => FOREGROUND,
        };
        let first = self.sent.len().checked_sub(most)?;
        self.sent.get(first).map(|&at| later(at, SECOND))
    }

    pub(super) fn note(&mut self, now: DateTime<Utc>) {
        self.sent.push_back(now);
    }
}

/// What was turned away lately.
#[derive(Debug, Default)]
pub(super) struct TurnedAway {
    /// How many there were in all when it was last looked.
    seen: u64,
    /// When it was looked, and how many were new.
    lately: VecDeque<(DateTime<Utc>, u64)>,
}

impl TurnedAway {
    /// Looks how many there are in all by now; whether those of the last ten minutes are too many. They then begin anew.
    pub(super) fn too_many(&mut self, total: u64, now: DateTime<Utc>) -> bool {
        let new = total.saturating_sub(self.seen);
        self.seen = total;
        if new > 0 {
            self.lately.push_back((now, new));
        }
        self.lately.retain(|&(at, _)| at <= now && now - at < WHILE);
        let too_many = self.lately.iter().map(|&(_, count)| count).sum::<u64>() >= INVALID;
        if too_many {
            self.lately.clear();
        }
        too_many
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announcements_leave_room_for_what_members_wait_for() {
        let (mut pace, now) = (Pace::default(), DateTime::UNIX_EPOCH);
        let mut send = |urgency| {
            let until = pace.full_until(urgency, now);
            if until.is_none() {
                pace.note(now);
            }
            until
        };
        assert!((0..BACKGROUND).all(|_| send(Urgency::Background).is_none()));
        assert_eq!(send(Urgency::Background), Some(later(now, SECOND)));
        assert!((BACKGROUND..FOREGROUND).all(|_| send(Urgency::Foreground).is_none()));
        assert_eq!(send(Urgency::Foreground), Some(later(now, SECOND)));
        assert_eq!(pace.full_until(Urgency::Background, later(now, SECOND)), None);
    }

    #[test]
    fn a_clock_that_is_put_back_holds_nothing_up() {
        let (mut pace, now) = (Pace::default(), DateTime::UNIX_EPOCH);
        (0..FOREGROUND).for_each(|_| pace.note(now));
        assert_eq!(pace.full_until(Urgency::Background, now - TimeDelta::hours(1)), None);
    }

    #[test]
    fn invalid_requests_count_for_ten_minutes() {
        let (mut turned_away, now) = (TurnedAway::default(), DateTime::UNIX_EPOCH);
        assert!(!turned_away.too_many(INVALID - 1, now));
        assert!(!turned_away.too_many(INVALID, now + WHILE), "those before are over");
        assert!(turned_away.too_many(INVALID * 2, now + WHILE * 2 - SECOND));
        assert!(!turned_away.too_many(INVALID * 2, now + WHILE * 2), "each pause is for its own");
    }
}
