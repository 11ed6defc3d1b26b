//! Everything about oneself: as a file, and erased. The second is asked once whether it is meant, noted in the ledger, and then
//! done in one transaction; what died in between is done by the job that reads the ledger.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};
use uuid::Uuid;

use super::super::{Data, Error, ask, questions};
use super::erase::stale;
use crate::answers::Voter;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::erasure::{Holdings, Subject};
use crate::feedback::{Receipt, Record};
use crate::ids::UserId;
use crate::inbox;
use crate::store::{ErasureWords, StoreError};
use crate::texts::{text, text_with};

/// Largest file that is sent; Discord takes 10 MiB
/// (<https://discord.com/developers/docs/reference#uploading-files>).
const MOST: usize = 9 * 1024 * 1024;

/// The buttons below `/me`.
pub(super) fn row() -> CreateActionRow {
    let button = |kind, label: &str| CreateButton::new(CustomId::new(kind, "all").to_string()).label(text(label));
    CreateActionRow::Buttons(vec![
        button(Kind::MeExport, "me-export").style(ButtonStyle::Secondary),
        button(Kind::MeForget, "me-forget").style(ButtonStyle::Secondary),
    ])
}

/// The button below what was sent with a receipt.
pub(in crate::discord::commands) fn export_button(receipt: Receipt) -> CreateButton {
    let id = CustomId::new(Kind::MeExportReceipt, receipt).to_string();
    CreateButton::new(id).label(text("me-export-receipt")).style(ButtonStyle::Secondary)
}

/// A file with everything about who clicks.
pub(in crate::discord) async fn export(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let attempt = async || {
        let votes = data.store.votes_of(&ask::voters(data, member).await?).await?;
        let upvotes = data.store.upvotes_of(&questions::voters(data, member).await?).await?;
        let upvotes: Vec<String> = upvotes.iter().map(ToString::to_string).collect();
        data.store.export_member(member, &votes, &upvotes, data.clock.now()).await
    };
    file(data, &turn.exchange.insist(attempt).await?)
}

/// A file with what was sent with a receipt.
pub(in crate::discord) async fn export_by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(receipt) = turn.key.parse::<Receipt>() else { return Ok(stale()) };
    let data = turn.data;
    let attempt = async || data.store.export_receipt(&receipt.hash(), data.clock.now()).await;
    match turn.exchange.insist(attempt).await? {
        Some(found) => file(data, &found),
        None => Ok(Reply::aside(text("feedback-gone"))),
    }
}

fn file(data: &Data, found: &serde_json::Value) -> Result<Reply, Error> {
    let bytes = serde_json::to_vec_pretty(found)?;
    if bytes.len() > MOST {
        return Ok(Reply::aside(text("me-export-too-large")));
    }
    let name = format!("psfbot-{}.json", data.clock.now().format("%Y-%m-%d"));
    Ok(Reply::aside(text("me-exported")).file(&name, "application/json", bytes))
}

/// What of a member's is kept, and the names of his votes.
async fn holdings(data: &Data, member: UserId) -> Result<(Holdings, Vec<Voter>), StoreError> {
    let mut votes = ask::own_voters(data, member).await?;
    votes.extend(questions::own_voters(data, member).await?);
    Ok((data.store.holdings(member, votes.len()).await?, votes))
}

/// Is everything to be erased?
pub(in crate::discord) async fn ask_before_forgetting(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let (holdings, _) = turn.exchange.insist(async || holdings(data, member).await).await?;
    if holdings.is_empty() {
        return Ok(Reply::aside(text("me-forget-nothing")));
    }
    let goes = [
        ("me-forget-submissions", holdings.submissions),
        ("me-forget-replies", holdings.replies),
        ("me-forget-questions", holdings.questions),
        ("me-forget-reminders", holdings.reminders),
        ("me-forget-votes", holdings.votes),
        ("me-forget-drafts", holdings.drafts),
    ];
    let lines = goes.into_iter().filter(|(_, count)| *count > 0).map(|(id, count)| text_with(id, [("count", count)]));
    let mut lines: Vec<String> = [text("me-forget-sure")].into_iter().chain(lines).collect();
    if holdings.deeds > 0 {
        lines.push(text_with("me-forget-deeds", [("count", holdings.deeds)]));
    }
    lines.push(text("me-forget-stays"));
    let id = CustomId::new(Kind::MeForgetSure, "all").to_string();
    let button = CreateButton::new(id).label(text("me-forget-now")).style(ButtonStyle::Danger);
    Ok(Reply::aside(lines.join("\n")).rows(vec![CreateActionRow::Buttons(vec![button])]))
}

/// It is. Whose it is follows from who clicks alone.
pub(in crate::discord) async fn forget(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let (holdings, votes) = turn.exchange.insist(async || holdings(data, member).await).await?;
    if holdings.is_empty() {
        // Also after a first click whose answer was lost.
        return Ok(Reply::new(text("me-forget-nothing")));
    }
    let mut subjects = vec![Subject::Member(member)];
    subjects.extend(votes.into_iter().map(Subject::Vote));
    let entries = match noted(data, &subjects).await {
        Ok(entries) => entries,
        Err(refusal) => return Ok(refusal),
    };
    let card = |record: &Record| inbox::erased_card(&data.config, record);
    let words = ErasureWords { card: &card, sent: inbox::erased_reply(), former_staff: text("former-staff") };
    let attempt = async || data.store.erase(&subjects, &entries, &words, data.clock.now()).await;
    match turn.exchange.insist(attempt).await {
        Ok(()) => Ok(Reply::new(text("me-forgotten"))),
        // It is noted, so it is done as soon as the database answers.
        Err(error) if error.is_outage() => Ok(Reply::new(text("me-forget-noted"))),
        Err(error) => Err(error.into()),
    }
}

/// Notes erasures in the ledger; their numbers, or what to say where that can't be done: then nothing is erased, because it
/// could come back.
pub(in crate::discord::commands) async fn noted(data: &Data, subjects: &[Subject]) -> Result<Vec<Uuid>, Reply> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let (ledger, subjects) = (data.ledger.clone(), subjects.to_vec());
    let noting = tokio::task::spawn_blocking(move || ledger.note(&subjects)).await;
    match noting.map_err(anyhow::Error::from).and_then(|noted| noted.map_err(Into::into)) {
        Ok(entries) => Ok(entries),
        Err(error) => {
            tracing::error!("nothing can be erased, because it can't be noted: {error:#}");
            Err(Reply::aside(text("me-forget-refused")))
        }
    }
}
