//! A submission is erased by its sender: its row, its text in the card, and what staff wrote back.

use chrono::{DateTime, Utc};

use super::{Proof, Record, Store, StoreError, lock_own};
use crate::feedback::{Sender, next_round};
use crate::ids::AnnouncementId;
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What stands in the place of what is erased.
pub struct Erased<F> {
    /// In the staff's card.
    pub card: F,
    /// In what was sent to the member: nobody reads it, because that message is deleted.
    pub reply: Message,
}

impl Store {
    /// Erases a submission, for whoever has the right to it; what it was, or `None` for anybody else. Its announcement
    /// says `card` from now on. A message that stands is edited: at once, or for an anonymous one with the next round,
    /// so that the edit does not tell when the sender was there. Replies go with it: their direct messages are not sent
    /// any more, or deleted where they stand.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn erase_submission<F: Fn(&Record) -> Message>(
        &self,
        proof: &Proof,
        erased: Erased<F>,
        now: DateTime<Utc>,
    ) -> Result<Option<Record>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(record) = lock_own(&mut tx, proof).await? else { return Ok(None) };
        let replies = sqlx::query_scalar!(
            r#"SELECT announcement_id AS "id!" FROM reply WHERE submission_id = $1 AND announcement_id IS NOT NULL"#,
            record.id.0
        )
        .fetch_all(&mut *tx)
        .await?;
        for reply in replies.into_iter().map(AnnouncementId) {
            announcements::take_back(&mut tx, reply, now).await?;
            announcements::revise(&mut tx, reply, &erased.reply, now).await?;
        }
        sqlx::query!("DELETE FROM submission WHERE id = $1", record.id.0).execute(&mut *tx).await?;
        if let Some(announcement) = record.card {
            let shown_at = if record.sender == Sender::Anonymous { next_round(now) } else { now };
            announcements::revise(&mut tx, announcement, &(erased.card)(&record), shown_at).await?;
            withdraw(&mut tx, announcement).await?;
        }
        tx.commit().await?;
        Ok(Some(record))
    }
}

/// Sends nothing that was never tried. What was tried may stand already, and is sent on to be found and edited.
async fn withdraw(tx: &mut Connection, id: AnnouncementId) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE delivery SET state = 'cancelled' WHERE announcement_id = $1 AND state = 'pending' AND attempts = 0",
        id.0
    )
    .execute(tx)
    .await?;
    Ok(())
}
