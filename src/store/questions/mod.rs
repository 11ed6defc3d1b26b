//! Questions for office hours: kept once, listed and voted on, settled by staff, withdrawn by their askers.

mod agenda;
mod erase;
mod keep;
mod list;
mod recap;
mod settle;
mod votes;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::connections::Connection;
use super::{Store, StoreError};
use crate::feedback::queue::{AnswerLink, Queued, QueuedId, QueuedState, QueuedText};
use crate::feedback::{Receipt, Touched};
use crate::ids::{AnnouncementId, ChannelId, MessageId, UserId};

pub(super) use agenda::post as post_agenda;
pub(super) use erase::erase_old;
pub use keep::KeptQuestion;
pub(super) use keep::show_round;
pub use recap::Recapped;
pub use settle::{Answered, SettledQuestion};

/// Whose question is meant, and by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionProof {
    /// A named one, for its author alone.
    Author(QueuedId, UserId),
    /// An anonymous one, for whoever has its receipt.
    Receipt(Receipt),
}

struct Row {
    id: Uuid,
    series: String,
    text: String,
    asked_on: NaiveDate,
    author_id: Option<i64>,
    awaits_round: bool,
    state: String,
    version: i32,
    settled_by: Option<i64>,
    settled_at: Option<DateTime<Utc>>,
    answer_channel_id: Option<i64>,
    answer_message_id: Option<i64>,
    announcement_id: Option<i64>,
    votes: i64,
}

/// A query for [`Row`]s: the column list with what follows it.
macro_rules! rows {
    ($rest:literal $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            crate::store::questions::Row,
            r#"SELECT q.id, q.series, q.text, q.asked_on, q.author_id, q.awaits_round, q.state, q.version, q.settled_by, q.settled_at,
                      q.answer_channel_id, q.answer_message_id, q.announcement_id,
                      (SELECT count(*) FROM queued_question_vote v WHERE v.question_id = q.id) AS "votes!"
               FROM queued_question q "# + $rest $(, $arg)*
        )
    };
}
use rows;

impl Row {
    fn into_question(self) -> Result<Queued, StoreError> {
        let user = |raw: i64| UserId::from_db(raw).ok_or(StoreError::Corrupt("user id"));
        let settled =
            self.settled_by.zip(self.settled_at).map(|(by, at)| Ok::<_, StoreError>(Touched { by: user(by)?, at }));
        let answer = self.answer_channel_id.zip(self.answer_message_id).map(|(channel, message)| {
            let (channel, message) = (ChannelId::from_db(channel), MessageId::from_db(message));
            channel.zip(message).ok_or(StoreError::Corrupt("message id"))
        });
        Ok(Queued {
            id: QueuedId(self.id),
            series: self.series,
            text: QueuedText::stored(self.text),
            asked_on: self.asked_on,
            author: self.author_id.map(user).transpose()?,
            awaits_round: self.awaits_round,
            state: QueuedState::stored(&self.state).ok_or(StoreError::Corrupt("state of a question"))?,
            version: self.version,
            settled: settled.transpose()?,
            answer: answer.transpose()?.map(|(channel, message)| AnswerLink { channel, message }),
            notice: self.announcement_id.map(AnnouncementId),
            votes: self.votes,
        })
    }
}

fn questions(rows: Vec<Row>) -> Result<Vec<Queued>, StoreError> {
    rows.into_iter().map(Row::into_question).collect()
}

/// Reads one and keeps others from changing it until the transaction ends.
async fn lock(tx: &mut Connection, id: QueuedId) -> Result<Option<Queued>, StoreError> {
    let row = rows!("WHERE q.id = $1 FOR UPDATE OF q", id.0).fetch_optional(tx).await?;
    row.map(Row::into_question).transpose()
}
