//! What is to be done about a feed, whoever said so: the configuration, or staff at run time.

use std::time::Duration;

use url::Url;

use super::plan::Policy;
use super::render::FeedInfo;
use crate::ids::{ChannelId, RoleId};

/// The settings of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Its short name: 1 to 32 of `a-z`, `0-9` and `-`; of a feed that is only looked at, its host.
    pub key: String,
    /// Its address.
    pub url: Url,
    /// Where its posts are announced.
    pub channels: Vec<ChannelId>,
    /// Time between two polls.
    pub interval: Duration,
    /// Which entries are announced.
    pub policy: Policy,
    /// Whether a post waits until staff let it through.
    pub approve: bool,
    /// The role that an announcement pings.
    pub ping: Option<RoleId>,
    /// Whether an announcement is published to followers where the channel is an announcement channel.
    pub crosspost: bool,
    /// Whether each announcement gets a thread, named after the post.
    pub thread: bool,
    /// Colour of the edge, `0xRRGGBB`.
    pub colour: Option<u32>,
}

impl Settings {
    /// More new entries at once than this ask staff, unless somebody says otherwise.
    pub const MAX_NEW: usize = 3;
    /// How long after its announcement an entry's edits are carried over, unless somebody says otherwise.
    pub const EDIT_WINDOW: Duration = Duration::from_secs(14 * 24 * 60 * 60);
    /// Time between two polls, unless somebody says otherwise.
    pub const INTERVAL: Duration = Duration::from_secs(10 * 60);

    /// For a feed about which nobody said anything: to look at it.
    #[must_use]
    pub fn for_looking_at(url: Url) -> Self {
        Self {
            key: url.host_str().unwrap_or("feed").to_owned(),
            url,
            channels: Vec::new(),
            interval: Self::INTERVAL,
            policy: Policy {
                max_new: Self::MAX_NEW,
                edit_window: Self::EDIT_WINDOW,
                announce_latest: false,
                categories: Vec::new(),
            },
            approve: false,
            ping: None,
            crosspost: false,
            thread: false,
            colour: None,
        }
    }

    /// What announcements of a feed that is called `title` look like; of the roles only `allowed` ones are pinged.
    #[must_use]
    pub fn info(&self, title: &str, allowed: &[RoleId]) -> FeedInfo {
        FeedInfo {
            key: self.key.clone(),
            title: title.to_owned(),
            colour: self.colour,
            thread: self.thread,
            ping: self.ping.filter(|role| allowed.contains(role)),
        }
    }

    /// Whether `key` can be a feed's short name.
    #[must_use]
    pub fn is_key(key: &str) -> bool {
        (1..=32).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }

    /// A colour written as `#rrggbb`.
    #[must_use]
    pub fn colour(text: &str) -> Option<u32> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        u32::from_str_radix(digits, 16).ok()
    }
}
