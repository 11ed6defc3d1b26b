//! What became of the drafts that staff handed over: an overview, and taking them back.

use chrono::{DateTime, Utc};

use super::connections::Connection;
use super::drafts;
use super::{Store, StoreError, announcements};
use crate::announcements::{ApprovalDesk, Deed, DeliveryState, Posted};
use crate::ids::{AnnouncementId, ChannelId, DraftId, MessageId, UserId};

/// How one delivery stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryStanding {
    /// Where.
    pub channel: ChannelId,
    /// How far it is.
    pub state: DeliveryState,
    /// Whether it was cancelled after an attempt was begun: it is looked for, or its message deleted.
    pub withdrawn: bool,
    /// The message, once it stands.
    pub message: Option<Posted>,
    /// Whether that message is gone.
    pub removed: bool,
    /// What went wrong last, with the message or with a step after it that failed.
    pub problem: Option<String>,
}

/// An announcement that staff handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its row.
    pub announcement: AnnouncementId,
    /// Its draft.
    pub draft: DraftId,
    /// Its draft's title.
    pub title: String,
    /// Who wrote it.
    pub author: UserId,
    /// When it is or was due.
    pub due_at: DateTime<Utc>,
    /// Its deliveries.
    pub deliveries: Vec<DeliveryStanding>,
}

struct Row {
    announcement_id: i64,
    draft_id: i64,
    title: String,
    author_id: i64,
    due_at: DateTime<Utc>,
    channel_id: i64,
    state: String,
    withdrawn: bool,
    message_id: Option<i64>,
    in_post: bool,
    removed: bool,
    problem: Option<String>,
}

impl Row {
    fn standing(&self) -> Result<DeliveryStanding, StoreError> {
        let channel = ChannelId::from_db(self.channel_id).ok_or(StoreError::Corrupt("channel id"))?;
        Ok(DeliveryStanding {
            channel,
            state: self.state.parse()?,
            withdrawn: self.withdrawn,
            message: self
                .message_id
                .map(|id| MessageId::from_db(id).ok_or(StoreError::Corrupt("message id")))
                .transpose()?
                .map(|message| Posted::of(channel, message, self.in_post)),
            removed: self.removed,
            problem: self.problem.clone(),
        })
    }

    fn overview(&self) -> Result<Overview, StoreError> {
        Ok(Overview {
            announcement: AnnouncementId(self.announcement_id),
            draft: DraftId(self.draft_id),
            title: self.title.clone(),
            author: UserId::from_db(self.author_id).ok_or(StoreError::Corrupt("user id"))?,
            due_at: self.due_at,
            deliveries: Vec::new(),
        })
    }
}

impl Store {
    /// What staff handed over and is still open, failed, or was due after `since`; latest due first.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn staff_announcements(&self, since: DateTime<Utc>) -> Result<Vec<Overview>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT d.announcement_id, r.id AS draft_id, r.title, r.author_id, d.due_at, d.channel_id, d.state, d.withdrawn, d.message_id, d.in_post,
                      d.removed_at IS NOT NULL AS "removed!",
                      COALESCE(d.problem, (SELECT min(s.problem) FROM delivery_step s WHERE s.delivery_id = d.id
                               AND (s.state = 'failed' OR (s.step = 'delete' AND d.state = 'cancelled')))) AS problem
               FROM draft r JOIN delivery d ON d.announcement_id = r.announcement_id
               WHERE r.announcement_id IN
                     (SELECT announcement_id FROM delivery
                      WHERE state IN ('held', 'pending', 'sending', 'failed') OR due_at > $1
                      UNION ALL SELECT f.announcement_id FROM delivery f JOIN delivery_step s ON s.delivery_id = f.id WHERE s.state = 'failed')
               ORDER BY d.due_at DESC, d.announcement_id DESC, d.id LIMIT 1000"#,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        let mut found: Vec<Overview> = Vec::new();
        for row in &rows {
            if found.last().is_none_or(|last| last.announcement.0 != row.announcement_id) {
                found.push(row.overview()?);
            }
            if let Some(last) = found.last_mut() {
                last.deliveries.push(row.standing()?);
            }
        }
        Ok(found)
    }

    /// What can be cancelled, at most 25: first what is not posted everywhere, next due first, then what is and was due
    /// after `since`, latest first; by a part of the title where one is given. The flag says that it is posted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn cancellable(
        &self,
        part: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<(AnnouncementId, String, DateTime<Utc>, bool)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.announcement_id AS "id!", r.title, min(d.due_at) AS "due_at!", bool_and(d.state = 'delivered') AS "posted!"
               FROM draft r JOIN delivery d ON d.announcement_id = r.announcement_id
               WHERE d.removed_at IS NULL AND strpos(lower(r.title), lower($1)) > 0
                 AND (d.state IN ('held', 'failed')
                      OR (d.state IN ('pending', 'sending') AND NOT d.withdrawn)
                      OR (d.state = 'delivered' AND d.due_at > $2
                          AND (NOT d.withdrawn
                               OR EXISTS (SELECT FROM delivery_step s WHERE s.delivery_id = d.id AND s.step = 'delete' AND s.state = 'failed'))))
               GROUP BY r.announcement_id, r.title
               ORDER BY bool_and(d.state = 'delivered'), CASE WHEN bool_and(d.state = 'delivered') THEN NULL ELSE min(d.due_at) END,
                        min(d.due_at) DESC, r.announcement_id LIMIT 25"#,
            part,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (AnnouncementId(row.id), row.title, row.due_at, row.posted)).collect())
    }

    /// What failed, is held or could not be finished, of every kind but staff's own cards; latest due first, at most 25;
    /// by a part of the title where one is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retriable(&self, part: &str) -> Result<Vec<(AnnouncementId, String, DateTime<Utc>)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT a.id, COALESCE(r.title, a.message #>> '{embed,title}', '') AS "title!", min(d.due_at) AS "due_at!"
               FROM announcement a JOIN delivery d ON d.announcement_id = a.id LEFT JOIN draft r ON r.announcement_id = a.id
               WHERE a.kind <> 'internal'
                 AND ((d.state IN ('held', 'failed') AND d.problem IS NOT NULL)
                      OR EXISTS (SELECT FROM delivery_step s WHERE s.delivery_id = d.id AND s.state = 'failed'))
                 AND strpos(lower(COALESCE(r.title, a.message #>> '{embed,title}', '')), lower($1)) > 0
               GROUP BY a.id, r.title ORDER BY min(d.due_at) DESC, a.id DESC LIMIT 25"#,
            part,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (AnnouncementId(row.id), row.title, row.due_at)).collect())
    }

    /// Lets what failed or is held of an announcement be tried again at once, and the steps that failed after it stood;
    /// in which channels. What was due long ago is looked for in its channel first, as after every long wait; what was
    /// cancelled is looked for only.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn retry_announcement(
        &self,
        id: AnnouncementId,
        by: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<ChannelId>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let mut channels = sqlx::query_scalar!(
            "UPDATE delivery d SET state = 'pending', next_attempt_at = $2, problem = NULL FROM announcement a
             WHERE d.announcement_id = $1 AND a.id = $1 AND a.kind <> 'internal'
               AND d.state IN ('held', 'failed') AND d.problem IS NOT NULL
             RETURNING d.channel_id",
            id.0,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        let finished = sqlx::query_scalar!(
            "UPDATE delivery_step s SET state = 'pending', next_attempt_at = $2, problem = NULL
             FROM delivery d JOIN announcement a ON a.id = d.announcement_id
             WHERE a.id = $1 AND a.kind <> 'internal' AND d.id = s.delivery_id AND s.state = 'failed'
             RETURNING d.channel_id",
            id.0,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        channels.extend(finished);
        channels.sort_unstable();
        channels.dedup();
        retried(&mut tx, id, by, &channels, now).await?;
        tx.commit().await?;
        channels
            .into_iter()
            .map(|channel| ChannelId::from_db(channel).ok_or(StoreError::Corrupt("channel id")))
            .collect()
    }

    /// What was handed over and can be edited, latest due first, at most 25; by a part of the title where one is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn editable(
        &self,
        part: &str,
        since: DateTime<Utc>,
    ) -> Result<Vec<(AnnouncementId, String, DateTime<Utc>)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT r.announcement_id AS "id!", r.title, min(d.due_at) AS "due_at!"
               FROM draft r JOIN delivery d ON d.announcement_id = r.announcement_id
               WHERE d.state NOT IN ('cancelled', 'missed') AND NOT d.withdrawn AND d.removed_at IS NULL AND d.due_at > $2 AND strpos(lower(r.title), lower($1)) > 0
               GROUP BY r.announcement_id, r.title ORDER BY min(d.due_at) DESC, r.announcement_id DESC LIMIT 25"#,
            part,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (AnnouncementId(row.id), row.title, row.due_at)).collect())
    }

    /// Takes an announcement of staff back: what certainly was not posted is cancelled at once; what may have been is
    /// looked for by the delivery's own job, and never sent again; what stands is deleted. `None` when there is no such
    /// announcement; otherwise its title and how its deliveries stand now.
    ///
    /// A delivery is claimed by an update of the same row, so it is either claimed first and seen here as being sent,
    /// or cancelled first and not there to be claimed.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn cancel_announcement(
        &self,
        id: AnnouncementId,
        by: UserId,
        desk: ApprovalDesk,
        now: DateTime<Utc>,
    ) -> Result<Option<Overview>, StoreError> {
        let mut tx = self.pool.begin().await?;
        // One at a time with other changes of the draft.
        let draft = sqlx::query_scalar!("SELECT id FROM draft WHERE announcement_id = $1 FOR NO KEY UPDATE", id.0)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(draft) = draft else { return Ok(None) };
        let taken = announcements::take_back(&mut tx, id, now).await?;
        if taken {
            sqlx::query!(
                "UPDATE draft SET state = 'cancelled', version = version + 1, updated_at = $2 WHERE id = $1",
                draft,
                now
            )
            .execute(&mut *tx)
            .await?;
            drafts::record(&mut tx, DraftId(draft), Some(by), Deed::Cancelled, (&[], &[]), now).await?;
        }
        drafts::void(&mut tx, DraftId(draft), Some(by), desk, now).await?;
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT d.announcement_id, r.id AS draft_id, r.title, r.author_id, d.due_at, d.channel_id, d.state, d.withdrawn, d.message_id, d.in_post,
                      d.removed_at IS NOT NULL AS "removed!",
                      COALESCE(d.problem, (SELECT min(s.problem) FROM delivery_step s WHERE s.delivery_id = d.id
                               AND (s.state = 'failed' OR (s.step = 'delete' AND d.state = 'cancelled')))) AS problem
               FROM draft r JOIN delivery d ON d.announcement_id = r.announcement_id
               WHERE r.announcement_id = $1 ORDER BY d.id"#,
            id.0,
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let Some(first) = rows.first() else { return Ok(None) };
        let deliveries = rows.iter().map(Row::standing).collect::<Result<_, _>>()?;
        Ok(Some(Overview { deliveries, ..first.overview()? }))
    }
}

/// Notes in the history that what failed in these channels was tried again.
pub(super) async fn retried(
    tx: &mut Connection,
    id: AnnouncementId,
    by: UserId,
    channels: &[i64],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let draft =
        sqlx::query_scalar!("SELECT id FROM draft WHERE announcement_id = $1", id.0).fetch_optional(&mut *tx).await?;
    let Some(draft) = draft.filter(|_| !channels.is_empty()) else { return Ok(()) };
    let channels: Vec<String> = channels.iter().map(ToString::to_string).collect();
    drafts::record(tx, DraftId(draft), Some(by), Deed::Retried, (&[], &channels), now).await
}
