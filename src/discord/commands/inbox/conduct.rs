//! A submission on conduct: asked once whether it is meant, then its text is gone from everything that staff read here.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Record, SubmissionId};
use crate::inbox;
use crate::texts::{text, text_with};

/// The button of a card.
pub(in crate::discord) async fn conduct(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let found = turn.exchange.insist(async || turn.data.store.submission(id).await).await?;
    let Some(record) = found else { return Ok(Reply::aside(text("inbox-gone"))) };
    if let Some(withheld) = inbox::withheld(&record) {
        return Ok(Reply::aside(withheld));
    }
    let sure = CreateButton::new(CustomId::new(Kind::InboxConductSure, id).to_string())
        .label(text("conduct-now"))
        .style(ButtonStyle::Danger);
    Ok(Reply::new(text("conduct-sure")).rows(vec![CreateActionRow::Buttons(vec![sure])]))
}

/// It was meant.
pub(in crate::discord) async fn conduct_meant(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.leave_to_conduct(id, by, card, data.clock.now()).await
    };
    let Some(triaged) = turn.exchange.insist(attempt).await? else { return Ok(Reply::aside(text("inbox-gone"))) };
    let first = triaged.record.conduct.map(|touched| touched.by);
    // An attempt whose answer was lost has done it already: then the first was he himself.
    if triaged.moved || first == Some(by) {
        return Ok(Reply::new(text("conduct-done")));
    }
    let first = first.map(|first| format!("<@{first}>")).unwrap_or_default();
    Ok(Reply::new(text_with("conduct-was-first", [("by", first)])))
}
