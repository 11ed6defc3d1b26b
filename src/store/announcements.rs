//! Announcements: stored before anything is sent.

use chrono::{DateTime, Utc};

use super::connections::Connection;
use super::{Store, StoreError};
use crate::announcements::{Draft, Nonce, Reference, UNDER_WAY};
use crate::ids::{AnnouncementId, ChannelId, DeliveryId};
use crate::message::{Message, Picture};

impl Store {
    /// Stores an announcement and a delivery for each of its channels.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announce(&self, draft: &Draft, now: DateTime<Utc>) -> Result<AnnouncementId, StoreError> {
        let mut tx = self.pool.begin().await?;
        let id = insert(&mut tx, draft, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The pictures that go with a delivery's message.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn pictures(&self, delivery: DeliveryId) -> Result<Vec<Picture>, StoreError> {
        let pictures = sqlx::query_as!(
            Picture,
            "SELECT p.name, p.alt, p.png FROM announcement_picture p JOIN delivery d ON d.announcement_id = p.announcement_id
             WHERE d.id = $1 ORDER BY p.place",
            delivery.0,
        );
        Ok(pictures.fetch_all(&self.pool).await?)
    }

    /// Erases the pictures of announcements that were stored before a time and are not to be sent any more: the messages keep
    /// theirs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_old_pictures(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "DELETE FROM announcement_picture p USING announcement a
             WHERE a.id = p.announcement_id AND a.created_at < $1
               AND NOT EXISTS (SELECT FROM delivery d WHERE d.announcement_id = a.id AND d.state IN ('pending', 'sending'))",
            before,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Stores an announcement and its deliveries inside a transaction of the caller.
pub(super) async fn insert(
    tx: &mut Connection,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<AnnouncementId, StoreError> {
    let message = serde_json::to_value(&draft.message)?;
    let id = sqlx::query_scalar!(
        "INSERT INTO announcement (kind, message, crosspost, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) RETURNING id",
        draft.kind.as_str(),
        message,
        draft.crosspost,
        now,
    )
    .fetch_one(&mut *tx)
    .await?;
    for channel in &draft.channels {
        address(tx, AnnouncementId(id), *channel, draft.origin.as_deref(), draft.due_at).await?;
    }
    Ok(AnnouncementId(id))
}

/// Adds pictures to an announcement inside the transaction that stores it.
pub(super) async fn attach(tx: &mut Connection, id: AnnouncementId, pictures: &[Picture]) -> Result<(), StoreError> {
    for (place, picture) in (0_i16..).zip(pictures) {
        sqlx::query!(
            "INSERT INTO announcement_picture (announcement_id, place, name, alt, png) VALUES ($1, $2, $3, $4, $5)",
            id.0,
            place,
            picture.name,
            picture.alt,
            picture.png,
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Directs an announcement to a channel as well, unless it is, inside a transaction of the caller.
pub(super) async fn address(
    tx: &mut Connection,
    id: AnnouncementId,
    channel: ChannelId,
    origin: Option<&str>,
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (nonce, reference) = match origin {
        Some(origin) => (Nonce::derived(origin, channel), Reference::derived(origin, channel)),
        None => (Nonce::random(), Reference::random()),
    };
    sqlx::query!(
        "INSERT INTO delivery (announcement_id, channel_id, state, nonce, reference, due_at, next_attempt_at)
         VALUES ($1, $2, 'pending', $3, $4, $5, $5)
         ON CONFLICT DO NOTHING",
        id.0,
        channel.to_db(),
        nonce.as_str(),
        reference.as_str(),
        due_at,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Replaces what an announcement says, inside a transaction of the caller, and plans an edit wherever its message
/// already stands. One that is being sent right now plans its own when it is recorded.
pub(super) async fn revise(
    tx: &mut Connection,
    id: AnnouncementId,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let message = serde_json::to_value(message)?;
    let revised = sqlx::query!(
        "UPDATE announcement SET message = $2, revision = revision + 1, updated_at = $3 WHERE id = $1 AND message <> $2",
        id.0,
        message,
        now,
    )
    .execute(&mut *tx)
    .await?;
    if revised.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO delivery_step (delivery_id, step, next_attempt_at)
         SELECT id, 'edit', $2 FROM delivery WHERE announcement_id = $1 AND state = 'delivered' AND removed_at IS NULL AND NOT withdrawn
         ON CONFLICT (delivery_id, step) DO UPDATE SET state = 'pending', next_attempt_at = $2, attempts = 0, problem = NULL",
        id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Takes back what an announcement says, inside a transaction of the caller: what certainly was not posted is cancelled at
/// once; what may have been is looked for by the delivery's own job, and never sent again; what stands is deleted.
/// Whether anything was there to take back.
pub(super) async fn take_back(tx: &mut Connection, id: AnnouncementId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    // In the order in which a delivery that is being recorded locks the two.
    sqlx::query!("SELECT id FROM announcement WHERE id = $1 FOR NO KEY UPDATE", id.0).fetch_optional(&mut *tx).await?;
    let taken = sqlx::query!(
        "UPDATE delivery SET withdrawn = TRUE,
                state = CASE WHEN state = 'pending' AND attempts = 0 THEN 'cancelled'
                             WHEN state IN ('held', 'failed') AND (withdrawn OR attempts <= 1) THEN 'cancelled'
                             WHEN state IN ('held', 'failed') THEN 'pending'
                             ELSE state END,
                next_attempt_at = CASE WHEN state IN ('pending', 'held', 'failed') THEN $2 ELSE next_attempt_at END
         WHERE announcement_id = $1 AND removed_at IS NULL
           AND (state IN ('held', 'failed') OR (state IN ('pending', 'sending', 'delivered') AND NOT withdrawn))",
        id.0,
        now + UNDER_WAY,
    )
    .execute(&mut *tx)
    .await?;
    // Cancelling it once more tries again what could not be deleted.
    sqlx::query!(
        "INSERT INTO delivery_step (delivery_id, step, next_attempt_at)
         SELECT id, 'delete', $2 FROM delivery
         WHERE announcement_id = $1 AND state = 'delivered' AND withdrawn AND removed_at IS NULL
         ON CONFLICT (delivery_id, step) DO UPDATE SET state = 'pending', next_attempt_at = $2, problem = NULL
         WHERE delivery_step.state = 'failed'",
        id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    Ok(taken.rows_affected() > 0)
}
