//! [`Reply`]: what somebody reads back, and its spelling in Discord's JSON. The one place where an answer's
//! `allowed_mentions` are set: an answer pings nobody.

use poise::serenity_prelude as serenity;
use serde_json::{Value, json};
use serenity::{CreateActionRow, CreateEmbed};

use crate::discord::api::File;
use crate::discord::render;
use crate::message::{Picture, Ping, cut, limits};

/// `EPHEMERAL` of a message's flags (<https://discord.com/developers/docs/resources/message#message-object-message-flags>).
const EPHEMERAL: u64 = 1 << 6;

/// `SUPPRESS_EMBEDS`: addresses in the text open no preview.
const SUPPRESS_EMBEDS: u64 = 1 << 2;

/// How an answer appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::discord) enum Manner {
    /// As a new message that only the one who asked sees.
    Private,
    /// In place of the message whose button was pressed.
    Update,
}

/// What somebody reads back.
#[derive(Debug, Clone, Default)]
pub(in crate::discord) struct Reply {
    content: String,
    embeds: Vec<CreateEmbed>,
    rows: Vec<CreateActionRow>,
    pub(super) files: Vec<File>,
    /// Whether it stands beside what was to be updated, because it is a refusal.
    pub(super) aside: bool,
    public: bool,
}

impl Reply {
    /// A reply of text in Discord's Markdown; cut to what a message holds.
    pub(in crate::discord) fn new(content: impl AsRef<str>) -> Self {
        Self { content: cut(content.as_ref(), limits::CONTENT), ..Self::default() }
    }

    /// A refusal or a hint: private, and where a message was to be updated, beside it.
    pub(in crate::discord) fn aside(content: impl AsRef<str>) -> Self {
        Self { aside: true, ..Self::new(content) }
    }

    /// What it says.
    pub(in crate::discord) fn content(&self) -> &str {
        &self.content
    }

    /// With more text below what it says; cut to what a message holds.
    pub(in crate::discord) fn below(self, more: &str) -> Self {
        Self { content: cut(&format!("{}\n{more}", self.content), limits::CONTENT), ..self }
    }

    /// With buttons and select menus below.
    pub(in crate::discord) fn rows(self, rows: Vec<CreateActionRow>) -> Self {
        Self { rows, ..self }
    }

    /// With more of them below those that it has.
    pub(in crate::discord) fn more_rows(mut self, rows: impl IntoIterator<Item = CreateActionRow>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// With one more row, where a message has room for it.
    pub(in crate::discord) fn room_for(self, row: CreateActionRow) -> Self {
        if self.rows.len() < limits::ROWS { self.more_rows([row]) } else { self }
    }

    /// With a framed part, below those that it has.
    pub(in crate::discord) fn embed(mut self, embed: Option<CreateEmbed>) -> Self {
        self.embeds.extend(embed);
        self
    }

    /// With a file.
    pub(in crate::discord) fn file(mut self, name: &str, content_type: &'static str, bytes: Vec<u8>) -> Self {
        self.files.push(File { name: name.to_owned(), content_type, alt: None, bytes });
        self
    }

    /// With pictures.
    pub(in crate::discord) fn pictures(mut self, pictures: impl IntoIterator<Item = Picture>) -> Self {
        self.files.extend(pictures.into_iter().map(File::from));
        self
    }

    /// Seen by everybody in the channel; only for what somebody chose to show.
    pub(in crate::discord) fn public(self) -> Self {
        Self { public: true, ..self }
    }

    /// Discord's message object, whole: what is not there is taken away from a message that is updated.
    pub(super) fn message(&self) -> Value {
        let mut flags = 0;
        if !self.public {
            flags |= EPHEMERAL;
        }
        if self.embeds.is_empty() {
            flags |= SUPPRESS_EMBEDS;
        }
        json!({
            "content": self.content,
            "embeds": self.embeds,
            "components": self.rows.iter().map(row).collect::<Vec<_>>(),
            "attachments": File::attachments(&self.files),
            "allowed_mentions": render::mentions(&Ping::Nobody),
            "flags": flags,
        })
    }

    /// The first answer to an interaction
    /// (<https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object>).
    pub(super) fn callback(&self, manner: Manner) -> Value {
        let kind = if manner == Manner::Update && !self.aside { 7 } else { 4 };
        json!({"type": kind, "data": self.message()})
    }
}

/// A row, with the ids that a select menu begins with as text: the library writes them as numbers, which lose digits in
/// whatever reads numbers as JavaScript does.
fn row(row: &CreateActionRow) -> Value {
    let mut row = serde_json::to_value(row).unwrap_or_default();
    let menus = row["components"].as_array_mut().into_iter().flatten();
    for id in menus.filter_map(|menu| menu["default_values"].as_array_mut()).flatten().map(|value| &mut value["id"]) {
        if let Some(number) = id.as_u64() {
            *id = json!(number.to_string());
        }
    }
    row
}

/// The first answer that only says that there will be one.
pub(super) fn deferral(manner: Manner) -> Value {
    match manner {
        Manner::Private => json!({"type": 5, "data": {"flags": EPHEMERAL}}),
        Manner::Update => json!({"type": 6}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_private_and_pings_nobody_unless_somebody_shows_it() {
        let private = Reply::new("@everyone").callback(Manner::Private);
        assert_eq!((&private["type"], &private["data"]["flags"]), (&json!(4), &json!(EPHEMERAL | SUPPRESS_EMBEDS)));
        assert_eq!(private["data"]["allowed_mentions"]["parse"], json!([]));
        let public = Reply::new("hello").public().callback(Manner::Private);
        assert_eq!(public["data"]["flags"], json!(SUPPRESS_EMBEDS));
    }

    #[test]
    fn what_a_select_menu_begins_with_is_named_in_full() {
        let chosen = serenity::ChannelId::new(1_100_000_000_000_000_015);
        let kind =
            serenity::CreateSelectMenuKind::Channel { channel_types: None, default_channels: Some(vec![chosen]) };
        let menu = CreateActionRow::SelectMenu(serenity::CreateSelectMenu::new("x", kind));
        let message = Reply::new("choose").rows(vec![menu]).message();
        assert_eq!(message["components"][0]["components"][0]["default_values"][0]["id"], "1100000000000000015");
    }

    #[test]
    fn a_refusal_leaves_the_message_as_it_is() {
        assert_eq!(Reply::new("new").callback(Manner::Update)["type"], 7);
        assert_eq!(Reply::aside("no").callback(Manner::Update)["type"], 4);
    }
}
