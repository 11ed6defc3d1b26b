//! Blog posts as members look them up: the newest ones, and search in their titles.

use chrono::{DateTime, Utc};
use url::Url;

use super::{Store, StoreError};

/// A post that was seen in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its title, as the feed gave it.
    pub title: String,
    /// Its address.
    pub url: Url,
    /// When it was published, or first seen where the feed does not say.
    pub published: DateTime<Utc>,
}

struct Row {
    title: String,
    url: String,
    published: DateTime<Utc>,
}

/// A post whose address can't be read is not shown: there is nothing to open.
fn posts(rows: Vec<Row>) -> Vec<Post> {
    let post = |row: Row| Some(Post { title: row.title, url: row.url.parse().ok()?, published: row.published });
    rows.into_iter().filter_map(post).collect()
}

impl Store {
    /// Posts of the feeds that are read, at most `limit`: the newest, or with a query those whose titles fit it, best
    /// first. One that the feed now knows by another key comes once. A query is what people type into search boxes:
    /// words, `"phrases"`, `or`, `-not`; nothing in it is an error.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn posts(&self, query: Option<&str>, limit: i64) -> Result<Vec<Post>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT e.title, e.url AS "url!", coalesce(e.published_at, e.first_seen_at) AS "published!"
               FROM entry e JOIN feed f ON f.id = e.feed_id, websearch_to_tsquery('english', $1) AS query
               WHERE f.active AND e.url IS NOT NULL AND ($1 IS NULL OR to_tsvector('english', e.title) @@ query)
                 AND NOT EXISTS (SELECT FROM entry n WHERE n.feed_id = e.feed_id AND n.alias_of = e.key)
               ORDER BY coalesce(ts_rank(to_tsvector('english', e.title), query), 0) DESC,
                        coalesce(e.published_at, e.first_seen_at) DESC, e.id DESC
               LIMIT $2"#,
            query,
            limit
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(posts(rows))
    }
}
