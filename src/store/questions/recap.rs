//! A recap: the answered questions of a series as a draft of staff, each in one recap.

use chrono::{DateTime, Utc};

use super::{Queued, Store, StoreError, questions, rows};
use crate::announcements::{StaffDraft, Wording};
use crate::ids::{ChannelId, Snowflake, UserId};
use crate::store::drafts;

/// Questions of which a recap is made at most.
const MOST: i64 = 25;

/// What came of a recap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recapped {
    /// It is a draft, by this call or by the same one before.
    Drafted(Box<StaffDraft>),
    /// There is no answered question that does not stand in a recap already.
    Nothing,
}

impl Store {
    /// Makes a draft of the answered questions of a series that stand in no recap, except in one that was discarded or dropped. `compose`
    /// makes the wording and says how many of the questions, from the first on, it holds; the others are left to the
    /// next. The click that asked for it makes one draft, however often it arrives.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn draft_recap(
        &self,
        series: &str,
        (by, opened_by): (UserId, Snowflake),
        channel: ChannelId,
        compose: impl Fn(&[Queued]) -> (Wording, usize),
        now: DateTime<Utc>,
    ) -> Result<Recapped, StoreError> {
        let mut tx = self.pool.begin().await?;
        if let Some(draft) = drafts::opened(&mut tx, by, opened_by).await? {
            return Ok(Recapped::Drafted(Box::new(draft)));
        }
        // Of two at once the second waits here, and then finds what the first left: PostgreSQL looks at each row again.
        let rows = rows!(
            "WHERE q.series = $1 AND q.state = 'answered' AND q.answer_message_id IS NOT NULL AND NOT q.withdrawn
               AND (q.recap_id IS NULL OR q.recap_id IN (SELECT d.id FROM draft d WHERE d.state IN ('discarded', 'dropped')))
             ORDER BY q.settled_at, q.id LIMIT $2 FOR UPDATE OF q",
            series,
            MOST,
        )
        .fetch_all(&mut *tx)
        .await?;
        let answered = questions(rows)?;
        let (wording, held) = compose(&answered);
        if held == 0 || !drafts::insert(&mut tx, by, opened_by, &wording, &[channel], now).await? {
            return Ok(Recapped::Nothing);
        }
        let draft = drafts::opened(&mut tx, by, opened_by).await?;
        let draft = draft.ok_or(StoreError::Corrupt("draft that is there and is not"))?;
        let ids: Vec<_> = answered.iter().take(held).map(|question| question.id.0).collect();
        sqlx::query!("UPDATE queued_question SET recap_id = $2 WHERE id = ANY($1)", &ids, draft.id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Recapped::Drafted(Box::new(draft)))
    }
}
