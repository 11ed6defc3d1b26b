//! Says of each entry of a feed whether it would be announced now, and why not.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::entry::Entry;
use super::plan::{Plan, Policy, Seen, plan};

/// What would become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It would be announced, or wait for approval where the feed asks for that.
    New,
    /// Too many are new at once, or the feed's identities changed: staff would be asked.
    Asked,
    /// It is known and was announced; its message would be edited.
    Edited,
    /// It is known and was announced.
    Announced,
    /// It waits on a card until staff decide.
    Waiting,
    /// It is known and was not announced.
    Known,
    /// It is a known entry under another id or address.
    OtherName,
    /// It is in none of the categories that are announced.
    OtherCategory,
    /// The feed was never read: what it has at first is only learnt.
    FirstReading,
    /// The feed has its id more than once, and this is not the first.
    Repeated,
}

/// What staff's cards say of a feed's entries, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnCards {
    /// Those about which a question is open.
    pub waiting: HashSet<String>,
    /// Those that were posted on staff's word.
    pub posted: HashSet<String>,
}

/// A verdict for each entry, in the feed's order.
#[must_use]
pub fn verdicts(entries: &[Entry], seen: &Seen, cards: &OnCards, policy: &Policy, now: DateTime<Utc>) -> Vec<Verdict> {
    let plan = plan(entries, seen, policy, now);
    let mut met = HashSet::new();
    entries
        .iter()
        .map(|entry| {
            if met.insert(entry.key.as_str()) { verdict(entry, seen, cards, policy, &plan) } else { Verdict::Repeated }
        })
        .collect()
}

fn verdict(entry: &Entry, seen: &Seen, cards: &OnCards, policy: &Policy, plan: &Plan) -> Verdict {
    let is_in = |entries: &[Entry]| entries.iter().any(|other| other.key == entry.key);
    if is_in(&plan.announce) {
        return Verdict::New;
    }
    if plan.ask_staff.as_ref().is_some_and(|ask| is_in(&ask.held)) {
        return Verdict::Asked;
    }
    if let Some(known) = seen.entries.iter().find(|known| known.key == entry.key) {
        let original = known.alias_of.as_deref().and_then(|key| seen.entries.iter().find(|other| other.key == key));
        let announced = original.unwrap_or(known).announced.is_some() || cards.posted.contains(&entry.key);
        return match plan.edit.iter().any(|edit| edit.entry.key == entry.key) {
            true => Verdict::Edited,
            false if announced => Verdict::Announced,
            false if cards.waiting.contains(&entry.key) => Verdict::Waiting,
            false => Verdict::Known,
        };
    }
    if plan.learn.iter().any(|learnt| learnt.key == entry.key && learnt.alias_of.is_some()) {
        return Verdict::OtherName;
    }
    if !policy.wants(entry) {
        return Verdict::OtherCategory;
    }
    Verdict::FirstReading
}
