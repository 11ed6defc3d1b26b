//! What members were sent, once nothing refers to it any more: its row goes with the deliveries, which know the channel of the
//! member's direct messages and the times.

use chrono::{DateTime, Utc};

use crate::store::{Store, StoreError};

impl Store {
    /// Erases personal messages whose reminder, reply or answer is gone, as soon as nothing is left to be done in Discord: a
    /// message that stands is deleted first. How many went.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sweep_personal_messages(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let swept = sqlx::query!(
            "DELETE FROM announcement a WHERE a.kind = 'personal'
               AND NOT EXISTS (SELECT FROM personal_reminder p WHERE p.announcement_id = a.id)
               AND NOT EXISTS (SELECT FROM reply r WHERE r.announcement_id = a.id)
               AND NOT EXISTS (SELECT FROM queued_question q WHERE q.announcement_id = a.id)
               AND NOT EXISTS (SELECT FROM delivery d WHERE d.announcement_id = a.id AND
                   -- It is being sent, or looked for; or it stands and is to be deleted.
                   (d.state = 'sending' OR (d.state = 'pending' AND d.withdrawn)
                    OR (d.state = 'delivered' AND d.withdrawn AND d.removed_at IS NULL AND NOT EXISTS
                        (SELECT FROM delivery_step s WHERE s.delivery_id = d.id AND s.step = 'delete' AND s.state = 'failed'))
                    -- What waits at Discord's may still arrive.
                    OR (d.claimed_until IS NOT NULL AND d.claimed_until > $1)))",
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(swept.rows_affected())
    }
}
