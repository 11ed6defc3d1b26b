//! What became of the drafts that were handed over: the list, and taking them back.

use chrono::{DateTime, TimeDelta, Utc};

use crate::announce_desk::desk;
use crate::announcements::DeliveryState;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::ids::{AnnouncementId, UserId};
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::store::{DeliveryStanding, Overview};
use crate::texts::{text, text_with};

/// How long what was posted stays in the list.
const RECENT: TimeDelta = TimeDelta::days(7);

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

/// Drafts, what needs somebody, what is scheduled, what was posted lately.
pub(super) async fn list(data: &Data, author: Option<UserId>) -> Result<Reply, Error> {
    let now = data.clock.now();
    let drafts = match author {
        Some(author) => data.store.unsent_drafts(author, "").await?,
        None => Vec::new(),
    };
    let found = data.store.staff_announcements(now - RECENT).await?;
    let is_any = |overview: &Overview, states: &[DeliveryState]| {
        overview.deliveries.iter().any(|delivery| states.contains(&delivery.state))
    };
    let is_troubled = |delivery: &DeliveryStanding| {
        matches!(delivery.state, DeliveryState::Failed | DeliveryState::Held) || is_unfinished(delivery)
    };
    let (troubled, rest): (Vec<_>, Vec<_>) =
        found.iter().partition(|overview| overview.deliveries.iter().any(is_troubled));
    let (open, done): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|overview| is_any(overview, &[DeliveryState::Pending, DeliveryState::Sending]));
    let draft_lines = drafts.iter().map(|(id, heading)| format!("- {} (draft {id})", title(heading))).collect();
    let lines = |overviews: Vec<&Overview>| overviews.into_iter().map(|one| line(data, one)).collect();
    let sections: [(&str, Vec<String>); 4] = [
        ("announce-list-trouble", lines(troubled)),
        // Next due first.
        ("announce-list-open", lines(open.into_iter().rev().collect())),
        ("announce-list-drafts", draft_lines),
        ("announce-list-done", lines(done)),
    ];
    Ok(Reply::new(fitted(sections)))
}

/// The sections that hold something, as far as they fit one message.
fn fitted(sections: [(&str, Vec<String>); 4]) -> String {
    let mut out = String::new();
    let mut left_out: u64 = 0;
    // What the last line may take.
    let room = limits::CONTENT - 100;
    for (heading, lines) in sections {
        let mut heading = Some(text(heading)).filter(|_| !lines.is_empty());
        for line in lines {
            let addition = [heading.as_deref(), Some(&line)].into_iter().flatten().collect::<Vec<_>>().join("\n");
            if left_out > 0 || length(&out) + length(&addition) + 1 > room {
                left_out += 1;
                continue;
            }
            heading = None;
            out.push_str(&addition);
            out.push('\n');
        }
    }
    if left_out > 0 {
        out.push_str(&text_with("announce-list-more", [("count", left_out)]));
    }
    if out.is_empty() { text("announce-list-empty") } else { out }
}

fn title(title: &str) -> String {
    if title.is_empty() { text("announce-untitled") } else { escape_markdown(&cut(title, TITLE)) }
}

fn line(data: &Data, overview: &Overview) -> String {
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
            let message = delivery.message.map(|message| message.to_string()).unwrap_or_default();
            let link = ("link", format!("https://discord.com/channels/{}/{}/{message}", data.guild, delivery.channel));
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
        DeliveryState::Cancelled if delivery.removed => text_with("announce-standing-deleted", [channel]),
        DeliveryState::Cancelled => text_with("announce-standing-cancelled", [channel]),
    }
}

/// A message stands, and a step after it failed.
fn is_unfinished(delivery: &DeliveryStanding) -> bool {
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
