//! What hosts wish of a session: that it is opened, closed, or held longer. The job does it.

use chrono::{DateTime, Utc};

use crate::ids::{AnnouncementId, SessionRunId, UserId};
use crate::message::Message;
use crate::store::connections::Connection;
use crate::store::{EventKey, Store, StoreError, announcements, events};

/// What came of a wish to hold a session longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extended {
    /// It ends at this time by now.
    Until(DateTime<Utc>),
    /// Somebody was faster: it ends at this time.
    Already(DateTime<Utc>),
    /// It is not open any more.
    Over,
}

impl Store {
    /// A session is to be opened, or opened again after it was closed too early; whether it was for this call to say so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_run(&self, id: SessionRunId, by: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let opened = sqlx::query!(
            "UPDATE session_run SET state = 'opening', next_attempt_at = $3, opened_by = $2, opened_at = NULL, closed_at = NULL, warned_at = NULL,
                 before_allow = NULL, before_deny = NULL, problem = NULL
             WHERE id = $1 AND state IN ('waiting', 'closed') AND ends_at > $3",
            id.0,
            by.to_db(),
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(opened.rows_affected() > 0)
    }

    /// A session is to be closed now; whether it was for this call to say so. One of which nothing was touched yet is not
    /// opened.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_run(&self, id: SessionRunId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let closed = sqlx::query!(
            "UPDATE session_run SET next_attempt_at = $2, state = CASE WHEN before_allow IS NULL THEN 'closed' ELSE 'closing' END
             WHERE id = $1 AND state IN ('opening', 'open')",
            id.0,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(closed.rows_affected() > 0)
    }

    /// A session that is open, and ends at `known`, is to end later. Its warning says so, and another one follows.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn extend_run(
        &self,
        id: SessionRunId,
        known: DateTime<Utc>,
        until: DateTime<Utc>,
        warning: &Message,
        now: DateTime<Utc>,
    ) -> Result<Extended, StoreError> {
        let mut tx = self.pool.begin().await?;
        let extended = sqlx::query!(
            "UPDATE session_run SET ends_at = $3, warned_at = NULL, next_attempt_at = $4
             WHERE id = $1 AND state = 'open' AND ends_at = $2 AND ends_at > $4 RETURNING warning_id, series, starts_at",
            id.0,
            known,
            until,
            now,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(extended) = extended else { return self.not_extended(&mut tx, id, now).await };
        let session = EventKey { series: extended.series, starts_at: extended.starts_at };
        events::end_at(&mut tx, &session, until, now).await?;
        if let Some(old) = extended.warning_id {
            announcements::revise(&mut tx, AnnouncementId(old), warning, now).await?;
            sqlx::query!(
                "UPDATE delivery SET state = 'cancelled' WHERE announcement_id = $1 AND state = 'pending' AND attempts = 0",
                old
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(Extended::Until(until))
    }

    async fn not_extended(
        &self,
        tx: &mut Connection,
        id: SessionRunId,
        now: DateTime<Utc>,
    ) -> Result<Extended, StoreError> {
        let open = sqlx::query_scalar!(
            "SELECT ends_at FROM session_run WHERE id = $1 AND state = 'open' AND ends_at > $2",
            id.0,
            now
        )
        .fetch_optional(tx)
        .await?;
        Ok(open.map_or(Extended::Over, Extended::Already))
    }
}
