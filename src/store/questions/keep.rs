//! A question is kept once, however often its form is sent; an anonymous one is shown from the next round on.

use chrono::{DateTime, Utc};

use super::erase::remove;
use super::{Row, Store, StoreError, rows};
use crate::feedback::queue::{Asker, NewQuestion, Queued};
use crate::store::connections::Connection;
use crate::store::submissions::round;

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptQuestion {
    /// As it is kept.
    pub question: Queued,
    /// Whether it was there before: the form was sent twice, or the answer to its first sending was lost.
    pub was_there: bool,
}

impl Store {
    /// Keeps a question. One that is there already is left as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_question(&self, new: &NewQuestion, now: DateTime<Utc>) -> Result<KeptQuestion, StoreError> {
        let mut tx = self.pool.begin().await?;
        let is_new = insert(&mut tx, new, now).await?;
        let row = match &new.asker {
            Asker::Named { author, opened_by } => {
                rows!("WHERE q.author_id = $1 AND q.opened_by = $2", author.to_db(), opened_by.to_db())
                    .fetch_optional(&mut *tx)
                    .await?
            }
            Asker::Anonymous(receipt) => {
                rows!("WHERE q.receipt_hash = $1", &receipt.hash()[..]).fetch_optional(&mut *tx).await?
            }
        };
        let question = row.map(Row::into_question).transpose()?;
        let question = question.ok_or(StoreError::Corrupt("question that is there and is not"))?;
        if is_new && question.awaits_round {
            round::plan(&mut tx, now).await?;
        }
        tx.commit().await?;
        Ok(KeptQuestion { question, was_there: !is_new })
    }
}

/// Whether it was not there yet.
async fn insert(tx: &mut Connection, new: &NewQuestion, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let (named, hash) = match &new.asker {
        Asker::Named { author, opened_by } => (Some((author.to_db(), opened_by.to_db())), None),
        Asker::Anonymous(receipt) => (None, Some(receipt.hash())),
    };
    let inserted = sqlx::query!(
        "INSERT INTO queued_question (id, series, text, asked_on, author_id, opened_by, asked_at, receipt_hash, awaits_round)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        new.id.0,
        new.series,
        new.text.as_str(),
        now.date_naive(),
        named.map(|(author, _)| author),
        named.map(|(_, opened_by)| opened_by),
        named.map(|_| now),
        hash.as_ref().map(<[u8; 32]>::as_slice),
        hash.is_some(),
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// A round: what is anonymous and new is shown from now on, and what was withdrawn goes; inside a transaction that has
/// begun the round.
pub(in crate::store) async fn show_round(tx: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    let withdrawn = sqlx::query_scalar!("SELECT id FROM queued_question WHERE withdrawn ORDER BY id FOR UPDATE")
        .fetch_all(&mut *tx)
        .await?;
    remove(tx, &withdrawn, now).await?;
    sqlx::query!("UPDATE queued_question SET awaits_round = FALSE WHERE awaits_round").execute(tx).await?;
    Ok(())
}
