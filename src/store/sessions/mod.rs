//! What staff change in the schedule: made one after the other, each together with all that follows from it for reminders,
//! members and Discord's event; and the number by which every process notices that there is a new one.

mod aftermath;
mod runs;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use aftermath::{Affected, Aftermath};
pub use runs::{Extended, NewRun, Recorded, Run, RunState};

use super::connections::Connection;
use super::{Store, StoreError};
use crate::ids::UserId;
use crate::office_hours::{Change, Status, Timetable};

/// How long looking for changes may take; it is done once a second, beside what is more urgent.
const LOOK: Duration = Duration::from_secs(3);

/// A change that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Short name of the series.
    pub series: String,
    /// When the session was to begin at first.
    pub slot: DateTime<Utc>,
    /// How often it was changed before, as far as whoever changes it saw.
    pub based_on: i32,
    /// `Scheduled`, `Moved` or `Cancelled`.
    pub status: Status,
    /// When it begins now, or would have begun.
    pub start: DateTime<Utc>,
    /// Who changes it.
    pub by: UserId,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is made: by this call, or by the same one before, whose answer was lost.
    Made,
    /// It is not made: the session's channel is open, or being opened or closed.
    Open,
    /// Somebody else changed the session meanwhile, to this.
    Overtaken(Change),
}

struct Row {
    series: String,
    slot: DateTime<Utc>,
    number: i32,
    state: String,
    starts_at: DateTime<Utc>,
    staff_id: i64,
    made_at: DateTime<Utc>,
}

impl Row {
    fn into_change(self) -> Result<(String, Change), StoreError> {
        let change = Change {
            slot: self.slot,
            number: self.number,
            status: Status::of(&self.state).ok_or(StoreError::Corrupt("state of a session"))?,
            start: self.starts_at,
            by: UserId::from_db(self.staff_id).ok_or(StoreError::Corrupt("user id"))?,
            at: self.made_at,
        };
        Ok((self.series, change))
    }
}

impl Store {
    /// Lays what staff changed over the schedule, where it is not there yet; whether something was new.
    ///
    /// # Errors
    /// When the database refuses or takes longer than three seconds.
    pub async fn renew_schedule(&self, timetable: &Timetable) -> Result<bool, StoreError> {
        tokio::time::timeout(LOOK, self.look_for_changes(timetable)).await.unwrap_or(Err(StoreError::Late))
    }

    async fn look_for_changes(&self, timetable: &Timetable) -> Result<bool, StoreError> {
        let ticket = timetable.ticket();
        let revision = sqlx::query_scalar!("SELECT number FROM session_revision").fetch_one(&self.pool).await?;
        if timetable.now().revision == Some(revision) {
            return Ok(false);
        }
        let rows = sqlx::query_as!(
            Row,
            "SELECT DISTINCT ON (series, slot) series, slot, number, state, starts_at, staff_id, made_at
             FROM session_change ORDER BY series, slot, number DESC",
        )
        .fetch_all(&self.pool)
        .await?;
        let changes = rows.into_iter().map(Row::into_change).collect::<Result<_, _>>()?;
        timetable.renew(changes, revision, ticket);
        Ok(true)
    }

    /// Changes a session, with all that follows from it, unless somebody changed it since.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn change_session(
        &self,
        new: &NewChange,
        aftermath: &Aftermath,
        now: DateTime<Utc>,
    ) -> Result<Changed, StoreError> {
        let mut tx = self.pool.begin().await?;
        // Lets one change at a time through, and tells every process of it.
        sqlx::query!("UPDATE session_revision SET number = number + 1").execute(&mut *tx).await?;
        if let Some(newest) = newest(&mut tx, &new.series, new.slot).await?.filter(|known| known.number != new.based_on)
        {
            let is_this = newest.number == new.based_on + 1
                && newest.by == new.by
                && newest.status == new.status
                && newest.start == new.start;
            return Ok(if is_this { Changed::Made } else { Changed::Overtaken(newest) });
        }
        let run = sqlx::query_scalar!(
            "SELECT state FROM session_run WHERE series = $1 AND slot = $2 FOR UPDATE",
            new.series,
            new.slot
        )
        .fetch_optional(&mut *tx)
        .await?;
        if run.is_some_and(|state| ["opening", "open", "closing"].contains(&state.as_str())) {
            return Ok(Changed::Open);
        }
        sqlx::query!(
            "INSERT INTO session_change (series, slot, number, state, starts_at, staff_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            new.series,
            new.slot,
            new.based_on + 1,
            new.status.as_str(),
            new.start,
            new.by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        aftermath.carry_out(&mut tx, new, now).await?;
        tx.commit().await?;
        Ok(Changed::Made)
    }
}

async fn newest(tx: &mut Connection, series: &str, slot: DateTime<Utc>) -> Result<Option<Change>, StoreError> {
    let row = sqlx::query_as!(
        Row,
        "SELECT series, slot, number, state, starts_at, staff_id, made_at FROM session_change
         WHERE series = $1 AND slot = $2 ORDER BY number DESC LIMIT 1",
        series,
        slot,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| row.into_change().map(|(_, change)| change)).transpose()
}

/// Whether the schedule is still the one that a plan was made of; it stays so until the transaction ends.
pub(super) async fn is_current(tx: &mut Connection, revision: Option<i64>) -> Result<bool, StoreError> {
    let number = sqlx::query_scalar!("SELECT number FROM session_revision FOR SHARE").fetch_one(tx).await?;
    Ok(revision == Some(number))
}
