//! A session is one instant: whatever is shown of it, in whatever form, says that instant. Three years of series of all
//! kinds, over every change of the clocks.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::{America, Asia, Australia, Europe, Tz};
use proptest::prelude::*;
use psfbot::ids::{ChannelId, GuildId};
use psfbot::message::instant;
use psfbot::office_hours::{
    Appointment, Listed, Rule, Schedule, Series, Session, Status, google_link, ics, occasions, plan, reminder,
};

use crate::support::ics::events;

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn guild() -> GuildId {
    GuildId::new(7).unwrap()
}

fn series(zone: Tz, schedule: Schedule) -> Series {
    Series {
        key: "series".into(),
        title: "Office hour".into(),
        channel: ChannelId::new(3).unwrap(),
        duration: TimeDelta::hours(1),
        zone,
        schedule,
        leads: vec![TimeDelta::minutes(15)],
    }
}

fn by_rule(rule: &str, at: NaiveTime, zone: Tz) -> Series {
    let rule = Rule::parse(rule, at, zone).unwrap();
    series(zone, Schedule::Rule { rule, status: Status::Scheduled })
}

/// The number of `<t:…:F>`, which must agree with the UTC time beside it.
fn of_discord(text: &str) -> DateTime<Utc> {
    let (number, rest) = text.split_once("<t:").unwrap().1.split_once(":F>").unwrap();
    let at = Utc.timestamp_opt(number.parse().unwrap(), 0).unwrap();
    let said = rest.split_once('(').unwrap().1.split_once(')').unwrap().0;
    assert_eq!(
        NaiveDateTime::parse_from_str(said, "%d %B %Y, %H:%M UTC").unwrap().and_utc(),
        at.with_second(0).unwrap()
    );
    at
}

/// Everything that is shown of a session, read back; `from_ics` is what its calendar file says.
fn read_back(session: &Session<'_>, from_ics: DateTime<Utc>) -> Vec<(&'static str, DateTime<Utc>)> {
    let json = serde_json::to_value(Listed::from(session)).unwrap();
    let time = |name: &str| DateTime::parse_from_rfc3339(json[name].as_str().unwrap()).unwrap();
    let row = session.row();
    let of_row = |text: &str| NaiveDateTime::parse_from_str(text, "%a %d %b %Y, %H:%M").unwrap();
    let (wall, zone) = row[2].split_once(" (").unwrap();
    let zone: Tz = zone.trim_end_matches(')').parse().unwrap();
    // The row has no offset, so it is read as the one of the two that is meant.
    let wall = zone.from_local_datetime(&of_row(wall));
    let wall = [wall.earliest(), wall.latest()].into_iter().flatten().find(|at| *at == session.start).unwrap();
    let link = google_link(&Appointment::from(session), guild()).unwrap();
    let dates = link.query_pairs().find(|(name, _)| name == "dates").unwrap().1.into_owned();
    let of_google = NaiveDateTime::parse_from_str(dates.split_once('/').unwrap().0, "%Y%m%dT%H%M%SZ").unwrap();
    vec![
        ("Discord", of_discord(&instant(session.start))),
        ("JSON, start", time("start").to_utc()),
        ("JSON, end", time("end").to_utc() - (session.end - session.start)),
        ("JSON, local_start", time("local_start").to_utc()),
        ("row, UTC", of_row(&row[1]).and_utc()),
        ("row, local", wall.to_utc()),
        ("iCalendar", from_ics),
        ("Google", of_google.and_utc()),
    ]
}

/// Asserts that all that is shown of these sessions is the same instant for each.
fn assert_all_agree(sessions: &[Session<'_>]) {
    let appointments: Vec<_> = sessions.iter().map(Appointment::from).collect();
    let file = events(&ics("PSF", guild(), &appointments, &[]));
    assert_eq!(file.len(), sessions.len());
    for (session, event) in sessions.iter().zip(file) {
        assert_eq!(event.end.unwrap(), session.end, "{session:?}");
        for (form, shown) in read_back(session, event.start.unwrap()) {
            assert_eq!(shown, session.start, "{form} of {session:?}");
        }
    }
}

const NINE: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).unwrap();

#[test]
fn three_years_of_the_real_series_say_one_instant_in_every_form_over_every_change() {
    let board = [
        "2025-11-04T14:00:00Z",
        "2025-12-09T21:00:00Z",
        "2026-01-13T14:00:00Z",
        "2026-02-10T21:00:00Z",
        "2026-03-10T13:00:00Z",
        "2026-04-14T21:00:00Z",
        "2026-05-12T13:00:00Z",
        "2026-06-09T21:00:00Z",
        "2026-07-14T13:00:00Z",
        "2026-08-11T21:00:00Z",
        "2026-09-08T13:00:00Z",
        "2026-10-13T21:00:00Z",
    ];
    let kinds = [
        (by_rule("FREQ=MONTHLY;BYDAY=3TU", NINE, America::New_York), 36, 2),
        (by_rule("FREQ=WEEKLY;BYDAY=SU", NINE, Europe::London), 157, 2),
        (by_rule("FREQ=WEEKLY;BYDAY=SU", NINE, Australia::Sydney), 157, 2),
        (by_rule("FREQ=MONTHLY;BYMONTHDAY=-1", NINE, Asia::Kolkata), 36, 1),
        (series(America::New_York, Schedule::Dates(board.map(utc).to_vec())), 12, 2),
    ];
    for (series, count, offsets) in &kinds {
        let sessions = series.sessions(utc("2025-11-01T00:00:00Z"), utc("2028-11-01T00:00:00Z"));
        assert_eq!(sessions.len(), *count, "{}", series.zone);
        assert_all_agree(&sessions);
        let seen: BTreeSet<i64> = sessions
            .iter()
            .map(|session| (session.local_start().naive_local() - session.start.naive_utc()).num_minutes())
            .collect();
        assert_eq!(seen.len(), *offsets, "{}: {seen:?}", series.zone);
        if matches!(series.schedule, Schedule::Rule { .. }) {
            assert!(sessions.iter().all(|session| session.local_start().time() == NINE), "{}", series.zone);
        }
    }
}

#[test]
fn the_two_hours_of_row_11_are_one_instant() {
    // "9AM Eastern, 1PM UTC", it was said of a session in January; nine in New York is 14:00 then.
    let series = by_rule("FREQ=MONTHLY;BYDAY=2TU", NINE, America::New_York);
    let sessions = series.sessions(utc("2026-01-01T00:00:00Z"), utc("2026-02-01T00:00:00Z"));
    assert_eq!(sessions[0].start, utc("2026-01-13T14:00:00Z"));
    assert_eq!(of_discord(&instant(sessions[0].start)), sessions[0].start);
    assert_all_agree(&sessions);
}

#[test]
fn a_night_session_is_told_right_where_the_clocks_leave_it_out_or_show_it_twice() {
    let at = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
    let one = NaiveTime::from_hms_opt(1, 30, 0).unwrap();
    for (zone, at) in [
        (America::New_York, at),
        (America::New_York, one),
        (Europe::London, one),
        (Australia::Sydney, at),
        (Australia::Lord_Howe, one),
        (Europe::Dublin, one),
        (Asia::Kolkata, at),
    ] {
        let series = by_rule("FREQ=DAILY", at, zone);
        let sessions = series.sessions(utc("2026-01-01T00:00:00Z"), utc("2029-01-01T00:00:00Z"));
        assert_eq!(sessions.len(), 1096, "one a day, whatever the clocks do: {zone}");
        assert_all_agree(&sessions);
    }
}

#[test]
fn the_leap_day_is_a_day_like_any_other() {
    let series = by_rule("FREQ=MONTHLY;BYMONTHDAY=29", NINE, America::New_York);
    let days = |year: i32| -> Vec<String> {
        let from = Utc.with_ymd_and_hms(year, 2, 1, 0, 0, 0).unwrap();
        let sessions = series.sessions(from, from + TimeDelta::days(31));
        assert_all_agree(&sessions);
        sessions.iter().map(|session| session.row()[1].clone()).collect()
    };
    assert_eq!(days(2028), ["Tue 29 Feb 2028, 14:00"]);
    assert!(days(2027).is_empty(), "there is none, and none is made up");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever the rule, the zone and the time: every form says one instant, and a reminder names it too.
    #[test]
    fn whatever_is_shown_is_one_instant(
        zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        rule in prop::sample::select(vec![
            "FREQ=MONTHLY;BYDAY=3TU", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU",
        ]),
        minute in 0_u32..1440,
        year in 2026_i32..2034,
    ) {
        let at = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        let series = [by_rule(rule, at, zone)];
        let from = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        let sessions = series[0].sessions(from, from + TimeDelta::days(3 * 366));
        assert_all_agree(&sessions);
        let all = occasions(&series, &[], from, from + TimeDelta::days(3 * 366));
        let planned = plan(&all, TimeDelta::hours(2), from - TimeDelta::days(1), from + TimeDelta::days(4 * 366));
        let reminded: Vec<_> = planned.iter().map(|planned| of_discord(&reminder(planned).content)).collect();
        prop_assert_eq!(reminded, sessions.iter().map(|session| session.start).collect::<Vec<_>>());
    }

    /// Published instants of a series with a zone, the second of two equal wall times among them.
    #[test]
    fn published_instants_stay_what_they_are(
        zone in prop::sample::select(vec![America::New_York, Europe::London, Australia::Sydney, Asia::Kolkata, Australia::Lord_Howe]),
        hours in prop::collection::btree_set(0_i64..3 * 366 * 48, 1..40),
    ) {
        let dates: Vec<_> = hours.iter().map(|half| utc("2026-01-01T00:00:00Z") + TimeDelta::minutes(30 * half)).collect();
        let series = series(zone, Schedule::Dates(dates.clone()));
        let sessions = series.sessions(utc("2026-01-01T00:00:00Z"), utc("2030-01-01T00:00:00Z"));
        prop_assert_eq!(sessions.iter().map(|session| session.start).collect::<Vec<_>>(), dates);
        assert_all_agree(&sessions);
    }
}

#[test]
fn the_command_line_says_the_same_in_all_three_forms() {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    let series = |key: &str, zone: &str, rule: &str| {
        format!(
            "[[series]]\nkey = \"{key}\"\ntitle = \"{key}\"\nchannel = \"3\"\nduration = \"1h\"\nzone = \"{zone}\"\nat = \"01:30\"\nrule = \"{rule}\"\n"
        )
    };
    let config = [
        "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n".to_owned(),
        series("york", "America/New_York", "FREQ=WEEKLY;BYDAY=SU"),
        series("london", "Europe/London", "FREQ=WEEKLY;BYDAY=SU"),
        series("sydney", "Australia/Sydney", "FREQ=WEEKLY;BYDAY=SU"),
        series("kolkata", "Asia/Kolkata", "FREQ=MONTHLY;BYDAY=3TU"),
        "[[series]]\nkey = \"board\"\ntitle = \"board\"\nchannel = \"3\"\nduration = \"1h\"\ndates = [\"2026-10-13T21:00:00Z\"]\n".into(),
    ]
    .concat();
    std::fs::write(file.path(), config).unwrap();
    let list = |form: &[&str]| {
        let mut command =
            crate::support::process::psfbot(&["office-hours", "list", "--from", "2026-01-01", "--days", "1096"]);
        let output = command.args(form).arg("--config").arg(file.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let json: Vec<serde_json::Value> = serde_json::from_str(&list(&["--json"])).unwrap();
    let of_json: Vec<_> = json.iter().map(|session| utc(session["start"].as_str().unwrap())).collect();
    let of_ics: Vec<_> = events(&list(&["--ics"])).iter().map(|event| event.start.unwrap()).collect();
    let table = list(&[]);
    let of_rows: Vec<_> = table
        .lines()
        .map(|row| {
            NaiveDateTime::parse_from_str(row.split('\t').nth(1).unwrap(), "%a %d %b %Y, %H:%M").unwrap().and_utc()
        })
        .collect();
    assert_eq!(of_json.len(), 3 * 157 + 36 + 1);
    assert_eq!(of_ics, of_json);
    assert_eq!(of_rows, of_json);
}
