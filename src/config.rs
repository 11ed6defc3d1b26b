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
mod tests {
    use super::*;

    const CORE: &str = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n";

    fn refusal(text: &str) -> String {
        Config::parse(&format!("{CORE}{text}")).unwrap_err().to_string()
    }

    #[test]
    fn the_core_is_enough() {
        let config = Config::parse(CORE).unwrap();
        assert_eq!(config.delivery.nonce_window, Duration::from_secs(120));
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        insta::assert_snapshot!(refusal("[delivery]\nnonce_widow = \"2m\""), @"the configuration: unknown key delivery.nonce_widow; known there are nonce_window");
    }

    #[test]
    fn an_id_must_be_a_string() {
        insta::assert_snapshot!(Config::parse("[discord]\nguild_id = 1\nstaff_channel = \"2\"").unwrap_err().to_string(), @"the configuration: discord.guild_id: invalid type: found signed int `1`, expected a string");
    }

    #[test]
    fn a_feed_is_checked() {
        let feed = |more: &str| {
            refusal(&format!(
                "[[feeds]]\nkey = \"blog\"\nurl = \"https://example.org/feed\"\nchannels = [\"3\"]\n{more}"
            ))
        };
        insta::assert_snapshot!(feed("max_new = 0"), @r#"feeds.max_new of "blog": write a number from 1 to 25"#);
        insta::assert_snapshot!(feed("interval = \"0s\""), @r#"feeds.interval of "blog": write at least "1s"; "10m" is polite"#);
        insta::assert_snapshot!(feed("colour = \"blue\""), @r##"feeds.colour of "blog": write a colour as "#rrggbb""##);
    }

    #[test]
    fn a_series_has_dates_or_a_rule() {
        let series = |more: &str| {
            refusal(&format!(
                "[[series]]\nkey = \"board\"\ntitle = \"Board\"\nchannel = \"3\"\nduration = \"1h\"\n{more}"
            ))
        };
        insta::assert_snapshot!(series("rule = \"FREQ=MONTHLY;BYDAY=3TU\""), @r#"series.at of "board": a rule needs the wall time, e.g. at = "09:00""#);
        insta::assert_snapshot!(series("dates = [\"2026-10-13T21:00:00Z\"]\nrule = \"FREQ=DAILY\"\nat = \"09:00\"\nzone = \"UTC\""), @r#"series.rule of "board": a series has either dates or a rule, not both"#);
    }

    #[test]
    fn a_key_date_has_a_day_or_an_instant() {
        let date = |more: &str| refusal(&format!("[[key_dates]]\nkey = \"vote\"\ntitle = \"Voting\"\n{more}"));
        insta::assert_snapshot!(date(""), @r#"key_dates.date of "vote": name the day as date = "YYYY-MM-DD", or the instant with at = "…""#);
        insta::assert_snapshot!(date("date = \"2026-12-01\"\nat = \"2026-12-01T14:00:00Z\""), @r#"key_dates.at of "vote": a key date has either a date or an at, not both"#);
        insta::assert_snapshot!(date("date = \"2026-12-01\"\nuntil = \"2026-11-30\""), @r#"key_dates.until of "vote": it ends before it begins; name a later day"#);
        insta::assert_snapshot!(date("at = \"2026-12-01T14:00:00Z\"\nuntil = \"2026-12-02\""), @r#"key_dates.until of "vote": write the end like "2026-09-15T14:00:00Z""#);
        insta::assert_snapshot!(date("date = \"2026-12-01\"\nreminders = [\"24h\"]"), @r#"key_dates.channel of "vote": name the channel that its reminders go to, or take them away"#);
        insta::assert_snapshot!(date("date = \"2026-12-01\"\nurl = \"mailto:psf@python.org\""), @r#"key_dates.url of "vote": write an http or https address"#);
    }

    #[test]
    fn the_digest_has_a_day_and_a_time_and_nothing_is_kept_for_ever() {
        let config =
            Config::parse(&format!("{CORE}[answers]\ndigest_day = \"friday\"\ndigest_at = \"16:30\"")).unwrap();
        let rhythm = config.answers.rhythm().unwrap();
        assert_eq!((rhythm.day, rhythm.at.to_string().as_str()), (chrono::Weekday::Fri, "16:30:00"));
        insta::assert_snapshot!(refusal("[answers]\ndigest_at = \"8 am\""), @r#"answers.digest_at: write a time in UTC as "HH:MM", e.g. "08:00""#);
        insta::assert_snapshot!(refusal("[answers]\nkeep = \"1h\""), @r#"answers.keep: write a time between "1d" and "3660d""#);
    }

    #[test]
    fn the_web_server_is_off_and_then_on_this_machine_alone() {
        let web = |text: &str| Config::parse(&format!("{CORE}[web]\n{text}")).unwrap().web;
        assert!(web("").public.is_none() && web("").calendar(None).is_none());
        assert_eq!(web("public = 8080").public.unwrap().0.to_string(), "127.0.0.1:8080");
        assert_eq!(web("public = \"8080\"").public.unwrap().0.to_string(), "127.0.0.1:8080");
        assert_eq!(web("private = \"[::]:8081\"").private.unwrap().0.to_string(), "[::]:8081");
        let named = web("public = 8080\nurl = \"https://example.org/psf/\"");
        assert_eq!(named.calendar(None).unwrap().as_str(), "https://example.org/psf/office-hours.ics");
        assert_eq!(named.calendar(Some("board")).unwrap().as_str(), "https://example.org/psf/office-hours/board.ics");
        insta::assert_snapshot!(refusal("[web]\npublic = 70000"), @r#"the configuration: web.public: invalid value signed int `70000`, expected a port of this machine, e.g. 8080, or an address with a port, e.g. "0.0.0.0:8080""#);
        insta::assert_snapshot!(refusal("[web]\npublic = \"localhost\""), @r#"the configuration: web.public: invalid value string "localhost", expected a port of this machine, e.g. 8080, or an address with a port, e.g. "0.0.0.0:8080""#);
        insta::assert_snapshot!(refusal("[web]\nurl = \"https://example.org\""), @"web.url: nothing is served there: name the port with web.public");
        insta::assert_snapshot!(refusal("[web]\npublic = 8080\nurl = \"webcal://example.org\""), @r#"web.url: write the http or https address alone, e.g. "https://psfbot.example.org""#);
        insta::assert_snapshot!(refusal("[web]\npublic = 8080\nprivate = 8080"), @"web.private: it is the same as web.public: name another port, so that not everybody reads it");
    }

    #[test]
    fn everyone_is_no_role() {
        let text = "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\nallowed_ping_roles = [\"1\"]\n";
        insta::assert_snapshot!(Config::parse(text).unwrap_err().to_string(), @"discord.allowed_ping_roles: this is @everyone, and no role; where staff may ping everyone write discord.allow_everyone = true");
    }

    #[test]
    fn a_contact_has_a_key_a_name_and_an_address() {
        let contact = |key: &str, address: &str| {
            let text = format!("[announce.contacts]\n{key} = {{ name = \"Grants\", address = \"{address}\" }}");
            refusal(&text)
        };
        insta::assert_snapshot!(contact("grants", "python.org"), @"announce.contacts.grants: write its address as an e-mail address or a web address that begins with https://, at most 200 characters");
        insta::assert_snapshot!(contact("Grants", "grants@python.org"), @"announce.contacts.Grants: a key is 1 to 16 of a-z, 0-9 and -");
        insta::assert_snapshot!(contact("nobody", "grants@python.org"), @"announce.contacts.nobody: this key takes a contact away from an announcement; choose another one");
        insta::assert_snapshot!(refusal("[announce.contacts]\ngrants = { name = \"\", address = \"a@b.org\" }"), @"announce.contacts.grants: write its name as 1 to 80 characters on one line");
        insta::assert_snapshot!(refusal("[announce.contacts]\ngrants = { name = \"Grants\", mail = \"a@b.org\" }"), @"the configuration: unknown key announce.contacts.grants.mail; known there are name, address");
    }

    #[test]
    fn reminders_and_events_are_bounded() {
        let series = "[[series]]\nkey = \"board\"\ntitle = \"Board\"\nchannel = \"3\"\nduration = \"1h\"\n";
        insta::assert_snapshot!(refusal(&format!("{series}reminders = [\"61d\"]")), @r#"series.reminders of "board": write times from "1m" to "60d" before, e.g. ["24h", "15m"]"#);
        insta::assert_snapshot!(refusal("[office_hours]\nevent_horizon = \"1y\""), @r#"office_hours.event_horizon: write at most 180d; "0s" makes no events in Discord"#);
        let config = Config::parse(&format!("{CORE}{series}")).unwrap();
        insta::assert_snapshot!(refusal(&format!("{series}opening = \"automatic\"")), @r#"series.opening of "board": name with opens_for the role that may write during a session, or take this away"#);
        let opened = Config::parse(&format!("{CORE}{series}opens_for = \"1\"\nhosts = [\"5\"]")).unwrap();
        assert_eq!(opened.schedule().unwrap().series[0].opening.as_ref().map(|opening| opening.automatic), Some(false));
        let leads = &config.schedule().unwrap().series[0].leads;
        assert_eq!(leads, &[chrono::TimeDelta::minutes(15), chrono::TimeDelta::hours(24)], "unless told otherwise");
    }
}
