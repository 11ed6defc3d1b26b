//! The cards about staff announcements: a second member of staff is asked to approve one, its author is told that it came
//! back, or that a draft will be dropped.
//!
//! Owns their words and buttons. Made from how things stand alone, so that a card is the same whoever makes it. Refuses to
//! decide who may approve (`announcements`), to store and to send.

use chrono::{DateTime, Utc};

use crate::announcements::{Approval, ApprovalDesk, ApprovalState, Draft, DraftState, Pinged, StaffDraft};
use crate::config::Config;
use crate::custom_id::{CustomId, Kind};
use crate::message::{ActionButton, ButtonStyle, Embed, Message, cut, escape_markdown, instant, length, limits};
use crate::texts::{text, text_with};

/// Between what is said about an announcement and the announcement.
const RULE: &str = "━━━━━━━━━━━━";

/// Room for a title, in characters.
const TITLE: usize = 120;

/// Room for why it was sent back, in characters.
const REASON: usize = 500;

/// Makes these cards for the staff channel of a configuration.
pub(crate) fn desk(config: &Config) -> ApprovalDesk {
    ApprovalDesk { card, returned, missed, staff_channel: config.discord.staff_channel }
}

/// The card that asks, as it is to read now.
fn card(approval: &Approval, now: DateTime<Utc>) -> Message {
    if approval.state != ApprovalState::Waiting {
        return Message { content: settled_words(approval), embed: Some(Embed::default()), ..Message::default() }.fit();
    }
    let proposed = approval.proposed();
    let shown = proposed.message();
    let head = words(approval, now);
    let both = format!("{head}\n{RULE}\n{}", shown.content);
    let frame = shown.embed.unwrap_or_default();
    let (content, embed) = if length(&both) <= limits::CONTENT {
        (both, frame)
    } else {
        // A frame takes more than a message's plain part, so all of it is there to be read.
        let parts = [shown.content, frame.description.clone()];
        let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        (head, Embed { description: whole, ..frame })
    };
    Message { content, embed: Some(embed), buttons: buttons(approval, now), ..Message::default() }.fit()
}

/// What is asked, and what will happen.
fn words(approval: &Approval, now: DateTime<Utc>) -> String {
    let draft = &approval.draft;
    let channels = draft.channels.iter().map(|channel| format!("<#{channel}>")).collect::<Vec<_>>().join(", ");
    let by = format!("<@{}>", approval.asked.by);
    if approval.correction.is_some() {
        return text_with("approval-card-correction", [("by", by), ("channels", channels)]);
    }
    let ping = draft.ping.map_or_else(|| text("announce-ping-nobody"), Pinged::mention);
    let time = match draft.scheduled_for.filter(|_| draft.state == DraftState::Scheduled) {
        Some(at) => instant(at),
        None => text("approval-time-now"),
    };
    let followers = text(if draft.crosspost { "announce-followers-yes" } else { "announce-followers-no" });
    let asked = [("by", by), ("channels", channels), ("ping", ping), ("time", time), ("followers", followers)];
    let late = approval.missed_time(now).map(|_| text("approval-late"));
    let expiry = draft.expires_at.map(|at| text_with("announce-expiry", [("time", instant(at))]));
    let after = [(draft.thread, "announce-thread-yes"), (draft.pin, "announce-pin-yes")];
    let after = after.into_iter().filter(|(wanted, _)| *wanted).map(|(_, words)| text(words));
    let tags = draft.tags.iter().map(|tag| escape_markdown(&tag.name)).collect::<Vec<_>>().join(", ");
    let tags = (!tags.is_empty()).then(|| text_with("approval-tags", [("tags", tags)]));
    let head = late.into_iter().chain([text_with("approval-card", asked)]);
    head.chain(tags).chain(expiry).chain(after).chain([text("approval-who")]).collect::<Vec<_>>().join("\n")
}

fn buttons(approval: &Approval, now: DateTime<Utc>) -> Vec<ActionButton> {
    let button = |kind, label: &str, style| ActionButton {
        label: text(label),
        custom_id: CustomId::new(kind, approval.id).to_string(),
        style,
    };
    let back = button(Kind::ApprovalBack, "approval-back", ButtonStyle::Secondary);
    if approval.missed_time(now).is_none() {
        return vec![button(Kind::ApprovalYes, "approval-yes", ButtonStyle::Success), back];
    }
    vec![
        button(Kind::ApprovalNow, "approval-now", ButtonStyle::Success),
        button(Kind::ApprovalTime, "approval-time", ButtonStyle::Primary),
        back,
    ]
}

/// What became of what was asked.
pub(crate) fn settled_words(approval: &Approval) -> String {
    let (by, at) = approval.settled.unwrap_or((None, approval.asked.at));
    let id = match (approval.state, approval.correction.is_some()) {
        (ApprovalState::Waiting, _) => "approval-waits",
        (ApprovalState::Approved, _) => "approval-approved",
        (ApprovalState::Returned, false) => "approval-returned",
        (ApprovalState::Returned, true) => "approval-returned-correction",
        (ApprovalState::Void, _) if by.is_none() => "approval-missed",
        (ApprovalState::Void, _) => "approval-void",
    };
    let words = text_with(
        id,
        [
            ("title", title(&approval.draft)),
            ("by", by.map(|by| format!("<@{by}>")).unwrap_or_default()),
            ("asker", format!("<@{}>", approval.asked.by)),
            ("when", instant(at)),
        ],
    );
    let reason = (!approval.reason.is_empty()).then(|| reason(approval));
    [Some(words), reason].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn reason(approval: &Approval) -> String {
    text_with("approval-reason", [("reason", escape_markdown(&cut(&approval.reason, REASON)))])
}

/// What its author is told.
fn returned(approval: &Approval) -> Message {
    let to = if approval.correction.is_some() { approval.asked.by } else { approval.draft.author };
    let by = approval.settled.and_then(|(by, _)| by).map(|by| format!("<@{by}>")).unwrap_or_default();
    let id = if approval.correction.is_some() { "approval-told-correction" } else { "approval-told" };
    let mut lines = vec![text_with(id, [("to", format!("<@{to}>")), ("title", title(&approval.draft)), ("by", by)])];
    lines.extend((!approval.reason.is_empty()).then(|| reason(approval)));
    Message { content: lines.join("\n"), embed: Some(Embed::default()), ..Message::default() }.fit()
}

/// What its author is told when its end went by while it waited.
fn missed(approval: &Approval) -> Message {
    let to = format!("<@{}>", approval.draft.author);
    let content = text_with("approval-told-missed", [("to", to), ("title", title(&approval.draft))]);
    Message { content, embed: Some(Embed::default()), ..Message::default() }.fit()
}

/// What an author is told of a draft that nobody touched for long.
pub(crate) fn untouched(config: &Config, draft: &StaffDraft, drops_at: DateTime<Utc>, now: DateTime<Utc>) -> Draft {
    let said = [
        ("to", format!("<@{}>", draft.author)),
        ("title", title(draft)),
        ("since", instant(draft.updated_at)),
        ("when", instant(drops_at)),
    ];
    let content = text_with("announce-untouched", said);
    let message = Message { content, embed: Some(Embed::default()), ..Message::default() }.fit();
    Draft::card(message, config.discord.staff_channel, now)
}

/// A draft's title, escaped.
pub(crate) fn title(draft: &StaffDraft) -> String {
    let title = &draft.wording.title;
    if title.is_empty() { text("announce-untitled") } else { escape_markdown(&cut(title, TITLE)) }
}
