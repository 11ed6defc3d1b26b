//! The buttons of a submission's card, for staff of the inbox. The card itself is edited by its delivery; here staff
//! read in private what came of the click, so that the two never meet.

use super::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Move, Record, SubmissionId};
use crate::inbox;
use crate::message::{length, limits};
use crate::texts::{text, text_with};

/// Moves a submission on, unless somebody was first.
pub(in crate::discord) async fn step(turn: &Turn<'_>, step: Move) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.triage(id, step, by, card, data.clock.now()).await
    };
    let Some(triaged) = turn.exchange.insist(attempt).await? else { return Ok(Reply::aside(text("inbox-gone"))) };
    let record = &triaged.record;
    // An attempt whose answer was lost has done it already: then the first was he himself.
    let is_mine = record.state == step.leads_to() && record.last_touched().is_some_and(|touched| touched.by == by);
    if triaged.moved || is_mine {
        return Ok(Reply::new(text(match step {
            Move::Acknowledge => "inbox-acknowledged",
            Move::Resolve => "inbox-resolved",
        })));
    }
    let first = record.last_touched().map(|touched| format!("<@{}>", touched.by)).unwrap_or_default();
    Ok(Reply::aside(text_with("inbox-was-first", [("by", first), ("state", inbox::state(record))])))
}

/// The whole text of a submission: below each other where a message holds it, else as a file.
pub(in crate::discord) async fn show(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let Some(record) = turn.exchange.insist(async || turn.data.store.submission(id).await).await? else {
        return Ok(Reply::aside(text("inbox-gone")));
    };
    let program = format!("**{}**", inbox::program_title(&turn.data.config, &record.program));
    let (written, is_whole) = inbox::boxes(&record.answers, limits::CONTENT - length(&program) - 100);
    if is_whole {
        return Ok(Reply::new(format!("{program}\n{written}")));
    }
    let boxes =
        [("feedback-went-well", record.answers.went_well()), ("feedback-to-change", record.answers.to_change())];
    let plain: Vec<String> =
        boxes.into_iter().filter_map(|(label, written)| Some(format!("{}\n\n{}\n", text(label), written?))).collect();
    Ok(Reply::new(program).file("feedback.txt", "text/plain; charset=utf-8", plain.join("\n").into_bytes()))
}
