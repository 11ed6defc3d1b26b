//! [`Exchange`]: one interaction's way back. It answers within a second by construction: work that is not done by then
//! goes on, and Discord is told that the answer will follow.
//!
//! Discord waits three seconds for the first answer and keeps the way open for 15 minutes
//! (<https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback>).

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use poise::serenity_prelude as serenity;
use reqwest::Method;
use serde_json::{Value, json};
use serenity::CreateModal;
use tokio::time::Instant;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::desk::Desk;
use super::reply::{Manner, Reply, deferral};
use super::{failure, in_words, refused};
use crate::announcements::Outcome;
use crate::clock::{SharedClock, reach};
use crate::discord::api::{Api, ApiError, File};
use crate::discord::commands::{Data, Error};
use crate::secrets::{ExposeSecret, SecretString};
use crate::store::StoreError;
use crate::texts::text;

/// How long the answer itself is waited for before it is deferred; with the way to Discord, well below a second.
pub(in crate::discord) const PATIENCE: Duration = Duration::from_millis(400);

/// How long an interaction is worked on: Discord's 15 minutes, less what the last answer may take.
const LIFETIME: TimeDelta = TimeDelta::minutes(14);

/// First and longest wait between two attempts, at the database or at Discord.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long one attempt at the database may take. What it was doing may still be done afterwards.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(30);

/// How long a limit may hold up what a handler asks of Discord before the member is told instead.
const LONGEST_PATIENCE: TimeDelta = TimeDelta::minutes(1);

/// How long any work on an interaction may take.
const LONGEST_WORK: Duration = Duration::from_secs(14 * 60);

/// How long after its arrival an interaction takes its first answer, less what that takes on its way.
const FIRST_ANSWER: Duration = Duration::from_millis(2500);

/// How long an attempt at the database, and how long all work on an interaction, may go on when the process is to end. The
/// one is shorter, so that what was typed can still be given back.
const GRACE_OF_ATTEMPT: Duration = Duration::from_secs(2);
const GRACE_OF_WORK: Duration = Duration::from_secs(3);

/// Discord's code for a second first answer: the one before it had arrived
/// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>).
const ALREADY_ANSWERED: u64 = 40060;

/// What opens in answer to a click.
pub(in crate::discord) enum Opening {
    /// A form.
    Form(CreateModal),
    /// There is nothing to fill in, and why.
    Instead(Reply),
}

/// One interaction's way back.
#[derive(Debug)]
pub(in crate::discord) struct Exchange {
    api: Api,
    clock: SharedClock,
    application: u64,
    id: u64,
    token: SecretString,
    arrived: DateTime<Utc>,
    /// The same by the machine's clock, which is Discord's measure for the first answer.
    since: Instant,
    desk: Desk,
    /// Counts it among the interactions under way.
    _open: TaskTrackerToken,
}

impl Exchange {
    pub(super) fn new(data: &Data, application: u64, id: u64, token: &str) -> Self {
        let (api, clock, desk) = (data.api.clone(), data.clock.clone(), data.desk.clone());
        let (arrived, open) = (clock.now(), desk.open());
        let (token, since) = (SecretString::from(token.to_owned()), Instant::now());
        Self { api, clock, application, id, token, arrived, since, desk, _open: open }
    }

    /// The interaction's id, which is used up by it alone.
    pub(in crate::discord) const fn interaction(&self) -> u64 {
        self.id
    }

    /// Answers with what `work` returns, or says within a second that it will; a failure becomes a sentence with a
    /// reference.
    ///
    /// The work lies on the heap: there is one caller with a line for every button, whose frame would hold them all.
    pub(in crate::discord) fn answer<'a>(
        &'a self,
        manner: Manner,
        work: impl Future<Output = Result<Reply, Error>> + Send + 'a,
    ) -> BoxFuture<'a, ()> {
        Box::pin(self.answer_with(manner, Box::pin(work)))
    }

    async fn answer_with(&self, manner: Manner, work: BoxFuture<'_, Result<Reply, Error>>) {
        let work = self.bounded(AssertUnwindSafe(work).catch_unwind());
        tokio::pin!(work);
        if let Ok(done) = tokio::time::timeout(PATIENCE, &mut work).await {
            return self.log(self.say(manner, &said(done)).await);
        }
        let deferral = deferral(manner);
        let (deferred, done) = tokio::join!(self.first(&deferral, &[]), &mut work);
        self.log(deferred);
        self.log(self.complete(manner, &said(done)).await);
    }

    /// Work that ends before the interaction does, or soon after the process is to end.
    async fn bounded<T>(
        &self,
        work: impl Future<Output = std::thread::Result<Result<T, Error>>>,
    ) -> std::thread::Result<Result<T, Error>> {
        tokio::select! {
            done = tokio::time::timeout(LONGEST_WORK, work) => done.unwrap_or_else(|_late| Ok(Err(StoreError::Late.into()))),
            () = self.desk.closed(GRACE_OF_WORK) => Ok(Err(StoreError::Late.into())),
        }
    }

    /// Answers at once. An answer that Discord refuses as it is becomes a plain sentence.
    async fn say(&self, manner: Manner, reply: &Reply) -> Result<(), ApiError> {
        match self.first(&reply.callback(manner), &reply.files).await {
            Err(error @ ApiError::Refused { .. }) => self.first(&refused(&error).callback(manner), &[]).await,
            answered => answered,
        }
    }

    /// Opens the form that `work` fills in. A form can't follow a deferral, so one that is late is not opened.
    pub(in crate::discord) fn open<'a>(
        &'a self,
        work: impl Future<Output = Result<Opening, Error>> + Send + 'a,
    ) -> BoxFuture<'a, ()> {
        Box::pin(self.open_with(Box::pin(work)))
    }

    async fn open_with(&self, work: BoxFuture<'_, Result<Opening, Error>>) {
        let prepared = tokio::time::timeout(PATIENCE, AssertUnwindSafe(work).catch_unwind()).await;
        let opening = match prepared {
            Ok(Ok(Ok(opening))) => opening,
            Ok(Ok(Err(error))) => Opening::Instead(failure(&error)),
            Ok(Err(_panic)) => Opening::Instead(failure(&anyhow::anyhow!("preparing a form panicked"))),
            Err(_late) => Opening::Instead(Reply::aside(text("error-form-late"))),
        };
        let answered = match &opening {
            Opening::Form(form) => self.first(&json!({"type": 9, "data": form}), &[]).await,
            Opening::Instead(reply) => self.first(&reply.callback(Manner::Private), &reply.files).await,
        };
        self.log(answered);
    }

    /// Tries until the database answers, as long as the interaction can be completed.
    ///
    /// # Errors
    /// The last failure; at once for one that another attempt would meet again.
    pub(in crate::discord) async fn insist<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        attempt: impl Fn() -> F,
    ) -> Result<T, StoreError> {
        let mut wait = FIRST_WAIT;
        loop {
            // An attempt that hangs (a lock, a connection that died without a word) must not use up the interaction.
            let done = tokio::select! {
                done = tokio::time::timeout(LONGEST_ATTEMPT, attempt()) => done.unwrap_or(Err(StoreError::Late)),
                () = self.desk.closed(GRACE_OF_ATTEMPT) => Err(StoreError::Late),
            };
            match done {
                Err(error) if error.is_outage() && self.is_open() => {
                    tracing::warn!(?wait, "what a member sent could not be stored yet: {error}");
                    // Wakes up when the process is to end: then what was typed is given back.
                    let _closing = tokio::time::timeout(wait, self.desk.closed(Duration::ZERO)).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                done => return done,
            }
        }
    }

    fn is_open(&self) -> bool {
        !self.desk.is_closing() && self.remaining() > TimeDelta::zero()
    }

    fn remaining(&self) -> TimeDelta {
        LIFETIME - (self.clock.now() - self.arrived)
    }

    /// Asks Discord for something that a limit may hold up. A short wait is waited for, a longer one handed back.
    ///
    /// # Errors
    /// What came of it in the end.
    pub(in crate::discord) async fn patiently<T, F: Future<Output = Result<T, Outcome>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, Outcome> {
        loop {
            let until = match ask().await {
                Err(Outcome::Wait { until }) => until,
                done => return done,
            };
            let wait = until - self.clock.now();
            if wait > LONGEST_PATIENCE.min(self.remaining()) {
                return Err(Outcome::Wait { until });
            }
            tokio::select! {
                () = reach(&self.clock, until) => {}
                () = self.desk.closed(Duration::ZERO) => return Err(Outcome::Wait { until }),
            }
        }
    }

    /// The first answer. One that may have been lost is sent again: Discord turns a second one away.
    async fn first(&self, callback: &Value, files: &[File]) -> Result<(), ApiError> {
        let path = format!("/interactions/{}/{}/callback", self.id, self.token.expose_secret());
        let mut may_repeat = true;
        loop {
            let answered = self.api.perform(Method::POST, &path, callback, files).await;
            match &answered {
                // By the attempt whose answer was lost, or by the process that has taken over.
                Err(ApiError::Refused { code: ALREADY_ANSWERED, .. }) => return Ok(()),
                Err(ApiError::RateLimited { retry_after, .. })
                    if self.since.elapsed() + *retry_after < FIRST_ANSWER =>
                {
                    tokio::time::sleep(*retry_after).await;
                }
                Err(ApiError::Unknown(_)) if may_repeat => may_repeat = false,
                _ => return answered,
            }
        }
    }

    /// Says something more, after the answer.
    pub(super) async fn beside(&self, reply: &Reply) -> Result<(), ApiError> {
        let path = format!("/webhooks/{}/{}", self.application, self.token.expose_secret());
        loop {
            let said = self.api.perform(Method::POST, &path, &reply.message(), &reply.files).await;
            match &said {
                Err(ApiError::RateLimited { retry_after, .. }) if self.pause(*retry_after).await => {}
                _ => return said,
            }
        }
    }

    /// What follows a deferral, tried until it is done: an edit that is made twice changes nothing, and of a private
    /// message two are better than none.
    async fn complete(&self, manner: Manner, reply: &Reply) -> Result<(), ApiError> {
        let token = self.token.expose_secret();
        let (method, path) = if manner == Manner::Update && reply.aside {
            (Method::POST, format!("/webhooks/{}/{token}", self.application))
        } else {
            (Method::PATCH, format!("/webhooks/{}/{token}/messages/@original", self.application))
        };
        let mut wait = FIRST_WAIT;
        let (mut said, mut files, mut is_plain) = (reply.message(), &reply.files[..], false);
        loop {
            let done = self.api.perform(method.clone(), &path, &said, files).await;
            let pause = match &done {
                // As in `say`, once: what is refused then is the interaction itself.
                Err(error @ ApiError::Refused { .. }) if !is_plain => {
                    (said, files, is_plain) = (refused(error).message(), &[], true);
                    Duration::ZERO
                }
                Err(ApiError::RateLimited { retry_after, .. }) => *retry_after,
                Err(ApiError::Unknown(_)) if !self.desk.is_closing() => {
                    let pause = wait;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    pause
                }
                _ => return done,
            };
            if !self.pause(pause).await {
                return done;
            }
        }
    }

    /// Waits before another attempt; `false` when there is none, because the interaction, or the process, ends before.
    async fn pause(&self, wait: Duration) -> bool {
        if wait > self.remaining().to_std().unwrap_or_default() {
            return false;
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => true,
            () = self.desk.closed(GRACE_OF_ATTEMPT) => false,
        }
    }

    fn log(&self, answered: Result<(), ApiError>) {
        if let Err(error) = answered {
            tracing::error!("an answer did not arrive: {}", in_words(&error.into()));
        }
    }
}

/// What is read of what came of the work.
fn said(done: std::thread::Result<Result<Reply, Error>>) -> Reply {
    match done {
        Ok(Ok(reply)) => reply,
        Ok(Err(error)) => failure(&error),
        Err(_panic) => failure(&anyhow::anyhow!("an interaction panicked")),
    }
}
