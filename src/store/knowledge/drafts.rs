//! What staff typed and have not saved: changed by its version, saved once.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Made, NewVersion, begin, insert, newest, overtaken};
use crate::ids::{KnowledgeDraftId, Snowflake, UserId};
use crate::knowledge::{Base, Change, DraftState, KnowledgeDraft, NewDraft, Subject};
use crate::store::{Store, StoreError};

/// What came of changing a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftChange {
    /// It is as wished: made by this call, or by the same one before, whose answer was lost.
    Made(Box<KnowledgeDraft>),
    /// It was changed, saved or given up meanwhile, and is now like this.
    Overtaken(Box<KnowledgeDraft>),
    /// There is no such draft.
    Gone,
}

/// What came of saving a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saving {
    /// The draft became a version, now or before.
    Saved(Made),
    /// The draft is not as it was when it was shown.
    Stale(DraftChange),
}

struct Row {
    id: i64,
    author_id: i64,
    subject: String,
    key: String,
    kind: String,
    typed: Value,
    base: i32,
    base_hash: String,
    base_content: Option<Value>,
    state: String,
    version: i32,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn into_draft(self) -> Result<KnowledgeDraft, StoreError> {
        let subject = Subject::of(&self.subject, &self.key).ok_or(StoreError::Corrupt("knowledge subject"))?;
        Ok(KnowledgeDraft {
            id: KnowledgeDraftId(self.id),
            author: UserId::from_db(self.author_id).ok_or(StoreError::Corrupt("user id"))?,
            draft: NewDraft {
                subject: Some(subject).filter(|subject| !subject.key().is_empty()),
                change: Change::of(&self.kind).ok_or(StoreError::Corrupt("kind of change"))?,
                typed: serde_json::from_value(self.typed)?,
                base: Base { number: self.base, digest: self.base_hash },
                base_content: self.base_content.map(serde_json::from_value).transpose()?,
            },
            state: DraftState::of(&self.state).ok_or(StoreError::Corrupt("state of a draft"))?,
            version: self.version,
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
    pub async fn create_knowledge_draft(
        &self,
        author: UserId,
        opened_by: Snowflake,
        new: &NewDraft,
        now: DateTime<Utc>,
    ) -> Result<Option<KnowledgeDraft>, StoreError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query!(
            "INSERT INTO knowledge_draft (author_id, opened_by, subject, key, kind, typed, base, base_hash, base_content, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) ON CONFLICT ON CONSTRAINT knowledge_draft_form_once DO NOTHING",
            author.to_db(),
            opened_by.to_db(),
            new.subject.as_ref().map_or("article", Subject::kind),
            new.subject.as_ref().map_or("", Subject::key),
            new.change.as_str(),
            serde_json::to_value(&new.typed)?,
            new.base.number,
            new.base.digest,
            new.base_content.as_ref().map(serde_json::to_value).transpose()?,
            now,
        )
        .execute(&mut *tx)
        .await?;
        let id = sqlx::query_scalar!(
            "SELECT id FROM knowledge_draft WHERE opened_by = $1 AND author_id = $2",
            opened_by.to_db(),
            author.to_db()
        )
        .fetch_optional(&mut *tx)
        .await?;
        let draft = match id {
            Some(id) => read(&mut *tx, KnowledgeDraftId(id)).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(draft)
    }

    /// Reads a draft.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn knowledge_draft(&self, id: KnowledgeDraftId) -> Result<Option<KnowledgeDraft>, StoreError> {
        read(&self.pool, id).await
    }

    /// The drafts that a member of the staff has not saved, newest first, at most ten.
    ///
    /// # Errors
    /// As [`Store::knowledge_draft`].
    pub async fn unsaved_knowledge(&self, author: UserId) -> Result<Vec<KnowledgeDraft>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT id, author_id, subject, key, kind, typed, base, base_hash, base_content, state, version, updated_at
             FROM knowledge_draft WHERE author_id = $1 AND state = 'draft' ORDER BY updated_at DESC, id DESC LIMIT 10",
            author.to_db(),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Row::into_draft).collect()
    }

    /// Stores a draft as it is given, if nobody changed it since it was read; its state may be `Draft` or `Discarded`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn change_knowledge_draft(
        &self,
        draft: &KnowledgeDraft,
        now: DateTime<Utc>,
    ) -> Result<DraftChange, StoreError> {
        let KnowledgeDraft { draft: new, .. } = draft;
        let mut tx = self.pool.begin().await?;
        let changed = sqlx::query!(
            "UPDATE knowledge_draft SET typed = $3, base = $4, base_hash = $5, base_content = $6, state = $7, updated_at = $8,
                    version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'draft'",
            draft.id.0,
            draft.version,
            serde_json::to_value(&new.typed)?,
            new.base.number,
            new.base.digest,
            new.base_content.as_ref().map(serde_json::to_value).transpose()?,
            draft.state.as_str(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        let Some(stored) = read(&mut *tx, draft.id).await? else { return Ok(DraftChange::Gone) };
        tx.commit().await?;
        let is_as_wished = changed.rows_affected() > 0 || (stored.draft == *new && stored.state == draft.state);
        let stored = Box::new(stored);
        Ok(if is_as_wished { DraftChange::Made(stored) } else { DraftChange::Overtaken(stored) })
    }

    /// Makes a draft a version, if neither the draft was changed since it was shown nor its subject since its author began.
    /// Saving it again gives the version that it became.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_knowledge_draft(
        &self,
        draft: &KnowledgeDraft,
        new: &NewVersion,
        now: DateTime<Utc>,
    ) -> Result<Saving, StoreError> {
        let mut tx = self.pool.begin().await?;
        begin(&mut tx).await?;
        let Some(stored) = read(&mut *tx, draft.id).await? else { return Ok(Saving::Stale(DraftChange::Gone)) };
        if stored.state == DraftState::Saved {
            return self.saved_as(draft.id).await;
        }
        if stored.state != DraftState::Draft || stored.version != draft.version {
            return Ok(Saving::Stale(DraftChange::Overtaken(Box::new(stored))));
        }
        match newest(&mut tx, &new.subject).await? {
            Some(newest) if newest.number != new.based_on => return Ok(Saving::Saved(overtaken(newest, new))),
            None if new.based_on != 0 => return Err(StoreError::Corrupt("number of a version")),
            _ => {}
        }
        let (version, id) = insert(&mut tx, new, now).await?;
        sqlx::query!(
            "UPDATE knowledge_draft SET state = 'saved', saved_as = $2, updated_at = $3, version = version + 1 WHERE id = $1",
            draft.id.0,
            id,
            now,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Saving::Saved(Made::Version(Box::new(version))))
    }

    /// What a saved draft became.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn saved_as(&self, id: KnowledgeDraftId) -> Result<Saving, StoreError> {
        let row = sqlx::query_as!(
            super::Row,
            "SELECT v.subject, v.key, v.number, v.kind, v.content, v.file_hash, v.staff_id, v.made_at
             FROM knowledge_version v JOIN knowledge_draft d ON d.saved_as = v.id WHERE d.id = $1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        let version = row.map(super::Row::into_version).transpose()?;
        Ok(version.map_or(Saving::Stale(DraftChange::Gone), |version| Saving::Saved(Made::Version(Box::new(version)))))
    }
}

async fn read(
    connection: impl sqlx::PgExecutor<'_>,
    id: KnowledgeDraftId,
) -> Result<Option<KnowledgeDraft>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, author_id, subject, key, kind, typed, base, base_hash, base_content, state, version, updated_at
         FROM knowledge_draft WHERE id = $1",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(Row::into_draft).transpose()
}
