//! Which of Discord's limits are closed and until when, for the other processes and for the next start. A route is kept
//! without ids of messages and members; what is over is removed.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Store, StoreError};

/// A route that takes no request before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedBucket {
    /// Method and path without ids, or [`ClosedBucket::EVERYTHING`].
    pub route: String,
    /// The channel or server that it is counted for, e.g. `channels/1100000000000000001`; empty where there is none.
    pub major: String,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: CloseReason,
}

impl ClosedBucket {
    /// Stands for every route.
    pub const EVERYTHING: &'static str = "*";
}

stored_words! {
    /// Why a limit is closed.
    CloseReason {
        /// The bucket is used up.
        Bucket = "bucket",
        /// Everybody together used the resource up.
        Shared = "shared",
        /// The bot sent too much at once.
        Global = "global",
        /// The network before Discord turns this machine's address away.
        Address = "address",
        /// The token is not accepted.
        Unauthorized = "unauthorized",
        /// Too many requests were turned away.
        InvalidRequests = "invalid-requests",
    }
}

impl CloseReason {
    /// The longest that anything is closed for it. What is stored as longer was written by a clock that was ahead.
    const fn longest(self) -> TimeDelta {
        match self {
            Self::Unauthorized | Self::InvalidRequests => TimeDelta::minutes(11),
            Self::Bucket | Self::Shared | Self::Global | Self::Address => TimeDelta::hours(25),
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

struct Row {
    route: String,
    major: String,
    until: DateTime<Utc>,
    reason: String,
}

impl Store {
    /// Closes limits for every process; a longer wait that is known already stays. What is over by `now` is removed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_buckets(&self, closed: &[ClosedBucket], now: DateTime<Utc>) -> Result<(), StoreError> {
        let routes: Vec<&str> = closed.iter().map(|closed| closed.route.as_str()).collect();
        let majors: Vec<&str> = closed.iter().map(|closed| closed.major.as_str()).collect();
        let untils: Vec<DateTime<Utc>> = closed.iter().map(|closed| closed.until).collect();
        let reasons: Vec<&str> = closed.iter().map(|closed| closed.reason.as_str()).collect();
        // One row a limit, in an order that is the same for everybody: two processes that close the same ones at once wait
        // for each other instead of for ever.
        sqlx::query!(
            r#"INSERT INTO closed_bucket (route, major, until, reason)
               SELECT DISTINCT ON (route, major) route, major, until, reason
               FROM unnest($1::TEXT[], $2::TEXT[], $3::TIMESTAMPTZ[], $4::TEXT[]) AS closed (route, major, until, reason)
               ORDER BY route, major, until DESC
               ON CONFLICT (route, major) DO UPDATE SET until = excluded.until, reason = excluded.reason
               WHERE closed_bucket.until < excluded.until"#,
            &routes as &[&str],
            &majors as &[&str],
            &untils,
            &reasons as &[&str],
        )
        .execute(&self.pool)
        .await?;
        sqlx::query!(
            "DELETE FROM closed_bucket WHERE (route, major) IN
             (SELECT route, major FROM closed_bucket WHERE until <= $1 FOR UPDATE SKIP LOCKED)",
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The limits that are closed at `now`.
    ///
    /// # Errors
    /// When the database refuses or holds a reason that this version does not know.
    pub async fn closed_buckets(&self, now: DateTime<Utc>) -> Result<Vec<ClosedBucket>, StoreError> {
        let rows = sqlx::query_as!(
            Row,
            "SELECT route, major, until, reason FROM closed_bucket WHERE until > $1 ORDER BY route, major",
            now
        )
        .fetch_all(&self.pool)
        .await?;
        let of = |row: Row| {
            let reason = CloseReason::stored(&row.reason).ok_or(StoreError::Corrupt("reason of a closed limit"))?;
            Ok(ClosedBucket { route: row.route, major: row.major, until: row.until, reason })
        };
        let closed: Result<Vec<ClosedBucket>, StoreError> = rows.into_iter().map(of).collect();
        Ok(closed?.into_iter().filter(|closed| closed.until - now <= closed.reason.longest()).collect())
    }
}
