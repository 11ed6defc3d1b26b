//! Themes: named by staff, given to submissions and taken from them.

use chrono::{DateTime, Utc};

use super::theme_changes::steady;
use super::{Record, Store, StoreError, history, lock};
use crate::feedback::{MOST_THEMES, SubmissionId, Theme, ThemeName, Touched, What};
use crate::ids::{ThemeId, UserId};
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What came of choosing themes.
#[derive(Debug, Clone, PartialEq)]
pub enum Tagged {
    /// It has these themes, and no others, now.
    Now(Record),
    /// Somebody has chosen among others since; nothing changed.
    Overtaken(Record),
    /// It would have more than [`MOST_THEMES`]; nothing changed.
    TooMany(Record),
    /// It is on conduct; nothing changed.
    Conduct(Record),
}

impl Store {
    /// Themes whose name holds what was typed, those in use most first: `most` of them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn themes(&self, typed: &str, most: i64) -> Result<Vec<(Theme, i64)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT t.id, t.name, count(s.submission_id) AS "used!"
               FROM theme t LEFT JOIN submission_theme s ON s.theme_id = t.id
               WHERE strpos(lower(t.name), lower($1)) > 0 GROUP BY t.id ORDER BY 3 DESC, lower(t.name) LIMIT $2"#,
            typed.trim(),
            most,
        )
        .fetch_all(&self.pool)
        .await?;
        let theme = |id, name| Theme { id: ThemeId(id), name: ThemeName::stored(name) };
        Ok(rows.into_iter().map(|row| (theme(row.id, row.name), row.used)).collect())
    }

    /// A theme.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn theme(&self, id: ThemeId) -> Result<Option<Theme>, StoreError> {
        let name = sqlx::query_scalar!("SELECT name FROM theme WHERE id = $1", id.0).fetch_optional(&self.pool).await?;
        Ok(name.map(|name| Theme { id, name: ThemeName::stored(name) }))
    }

    /// Gives a submission these themes and no others, if its themes still are as at `version`. `None` when there is no such
    /// submission. What is chosen and not there is left out.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn choose_themes(
        &self,
        id: SubmissionId,
        version: i32,
        chosen: &[ThemeId],
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Tagged>, StoreError> {
        let mut tx = self.pool.begin().await?;
        steady(&mut tx).await?;
        let Some(record) = lock(&mut tx, id).await? else { return Ok(None) };
        let ids: Vec<i64> = chosen.iter().map(|theme| theme.0).collect();
        let wanted: Vec<ThemeId> =
            sqlx::query_scalar!("SELECT id FROM theme WHERE id = ANY($1) ORDER BY lower(name)", &ids)
                .fetch_all(&mut *tx)
                .await?
                .into_iter()
                .map(ThemeId)
                .collect();
        let stands =
            |themes: &[Theme]| themes.len() == wanted.len() && themes.iter().all(|theme| wanted.contains(&theme.id));
        if record.conduct.is_some() {
            return Ok(Some(Tagged::Conduct(record)));
        }
        if stands(&record.themes) {
            return Ok(Some(Tagged::Now(record)));
        }
        if record.themes_version != version {
            return Ok(Some(Tagged::Overtaken(record)));
        }
        if wanted.len() > MOST_THEMES {
            return Ok(Some(Tagged::TooMany(record)));
        }
        let touched = Touched { by, at: now };
        for theme in record.themes.iter().filter(|theme| !wanted.contains(&theme.id)) {
            take(&mut tx, id, theme.id, touched).await?;
        }
        for theme in wanted.iter().filter(|wanted| record.themes.iter().all(|theme| theme.id != **wanted)) {
            give(&mut tx, id, *theme, touched).await?;
        }
        let record = finish(&mut tx, id, card, now).await?;
        tx.commit().await?;
        Ok(record.map(Tagged::Now))
    }

    /// Gives a submission a theme by its name, which is new or known. `None` when there is no such submission.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn tag(
        &self,
        id: SubmissionId,
        name: &ThemeName,
        by: UserId,
        card: impl Fn(&Record) -> Message,
        now: DateTime<Utc>,
    ) -> Result<Option<Tagged>, StoreError> {
        let mut tx = self.pool.begin().await?;
        steady(&mut tx).await?;
        let Some(record) = lock(&mut tx, id).await? else { return Ok(None) };
        if record.conduct.is_some() {
            return Ok(Some(Tagged::Conduct(record)));
        }
        let theme = named(&mut tx, name, by, now).await?;
        if record.themes.iter().any(|known| known.id == theme) {
            return Ok(Some(Tagged::Now(record)));
        }
        if record.themes.len() >= MOST_THEMES {
            return Ok(Some(Tagged::TooMany(record)));
        }
        give(&mut tx, id, theme, Touched { by, at: now }).await?;
        let record = finish(&mut tx, id, card, now).await?;
        tx.commit().await?;
        Ok(record.map(Tagged::Now))
    }
}

/// The theme of that name, made if there is none.
pub(super) async fn named(
    tx: &mut Connection,
    name: &ThemeName,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<ThemeId, StoreError> {
    sqlx::query!(
        "INSERT INTO theme (name, made_by, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        name.as_str(),
        by.to_db(),
        now,
    )
    .execute(&mut *tx)
    .await?;
    let id = sqlx::query_scalar!("SELECT id FROM theme WHERE lower(name) = lower($1)", name.as_str());
    Ok(ThemeId(id.fetch_one(tx).await?))
}

pub(super) async fn give(
    tx: &mut Connection,
    id: SubmissionId,
    theme: ThemeId,
    touched: Touched,
) -> Result<(), StoreError> {
    sqlx::query!("INSERT INTO submission_theme (submission_id, theme_id) VALUES ($1, $2)", id.0, theme.0)
        .execute(&mut *tx)
        .await?;
    history::note(tx, id, What::Tag, Some(theme), touched).await
}

async fn take(tx: &mut Connection, id: SubmissionId, theme: ThemeId, touched: Touched) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM submission_theme WHERE submission_id = $1 AND theme_id = $2", id.0, theme.0)
        .execute(&mut *tx)
        .await?;
    history::note(tx, id, What::Untag, Some(theme), touched).await
}

/// Raises the version and brings the card up to date.
pub(super) async fn finish(
    tx: &mut Connection,
    id: SubmissionId,
    card: impl Fn(&Record) -> Message,
    now: DateTime<Utc>,
) -> Result<Option<Record>, StoreError> {
    sqlx::query!("UPDATE submission SET themes_version = themes_version + 1 WHERE id = $1", id.0)
        .execute(&mut *tx)
        .await?;
    let record = lock(tx, id).await?;
    if let Some((record, announcement)) = record.as_ref().and_then(|record| Some((record, record.card?))) {
        announcements::revise(tx, announcement, &card(record), now).await?;
    }
    Ok(record)
}

/// Adds to each record its themes, by name.
pub(super) async fn add_to(tx: &mut Connection, records: &mut [Record]) -> Result<(), StoreError> {
    let ids: Vec<_> = records.iter().map(|record| record.id.0).collect();
    let rows = sqlx::query!(
        "SELECT s.submission_id, t.id, t.name FROM submission_theme s JOIN theme t ON t.id = s.theme_id
         WHERE s.submission_id = ANY($1) ORDER BY lower(t.name)",
        &ids,
    )
    .fetch_all(tx)
    .await?;
    for row in rows {
        if let Some(record) = records.iter_mut().find(|record| record.id.0 == row.submission_id) {
            record.themes.push(Theme { id: ThemeId(row.id), name: ThemeName::stored(row.name) });
        }
    }
    Ok(())
}
