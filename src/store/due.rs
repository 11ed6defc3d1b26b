//! What the clock's tick finds due.

use chrono::{DateTime, Utc};

use super::deliveries::AHEAD;
use super::{Store, StoreError};
use crate::announcements::{Step, UNDER_WAY};
use crate::ids::{DeliveryId, FeedId, ScheduledEventId, SessionRunId};

/// How much of each kind one tick takes: the next tick is a second away, and a job that waits in the queue is no
/// nearer to being done than a row that waits in its table.
const BATCH: i64 = 200;

/// Rows that are due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueWork {
    /// Deliveries to send, earliest first, those of a process that died included.
    pub deliveries: Vec<DeliveryId>,
    /// Steps to take.
    pub steps: Vec<(DeliveryId, Step)>,
    /// Feeds to poll.
    pub feeds: Vec<FeedId>,
    /// Events in Discord to make or delete.
    pub events: Vec<ScheduledEventId>,
    /// Sessions to open, warn of or close.
    pub runs: Vec<SessionRunId>,
    /// Whether the round of the cards of anonymous submissions is to be held.
    pub card_round: bool,
    /// Whether staff are to be told of something that needs them, or does no more.
    pub troubles: bool,
}

impl DueWork {
    /// Whether nothing is due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How much is due.
    #[must_use]
    pub fn len(&self) -> usize {
        let rounds = usize::from(self.card_round) + usize::from(self.troubles);
        self.deliveries.len() + self.steps.len() + self.feeds.len() + self.events.len() + self.runs.len() + rounds
    }
}

impl Store {
    /// Reads what is due at `now`; of the feeds those that this process can claim, by the keys that are `known` to it.
    ///
    /// # Errors
    /// When the database refuses or holds a step that this version does not know.
    pub async fn due_work(&self, known: &[String], now: DateTime<Utc>) -> Result<DueWork, StoreError> {
        let deliveries = sqlx::query_scalar!(
            "SELECT id FROM delivery
             WHERE (state = 'pending' AND next_attempt_at <= $1) OR (state = 'sending' AND (claimed_until <= CASE WHEN withdrawn THEN $4 ELSE $1 END OR claimed_until > $3))
             ORDER BY next_attempt_at, id LIMIT $2",
            now,
            BATCH,
            now + AHEAD,
            now - UNDER_WAY,
        )
        .fetch_all(&self.pool)
        .await?;
        let steps = sqlx::query!(
            "SELECT s.delivery_id, s.step FROM delivery_step s JOIN delivery d ON d.id = s.delivery_id
             WHERE s.state = 'pending' AND s.next_attempt_at <= $1 AND d.state = 'delivered'
               AND d.removed_at IS NULL AND (s.step = 'delete') = d.withdrawn
               AND NOT (s.step = 'crosspost' AND EXISTS
                   (SELECT FROM delivery_step e WHERE e.delivery_id = d.id AND e.step = 'edit' AND e.state = 'pending'))
             ORDER BY s.next_attempt_at, s.delivery_id LIMIT $2",
            now,
            BATCH,
        )
        .fetch_all(&self.pool)
        .await?;
        let feeds = sqlx::query_scalar!(
            // As they are claimed: what nobody can claim would be due for ever.
            "SELECT id FROM feed WHERE active AND paused_at IS NULL AND next_poll_at <= $1
               AND (key = ANY($3) OR EXISTS (SELECT FROM staff_feed s WHERE s.key = feed.key AND s.state = 'kept'))
             ORDER BY next_poll_at, id LIMIT $2",
            now,
            BATCH,
            known,
        )
        .fetch_all(&self.pool)
        .await?;
        let events = sqlx::query_scalar!(
            "SELECT id FROM scheduled_event WHERE state IN ('wanted', 'failed', 'moved', 'unwanted') AND next_attempt_at <= $1
             ORDER BY next_attempt_at, id LIMIT $2",
            now,
            BATCH
        )
        .fetch_all(&self.pool)
        .await?;
        let runs = sqlx::query_scalar!(
            // As they are claimed.
            "SELECT id FROM session_run
             WHERE state NOT IN ('closed', 'skipped') AND next_attempt_at <= $1
               AND (claimed_until IS NULL OR claimed_until <= $1 OR claimed_until > $3)
             ORDER BY next_attempt_at, id LIMIT $2",
            now,
            BATCH,
            now + AHEAD,
        )
        .fetch_all(&self.pool)
        .await?;
        let card_round =
            sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM card_round WHERE due_at <= $1) AS "due!""#, now)
                .fetch_one(&self.pool)
                .await?;
        let troubles = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM untold_trouble) AS "due!""#)
            .fetch_one(&self.pool)
            .await?;
        Ok(DueWork {
            deliveries: deliveries.into_iter().map(DeliveryId).collect(),
            steps: steps
                .into_iter()
                .map(|row| Ok((DeliveryId(row.delivery_id), row.step.parse()?)))
                .collect::<Result<_, StoreError>>()?,
            feeds: feeds.into_iter().map(FeedId).collect(),
            events: events.into_iter().map(ScheduledEventId).collect(),
            runs: runs.into_iter().map(SessionRunId).collect(),
            card_round,
            troubles,
        })
    }
}
