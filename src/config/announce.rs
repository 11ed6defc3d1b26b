//! `[announce]`: what staff announcements need before they are sent, and how long drafts are kept.

use std::collections::HashSet;
use std::time::Duration;

use serde::Deserialize;

use super::validate::{Check, ensure, host_ports};
use crate::ids::ChannelId;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `[announce]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Announce {
    /// Channels in which nothing of staff's or a feed's is announced before a second member of staff has approved it.
    pub approval: Vec<ChannelId>,
    /// Whether the links of an announcement are looked up before it is sent, to warn of those that lead nowhere.
    pub check_links: bool,
    /// Exact `host:port` that links may lead to although they are private; all others that are not public are not asked.
    pub link_hosts: Vec<String>,
    /// How long a draft is kept after it was last touched; its author is told before it is dropped. 7 days to 10 years.
    #[serde(with = "humantime_serde")]
    pub keep_drafts: Duration,
}

impl Default for Announce {
    fn default() -> Self {
        Self { approval: Vec::new(), check_links: true, link_hosts: Vec::new(), keep_drafts: 90 * DAY }
    }
}

impl Announce {
    /// How long before a draft is dropped its author is told.
    pub const NOTICE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

    /// Whether something in these channels needs approval.
    #[must_use]
    pub fn needs_approval(&self, channels: &[ChannelId]) -> bool {
        channels.iter().any(|channel| self.approval.contains(channel))
    }

    pub(super) fn validate(&self) -> Check {
        let distinct: HashSet<_> = self.approval.iter().collect();
        ensure(distinct.len() == self.approval.len(), "announce.approval", "a channel is named twice; name it once")?;
        host_ports("announce.link_hosts", &self.link_hosts)?;
        let fits = (7 * DAY..=3660 * DAY).contains(&self.keep_drafts);
        ensure(fits, "announce.keep_drafts", "write a time between \"7d\" and \"3660d\"")
    }
}
