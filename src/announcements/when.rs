//! When something is to be announced, as staff type it: `2026-12-01 14:00`, `next Monday at 9:00`, `in 2 hours`.
//!
//! Owns the reading, and telling apart what can't be meant: a time that has gone by, one that the clocks skip, one that
//! they show twice. Refuses to guess: of two instants, the one who typed chooses, and a day that is written in numbers
//! begins with its year.

use std::time::Duration;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, MappedLocalTime, Month, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Utc, Weekday,
};
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
        None if is_span(&text) => in_a_while(&text, zone, now)?,
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

/// Whether a text is a span without `in` before it. Its unit must be a word: `9h` is how some write nine o'clock.
fn is_span(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(_, unit)| unit.len() > 1 && UNITS.iter().any(|(names, _)| names.contains(&unit)))
}

/// How spans are measured.
#[derive(Clone, Copy)]
enum Unit {
    /// So many seconds by the stopwatch.
    Seconds(u32),
    /// So many days by the calendar.
    Days(i64),
}

/// The units by their names.
const UNITS: [(&[&str], Unit); 4] = [
    (&["m", "min", "mins", "minute", "minutes"], Unit::Seconds(60)),
    (&["h", "hour", "hours"], Unit::Seconds(3600)),
    (&["d", "day", "days"], Unit::Days(1)),
    (&["w", "week", "weeks"], Unit::Days(7)),
];

/// `2 hours`, `1.5 hours`: of minutes and hours by the stopwatch, of whole days and weeks by the calendar.
fn in_a_while(span: &str, zone: Tz, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    let number = span.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let (count, unit) = match span.split_once(' ') {
        Some(("a" | "an", unit)) => ("1", unit),
        _ => (&span[..number], span[number..].trim_start()),
    };
    let unit = UNITS.iter().find(|(names, _)| names.contains(&unit)).map(|(_, unit)| *unit);
    // More than this is beyond the farthest in every unit, and far below what arithmetic can hold.
    let most = 1_000_000_u32;
    match unit.ok_or(WhenProblem::Unreadable)? {
        Unit::Seconds(seconds) => {
            let count: f64 = count.parse().map_err(|_| WhenProblem::Unreadable)?;
            let seconds = (count.min(f64::from(most)) * f64::from(seconds)).round();
            let span = Duration::try_from_secs_f64(seconds).map_err(|_| WhenProblem::Unreadable)?;
            Ok(When::At(now + span))
        }
        Unit::Days(days) => {
            let count: i64 = count.parse().map_err(|_| WhenProblem::Unreadable)?;
            let days = TimeDelta::days(count.min(i64::from(most)) * days);
            resolve(now.with_timezone(&zone).naive_local() + days, zone)
        }
    }
}

/// A day and a time of day in either order, or a time of today; then perhaps UTC or an offset.
fn on_a_day(text: &str, zone: Tz, now: DateTime<Utc>) -> Result<When, WhenProblem> {
    // ISO 8601 writes a `T` between the two.
    let text = match text.split_once('t') {
        Some((day, time)) if iso_date(day) != Err(WhenProblem::Unreadable) => format!("{day} {time}"),
        _ => text.to_owned(),
    };
    let (text, offset) = without_offset(&text);
    let instants = |local: NaiveDateTime| match offset {
        Some(offset) => resolve(local, offset),
        None => resolve(local, zone),
    };
    let today = match offset {
        Some(offset) => now.with_timezone(&offset).date_naive(),
        None => now.with_timezone(&zone).date_naive(),
    };
    let halves = text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let (day, time) = [("today", text)]
        .into_iter()
        .chain(halves.flat_map(|(first, second)| [(first, second), (second, first)]))
        .find_map(|(day, time)| match (named_day(day, today), time_of_day(time)?) {
            (Err(WhenProblem::Unreadable), _) => None,
            (day, time) => Some((day, time)),
        })
        .ok_or(WhenProblem::Unreadable)?;
    let Day { date, or_else } = day?;
    let when = instants(date.and_time(time))?;
    match or_else {
        Some(later) if matches!(sensible(when, now), Err(WhenProblem::Past(_))) => instants(later.and_time(time)),
        _ => Ok(when),
    }
}

/// A text without the offset that it ends with, and that offset.
fn without_offset(text: &str) -> (&str, Option<FixedOffset>) {
    if let Some(time) = ["utc", "gmt", "z"].into_iter().find_map(|name| text.strip_suffix(name)) {
        return (time.trim_end(), FixedOffset::east_opt(0));
    }
    // `14:00+01:00` or `14:00 -0500`, and nothing after it, which chrono would pass over. What ends a date is shorter.
    let written = text.rfind(['+', '-']).map(|at| text.split_at(at));
    let written = written.filter(|(_, offset)| matches!(offset.len(), 5 | 6) && !offset.contains(' '));
    let read = written.and_then(|(time, offset)| Some((time.trim_end(), offset.parse::<FixedOffset>().ok()?)));
    // No place is farther from UTC; `14:00-15:00` is rather a span of time.
    match read.filter(|(_, offset)| (-12 * 3600..=14 * 3600).contains(&offset.local_minus_utc())) {
        Some((time, offset)) => (time, Some(offset)),
        None => (text, None),
    }
}

/// A day that was typed.
struct Day {
    date: NaiveDate,
    /// The day that is meant when the time has gone by on that one.
    or_else: Option<NaiveDate>,
}

/// `today`, `tomorrow`, `Monday` (the first to come, perhaps today), `next Monday` (the first after today), or a date.
fn named_day(text: &str, today: NaiveDate) -> Result<Day, WhenProblem> {
    let text = text.strip_prefix("on ").unwrap_or(text).trim_end_matches(',');
    let only = |date| Day { date, or_else: None };
    let (name, is_next) = text.strip_prefix("next ").map_or((text, false), |name| (name, true));
    if let Ok(weekday) = name.parse::<Weekday>() {
        let first = today + Days::new(weekday.days_since(today.weekday()).into());
        let later = first + Days::new(7);
        return Ok(match (first == today, is_next) {
            (true, false) => Day { date: first, or_else: Some(later) },
            (true, true) => only(later),
            (false, _) => only(first),
        });
    }
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !matches!(*word, "" | "of")).collect();
    match words[..] {
        ["today"] => Ok(only(today)),
        ["tomorrow"] => Ok(only(today + Days::new(1))),
        [date] => iso_date(date).map(only),
        [first, second, year] => date_in_words([first, second, year]).map(only),
        _ => Err(WhenProblem::Unreadable),
    }
}

/// `YYYY-MM-DD`.
fn iso_date(text: &str) -> Result<NaiveDate, WhenProblem> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(WhenProblem::Unreadable) };
    calendar_day(year, number(month), number(day))
}

/// `1 December 2026`, `December 1st 2026`, `Dec. 1 2026`: its month is a name, which no number can be taken for.
pub(super) fn date_in_words([first, second, year]: [&str; 3]) -> Result<NaiveDate, WhenProblem> {
    match (month(first), month(second)) {
        (None, Some(month)) => calendar_day(year, Some(month), day_of_month(first)),
        (Some(month), None) => calendar_day(year, Some(month), day_of_month(second)),
        _ => Err(WhenProblem::Unreadable),
    }
}

/// A month by its name or the first letters of it.
fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    if word.eq_ignore_ascii_case("sept") {
        return Some(9);
    }
    word.parse::<Month>().ok().map(|month| month.number_from_month())
}

/// `5`, `5th`.
fn day_of_month(word: &str) -> Option<u32> {
    let ending = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_ordinal = ["", "st", "nd", "rd", "th"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    number(&word[..word.len() - ending.len()]).filter(|_| is_ordinal)
}

/// A number of one or two digits.
fn number(text: &str) -> Option<u32> {
    let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn calendar_day(year: &str, month: Option<u32>, day: Option<u32>) -> Result<NaiveDate, WhenProblem> {
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let year = year.parse().ok().filter(|_| is_year);
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(WhenProblem::Unreadable) };
    NaiveDate::from_ymd_opt(year, month, day).ok_or(WhenProblem::NoSuchDay)
}

/// `14:00`, `9:05`, `14:00:30`, `9am`, `9:30 pm`, `noon`, `at 9`. Not `midnight`: to some it begins a day, to others it
/// ends one.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (text, is_announced) = text.strip_prefix("at ").map_or((text, false), |rest| (rest, true));
    let text = text.trim_end_matches(',');
    if text == "noon" {
        return NaiveTime::from_hms_opt(12, 0, 0);
    }
    let half = text.strip_suffix("am").map(|rest| (rest, 0)).or_else(|| text.strip_suffix("pm").map(|rest| (rest, 12)));
    let (clock, after_noon) = half.map_or((text, None), |(rest, hours)| (rest.trim_end(), Some(hours)));
    let mut numbers = clock.split(':').map(number);
    let hour = numbers.next()??;
    let minute = match numbers.next() {
        Some(minute) => minute?,
        None if after_noon.is_some() => 0,
        // An hour of its own is one of the clock's 24; up to six it would rather be meant for the afternoon.
        None if is_announced && hour > 6 => 0,
        None => return None,
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
