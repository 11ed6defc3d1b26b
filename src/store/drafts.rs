//! Drafts of staff: changed by their version, handed over once. And the zones that staff write times in.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::connections::Connection;
use super::{Store, StoreError, announcements};
use crate::announcements::{Draft, DraftState, Kind, StaffDraft, Wording};
use crate::ids::{AnnouncementId, ChannelId, DraftId, RoleId, Snowflake, UserId};

/// What came of changing a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is as wished: made by this call, or by the same one before, whose answer was lost.
    Made(StaffDraft),
    /// Somebody else was faster, and it is now like this.
    Overtaken(StaffDraft),
    /// There is no such draft.
    Gone,
}

struct Row {
    id: i64,
    author_id: i64,
    title: String,
    body: String,
    link: String,
    image: String,
    image_alt: String,
    channels: Vec<i64>,
    ping_role_id: Option<i64>,
    crosspost: bool,
    thread: bool,
    pin: bool,
    money_confirmed: bool,
    state: String,
    version: i32,
    scheduled_for: Option<DateTime<Utc>>,
    announcement_id: Option<i64>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn into_draft(self) -> Result<StaffDraft, StoreError> {
        let channels = self.channels.into_iter().map(ChannelId::from_db).collect::<Option<Vec<_>>>();
        let ping = self.ping_role_id.map(|id| RoleId::from_db(id).ok_or(StoreError::Corrupt("role id"))).transpose()?;
        Ok(StaffDraft {
            id: DraftId(self.id),
            author: UserId::from_db(self.author_id).ok_or(StoreError::Corrupt("user id"))?,
            wording: Wording {
                title: self.title,
                body: self.body,
                link: self.link,
                image: self.image,
                image_alt: self.image_alt,
            },
            channels: channels.ok_or(StoreError::Corrupt("channel id"))?,
            ping,
            crosspost: self.crosspost,
            thread: self.thread,
            pin: self.pin,
            money_confirmed: self.money_confirmed,
            state: self.state.parse()?,
            version: self.version,
            scheduled_for: self.scheduled_for,
            announcement: self.announcement_id.map(AnnouncementId),
            updated_at: self.updated_at,
        })
    }
}

impl Store {
    /// Stores a draft. The same form sent again changes nothing and gives the same draft; `None` when the form was
    /// somebody else's.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn create_draft(
        &self,
        author: UserId,
        opened_by: Snowflake,
        wording: &Wording,
        now: DateTime<Utc>,
    ) -> Result<Option<StaffDraft>, StoreError> {
        let mut tx = self.pool.begin().await?;
        insert(&mut tx, author, opened_by, wording, &[], now).await?;
        let draft = opened(&mut tx, author, opened_by).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// Reads a draft.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn draft(&self, id: DraftId) -> Result<Option<StaffDraft>, StoreError> {
        read(&self.pool, id).await
    }

    /// The draft that an announcement was made from.
    ///
    /// # Errors
    /// As [`Store::draft`].
    pub async fn draft_of(&self, announcement: AnnouncementId) -> Result<Option<StaffDraft>, StoreError> {
        let id = sqlx::query_scalar!("SELECT id FROM draft WHERE announcement_id = $1", announcement.0)
            .fetch_optional(&self.pool)
            .await?;
        match id {
            Some(id) => read(&self.pool, DraftId(id)).await,
            None => Ok(None),
        }
    }

    /// The drafts that a member of the staff has not sent, newest first, at most 25; by a part of the title where one
    /// is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unsent_drafts(&self, author: UserId, part: &str) -> Result<Vec<(DraftId, String)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT id, title FROM draft
             WHERE author_id = $1 AND state = 'draft' AND strpos(lower(title), lower($2)) > 0
             ORDER BY updated_at DESC, id DESC LIMIT 25",
            author.to_db(),
            part,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (DraftId(row.id), row.title)).collect())
    }

    /// Stores a draft as it is given, if nobody changed it since it was read; its state may be `Draft` or `Discarded`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_draft(&self, draft: &StaffDraft, now: DateTime<Utc>) -> Result<Change, StoreError> {
        let channels: Vec<i64> = draft.channels.iter().map(|channel| channel.to_db()).collect();
        let mut tx = self.pool.begin().await?;
        let saved = sqlx::query!(
            "UPDATE draft SET title = $3, body = $4, link = $5, image = $6, image_alt = $7, channels = $8, ping_role_id = $9,
                    crosspost = $10, state = $11, scheduled_for = $12, updated_at = $13, money_confirmed = $14, thread = $15, pin = $16,
                    version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'draft'",
            draft.id.0,
            draft.version,
            draft.wording.title,
            draft.wording.body,
            draft.wording.link,
            draft.wording.image,
            draft.wording.image_alt,
            &channels,
            draft.ping.map(RoleId::to_db),
            draft.crosspost,
            draft.state.as_str(),
            draft.scheduled_for,
            now,
            draft.money_confirmed,
            draft.thread,
            draft.pin,
        )
        .execute(&mut *tx)
        .await?;
        let Some(stored) = read(&mut *tx, draft.id).await? else { return Ok(Change::Gone) };
        tx.commit().await?;
        let is_as_wished = saved.rows_affected() > 0 || same(&stored, draft);
        Ok(if is_as_wished { Change::Made(stored) } else { Change::Overtaken(stored) })
    }

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
        let mut tx = self.pool.begin().await?;
        let taken = sqlx::query!(
            "UPDATE draft SET state = $3, scheduled_for = $4, updated_at = $5, version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'draft'",
            draft.id.0,
            draft.version,
            state.as_str(),
            (state == DraftState::Scheduled).then_some(due_at),
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
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }

    /// Replaces the wording of a draft that was handed over, if nobody changed it since it was read: what is still to
    /// be sent says it from the start, and posted messages are edited.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reword_announcement(&self, draft: &StaffDraft, now: DateTime<Utc>) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let wording = &draft.wording;
        let announcement = sqlx::query_scalar!(
            "UPDATE draft SET title = $3, body = $4, link = $5, image = $6, image_alt = $7, updated_at = $8, money_confirmed = $9, version = version + 1
             WHERE id = $1 AND version = $2 AND state IN ('scheduled', 'sent', 'cancelled') RETURNING announcement_id",
            draft.id.0,
            draft.version,
            wording.title,
            wording.body,
            wording.link,
            wording.image,
            wording.image_alt,
            now,
            draft.money_confirmed,
        )
        .fetch_optional(&mut *tx)
        .await?
        .flatten();
        let Some(announcement) = announcement else {
            let stored = read(&mut *tx, draft.id).await?;
            return Ok(match stored {
                None => Change::Gone,
                Some(stored) if stored.wording == *wording => Change::Made(stored),
                Some(stored) => Change::Overtaken(stored),
            });
        };
        announcements::revise(&mut tx, AnnouncementId(announcement), &draft.message(), now).await?;
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
    }

    /// The zone that a member of the staff writes times in, once it is known. One that this program does not know
    /// (any more) is asked for again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn zone_of(&self, user: UserId) -> Result<Option<Tz>, StoreError> {
        let zone = sqlx::query_scalar!("SELECT zone FROM staff_zone WHERE user_id = $1", user.to_db())
            .fetch_optional(&self.pool)
            .await?;
        Ok(zone.and_then(|zone| zone.parse().ok()))
    }

    /// Remembers the zone that a member of the staff writes times in.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_zone(&self, user: UserId, zone: Tz, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO staff_zone (user_id, zone, updated_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET zone = $2, updated_at = $3",
            user.to_db(),
            zone.name(),
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// Stores a draft inside a transaction of the caller; whether it was not there yet.
pub(super) async fn insert(
    tx: &mut Connection,
    author: UserId,
    opened_by: Snowflake,
    wording: &Wording,
    channels: &[ChannelId],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let channels: Vec<i64> = channels.iter().map(|channel| channel.to_db()).collect();
    let inserted = sqlx::query!(
        "INSERT INTO draft (author_id, opened_by, title, body, link, image, image_alt, channels, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT ON CONSTRAINT draft_form_once DO NOTHING",
        author.to_db(),
        opened_by.to_db(),
        wording.title,
        wording.body,
        wording.link,
        wording.image,
        wording.image_alt,
        &channels,
        now,
    )
    .execute(tx)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// The draft that this interaction of its author began.
pub(super) async fn opened(
    tx: &mut Connection,
    author: UserId,
    opened_by: Snowflake,
) -> Result<Option<StaffDraft>, StoreError> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM draft WHERE opened_by = $1 AND author_id = $2",
        opened_by.to_db(),
        author.to_db()
    )
    .fetch_optional(&mut *tx)
    .await?;
    match id {
        Some(id) => read(tx, DraftId(id)).await,
        None => Ok(None),
    }
}

async fn read(connection: impl sqlx::PgExecutor<'_>, id: DraftId) -> Result<Option<StaffDraft>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, author_id, title, body, link, image, image_alt, channels, ping_role_id, crosspost, thread, pin, money_confirmed, state, version,
                scheduled_for, announcement_id, updated_at
         FROM draft WHERE id = $1",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_draft).transpose()
}

/// Whether two versions of a draft say the same.
fn same(one: &StaffDraft, other: &StaffDraft) -> bool {
    one.wording == other.wording
        && one.channels == other.channels
        && one.ping == other.ping
        && one.crosspost == other.crosspost
        && (one.thread, one.pin) == (other.thread, other.pin)
        && one.money_confirmed == other.money_confirmed
        && one.state == other.state
        && one.scheduled_for == other.scheduled_for
}
