//! The [`Window`] in which an application can be sent.

use chrono::{Days, Months, NaiveDate};
use serde::Serialize;

/// How long before the event the form is taken at the earliest (PSF, 10 February 2026: six months).
const EARLIEST: Months = Months::new(6);

/// How long before the event those who apply for the first time are advised to have applied (PSF, 10 February 2026:
/// eight weeks).
const ADVISED: Days = Days::new(8 * 7);

/// How long before the event the form must have been sent (PSF, 10 February 2026: at least six weeks).
const LATEST: Days = Days::new(6 * 7);

/// The event lies so close to an end of the calendar that its window does not fit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the window of an event on {0} lies outside the calendar: give the year in which the event takes place")]
pub struct OutOfRange(pub NaiveDate);

/// Whether an application can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The first day is still to come.
    NotOpenYet,
    /// It can be sent.
    Open,
    /// It can be sent, but those who apply for the first time were advised to do so earlier.
    OpenLateForFirstTime,
    /// The last day is over; so, too, where the event is.
    Closed,
}

/// The days on which the form for an event can be sent, as seen on one day.
///
/// The rules are those of the PSF's post of 10 February 2026
/// (<https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html>). All days are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The day of the event, its first where it has several.
    pub event_date: NaiveDate,
    /// Whether the organisers apply for the first time.
    pub first_time: bool,
    /// The first day: six calendar months before the event; where that month is too short, its last day.
    pub opens: NaiveDate,
    /// The day by which those who apply for the first time are advised to have applied: 56 days before the event.
    pub recommended_by: NaiveDate,
    /// The last day: 42 days before the event.
    pub closes: NaiveDate,
    /// Whether an application can be sent today.
    pub status: Status,
    /// Days from today to the last day: 0 on the last day itself and ever after.
    pub days_left: u64,
}

impl Window {
    /// The window of an event, as seen on `today`.
    ///
    /// # Errors
    /// When the window begins before the calendar does (some 262,000 years ago).
    pub fn of(event: NaiveDate, first_time: bool, today: NaiveDate) -> Result<Self, OutOfRange> {
        let dates = || {
            Some((
                event.checked_sub_months(EARLIEST)?,
                event.checked_sub_days(ADVISED)?,
                event.checked_sub_days(LATEST)?,
            ))
        };
        let (opens, recommended_by, closes) = dates().ok_or(OutOfRange(event))?;
        let status = if today < opens {
            Status::NotOpenYet
        } else if today > closes {
            Status::Closed
        } else if first_time && today > recommended_by {
            Status::OpenLateForFirstTime
        } else {
            Status::Open
        };
        let days_left = u64::try_from(closes.signed_duration_since(today).num_days()).unwrap_or(0);
        Ok(Self { event_date: event, first_time, opens, recommended_by, closes, status, days_left })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(event: &str, first_time: bool, today: &str) -> Window {
        Window::of(day(event), first_time, day(today)).unwrap()
    }

    #[test]
    fn the_days_are_counted_back_from_the_event() {
        let window = window("2027-05-15", false, "2027-01-01");
        assert_eq!(
            (window.opens, window.recommended_by, window.closes),
            (day("2026-11-15"), day("2027-03-20"), day("2027-04-03"))
        );
        assert_eq!(window.days_left, 92);
    }

    #[test]
    fn a_month_that_is_too_short_gives_its_last_day() {
        let opens = |event| window(event, false, "2027-01-01").opens;
        assert_eq!(opens("2027-08-29"), day("2027-02-28"));
        assert_eq!(opens("2027-08-31"), day("2027-02-28"));
        assert_eq!(opens("2028-08-31"), day("2028-02-29"));
        assert_eq!(opens("2027-03-31"), day("2026-09-30"));
        assert_eq!(opens("2027-12-31"), day("2027-06-30"));
        assert_eq!(opens("2027-03-01"), day("2026-09-01"));
    }

    #[test]
    fn a_leap_day_counts() {
        let on_it = window("2028-02-29", false, "2028-01-01");
        assert_eq!(
            (on_it.opens, on_it.recommended_by, on_it.closes),
            (day("2027-08-29"), day("2028-01-04"), day("2028-01-18"))
        );
        assert_eq!(window("2028-04-11", false, "2028-01-01").closes, day("2028-02-29"));
        assert_eq!(window("2027-04-12", false, "2027-01-01").closes, day("2027-03-01"));
    }

    #[test]
    fn the_status_changes_on_each_border_day() {
        use Status::{Closed, NotOpenYet, Open, OpenLateForFirstTime};
        let status = |first_time, today| window("2027-05-15", first_time, today).status;
        for (today, known, new) in [
            ("2026-11-14", NotOpenYet, NotOpenYet),
            ("2026-11-15", Open, Open),
            ("2027-03-20", Open, Open),
            ("2027-03-21", Open, OpenLateForFirstTime),
            ("2027-04-03", Open, OpenLateForFirstTime),
            ("2027-04-04", Closed, Closed),
            ("2027-05-15", Closed, Closed),
            ("2027-05-16", Closed, Closed),
        ] {
            assert_eq!((status(false, today), status(true, today)), (known, new), "{today}");
        }
    }

    #[test]
    fn the_days_left_end_at_zero() {
        let left = |today| window("2027-05-15", false, today).days_left;
        assert_eq!([left("2027-04-02"), left("2027-04-03"), left("2027-04-04"), left("2030-01-01")], [1, 0, 0, 0]);
    }

    #[test]
    fn the_ends_of_the_calendar_are_told_apart_without_a_panic() {
        assert_eq!(Window::of(NaiveDate::MIN, true, NaiveDate::MAX), Err(OutOfRange(NaiveDate::MIN)));
        assert_eq!(Window::of(NaiveDate::MAX, true, NaiveDate::MIN).unwrap().status, Status::NotOpenYet);
        assert_eq!(Window::of(NaiveDate::MAX, true, NaiveDate::MAX).unwrap().status, Status::Closed);
    }

    proptest! {
        #[test]
        fn the_days_are_always_in_order(event in -90_000_000..90_000_000i32, today in -90_000_000..90_000_000i32) {
            let (Some(event), Some(today)) =
                (NaiveDate::from_num_days_from_ce_opt(event), NaiveDate::from_num_days_from_ce_opt(today))
            else { return Ok(()) };
            let window = Window::of(event, true, today).unwrap();
            prop_assert!(window.opens < window.recommended_by && window.recommended_by < window.closes);
            let sendable = matches!(window.status, Status::Open | Status::OpenLateForFirstTime);
            prop_assert_eq!(sendable, (window.opens..=window.closes).contains(&today));
        }
    }
}
