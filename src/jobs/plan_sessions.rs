//! Plans ahead what sessions and key dates need: reminders as deliveries with their times, and events in Discord as rows
//! of `scheduled_event`. Doing it twice, or in two processes, changes nothing.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, host_session};
use crate::announcements::{DeliveryState, Draft, Kind};
use crate::office_hours::{self, Calendar, LONGEST_LEAD, Occasion, Reminder, Series, Session, Subject};
use crate::store::{EventKey, NewEvent, ReminderKey, StoredReminder};

/// How far ahead of its time a reminder is stored: long enough that one missed while psfbot was down is known to be.
const AHEAD: TimeDelta = TimeDelta::days(2);

/// How long members' own reminders are kept after their session.
const KEPT: TimeDelta = TimeDelta::days(1);

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlanSessions {}

impl TaskHandler for PlanSessions {
    const IDENTIFIER: &'static str = "plan_sessions";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, plan(services)).await;
        }
    }
}

/// Plans at the clock's time.
pub(super) async fn plan(services: &Services) -> anyhow::Result<()> {
    services.store.renew_schedule(&services.schedule).await?;
    let (calendar, now) = (services.schedule.now(), services.clock.now());
    plan_reminders(services, &calendar, now).await?;
    keep_members_reminders(services, &calendar, now).await?;
    host_session::plan(services, &calendar, now).await?;
    let wanted = wanted_events(services, &calendar, now)?;
    let known: HashSet<EventKey> = services.store.event_keys(now).await?.into_iter().collect();
    let new: Vec<NewEvent> = wanted.into_iter().filter(|new| !known.contains(&new.key)).collect();
    Ok(services.store.want_events(&new, now).await?)
}

/// Plans at the start of a process, whose configuration may be another than that of the last one. Events of sessions that
/// left it are let go here and not by [`plan`]: while one process replaces another, they would else take turns in
/// making and deleting them.
pub(super) async fn plan_at_start(services: &Services) -> anyhow::Result<()> {
    services.store.renew_schedule(&services.schedule).await?;
    let (calendar, now) = (services.schedule.now(), services.clock.now());
    let (here, gone): (Vec<EventKey>, Vec<EventKey>) =
        services.store.event_keys(now).await?.into_iter().partition(|key| is_configured(services, &calendar, key));
    services.store.unwant_events(&gone, now).await?;
    services.store.want_events_again(&here, now).await?;
    plan(services).await
}

fn is_configured(services: &Services, calendar: &Calendar, key: &EventKey) -> bool {
    !services.config.office_hours.event_horizon.is_zero() && takes_place(calendar, key)
}

fn takes_place(calendar: &Calendar, key: &EventKey) -> bool {
    let begins = |series: &Series| !series.scheduled(key.starts_at, key.starts_at + TimeDelta::seconds(1)).is_empty();
    calendar.series(&key.series).is_some_and(begins)
}

fn wanted_events(services: &Services, calendar: &Calendar, now: DateTime<Utc>) -> anyhow::Result<Vec<NewEvent>> {
    let horizon = now + TimeDelta::from_std(services.config.office_hours.event_horizon)?;
    let sessions = calendar.series.iter().flat_map(|series| series.scheduled(now, horizon));
    let upcoming = sessions.filter(|session| session.start > now);
    let new = |session: Session<'_>| {
        let key = EventKey { series: session.series.to_owned(), starts_at: session.start };
        NewEvent { key, slot: session.slot }
    };
    Ok(upcoming.map(new).collect())
}

async fn plan_reminders(services: &Services, calendar: &Calendar, now: DateTime<Utc>) -> anyhow::Result<()> {
    let grace = TimeDelta::from_std(services.config.office_hours.reminder_grace)?;
    let revision = calendar.revision;
    let to = now + AHEAD + LONGEST_LEAD;
    let occasions = office_hours::occasions(&calendar.series, &calendar.key_dates, now, to);
    let planned = office_hours::plan(&occasions, grace, now, now + AHEAD);
    let stored = services.store.reminders(now).await?;
    for reminder in &planned {
        let key = key(reminder);
        let draft = draft(reminder, &key);
        match stored.iter().find(|stored| stored.key == key) {
            None => {
                if services.store.add_reminder(&key, &draft, reminder.expires_at, revision, now).await? {
                    tracing::info!(series = key.key, due = %reminder.due_at, "reminder planned");
                }
            }
            // It is restored by the change that brings its session back.
            Some(stored) if stored.overtaken => {}
            Some(stored) => keep(services, stored, &draft, reminder.expires_at, revision, now).await?,
        }
    }
    let planned: HashSet<ReminderKey> = planned.iter().map(key).collect();
    for stored in stored.iter().filter(|stored| !stored.overtaken && !planned.contains(&stored.key)) {
        // What expired is for the delivery job to record as missed.
        let is_live = stored.expires_at.is_none_or(|expires_at| now < expires_at);
        if is_live && matches!(stored.state, Some(DeliveryState::Pending | DeliveryState::Held)) {
            tracing::info!(series = stored.key.key, reminder = %stored.id, "reminder withdrawn: its time left the configuration");
            services.store.withdraw_reminder(stored.id, now).await?;
        }
    }
    Ok(())
}

/// Members' own reminders follow the configuration too, and are erased a day after their session.
async fn keep_members_reminders(services: &Services, calendar: &Calendar, now: DateTime<Utc>) -> anyhow::Result<()> {
    for session in services.store.sessions_of_members(now).await? {
        services.store.set_members_reminders(&session, takes_place(calendar, &session)).await?;
    }
    Ok(services.store.erase_members_reminders(now - KEPT).await?)
}

/// Brings a reminder that is stored already to what the configuration says today.
async fn keep(
    services: &Services,
    stored: &StoredReminder,
    draft: &Draft,
    expires_at: DateTime<Utc>,
    revision: Option<i64>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    if stored.withdrawn {
        services.store.restore_reminder(stored.id, revision, now).await?;
    }
    let is_open = stored.withdrawn || stored.state == Some(DeliveryState::Pending);
    let is_same = stored.message == draft.message
        && stored.channel.as_ref() == draft.channels.first()
        && stored.expires_at == Some(expires_at);
    if is_open && !is_same {
        services.store.revise_reminder(stored.id, &stored.key, draft, expires_at, now).await?;
    }
    Ok(())
}

fn key(reminder: &Reminder<'_>) -> ReminderKey {
    let Occasion { subject, key, start, .. } = reminder.occasion;
    ReminderKey { subject, key: key.to_owned(), starts_at: start, lead: reminder.lead }
}

fn draft(reminder: &Reminder<'_>, key: &ReminderKey) -> Draft {
    let occasion = &reminder.occasion;
    Draft {
        kind: match occasion.subject {
            Subject::Session => Kind::OfficeHours,
            Subject::KeyDate => Kind::KeyDate,
        },
        message: office_hours::reminder(reminder),
        crosspost: false,
        origin: Some(key.origin()),
        channels: vec![occasion.channel],
        due_at: reminder.due_at,
    }
}
