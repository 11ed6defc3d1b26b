//! What a change of a draft comes to, part by part, for its history.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Deed, DraftState, StaffDraft};

/// One part of a change. What it was and what it is are texts; of a wording the parts in the order of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub deed: Deed,
    /// What it was.
    pub before: Vec<String>,
    /// What it is.
    pub after: Vec<String>,
}

/// One part of a draft, as texts.
type Part = fn(&StaffDraft) -> Vec<String>;

/// What differs between two versions of a draft.
#[must_use]
pub fn changes(before: &StaffDraft, after: &StaffDraft) -> Vec<Change> {
    let parts: [(Deed, Part); 9] = [
        (Deed::Reworded, |draft| draft.wording.parts()),
        (Deed::Channels, |draft| draft.channels.iter().map(ToString::to_string).collect()),
        (Deed::Ping, |draft| draft.ping.iter().map(ToString::to_string).collect()),
        (Deed::Followers, |draft| flag(draft.crosspost)),
        (Deed::Thread, |draft| flag(draft.thread)),
        (Deed::Pin, |draft| flag(draft.pin)),
        (Deed::Tags, |draft| draft.tags.iter().map(|tag| tag.name.clone()).collect()),
        (Deed::Time, |draft| time(draft.scheduled_for)),
        (Deed::Expiry, |draft| time(draft.expires_at)),
    ];
    let mut found: Vec<Change> = parts
        .into_iter()
        .map(|(deed, part)| Change { deed, before: part(before), after: part(after) })
        .filter(|change| change.before != change.after)
        .collect();
    let newly: Vec<String> = after.confirmed.iter().filter(|key| !before.confirmed.contains(key)).cloned().collect();
    let money = (after.money_confirmed && !before.money_confirmed).then(|| "money".to_owned());
    let newly: Vec<String> = newly.into_iter().chain(money).collect();
    if !newly.is_empty() {
        found.push(Change { deed: Deed::Confirmed, before: Vec::new(), after: newly });
    }
    if before.state != after.state && after.state == DraftState::Discarded {
        found.push(Change { deed: Deed::Discarded, before: Vec::new(), after: Vec::new() });
    }
    found
}

fn flag(is_so: bool) -> Vec<String> {
    if is_so { vec!["yes".to_owned()] } else { Vec::new() }
}

fn time(at: Option<DateTime<Utc>>) -> Vec<String> {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)).into_iter().collect()
}
