//! `[[feeds]]`: blogs whose posts are announced.

use std::collections::HashSet;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::validate::{Check, ensure};
use crate::blog::{Policy, Settings};
use crate::ids::{ChannelId, RoleId};

/// `[[feeds]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Its short name, unique: `a-z`, `0-9` and `-`.
    pub key: String,
    /// Its address.
    pub url: Url,
    /// Where its posts are announced.
    pub channels: Vec<ChannelId>,
    /// Time between two polls; at least 1 s, in production at least 5 min is polite.
    #[serde(with = "humantime_serde", default = "Feed::default_interval")]
    pub interval: Duration,
    /// More new entries than this in one poll post nothing and ask staff. 1 to 25.
    #[serde(default = "Feed::default_max_new")]
    pub max_new: usize,
    /// Whether the first poll announces the newest entry instead of seeding silently.
    #[serde(default)]
    pub announce_latest: bool,
    /// How long after an entry was announced its edits change the message.
    #[serde(with = "humantime_serde", default = "Feed::default_edit_window")]
    pub edit_window: Duration,
    /// Whether each announcement gets a thread, named after the post. The bot then needs Create Public Threads.
    #[serde(default)]
    pub thread: bool,
    /// Whether a post waits in the staff channel until staff publish it.
    #[serde(default)]
    pub approve: bool,
    /// Announce only entries in one of these categories; letters' case does not matter. None: all.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The role that an announcement pings, one of `discord.allowed_ping_roles`.
    #[serde(default)]
    pub ping: Option<RoleId>,
    /// Whether announcements in an announcement channel are published to its followers.
    #[serde(default = "Feed::default_crosspost")]
    pub crosspost: bool,
    /// Edge colour of its announcements, `"#rrggbb"`.
    #[serde(default)]
    pub colour: Option<String>,
}

impl Feed {
    const fn default_interval() -> Duration {
        Settings::INTERVAL
    }
    const fn default_max_new() -> usize {
        Settings::MAX_NEW
    }
    const fn default_edit_window() -> Duration {
        Settings::EDIT_WINDOW
    }
    const fn default_crosspost() -> bool {
        true
    }

    /// The settings, in the words of the feature.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            key: self.key.clone(),
            url: self.url.clone(),
            channels: self.channels.clone(),
            interval: self.interval,
            policy: Policy {
                max_new: self.max_new,
                edit_window: self.edit_window,
                announce_latest: self.announce_latest,
                categories: self.categories.clone(),
            },
            approve: self.approve,
            ping: self.ping,
            crosspost: self.crosspost,
            thread: self.thread,
            colour: self.colour.as_deref().and_then(Settings::colour),
        }
    }

    /// Checks what must hold beyond the kinds of the values; `allowed_pings` are `discord.allowed_ping_roles`.
    pub(super) fn validate(&self, allowed_pings: &[RoleId]) -> Check {
        let place = |key: &str| format!("feeds.{key} of {:?}", self.key);
        ensure(matches!(self.url.scheme(), "http" | "https"), place("url"), "write an http or https address")?;
        ensure(
            self.url.username().is_empty() && self.url.password().is_none(),
            place("url"),
            "an address with a user name or password is not fetched",
        )?;
        ensure(!self.channels.is_empty(), place("channels"), "name at least one channel id")?;
        let distinct: HashSet<_> = self.channels.iter().collect();
        ensure(distinct.len() == self.channels.len(), place("channels"), "a channel is named twice; name it once")?;
        ensure(self.interval >= Duration::from_secs(1), place("interval"), "write at least \"1s\"; \"10m\" is polite")?;
        ensure((1..=25).contains(&self.max_new), place("max_new"), "write a number from 1 to 25")?;
        let named = self.categories.iter().all(|category| !category.trim().is_empty());
        ensure(named, place("categories"), "a category is empty; write its name, or [] for all posts")?;
        let may_ping = self.ping.is_none_or(|role| allowed_pings.contains(&role));
        ensure(may_ping, place("ping"), "add the role to discord.allowed_ping_roles first")?;
        let is_colour = self.colour.as_deref().is_none_or(|colour| Settings::colour(colour).is_some());
        ensure(is_colour, place("colour"), "write a colour as \"#rrggbb\"")
    }
}
