//! `/feeds list`: every feed, where it comes from, how it is doing.

use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::feed_desk;
use crate::ids::ChannelId;
use crate::message::{cut, escape_markdown, instant, length, limits, one_line};
use crate::store::FeedOverview;
use crate::texts::{Value, text, text_with};

/// Longest problem that is quoted.
const PROBLEM: usize = 150;

/// Longest title of a feed that is shown.
const TITLE: usize = 80;

pub(super) async fn list(data: &Data) -> Result<Reply, Error> {
    let feeds = data.store.feeds().await?;
    if feeds.is_empty() {
        return Ok(Reply::new(text("feeds-none")));
    }
    let mut content = text("feeds-list");
    let mut left = 0_u64;
    for feed in &feeds {
        let entry = format!("\n{}", describe(data, feed));
        // Room for the line that says how many more there are.
        if left == 0 && length(&content) + length(&entry) <= limits::CONTENT - 60 {
            content.push_str(&entry);
        } else {
            left += 1;
        }
    }
    if left > 0 {
        content.push('\n');
        content.push_str(&text_with("feeds-and-more", [("count", left)]));
    }
    Ok(Reply::new(content))
}

fn describe(data: &Data, feed: &FeedOverview) -> String {
    let is_configured = data.config.feeds.iter().any(|configured| configured.key == feed.key);
    let origin = match (is_configured, &feed.staff) {
        (true, None) => "feeds-origin-config",
        (true, Some(_)) => "feeds-origin-both",
        (false, _) => "feeds-origin-staff",
    };
    let title = match one_line(&feed.title).as_str() {
        "" => text("feeds-untitled"),
        title => escape_markdown(&cut(title, TITLE)),
    };
    let settings = feed_desk::settings(&data.config, &feed.key, feed.staff.as_ref());
    let mut lines = vec![text_with(
        "feeds-line",
        [
            ("feed", feed.key.clone()),
            ("title", title),
            ("origin", text(origin)),
            ("channels", settings.as_ref().map(|settings| channels(&settings.channels)).unwrap_or_default()),
        ],
    )];
    lines.push(health(feed));
    lines.extend(feed.moved_to.as_ref().map(|url| text_with("feeds-moved-to", [("url", format!("<{url}>"))])));
    let approves = settings.as_ref().is_some_and(|settings| settings.approve);
    lines.extend(approves.then(|| text("feeds-approves")));
    lines.extend((feed.open_questions > 0).then(|| text_with("feeds-waiting", [("count", feed.open_questions)])));
    lines.join("\n")
}

fn health(feed: &FeedOverview) -> String {
    if let Some((at, by)) = feed.paused {
        return text_with("feeds-paused", [("by", format!("<@{by}>")), ("since", instant(at))]);
    }
    match (&feed.problem, feed.polled_at) {
        (Some(problem), _) if feed.failures > 0 => text_with(
            "feeds-failing",
            [
                ("failures", Value::from(feed.failures)),
                ("problem", escape_markdown(&cut(problem, PROBLEM)).into()),
                ("next", instant(feed.next_poll_at).into()),
            ],
        ),
        (_, Some(at)) => text_with("feeds-well", [("known", Value::from(feed.known)), ("polled", instant(at).into())]),
        (_, None) => text("feeds-new"),
    }
}

/// Channels by mention.
pub(super) fn channels(channels: &[ChannelId]) -> String {
    channels.iter().map(|channel| format!("<#{channel}>")).collect::<Vec<_>>().join(", ")
}
