//! Typed settings out of one TOML file, with `PSFBOT__SECTION__KEY` overrides from the environment.
//!
//! Unknown keys are refused with their place. Secrets are not settings: they come from the environment or from files
//! alone (see [`crate::secrets`]), so a configuration can be shown to anybody.

mod announce;
mod answers;
mod feed;
mod form;
mod privacy;
mod problem;
mod schedule;
mod staff;
mod validate;
mod web;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;
use url::Url;

use crate::ids::{ChannelId, GuildId, RoleId};

pub use announce::{Announce, NOBODY};
pub use answers::Answers;
pub use feed::Feed;
pub use form::{Call, Form, Question};
pub use privacy::{Privacy, Retention};
pub use schedule::KeyDate;
pub use staff::{Domain, Staff};
pub use web::{Listen, Web};

/// Where the configuration lies unless `--config` says otherwise.
pub const DEFAULT_PATH: &str = "config/psfbot.toml";

/// Why the configuration can't be used; the text names the file, the key and what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("there is no configuration at {0}: name one with --config FILE, or start from config/psfbot.toml")]
    Missing(PathBuf),
    /// It is not TOML, has an unknown key, or a value of the wrong kind.
    #[error("{0}")]
    Read(String),
    /// A value is of the right kind but can't be meant.
    #[error("{place}: {problem}")]
    Invalid {
        /// The key, as it is written in TOML.
        place: String,
        /// What is wrong and what to write instead.
        problem: String,
    },
}

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The one server that psfbot serves, and who is staff there.
    pub discord: Discord,
    /// How announcements are delivered.
    #[serde(default)]
    pub delivery: Delivery,
    /// What staff announcements need before they are sent.
    #[serde(default)]
    pub announce: Announce,
    /// How foreign addresses are fetched.
    #[serde(default)]
    pub fetch: Fetch,
    /// Blogs whose posts are announced.
    #[serde(default)]
    pub feeds: Vec<Feed>,
    /// Office hours that recur.
    #[serde(default)]
    pub series: Vec<Series>,
    /// What office hours and key dates have in common.
    #[serde(default)]
    pub office_hours: OfficeHours,
    /// Dated things that members should know.
    #[serde(default)]
    pub key_dates: Vec<KeyDate>,
    /// Where calendars and the state of health are served.
    #[serde(default)]
    pub web: Web,
    /// Where the articles lie.
    #[serde(default)]
    pub knowledge: Knowledge,
    /// What is kept of answers, and the week's digest.
    #[serde(default)]
    pub answers: Answers,
    /// Whom announcements may ask for money for.
    #[serde(default)]
    pub fundraising: Fundraising,
    /// Where erasures are noted.
    #[serde(default)]
    pub privacy: Privacy,
    /// How long what members and staff write is kept.
    #[serde(default)]
    pub retention: Retention,
    /// What feedback and status are about.
    #[serde(default)]
    pub programs: Vec<Program>,
}

/// `[discord]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discord {
    /// The server; psfbot leaves every other.
    pub guild_id: GuildId,
    /// Where cards and warnings for staff go.
    pub staff_channel: ChannelId,
    /// Roles that an announcement may ping.
    #[serde(default)]
    pub allowed_ping_roles: Vec<RoleId>,
    /// Whether an announcement of staff may ping everyone, which whoever sends it must confirm.
    #[serde(default)]
    pub allow_everyone: bool,
    /// Who is staff, by domain.
    #[serde(default)]
    pub staff: Staff,
}

/// `[delivery]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// How long after it was first due a delivery may be sent on the strength of its nonce alone; later it is looked
    /// for in the channel first. Discord keeps nonces for "the past few minutes"
    /// (<https://discord.com/developers/docs/resources/message#create-message>). 10 s to 5 min.
    #[serde(with = "humantime_serde")]
    pub nonce_window: Duration,
}

impl Default for Delivery {
    fn default() -> Self {
        Self { nonce_window: Duration::from_secs(120) }
    }
}

/// `[fetch]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fetch {
    /// Exact `host:port` that may be private; every other address must be public.
    pub allow: Vec<String>,
}

/// `[[series]]`: either `dates`, or `rule` with `at` and `zone`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Its short name, unique.
    pub key: String,
    /// What members read.
    pub title: String,
    /// Where it is announced and reminded.
    pub channel: ChannelId,
    /// Length of a session.
    #[serde(with = "humantime_serde")]
    pub duration: Duration,
    /// Lead times of its reminders, e.g. `"24h"`; 1 min to 60 days each.
    #[serde(default = "Series::default_reminders")]
    pub reminders: Vec<Lead>,
    /// Its sessions as instants.
    #[serde(default)]
    pub dates: Vec<DateTime<Utc>>,
    /// Its rule (RFC 5545 RRULE), read in `zone`.
    #[serde(default)]
    pub rule: Option<String>,
    /// Wall time of a session in `zone`, `"HH:MM"`.
    #[serde(default)]
    pub at: Option<String>,
    /// IANA time zone of the rule.
    #[serde(default)]
    pub zone: Option<Tz>,
    /// Who confirms sessions made by the rule.
    #[serde(default)]
    pub confirm: Confirm,
    /// The role that may write in the channel while a session lasts; without it the channel is not touched. The guild's own id
    /// is @everyone.
    #[serde(default)]
    pub opens_for: Option<RoleId>,
    /// What opens the channel; a host, unless said otherwise.
    #[serde(default)]
    pub opening: Option<OpenedBy>,
    /// Roles that may open, extend and close besides the staff for sessions.
    #[serde(default)]
    pub hosts: Vec<RoleId>,
}

/// What opens the channel of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OpenedBy {
    /// A host's click.
    Host,
    /// It opens by itself when the session begins.
    Automatic,
}

impl Series {
    fn default_reminders() -> Vec<Lead> {
        vec![Lead(Duration::from_secs(24 * 60 * 60)), Lead(Duration::from_secs(15 * 60))]
    }
}

/// `[office_hours]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeHours {
    /// How late a reminder may still be sent after psfbot was down, but never longer than its own lead time: one that is
    /// due 15 min before a session is not sent after the session began. 1 min to 24 h.
    #[serde(with = "humantime_serde")]
    pub reminder_grace: Duration,
    /// How long before a session its event is made in Discord; zero makes none. At most 180 days.
    #[serde(with = "humantime_serde")]
    pub event_horizon: Duration,
}

impl Default for OfficeHours {
    fn default() -> Self {
        Self { reminder_grace: Duration::from_secs(2 * 60 * 60), event_horizon: Duration::from_secs(35 * 24 * 60 * 60) }
    }
}

/// A lead time before a session, e.g. `"24h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Lead(#[serde(with = "humantime_serde")] pub Duration);

/// Who confirms sessions made by a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confirm {
    /// They stay `expected` until staff confirm them.
    #[default]
    Staff,
    /// They count as `scheduled` at once.
    Automatic,
}

/// `[fundraising]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fundraising {
    /// The PSF's fiscal sponsorees: beside itself, whom it may raise funds for. An announcement that asks for money and
    /// is not plainly for one of them must be confirmed by its author.
    pub sponsorees: Vec<String>,
}

impl Default for Fundraising {
    fn default() -> Self {
        // Those that the PSF's pages name (https://www.python.org/psf/about/, 2025); there are more.
        let known = ["PyLadies", "Pallets", "PyCascades", "PyPA", "Boston Python"];
        Self { sponsorees: known.map(str::to_owned).to_vec() }
    }
}

/// `[knowledge]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Knowledge {
    /// Folder of the articles, relative to the current folder.
    pub dir: PathBuf,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self { dir: "config/knowledge".into() }
    }
}

/// `[[programs]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Its short name, unique.
    pub key: String,
    /// What members read.
    pub title: String,
    /// Its private address.
    #[serde(default)]
    pub email: Option<String>,
    /// Its public thread.
    #[serde(default)]
    pub thread: Option<Url>,
    /// What its form asks, and when it is open.
    #[serde(default)]
    pub feedback: Form,
    /// How long feedback and questions about it are kept, where that is another time than `retention.feedback`.
    #[serde(default, with = "humantime_serde")]
    pub keep: Option<Duration>,
}

/// A place of the configuration that names a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelUse {
    /// The channel.
    pub channel: ChannelId,
    /// The key, as it is written in TOML, with the entry that it belongs to.
    pub place: String,
    /// What the bot does there.
    pub purpose: Purpose,
}

/// What the bot does in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It posts cards for staff, and edits them.
    Cards,
    /// It posts the week's digest, with pictures.
    Digest,
    /// It announces.
    Announcements,
    /// It posts what staff announce, which may bear a forum's tags.
    ByHand,
    /// It announces, and opens a thread below each announcement.
    Threads,
    /// It announces, and opens the channel for sessions.
    Sessions,
}

impl Config {
    /// The places that name a channel, in the order of the file.
    #[must_use]
    pub fn channel_uses(&self) -> Vec<ChannelUse> {
        let used = |channel, place: String, purpose| ChannelUse { channel, place, purpose };
        let staff = used(self.discord.staff_channel, "discord.staff_channel".into(), Purpose::Cards);
        let feeds = self.feeds.iter().flat_map(|feed| {
            let purpose = if feed.thread { Purpose::Threads } else { Purpose::Announcements };
            let place = format!("feeds.channels of {:?}", feed.key);
            feed.channels.iter().map(move |&channel| used(channel, place.clone(), purpose))
        });
        let series = self.series.iter().map(|series| {
            let purpose = if series.opens_for.is_some() { Purpose::Sessions } else { Purpose::Announcements };
            used(series.channel, format!("series.channel of {:?}", series.key), purpose)
        });
        let dates = self.key_dates.iter().filter_map(|date| {
            Some(used(date.channel?, format!("key_dates.channel of {:?}", date.key), Purpose::Announcements))
        });
        let digest = self.answers.digest_channel.filter(|_| self.answers.digest);
        let digest = digest.map(|channel| used(channel, "answers.digest_channel".into(), Purpose::Digest));
        let approval = self.announce.approval.iter();
        let approval = approval.map(|&channel| used(channel, "announce.approval".into(), Purpose::ByHand));
        [staff].into_iter().chain(approval).chain(digest).chain(feeds).chain(series).chain(dates).collect()
    }

    /// Reads a file and the environment's overrides.
    ///
    /// # Errors
    /// When there is no such file, it is not TOML, a key is unknown, or a value can't be meant.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        if !path.is_file() {
            return Err(ConfigError::Missing(path.to_owned()));
        }
        let figment = Figment::from(Toml::file_exact(path)).merge(Env::prefixed("PSFBOT__").split("__"));
        Self::from_figment(&figment, &path.display().to_string())
    }

    /// Reads a configuration out of a text, without the environment: for the demo and for tests.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::from_figment(&Figment::from(Toml::string(text)), "the configuration")
    }

    fn from_figment(figment: &Figment, file: &str) -> Result<Self, ConfigError> {
        let config: Self = figment.extract().map_err(|errors| {
            ConfigError::Read(
                errors.into_iter().map(|error| problem::describe(&error, file)).collect::<Vec<_>>().join("; "),
            )
        })?;
        config.validate()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
