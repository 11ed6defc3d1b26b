//! `psfbot office-hours list` over the shipped configuration and over small ones: rows, JSON and calendar file.

use std::path::Path;

use assert_cmd::Command;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::ics::events;

fn list(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_psfbot"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["office-hours", "list"]).args(args);
    command
}

fn output(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

fn errors(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stderr).unwrap()
}

fn json_of(args: &[&str]) -> Vec<Value> {
    serde_json::from_str(&output(&mut list(&[args, &["--json"]].concat()))).unwrap()
}

fn config(series: &str) -> NamedTempFile {
    let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
    std::fs::write(file.path(), format!("[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n{series}")).unwrap();
    file
}

fn named(path: &Path) -> &str {
    path.to_str().unwrap()
}

const RULE: &str = "[[series]]\nkey = \"late\"\ntitle = \"Late; or, the \\\"night\\\" hour, élan\"\nchannel = \"3\"\nduration = \"90m\"\nat = \"23:30\"\nzone = \"Europe/London\"\n";

#[test]
fn the_boards_published_list_is_its_twelve_instants_and_no_more() {
    let all = json_of(&["--from", "2020-01-01", "--days", "3660"]);
    let board: Vec<_> = all.iter().filter(|session| session["series"] == "board").collect();
    let starts: Vec<_> = board.iter().map(|session| session["start"].as_str().unwrap()).collect();
    assert_eq!(
        starts,
        [
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
        ]
    );
    assert!(board.iter().all(|session| session["status"] == "scheduled" && session["timezone"] == "UTC"));
}

#[test]
fn the_json_is_as_promised() {
    let sessions = json_of(&["--from", "2026-10-13", "--days", "40"]);
    assert_eq!(
        json!(sessions),
        json!([
            {
                "series": "board", "title": "PSF Board Office Hour", "start": "2026-10-13T21:00:00Z",
                "end": "2026-10-13T22:00:00Z", "timezone": "UTC", "local_start": "2026-10-13T21:00:00+00:00",
                "status": "scheduled"
            },
            {
                "series": "grants", "title": "Grants Program Office Hour", "start": "2026-10-20T13:00:00Z",
                "end": "2026-10-20T14:00:00Z", "timezone": "America/New_York",
                "local_start": "2026-10-20T09:00:00-04:00", "status": "expected"
            },
            {
                "series": "grants", "title": "Grants Program Office Hour", "start": "2026-11-17T14:00:00Z",
                "end": "2026-11-17T15:00:00Z", "timezone": "America/New_York",
                "local_start": "2026-11-17T09:00:00-05:00", "status": "expected"
            },
        ])
    );
}

#[test]
fn ninety_days_from_today_are_listed_unless_told() {
    assert_eq!(json_of(&["--from", "2026-09-08"]), json_of(&["--from", "2026-09-08", "--days", "90"]));
    assert_eq!(json_of(&["--from", "2026-09-08", "--days", "1"]).len(), 1);
    assert_eq!(json!(json_of(&["--from", "2026-09-09", "--days", "1"])), json!([]));
    assert!(!json_of(&[]).is_empty(), "the grants' rule has sessions in any ninety days");
}

#[test]
fn a_pipe_gets_rows_and_the_note_on_missing_dates_stands_apart() {
    let args = ["--from", "2026-10-20", "--days", "29"];
    insta::assert_snapshot!(output(&mut list(&args)).replace('\t', " | "), @"
    Grants Program Office Hour | Tue 20 Oct 2026, 13:00 | Tue 20 Oct 2026, 09:00 (America/New_York) | expected
    Grants Program Office Hour | Tue 17 Nov 2026, 14:00 | Tue 17 Nov 2026, 09:00 (America/New_York) | expected
    ");
    insta::assert_snapshot!(errors(&mut list(&args)), @"PSF Board Office Hour: no date announced yet for the 29 days from 20 October 2026");
    let none = config("");
    insta::assert_snapshot!(errors(&mut list(&["--config", named(none.path())])), @"no office hours are configured; add a [[series]] to the configuration");
}

#[test]
fn staff_may_let_a_rule_confirm_itself() {
    let file = config(&format!("{RULE}rule = \"FREQ=MONTHLY;BYDAY=-1FR\"\nconfirm = \"automatic\"\n"));
    let sessions = json_of(&["--config", named(file.path()), "--from", "2026-03-01", "--days", "60"]);
    let said: Vec<_> =
        sessions.iter().map(|s| [s["start"].as_str(), s["local_start"].as_str(), s["status"].as_str()]).collect();
    assert_eq!(
        said,
        [
            [Some("2026-03-27T23:30:00Z"), Some("2026-03-27T23:30:00+00:00"), Some("scheduled")],
            [Some("2026-04-24T22:30:00Z"), Some("2026-04-24T23:30:00+01:00"), Some("scheduled")],
        ]
    );
}

#[test]
fn a_calendar_program_can_read_the_file_and_knows_its_sessions_again() {
    let file = config(&format!("{RULE}rule = \"FREQ=MONTHLY;BYDAY=-1FR\"\n"));
    let ics = |from: &str| output(&mut list(&["--config", named(file.path()), "--ics", "--from", from]));
    let events = events(&ics("2026-03-01"));
    assert_eq!(events.len(), 3);
    assert_eq!(&events[0]["SUMMARY"], "Late; or, the \"night\" hour, élan");
    assert_eq!((&events[0]["DTSTART"], &events[0]["DTEND"]), ("20260327T233000", "20260328T010000"), "in London");
    let utc = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M").to_string();
    assert_eq!(events[0].start.map(utc).unwrap(), "2026-03-27 23:30");
    assert_eq!(events[1].start.map(utc).unwrap(), "2026-04-24 22:30", "after the clocks went forward");
    assert_eq!((&events[0]["UID"], &events[0]["STATUS"]), ("late-20260327T233000Z@1.psfbot", "TENTATIVE"));
    let later = self::events(&ics("2026-04-01"));
    assert_eq!(later[0]["UID"], events[1]["UID"], "the same session has the same id in every file");

    let board = self::events(&output(&mut list(&["--ics", "--from", "2026-10-13", "--days", "1"])));
    assert_eq!(&board[0]["STATUS"], "CONFIRMED");
    let past = |day: &str| self::events(&output(&mut list(&["--ics", "--from", day]))).len();
    assert_eq!((past("2000-01-01"), past("9990-01-01")), (0, 0), "a file without a session can be read too");
}

#[test]
fn a_rule_that_cannot_be_used_is_refused_with_its_place() {
    let refusal = |rule: &str| {
        let file = config(&format!("{RULE}rule = \"{rule}\"\n"));
        let mut command = list(&["--config", named(file.path()), "--json"]);
        let output = command.assert().code(1).get_output().clone();
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    insta::assert_snapshot!(refusal("FREQ=SECONDLY"), @r#"error: series.rule of "late": the rule names hours, minutes or seconds; name days alone, the time is given by `at`"#);
    insta::assert_snapshot!(refusal("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), @r#"error: series.rule of "late": no day fulfils the rule; write one that comes true, e.g. "FREQ=MONTHLY;BYDAY=3TU""#);
}

#[test]
fn a_rule_that_would_make_millions_is_refused_by_whatever_reads_the_configuration() {
    let rules = [
        ("FREQ=SECONDLY", "name days alone"),
        ("FREQ=MINUTELY;INTERVAL=1;BYDAY=TU", "name days alone"),
        ("FREQ=DAILY;BYHOUR=0,6,12,18;BYMINUTE=0,1,2;BYSECOND=0,1,2", "name days alone"),
        ("FREQ=DAILY;COUNT=4294967295", "use UNTIL"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31", "write one that comes true"),
        ("FREQ=YEARLY;INTERVAL=65535;BYYEARDAY=366;BYDAY=MO;BYMONTH=1", "write one that comes true"),
    ];
    for (rule, advice) in rules {
        let file = config(&format!("{RULE}rule = \"{rule}\"\n"));
        for command in [&["office-hours", "list"][..], &["check"]] {
            let mut command = crate::support::process::psfbot(command);
            // Nobody listens there, and `check` says what is wrong with the configuration all the same.
            let command =
                command.env("DATABASE_URL", "postgres://psfbot@127.0.0.1:1/psfbot").arg("--config").arg(file.path());
            let output = command.output().unwrap();
            let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            let line = said.lines().find(|line| line.contains("series.rule of \"late\": "));
            assert!(line.is_some_and(|line| line.contains(advice)), "{rule}: {said}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
    // One that names every day for ever is cut to what is asked for.
    let every_day = format!(
        "{RULE}rule = \"FREQ=YEARLY;BYMONTHDAY=1,-1,2,-2,3,-3,4,-4,5,-5,6,-6,7,-7,8,-8,9,-9,10,-10,11,-11,12,-12,13,-13,14,-14,15,-15,16,-16\"\n"
    );
    let file = config(&every_day);
    let all = json_of(&["--config", named(file.path()), "--from", "2026-01-01", "--days", "365"]);
    assert_eq!(all.len(), 365);
}

#[test]
fn wrong_usage_and_far_days_are_refused() {
    for args in [&["--json", "--ics"][..], &["--days", "0"], &["--days", "4000"], &["--from", "tomorrow"]] {
        list(args).assert().code(2);
    }
    let said = errors(&mut list(&["--from", "13.10.2026"]));
    insta::assert_snapshot!(said.lines().next().unwrap(), @"error: invalid value '13.10.2026' for '--from <DATE>': write a day as YYYY-MM-DD, e.g. 2026-10-13");
    let said = errors(&mut list(&["--days", "0"]));
    insta::assert_snapshot!(said.lines().next().unwrap(), @"error: invalid value '0' for '--days <N>': 0 is not in 1..=3660");
    for day in ["+262142-12-31", "-262143-01-01", "9999-12-31"] {
        for form in ["--json", "--ics"] {
            let status = list(&[form, &format!("--from={day}")]).output().unwrap().status;
            assert!(matches!(status.code(), Some(0 | 1)), "{day}: {status}");
        }
    }
}
