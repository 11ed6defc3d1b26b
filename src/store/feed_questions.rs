//! What staff are asked about posts. A question changes by its version, and is settled once.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::connections::Connection;
use super::staff_feeds::settings_of;
use super::{Store, StoreError, announcements};
use crate::announcements::Draft;
use crate::blog::{Choice, Entry, NewQuestion, Question, QuestionKind, QuestionPost};
use crate::ids::{AnnouncementId, FeedId, QuestionId, UserId};
use crate::message::Message;

/// Time between two posts that are announced together: so that they stand in their order.
const APART: chrono::TimeDelta = chrono::TimeDelta::seconds(3);

/// Makes a question's card.
pub type QuestionCard<'a> = &'a (dyn Fn(&Question) -> Draft + Sync);

/// A post that is announced on staff's word.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenPost {
    /// The entry's key.
    pub key: String,
    /// What is announced.
    pub draft: Draft,
    /// Whether the feed's edits change the message from now on.
    pub follows_feed: bool,
}

impl Store {
    /// A question; `None` where there is none.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn feed_question(&self, id: QuestionId) -> Result<Option<Question>, StoreError> {
        let mut tx = self.pool.begin().await?;
        read(&mut tx, id).await
    }

    /// Settles a question as it is: what was chosen is announced, its card says so. Nothing, and `false`, when it has
    /// changed or was settled.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_question(
        &self,
        question: &Question,
        (choice, by): (Choice, UserId),
        chosen: &[ChosenPost],
        card: &Message,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // The feed first, as a poll does it: then the two never wait for each other.
        sqlx::query!("SELECT id FROM feed WHERE id = $1 FOR UPDATE", question.feed.0).fetch_one(&mut *tx).await?;
        let settled = sqlx::query!(
            "UPDATE feed_question SET choice = $3, settled_by = $4, settled_at = $5, version = version + 1
             WHERE id = $1 AND version = $2 AND choice IS NULL",
            question.id.0,
            question.version,
            choice.as_str(),
            by.to_db(),
            now,
        )
        .execute(&mut *tx)
        .await?;
        if settled.rows_affected() == 0 {
            return Ok(false);
        }
        for (place, post) in (0..).zip(chosen) {
            let announcement = insert_in_turn(&mut tx, &post.draft, place, now).await?;
            // On the row of the first name, which edits go by.
            sqlx::query!(
                "UPDATE entry SET announcement_id = $3, announced_at = CASE WHEN $4 THEN $5 ELSE announced_at END
                 WHERE feed_id = $1 AND key = (SELECT coalesce(alias_of, key) FROM entry WHERE feed_id = $1 AND key = $2)",
                question.feed.0,
                post.key,
                announcement.0,
                post.follows_feed,
                now,
            )
            .execute(&mut *tx)
            .await?;
        }
        if let Some(id) = question.card {
            announcements::revise(&mut tx, id, card, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Notes what staff wrote in place of a post's own words. Nothing, and `None`, when the question has changed or was
    /// settled.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn rewrite_question(
        &self,
        question: &Question,
        key: &str,
        (title, summary): (Option<&str>, Option<&str>),
        by: UserId,
        card: QuestionCard<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<Question>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let touched = sqlx::query!(
            "UPDATE feed_question SET version = version + 1, rewritten_by = $3 WHERE id = $1 AND version = $2 AND choice IS NULL",
            question.id.0,
            question.version,
            by.to_db(),
        )
        .execute(&mut *tx)
        .await?;
        if touched.rows_affected() == 0 {
            return Ok(None);
        }
        sqlx::query!(
            "UPDATE feed_question_post SET edited_title = $3, edited_summary = $4 WHERE question_id = $1 AND entry_key = $2",
            question.id.0,
            key,
            title,
            summary,
        )
        .execute(&mut *tx)
        .await?;
        let question = renew_card(&mut tx, question.id, card, now).await?;
        tx.commit().await?;
        Ok(question)
    }
}

/// Announces a post that is the `place`-th of several, from 0.
pub(super) async fn insert_in_turn(
    tx: &mut Connection,
    draft: &Draft,
    place: i32,
    now: DateTime<Utc>,
) -> Result<AnnouncementId, StoreError> {
    let id = announcements::insert(tx, draft, now).await?;
    if place > 0 {
        let at = draft.due_at.max(now) + APART * place;
        sqlx::query!("UPDATE delivery SET next_attempt_at = $2 WHERE announcement_id = $1", id.0, at)
            .execute(tx)
            .await?;
    }
    Ok(id)
}

/// Asks staff: the question, and its card.
pub(super) async fn ask(
    tx: &mut Connection,
    feed: FeedId,
    new: &NewQuestion,
    card: QuestionCard<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = sqlx::query_scalar!(
        "INSERT INTO feed_question (feed_id, kind, recognised, asked_at) VALUES ($1, $2, $3, $4) RETURNING id",
        feed.0,
        new.kind.as_str(),
        i32::try_from(new.recognised).unwrap_or(i32::MAX),
        now,
    )
    .fetch_one(&mut *tx)
    .await?;
    for (position, entry) in (0_i32..).zip(&new.posts) {
        sqlx::query!(
            "INSERT INTO feed_question_post (question_id, position, entry_key, entry) VALUES ($1, $2, $3, $4)",
            id,
            position,
            entry.key,
            serde_json::to_value(entry)?,
        )
        .execute(&mut *tx)
        .await?;
    }
    let question = read(tx, QuestionId(id)).await?.ok_or(StoreError::Corrupt("question"))?;
    let card = announcements::insert(tx, &card(&question), now).await?;
    sqlx::query!("UPDATE feed_question SET card_id = $2 WHERE id = $1", id, card.0).execute(tx).await?;
    Ok(())
}

/// Brings the open questions about a feed up to what it has now, with their cards.
pub(super) async fn refresh(
    tx: &mut Connection,
    feed: FeedId,
    entries: &[Entry],
    card: QuestionCard<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let open = sqlx::query_scalar!(
        "SELECT id FROM feed_question WHERE feed_id = $1 AND choice IS NULL ORDER BY id FOR UPDATE",
        feed.0
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in open {
        let Some(question) = read(tx, QuestionId(id)).await? else { continue };
        let mut changed = false;
        for post in &question.posts {
            let current = entries.iter().find(|entry| entry.key == post.entry.key);
            let entry = current.filter(|current| is_other(&post.entry, current)).unwrap_or(&post.entry);
            if current.is_none() == post.is_gone && *entry == post.entry {
                continue;
            }
            changed = true;
            sqlx::query!(
                "UPDATE feed_question_post SET entry = $3, is_gone = $4 WHERE question_id = $1 AND entry_key = $2",
                id,
                entry.key,
                serde_json::to_value(entry)?,
                current.is_none(),
            )
            .execute(&mut *tx)
            .await?;
        }
        if changed {
            sqlx::query!("UPDATE feed_question SET version = version + 1 WHERE id = $1", id).execute(&mut *tx).await?;
            renew_card(tx, QuestionId(id), card, now).await?;
        }
    }
    Ok(())
}

/// Whether an entry would be announced in another way; a mere date of change is none.
fn is_other(one: &Entry, other: &Entry) -> bool {
    one.fingerprint() != other.fingerprint() || one.url != other.url || one.author != other.author
}

async fn renew_card(
    tx: &mut Connection,
    id: QuestionId,
    card: QuestionCard<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Question>, StoreError> {
    let question = read(tx, id).await?;
    if let Some((question, announcement)) = question.as_ref().and_then(|question| question.card.map(|c| (question, c)))
    {
        announcements::revise(tx, announcement, &card(question).message, now).await?;
    }
    Ok(question)
}

async fn read(tx: &mut Connection, id: QuestionId) -> Result<Option<Question>, StoreError> {
    let row = sqlx::query!(
        "SELECT q.feed_id, f.key, f.title, q.kind, q.recognised, q.choice, q.version, q.asked_at, q.card_id, q.settled_by, q.settled_at, q.rewritten_by
         FROM feed_question q JOIN feed f ON f.id = q.feed_id WHERE q.id = $1",
        id.0
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let posts = sqlx::query!(
        r#"SELECT entry AS "entry: Json<Entry>", is_gone, edited_title, edited_summary
           FROM feed_question_post WHERE question_id = $1 ORDER BY position"#,
        id.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let posts = posts.into_iter().map(|post| QuestionPost {
        entry: post.entry.0,
        is_gone: post.is_gone,
        title: post.edited_title,
        summary: post.edited_summary,
    });
    let settled = match (row.choice, row.settled_by, row.settled_at) {
        (Some(choice), Some(by), Some(at)) => {
            let choice = Choice::stored(&choice).ok_or(StoreError::Corrupt("choice"))?;
            Some((choice, UserId::from_db(by).ok_or(StoreError::Corrupt("user id"))?, at))
        }
        _ => None,
    };
    Ok(Some(Question {
        id,
        feed: FeedId(row.feed_id),
        staff: settings_of(tx, &row.key).await?,
        feed_key: row.key,
        feed_title: row.title,
        kind: QuestionKind::stored(&row.kind).ok_or(StoreError::Corrupt("kind of question"))?,
        recognised: usize::try_from(row.recognised).unwrap_or_default(),
        posts: posts.collect(),
        asked_at: row.asked_at,
        version: row.version,
        settled,
        rewritten_by: row.rewritten_by.and_then(UserId::from_db),
        card: row.card_id.map(AnnouncementId),
    }))
}
