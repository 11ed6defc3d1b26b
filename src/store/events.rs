//! Discord's copies of our sessions: which are wanted, which stand, which are to go.

use chrono::{DateTime, TimeDelta, Utc};

use super::connections::Connection;
use super::{Store, StoreError, announcements};
use crate::announcements::{Draft, Reference};
use crate::ids::{EventId, ScheduledEventId};

/// How long a claim lasts: longer than the three requests that an attempt makes may take.
const CLAIM: TimeDelta = TimeDelta::seconds(45);

/// A copy that something is to be done about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEvent {
    /// Its row.
    pub id: ScheduledEventId,
    /// Short name of the series.
    pub series: String,
    /// When the session begins.
    pub starts_at: DateTime<Utc>,
    /// How it is found again.
    pub reference: Reference,
    /// Discord's event, where it is known.
    pub event: Option<EventId>,
    /// The start that the event shows, if it stands: another one where the session was moved since.
    pub shows: DateTime<Utc>,
    /// When the session ends, where hosts extended it or closed it early.
    pub ends: Option<DateTime<Utc>>,
    /// Whether it is to stand; else it is to go.
    pub wanted: bool,
    /// How many attempts were begun, this one included.
    pub attempts: i32,
    /// Until when this process may act on it.
    pub claimed_until: DateTime<Utc>,
}

/// What to record of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventSettlement {
    /// It stands.
    Standing(EventId),
    /// It stands, at a time that staff gave it by hand: it is left to them.
    Foreign(EventId),
    /// It is not there any more, or not ours any more.
    Gone,
    /// The session began before it could be made.
    Missed,
    /// To be tried again.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong; `None` for an ordinary wait.
        problem: Option<String>,
    },
    /// Discord refuses it; tried again now and then.
    Refused {
        /// When.
        again: DateTime<Utc>,
        /// Why, in words that staff understand.
        problem: String,
    },
}

/// A session that is to have, or has, a copy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EventKey {
    /// Short name of the series.
    pub series: String,
    /// When the session begins.
    pub starts_at: DateTime<Utc>,
}

/// A session that is to have a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The series, and when it begins.
    pub key: EventKey,
    /// When it was to begin at first.
    pub slot: DateTime<Utc>,
}

impl NewEvent {
    /// How its event is found again, also when the database has forgotten it.
    fn reference(&self) -> Reference {
        Reference::of(&format!("event\n{}\n{}", self.key.series, self.key.starts_at.timestamp()))
    }

    /// The same where the event of another session, which was moved away from this time, has the first.
    fn other_reference(&self) -> Reference {
        let (start, slot) = (self.key.starts_at.timestamp(), self.slot.timestamp());
        Reference::of(&format!("event\n{}\n{start}\n{slot}", self.key.series))
    }
}

impl Store {
    /// The sessions after `since` whose copies are there or wanted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn event_keys(&self, since: DateTime<Utc>) -> Result<Vec<EventKey>, StoreError> {
        let rows = sqlx::query!("SELECT series, starts_at FROM scheduled_event WHERE starts_at > $1", since)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|row| EventKey { series: row.series, starts_at: row.starts_at }).collect())
    }

    /// Wants copies of sessions; those that are known already stay as they are.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn want_events(&self, sessions: &[NewEvent], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for session in sessions {
            let (reference, other) = (session.reference(), session.other_reference());
            sqlx::query!(
                "INSERT INTO scheduled_event (series, starts_at, state, reference, next_attempt_at)
                 SELECT $1, $2, 'wanted', CASE WHEN EXISTS (SELECT FROM scheduled_event WHERE reference = $3) THEN $5 ELSE $3 END, $4
                 ON CONFLICT DO NOTHING",
                session.key.series,
                session.key.starts_at,
                reference.as_str(),
                now,
                other.as_str(),
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Lets the copies of these future sessions go, which left the configuration.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unwant_events(&self, sessions: &[EventKey], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for session in sessions {
            sqlx::query!(
                "UPDATE scheduled_event SET state = 'unwanted', next_attempt_at = $3, problem = NULL
                 WHERE series = $1 AND starts_at = $2 AND starts_at > $3 AND state IN ('wanted', 'standing', 'failed', 'moved')",
                session.series,
                session.starts_at,
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Wants the copies of these future sessions again, which came back into the configuration.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn want_events_again(&self, sessions: &[EventKey], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        for session in sessions {
            sqlx::query!(
                // One that may be being deleted at this moment is looked for, by its reference, once that is over.
                "UPDATE scheduled_event SET state = 'wanted', event_id = NULL, next_attempt_at = GREATEST(next_attempt_at, $3), problem = NULL
                 WHERE series = $1 AND starts_at = $2 AND starts_at > $3 AND state IN ('unwanted', 'gone')",
                session.series,
                session.starts_at,
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Lets what Discord refused be tried again at once; how many that are. What a process works on right now is left to it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retry_events(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let retried = sqlx::query!(
            "UPDATE scheduled_event SET next_attempt_at = $1
             WHERE state IN ('failed', 'moved', 'unwanted') AND problem IS NOT NULL AND next_attempt_at > $2",
            now,
            // A claim is a time of the next attempt as well.
            now + CLAIM,
        )
        .execute(&self.pool)
        .await?;
        Ok(retried.rows_affected())
    }

    /// Claims a copy that something is to be done about; `None` when there is nothing, or somebody else has it.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn claim_event(
        &self,
        id: ScheduledEventId,
        now: DateTime<Utc>,
    ) -> Result<Option<ClaimedEvent>, StoreError> {
        let row = sqlx::query!(
            "UPDATE scheduled_event SET next_attempt_at = $3, attempts = attempts + 1
             WHERE id = $1 AND next_attempt_at <= $2 AND state IN ('wanted', 'failed', 'moved', 'unwanted')
             RETURNING series, starts_at, moved_from, ends_at, state, reference, event_id, attempts, next_attempt_at",
            id.0,
            now,
            now + CLAIM,
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let event = row.event_id.map(|event| EventId::from_db(event).ok_or(StoreError::Corrupt("event id")));
        Ok(Some(ClaimedEvent {
            id,
            series: row.series,
            starts_at: row.starts_at,
            reference: Reference::stored(row.reference),
            event: event.transpose()?,
            shows: row.moved_from.unwrap_or(row.starts_at),
            ends: row.ends_at,
            wanted: row.state != "unwanted",
            attempts: row.attempts,
            claimed_until: row.next_attempt_at,
        }))
    }

    /// Records what came of an attempt. `card` tells staff of a refusal; it is posted once, however many copies are
    /// refused for the same reason.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_event(
        &self,
        event: &ClaimedEvent,
        settlement: &EventSettlement,
        card: Option<&Draft>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match settlement {
            EventSettlement::Standing(id) => self.record_standing(event, *id, now).await,
            EventSettlement::Foreign(id) => self.record_foreign(event, *id, card, now).await,
            EventSettlement::Gone => self.record_end(event, "gone", now).await,
            EventSettlement::Missed => self.record_end(event, "missed", now).await,
            EventSettlement::Retry { at, problem } => self.record_retry(event, *at, problem.as_deref()).await,
            EventSettlement::Refused { again, problem } => self.record_refused(event, *again, problem, card, now).await,
        }
    }

    /// That an event stands is a fact whoever reports it. One that nobody wants any more is then to go, and one whose
    /// session was moved meanwhile is to be moved.
    async fn record_standing(&self, event: &ClaimedEvent, id: EventId, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE scheduled_event SET event_id = $2, next_attempt_at = $3, problem = NULL,
                 state = CASE WHEN state IN ('unwanted', 'gone') THEN 'unwanted' WHEN starts_at <> $4 OR ends_at IS DISTINCT FROM $5 THEN 'moved' ELSE 'standing' END,
                 moved_from = CASE WHEN starts_at <> $4 OR ends_at IS DISTINCT FROM $5 THEN $4 END
             WHERE id = $1 AND (event_id IS NULL OR state = 'moved')",
            event.id.0,
            id.to_db(),
            now,
            event.starts_at,
            event.ends,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn record_foreign(
        &self,
        event: &ClaimedEvent,
        id: EventId,
        card: Option<&Draft>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let recorded = sqlx::query!(
            "UPDATE scheduled_event SET event_id = $3, state = 'standing', moved_from = NULL, next_attempt_at = $4, problem = NULL
             WHERE id = $1 AND next_attempt_at = $2 AND state IN ('wanted', 'failed', 'moved')",
            event.id.0,
            event.claimed_until,
            id.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if let Some(card) = card.filter(|_| recorded.rows_affected() > 0) {
            announcements::insert(&mut tx, card, now).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn record_end(&self, event: &ClaimedEvent, state: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE scheduled_event SET state = $3, next_attempt_at = $4, problem = NULL
             WHERE id = $1 AND next_attempt_at = $2 AND state IN ('wanted', 'failed', 'moved', 'unwanted')",
            event.id.0,
            event.claimed_until,
            state,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// One that was refused before stays so, with the reason that staff were told. A wait is no attempt.
    async fn record_retry(
        &self,
        event: &ClaimedEvent,
        at: DateTime<Utc>,
        problem: Option<&str>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE scheduled_event SET next_attempt_at = $3, problem = CASE WHEN state = 'failed' THEN problem ELSE $4 END,
                 attempts = attempts - CASE WHEN $4::TEXT IS NULL THEN 1 ELSE 0 END
             WHERE id = $1 AND next_attempt_at = $2 AND state IN ('wanted', 'failed', 'moved', 'unwanted')",
            event.id.0,
            event.claimed_until,
            at,
            problem,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn record_refused(
        &self,
        event: &ClaimedEvent,
        again: DateTime<Utc>,
        problem: &str,
        card: Option<&Draft>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        // One after the other: two that are refused at once would both find that nobody has been told.
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('scheduled_event')) IS NULL AS locked")
            .fetch_one(&mut *tx)
            .await?;
        let told = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM scheduled_event WHERE problem = $1 AND state IN ('failed', 'moved', 'unwanted') AND starts_at > $2) AS "told!""#,
            problem,
            now,
        )
        .fetch_one(&mut *tx)
        .await?;
        let recorded = sqlx::query!(
            "UPDATE scheduled_event SET state = CASE WHEN state IN ('moved', 'unwanted') THEN state ELSE 'failed' END, next_attempt_at = $3, problem = $4
             WHERE id = $1 AND next_attempt_at = $2 AND state IN ('wanted', 'failed', 'moved', 'unwanted')",
            event.id.0,
            event.claimed_until,
            again,
            problem,
        )
        .execute(&mut *tx)
        .await?;
        if let Some(card) = card.filter(|_| !told && recorded.rows_affected() > 0) {
            announcements::insert(&mut tx, card, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// A session ends at another time than it was to: its event is brought there. Inside a transaction of the caller.
pub(super) async fn end_at(
    tx: &mut Connection,
    session: &EventKey,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE scheduled_event SET ends_at = $3, moved_from = starts_at, state = 'moved', next_attempt_at = GREATEST(next_attempt_at, $4), attempts = 0
         WHERE series = $1 AND starts_at = $2 AND (state = 'standing' OR (state = 'moved' AND ends_at IS NOT NULL))",
        session.series,
        session.starts_at,
        ends_at,
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}
