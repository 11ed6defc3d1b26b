//! The day of an event, as people write it.

use chrono::{Datelike, NaiveDate};

/// Why a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// It is not written as a day.
    #[error("write the day as YYYY-MM-DD, for example 2027-04-03")]
    Unreadable,
    /// The calendar has no such day.
    #[error("the calendar has no such day; write it as YYYY-MM-DD, for example 2027-04-03")]
    NoSuchDay,
    /// Half the world reads one day, the other half another.
    #[error("this can be read in two ways; write {day_first} or {month_first}")]
    Ambiguous {
        /// The day where the day comes first, as in most of the world.
        day_first: NaiveDate,
        /// The day where the month comes first, as in the United States.
        month_first: NaiveDate,
    },
}

/// The ways to write a day with the month's English name, full or short.
const WITH_NAMES: [&str; 4] = ["%d %B %Y", "%d. %B %Y", "%B %d, %Y", "%B %d %Y"];

/// Years that are written with four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9999;

/// Reads a day that is written as YYYY-MM-DD and in no other way; leading zeros may be left out.
///
/// # Errors
/// When it is not written so, or the calendar has no such day.
pub fn parse_iso_day(text: &str) -> Result<NaiveDate, DayError> {
    match numbers(text, &['-']) {
        Some([(4, year), month, day]) => ymd(year, month, day).ok_or(DayError::NoSuchDay),
        _ => Err(DayError::Unreadable),
    }
}

/// Reads a day as a member may write it: YYYY-MM-DD, also with slashes or dots; with the month's English name; with
/// the year at the end only where day and month can't be confused.
///
/// # Errors
/// When it can't be read, the calendar has no such day, or two days can be meant.
pub fn parse_day(text: &str) -> Result<NaiveDate, DayError> {
    match numbers(text, &['-', '/', '.']) {
        Some([(4, year), month, day]) => ymd(year, month, day).ok_or(DayError::NoSuchDay),
        Some([first, second, (4, year)]) => match (ymd(year, second, first), ymd(year, first, second)) {
            (Some(day_first), Some(month_first)) if day_first != month_first => {
                Err(DayError::Ambiguous { day_first, month_first })
            }
            (Some(day), _) | (None, Some(day)) => Ok(day),
            (None, None) => Err(DayError::NoSuchDay),
        },
        _ => WITH_NAMES
            .iter()
            .find_map(|format| NaiveDate::parse_from_str(text.trim(), format).ok())
            .filter(|day| YEARS.contains(&day.year()))
            .ok_or(DayError::Unreadable),
    }
}

/// A number, and the count of digits that it was written with.
type Number = (usize, u32);

/// Three numbers with the same mark, one of `marks`, between them.
fn numbers(text: &str, marks: &[char]) -> Option<[Number; 3]> {
    let text = text.trim();
    let mark = *marks.iter().find(|mark| text.contains(**mark))?;
    let numbers: Vec<Number> = text.split(mark).map(number).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn number(text: &str) -> Option<Number> {
    let written = text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 4;
    written.then(|| text.parse().ok()).flatten().map(|value| (text.len(), value))
}

fn ymd(year: u32, month: Number, day: Number) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, month.1, day.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_read_in_the_ways_that_cannot_be_confused() {
        for text in [
            "2027-04-25",
            " 2027-4-25 ",
            "2027/04/25",
            "2027.04.25",
            "25/04/2027",
            "04/25/2027",
            "25.4.2027",
            "25 April 2027",
            "25. april 2027",
            "Apr 25, 2027",
            "April 25 2027",
        ] {
            assert_eq!(parse_day(text), Ok(day("2027-04-25")), "{text}");
        }
        assert_eq!(parse_day("04/04/2027"), Ok(day("2027-04-04")));
    }

    #[test]
    fn a_day_that_can_be_two_is_asked_back() {
        let both = DayError::Ambiguous { day_first: day("2027-04-03"), month_first: day("2027-03-04") };
        assert_eq!([parse_day("03/04/2027"), parse_day("3.4.2027"), parse_day("3-4-2027")], [Err(both); 3]);
    }

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_told_apart_from_what_is_no_day() {
        for text in ["2027-02-29", "2027-13-01", "2027-00-10", "31/31/2027", "0027-04-03"] {
            assert_eq!(parse_day(text), Err(DayError::NoSuchDay), "{text}");
        }
        for text in
            ["", " ", "soon", "27-04-03", "3/4/27", "2027-04", "2027-04/03", "3 April 27", "+2027-04-03", "二〇二七"]
        {
            assert_eq!(parse_day(text), Err(DayError::Unreadable), "{text}");
        }
    }

    #[test]
    fn a_strict_reader_takes_one_way_alone() {
        assert_eq!(parse_iso_day("2028-02-29"), Ok(day("2028-02-29")));
        assert_eq!(parse_iso_day("2027-02-29"), Err(DayError::NoSuchDay));
        for text in ["2027/04/25", "25/04/2027", "03/04/2027", "25 April 2027", "20270425", "2027-04-25T00:00:00Z"] {
            assert_eq!(parse_iso_day(text), Err(DayError::Unreadable), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".{0,40}", numbers in "[0-9 ./-]{0,14}") {
            for text in [text, numbers] {
                let strict = parse_iso_day(&text);
                prop_assert!(strict.is_err() || parse_day(&text) == strict);
            }
        }
    }
}
