//! Upvotes: one a member and question, under a name that only its member can make again.

use uuid::Uuid;

use super::{Store, StoreError, lock};
use crate::answers::Voter;
use crate::feedback::queue::{Queued, QueuedId};
use crate::store::personal;

impl Store {
    /// Notes that a member would like a question answered, or not any more; the question as it is then. `None` when
    /// there is none that members may vote on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn vote_on_question(
        &self,
        voter: &Voter,
        id: QueuedId,
        wanted: bool,
    ) -> Result<Option<Queued>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(question) = lock(&mut tx, id).await?.filter(Queued::takes_votes) else { return Ok(None) };
        if wanted {
            sqlx::query!(
                "INSERT INTO queued_question_vote (voter, question_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                &voter[..],
                id.0,
            )
            .execute(&mut *tx)
            .await?;
        } else {
            sqlx::query!("DELETE FROM queued_question_vote WHERE voter = $1", &voter[..]).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Some(question))
    }

    /// The questions that have votes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn questions_voted_on(&self) -> Result<Vec<QueuedId>, StoreError> {
        let ids = sqlx::query_scalar!("SELECT DISTINCT question_id FROM queued_question_vote ORDER BY question_id")
            .fetch_all(&self.pool)
            .await?;
        Ok(ids.into_iter().map(QueuedId).collect())
    }

    /// Which questions these votes are for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn upvotes_of(&self, voters: &[Voter]) -> Result<Vec<QueuedId>, StoreError> {
        let voters: Vec<Vec<u8>> = voters.iter().map(|voter| voter.to_vec()).collect();
        let ids = sqlx::query_scalar!("SELECT question_id FROM queued_question_vote WHERE voter = ANY($1)", &voters)
            .fetch_all(&self.pool)
            .await?;
        Ok(ids.into_iter().map(QueuedId).collect())
    }

    /// Erases these votes, and notes that the entries of the ledger are carried out; how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_upvotes(&self, voters: &[Voter], entries: &[Uuid]) -> Result<u64, StoreError> {
        let voters: Vec<Vec<u8>> = voters.iter().map(|voter| voter.to_vec()).collect();
        let mut tx = self.pool.begin().await?;
        let erased = sqlx::query!("DELETE FROM queued_question_vote WHERE voter = ANY($1)", &voters);
        let erased = erased.execute(&mut *tx).await?.rows_affected();
        personal::note(&mut tx, entries).await?;
        tx.commit().await?;
        Ok(erased)
    }
}
