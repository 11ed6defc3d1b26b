//! What becomes of answers: questions without a good one, whether they helped, and the week's digest.

mod digest;
mod gaps;
mod votes;

pub use digest::DigestFacts;
pub use gaps::Closed;
pub use votes::Voted;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Store, StoreError, questions};

impl Store {
    /// Erases the gaps that nobody has asked, the votes that nobody has changed, and the questions for office hours that
    /// were asked before, `kept`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_old_answers(&self, kept: TimeDelta, now: DateTime<Utc>) -> Result<(), StoreError> {
        let since = (now - kept).date_naive();
        sqlx::query!("DELETE FROM gap WHERE last_asked_on < $1", since).execute(&self.pool).await?;
        sqlx::query!("DELETE FROM vote WHERE voted_on < $1", since).execute(&self.pool).await?;
        questions::erase_old(&self.pool, since, now).await
    }
}
