//! So many days up to one, and as many before them.

use chrono::{Days, NaiveDate};

/// Longest of them, in days.
pub const MOST_DAYS: u64 = 3660;

/// Some days in UTC, which are set against as many before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The last day.
    pub until: NaiveDate,
    /// How many: from 1 to [`MOST_DAYS`].
    pub days: u64,
}

impl Period {
    /// The days from one to another, both in it; at most [`MOST_DAYS`], at least the last.
    #[must_use]
    pub fn between(since: NaiveDate, until: NaiveDate) -> Self {
        let days = u64::try_from((until - since).num_days()).unwrap_or(0) + 1;
        Self { until, days: days.clamp(1, MOST_DAYS) }
    }

    /// The first day.
    #[must_use]
    pub fn since(&self) -> NaiveDate {
        self.until.checked_sub_days(Days::new(self.days - 1)).unwrap_or(NaiveDate::MIN)
    }

    /// As many days before.
    #[must_use]
    pub fn before(&self) -> Self {
        Self { until: self.until.checked_sub_days(Days::new(self.days)).unwrap_or(NaiveDate::MIN), days: self.days }
    }

    /// As a button carries it: at most 13 characters.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", self.until.format("%Y%m%d"), self.days)
    }

    /// What a button carries; `None` when nothing of ours wrote it.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        let (until, days) = key.split_once('.')?;
        let until = NaiveDate::parse_from_str(until, "%Y%m%d").ok().filter(|_| until.len() == 8)?;
        let days = days.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))?;
        Some(Self { until, days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_days_are_before() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let period = Period::between(day("2026-10-25"), day("2026-11-21"));
        assert_eq!((period.days, period.since()), (28, day("2026-10-25")));
        assert_eq!((period.before().since(), period.before().until), (day("2026-09-27"), day("2026-10-24")));
        assert_eq!(Period::parse(&period.key()), Some(period));
        assert_eq!(Period::between(day("2026-12-01"), day("2026-11-21")).days, 1);
        assert_eq!(Period::between(day("0001-01-01"), day("2026-11-21")).days, MOST_DAYS);
        for forged in ["", "20261121", "20261121.0", "20261121.99999", "20261321.1", "2026121.1", "20261121.x"] {
            assert_eq!(Period::parse(forged), None, "{forged}");
        }
    }
}
