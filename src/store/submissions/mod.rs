//! Submissions: kept once, rated and erased by their senders, moved on by staff. A card changes in the transaction of what it
//! shows, but for those of anonymous ones, which change in rounds (`round`).

mod browse;
mod erase;
mod history;
mod keep;
mod replies;
pub(super) mod round;
mod theme_changes;
mod theme_replies;
mod themes;
mod trends;
mod triage;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::feedback::{Answered, Answers, Kind, Rating, Receipt, Record, Sender, State, SubmissionId, Touched};
use crate::ids::{AnnouncementId, ThemeId, UserId};
use crate::store::connections::Connection;

pub use browse::{Hit, Page};
pub use erase::Erased;
pub use keep::Kept;
pub use replies::Replied;
pub use theme_changes::{Given, Merged, Renamed, ThemeStanding};
pub use theme_replies::Sent;
pub use themes::Tagged;
pub use triage::Triaged;

/// Whose submission is meant, and by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A named one, for its author alone.
    Author(SubmissionId, UserId),
    /// An anonymous one, for whoever has its receipt.
    Receipt(Receipt),
}

struct Row {
    id: Uuid,
    kind: String,
    program: String,
    went_well: Option<String>,
    to_change: Option<String>,
    question: Option<String>,
    form: Option<Json<Vec<Answered>>>,
    rating: Option<i16>,
    shown_rating: Option<i16>,
    submitted_on: NaiveDate,
    author_id: Option<i64>,
    submitted_at: Option<DateTime<Utc>>,
    may_contact: Option<bool>,
    awaits_round: bool,
    state: String,
    acknowledged_by: Option<i64>,
    acknowledged_at: Option<DateTime<Utc>>,
    resolved_by: Option<i64>,
    resolved_at: Option<DateTime<Utc>>,
    announcement_id: Option<i64>,
    themes_version: i32,
    conduct_by: Option<i64>,
    conduct_at: Option<DateTime<Utc>>,
}

/// A query for [`Row`]s: the column list with what follows it.
macro_rules! rows {
    ($rest:literal $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            crate::store::submissions::Row,
            "SELECT id, kind, program, went_well, to_change, question, form AS \"form: _\", rating, shown_rating, submitted_on, author_id, submitted_at, may_contact, awaits_round,
                    state, acknowledged_by, acknowledged_at, resolved_by, resolved_at, announcement_id, themes_version, conduct_by, conduct_at
             FROM submission " + $rest $(, $arg)*
        )
    };
}
use rows;

impl Row {
    fn into_record(self) -> Result<Record, StoreError> {
        let sender = match (self.author_id, self.submitted_at) {
            (Some(author), Some(at)) => {
                Sender::Named { author: user(author)?, at, may_contact: self.may_contact.unwrap_or(false) }
            }
            _ => Sender::Anonymous,
        };
        Ok(Record {
            id: SubmissionId(self.id),
            kind: Kind::stored(&self.kind).ok_or(StoreError::Corrupt("kind of submission"))?,
            program: self.program,
            replies: Vec::new(),
            answers: Answers::stored(
                self.went_well,
                self.to_change,
                self.question,
                self.form.map(|form| form.0).unwrap_or_default(),
            ),
            rating: self.rating.and_then(Rating::new),
            // Who gives his name hides no time.
            shown_rating: if self.author_id.is_some() { self.rating } else { self.shown_rating }.and_then(Rating::new),
            submitted_on: self.submitted_on,
            sender,
            state: State::stored(&self.state).ok_or(StoreError::Corrupt("state of a submission"))?,
            acknowledged: touched(self.acknowledged_by, self.acknowledged_at)?,
            resolved: touched(self.resolved_by, self.resolved_at)?,
            card: self.announcement_id.map(AnnouncementId),
            awaits_round: self.awaits_round,
            themes: Vec::new(),
            themes_version: self.themes_version,
            conduct: touched(self.conduct_by, self.conduct_at)?,
        })
    }
}

fn user(raw: i64) -> Result<UserId, StoreError> {
    UserId::from_db(raw).ok_or(StoreError::Corrupt("user id"))
}

fn touched(by: Option<i64>, at: Option<DateTime<Utc>>) -> Result<Option<Touched>, StoreError> {
    by.zip(at).map(|(by, at)| Ok(Touched { by: user(by)?, at })).transpose()
}

/// The record of a row, with the replies and themes as they are now: read after the row was locked, or one that another
/// transaction added meanwhile would be missed.
async fn one(tx: &mut Connection, row: Option<Row>) -> Result<Option<Record>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(with_replies(tx, vec![row]).await?.pop())
}

async fn with_replies(tx: &mut Connection, rows: Vec<Row>) -> Result<Vec<Record>, StoreError> {
    let mut records = rows.into_iter().map(Row::into_record).collect::<Result<Vec<_>, _>>()?;
    replies::add_to(tx, &mut records).await?;
    themes::add_to(tx, &mut records).await?;
    Ok(records)
}

/// Reads one and keeps others from changing it until the transaction ends.
async fn lock(tx: &mut Connection, id: SubmissionId) -> Result<Option<Record>, StoreError> {
    let row = rows!("WHERE id = $1 FOR UPDATE", id.0).fetch_optional(&mut *tx).await?;
    one(tx, row).await
}

/// Reads all that staff see of a theme, but those on conduct, and keeps others from changing them.
async fn lock_tagged(tx: &mut Connection, theme: ThemeId) -> Result<Vec<Record>, StoreError> {
    let rows = rows!(
        "WHERE id IN (SELECT submission_id FROM submission_theme WHERE theme_id = $1)
           AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL) ORDER BY id FOR UPDATE",
        theme.0
    )
    .fetch_all(&mut *tx)
    .await?;
    with_replies(tx, rows).await
}

/// As [`lock`], for whoever has the right to it.
async fn lock_own(tx: &mut Connection, proof: &Proof) -> Result<Option<Record>, StoreError> {
    let row = match proof {
        Proof::Author(id, author) => {
            rows!("WHERE id = $1 AND author_id = $2 FOR UPDATE", id.0, author.to_db()).fetch_optional(&mut *tx).await?
        }
        Proof::Receipt(receipt) => {
            rows!("WHERE receipt_hash = $1 FOR UPDATE", &receipt.hash()[..]).fetch_optional(&mut *tx).await?
        }
    };
    one(tx, row).await
}

impl Store {
    /// A submission, for staff.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn submission(&self, id: SubmissionId) -> Result<Option<Record>, StoreError> {
        let mut connection = self.pool.begin().await?;
        let row = rows!("WHERE id = $1", id.0).fetch_optional(&mut *connection).await?;
        one(&mut connection, row).await
    }

    /// A submission, for whoever has the right to it.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn own_submission(&self, proof: &Proof) -> Result<Option<Record>, StoreError> {
        let mut connection = self.pool.begin().await?;
        let row = match proof {
            Proof::Author(id, author) => {
                rows!("WHERE id = $1 AND author_id = $2", id.0, author.to_db()).fetch_optional(&mut *connection).await?
            }
            Proof::Receipt(receipt) => {
                rows!("WHERE receipt_hash = $1", &receipt.hash()[..]).fetch_optional(&mut *connection).await?
            }
        };
        one(&mut connection, row).await
    }

    /// What a member sent by name, newest first: `length` of them after `skipped`, and how many there are in all.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn submissions_by(
        &self,
        author: UserId,
        skipped: i64,
        length: i64,
    ) -> Result<(Vec<Record>, i64), StoreError> {
        let mut connection = self.pool.begin().await?;
        let total =
            sqlx::query_scalar!(r#"SELECT count(*) AS "total!" FROM submission WHERE author_id = $1"#, author.to_db())
                .fetch_one(&mut *connection)
                .await?;
        let rows = rows!(
            "WHERE author_id = $1 ORDER BY submitted_at DESC, id OFFSET $2 LIMIT $3",
            author.to_db(),
            skipped,
            length,
        )
        .fetch_all(&mut *connection)
        .await?;
        Ok((with_replies(&mut connection, rows).await?, total))
    }
}
