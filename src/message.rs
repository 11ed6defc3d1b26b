//! Our neutral [`Message`]: what is said, without any word on how Discord's library spells it.
//!
//! Owns Discord's limits, cutting, and the cleaning of foreign text. Refuses to know serenity: `discord::render`
//! turns a [`Message`] into a request. It is stored as JSON with its announcement, so every field has a default and
//! unknown fields of a newer version are ignored.
//!
//! Lengths are counted in UTF-16 code units. Discord's documentation says "characters" and does not say which; the
//! UTF-16 count is never smaller than the count of code points, so a text that fits here fits under either reading.

mod fit;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use url::Url;

use crate::ids::{RoleId, Snowflake};

pub use fit::{Cut, Place};

/// Limits of a message (<https://discord.com/developers/docs/resources/message#create-message>) and of an embed
/// (<https://discord.com/developers/docs/resources/message#embed-object-embed-limits>), in characters.
pub mod limits {
    /// Message content.
    pub const CONTENT: usize = 2000;
    /// Embed title.
    pub const TITLE: usize = 256;
    /// Embed description.
    pub const DESCRIPTION: usize = 4096;
    /// Embed author's name.
    pub const AUTHOR: usize = 256;
    /// Embed footer.
    pub const FOOTER: usize = 2048;
    /// What a delivery adds to a footer: ` · ref ` and eight characters.
    pub const REFERENCE: usize = 15;
    /// All text of all embeds of a message.
    pub const EMBEDS_TOTAL: usize = 6000;
    /// Label of a button.
    pub const BUTTON_LABEL: usize = 80;
    /// Label of an option of a select menu.
    pub const OPTION_LABEL: usize = 100;
    /// Options of a select menu.
    pub const OPTIONS: usize = 25;
    /// Address of a link button, and of an embed's link or image.
    pub const URL: usize = 512;
    /// Rows of buttons that a message can carry.
    pub const ROWS: usize = 5;
    /// Buttons that a row can carry.
    pub const ROW: usize = 5;
    /// What stands above a form's box.
    pub const INPUT_LABEL: usize = 45;
    /// What stands in a form's box while it is empty.
    pub const PLACEHOLDER: usize = 100;
    /// Choices that an autocomplete can offer.
    pub const CHOICES: usize = 25;
    /// Longest name of a choice.
    pub const CHOICE: usize = 100;
    /// Buttons that a message can carry.
    pub const BUTTONS: usize = ROWS * ROW;
    /// What a file shows, in words (<https://discord.com/developers/docs/resources/message#attachment-object>).
    pub const ALT: usize = 1024;
    /// Tags of a forum's post (<https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel>).
    pub const POST_TAGS: usize = 5;
    /// Name of a thread (<https://discord.com/developers/docs/resources/channel#start-thread-from-message>).
    pub const THREAD_NAME: usize = 100;
}

/// Whom a message may ping. Everything else in its text pings nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ping {
    /// Nobody: the default.
    #[default]
    Nobody,
    /// These roles, which the sender chose from the configured allow-list.
    Roles(Vec<RoleId>),
    /// Everyone; only where the configuration permits it and the sender confirmed it.
    Everyone,
}

/// A picture shown large under an embed's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Where it lies; `http` or `https`.
    pub url: Url,
    /// What it shows, for those who can't see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
}

/// A button that opens an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkButton {
    /// What it says; at most [`limits::BUTTON_LABEL`].
    pub label: String,
    /// Where it leads.
    pub url: Url,
}

/// What a button looks like; never the only carrier of its meaning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// The one that most will want.
    Primary,
    /// One of several.
    #[default]
    Secondary,
    /// It settles something.
    Success,
    /// It takes something away.
    Danger,
}

/// A button that comes back to psfbot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionButton {
    /// What it says; at most [`limits::BUTTON_LABEL`].
    pub label: String,
    /// What it carries; at most 100 characters.
    pub custom_id: String,
    /// What it looks like.
    #[serde(default)]
    pub style: ButtonStyle,
}

/// The framed part of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Embed {
    /// Headline; at most [`limits::TITLE`].
    pub title: Option<String>,
    /// Where the headline leads.
    pub url: Option<Url>,
    /// Body in Discord's Markdown; at most [`limits::DESCRIPTION`].
    pub description: String,
    /// Who wrote it; at most [`limits::AUTHOR`].
    pub author: Option<String>,
    /// A picture.
    pub image: Option<Image>,
    /// The instant that the footer shows.
    pub timestamp: Option<DateTime<Utc>>,
    /// Small print; with [`limits::REFERENCE`], which a delivery adds, at most [`limits::FOOTER`].
    pub footer: Option<String>,
    /// Colour of the edge, `0xRRGGBB`; never the only carrier of a meaning.
    pub colour: Option<u32>,
}

/// What is said in one Discord message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Plain part, which must make sense alone (members may have embeds switched off); at most [`limits::CONTENT`].
    pub content: String,
    /// Framed part.
    pub embed: Option<Embed>,
    /// Buttons below that come back to psfbot; with the links at most [`limits::BUTTONS`].
    pub buttons: Vec<ActionButton>,
    /// Link buttons below those.
    pub links: Vec<LinkButton>,
    /// Who is pinged.
    pub ping: Ping,
    /// Whether it stands in the channel without a notification on anybody's phone.
    pub silent: bool,
    /// What stands above the plain part when the message is sent late; see `announcements::as_sent`.
    pub late_note: Option<String>,
    /// The name of the thread that is opened below it; at most [`limits::THREAD_NAME`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// Whether it is pinned in its channel.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pin: bool,
    /// What its post is called where it goes to a forum; at most [`limits::THREAD_NAME`]. See [`Message::post_name`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tags that its post bears where it goes to a forum, as far as the forum offers them; at most
    /// [`limits::POST_TAGS`] of one forum.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Snowflake>,
}

impl Message {
    /// What its post is called in a forum: its name, else its headline, else how it begins.
    #[must_use]
    pub fn post_name(&self) -> String {
        let headline = || self.embed.as_ref().and_then(|embed| embed.title.clone());
        // A name is plain text: marks of emphasis would be read as they are.
        let begins = || self.content.lines().next().unwrap_or_default().replace(['*', '_', '~', '`', '\\'], "");
        let named = self.name.clone().or_else(headline).unwrap_or_else(begins);
        let name = cut(&one_line(&named), limits::THREAD_NAME);
        if name.is_empty() { "…".to_owned() } else { name }
    }
}

/// A picture that goes with a message. It is kept beside the message, not in its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// As it is saved: lower-case letters, digits and `-`, at most 60, then `.png`.
    pub name: String,
    /// What it shows, for those who can't see it; at most [`limits::ALT`].
    pub alt: String,
    /// PNG; at most 1 MiB.
    pub png: Vec<u8>,
}

/// Length of a text as Discord counts it at most: UTF-16 code units.
#[must_use]
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Cuts `text` to at most `max` characters ([`length`]), at the end of a word where one is near, else between two
/// grapheme clusters (never inside an emoji or a letter with its accents), and marks the cut with `…`.
#[must_use]
pub fn cut(text: &str, max: usize) -> String {
    if length(text) <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(1);
    let mut end = 0;
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += length(grapheme);
        if used > room {
            break;
        }
        end = at + grapheme.len();
    }
    let kept = &text[..end];
    // A word's end is near enough when at most a fifth of the text is lost for it; scripts without spaces have none.
    let at_word = kept
        .rfind(char::is_whitespace)
        .filter(|&space| text[end..].starts_with(|c: char| !c.is_whitespace()) && space >= end - end / 5);
    let kept = at_word.map_or(kept, |space| &kept[..space]);
    if max == 0 { String::new() } else { format!("{}…", kept.trim_end()) }
}

/// Whether a character can change how the text around it is read: control characters and Unicode's direction
/// overrides and isolates (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>).
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// One line of foreign text, fit for a title or a name: no control or direction characters, white space joined.
#[must_use]
pub fn one_line(text: &str) -> String {
    let cleaned: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|&c| !is_deceptive(c)).collect();
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Foreign text as it is read, in a place where Discord interprets Markdown: its marks are escaped, mentions,
/// channel links, timestamps and masked links become plain text.
///
/// `allowed_mentions` already keeps a mention from pinging; escaping also keeps it from looking like one.
#[must_use]
pub fn escape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut line_start = true;
    for c in text.chars().filter(|&c| !is_deceptive(c)) {
        let inline = matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[' | ']' | '@');
        let block = line_start && matches!(c, '#' | '-' | '+' | '>');
        if inline || block {
            out.push('\\');
        }
        out.push(c);
        line_start = c == '\n' || (line_start && c.is_whitespace());
    }
    out
}

/// Markdown as it was before [`escape_markdown`]: without the backslashes before marks.
#[must_use]
pub fn unescape_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// Foreign text that reads as it was written and does nothing: its Markdown is escaped, and so are its slashes, without
/// which no client and no preview takes anything for an address or an invitation.
#[must_use]
pub fn harmless(text: &str) -> String {
    escape_markdown(text).replace('/', "\\/")
}

/// An instant as readers see it: in their own zone by Discord's timestamp markup
/// (<https://discord.com/developers/docs/reference#message-formatting-timestamp-styles>), and in UTC as text for
/// those whose client shows the markup as it is.
#[must_use]
pub fn instant(at: DateTime<Utc>) -> String {
    format!("<t:{}:F> ({})", at.timestamp(), at.format("%-d %B %Y, %H:%M UTC"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_escaped_can_be_read_again() {
        for text in ["*a* _b_ \\ @everyone <#1> [x](y)", "C:\\dir", "# head\n- item", ""] {
            assert_eq!(unescape_markdown(&escape_markdown(text)), text);
        }
    }

    #[test]
    fn a_cut_falls_at_a_word_and_says_so() {
        assert_eq!(cut("one two three", 13), "one two three");
        assert_eq!(cut("the Python Software Foundation", 22), "the Python Software…");
    }

    #[test]
    fn a_cut_never_splits_an_emoji() {
        let family = "👩‍👩‍👧‍👦".repeat(3);
        assert_eq!(cut(&family, 15), "👩‍👩‍👧‍👦…");
    }

    #[test]
    fn foreign_text_cannot_ping_or_hide() {
        assert_eq!(escape_markdown("@everyone <@&1> [x](http://y)\u{202E}"), r"\@everyone \<\@&1> \[x\](http://y)");
        assert_eq!(one_line("a\u{202E}b\r\n\tc"), "ab c");
    }

    #[test]
    fn an_instant_is_shown_in_two_ways() {
        let at = DateTime::parse_from_rfc3339("2026-10-13T21:00:00Z").unwrap().to_utc();
        assert_eq!(instant(at), "<t:1791925200:F> (13 October 2026, 21:00 UTC)");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_fits(content in ".{0,3000}", title in ".{0,400}", body in ".{0,5000}", footer in ".{0,2500}") {
            let embed = Embed { title: Some(title), description: body, footer: Some(footer), ..Embed::default() };
            let message = Message { content, embed: Some(embed), ..Message::default() }.fit();
            let embed = message.embed.unwrap();
            let total = length(&embed.description) + length(embed.title.as_deref().unwrap_or("")) + length(embed.footer.as_deref().unwrap_or(""));
            prop_assert!(length(&message.content) <= limits::CONTENT);
            prop_assert!(length(&embed.description) <= limits::DESCRIPTION);
            prop_assert!(total <= limits::EMBEDS_TOTAL);
        }
    }
}
