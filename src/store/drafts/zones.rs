//! The zones that staff write times in.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::{Store, StoreError};
use crate::ids::UserId;

impl Store {
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
