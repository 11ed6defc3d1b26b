//! Agendas: made of the open questions when a session is opened, and kept without what is withdrawn or hidden afterwards.

use chrono::{DateTime, Utc};

use super::{Store, StoreError, questions, rows};
use crate::announcements::Draft;
use crate::feedback::queue::{Agenda, MOST_ON_AGENDA};
use crate::ids::AnnouncementId;
use crate::store::announcements;
use crate::store::connections::Connection;

impl Store {
    /// What is posted of members' questions when a session of a series is opened, and `/sessions agenda` shows before; `None`
    /// where there is none.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn agenda(&self, series: &str, title: &str) -> Result<Option<Agenda>, StoreError> {
        let (open, total) = self.open_questions(series, MOST_ON_AGENDA).await?;
        Ok(Agenda::of(title, open, total))
    }
}

/// Posts an agenda, inside a transaction of the caller, without the questions that have gone since it was made.
pub(in crate::store) async fn post(
    tx: &mut Connection,
    agenda: &Agenda,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = announcements::insert(tx, draft, now).await?;
    sqlx::query!(
        "INSERT INTO agenda (announcement_id, title, more) VALUES ($1, $2, $3)",
        id.0,
        agenda.title,
        agenda.more
    )
    .execute(&mut *tx)
    .await?;
    let ids: Vec<_> = agenda.questions.iter().map(|question| question.id.0).collect();
    // Whoever hides or withdraws one at this moment waits, and then finds it on the agenda.
    sqlx::query!("SELECT id FROM queued_question WHERE id = ANY($1) ORDER BY id FOR SHARE", &ids)
        .fetch_all(&mut *tx)
        .await?;
    sqlx::query!(
        "INSERT INTO agenda_question (announcement_id, place, question_id)
         SELECT $1, wanted.place::SMALLINT, q.id FROM unnest($2::UUID[]) WITH ORDINALITY AS wanted (id, place) JOIN queued_question q USING (id)",
        id.0,
        &ids,
    )
    .execute(&mut *tx)
    .await?;
    follow(tx, &[id.0], now).await
}

/// The agendas that hold one of these questions.
pub(super) async fn holding(tx: &mut Connection, ids: &[uuid::Uuid]) -> Result<Vec<i64>, StoreError> {
    let agendas = sqlx::query_scalar!(
        "SELECT DISTINCT announcement_id FROM agenda_question WHERE question_id = ANY($1) ORDER BY announcement_id",
        ids
    )
    .fetch_all(tx)
    .await?;
    Ok(agendas)
}

/// Brings agendas to what their questions are now, inside a transaction of the caller: what is hidden, or not there any more,
/// leaves them. One that holds nothing any more is deleted where it stands.
pub(super) async fn follow(tx: &mut Connection, agendas: &[i64], now: DateTime<Utc>) -> Result<(), StoreError> {
    for id in agendas {
        // One after the other: of two that leave at once the second must see that the first is gone.
        let row = sqlx::query!("SELECT title, more FROM agenda WHERE announcement_id = $1 FOR UPDATE", id)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else { continue };
        let left = rows!(
            "JOIN agenda_question a ON a.question_id = q.id WHERE a.announcement_id = $1 AND q.state <> 'hidden' ORDER BY a.place",
            id
        )
        .fetch_all(&mut *tx)
        .await?;
        let agenda = Agenda { title: row.title, questions: questions(left)?, more: row.more };
        let id = AnnouncementId(*id);
        if agenda.questions.is_empty() {
            announcements::take_back(tx, id, now).await?;
        }
        announcements::revise(tx, id, &agenda.message(), now).await?;
    }
    Ok(())
}
