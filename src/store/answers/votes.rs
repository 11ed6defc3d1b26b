//! Whether answers helped: one vote a member and article, under a name that only its member can make again.

use chrono::NaiveDate;
use uuid::Uuid;

use super::gaps;
use crate::answers::{Missed, Voter};
use crate::store::{Store, StoreError, personal};

/// What became of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voted {
    /// It is the first.
    New,
    /// It replaced another.
    Changed,
    /// It was there before.
    Same,
}

impl Store {
    /// Notes whether an article helped. `missed` is the question that it did not help with: it is counted once a vote,
    /// however often its member changes his mind.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn vote(
        &self,
        voter: &Voter,
        article: &str,
        helpful: bool,
        missed: Option<&Missed>,
        today: NaiveDate,
    ) -> Result<Voted, StoreError> {
        let mut tx = self.pool.begin().await?;
        // A second click at the same time waits here for the first.
        let inserted = sqlx::query!(
            "INSERT INTO vote (voter, article, helpful, voted_on) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            &voter[..],
            article,
            helpful,
            today,
        )
        .execute(&mut *tx)
        .await?;
        let old = sqlx::query!("SELECT helpful, counted FROM vote WHERE voter = $1 FOR UPDATE", &voter[..])
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(StoreError::Corrupt("vote that is there and is not"))?;
        let missed = missed.filter(|_| !helpful && !old.counted);
        if let Some(missed) = missed {
            gaps::count(&mut tx, missed, today).await?;
        }
        let voted = match (inserted.rows_affected() > 0, old.helpful == helpful) {
            (true, _) => Voted::New,
            (false, true) => Voted::Same,
            (false, false) => Voted::Changed,
        };
        sqlx::query!(
            "UPDATE vote SET helpful = $2, counted = counted OR $3, voted_on = CASE WHEN helpful = $2 THEN voted_on ELSE $4 END WHERE voter = $1",
            &voter[..],
            helpful,
            missed.is_some(),
            today,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(voted)
    }

    /// The articles that have votes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn articles_voted_on(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar!("SELECT DISTINCT article FROM vote ORDER BY article").fetch_all(&self.pool).await?)
    }

    /// Which of these votes there are: articles, and whether they helped.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn votes_of(&self, voters: &[Voter]) -> Result<Vec<(String, bool)>, StoreError> {
        let voters: Vec<Vec<u8>> = voters.iter().map(|voter| voter.to_vec()).collect();
        let rows = sqlx::query!("SELECT article, helpful FROM vote WHERE voter = ANY($1) ORDER BY article", &voters)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(|row| (row.article, row.helpful)).collect())
    }

    /// Erases these votes, and notes that the entries of the ledger are carried out; how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_votes(&self, voters: &[Voter], entries: &[Uuid]) -> Result<u64, StoreError> {
        let voters: Vec<Vec<u8>> = voters.iter().map(|voter| voter.to_vec()).collect();
        let mut tx = self.pool.begin().await?;
        let erased = sqlx::query!("DELETE FROM vote WHERE voter = ANY($1)", &voters).execute(&mut *tx).await?;
        personal::note(&mut tx, entries).await?;
        tx.commit().await?;
        Ok(erased.rows_affected())
    }
}
