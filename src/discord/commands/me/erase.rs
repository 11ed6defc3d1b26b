//! A member erases what he sent: asked once whether it is meant, then gone for good.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::super::{Data, Error};
use super::entry;
use super::everything::{export_button, noted};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::erasure::Subject;
use crate::feedback::{Receipt, Record, Sender, SubmissionId};
use crate::inbox::{self, day};
use crate::message::{cut, limits};
use crate::store::{Erased, Proof};
use crate::texts::{text, text_with};

/// The menu below a page of one's own submissions.
pub(super) fn menu(data: &Data, records: &[Record]) -> CreateActionRow {
    let options = records.iter().map(|record| option(data, record));
    let kind = CreateSelectMenuKind::String { options: options.collect() };
    let id = CustomId::new(Kind::MeDelete, "page").to_string();
    CreateActionRow::SelectMenu(CreateSelectMenu::new(id, kind).placeholder(text("me-delete-one")))
}

/// A submission in a menu.
pub(super) fn option(data: &Data, record: &Record) -> CreateSelectMenuOption {
    let program = data.config.programs.iter().find(|program| program.key == record.program);
    let program = program.map_or_else(|| record.program.clone(), |program| program.title.clone());
    let label = text_with("me-delete-option", [("program", program), ("date", day(record.submitted_on))]);
    // Discord shows a menu's words as they are, without Markdown.
    CreateSelectMenuOption::new(cut(&label, limits::CHOICE), record.id.to_string())
        .description(cut(record.answers.first_line(), limits::CHOICE))
}

/// The buttons below what was sent with a receipt.
pub(super) fn button(receipt: Receipt) -> CreateActionRow {
    let id = CustomId::new(Kind::MeDeleteReceipt, receipt).to_string();
    CreateActionRow::Buttons(vec![
        CreateButton::new(id).label(text("me-delete")).style(ButtonStyle::Secondary),
        export_button(receipt),
    ])
}

/// One of one's own was chosen in the menu.
pub(in crate::discord) async fn ask_before_erasing(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = turn.values.first().and_then(|value| value.parse::<SubmissionId>().ok()) else { return Ok(stale()) };
    let sure = CustomId::new(Kind::MeErase, id);
    ask(turn, &Proof::Author(id, turn.caller.user), &sure).await
}

/// What was sent with a receipt is to be erased.
pub(in crate::discord) async fn ask_before_erasing_by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(receipt) = turn.key.parse::<Receipt>() else { return Ok(stale()) };
    ask(turn, &Proof::Receipt(receipt), &CustomId::new(Kind::MeEraseReceipt, receipt)).await
}

async fn ask(turn: &Turn<'_>, proof: &Proof, sure: &CustomId) -> Result<Reply, Error> {
    let found = turn.exchange.insist(async || turn.data.store.own_submission(proof).await).await?;
    let Some(record) = found else { return Ok(gone()) };
    let button = CreateButton::new(sure.to_string()).label(text("me-delete-now")).style(ButtonStyle::Danger);
    let content = format!("{}\n{}", text("me-delete-sure"), entry(&turn.data.config, &record));
    Ok(Reply::new(content).rows(vec![CreateActionRow::Buttons(vec![button])]))
}

/// It was meant.
pub(in crate::discord) async fn erase(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(stale()) };
    erased(turn, Proof::Author(id, turn.caller.user)).await
}

/// It was meant, by whoever has the receipt.
pub(in crate::discord) async fn erase_by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(receipt) = turn.key.parse::<Receipt>() else { return Ok(stale()) };
    erased(turn, Proof::Receipt(receipt)).await
}

async fn erased(turn: &Turn<'_>, proof: Proof) -> Result<Reply, Error> {
    let data = turn.data;
    // Whoever has no right to it notes nothing.
    let found = turn.exchange.insist(async || data.store.own_submission(&proof).await).await?;
    let Some(found) = found else { return Ok(gone()) };
    let subject = match proof {
        Proof::Author(..) => Subject::Submission(found.id.0),
        Proof::Receipt(receipt) => Subject::Receipt(receipt.hash()),
    };
    let entries = match noted(data, &[subject]).await {
        Ok(entries) => entries,
        Err(refusal) => return Ok(refusal),
    };
    let attempt = async || {
        let card = |record: &Record| inbox::erased_card(&data.config, record);
        let erased = Erased { card, reply: inbox::erased_reply() };
        data.store.erase_submission(&proof, erased, &entries, data.clock.now()).await
    };
    Ok(turn.exchange.insist(attempt).await?.map_or_else(gone, |record| {
        Reply::new(text(match record.sender {
            Sender::Named { .. } => "me-deleted",
            Sender::Anonymous => "me-deleted-anonymous",
        }))
    }))
}

/// Also after an attempt whose answer was lost: then it is erased.
fn gone() -> Reply {
    Reply::aside(text("feedback-gone"))
}

pub(super) fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}
