use chrono_tz::America::New_York;
use chrono_tz::{Asia::Kolkata, Tz};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Noon of a Saturday in UTC, 7:00 in New York.
fn now() -> DateTime<Utc> {
    at("2026-11-21T12:00:00Z")
}

fn read(text: &str) -> Result<When, WhenProblem> {
    read_when(text, New_York, now())
}

#[test]
fn a_time_is_read_in_ones_own_zone() {
    for (text, expected) in [
        ("2026-12-01 14:00", "2026-12-01T19:00:00Z"),
        ("2026-12-01, 14:00", "2026-12-01T19:00:00Z"),
        ("2026-12-1 at 2 PM", "2026-12-01T19:00:00Z"),
        ("2026-12-01 2:30pm", "2026-12-01T19:30:00Z"),
        ("2026-12-01 12am", "2026-12-01T05:00:00Z"),
        ("2026-12-01 12pm", "2026-12-01T17:00:00Z"),
        ("2026-12-01T14:00", "2026-12-01T19:00:00Z"),
        ("  tomorrow   9:00 ", "2026-11-22T14:00:00Z"),
        ("Today at 9:00", "2026-11-21T14:00:00Z"),
        ("2027-07-01 9:00", "2027-07-01T13:00:00Z"),
        ("tomorrow at 9", "2026-11-22T14:00:00Z"),
        ("tomorrow at 9:00", "2026-11-22T14:00:00Z"),
        ("tomorrow noon", "2026-11-22T17:00:00Z"),
        ("tomorrow at noon", "2026-11-22T17:00:00Z"),
        ("tomorrow at 2pm", "2026-11-22T19:00:00Z"),
        ("9:00 tomorrow", "2026-11-22T14:00:00Z"),
        ("at 2 pm on 2026-12-01", "2026-12-01T19:00:00Z"),
        ("1 December 2026 14:00", "2026-12-01T19:00:00Z"),
        ("December 1 2026 2:00 pm", "2026-12-01T19:00:00Z"),
        ("Dec. 1st, 2026, at 14:00", "2026-12-01T19:00:00Z"),
        ("1st of Sept 2027 14:00", "2027-09-01T18:00:00Z"),
    ] {
        assert_eq!(read(text), Ok(When::At(at(expected))), "{text}");
    }
}

#[test]
fn a_time_of_its_own_is_one_of_today() {
    for (text, expected) in [
        ("9:00", "2026-11-21T14:00:00Z"),
        ("at 9", "2026-11-21T14:00:00Z"),
        ("noon", "2026-11-21T17:00:00Z"),
        ("14:00 UTC", "2026-11-21T14:00:00Z"),
    ] {
        assert_eq!(read(text), Ok(When::At(at(expected))), "{text}");
    }
    assert_eq!(read("6:30"), Err(WhenProblem::Past(at("2026-11-21T11:30:00Z"))));
}

#[test]
fn a_weekday_is_one_to_come() {
    for (text, expected) in [
        ("Monday 9:00", "2026-11-23T14:00:00Z"),
        ("next monday 9:00", "2026-11-23T14:00:00Z"),
        ("friday at 14:00", "2026-11-27T19:00:00Z"),
        ("on Fri, at 14:00", "2026-11-27T19:00:00Z"),
        ("9am on Monday", "2026-11-23T14:00:00Z"),
        ("monday 9:00 UTC", "2026-11-23T09:00:00Z"),
        // Today is a Saturday, 7:00.
        ("saturday 9:00", "2026-11-21T14:00:00Z"),
        ("saturday 7:00", "2026-11-28T12:00:00Z"),
        ("next saturday 9:00", "2026-11-28T14:00:00Z"),
    ] {
        assert_eq!(read(text), Ok(When::At(at(expected))), "{text}");
    }
}

#[test]
fn a_time_that_names_its_offset_is_read_by_it() {
    for text in [
        "2026-12-01T14:00Z",
        "2026-12-01T14:00:00z",
        "2026-12-01 14:00 UTC",
        "2026-12-01 14:00 GMT",
        "2026-12-01 2pm gmt",
        "2026-12-01T15:00+01:00",
        "2026-12-01 15:00 +01:00",
        "2026-12-01 9:00-0500",
        "1 December 2026 14:00 UTC",
    ] {
        assert_eq!(read(text), Ok(When::At(at("2026-12-01T14:00:00Z"))), "{text}");
    }
    // It is still the 21st in New York when it is the 22nd in UTC.
    let late = at("2026-11-22T03:00:00Z");
    assert_eq!(read_when("tomorrow 9:00 utc", New_York, late), Ok(When::At(at("2026-11-23T09:00:00Z"))));
    assert_eq!(read_when("tomorrow 9:00", New_York, late), Ok(When::At(at("2026-11-22T14:00:00Z"))));
}

#[test]
fn a_while_is_counted_from_now() {
    for (text, expected) in [
        ("in 2 hours", "2026-11-21T14:00:00Z"),
        ("in an hour", "2026-11-21T13:00:00Z"),
        ("in 90min", "2026-11-21T13:30:00Z"),
        ("in 90 minutes", "2026-11-21T13:30:00Z"),
        ("in 1.5 hours", "2026-11-21T13:30:00Z"),
        ("2 hours", "2026-11-21T14:00:00Z"),
        ("an hour", "2026-11-21T13:00:00Z"),
        ("3 days", "2026-11-24T12:00:00Z"),
        ("in 1 week", "2026-11-28T12:00:00Z"),
    ] {
        assert_eq!(read(text), Ok(When::At(at(expected))), "{text}");
    }
    // Over the change of the clocks a day keeps its wall time, an hour is an hour.
    let eve = at("2027-03-13T12:00:00Z");
    assert_eq!(read_when("in 1 day", New_York, eve), Ok(When::At(at("2027-03-14T11:00:00Z"))));
    assert_eq!(read_when("in 24 hours", New_York, eve), Ok(When::At(at("2027-03-14T12:00:00Z"))));
}

#[test]
fn what_cannot_be_meant_is_told_apart() {
    assert_eq!(read("2026-11-20 9:00"), Err(WhenProblem::Past(at("2026-11-20T14:00:00Z"))));
    assert_eq!(read("today 7:00"), Err(WhenProblem::Past(now())));
    assert_eq!(read("in 0 minutes"), Err(WhenProblem::Past(now())));
    assert_eq!(read("2026-02-30 9:00"), Err(WhenProblem::NoSuchDay));
    assert_eq!(read("31 September 2027 9:00"), Err(WhenProblem::NoSuchDay));
    assert!(matches!(read("2062-12-01 9:00"), Err(WhenProblem::TooFar(_))));
    assert!(matches!(read("99999999999999999999 hours"), Err(WhenProblem::TooFar(_))));
    assert!(matches!(read("in 99999999999 weeks"), Err(WhenProblem::Unreadable | WhenProblem::TooFar(_))));
    for text in ["", "soon", "in", "at", "2026-12-01", "monday", "2026-12-01 25:00", "2026-12-01 13pm", "1 2 2026 9:00"]
    {
        assert_eq!(read(text), Err(WhenProblem::Unreadable), "{text}");
    }
}

#[test]
fn what_can_be_meant_in_two_ways_is_not_read() {
    for text in [
        "12/01/2026 9:00",
        "01/12/2026 9:00",
        "30/11/2026 9:00",
        "1.12.2026 9:00",
        "01-12-2026 9:00",
        "9",
        "tomorrow 9",
        "tomorrow at 2",
        "tomorrow midnight",
        "9h",
        "9 h",
        "1.5 days",
        "1,5 hours",
        "December 1 9:00",
        "tomorrow 9:00 EST",
        "2026-12-01 14:00 UTC+1",
        "2026-12-01 14:00+1",
        "2026-12-01 14:00-15:00",
        "2026-12-01 14:00+01:00 9:00",
    ] {
        assert_eq!(read(text), Err(WhenProblem::Unreadable), "{text}");
    }
}

#[test]
fn a_time_that_the_clocks_skip_leaves_two_choices() {
    // New York, 14 March 2027: 2:00 becomes 3:00.
    let choices = [at("2027-03-14T06:30:00Z"), at("2027-03-14T07:30:00Z")];
    assert_eq!(read("2027-03-14 2:30"), Ok(When::Skipped(choices)));
    assert_eq!(read("2:30 am on March 14, 2027"), Ok(When::Skipped(choices)));
    let eve = at("2027-03-13T12:00:00Z");
    assert_eq!(read_when("next sunday 2:30", New_York, eve), Ok(When::Skipped(choices)));
    let walls = choices.map(|choice| wall_time(choice, New_York));
    assert_eq!(walls[0], "Sunday 14 March 2027, 01:30 EST (America/New_York)");
    assert_eq!(walls[1], "Sunday 14 March 2027, 03:30 EDT (America/New_York)");
}

#[test]
fn a_time_that_the_clocks_show_twice_leaves_two_choices() {
    // New York, 7 November 2027: 2:00 becomes 1:00.
    let choices = [at("2027-11-07T05:30:00Z"), at("2027-11-07T06:30:00Z")];
    assert_eq!(read("2027-11-07 1:30"), Ok(When::Twice(choices)));
    // Between the two, only the second is left.
    let between = at("2027-11-07T06:00:00Z");
    assert_eq!(read_when("2027-11-07 1:30", New_York, between), Ok(When::At(choices[1])));
    assert_eq!(read_when("sunday 1:30", New_York, between), Ok(When::At(choices[1])));
    assert_eq!(read_when("1:30", New_York, at("2027-11-07T05:00:00Z")), Ok(When::Twice(choices)));
    // A zone without such changes has one instant.
    let calcutta = read_when("2027-11-07 1:30", Kolkata, now());
    assert_eq!(calcutta, Ok(When::At(at("2027-11-06T20:00:00Z"))));
}

proptest! {
    #[test]
    fn whatever_is_typed_never_panics(text in ".{0,40}", zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec())) {
        let zone: Tz = zone;
        let _read = read_when(&text, zone, now());
        let _read = read_when(&format!("in {text}"), zone, now());
        let _read = read_when(&format!("2026-12-01 {text}"), zone, now());
        let _read = read_when(&format!("{text} 9:00"), zone, now());
        let _read = read_when(&format!("{text} hours"), zone, now());
    }

    #[test]
    fn every_wall_time_of_every_zone_has_one_or_two_instants(minute in 0_u32..527_000, zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec())) {
        let local = now().naive_utc() + TimeDelta::minutes(2000 + i64::from(minute));
        let read = read_when(&local.format("%Y-%m-%d %H:%M").to_string(), zone, now());
        prop_assert!(matches!(read, Ok(_) | Err(WhenProblem::TooFar(_))), "{read:?}");
    }
}
