//! A second member of staff's word on an announcement. The draft's row is locked first by whoever changes, approves or takes
//! back, so that what is approved is what is sent.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::super::connections::Connection;
use super::super::{Store, StoreError, announcements};
use super::hand_over::{correct, written};
use super::{deeds, lock, read};
use crate::announcements::{
    Approval, ApprovalDesk, ApprovalState, Asked, Deed, Draft, DraftState, StaffDraft, Wording,
};
use crate::ids::{AnnouncementId, ApprovalId, DraftId, UserId};

/// What came of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It counts: by this call, or by the same one before, whose answer was lost.
    Done(Approval),
    /// It is his own.
    Own(Approval),
    /// It was settled, or is not as it was asked about.
    Overtaken(Approval),
    /// Its time went by: it is to be said when it is sent.
    Late(Approval),
    /// Its end went by.
    Expired(Approval),
    /// There is no such question.
    Gone,
}

impl Store {
    /// A question to a second member of staff.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn approval(&self, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
        let mut connection = self.pool.begin().await?;
        approval(&mut connection, id).await
    }

    /// Approves what was asked about and lets it go in the same transaction. `at` is a new time, for what waited beyond its
    /// own; one that is not in the future sends it at once.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn approve(
        &self,
        id: ApprovalId,
        by: UserId,
        at: Option<DateTime<Utc>>,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Word, StoreError> {
        let mut tx = self.pool.begin().await?;
        let asked = match waiting(&mut tx, id, by, ApprovalState::Approved).await? {
            Ok(asked) => asked,
            Err(word) => return Ok(word),
        };
        if asked.is_own(by) {
            return Ok(Word::Own(asked));
        }
        if !asked.is_as_asked() {
            return Ok(Word::Overtaken(asked));
        }
        // Also of a time that would come after its end.
        if asked.is_expired(at.unwrap_or(now).max(now)) {
            return Ok(Word::Expired(asked));
        }
        match (asked.missed_time(now), at) {
            (Some(_), None) => return Ok(Word::Late(asked)),
            // Another time is no part of what was asked about.
            (None, Some(_)) => return Ok(Word::Overtaken(asked)),
            _ => {}
        }
        deeds::record(&mut tx, asked.draft.id, Some(by), Deed::Approved, (&[], &[]), now).await?;
        match &asked.correction {
            Some(_) => correct(&mut tx, &asked.draft, &asked.proposed(), asked.asked.by, now).await?,
            None => release(&mut tx, &asked.draft, by, at, now).await?,
        }
        let settled = settle(&mut tx, &asked, (ApprovalState::Approved, Some(by)), "", desk, now).await?;
        tx.commit().await?;
        Ok(Word::Done(settled))
    }

    /// Sends what was asked about back: what waited is a draft of its author's again, and he is told; what is posted stays as
    /// it is.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn send_back(
        &self,
        id: ApprovalId,
        by: UserId,
        reason: &str,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Word, StoreError> {
        let mut tx = self.pool.begin().await?;
        let asked = match waiting(&mut tx, id, by, ApprovalState::Returned).await? {
            Ok(asked) => asked,
            Err(word) => return Ok(word),
        };
        if asked.correction.is_none() {
            sqlx::query!(
                "UPDATE draft SET state = 'draft', announcement_id = NULL, updated_at = $2, version = version + 1 WHERE id = $1",
                asked.draft.id.0,
                now,
            )
            .execute(&mut *tx)
            .await?;
            // Nothing of it was ever tried.
            sqlx::query!("DELETE FROM announcement WHERE id = $1", asked.draft.announcement.map(|id| id.0))
                .execute(&mut *tx)
                .await?;
        }
        deeds::record(&mut tx, asked.draft.id, Some(by), Deed::Returned, (&[], &[reason.to_owned()]), now).await?;
        let settled = settle(&mut tx, &asked, (ApprovalState::Returned, Some(by)), reason, desk, now).await?;
        let told = Draft::card((desk.returned)(&settled), desk.staff_channel, now);
        announcements::insert(&mut tx, &told, now).await?;
        tx.commit().await?;
        Ok(Word::Done(settled))
    }
}

/// What waits for a word, locked; else what is said: `word` is what somebody wishes now, and may have said before, in a
/// click whose answer was lost.
async fn waiting(
    tx: &mut Connection,
    id: ApprovalId,
    by: UserId,
    word: ApprovalState,
) -> Result<Result<Approval, Word>, StoreError> {
    let Some(asked) = locked(tx, id).await? else { return Ok(Err(Word::Gone)) };
    if asked.state == ApprovalState::Waiting {
        return Ok(Ok(asked));
    }
    let is_mine = asked.state == word && asked.settled.is_some_and(|(who, _)| who == Some(by));
    Ok(Err(if is_mine { Word::Done(asked) } else { Word::Overtaken(asked) }))
}

/// Asks about a draft as it is stored, inside a transaction that holds it. What was asked about it before is void.
pub(super) async fn ask(
    tx: &mut Connection,
    draft: DraftId,
    by: UserId,
    correction: Option<&Wording>,
    desk: ApprovalDesk,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    void(tx, draft, Some(by), desk, now).await?;
    let stored = read(&mut *tx, draft).await?.ok_or(StoreError::Corrupt("draft"))?;
    let proposed = stored.corrected(correction);
    let id = sqlx::query_scalar!(
        "INSERT INTO approval (draft_id, digest, correction, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        draft.0,
        &proposed.digest()[..],
        correction.map(serde_json::to_value).transpose()?,
        by.to_db(),
        now,
    )
    .fetch_one(&mut *tx)
    .await?;
    let asked = approval(tx, ApprovalId(id)).await?.ok_or(StoreError::Corrupt("approval"))?;
    let card = announcements::insert(tx, &Draft::card((desk.card)(&asked, now), desk.staff_channel, now), now).await?;
    sqlx::query!("UPDATE approval SET card_id = $2 WHERE id = $1", id, card.0).execute(&mut *tx).await?;
    let (before, after) = correction.map(|wording| (asked.draft.wording.parts(), wording.parts())).unwrap_or_default();
    deeds::record(tx, draft, Some(by), Deed::Asked, (&before, &after), now).await
}

/// Who asks, and about which other wording.
pub(super) async fn asks_for(tx: &mut Connection, id: ApprovalId) -> Result<(UserId, Option<Wording>), StoreError> {
    let asked = approval(tx, id).await?.ok_or(StoreError::Corrupt("approval"))?;
    Ok((asked.asked.by, asked.correction))
}

/// Makes void what is asked about a draft, inside a transaction that holds it.
pub(in crate::store) async fn void(
    tx: &mut Connection,
    draft: DraftId,
    by: Option<UserId>,
    desk: ApprovalDesk,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let waiting = sqlx::query_scalar!("SELECT id FROM approval WHERE draft_id = $1 AND state = 'waiting'", draft.0)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(id) = waiting else { return Ok(()) };
    let Some(asked) = approval(tx, ApprovalId(id)).await? else { return Ok(()) };
    settle(tx, &asked, (ApprovalState::Void, by), "", desk, now).await?;
    deeds::record(tx, draft, by, Deed::Void, (&[], &[]), now).await
}

/// Lets go what was held for approval, and only that.
async fn release(
    tx: &mut Connection,
    draft: &StaffDraft,
    by: UserId,
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let due_at = match draft.state {
        DraftState::Scheduled => at.or(draft.scheduled_for).unwrap_or(now).max(now),
        _ => now,
    };
    if at.is_some() {
        let (state, planned) =
            if due_at > now { (DraftState::Scheduled, Some(due_at)) } else { (DraftState::Sent, None) };
        sqlx::query!(
            "UPDATE draft SET state = $2, scheduled_for = $3, version = version + 1, updated_at = $4 WHERE id = $1",
            draft.id.0,
            state.as_str(),
            planned,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let before: Vec<String> = draft.scheduled_for.map(written).into_iter().collect();
        deeds::record(tx, draft.id, Some(by), Deed::Time, (&before, &[written(due_at)]), now).await?;
    }
    sqlx::query!(
        "UPDATE delivery SET state = 'pending', due_at = $2, next_attempt_at = $2
         WHERE announcement_id = $1 AND state = 'held' AND problem IS NULL AND NOT withdrawn",
        draft.announcement.map(|id| id.0),
        due_at,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Settles a question, and has its card say so.
pub(super) async fn settle(
    tx: &mut Connection,
    asked: &Approval,
    (state, by): (ApprovalState, Option<UserId>),
    reason: &str,
    desk: ApprovalDesk,
    now: DateTime<Utc>,
) -> Result<Approval, StoreError> {
    sqlx::query!(
        "UPDATE approval SET state = $2, settled_by = $3, settled_at = $4, reason = $5 WHERE id = $1",
        asked.id.0,
        state.as_str(),
        by.map(UserId::to_db),
        now,
        Some(reason).filter(|reason| !reason.is_empty()),
    )
    .execute(&mut *tx)
    .await?;
    let settled = approval(tx, asked.id).await?.ok_or(StoreError::Corrupt("approval"))?;
    if let Some(card) = settled.card {
        announcements::revise(tx, card, &(desk.card)(&settled, now), now).await?;
    }
    Ok(settled)
}

/// A question with its draft, which nobody else changes until the transaction ends.
pub(super) async fn locked(tx: &mut Connection, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    let draft =
        sqlx::query_scalar!("SELECT draft_id FROM approval WHERE id = $1", id.0).fetch_optional(&mut *tx).await?;
    let Some(draft) = draft else { return Ok(None) };
    lock(tx, DraftId(draft)).await?;
    approval(tx, id).await
}

async fn approval(tx: &mut Connection, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT draft_id, digest, correction AS "correction: Json<Wording>", state, asked_by, asked_at, settled_by, settled_at,
                  reason, card_id
           FROM approval WHERE id = $1"#,
        id.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(draft) = read(tx, DraftId(row.draft_id)).await? else { return Ok(None) };
    let user = |id| UserId::from_db(id).ok_or(StoreError::Corrupt("user id"));
    let settled_by = row.settled_by.map(user).transpose()?;
    Ok(Some(Approval {
        id,
        draft,
        correction: row.correction.map(|json| json.0),
        digest: row.digest,
        state: row.state.parse()?,
        asked: Asked { by: user(row.asked_by)?, at: row.asked_at },
        settled: row.settled_at.map(|at| (settled_by, at)),
        reason: row.reason.unwrap_or_default(),
        card: row.card_id.map(AnnouncementId),
    }))
}
