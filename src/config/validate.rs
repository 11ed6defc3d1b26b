//! What a value of the right kind must still fulfil.

use std::collections::HashSet;
use std::time::Duration;

use super::{Config, ConfigError, Delivery, Fetch, KeyDate, OfficeHours, Program, Series};

pub(super) type Check = Result<(), ConfigError>;

pub(super) fn invalid(place: impl Into<String>, problem: impl Into<String>) -> ConfigError {
    ConfigError::Invalid { place: place.into(), problem: problem.into() }
}

pub(super) fn ensure(holds: bool, place: impl Into<String>, problem: &str) -> Check {
    if holds { Ok(()) } else { Err(invalid(place, problem)) }
}

impl Config {
    pub(super) fn validate(&self) -> Check {
        let names_everyone = self.discord.allowed_ping_roles.iter().any(|role| role.0 == self.discord.guild_id.0);
        ensure(
            !names_everyone,
            "discord.allowed_ping_roles",
            "this is @everyone, and no role; where staff may ping everyone write discord.allow_everyone = true",
        )?;
        self.delivery.validate()?;
        self.announce.validate()?;
        self.fetch.validate()?;
        unique("feeds", self.feeds.iter().map(|f| f.key.as_str()))?;
        self.feeds.iter().try_for_each(|feed| feed.validate(&self.discord.allowed_ping_roles))?;
        unique("series", self.series.iter().map(|s| s.key.as_str()))?;
        self.series.iter().try_for_each(|series| Series::schedule(series).map(drop))?;
        self.office_hours.validate()?;
        self.answers.validate()?;
        self.validate_retention()?;
        self.web.validate()?;
        unique("key_dates", self.key_dates.iter().map(|date| date.key.as_str()))?;
        self.key_dates.iter().try_for_each(|date| KeyDate::schedule(date).map(drop))?;
        unique("programs", self.programs.iter().map(|p| p.key.as_str()))?;
        self.programs.iter().try_for_each(Program::validate)
    }
}

fn unique<'a>(section: &str, keys: impl Iterator<Item = &'a str>) -> Check {
    let mut seen = HashSet::new();
    for key in keys {
        let is_name = !key.is_empty()
            && key.len() <= 32
            && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        ensure(is_name, format!("{section}.key = {key:?}"), "a key is 1 to 32 of a-z, 0-9 and -")?;
        ensure(seen.insert(key), format!("{section}.key = {key:?}"), "two entries have this key; give each its own")?;
    }
    Ok(())
}

impl Delivery {
    fn validate(&self) -> Check {
        let fits = (Duration::from_secs(10)..=Duration::from_secs(300)).contains(&self.nonce_window);
        ensure(
            fits,
            "delivery.nonce_window",
            "write a time between 10s and 5m; Discord forgets nonces after a few minutes",
        )
    }
}

impl Fetch {
    fn validate(&self) -> Check {
        host_ports("fetch.allow", &self.allow)
    }
}

/// Whether all of these are a host with a port.
pub(super) fn host_ports(key: &str, entries: &[String]) -> Check {
    entries.iter().try_for_each(|entry| {
        let is_pair = entry
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0));
        ensure(is_pair, format!("{key} = {entry:?}"), "write host:port, e.g. \"127.0.0.1:8080\"")
    })
}

impl OfficeHours {
    fn validate(&self) -> Check {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        let grace = (Duration::from_secs(60)..=DAY).contains(&self.reminder_grace);
        ensure(grace, "office_hours.reminder_grace", "write a time between 1m and 24h")?;
        let horizon = self.event_horizon <= 180 * DAY;
        ensure(horizon, "office_hours.event_horizon", "write at most 180d; \"0s\" makes no events in Discord")
    }
}
