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
    /// The channel's panel is another one than whoever wished it saw: somebody was faster.
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

    /// Posts a panel in the place of the one that was `seen`. The same wish again changes nothing and counts as done.
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
            let is_done = has_replaced(&mut tx, channel, seen, by).await?;
            return Ok(if is_done { PanelChange::Made } else { PanelChange::Overtaken });
        }
        if let Some(old) = seen {
            announcements::take_back(&mut tx, old, now).await?;
        }
        let id = announcements::insert(&mut tx, draft, now).await?;
        sqlx::query!(
            "INSERT INTO panel (channel_id, announcement_id, staff_id, posted_at, replaced) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (channel_id) DO UPDATE SET announcement_id = $2, staff_id = $3, posted_at = $4, replaced = $5",
            channel.to_db(),
            id.0,
            by.to_db(),
            now,
            seen.map(|id| id.0),
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(PanelChange::Made)
    }

    /// Takes the panel away that was `seen`. Where there is none any more, that is done.
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
        match current(&mut tx, channel).await? {
            None => return Ok(PanelChange::Made),
            Some(other) if other != seen => return Ok(PanelChange::Overtaken),
            Some(_) => {}
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

/// Whether this member of staff has put the panel there in the place of the one that was `seen`.
async fn has_replaced(
    tx: &mut Connection,
    channel: ChannelId,
    seen: Option<AnnouncementId>,
    by: UserId,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM panel WHERE channel_id = $1 AND staff_id = $2 AND replaced IS NOT DISTINCT FROM $3) AS "is_so!""#,
        channel.to_db(),
        by.to_db(),
        seen.map(|id| id.0),
    )
    .fetch_one(tx)
    .await?)
}

async fn current(tx: &mut Connection, channel: ChannelId) -> Result<Option<AnnouncementId>, StoreError> {
    let id = sqlx::query_scalar!("SELECT announcement_id FROM panel WHERE channel_id = $1", channel.to_db())
        .fetch_optional(tx)
        .await?;
    Ok(id.map(AnnouncementId))
}
