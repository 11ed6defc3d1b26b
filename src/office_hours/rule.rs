//! A recurrence rule (RFC 5545 RRULE) that is harmless whatever it says.
//!
//! The rule is worked out on wall times, without any zone, and each wall time is then looked up in the zone: so a
//! session keeps its wall time whatever the clocks do. Bounded on purpose: a rule names days, never hours or minutes;
//! its text is short; it must come true at least once; and only [`CANDIDATES`] days of it are ever looked at.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet, Unvalidated};

use super::wall;

/// Length of a rule's text at most, in bytes.
pub const LONGEST_RULE: usize = 500;

/// Days of a rule that are looked at, counted from its [`epoch`]: a daily rule reaches into the year 2137.
const CANDIDATES: usize = 50_000;

/// No zone is further from UTC than this, and no gap in its clocks is longer.
const MARGIN: TimeDelta = TimeDelta::days(2);

/// Why a rule can't be used; the text says what to write instead.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RuleError {
    /// It is longer than [`LONGEST_RULE`].
    #[error("the rule is longer than {LONGEST_RULE} characters; write a shorter one, e.g. \"FREQ=MONTHLY;BYDAY=3TU\"")]
    TooLong,
    /// It is no RRULE.
    #[error("the rule can't be read ({0}); write one like \"FREQ=MONTHLY;BYDAY=3TU\"")]
    Unreadable(String),
    /// It recurs within a day.
    #[error("the rule names hours, minutes or seconds; name days alone, the time is given by `at`")]
    WithinDay,
    /// It leaves open which days are meant.
    #[error("the rule does not name its days; add BYDAY or BYMONTHDAY, e.g. \"FREQ=MONTHLY;BYDAY=3TU\"")]
    NoDays,
    /// It counts sessions, which needs a first one.
    #[error("the rule has COUNT, but a series has no first session to count from; use UNTIL")]
    Count,
    /// There is no day that it names.
    #[error("no day fulfils the rule; write one that comes true, e.g. \"FREQ=MONTHLY;BYDAY=3TU\"")]
    Never,
}

/// A rule that names days, with the wall time of a session.
#[derive(Debug, Clone)]
pub struct Rule {
    /// In wall times, which are written as if they were UTC.
    days: Box<RRuleSet>,
}

impl Rule {
    /// Reads a rule. `UNTIL` in UTC is an instant; without the `Z` it is a wall time in `zone`, and a day alone
    /// includes that day. An `INTERVAL` counts from Monday, 1 January 2001; there are no sessions before.
    ///
    /// # Errors
    /// When the text is no RRULE, or one that names no days, too many, or none that ever comes.
    pub fn parse(text: &str, at: NaiveTime, zone: Tz) -> Result<Self, RuleError> {
        if text.len() > LONGEST_RULE {
            return Err(RuleError::TooLong);
        }
        let unreadable = |problem: String| {
            // The library begins with the name of one of its own types.
            let problem = problem.split_once("error: ").map_or(problem.as_str(), |(_, rest)| rest);
            RuleError::Unreadable(problem.trim_end_matches('.').to_owned())
        };
        // The library would read a line of another kind as a rule; UNTIL and the like hold no colon.
        let value = text.trim().trim_start_matches("RRULE:");
        if value.contains(|c: char| c == ':' || c.is_control() || !c.is_ascii()) {
            return Err(unreadable("it is no line of NAME=VALUE pairs".into()));
        }
        let rule: RRule<Unvalidated> =
            value.parse().map_err(|error: rrule::RRuleError| unreadable(error.to_string()))?;
        check(&rule)?;
        let rule = match until(&rule, value, zone) {
            Some(until) => rule.until(until.and_utc().with_timezone(&rrule::Tz::UTC)),
            None => rule,
        };
        let start = epoch().and_time(at).and_utc().with_timezone(&rrule::Tz::UTC);
        let days = rule.build(start).map_err(|error| unreadable(error.to_string()))?.limit();
        if days.into_iter().next().is_none() {
            return Err(RuleError::Never);
        }
        Ok(Self { days: Box::new(days) })
    }

    /// The instants from `from` on and before `to`, earliest first.
    pub(super) fn starts(&self, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let first = from.naive_utc().checked_sub_signed(MARGIN).unwrap_or(NaiveDateTime::MIN);
        let last = to.naive_utc().checked_add_signed(MARGIN).unwrap_or(NaiveDateTime::MAX);
        let mut starts: Vec<_> = self
            .days
            .as_ref()
            .into_iter()
            .take(CANDIDATES)
            .map(|day| day.naive_utc())
            .skip_while(|&day| day < first)
            .take_while(|&day| day <= last)
            .map(|day| wall::instant(zone, day))
            .filter(|&start| from <= start && start < to)
            .collect();
        // Where the clocks leave out a day, the sessions of two days fall together.
        starts.sort_unstable();
        starts.dedup();
        starts
    }
}

/// Where rules begin: a Monday and the first day of a year, so that an interval of days, weeks, months or years begins
/// at the beginning of one.
fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2001, 1, 1).unwrap_or(NaiveDate::MIN)
}

fn check(rule: &RRule<Unvalidated>) -> Result<(), RuleError> {
    let names_times =
        !(rule.get_by_hour().is_empty() && rule.get_by_minute().is_empty() && rule.get_by_second().is_empty());
    if names_times || matches!(rule.get_freq(), Frequency::Hourly | Frequency::Minutely | Frequency::Secondly) {
        return Err(RuleError::WithinDay);
    }
    let names_days =
        !(rule.get_by_weekday().is_empty() && rule.get_by_month_day().is_empty() && rule.get_by_year_day().is_empty());
    if !names_days && rule.get_freq() != Frequency::Daily {
        return Err(RuleError::NoDays);
    }
    if rule.get_count().is_some() {
        return Err(RuleError::Count);
    }
    Ok(())
}

/// The last wall time that `UNTIL` admits.
fn until(rule: &RRule<Unvalidated>, text: &str, zone: Tz) -> Option<NaiveDateTime> {
    let until = rule.get_until()?;
    let written = text.to_ascii_uppercase();
    let written = written.split(';').find_map(|part| part.trim().strip_prefix("UNTIL=").map(str::to_owned))?;
    if written.ends_with('Z') {
        return Some(until.with_timezone(&zone).naive_local());
    }
    let wall = until.naive_local();
    if written.contains('T') { Some(wall) } else { wall.date().and_hms_opt(23, 59, 59) }
}
