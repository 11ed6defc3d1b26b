//! What became of the drafts that were handed over: the list, and taking them back.

use chrono::{DateTime, TimeDelta, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use crate::announce_desk::desk;
use crate::announcements::DeliveryState;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::ids::{AnnouncementId, UserId};
use crate::message::{cut, escape_markdown, instant};
use crate::store::{DeliveryStanding, Overview};
use crate::texts::{text, text_with};

/// How long what was posted stays in the list.
pub(super) const RECENT: TimeDelta = TimeDelta::days(7);

/// How long what was posted can be corrected. Discord has no limit; beyond this it is rather a mistake.
pub(super) const CORRECTABLE: TimeDelta = TimeDelta::days(90);

/// A title in a list, in characters.
const TITLE: usize = 60;

/// A reason in a list, in characters.
const REASON: usize = 150;

/// The announcement that an option names.
pub(super) fn announcement(option: &str) -> Option<AnnouncementId> {
    option.trim().parse().ok().map(AnnouncementId)
}

pub(super) fn title(title: &str) -> String {
    if title.is_empty() { text("announce-untitled") } else { escape_markdown(&cut(title, TITLE)) }
}

pub(super) fn line(data: &Data, overview: &Overview) -> String {
    let standings: Vec<String> = overview.deliveries.iter().map(|delivery| standing(data, delivery)).collect();
    text_with(
        "announce-list-line",
        [
            ("title", title(&overview.title)),
            ("time", short_instant(overview.due_at)),
            ("author", format!("<@{}>", overview.author)),
            ("channels", standings.join("; ")),
        ],
    )
}

fn short_instant(at: DateTime<Utc>) -> String {
    format!("<t:{}:f> ({})", at.timestamp(), at.format("%-d %b, %H:%M UTC"))
}

/// How one delivery stands, in words.
fn standing(data: &Data, delivery: &DeliveryStanding) -> String {
    let channel = ("channel", format!("<#{}>", delivery.channel));
    let problem = || {
        let problem = delivery.problem.as_deref().map(|problem| escape_markdown(&cut(problem, REASON)));
        ("problem", problem.unwrap_or_else(|| text("announce-no-reason")))
    };
    match delivery.state {
        DeliveryState::Pending | DeliveryState::Sending if delivery.withdrawn => {
            text_with("announce-standing-withdrawn", [channel])
        }
        DeliveryState::Pending if delivery.problem.is_some() => {
            text_with("announce-standing-retried", [channel, problem()])
        }
        DeliveryState::Pending => text_with("announce-standing-pending", [channel]),
        DeliveryState::Sending => text_with("announce-standing-sending", [channel]),
        DeliveryState::Delivered => {
            let link = ("link", delivery.message.map(|message| message.link(data.guild)).unwrap_or_default());
            match (delivery.removed, delivery.withdrawn, is_unfinished(delivery)) {
                (true, ..) => text_with("announce-standing-removed", [channel]),
                (_, true, true) => text_with("announce-standing-not-deleted", [channel, link, problem()]),
                (_, true, false) => text_with("announce-standing-deleting", [channel, link]),
                (_, false, true) => text_with("announce-standing-unfinished", [channel, link, problem()]),
                (_, false, false) => text_with("announce-standing-delivered", [channel, link]),
            }
        }
        DeliveryState::Held if delivery.problem.is_none() => text_with("announce-standing-unapproved", [channel]),
        DeliveryState::Held => text_with("announce-standing-held", [channel, problem()]),
        DeliveryState::Failed => text_with("announce-standing-failed", [channel, problem()]),
        DeliveryState::Missed => text_with("announce-standing-missed", [channel]),
        DeliveryState::Cancelled if delivery.removed && delivery.problem.is_some() => {
            text_with("announce-standing-deleted-so", [channel, problem()])
        }
        DeliveryState::Cancelled if delivery.removed => text_with("announce-standing-deleted", [channel]),
        DeliveryState::Cancelled => text_with("announce-standing-cancelled", [channel]),
    }
}

/// A message stands, and a step after it failed.
pub(super) fn is_unfinished(delivery: &DeliveryStanding) -> bool {
    delivery.state == DeliveryState::Delivered && !delivery.removed && delivery.problem.is_some()
}

/// `/announce cancel`, and the button below what was scheduled.
pub(super) async fn cancel(data: &Data, exchange: &Exchange, by: UserId, key: &str) -> Result<Reply, Error> {
    let Some(id) = announcement(key) else { return Ok(Reply::aside(text("announce-unknown"))) };
    let desk = desk(&data.config);
    let found = exchange.insist(async || data.store.cancel_announcement(id, by, desk, data.clock.now()).await).await?;
    Ok(found.map_or_else(|| Reply::aside(text("announce-unknown")), |overview| taken_back(data, &overview)))
}

/// `/announce retry`.
pub(super) async fn retry(data: &Data, exchange: &Exchange, by: UserId, option: &str) -> Result<Reply, Error> {
    let channels = match announcement(option) {
        Some(id) => exchange.insist(async || data.store.retry_announcement(id, by, data.clock.now()).await).await?,
        None => Vec::new(),
    };
    Ok(if channels.is_empty() {
        Reply::aside(text("announce-nothing-to-retry"))
    } else {
        Reply::new(text_with("announce-retried", [("channels", super::preview::channels(&channels))]))
    })
}

/// The button below what was scheduled.
pub(in crate::discord) async fn take_back(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = announcement(&turn.key) else { return Ok(Reply::aside(text("announce-unknown"))) };
    // The button was made for what was not posted yet.
    if !turn.exchange.insist(async || turn.data.store.stands(id).await).await? {
        return take_back_surely(turn).await;
    }
    let button = CreateButton::new(CustomId::new(Kind::AnnounceCancelSure, id).to_string())
        .label(text("announce-cancel-sure"))
        .style(ButtonStyle::Danger);
    Ok(Reply::aside(text("announce-cancel-posted")).rows(vec![CreateActionRow::Buttons(vec![button])]))
}

/// The button below the question whether what was posted meanwhile is to be deleted.
pub(in crate::discord) async fn take_back_surely(turn: &Turn<'_>) -> Result<Reply, Error> {
    cancel(turn.data, &turn.exchange, turn.caller.user, &turn.key).await
}

/// What was cancelled, what is looked for, and what is deleted.
fn taken_back(data: &Data, overview: &Overview) -> Reply {
    let is_gone = |delivery: &DeliveryStanding| delivery.state == DeliveryState::Cancelled && !delivery.removed;
    let head = if overview.deliveries.iter().all(is_gone) { "announce-cancelled" } else { "announce-taken-back" };
    let mut lines = vec![text_with(head, [("title", title(&overview.title)), ("time", instant(overview.due_at))])];
    lines.extend(overview.deliveries.iter().map(|delivery| format!("- {}", standing(data, delivery))));
    Reply::new(lines.join("\n"))
}
