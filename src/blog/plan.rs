//! Decides what a poll of a feed means: what is new, what was edited, what is only another name of something known.
//!
//! Identity is a **set** of seen keys. Dates order what is new; they never decide that something is new, and neither
//! does an entry's place in the feed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::entry::{Entry, Fingerprint};
use super::identity::Matcher;

/// An entry that was seen before, as it is stored: one a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntry {
    /// Its key, unique in its feed.
    pub key: String,
    /// Its address when last seen.
    pub url: Option<Url>,
    /// Its title when last seen.
    pub title: String,
    /// Its date when last seen.
    pub published: Option<DateTime<Utc>>,
    /// Digest of what it showed when last seen.
    pub fingerprint: Fingerprint,
    /// When it was announced; `None` if it never was (seeded, filtered, left to staff, or another entry's alias).
    pub announced: Option<DateTime<Utc>>,
    /// The key of the known entry that this key is another name of; `None` for an entry in its own right.
    pub alias_of: Option<String>,
}

/// All that is known of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether the feed was ever polled with success, an empty feed included.
    pub seeded: bool,
    /// What was seen, in no order. Never shortened: an old entry may resurface.
    pub entries: Vec<KnownEntry>,
}

/// How a feed is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// More new entries than this in one poll post nothing and ask staff.
    pub max_new: usize,
    /// How long after its announcement an entry's edits are carried over.
    pub edit_window: Duration,
    /// Whether the first poll announces the newest entry.
    pub announce_latest: bool,
    /// Announce only entries in one of these categories (letters' case ignored); empty for all.
    pub categories: Vec<String>,
}

/// An announcement to be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The key under which the entry was announced.
    pub key: String,
    /// The entry as it reads now.
    pub entry: Entry,
}

/// What staff are asked. It is asked by one plan only: what it is about is learnt with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskStaff {
    /// Known entries that came under new ids or addresses and were recognised; nothing of them was announced.
    pub recognised: Vec<Entry>,
    /// New entries that were not announced, because they are more than the policy lets through, or because the feed's
    /// identities changed wholesale. Oldest first.
    pub held: Vec<Entry>,
}

/// What a poll means. To be written in one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to store, by key: insert, or overwrite all columns.
    pub learn: Vec<KnownEntry>,
    /// What to announce, oldest first. Each is in `learn` with `announced` set to now.
    pub announce: Vec<Entry>,
    /// Announcements to edit.
    pub edit: Vec<Edit>,
    /// What staff should know or decide.
    pub ask_staff: Option<AskStaff>,
    /// Whether this poll was the first: mark the feed as seeded.
    pub seeded: bool,
}

/// Plans what to do about a feed's `entries`, given what was `seen` before.
#[must_use]
pub fn plan(entries: &[Entry], seen: &Seen, policy: &Policy, now: DateTime<Utc>) -> Plan {
    let mut first_of_key = HashSet::new();
    let entries: Vec<&Entry> = entries.iter().filter(|entry| first_of_key.insert(entry.key.as_str())).collect();
    if !seen.seeded && seen.entries.is_empty() {
        return seed(&entries, policy, now);
    }
    let known: HashMap<&str, &KnownEntry> = seen.entries.iter().map(|known| (known.key.as_str(), known)).collect();
    let mut plan = Plan { seeded: !seen.seeded, ..Plan::default() };
    let (old, unknown): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| known.contains_key(entry.key.as_str()));
    for entry in old {
        plan.revisit(entry, &known, policy, now);
    }
    let (aliases, new) = Matcher::new(&entries, &seen.entries).split(&unknown);
    for (entry, original) in &aliases {
        plan.learn.push(KnownEntry { alias_of: Some((*original).to_owned()), ..learnt(entry, None) });
    }
    let recognised: Vec<Entry> = aliases.iter().rev().map(|(entry, _)| (*entry).clone()).collect();
    // While most of a feed goes by new names, one that is not recognised is more likely old than new.
    let is_wholesale = recognised.len() > 1 && recognised.len() * 2 > entries.len();
    let held = plan.welcome(new, policy, is_wholesale, now);
    if recognised.len() > 1 || !held.is_empty() {
        plan.ask_staff = Some(AskStaff { recognised, held });
    }
    plan
}

/// The first poll: everything is known from now on; nothing is announced, or the newest where that is wanted.
fn seed(entries: &[&Entry], policy: &Policy, now: DateTime<Utc>) -> Plan {
    let wanted = entries.iter().rev().filter(|entry| policy.wants(entry));
    // `max_by_key` takes the last of equals; reversed, that is the first in the feed, where undated feeds put the newest.
    let newest = wanted.max_by_key(|entry| entry.published).filter(|_| policy.announce_latest);
    let announced = |entry: &Entry| newest.filter(|n| n.key == entry.key).map(|_| now);
    Plan {
        learn: entries.iter().map(|entry| learnt(entry, announced(entry))).collect(),
        announce: newest.into_iter().map(|entry| (*entry).clone()).collect(),
        seeded: true,
        ..Plan::default()
    }
}

impl Plan {
    /// An entry whose key is known: nothing, or an edit.
    fn revisit(&mut self, entry: &Entry, known: &HashMap<&str, &KnownEntry>, policy: &Policy, now: DateTime<Utc>) {
        let Some(before) = known.get(entry.key.as_str()) else { return };
        let current = KnownEntry { alias_of: before.alias_of.clone(), ..learnt(entry, before.announced) };
        if current == **before {
            return;
        }
        let original = before.alias_of.as_deref().and_then(|key| known.get(key)).unwrap_or(before);
        let recent = original.announced.is_some_and(|at| now - at <= delta(policy.edit_window));
        if recent && current.fingerprint.differs(&before.fingerprint) {
            self.edit.push(Edit { key: original.key.clone(), entry: entry.clone() });
        }
        self.learn.push(current);
    }

    /// Truly new entries: announces them, or hands them back, to ask staff, when they are too many at once or not to be
    /// trusted.
    fn welcome(&mut self, new: Vec<&Entry>, policy: &Policy, is_doubtful: bool, now: DateTime<Utc>) -> Vec<Entry> {
        let (mut wanted, filtered): (Vec<&Entry>, Vec<&Entry>) = new.into_iter().partition(|entry| policy.wants(entry));
        self.learn.extend(filtered.into_iter().map(|entry| learnt(entry, None)));
        // Feeds list the newest first; the sort is stable, so undated entries keep that order, reversed.
        wanted.reverse();
        wanted.sort_by_key(|entry| entry.published.unwrap_or(now));
        let is_held = is_doubtful || wanted.len() > policy.max_new;
        let announced = (!is_held).then_some(now);
        self.learn.extend(wanted.iter().map(|entry| learnt(entry, announced)));
        let wanted: Vec<Entry> = wanted.into_iter().cloned().collect();
        if is_held {
            return wanted;
        }
        self.announce = wanted;
        Vec::new()
    }
}

impl Policy {
    /// Whether it is in one of the categories.
    pub(super) fn wants(&self, entry: &Entry) -> bool {
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        self.categories.is_empty()
            || entry.categories.iter().any(|has| self.categories.iter().any(|want| same(has, want)))
    }
}

fn learnt(entry: &Entry, announced: Option<DateTime<Utc>>) -> KnownEntry {
    KnownEntry {
        key: entry.key.clone(),
        url: entry.url.clone(),
        title: entry.title.clone(),
        published: entry.published,
        fingerprint: entry.fingerprint(),
        announced,
        alias_of: None,
    }
}

/// A length of time as chrono counts it; one too long for it is for ever.
fn delta(length: Duration) -> TimeDelta {
    TimeDelta::from_std(length).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests;
