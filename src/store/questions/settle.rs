//! Staff settle a question, or open it again; and name the message that answers it, which its asker is told.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Queued, QueuedId, Store, StoreError, agenda, lock};
use crate::announcements::Draft;
use crate::feedback::Touched;
use crate::feedback::queue::{AnswerLink, QueuedState};
use crate::ids::UserId;
use crate::message::Message;
use crate::store::announcements;
use crate::store::connections::Connection;

/// What came of a step of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledQuestion {
    /// As it is kept now.
    pub question: Queued,
    /// Whether it is as wished: by this call, or by the same one before, whose answer was lost. Otherwise somebody was
    /// first.
    pub as_wished: bool,
}

/// What came of naming an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It stands with the question.
    Linked(Queued),
    /// Somebody was first: it was answered by another message, or hidden.
    Overtaken(Queued),
}

impl Store {
    /// Brings a question to a state, if it is still as it was when its button was made (`version`). Whoever opens one again
    /// takes its answer back, and what was sent about it, which says `taken_back` from then on. `None` when there is no
    /// such question that staff may see.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn settle_queued(
        &self,
        id: QueuedId,
        version: i32,
        state: QueuedState,
        by: UserId,
        taken_back: &Message,
        now: DateTime<Utc>,
    ) -> Result<Option<SettledQuestion>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let found = lock(&mut tx, id).await?.filter(|question| !question.awaits_round);
        let Some(mut question) = found else { return Ok(None) };
        if question.version != version {
            // Of one that is open again nobody knows who opened it: it is as wished.
            let is_mine = question.settled.is_none_or(|touched| touched.by == by);
            let as_wished = question.version == version + 1 && question.state == state && is_mine;
            return Ok(Some(SettledQuestion { question, as_wished }));
        }
        if let Some(notice) = question.notice.take() {
            announcements::take_back(&mut tx, notice, now).await?;
            announcements::revise(&mut tx, notice, taken_back, now).await?;
        }
        question.version += 1;
        (question.state, question.answer) = (state, None);
        question.settled = (state != QueuedState::Open).then_some(Touched { by, at: now });
        write(&mut tx, &question).await?;
        let agendas = agenda::holding(&mut tx, &[question.id.0]).await?;
        agenda::follow(&mut tx, &agendas, now).await?;
        tx.commit().await?;
        Ok(Some(SettledQuestion { question, as_wished: true }))
    }

    /// Notes which message answers a question, with what its asker gets, in one transaction. `notice` makes that of the
    /// question as it is then; for an anonymous one nothing is sent. `None` when there is no such question that staff
    /// may see.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn answer_question(
        &self,
        id: QueuedId,
        answer: AnswerLink,
        by: UserId,
        notice: impl Fn(&Queued) -> Option<Draft>,
        now: DateTime<Utc>,
    ) -> Result<Option<Answered>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let found = lock(&mut tx, id).await?.filter(|question| !question.awaits_round);
        let Some(mut question) = found else { return Ok(None) };
        if question.answer == Some(answer) {
            return Ok(Some(Answered::Linked(question)));
        }
        if !question.wants_answer() {
            return Ok(Some(Answered::Overtaken(question)));
        }
        question.version += 1;
        (question.state, question.answer) = (QueuedState::Answered, Some(answer));
        question.settled = Some(Touched { by, at: now });
        if question.author.is_some()
            && let Some(draft) = notice(&question)
        {
            question.notice = Some(announcements::insert(&mut tx, &draft, now).await?);
        }
        write(&mut tx, &question).await?;
        tx.commit().await?;
        Ok(Some(Answered::Linked(question)))
    }

    /// What a member could not be sent by direct message of the answers to his questions, and has not read otherwise.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn untold_answers(&self, member: UserId) -> Result<Vec<(QueuedId, Message)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT q.id, a.message AS "message: Json<Message>"
               FROM queued_question q JOIN announcement a ON a.id = q.announcement_id
               LEFT JOIN delivery d ON d.announcement_id = a.id
               WHERE q.author_id = $1 AND q.told_at IS NULL AND (d.id IS NULL OR d.state IN ('missed', 'failed', 'held'))
               ORDER BY q.settled_at, q.id"#,
            member.to_db(),
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|row| (QueuedId(row.id), row.message.0)).collect())
    }

    /// Notes that a member has read of an answer.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_answer_told(&self, id: QueuedId, now: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "UPDATE queued_question SET told_at = $2 WHERE id = $1 AND told_at IS NULL AND announcement_id IS NOT NULL",
            id.0,
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

async fn write(tx: &mut Connection, question: &Queued) -> Result<(), StoreError> {
    sqlx::query!(
        "UPDATE queued_question SET state = $2, version = $3, settled_by = $4, settled_at = $5, answer_channel_id = $6, answer_message_id = $7,
                announcement_id = $8, told_at = NULL, recap_id = CASE WHEN $7::BIGINT IS NULL THEN NULL ELSE recap_id END
         WHERE id = $1",
        question.id.0,
        question.state.as_str(),
        question.version,
        question.settled.map(|touched| touched.by.to_db()),
        question.settled.map(|touched| touched.at),
        question.answer.map(|answer| answer.channel.to_db()),
        question.answer.map(|answer| answer.message.to_db()),
        question.notice.map(|notice| notice.0),
    )
    .execute(tx)
    .await?;
    Ok(())
}
