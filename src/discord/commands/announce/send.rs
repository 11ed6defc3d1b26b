//! Send now, and Discard.

use super::preview;
use super::stop::{Stop, made, mine, said, save};
use crate::announcements::{DraftState, StaffDraft};
use crate::discord::commands::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::texts::text;

/// Hands a draft over to be sent at once.
pub(in crate::discord) async fn send(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, sent(turn).await).await
}

async fn sent(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    ready(turn, &draft).await?;
    let data = turn.data;
    let change = turn.exchange.insist(async || {
        let now = data.clock.now();
        data.store.announce_draft(&draft, now, DraftState::Sent, now).await
    });
    Ok(preview::after(&made(change.await?)?))
}

/// Ends the step when something stands in the way of sending a draft, and says what.
pub(super) async fn ready(turn: &Turn<'_>, draft: &StaffDraft) -> Result<(), Stop> {
    if preview::standing_in_the_way(turn.data, draft).is_empty() {
        return Ok(());
    }
    Err(preview::preview(turn.data, draft, Some(text("announce-not-ready"))).await?.into())
}

/// Gives a draft up.
pub(in crate::discord) async fn discard(turn: &Turn<'_>) -> Result<Reply, Error> {
    let done = async {
        let draft = mine(turn).await?;
        let draft = save(turn, &StaffDraft { state: DraftState::Discarded, ..draft }).await?;
        Ok::<_, Stop>(preview::after(&draft))
    };
    said(turn.data, done.await).await
}
