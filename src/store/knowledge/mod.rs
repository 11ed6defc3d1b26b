//! What staff change in the knowledge base: versions, written one after the other, and the number by which every process
//! notices that there is a new one.

mod drafts;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use drafts::{DraftChange, Saving};

use super::connections::Connection;
use super::{Store, StoreError};
use crate::ids::UserId;
use crate::knowledge::{Change, Content, Library, Subject, Version};

/// How long looking for new versions may take; it is done once a second, beside what is more urgent.
const LOOK: Duration = Duration::from_secs(3);

/// What came of making a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// It is there: made by this call, or by the same one before, whose answer was lost.
    Version(Box<Version>),
    /// Somebody else made one meanwhile, which is this.
    Overtaken(Box<Version>),
}

/// A version that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// What it is of.
    pub subject: Subject,
    /// The number of the version that it takes the place of; 0 where there is none.
    pub based_on: i32,
    /// What is done.
    pub change: Change,
    /// All that it says; nothing where the file is to count again.
    pub content: Option<Content>,
    /// The digest of the file beneath.
    pub file: Option<String>,
    /// Who makes it.
    pub by: UserId,
}

pub(super) struct Row {
    subject: String,
    key: String,
    number: i32,
    kind: String,
    content: Option<Value>,
    file_hash: Option<String>,
    staff_id: i64,
    made_at: DateTime<Utc>,
}

impl Row {
    fn into_version(self) -> Result<Version, StoreError> {
        Ok(Version {
            subject: Subject::of(&self.subject, &self.key).ok_or(StoreError::Corrupt("knowledge subject"))?,
            number: self.number,
            change: Change::of(&self.kind).ok_or(StoreError::Corrupt("kind of change"))?,
            content: self.content.map(serde_json::from_value).transpose()?,
            file: self.file_hash,
            by: UserId::from_db(self.staff_id).ok_or(StoreError::Corrupt("user id"))?,
            at: self.made_at,
        })
    }
}

impl Store {
    /// Lays what staff changed over the files, where it is not there yet; whether something was new.
    ///
    /// # Errors
    /// When the database refuses or takes longer than three seconds.
    pub async fn renew_knowledge(&self, library: &Arc<Library>) -> Result<bool, StoreError> {
        tokio::time::timeout(LOOK, self.look(library)).await.unwrap_or(Err(StoreError::Late))
    }

    async fn look(&self, library: &Arc<Library>) -> Result<bool, StoreError> {
        let ticket = library.ticket();
        let revision = sqlx::query_scalar!("SELECT number FROM knowledge_revision").fetch_one(&self.pool).await?;
        if library.now().revision() == Some(revision) {
            return Ok(false);
        }
        let versions = self.newest_versions().await?;
        let library = Arc::clone(library);
        // Off the threads that answer members: an index is built.
        let renewed = tokio::task::spawn_blocking(move || library.renew(versions, revision, ticket)).await;
        renewed.map(|()| true).map_err(|_| StoreError::Corrupt("knowledge base"))
    }

    /// The newest version of each subject. One that can't be read is left out, so that the file answers.
    async fn newest_versions(&self) -> Result<Vec<Version>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT DISTINCT ON (subject, key) subject, key, number, kind, content, file_hash, staff_id, made_at
             FROM knowledge_version ORDER BY subject, key, number DESC",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |row: Row| {
            let (key, number) = (row.key.clone(), row.number);
            row.into_version()
                .inspect_err(|error| {
                    tracing::error!(key, number, "a version can't be read, so its file answers: {error}")
                })
                .ok()
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// One version, by its number.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn knowledge_version(&self, subject: &Subject, number: i32) -> Result<Option<Version>, StoreError> {
        let row = sqlx::query_as!(
            Row,
            "SELECT subject, key, number, kind, content, file_hash, staff_id, made_at FROM knowledge_version
             WHERE subject = $1 AND key = $2 AND number = $3",
            subject.kind(),
            subject.key(),
            number,
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(Row::into_version).transpose()
    }

    /// Makes a version, if nobody made one since the one that it is based on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn make_version(&self, new: &NewVersion, now: DateTime<Utc>) -> Result<Made, StoreError> {
        let mut tx = self.pool.begin().await?;
        begin(&mut tx).await?;
        let made = match newest(&mut tx, &new.subject).await? {
            Some(newest) if newest.number != new.based_on => return Ok(overtaken(newest, new)),
            None if new.based_on != 0 => return Err(StoreError::Corrupt("number of a version")),
            _ => insert(&mut tx, new, now).await?.0,
        };
        tx.commit().await?;
        Ok(Made::Version(Box::new(made)))
    }
}

/// What is said of a version that is there already: it may be this one, whose answer was lost.
fn overtaken(newest: Version, new: &NewVersion) -> Made {
    let is_same = newest.number == new.based_on + 1
        && newest.by == new.by
        && newest.change == new.change
        && newest.content == new.content;
    let newest = Box::new(newest);
    if is_same { Made::Version(newest) } else { Made::Overtaken(newest) }
}

/// Lets one transaction at a time make versions, and raises the number that tells of it.
async fn begin(tx: &mut Connection) -> Result<(), StoreError> {
    sqlx::query!("UPDATE knowledge_revision SET number = number + 1").execute(tx).await?;
    Ok(())
}

async fn newest(tx: &mut Connection, subject: &Subject) -> Result<Option<Version>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT subject, key, number, kind, content, file_hash, staff_id, made_at FROM knowledge_version
         WHERE subject = $1 AND key = $2 ORDER BY number DESC LIMIT 1",
        subject.kind(),
        subject.key(),
    )
    .fetch_optional(tx)
    .await?;
    row.map(Row::into_version).transpose()
}

/// The version and its row.
async fn insert(tx: &mut Connection, new: &NewVersion, now: DateTime<Utc>) -> Result<(Version, i64), StoreError> {
    let number = new.based_on + 1;
    let content = new.content.as_ref().map(serde_json::to_value).transpose()?;
    let id = sqlx::query_scalar!(
        "INSERT INTO knowledge_version (subject, key, number, based_on, kind, content, file_hash, staff_id, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        new.subject.kind(),
        new.subject.key(),
        number,
        new.based_on,
        new.change.as_str(),
        content,
        new.file,
        new.by.to_db(),
        now,
    )
    .fetch_one(tx)
    .await?;
    let NewVersion { subject, change, content, file, by, .. } = new.clone();
    Ok((Version { subject, number, change, content, file, by, at: now }, id))
}
