//! Background work: one file per job, the clock's tick that finds what is due, and the queue that runs it.
//!
//! Our tables hold what is due and when, on our clock; the queue (`graphile_worker`, on the same PostgreSQL) holds
//! only "row N wants doing". A job claims its row, commits, does its work with no transaction open, and records the
//! outcome. It always succeeds as far as the queue is concerned: a row that is still due is found by the next tick,
//! and one whose process died, when its claim runs out. Payloads hold row ids only, because the queue logs them.

mod copy_session;
mod crosspost;
mod database;
mod delete;
mod deliver;
mod edit;
mod host_session;
mod pin;
mod plan_sessions;
mod poll_feeds;
mod post_cards;
mod queue;
mod renew_knowledge;
mod renew_schedule;
mod step;
mod tell_staff;
mod tend_answers;
mod tend_drafts;
mod tend_privacy;
mod thread;
mod tick;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::config::Config;
use crate::discord::publisher::Publisher;
use crate::feed_client::FeedClient;
use crate::ids::{DeliveryId, FeedId, ScheduledEventId, SessionRunId};
use crate::knowledge::Library;
use crate::ledger::Ledger;
use crate::office_hours::Timetable;
use crate::store::{Store, StoreError};

pub use queue::{Queue, QueueError, migrate};

/// What jobs work with.
#[derive(Debug, Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// Posts to Discord.
    pub publisher: Publisher,
    /// Fetches feeds.
    pub feed_client: FeedClient,
    /// The time.
    pub clock: SharedClock,
    /// See `delivery.nonce_window`.
    pub nonce_window: TimeDelta,
    /// The settings.
    pub config: Arc<Config>,
    /// Office hours and key dates.
    pub schedule: Arc<Timetable>,
    /// The knowledge base.
    pub knowledge: Arc<Library>,
    /// What was erased, for a database that does not know it.
    pub ledger: Ledger,
    /// Cancelled when the process is to end.
    pub stopping: CancellationToken,
}

impl Services {
    /// The keys of the feeds that this process has settings for: during an update another process may know more.
    fn known_feeds(&self) -> Vec<String> {
        self.config.feeds.iter().map(|feed| feed.key.clone()).collect()
    }
}

/// How long a job may take: far longer than the longest feed takes to be fetched and read.
const LONGEST_JOB: Duration = Duration::from_secs(180);

/// Runs a job's work and logs its failure once, with the row it was about.
async fn carry_out(job: &'static str, row: i64, work: impl Future<Output = anyhow::Result<()>>) {
    // Whatever a job waits for has a bound of its own; many of them in a row must not hold one of few workers.
    let done = tokio::time::timeout(LONGEST_JOB, work).await;
    if let Err(error) = done.unwrap_or_else(|_late| Err(anyhow::anyhow!("it took longer than {LONGEST_JOB:?}"))) {
        if error.downcast_ref::<StoreError>().is_some_and(StoreError::is_outage) {
            // The tick says once that the database is away.
            tracing::debug!(job, row, "interrupted: {error:#}");
        } else {
            tracing::error!(job, row, "{error:#}; it is tried again when it is next due");
        }
    }
}

/// The key of a delivery's job: adding it twice leaves one.
fn delivery_key(job: &str, id: DeliveryId) -> String {
    format!("{job}:{id}")
}

/// The key of a feed's job.
fn feed_key(id: FeedId) -> String {
    format!("poll_feed:{id}")
}

/// The key of the job of a session that is held.
fn run_key(id: SessionRunId) -> String {
    format!("host_session:{id}")
}

/// The key of an event's job.
fn event_key(id: ScheduledEventId) -> String {
    format!("copy_session:{id}")
}
