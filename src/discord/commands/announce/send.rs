//! Send now, and Discard.

use chrono::{DateTime, Utc};

use super::findings::{PATIENCE, findings};
use super::preview;
use super::stop::{Stop, made, said, save, unsent};
use crate::announce_desk::desk;
use crate::announcements::{DraftState, StaffDraft};
use crate::discord::commands::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::message::instant;
use crate::texts::{text, text_with};

/// Hands a draft over to be sent at once.
pub(in crate::discord) async fn send(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, sent(turn).await).await
}

async fn sent(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = unsent(turn).await?;
    ready(turn, &draft).await?;
    let now = turn.data.clock.now();
    if let Some(end) = draft.expires_at.filter(|&end| end <= now) {
        let times = [("time", instant(now)), ("end", instant(end))];
        return Err(Reply::aside(text_with("announce-end-before-time", times)).into());
    }
    hand_over(turn, &draft, None).await
}

/// Hands a draft over, for a time or at once; where a channel wants it, to a second member of staff first.
pub(super) async fn hand_over(
    turn: &Turn<'_>,
    draft: &StaffDraft,
    planned: Option<DateTime<Utc>>,
) -> Result<Reply, Stop> {
    let data = turn.data;
    let state = if planned.is_some() { DraftState::Scheduled } else { DraftState::Sent };
    let needs_approval = data.config.announce.needs_approval(&draft.channels);
    let change = turn.exchange.insist(async || {
        let now = data.clock.now();
        let due_at = planned.unwrap_or(now);
        if needs_approval {
            data.store.submit_draft(draft, due_at, state, desk(&data.config), now).await
        } else {
            data.store.announce_draft(draft, due_at, state, now).await
        }
    });
    Ok(preview::after(data, &made(change.await?)?))
}

/// Ends the step when something stands in the way of sending a draft, and says what. Addresses that are being asked are waited
/// for, within bounds.
pub(super) async fn ready(turn: &Turn<'_>, draft: &StaffDraft) -> Result<(), Stop> {
    let found = findings(turn.data, draft, PATIENCE).await;
    let why = match (found.is_clear(), found.is_asking) {
        (true, false) => return Ok(()),
        (true, true) => "announce-not-asked-yet",
        (false, _) => "announce-not-ready",
    };
    Err(preview::preview(turn.data, draft, Some(text(why))).await?.into())
}

/// Gives a draft up.
pub(in crate::discord) async fn discard(turn: &Turn<'_>) -> Result<Reply, Error> {
    let done = async {
        let draft = unsent(turn).await?;
        let draft = save(turn, &StaffDraft { state: DraftState::Discarded, ..draft }).await?;
        Ok::<_, Stop>(preview::after(turn.data, &draft))
    };
    said(turn.data, done.await).await
}
