//! How things stand, for staff: feeds, deliveries that wait or failed, and why.

use chrono::{DateTime, Utc};

use super::{Store, StoreError};
use crate::announcements::{DeliveryState, Step};
use crate::ids::{ChannelId, DeliveryId};

/// How many of the deliveries that need staff are named.
const NAMED: i64 = 8;

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
    /// How many deliveries and steps need staff.
    pub troubled: i64,
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

/// A delivery, or a step after it, that needs staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The delivery.
    pub delivery: DeliveryId,
    /// Where it goes.
    pub channel: ChannelId,
    /// `held` or `failed`.
    pub state: DeliveryState,
    /// The step that failed after the message stood; `None` for the message itself.
    pub step: Option<Step>,
    /// Why, in words for staff.
    pub problem: String,
}

struct TroubleRow {
    delivery_id: i64,
    channel_id: i64,
    state: String,
    step: Option<String>,
    problem: String,
    /// How many there are in all.
    troubled: i64,
}

impl TroubleRow {
    fn into_trouble(self) -> Result<Trouble, StoreError> {
        Ok(Trouble {
            delivery: DeliveryId(self.delivery_id),
            channel: ChannelId::from_db(self.channel_id).ok_or(StoreError::Corrupt("channel id"))?,
            state: self.state.parse()?,
            step: self.step.map(|step| step.parse()).transpose()?,
            problem: self.problem,
        })
    }
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
        let rows = sqlx::query_as!(
            TroubleRow,
            r#"SELECT *, count(*) OVER () AS "troubled!" FROM (
                   SELECT id AS "delivery_id!", channel_id AS "channel_id!", state AS "state!", NULL AS step, coalesce(problem, '') AS "problem!"
                   FROM delivery WHERE state IN ('held', 'failed') AND problem IS NOT NULL
                   UNION ALL
                   SELECT d.id, d.channel_id, s.state, s.step, coalesce(s.problem, '')
                   FROM delivery_step s JOIN delivery d ON d.id = s.delivery_id WHERE s.state = 'failed'
               ) AS trouble ORDER BY 1 DESC LIMIT $1"#,
            NAMED
        )
        .fetch_all(&self.pool)
        .await?;
        let troubled = rows.first().map_or(0, |row| row.troubled);
        Ok(Health {
            feeds,
            scheduled: queue.scheduled,
            overdue: queue.overdue,
            next_due: queue.next_due,
            troubled,
            troubles: rows.into_iter().map(TroubleRow::into_trouble).collect::<Result<_, _>>()?,
        })
    }
}
