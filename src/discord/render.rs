//! [`Message`] → the body of a request.
//!
//! Every body carries `allowed_mentions`: without it Discord parses each mention of a new message, and again of each
//! edit (<https://discord.com/developers/docs/resources/message#allowed-mentions-object>).

use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::{
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed, CreateEmbedAuthor, CreateEmbedFooter,
    CreateMessage, EditMessage,
};

use crate::announcements::{Nonce, Reference};
use crate::message::{ActionButton, ButtonStyle, Embed, LinkButton, Message, Ping, limits};

/// The body that creates a delivery's message. Discord turns a repetition away by `nonce`.
///
/// # Errors
/// Never for a [`Message`] that was read from JSON; serde's signature says so all the same.
pub fn create(message: &Message, reference: &Reference, nonce: &Nonce) -> Result<Value, serde_json::Error> {
    let body = CreateMessage::new()
        .content(&message.content)
        .embed(embed(message.embed.as_ref(), Some(reference)))
        .components(rows(message))
        .allowed_mentions(mentions(&message.ping))
        .flags(flags(message))
        .nonce(serenity::Nonce::String(nonce.as_str().to_owned()))
        .enforce_nonce(true);
    serde_json::to_value(body)
}

/// The body that brings a delivery's message to a newer revision. It pings nobody: who was to be pinged was, when the
/// message was created.
///
/// # Errors
/// As [`create`].
pub fn edit(message: &Message, reference: &Reference) -> Result<Value, serde_json::Error> {
    let body = EditMessage::new()
        .content(&message.content)
        .embed(embed(message.embed.as_ref(), Some(reference)))
        .components(rows(message))
        .allowed_mentions(mentions(&Ping::Nobody));
    serde_json::to_value(body)
}

/// `SUPPRESS_NOTIFICATIONS` where it is wanted: the message makes no sound and no badge
/// (<https://discord.com/developers/docs/resources/message#message-object-message-flags>).
fn flags(message: &Message) -> serenity::MessageFlags {
    if message.silent { serenity::MessageFlags::SUPPRESS_NOTIFICATIONS } else { serenity::MessageFlags::empty() }
}

/// Whom Discord may notify.
pub fn mentions(ping: &Ping) -> CreateAllowedMentions {
    let nobody = CreateAllowedMentions::new();
    match ping {
        Ping::Nobody => nobody,
        Ping::Roles(roles) => nobody.roles(roles.iter().map(|role| serenity::RoleId::new(role.get()))),
        Ping::Everyone => nobody.everyone(true),
    }
}

/// How a message's framed part will look; `None` where nobody will see more of it than the reference.
#[must_use]
pub fn preview(message: &Message) -> Option<CreateEmbed> {
    message.embed.as_ref().map(|framed| embed(Some(framed), None))
}

/// A delivery always has an embed, if only for the reference in its footer.
fn embed(embed: Option<&Embed>, reference: Option<&Reference>) -> CreateEmbed {
    let none = Embed::default();
    let embed = embed.unwrap_or(&none);
    let mut out = CreateEmbed::new();
    let footer = match reference {
        Some(reference) => Some(reference.footer(embed.footer.as_deref())),
        None => embed.footer.clone(),
    };
    if let Some(footer) = footer {
        out = out.footer(CreateEmbedFooter::new(footer));
    }
    if !embed.description.is_empty() {
        out = out.description(&embed.description);
    }
    if let Some(title) = &embed.title {
        out = out.title(title);
    }
    if let Some(url) = &embed.url {
        out = out.url(url.as_str());
    }
    if let Some(author) = &embed.author {
        out = out.author(CreateEmbedAuthor::new(author));
    }
    if let Some(image) = &embed.image {
        out = out.image(image.url.as_str());
    }
    if let Some(timestamp) = embed.timestamp {
        out = out.timestamp(serenity::Timestamp::from(timestamp));
    }
    if let Some(colour) = embed.colour {
        out = out.colour(colour);
    }
    out
}

/// A message's buttons, five a row; links below.
#[must_use]
pub fn rows(message: &Message) -> Vec<CreateActionRow> {
    let row = |buttons: Vec<CreateButton>| CreateActionRow::Buttons(buttons);
    let actions = message.buttons.chunks(limits::ROW).map(|chunk| row(chunk.iter().map(action).collect()));
    let links = message.links.chunks(limits::ROW).map(|chunk| row(chunk.iter().map(link).collect()));
    actions.chain(links).collect()
}

fn action(button: &ActionButton) -> CreateButton {
    let style = match button.style {
        ButtonStyle::Primary => serenity::ButtonStyle::Primary,
        ButtonStyle::Secondary => serenity::ButtonStyle::Secondary,
        ButtonStyle::Success => serenity::ButtonStyle::Success,
        ButtonStyle::Danger => serenity::ButtonStyle::Danger,
    };
    CreateButton::new(&button.custom_id).label(&button.label).style(style)
}

fn link(link: &LinkButton) -> CreateButton {
    CreateButton::new_link(link.url.as_str()).label(&link.label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_pings_nobody_unless_told() {
        let message = Message { content: "@everyone <@&1>".into(), ..Message::default() };
        let (reference, nonce) = (Reference::stored("k7m2q9xd".into()), Nonce::stored("n".into()));
        let created = create(&message, &reference, &nonce).unwrap();
        assert_eq!(created["allowed_mentions"]["parse"], serde_json::json!([]));
        assert_eq!(created["nonce"], "n");
        assert_eq!(created["enforce_nonce"], true);
        assert_eq!(created["embeds"][0]["footer"]["text"], "ref k7m2q9xd");
    }

    #[test]
    fn an_edit_pings_nobody_even_where_the_message_did() {
        let message = Message { ping: Ping::Everyone, ..Message::default() };
        let reference = Reference::stored("k7m2q9xd".into());
        assert_eq!(
            create(&message, &reference, &Nonce::random()).unwrap()["allowed_mentions"]["parse"],
            serde_json::json!(["everyone"])
        );
        assert_eq!(edit(&message, &reference).unwrap()["allowed_mentions"]["parse"], serde_json::json!([]));
    }
}
