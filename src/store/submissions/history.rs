//! Who of the staff did what with a submission, when.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, user};
use crate::feedback::{Deed, SubmissionId, ThemeName, Touched, What};
use crate::ids::{ThemeId, UserId};
use crate::store::connections::Connection;

/// Notes what somebody did, inside the transaction that does it.
pub(super) async fn note(
    tx: &mut Connection,
    id: SubmissionId,
    what: What,
    theme: Option<ThemeId>,
    touched: Touched,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO submission_deed (submission_id, done_by, done_at, what, theme_id) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        touched.by.to_db(),
        touched.at,
        what.as_str(),
        theme.map(|theme| theme.0),
    )
    .execute(tx)
    .await?;
    Ok(())
}

struct Row {
    done_by: i64,
    done_at: DateTime<Utc>,
    what: String,
    theme: Option<String>,
}

impl Store {
    /// What was done with a submission, oldest first.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn history(&self, id: SubmissionId) -> Result<Vec<Deed>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT d.done_by, d.done_at, d.what, t.name AS "theme?"
               FROM submission_deed d LEFT JOIN theme t ON t.id = d.theme_id WHERE d.submission_id = $1 ORDER BY d.id"#,
            id.0,
        )
        .fetch_all(&self.pool)
        .await?;
        let deed = |row: Row| {
            Ok(Deed {
                what: What::stored(&row.what).ok_or(StoreError::Corrupt("step with a submission"))?,
                touched: Touched { by: user(row.done_by)?, at: row.done_at },
                theme: row.theme.map(ThemeName::stored),
            })
        };
        rows.into_iter().map(deed).collect()
    }

    /// Who did something last, of one kind.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn last_to_tag(&self, id: SubmissionId) -> Result<Option<UserId>, StoreError> {
        let by = sqlx::query_scalar!(
            "SELECT done_by FROM submission_deed WHERE submission_id = $1 AND what IN ('tag', 'untag') ORDER BY id DESC LIMIT 1",
            id.0,
        )
        .fetch_optional(&self.pool)
        .await?;
        by.map(user).transpose()
    }
}
