//! The job queue: `graphile_worker` with what psfbot needs of it.

use std::sync::Arc;
use std::time::Duration;

use graphile_worker::{Worker, WorkerOptions, WorkerUtils};
use tokio_util::sync::CancellationToken;

use super::Services;
use super::copy_session::CopySession;
use super::crosspost::CrosspostMessage;
use super::delete::DeleteMessage;
use super::deliver::DeliverAnnouncement;
use super::edit::EditMessage;
use super::host_session::HostSession;
use super::pin::PinMessage;
use super::plan_sessions::{self, PlanSessions};
use super::poll_feeds::PollFeed;
use super::post_cards::PostCards;
use super::renew_knowledge::{self, Renewal};
use super::renew_schedule;
use super::tell_staff::TellStaff;
use super::tend_answers::TendAnswers;
use super::tend_drafts::TendDrafts;
use super::tend_privacy::{self, TendPrivacy};
use super::thread::OpenThread;
use super::tick::{self, Rhythm};
use crate::store::{QUEUE_SCHEMA, Store};

/// Jobs at once. They wait for Discord or for blogs, hardly for this machine.
const CONCURRENCY: usize = 8;

/// First and longest wait before the queue tries a database again that failed.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How long a job under way may go on when the process is to end. Requests to Discord that change nothing end at once,
/// so this is for one that may have been carried out.
const GRACE: Duration = Duration::from_secs(4);

/// Why the queue can't start or run.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Its tables can't be made or are not as they should be.
    #[error(
        "the job queue can't start ({0}): run `psfbot migrate` with the role that owns the tables, and with --grant-to ROLE for another that runs psfbot"
    )]
    Start(#[from] graphile_worker::WorkerBuildError),
    /// Its tables can't be made or renewed.
    #[error(
        "the job queue's tables can't be brought up to date ({0}): run `psfbot migrate` with the role that owns the tables, and with --grant-to ROLE for another that runs psfbot"
    )]
    Migrate(String),
    /// Its database fails.
    #[error("the job queue stopped ({0})")]
    Run(String),
}

/// The queue and the tick that feeds it.
#[derive(Clone)]
pub struct Queue {
    services: Services,
    worker: Arc<Worker>,
    utils: WorkerUtils,
    rhythm: Arc<Rhythm>,
    renewal: Arc<Renewal>,
}

impl Queue {
    /// Prepares the queue; nothing runs yet.
    ///
    /// # Errors
    /// When its tables can't be made.
    pub async fn new(services: Services) -> Result<Self, QueueError> {
        let worker = build(&services).await?;
        let utils = worker.create_utils();
        Ok(Self { services, worker: Arc::new(worker), utils, rhythm: Arc::default(), renewal: Arc::default() })
    }

    /// Runs jobs until [`Queue::stop`]. A database that fails is waited for: answers to members need none.
    pub async fn run(&self) {
        let stopping = &self.services.stopping;
        let mut worker = Some(Arc::clone(&self.worker));
        let mut wait = FIRST_WAIT;
        while !stopping.is_cancelled() {
            let ended = match worker.take() {
                Some(worker) => work(&worker, stopping).await,
                // One that failed once has ended for good, so another takes its place.
                None => match stopping.run_until_cancelled(build(&self.services)).await {
                    Some(Ok(new)) => {
                        wait = FIRST_WAIT;
                        worker = Some(Arc::new(new));
                        continue;
                    }
                    Some(Err(error)) => Err(error),
                    None => return,
                },
            };
            if let Err(error) = ended {
                self.report(&error).await;
            }
            let _stopped = stopping.run_until_cancelled(tokio::time::sleep(wait)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Logs why the queue begins again. That the database is away is said elsewhere, once.
    async fn report(&self, error: &QueueError) {
        match self.services.store.server_version().await {
            Ok(_) => tracing::warn!("the job queue begins again: {error}"),
            Err(_away) => tracing::debug!("the job queue has no database: {error}"),
        }
    }

    /// Takes no new job; [`Queue::run`] returns when those under way are done or given back.
    pub fn stop(&self) {
        self.services.stopping.cancel();
    }

    /// Brings what is planned in agreement with the configuration, before anything of it is sent.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn plan_sessions(&self) -> anyhow::Result<()> {
        let now = self.services.clock.now();
        plan_sessions::plan_at_start(&self.services).await?;
        self.rhythm.planned(now);
        Ok(())
    }

    /// Carries out the ledger's erasures that this database does not know.
    ///
    /// # Errors
    /// When the ledger can't be read, or the database refuses.
    pub async fn carry_out_erasures(&self) -> anyhow::Result<()> {
        tend_privacy::tend_at_start(&self.services).await
    }

    /// Puts what is due now into the queue; how much that was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tick(&self) -> anyhow::Result<usize> {
        if renew_schedule::renew(&self.services).await {
            // What follows from a change waits for no minute.
            self.rhythm.forget();
        }
        let enqueued = tick::enqueue_due(&self.services, &self.utils, &self.rhythm).await;
        // After what is due, and whatever came of that: answers need no queue.
        self.renew_knowledge().await;
        enqueued
    }

    /// Takes over what staff changed in the knowledge base, in this process or another. Where the database does not answer,
    /// what is known goes on answering, and the next tick looks again.
    pub async fn renew_knowledge(&self) {
        renew_knowledge::renew(&self.services, &self.renewal).await;
    }

    /// Does all that is due at the clock's time, and what follows from it, then returns.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn run_until_quiet(&self) -> anyhow::Result<()> {
        while self.tick().await? > 0 {
            self.worker.run_once().await.map_err(|error| QueueError::Run(error.to_string()))?;
        }
        Ok(())
    }
}

/// A worker that has not begun.
async fn build(services: &Services) -> Result<Worker, QueueError> {
    let worker = WorkerOptions::default()
        .database(super::database::database(&services.store))
        .concurrency(CONCURRENCY)
        .poll_interval(Duration::from_secs(1))
        .listen_os_shutdown_signals(false)
        .shutdown_grace_period(GRACE)
        .shutdown_interrupted_job_retry_delay(Duration::ZERO)
        // A job whose process died is given to another within seconds; the defaults are minutes.
        .heartbeat_interval(Duration::from_secs(5))
        .sweep_interval(Duration::from_secs(10))
        .sweep_threshold(Duration::from_secs(30))
        .recovery_delay(Duration::from_secs(1))
        .add_extension(services.clone())
        .define_job::<DeliverAnnouncement>()
        .define_job::<EditMessage>()
        .define_job::<CrosspostMessage>()
        .define_job::<OpenThread>()
        .define_job::<PinMessage>()
        .define_job::<DeleteMessage>()
        .define_job::<PollFeed>()
        .define_job::<PlanSessions>()
        .define_job::<CopySession>()
        .define_job::<HostSession>()
        .define_job::<PostCards>()
        .define_job::<TellStaff>()
        .define_job::<TendAnswers>()
        .define_job::<TendDrafts>()
        .define_job::<TendPrivacy>()
        .init()
        .await?;
    Ok(worker)
}

/// Runs a worker until its database fails, or until it is to stop and the jobs under way are done.
async fn work(worker: &Worker, stopping: &CancellationToken) -> Result<(), QueueError> {
    let running = worker.run();
    tokio::pin!(running);
    let ended = match stopping.run_until_cancelled(&mut running).await {
        Some(ended) => ended,
        None => {
            worker.request_shutdown();
            running.await
        }
    };
    ended.map_err(|error| QueueError::Run(error.to_string()))
}

/// Makes or renews the queue's own tables.
///
/// # Errors
/// When the database refuses.
pub async fn migrate(store: &Store) -> Result<(), QueueError> {
    let patient = store.patient();
    let migrated = WorkerUtils::new(patient.pool(), QUEUE_SCHEMA).migrate().await;
    patient.close().await;
    migrated.map_err(|error| QueueError::Migrate(error.to_string()))
}
