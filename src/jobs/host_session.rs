//! Holds one session: opens its channel, warns, closes it again. One step a claim; each leads to a state that is recorded
//! together with what is posted for it, so that whoever takes over after a crash knows where to go on. What the role's exception
//! was is stored before it is touched, and put back whatever happened in between.

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Outcome};
use crate::ids::SessionRunId;
use crate::message::Message;
use crate::office_hours::{self, Calendar, Closing, Series, WRITING};
use crate::session_desk::{EARLY, Spoken, Standing, WARNING};
use crate::store::{NewRun, Recorded, Run, RunState};

/// How long before its start a session is planned to be opened.
pub(super) const AHEAD: TimeDelta = TimeDelta::hours(1);

/// How soon it is looked again whether the session before it in the same channel is closed.
const SOON: TimeDelta = TimeDelta::seconds(2);

/// How soon what Discord refuses, or did not answer, is tried again: nobody can write, or everybody still can.
const AGAIN: TimeDelta = TimeDelta::seconds(30);

/// When a process whose configuration lacks a series leaves its session to one that has it.
const FOREIGN: TimeDelta = TimeDelta::minutes(1);

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct HostSession {
    pub(super) run: SessionRunId,
}

impl TaskHandler for HostSession {
    const IDENTIFIER: &'static str = "host_session";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, self.run.0, host(services, self.run)).await;
        }
    }
}

/// Plans the sessions that are opened soon, or should be open.
pub(super) async fn plan(services: &Services, calendar: &Calendar, now: DateTime<Utc>) -> anyhow::Result<()> {
    for series in &calendar.series {
        let Some(opening) = &series.opening else { continue };
        let sessions = series.scheduled(now - series.duration, now + AHEAD);
        for session in sessions.iter().filter(|session| session.end > now) {
            let run = NewRun {
                series: series.key.clone(),
                slot: session.slot,
                starts_at: session.start,
                ends_at: session.end,
                channel: session.channel,
                role: opening.role,
                automatic: opening.automatic,
            };
            services.store.plan_run(&run, calendar.revision, now).await?;
        }
    }
    Ok(())
}

async fn host(services: &Services, id: SessionRunId) -> anyhow::Result<()> {
    let Some(run) = services.store.claim_run(id, services.clock.now()).await? else { return Ok(()) };
    // After the claim, so that the schedule is not older than the row.
    services.store.renew_schedule(&services.schedule).await?;
    let calendar = services.schedule.now();
    let series = calendar.series(&run.session.series);
    let step = Step { services, run: &run, series };
    let done = match run.state {
        RunState::Waiting => step.wait(),
        RunState::Opening => step.open().await?,
        RunState::Open => step.watch(),
        RunState::Closing => step.close().await?,
        RunState::Closed | RunState::Skipped => return Ok(()),
    };
    let now = services.clock.now();
    tracing::info!(run = %id, series = run.session.series, from = run.state.as_str(), to = done.state.unwrap_or(run.state).as_str(), "session");
    Ok(services.store.record_run(&run, &done, now).await?)
}

/// One step of one session.
struct Step<'a> {
    services: &'a Services,
    run: &'a Run,
    /// `None` when this process's configuration does not have it: what is open is closed all the same.
    series: Option<&'a Series>,
}

impl Step<'_> {
    fn now(&self) -> DateTime<Utc> {
        self.services.clock.now()
    }

    fn spoken(&self) -> Spoken<'_> {
        let NewRun { series, slot, starts_at, ends_at, channel, .. } = &self.run.session;
        let title = self.series.map_or(series.as_str(), |series| series.title.as_str());
        let (slot, starts_at, ends_at, channel) = (*slot, *starts_at, *ends_at, *channel);
        // Being opened, it is not counted yet.
        let before = self.run.openings - i32::from(self.run.state != RunState::Opening);
        Spoken { id: self.run.id, series, title, channel, slot, starts_at, ends_at, reopened: before.max(0) }
    }

    fn to(&self, state: RunState, next: DateTime<Utc>) -> Recorded {
        Recorded { state: Some(state), next, ..Recorded::default() }
    }

    /// Before it is opened: the card for hosts, or the time at which it opens by itself.
    fn wait(&self) -> Recorded {
        let (now, session) = (self.now(), &self.run.session);
        let spoken = self.spoken();
        if self.series.is_none() && now < session.ends_at {
            // Another process may have it in its configuration.
            return self.to(RunState::Waiting, (now + FOREIGN).min(session.ends_at));
        }
        if now >= session.ends_at || !self.is_on() {
            let card_text = Some(spoken.card(Standing::Skipped));
            return Recorded { card_text, ..self.to(RunState::Skipped, now) };
        }
        if session.automatic {
            let state = if now >= session.starts_at { RunState::Opening } else { RunState::Waiting };
            return self.to(state, now.max(session.starts_at));
        }
        let ask_at = session.starts_at - EARLY;
        if now < ask_at {
            // One that was moved after hosts were asked.
            let card_text = Some(spoken.card(Standing::Waiting));
            return Recorded { card_text, ..self.to(RunState::Waiting, ask_at) };
        }
        let card = Draft::card(spoken.card(Standing::Waiting), self.services.config.discord.staff_channel, now);
        let (card, card_text) = match self.run.card {
            None => (Some(card), None),
            // It moved after it was asked for.
            Some(_) => (None, Some(card.message)),
        };
        Recorded { card, card_text, ..self.to(RunState::Waiting, session.ends_at) }
    }

    /// Whether the session takes place at its time, and its channel is still opened for it. What the configuration does not open
    /// any more stays closed, also where it was planned already.
    fn is_on(&self) -> bool {
        let session = &self.run.session;
        self.series.is_some_and(|series| {
            let takes_place = series.of_slot(session.slot);
            takes_place.is_some_and(|known| known.status.is_sure() && known.start == session.starts_at)
                && series.opening.as_ref().is_some_and(|opening| opening.role == session.role)
        })
    }

    async fn open(&self) -> anyhow::Result<Recorded> {
        let (now, session) = (self.now(), &self.run.session);
        if now >= session.ends_at {
            // What may have been opened is closed; what was not touched was never open.
            let state = if self.run.before.is_some() { RunState::Closing } else { RunState::Waiting };
            return Ok(self.to(state, now));
        }
        let is_untouched = self.run.before.is_none();
        if is_untouched && self.series.is_some() && (now < session.starts_at - EARLY || !self.is_on()) {
            // It was moved or cancelled in the moment in which a host pressed the button.
            return Ok(self.to(RunState::Waiting, now));
        }
        // The session before it in the same channel is closed first.
        if is_untouched && !self.services.store.is_door_free(self.run).await? {
            return Ok(self.to(RunState::Opening, now + SOON));
        }
        let publisher = &self.services.publisher;
        let standing = match publisher.exception(session.channel, session.role).await {
            Ok(standing) => standing,
            Err(outcome) => return Ok(self.trouble("host-trouble-open", outcome)),
        };
        if is_untouched && !self.services.store.note_before(self.run, standing).await? {
            // It is not to be opened any more, or another one was faster.
            return Ok(self.to(RunState::Opening, now + SOON));
        }
        let target = office_hours::opened(standing);
        let done = publisher.change_exception(session.channel, session.role, target, self.run.claimed_until).await;
        if let Err(outcome) = done {
            return Ok(self.trouble("host-trouble-open", outcome));
        }
        let (spoken, opened_at) = (self.spoken(), self.now());
        let agenda = self.services.store.agenda(&session.series, spoken.title).await?;
        let posts = vec![spoken.opened(opened_at)];
        let agenda = agenda.map(|agenda| (spoken.agenda(&agenda, opened_at), agenda));
        let card_text = Some(spoken.card(Standing::Open(self.run.opened_by)));
        Ok(Recorded { posts, agenda, card_text, ..self.to(RunState::Open, opened_at) })
    }

    /// While it is open: the warning, then the end.
    fn watch(&self) -> Recorded {
        let (now, ends_at) = (self.now(), self.run.session.ends_at);
        if now >= ends_at {
            return self.to(RunState::Closing, now);
        }
        let spoken = self.spoken();
        let card_text = Some(spoken.card(Standing::Open(self.run.opened_by)));
        if self.run.warned {
            return self.to(RunState::Open, ends_at);
        }
        if now < ends_at - WARNING {
            return Recorded { card_text, ..self.to(RunState::Open, ends_at - WARNING) };
        }
        Recorded { warning: Some(spoken.warning(now)), card_text, ..self.to(RunState::Open, ends_at) }
    }

    async fn close(&self) -> anyhow::Result<Recorded> {
        let (session, publisher) = (&self.run.session, &self.services.publisher);
        let standing = match publisher.exception(session.channel, session.role).await {
            // With the channel everything is gone that could be closed.
            Err(Outcome::NoChannel { .. }) => return Ok(self.closed(None)),
            Err(outcome) => return Ok(self.trouble("host-trouble-close", outcome)),
            Ok(standing) => standing,
        };
        let closing = office_hours::closed(self.run.before.flatten(), standing);
        let done =
            publisher.change_exception(session.channel, session.role, closing.target, self.run.claimed_until).await;
        match done {
            Ok(()) => Ok(self.closed(Some(closing))),
            Err(outcome) => Ok(self.trouble("host-trouble-close", outcome)),
        }
    }

    fn closed(&self, closing: Option<Closing>) -> Recorded {
        let (now, spoken) = (self.now(), self.spoken());
        let mut posts = Vec::new();
        if self.run.opened_at.is_some() && closing.is_some() {
            posts.push(spoken.thanks(now));
        }
        let by_hand = closing.map_or(0, |closing| closing.by_hand);
        if by_hand != 0 {
            let names = ["Send Messages", "Send Messages in Threads"];
            let changed: Vec<&str> =
                WRITING.iter().zip(names).filter(|(bit, _)| by_hand & **bit != 0).map(|(_, name)| name).collect();
            posts.push(self.card(spoken.trouble("host-by-hand", &changed.join(", "))));
        }
        let (card_text, warning_text) = (Some(spoken.card(Standing::Closed)), Some(spoken.was_warned()));
        Recorded { posts, card_text, warning_text, ..self.to(RunState::Closed, now) }
    }

    fn card(&self, message: Message) -> Draft {
        Draft::card(message, self.services.config.discord.staff_channel, self.now())
    }

    /// It is tried again until it is done or the time is over; staff are told once of each reason.
    fn trouble(&self, id: &str, outcome: Outcome) -> Recorded {
        let now = self.now();
        let (next, problem) = match outcome {
            Outcome::Wait { until } => (until, self.run.problem.clone()),
            Outcome::Refused { problem } | Outcome::Blocked { problem } | Outcome::NoChannel { problem } => {
                (now + AGAIN, Some(problem))
            }
            // Whether it was done will be seen.
            _ => (now + AGAIN, self.run.problem.clone()),
        };
        let news = problem.as_deref().filter(|_| problem != self.run.problem);
        let posts = news.map(|problem| self.card(self.spoken().trouble(id, problem))).into_iter().collect();
        // At the end at the latest it is looked at again.
        let ends_at = self.run.session.ends_at;
        let next = if now < ends_at { next.min(ends_at) } else { next };
        Recorded { problem, posts, next, ..Recorded::default() }
    }
}
