//! The iCalendar file. The times of a series with a zone are written in that zone, with its definition, as calendar
//! programs show and keep them best; all others, and those that a zone's clocks show twice, in UTC.

use std::collections::BTreeMap;

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent as Component, ICalendarComponentType as Kind, ICalendarParameter as Parameter,
    ICalendarProperty as Property, ICalendarStatus, ICalendarTransparency, ICalendarValue as Value, ICalendarValueType,
    Uri,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::super::{KeyDate, When};
use super::{Appointment, Certainty, basic};
use crate::ids::GuildId;

/// How often a program that subscribed may look again, as a duration of RFC 5545. A move is known within that time.
const REFRESH: &str = "PT4H";

/// What stands as the time of the last change where nobody changed anything: the same in every file.
const NEVER_CHANGED: DateTime<Utc> = match NaiveDate::from_ymd_opt(2026, 1, 1) {
    Some(day) => day.and_time(NaiveTime::MIN).and_utc(),
    None => DateTime::<Utc>::MIN_UTC,
};

/// The file: a calendar called `name` with the appointments of the server `guild`, and with key dates, which block nobody's
/// time; days are whole days. Lines end with CRLF and have at most 75 bytes.
#[must_use]
pub fn ics(name: &str, guild: GuildId, appointments: &[Appointment<'_>], key_dates: &[&KeyDate]) -> String {
    let mut calendar = ICalendar { components: vec![head(name)] };
    let writable: Vec<_> = appointments.iter().filter(|appointment| is_writable(appointment)).collect();
    let zones = add_zones(&mut calendar, &writable);
    for appointment in writable {
        push(&mut calendar, event(appointment, guild, &zones));
    }
    for date in key_dates {
        push(&mut calendar, key_date(date, guild));
    }
    calendar.to_string()
}

/// A year has four digits there.
fn is_writable(appointment: &Appointment<'_>) -> bool {
    (1..9999).contains(&appointment.start.year()) && (1..9999).contains(&appointment.end.year())
}

fn head(name: &str) -> Component {
    let mut head = Component::new(Kind::VCalendar);
    head.add_property(Property::Version, "2.0");
    head.add_property(Property::Prodid, "-//psfbot//office hours//EN");
    head.add_property(Property::Calscale, "GREGORIAN");
    for property in [Property::Name, Property::Other("X-WR-CALNAME".into())] {
        head.add_property(property, name);
    }
    head.add_property_with_params(
        Property::RefreshInterval,
        [Parameter::value(ICalendarValueType::Duration)],
        Value::Text(REFRESH.into()),
    );
    head.add_property(Property::Other("X-PUBLISHED-TTL".into()), REFRESH);
    head
}

fn push(calendar: &mut ICalendar, component: Component) {
    let id = u32::try_from(calendar.components.len()).unwrap_or(u32::MAX);
    calendar.components.push(component);
    calendar.components[0].component_ids.push(id);
}

/// Writes the definition of each zone over the years of its appointments; those that could be written. A calendar without
/// any appointment gets UTC's, because RFC 5545 (3.6) knows no empty one.
fn add_zones(calendar: &mut ICalendar, appointments: &[&Appointment<'_>]) -> BTreeMap<&'static str, Tz> {
    let mut years: BTreeMap<&'static str, (Tz, i32, i32)> = BTreeMap::new();
    for appointment in appointments.iter().filter(|appointment| appointment.zone != Tz::UTC) {
        let (first, last) = (appointment.start.year(), appointment.end.year());
        let known = years.entry(appointment.zone.name()).or_insert((appointment.zone, first, last));
        *known = (known.0, known.1.min(first), known.2.max(last));
    }
    if appointments.is_empty() {
        calendar.add_timezone(Tz::UTC.name(), 0, 1);
    }
    let written = years.into_iter().filter(|(name, (_, first, last))| {
        // A day and more around the years, because a zone's year begins at another instant than that of UTC.
        calendar.add_timezone(name, new_year(*first) - 7 * 86_400, new_year(*last + 2)).is_some()
    });
    written.map(|(name, (zone, ..))| (name, zone)).collect()
}

fn new_year(year: i32) -> i64 {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).earliest().map_or(0, |at| at.timestamp())
}

fn event(appointment: &Appointment<'_>, guild: GuildId, zones: &BTreeMap<&'static str, Tz>) -> Component {
    let (status, blocks) = match appointment.certainty {
        Certainty::Expected => (ICalendarStatus::Tentative, false),
        Certainty::Confirmed => (ICalendarStatus::Confirmed, true),
        Certainty::Cancelled => (ICalendarStatus::Cancelled, false),
    };
    let uid = format!("{}-{}@{guild}.psfbot", appointment.series, basic(appointment.planned));
    let mut event = event_of(&uid, &appointment.title(), appointment.revision, appointment.revised_at);
    let (start, end) = (appointment.start, appointment.end);
    match zones.get(appointment.zone.name()).filter(|zone| says(**zone, start) && says(**zone, end)) {
        Some(zone) => {
            add_local(&mut event, Property::Dtstart, *zone, start);
            add_local(&mut event, Property::Dtend, *zone, end);
        }
        None => {
            event.add_property(Property::Dtstart, utc(start));
            event.add_property(Property::Dtend, utc(end));
        }
    }
    event.add_property(Property::Status, Value::Status(status));
    event.add_property(Property::Transp, Value::Transparency(transparency(blocks)));
    event.add_property(Property::Description, appointment.words());
    event.add_property(Property::Location, "Discord");
    event.add_property(Property::Url, uri(&appointment.address(guild)));
    event
}

fn key_date(date: &KeyDate, guild: GuildId) -> Component {
    // A series' key has no full stop, so no session can have the same.
    let revision = date.change.as_ref().and_then(|change| u32::try_from(change.number).ok()).unwrap_or(0);
    let revised_at = date.change.as_ref().map(|change| change.at);
    let mut event = event_of(&format!("date.{}@{guild}.psfbot", date.key), &date.title, revision, revised_at);
    match date.when {
        When::Days { first, last } => {
            add_day(&mut event, Property::Dtstart, first);
            add_day(&mut event, Property::Dtend, last.checked_add_days(Days::new(1)).unwrap_or(last));
        }
        When::Time { from, until } => {
            event.add_property(Property::Dtstart, utc(from));
            if until > from {
                event.add_property(Property::Dtend, utc(until));
            }
        }
    }
    let status = if date.is_cancelled() { ICalendarStatus::Cancelled } else { ICalendarStatus::Confirmed };
    event.add_property(Property::Status, Value::Status(status));
    event.add_property(Property::Transp, Value::Transparency(transparency(false)));
    if let Some(text) = &date.text {
        event.add_property(Property::Description, readable(text));
    }
    if let Some(url) = &date.url {
        event.add_property(Property::Url, uri(url.as_str()));
    }
    event
}

fn event_of(uid: &str, title: &str, revision: u32, revised_at: Option<DateTime<Utc>>) -> Component {
    let mut event = Component::new(Kind::VEvent);
    event.add_property(Property::Uid, uid);
    event.add_property(Property::Dtstamp, utc(revised_at.unwrap_or(NEVER_CHANGED)));
    event.add_property(Property::Sequence, i64::from(revision));
    event.add_property(Property::Summary, readable(title));
    event
}

/// Whether the wall time of an instant names that instant: of a time that the clocks show twice RFC 5545 (3.3.5) means the
/// first.
fn says(zone: Tz, at: DateTime<Utc>) -> bool {
    let wall = at.with_timezone(&zone).naive_local();
    zone.from_local_datetime(&wall).earliest().is_some_and(|named| named == at)
}

fn add_local(event: &mut Component, property: Property, zone: Tz, at: DateTime<Utc>) {
    let wall = at.with_timezone(&zone).naive_local();
    event.add_property_with_params(property, [Parameter::tzid(zone.name().to_owned())], partial(wall));
}

fn add_day(event: &mut Component, property: Property, day: NaiveDate) {
    let day = partial(day.and_time(NaiveTime::MIN));
    event.add_property_with_params(property, [Parameter::value(ICalendarValueType::Date)], day);
}

fn utc(at: DateTime<Utc>) -> PartialDateTime {
    PartialDateTime { tz_hour: Some(0), tz_minute: Some(0), ..partial(at.naive_utc()) }
}

fn partial(at: NaiveDateTime) -> PartialDateTime {
    let small = |number: u32| u8::try_from(number).ok();
    PartialDateTime {
        year: u16::try_from(at.year()).ok(),
        month: small(at.month()),
        day: small(at.day()),
        hour: small(at.hour()),
        minute: small(at.minute()),
        second: small(at.second()),
        ..PartialDateTime::default()
    }
}

const fn transparency(blocks: bool) -> ICalendarTransparency {
    if blocks { ICalendarTransparency::Opaque } else { ICalendarTransparency::Transparent }
}

/// Text without the control characters that RFC 5545 (3.1) knows no spelling for.
fn readable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// An address. The library writes a backslash before these two as it does in text, which is none in an address.
fn uri(address: &str) -> Value {
    Value::Uri(Uri::Location(address.replace(',', "%2C").replace(';', "%3B")))
}
