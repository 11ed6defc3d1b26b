//! How a post looks: an entry becomes a message.

use url::Url;

use super::entry::Entry;
use crate::message::{self, Embed, Image, LinkButton, Message, Ping};

/// Longest address that is written out in a message's content, characters.
const MAX_WRITTEN_URL: usize = 1000;

/// What an announcement says about the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedInfo {
    /// Its key in the configuration.
    pub key: String,
    /// What readers call it; its key is shown if this is empty.
    pub title: String,
    /// Colour of the edge, `0xRRGGBB`.
    pub colour: Option<u32>,
}

/// The announcement of a post. It makes sense from its content alone, and pings nobody.
#[must_use]
pub fn announcement(feed: &FeedInfo, entry: &Entry) -> Message {
    let name = message::one_line(if feed.title.trim().is_empty() { &feed.key } else { &feed.title });
    let name = message::cut(&name, message::limits::TITLE);
    let embed = Embed {
        title: Some(message::escape_markdown(&title(entry))),
        url: entry.url.clone(),
        description: entry.summary.clone(),
        author: entry.author.clone(),
        image: entry.image.clone().map(|url| Image { url, alt: Some(alt(entry)) }),
        timestamp: entry.published.or(entry.updated),
        footer: Some(name.clone()),
        colour: feed.colour,
    };
    let button = |url: &Url| LinkButton { label: "Read the post".to_owned(), url: url.clone() };
    let links = entry.url.iter().map(button).collect();
    Message { content: content(&name, entry), embed: Some(embed), links, ping: Ping::Nobody }.fit()
}

fn content(name: &str, entry: &Entry) -> String {
    let title = message::escape_markdown(&title(entry));
    let by = entry.author.as_deref().map(|author| format!(" by {}", message::escape_markdown(&message::cut(author, 100))));
    let mut content = format!("**{title}**\nNew on {}{}", message::escape_markdown(name), by.unwrap_or_default());
    // In angle brackets Discord shows no preview of its own, which would repeat the embed.
    let url = entry.url.as_ref().map(Url::as_str).filter(|url| message::length(url) <= MAX_WRITTEN_URL);
    content.extend(url.map(|url| format!("\n<{url}>")));
    content
}

/// The title, short enough that escaping can't push it over a limit that cuts in the middle of an escape.
fn title(entry: &Entry) -> String {
    message::cut(&message::one_line(entry.heading()), message::limits::TITLE / 2)
}

fn alt(entry: &Entry) -> String {
    entry.image_alt.clone().unwrap_or_else(|| format!("Picture of the post “{}”", title(entry)))
}
