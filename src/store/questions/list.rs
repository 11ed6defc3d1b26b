//! Which questions there are: for members, for staff, for an agenda, and one's own.

use super::{QuestionProof, Row, Store, StoreError, questions, rows};
use crate::feedback::queue::{Queued, QueuedId};
use crate::ids::UserId;

impl Store {
    /// The questions of a series that members see: open ones first, by votes and then by age, then the answered ones, the
    /// latest first; `length` of them after `skipped`, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn listed_questions(
        &self,
        series: &str,
        skipped: i64,
        length: i64,
    ) -> Result<(Vec<Queued>, i64), StoreError> {
        let total = sqlx::query_scalar!(
            r#"SELECT count(*) AS "total!" FROM queued_question WHERE series = $1 AND state <> 'hidden' AND NOT awaits_round"#,
            series
        )
        .fetch_one(&self.pool)
        .await?;
        let rows = rows!(
            "WHERE q.series = $1 AND q.state <> 'hidden' AND NOT q.awaits_round
             ORDER BY q.state = 'answered', q.settled_at DESC,
                      (SELECT count(*) FROM queued_question_vote v WHERE v.question_id = q.id) DESC,
                      q.asked_on, q.asked_at NULLS FIRST, q.id
             OFFSET $2 LIMIT $3",
            series,
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok((questions(rows)?, total))
    }

    /// The open questions of a series, in the order of the list, at most `most`; and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn open_questions(&self, series: &str, most: i64) -> Result<(Vec<Queued>, i64), StoreError> {
        let total = sqlx::query_scalar!(
            r#"SELECT count(*) AS "total!" FROM queued_question WHERE series = $1 AND state = 'open' AND NOT awaits_round"#,
            series
        )
        .fetch_one(&self.pool)
        .await?;
        let rows = rows!(
            "WHERE q.series = $1 AND q.state = 'open' AND NOT q.awaits_round
             ORDER BY (SELECT count(*) FROM queued_question_vote v WHERE v.question_id = q.id) DESC,
                      q.asked_on, q.asked_at NULLS FIRST, q.id
             LIMIT $2",
            series,
            most,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok((questions(rows)?, total))
    }

    /// The questions of these series for which a message may be named as the answer, open ones first, by votes:
    /// `length` of them after `skipped`, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn answerable_questions(
        &self,
        series: &[String],
        skipped: i64,
        length: i64,
    ) -> Result<(Vec<Queued>, i64), StoreError> {
        let total = sqlx::query_scalar!(
            r#"SELECT count(*) AS "total!" FROM queued_question
               WHERE series = ANY($1) AND NOT awaits_round AND (state = 'open' OR (state = 'answered' AND answer_message_id IS NULL))"#,
            series
        )
        .fetch_one(&self.pool)
        .await?;
        let rows = rows!(
            "WHERE q.series = ANY($1) AND NOT q.awaits_round
               AND (q.state = 'open' OR (q.state = 'answered' AND q.answer_message_id IS NULL))
             ORDER BY q.state = 'answered', q.settled_at DESC,
                      (SELECT count(*) FROM queued_question_vote v WHERE v.question_id = q.id) DESC,
                      q.asked_on, q.asked_at NULLS FIRST, q.id
             OFFSET $2 LIMIT $3",
            series,
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok((questions(rows)?, total))
    }

    /// The questions of a series that staff settled, the latest first, at most `most`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn settled_questions(&self, series: &str, most: i64) -> Result<Vec<Queued>, StoreError> {
        let rows =
            rows!("WHERE q.series = $1 AND q.state <> 'open' ORDER BY q.settled_at DESC, q.id LIMIT $2", series, most,)
                .fetch_all(&self.pool)
                .await?;
        questions(rows)
    }

    /// A question, whoever asks for it.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn question(&self, id: QueuedId) -> Result<Option<Queued>, StoreError> {
        let row = rows!("WHERE q.id = $1", id.0).fetch_optional(&self.pool).await?;
        row.map(Row::into_question).transpose()
    }

    /// A question, for whoever has the right to it. What was withdrawn is not there any more.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn own_question(&self, proof: &QuestionProof) -> Result<Option<Queued>, StoreError> {
        let row = match proof {
            QuestionProof::Author(id, author) => {
                rows!("WHERE q.id = $1 AND q.author_id = $2", id.0, author.to_db()).fetch_optional(&self.pool).await?
            }
            QuestionProof::Receipt(receipt) => {
                rows!("WHERE q.receipt_hash = $1 AND NOT q.withdrawn", &receipt.hash()[..])
                    .fetch_optional(&self.pool)
                    .await?
            }
        };
        row.map(Row::into_question).transpose()
    }

    /// What a member asked by name, newest first: `length` of them after `skipped`, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn questions_by(
        &self,
        author: UserId,
        skipped: i64,
        length: i64,
    ) -> Result<(Vec<Queued>, i64), StoreError> {
        let total = sqlx::query_scalar!(
            r#"SELECT count(*) AS "total!" FROM queued_question WHERE author_id = $1"#,
            author.to_db()
        )
        .fetch_one(&self.pool)
        .await?;
        let rows = rows!(
            "WHERE q.author_id = $1 ORDER BY q.asked_at DESC, q.id OFFSET $2 LIMIT $3",
            author.to_db(),
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok((questions(rows)?, total))
    }
}
