//! Members' own reminders of sessions. What is sent is an announcement to the member's direct messages; here is whose it is.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{EventKey, Store, StoreError, announcements};
use crate::announcements::Draft;
use crate::ids::{PersonalReminderId, UserId};
use crate::message::Message;

/// A member's own reminder that is still ahead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalReminder {
    /// Its row.
    pub id: PersonalReminderId,
    /// Short name of the series.
    pub series: String,
    /// When the session begins.
    pub starts_at: DateTime<Utc>,
}

impl Store {
    /// Stores a member's own reminder of a session; one that is there already stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remind_member(
        &self,
        member: UserId,
        session: &EventKey,
        ends_at: DateTime<Utc>,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<PersonalReminderId, StoreError> {
        let mut tx = self.pool.begin().await?;
        // One that was overtaken tells of a time that was right before; now it is again.
        sqlx::query!(
            "DELETE FROM announcement a USING personal_reminder p
             WHERE p.announcement_id = a.id AND p.user_id = $1 AND p.series = $2 AND p.starts_at = $3 AND p.overtaken_at IS NOT NULL",
            member.to_db(),
            session.series,
            session.starts_at,
        )
        .execute(&mut *tx)
        .await?;
        let announcement = announcements::insert(&mut tx, draft, now).await?;
        // A second click at the same time waits here for the first and then finds its row.
        let added = sqlx::query_scalar!(
            "INSERT INTO personal_reminder (user_id, series, starts_at, ends_at, announcement_id) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT ON CONSTRAINT personal_reminder_once DO NOTHING RETURNING id",
            member.to_db(),
            session.series,
            session.starts_at,
            ends_at,
            announcement.0,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(id) = added {
            sqlx::query!(
                "UPDATE delivery SET expires_at = $2 WHERE announcement_id = $1",
                announcement.0,
                session.starts_at
            )
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            return Ok(PersonalReminderId(id));
        }
        tx.rollback().await?;
        let known = sqlx::query_scalar!(
            "SELECT id FROM personal_reminder WHERE user_id = $1 AND series = $2 AND starts_at = $3",
            member.to_db(),
            session.series,
            session.starts_at,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(PersonalReminderId(known))
    }

    /// Forgets a member's own reminder, if it is his; one that is being sent right now may still arrive.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_reminder(&self, member: UserId, id: PersonalReminderId) -> Result<bool, StoreError> {
        let forgotten = sqlx::query!(
            "DELETE FROM announcement a USING personal_reminder p
             WHERE p.id = $1 AND p.user_id = $2 AND a.id = p.announcement_id",
            id.0,
            member.to_db(),
        )
        .execute(&self.pool)
        .await?;
        Ok(forgotten.rows_affected() > 0)
    }

    /// A member's own reminders of what has not begun.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reminders_of(&self, member: UserId, now: DateTime<Utc>) -> Result<Vec<PersonalReminder>, StoreError> {
        let rows = sqlx::query!(
            "SELECT id, series, starts_at FROM personal_reminder WHERE user_id = $1 AND starts_at > $2 AND overtaken_at IS NULL ORDER BY starts_at, id",
            member.to_db(),
            now,
        )
        .fetch_all(&self.pool)
        .await?;
        let of = |id, series, starts_at| PersonalReminder { id: PersonalReminderId(id), series, starts_at };
        Ok(rows.into_iter().map(|row| of(row.id, row.series, row.starts_at)).collect())
    }

    /// What a member could not be told by direct message, was not told otherwise, and what is not over.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn untold_reminders(
        &self,
        member: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<(PersonalReminderId, Message)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT p.id, a.message AS "message: Json<Message>"
               FROM personal_reminder p JOIN announcement a ON a.id = p.announcement_id JOIN delivery d ON d.announcement_id = a.id
               WHERE p.user_id = $1 AND p.told_at IS NULL AND p.ends_at > $2 AND d.state = 'missed' ORDER BY p.id"#,
            member.to_db(),
            now,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (PersonalReminderId(row.id), row.message.0)).collect())
    }

    /// Notes that a member was shown what [`Store::untold_reminders`] gave.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_reminder_told(&self, id: PersonalReminderId, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!("UPDATE personal_reminder SET told_at = $2 WHERE id = $1 AND told_at IS NULL", id.0, now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The sessions ahead that members want to be reminded of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sessions_of_members(&self, now: DateTime<Utc>) -> Result<Vec<EventKey>, StoreError> {
        let rows = sqlx::query!(
            "SELECT DISTINCT series, starts_at FROM personal_reminder WHERE starts_at > $1 AND overtaken_at IS NULL",
            now
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| EventKey { series: row.series, starts_at: row.starts_at }).collect())
    }

    /// Cancels members' reminders of a session that left the configuration, or takes that back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_members_reminders(&self, session: &EventKey, takes_place: bool) -> Result<(), StoreError> {
        let (from, to) = if takes_place { ("cancelled", "pending") } else { ("pending", "cancelled") };
        sqlx::query!(
            "UPDATE delivery d SET state = $4 FROM personal_reminder p
             WHERE p.series = $1 AND p.starts_at = $2 AND p.overtaken_at IS NULL AND d.announcement_id = p.announcement_id AND d.state = $3",
            session.series,
            session.starts_at,
            from,
            to,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Erases members' reminders of sessions that were over before `before`, whatever came of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_members_reminders(&self, before: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "DELETE FROM announcement a USING personal_reminder p WHERE a.id = p.announcement_id AND p.ends_at < $1",
            before
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
