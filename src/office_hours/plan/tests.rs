use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::{America, Tz};
use proptest::prelude::*;

use super::{Occasion, Reminder, SILENT_FROM, Subject, occasions, plan};
use crate::office_hours::{KeyDate, Rule, Schedule, Series, Status, When};

const GRACE: TimeDelta = TimeDelta::hours(2);

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn occasion(start: DateTime<Utc>, leads: &[TimeDelta]) -> Occasion<'_> {
    Occasion {
        subject: Subject::Session,
        key: "board",
        title: "Board",
        channel: "1".parse().unwrap(),
        start,
        leads,
        key_date: None,
    }
}

fn series(schedule: Schedule, zone: Tz, leads: &[i64]) -> Series {
    Series {
        key: "grants".into(),
        title: "Grants".into(),
        channel: "1".parse().unwrap(),
        duration: TimeDelta::hours(1),
        zone,
        schedule,
        leads: leads.iter().map(|minutes| TimeDelta::minutes(*minutes)).collect(),
        opening: None,
        changes: Vec::new(),
    }
}

fn rule(status: Status) -> Schedule {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    Schedule::Rule { rule: Rule::parse("FREQ=MONTHLY;BYDAY=3TU", nine, America::New_York).unwrap(), status }
}

fn shown(reminders: &[Reminder<'_>]) -> String {
    let time = |at: DateTime<Utc>| at.format("%d %H:%M").to_string();
    let lines = reminders.iter().map(|reminder| {
        let quiet = if reminder.is_silent() { ", silent" } else { "" };
        let lead = reminder.lead.num_minutes();
        format!("{lead} min before: {} until {}{quiet}", time(reminder.due_at), time(reminder.expires_at))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What may be sent at an instant.
fn sendable(reminders: &[Reminder<'_>], now: DateTime<Utc>) -> usize {
    reminders.iter().filter(|reminder| reminder.due_at <= now && now < reminder.expires_at).count()
}

#[test]
fn a_day_ahead_is_silent_and_a_quarter_of_an_hour_is_not() {
    let leads = [TimeDelta::minutes(15), TimeDelta::hours(24)];
    let all = [occasion(utc("2026-12-01T17:00:00Z"), &leads)];
    let planned = plan(&all, GRACE, utc("2026-11-30T00:00:00Z"), utc("2026-12-02T00:00:00Z"));
    insta::assert_snapshot!(shown(&planned), @"
    1440 min before: 30 17:00 until 30 19:00, silent
    15 min before: 01 16:45 until 01 17:00
    ");
}

#[test]
fn only_what_is_due_soon_is_planned() {
    let leads = [TimeDelta::minutes(15), TimeDelta::hours(24)];
    let all = [occasion(utc("2026-12-01T17:00:00Z"), &leads)];
    assert!(plan(&all, GRACE, utc("2026-11-27T00:00:00Z"), utc("2026-11-29T00:00:00Z")).is_empty());
}

#[test]
fn nothing_is_planned_for_what_has_begun_or_for_a_time_long_past() {
    let leads = [TimeDelta::hours(24), TimeDelta::days(7)];
    let start = utc("2026-10-13T21:00:00Z");
    let all = [occasion(start, &leads)];
    let far = start + TimeDelta::days(365);
    assert!(plan(&all, GRACE, start, far).is_empty());
    let planned = plan(&all, GRACE, start - TimeDelta::minutes(1), far);
    assert_eq!(planned.len(), 1, "the one of a week before is forgotten");
}

#[test]
fn of_two_that_are_late_at_once_only_the_nearer_may_be_sent() {
    let leads = [TimeDelta::hours(1), TimeDelta::hours(2)];
    let all = [occasion(utc("2026-12-01T17:00:00Z"), &leads)];
    let now = utc("2026-12-01T16:10:00Z");
    let planned = plan(&all, GRACE, now, now);
    insta::assert_snapshot!(shown(&planned), @"
    120 min before: 01 15:00 until 01 16:00
    60 min before: 01 16:00 until 01 17:00
    ");
    assert_eq!(sendable(&planned, now), 1);
}

#[test]
fn what_is_only_expected_is_not_reminded_of() {
    let all = [series(rule(Status::Expected), America::New_York, &[15]), series(rule(Status::Scheduled), Tz::UTC, &[])];
    assert!(occasions(&all, &[], utc("2026-01-01T00:00:00Z"), utc("2027-01-01T00:00:00Z")).is_empty());
}

#[test]
fn a_key_date_is_reminded_of_where_it_has_a_channel() {
    let date = |channel: Option<&str>, when| KeyDate {
        key: "vote".into(),
        title: "Voting".into(),
        channel: channel.map(|channel| channel.parse().unwrap()),
        when,
        planned: when,
        change: None,
        leads: vec![TimeDelta::hours(24)],
        url: None,
        text: None,
    };
    let days = When::Days { first: "2026-12-01".parse().unwrap(), last: "2026-12-03".parse().unwrap() };
    let all = [date(None, days), date(Some("2"), days)];
    let found = occasions(&[], &all, utc("2026-11-01T00:00:00Z"), utc("2027-01-01T00:00:00Z"));
    assert_eq!(found.len(), 1);
    assert_eq!((days.start(), days.end()), (found[0].start, utc("2026-12-04T00:00:00Z")));
    assert_eq!(days.in_words(), "1 December 2026 to 3 December 2026");
}

proptest! {
    /// Whatever the leads, the grace and the time: never two at once, none before its time, none after the beginning.
    #[test]
    fn at_any_time_one_reminder_at_most_may_be_sent(
        leads in proptest::collection::vec(1_i64..=60 * 24 * 60, 0..6),
        grace in 1_i64..=24 * 60,
        before in -120_i64..=60 * 24 * 60,
    ) {
        let start = utc("2027-03-14T13:00:00Z");
        let leads: Vec<TimeDelta> = leads.into_iter().map(TimeDelta::minutes).collect();
        let all = [occasion(start, &leads)];
        let now = start - TimeDelta::minutes(before);
        let planned = plan(&all, TimeDelta::minutes(grace), now, now);
        prop_assert!(sendable(&planned, now) <= 1);
        for reminder in &planned {
            prop_assert_eq!(reminder.due_at + reminder.lead, start);
            prop_assert!(reminder.due_at <= now && reminder.due_at < reminder.expires_at);
            prop_assert!(reminder.expires_at <= start, "nothing after the beginning");
            prop_assert!(reminder.expires_at - reminder.due_at <= TimeDelta::minutes(grace).min(reminder.lead));
            prop_assert_eq!(reminder.is_silent(), reminder.lead >= SILENT_FROM);
        }
    }

    /// A process that plans again and again, with any pauses, plans each reminder under one key.
    #[test]
    fn planning_again_changes_nothing(pauses in proptest::collection::vec(1_i64..=3 * 24 * 60, 1..40)) {
        let leads = [TimeDelta::minutes(15), TimeDelta::hours(24)];
        let all = [occasion(utc("2026-12-01T17:00:00Z"), &leads), occasion(utc("2026-12-15T17:00:00Z"), &leads)];
        let mut now = utc("2026-11-21T12:00:00Z");
        let mut seen = std::collections::BTreeMap::new();
        for pause in pauses {
            for reminder in plan(&all, GRACE, now, now + TimeDelta::days(2)) {
                let known = seen.entry((reminder.occasion.start, reminder.lead)).or_insert(reminder.expires_at);
                prop_assert_eq!(*known, reminder.expires_at);
            }
            now += TimeDelta::minutes(pause);
        }
        prop_assert!(seen.len() <= 4);
    }

    /// Nine in New York stays nine in New York, and its reminders keep their distance, over both changes of the clocks.
    #[test]
    fn a_series_keeps_its_wall_time_and_its_reminders_their_lead(year in 2007_i32..2060, lead in 1_i64..=60 * 24 * 60) {
        let all = [series(rule(Status::Scheduled), America::New_York, &[lead])];
        let from = utc(&format!("{year}-01-01T00:00:00Z"));
        let found = occasions(&all, &[], from, from + TimeDelta::days(365));
        prop_assert_eq!(found.len(), 12);
        let planned = plan(&found, GRACE, from - TimeDelta::days(61), from + TimeDelta::days(365));
        prop_assert_eq!(planned.len(), 12);
        let mut offsets = std::collections::BTreeSet::new();
        for reminder in planned {
            let local = (reminder.due_at + TimeDelta::minutes(lead)).with_timezone(&America::New_York);
            prop_assert_eq!((local.hour(), local.minute()), (9, 0));
            offsets.insert((local.naive_local() - local.naive_utc()).num_hours());
        }
        prop_assert_eq!(offsets.into_iter().collect::<Vec<_>>(), vec![-5, -4]);
    }
}
