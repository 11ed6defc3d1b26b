//! `/feeds preview`: what a feed has now, and what would become of each post. Nothing is stored.

use url::Url;

use super::stop::unknown;
use crate::blog::{self, Entry, OnCards, Seen, Settings, Verdict};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::discord::render;
use crate::feed_client::Validators;
use crate::feed_desk;
use crate::message::{cut, escape_markdown, length, limits, one_line};
use crate::store::FeedStanding;
use crate::texts::{text, text_with};

/// Longest title of a post that is shown.
const TITLE: usize = 80;

/// Longest title of a feed that is shown.
const FEED_TITLE: usize = 100;

pub(super) async fn preview(data: &Data, feed: &str) -> Result<Reply, Error> {
    let (settings, seen, cards, url) = match known(data, feed.trim()).await? {
        Some(known) => known,
        None => match Url::parse(feed.trim()) {
            Ok(url) => (Settings::for_looking_at(url.clone()), Seen::default(), OnCards::default(), url),
            Err(_) => return Ok(unknown(feed)),
        },
    };
    let read = feed_desk::read(&data.feed_client, &url, &Validators::default()).await;
    let parsed = match read {
        Ok(reading) => reading.feed.map(|(parsed, _)| parsed),
        Err(error) => return Ok(not_read(&error)),
    };
    let Some(parsed) = parsed else { return Ok(Reply::aside(text("feeds-not-modified"))) };
    let verdicts = blog::verdicts(&parsed.entries, &seen, &cards, &settings.policy, data.clock.now());
    let mut content = head(&parsed);
    let mut left = 0_u64;
    for (entry, verdict) in parsed.entries.iter().zip(verdicts) {
        let line = format!("\n{}", line(entry, verdict, settings.approve));
        if left == 0 && length(&content) + length(&line) <= limits::CONTENT - 60 {
            content.push_str(&line);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        content.push('\n');
        content.push_str(&text_with("feeds-and-more", [("count", left)]));
    }
    let info = settings.info(&parsed.title, &data.config.discord.allowed_ping_roles);
    let newest = newest(&parsed.entries).map(|entry| blog::announcement(&info, entry));
    Ok(Reply::new(content).embed(newest.as_ref().and_then(render::preview)))
}

/// The feed of a key, as it is read.
async fn known(data: &Data, key: &str) -> Result<Option<(Settings, Seen, OnCards, Url)>, Error> {
    let Some(FeedStanding { seen, cards, staff, url }) = data.store.seen_of(key).await? else { return Ok(None) };
    Ok(feed_desk::settings(&data.config, key, staff.as_ref()).map(|settings| (settings, seen, cards, url)))
}

pub(super) fn not_read(error: &feed_desk::ReadError) -> Reply {
    Reply::aside(text_with("feeds-not-read", [("problem", escape_markdown(&error.to_string()))]))
}

/// What a feed is called, its format, how many posts it has.
pub(super) fn head(feed: &blog::Feed) -> String {
    let title = match one_line(&feed.title).as_str() {
        "" => text("feeds-untitled"),
        title => escape_markdown(&cut(title, FEED_TITLE)),
    };
    let count = feed.entries.len() as u64;
    let head = text_with("feeds-preview", [("title", title), ("format", escape_markdown(&feed.format))]);
    format!("{head} {}", text_with("feeds-preview-count", [("count", count)]))
}

pub(super) fn newest(entries: &[Entry]) -> Option<&Entry> {
    // The last of equals, reversed: the first in the feed, where undated feeds put the newest.
    entries.iter().rev().max_by_key(|entry| entry.published)
}

fn line(entry: &Entry, verdict: Verdict, approve: bool) -> String {
    format!(
        "- **{}**: {}",
        escape_markdown(&cut(&one_line(entry.heading()), TITLE)),
        feed_desk::verdict_words(verdict, approve)
    )
}
