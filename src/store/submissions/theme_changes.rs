//! What happens to a whole theme: it is given to many submissions at once, renamed, or merged into another.
//!
//! Whoever gives themes holds a lock with others who do; whoever renames or merges holds it alone, and takes it before any
//! row. So nobody gives a theme that is going, and the two never wait for each other in a circle.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::themes::{give, named};
use super::{Record, Store, StoreError, rows, user, with_replies};
use crate::feedback::{MOST_THEMES, SubmissionId, Theme, ThemeName, Touched};
use crate::ids::{ThemeId, UserId};
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// A theme, how often it is used, and who changed it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeStanding {
    /// The theme.
    pub theme: Theme,
    /// Raised with each change of it.
    pub version: i32,
    /// Submissions that have it.
    pub used: i64,
    /// Who renamed it, or merged another into it, last.
    pub changed: Option<Touched>,
}

/// How many submissions have a theme, after it was given to many at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The theme, as it is called.
    pub theme: Theme,
    /// Those that have it now.
    pub have: usize,
    /// Those that have [`MOST_THEMES`] others.
    pub full: usize,
    /// Those that are erased, on conduct, or not in the inbox yet.
    pub gone: usize,
}

/// What came of renaming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// It is called so now.
    Now(ThemeStanding),
    /// Somebody changed it since it was looked at; nothing changed.
    Overtaken(ThemeStanding),
    /// Another theme has this name; nothing changed. The one that was to be renamed, and the other.
    Taken(ThemeStanding, ThemeStanding),
}

/// What came of merging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// This is left of the two.
    Now(ThemeStanding),
    /// The first is gone already; nothing changed.
    Done(ThemeStanding),
    /// Somebody changed one of them since they were looked at; nothing changed.
    Overtaken(ThemeStanding),
}

/// Others may give themes as well, and nobody changes one, until the transaction ends.
pub(super) async fn steady(tx: &mut Connection) -> Result<(), StoreError> {
    sqlx::query!("SELECT pg_advisory_xact_lock_shared(hashtext('theme')) IS NULL AS locked").fetch_one(tx).await?;
    Ok(())
}

async fn alone(tx: &mut Connection) -> Result<(), StoreError> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('theme')) IS NULL AS locked").fetch_one(tx).await?;
    Ok(())
}

async fn standing(tx: &mut Connection, id: ThemeId) -> Result<Option<ThemeStanding>, StoreError> {
    let row = sqlx::query!(
        r#"SELECT t.name, t.version, t.changed_by, t.changed_at,
                  (SELECT count(*) FROM submission_theme s WHERE s.theme_id = t.id) AS "used!" FROM theme t WHERE t.id = $1"#,
        id.0,
    )
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let changed = match row.changed_by.zip(row.changed_at) {
        Some((by, at)) => Some(Touched { by: user(by)?, at }),
        None => None,
    };
    let theme = Theme { id, name: ThemeName::stored(row.name) };
    Ok(Some(ThemeStanding { theme, version: row.version, used: row.used, changed }))
}

/// All that have a theme, those on conduct too, which nobody else changes until the transaction ends.
async fn lock_all(tx: &mut Connection, theme: ThemeId) -> Result<Vec<Record>, StoreError> {
    let rows = rows!(
        "WHERE id IN (SELECT submission_id FROM submission_theme WHERE theme_id = $1) ORDER BY id FOR UPDATE",
        theme.0
    )
    .fetch_all(&mut *tx)
    .await?;
    with_replies(tx, rows).await
}

/// Those of these that are there, as they are now, which nobody else changes until the transaction ends.
async fn lock_these(tx: &mut Connection, ids: &[Uuid]) -> Result<Vec<Record>, StoreError> {
    let rows = rows!("WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids).fetch_all(&mut *tx).await?;
    with_replies(tx, rows).await
}

/// Raises the version of the themes of these.
async fn raise(tx: &mut Connection, ids: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query!("UPDATE submission SET themes_version = themes_version + 1 WHERE id = ANY($1)", ids)
        .execute(tx)
        .await?;
    Ok(())
}

/// Brings the cards of these up to date.
async fn revise_all(
    tx: &mut Connection,
    ids: &[Uuid],
    card: impl Fn(&Record) -> Message,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for record in lock_these(tx, ids).await? {
        if let Some(announcement) = record.card {
            announcements::revise(tx, announcement, &card(&record), now).await?;
        }
    }
    Ok(())
}

fn ids(records: &[Record]) -> Vec<Uuid> {
    records.iter().map(|record| record.id.0).collect()
}

impl Store {
    /// A theme as it stands.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn theme_standing(&self, id: ThemeId) -> Result<Option<ThemeStanding>, StoreError> {
        let mut connection = self.pool.begin().await?;
        standing(&mut connection, id).await
    }

    /// Gives a theme, which is new or known, to all of these that staff can see. Doing it twice changes nothing. `None` where
    /// none of them can have it; then nothing is kept.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn tag_all(
        &self,
        wanted: &[SubmissionId],
        name: &ThemeName,
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Given>, StoreError> {
        let mut tx = self.pool.begin().await?;
        steady(&mut tx).await?;
        let wanted: BTreeSet<Uuid> = wanted.iter().map(|id| id.0).collect();
        let mut records = lock_these(&mut tx, &wanted.iter().copied().collect::<Vec<_>>()).await?;
        records.retain(|record| record.conduct.is_none() && record.is_shown());
        let gone = wanted.len() - records.len();
        let theme = named(&mut tx, name, by, now).await?;
        let (had, others): (Vec<Record>, Vec<Record>) =
            records.into_iter().partition(|record| record.themes.iter().any(|known| known.id == theme));
        let (fitting, full): (Vec<Record>, Vec<Record>) =
            others.into_iter().partition(|record| record.themes.len() < MOST_THEMES);
        for record in &fitting {
            give(&mut tx, record.id, theme, Touched { by, at: now }).await?;
        }
        raise(&mut tx, &ids(&fitting)).await?;
        revise_all(&mut tx, &ids(&fitting), card, now).await?;
        let (have, full) = (had.len() + fitting.len(), full.len());
        let theme = standing(&mut tx, theme).await?.ok_or(StoreError::Corrupt("theme that is there and is not"))?.theme;
        if have == 0 {
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(Given { theme, have, full, gone }))
    }

    /// Renames a theme, if it still is as at `version`. `None` when there is no such theme.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn rename_theme(
        &self,
        (id, version): (ThemeId, i32),
        name: &ThemeName,
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Renamed>, StoreError> {
        let mut tx = self.pool.begin().await?;
        alone(&mut tx).await?;
        let Some(before) = standing(&mut tx, id).await? else { return Ok(None) };
        if before.theme.name == *name {
            return Ok(Some(Renamed::Now(before)));
        }
        if before.version != version {
            return Ok(Some(Renamed::Overtaken(before)));
        }
        let other =
            sqlx::query_scalar!("SELECT id FROM theme WHERE lower(name) = lower($1) AND id <> $2", name.as_str(), id.0);
        if let Some(other) = other.fetch_optional(&mut *tx).await? {
            let other = standing(&mut tx, ThemeId(other)).await?;
            return Ok(other.map(|other| Renamed::Taken(before, other)));
        }
        let records = lock_all(&mut tx, id).await?;
        sqlx::query!(
            "UPDATE theme SET name = $2, version = version + 1, changed_by = $3, changed_at = $4 WHERE id = $1",
            id.0,
            name.as_str(),
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        revise_all(&mut tx, &ids(&records), card, now).await?;
        let renamed = standing(&mut tx, id).await?;
        tx.commit().await?;
        Ok(renamed.map(Renamed::Now))
    }

    /// Merges a theme into another, if both still are as at these versions: whatever had the first has the second, what was
    /// written to it, and done with it, counts as of the second, and the first is gone. `None` when there is no second.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn merge_themes(
        &self,
        (from, from_version): (ThemeId, i32),
        (into, into_version): (ThemeId, i32),
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Merged>, StoreError> {
        let mut tx = self.pool.begin().await?;
        alone(&mut tx).await?;
        let Some(second) = standing(&mut tx, into).await? else { return Ok(None) };
        let Some(first) = standing(&mut tx, from).await? else { return Ok(Some(Merged::Done(second))) };
        if first.version != from_version {
            return Ok(Some(Merged::Overtaken(first)));
        }
        if second.version != into_version || from == into {
            return Ok(Some(Merged::Overtaken(second)));
        }
        let records = lock_all(&mut tx, from).await?;
        merge(&mut tx, from, into).await?;
        sqlx::query!(
            "UPDATE theme SET version = version + 1, changed_by = $2, changed_at = $3 WHERE id = $1",
            into.0,
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        raise(&mut tx, &ids(&records)).await?;
        revise_all(&mut tx, &ids(&records), card, now).await?;
        let merged = standing(&mut tx, into).await?;
        tx.commit().await?;
        Ok(merged.map(Merged::Now))
    }
}

/// Whatever refers to the first refers to the second, and the first is gone.
async fn merge(tx: &mut Connection, from: ThemeId, into: ThemeId) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO submission_theme (submission_id, theme_id) SELECT submission_id, $2 FROM submission_theme WHERE theme_id = $1
         ON CONFLICT DO NOTHING",
        from.0,
        into.0,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("DELETE FROM submission_theme WHERE theme_id = $1", from.0).execute(&mut *tx).await?;
    sqlx::query!("UPDATE submission_deed SET theme_id = $2 WHERE theme_id = $1", from.0, into.0)
        .execute(&mut *tx)
        .await?;
    // A text that was not sent was written, and counted, for those of the first alone.
    sqlx::query!("DELETE FROM theme_reply WHERE theme_id = $1 AND sent_at IS NULL", from.0).execute(&mut *tx).await?;
    sqlx::query!("UPDATE theme_reply SET theme_id = $2 WHERE theme_id = $1", from.0, into.0).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM theme WHERE id = $1", from.0).execute(&mut *tx).await?;
    Ok(())
}
