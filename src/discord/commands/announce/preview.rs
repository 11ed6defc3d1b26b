//! A draft as its author sees it: in words what will happen, then the announcement exactly as it will look, above its
//! controls. And what is left to read of a draft once it was handed over.

use std::time::Duration;

use chrono_tz::Tz;
use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateEmbed};

use super::contact;
use super::controls::{cancel_button, controls, for_us};
use super::findings::{Findings, findings};
use super::tags;
use crate::announcements::{ChannelKind, DraftState, Obstacle, Pinged, Rules, StaffDraft, wall_time};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::discord::publisher::Destination;
use crate::discord::render;
use crate::ids::ChannelId;
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::texts::{text, text_with};

/// Between what is said about the draft and the draft.
const RULE: &str = "━━━━━━━━━━━━";

/// What is quoted of a sentence that asks for money, in characters.
const QUOTED: usize = 120;

/// A draft with all its controls; above it a `notice`, where there is something to say about what was just done.
pub(in crate::discord::commands) async fn preview(
    data: &Data,
    draft: &StaffDraft,
    notice: Option<String>,
) -> Result<Reply, Error> {
    let found = findings(data, draft, Duration::ZERO).await;
    let rows = controls(data, draft, &found).await;
    shown(data, draft, notice, rows, &found).await
}

/// A draft with other controls.
pub(super) async fn with_rows(
    data: &Data,
    draft: &StaffDraft,
    notice: Option<String>,
    rows: Vec<CreateActionRow>,
) -> Result<Reply, Error> {
    let found = findings(data, draft, Duration::ZERO).await;
    shown(data, draft, notice, rows, &found).await
}

async fn shown(
    data: &Data,
    draft: &StaffDraft,
    notice: Option<String>,
    rows: Vec<CreateActionRow>,
    found: &Findings,
) -> Result<Reply, Error> {
    let zone = match draft.scheduled_for {
        // Without it the time is shown in UTC and in the reader's own zone, which is no reason to fail.
        Some(_) => data.store.zone_of(draft.changed_by.unwrap_or(draft.author)).await.unwrap_or_default(),
        None => None,
    };
    let head = |place| {
        let words = words(data, draft, zone, found, text(place));
        notice.iter().cloned().chain([words]).chain(found.lines(data, draft)).collect::<Vec<_>>().join("\n")
    };
    let (message, below) = (draft.message(), head("announce-below"));
    let head = if fits(&below, &message.content) { below } else { head("announce-above") };
    Ok(around(&head, &message.content).embed(render::preview(&message)).rows(rows))
}

/// Whether words and the text that they stand above fit one message.
fn fits(head: &str, content: &str) -> bool {
    length(&with_rule(head, content)) <= limits::CONTENT
}

fn with_rule(head: &str, content: &str) -> String {
    format!("{head}\n{RULE}\n{content}")
}

/// Words above a text that is shown exactly; where both do not fit one message, the words stand in a frame below it.
pub(in crate::discord) fn around(head: &str, content: &str) -> Reply {
    if fits(head, content) {
        return Reply::new(with_rule(head, content));
    }
    Reply::new(content).embed(Some(CreateEmbed::new().description(cut(head, limits::DESCRIPTION / 2))))
}

/// What will happen, without any control; `place` says where the text stands.
fn words(data: &Data, draft: &StaffDraft, zone: Option<Tz>, found: &Findings, place: String) -> String {
    let ping = draft.ping.map_or_else(|| text("announce-ping-nobody"), Pinged::mention);
    let time = match draft.scheduled_for {
        None if draft.approval.is_some() => text("approval-time-now"),
        None => text("announce-time-now"),
        Some(at) => {
            let local = zone.map(|zone| format!("\n  {}", wall_time(at, zone))).unwrap_or_default();
            let time = format!("{}{local}", instant(at));
            if draft.announcement.is_some() { time } else { text_with("announce-time-planned", [("time", time)]) }
        }
    };
    let followers = text(if draft.crosspost { "announce-followers-yes" } else { "announce-followers-no" });
    let after = [(draft.thread, "announce-thread-yes"), (draft.pin, "announce-pin-yes")];
    let expiry = draft.expires_at.map(|at| text_with("announce-expiry", [("time", instant(at))]));
    let approval = data.config.announce.needs_approval(&draft.channels).then(|| text("approval-needed"));
    let after = after.into_iter().filter(|(wanted, _)| *wanted).map(|(_, words)| text(words));
    let places = places(draft, found);
    let after: Vec<String> =
        places.into_iter().chain(after).chain(expiry).chain(approval).chain(contact::hint(data, draft)).collect();
    let head = text_with(
        match draft.announcement {
            None => "announce-words",
            Some(_) if draft.approval.is_some() => "announce-words-waiting",
            Some(_) => "announce-words-scheduled",
        },
        [
            ("number", draft.id.to_string()),
            ("channels", channels(&draft.channels)),
            ("ping", ping),
            ("time", time),
            ("followers", followers),
            ("where", place),
        ],
    );
    [head].into_iter().chain(after).collect::<Vec<_>>().join("\n")
}

/// What it will be where it is more than a message in a channel, a line each.
fn places(draft: &StaffDraft, found: &Findings) -> Vec<String> {
    let post = draft.message().post_name();
    let line = |(channel, destination): &(ChannelId, Destination)| {
        let mention = ("channel", format!("<#{channel}>"));
        match destination.kind {
            ChannelKind::Thread => Some(text_with("announce-in-thread", [mention])),
            ChannelKind::Forum => {
                let title = ("title", escape_markdown(&post));
                let tags = tags::named(draft, *channel);
                Some(match tags.is_empty() {
                    true => text_with("announce-in-forum", [mention, title]),
                    false => text_with("announce-in-forum-tagged", [mention, title, ("tags", tags)]),
                })
            }
            _ => None,
        }
    };
    found.destinations.iter().filter_map(line).collect()
}

/// Channels by mention.
pub(super) fn channels(channels: &[ChannelId]) -> String {
    if channels.is_empty() {
        return text("announce-no-channel");
    }
    channels.iter().map(|channel| format!("<#{channel}>")).collect::<Vec<_>>().join(", ")
}

/// What stands in the way of sending a draft, by the configuration.
pub(super) fn standing_in_the_way(data: &Data, draft: &StaffDraft) -> Vec<Obstacle> {
    let rules = Rules {
        pings: &data.config.discord.allowed_ping_roles,
        everyone: data.config.discord.allow_everyone,
        sponsorees: &data.config.fundraising.sponsorees,
        contacts: &data.config.announce.contacts,
    };
    draft.obstacles(&rules)
}

/// Why what was handed over can't be altered so by a menu, a button or an option.
pub(super) fn not_altered(data: &Data, draft: &StaffDraft, found: &Findings) -> Option<Reply> {
    let obstacles = || found.lines(data, draft).join("\n");
    (!found.is_clear()).then(|| Reply::aside(text_with("announce-not-altered", [("obstacles", obstacles())])))
}

/// Why what was handed over can't be worded so, with a button where something is to be confirmed.
pub(super) fn refused(data: &Data, draft: &StaffDraft, found: &Findings) -> Option<Reply> {
    if found.is_clear() {
        return None;
    }
    let row = to_confirm(found).then(|| CreateActionRow::Buttons(vec![for_us(data, draft, found)]));
    let obstacles = found.lines(data, draft).join("\n");
    let refused = Reply::aside(text_with("announce-correction-refused", [("obstacles", obstacles)]));
    Some(refused.rows(row.into_iter().collect()))
}

fn to_confirm(found: &Findings) -> bool {
    !found.warnings.is_empty() || found.obstacles.contains(&Obstacle::MoneyForOthers)
}

/// What stands in the way, a line each.
pub(super) fn obstacles(data: &Data, draft: &StaffDraft, found: &[Obstacle]) -> Vec<String> {
    let money = || {
        let asks = draft.wording.money_for_others(&data.config.fundraising.sponsorees).unwrap_or_default();
        text_with("announce-obstacle-money", [("asks", escape_markdown(&cut(asks, QUOTED)))])
    };
    found
        .iter()
        .map(|obstacle| match obstacle {
            Obstacle::NoTitle => text("announce-obstacle-title"),
            Obstacle::NoBody => text("announce-obstacle-text"),
            Obstacle::TooLong(over) => {
                let ends =
                    draft.fitted().1.into_iter().next().map(|cut| escape_markdown(&cut.ends)).unwrap_or_default();
                text_with("announce-obstacle-long", [("over", over.to_string()), ("ends", ends)])
            }
            Obstacle::BadLink => text("announce-obstacle-link"),
            Obstacle::BadImage => text("announce-obstacle-image"),
            Obstacle::NoImageAlt => text("announce-obstacle-image-alt"),
            Obstacle::MoneyForOthers => money(),
            Obstacle::NoChannel => text("announce-obstacle-channel"),
            Obstacle::PingNotAllowed => text("announce-obstacle-ping"),
            Obstacle::ContactUnknown => text("announce-obstacle-contact"),
            Obstacle::BoundThread(thread) => text_with("announce-channel-bound", [("channel", format!("<#{thread}>"))]),
            Obstacle::Unread(channel) => text_with("announce-obstacle-unread", [("channel", format!("<#{channel}>"))]),
            Obstacle::NoTag(forum) => text_with("announce-obstacle-tag", [("channel", format!("<#{forum}>"))]),
        })
        .collect()
}

/// What is left to read of a draft that is not one any more.
pub(super) fn after(data: &Data, draft: &StaffDraft) -> Reply {
    let channels = ("channels", channels(&draft.channels));
    let ping = draft.ping.map_or_else(|| text("announce-ping-nobody"), Pinged::mention);
    let is_to_come = draft.scheduled_for.is_some_and(|at| at > data.clock.now());
    let said = match draft.state {
        DraftState::Draft => text("announce-overtaken"),
        DraftState::Sent | DraftState::Scheduled if draft.approval.is_some() => {
            let planned = draft.scheduled_for.filter(|_| draft.state == DraftState::Scheduled);
            let time = planned.map_or_else(|| text("approval-time-now"), instant);
            text_with("approval-asked", [channels, ("ping", ping), ("time", time)])
        }
        DraftState::Sent => text_with("announce-sent", [channels, ("ping", ping)]),
        DraftState::Scheduled if !is_to_come => {
            let time = draft.scheduled_for.map(instant).unwrap_or_default();
            text_with("announce-was-due", [channels, ("time", time)])
        }
        DraftState::Scheduled => {
            let time = draft.scheduled_for.map(instant).unwrap_or_default();
            text_with("announce-scheduled", [channels, ("ping", ping), ("time", time)])
        }
        DraftState::Discarded => text("announce-discarded"),
        DraftState::Cancelled => text("announce-was-cancelled"),
        DraftState::Dropped => text("announce-was-dropped"),
    };
    let is_open = (draft.state == DraftState::Scheduled && is_to_come) || draft.approval.is_some();
    let cancel = draft.announcement.filter(|_| is_open).map(|id| CreateActionRow::Buttons(vec![cancel_button(id)]));
    Reply::new(said).rows(cancel.into_iter().collect())
}
