//! Polls one feed: claim, fetch, parse, plan, record all of it in one transaction.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Kind};
use crate::blog::{self, AskStaff, FeedInfo, Plan, Policy};
use crate::config;
use crate::feed_client::{Body, FetchError, Fetched, Validators};
use crate::ids::FeedId;
use crate::message::{Message, escape_markdown};
use crate::store::{FeedState, PollRecord, StoreError};
use crate::texts::text_with;

/// How long a poll may take before another process may begin it again: above the client's time limit.
const CLAIM: TimeDelta = TimeDelta::minutes(2);

/// Longest time between two polls of a feed that fails.
const LONGEST_BACKOFF: TimeDelta = TimeDelta::hours(6);

/// How far back a channel is searched for a post's announcement.
const LONGEST_SEARCH: TimeDelta = TimeDelta::days(30);

/// Longest `Retry-After` that is kept.
const LONGEST_RETRY_AFTER: TimeDelta = TimeDelta::days(1);

/// Staff are told once, after so many failures in a row.
const FAILURES_TO_TELL: i32 = 5;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PollFeed {
    pub(super) feed: FeedId,
}

impl TaskHandler for PollFeed {
    const IDENTIFIER: &'static str = "poll_feed";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, self.feed.0, poll(services, self.feed)).await;
        }
    }
}

/// Why a poll brought nothing.
#[derive(Debug, thiserror::Error)]
enum PollError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Parse(#[from] blog::ParseError),
    #[error("what was read can't be stored: {0}")]
    Store(#[source] StoreError),
    #[error("reading the feed crashed; please report its address to psfbot's maintainers")]
    Crashed,
}

async fn poll(services: &Services, id: FeedId) -> anyhow::Result<()> {
    let now = services.clock.now();
    // Only a feed of this process's configuration: during an update another process may know more.
    let known: Vec<String> = services.config.feeds.iter().map(|feed| feed.key.clone()).collect();
    let Some(feed) = services.store.claim_feed(id, &known, now, now + CLAIM).await? else { return Ok(()) };
    let Some(settings) = services.config.feeds.iter().find(|settings| settings.key == feed.key) else { return Ok(()) };
    let polled = services.stopping.run_until_cancelled(fetch(services, &feed)).await;
    let Some(polled) = polled else { return Ok(services.store.release_feed(id, now + CLAIM, now).await?) };
    let now = services.clock.now();
    match polled {
        Ok(found) => {
            let record = record(services, settings, &feed, found, now);
            match services.store.record_poll(id, &record, now).await {
                Ok(()) => log(&feed, &record),
                Err(error) => record_failure(services, settings, &feed, &PollError::Store(error), now).await?,
            }
        }
        Err(error) => record_failure(services, settings, &feed, &error, now).await?,
    }
    Ok(())
}

async fn record_failure(
    services: &Services,
    settings: &config::Feed,
    feed: &FeedState,
    error: &PollError,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    tracing::warn!(feed = feed.key, failures = feed.failures + 1, "the feed could not be polled: {error}");
    let next = next_after_failure(settings, feed, error, now);
    let told = (feed.failures + 1 == FAILURES_TO_TELL).then(|| failing_card(services, feed, error, now));
    services.store.record_poll_failure(feed.id, &error.to_string(), next, told.as_ref(), now).await?;
    Ok(())
}

/// What a fetch found: `None` when nothing was modified.
struct Found {
    feed: Option<(blog::Feed, Box<Body>)>,
    max_age: Option<Duration>,
}

async fn fetch(services: &Services, feed: &FeedState) -> Result<Found, PollError> {
    let validators = Validators { etag: feed.etag.clone(), last_modified: feed.last_modified.clone() };
    match services.feed_client.fetch(&feed.url, &validators).await? {
        Fetched::NotModified { max_age, .. } => Ok(Found { feed: None, max_age }),
        Fetched::Feed(body) => {
            let max_age = body.max_age;
            // Parsing a large feed takes seconds of computing, which must not hold up interactions.
            let parsing = tokio::task::spawn_blocking(move || {
                let parsed = blog::parse(&body.bytes, body.content_type.as_deref(), &body.final_url)?;
                Ok::<_, blog::ParseError>((parsed, body))
            });
            let (parsed, body) = parsing.await.map_err(|_| PollError::Crashed)??;
            Ok(Found { feed: Some((parsed, body)), max_age })
        }
    }
}

/// Turns what was found into what is to be recorded.
fn record(
    services: &Services,
    settings: &config::Feed,
    feed: &FeedState,
    found: Found,
    now: DateTime<Utc>,
) -> PollRecord {
    let wait = found.max_age.unwrap_or_default().max(settings.interval);
    let next_poll_at =
        now + TimeDelta::from_std(wait).unwrap_or(LONGEST_BACKOFF).min(LONGEST_BACKOFF.max(interval(settings)));
    let recovered = (feed.failures >= FAILURES_TO_TELL).then(|| recovered_card(services, feed, now));
    let Some((parsed, body)) = found.feed else {
        return PollRecord { next_poll_at, cards: recovered.into_iter().collect(), ..PollRecord::default() };
    };
    let policy = Policy {
        max_new: settings.max_new,
        edit_window: settings.edit_window,
        announce_latest: settings.announce_latest,
        categories: Vec::new(),
    };
    let Plan { learn, announce, edit, ask_staff, seeded } = blog::plan(&parsed.entries, &feed.seen, &policy, now);
    let (colour, thread) = (settings.colour_value(), settings.thread);
    let info = FeedInfo { key: settings.key.clone(), title: parsed.title, colour, thread };
    let draft = |entry: &blog::Entry| Draft {
        kind: Kind::Blog,
        message: blog::announcement(&info, entry),
        crosspost: true,
        origin: Some(format!("{}\n{}", settings.key, entry.key)),
        channels: settings.channels.clone(),
        due_at: due_at(entry, feed, now),
    };
    let asked = ask_staff.map(|ask| asking_card(services, feed, &ask, now));
    PollRecord {
        seeded,
        announce: announce.iter().map(|entry| (entry.key.clone(), draft(entry))).collect(),
        edit: edit.iter().map(|edit| (edit.key.clone(), blog::announcement(&info, &edit.entry))).collect(),
        learn,
        cards: recovered.into_iter().chain(asked).collect(),
        validators: Some((body.validators.etag, body.validators.last_modified)),
        next_poll_at,
    }
}

fn log(feed: &FeedState, record: &PollRecord) {
    let (learnt, new, edited) = (record.learn.len(), record.announce.len(), record.edit.len());
    if record.seeded {
        tracing::info!(feed = feed.key, entries = learnt, announced = new, "feed seeded");
    } else if new + edited > 0 {
        tracing::info!(feed = feed.key, new, edited, "feed polled");
    } else {
        tracing::debug!(feed = feed.key, "feed polled, nothing new");
    }
}

fn interval(settings: &config::Feed) -> TimeDelta {
    TimeDelta::from_std(settings.interval).unwrap_or(LONGEST_BACKOFF)
}

/// A post is due from when it was published; from the last poll, where it has no date or a later one. What was due longer
/// ago than a nonce lasts is looked for in the channel before it is announced, so that a database restored from a backup
/// announces nothing again: whatever it does not know was posted after its last poll. The search is bounded.
fn due_at(entry: &blog::Entry, feed: &FeedState, now: DateTime<Utc>) -> DateTime<Utc> {
    let last_poll = feed.polled_at.unwrap_or(now);
    entry.published.unwrap_or(last_poll).min(last_poll).clamp(now - LONGEST_SEARCH, now)
}

/// Twice the wait after each failure, up to [`LONGEST_BACKOFF`]; never before the server's own `Retry-After`.
fn next_after_failure(
    settings: &config::Feed,
    feed: &FeedState,
    error: &PollError,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let doublings = feed.failures.clamp(0, 16).unsigned_abs();
    let wait = interval(settings)
        .checked_mul(1 << doublings)
        .unwrap_or(LONGEST_BACKOFF)
        .min(LONGEST_BACKOFF.max(interval(settings)));
    let asked = match error {
        PollError::Fetch(error) => error.retry_after().map(|retry| retry.due(now)),
        PollError::Parse(_) | PollError::Store(_) | PollError::Crashed => None,
    };
    // However long a server asks for: a year would be a feed that is silently gone.
    asked.into_iter().fold(now + wait, DateTime::max).min(now + LONGEST_RETRY_AFTER)
}

fn card(services: &Services, content: String, now: DateTime<Utc>) -> Draft {
    let message = Message { content, ..Message::default() }.fit();
    Draft::card(message, services.config.discord.staff_channel, now)
}

fn failing_card(services: &Services, feed: &FeedState, error: &PollError, now: DateTime<Utc>) -> Draft {
    let content = text_with(
        "card-feed-failing",
        [
            ("feed", feed.key.clone()),
            ("failures", FAILURES_TO_TELL.to_string()),
            ("problem", escape_markdown(&error.to_string())),
        ],
    );
    card(services, content, now)
}

fn recovered_card(services: &Services, feed: &FeedState, now: DateTime<Utc>) -> Draft {
    card(services, text_with("card-feed-recovered", [("feed", feed.key.clone())]), now)
}

fn asking_card(services: &Services, feed: &FeedState, ask: &AskStaff, now: DateTime<Utc>) -> Draft {
    let feed = ("feed", feed.key.clone());
    let content = match ask {
        AskStaff::IdentitiesChanged { count } => {
            text_with("card-feed-identities", [feed, ("count", count.to_string())])
        }
        AskStaff::TooManyNew(entries) => {
            let titles: Vec<String> =
                entries.iter().take(10).map(|entry| format!("- {}", escape_markdown(&entry.title))).collect();
            let count = ("count", entries.len().to_string());
            text_with("card-feed-flood", [feed, count, ("titles", titles.join("\n"))])
        }
    };
    card(services, content, now)
}
