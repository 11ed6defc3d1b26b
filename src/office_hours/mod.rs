//! Office hours: a series → its sessions, each one instant from which every rendering derives.
//!
//! Owns how dates and rules become sessions, which reminders they and key dates have, and the calendar files that
//! carry them. Refuses to know the clock, the
//! configuration and Discord: what it needs is passed in. A list of published dates is never extrapolated.

mod calendar;
mod change;
mod door;
mod key_date;
mod listing;
mod plan;
mod render;
mod rule;
mod wall;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::ids::{ChannelId, RoleId};

pub use calendar::{Appointment, Certainty, google_date_link, google_link, google_subscription, ics};
pub use change::{Change, Ticket, Timetable};
pub use door::{Bits, Closing, Target, WRITING, closed, opened};
pub use key_date::{KeyDate, When, midnight};
pub use listing::Listed;
pub use plan::{LONGEST_LEAD, Occasion, Reminder, SILENT_FROM, Subject, occasions, plan, scheduled};
pub use render::{Moved, PERSONAL_LEAD, date_notice, notice, personal_notice, personal_reminder, reminder};
pub use rule::{LONGEST_RULE, Rule, RuleError};

/// How far ahead the next sessions of a series are looked for.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// All that is configured: what recurs, and key dates.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    /// Office hours that recur.
    pub series: Vec<Series>,
    /// Dated things that members should know.
    pub key_dates: Vec<KeyDate>,
    /// The key dates once more, as series of one session each: what staff change in the schedule.
    pub dated: Vec<Series>,
    /// The number of the newest change of staff that is in it; `None` when it is made of the configuration alone.
    pub revision: Option<i64>,
}

impl Calendar {
    /// The series of a short name.
    #[must_use]
    pub fn series(&self, key: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.key == key)
    }

    /// What staff can change under a short name: a series, or a key date as a series of one session.
    #[must_use]
    pub fn changeable(&self, name: &str) -> Option<&Series> {
        self.series.iter().chain(&self.dated).find(|series| series.key == name)
    }

    /// The key date of a short name of [`KeyDate::name`].
    #[must_use]
    pub fn key_date(&self, name: &str) -> Option<&KeyDate> {
        let key = KeyDate::key_of(name)?;
        self.key_dates.iter().find(|date| date.key == key)
    }
}

/// Office hours that recur.
#[derive(Debug, Clone)]
pub struct Series {
    /// Its short name, unique.
    pub key: String,
    /// What members read.
    pub title: String,
    /// Where it takes place.
    pub channel: ChannelId,
    /// Length of a session; positive.
    pub duration: TimeDelta,
    /// The zone in which it is thought of: a rule keeps its wall time there.
    pub zone: Tz,
    /// When it takes place.
    pub schedule: Schedule,
    /// Lead times of its reminders; each positive and named once.
    pub leads: Vec<TimeDelta>,
    /// Whether and how its channel is opened for a session; `None` where it is not.
    pub opening: Option<Opening>,
    /// What staff said of its sessions, once each.
    pub changes: Vec<Change>,
}

/// How a series' channel is opened while a session lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Whoever has this role may write there then.
    pub role: RoleId,
    /// Whether that begins by itself, or with a host's click.
    pub automatic: bool,
    /// Who is a host besides the staff for sessions.
    pub hosts: Vec<RoleId>,
}

/// When a series takes place.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// At these instants and at no other; in any order. Empty when none is announced.
    Dates(Vec<DateTime<Utc>>),
    /// By a rule.
    Rule {
        /// The rule.
        rule: Rule,
        /// What its sessions are as long as nobody has said anything about them.
        status: Status,
    },
}

/// How certain a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Made by a rule; staff have not confirmed it.
    Expected,
    /// It will take place.
    Scheduled,
    /// It will take place, at another time than at first.
    Moved,
    /// It will not take place.
    Cancelled,
}

impl Status {
    /// The word for it, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Scheduled => "scheduled",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a word of [`Status::as_str`].
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Expected, Self::Scheduled, Self::Moved, Self::Cancelled]
            .into_iter()
            .find(|status| status.as_str() == word)
    }

    /// Whether it is sure that it takes place.
    #[must_use]
    pub const fn is_sure(self) -> bool {
        matches!(self, Self::Scheduled | Self::Moved)
    }
}

/// One dated meeting of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session<'a> {
    /// Short name of its series.
    pub series: &'a str,
    /// What members read.
    pub title: &'a str,
    /// Where it takes place.
    pub channel: ChannelId,
    /// When it was to begin at first: with the series it says which session it is, however often it moves.
    pub slot: DateTime<Utc>,
    /// How often staff changed it.
    pub number: i32,
    /// When they last did.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it begins; of one that is cancelled, when it would have begun.
    pub start: DateTime<Utc>,
    /// When it ends; after `start`.
    pub end: DateTime<Utc>,
    /// The zone of its series.
    pub zone: Tz,
    /// How certain it is.
    pub status: Status,
}

impl Session<'_> {
    /// Its beginning on the clocks of its series' zone.
    #[must_use]
    pub fn local_start(&self) -> DateTime<Tz> {
        self.start.with_timezone(&self.zone)
    }
}

impl Series {
    /// Its sessions that begin from `from` on and before `to`, earliest first, those that are cancelled included.
    #[must_use]
    pub fn sessions(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Session<'_>> {
        let (starts, status) = match &self.schedule {
            Schedule::Dates(dates) => {
                let mut starts: Vec<_> = dates.iter().copied().filter(|&start| from <= start && start < to).collect();
                starts.sort_unstable();
                starts.dedup();
                (starts, Status::Scheduled)
            }
            Schedule::Rule { rule, status } => (rule.starts(self.zone, from, to), *status),
        };
        let planned = starts.into_iter().filter(|start| !self.is_spoken_for(*start));
        let mut sessions: Vec<_> = planned.filter_map(|start| self.session(start, status)).collect();
        sessions.extend(self.changed().filter(|session| from <= session.start && session.start < to));
        sessions.sort_by_key(|session| (session.start, session.slot));
        sessions
    }

    /// Its next `count` sessions within a year that are not cancelled, the one under way included, earliest first.
    #[must_use]
    pub fn next(&self, now: DateTime<Utc>, count: usize) -> Vec<Session<'_>> {
        let mut next = self.ahead(now);
        next.retain(|session| session.status != Status::Cancelled);
        next.truncate(count);
        next
    }

    /// Its sessions within a year, the one under way and those that are cancelled included, earliest first.
    #[must_use]
    pub fn ahead(&self, now: DateTime<Utc>) -> Vec<Session<'_>> {
        let from = now.checked_sub_signed(self.duration).unwrap_or(now);
        let to = now.checked_add_signed(HORIZON).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let mut ahead = self.sessions(from, to);
        ahead.retain(|session| session.end > now);
        ahead
    }

    /// Its sessions of [`Series::sessions`] that are sure to take place.
    #[must_use]
    pub fn scheduled(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Session<'_>> {
        let is_expected = matches!(self.schedule, Schedule::Rule { status: Status::Expected, .. });
        // The rule need not be asked where all that it says waits for staff's word.
        let mut sessions = if is_expected {
            let mut changed: Vec<_> =
                self.changed().filter(|session| from <= session.start && session.start < to).collect();
            changed.sort_by_key(|session| session.start);
            changed
        } else {
            self.sessions(from, to)
        };
        sessions.retain(|session| session.status.is_sure());
        sessions
    }

    /// None only for a start so far away that its end can't be said.
    fn session(&self, start: DateTime<Utc>, status: Status) -> Option<Session<'_>> {
        Some(Session {
            series: &self.key,
            title: &self.title,
            channel: self.channel,
            slot: start,
            number: 0,
            changed_at: None,
            start,
            end: start.checked_add_signed(self.duration)?,
            zone: self.zone,
            status,
        })
    }
}

/// The sessions of several series that begin from `from` on and before `to`, earliest first; of two that begin
/// together, the one of the series named first.
#[must_use]
pub fn sessions(series: &[Series], from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Session<'_>> {
    let mut all: Vec<_> = series.iter().flat_map(|series| series.sessions(from, to)).collect();
    all.sort_by_key(|session| session.start);
    all
}

#[cfg(test)]
mod tests;
