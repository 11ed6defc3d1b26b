//! Questions without a good answer: counted, listed, put aside.

use chrono::{DateTime, NaiveDate, Utc};

use crate::answers::{Gap, Missed, Reason};
use crate::feedback::Touched;
use crate::ids::{GapId, UserId};
use crate::store::connections::Connection;
use crate::store::{Store, StoreError};

/// What became of a gap that was to be put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It is, now or by an earlier attempt of the same person.
    Now,
    /// Somebody was first.
    Before(Touched),
    /// It is not kept any more.
    Gone,
}

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) question: String,
    pub(super) asked: i32,
    pub(super) reason: String,
    pub(super) nearest: Option<String>,
    pub(super) last_asked_on: NaiveDate,
}

impl Row {
    pub(super) fn into_gap(self) -> Result<Gap, StoreError> {
        Ok(Gap {
            id: GapId(self.id),
            question: self.question,
            asked: self.asked,
            reason: Reason::stored(&self.reason).ok_or(StoreError::Corrupt("reason of a gap"))?,
            nearest: self.nearest,
            last_asked_on: self.last_asked_on,
        })
    }
}

/// Counts a question, inside a transaction of the caller.
pub(super) async fn count(tx: &mut Connection, missed: &Missed, today: NaiveDate) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO gap (question, reason, nearest, first_asked_on, last_asked_on) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT ON CONSTRAINT gap_question_once DO UPDATE
         SET asked = LEAST(gap.asked::BIGINT + 1, 2147483647)::INTEGER, reason = $2, nearest = $3,
             last_asked_on = GREATEST(gap.last_asked_on, $4)",
        missed.text.as_str(),
        missed.reason.as_str(),
        missed.nearest,
        today,
    )
    .execute(tx)
    .await?;
    Ok(())
}

impl Store {
    /// Counts a question that had no good answer. Equal ones count up; one that was put aside stays so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_gap(&self, missed: &Missed, today: NaiveDate) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        count(&mut tx, missed, today).await?;
        Ok(tx.commit().await?)
    }

    /// The open gaps, most asked first: `length` of them after `skipped`, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn open_gaps(&self, skipped: i64, length: i64) -> Result<(Vec<Gap>, i64), StoreError> {
        let total = sqlx::query_scalar!(r#"SELECT count(*) AS "total!" FROM gap WHERE closed_at IS NULL"#)
            .fetch_one(&self.pool)
            .await?;
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, question, asked, reason, nearest, last_asked_on FROM gap WHERE closed_at IS NULL
             ORDER BY asked DESC, last_asked_on DESC, id OFFSET $1 LIMIT $2",
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok((rows.into_iter().map(Row::into_gap).collect::<Result<_, _>>()?, total))
    }

    /// Puts a gap aside.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn close_gap(&self, id: GapId, by: UserId, now: DateTime<Utc>) -> Result<Closed, StoreError> {
        let closed = sqlx::query!(
            "UPDATE gap SET closed_by = $2, closed_at = $3 WHERE id = $1 AND closed_at IS NULL",
            id.0,
            by.to_db(),
            now
        )
        .execute(&self.pool)
        .await?;
        if closed.rows_affected() > 0 {
            return Ok(Closed::Now);
        }
        let row = sqlx::query!(
            r#"SELECT closed_by AS "by!", closed_at AS "at!" FROM gap WHERE id = $1 AND closed_at IS NOT NULL"#,
            id.0
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(Closed::Gone) };
        let first = UserId::from_db(row.by).ok_or(StoreError::Corrupt("user id"))?;
        Ok(if first == by { Closed::Now } else { Closed::Before(Touched { by: first, at: row.at }) })
    }
}
