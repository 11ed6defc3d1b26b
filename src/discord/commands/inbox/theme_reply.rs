//! One text to everybody who said the same ("you said, we did"): a form, a look at it with how many it reaches, then Send. It
//! is stored for all at once; the direct messages follow one by one, and whoever can't be written to reads it at the next
//! command or under `/me`.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, InputTextStyle};

use super::reply::direct;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{MAX_REPLY, Problem, Reach, Record, ReplyText, ThemeText};
use crate::ids::{Snowflake, ThemeId, ThemeReplyId};
use crate::inbox;
use crate::message::escape_markdown;
use crate::store::{Sent, StoreError};
use crate::texts::{Value, text, text_with};

/// The form's field.
const TEXT: &str = "text";

/// What the text is called when it is given back as a file.
const FILE: &str = "your-reply.txt";

/// Room for the text in its preview.
const ROOM: usize = 1450;

/// Opens the form.
pub(in crate::discord) async fn write(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Ok(theme) = turn.key.parse::<i64>() else {
        return Ok(Opening::Instead(Reply::aside(text("error-stale-button"))));
    };
    let input = CreateInputText::new(InputTextStyle::Paragraph, text("theme-reply-text"), TEXT)
        .required(true)
        .placeholder(text("theme-reply-hint"))
        .max_length(u16::try_from(MAX_REPLY).unwrap_or(u16::MAX));
    let id = CustomId::new(Kind::InboxThemeWritten, format_args!("{theme}:{}", turn.exchange.interaction()));
    let form = CreateModal::new(id.to_string(), text("theme-reply-title"));
    Ok(Opening::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// The form is sent: its text is kept, and shown with whom it would reach.
pub(in crate::discord) async fn written(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn
        .key
        .split_once(':')
        .and_then(|(theme, id)| Some((ThemeId(theme.parse().ok()?), id.parse::<Snowflake>().ok()?)));
    let Some((theme, opened_by)) = parsed else { return Ok(returned(turn, &text("form-stale"))) };
    let reply = match ReplyText::parse(turn.field(TEXT)) {
        Ok(reply) => reply,
        Err(Problem::TooLong) => {
            return Ok(returned(turn, &text_with("reply-too-long", [("max", MAX_REPLY.to_string())])));
        }
        Err(Problem::Empty | Problem::Missing) => return Ok(Reply::aside(text("reply-empty"))),
    };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || data.store.write_to_theme(theme, by, opened_by, &reply, data.clock.now()).await;
    match turn.exchange.insist(attempt).await {
        Ok(Some(kept)) if kept.text != reply => Ok(returned(turn, &text("reply-kept-before"))),
        Ok(Some(kept)) => Ok(preview(&kept, None)),
        Ok(None) => Ok(returned(turn, &text("inbox-no-theme"))),
        Err(error) => {
            let error: Error = error.into();
            tracing::error!("a text to a theme could not be stored: {error:#}");
            Ok(returned(turn, &text("theme-reply-not-stored")))
        }
    }
}

/// It is to be sent.
pub(in crate::discord) async fn send(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn
        .key
        .split_once(':')
        .and_then(|(id, earlier)| Some((ThemeReplyId(id.parse().ok()?), earlier.parse::<i64>().ok()?)));
    let Some((id, earlier)) = parsed else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.send_to_theme(id, earlier, by, inbox::reply_message, card, data.clock.now()).await
    };
    match turn.exchange.insist(attempt).await? {
        None => Ok(Reply::aside(text("error-stale-button"))),
        Some(Sent::Now(reach)) => {
            address(turn, id).await?;
            Ok(Reply::new(counted("theme-reply-sent", &reach)))
        }
        Some(Sent::Before(first)) => {
            // What the process that sent it had no time for.
            address(turn, id).await?;
            let by = ("by", format!("<@{}>", first.by));
            Ok(Reply::new(text_with("theme-reply-was-sent", [by, ("when", crate::message::instant(first.at))])))
        }
        Some(Sent::Overtaken) => {
            let kept = turn.exchange.insist(async || data.store.theme_text(id).await).await?;
            let note = text("theme-reply-overtaken");
            Ok(kept.map_or_else(|| Reply::aside(text("error-stale-button")), |kept| preview(&kept, Some(note))))
        }
    }
}

/// Directs the messages, one by one, as far as their members can be written to.
async fn address(turn: &Turn<'_>, id: ThemeReplyId) -> Result<(), StoreError> {
    let data = turn.data;
    for (reply, member) in turn.exchange.insist(async || data.store.unaddressed(id).await).await? {
        if let Some(channel) = direct(turn, member).await {
            turn.exchange.insist(async || data.store.address_reply(reply, channel, data.clock.now()).await).await?;
        }
    }
    Ok(())
}

/// The text, whom it reaches, and Send.
fn preview(kept: &ThemeText, note: Option<String>) -> Reply {
    let theme = ("theme", escape_markdown(kept.theme.name.as_str()));
    let quote = inbox::quote(kept.text.as_str(), ROOM).text;
    let earlier = (kept.earlier > 0).then(|| text_with("theme-reply-earlier", [("count", kept.earlier)]));
    let parts = [
        note,
        Some(text_with("theme-reply-preview", [theme])),
        Some(quote),
        Some(counted("theme-reply-reach", &kept.reach)),
        earlier,
    ];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    if kept.reach.is_nobody() || kept.sent.is_some() {
        return Reply::new(said);
    }
    let send = CustomId::new(Kind::InboxThemeSend, format_args!("{}:{}", kept.id, kept.earlier)).to_string();
    let button = CreateButton::new(send).label(text("theme-reply-send")).style(ButtonStyle::Danger);
    Reply::new(said).rows(vec![CreateActionRow::Buttons(vec![button])])
}

fn counted(id: &'static str, reach: &Reach) -> String {
    let counts = [("told", reach.told), ("reading", reach.reading), ("anonymous", reach.anonymous)];
    text_with(id, counts.map(|(name, count)| (name, Value::from(count))))
}

/// What was written, with why it was not kept.
fn returned(turn: &Turn<'_>, why: &str) -> Reply {
    given_back(why, FILE, &[(String::new(), turn.field(TEXT))])
}
