//! What follows from a change of a session, in the transaction that makes it: what was posted for the time before says so,
//! what was not posted is not, members who wanted to be reminded are told, and Discord's event goes along.

use chrono::{DateTime, Utc};

use super::NewChange;
use crate::announcements::{Draft, Kind};
use crate::ids::{AnnouncementId, ChannelId, UserId};
use crate::message::Message;
use crate::office_hours::{KeyDate, Status, Subject};
use crate::store::connections::Connection;
use crate::store::reminders::subject_word;
use crate::store::{Store, StoreError, announcements};

/// What is said where, and what moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Aftermath {
    /// When the session was to begin before the change.
    pub from: DateTime<Utc>,
    /// When it ends now.
    pub ends_at: DateTime<Utc>,
    /// What reminders say that were posted for the time before.
    pub notice: Message,
    /// What they say where they are right again.
    pub restored: Message,
    /// What members are told who wanted to be reminded.
    pub personal_notice: Message,
    /// What they are told when it comes, and when that is; `None` where that is too soon to be worth it.
    pub personal_reminder: Option<(Message, DateTime<Utc>)>,
}

/// How much a change will reach.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Affected {
    /// Members who wanted to be reminded.
    pub members: i64,
    /// Reminders that stand in channels.
    pub posted: i64,
    /// Reminders that wait for their time.
    pub waiting: i64,
    /// Whether Discord has an event of it.
    pub event: bool,
}

impl Store {
    /// How much a change of the session that begins at `start` will reach.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn affected(&self, series: &str, start: DateTime<Utc>) -> Result<Affected, StoreError> {
        let (subject, key) = reminded(series);
        let row = sqlx::query!(
            r#"SELECT (SELECT count(*) FROM personal_reminder WHERE series = $1 AND starts_at = $2 AND overtaken_at IS NULL) AS "members!",
                      count(*) FILTER (WHERE d.state = 'delivered') AS "posted!", count(*) FILTER (WHERE d.state IN ('pending', 'sending', 'held')) AS "waiting!",
                      EXISTS (SELECT FROM scheduled_event WHERE series = $1 AND starts_at = $2 AND state IN ('standing', 'moved')) AS "event!"
               FROM reminder r JOIN delivery d ON d.announcement_id = r.announcement_id
               WHERE r.subject = $3 AND r.key = $4 AND r.starts_at = $2"#,
            series,
            start,
            subject,
            key,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Affected { members: row.members, posted: row.posted, waiting: row.waiting, event: row.event })
    }
}

/// What reminders are of, and under which name, where staff change what bears this one.
fn reminded(name: &str) -> (&'static str, &str) {
    match KeyDate::key_of(name) {
        Some(key) => (subject_word(Subject::KeyDate), key),
        None => (subject_word(Subject::Session), name),
    }
}

impl Aftermath {
    pub(super) async fn carry_out(
        &self,
        tx: &mut Connection,
        new: &NewChange,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let is_on = new.status != Status::Cancelled;
        let leaves = !is_on || new.start != self.from;
        let members = if leaves {
            self.overtake_reminders(tx, new, now).await?;
            self.overtake_members(tx, new, now).await?
        } else {
            members(tx, &new.series, new.start, true).await?
        };
        match (is_on, leaves) {
            (true, true) => move_event(tx, new, self.from, now).await?,
            (false, _) => unwant_event(tx, &new.series, self.from, now).await?,
            (true, false) => {}
        }
        if is_on {
            want_event_again(tx, &new.series, new.start, now).await?;
            self.restore_reminders(tx, new, now).await?;
            self.remind_members(tx, new, &members, now).await?;
        }
        self.follow_run(tx, new, now).await
    }

    /// What was certainly not posted is cancelled; what was, or may have been, says what became of the session.
    async fn overtake_reminders(
        &self,
        tx: &mut Connection,
        new: &NewChange,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (subject, key) = reminded(&new.series);
        let overtaken = sqlx::query_scalar!(
            "UPDATE reminder SET overtaken_at = $3
             WHERE subject = $4 AND key = $1 AND starts_at = $2 AND overtaken_at IS NULL RETURNING announcement_id",
            key,
            self.from,
            now,
            subject,
        )
        .fetch_all(&mut *tx)
        .await?;
        for id in overtaken {
            sqlx::query!(
                "UPDATE delivery SET state = 'cancelled'
                 WHERE announcement_id = $1 AND ((state = 'pending' AND attempts = 0) OR state IN ('held', 'failed'))",
                id
            )
            .execute(&mut *tx)
            .await?;
            announcements::revise(tx, AnnouncementId(id), &self.notice, now).await?;
        }
        Ok(())
    }

    /// Reminders of the time that counts again: those that stand are right as they were, the others are planned anew.
    async fn restore_reminders(
        &self,
        tx: &mut Connection,
        new: &NewChange,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (subject, key) = reminded(&new.series);
        let restored = sqlx::query_scalar!(
            "UPDATE reminder r SET overtaken_at = NULL,
                 withdrawn_at = CASE WHEN EXISTS (SELECT FROM delivery d WHERE d.announcement_id = r.announcement_id AND d.state = 'cancelled') THEN $3::TIMESTAMPTZ END
             WHERE r.subject = $4 AND r.key = $1 AND r.starts_at = $2 AND r.overtaken_at IS NOT NULL RETURNING r.announcement_id",
            key,
            new.start,
            now,
            subject,
        )
        .fetch_all(&mut *tx)
        .await?;
        for id in restored {
            announcements::revise(tx, AnnouncementId(id), &self.restored, now).await?;
        }
        Ok(())
    }

    /// Whoever was not told yet is told now, and by the same delivery; what he was told is edited. Who it is.
    async fn overtake_members(
        &self,
        tx: &mut Connection,
        new: &NewChange,
        now: DateTime<Utc>,
    ) -> Result<Vec<(UserId, ChannelId)>, StoreError> {
        let members = members(tx, &new.series, self.from, false).await?;
        let overtaken = sqlx::query_scalar!(
            "UPDATE personal_reminder SET overtaken_at = $3, told_at = NULL
             WHERE series = $1 AND starts_at = $2 AND overtaken_at IS NULL RETURNING announcement_id",
            new.series,
            self.from,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        for id in overtaken {
            announcements::revise(tx, AnnouncementId(id), &self.personal_notice, now).await?;
            sqlx::query!(
                "UPDATE delivery SET due_at = LEAST(due_at, $2), next_attempt_at = LEAST(next_attempt_at, $2)
                 WHERE announcement_id = $1 AND state = 'pending' AND attempts = 0",
                id,
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        Ok(members)
    }

    async fn remind_members(
        &self,
        tx: &mut Connection,
        new: &NewChange,
        members: &[(UserId, ChannelId)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some((message, due_at)) = &self.personal_reminder else { return Ok(()) };
        for &(member, channel) in members {
            sqlx::query!(
                "DELETE FROM announcement a USING personal_reminder p
                 WHERE p.announcement_id = a.id AND p.user_id = $1 AND p.series = $2 AND p.starts_at = $3 AND p.overtaken_at IS NOT NULL",
                member.to_db(),
                new.series,
                new.start,
            )
            .execute(&mut *tx)
            .await?;
            let draft = Draft {
                kind: Kind::Personal,
                message: message.clone(),
                crosspost: false,
                // Another message than the one that was sent for this time before the session moved away and back.
                origin: Some(format!(
                    "personal\n{member}\n{}\n{}\n{}",
                    new.series,
                    new.start.timestamp(),
                    new.based_on + 1
                )),
                channels: vec![channel],
                due_at: *due_at,
            };
            let announcement = announcements::insert(tx, &draft, now).await?;
            sqlx::query!(
                "INSERT INTO personal_reminder (user_id, series, starts_at, ends_at, announcement_id) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT ON CONSTRAINT personal_reminder_once DO NOTHING",
                member.to_db(),
                new.series,
                new.start,
                self.ends_at,
                announcement.0,
            )
            .execute(&mut *tx)
            .await?;
            sqlx::query!("UPDATE delivery SET expires_at = $2 WHERE announcement_id = $1", announcement.0, new.start)
                .execute(&mut *tx)
                .await?;
        }
        Ok(())
    }

    /// The session that was to be opened is opened at its new time, or not at all.
    async fn follow_run(&self, tx: &mut Connection, new: &NewChange, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "DELETE FROM announcement a USING session_run r
             WHERE a.id = r.card_id AND r.series = $1 AND r.slot = $2 AND r.state = 'waiting'
               AND NOT EXISTS (SELECT FROM delivery d WHERE d.announcement_id = a.id AND (d.state <> 'pending' OR d.attempts > 0))",
            new.series,
            new.slot,
        )
        .execute(&mut *tx)
        .await?;
        // Looked at anew; a card that was posted for the old time leads to it by the same row, and says what became of it.
        sqlx::query!(
            "UPDATE session_run SET starts_at = $3, ends_at = $4, next_attempt_at = $5, state = 'waiting'
             WHERE series = $1 AND slot = $2 AND state IN ('waiting', 'skipped')",
            new.series,
            new.slot,
            new.start,
            self.ends_at,
            now,
        )
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}

/// Members with a reminder of their own, and where they are told: those that count, or those that were overtaken.
async fn members(
    tx: &mut Connection,
    series: &str,
    start: DateTime<Utc>,
    overtaken: bool,
) -> Result<Vec<(UserId, ChannelId)>, StoreError> {
    let rows = sqlx::query!(
        "SELECT p.user_id, d.channel_id FROM personal_reminder p JOIN delivery d ON d.announcement_id = p.announcement_id
         WHERE p.series = $1 AND p.starts_at = $2 AND (p.overtaken_at IS NOT NULL) = $3 ORDER BY p.id",
        series,
        start,
        overtaken,
    )
    .fetch_all(tx)
    .await?;
    let read = |row: (i64, i64)| {
        let member = UserId::from_db(row.0).ok_or(StoreError::Corrupt("user id"))?;
        Ok((member, ChannelId::from_db(row.1).ok_or(StoreError::Corrupt("channel id"))?))
    };
    rows.into_iter().map(|row| read((row.user_id, row.channel_id))).collect()
}

/// Discord's event is brought to the new time, so that whoever is interested in it stays so.
async fn move_event(
    tx: &mut Connection,
    new: &NewChange,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let moved = sqlx::query!(
        // Whoever works on it at this moment keeps it, and then finds that it shows another time.
        "UPDATE scheduled_event e SET starts_at = $3, moved_from = COALESCE(moved_from, starts_at), problem = NULL, attempts = 0,
             state = CASE WHEN state = 'standing' THEN 'moved' ELSE state END, next_attempt_at = GREATEST(next_attempt_at, $4)
         WHERE series = $1 AND starts_at = $2 AND state IN ('wanted', 'standing', 'failed', 'moved')
           AND NOT EXISTS (SELECT FROM scheduled_event other WHERE other.series = $1 AND other.starts_at = $3)",
        new.series,
        from,
        new.start,
        now,
    )
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() == 0 { unwant_event(tx, &new.series, from, now).await } else { Ok(()) }
}

async fn unwant_event(
    tx: &mut Connection,
    series: &str,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE scheduled_event SET state = 'unwanted', next_attempt_at = GREATEST(next_attempt_at, $3), problem = NULL
         WHERE series = $1 AND starts_at = $2 AND state IN ('wanted', 'standing', 'failed', 'moved')",
        series,
        start,
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn want_event_again(
    tx: &mut Connection,
    series: &str,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE scheduled_event SET state = 'wanted', event_id = NULL, next_attempt_at = GREATEST(next_attempt_at, $3), problem = NULL
         WHERE series = $1 AND starts_at = $2 AND state IN ('unwanted', 'gone')",
        series,
        start,
        now,
    )
    .execute(tx)
    .await?;
    Ok(())
}
