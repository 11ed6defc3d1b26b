//! Reads an iCalendar file with another library than the one that writes it, and works out by the file's own definition of
//! a zone, not by this machine's, which instants its times are.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarComponent, Component, Property};

/// An event of the file.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) properties: BTreeMap<String, String>,
    /// `None` for one of whole days.
    pub(crate) start: Option<DateTime<Utc>>,
    pub(crate) end: Option<DateTime<Utc>>,
}

impl std::ops::Index<&str> for Event {
    type Output = str;

    fn index(&self, name: &str) -> &str {
        self.properties.get(name).map_or("", String::as_str)
    }
}

/// The events of a file, after its lines were found to be as RFC 5545 wants them.
pub(crate) fn events(text: &str) -> Vec<Event> {
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let calendar: Calendar = text.parse().unwrap();
    let zones: BTreeMap<String, Zone> = calendar.components.iter().filter_map(zone).collect();
    let events = calendar.components.iter().filter_map(CalendarComponent::as_event);
    events
        .map(|event| Event {
            properties: event.properties().values().map(|p| (p.key().to_owned(), p.value().to_owned())).collect(),
            start: event.properties().get("DTSTART").and_then(|property| instant(property, &zones)),
            end: event.properties().get("DTEND").and_then(|property| instant(property, &zones)),
        })
        .collect()
}

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y%m%dT%H%M%S").unwrap()
}

fn instant(property: &Property, zones: &BTreeMap<String, Zone>) -> Option<DateTime<Utc>> {
    let value = property.value();
    if !value.contains('T') {
        NaiveDate::parse_from_str(value, "%Y%m%d").unwrap();
        assert_eq!(property.params()["VALUE"].value(), "DATE");
        return None;
    }
    match property.params().get("TZID") {
        None => {
            assert!(value.ends_with('Z'), "a time without a zone is no instant: {value}");
            Some(wall(value).and_utc())
        }
        Some(zone) => Some(zones[zone.value()].instant(wall(value))),
    }
}

/// What a file says of a zone: from which wall time on which offset holds, earliest first.
struct Zone(Vec<(NaiveDateTime, TimeDelta)>);

impl Zone {
    /// Of a wall time that comes twice it is the first, because the change stands at the time before it.
    fn instant(&self, at: NaiveDateTime) -> DateTime<Utc> {
        let (_, offset) = self.0.iter().rev().find(|(onset, _)| *onset <= at).unwrap();
        (at - *offset).and_utc()
    }
}

fn zone(component: &CalendarComponent) -> Option<(String, Zone)> {
    let CalendarComponent::Other(zone) = component else { return None };
    assert_eq!(zone.component_kind(), "VTIMEZONE");
    let mut changes = Vec::new();
    for observance in zone.components() {
        assert!(["STANDARD", "DAYLIGHT"].contains(&observance.component_kind().as_str()));
        let value = |name: &str| observance.property_value(name);
        let (first, to) = (wall(value("DTSTART").unwrap()), offset(value("TZOFFSETTO").unwrap()));
        let Some(rule) = value("RRULE") else {
            changes.push((first, to));
            continue;
        };
        let until = rule.split(';').find_map(|part| part.strip_prefix("UNTIL=")).map(wall);
        let rule: Vec<&str> = rule.split(';').filter(|part| !part.starts_with("UNTIL=")).collect();
        let set: rrule::RRuleSet =
            format!("DTSTART:{}Z\nRRULE:{}", first.format("%Y%m%dT%H%M%S"), rule.join(";")).parse().unwrap();
        let from = offset(value("TZOFFSETFROM").unwrap());
        let onsets = set.into_iter().take(60).map(|onset| onset.naive_utc());
        changes.extend(
            onsets.take_while(|onset| until.is_none_or(|until| *onset - from <= until)).map(|onset| (onset, to)),
        );
    }
    changes.sort_by_key(|(onset, _)| *onset);
    Some((zone.property_value("TZID").unwrap().to_owned(), Zone(changes)))
}

/// `-0430` as a length of time.
fn offset(text: &str) -> TimeDelta {
    let (sign, digits) = text.split_at(1);
    let (hours, minutes): (i64, i64) = (digits[..2].parse().unwrap(), digits[2..4].parse().unwrap());
    let offset = TimeDelta::hours(hours) + TimeDelta::minutes(minutes);
    if sign == "-" { -offset } else { offset }
}
