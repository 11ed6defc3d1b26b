//! What staff typed last as another wording of something, so that its form opens with it again.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::super::{Store, StoreError};
use crate::announcements::{StaffDraft, Wording};
use crate::ids::{DraftId, UserId};

impl Store {
    /// Keeps what somebody typed as a draft's wording, which was at this version then.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_rewording(
        &self,
        draft: DraftId,
        version: i32,
        by: UserId,
        wording: &Wording,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "INSERT INTO rewording (draft_id, user_id, version, wording, typed_at)
             SELECT id, $2, $3, $4, $5 FROM draft WHERE id = $1
             ON CONFLICT (draft_id, user_id) DO UPDATE SET version = $3, wording = $4, typed_at = $5",
            draft.0,
            by.to_db(),
            version,
            Json(wording) as _,
            now,
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// What somebody typed last as a draft's wording, if the draft is still what it was then.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn rewording(&self, draft: &StaffDraft, by: UserId) -> Result<Option<Wording>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT wording AS "wording: Json<Wording>" FROM rewording WHERE draft_id = $1 AND user_id = $2 AND version = $3"#,
            draft.id.0,
            by.to_db(),
            draft.version,
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|wording| wording.0))
    }
}
