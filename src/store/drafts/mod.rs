//! Drafts of staff: changed by their version, handed over once.

mod approvals;
mod deeds;
mod hand_over;
mod rewordings;
mod tend;
mod zones;

pub use approvals::Word;
pub use deeds::{DeedRow, Delivered, History};
pub use tend::Tended;

pub(super) use approvals::void;
pub(super) use deeds::record;

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::connections::Connection;
use super::{Store, StoreError};
use crate::announcements::{Contact, Deed, DraftState, Pinged, PostTag, StaffDraft, Wording, changes};
use crate::ids::{AnnouncementId, ApprovalId, ChannelId, DraftId, Snowflake, UserId};

/// What came of changing a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is as wished: made by this call, or by the same one before, whose answer was lost.
    Made(StaffDraft),
    /// Somebody else was faster, and it is now like this.
    Overtaken(StaffDraft),
    /// Another wording, which this member of the staff asked about, waits for approval.
    Waits(UserId),
    /// It is being sent, or was: channels, ping and time are as they are.
    Begun(StaffDraft),
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
    contact: Option<Json<Contact>>,
    channels: Vec<i64>,
    ping_role_id: Option<i64>,
    crosspost: bool,
    thread: bool,
    pin: bool,
    tags: Json<Vec<PostTag>>,
    money_confirmed: bool,
    confirmed: Vec<String>,
    changed_by: Option<i64>,
    state: String,
    approval_id: Option<i64>,
    version: i32,
    scheduled_for: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    announcement_id: Option<i64>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn into_draft(self) -> Result<StaffDraft, StoreError> {
        let channels = self.channels.into_iter().map(ChannelId::from_db).collect::<Option<Vec<_>>>();
        let ping = self.ping_role_id.map(|id| Pinged::from_db(id).ok_or(StoreError::Corrupt("role id"))).transpose()?;
        Ok(StaffDraft {
            id: DraftId(self.id),
            author: UserId::from_db(self.author_id).ok_or(StoreError::Corrupt("user id"))?,
            wording: Wording {
                title: self.title,
                body: self.body,
                link: self.link,
                image: self.image,
                image_alt: self.image_alt,
                contact: self.contact.map(|json| json.0),
            },
            channels: channels.ok_or(StoreError::Corrupt("channel id"))?,
            ping,
            crosspost: self.crosspost,
            thread: self.thread,
            pin: self.pin,
            tags: self.tags.0,
            money_confirmed: self.money_confirmed,
            confirmed: self.confirmed,
            changed_by: self
                .changed_by
                .map(|id| UserId::from_db(id).ok_or(StoreError::Corrupt("user id")))
                .transpose()?,
            state: self.state.parse()?,
            approval: self.approval_id.map(ApprovalId),
            version: self.version,
            scheduled_for: self.scheduled_for,
            expires_at: self.expires_at,
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

    /// The drafts that a member of the staff has not sent, newest first, at most 200; those for one channel where one is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unsent_drafts_in(
        &self,
        author: UserId,
        channel: Option<ChannelId>,
    ) -> Result<Vec<(DraftId, String)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT id, title FROM draft
             WHERE author_id = $1 AND state = 'draft' AND ($2::BIGINT IS NULL OR $2 = ANY (channels))
             ORDER BY updated_at DESC, id DESC LIMIT 200",
            author.to_db(),
            channel.map(ChannelId::to_db),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (DraftId(row.id), row.title)).collect())
    }

    /// Begins a draft as a copy of another one, without its time and what was confirmed of it. The same click again changes
    /// nothing; `None` when there is no such draft, or it is somebody else's and was never handed over.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn copy_draft(
        &self,
        of: DraftId,
        by: UserId,
        opened_by: Snowflake,
        now: DateTime<Utc>,
    ) -> Result<Option<StaffDraft>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(source) = read(&mut *tx, of).await?.filter(|draft| draft.is_open_to(by)) else { return Ok(None) };
        if insert(&mut tx, by, opened_by, &source.wording, &source.channels, now).await? {
            let id = opened(&mut tx, by, opened_by).await?.map(|draft| draft.id).ok_or(StoreError::Corrupt("draft"))?;
            sqlx::query!(
                "UPDATE draft SET ping_role_id = $2, crosspost = $3, thread = $4, pin = $5, tags = $6 WHERE id = $1",
                id.0,
                source.ping.map(Pinged::to_db),
                source.crosspost,
                source.thread,
                source.pin,
                Json(&source.tags) as _,
            )
            .execute(&mut *tx)
            .await?;
            record(&mut tx, id, Some(by), Deed::Copied, (&[], &[of.to_string()]), now).await?;
        }
        let draft = opened(&mut tx, by, opened_by).await?;
        tx.commit().await?;
        Ok(draft)
    }

    /// The drafts whose history somebody may read: his own, and what was handed over; last changed first, at most 25; by a
    /// part of the title where one is given.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recorded_drafts(
        &self,
        reader: UserId,
        part: &str,
    ) -> Result<Vec<(DraftId, String, DateTime<Utc>)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT id, title, updated_at FROM draft
             WHERE (author_id = $1 OR announcement_id IS NOT NULL) AND strpos(lower(title), lower($2)) > 0
             ORDER BY updated_at DESC, id DESC LIMIT 25",
            reader.to_db(),
            part,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (DraftId(row.id), row.title, row.updated_at)).collect())
    }

    /// What was announced since, or is to be, of staff's and of feeds' except this draft's own, also if it became one since
    /// it was read: its text, and when it was first due.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announced_since(
        &self,
        since: DateTime<Utc>,
        except: DraftId,
    ) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT a.message ->> 'content' AS "content!", min(d.due_at) AS "due_at!"
               FROM announcement a JOIN delivery d ON d.announcement_id = a.id
               WHERE a.kind IN ('staff', 'blog') AND a.message ->> 'content' IS NOT NULL
                 AND NOT EXISTS (SELECT FROM draft r WHERE r.announcement_id = a.id AND r.id = $2)
                 AND d.due_at > $1 AND d.state IN ('held', 'pending', 'sending', 'delivered') AND NOT d.withdrawn
               GROUP BY a.id ORDER BY min(d.due_at) DESC, a.id DESC LIMIT 200"#,
            since,
            except.0,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (row.content, row.due_at)).collect())
    }

    /// Stores a draft as it is given, if nobody changed it since it was read; its state may be `Draft` or `Discarded`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_draft(&self, draft: &StaffDraft, now: DateTime<Utc>) -> Result<Change, StoreError> {
        let mut tx = self.pool.begin().await?;
        let Some(before) = lock(&mut tx, draft.id).await? else { return Ok(Change::Gone) };
        if before.version != draft.version || before.state != DraftState::Draft {
            return Ok(if same(&before, draft) { Change::Made(before) } else { Change::Overtaken(before) });
        }
        write(&mut tx, draft, hand_over::changed_by(&before, draft, draft.author), now).await?;
        deeds::record_changes(&mut tx, draft.id, draft.author, &changes(&before, draft), now).await?;
        let stored = read(&mut *tx, draft.id).await?;
        tx.commit().await?;
        Ok(stored.map_or(Change::Gone, Change::Made))
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
    let inserted = sqlx::query_scalar!(
        "INSERT INTO draft (author_id, opened_by, title, body, link, image, image_alt, channels, created_at, updated_at, contact)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT ON CONSTRAINT draft_form_once DO NOTHING RETURNING id",
        author.to_db(),
        opened_by.to_db(),
        wording.title,
        wording.body,
        wording.link,
        wording.image,
        wording.image_alt,
        &channels,
        now,
        wording.contact.as_ref().map(Json) as _,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = inserted else { return Ok(false) };
    record(tx, DraftId(id), Some(author), Deed::Written, (&[], std::slice::from_ref(&wording.title)), now).await?;
    Ok(true)
}

/// Reads a draft and keeps others from changing it until the transaction ends.
async fn lock(tx: &mut Connection, id: DraftId) -> Result<Option<StaffDraft>, StoreError> {
    sqlx::query!("SELECT id FROM draft WHERE id = $1 FOR NO KEY UPDATE", id.0).fetch_optional(&mut *tx).await?;
    read(tx, id).await
}

/// Writes a draft that is locked; `changed_by` is who changed it last, where that was not its author.
async fn write(
    tx: &mut Connection,
    draft: &StaffDraft,
    changed_by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let channels: Vec<i64> = draft.channels.iter().map(|channel| channel.to_db()).collect();
    sqlx::query!(
        "UPDATE draft SET title = $2, body = $3, link = $4, image = $5, image_alt = $6, channels = $7, ping_role_id = $8,
                crosspost = $9, state = $10, scheduled_for = $11, updated_at = $12, money_confirmed = $13, thread = $14, pin = $15,
                confirmed = $16, expires_at = $17, changed_by = $18, tags = $19, contact = $20, warned_at = NULL, version = version + 1
         WHERE id = $1",
        draft.id.0,
        draft.wording.title,
        draft.wording.body,
        draft.wording.link,
        draft.wording.image,
        draft.wording.image_alt,
        &channels,
        draft.ping.map(Pinged::to_db),
        draft.crosspost,
        draft.state.as_str(),
        draft.scheduled_for,
        now,
        draft.money_confirmed,
        draft.thread,
        draft.pin,
        &draft.confirmed,
        draft.expires_at,
        changed_by.map(UserId::to_db),
        Json(&draft.tags) as _,
        draft.wording.contact.as_ref().map(Json) as _,
    )
    .execute(tx)
    .await?;
    Ok(())
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
        r#"SELECT id, author_id, title, body, link, image, image_alt, contact AS "contact: Json<Contact>", channels, ping_role_id, crosspost, thread, pin, tags AS "tags: Json<Vec<PostTag>>", money_confirmed,
                confirmed, changed_by, state, (SELECT a.id FROM approval a WHERE a.draft_id = draft.id AND a.state = 'waiting') AS approval_id,
                version, scheduled_for, expires_at, announcement_id, updated_at
         FROM draft WHERE id = $1"#,
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
        && (one.thread, one.pin, &one.tags) == (other.thread, other.pin, &other.tags)
        && (one.money_confirmed, &one.confirmed) == (other.money_confirmed, &other.confirmed)
        && one.state == other.state
        && (one.scheduled_for, one.expires_at) == (other.scheduled_for, other.expires_at)
}
