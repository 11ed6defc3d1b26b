//! A session in the rows and the JSON of `office-hours list`.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::{Session, Status};

/// A session in JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Listed<'a> {
    /// Short name of its series.
    pub series: &'a str,
    /// What members read.
    pub title: &'a str,
    /// When it begins: RFC 3339 in UTC.
    pub start: String,
    /// When it ends, likewise.
    pub end: String,
    /// IANA name of its series' zone.
    pub timezone: &'static str,
    /// When it begins, with that zone's offset.
    pub local_start: String,
    /// How certain it is.
    pub status: Status,
}

impl<'a> From<&Session<'a>> for Listed<'a> {
    fn from(session: &Session<'a>) -> Self {
        let utc = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        Self {
            series: session.series,
            title: session.title,
            start: utc(session.start),
            end: utc(session.end),
            timezone: session.zone.name(),
            local_start: session.local_start().to_rfc3339_opts(SecondsFormat::Secs, false),
            status: session.status,
        }
    }
}

impl Session<'_> {
    /// It as a row: title, beginning in UTC, beginning in its zone, how certain it is.
    #[must_use]
    pub fn row(&self) -> [String; 4] {
        [
            self.title.to_owned(),
            self.start.format("%a %-d %b %Y, %H:%M").to_string(),
            format!("{} ({})", self.local_start().format("%a %-d %b %Y, %H:%M"), self.zone.name()),
            self.status.as_str().to_owned(),
        ]
    }
}
