//! A submission is erased by its sender: its row, its text in the card, and what staff wrote back.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Proof, Record, Store, StoreError, lock_own};
use crate::feedback::{Sender, next_round};
use crate::ids::AnnouncementId;
use crate::message::Message;
use crate::store::connections::Connection;
use crate::store::{announcements, personal};

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
    /// any more, or deleted where they stand. The entries of the ledger are noted as carried out with it.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn erase_submission<F: Fn(&Record) -> Message>(
        &self,
        proof: &Proof,
        erased: Erased<F>,
        entries: &[Uuid],
        now: DateTime<Utc>,
    ) -> Result<Option<Record>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(record) = lock_own(&mut tx, proof).await? else { return Ok(None) };
        erase_record(&mut tx, &record, &(erased.card)(&record), &erased.reply, now).await?;
        personal::note(&mut tx, entries).await?;
        tx.commit().await?;
        Ok(Some(record))
    }
}

/// Erases a submission that is locked, inside a transaction of the caller.
pub(in crate::store) async fn erase_record(
    tx: &mut Connection,
    record: &Record,
    card: &Message,
    sent: &Message,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let replies = sqlx::query_scalar!(
        r#"SELECT announcement_id AS "id!" FROM reply WHERE submission_id = $1 AND announcement_id IS NOT NULL"#,
        record.id.0
    )
    .fetch_all(&mut *tx)
    .await?;
    for reply in replies.into_iter().map(AnnouncementId) {
        announcements::take_back(tx, reply, now).await?;
        announcements::revise(tx, reply, sent, now).await?;
    }
    sqlx::query!("DELETE FROM submission WHERE id = $1", record.id.0).execute(&mut *tx).await?;
    if let Some(announcement) = record.card {
        let shown_at = if record.sender == Sender::Anonymous { next_round(now) } else { now };
        announcements::revise(tx, announcement, card, shown_at).await?;
        withdraw(tx, announcement).await?;
    }
    Ok(())
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
