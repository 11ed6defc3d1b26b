//! A question is withdrawn by whoever asked it, or goes with its time.

use chrono::{DateTime, NaiveDate, Utc};

use super::{QuestionProof, Row, Store, StoreError, agenda, rows};
use crate::ids::UserId;
use crate::message::Message;
use crate::store::connections::Connections;
use crate::store::submissions::round;
use crate::store::{announcements, connections::Connection};

impl Store {
    /// Withdraws a question, for whoever has the right to it; whether there was one. A named one goes at once, and what
    /// was sent about it says `erased` and is deleted where it stands. An anonymous one that others were shown goes with
    /// the next round, so that its going does not tell when the sender was there.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn withdraw_question(
        &self,
        proof: &QuestionProof,
        erased: &Message,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        let withdrawn = match proof {
            QuestionProof::Author(id, author) => withdraw_named(&mut tx, id.0, *author, erased, now).await?,
            QuestionProof::Receipt(receipt) => {
                // Before the row is locked, in the order in which a round locks the two.
                round::plan(&mut tx, now).await?;
                withdraw_anonymous(&mut tx, &receipt.hash()[..]).await?
            }
        };
        if withdrawn {
            tx.commit().await?;
        }
        Ok(withdrawn)
    }
}

async fn withdraw_named(
    tx: &mut Connection,
    id: uuid::Uuid,
    author: UserId,
    erased: &Message,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = rows!("WHERE q.id = $1 AND q.author_id = $2 FOR UPDATE OF q", id, author.to_db())
        .fetch_optional(&mut *tx)
        .await?;
    let Some(question) = row.map(Row::into_question).transpose()? else { return Ok(false) };
    if let Some(notice) = question.notice {
        announcements::take_back(&mut *tx, notice, now).await?;
        announcements::revise(&mut *tx, notice, erased, now).await?;
    }
    remove(tx, &[id], now).await?;
    Ok(true)
}

/// Removes questions, from the agendas too.
pub(super) async fn remove(tx: &mut Connection, ids: &[uuid::Uuid], now: DateTime<Utc>) -> Result<(), StoreError> {
    let agendas = agenda::holding(tx, ids).await?;
    sqlx::query!("DELETE FROM queued_question WHERE id = ANY($1)", ids).execute(&mut *tx).await?;
    agenda::follow(tx, &agendas, now).await
}

async fn withdraw_anonymous(tx: &mut Connection, hash: &[u8]) -> Result<bool, StoreError> {
    let unseen = sqlx::query!("DELETE FROM queued_question WHERE receipt_hash = $1 AND awaits_round", hash)
        .execute(&mut *tx)
        .await?;
    if unseen.rows_affected() > 0 {
        return Ok(true);
    }
    let seen =
        sqlx::query!("UPDATE queued_question SET withdrawn = TRUE WHERE receipt_hash = $1 AND NOT withdrawn", hash)
            .execute(tx)
            .await?;
    Ok(seen.rows_affected() > 0)
}

/// Erases the questions that were asked before a day, with what was sent about them.
pub(in crate::store) async fn erase_old(
    pool: &Connections,
    before: NaiveDate,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut tx = pool.begin().await?;
    let old = sqlx::query_scalar!("SELECT id FROM queued_question WHERE asked_on < $1 ORDER BY id FOR UPDATE", before)
        .fetch_all(&mut *tx)
        .await?;
    sqlx::query!(
        "DELETE FROM announcement a USING queued_question q WHERE a.id = q.announcement_id AND q.asked_on < $1",
        before
    )
    .execute(&mut *tx)
    .await?;
    remove(&mut tx, &old, now).await?;
    Ok(tx.commit().await?)
}
