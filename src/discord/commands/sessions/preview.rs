//! What a change will do, and what it did, in words.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::proposal::{Op, Planned};
use crate::announcements::wall_time;
use crate::discord::commands::Data;
use crate::message::{escape_markdown, instant};
use crate::office_hours::Status;
use crate::store::Affected;
use crate::texts::{text, text_with};

/// The change with all that follows from it; `zone` is the one that a time was read in.
pub(super) fn preview(data: &Data, planned: &Planned<'_>, affected: Affected, zone: Option<Tz>) -> String {
    let mut lines = head(["sessions-preview", "sessions-preview-date"], planned);
    if let Some(zone) = zone {
        lines.push(text_with("sessions-read-in", [("wall", wall_time(planned.proposal.start, zone))]));
    }
    lines.push(text("sessions-follows"));
    lines.extend(follows(data, planned, affected).into_iter().map(|line| format!("- {line}")));
    lines.push(text("sessions-not-yet"));
    lines.join("\n")
}

/// What is said of a change that was made.
pub(super) fn made(planned: &Planned<'_>) -> String {
    let mut lines = head(["sessions-made", "sessions-made-date"], planned);
    lines.push(text(if planned.date.is_some() { "sessions-made-soon-date" } else { "sessions-made-soon" }));
    lines.join("\n")
}

/// In the words for a session, or in those for a key date.
fn head([id, date_id]: [&str; 2], planned: &Planned<'_>) -> Vec<String> {
    if let (Some(date), Some(after)) = (planned.date, planned.date_after()) {
        let args = [
            ("title", escape_markdown(&date.title)),
            ("before", date.when.in_words()),
            ("when", after.when.in_words()),
        ];
        return vec![text_with(&format!("{date_id}-{}", planned.proposal.op.word()), args)];
    }
    let before = planned.before.as_ref().map_or(planned.proposal.start, |session| session.start);
    let args = [
        ("title", escape_markdown(&planned.series.title)),
        ("when", instant(planned.proposal.start)),
        ("before", instant(before)),
        ("channel", format!("<#{}>", planned.series.channel)),
    ];
    vec![text_with(&format!("{id}-{}", planned.proposal.op.word()), args)]
}

fn follows(data: &Data, planned: &Planned<'_>, affected: Affected) -> Vec<String> {
    let (op, now) = (planned.proposal.op, data.clock.now());
    let mut lines = Vec::new();
    if matches!(op, Op::Move | Op::Cancel) {
        if planned.date.is_none() {
            lines.push(text_with("sessions-follows-members", [("count", affected.members)]));
        }
        lines.push(text_with("sessions-follows-posted", [("count", affected.posted)]));
        lines.push(text_with("sessions-follows-waiting", [("count", affected.waiting)]));
    }
    if op != Op::Cancel {
        lines.push(text_with("sessions-follows-reminders", [("count", reminders_to_come(planned, now))]));
    }
    if planned.date.is_some() {
        return lines;
    }
    lines.push(text(match (op, affected.event) {
        (Op::Cancel, true) => "sessions-follows-event-goes",
        (Op::Move, true) => "sessions-follows-event-moves",
        (Op::Cancel, false) => "sessions-follows-event-none",
        _ if is_near(data, planned.proposal.start, now) => "sessions-follows-event-made",
        _ => "sessions-follows-event-later",
    }));
    if planned.before.as_ref().is_some_and(|session| session.status == Status::Expected) && op == Op::Move {
        lines.push(text("sessions-follows-sure"));
    }
    lines
}

fn reminders_to_come(planned: &Planned<'_>, now: DateTime<Utc>) -> usize {
    planned.series.leads.iter().filter(|lead| planned.proposal.start - **lead > now).count()
}

fn is_near(data: &Data, start: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let horizon = chrono::TimeDelta::from_std(data.config.office_hours.event_horizon).unwrap_or_default();
    start < now + horizon
}
