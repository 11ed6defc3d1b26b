//! A dated thing that members should know: a deadline, a vote, a fundraiser.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use url::Url;

use super::{Change, Schedule, Series};
use crate::ids::ChannelId;
use crate::message::instant;
use crate::texts::text_with;

/// A key date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDate {
    /// Its short name, unique among the key dates.
    pub key: String,
    /// What members read.
    pub title: String,
    /// Where it is reminded of; `None` when it is only listed.
    pub channel: Option<ChannelId>,
    /// When it is.
    pub when: When,
    /// When it was to be, as configured; another than `when` where staff moved it.
    pub planned: When,
    /// What staff said last of it.
    pub change: Option<Change>,
    /// Lead times of its reminders; each positive and named once.
    pub leads: Vec<TimeDelta>,
    /// Where more is to be read.
    pub url: Option<Url>,
    /// A sentence on it.
    pub text: Option<String>,
}

impl KeyDate {
    /// What its short name begins with where series stand beside it, whose names have no colon.
    const PREFIX: &str = "date:";

    /// Its short name among the series.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}{}", Self::PREFIX, self.key)
    }

    /// The short name of the key date that is called so among the series; `None` for a series.
    #[must_use]
    pub fn key_of(name: &str) -> Option<&str> {
        name.strip_prefix(Self::PREFIX)
    }

    /// Whether staff cancelled it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.change.as_ref().is_some_and(|change| !change.is_on())
    }

    /// It as a series of one session, so that staff change it as they change sessions. Where it is reminded of nowhere,
    /// it is thought to be in `elsewhere`, which nobody is shown.
    #[must_use]
    pub fn as_series(&self, elsewhere: ChannelId) -> Series {
        let length = self.planned.end() - self.planned.start();
        Series {
            key: self.name(),
            title: self.title.clone(),
            channel: self.channel.unwrap_or(elsewhere),
            duration: length.max(TimeDelta::seconds(1)),
            zone: Tz::UTC,
            schedule: Schedule::Dates(vec![self.planned.start()]),
            leads: self.leads.clone(),
            opening: None,
            changes: Vec::new(),
        }
    }

    /// Lays what staff said over what is configured. What was said of another day than the configured one counts no more.
    pub(super) fn lay(&mut self, change: Change) {
        if change.slot != self.planned.start() {
            return;
        }
        self.when = self.planned.beginning(change.start);
        self.change = Some(change);
    }
}

/// When a key date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Whole days in UTC, both included; `last` is not before `first`.
    Days {
        /// The first day.
        first: NaiveDate,
        /// The last day.
        last: NaiveDate,
    },
    /// From an instant until another, or a moment where both are the same.
    Time {
        /// When it begins.
        from: DateTime<Utc>,
        /// When it is over; not before `from`.
        until: DateTime<Utc>,
    },
}

impl When {
    /// When it begins.
    #[must_use]
    pub fn start(self) -> DateTime<Utc> {
        match self {
            Self::Days { first, .. } => midnight(first),
            Self::Time { from, .. } => from,
        }
    }

    /// When it is over: for days, at the midnight that ends the last one.
    #[must_use]
    pub fn end(self) -> DateTime<Utc> {
        match self {
            Self::Days { last, .. } => midnight(last.succ_opt().unwrap_or(last)),
            Self::Time { until, .. } => until,
        }
    }
}

impl When {
    /// As long, from another beginning on: the day of that instant in UTC, where it is of days.
    #[must_use]
    pub fn beginning(self, start: DateTime<Utc>) -> Self {
        match self {
            Self::Days { first, last } => {
                let day = start.date_naive();
                Self::Days { first: day, last: day.checked_add_signed(last - first).unwrap_or(day) }
            }
            Self::Time { from, until } => {
                Self::Time { from: start, until: start.checked_add_signed(until - from).unwrap_or(start) }
            }
        }
    }

    /// It in words: days as days in UTC, instants in the reader's own time.
    #[must_use]
    pub fn in_words(self) -> String {
        let (first, last) = match self {
            Self::Days { first, last } if first == last => return day_in_words(first),
            Self::Days { first, last } => (day_in_words(first), day_in_words(last)),
            Self::Time { from, until } if from == until => return instant(from),
            Self::Time { from, until } => (instant(from), instant(until)),
        };
        text_with("dates-range", [("first", first), ("last", last)])
    }
}

fn day_in_words(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// The instant in UTC at which a day begins.
#[must_use]
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
