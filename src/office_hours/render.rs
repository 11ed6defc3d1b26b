//! What a reminder says.

use super::{Occasion, Reminder};
use crate::message::{Embed, LinkButton, Message, escape_markdown, instant};
use crate::texts::{text, text_with};

/// The text of a reminder. Its plain part alone says all of it; how long it is still is told by the reader's own client,
/// so that it is true whenever it is read.
#[must_use]
pub fn reminder(reminder: &Reminder<'_>) -> Message {
    let occasion = &reminder.occasion;
    let more = |url: &url::Url| LinkButton { label: text("reminder-more"), url: url.clone() };
    Message {
        content: content(occasion),
        // The card that tells staff of a problem names a delivery by this title.
        embed: Some(Embed {
            title: Some(occasion.title.to_owned()),
            footer: Some(text("reminder-footer")),
            ..Embed::default()
        }),
        links: occasion.key_date.and_then(|date| date.url.as_ref()).map(more).into_iter().collect(),
        silent: reminder.is_silent(),
        late_note: Some(text("reminder-late")),
        ..Message::default()
    }
    .fit()
}

fn content(occasion: &Occasion<'_>) -> String {
    let title = ("title", escape_markdown(occasion.title));
    let relative = ("relative", format!("<t:{}:R>", occasion.start.timestamp()));
    match occasion.key_date {
        None => {
            let channel = ("channel", format!("<#{}>", occasion.channel));
            text_with("reminder-session", [title, relative, ("when", instant(occasion.start)), channel])
        }
        Some(date) => {
            let head = text_with("reminder-key-date", [title, relative, ("when", date.when.in_words())]);
            let lines: Vec<String> = std::iter::once(head).chain(date.text.as_deref().map(escape_markdown)).collect();
            lines.join("\n")
        }
    }
}
