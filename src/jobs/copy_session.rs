//! Makes, or deletes, Discord's event for one session: claim, look, act outside any transaction, record.
//!
//! Our schedule is the truth and Discord's event a copy: a session whose event staff deleted by hand gets no other one,
//! and one that staff moved by hand is left to them. One whose session moved is brought to its new time, so that whoever is
//! interested in it stays so.

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Outcome, retry_delay};
use crate::custom_id::{CustomId, Kind};
use crate::discord::publisher::{EventDraft, StandingEvent};
use crate::ids::ScheduledEventId;
use crate::message::{ActionButton, ButtonStyle, Message, escape_markdown, instant};
use crate::office_hours::Session;
use crate::store::{ClaimedEvent, EventSettlement};
use crate::texts::{text, text_with};

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
        EventSettlement::Refused { problem, .. } => Some(card(services, "event-card", problem.clone(), now)),
        EventSettlement::Foreign(_) => Some(card(services, "event-card-foreign", text_of(services, &event), now)),
        _ => None,
    };
    Ok(services.store.settle_event(&event, &settlement, card.as_ref(), now).await?)
}

async fn make(services: &Services, event: &ClaimedEvent) -> Result<EventSettlement, Outcome> {
    let calendar = services.schedule.now();
    let session = calendar.series(&event.series).and_then(|series| series.beginning_at(event.starts_at));
    let session = session.filter(|session| session.status.is_sure());
    if let Some(standing) = services.publisher.find_event(event.event, &event.reference).await? {
        if let Some(end) = event.ends.filter(|_| standing.is_active()) {
            let now = services.clock.now();
            services.publisher.end_event(standing.id, end, now, event.claimed_until).await?;
            return Ok(EventSettlement::Standing(standing.id));
        }
        return bring(services, event, session.as_ref(), &standing).await;
    }
    if event.event.is_some() {
        // Staff deleted it by hand.
        return Ok(EventSettlement::Gone);
    }
    let now = services.clock.now();
    if event.starts_at <= now {
        return Ok(EventSettlement::Missed);
    }
    let Some(session) = session else {
        return Ok(EventSettlement::Retry { at: now + FOREIGN_WAIT, problem: None });
    };
    let draft = draft(&session, event);
    services.publisher.create_event(&draft, event.claimed_until).await.map(EventSettlement::Standing)
}

/// Brings an event that stands to its session's time; one that staff moved by hand is left to them.
async fn bring(
    services: &Services,
    event: &ClaimedEvent,
    session: Option<&Session<'_>>,
    standing: &StandingEvent,
) -> Result<EventSettlement, Outcome> {
    if standing.start == event.starts_at || event.shows == event.starts_at || event.starts_at <= services.clock.now() {
        return Ok(EventSettlement::Standing(standing.id));
    }
    if standing.start != event.shows {
        return Ok(EventSettlement::Foreign(standing.id));
    }
    let Some(session) = session else {
        return Ok(EventSettlement::Retry { at: services.clock.now() + FOREIGN_WAIT, problem: None });
    };
    services.publisher.move_event(standing.id, session.start, session.end, event.claimed_until).await?;
    Ok(EventSettlement::Standing(standing.id))
}

async fn remove(services: &Services, event: &ClaimedEvent) -> Result<EventSettlement, Outcome> {
    let standing = services.publisher.find_event(event.event, &event.reference).await?;
    if let Some(standing) = standing.filter(|standing| [event.starts_at, event.shows].contains(&standing.start)) {
        services.publisher.delete_event(standing.id).await?;
    }
    Ok(EventSettlement::Gone)
}

fn text_of(services: &Services, event: &ClaimedEvent) -> String {
    let calendar = services.schedule.now();
    let title = calendar.series(&event.series).map_or(event.series.as_str(), |series| series.title.as_str());
    format!("{}, {}", escape_markdown(title), instant(event.starts_at))
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

fn card(services: &Services, id: &str, problem: String, now: DateTime<Utc>) -> Draft {
    let content = text_with(id, [("problem", problem)]);
    let retry = ActionButton {
        label: text("card-retry"),
        custom_id: CustomId::new(Kind::EventRetry, "all").to_string(),
        style: ButtonStyle::Primary,
    };
    // One that was changed by hand is nothing to try again.
    let buttons = if id == "event-card" { vec![retry] } else { Vec::new() };
    Draft::card(Message { content, buttons, ..Message::default() }.fit(), services.config.discord.staff_channel, now)
}
