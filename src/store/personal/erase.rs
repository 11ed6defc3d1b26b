//! Erasing: one thing, or all of a member. Each in one transaction together with the ledger's numbers, so that it is carried out
//! once and whole, by whichever process; what follows in Discord is rows of their own.

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::columns::{Treatment, each};
use crate::erasure::{FORMER_STAFF, Holdings, Subject};
use crate::feedback::Record;
use crate::ids::{AnnouncementId, UserId};
use crate::message::Message;
use crate::store::connections::Connection;
use crate::store::submissions::{erase_record, lock, lock_by, lock_by_receipt, round};
use crate::store::{Store, StoreError, announcements, questions};

/// What stands in the place of what is erased.
pub struct ErasureWords<'a> {
    /// In the staff's card of a submission.
    pub card: &'a (dyn Fn(&Record) -> Message + Send + Sync),
    /// In what was sent to a member: nobody reads it, because that message is deleted.
    pub sent: Message,
    /// In the place of the mention of staff in cards.
    pub former_staff: String,
}

impl Store {
    /// Erases, and notes that these entries of the ledger are carried out.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn erase(
        &self,
        subjects: &[Subject],
        entries: &[Uuid],
        words: &ErasureWords<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        if subjects.iter().any(|subject| matches!(subject, Subject::Receipt(_))) {
            // Before a row is locked, in the order in which a round locks the two.
            round::plan(&mut tx, now).await?;
        }
        for subject in subjects {
            erase_one(&mut tx, subject, words, now).await?;
        }
        note(&mut tx, entries).await?;
        Ok(tx.commit().await?)
    }

    /// Which of these entries of the ledger were not carried out in this database.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erasures_to_do(&self, entries: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let ids = sqlx::query_scalar!(
            r#"SELECT id AS "id!" FROM unnest($1::UUID[]) AS noted (id) WHERE NOT EXISTS (SELECT FROM erasure e WHERE e.id = noted.id)"#,
            entries
        );
        Ok(ids.fetch_all(&self.pool).await?)
    }

    /// How many erasures this database knows that are not among these entries of the ledger.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erasures_unknown_to(&self, entries: &[Uuid]) -> Result<i64, StoreError> {
        let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM erasure WHERE id <> ALL ($1)"#, entries);
        Ok(count.fetch_one(&self.pool).await?)
    }

    /// All that can be erased.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn erasable(&self) -> Result<Vec<Subject>, StoreError> {
        let mut subjects: Vec<Subject> = Vec::new();
        for member in self.persons().await? {
            subjects.push(Subject::Member(UserId::from_db(member).ok_or(StoreError::Corrupt("user id"))?));
        }
        let ids = sqlx::query_scalar!("SELECT id FROM submission").fetch_all(&self.pool).await?;
        subjects.extend(ids.into_iter().map(Subject::Submission));
        let ids = sqlx::query_scalar!("SELECT id FROM queued_question").fetch_all(&self.pool).await?;
        subjects.extend(ids.into_iter().map(Subject::Question));
        let receipts = sqlx::query_scalar!(
            r#"SELECT receipt_hash AS "hash!" FROM submission WHERE receipt_hash IS NOT NULL
               UNION SELECT receipt_hash FROM queued_question WHERE receipt_hash IS NOT NULL"#
        );
        let receipts = receipts.fetch_all(&self.pool).await?.into_iter();
        subjects.extend(receipts.filter_map(|hash| hash.try_into().ok()).map(Subject::Receipt));
        let votes =
            sqlx::query_scalar!(r#"SELECT voter AS "voter!" FROM vote UNION SELECT voter FROM queued_question_vote"#);
        let votes = votes.fetch_all(&self.pool).await?.into_iter();
        subjects.extend(votes.filter_map(|voter| voter.try_into().ok()).map(Subject::Vote));
        Ok(subjects)
    }

    /// The ids of all persons that any column names.
    async fn persons(&self) -> Result<Vec<i64>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let names = each(&mut tx, |how| matches!(how, Treatment::Owner | Treatment::Staff { .. })).await?;
        let parts: Vec<String> = names
            .into_iter()
            .map(|(table, column, _)| format!("SELECT {column} FROM {table} WHERE {column} > {FORMER_STAFF}"))
            .collect();
        // All names are those of our own list.
        let all = sqlx::query_scalar(AssertSqlSafe(parts.join(" UNION ")));
        Ok(all.fetch_all(&mut *tx).await?)
    }

    /// How much is kept of a member; of votes those with these names.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn holdings(&self, member: UserId, votes: usize) -> Result<Holdings, StoreError> {
        let row = sqlx::query!(
            r#"SELECT (SELECT count(*) FROM submission WHERE author_id = $1) AS "submissions!",
                      (SELECT count(*) FROM reply r JOIN submission s ON s.id = r.submission_id WHERE s.author_id = $1) AS "replies!",
                      (SELECT count(*) FROM queued_question WHERE author_id = $1) AS "questions!",
                      (SELECT count(*) FROM personal_reminder WHERE user_id = $1) AS "reminders!",
                      (SELECT count(*) FROM draft WHERE author_id = $1 AND state IN ('draft', 'discarded', 'dropped'))
                      + (SELECT count(*) FROM knowledge_draft WHERE author_id = $1 AND state <> 'saved')
                      + (SELECT count(*) FROM theme_reply WHERE author_id = $1 AND sent_at IS NULL)
                      + (SELECT count(*) FROM rewording WHERE user_id = $1)
                      + (SELECT count(*) FROM staff_zone WHERE user_id = $1) AS "drafts!""#,
            member.to_db(),
        )
        .fetch_one(&self.pool)
        .await?;
        let mut deeds = 0;
        let mut tx = self.pool.begin().await?;
        for (table, column, _) in each(&mut tx, |how| matches!(how, Treatment::Staff { .. })).await? {
            let count = format!("SELECT count(*) FROM {table} WHERE {column} = $1");
            let count: i64 = sqlx::query_scalar(AssertSqlSafe(count)).bind(member.to_db()).fetch_one(&mut *tx).await?;
            deeds += count;
        }
        Ok(Holdings {
            submissions: row.submissions,
            replies: row.replies,
            questions: row.questions,
            reminders: row.reminders,
            votes: i64::try_from(votes).unwrap_or(i64::MAX),
            drafts: row.drafts,
            deeds,
        })
    }
}

/// Notes that entries of the ledger are carried out, inside a transaction of the caller.
pub(in crate::store) async fn note(tx: &mut Connection, entries: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query!("INSERT INTO erasure (id) SELECT unnest($1::UUID[]) ON CONFLICT DO NOTHING", entries)
        .execute(tx)
        .await?;
    Ok(())
}

async fn erase_one(
    tx: &mut Connection,
    subject: &Subject,
    words: &ErasureWords<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match subject {
        Subject::Member(member) => erase_member(tx, *member, words, now).await,
        Subject::Submission(id) => match lock(tx, crate::feedback::SubmissionId(*id)).await? {
            Some(record) => erase_record(tx, &record, &(words.card)(&record), &words.sent, now).await,
            None => Ok(()),
        },
        Subject::Question(id) => {
            let author = sqlx::query_scalar!("SELECT author_id FROM queued_question WHERE id = $1", id)
                .fetch_optional(&mut *tx)
                .await?;
            if let Some(author) = author.flatten().and_then(UserId::from_db) {
                questions::withdraw_named(tx, *id, author, &words.sent, now).await?;
            }
            Ok(())
        }
        Subject::Receipt(hash) => {
            if let Some(record) = lock_by_receipt(tx, hash).await? {
                erase_record(tx, &record, &(words.card)(&record), &words.sent, now).await?;
            }
            questions::withdraw_anonymous(tx, hash).await.map(drop)
        }
        Subject::Vote(voter) => {
            sqlx::query!("DELETE FROM vote WHERE voter = $1", &voter[..]).execute(&mut *tx).await?;
            sqlx::query!("DELETE FROM queued_question_vote WHERE voter = $1", &voter[..]).execute(tx).await?;
            Ok(())
        }
    }
}

async fn erase_member(
    tx: &mut Connection,
    member: UserId,
    words: &ErasureWords<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for record in lock_by(tx, member).await? {
        erase_record(tx, &record, &(words.card)(&record), &words.sent, now).await?;
    }
    let questions = sqlx::query_scalar!(
        "SELECT id FROM queued_question WHERE author_id = $1 ORDER BY id FOR UPDATE",
        member.to_db()
    )
    .fetch_all(&mut *tx)
    .await?;
    for id in questions {
        questions::withdraw_named(tx, id, member, &words.sent, now).await?;
    }
    let reminders = sqlx::query_scalar!(
        "DELETE FROM personal_reminder WHERE user_id = $1 RETURNING announcement_id",
        member.to_db()
    )
    .fetch_all(&mut *tx)
    .await?;
    for announcement in reminders.into_iter().map(AnnouncementId) {
        announcements::take_back(tx, announcement, now).await?;
        announcements::revise(tx, announcement, &words.sent, now).await?;
    }
    erase_staff(tx, member, words, now).await
}

/// What a member is as staff: his unsent words and his time zone go, what he did stays without him.
async fn erase_staff(
    tx: &mut Connection,
    member: UserId,
    words: &ErasureWords<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = member.to_db();
    sqlx::query!("DELETE FROM staff_zone WHERE user_id = $1", id).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM rewording WHERE user_id = $1", id).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM draft WHERE author_id = $1 AND state IN ('draft', 'discarded', 'dropped')", id)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("DELETE FROM knowledge_draft WHERE author_id = $1 AND state <> 'saved'", id).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM theme_reply WHERE author_id = $1 AND sent_at IS NULL", id).execute(&mut *tx).await?;
    // All names are those of our own list. The clicks first, while it is known whose they are.
    for (table, column, how) in each(tx, |how| matches!(how, Treatment::Click { .. })).await? {
        let Treatment::Click { of } = how else { continue };
        let anew = format!("UPDATE {table} SET {column} = id WHERE {of} = $1");
        sqlx::query(AssertSqlSafe(anew)).bind(id).execute(&mut *tx).await?;
    }
    for (table, column, _) in each(tx, |how| matches!(how, Treatment::Staff { .. })).await? {
        let anew = format!("UPDATE {table} SET {column} = {FORMER_STAFF} WHERE {column} = $1");
        let replaced = sqlx::query(AssertSqlSafe(anew)).bind(id).execute(&mut *tx).await?;
        if replaced.rows_affected() > 0 && matches!(table, "knowledge_version" | "session_change") {
            // Every process keeps these in memory, and reads them anew when the number is another.
            let revision = table.replace("_version", "_revision").replace("_change", "_revision");
            let raise = format!("UPDATE {revision} SET number = number + 1");
            sqlx::query(AssertSqlSafe(raise)).execute(&mut *tx).await?;
        }
    }
    leave_cards(tx, member, &words.former_staff, now).await
}

/// The cards that name a member say so no longer; those that stand are edited.
async fn leave_cards(tx: &mut Connection, member: UserId, former: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mention = format!("<@{member}>");
    let cards = sqlx::query!(
        r#"SELECT id, message AS "message: Json<serde_json::Value>" FROM announcement
           WHERE kind = 'internal' AND strpos(message::TEXT, $1) > 0 ORDER BY id FOR UPDATE"#,
        mention
    )
    .fetch_all(&mut *tx)
    .await?;
    for card in cards {
        let mut message = card.message.0;
        replace(&mut message, &mention, former);
        let message: Message = serde_json::from_value(message)?;
        announcements::revise(tx, AnnouncementId(card.id), &message, now).await?;
    }
    Ok(())
}

/// Replaces a text wherever it stands in a message.
fn replace(value: &mut serde_json::Value, from: &str, to: &str) {
    match value {
        serde_json::Value::String(text) if text.contains(from) => *text = text.replace(from, to),
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| replace(value, from, to)),
        serde_json::Value::Object(values) => values.values_mut().for_each(|value| replace(value, from, to)),
        _ => {}
    }
}
