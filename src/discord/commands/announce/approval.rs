//! A second member of staff's word: the buttons of the card that asks for it. The card itself is edited by its delivery;
//! whoever pressed reads in private what came of it.

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, InputTextStyle};

use super::plan::{TIME, ZONE, no_time, no_zone, time_form};
use super::preview::channels;
use crate::announce_desk::{desk, settled_words};
use crate::announcements::{Approval, ApprovalState, When, read_when, read_zone};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn};
use crate::ids::ApprovalId;
use crate::message::{cut, escape_markdown, instant, limits};
use crate::store::Word;
use crate::texts::{text, text_with};

/// The field of the form that sends back, and how much it takes, in characters.
const REASON: &str = "reason";
const MOST: u16 = 500;

/// What is quoted of a date, in characters.
const QUOTED: usize = 100;

/// Approves what a card shows.
pub(in crate::discord) async fn approve(turn: &Turn<'_>) -> Result<Reply, Error> {
    settle(turn, None).await
}

/// Approves what waited beyond its time, and has it sent at once.
pub(in crate::discord) async fn approve_now(turn: &Turn<'_>) -> Result<Reply, Error> {
    settle(turn, Some(turn.data.clock.now())).await
}

/// Approves it for the time that a button carries.
pub(in crate::discord) async fn approve_at(turn: &Turn<'_>) -> Result<Reply, Error> {
    let seconds = turn.key.split_once('.').and_then(|(_, seconds)| seconds.parse().ok());
    let Some(at) = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    // The button may have been pressed late, or written by hand.
    let typed = at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    match read_when(&typed, chrono_tz::Tz::UTC, turn.data.clock.now()) {
        Ok(_) => settle(turn, Some(at)).await,
        Err(problem) => Ok(no_time(&typed, problem)),
    }
}

/// The question that a control is about, `approval` or `approval.more`.
fn key(turn: &Turn<'_>) -> Option<ApprovalId> {
    turn.key.split('.').next()?.parse().ok().map(ApprovalId)
}

async fn settle(turn: &Turn<'_>, at: Option<DateTime<Utc>>) -> Result<Reply, Error> {
    let Some(id) = key(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || data.store.approve(id, by, at, desk(&data.config), data.clock.now()).await;
    let word = turn.exchange.insist(attempt).await?;
    Ok(said(turn, &word).unwrap_or_else(|approval| approved(turn, approval)))
}

fn approved(turn: &Turn<'_>, approval: &Approval) -> Reply {
    let draft = &approval.draft;
    let channels = ("channels", channels(&draft.channels));
    let planned = draft.scheduled_for.filter(|&at| at > turn.data.clock.now());
    Reply::new(match planned {
        _ if approval.correction.is_some() => text("approval-done-correction"),
        Some(at) => text_with("approval-done-later", [channels, ("time", instant(at))]),
        None => text_with("approval-done", [channels]),
    })
}

/// What is said unless it was done.
fn said<'a>(turn: &Turn<'_>, word: &'a Word) -> Result<Reply, &'a Approval> {
    match word {
        Word::Done(approval) => Err(approval),
        Word::Own(_) => Ok(Reply::aside(text("approval-own"))),
        Word::Gone => Ok(Reply::aside(text("approval-gone"))),
        Word::Overtaken(approval) => {
            let how = (approval.state != ApprovalState::Waiting).then(|| settled_words(approval));
            let lines: Vec<String> = [Some(text("approval-overtaken")), how].into_iter().flatten().collect();
            Ok(Reply::aside(lines.join("\n")))
        }
        Word::Expired(approval) => {
            let time = approval.draft.expires_at.map(instant).unwrap_or_default();
            Ok(Reply::aside(text_with("approval-expired", [("time", time)])))
        }
        Word::Late(approval) => Ok(late(turn, approval)),
    }
}

/// Asks when what waited beyond its time is to be sent.
fn late(turn: &Turn<'_>, approval: &Approval) -> Reply {
    let time = approval.missed_time(turn.data.clock.now()).map(instant).unwrap_or_default();
    let button = |kind, label: &str, style| {
        CreateButton::new(CustomId::new(kind, approval.id).to_string()).label(text(label)).style(style)
    };
    let buttons = vec![
        button(Kind::ApprovalNow, "approval-now", ButtonStyle::Success),
        button(Kind::ApprovalTime, "approval-time", ButtonStyle::Primary),
    ];
    let words = text_with("approval-say-when", [("time", time)]);
    let said =
        [Some(words), past(approval, turn.data.clock.now())].into_iter().flatten().collect::<Vec<_>>().join("\n");
    Reply::new(said).rows(vec![CreateActionRow::Buttons(buttons)])
}

/// Opens the form for another time.
pub(in crate::discord) async fn another_time(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some(id) = key(turn) else { return Ok(Opening::Instead(Reply::aside(text("error-stale-button")))) };
    let zone = turn.data.store.zone_of(turn.caller.user).await?;
    Ok(Opening::Form(time_form(CustomId::new(Kind::ApprovalTimed, id), text("approval-form-time"), zone)))
}

/// That form was sent: the time is shown back, with a button that approves it for then.
pub(in crate::discord) async fn timed(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let zone = match read_zone(turn.field(ZONE)) {
        Ok(zone) => zone,
        Err(near) => return Ok(no_zone(turn.field(ZONE), &near)),
    };
    turn.exchange.insist(async || data.store.keep_zone(turn.caller.user, zone, data.clock.now()).await).await?;
    let times = match read_when(turn.field(TIME), zone, data.clock.now()) {
        Err(problem) => return Ok(no_time(turn.field(TIME), problem)),
        Ok(When::At(at)) => vec![at],
        Ok(When::Skipped(choices) | When::Twice(choices)) => choices.to_vec(),
    };
    let Some(id) = key(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let Some(approval) = turn.exchange.insist(async || data.store.approval(id).await).await? else {
        return Ok(Reply::aside(text("approval-gone")));
    };
    let now = data.clock.now();
    if let Some(end) = approval.draft.expires_at.filter(|end| times.iter().any(|at| end <= at)) {
        return Ok(Reply::aside(text_with("approval-expired", [("time", instant(end))])));
    }
    let button = |&at: &DateTime<Utc>| {
        let time = at.with_timezone(&zone).format("%-d %B, %H:%M %Z (UTC%:z)").to_string();
        let label = cut(&text_with("approval-at", [("time", time)]), limits::BUTTON_LABEL);
        let id = CustomId::new(Kind::ApprovalAt, format!("{id}.{}", at.timestamp()));
        CreateButton::new(id.to_string()).label(label).style(ButtonStyle::Success)
    };
    let buttons = times.iter().map(button).collect();
    let channels = ("channels", channels(&approval.draft.channels));
    let words = match times[..] {
        [first, second] => {
            let times = [channels, ("first", instant(first)), ("second", instant(second))];
            text_with("approval-confirm-time-choose", times)
        }
        _ => {
            let time = times.first().copied().map(instant).unwrap_or_default();
            text_with("approval-confirm-time", [channels, ("time", time)])
        }
    };
    let past = times.last().and_then(|at| past(&approval, (*at).max(now)));
    let said = [Some(words), past].into_iter().flatten().collect::<Vec<_>>().join("\n");
    Ok(Reply::new(said).rows(vec![CreateActionRow::Buttons(buttons)]))
}

/// The dates in it that are past at an instant, in words: its author was asked about those of the time that he chose.
fn past(approval: &Approval, at: DateTime<Utc>) -> Option<String> {
    let dates = approval.draft.wording.past_dates(at);
    let quoted = || dates.iter().take(5).map(|date| escape_markdown(&cut(date, QUOTED))).collect::<Vec<_>>().join("; ");
    (!dates.is_empty()).then(|| text_with("approval-past", [("time", instant(at)), ("dates", quoted())]))
}

/// Opens the form that sends an announcement back.
pub(in crate::discord) async fn back(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some(id) = key(turn) else { return Ok(Opening::Instead(Reply::aside(text("error-stale-button")))) };
    let reason = CreateInputText::new(InputTextStyle::Paragraph, text("approval-form-reason"), REASON);
    let form = CreateModal::new(CustomId::new(Kind::ApprovalReturned, id).to_string(), text("approval-form-back"))
        .components(vec![CreateActionRow::InputText(reason.max_length(MOST).required(false))]);
    Ok(Opening::Form(form))
}

/// That form was sent.
pub(in crate::discord) async fn sent_back(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = key(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by, reason) = (turn.data, turn.caller.user, turn.field(REASON).trim());
    let attempt = async || data.store.send_back(id, by, reason, desk(&data.config), data.clock.now()).await;
    let word = turn.exchange.insist(attempt).await?;
    Ok(said(turn, &word).unwrap_or_else(|_done| Reply::new(text("approval-sent-back"))))
}
