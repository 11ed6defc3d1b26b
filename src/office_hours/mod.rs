//! Office hours: a series → its sessions, each one instant from which every rendering derives.
//!
//! Owns how dates and rules become sessions, which reminders they and key dates have, and the calendar files that
//! carry them. Refuses to know the clock, the
//! configuration and Discord: what it needs is passed in. A list of published dates is never extrapolated.

mod calendar;
mod key_date;
mod listing;
mod plan;
mod render;
mod rule;
mod wall;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use crate::ids::ChannelId;

pub use calendar::{Appointment, Certainty, google_date_link, google_link, google_subscription, ics};
pub use key_date::{KeyDate, When};
pub use listing::Listed;
pub use plan::{LONGEST_LEAD, Occasion, Reminder, SILENT_FROM, Subject, occasions, plan, scheduled};
pub use render::reminder;
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
}

impl Status {
    /// The word for it, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Scheduled => "scheduled",
        }
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
    /// When it begins.
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
    /// Its sessions that begin from `from` on and before `to`, earliest first.
    #[must_use]
    pub fn sessions(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Session<'_>> {
        match &self.schedule {
            Schedule::Dates(dates) => {
                let mut starts: Vec<_> = dates.iter().copied().filter(|&start| from <= start && start < to).collect();
                starts.sort_unstable();
                starts.dedup();
                starts.into_iter().filter_map(|start| self.session(start, Status::Scheduled)).collect()
            }
            Schedule::Rule { rule, status } => {
                rule.starts(self.zone, from, to).into_iter().filter_map(|start| self.session(start, *status)).collect()
            }
        }
    }

    /// Its next `count` sessions within a year, the one under way included, earliest first.
    #[must_use]
    pub fn next(&self, now: DateTime<Utc>, count: usize) -> Vec<Session<'_>> {
        let from = now.checked_sub_signed(self.duration).unwrap_or(now);
        let to = now.checked_add_signed(HORIZON).unwrap_or(DateTime::<Utc>::MAX_UTC);
        self.sessions(from, to).into_iter().filter(|session| session.end > now).take(count).collect()
    }

    /// Whether all of its sessions wait for staff's word.
    fn is_only_expected(&self) -> bool {
        matches!(self.schedule, Schedule::Rule { status: Status::Expected, .. })
    }

    /// None only for a start so far away that its end can't be said.
    fn session(&self, start: DateTime<Utc>, status: Status) -> Option<Session<'_>> {
        Some(Session {
            series: &self.key,
            title: &self.title,
            channel: self.channel,
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
