//! The history of a draft: each deed in the transaction that does it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::super::connections::Connection;
use super::super::{Store, StoreError};
use crate::announcements::{Deed, DeedChange, DeliveryState, Posted};
use crate::ids::{AnnouncementId, ChannelId, DraftId, MessageId, UserId};

/// One deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeedRow {
    /// What was done.
    pub deed: Deed,
    /// Who of the staff; `None` where it happened by itself.
    pub by: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
    /// What it was, in the parts that [`crate::announcements::changes`] makes.
    pub before: Vec<String>,
    /// What it is then.
    pub after: Vec<String>,
}

/// What became of one delivery, as its own row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Where.
    pub channel: ChannelId,
    /// How far it is.
    pub state: DeliveryState,
    /// When the message stood; of one that never did, nothing.
    pub at: Option<DateTime<Utc>>,
    /// The message.
    pub message: Option<Posted>,
    /// When it was found to be gone, or deleted.
    pub removed_at: Option<DateTime<Utc>>,
}

/// A page of a draft's history, latest first, with what became of its deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The deeds of this page.
    pub deeds: Vec<DeedRow>,
    /// How many there are in all.
    pub count: usize,
    /// What became of its deliveries.
    pub deliveries: Vec<Delivered>,
}

impl Store {
    /// A page of a draft's history: `most` deeds from the `skipped`-th latest on.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn draft_history(
        &self,
        draft: DraftId,
        announcement: Option<AnnouncementId>,
        skipped: i64,
        most: i64,
    ) -> Result<History, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT deed, by_id, at, before AS "before: Json<Vec<String>>", after AS "after: Json<Vec<String>>"
               FROM draft_deed WHERE draft_id = $1 ORDER BY id DESC OFFSET $2 LIMIT $3"#,
            draft.0,
            skipped,
            most,
        )
        .fetch_all(&self.pool)
        .await?;
        let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM draft_deed WHERE draft_id = $1"#, draft.0)
            .fetch_one(&self.pool)
            .await?;
        let deliveries = sqlx::query!(
            "SELECT channel_id, state, delivered_at, message_id, in_post, removed_at FROM delivery WHERE announcement_id = $1 ORDER BY id",
            announcement.map(|id| id.0),
        )
        .fetch_all(&self.pool)
        .await?;
        let deeds = rows.into_iter().map(|row| {
            Ok(DeedRow {
                deed: row.deed.parse()?,
                by: row.by_id.map(|id| UserId::from_db(id).ok_or(StoreError::Corrupt("user id"))).transpose()?,
                at: row.at,
                before: row.before.map(|json| json.0).unwrap_or_default(),
                after: row.after.map(|json| json.0).unwrap_or_default(),
            })
        });
        let deliveries = deliveries.into_iter().map(|row| {
            let channel = ChannelId::from_db(row.channel_id).ok_or(StoreError::Corrupt("channel id"))?;
            Ok(Delivered {
                channel,
                state: row.state.parse()?,
                at: row.delivered_at,
                message: row.message_id.and_then(MessageId::from_db).map(|id| Posted::of(channel, id, row.in_post)),
                removed_at: row.removed_at,
            })
        });
        Ok(History {
            deeds: deeds.collect::<Result<_, StoreError>>()?,
            count: usize::try_from(count).unwrap_or_default(),
            deliveries: deliveries.collect::<Result<_, StoreError>>()?,
        })
    }
}

/// Notes a deed inside the transaction that does it, with what it was and what it is.
pub(in crate::store) async fn record(
    tx: &mut Connection,
    draft: DraftId,
    by: Option<UserId>,
    deed: Deed,
    (before, after): (&[String], &[String]),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO draft_deed (draft_id, deed, by_id, at, before, after) VALUES ($1, $2, $3, $4, $5, $6)",
        draft.0,
        deed.as_str(),
        by.map(UserId::to_db),
        now,
        serde_json::to_value(before)?,
        serde_json::to_value(after)?,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes each part of a change.
pub(super) async fn record_changes(
    tx: &mut Connection,
    draft: DraftId,
    by: UserId,
    changes: &[DeedChange],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for change in changes {
        record(tx, draft, Some(by), change.deed, (&change.before, &change.after), now).await?;
    }
    Ok(())
}
