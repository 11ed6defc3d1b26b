//! How a post looks: an entry becomes a message.

use url::Url;

use super::entry::Entry;
use crate::ids::RoleId;
use crate::message::{self, Cut, Embed, Image, LinkButton, Message, Ping, Place};
use crate::texts::{text, text_with};

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
    /// Whether each announcement gets a thread, named after the entry.
    pub thread: bool,
    /// The role that it pings.
    pub ping: Option<RoleId>,
}

/// The announcement of a post. It makes sense from its content alone, and pings nobody but the
/// feed's role.
#[must_use]
pub fn announcement(feed: &FeedInfo, entry: &Entry) -> Message {
    preview(feed, entry).0
}

/// As [`announcement`]; and what had to be cut, beside the summary, which is short by intention.
#[must_use]
pub fn preview(feed: &FeedInfo, entry: &Entry) -> (Message, Vec<Cut>) {
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
    let button = |url: &Url| LinkButton { label: text("blog-read"), url: url.clone() };
    let links = entry.url.iter().map(button).collect();
    let heading = Some(message::one_line(entry.heading()));
    let thread = heading.clone().filter(|_| feed.thread);
    let mut content = content(&name, entry);
    // Below everything else: the phone's notification begins with the title.
    content.extend(feed.ping.map(|role| format!("\n<@&{role}>")));
    let ping = feed.ping.map_or(Ping::Nobody, |role| Ping::Roles(vec![role]));
    let message = Message { content, embed: Some(embed), links, thread, name: heading, ping, ..Message::default() };
    let (message, mut cuts) = message.fitted();
    cuts.extend(Cut::between(Place::Title, &message::one_line(entry.heading()), &title(entry)));
    (message, cuts)
}

fn content(name: &str, entry: &Entry) -> String {
    let title = message::escape_markdown(&title(entry));
    let feed = message::escape_markdown(name);
    let author = entry.author.as_deref().map(|author| message::escape_markdown(&message::cut(author, 100)));
    let source = match author {
        Some(author) => text_with("blog-new-on-by", [("feed", feed), ("author", author)]),
        None => text_with("blog-new-on", [("feed", feed)]),
    };
    let mut content = format!("**{title}**\n{source}");
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
    entry.image_alt.clone().unwrap_or_else(|| text_with("blog-picture", [("title", title(entry))]))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::blog::{Feed, parse};

    fn feed() -> Feed {
        let base = Url::parse("http://snakes.blogspot.example/feeds/posts/default").unwrap();
        parse(include_bytes!("../../tests/feeds/blogger.atom"), None, &base).unwrap()
    }

    fn rendered(entry: &Entry) -> Message {
        announcement(
            &FeedInfo {
                key: "snakes".into(),
                title: "Snake Society".into(),
                colour: Some(0x0030_6998),
                thread: false,
                ping: None,
            },
            entry,
        )
    }

    #[test]
    fn a_post_becomes_a_message_that_makes_sense_alone() {
        let message = rendered(&feed().entries[0]);
        assert_snapshot!(message.content, @"
        **Grants for snake charmers & friends 🎉**
        New on Snake Society by Ada Adder
        <http://snakes.blogspot.example/2026/03/grants-for-snake-charmers.html>
        ");
        assert_snapshot!(serde_json::to_string_pretty(&message.embed).unwrap(), @r#"
        {
          "title": "Grants for snake charmers & friends 🎉",
          "url": "http://snakes.blogspot.example/2026/03/grants-for-snake-charmers.html",
          "description": "We have **good news**: applications are *open*.\n\n- Flutes\n- Baskets",
          "author": "Ada Adder",
          "image": {
            "url": "https://img.example/s1600/snake.png",
            "alt": "A green snake"
          },
          "timestamp": "2026-03-05T17:00:00Z",
          "footer": "Snake Society",
          "colour": 3172760
        }
        "#);
        assert_eq!(message.links[0].label, "Read the post");
    }

    #[test]
    fn a_feeds_text_pings_nobody_and_hides_nothing() {
        let entry = Entry {
            title: "@everyone [free](https://evil.example) <@&1>\u{202e}".into(),
            author: Some("<@1>".into()),
            ..feed().entries[1].clone()
        };
        let message = rendered(&entry);
        assert_eq!(message.ping, Ping::Nobody);
        assert_snapshot!(message.content, @r"
        **\@everyone \[free\](https://evil.example) \<\@&1>**
        New on Snake Society by \<\@1>
        <http://snakes.blogspot.example/2026/02/hello-world.html>
        ");
        assert_snapshot!(message.embed.unwrap().description, @r"Ping \@everyone, see \|\|this\|\|.");
    }

    #[test]
    fn any_length_fits() {
        let long = "👩‍👩‍👧‍👦漢字*_".repeat(2000);
        let entry =
            Entry { title: long.clone(), author: Some(long.clone()), summary: long, ..feed().entries[0].clone() };
        let message = rendered(&entry);
        assert!(message::length(&message.content) <= message::limits::CONTENT);
        assert!(message::length(message.embed.unwrap().title.as_deref().unwrap()) <= message::limits::TITLE);
    }
}
