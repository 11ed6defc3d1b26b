//! Sessions and key dates for calendar programs: as an iCalendar file (RFC 5545), and as links that open Google's calendar.
//!
//! A session's `UID` is made from its series and the time that it was first planned for, which it keeps when it moves, so
//! that a calendar program that reads the file again knows the sessions it has. What is not known is not made up: a file
//! of the same sessions is the same, byte for byte, whenever it is made. It carries no alarms: whom to ring when is the
//! reader's to say.

mod file;
mod google;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Session, Status};
use crate::ids::{ChannelId, GuildId};
use crate::texts::{text, text_with};

pub use file::ics;
pub use google::{google_date_link, google_link, google_subscription};

/// Where a server's channels are read.
const DISCORD: &str = "https://discord.com/channels";

/// A session as calendar programs are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment<'a> {
    /// Short name of its series.
    pub series: &'a str,
    /// When it was first planned for: with the series, which one it is, also after it moved.
    pub planned: DateTime<Utc>,
    /// What members read.
    pub title: &'a str,
    /// Where it takes place.
    pub channel: ChannelId,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it ends; after `start`.
    pub end: DateTime<Utc>,
    /// The zone of its series.
    pub zone: Tz,
    /// How certain it is.
    pub certainty: Certainty,
    /// How often its time or state was changed; a program takes the highest for the newest.
    pub revision: u32,
    /// When that was last; `None` where nobody changed anything.
    pub revised_at: Option<DateTime<Utc>>,
}

/// How certain an appointment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Made by a rule; staff have not confirmed it.
    Expected,
    /// It will take place.
    Confirmed,
    /// It will not.
    Cancelled,
}

impl<'a> From<&Session<'a>> for Appointment<'a> {
    fn from(session: &Session<'a>) -> Self {
        Self {
            series: session.series,
            planned: session.start,
            title: session.title,
            channel: session.channel,
            start: session.start,
            end: session.end,
            zone: session.zone,
            certainty: match session.status {
                Status::Expected => Certainty::Expected,
                Status::Scheduled => Certainty::Confirmed,
            },
            revision: 0,
            revised_at: None,
        }
    }
}

impl Appointment<'_> {
    fn title(&self) -> String {
        match self.certainty {
            Certainty::Cancelled => text_with("calendar-title-cancelled", [("title", self.title.to_owned())]),
            Certainty::Expected | Certainty::Confirmed => self.title.to_owned(),
        }
    }

    fn words(&self) -> String {
        text(match self.certainty {
            Certainty::Expected => "calendar-expected",
            Certainty::Confirmed => "calendar-scheduled",
            Certainty::Cancelled => "calendar-cancelled",
        })
    }

    /// Its channel's address, for whoever is a member.
    fn address(&self, guild: GuildId) -> String {
        format!("{DISCORD}/{guild}/{}", self.channel)
    }
}

/// An instant in the basic format of ISO 8601, in UTC.
fn basic(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests;
