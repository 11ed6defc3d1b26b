//! Replying to a member: a form whose text goes to him by direct message, once, through the delivery engine, and stands
//! under `/me`. Who wrote meanwhile is told to whoever comes second, whose text is given back and not sent.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::announcements::{Draft, Kind as About, Outcome, Reference};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feedback::{MAX_REPLY, NewReply, Problem, Record, ReplyText, Sender, SubmissionId};
use crate::ids::{ChannelId, Snowflake, UserId};
use crate::inbox;
use crate::store::Replied;
use crate::texts::{text, text_with};

/// The form's field.
const TEXT: &str = "text";

/// What the text is called when it is given back as a file.
const FILE: &str = "your-reply.txt";

/// How often a member's direct messages are tried to be opened where nobody knows what came of it.
const TRIES: usize = 3;

/// Opens the form, which carries how many replies there are now.
pub(in crate::discord) async fn reply(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else {
        return Ok(Opening::Instead(Reply::aside(text("error-stale-button"))));
    };
    let Some(record) = turn.data.store.submission(id).await? else {
        return Ok(Opening::Instead(Reply::aside(text("inbox-gone"))));
    };
    let key = format!("{id}:{}:{}", record.replies.len(), turn.exchange.interaction());
    let hint = if record.reachable().is_some() { "reply-form-hint" } else { "reply-form-hint-me" };
    let input = CreateInputText::new(InputTextStyle::Paragraph, text("reply-form-text"), TEXT)
        .required(true)
        .placeholder(text(hint))
        .max_length(u16::try_from(MAX_REPLY).unwrap_or(u16::MAX));
    let form = CreateModal::new(CustomId::new(Kind::InboxReplyForm, key).to_string(), text("reply-form-title"));
    Ok(Opening::Form(form.components(vec![CreateActionRow::InputText(input)])))
}

/// The form is sent.
pub(in crate::discord) async fn replied(turn: &Turn<'_>) -> Result<Reply, Error> {
    let new = match read(turn) {
        Ok(new) => new,
        Err(refusal) => return Ok(*refusal),
    };
    let data = turn.data;
    let stored = async {
        let found = turn.exchange.insist(async || data.store.submission(new.submission).await).await?;
        let Some(record) = found else { return Ok(None) };
        // Also where the same form was sent before: opening direct messages sends nothing.
        let channel = match record.reachable() {
            Some(member) => Some(direct(turn, member).await),
            None => None,
        };
        let attempt = async || {
            let now = data.clock.now();
            let draft = channel.map(|channel| draft(&new, &record, channel, now));
            let card = |record: &Record| inbox::card(&data.config, record);
            data.store.reply(&new, draft.as_ref(), card, now).await
        };
        turn.exchange.insist(attempt).await
    };
    Ok(match stored.await {
        Ok(None) => returned(turn, &text("reply-gone")),
        Ok(Some(Replied::Stored(record))) => Reply::new(confirmation(&record)),
        Ok(Some(Replied::OtherText(_))) => returned(turn, &text("reply-kept-before")),
        Ok(Some(Replied::Overtaken(record))) => returned(turn, &overtaken(&record)),
        Err(error) => {
            let reference = Reference::random();
            tracing::error!(reference = reference.as_str(), "a reply could not be stored: {error}");
            returned(turn, &text_with("reply-not-stored", [("reference", reference.as_str().to_owned())]))
        }
    })
}

/// What the form says, if it can be taken; else what is read.
fn read(turn: &Turn<'_>) -> Result<NewReply, Box<Reply>> {
    let mut parts = turn.key.splitn(3, ':');
    let parsed = (|| {
        let submission = parts.next()?.parse::<SubmissionId>().ok()?;
        let seen = parts.next()?.parse::<usize>().ok()?;
        Some((submission, seen, parts.next()?.parse::<Snowflake>().ok()?))
    })();
    let Some((submission, seen, opened_by)) = parsed else { return Err(Box::new(returned(turn, &text("form-stale")))) };
    let text = ReplyText::parse(turn.field(TEXT)).map_err(|problem| {
        Box::new(match problem {
            Problem::Empty | Problem::Missing => Reply::aside(text("reply-empty")),
            Problem::TooLong => returned(turn, &text_with("reply-too-long", [("max", MAX_REPLY.to_string())])),
        })
    })?;
    Ok(NewReply { submission, by: turn.caller.user, opened_by, seen, text })
}

/// The channel of a member's direct messages. Where it can't be opened there is none: then the member is told at the next
/// command.
pub(in crate::discord) async fn direct(turn: &Turn<'_>, member: UserId) -> Option<ChannelId> {
    for _ in 0..TRIES {
        match turn.exchange.patiently(async || turn.data.publisher.open_direct(member).await).await {
            Ok(channel) => return Some(channel),
            Err(Outcome::Unknown { .. }) => {}
            Err(_) => return None,
        }
    }
    None
}

fn draft(new: &NewReply, record: &Record, channel: Option<ChannelId>, now: chrono::DateTime<chrono::Utc>) -> Draft {
    Draft {
        kind: About::Personal,
        message: inbox::reply_message(record, &new.text),
        crosspost: false,
        origin: Some(new.origin()),
        channels: channel.into_iter().collect(),
        due_at: now,
    }
}

fn confirmation(record: &Record) -> String {
    if record.reachable().is_some() {
        return text("reply-sent");
    }
    let why = match record.sender {
        Sender::Anonymous => "reply-why-anonymous",
        Sender::Named { .. } => "reply-why-no-contact",
    };
    text_with("reply-kept", [("why", text(why))])
}

/// Who wrote meanwhile, and what.
fn overtaken(record: &Record) -> String {
    let last = record.replies.last();
    let by = last.map(|reply| format!("<@{}>", reply.touched.by)).unwrap_or_default();
    let theirs = last.map(|reply| inbox::quote(reply.text.as_str(), 600).text).unwrap_or_default();
    text_with("reply-overtaken", [("by", by), ("theirs", theirs)])
}

/// What was written, with why it was not sent.
fn returned(turn: &Turn<'_>, why: &str) -> Reply {
    given_back(why, FILE, &[(String::new(), turn.field(TEXT))])
}
