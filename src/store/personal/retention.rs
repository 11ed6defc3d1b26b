//! What is over its time goes, in batches, each a transaction of its own.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::erase::ErasureWords;
use crate::store::submissions::{erase_record, lock_old};
use crate::store::{Store, StoreError};

/// Submissions that one transaction takes.
const BATCH: i64 = 50;

/// How long things are kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Feedback and questions to staff about these programmes, each with its time.
    pub programs: Vec<(String, TimeDelta)>,
    /// About every other.
    pub feedback: TimeDelta,
    /// Drafts of staff that were not sent or saved, since they were last changed.
    pub drafts: TimeDelta,
    /// Texts to a theme that were not sent.
    pub unsent: TimeDelta,
}

impl Store {
    /// Erases what is over its time; how many submissions that were. Cards lose their text; what members got by direct message
    /// stays theirs, only what is stored of it goes.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn erase_old_submissions(
        &self,
        kept: &Kept,
        words: &ErasureWords<'_>,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let mut erased = 0;
        for (program, keep) in &kept.programs {
            erased +=
                self.erase_before(std::slice::from_ref(program), false, (now - *keep).date_naive(), words, now).await?;
        }
        let known: Vec<String> = kept.programs.iter().map(|(program, _)| program.clone()).collect();
        erased += self.erase_before(&known, true, (now - kept.feedback).date_naive(), words, now).await?;
        Ok(erased)
    }

    async fn erase_before(
        &self,
        programs: &[String],
        others: bool,
        before: NaiveDate,
        words: &ErasureWords<'_>,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let mut erased = 0;
        loop {
            let mut tx = self.pool.begin().await?;
            let old = lock_old(&mut tx, programs, others, before, BATCH).await?;
            for record in &old {
                // The member keeps the message that he got; of ours nothing is left to lead to him.
                sqlx::query!(
                    "DELETE FROM announcement a USING reply r WHERE a.id = r.announcement_id AND r.submission_id = $1",
                    record.id.0
                )
                .execute(&mut *tx)
                .await?;
                erase_record(&mut tx, record, &(words.card)(record), &words.sent, now).await?;
            }
            tx.commit().await?;
            erased += old.len();
            if old.is_empty() {
                return Ok(erased);
            }
        }
    }

    /// Erases what staff wrote and never sent or saved, once it is over its time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_old_drafts(&self, kept: &Kept, now: DateTime<Utc>) -> Result<(), StoreError> {
        let drafts = now - kept.drafts;
        sqlx::query!("DELETE FROM draft WHERE state IN ('draft', 'discarded', 'dropped') AND updated_at < $1", drafts)
            .execute(&self.pool)
            .await?;
        sqlx::query!("DELETE FROM rewording WHERE typed_at < $1", drafts).execute(&self.pool).await?;
        sqlx::query!("DELETE FROM knowledge_draft WHERE state <> 'saved' AND updated_at < $1", drafts)
            .execute(&self.pool)
            .await?;
        let unsent = now - kept.unsent;
        sqlx::query!("DELETE FROM theme_reply WHERE sent_at IS NULL AND written_at < $1", unsent)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
