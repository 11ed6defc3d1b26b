//! Addresses that open Google's calendar: with an event filled in, or to subscribe.

use chrono::{DateTime, Days, NaiveDate, Utc};
use url::Url;

use super::super::{KeyDate, When};
use super::{Appointment, basic};
use crate::ids::GuildId;
use crate::message::{cut, length, limits};

const EVENT: &str = "https://calendar.google.com/calendar/render";

const SUBSCRIBE: &str = "https://calendar.google.com/calendar/r";

/// Characters of a title that are left where the whole one makes an address too long for a button: each may take nine.
const SHORT_TITLE: usize = 30;

/// What can be added to Google's calendar by an address.
#[derive(Debug, Clone, Copy)]
enum Subject<'a> {
    Appointment(&'a Appointment<'a>, GuildId),
    KeyDate(&'a KeyDate),
}

/// An address with an appointment filled in; it fits a button ([`limits::URL`]).
#[must_use]
pub fn google_link(appointment: &Appointment<'_>, guild: GuildId) -> Option<Url> {
    link(Subject::Appointment(appointment, guild))
}

/// As [`google_link`], for a key date.
#[must_use]
pub fn google_date_link(date: &KeyDate) -> Option<Url> {
    link(Subject::KeyDate(date))
}

/// An address that subscribes to a calendar file's address; `None` when it can't be written.
#[must_use]
pub fn google_subscription(file: &Url) -> Option<Url> {
    // Google takes what begins with this for an address that it is to read again and again.
    let (_, rest) = file.as_str().split_once(':')?;
    Url::parse_with_params(SUBSCRIBE, [("cid", format!("webcal:{rest}"))]).ok()
}

/// With all that is known; where that is too long, with less.
fn link(subject: Subject<'_>) -> Option<Url> {
    let (title, dates, details, place) = subject.parts();
    let short = cut(&title, SHORT_TITLE);
    let attempts = [(&title, Some(&details)), (&title, None), (&short, None)];
    attempts.into_iter().find_map(|(title, details)| {
        let mut filled_in = vec![("action", "TEMPLATE"), ("text", title.as_str()), ("dates", dates.as_str())];
        filled_in.extend(details.filter(|text| !text.is_empty()).map(|text| ("details", text.as_str())));
        filled_in.extend(place.map(|place| ("location", place)));
        Url::parse_with_params(EVENT, filled_in).ok().filter(|url| length(url.as_str()) <= limits::URL)
    })
}

impl Subject<'_> {
    /// Title, dates, details and place, as Google's address takes them.
    fn parts(self) -> (String, String, String, Option<&'static str>) {
        match self {
            Self::Appointment(appointment, guild) => {
                let details = format!("{} {}", appointment.words(), appointment.address(guild));
                (appointment.title(), range(appointment.start, appointment.end), details, Some("Discord"))
            }
            Self::KeyDate(date) => {
                let dates = match date.when {
                    When::Days { first, last } => {
                        let after = last.checked_add_days(Days::new(1)).unwrap_or(last);
                        format!("{}/{}", day(first), day(after))
                    }
                    When::Time { from, until } => range(from, until),
                };
                let words = [date.text.clone(), date.url.as_ref().map(Url::to_string)];
                let details = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
                (date.title.clone(), dates, details, None)
            }
        }
    }
}

fn range(from: DateTime<Utc>, until: DateTime<Utc>) -> String {
    format!("{}/{}", basic(from), basic(until))
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}
