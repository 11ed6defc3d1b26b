//! The days that a question names: `14 March 2027`, `2027-03-14`, `March 14th`, `in five weeks`, `next Friday`.
//!
//! Owns the reading of days in running text. A day without a year is the next such day. Refuses to guess at what half
//! the world reads in another way (`03/04/2027`), and at lengths of time that are no day ("six weeks before").

use chrono::{Datelike, Days, Month, Months, NaiveDate, Weekday};

use super::words::Words;
use crate::partner::{DayError, parse_day};

/// What was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// These days, both included; a single one where they are the same.
    Days(NaiveDate, NaiveDate),
    /// One of these two.
    Either(NaiveDate, NaiveDate),
    /// A day that the calendar does not have.
    NoSuchDay,
}

/// A day, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) when: When,
    /// The place of its first word.
    pub(super) at: usize,
}

/// Words at one place that name a day, and how many they are.
type Read = Option<(When, usize)>;

/// Years that are taken for years.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Words that begin a sentence rather than follow the month of May.
const NOT_THE_MONTH: [&str; 24] = [
    "i", "we", "you", "he", "she", "it", "they", "be", "not", "have", "also", "the", "a", "an", "one", "my", "our",
    "this", "that", "there", "people", "members", "someone", "anyone",
];

/// What is counted rather than dated: `June 30 people`.
const COUNTED: [&str; 10] =
    ["people", "attendees", "participants", "students", "persons", "speakers", "usd", "euro", "euros", "dollars"];

/// Words before a month that stands alone.
const BEFORE_A_MONTH: [&str; 13] =
    ["in", "of", "this", "next", "during", "for", "until", "end", "early", "late", "mid", "last", "past"];

/// Words behind a length of time that make it a distance from something else.
const FROM_ELSEWHERE: [&str; 7] = ["before", "prior", "ahead", "earlier", "advance", "after", "later"];

/// All that is named, in the order of the text.
pub(super) fn mentions(words: &Words, today: NaiveDate) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match read(words, at, today) {
            Some((when, count)) => {
                found.push(Mention { when, at });
                at += count.max(1);
            }
            None => at += 1,
        }
    }
    found
}

fn read(words: &Words, at: usize, today: NaiveDate) -> Read {
    numeric(words, at, today)
        .or_else(|| day_and_month(words, at, today))
        .or_else(|| month_and_day(words, at, today))
        .or_else(|| month_alone(words, at, today))
        .or_else(|| in_a_while(words, at, today))
        .or_else(|| beside_today(words, at, today))
        .or_else(|| weekday(words, at, today))
}

fn one(day: NaiveDate) -> When {
    When::Days(day, day)
}

/// `2027-03-14`, `14/03/2027`, `3.4.27`; without a year only behind "on".
fn numeric(words: &Words, at: usize, today: NaiveDate) -> Read {
    let word = words.at(at);
    let marks = word.chars().filter(|&c| matches!(c, '-' | '/' | '.')).count();
    if !word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.')) {
        return None;
    }
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let when = match (marks, &parts[..]) {
        (2, [_, _, year]) if year.len() == 2 && !word.contains('-') => {
            let start = word.len() - year.len();
            written(&format!("{}20{year}", &word[..start]))?
        }
        (2, _) => written(word)?,
        (1, [first, second]) if word.contains('/') && words.before(at, 1) == "on" => {
            let [first, second] = [first, second].map(|number| number.parse::<u32>().ok().filter(|&n| n <= 31));
            without_year(first?, second?, today)
        }
        _ => return None,
    };
    Some((when, 1))
}

fn written(text: &str) -> Option<When> {
    match parse_day(text) {
        Ok(day) => YEARS.contains(&day.year()).then(|| one(day)),
        Err(DayError::Ambiguous { day_first, month_first }) => Some(When::Either(day_first, month_first)),
        Err(DayError::NoSuchDay) => Some(When::NoSuchDay),
        Err(DayError::Unreadable) => None,
    }
}

fn without_year(first: u32, second: u32, today: NaiveDate) -> When {
    match (next(second, first, today), next(first, second, today)) {
        (Some(day_first), Some(month_first)) if day_first != month_first => When::Either(day_first, month_first),
        (Some(day), _) | (None, Some(day)) => one(day),
        (None, None) => When::NoSuchDay,
    }
}

/// The next such day, today included. `None` when no year has it.
fn next(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    // Leap days are up to eight years apart.
    let days = (0..=8).filter_map(|years| NaiveDate::from_ymd_opt(today.year().checked_add(years)?, month, day));
    days.into_iter().find(|&day| day >= today)
}

/// `14 March 2027`, `14th of March`, `14-16 March`, `14 to 16 March`: of several days the first.
fn day_and_month(words: &Words, at: usize, today: NaiveDate) -> Read {
    let day = words.at(at).split_once('-').map_or(words.at(at), |(first, _)| first);
    let day = ordinal(day)?;
    let mut place = at + 1;
    if matches!(words.at(place), "to" | "until" | "till" | "and" | "or") && ordinal(words.at(place + 1)).is_some() {
        place += 2;
    }
    if words.at(place) == "of" {
        place += 1;
    }
    let month = month(words.at(place))?;
    let year = year(words.at(place + 1));
    if year.is_none() && is_may_of_permission(words, place) {
        return None;
    }
    let count = place + 1 + usize::from(year.is_some()) - at;
    Some((dated(day, month, year, today), count))
}

/// `March 14th, 2027`, `March 14 to 16`.
fn month_and_day(words: &Words, at: usize, today: NaiveDate) -> Read {
    let month = month(words.at(at))?;
    let place = at + 1 + usize::from(words.at(at + 1) == "the");
    let written = words.at(place).split_once('-').map_or(words.at(place), |(first, _)| first);
    let day = ordinal(written)?;
    let is_range =
        matches!(words.at(place + 1), "to" | "until" | "till" | "and") && ordinal(words.at(place + 2)).is_some();
    let last = if is_range { place + 2 } else { place };
    let year = year(words.at(last + 1));
    let is_count = written.bytes().all(|byte| byte.is_ascii_digit()) && COUNTED.contains(&words.at(last + 1));
    if is_count {
        return None;
    }
    let count = last + 1 + usize::from(year.is_some()) - at;
    Some((dated(day, month, year, today), count))
}

fn dated(day: u32, month: Month, year: Option<i32>, today: NaiveDate) -> When {
    let month = month.number_from_month();
    let found = match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        None => next(month, day, today),
    };
    found.map_or(When::NoSuchDay, one)
}

/// `March 2027`, `in March`, `last March`.
fn month_alone(words: &Words, at: usize, today: NaiveDate) -> Read {
    let month = month(words.at(at))?;
    let number = month.number_from_month();
    if let Some(year) = year(words.at(at + 1)) {
        return Some((whole_month(year, number)?, 2));
    }
    let before = words.before(at, 1);
    if !BEFORE_A_MONTH.contains(&before) || is_may_of_permission(words, at) {
        return None;
    }
    let this_year = today.year();
    let is_ahead = number >= today.month();
    let year = match before {
        "last" | "past" if number < today.month() => this_year,
        "last" | "past" => this_year - 1,
        _ if is_ahead => this_year,
        _ => this_year + 1,
    };
    Some((whole_month(year, number)?, 1))
}

fn whole_month(year: i32, month: u32) -> Option<When> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    Some(When::Days(first, last))
}

/// Whether "may" asks to be allowed something.
fn is_may_of_permission(words: &Words, at: usize) -> bool {
    words.at(at) == "may" && NOT_THE_MONTH.contains(&words.at(at + 1))
}

/// `in five weeks`, `in about 10 days`, `5 weeks from now`.
fn in_a_while(words: &Words, at: usize, today: NaiveDate) -> Read {
    let begins = words.at(at) == "in";
    let mut place = at + usize::from(begins);
    if begins
        && matches!(words.at(place), "about" | "around" | "roughly" | "approximately" | "exactly" | "only" | "just")
    {
        place += 1;
    }
    let (count, unit) = match (words.at(place), words.at(place + 1)) {
        ("half", "a") if is_unit(words.at(place + 2), "year") => (6, "month"),
        (count, unit) => (number(count)?, unit),
    };
    let last = if words.at(place) == "half" { place + 2 } else { place + 1 };
    let behind = words.at(last + 1);
    let from_today = matches!((behind, words.at(last + 2)), ("from", "now" | "today") | ("to", "go") | ("away", _));
    let goes_on = behind == "and" && number(words.at(last + 2)).is_some();
    if (!begins && !from_today) || FROM_ELSEWHERE.contains(&behind) || behind == "in" || goes_on {
        return None;
    }
    let day = later(today, count, unit)?;
    Some((one(day), last + 1 - at))
}

fn later(today: NaiveDate, count: u32, unit: &str) -> Option<NaiveDate> {
    if is_unit(unit, "day") {
        today.checked_add_days(Days::new(u64::from(count)))
    } else if is_unit(unit, "week") {
        today.checked_add_days(Days::new(7 * u64::from(count)))
    } else if is_unit(unit, "month") {
        today.checked_add_months(Months::new(count))
    } else if is_unit(unit, "year") {
        today.checked_add_months(Months::new(count.checked_mul(12)?))
    } else {
        None
    }
}

/// Whether a word is a unit of time, one or several of it.
fn is_unit(word: &str, unit: &str) -> bool {
    let ending = word.strip_prefix(unit);
    matches!(ending, Some("" | "s" | "'s" | "’s" | "s'" | "s’"))
}

/// `tomorrow`, `the day after tomorrow`, `is today`, `this week`, `next month`.
fn beside_today(words: &Words, at: usize, today: NaiveDate) -> Read {
    match (words.at(at), words.at(at + 1)) {
        ("tomorrow", _) if words.before(at, 1) == "after" => Some((one(today.checked_add_days(Days::new(2))?), 1)),
        ("tomorrow", _) => Some((one(today.succ_opt()?), 1)),
        // "Can I apply today" is about now, "our event is today" names a day.
        ("today", _) if words.before(at, 1) == "is" => Some((one(today), 1)),
        ("this", "week") => Some((week_of(today)?, 2)),
        ("next", "week") => Some((week_of(today.checked_add_days(Days::new(7))?)?, 2)),
        ("this", "month") => Some((whole_month(today.year(), today.month())?, 2)),
        ("next", "month") => {
            let day = today.checked_add_months(Months::new(1))?;
            Some((whole_month(day.year(), day.month())?, 2))
        }
        _ => None,
    }
}

fn week_of(day: NaiveDate) -> Option<When> {
    let week = day.week(Weekday::Mon);
    Some(When::Days(week.checked_first_day()?, week.checked_last_day()?))
}

/// `next Friday`, `on Tuesday`: the first such day after today.
fn weekday(words: &Words, at: usize, today: NaiveDate) -> Read {
    if !matches!(words.at(at), "next" | "this" | "on" | "coming") {
        return None;
    }
    let day: Weekday = words.at(at + 1).parse().ok()?;
    let ahead = u64::from((7 + day.num_days_from_monday() - today.weekday().num_days_from_monday() - 1) % 7 + 1);
    Some((one(today.checked_add_days(Days::new(ahead))?), 2))
}

/// A month's English name, full or short.
fn month(word: &str) -> Option<Month> {
    match word {
        "sept" => Some(Month::September),
        _ => word.parse().ok(),
    }
}

/// `14`, `14th`, `1st`; two digits at most.
fn ordinal(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let is_number = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { digits.parse().ok() } else { None }
}

fn year(word: &str) -> Option<i32> {
    let is_number = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { word.parse().ok().filter(|year| YEARS.contains(year)) } else { None }
}

/// A count, in digits or as an English word up to twelve.
fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    if let Some(at) = WORDS.iter().position(|&name| name == word) {
        return u32::try_from(at + 1).ok();
    }
    let is_number = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { word.parse().ok() } else { None }
}
