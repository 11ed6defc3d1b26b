//! `[announce]`: what staff announcements need before they are sent, and how long drafts are kept.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use serde::Deserialize;

use super::validate::{Check, ensure, host_ports, invalid};
use crate::announcements::Contact;
use crate::ids::ChannelId;
use crate::message::limits;

/// The key that stands for no contact.
pub const NOBODY: &str = "nobody";

/// The longest key of a contact: it travels in the `custom_id` of a form, which has 100 characters.
const MOST_KEY: usize = 16;

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
    /// Whom an announcement can name for questions, by the key that staff choose it with; at most 24.
    pub contacts: BTreeMap<String, Contact>,
}

impl Default for Announce {
    fn default() -> Self {
        Self {
            approval: Vec::new(),
            check_links: true,
            link_hosts: Vec::new(),
            keep_drafts: 90 * DAY,
            contacts: BTreeMap::new(),
        }
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
        ensure(fits, "announce.keep_drafts", "write a time between \"7d\" and \"3660d\"")?;
        self.validate_contacts()
    }

    fn validate_contacts(&self) -> Check {
        // With “nobody” as many as Discord suggests for an option.
        let fits = self.contacts.len() < limits::CHOICES;
        ensure(fits, "announce.contacts", "Discord can suggest 25 at most, one of which is nobody; name 24 or fewer")?;
        for (key, contact) in &self.contacts {
            let place = || format!("announce.contacts.{key}");
            let is_key = (1..=MOST_KEY).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            ensure(is_key, place(), "a key is 1 to 16 of a-z, 0-9 and -")?;
            ensure(key != NOBODY, place(), "this key takes a contact away from an announcement; choose another one")?;
            contact.problem().map_or(Ok(()), |problem| Err(invalid(place(), problem)))?;
        }
        Ok(())
    }
}
