//! Series and key dates as they are written → as `office_hours` works with them. This is at the same time their check, so
//! that whatever reads a configuration refuses the same ones.

use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use url::Url;

use super::validate::{ensure, invalid};
use super::{Config, ConfigError, Confirm, Lead, OpenedBy, Series};
use crate::ids::ChannelId;
use crate::office_hours::{self, LONGEST_LEAD, Rule, Schedule, Status, When};

/// `[[key_dates]]`: either `date` or `at`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyDate {
    /// Its short name, unique among the key dates.
    pub key: String,
    /// What members read.
    pub title: String,
    /// A day in UTC, `"YYYY-MM-DD"`.
    #[serde(default)]
    pub date: Option<NaiveDate>,
    /// An instant, RFC 3339.
    #[serde(default)]
    pub at: Option<DateTime<Utc>>,
    /// The last day for a `date` (included), the end for an `at`; written like them.
    #[serde(default)]
    pub until: Option<String>,
    /// Where it is reminded of.
    #[serde(default)]
    pub channel: Option<ChannelId>,
    /// Lead times of its reminders; those of a `date` count from its midnight in UTC. None unless named.
    #[serde(default)]
    pub reminders: Vec<Lead>,
    /// Where more is to be read; `http` or `https`.
    #[serde(default)]
    pub url: Option<Url>,
    /// A sentence on it, at most 500 characters.
    #[serde(default)]
    pub text: Option<String>,
}

/// Characters that a title may have: what an event in Discord may be called
/// (<https://discord.com/developers/docs/resources/guild-scheduled-event#create-guild-scheduled-event>).
const LONGEST_TITLE: usize = 100;

/// Characters that a key date's sentence may have, so that a reminder holds it.
const LONGEST_TEXT: usize = 500;

impl Config {
    /// The series and key dates as the rest of the program works with them.
    ///
    /// # Errors
    /// Never for a configuration that was loaded, which was checked in the same way.
    pub fn schedule(&self) -> Result<office_hours::Calendar, ConfigError> {
        let key_dates = self.key_dates.iter().map(KeyDate::schedule).collect::<Result<Vec<_>, _>>()?;
        Ok(office_hours::Calendar {
            series: self.series.iter().map(Series::schedule).collect::<Result<_, _>>()?,
            dated: key_dates.iter().map(|date| date.as_series(self.discord.staff_channel)).collect(),
            key_dates,
            revision: None,
        })
    }
}

impl Series {
    /// The series as the rest of the program works with it.
    ///
    /// # Errors
    /// When a value can't be meant; the text names the key.
    pub fn schedule(&self) -> Result<office_hours::Series, ConfigError> {
        let place = |key: &str| format!("series.{key} of {:?}", self.key);
        check_title(&self.title, &place("title"))?;
        let duration =
            TimeDelta::from_std(self.duration).ok().filter(|d| (1..=366 * 24 * 3600).contains(&d.num_seconds()));
        Ok(office_hours::Series {
            key: self.key.clone(),
            title: self.title.clone(),
            channel: self.channel,
            duration: duration.ok_or_else(|| invalid(place("duration"), "write a length, e.g. \"1h\""))?,
            zone: self.zone.unwrap_or(Tz::UTC),
            schedule: self.dates_or_rule(&place)?,
            leads: leads(&self.reminders, &place("reminders"))?,
            opening: self.opening(&place)?,
            changes: Vec::new(),
        })
    }

    fn opening(&self, place: &dyn Fn(&str) -> String) -> Result<Option<office_hours::Opening>, ConfigError> {
        let Some(role) = self.opens_for else {
            let key = if self.hosts.is_empty() { "opening" } else { "hosts" };
            let is_unused = self.hosts.is_empty() && self.opening.is_none();
            ensure(
                is_unused,
                place(key),
                "name with opens_for the role that may write during a session, or take this away",
            )?;
            return Ok(None);
        };
        let automatic = self.opening == Some(OpenedBy::Automatic);
        Ok(Some(office_hours::Opening { role, automatic, hosts: self.hosts.clone() }))
    }

    fn dates_or_rule(&self, place: &dyn Fn(&str) -> String) -> Result<Schedule, ConfigError> {
        let Some(text) = &self.rule else {
            return Ok(Schedule::Dates(self.dates.iter().map(|date| date.trunc_subsecs(0)).collect()));
        };
        ensure(self.dates.is_empty(), place("rule"), "a series has either dates or a rule, not both")?;
        let at = self.at.as_deref().and_then(|at| NaiveTime::parse_from_str(at, "%H:%M").ok());
        let at = at.ok_or_else(|| invalid(place("at"), "a rule needs the wall time, e.g. at = \"09:00\""))?;
        let no_zone = || invalid(place("zone"), "a rule needs its time zone, e.g. zone = \"America/New_York\"");
        let zone = self.zone.ok_or_else(no_zone)?;
        let rule = Rule::parse(text, at, zone).map_err(|error| invalid(place("rule"), error.to_string()))?;
        let status = match self.confirm {
            Confirm::Staff => Status::Expected,
            Confirm::Automatic => Status::Scheduled,
        };
        Ok(Schedule::Rule { rule, status })
    }
}

impl KeyDate {
    /// The key date as the rest of the program works with it.
    ///
    /// # Errors
    /// When a value can't be meant; the text names the key.
    pub fn schedule(&self) -> Result<office_hours::KeyDate, ConfigError> {
        let place = |key: &str| format!("key_dates.{key} of {:?}", self.key);
        check_title(&self.title, &place("title"))?;
        let leads = leads(&self.reminders, &place("reminders"))?;
        let has_channel = self.channel.is_some() || leads.is_empty();
        ensure(has_channel, place("channel"), "name the channel that its reminders go to, or take them away")?;
        let is_web = self.url.as_ref().is_none_or(|url| matches!(url.scheme(), "http" | "https"));
        ensure(is_web, place("url"), "write an http or https address")?;
        let fits = self.text.as_deref().is_none_or(|text| crate::message::length(text) <= LONGEST_TEXT);
        ensure(fits, place("text"), "write at most 500 characters")?;
        let when = self.when(&place)?;
        Ok(office_hours::KeyDate {
            key: self.key.clone(),
            title: self.title.clone(),
            channel: self.channel,
            when,
            planned: when,
            change: None,
            leads,
            url: self.url.clone(),
            text: self.text.clone(),
        })
    }

    fn when(&self, place: &dyn Fn(&str) -> String) -> Result<When, ConfigError> {
        let until = self.until.as_deref();
        match (self.date, self.at) {
            (Some(first), None) => {
                let last = until.map_or(Ok(first), |until| {
                    let unreadable = || invalid(place("until"), "write the last day as \"YYYY-MM-DD\"");
                    until.parse::<NaiveDate>().map_err(|_| unreadable())
                })?;
                ensure(last >= first, place("until"), "it ends before it begins; name a later day")?;
                Ok(When::Days { first, last })
            }
            (None, Some(at)) => {
                let from = at.trunc_subsecs(0);
                let end = until.map_or(Ok(from), |until| {
                    let unreadable = || invalid(place("until"), "write the end like \"2026-09-15T14:00:00Z\"");
                    DateTime::parse_from_rfc3339(until).map(|end| end.to_utc()).map_err(|_| unreadable())
                })?;
                ensure(end >= from, place("until"), "it ends before it begins; name a later time")?;
                Ok(When::Time { from, until: end })
            }
            (Some(_), Some(_)) => Err(invalid(place("at"), "a key date has either a date or an at, not both")),
            (None, None) => {
                Err(invalid(place("date"), "name the day as date = \"YYYY-MM-DD\", or the instant with at = \"…\""))
            }
        }
    }
}

fn check_title(title: &str, place: &str) -> Result<(), ConfigError> {
    let is_line = !title.trim().is_empty() && title == crate::message::one_line(title);
    let fits = is_line && crate::message::length(title) <= LONGEST_TITLE;
    ensure(fits, place, "write one line of 1 to 100 characters")
}

fn leads(written: &[Lead], place: &str) -> Result<Vec<TimeDelta>, ConfigError> {
    let lead = |lead: &Lead| {
        let lead =
            TimeDelta::from_std(lead.0).ok().filter(|lead| (TimeDelta::minutes(1)..=LONGEST_LEAD).contains(lead));
        lead.ok_or_else(|| invalid(place, "write times from \"1m\" to \"60d\" before, e.g. [\"24h\", \"15m\"]"))
    };
    let mut leads = written.iter().map(lead).collect::<Result<Vec<_>, _>>()?;
    leads.sort_unstable();
    leads.dedup();
    Ok(leads)
}
