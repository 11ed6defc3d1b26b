//! How things stand, for staff: feeds, deliveries that wait or failed, and why.

use chrono::{DateTime, Utc};

use super::{Store, StoreError};
use crate::announcements::Trouble;

/// How many of the deliveries that need staff are named: as many as a menu can offer.
const NAMED: i64 = 25;

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The feeds that are read, by key.
    pub feeds: Vec<FeedHealth>,
    /// Deliveries that wait for their time.
    pub scheduled: i64,
    /// Deliveries whose time has come and that are not sent yet.
    pub overdue: i64,
    /// The next time at which something is due.
    pub next_due: Option<DateTime<Utc>>,
    /// Announcements and corrections that wait for a second member of staff.
    pub to_approve: i64,
    /// How many deliveries and steps need staff.
    pub troubled: usize,
    /// The newest of those.
    pub troubles: Vec<Trouble>,
}

/// A feed's health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedHealth {
    /// Its key.
    pub key: String,
    /// When it was last read, well or not; `None` before the first time.
    pub polled_at: Option<DateTime<Utc>>,
    /// When it is read next.
    pub next_poll_at: DateTime<Utc>,
    /// Failures in a row.
    pub failures: i32,
    /// What went wrong last.
    pub problem: Option<String>,
}

impl Store {
    /// How things stand at `now`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn health(&self, now: DateTime<Utc>) -> Result<Health, StoreError> {
        let feeds = sqlx::query_as!(
            FeedHealth,
            "SELECT key, polled_at, next_poll_at, failures, problem FROM feed WHERE active ORDER BY key"
        )
        .fetch_all(&self.pool)
        .await?;
        let queue = sqlx::query!(
            r#"SELECT count(*) FILTER (WHERE next_attempt_at > $1) AS "scheduled!", count(*) FILTER (WHERE next_attempt_at <= $1) AS "overdue!",
                      min(next_attempt_at) FILTER (WHERE next_attempt_at > $1) AS next_due
               FROM delivery WHERE state IN ('pending', 'sending')"#,
            now
        )
        .fetch_one(&self.pool)
        .await?;
        let to_approve = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM approval WHERE state = 'waiting'"#)
            .fetch_one(&self.pool)
            .await?;
        let (troubles, troubled) = self.open_troubles(NAMED).await?;
        Ok(Health {
            feeds,
            scheduled: queue.scheduled,
            overdue: queue.overdue,
            next_due: queue.next_due,
            to_approve,
            troubled,
            troubles,
        })
    }
}
