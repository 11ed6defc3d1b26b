//! The clock's tick: what is due becomes jobs.
//!
//! Reading and enqueueing need no common transaction: nothing is changed by reading, the job's key makes a second
//! enqueueing harmless, and the job's own claim decides whether there is anything to do.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{JobKeyMode, JobSpec, JobSpecBuilder, WorkerUtils};

use super::copy_session::CopySession;
use super::crosspost::CrosspostMessage;
use super::delete::DeleteMessage;
use super::deliver::DeliverAnnouncement;
use super::edit::EditMessage;
use super::host_session::HostSession;
use super::pin::PinMessage;
use super::plan_sessions::PlanSessions;
use super::poll_feeds::PollFeed;
use super::post_cards::PostCards;
use super::tell_staff::TellStaff;
use super::tend_answers::TendAnswers;
use super::tend_drafts::TendDrafts;
use super::tend_privacy::TendPrivacy;
use super::thread::OpenThread;
use super::{Services, delivery_key, event_key, feed_key, run_key};
use crate::announcements::Step;

/// Time between two plannings of sessions.
const PLANNING: TimeDelta = TimeDelta::minutes(1);

/// When sessions were last planned. Kept by each process for itself: planning twice changes nothing.
#[derive(Debug, Default)]
pub(super) struct Rhythm(Mutex<Option<DateTime<Utc>>>);

impl Rhythm {
    fn is_due(&self, now: DateTime<Utc>) -> bool {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| now >= last + PLANNING || now < last)
    }

    /// Sessions are planned with the next tick.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn planned(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

fn once(key: &str) -> JobSpec {
    // One attempt: what is still due is enqueued again by the next tick, on our clock. What waits in the queue already
    // keeps its place there.
    JobSpecBuilder::new().job_key(key).job_key_mode(JobKeyMode::PreserveRunAt).max_attempts(1).build()
}

/// Puts what is due into the queue; how much that was.
pub(super) async fn enqueue_due(services: &Services, utils: &WorkerUtils, rhythm: &Rhythm) -> anyhow::Result<usize> {
    let now = services.clock.now();
    services.publisher.exchange_waits().await;
    let due = services.store.due_work(&services.known_feeds(), now).await?;
    let plan = rhythm.is_due(now);
    if plan {
        utils.add_job(PlanSessions {}, once("plan_sessions")).await?;
        utils.add_job(TendAnswers {}, once("tend_answers")).await?;
        utils.add_job(TendDrafts {}, once("tend_drafts")).await?;
        utils.add_job(TendPrivacy {}, once("tend_privacy")).await?;
        rhythm.planned(now);
    }
    for &id in &due.deliveries {
        utils.add_job(DeliverAnnouncement { delivery: id }, once(&delivery_key("deliver", id))).await?;
    }
    for &(id, step) in &due.steps {
        let spec = once(&delivery_key(step.as_str(), id));
        match step {
            Step::Edit => utils.add_job(EditMessage { delivery: id }, spec).await?,
            Step::Crosspost => utils.add_job(CrosspostMessage { delivery: id }, spec).await?,
            Step::Thread => utils.add_job(OpenThread { delivery: id }, spec).await?,
            Step::Pin => utils.add_job(PinMessage { delivery: id }, spec).await?,
            Step::Delete => utils.add_job(DeleteMessage { delivery: id }, spec).await?,
        };
    }
    for &id in &due.feeds {
        utils.add_job(PollFeed { feed: id }, once(&feed_key(id))).await?;
    }
    for &id in &due.events {
        utils.add_job(CopySession { event: id }, once(&event_key(id))).await?;
    }
    for &id in &due.runs {
        utils.add_job(HostSession { run: id }, once(&run_key(id))).await?;
    }
    if due.troubles {
        utils.add_job(TellStaff {}, once("tell_staff")).await?;
    }
    if due.card_round {
        utils.add_job(PostCards {}, once("post_cards")).await?;
    }
    Ok(usize::from(plan) + due.len())
}
