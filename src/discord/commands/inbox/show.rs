//! A submission whole, as staff read it: text, replies, themes, who did what, and the buttons of its card.

use super::whole;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::discord::render;
use crate::feedback::{Record, SubmissionId};
use crate::inbox;
use crate::message::{Message, length, limits};
use crate::texts::{text, text_with};

/// Room for what was done, where the text has its own file.
const DEEDS: usize = 1200;

/// One was chosen in a menu.
pub(in crate::discord) async fn open(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = turn.values.first().and_then(|value| value.parse::<SubmissionId>().ok()) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    let found = turn.exchange.insist(async || turn.data.store.submission(id).await).await?;
    one(turn.data, found).await
}

/// A submission whole.
pub(super) async fn one(data: &Data, found: Option<Record>) -> Result<Reply, Error> {
    // An anonymous one is there for staff from its first round on.
    let Some(record) = found.filter(|record| !record.awaits_round || record.card.is_some()) else {
        return Ok(Reply::aside(text("inbox-gone")));
    };
    let deeds = data.store.history(record.id).await?;
    let heading = inbox::heading(&data.config, &record);
    let rating =
        record.shown_rating.map(|rating| text_with("inbox-card-rating", [("rating", inbox::rating_words(rating))]));
    let about: Vec<String> =
        [rating, inbox::themes(&record), Some(inbox::state(&record))].into_iter().flatten().collect();
    let about = about.join("\n");
    if let Some(withheld) = inbox::withheld(&record) {
        let parts = [Some(heading), Some(withheld), inbox::history(&deeds, DEEDS)];
        return Ok(Reply::new(parts.into_iter().flatten().collect::<Vec<_>>().join("\n")));
    }
    let buttons = Message { buttons: inbox::buttons(&record, true), ..Message::default() };
    let said = whole(&heading, &record, inbox::reply_head);
    let taken = length(said.content()) + length(&about) + 2;
    let history = inbox::history(&deeds, DEEDS.min(limits::CONTENT.saturating_sub(taken)));
    let below = [Some(about), history].into_iter().flatten().collect::<Vec<_>>().join("\n");
    if length(said.content()) + 1 + length(&below) <= limits::CONTENT {
        return Ok(said.below(&below).rows(render::rows(&buttons)));
    }
    Ok(super::as_file(&format!("{heading}\n{below}"), &record).rows(render::rows(&buttons)))
}
