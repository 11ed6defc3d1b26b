//! What a reminder says, and what becomes of its text when its session moves or is cancelled.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Occasion, Reminder, Session, When};
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

/// How long before a session a member is told who wanted to be.
pub const PERSONAL_LEAD: TimeDelta = TimeDelta::minutes(15);

/// What became of a session: when it was to begin, and when it begins now; `None` when it is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// When it was to begin.
    pub from: DateTime<Utc>,
    /// When it begins.
    pub to: Option<DateTime<Utc>>,
}

impl Moved {
    fn words(&self, id: &str, session: &Session<'_>) -> String {
        let what = if self.to.is_some() { "moved" } else { "cancelled" };
        let args = [
            ("title", escape_markdown(session.title)),
            ("from", instant(self.from)),
            ("to", self.to.map(instant).unwrap_or_default()),
            ("channel", format!("<#{}>", session.channel)),
        ];
        text_with(&format!("{id}-{what}"), args)
    }
}

/// What a reminder says that was posted for the time before.
#[must_use]
pub fn notice(session: &Session<'_>, moved: Moved) -> Message {
    Message {
        content: moved.words("notice", session),
        embed: Some(Embed {
            title: Some(session.title.to_owned()),
            footer: Some(text("reminder-footer")),
            ..Embed::default()
        }),
        ..Message::default()
    }
    .fit()
}

/// What a reminder of a key date says that was posted for the time before; `now` is `None` when it is cancelled.
#[must_use]
pub fn date_notice(title: &str, before: When, now: Option<When>) -> Message {
    let id = if now.is_some() { "notice-date-moved" } else { "notice-date-cancelled" };
    let to = now.map(When::in_words).unwrap_or_default();
    Message {
        content: text_with(id, [("title", escape_markdown(title)), ("from", before.in_words()), ("to", to)]),
        embed: Some(Embed { title: Some(title.to_owned()), footer: Some(text("reminder-footer")), ..Embed::default() }),
        ..Message::default()
    }
    .fit()
}

/// What a member is told who wanted to be reminded of it; and whether he will be `again`, before its new time.
#[must_use]
pub fn personal_notice(session: &Session<'_>, moved: Moved, again: bool) -> Message {
    let mut content = moved.words("notice-personal", session);
    if again && moved.to.is_some() {
        content.push(' ');
        content.push_str(&text("notice-personal-again"));
    }
    Message { content, ..Message::default() }.fit()
}

/// A member's own reminder.
#[must_use]
pub fn personal_reminder(session: &Session<'_>) -> Message {
    let content = text_with(
        "remind-message",
        [
            ("title", escape_markdown(session.title)),
            ("when", instant(session.start)),
            ("relative", format!("<t:{}:R>", session.start.timestamp())),
            ("channel", format!("<#{}>", session.channel)),
        ],
    );
    Message { content, late_note: Some(text("reminder-late")), ..Message::default() }.fit()
}
