//! What stands in the way of sending a draft, and what its author is warned of, as far as is known now.

use std::time::Duration;

use futures_util::future::join_all;

use super::links::Reach;
use super::preview;
use crate::announcements::{ChannelKind, LATELY, Obstacle, Pinged, StaffDraft, Warning, are_alike, fingerprint};
use crate::discord::commands::Data;
use crate::discord::publisher::Destination;
use crate::ids::ChannelId;
use crate::message::{cut, escape_markdown, instant, one_line, unescape_markdown};
use crate::texts::{text, text_with};

/// How long Send waits for addresses that are being asked: as long as it takes to ask as many as are looked up, where none
/// answers. A preview waits for none.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// How many addresses of an announcement are looked up.
const MOST_ADDRESSES: usize = 10;

/// What is quoted of an address, of a title and of a reason, in characters.
const QUOTED: usize = 100;

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    /// What must be put right.
    pub(super) obstacles: Vec<Obstacle>,
    /// What must be confirmed, and is not yet.
    pub(super) warnings: Vec<Warning>,
    /// Addresses of which nobody can say anything, with the reason.
    unknown: Vec<(String, String)>,
    /// Whether addresses are still being asked.
    pub(super) is_asking: bool,
    /// How many addresses are not looked up, because there are so many.
    unlooked: usize,
    /// The channels that it goes to, as far as is known what they are.
    pub(super) destinations: Vec<(ChannelId, Destination)>,
}

impl Findings {
    /// Whether it can go.
    pub(super) fn is_clear(&self) -> bool {
        self.obstacles.is_empty() && self.warnings.is_empty()
    }

    /// Whether it can go, as far as is known: what nobody knows now is asked again when it is sent.
    pub(super) fn may_be_pressed(&self) -> bool {
        self.warnings.is_empty() && self.obstacles.iter().all(|obstacle| matches!(obstacle, Obstacle::Unread(_)))
    }

    /// Names what is to be confirmed: a button made for these confirms these alone.
    pub(super) fn fingerprint(&self) -> String {
        let keys: Vec<String> = self.warnings.iter().map(Warning::key).collect();
        fingerprint(keys.iter().map(String::as_str))
    }

    /// All of it, a line each.
    pub(super) fn lines(&self, data: &Data, draft: &StaffDraft) -> Vec<String> {
        let warnings = self.warnings.iter().map(warning);
        let unknown = self.unknown.iter().map(|(address, problem)| {
            text_with("announce-link-unknown", [("address", quoted(address)), ("problem", quoted(problem))])
        });
        let asking = self.is_asking.then(|| text("announce-link-asking"));
        let unlooked = || text_with("announce-links-unlooked", [("count", self.unlooked.to_string())]);
        let asking = asking.into_iter().chain((self.unlooked > 0).then(unlooked));
        preview::obstacles(data, draft, &self.obstacles)
            .into_iter()
            .chain(warnings)
            .chain(unknown)
            .chain(asking)
            .collect()
    }
}

/// What the channels of a draft are, as far as is known or Discord says soon.
pub(super) async fn destinations(data: &Data, draft: &StaffDraft) -> Vec<(ChannelId, Destination)> {
    let seen =
        join_all(draft.channels.iter().map(async |&channel| (channel, data.publisher.seen(channel).await))).await;
    seen.into_iter().filter_map(|(channel, destination)| Some((channel, destination?))).collect()
}

/// Whether it is a thread of a channel that needs approval: it would go round that.
fn is_bound_thread(data: &Data, destination: &Destination) -> bool {
    destination.parent.is_some_and(|parent| data.config.announce.needs_approval(&[parent]))
}

/// Why nothing can be announced in a channel, whatever the bot is permitted there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::discord::commands) enum Unfit {
    /// It is of another kind.
    Kind,
    /// It is a thread of a channel that needs approval.
    Bound,
    /// It takes no post without a tag, and there is none to choose.
    NoTag,
}

/// Why nothing can be announced in a channel; `may_tag` says whether a tag can be chosen for what is announced.
pub(in crate::discord::commands) fn unfit(data: &Data, destination: &Destination, may_tag: bool) -> Option<Unfit> {
    let has_tag = may_tag && !destination.tags.is_empty();
    if destination.kind == ChannelKind::Other {
        return Some(Unfit::Kind);
    }
    if is_bound_thread(data, destination) {
        return Some(Unfit::Bound);
    }
    (destination.requires_tag && !has_tag).then_some(Unfit::NoTag)
}

/// Whether a forum wants a tag and none of its own is chosen.
fn lacks_tag(draft: &StaffDraft, forum: ChannelId, destination: &Destination) -> bool {
    let offers = |id| destination.tags.iter().any(|tag| tag.id == id);
    let is_forum = destination.kind == ChannelKind::Forum;
    is_forum && destination.requires_tag && !draft.tags.iter().any(|tag| tag.forum == forum && offers(tag.id))
}

/// Looks at a draft; what is asked over the network is waited for at most so long.
pub(super) async fn findings(data: &Data, draft: &StaffDraft, patience: Duration) -> Findings {
    let now = data.clock.now();
    let mut warnings = Vec::new();
    // Of what was handed over it was confirmed before.
    if draft.ping == Some(Pinged::Everyone) && draft.announcement.is_none() {
        warnings.push(Warning::Everyone);
    }
    let dates = draft.wording.past_dates(draft.scheduled_for.unwrap_or(now).max(now));
    if !dates.is_empty() {
        warnings.push(Warning::PastDates(dates));
    }
    let (mut unknown, mut is_asking) = (Vec::new(), false);
    let mut addresses = if data.config.announce.check_links { draft.wording.addresses() } else { Vec::new() };
    let unlooked = addresses.len().saturating_sub(MOST_ADDRESSES);
    addresses.truncate(MOST_ADDRESSES);
    for (url, reach) in data.links.look(&addresses, patience).await {
        match reach {
            Some(Reach::Fine) => {}
            Some(Reach::Dead(problem)) => warnings.push(Warning::DeadLink { address: url.to_string(), problem }),
            Some(Reach::Unknown(problem)) => unknown.push((url.to_string(), problem)),
            None => is_asking = true,
        }
    }
    warnings.extend(alike(data, draft).await);
    warnings.retain(|warning| !draft.confirmed.contains(&warning.key()));
    let destinations = destinations(data, draft).await;
    let mut obstacles = preview::standing_in_the_way(data, draft);
    let bound = |(_, destination): &&(ChannelId, Destination)| is_bound_thread(data, destination);
    obstacles.extend(destinations.iter().filter(bound).map(|(thread, _)| Obstacle::BoundThread(*thread)));
    obstacles.extend(
        destinations
            .iter()
            .filter(|(forum, destination)| lacks_tag(draft, *forum, destination))
            .map(|(forum, _)| Obstacle::NoTag(*forum)),
    );
    // Where nothing is known of a channel, it could be a thread that goes round an approval.
    let approval = &data.config.announce.approval;
    let is_known = |channel: &ChannelId| destinations.iter().any(|(known, _)| known == channel);
    let unread = draft.channels.iter().filter(|channel| !approval.contains(channel) && !is_known(channel));
    obstacles.extend(unread.filter(|_| !approval.is_empty()).map(|channel| Obstacle::Unread(*channel)));
    Findings { obstacles, warnings, unknown, is_asking, unlooked, destinations }
}

/// The latest announcement that is much like it.
async fn alike(data: &Data, draft: &StaffDraft) -> Option<Warning> {
    if draft.wording.body.is_empty() {
        return None;
    }
    let found = data.store.announced_since(data.clock.now() - LATELY, draft.id).await;
    let found = found.unwrap_or_else(|error| {
        tracing::warn!("an announcement can't be compared with the latest ones: {error}");
        Vec::new()
    });
    let content = draft.message().content;
    let (other, at) = found.into_iter().find(|(other, _)| are_alike(&content, other))?;
    let title = other.lines().map(|line| line.trim_matches(['*', ' '])).find(|line| !line.is_empty());
    let title = title.map(|title| one_line(&unescape_markdown(title)));
    Some(Warning::Alike { title: title.unwrap_or_default(), at })
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::PastDates(dates) => {
            let dates: Vec<String> = dates.iter().take(5).map(|date| quoted(date)).collect();
            text_with("announce-warning-past", [("dates", dates.join("; "))])
        }
        Warning::DeadLink { address, problem } => {
            text_with("announce-warning-dead", [("address", quoted(address)), ("problem", quoted(problem))])
        }
        Warning::Everyone => text("announce-warning-everyone"),
        Warning::Alike { title, at } => {
            text_with("announce-warning-alike", [("title", quoted(title)), ("time", instant(*at))])
        }
    }
}

fn quoted(text: &str) -> String {
    escape_markdown(&cut(text, QUOTED))
}
