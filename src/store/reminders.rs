//! Reminders of sessions and key dates: planned once each, withdrawn and restored as the configuration changes.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Json;

use super::{Store, StoreError, announcements, sessions};
use crate::announcements::{DeliveryState, Draft, Nonce, Reference};
use crate::ids::{AnnouncementId, ChannelId, ReminderId};
use crate::message::Message;
use crate::office_hours::Subject;

/// Which reminder it is: there is one of each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReminderKey {
    /// What it is of.
    pub subject: Subject,
    /// Short name of the series or key date.
    pub key: String,
    /// When that begins.
    pub starts_at: DateTime<Utc>,
    /// How long before the reminder is due.
    pub lead: TimeDelta,
}

impl ReminderKey {
    /// What its delivery's reference follows from, so that a message is found again when the database has forgotten it.
    #[must_use]
    pub fn origin(&self) -> String {
        let Self { subject, key, starts_at, lead } = self;
        format!("reminder\n{}\n{key}\n{}\n{}", subject_word(*subject), starts_at.timestamp(), lead.num_seconds())
    }
}

/// A reminder as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReminder {
    /// Its row.
    pub id: ReminderId,
    /// Which it is.
    pub key: ReminderKey,
    /// What it says.
    pub message: Message,
    /// Where it goes.
    pub channel: Option<ChannelId>,
    /// How far its delivery is; `None` when it has none, because an earlier one bears its reference.
    pub state: Option<DeliveryState>,
    /// See `Delivery::expires_at`.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it is withdrawn.
    pub withdrawn: bool,
    /// Whether its session begins at another time by now, or is cancelled.
    pub overtaken: bool,
}

pub(super) const fn subject_word(subject: Subject) -> &'static str {
    match subject {
        Subject::Session => "session",
        Subject::KeyDate => "key-date",
    }
}

impl Store {
    /// The reminders of what begins after `since`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn reminders(&self, since: DateTime<Utc>) -> Result<Vec<StoredReminder>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.id, r.subject, r.key, r.starts_at, r.lead_seconds, r.withdrawn_at IS NOT NULL AS "withdrawn!", r.overtaken_at IS NOT NULL AS "overtaken!",
                      a.message AS "message: Json<Message>", d.channel_id AS "channel_id?", d.state AS "state?", d.expires_at
               FROM reminder r JOIN announcement a ON a.id = r.announcement_id LEFT JOIN delivery d ON d.announcement_id = a.id
               WHERE r.starts_at > $1 ORDER BY r.id"#,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        let read = rows.into_iter().map(|row| {
            let subject = match row.subject.as_str() {
                "session" => Subject::Session,
                "key-date" => Subject::KeyDate,
                _ => return Err(StoreError::Corrupt("kind of reminder")),
            };
            let lead = TimeDelta::try_seconds(row.lead_seconds).ok_or(StoreError::Corrupt("lead time"))?;
            let channel = row.channel_id.map(|id| ChannelId::from_db(id).ok_or(StoreError::Corrupt("channel id")));
            Ok(StoredReminder {
                id: ReminderId(row.id),
                key: ReminderKey { subject, key: row.key, starts_at: row.starts_at, lead },
                message: row.message.0,
                channel: channel.transpose()?,
                state: row.state.map(|state| state.parse()).transpose()?,
                expires_at: row.expires_at,
                withdrawn: row.withdrawn,
                overtaken: row.overtaken,
            })
        });
        read.collect()
    }

    /// Stores a reminder with its announcement and delivery; `false` when it is there already, planned by another process,
    /// or staff changed the schedule since the `revision` that it was planned by.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_reminder(
        &self,
        key: &ReminderKey,
        draft: &Draft,
        expires_at: DateTime<Utc>,
        revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        if !sessions::is_current(&mut tx, revision).await? {
            return Ok(false);
        }
        let announcement = announcements::insert(&mut tx, draft, now).await?;
        // Of two processes that plan at once, the second waits here for the first and then finds its row.
        let added = sqlx::query!(
            "INSERT INTO reminder (subject, key, starts_at, lead_seconds, announcement_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT ON CONSTRAINT reminder_once DO NOTHING",
            subject_word(key.subject),
            key.key,
            key.starts_at,
            key.lead.num_seconds(),
            announcement.0,
        )
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        sqlx::query!(
            "UPDATE delivery SET expires_at = $2, look_first = due_at < $3 WHERE announcement_id = $1",
            announcement.0,
            expires_at,
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Cancels a reminder that was not sent yet, because what it is of left the configuration. One that is on its way
    /// right now is not stopped.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdraw_reminder(&self, id: ReminderId, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "WITH cancelled AS (
                 UPDATE delivery d SET state = 'cancelled' FROM reminder r
                 WHERE r.id = $1 AND r.overtaken_at IS NULL AND d.announcement_id = r.announcement_id AND d.state IN ('pending', 'held') RETURNING d.id)
             UPDATE reminder SET withdrawn_at = $2 WHERE id = $1 AND EXISTS (SELECT FROM cancelled)",
            id.0,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes a withdrawal back, because the schedule of `revision` has it again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn restore_reminder(
        &self,
        id: ReminderId,
        revision: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        if !sessions::is_current(&mut tx, revision).await? {
            return Ok(());
        }
        sqlx::query!(
            "WITH restored AS (
                 UPDATE reminder SET withdrawn_at = NULL WHERE id = $1 AND withdrawn_at IS NOT NULL AND overtaken_at IS NULL RETURNING announcement_id)
             UPDATE delivery d SET state = 'pending', next_attempt_at = GREATEST(d.due_at, $2), problem = NULL FROM restored
             WHERE d.announcement_id = restored.announcement_id AND d.state = 'cancelled'",
            id.0,
            now,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Brings a reminder that was not sent yet to what the configuration now says of it. One of which an attempt was made
    /// stays in its channel.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn revise_reminder(
        &self,
        id: ReminderId,
        key: &ReminderKey,
        draft: &Draft,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let announcement = sqlx::query_scalar!(
            "SELECT announcement_id FROM reminder WHERE id = $1 AND overtaken_at IS NULL FOR UPDATE",
            id.0
        )
        .fetch_optional(&mut *tx)
        .await?;
        let Some(announcement) = announcement else { return Ok(()) };
        announcements::revise(&mut tx, AnnouncementId(announcement), &draft.message, now).await?;
        for channel in &draft.channels {
            let origin = key.origin();
            let (nonce, reference) = (Nonce::derived(&origin, *channel), Reference::derived(&origin, *channel));
            sqlx::query!(
                "UPDATE delivery SET channel_id = $2, reference = $3, nonce = $4 WHERE announcement_id = $1 AND state = 'pending' AND attempts = 0",
                announcement,
                channel.to_db(),
                reference.as_str(),
                nonce.as_str(),
            )
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query!(
            "UPDATE delivery SET expires_at = $2 WHERE announcement_id = $1 AND state = 'pending'",
            announcement,
            expires_at,
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}
