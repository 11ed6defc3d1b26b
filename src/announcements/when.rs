//! When something is to be announced, as staff type it: `2026-12-01 14:00`, `tomorrow 9:00`, `in 2 hours`.
//!
//! Owns the reading, and telling apart what can't be meant: a time that has gone by, one that the clocks skip, one that
//! they show twice. Refuses to guess: of two instants, the one who typed chooses.

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How far ahead something can be scheduled: more is rather a year mistyped.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// What a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// This instant, in the future.
    At(DateTime<Utc>),
    /// The clocks skip this wall time; nearest are these two.
    Skipped([DateTime<Utc>; 2]),
    /// The clocks show this wall time twice, at these two instants.
    Twice([DateTime<Utc>; 2]),
}

/// Why a text can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WhenProblem {
    /// It is not a time in any way that is known.
    #[error("this is not a time that I can read")]
    Unreadable,
    /// The calendar has no such day.
    #[error("the calendar has no such day")]
    NoSuchDay,
    /// It has gone by.
    #[error("{0} has gone by")]
    Past(DateTime<Utc>),
    /// It is more than a year ahead.
    #[error("{0} is more than a year ahead")]
    TooFar(DateTime<Utc>),
}

/// Reads a time that staff typed, in their zone unless the text itself names UTC or an offset.
///
/// # Errors
/// When it can't be read, or can't be meant at `now`.
pub fn read_when(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let when = match text.strip_prefix("in ") {
        Some(span) => in_a_while(span, zone, now)?,
        None => on_a_day(&text, zone, now)?,
    };
    sensible(when, now)
}

/// An instant in the words of somebody's wall clock: `Tuesday 1 December 2026, 14:00 EST (America/New_York)`.
#[must_use]
pub fn wall_time(at: DateTime<Utc>, zone: Tz) -> String {
    format!("{} ({zone})", at.with_timezone(&zone).format("%A %-d %B %Y, %H:%M %Z"))
}

fn sensible(when: When, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    match when {
        When::At(at) if at <= now => Err(WhenProblem::Past(at)),
        When::At(at) if at - now > FARTHEST => Err(WhenProblem::TooFar(at)),
        When::At(_) => Ok(when),
        When::Skipped([first, second]) | When::Twice([first, second]) => {
            // What is left of the choice when one of the two has gone by.
            if first <= now || second - now > FARTHEST {
                return sensible(When::At(second), now);
            }
            Ok(when)
        }
    }
}

/// `2 hours`: of minutes and hours by the stopwatch, of days and weeks by the calendar.
fn in_a_while(span: &str, zone: Tz, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    let digits = span.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = match span.split_once(' ') {
        Some(("a" | "an", unit)) => (1, unit),
        _ => (span[..digits].parse::<i64>().map_err(|_| WhenProblem::Unreadable)?, span[digits..].trim_start()),
    };
    // More than this is beyond the farthest in every unit, and far below what arithmetic can hold.
    let count = count.min(1_000_000);
    match unit {
        "m" | "min" | "mins" | "minute" | "minutes" => Ok(When::At(now + TimeDelta::minutes(count))),
        "h" | "hour" | "hours" => Ok(When::At(now + TimeDelta::hours(count))),
        "d" | "day" | "days" => resolve(now.with_timezone(&zone).naive_local() + TimeDelta::days(count), zone),
        "w" | "week" | "weeks" => resolve(now.with_timezone(&zone).naive_local() + TimeDelta::weeks(count), zone),
        _ => Err(WhenProblem::Unreadable),
    }
}

/// A day, then a time, then perhaps UTC or an offset.
fn on_a_day(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    let (day, time) = match text.split_once(' ') {
        Some(parts) => parts,
        // ISO 8601 writes a `T` between the two.
        None => text.split_once('t').ok_or(WhenProblem::Unreadable)?,
    };
    let time = time.strip_prefix("at ").unwrap_or(time);
    let (time, offset) = without_offset(time);
    let today = match offset {
        Some(offset) => now.with_timezone(&offset).date_naive(),
        None => now.with_timezone(&zone).date_naive(),
    };
    let day = match day.trim_end_matches(',') {
        "today" => today,
        "tomorrow" => today.succ_opt().ok_or(WhenProblem::NoSuchDay)?,
        written => date(written)?,
    };
    let local = day.and_time(time_of_day(time).ok_or(WhenProblem::Unreadable)?);
    match offset {
        Some(offset) => resolve(local, offset),
        None => resolve(local, zone),
    }
}

fn without_offset(time: &str) -> (&str, Option<FixedOffset>) {
    let utc = time.strip_suffix("utc").or_else(|| time.strip_suffix('z'));
    if let Some(time) = utc {
        return (time.trim_end(), FixedOffset::east_opt(0));
    }
    // `14:00+01:00`; a sign stands nowhere else in a time of day.
    let split = time.find(['+', '-']).map(|at| time.split_at(at));
    match split {
        Some((time, written)) => match written.parse::<FixedOffset>() {
            Ok(offset) => (time.trim_end(), Some(offset)),
            Err(_) => ("", None),
        },
        None => (time, None),
    }
}

/// `YYYY-MM-DD`.
fn date(text: &str) -> Result<NaiveDate, WhenProblem> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(WhenProblem::Unreadable) };
    let is_number = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
        return Err(WhenProblem::Unreadable);
    }
    let number = |part: &str| part.parse::<u32>().map_err(|_| WhenProblem::Unreadable);
    let year = i32::try_from(number(year)?).map_err(|_| WhenProblem::Unreadable)?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?).ok_or(WhenProblem::NoSuchDay)
}

/// `14:00`, `9:05`, `14:00:30`, `9am`, `9:30 pm`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let half = text.strip_suffix("am").map(|rest| (rest, 0)).or_else(|| text.strip_suffix("pm").map(|rest| (rest, 12)));
    let (clock, after_noon) = half.map_or((text, None), |(rest, hours)| (rest.trim_end(), Some(hours)));
    let mut numbers = clock.split(':').map(|part| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse::<u32>().ok() } else { None }
    });
    let hour = numbers.next()??;
    let minute = match (numbers.next(), after_noon) {
        (Some(minute), _) => minute?,
        (None, Some(_)) => 0,
        (None, None) => return None,
    };
    let second = numbers.next().unwrap_or(Some(0))?;
    let hour = match after_noon {
        Some(hours) if (1..=12).contains(&hour) => hour % 12 + hours,
        Some(_) => return None,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, second).filter(|_| numbers.next().is_none())
}

/// The instant or instants of a wall time.
fn resolve<Z: TimeZone>(local: NaiveDateTime, zone: Z) -> Result<When, WhenProblem> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => Ok(When::At(at.to_utc())),
        MappedLocalTime::Ambiguous(first, second) => Ok(When::Twice([first.to_utc(), second.to_utc()])),
        MappedLocalTime::None => {
            // The clocks are put forward over this time. Reading it by the offset after the change gives the instant
            // before it, and the other way round.
            let beside = |hours: i64| (1..=30).find_map(|n| instant(&zone, local + TimeDelta::hours(n * hours)));
            let (Some((before, before_at)), Some((after, after_at))) = (beside(-1), beside(1)) else {
                return Err(WhenProblem::Unreadable);
            };
            let by_before = before_at + (local - before);
            let by_after = after_at - (after - local);
            Ok(When::Skipped([by_after, by_before]))
        }
    }
}

/// A wall time that exists, with its instant.
fn instant<Z: TimeZone>(zone: &Z, local: NaiveDateTime) -> Option<(NaiveDateTime, DateTime<Utc>)> {
    zone.from_local_datetime(&local).earliest().map(|at| (local, at.to_utc()))
}

#[cfg(test)]
mod tests;
