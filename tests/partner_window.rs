//! `psfbot partner-window`: the contract of its JSON, what people read, and what a wrong date is told.

use assert_cmd::Command;
use insta::assert_snapshot;
use serde_json::Value;

fn psfbot(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_psfbot"));
    command.arg("partner-window").args(args);
    // Neither a configuration nor articles are needed.
    command.current_dir(std::env::temp_dir());
    command
}

fn output(args: &[&str]) -> String {
    String::from_utf8(psfbot(args).assert().success().get_output().stdout.clone()).unwrap()
}

fn status(event: &str, on: &str, more: &[&str]) -> String {
    let json: Value = serde_json::from_str(&output(&[&[event, "--json", "--on", on], more].concat())).unwrap();
    json["status"].as_str().unwrap().to_owned()
}

#[test]
fn the_json_is_as_promised() {
    assert_snapshot!(output(&["2027-08-31", "--first-time", "--on", "2027-07-10", "--json"]), @r#"
    {
      "event_date": "2027-08-31",
      "first_time": true,
      "opens": "2027-02-28",
      "recommended_by": "2027-07-06",
      "closes": "2027-07-20",
      "status": "open_late_for_first_time",
      "days_left": 10
    }
    "#);
}

#[test]
fn every_status_is_a_success() {
    assert_eq!(status("2027-08-31", "2027-02-27", &[]), "not_open_yet");
    assert_eq!(status("2027-08-31", "2027-02-28", &[]), "open");
    assert_eq!(status("2027-08-31", "2027-07-20", &[]), "open");
    assert_eq!(status("2027-08-31", "2027-07-06", &["--first-time"]), "open");
    assert_eq!(status("2027-08-31", "2027-07-07", &["--first-time"]), "open_late_for_first_time");
    assert_eq!(status("2027-08-31", "2027-07-21", &["--first-time"]), "closed");
    assert_eq!(status("2020-01-01", "2027-07-21", &[]), "closed");
}

#[test]
fn without_a_day_it_answers_for_today() {
    let json: Value = serde_json::from_str(&output(&["2020-01-01", "--json"])).unwrap();
    assert_eq!((&json["status"], &json["days_left"]), (&"closed".into(), &0.into()));
    let json: Value = serde_json::from_str(&output(&["9999-12-31", "--json"])).unwrap();
    assert_eq!(json["status"], "not_open_yet");
}

#[test]
fn a_person_reads_sentences() {
    assert_snapshot!(output(&["2027-05-15", "--on", "2026-10-01"]), @r"
    Not open yet: for an event on 15 May 2027, apply from 15 November 2026 to 3 April 2027.
    First-time applicants are advised to apply by 20 March 2027.
    Form: https://forms.gle/6HyvLDpHEtGSpfK97
    Rules of 10 February 2026: https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html
    ");
    assert_snapshot!(output(&["2027-05-15", "--on", "2027-04-02"]), @r"
    Open: for an event on 15 May 2027, apply by 3 April 2027 (1 day left).
    First-time applicants are advised to apply by 20 March 2027.
    Form: https://forms.gle/6HyvLDpHEtGSpfK97
    Rules of 10 February 2026: https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html
    ");
    assert_snapshot!(output(&["2027-05-15", "--first-time", "--on", "2027-04-03"]), @r"
    Open, but late for a first application: for an event on 15 May 2027, apply by 3 April 2027 (today is the last day).
    First-time applicants are advised to apply by 20 March 2027.
    Form: https://forms.gle/6HyvLDpHEtGSpfK97
    Rules of 10 February 2026: https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html
    ");
    assert_snapshot!(output(&["2027-05-15", "--on", "2027-04-04"]), @r"
    Closed: for an event on 15 May 2027, the last day to apply was 3 April 2027.
    Rules of 10 February 2026: https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html
    ");
    assert_snapshot!(output(&["2027-05-15", "--on", "2027-06-01"]), @r"
    Closed: 15 May 2027 is in the past; the last day to apply was 3 April 2027.
    Rules of 10 February 2026: https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html
    ");
}

#[test]
fn a_wrong_date_is_told_what_to_write() {
    for date in ["03/04/2027", "2027-02-30", "27-04-03", "tomorrow", "", "99999999-01-01", "2027-04-03T10:00:00Z"] {
        for args in [vec![date], vec!["2027-05-15", "--on", date]] {
            let output = psfbot(&args).assert().code(2).get_output().clone();
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(output.stdout.is_empty() && error.contains("YYYY-MM-DD, for example 2027-04-03"), "{error}");
        }
    }
    psfbot(&[]).assert().code(2);
}
