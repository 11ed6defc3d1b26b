//! Staff look through submissions: lists, search, counts, export. What is anonymous is there from its first round on, with
//! the rating of its last one, or a list would tell what the cards do not: when the sender was there.

use chrono::NaiveDate;

use super::{Record, Store, StoreError, rows, with_replies};
use crate::feedback::{Count, Filter, State, Statistics, SubmissionId};

/// A page of what staff look for.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Those of the page, newest first.
    pub records: Vec<Record>,
    /// How many there are in all.
    pub total: i64,
}

/// A submission that was found, and the place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The submission.
    pub record: Record,
    /// The words around what was found, which stands between `feedback::FOUND` and `feedback::END`; empty where only a part of a word was
    /// found.
    pub snippet: String,
}

impl Store {
    /// The submissions that fit, newest first: `length` of them after `skipped`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn find_submissions(&self, filter: &Filter, skipped: i64, length: i64) -> Result<Page, StoreError> {
        let mut tx = self.pool.begin().await?;
        let total = sqlx::query_scalar!(
            r#"SELECT count(*) AS "total!" FROM submission
               WHERE NOT (awaits_round AND announcement_id IS NULL)
                 AND ($1::TEXT IS NULL OR program = $1) AND ($2::TEXT IS NULL OR state = $2)
                 AND ($3::BIGINT IS NULL OR EXISTS
                      (SELECT FROM submission_theme t WHERE t.submission_id = submission.id AND t.theme_id = $3))
                 AND ($4::DATE IS NULL OR submitted_on >= $4) AND ($5::BOOLEAN IS NULL OR (author_id IS NOT NULL) = $5)"#,
            filter.program,
            filter.state.map(State::as_str),
            filter.theme.map(|theme| theme.0),
            filter.since,
            filter.named,
        )
        .fetch_one(&mut *tx)
        .await?;
        let rows = rows!(
            "WHERE NOT (awaits_round AND announcement_id IS NULL)
               AND ($1::TEXT IS NULL OR program = $1) AND ($2::TEXT IS NULL OR state = $2)
               AND ($3::BIGINT IS NULL OR EXISTS
                    (SELECT FROM submission_theme t WHERE t.submission_id = submission.id AND t.theme_id = $3))
               AND ($4::DATE IS NULL OR submitted_on >= $4) AND ($5::BOOLEAN IS NULL OR (author_id IS NOT NULL) = $5)
             ORDER BY submitted_on DESC, submitted_at DESC NULLS LAST, id OFFSET $6 LIMIT $7",
            filter.program,
            filter.state.map(State::as_str),
            filter.theme.map(|theme| theme.0),
            filter.since,
            filter.named,
            skipped,
            length,
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(Page { records: with_replies(&mut tx, rows).await?, total })
    }

    /// Everything that fits and is not on conduct, newest first, to be written into a file.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn submissions_to_export(&self, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        let mut found = self.find_submissions(filter, 0, i64::MAX).await?.records;
        found.retain(|record| record.conduct.is_none());
        Ok(found)
    }

    /// What came in from one day to another, both in it, and can be read: the newest, at most `most`.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn texts(&self, since: NaiveDate, until: NaiveDate, most: i64) -> Result<Vec<Record>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let rows = rows!(
            "WHERE submitted_on BETWEEN $1 AND $2 AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL)
             ORDER BY submitted_on DESC, submitted_at DESC NULLS LAST, id LIMIT $3",
            since,
            until,
            most,
        )
        .fetch_all(&mut *tx)
        .await?;
        with_replies(&mut tx, rows).await
    }

    /// Searches the texts, best first: `length` of them after `skipped`, and how many there are. By words and their stems
    /// first; where that finds nothing, by any part of a text.
    ///
    /// # Errors
    /// When the database refuses or holds what can't be read.
    pub async fn search_submissions(
        &self,
        asked: &str,
        skipped: i64,
        length: i64,
    ) -> Result<(Vec<Hit>, i64), StoreError> {
        let found = sqlx::query!(
            r#"SELECT s.id, count(*) OVER () AS "total!",
                      ts_headline('english', concat_ws(' … ', s.question, s.went_well, s.to_change,
                          (SELECT string_agg(a ->> 'answer', ' … ') FROM jsonb_array_elements(s.form) a)), q.query,
                                  'StartSel=' || chr(1) || ', StopSel=' || chr(2) || ', MinWords=8, MaxWords=24, MaxFragments=2') AS "snippet!"
               FROM submission s, (SELECT websearch_to_tsquery('english', $1) || websearch_to_tsquery('simple', $1) AS query) q
               WHERE s.words @@ q.query AND s.conduct_at IS NULL AND NOT (s.awaits_round AND s.announcement_id IS NULL)
               ORDER BY ts_rank(s.words, q.query) DESC, s.submitted_on DESC, s.id OFFSET $2 LIMIT $3"#,
            asked,
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        let total = found.first().map_or(0, |hit| hit.total);
        let found: Vec<_> = found.into_iter().map(|hit| (SubmissionId(hit.id), hit.snippet)).collect();
        if found.is_empty() {
            return self.search_parts(asked, skipped, length).await;
        }
        Ok((self.hits(found).await?, total))
    }

    /// By any part of a text: for languages that put no spaces between words, and for pieces of words.
    async fn search_parts(&self, asked: &str, skipped: i64, length: i64) -> Result<(Vec<Hit>, i64), StoreError> {
        let found = sqlx::query!(
            r#"SELECT id, count(*) OVER () AS "total!" FROM submission
               WHERE strpos(lower(concat_ws(chr(10), question, went_well, to_change,
                           (SELECT string_agg(a ->> 'answer', chr(10)) FROM jsonb_array_elements(form) a))), lower($1)) > 0
                 AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL) AND $1 <> ''
               ORDER BY submitted_on DESC, id OFFSET $2 LIMIT $3"#,
            asked.trim(),
            skipped,
            length,
        )
        .fetch_all(&self.pool)
        .await?;
        let total = found.first().map_or(0, |hit| hit.total);
        let found = found.into_iter().map(|hit| (SubmissionId(hit.id), String::new())).collect();
        Ok((self.hits(found).await?, total))
    }

    /// The records of what was found, in its order.
    async fn hits(&self, found: Vec<(SubmissionId, String)>) -> Result<Vec<Hit>, StoreError> {
        let mut tx = self.pool.begin().await?;
        let ids: Vec<_> = found.iter().map(|(id, _)| id.0).collect();
        let rows = rows!("WHERE id = ANY($1) AND conduct_at IS NULL", &ids).fetch_all(&mut *tx).await?;
        let mut records = with_replies(&mut tx, rows).await?;
        let hit = |(id, snippet): (SubmissionId, String)| {
            let at = records.iter().position(|record| record.id == id)?;
            Some(Hit { record: records.swap_remove(at), snippet })
        };
        Ok(found.into_iter().filter_map(hit).collect())
    }

    /// How much came in since a day, and how good it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn statistics(&self, since: NaiveDate) -> Result<Statistics, StoreError> {
        let mut tx = self.pool.begin().await?;
        let programs = sqlx::query!(
            r#"SELECT program, count(*) AS "all!", count(*) FILTER (WHERE author_id IS NULL) AS "anonymous!",
                      count(*) FILTER (WHERE state <> 'resolved') AS "open!",
                      count(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END) AS "rated!",
                      coalesce(sum(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END), 0) AS "rating_sum!"
               FROM submission
               WHERE submitted_on >= $1 AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL)
               GROUP BY program ORDER BY 2 DESC, program"#,
            since,
        )
        .fetch_all(&mut *tx)
        .await?;
        let weeks = sqlx::query!(
            r#"SELECT date_trunc('week', submitted_on::TIMESTAMP)::DATE AS "week!", count(*) AS "all!",
                      count(*) FILTER (WHERE author_id IS NULL) AS "anonymous!",
                      count(*) FILTER (WHERE state <> 'resolved') AS "open!",
                      count(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END) AS "rated!",
                      coalesce(sum(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END), 0) AS "rating_sum!"
               FROM submission
               WHERE submitted_on >= $1 AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL)
               GROUP BY 1 ORDER BY 1"#,
            since,
        )
        .fetch_all(&mut *tx)
        .await?;
        let conduct = sqlx::query_scalar!(
            r#"SELECT count(*) AS "all!" FROM submission WHERE submitted_on >= $1 AND conduct_at IS NOT NULL"#,
            since,
        )
        .fetch_one(&mut *tx)
        .await?;
        let count = |all, anonymous, open, rated, rating_sum| Count { all, anonymous, open, rated, rating_sum };
        Ok(Statistics {
            by_program: programs
                .into_iter()
                .map(|row| (row.program, count(row.all, row.anonymous, row.open, row.rated, row.rating_sum)))
                .collect(),
            by_week: weeks
                .into_iter()
                .map(|row| (row.week, count(row.all, row.anonymous, row.open, row.rated, row.rating_sum)))
                .collect(),
            conduct,
        })
    }
}
