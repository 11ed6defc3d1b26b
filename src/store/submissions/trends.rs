//! What came in, day by day. What is anonymous counts from its first round on, with the rating of its last one, as everywhere
//! that staff look; what is on conduct does not.

use chrono::NaiveDate;

use super::{Store, StoreError};
use crate::feedback::{Count, DayCount, ThemeCount, Trends};

impl Store {
    /// What came in from one day to another, both in it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn trends(&self, since: NaiveDate, until: NaiveDate) -> Result<Trends, StoreError> {
        let mut tx = self.pool.begin().await?;
        let programs = sqlx::query!(
            r#"SELECT submitted_on, program, count(*) AS "all!",
                      count(*) FILTER (WHERE author_id IS NULL) AS "anonymous!",
                      count(*) FILTER (WHERE state <> 'resolved') AS "open!",
                      count(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END) AS "rated!",
                      coalesce(sum(CASE WHEN author_id IS NULL THEN shown_rating ELSE rating END), 0) AS "rating_sum!"
               FROM submission
               WHERE submitted_on BETWEEN $1 AND $2 AND conduct_at IS NULL AND NOT (awaits_round AND announcement_id IS NULL)
               GROUP BY 1, 2 ORDER BY 1, 2"#,
            since,
            until,
        )
        .fetch_all(&mut *tx)
        .await?;
        let themes = sqlx::query!(
            r#"SELECT s.submitted_on, t.name, count(*) AS "all!"
               FROM submission s JOIN submission_theme st ON st.submission_id = s.id JOIN theme t ON t.id = st.theme_id
               WHERE s.submitted_on BETWEEN $1 AND $2 AND s.conduct_at IS NULL
                 AND NOT (s.awaits_round AND s.announcement_id IS NULL)
               GROUP BY 1, t.id ORDER BY 1, 2"#,
            since,
            until,
        )
        .fetch_all(&mut *tx)
        .await?;
        let count = |all, anonymous, open, rated, rating_sum| Count { all, anonymous, open, rated, rating_sum };
        Ok(Trends {
            programs: programs
                .into_iter()
                .map(|row| DayCount {
                    on: row.submitted_on,
                    program: row.program,
                    count: count(row.all, row.anonymous, row.open, row.rated, row.rating_sum),
                })
                .collect(),
            themes: themes
                .into_iter()
                .map(|row| ThemeCount { on: row.submitted_on, theme: row.name, all: row.all })
                .collect(),
        })
    }
}
