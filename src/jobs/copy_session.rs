//! Makes, or deletes, Discord's event for one session: claim, look, act outside any transaction, record.
//!
//! Our schedule is the truth and Discord's event a copy: a session whose event staff deleted by hand gets no other one,
//! and one that staff moved by hand is left to them.

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Outcome, retry_delay};
use crate::discord::publisher::EventDraft;
use crate::ids::ScheduledEventId;
use crate::message::Message;
use crate::office_hours::{self, Session};
use crate::store::{ClaimedEvent, EventSettlement};
use crate::texts::text_with;

/// After a request of which nobody knows what came: longer than it can still be under way at Discord, since it is looked
/// for only once before another one is sent.
const UNKNOWN_WAIT: TimeDelta = TimeDelta::seconds(30);

/// How often what Discord refuses is tried again.
const REFUSED_WAIT: TimeDelta = TimeDelta::hours(1);

/// When a process whose configuration lacks a session leaves it to one that has it.
const FOREIGN_WAIT: TimeDelta = TimeDelta::minutes(1);

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CopySession {
    pub(super) event: ScheduledEventId,
}

impl TaskHandler for CopySession {
    const IDENTIFIER: &'static str = "copy_session";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, self.event.0, copy(services, self.event)).await;
        }
    }
}

async fn copy(services: &Services, id: ScheduledEventId) -> anyhow::Result<()> {
    let Some(event) = services.store.claim_event(id, services.clock.now()).await? else { return Ok(()) };
    let done = if event.wanted { make(services, &event).await } else { remove(services, &event).await };
    let now = services.clock.now();
    let settlement = done.unwrap_or_else(|outcome| settle(outcome, event.attempts, now));
    tracing::info!(event = %id, series = event.series, attempt = event.attempts, ?settlement, "event settled");
    let card = match &settlement {
        EventSettlement::Refused { problem, .. } => Some(card(services, problem, now)),
        _ => None,
    };
    Ok(services.store.settle_event(&event, &settlement, card.as_ref(), now).await?)
}

async fn make(services: &Services, event: &ClaimedEvent) -> Result<EventSettlement, Outcome> {
    if let Some(standing) = services.publisher.find_event(event.event, &event.reference).await? {
        return Ok(EventSettlement::Standing(standing.id));
    }
    let now = services.clock.now();
    if event.starts_at <= now {
        return Ok(EventSettlement::Missed);
    }
    let series = services.schedule.series.iter().filter(|series| series.key == event.series);
    let until = event.starts_at + TimeDelta::seconds(1);
    let session = series.flat_map(|series| office_hours::scheduled(series, event.starts_at, until)).next();
    let Some(session) = session else {
        return Ok(EventSettlement::Retry { at: now + FOREIGN_WAIT, problem: None });
    };
    let draft = draft(&session, event);
    services.publisher.create_event(&draft, event.claimed_until).await.map(EventSettlement::Standing)
}

async fn remove(services: &Services, event: &ClaimedEvent) -> Result<EventSettlement, Outcome> {
    let standing = services.publisher.find_event(event.event, &event.reference).await?;
    if let Some(standing) = standing.filter(|standing| standing.start == event.starts_at) {
        services.publisher.delete_event(standing.id).await?;
    }
    Ok(EventSettlement::Gone)
}

fn draft(session: &Session<'_>, event: &ClaimedEvent) -> EventDraft {
    EventDraft {
        name: session.title.to_owned(),
        description: text_with("event-description", [("channel", format!("<#{}>", session.channel))]),
        channel: session.channel,
        start: session.start,
        end: session.end,
        reference: event.reference.clone(),
    }
}

fn settle(outcome: Outcome, attempts: i32, now: DateTime<Utc>) -> EventSettlement {
    match outcome {
        Outcome::Wait { until } => EventSettlement::Retry { at: until, problem: None },
        Outcome::Unknown { problem } => {
            EventSettlement::Retry { at: now + retry_delay(attempts).max(UNKNOWN_WAIT), problem: Some(problem) }
        }
        Outcome::Refused { problem } | Outcome::Blocked { problem } | Outcome::NoChannel { problem } => {
            EventSettlement::Refused { again: now + REFUSED_WAIT, problem }
        }
        // What is said of messages alone.
        Outcome::Stands(_) | Outcome::TooLate | Outcome::Gone { .. } => {
            EventSettlement::Retry { at: now + UNKNOWN_WAIT, problem: None }
        }
    }
}

fn card(services: &Services, problem: &str, now: DateTime<Utc>) -> Draft {
    let content = text_with("event-card", [("problem", problem.to_owned())]);
    Draft::card(Message { content, ..Message::default() }.fit(), services.config.discord.staff_channel, now)
}
