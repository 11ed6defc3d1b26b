//! Deliveries: claimed, carried out elsewhere, recorded. No transaction is open in between.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;

use super::{Store, StoreError};
use crate::announcements::{ChannelKind, Delivery, DeliveryState, Nonce, Reference, Settlement, Step, UNDER_WAY};
use crate::ids::{AnnouncementId, ChannelId, DeliveryId, MessageId};
use crate::message::Message;

/// How long a claim lasts: longer than any request may take, short enough that a crash is made good in seconds.
pub(super) const CLAIM: TimeDelta = TimeDelta::seconds(30);

/// A claim that lasts longer than this was made by a clock that was ahead: it is not waited for, and since nobody knows when
/// its attempt really was, the message is looked for.
pub(super) const AHEAD: TimeDelta = TimeDelta::seconds(90);

pub(super) struct Row {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) channel_id: i64,
    pub(super) message: Json<Message>,
    pub(super) announcement_revision: i32,
    pub(super) crosspost: bool,
    pub(super) nonce: String,
    pub(super) reference: String,
    pub(super) due_at: DateTime<Utc>,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) look_first: bool,
    pub(super) attempts: i32,
    pub(super) claimed_until: DateTime<Utc>,
    pub(super) looked_until: Option<i64>,
    pub(super) message_id: Option<i64>,
    pub(super) in_post: bool,
    pub(super) withdrawn: bool,
}

impl Row {
    pub(super) fn into_delivery(self) -> Result<Delivery, StoreError> {
        Ok(Delivery {
            id: DeliveryId(self.id),
            kind: self.kind.parse()?,
            channel: ChannelId::from_db(self.channel_id).ok_or(StoreError::Corrupt("channel id"))?,
            message: self.message.0,
            revision: self.announcement_revision,
            crosspost: self.crosspost,
            nonce: Nonce::stored(self.nonce),
            reference: Reference::stored(self.reference),
            due_at: self.due_at,
            expires_at: self.expires_at,
            look_first: self.look_first,
            attempts: self.attempts,
            claimed_until: self.claimed_until,
            looked_until: self
                .looked_until
                .map(|id| MessageId::from_db(id).ok_or(StoreError::Corrupt("message id")))
                .transpose()?,
            message_id: self
                .message_id
                .map(|id| MessageId::from_db(id).ok_or(StoreError::Corrupt("message id")))
                .transpose()?,
            in_post: self.in_post,
            withdrawn: self.withdrawn,
        })
    }
}

impl Store {
    /// Claims a delivery that is due, or whose claim ran out; `None` when it is neither (somebody else has it, or it
    /// is done).
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn claim_delivery(&self, id: DeliveryId, now: DateTime<Utc>) -> Result<Option<Delivery>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            r#"UPDATE delivery d SET state = 'sending', claimed_until = $3, attempts = attempts + 1,
                      look_first = d.look_first OR COALESCE(d.claimed_until > $5, FALSE)
               FROM announcement a
               WHERE d.id = $1 AND a.id = d.announcement_id
                 AND ((d.state = 'pending' AND d.next_attempt_at <= $2)
                      OR (d.state = 'sending' AND (d.claimed_until <= CASE WHEN d.withdrawn THEN $4 ELSE $2 END OR d.claimed_until > $5)))
               RETURNING d.id, a.kind, d.channel_id, a.message AS "message: Json<Message>", a.revision AS announcement_revision, a.crosspost,
                         d.nonce, d.reference, d.due_at, d.expires_at, d.look_first, d.attempts, d.claimed_until AS "claimed_until!", d.looked_until, d.message_id, d.in_post, d.withdrawn"#,
            id.0,
            now,
            now + CLAIM,
            now - UNDER_WAY,
            now + AHEAD,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_delivery).transpose()
    }

    /// Records what came of an attempt in a channel of this kind. A claim that ran out and
    /// was taken over in the meantime changes nothing, but for a message that stands: that is a fact whoever reports it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_delivery(
        &self,
        delivery: &Delivery,
        settlement: &Settlement,
        kind: ChannelKind,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (state, at, problem) = match settlement {
            Settlement::Delivered(message) => return self.record_delivered(delivery, *message, kind, now).await,
            Settlement::Retry { at, problem } => (DeliveryState::Pending, *at, problem.as_deref()),
            Settlement::Failed { problem } => (DeliveryState::Failed, now, Some(problem.as_str())),
            Settlement::Missed => (DeliveryState::Missed, now, None),
            Settlement::Gone { .. } => (DeliveryState::Cancelled, now, None),
            Settlement::Held { problem } => (DeliveryState::Held, now, Some(problem.as_str())),
        };
        // A wait is no attempt: nothing was sent, and what follows is not put off for it.
        sqlx::query!(
            // What was taken back while its only attempt was under way, and refused, was not posted.
            "UPDATE delivery SET claimed_until = NULL, attempts = attempts - $7,
                    state = CASE WHEN withdrawn AND $3 = 'failed' AND attempts <= 1 THEN 'cancelled' ELSE $3 END,
                    problem = CASE WHEN withdrawn AND $3 = 'failed' AND attempts <= 1 THEN NULL ELSE $5 END,
                    next_attempt_at = CASE WHEN withdrawn THEN GREATEST($4::TIMESTAMPTZ, $6) ELSE $4 END
             WHERE id = $1 AND state = 'sending' AND claimed_until = $2",
            delivery.id.0,
            delivery.claimed_until,
            state.as_str(),
            at,
            problem,
            now + UNDER_WAY,
            i32::from(settlement.is_wait()),
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Notes how far the channel was read in search of a delivery, and renews its claim; `false` when another process
    /// has taken it over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_looked(
        &self,
        delivery: &mut Delivery,
        looked_until: MessageId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let renewed = sqlx::query_scalar!(
            r#"UPDATE delivery SET looked_until = $3, claimed_until = $4
               WHERE id = $1 AND state = 'sending' AND claimed_until = $2 RETURNING claimed_until AS "claimed_until!""#,
            delivery.id.0,
            delivery.claimed_until,
            looked_until.to_db(),
            now + CLAIM,
        )
        .fetch_optional(&self.pool)
        .await?;
        delivery.looked_until = Some(looked_until);
        if let Some(claimed_until) = renewed {
            delivery.claimed_until = claimed_until;
        }
        Ok(renewed.is_some())
    }

    async fn record_delivered(
        &self,
        delivery: &Delivery,
        message: MessageId,
        kind: ChannelKind,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        // In order with an edit of the announcement: whoever comes second sees what the first did.
        sqlx::query!(
            "SELECT a.id FROM announcement a JOIN delivery d ON d.announcement_id = a.id WHERE d.id = $1 FOR SHARE OF a",
            delivery.id.0
        )
        .fetch_one(&mut *tx)
        .await?;
        // One that was deleted meanwhile stays so, whoever reports late that it was posted.
        let withdrawn = sqlx::query_scalar!(
            "UPDATE delivery SET state = 'delivered', claimed_until = NULL, message_id = $2, revision = $3, delivered_at = $4, problem = NULL,
                    in_post = $5
             WHERE id = $1 AND state <> 'delivered' AND removed_at IS NULL RETURNING withdrawn",
            delivery.id.0,
            message.to_db(),
            delivery.revision,
            now,
            kind == ChannelKind::Forum,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(withdrawn) = withdrawn else { return Ok(()) };
        let steps = if withdrawn { vec![Step::Delete] } else { delivery.steps(kind) };
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        sqlx::query!(
            "INSERT INTO delivery_step (delivery_id, step, next_attempt_at) SELECT $1, step, $3 FROM unnest($2::TEXT[]) AS step
             ON CONFLICT (delivery_id, step) DO NOTHING",
            delivery.id.0,
            &steps,
            now,
        )
        .execute(&mut *tx)
        .await?;
        // The announcement was edited while its message was on the way; or the message may be that of an earlier
        // attempt, whose answer was lost and which showed an earlier revision.
        sqlx::query!(
            "INSERT INTO delivery_step (delivery_id, step, next_attempt_at)
             SELECT d.id, 'edit', $2 FROM delivery d JOIN announcement a ON a.id = d.announcement_id
             WHERE d.id = $1 AND NOT d.withdrawn AND (a.revision > d.revision OR (d.attempts > 1 AND a.revision > 1))
             ON CONFLICT (delivery_id, step) DO NOTHING",
            delivery.id.0,
            now,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// How the deliveries of an announcement stand, by channel.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn delivery_states(
        &self,
        id: AnnouncementId,
    ) -> Result<Vec<(ChannelId, DeliveryState, Option<String>)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT channel_id, state, problem FROM delivery WHERE announcement_id = $1 ORDER BY id",
            id.0
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok((
                    ChannelId::from_db(row.channel_id).ok_or(StoreError::Corrupt("channel id"))?,
                    row.state.parse()?,
                    row.problem,
                ))
            })
            .collect()
    }
}
