//! The one way of a request to Discord: through the gate, out, and back with what its answer says of limits.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::gate::{Admission, Pass};
use super::pace::Urgency;
use super::route::Route;
use super::{Publisher, refusal};
use crate::announcements::Outcome;
use crate::discord::api::{ApiError, File, parsed};
use crate::texts::text;

/// How long answers that are under way are waited for before the wait is handed back: as long as an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Most requests nobody waits for that wait for such an answer at a time, whatever their buckets. Together with
/// [`UNDER_WAY`](super::gate::UNDER_WAY) it leaves workers to all other buckets while one does not answer.
pub(super) const SEATS: usize = 3;

/// Discord's codes for a channel and a message that do not exist, or not any more
/// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>).
pub(super) const UNKNOWN_CHANNEL: u64 = 10003;
pub(super) const UNKNOWN_MESSAGE: u64 = 10008;

/// Discord's code for a permission that is missing, from the same list.
pub(super) const NOT_PERMITTED: u64 = 50013;

/// For how long it is then handed back.
pub(super) const MOMENT: TimeDelta = TimeDelta::seconds(1);

/// What came of a request, before anybody has words for it.
#[derive(Debug)]
pub(in crate::discord) enum Failure {
    /// Nothing was done.
    Wait {
        /// Not before this instant.
        until: DateTime<Utc>,
    },
    /// Discord refuses it, and will again.
    Refused {
        /// HTTP status.
        status: u16,
        /// Discord's code.
        code: u64,
        /// Discord's words.
        message: String,
    },
    /// Nobody knows whether it was done.
    Unknown {
        /// For the log and for staff.
        problem: String,
    },
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wait { until } => Self::Wait { until },
            Failure::Refused { code: UNKNOWN_CHANNEL, .. } => Self::NoChannel { problem: text("refused-no-channel") },
            Failure::Refused { code: UNKNOWN_MESSAGE, .. } => Self::Gone { note: text("refused-no-message") },
            Failure::Refused { status, code, message } => Self::Refused { problem: refusal(status, code, &message) },
            Failure::Unknown { problem } => Self::Unknown { problem },
        }
    }
}

impl Publisher {
    /// Sends a request unless a limit is in its way; in the words of jobs.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Outcome> {
        Ok(self.request(method, path, body).await?)
    }

    /// Sends a request unless a limit is in its way.
    pub(in crate::discord) async fn request<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        read(&self.send(method, path, body, None).await?)
    }

    /// As [`Publisher::request`], where the answer says nothing.
    pub(super) async fn perform(&self, method: Method, path: &str) -> Result<(), Failure> {
        self.send(method, path, None, None).await.map(drop)
    }

    /// As [`Publisher::request`], but not after `claimed_until`: a process that was frozen until then may have been
    /// replaced by another.
    pub(super) async fn claimed<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        files: &[File],
        claimed_until: DateTime<Utc>,
    ) -> Result<T, Failure> {
        read(&self.send_with(method, path, body, files, Some(claimed_until)).await?)
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        claimed_until: Option<DateTime<Utc>>,
    ) -> Result<Vec<u8>, Failure> {
        self.send_with(method, path, body, &[], claimed_until).await
    }

    async fn send_with(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        files: &[File],
        claimed_until: Option<DateTime<Utc>>,
    ) -> Result<Vec<u8>, Failure> {
        if self.urgency == Urgency::Background {
            self.learn_waits().await;
        }
        let route = Route::of(&method, path);
        let pass = self.unless_stopping(self.enter(&route, claimed_until)).await??;
        let reads = method == Method::GET;
        let asking = self.api.send(method, path, body, files);
        // What may change something is waited for, so that it is known what came of it.
        let answer = if reads { self.unless_stopping(asking).await? } else { asking.await };
        let now = self.clock.now();
        pass.answered(&answer, self.api.invalid_requests(), now);
        self.tell_waits().await;
        answer.said.map_err(|error| match error {
            // The gate is closed by now, and knows until when.
            ApiError::RateLimited { .. } | ApiError::Unauthorized => {
                Failure::Wait { until: self.gate.closed_until(&route, now).unwrap_or(now) }
            }
            ApiError::Refused { status, code, message } => Failure::Refused { status, code, message },
            ApiError::Unknown(problem) => Failure::Unknown { problem },
        })
    }

    /// Stops waiting when the process is to end: what was not sent is free at once for another process. What members wait
    /// for has an end of its own.
    async fn unless_stopping<T>(&self, waiting: impl Future<Output = T>) -> Result<T, Failure> {
        if self.urgency == Urgency::Foreground {
            return Ok(waiting.await);
        }
        let waited = self.stopping.run_until_cancelled(waiting).await;
        waited.ok_or_else(|| Failure::Wait { until: self.clock.now() })
    }

    /// Asks to go, and waits for answers that are under way where they will tell. What nobody waits for takes a seat for
    /// that; with none left it is handed back at once, due again at the next tick.
    async fn enter(&self, route: &Route, claimed_until: Option<DateTime<Utc>>) -> Result<Pass, Failure> {
        let mut news = self.gate.news();
        let mut seat = None;
        let patience = tokio::time::sleep(PATIENCE);
        tokio::pin!(patience);
        loop {
            let now = self.clock.now();
            if claimed_until.is_some_and(|until| now >= until) {
                return Err(Failure::Wait { until: now });
            }
            match self.gate.admit(route, self.urgency, self.api.invalid_requests(), now) {
                Admission::Go(pass) => return Ok(pass),
                Admission::Wait(until) => return Err(Failure::Wait { until }),
                Admission::Ask => {
                    if self.urgency == Urgency::Background && seat.is_none() {
                        let Ok(free) = self.seats.try_acquire() else { return Err(Failure::Wait { until: now }) };
                        seat = Some(free);
                    }
                    tokio::select! {
                        // The gate, which tells, lives as long as `self`.
                        _told = news.changed() => {}
                        () = &mut patience => return Err(Failure::Wait { until: now + MOMENT }),
                    }
                }
            }
        }
    }
}

/// Reads what was done.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    parsed(bytes).map_err(|error| Failure::Unknown { problem: error.to_string() })
}
