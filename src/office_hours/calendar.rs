//! Sessions as an iCalendar file (RFC 5545), for calendar programs, and as a link that opens Google's calendar.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};
use url::Url;

use super::{Session, Status};
use crate::texts::text;

/// Where Google's calendar opens with an event filled in.
const GOOGLE: &str = "https://calendar.google.com/calendar/render";

/// A calendar of sessions.
///
/// A session's `UID` is made from its series and when it was to begin at first, so that a calendar program that reads the file again knows
/// the sessions it has. What is expected is `TENTATIVE`, and says so in words too. `now` is when the file was made.
#[must_use]
pub fn calendar(sessions: &[Session<'_>], now: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", "-//psfbot//office hours//EN"));
    calendar.name(&text("calendar-name"));
    for session in sessions {
        calendar.push(event(session, now));
    }
    calendar.to_string()
}

fn event(session: &Session<'_>, now: DateTime<Utc>) -> Event {
    let status = match session.status {
        Status::Expected => EventStatus::Tentative,
        Status::Scheduled | Status::Moved => EventStatus::Confirmed,
        Status::Cancelled => EventStatus::Cancelled,
    };
    let mut made = Event::new();
    if session.number > 0 {
        made.sequence(session.number.unsigned_abs());
    }
    made.uid(&format!("{}-{}@psfbot", session.series, basic(session.slot)))
        .timestamp(now)
        .summary(session.title)
        .description(&words(session.status))
        .starts(session.start)
        .ends(session.end)
        .status(status)
        .done()
}

/// A link that opens Google's calendar with a session filled in; `None` never happens for an address that is a constant.
#[must_use]
pub fn google_link(session: &Session<'_>) -> Option<Url> {
    let dates = format!("{}/{}", basic(session.start), basic(session.end));
    let filled_in = [
        ("action", "TEMPLATE"),
        ("text", session.title),
        ("dates", &dates),
        ("details", &words(session.status)),
        ("location", "Discord"),
    ];
    Url::parse_with_params(GOOGLE, filled_in).ok()
}

/// An instant in the basic format of ISO 8601, in UTC.
fn basic(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn words(status: Status) -> String {
    match status {
        Status::Expected => text("calendar-expected"),
        Status::Scheduled | Status::Moved => text("calendar-scheduled"),
        Status::Cancelled => text("calendar-cancelled"),
    }
}
