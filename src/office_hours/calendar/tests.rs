use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{America, Tz};
use url::Url;

use super::{Appointment, Certainty, google_date_link, google_link, google_subscription, ics};
use crate::ids::GuildId;
use crate::message::limits;
use crate::office_hours::{KeyDate, When};

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn guild() -> GuildId {
    "7".parse().unwrap()
}

fn appointment(title: &'static str, start: &str, zone: Tz) -> Appointment<'static> {
    let start = utc(start);
    Appointment {
        series: "grants",
        planned: start,
        title,
        channel: "3".parse().unwrap(),
        start,
        end: start + TimeDelta::hours(1),
        zone,
        certainty: Certainty::Confirmed,
        revision: 0,
        revised_at: None,
    }
}

fn key_date(when: When) -> KeyDate {
    KeyDate {
        key: "vote".into(),
        title: "Voting".into(),
        channel: None,
        when,
        planned: when,
        change: None,
        leads: Vec::new(),
        url: Some("https://example.org/a,b;c".parse().unwrap()),
        text: Some("Yes; no,\nor \\ neither\u{7}".into()),
    }
}

fn read(text: &str) -> String {
    text.replace('\r', "")
}

#[test]
fn a_session_stands_in_its_zone_with_what_the_zones_clocks_do() {
    let all = [appointment("Grants", "2026-10-20T13:00:00Z", America::New_York)];
    insta::assert_snapshot!(read(&ics("PSF", guild(), &all, &[])), @"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//psfbot//office hours//EN
    CALSCALE:GREGORIAN
    NAME:PSF
    X-WR-CALNAME:PSF
    REFRESH-INTERVAL;VALUE=DURATION:PT4H
    X-PUBLISHED-TTL:PT4H
    BEGIN:VTIMEZONE
    TZID:America/New_York
    BEGIN:STANDARD
    DTSTART:20251224T190000
    TZOFFSETFROM:-0500
    TZOFFSETTO:-0500
    TZNAME:EST
    END:STANDARD
    BEGIN:DAYLIGHT
    DTSTART:20260308T020000
    TZOFFSETFROM:-0500
    TZOFFSETTO:-0400
    TZNAME:EDT
    RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
    END:DAYLIGHT
    BEGIN:STANDARD
    DTSTART:20261101T020000
    TZOFFSETFROM:-0400
    TZOFFSETTO:-0500
    TZNAME:EST
    RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
    END:STANDARD
    END:VTIMEZONE
    BEGIN:VEVENT
    UID:grants-20261020T130000Z@7.psfbot
    DTSTAMP:20260101T000000Z
    SEQUENCE:0
    SUMMARY:Grants
    DTSTART;TZID=America/New_York:20261020T090000
    DTEND;TZID=America/New_York:20261020T100000
    STATUS:CONFIRMED
    TRANSP:OPAQUE
    DESCRIPTION:A text chat on the PSF's Discord server.
    LOCATION:Discord
    URL:https://discord.com/channels/7/3
    END:VEVENT
    END:VCALENDAR
    ");
}

#[test]
fn a_series_without_a_zone_stands_in_utc_and_an_expected_session_says_so() {
    let expected =
        Appointment { certainty: Certainty::Expected, ..appointment("Grants", "2026-10-13T21:00:00Z", Tz::UTC) };
    let text = ics("PSF", guild(), &[expected], &[]);
    assert!(!text.contains("VTIMEZONE") && text.contains("DTSTART:20261013T210000Z\r\nDTEND:20261013T220000Z\r\n"));
    assert!(text.contains("STATUS:TENTATIVE\r\nTRANSP:TRANSPARENT\r\n"), "{text}");
}

#[test]
fn a_session_that_moved_or_is_cancelled_is_the_same_one_later_in_its_sequence() {
    let first = appointment("Grants", "2026-10-20T13:00:00Z", Tz::UTC);
    let moved = Appointment {
        start: utc("2026-10-27T13:00:00Z"),
        end: utc("2026-10-27T14:00:00Z"),
        revision: 1,
        revised_at: Some(utc("2026-10-01T08:30:00Z")),
        ..first.clone()
    };
    let cancelled = Appointment { certainty: Certainty::Cancelled, revision: 2, ..moved.clone() };
    let line = |appointment: &Appointment<'_>, name: &str| {
        let text = ics("PSF", guild(), std::slice::from_ref(appointment), &[]);
        text.lines().find(|line| line.starts_with(name)).unwrap().to_owned()
    };
    for appointment in [&first, &moved, &cancelled] {
        assert_eq!(line(appointment, "UID"), "UID:grants-20261020T130000Z@7.psfbot");
    }
    assert_eq!([&first, &moved, &cancelled].map(|a| line(a, "SEQUENCE")), ["SEQUENCE:0", "SEQUENCE:1", "SEQUENCE:2"]);
    assert_eq!(line(&moved, "DTSTAMP"), "DTSTAMP:20261001T083000Z");
    assert_eq!(line(&moved, "DTSTART"), "DTSTART:20261027T130000Z");
    assert_eq!(line(&cancelled, "STATUS"), "STATUS:CANCELLED");
    assert_eq!(line(&cancelled, "SUMMARY"), "SUMMARY:Cancelled: Grants");
}

#[test]
fn key_dates_are_whole_days_that_block_nobody() {
    let days = When::Days { first: "2026-12-31".parse().unwrap(), last: "2027-01-02".parse().unwrap() };
    let text = ics("PSF", guild(), &[], &[&key_date(days)]);
    let from = text.find("BEGIN:VEVENT").unwrap();
    insta::assert_snapshot!(read(&text[from..]), @r"
    BEGIN:VEVENT
    UID:date.vote@7.psfbot
    DTSTAMP:20260101T000000Z
    SEQUENCE:0
    SUMMARY:Voting
    DTSTART;VALUE=DATE:20261231
    DTEND;VALUE=DATE:20270103
    STATUS:CONFIRMED
    TRANSP:TRANSPARENT
    DESCRIPTION:Yes\; no\,\nor \\ neither
    URL:https://example.org/a%2Cb%3Bc
    END:VEVENT
    END:VCALENDAR
    ");
    let at = utc("2026-12-01T17:30:00Z");
    let moment = ics("PSF", guild(), &[], &[&key_date(When::Time { from: at, until: at })]);
    assert!(moment.contains("DTSTART:20261201T173000Z\r\n") && !moment.contains("DTEND"), "{moment}");
}

#[test]
fn a_time_that_the_clocks_show_twice_is_written_in_utc_where_the_second_is_meant() {
    let text = |start: &str| ics("PSF", guild(), &[appointment("Night", start, America::New_York)], &[]);
    // 00:30 to 01:30, of which the clocks show two: the first is meant, as RFC 5545 reads it.
    assert!(text("2026-11-01T04:30:00Z").contains("DTEND;TZID=America/New_York:20261101T013000"));
    for second in ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"] {
        assert!(text(second).contains(&format!("DTSTART:{}", second.replace(['-', ':'], ""))), "{}", text(second));
    }
}

#[test]
fn the_file_is_the_same_whenever_it_is_made_and_never_empty() {
    let all = [appointment("Grants", "2026-10-20T13:00:00Z", America::New_York)];
    assert_eq!(ics("PSF", guild(), &all, &[]), ics("PSF", guild(), &all, &[]));
    let empty = ics("PSF", guild(), &[], &[]);
    assert!(empty.contains("BEGIN:VTIMEZONE\r\nTZID:UTC"), "RFC 5545 knows no calendar without a component: {empty}");
}

#[test]
fn lines_are_folded_at_75_bytes_and_no_letter_is_cut() {
    let title = "Élan; or, the 🐍 \"night\" hour: ".repeat(3).trim().to_owned() + &"蟒".repeat(40);
    let title: &'static str = Box::leak(title.into_boxed_str());
    let text = ics("PSF", guild(), &[appointment(title, "2026-10-20T13:00:00Z", Tz::UTC)], &[]);
    assert!(text.ends_with("END:VCALENDAR\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']));
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let unfolded = text.replace("\r\n ", "");
    let escaped = title.replace(';', "\\;").replace(',', "\\,");
    assert!(unfolded.contains(&format!("SUMMARY:{escaped}\r\n")), "{unfolded}");
}

fn filled_in(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[test]
fn googles_calendar_opens_with_all_of_it_filled_in() {
    let url =
        google_link(&appointment("Grants & \"more\"", "2026-10-20T13:00:00Z", America::New_York), guild()).unwrap();
    assert_eq!(filled_in(&url, "text").unwrap(), "Grants & \"more\"");
    assert_eq!(filled_in(&url, "dates").unwrap(), "20261020T130000Z/20261020T140000Z", "in UTC, whatever the zone");
    assert!(filled_in(&url, "details").unwrap().ends_with("https://discord.com/channels/7/3"));
    let days = When::Days { first: "2026-12-31".parse().unwrap(), last: "2026-12-31".parse().unwrap() };
    let url = google_date_link(&key_date(days)).unwrap();
    assert_eq!(filled_in(&url, "dates").unwrap(), "20261231/20270101", "a day ends where the next begins");
}

#[test]
fn a_long_title_leaves_an_address_that_fits_a_button() {
    for letter in ["a", "é", "蟒", "🐍"] {
        let title: &'static str =
            Box::leak(letter.repeat(100 / letter.chars().map(char::len_utf16).sum::<usize>()).into_boxed_str());
        let url = google_link(&appointment(title, "2026-10-20T13:00:00Z", Tz::UTC), guild()).unwrap();
        assert!(url.as_str().len() <= limits::URL, "{url}");
        assert!(title.starts_with(filled_in(&url, "text").unwrap().trim_end_matches('…')));
    }
}

#[test]
fn google_is_given_the_address_to_read_again() {
    let url = google_subscription(&"https://example.org/office-hours.ics".parse().unwrap()).unwrap();
    assert_eq!(filled_in(&url, "cid").unwrap(), "webcal://example.org/office-hours.ics");
}
