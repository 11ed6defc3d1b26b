//! A dated thing that members should know: a deadline, a vote, a fundraiser.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use url::Url;

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
    /// Lead times of its reminders; each positive and named once.
    pub leads: Vec<TimeDelta>,
    /// Where more is to be read.
    pub url: Option<Url>,
    /// A sentence on it.
    pub text: Option<String>,
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

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
