//! A submission is kept once, however often its form is sent.

use chrono::{DateTime, Utc};

use super::{Record, Row, Store, StoreError, one, round, rows};
use crate::announcements::Draft;
use crate::feedback::{Kind, Submission};
use crate::store::announcements;
use crate::store::connections::Connection;

/// What became of a submission.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// As it is kept.
    pub record: Record,
    /// Whether it was there before: the form was sent twice, or the answer to its first sending was lost.
    pub was_there: bool,
}

impl Store {
    /// Keeps a submission, with the card of a named one, in one transaction. One that is there already is left as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_submission(
        &self,
        submission: &Submission,
        card: impl Fn(&Record) -> Draft,
        now: DateTime<Utc>,
    ) -> Result<Kept, StoreError> {
        let mut tx = self.pool.begin().await?;
        let is_new = insert(&mut tx, submission, now).await?;
        let row = stored(&mut tx, submission).await?;
        let mut record = one(&mut tx, row).await?.ok_or(StoreError::Corrupt("submission that is there and is not"))?;
        if is_new && let Submission::Named { .. } = submission {
            let card = announcements::insert(&mut tx, &card(&record), now).await?;
            sqlx::query!("UPDATE submission SET announcement_id = $2 WHERE id = $1", record.id.0, card.0)
                .execute(&mut *tx)
                .await?;
            record.card = Some(card);
        } else if is_new {
            round::plan(&mut tx, now).await?;
        }
        tx.commit().await?;
        Ok(Kept { record, was_there: !is_new })
    }
}

/// Whether it was not there yet.
async fn insert(tx: &mut Connection, submission: &Submission, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let answers = submission.answers();
    let (named, hash) = match submission {
        Submission::Named { author, opened_by, .. } => (Some((author.to_db(), opened_by.to_db())), None),
        Submission::Anonymous { receipt, .. } => (None, Some(receipt.hash())),
    };
    let form = (!answers.form().is_empty()).then(|| serde_json::to_value(answers.form())).transpose()?;
    let inserted = sqlx::query!(
        "INSERT INTO submission (id, kind, program, went_well, to_change, question, form, submitted_on,
                                 author_id, opened_by, submitted_at, may_contact, receipt_hash, awaits_round)
         VALUES ($1, $2, $3, $4, $5, $13, $14, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING",
        submission.id().0,
        answers.kind().as_str(),
        submission.program(),
        answers.went_well(),
        answers.to_change(),
        now.date_naive(),
        named.map(|(author, _)| author),
        named.map(|(_, opened_by)| opened_by),
        named.map(|_| now),
        // Who asks wants to be answered.
        named.map(|_| answers.kind() == Kind::Question),
        hash.as_ref().map(<[u8; 32]>::as_slice),
        hash.is_some(),
        answers.question(),
        form,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// The row that this form made, now or before.
async fn stored(tx: &mut Connection, submission: &Submission) -> Result<Option<Row>, StoreError> {
    Ok(match submission {
        Submission::Named { author, opened_by, .. } => {
            rows!("WHERE author_id = $1 AND opened_by = $2", author.to_db(), opened_by.to_db())
                .fetch_optional(tx)
                .await?
        }
        Submission::Anonymous { receipt, .. } => {
            rows!("WHERE receipt_hash = $1", &receipt.hash()[..]).fetch_optional(tx).await?
        }
    })
}
