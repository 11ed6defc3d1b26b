//! What becomes of a draft that is handed over: announced, altered before it is sent, corrected afterwards.

use chrono::{DateTime, SecondsFormat, Utc};

use super::super::connections::Connection;
use super::super::{Store, StoreError, announcements};
use super::approvals::{ask, asks_for, void};
use super::{Change, deeds, lock, read, same, write};
use crate::announcements::{ApprovalDesk, Deed, Draft, DraftState, Kind, StaffDraft, changes};
use crate::ids::{AnnouncementId, ChannelId, UserId};

impl Store {
    /// Hands a draft over, if nobody changed it since it was read: its announcement and deliveries are stored and its
    /// state changed in one transaction, so that it is announced once, whoever else tries.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announce_draft(
        &self,
        draft: &StaffDraft,
        due_at: DateTime<Utc>,
        state: DraftState,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        self.hand_over(draft, (due_at, state), None, now).await
    }

    /// As [`Store::announce_draft`], but all of it is held until a second member of staff approves it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn submit_draft(
        &self,
        draft: &StaffDraft,
        due_at: DateTime<Utc>,
        state: DraftState,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        self.hand_over(draft, (due_at, state), Some(desk), now).await
    }

    async fn hand_over(
        &self,
        draft: &StaffDraft,
        (due_at, state): (DateTime<Utc>, DraftState),
        desk: Option<ApprovalDesk>,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let planned = (state == DraftState::Scheduled).then_some(due_at);
        let taken = sqlx::query!(
            "UPDATE draft SET state = $3, scheduled_for = $4, updated_at = $5, version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'draft'",
            draft.id.0,
            draft.version,
            state.as_str(),
            planned,
            now,
        )
        .execute(&mut *tx)
        .await?;
        if taken.rows_affected() == 0 {
            let stored = read(&mut *tx, draft.id).await?;
            return Ok(stored.map_or(Change::Gone, Change::Overtaken));
        }
        let announcement = Draft {
            kind: Kind::Staff,
            message: draft.message(),
            crosspost: draft.crosspost,
            origin: None,
            channels: draft.channels.clone(),
            due_at,
        };
        let id = announcements::insert(&mut tx, &announcement, now).await?;
        sqlx::query!("UPDATE draft SET announcement_id = $2 WHERE id = $1", draft.id.0, id.0).execute(&mut *tx).await?;
        bind(&mut tx, id, due_at, draft.expires_at, desk.is_some()).await?;
        let deed = if state == DraftState::Scheduled { Deed::Scheduled } else { Deed::Sent };
        let at: Vec<String> = planned.map(written).into_iter().collect();
        deeds::record(&mut tx, draft.id, Some(draft.author), deed, (&[], &at), now).await?;
        if let Some(desk) = desk {
            ask(&mut tx, draft.id, draft.author, None, desk, now).await?;
        }
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }

    /// Alters what was handed over and of which nothing was sent yet, if nobody changed it since it was read: wording,
    /// channels, ping, time and what follows. What was approved is not any more; where `needs_approval`, it is held until
    /// somebody approves it as it is now.
    ///
    /// The deliveries are locked: each is either claimed first, and then nothing is altered, or altered first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn alter_announcement(
        &self,
        draft: &StaffDraft,
        by: UserId,
        needs_approval: bool,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(before) = lock(&mut tx, draft.id).await? else { return Ok(Change::Gone) };
        let is_open = matches!(before.state, DraftState::Scheduled | DraftState::Sent);
        let (Some(announcement), true) = (before.announcement.filter(|_| before.version == draft.version), is_open)
        else {
            return Ok(if same(&before, draft) { Change::Made(before) } else { Change::Overtaken(before) });
        };
        if !is_unbegun(&mut tx, announcement).await? {
            return Ok(Change::Begun(before));
        }
        let differences = changes(&before, draft);
        if differences.is_empty() {
            return Ok(Change::Made(before));
        }
        write(&mut tx, draft, changed_by(&before, draft, by), now).await?;
        let due_at = draft.scheduled_for.unwrap_or(now);
        readdress(&mut tx, announcement, &draft.channels, due_at).await?;
        announcements::revise(&mut tx, announcement, &draft.message(), now).await?;
        sqlx::query!("UPDATE announcement SET crosspost = $2 WHERE id = $1", announcement.0, draft.crosspost)
            .execute(&mut *tx)
            .await?;
        bind(&mut tx, announcement, due_at, draft.expires_at, needs_approval).await?;
        deeds::record_changes(&mut tx, draft.id, by, &differences, now).await?;
        if needs_approval {
            ask(&mut tx, draft.id, by, None, desk, now).await?;
        } else {
            void(&mut tx, draft.id, Some(by), desk, now).await?;
        }
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }

    /// Whether nothing of an announcement was sent, or tried to be, so that all of it can be altered.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn can_be_altered(&self, announcement: AnnouncementId) -> Result<bool, StoreError> {
        let mut connection = self.pool.begin().await?;
        is_unbegun(&mut connection, announcement).await
    }

    /// Whether a message of an announcement stands that is not being deleted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stands(&self, announcement: AnnouncementId) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM delivery WHERE announcement_id = $1 AND state = 'delivered' AND removed_at IS NULL AND NOT withdrawn) AS "stands!""#,
            announcement.0
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    /// Replaces the wording of a draft that was handed over, if nobody changed it since it was read: what is still to
    /// be sent says it from the start, and posted messages are edited. Another wording that somebody was asked about is void:
    /// approved later, it would bring back what it was made from.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reword_announcement(
        &self,
        draft: &StaffDraft,
        by: UserId,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(before) = lock(&mut tx, draft.id).await? else { return Ok(Change::Gone) };
        if before.version != draft.version || before.announcement.is_none() {
            let is_done = before.wording == draft.wording;
            return Ok(if is_done { Change::Made(before) } else { Change::Overtaken(before) });
        }
        correct(&mut tx, &before, draft, by, now).await?;
        void(&mut tx, draft.id, Some(by), desk, now).await?;
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }

    /// Asks a second member of staff about another wording for what is posted. Until somebody approves it, nothing changes.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn propose_correction(
        &self,
        draft: &StaffDraft,
        by: UserId,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(before) = lock(&mut tx, draft.id).await? else { return Ok(Change::Gone) };
        if before.version != draft.version || before.announcement.is_none() {
            return Ok(Change::Overtaken(before));
        }
        if let Some(asked) = before.approval {
            let (asker, wording) = asks_for(&mut tx, asked).await?;
            if wording.as_ref() == Some(&draft.wording) {
                return Ok(Change::Made(before));
            }
            // His words would be gone from the card before anybody read them.
            if wording.is_some() && asker != by {
                return Ok(Change::Waits(asker));
            }
        }
        ask(&mut tx, draft.id, by, Some(&draft.wording), desk, now).await?;
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }
}

/// Gives what was handed over another wording, inside a transaction that holds the draft.
pub(super) async fn correct(
    tx: &mut Connection,
    before: &StaffDraft,
    after: &StaffDraft,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(announcement) = before.announcement else { return Ok(()) };
    // Of all that can differ the wording alone.
    let corrected = StaffDraft {
        wording: after.wording.clone(),
        money_confirmed: after.money_confirmed,
        confirmed: after.confirmed.clone(),
        ..before.clone()
    };
    write(tx, &corrected, changed_by(before, &corrected, by), now).await?;
    announcements::revise(tx, announcement, &corrected.message(), now).await?;
    let mut differences = changes(before, &corrected);
    for change in differences.iter_mut().filter(|change| change.deed == Deed::Reworded) {
        change.deed = Deed::Corrected;
    }
    deeds::record_changes(tx, before.id, by, &differences, now).await
}

/// An instant in the history.
pub(super) fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Who worded it last, where that is not its author; where nobody else did, who changed something last. A change of something
/// else makes nobody's words another one's: who wrote them could approve them then.
pub(super) fn changed_by(before: &StaffDraft, after: &StaffDraft, by: UserId) -> Option<UserId> {
    let is_reworded = before.wording != after.wording;
    if is_reworded || before.changed_by.is_none() {
        Some(by).filter(|by| *by != before.author)
    } else {
        before.changed_by
    }
}

/// Whether no delivery was tried or withdrawn; they are locked, so that none is claimed meanwhile.
async fn is_unbegun(tx: &mut Connection, announcement: AnnouncementId) -> Result<bool, StoreError> {
    let deliveries = sqlx::query!(
        "SELECT state, attempts, withdrawn, problem FROM delivery WHERE announcement_id = $1 ORDER BY id FOR UPDATE",
        announcement.0
    )
    .fetch_all(tx)
    .await?;
    let is_untouched = |state: &str, attempts: i32, withdrawn: bool, problem: Option<&str>| {
        matches!(state, "pending" | "held") && attempts == 0 && !withdrawn && problem.is_none()
    };
    Ok(!deliveries.is_empty()
        && deliveries.iter().all(|row| is_untouched(&row.state, row.attempts, row.withdrawn, row.problem.as_deref())))
}

/// Directs an announcement of which nothing was sent to exactly these channels.
async fn readdress(
    tx: &mut Connection,
    announcement: AnnouncementId,
    channels: &[ChannelId],
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ids: Vec<i64> = channels.iter().map(|channel| channel.to_db()).collect();
    sqlx::query!("DELETE FROM delivery WHERE announcement_id = $1 AND channel_id <> ALL ($2)", announcement.0, &ids)
        .execute(&mut *tx)
        .await?;
    for &channel in channels {
        announcements::address(tx, announcement, channel, None, due_at).await?;
    }
    Ok(())
}

/// When the deliveries of an announcement of which nothing was sent are due, until when, and whether they are held.
async fn bind(
    tx: &mut Connection,
    announcement: AnnouncementId,
    due_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    is_held: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE delivery SET due_at = $2, next_attempt_at = $2, expires_at = $3, state = CASE WHEN $4 THEN 'held' ELSE 'pending' END
         WHERE announcement_id = $1",
        announcement.0,
        due_at,
        expires_at,
        is_held,
    )
    .execute(tx)
    .await?;
    Ok(())
}
