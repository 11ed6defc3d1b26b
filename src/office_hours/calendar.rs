//! Sessions as an iCalendar file (RFC 5545), for calendar programs.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus};

use super::{Session, Status};

/// A calendar of sessions.
///
/// A session's `UID` is made from its series and its start, so that a calendar program that reads the file again knows
/// the sessions it has. What is expected is `TENTATIVE`, and says so in words too. `now` is when the file was made.
#[must_use]
pub fn calendar(sessions: &[Session<'_>], now: DateTime<Utc>) -> String {
    let mut calendar = Calendar::empty();
    calendar.append_property(("VERSION", "2.0")).append_property(("PRODID", "-//psfbot//office hours//EN"));
    calendar.name("PSF office hours");
    for session in sessions {
        calendar.push(event(session, now));
    }
    calendar.to_string()
}

fn event(session: &Session<'_>, now: DateTime<Utc>) -> Event {
    let (status, words) = match session.status {
        Status::Expected => (EventStatus::Tentative, "Expected by the usual rule; staff have not confirmed it yet."),
        Status::Scheduled => (EventStatus::Confirmed, "A text chat on the PSF's Discord server."),
    };
    Event::new()
        .uid(&format!("{}-{}@psfbot", session.series, session.start.format("%Y%m%dT%H%M%SZ")))
        .timestamp(now)
        .summary(session.title)
        .description(words)
        .starts(session.start)
        .ends(session.end)
        .status(status)
        .done()
}
