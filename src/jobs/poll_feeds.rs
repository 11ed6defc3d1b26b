//! Polls one feed: claim, fetch, parse, plan, record all of it in one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use rand::Rng;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Services, carry_out};
use crate::announcements::Draft;
use crate::blog::{self, AskStaff, Entry, NewQuestion, Plan, QuestionKind, Settings};
use crate::feed_client::Validators;
use crate::feed_desk::{self, Cards, ReadError, Reading};
use crate::ids::FeedId;
use crate::message::{Message, escape_markdown, one_line};
use crate::store::{FeedState, PollRecord, StoreError};
use crate::texts::text_with;

/// How long a poll may take before another process may begin it again: above the client's time limit.
const CLAIM: TimeDelta = TimeDelta::minutes(2);

/// Longest time between two polls of a feed that fails.
const LONGEST_BACKOFF: TimeDelta = TimeDelta::hours(6);

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
    Read(#[from] ReadError),
    #[error("what was read can't be stored: {0}")]
    Store(#[source] StoreError),
}

async fn poll(services: &Services, id: FeedId) -> anyhow::Result<()> {
    let now = services.clock.now();
    let claimed = services.store.claim_feed(id, &services.known_feeds(), now, now + CLAIM).await?;
    let Some(feed) = claimed else { return Ok(()) };
    let Some(settings) = feed_desk::settings(&services.config, &feed.key, feed.staff.as_ref()) else { return Ok(()) };
    let polled = services.stopping.run_until_cancelled(read(services, &feed)).await;
    let Some(polled) = polled else { return Ok(services.store.release_feed(id, now + CLAIM, now).await?) };
    let now = services.clock.now();
    match polled {
        Ok(found) => {
            let record = record(services, &settings, &feed, found, now);
            let cards = Cards { config: &services.config, now };
            match services.store.record_poll(id, &record, &|question| cards.draft(question), now).await {
                Ok(true) => log(&feed, &record),
                Ok(false) => tracing::info!(feed = feed.key, "the feed was stopped while it was read"),
                Err(error) => record_failure(services, &settings, &feed, &PollError::Store(error), now).await?,
            }
        }
        Err(error) => record_failure(services, &settings, &feed, &error.into(), now).await?,
    }
    Ok(())
}

async fn read(services: &Services, feed: &FeedState) -> Result<Reading, ReadError> {
    let validators = Validators { etag: feed.etag.clone(), last_modified: feed.last_modified.clone() };
    feed_desk::read(&services.feed_client, address(feed), &validators).await
}

/// Where a feed is read: at its new address, and while that fails, every other time at the one that was set.
fn address(feed: &FeedState) -> &Url {
    feed.moved_to.as_ref().filter(|_| feed.failures % 2 == 0).unwrap_or(&feed.url)
}

async fn record_failure(
    services: &Services,
    settings: &Settings,
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

/// Turns what was found into what is to be recorded.
fn record(
    services: &Services,
    settings: &Settings,
    feed: &FeedState,
    found: Reading,
    now: DateTime<Utc>,
) -> PollRecord {
    let next_poll_at = next_after_success(settings, &found, now);
    let recovered = (feed.failures >= FAILURES_TO_TELL).then(|| recovered_card(services, feed, now));
    let moved_to = found.permanent_url.filter(|url| *url != feed.url && Some(url) != feed.moved_to.as_ref());
    let moved = moved_to.as_ref().map(|url| moved_card(services, feed, url, now));
    let mut cards: Vec<Draft> = recovered.into_iter().chain(moved).collect();
    let Some((parsed, validators)) = found.feed else {
        return PollRecord { next_poll_at, moved_to, cards, ..PollRecord::default() };
    };
    let plan = blog::plan(&parsed.entries, &feed.seen, &settings.policy, now);
    let Plan { mut learn, announce, mut edit, ask_staff, seeded } = plan;
    // What a colleague approved stays as he did: staff are told, and say what is to become of it.
    if services.config.announce.needs_approval(&settings.channels) {
        cards.extend(edit.drain(..).map(|edit| changed_card(services, feed, &edit.entry, now)));
    }
    let info = settings.info(&parsed.title, &services.config.discord.allowed_ping_roles);
    let (waiting, announce) = if settings.approve { (announce, Vec::new()) } else { (Vec::new(), announce) };
    for known in learn.iter_mut().filter(|known| waiting.iter().any(|entry| entry.key == known.key)) {
        known.announced = None;
    }
    PollRecord {
        seeded,
        announce: announce
            .iter()
            .map(|entry| {
                (entry.key.clone(), feed_desk::post(settings, &info, entry, feed.polled_at.unwrap_or(now), now))
            })
            .collect(),
        edit: edit.iter().map(|edit| (edit.key.clone(), blog::announcement(&info, &edit.entry))).collect(),
        ask: ask_staff.map(question).into_iter().chain(waiting.into_iter().map(approval)).collect(),
        learn,
        read: Some((parsed.title, parsed.entries)),
        moved_to,
        cards,
        validators: Some((validators.etag, validators.last_modified)),
        next_poll_at,
    }
}

/// What staff are asked; what was not recognised matters more than what was.
fn question(ask: AskStaff) -> NewQuestion {
    let AskStaff { recognised, held } = ask;
    let count = recognised.len();
    let kind = if count > 1 { QuestionKind::Moved } else { QuestionKind::Flood };
    NewQuestion { kind, recognised: count, posts: if held.is_empty() { recognised } else { held } }
}

fn approval(entry: Entry) -> NewQuestion {
    NewQuestion { kind: QuestionKind::Approval, recognised: 0, posts: vec![entry] }
}

fn log(feed: &FeedState, record: &PollRecord) {
    let (learnt, new, edited, asked) = (record.learn.len(), record.announce.len(), record.edit.len(), record.ask.len());
    if record.seeded {
        tracing::info!(feed = feed.key, entries = learnt, announced = new, "feed seeded");
    } else if new + edited + asked > 0 {
        tracing::info!(feed = feed.key, new, edited, asked, "feed polled");
    } else {
        tracing::debug!(feed = feed.key, "feed polled, nothing new");
    }
}

/// Up to a tenth less, so that feeds that were added together are not read at one instant for ever.
fn jittered(wait: TimeDelta) -> TimeDelta {
    let most = wait.num_milliseconds() / 10;
    if most > 0 { wait - TimeDelta::milliseconds(rand::rng().random_range(0..most)) } else { wait }
}

fn interval(settings: &Settings) -> TimeDelta {
    TimeDelta::from_std(settings.interval).unwrap_or(LONGEST_BACKOFF)
}

/// After the interval; not before what was read goes stale by the server's word.
fn next_after_success(settings: &Settings, found: &Reading, now: DateTime<Utc>) -> DateTime<Utc> {
    let fresh = found.max_age.map_or(TimeDelta::zero(), |age| TimeDelta::from_std(age).unwrap_or(LONGEST_BACKOFF));
    // However long a server says: a year would be a feed that is silently gone.
    now + jittered(interval(settings)).max(fresh.min(LONGEST_BACKOFF))
}

/// Twice the wait after each failure, up to [`LONGEST_BACKOFF`]; never before the server's own `Retry-After`.
fn next_after_failure(settings: &Settings, feed: &FeedState, error: &PollError, now: DateTime<Utc>) -> DateTime<Utc> {
    let doublings = feed.failures.clamp(0, 16).unsigned_abs();
    let wait = interval(settings)
        .checked_mul(1 << doublings)
        .unwrap_or(LONGEST_BACKOFF)
        .min(LONGEST_BACKOFF.max(interval(settings)));
    let asked = match error {
        PollError::Read(ReadError::Fetch(error)) => error.retry_after().map(|retry| retry.due(now)),
        PollError::Read(_) | PollError::Store(_) => None,
    };
    let asked = asked.map(|at| at.min(now + LONGEST_RETRY_AFTER));
    asked.into_iter().fold(now + jittered(wait), DateTime::max)
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

fn changed_card(services: &Services, feed: &FeedState, entry: &Entry, now: DateTime<Utc>) -> Draft {
    let args = [
        ("feed", feed.key.clone()),
        ("title", escape_markdown(&one_line(&entry.title))),
        ("url", entry.url.as_ref().map(|url| format!("<{url}>")).unwrap_or_default()),
    ];
    card(services, text_with("feeds-card-changed", args), now)
}

fn moved_card(services: &Services, feed: &FeedState, to: &Url, now: DateTime<Utc>) -> Draft {
    let is_configured = services.config.feeds.iter().any(|configured| configured.key == feed.key);
    let id = if is_configured { "feeds-card-redirected-config" } else { "feeds-card-redirected-staff" };
    card(services, text_with(id, [("feed", feed.key.clone()), ("url", format!("<{to}>"))]), now)
}
