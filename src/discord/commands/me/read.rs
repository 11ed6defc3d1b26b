//! A member reads what staff wrote back to him.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use super::super::{Data, Error, inbox};
use super::{entry, erase};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Record, SubmissionId};
use crate::inbox::reply_head_for_member;
use crate::store::{Proof, StoreError};
use crate::texts::text;

/// The menu of those on a page that were answered; none where none was.
pub(super) fn menu(data: &Data, records: &[Record]) -> Option<CreateActionRow> {
    let answered = records.iter().filter(|record| !record.replies.is_empty());
    let options: Vec<CreateSelectMenuOption> = answered.map(|record| erase::option(data, record)).collect();
    let id = CustomId::new(Kind::MeRead, "page").to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options: options.clone() });
    (!options.is_empty()).then(|| CreateActionRow::SelectMenu(menu.placeholder(text("me-read-one"))))
}

/// One of one's own was chosen in the menu: it is shown whole, with the replies.
pub(in crate::discord) async fn read(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = turn.values.first().and_then(|value| value.parse::<SubmissionId>().ok()) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    let data = turn.data;
    let proof = Proof::Author(id, turn.caller.user);
    let attempt = async || -> Result<Option<Record>, StoreError> {
        let Some(record) = data.store.own_submission(&proof).await? else { return Ok(None) };
        for reply in &record.replies {
            // Who reads it here is not told of it once more.
            data.store.note_reply_told(reply.id, data.clock.now()).await?;
        }
        Ok(Some(record))
    };
    let Some(record) = turn.exchange.insist(attempt).await? else { return Ok(Reply::aside(text("feedback-gone"))) };
    Ok(inbox::whole(&entry(&data.config, &record), &record, reply_head_for_member))
}
