//! The week's digest: made once, whichever process is first.

use chrono::{DateTime, NaiveDate, Utc};

use super::gaps::Row;
use crate::announcements::Draft;
use crate::answers::digest::{Few, SHOWN, Waiting};
use crate::answers::{Gap, Week};
use crate::ids::{ChannelId, GuildId, MessageId};
use crate::message::Picture;
use crate::store::{Store, StoreError, announcements};

/// What the database has for a digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DigestFacts {
    /// Questions without a good answer that were asked since a day.
    pub gaps: Few<Gap>,
    /// Articles that did not help since a day, worst first: name, not helpful, helpful.
    pub unhelpful: Vec<(String, i64, i64)>,
    /// Questions to staff without a reply.
    pub waiting: Few<Waiting>,
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}

impl Store {
    /// Whether the week's digest was made, or found empty.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_digest(&self, week: &Week) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM digest WHERE week = $1) AS "made!""#, week.name)
            .fetch_one(&self.pool)
            .await?)
    }

    /// Reads what a digest tells of.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn digest_facts(&self, guild: GuildId, since: NaiveDate) -> Result<DigestFacts, StoreError> {
        let shown = i64::try_from(SHOWN).unwrap_or(i64::MAX);
        let gaps = sqlx::query_as!(
            Row,
            "SELECT id, question, asked, reason, nearest, last_asked_on FROM gap WHERE closed_at IS NULL AND last_asked_on >= $1
             ORDER BY asked DESC, last_asked_on DESC, id LIMIT $2",
            since,
            shown,
        )
        .fetch_all(&self.pool)
        .await?;
        let all_gaps = sqlx::query_scalar!(
            r#"SELECT count(*) AS "all!" FROM gap WHERE closed_at IS NULL AND last_asked_on >= $1"#,
            since
        )
        .fetch_one(&self.pool)
        .await?;
        let unhelpful = sqlx::query!(
            r#"SELECT article, count(*) FILTER (WHERE NOT helpful) AS "unhelpful!", count(*) FILTER (WHERE helpful) AS "helpful!"
               FROM vote WHERE voted_on >= $1 GROUP BY article HAVING count(*) FILTER (WHERE NOT helpful) > 0
               ORDER BY 2 DESC, 3, article"#,
            since,
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(DigestFacts {
            gaps: Few { first: gaps.into_iter().map(Row::into_gap).collect::<Result<_, _>>()?, all: size(all_gaps) },
            unhelpful: unhelpful.into_iter().map(|row| (row.article, row.unhelpful, row.helpful)).collect(),
            waiting: self.waiting_questions(guild, shown).await?,
        })
    }

    async fn waiting_questions(&self, guild: GuildId, shown: i64) -> Result<Few<Waiting>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT s.submitted_at AS "since!", d.channel_id AS "channel_id?", d.message_id AS "message_id?"
               FROM submission s LEFT JOIN delivery d ON d.announcement_id = s.announcement_id AND d.state = 'delivered' AND d.removed_at IS NULL
               WHERE s.kind = 'question' AND s.state <> 'resolved' AND s.submitted_at IS NOT NULL
                 AND NOT EXISTS (SELECT FROM reply r WHERE r.submission_id = s.id)
               ORDER BY s.submitted_at, s.id LIMIT $1"#,
            shown,
        )
        .fetch_all(&self.pool)
        .await?;
        let all = sqlx::query_scalar!(
            r#"SELECT count(*) AS "all!" FROM submission s
               WHERE s.kind = 'question' AND s.state <> 'resolved' AND s.submitted_at IS NOT NULL
                 AND NOT EXISTS (SELECT FROM reply r WHERE r.submission_id = s.id)"#
        )
        .fetch_one(&self.pool)
        .await?;
        let first = rows.into_iter().map(|row| {
            let place = row.channel_id.and_then(ChannelId::from_db).zip(row.message_id.and_then(MessageId::from_db));
            let card =
                place.map(|(channel, message)| format!("https://discord.com/channels/{guild}/{channel}/{message}"));
            Waiting { since: row.since, card }
        });
        Ok(Few { first: first.collect(), all: size(all) })
    }

    /// Notes that the week's digest is made, and stores it with its pictures unless there is nothing to say; `false` when another process
    /// was first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn make_digest(
        &self,
        week: &Week,
        draft: Option<&Draft>,
        pictures: &[Picture],
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.pool.begin().await?;
        // Of two processes the second waits here for the first, and then finds its row.
        let is_first =
            sqlx::query!("INSERT INTO digest (week, made_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", week.name, now)
                .execute(&mut *tx)
                .await?;
        if is_first.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(draft) = draft {
            let announcement = announcements::insert(&mut tx, draft, now).await?;
            announcements::attach(&mut tx, announcement, pictures).await?;
            sqlx::query!("UPDATE digest SET announcement_id = $2 WHERE week = $1", week.name, announcement.0)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
