//! What the poll, the staff's commands and the command line have in common about feeds: reading one, announcing a post of
//! it, and the cards that ask staff.
//!
//! Owns the words and buttons of those cards. Refuses to decide what is new (`blog`), to store and to send.

mod card;
mod read;

use chrono::{DateTime, TimeDelta, Utc};

pub(crate) use card::{Cards, settled_words};
pub(crate) use read::{ReadError, Reading, read};

use crate::announcements::{Draft, Kind};
use crate::blog::{self, Entry, FeedInfo, Settings, Verdict};
use crate::config::Config;
use crate::texts::text;

/// How far back a channel is searched for a post's announcement.
const LONGEST_SEARCH: TimeDelta = TimeDelta::days(30);

/// The settings that count for a feed: the configuration's, else what staff made.
pub(crate) fn settings(config: &Config, key: &str, staff: Option<&Settings>) -> Option<Settings> {
    let configured = config.feeds.iter().find(|feed| feed.key == key).map(|feed| feed.settings());
    configured.or_else(|| staff.cloned()).map(|settings| with_approval(config, settings))
}

/// The settings, with approval where one of the channels wants it.
pub(crate) fn with_approval(config: &Config, settings: Settings) -> Settings {
    let approve = settings.approve || config.announce.needs_approval(&settings.channels);
    Settings { approve, ..settings }
}

/// The announcement of a post of which nothing was posted before `unposted_at`.
pub(crate) fn post(
    settings: &Settings,
    info: &FeedInfo,
    entry: &Entry,
    unposted_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Draft {
    Draft {
        kind: Kind::Blog,
        message: blog::announcement(info, entry),
        crosspost: settings.crosspost,
        origin: Some(format!("{}\n{}", settings.key, entry.key)),
        channels: settings.channels.clone(),
        due_at: due_at(entry, unposted_at, now),
    }
}

/// A post is due from when it was published; from the last poll, or from when staff were asked, where it has no date or a
/// later one. What was due longer ago than a nonce lasts is looked for in the channel before it is announced, so that a
/// database restored from a backup announces nothing again: whatever it does not know was posted after that. The search
/// is bounded.
fn due_at(entry: &Entry, unposted_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    entry.published.unwrap_or(unposted_at).min(unposted_at).clamp(now - LONGEST_SEARCH, now)
}

/// What would become of an entry, in words; `approve` says whether the feed's posts wait for approval.
pub(crate) fn verdict_words(verdict: Verdict, approve: bool) -> String {
    let id = match verdict {
        Verdict::New if approve => "feeds-verdict-waits",
        Verdict::New => "feeds-verdict-new",
        Verdict::Asked => "feeds-verdict-asked",
        Verdict::Edited => "feeds-verdict-edited",
        Verdict::Announced => "feeds-verdict-announced",
        Verdict::Waiting => "feeds-verdict-waiting",
        Verdict::Known => "feeds-verdict-known",
        Verdict::OtherName => "feeds-verdict-other-name",
        Verdict::OtherCategory => "feeds-verdict-other-category",
        Verdict::FirstReading => "feeds-verdict-first-reading",
        Verdict::Repeated => "feeds-verdict-repeated",
    };
    text(id)
}
