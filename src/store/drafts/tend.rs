//! What becomes of drafts and questions by themselves: a time that goes by, an end that goes by, a draft that nobody touches.
//! Doing it twice, or in two processes, changes nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::connections::Connection;
use super::super::{Store, StoreError, announcements};
use super::approvals::{locked, void};
use super::{deeds, lock};
use crate::announcements::{ApprovalDesk, ApprovalState, Deed, Draft, DraftState, StaffDraft};
use crate::ids::{ApprovalId, DraftId};

/// How many of each kind are taken at once; the next round is a minute away.
const BATCH: i64 = 50;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tended {
    /// Cards that say now that the time went by.
    pub late: usize,
    /// Announcements that are not sent any more.
    pub missed: usize,
    /// Authors who were told that a draft will be dropped.
    pub warned: usize,
    /// Drafts that were dropped.
    pub dropped: usize,
}

impl Store {
    /// Has the cards of what waits beyond its time say so, and gives up what waits beyond its end.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn tend_approvals(&self, desk: ApprovalDesk, now: DateTime<Utc>) -> Result<Tended, StoreError> {
        let due = sqlx::query!(
            r#"SELECT a.id, d.expires_at <= $1 AS "is_over?" FROM approval a JOIN draft d ON d.id = a.draft_id
               WHERE a.state = 'waiting' AND a.correction IS NULL
                 AND (d.expires_at <= $1 OR (a.late_at IS NULL AND d.state = 'scheduled' AND d.scheduled_for <= $1))
               ORDER BY a.id LIMIT $2"#,
            now,
            BATCH,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut tended = Tended::default();
        for row in due {
            let mut tx = self.pool.begin().await?;
            let Some(asked) = locked(&mut tx, ApprovalId(row.id)).await? else { continue };
            if asked.state != ApprovalState::Waiting {
                continue;
            }
            if asked.is_expired(now) {
                miss(&mut tx, &asked.draft, desk, now).await?;
                let told = Draft::card((desk.missed)(&asked), desk.staff_channel, now);
                announcements::insert(&mut tx, &told, now).await?;
                tended.missed += 1;
            } else if asked.missed_time(now).is_some() {
                sqlx::query!("UPDATE approval SET late_at = $2 WHERE id = $1", row.id, now).execute(&mut *tx).await?;
                if let Some(card) = asked.card {
                    announcements::revise(&mut tx, card, &(desk.card)(&asked, now), now).await?;
                }
                tended.late += 1;
            }
            tx.commit().await?;
        }
        Ok(tended)
    }

    /// Tells the authors of drafts that nobody touched for `keep`, and drops those whose authors were told `notice` ago.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn tend_drafts(
        &self,
        keep: TimeDelta,
        notice: TimeDelta,
        card: impl Fn(&StaffDraft) -> Draft,
        now: DateTime<Utc>,
    ) -> Result<Tended, StoreError> {
        let due = sqlx::query_scalar!(
            "SELECT id FROM draft WHERE state = 'draft' AND updated_at <= $1 AND (warned_at IS NULL OR warned_at <= $2)
             ORDER BY updated_at, id LIMIT $3",
            now - keep,
            now - notice,
            BATCH,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut tended = Tended::default();
        for id in due {
            let mut tx = self.pool.begin().await?;
            let Some(draft) = lock(&mut tx, DraftId(id)).await? else { continue };
            if draft.state != DraftState::Draft || draft.updated_at > now - keep {
                continue;
            }
            let warned_at =
                sqlx::query_scalar!("SELECT warned_at FROM draft WHERE id = $1", id).fetch_one(&mut *tx).await?;
            match warned_at {
                None => {
                    announcements::insert(&mut tx, &card(&draft), now).await?;
                    sqlx::query!("UPDATE draft SET warned_at = $2 WHERE id = $1", id, now).execute(&mut *tx).await?;
                    deeds::record(&mut tx, draft.id, None, Deed::Warned, (&[], &[]), now).await?;
                    tended.warned += 1;
                }
                Some(at) if at <= now - notice => {
                    sqlx::query!(
                        "UPDATE draft SET state = 'dropped', version = version + 1, updated_at = $2 WHERE id = $1",
                        id,
                        now
                    )
                    .execute(&mut *tx)
                    .await?;
                    deeds::record(&mut tx, draft.id, None, Deed::Dropped, (&[], &[]), now).await?;
                    tended.dropped += 1;
                }
                // Another process was faster.
                Some(_) => continue,
            }
            tx.commit().await?;
        }
        Ok(tended)
    }
}

/// Gives up what was held for approval beyond its end.
async fn miss(
    tx: &mut Connection,
    draft: &StaffDraft,
    desk: ApprovalDesk,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE delivery SET state = 'missed' WHERE announcement_id = $1 AND state = 'held' AND problem IS NULL AND NOT withdrawn",
        draft.announcement.map(|id| id.0),
    )
    .execute(&mut *tx)
    .await?;
    deeds::record(tx, draft.id, None, Deed::Missed, (&[], &[]), now).await?;
    void(tx, draft.id, None, desk, now).await
}
