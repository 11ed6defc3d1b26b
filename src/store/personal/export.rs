//! Everything that is stored about somebody, as JSON. The shape is described in `docs/privacy.md`; what changes its meaning
//! raises [`VERSION`].

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::columns::{Treatment, each};
use crate::ids::UserId;
use crate::store::{Store, StoreError};

/// Of the shape.
const VERSION: u32 = 1;

impl Store {
    /// Everything that is stored about a member, with the votes that he alone can name: articles and whether they helped, and
    /// the questions that he voted for. Ids are texts, because not everything that reads JSON keeps all of their digits.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn export_member(
        &self,
        member: UserId,
        votes: &[(String, bool)],
        upvotes: &[String],
        now: DateTime<Utc>,
    ) -> Result<Value, StoreError> {
        let id = member.to_db();
        let votes: Vec<Value> =
            votes.iter().map(|(article, helpful)| json!({"article": article, "helpful": helpful})).collect();
        Ok(json!({
            "format": "psfbot personal data",
            "version": VERSION,
            "made_at": now,
            "discord_id": member.to_string(),
            "submissions": self.export_submissions(Some(id), None).await?,
            "questions": self.export_questions(Some(id), None).await?,
            "reminders": self.export_reminders(id).await?,
            "direct_messages": self.export_direct_messages(id).await?,
            "votes_on_answers": votes,
            "votes_on_questions": upvotes,
            "staff": self.export_staff(id).await?,
        }))
    }

    /// What was sent with the receipt of this SHA-256; `None` when there is nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn export_receipt(&self, hash: &[u8], now: DateTime<Utc>) -> Result<Option<Value>, StoreError> {
        let submissions = self.export_submissions(None, Some(hash)).await?;
        let questions = self.export_questions(None, Some(hash)).await?;
        let is_empty = |list: &Value| list.as_array().is_none_or(Vec::is_empty);
        Ok((!is_empty(&submissions) || !is_empty(&questions)).then(|| {
            json!({
                "format": "psfbot personal data",
                "version": VERSION,
                "made_at": now,
                "submissions": submissions,
                "questions": questions,
            })
        }))
    }

    async fn export_submissions(&self, author: Option<i64>, hash: Option<&[u8]>) -> Result<Value, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', s.id, 'kind', s.kind, 'programme', s.program, 'went_well', s.went_well, 'to_change', s.to_change,
                   'question', s.question, 'form', s.form, 'rating', s.rating, 'sent_on', s.submitted_on, 'sent_at', s.submitted_at,
                   'interaction_id', s.opened_by::TEXT, 'may_contact', s.may_contact, 'state', s.state,
                   'acknowledged_at', s.acknowledged_at, 'resolved_at', s.resolved_at, 'left_to_conduct_at', s.conduct_at,
                   'themes', (SELECT coalesce(jsonb_agg(t.name ORDER BY t.name), '[]') FROM submission_theme st
                              JOIN theme t ON t.id = st.theme_id WHERE st.submission_id = s.id),
                   'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('what', d.what, 'at', d.done_at, 'theme', t.name) ORDER BY d.id), '[]')
                               FROM submission_deed d LEFT JOIN theme t ON t.id = d.theme_id WHERE d.submission_id = s.id),
                   'replies', (SELECT coalesce(jsonb_agg(jsonb_build_object('text', r.text, 'written_at', r.written_at, 'read_at', r.told_at) ORDER BY r.id), '[]')
                               FROM reply r WHERE r.submission_id = s.id)
               ) ORDER BY s.submitted_on, s.submitted_at, s.id), '[]') AS "found!"
               FROM submission s WHERE s.author_id = $1 OR s.receipt_hash = $2"#,
            author,
            hash
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    async fn export_questions(&self, author: Option<i64>, hash: Option<&[u8]>) -> Result<Value, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', q.id, 'series', q.series, 'text', q.text, 'asked_on', q.asked_on, 'asked_at', q.asked_at,
                   'interaction_id', q.opened_by::TEXT, 'state', q.state, 'settled_at', q.settled_at,
                   'answer_channel_id', q.answer_channel_id::TEXT, 'answer_message_id', q.answer_message_id::TEXT, 'read_at', q.told_at,
                   'votes', (SELECT count(*) FROM queued_question_vote v WHERE v.question_id = q.id)
               ) ORDER BY q.asked_on, q.asked_at, q.id), '[]') AS "found!"
               FROM queued_question q WHERE (q.author_id = $1 OR q.receipt_hash = $2) AND NOT q.withdrawn"#,
            author,
            hash
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    async fn export_reminders(&self, member: i64) -> Result<Value, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'series', series, 'starts_at', starts_at, 'ends_at', ends_at, 'told_at', told_at, 'overtaken_at', overtaken_at
               ) ORDER BY starts_at, id), '[]') AS "found!" FROM personal_reminder WHERE user_id = $1"#,
            member
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    async fn export_direct_messages(&self, member: i64) -> Result<Value, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'message', a.message, 'made_at', a.created_at, 'channel_id', d.channel_id::TEXT, 'message_id', d.message_id::TEXT,
                   'state', d.state, 'due_at', d.due_at, 'delivered_at', d.delivered_at, 'deleted_at', d.removed_at
               ) ORDER BY a.id), '[]') AS "found!"
               FROM announcement a LEFT JOIN delivery d ON d.announcement_id = a.id
               WHERE a.id IN (SELECT announcement_id FROM personal_reminder WHERE user_id = $1
                              UNION SELECT announcement_id FROM queued_question WHERE author_id = $1
                              UNION SELECT r.announcement_id FROM reply r JOIN submission s ON s.id = r.submission_id WHERE s.author_id = $1)"#,
            member
        );
        Ok(found.fetch_one(&self.pool).await?)
    }

    /// What somebody wrote and did as staff.
    async fn export_staff(&self, member: i64) -> Result<Value, StoreError> {
        let mut staff = sqlx::query_scalar!(
            r#"SELECT jsonb_build_object(
                   'rewordings', (SELECT coalesce(jsonb_agg(jsonb_build_object('wording', wording, 'typed_at', typed_at) ORDER BY typed_at), '[]')
                       FROM rewording WHERE user_id = $1),
                   'time_zone', (SELECT zone FROM staff_zone WHERE user_id = $1),
                   'drafts', (SELECT coalesce(jsonb_agg(jsonb_build_object('title', title, 'body', body, 'link', link, 'image', image,
                       'image_alt', image_alt, 'contact', contact, 'state', state, 'interaction_id', opened_by::TEXT, 'made_at', created_at, 'changed_at', updated_at) ORDER BY id), '[]')
                       FROM draft WHERE author_id = $1),
                   'knowledge_drafts', (SELECT coalesce(jsonb_agg(jsonb_build_object('subject', subject, 'key', key, 'kind', kind, 'typed', typed,
                       'state', state, 'interaction_id', opened_by::TEXT, 'made_at', created_at, 'changed_at', updated_at) ORDER BY id), '[]')
                       FROM knowledge_draft WHERE author_id = $1),
                   'replies', (SELECT coalesce(jsonb_agg(jsonb_build_object('text', text, 'interaction_id', opened_by::TEXT, 'written_at', written_at) ORDER BY id), '[]')
                       FROM reply WHERE author_id = $1),
                   'texts_to_themes', (SELECT coalesce(jsonb_agg(jsonb_build_object('text', text, 'interaction_id', opened_by::TEXT,
                       'written_at', written_at, 'sent_at', sent_at) ORDER BY id), '[]') FROM theme_reply WHERE author_id = $1)
               ) AS "staff!""#,
            member
        )
        .fetch_one(&self.pool)
        .await?;
        let mut deeds = Vec::new();
        let mut tx = self.pool.begin().await?;
        for (table, column, how) in each(&mut tx, |how| matches!(how, Treatment::Staff { .. })).await? {
            let Treatment::Staff { at } = how else { continue };
            // All names are those of our own list.
            let times = format!("SELECT {at} FROM {table} WHERE {column} = $1 ORDER BY 1");
            let times: Vec<Option<DateTime<Utc>>> =
                sqlx::query_scalar(AssertSqlSafe(times)).bind(member).fetch_all(&mut *tx).await?;
            if !times.is_empty() {
                deeds.push(json!({"what": format!("{table}.{column}"), "at": times}));
            }
        }
        staff["deeds"] = Value::Array(deeds);
        Ok(staff)
    }
}
