//! What staff change in the schedule, laid over what the configuration says: a session is confirmed, added, moved or
//! cancelled. It is known by its series and by when it was to begin at first ([`Session::slot`]), so it stays the same
//! session however often it moves.
//!
//! What staff said counts, also where the configuration stops naming the session: members were told of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

use super::{Calendar, KeyDate, Series, Session, Status};
use crate::ids::UserId;

/// What staff said last of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When it was to begin at first.
    pub slot: DateTime<Utc>,
    /// Counts the changes of this session, from 1 on.
    pub number: i32,
    /// `Scheduled`, `Moved` or `Cancelled`.
    pub status: Status,
    /// When it begins now, or would have begun.
    pub start: DateTime<Utc>,
    /// Who of the staff.
    pub by: UserId,
    /// When they said it.
    pub at: DateTime<Utc>,
}

impl Change {
    /// Whether the session takes place.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.status != Status::Cancelled
    }
}

impl Series {
    /// What staff said of the session of a slot.
    #[must_use]
    pub fn change(&self, slot: DateTime<Utc>) -> Option<&Change> {
        self.changes.iter().find(|change| change.slot == slot)
    }

    /// Whether staff said something of a session that the schedule puts at `start`, or put another one there.
    pub(super) fn is_spoken_for(&self, start: DateTime<Utc>) -> bool {
        self.changes.iter().any(|change| change.slot == start || (change.is_on() && change.start == start))
    }

    /// The sessions that staff said something of.
    pub(super) fn changed(&self) -> impl Iterator<Item = Session<'_>> {
        self.changes.iter().filter_map(|change| {
            let session = self.session(change.start, change.status)?;
            Some(Session { slot: change.slot, number: change.number, changed_at: Some(change.at), ..session })
        })
    }

    /// The session of a slot, as it stands; `None` where there is none.
    #[must_use]
    pub fn of_slot(&self, slot: DateTime<Utc>) -> Option<Session<'_>> {
        if self.change(slot).is_some() {
            return self.changed().find(|session| session.slot == slot);
        }
        self.beginning_at(slot).filter(|session| session.slot == slot)
    }

    /// The session that begins at an instant and is not cancelled.
    #[must_use]
    pub fn beginning_at(&self, start: DateTime<Utc>) -> Option<Session<'_>> {
        let after = start.checked_add_signed(chrono::TimeDelta::seconds(1))?;
        self.sessions(start, after).into_iter().find(|session| session.status != Status::Cancelled)
    }
}

/// Counts readings of the database: of two that end in another order than they began, the later one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// The schedule of a running process: the configuration's, with staff's changes laid over it as often as there are new ones.
#[derive(Debug)]
pub struct Timetable {
    configured: Calendar,
    now: RwLock<(Ticket, Arc<Calendar>)>,
    tickets: AtomicU64,
}

impl Timetable {
    /// The schedule of the configuration alone.
    #[must_use]
    pub fn new(configured: Calendar) -> Self {
        let now = RwLock::new((Ticket(0), Arc::new(configured.clone())));
        Self { configured, now, tickets: AtomicU64::new(1) }
    }

    /// The schedule as it is now.
    #[must_use]
    pub fn now(&self) -> Arc<Calendar> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// To be taken before changes are read.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        Ticket(self.tickets.fetch_add(1, Ordering::SeqCst))
    }

    /// Lays the newest change of each session, with the short name of its series, over the configuration. Those of series
    /// that are not configured any more are left out.
    pub fn renew(&self, changes: Vec<(String, Change)>, revision: i64, ticket: Ticket) {
        let mut calendar = Calendar { revision: Some(revision), ..self.configured.clone() };
        for (series, change) in changes {
            let date = calendar.key_dates.iter_mut().find(|date| KeyDate::key_of(&series) == Some(&date.key));
            if let Some(date) = date {
                date.lay(change.clone());
            }
            let mut all = calendar.series.iter_mut().chain(&mut calendar.dated);
            if let Some(series) = all.find(|known| known.key == series) {
                series.changes.push(change);
            }
        }
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        if now.0 < ticket {
            *now = (ticket, Arc::new(calendar));
        }
    }
}
