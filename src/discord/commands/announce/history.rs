//! `/announce history`: who did what with an announcement, when, before and after. And a new draft as a copy of it.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::preview;
use crate::announcements::{Deed, DeliveryState, Pinged, StaffDraft, Warning};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::{DraftId, Snowflake, UserId};
use crate::knowledge::word_changes;
use crate::message::{cut, escape_markdown, instant, length};
use crate::store::{DeedRow, Delivered};
use crate::texts::{text, text_with};

/// Deeds on a page.
const PAGE: i64 = 5;

/// Room for one deed, and for one part of a wording, in characters.
const DEED: usize = 330;
const PART: usize = 200;

/// The parts of a wording, in the order of [`crate::announcements::Wording::parts`].
const PARTS: [&str; 6] = [
    "announce-form-title",
    "announce-form-text",
    "announce-form-link",
    "announce-form-image",
    "announce-form-image-alt",
    "announce-contact",
];

/// `/announce history`: the first page.
pub(super) async fn history(data: &Data, reader: Option<UserId>, option: &str) -> Result<Reply, Error> {
    let draft = match (option.trim().parse().map(DraftId), reader) {
        (Ok(id), Some(reader)) => readable(data, id, reader).await?,
        _ => None,
    };
    match draft {
        Some(draft) => shown(data, &draft, 0).await,
        None => Ok(Reply::aside(text("announce-unknown"))),
    }
}

/// Another page, `draft.page`.
pub(in crate::discord) async fn page(turn: &Turn<'_>) -> Result<Reply, Error> {
    let mut parts = turn.key.split('.').map(str::parse::<i64>);
    let (Some(Ok(id)), Some(Ok(page))) = (parts.next(), parts.next()) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    match readable(turn.data, DraftId(id), turn.caller.user).await? {
        Some(draft) => shown(turn.data, &draft, page.clamp(0, 10_000)).await,
        None => Ok(Reply::aside(text("announce-unknown"))),
    }
}

/// Begins a draft as a copy of this one.
pub(in crate::discord) async fn copy(turn: &Turn<'_>) -> Result<Reply, Error> {
    copied(turn, turn.key.parse().ok().map(DraftId)).await
}

/// The same, chosen in the list.
pub(in crate::discord) async fn copy_chosen(turn: &Turn<'_>) -> Result<Reply, Error> {
    copied(turn, turn.values.first().and_then(|value| value.parse().ok()).map(DraftId)).await
}

async fn copied(turn: &Turn<'_>, of: Option<DraftId>) -> Result<Reply, Error> {
    let (data, by) = (turn.data, turn.caller.user);
    let (Some(of), Some(click)) = (of, Snowflake::new(turn.exchange.interaction())) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    let attempt = async || data.store.copy_draft(of, by, click, data.clock.now()).await;
    match turn.exchange.insist(attempt).await? {
        Some(draft) => preview::preview(data, &draft, Some(text("announce-copied"))).await,
        None => Ok(Reply::aside(text("announce-unknown"))),
    }
}

async fn readable(data: &Data, id: DraftId, reader: UserId) -> Result<Option<StaffDraft>, Error> {
    Ok(data.store.draft(id).await?.filter(|draft| draft.is_open_to(reader)))
}

async fn shown(data: &Data, draft: &StaffDraft, page: i64) -> Result<Reply, Error> {
    let found = data.store.draft_history(draft.id, draft.announcement, page * PAGE, PAGE).await?;
    let title = crate::announce_desk::title(draft);
    let mut lines = vec![text_with("announce-history", [("title", title), ("author", format!("<@{}>", draft.author))])];
    let deeds: Vec<String> = found.deeds.iter().map(|deed| line(deed, PART)).collect();
    // Before and after in full, where the message has no room for them.
    let whole: Vec<String> = found.deeds.iter().map(|deed| line(deed, usize::MAX)).collect();
    let is_cut = whole.iter().any(|deed| length(deed) > DEED) || whole != deeds;
    lines.extend(deeds.iter().map(|deed| cut(deed, DEED)));
    if found.deeds.is_empty() {
        lines.push(text("announce-history-none"));
    }
    if page == 0 && !found.deliveries.is_empty() {
        lines.push(text("announce-history-deliveries"));
        lines.extend(found.deliveries.iter().map(|delivery| delivered(data, delivery)));
    }
    let last = i64::try_from(found.count).unwrap_or_default().saturating_sub(1) / PAGE;
    let button = |label: &str, to: i64, is_there: bool| {
        let id = CustomId::new(Kind::AnnounceHistory, format!("{}.{to}", draft.id));
        CreateButton::new(id.to_string()).label(text(label)).style(ButtonStyle::Secondary).disabled(!is_there)
    };
    let mut buttons = Vec::new();
    if last > 0 {
        buttons.push(button("announce-newer", page - 1, page > 0));
        buttons.push(button("announce-older", page + 1, page < last));
    }
    let id = CustomId::new(Kind::AnnounceCopy, draft.id);
    buttons.push(CreateButton::new(id.to_string()).label(text("announce-copy")).style(ButtonStyle::Secondary));
    let reply = Reply::new(lines.join("\n")).rows(vec![CreateActionRow::Buttons(buttons)]);
    if !is_cut {
        return Ok(reply);
    }
    let name = format!("history-{}.md", draft.id);
    Ok(reply.file(&name, "text/markdown; charset=utf-8", whole.join("\n").into()))
}

/// One deed in words, of which each part is cut to `most` characters.
fn line(deed: &DeedRow, most: usize) -> String {
    let by = deed.by.map_or_else(|| text("announce-history-itself"), |by| format!("<@{by}>"));
    let what = match deed.deed {
        Deed::Reworded | Deed::Corrected | Deed::Asked => wording(deed, most),
        Deed::Channels => change(deed, |id| format!("<#{id}>")),
        Deed::Retried => list(&deed.after, |id| format!("<#{id}>")),
        Deed::Ping => change(deed, |ping| ping.parse().map_or_else(|_| escape_markdown(ping), Pinged::mention)),
        Deed::Tags => change(deed, escape_markdown),
        Deed::Time | Deed::Expiry => change(deed, time),
        Deed::Scheduled => list(&deed.after, time),
        Deed::Followers | Deed::Thread | Deed::Pin => {
            text(if deed.after.is_empty() { "announce-history-off" } else { "announce-history-on" })
        }
        Deed::Returned | Deed::Copied | Deed::Written => list(&deed.after, |text| escape_markdown(&cut(text, most))),
        Deed::Confirmed => list(&deed.after, kind_of_warning),
        Deed::Sent
        | Deed::Approved
        | Deed::Void
        | Deed::Cancelled
        | Deed::Discarded
        | Deed::Warned
        | Deed::Dropped
        | Deed::Missed => String::new(),
    };
    let head = text_with(words(deed.deed), [("by", by), ("at", instant(deed.at))]);
    match what.as_str() {
        "" => format!("- {head}"),
        // Its parts stand on lines of their own.
        parts if parts.starts_with('\n') => format!("- {head}:{parts}"),
        what => format!("- {head}: {what}"),
    }
}

/// Who did what, without what it was.
const fn words(deed: Deed) -> &'static str {
    match deed {
        Deed::Written => "announce-deed-written",
        Deed::Copied => "announce-deed-copied",
        Deed::Reworded => "announce-deed-reworded",
        Deed::Channels => "announce-deed-channels",
        Deed::Ping => "announce-deed-ping",
        Deed::Followers => "announce-deed-followers",
        Deed::Thread => "announce-deed-thread",
        Deed::Pin => "announce-deed-pin",
        Deed::Tags => "announce-deed-tags",
        Deed::Time => "announce-deed-time",
        Deed::Expiry => "announce-deed-expiry",
        Deed::Confirmed => "announce-deed-confirmed",
        Deed::Sent => "announce-deed-sent",
        Deed::Scheduled => "announce-deed-scheduled",
        Deed::Asked => "announce-deed-asked",
        Deed::Approved => "announce-deed-approved",
        Deed::Returned => "announce-deed-returned",
        Deed::Void => "announce-deed-void",
        Deed::Corrected => "announce-deed-corrected",
        Deed::Cancelled => "announce-deed-cancelled",
        Deed::Retried => "announce-deed-retried",
        Deed::Discarded => "announce-deed-discarded",
        Deed::Warned => "announce-deed-warned",
        Deed::Dropped => "announce-deed-dropped",
        Deed::Missed => "announce-deed-missed",
    }
}

/// What was changed in a wording, part by part.
fn wording(deed: &DeedRow, most: usize) -> String {
    let parts = PARTS.iter().zip(deed.before.iter().zip(&deed.after)).filter(|(_, (before, after))| before != after);
    let said = parts
        .map(|(label, (before, after))| format!("\n  {}: {}", text(label), cut(&word_changes(before, after), most)));
    said.collect()
}

fn change(deed: &DeedRow, one: impl Fn(&str) -> String) -> String {
    text_with("announce-history-change", [("before", list(&deed.before, &one)), ("after", list(&deed.after, &one))])
}

fn list(parts: &[String], one: impl Fn(&str) -> String) -> String {
    if parts.is_empty() {
        return text("announce-history-nothing");
    }
    parts.iter().map(|part| one(part)).collect::<Vec<_>>().join(", ")
}

fn time(written: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(written).map_or_else(|_| written.to_owned(), |at| instant(at.to_utc()))
}

fn kind_of_warning(key: &str) -> String {
    let id = match key.split(':').next().unwrap_or_default() {
        "money" => "announce-history-money",
        "past" => "announce-history-past",
        "dead" => "announce-history-dead",
        Warning::EVERYONE => "announce-history-everyone",
        _ => "announce-history-alike",
    };
    text(id)
}

/// What became of one delivery.
fn delivered(data: &Data, delivery: &Delivered) -> String {
    let channel = ("channel", format!("<#{}>", delivery.channel));
    if let (Some(at), Some(message)) = (delivery.at, delivery.message) {
        let link = message.link(data.guild);
        let said = [channel, ("at", instant(at)), ("link", link)];
        let gone = delivery.removed_at.map(|at| text_with("announce-history-removed", [("at", instant(at))]));
        return [Some(text_with("announce-history-posted", said)), gone]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("; ");
    }
    let id = match delivery.state {
        DeliveryState::Held => "announce-history-held",
        DeliveryState::Pending | DeliveryState::Sending | DeliveryState::Delivered => "announce-history-pending",
        DeliveryState::Failed => "announce-history-failed",
        DeliveryState::Missed => "announce-history-missed",
        DeliveryState::Cancelled => "announce-history-cancelled",
    };
    text_with(id, [channel])
}
