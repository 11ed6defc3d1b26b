use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::{Africa, America, Asia, Australia, Europe, Pacific, Tz};
use proptest::prelude::*;

use super::{LONGEST_RULE, Rule, RuleError, Schedule, Series, Status, sessions};

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn series(key: &str, zone: Tz, schedule: Schedule) -> Series {
    Series {
        key: key.to_owned(),
        title: format!("The {key} hour"),
        channel: "1".parse().unwrap(),
        duration: TimeDelta::hours(1),
        zone,
        schedule,
        leads: Vec::new(),
    }
}

fn by_rule(rule: &str, at: &str, zone: Tz) -> Series {
    let rule = Rule::parse(rule, time(at), zone).unwrap();
    series("rule", zone, Schedule::Rule { rule, status: Status::Expected })
}

fn by_dates(key: &str, dates: &[&str]) -> Series {
    series(key, Tz::UTC, Schedule::Dates(dates.iter().map(|date| utc(date)).collect()))
}

/// Starts in UTC and on the wall, a line each.
fn starts(series: &Series, from: &str, to: &str) -> String {
    let lines = series.sessions(utc(from), utc(to)).into_iter().map(|session| {
        format!("{} = {}", session.start.format("%Y-%m-%d %H:%M UTC"), session.local_start().format("%a %d %H:%M %Z"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn refusal(rule: &str) -> RuleError {
    Rule::parse(rule, time("09:00"), America::New_York).unwrap_err()
}

#[test]
fn new_york_keeps_its_wall_time_in_summer_and_winter() {
    let series = by_rule("FREQ=MONTHLY;BYDAY=3TU", "09:00", America::New_York);
    insta::assert_snapshot!(starts(&series, "2026-02-01T00:00:00Z", "2026-05-01T00:00:00Z"), @"
    2026-02-17 14:00 UTC = Tue 17 09:00 EST
    2026-03-17 13:00 UTC = Tue 17 09:00 EDT
    2026-04-21 13:00 UTC = Tue 21 09:00 EDT
    ");
    insta::assert_snapshot!(starts(&series, "2026-10-01T00:00:00Z", "2026-12-01T00:00:00Z"), @"
    2026-10-20 13:00 UTC = Tue 20 09:00 EDT
    2026-11-17 14:00 UTC = Tue 17 09:00 EST
    ");
}

#[test]
fn london_changes_on_other_days_than_new_york() {
    let series = by_rule("FREQ=WEEKLY;BYDAY=MO", "18:30", Europe::London);
    insta::assert_snapshot!(starts(&series, "2026-03-16T00:00:00Z", "2026-04-06T00:00:00Z"), @"
    2026-03-16 18:30 UTC = Mon 16 18:30 GMT
    2026-03-23 18:30 UTC = Mon 23 18:30 GMT
    2026-03-30 17:30 UTC = Mon 30 18:30 BST
    ");
}

#[test]
fn sydney_is_a_day_ahead_and_has_summer_in_january() {
    let series = by_rule("FREQ=MONTHLY;BYDAY=1WE", "08:00", Australia::Sydney);
    insta::assert_snapshot!(starts(&series, "2026-03-01T00:00:00Z", "2026-05-31T00:00:00Z"), @"
    2026-03-03 21:00 UTC = Wed 04 08:00 AEDT
    2026-03-31 21:00 UTC = Wed 01 08:00 AEDT
    2026-05-05 22:00 UTC = Wed 06 08:00 AEST
    ");
}

#[test]
fn zones_without_summer_time_stay_as_they_are() {
    let lagos = by_rule("FREQ=MONTHLY;BYMONTHDAY=15", "10:00", Africa::Lagos);
    insta::assert_snapshot!(starts(&lagos, "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"), @"
    2026-03-15 09:00 UTC = Sun 15 10:00 WAT
    2026-04-15 09:00 UTC = Wed 15 10:00 WAT
    ");
    let kathmandu = by_rule("FREQ=DAILY", "00:00", Asia::Kathmandu);
    insta::assert_snapshot!(starts(&kathmandu, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"), @"2026-03-01 18:15 UTC = Mon 02 00:00 +0545");
}

#[test]
fn a_wall_time_that_is_left_out_moves_forward() {
    let series = by_rule("FREQ=DAILY", "02:30", America::New_York);
    insta::assert_snapshot!(starts(&series, "2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z"), @"
    2026-03-07 07:30 UTC = Sat 07 02:30 EST
    2026-03-08 07:30 UTC = Sun 08 03:30 EDT
    2026-03-09 06:30 UTC = Mon 09 02:30 EDT
    ");
    // Lord Howe Island goes half an hour forward.
    let island = by_rule("FREQ=YEARLY;BYMONTH=10;BYDAY=1SU", "02:15", Australia::Lord_Howe);
    insta::assert_snapshot!(starts(&island, "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"), @"2026-10-03 15:45 UTC = Sun 04 02:45 +11");
}

#[test]
fn a_wall_time_that_comes_twice_means_the_first() {
    let series = by_rule("FREQ=DAILY", "01:30", America::New_York);
    insta::assert_snapshot!(starts(&series, "2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z"), @"
    2026-10-31 05:30 UTC = Sat 31 01:30 EDT
    2026-11-01 05:30 UTC = Sun 01 01:30 EDT
    2026-11-02 06:30 UTC = Mon 02 01:30 EST
    ");
}

#[test]
fn a_day_that_an_island_left_out_makes_no_second_session() {
    let series = by_rule("FREQ=DAILY", "12:00", Pacific::Apia);
    insta::assert_snapshot!(starts(&series, "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z"), @"
    2011-12-29 22:00 UTC = Thu 29 12:00 -10
    2011-12-30 22:00 UTC = Sat 31 12:00 +14
    2011-12-31 22:00 UTC = Sun 01 12:00 +14
    ");
}

#[test]
fn a_leap_day_comes_every_fourth_year() {
    let series = by_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "12:00", Tz::UTC);
    insta::assert_snapshot!(starts(&series, "2026-01-01T00:00:00Z", "2034-01-01T00:00:00Z"), @"
    2028-02-29 12:00 UTC = Tue 29 12:00 UTC
    2032-02-29 12:00 UTC = Sun 29 12:00 UTC
    ");
    let last = by_rule("FREQ=MONTHLY;BYMONTHDAY=-1", "12:00", Tz::UTC);
    insta::assert_snapshot!(starts(&last, "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"), @"2028-02-29 12:00 UTC = Tue 29 12:00 UTC");
}

#[test]
fn an_interval_does_not_depend_on_the_day_it_is_asked() {
    let series = by_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "09:00", America::New_York);
    let all = starts(&series, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
    let later = starts(&series, "2026-01-20T00:00:00Z", "2026-03-01T00:00:00Z");
    assert_eq!(all.lines().count(), 4, "{all}");
    assert!(all.ends_with(&later) && !later.is_empty(), "{all}\n\n{later}");
}

#[test]
fn a_rule_ends_where_until_says() {
    let count = |until: &str| {
        let series = by_rule(&format!("FREQ=DAILY;UNTIL={until}"), "21:00", America::New_York);
        series.sessions(utc("2026-06-01T04:00:00Z"), utc("2026-07-01T00:00:00Z")).len()
    };
    assert_eq!(count("20260603"), 3, "the day named is included");
    assert_eq!(count("20260603T205900"), 2, "a wall time");
    assert_eq!(count("20260604T010000Z"), 3, "21:00 in New York is 01:00 UTC of the day after");
    assert_eq!(count("20260604T005959Z"), 2);
}

#[test]
fn published_dates_are_sorted_said_once_and_never_extrapolated() {
    let series = by_dates("board", &["2026-10-13T21:00:00Z", "2026-09-08T13:00:00Z", "2026-10-13T21:00:00Z"]);
    let all = series.sessions(utc("2000-01-01T00:00:00Z"), utc("2100-01-01T00:00:00Z"));
    let starts: Vec<_> = all.iter().map(|session| session.start).collect();
    assert_eq!(starts, [utc("2026-09-08T13:00:00Z"), utc("2026-10-13T21:00:00Z")]);
    assert!(all.iter().all(|session| session.status == Status::Scheduled));
    assert!(series.sessions(utc("2026-10-13T21:00:01Z"), utc("2100-01-01T00:00:00Z")).is_empty());
}

#[test]
fn a_window_includes_its_beginning_and_not_its_end() {
    let series = by_dates("board", &["2026-09-08T13:00:00Z", "2026-10-13T21:00:00Z"]);
    assert_eq!(series.sessions(utc("2026-09-08T13:00:00Z"), utc("2026-10-13T21:00:00Z")).len(), 1);
    assert!(series.sessions(utc("2026-10-13T21:00:00Z"), utc("2026-09-08T13:00:00Z")).is_empty());
}

#[test]
fn the_session_under_way_is_the_next_until_it_ends() {
    let series = by_dates("board", &["2026-09-08T13:00:00Z", "2026-10-13T21:00:00Z"]);
    let next = |now: &str| series.next(utc(now), 1).first().map(|session| session.start);
    assert_eq!(next("2026-09-08T13:59:59Z"), Some(utc("2026-09-08T13:00:00Z")));
    assert_eq!(next("2026-09-08T14:00:00Z"), Some(utc("2026-10-13T21:00:00Z")));
    assert_eq!(next("2026-10-13T22:00:00Z"), None);
}

#[test]
fn sessions_of_all_series_come_in_order() {
    let all = [
        by_rule("FREQ=MONTHLY;BYDAY=3TU", "09:00", America::New_York),
        by_dates("board", &["2026-10-13T21:00:00Z", "2026-11-17T14:00:00Z"]),
    ];
    let order: Vec<_> = sessions(&all, utc("2026-10-01T00:00:00Z"), utc("2026-12-01T00:00:00Z"))
        .into_iter()
        .map(|session| session.series.to_owned())
        .collect();
    assert_eq!(order, ["board", "rule", "rule", "board"]);
}

#[test]
fn rules_that_would_make_millions_are_refused() {
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=HOURLY;BYDAY=TU",
        "FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2;BYSECOND=1,2,3",
    ] {
        assert_eq!(refusal(rule), RuleError::WithinDay, "{rule}");
    }
    assert_eq!(refusal("FREQ=DAILY;COUNT=4294967295"), RuleError::Count);
    let long = format!("FREQ=MONTHLY;BYMONTHDAY={}", "1,".repeat(LONGEST_RULE));
    assert_eq!(refusal(&long), RuleError::TooLong);
}

#[test]
fn rules_that_never_come_true_are_refused() {
    for rule in ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=0"] {
        assert_eq!(refusal(rule), RuleError::Never, "{rule}");
    }
}

#[test]
fn a_rule_is_followed_for_a_century_and_then_given_up() {
    let series = by_rule("FREQ=DAILY", "09:00", America::New_York);
    let all = series.sessions(DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    assert_eq!(all.len(), 50_000);
    assert!(all.last().unwrap().start > utc("2130-01-01T00:00:00Z"));
}

#[test]
fn a_rule_says_which_days_are_meant() {
    for rule in ["FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=YEARLY;BYMONTH=3", "FREQ=YEARLY;BYWEEKNO=3"] {
        assert_eq!(refusal(rule), RuleError::NoDays, "{rule}");
    }
}

#[test]
fn what_is_no_rule_is_refused_in_a_sentence() {
    for rule in
        ["", "tuesdays", "FREQ=MONTHLY;BYDAY=9XX", "EXRULE:FREQ=DAILY", "FREQ=DAILY\nRRULE:FREQ=SECONDLY", "FREQ=DAÏLY"]
    {
        assert!(matches!(refusal(rule), RuleError::Unreadable(_)), "{rule:?}: {}", refusal(rule));
    }
    insta::assert_snapshot!(refusal("FREQ=SOMETIMES"), @r#"the rule can't be read (`SOMETIMES` is not a valid frequency); write one like "FREQ=MONTHLY;BYDAY=3TU""#);
    insta::assert_snapshot!(refusal("FREQ=MONTHLY;BYDAY=3TU;BYHOUR=7"), @"the rule names hours, minutes or seconds; name days alone, the time is given by `at`");
}

proptest! {
    #[test]
    fn no_text_makes_a_rule_panic(text in "\\PC{0,80}") {
        let _any = Rule::parse(&text, NaiveTime::MIN, Tz::UTC);
    }

    #[test]
    fn every_rule_that_is_accepted_stays_in_its_window(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        interval in 0_u16..,
        more in prop::collection::vec(prop::sample::select(vec![
            "BYDAY=TU", "BYDAY=-5MO,5FR", "BYMONTHDAY=31,-31", "BYMONTH=2", "BYSETPOS=-1", "BYSETPOS=31",
            "BYYEARDAY=366", "BYWEEKNO=53", "WKST=SU", "UNTIL=20300101", "UNTIL=19000101T000000Z",
        ]), 0..4),
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        minute in 0_u32..1440,
    ) {
        let text = format!("FREQ={freq};INTERVAL={interval};{}", more.join(";"));
        let at = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        if let Ok(rule) = Rule::parse(&text, at, zone) {
            let (from, to) = (utc("2026-01-01T00:00:00Z"), utc("2028-01-01T00:00:00Z"));
            let starts = rule.starts(zone, from, to);
            prop_assert!(starts.len() <= 731 && starts.is_sorted());
            prop_assert!(starts.iter().all(|start| (from..to).contains(start)));
        }
    }
}
