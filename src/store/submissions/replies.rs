//! What staff write back: kept once, with what the member gets and the card, in one transaction.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Record, Store, StoreError, history, lock, user};
use crate::announcements::Draft;
use crate::feedback::{Move, NewReply, ReplyText, StaffReply, State, Touched, What};
use crate::ids::{ReplyId, Snowflake, UserId};
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What became of a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Replied {
    /// It is stored, now or by an earlier sending of the same form.
    Stored(Record),
    /// The same form was sent before, with another text.
    OtherText(Record),
    /// Somebody has replied since the form was opened; nothing was stored.
    Overtaken(Record),
}

impl Store {
    /// Stores a reply with what the member gets and the card. `sent` is what goes to the member, with the channel of his
    /// direct messages where that is known; `None` where he reads it under `/me` alone. A new submission counts as
    /// acknowledged then. `None` when there is no such submission.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn reply(
        &self,
        reply: &NewReply,
        sent: Option<&Draft>,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Replied>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(mut record) = lock(&mut tx, reply.submission).await? else { return Ok(None) };
        let earlier = record.replies.iter().find(|old| old.touched.by == reply.by && old.opened_by == reply.opened_by);
        match earlier {
            Some(earlier) if earlier.text == reply.text => return Ok(Some(Replied::Stored(record))),
            Some(_) => return Ok(Some(Replied::OtherText(record))),
            None if record.replies.len() != reply.seen => return Ok(Some(Replied::Overtaken(record))),
            None => {}
        }
        record.replies.push(insert(&mut tx, reply, sent, now).await?);
        if Move::Acknowledge.is_open_to(record.state) {
            record.state = State::Acknowledged;
            record.acknowledged = Some(Touched { by: reply.by, at: now });
            sqlx::query!(
                "UPDATE submission SET state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3 WHERE id = $1",
                record.id.0,
                reply.by.to_db(),
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        history::note(&mut tx, record.id, What::Reply, None, Touched { by: reply.by, at: now }).await?;
        if let Some(announcement) = record.card {
            announcements::revise(&mut tx, announcement, &card(&record), now).await?;
        }
        tx.commit().await?;
        Ok(Some(Replied::Stored(record)))
    }

    /// What a member could not be sent by direct message and has not read otherwise.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn untold_replies(&self, member: UserId) -> Result<Vec<(ReplyId, Message)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.id, a.message AS "message: Json<Message>"
               FROM submission s JOIN reply r ON r.submission_id = s.id JOIN announcement a ON a.id = r.announcement_id
               LEFT JOIN delivery d ON d.announcement_id = a.id
               WHERE s.author_id = $1 AND r.told_at IS NULL AND (d.id IS NULL OR d.state IN ('missed', 'failed', 'held'))
               ORDER BY r.id"#,
            member.to_db(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (ReplyId(row.id), row.message.0)).collect())
    }

    /// Notes that a member has read a reply.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_reply_told(&self, id: ReplyId, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!("UPDATE reply SET told_at = $2 WHERE id = $1 AND told_at IS NULL", id.0, now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

async fn insert(
    tx: &mut Connection,
    reply: &NewReply,
    sent: Option<&Draft>,
    now: DateTime<Utc>,
) -> Result<StaffReply, StoreError> {
    let announcement = match sent {
        Some(draft) => Some(announcements::insert(&mut *tx, draft, now).await?),
        None => None,
    };
    let id = sqlx::query_scalar!(
        "INSERT INTO reply (submission_id, author_id, opened_by, text, written_at, announcement_id)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        reply.submission.0,
        reply.by.to_db(),
        reply.opened_by.to_db(),
        reply.text.as_str(),
        now,
        announcement.map(|announcement| announcement.0),
    )
    .fetch_one(tx)
    .await?;
    let touched = Touched { by: reply.by, at: now };
    Ok(StaffReply { id: ReplyId(id), touched, opened_by: reply.opened_by, text: reply.text.clone() })
}

/// Adds to each record its replies, oldest first.
pub(super) async fn add_to(tx: &mut Connection, records: &mut [Record]) -> Result<(), StoreError> {
    let ids: Vec<_> = records.iter().map(|record| record.id.0).collect();
    let rows = sqlx::query!(
        "SELECT id, submission_id, author_id, opened_by, text, written_at FROM reply
         WHERE submission_id = ANY($1) ORDER BY id",
        &ids,
    )
    .fetch_all(tx)
    .await?;
    for row in rows {
        let touched = Touched { by: user(row.author_id)?, at: row.written_at };
        let opened_by = Snowflake::from_db(row.opened_by).ok_or(StoreError::Corrupt("id of a click"))?;
        let text = ReplyText::stored(row.text);
        if let Some(record) = records.iter_mut().find(|record| record.id.0 == row.submission_id) {
            record.replies.push(StaffReply { id: ReplyId(row.id), touched, opened_by, text });
        }
    }
    Ok(())
}
