//! The steps of a delivery whose message stands: claimed, carried out elsewhere, recorded.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::deliveries::{CLAIM, Row};
use super::{Store, StoreError};
use crate::announcements::{Delivery, Settlement, Step};
use crate::ids::DeliveryId;
use crate::message::Message;

impl Store {
    /// Claims a step that is due; `None` when it is not. The claim moves its next attempt behind [`CLAIM`].
    ///
    /// The condition is that of [`Store::due_work`]: nothing is done about a message that is gone, or is to be deleted, but
    /// the deletion; and followers get a message as it is to read, so an edit comes before the publishing.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn claim_step(
        &self,
        id: DeliveryId,
        step: Step,
        now: DateTime<Utc>,
    ) -> Result<Option<Delivery>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"UPDATE delivery_step s SET next_attempt_at = $4, attempts = s.attempts + 1
               FROM delivery d JOIN announcement a ON a.id = d.announcement_id
               WHERE s.delivery_id = $1 AND s.step = $2 AND d.id = s.delivery_id
                 AND s.state = 'pending' AND s.next_attempt_at <= $3 AND d.state = 'delivered'
                 AND d.removed_at IS NULL AND (s.step = 'delete') = d.withdrawn
                 AND NOT (s.step = 'crosspost' AND EXISTS
                     (SELECT FROM delivery_step e WHERE e.delivery_id = d.id AND e.step = 'edit' AND e.state = 'pending'))
               RETURNING d.id, a.kind, d.channel_id, a.message AS "message: Json<Message>", a.revision AS announcement_revision, a.crosspost,
                         d.nonce, d.reference, d.due_at, d.expires_at, d.look_first, s.attempts, s.next_attempt_at AS claimed_until, d.looked_until, d.message_id, d.in_post, d.withdrawn"#,
            id.0,
            step.as_str(),
            now,
            now + CLAIM,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_delivery).transpose()
    }

    /// Records what came of a step. An edit is done only when the
    /// message shows the newest revision, and planned again when it was overtaken by an older one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_step(
        &self,
        delivery: &Delivery,
        step: Step,
        settlement: &Settlement,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (state, at, problem) = match settlement {
            Settlement::Delivered(_) => ("done", now, None),
            Settlement::Retry { at, problem } => ("pending", *at, problem.as_deref()),
            Settlement::Failed { problem } | Settlement::Held { problem } => ("failed", now, Some(problem.as_str())),
            Settlement::Missed => ("failed", now, None),
            Settlement::Gone { note } => return self.record_gone(delivery, note, now).await,
        };
        let mut tx = self.pool.begin().await?;
        let newer = if state == "done" && step == Step::Edit { record_edit(&mut tx, delivery).await? } else { false };
        sqlx::query!(
            "UPDATE delivery_step SET state = $4, next_attempt_at = $5, problem = $6, attempts = attempts - $8
             WHERE delivery_id = $1 AND step = $2 AND ($7 OR (state = 'pending' AND next_attempt_at = $3))",
            delivery.id.0,
            step.as_str(),
            delivery.claimed_until,
            if newer { "pending" } else { state },
            at,
            problem,
            newer,
            i32::from(settlement.is_wait()),
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Records that a delivery's message is gone: what was still to be done about it is done, with a note that says why.
    /// That is a fact whoever reports it.
    async fn record_gone(&self, delivery: &Delivery, note: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "UPDATE delivery SET removed_at = $2, state = CASE WHEN withdrawn THEN 'cancelled' ELSE state END
             WHERE id = $1 AND state = 'delivered' AND removed_at IS NULL",
            delivery.id.0,
            now,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "UPDATE delivery_step SET state = 'done', next_attempt_at = $2, problem = $3 WHERE delivery_id = $1 AND state <> 'done'",
            delivery.id.0,
            now,
            note,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}

/// Records that the message shows `delivery.revision`; whether the announcement has a newer one by now.
async fn record_edit(tx: &mut super::connections::Connection, delivery: &Delivery) -> Result<bool, StoreError> {
    let newest = sqlx::query_scalar!(
        "UPDATE delivery d SET revision = GREATEST(d.revision, $2) FROM announcement a
         WHERE d.id = $1 AND a.id = d.announcement_id RETURNING a.revision",
        delivery.id.0,
        delivery.revision,
    )
    .fetch_one(tx)
    .await?;
    Ok(newest > delivery.revision)
}
