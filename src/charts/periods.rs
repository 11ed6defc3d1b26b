//! The stretches of time that stand beside each other: weeks, else months, else years, as few as can be read.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Most of each that a picture has room for.
const WEEKS: usize = 16;
const MONTHS: usize = 18;
const YEARS: usize = 16;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From Monday to Sunday.
    Week,
    /// Of the calendar.
    Month,
    /// Of the calendar.
    Year,
}

/// Periods one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// How long each is.
    pub span: Span,
    /// Their first days, in order.
    pub starts: Vec<NaiveDate>,
}

impl Span {
    /// The first day of the period that a day is in.
    fn start(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Week => day.week(Weekday::Mon).checked_first_day(),
            Self::Month => day.with_day(1),
            Self::Year => day.with_ordinal(1),
        };
        first.unwrap_or(day)
    }

    fn next(self, start: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Week => start.checked_add_days(Days::new(7)),
            Self::Month => start.checked_add_months(Months::new(1)),
            Self::Year => start.checked_add_months(Months::new(12)),
        }
    }

    fn starts(self, since: NaiveDate, until: NaiveDate, most: usize) -> Vec<NaiveDate> {
        std::iter::successors(Some(self.start(since)), |start| self.next(*start))
            .take_while(|start| *start <= until)
            .take(most)
            .collect()
    }
}

impl Periods {
    /// Those from one day to another, both in it. Of too many years the last ones.
    #[must_use]
    pub fn between(since: NaiveDate, until: NaiveDate) -> Self {
        let since = since.min(until);
        for (span, most) in [(Span::Week, WEEKS), (Span::Month, MONTHS)] {
            let starts = span.starts(since, until, most + 1);
            if starts.len() <= most {
                return Self { span, starts };
            }
        }
        let earliest =
            i32::try_from(YEARS).ok().and_then(|years| NaiveDate::from_ymd_opt(until.year() - years + 1, 1, 1));
        let starts = Span::Year.starts(since.max(earliest.unwrap_or(since)), until, YEARS);
        Self { span: Span::Year, starts }
    }

    /// Which of them a day is in.
    #[must_use]
    pub fn index(&self, day: NaiveDate) -> Option<usize> {
        self.starts.binary_search(&self.span.start(day)).ok()
    }

    /// What stands below each.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let format = match self.span {
            Span::Week => "%-d %b",
            Span::Month => "%b %y",
            Span::Year => "%Y",
        };
        self.starts.iter().map(|start| start.format(format).to_string()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn weeks_become_months_and_months_years() {
        let periods = |since, until| Periods::between(day(since), day(until));
        let weeks = periods("2026-09-02", "2026-11-21");
        assert_eq!((weeks.span, weeks.starts.len(), weeks.labels()[0].as_str()), (Span::Week, 12, "31 Aug"));
        assert_eq!(weeks.index(day("2026-09-06")), Some(0));
        assert_eq!(weeks.index(day("2026-11-21")), Some(11));
        assert_eq!(weeks.index(day("2026-11-23")), None);
        let months = periods("2025-12-01", "2026-11-21");
        assert_eq!((months.span, months.starts.len(), months.labels()[0].as_str()), (Span::Month, 12, "Dec 25"));
        let years = periods("1990-01-01", "2026-11-21");
        assert_eq!((years.span, years.starts.len(), years.labels()[15].as_str()), (Span::Year, 16, "2026"));
        assert_eq!(years.index(day("2010-12-31")), None);
    }

    proptest! {
        #[test]
        fn there_are_never_too_many_and_the_last_day_is_in_the_last(since in -700_000_i64..700_000, length in 0_i64..100_000) {
            let since = day("2026-01-01") + chrono::TimeDelta::days(since);
            let until = since + chrono::TimeDelta::days(length);
            let periods = Periods::between(since, until);
            prop_assert!((1..=18).contains(&periods.starts.len()));
            prop_assert_eq!(periods.index(until), Some(periods.starts.len() - 1));
        }
    }
}
