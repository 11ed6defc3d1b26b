//! The hourly round: the cards of anonymous submissions are posted, and brought up to date, all of an hour together; and so
//! are anonymous questions for office hours shown.

use chrono::{DateTime, Utc};

use super::{Record, Row, Store, StoreError, rows};
use crate::announcements::Draft;
use crate::feedback::next_round;
use crate::store::announcements;
use crate::store::connections::Connection;
use crate::store::questions;

/// Cards that one transaction takes; more are left to the next, a second later.
const BATCH: i64 = 100;

/// Sees to it that there will be a round. The row is locked even where it stands already, so that a round which has
/// begun takes along what this transaction adds, or this one waits and plans the next.
pub(in crate::store) async fn plan(tx: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO card_round (due_at) VALUES ($1) ON CONFLICT (one) DO UPDATE SET due_at = card_round.due_at",
        next_round(now)
    )
    .execute(tx)
    .await?;
    Ok(())
}

impl Store {
    /// Posts and revises the cards of what is anonymous and new or changed, if a round is due; how many.
    ///
    /// In the order of the rows' random ids, which says nothing of the order in which they came.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn hold_round(&self, card: impl Fn(&Record) -> Draft, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut tx = self.pool.begin().await?;
        let begun = sqlx::query!("DELETE FROM card_round WHERE due_at <= $1", now).execute(&mut *tx).await?;
        if begun.rows_affected() == 0 {
            return Ok(0);
        }
        questions::show_round(&mut tx, now).await?;
        let rows = rows!("WHERE awaits_round ORDER BY id LIMIT $1 FOR UPDATE", BATCH).fetch_all(&mut *tx).await?;
        let held = rows.len();
        for row in rows {
            show(&mut tx, row, &card, now).await?;
        }
        if i64::try_from(held) == Ok(BATCH) {
            // There may be more: the round stays due.
            sqlx::query!("INSERT INTO card_round (due_at) VALUES ($1)", now).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(held)
    }
}

/// Posts one card or brings it up to date.
async fn show(
    tx: &mut Connection,
    row: Row,
    card: &impl Fn(&Record) -> Draft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(record) = super::one(tx, Some(row)).await? else { return Ok(()) };
    let record = Record { awaits_round: false, shown_rating: record.rating, ..record };
    let draft = card(&record);
    let announcement = match record.card {
        Some(announcement) => {
            announcements::revise(tx, announcement, &draft.message, now).await?;
            announcement
        }
        None => announcements::insert(tx, &draft, now).await?,
    };
    sqlx::query!(
        "UPDATE submission SET awaits_round = FALSE, shown_rating = rating, announcement_id = $2 WHERE id = $1",
        record.id.0,
        announcement.0
    )
    .execute(tx)
    .await?;
    Ok(())
}
