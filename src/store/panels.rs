//! Panels: at most one a channel, put there, replaced and taken away by staff.

use chrono::{DateTime, Utc};

use super::connections::Connection;
use super::{Store, StoreError, announcements};
use crate::announcements::Draft;
use crate::ids::{AnnouncementId, ChannelId, UserId};

/// What came of a wish about a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanelChange {
    /// It is done.
    Made,
    /// The channel's panel is another one than whoever wished it saw: somebody was faster, or it is the same click once more.
    Overtaken,
}

impl Store {
    /// The panel of a channel, if it has one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn panel(&self, channel: ChannelId) -> Result<Option<AnnouncementId>, StoreError> {
        let mut tx = self.pool.begin().await?;
        current(&mut tx, channel).await
    }

    /// Posts a panel in the place of the one that was `seen`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post_panel(
        &self,
        draft: &Draft,
        channel: ChannelId,
        seen: Option<AnnouncementId>,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<PanelChange, StoreError> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx, channel).await?;
        if current(&mut tx, channel).await? != seen {
            return Ok(PanelChange::Overtaken);
        }
        if let Some(old) = seen {
            announcements::take_back(&mut tx, old, now).await?;
        }
        let id = announcements::insert(&mut tx, draft, now).await?;
        sqlx::query!(
            "INSERT INTO panel (channel_id, announcement_id, staff_id, posted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (channel_id) DO UPDATE SET announcement_id = $2, staff_id = $3, posted_at = $4",
            channel.to_db(),
            id.0,
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(PanelChange::Made)
    }

    /// Takes the panel away that was `seen`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_panel(
        &self,
        channel: ChannelId,
        seen: AnnouncementId,
        now: DateTime<Utc>,
    ) -> Result<PanelChange, StoreError> {
        let mut tx = self.pool.begin().await?;
        lock(&mut tx, channel).await?;
        if current(&mut tx, channel).await? != Some(seen) {
            return Ok(PanelChange::Overtaken);
        }
        announcements::take_back(&mut tx, seen, now).await?;
        sqlx::query!("DELETE FROM panel WHERE channel_id = $1", channel.to_db()).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(PanelChange::Made)
    }
}

/// One change of a channel's panel at a time, also where there is no row yet.
async fn lock(tx: &mut Connection, channel: ChannelId) -> Result<(), StoreError> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('panel'), hashint8($1))", channel.to_db()).execute(tx).await?;
    Ok(())
}

async fn current(tx: &mut Connection, channel: ChannelId) -> Result<Option<AnnouncementId>, StoreError> {
    let id = sqlx::query_scalar!("SELECT announcement_id FROM panel WHERE channel_id = $1", channel.to_db())
        .fetch_optional(tx)
        .await?;
    Ok(id.map(AnnouncementId))
}
