//! Which process holds Discord's gateway, and how often sessions were begun.
//!
//! The lock is an advisory one of a database session of its own, which ends with its process. A process that is frozen
//! or cut off keeps its session open without a word; so the session is told to end when nothing was asked of it for
//! [`SILENCE`], and the holder asks something every second.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection as _, PgConnection};

use super::{Store, StoreError};

/// The advisory lock's key: `psfbot` in ASCII.
const LOCK: i64 = 0x7073_6662_6f74;

/// How long a holder may be silent before the server ends its session, and with it the lock.
const SILENCE: &str = "5s";

/// How long the server may take to be told that the lock is let go.
const GOODBYE: Duration = Duration::from_secs(1);

/// How long IDENTIFYs are remembered: Discord counts a day.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// What came of trying to take the gateway.
#[derive(Debug)]
pub enum Taken {
    /// It is this process's, as long as [`GatewayHold::keep`] succeeds.
    Held(GatewayHold),
    /// Another process has it.
    ByAnother,
    /// A session of this very process has it that broke and that the server has not ended yet.
    ByOurOwnPast,
}

/// The gateway's lock, held.
#[derive(Debug)]
pub struct GatewayHold {
    connection: PgConnection,
}

impl GatewayHold {
    /// Shows the server that this process lives.
    ///
    /// # Errors
    /// When the session is gone; the lock may then be another's.
    pub async fn keep(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.ping().await?)
    }

    /// Lets another process take it at once.
    pub async fn release(self) {
        // When the server is away the session is gone, or will be within `SILENCE`.
        let _closed = tokio::time::timeout(GOODBYE, self.connection.close()).await;
    }
}

impl Store {
    /// Tries to take the gateway for the process of this name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take_gateway(&self, process: &str, now: DateTime<Utc>) -> Result<Taken, StoreError> {
        let mut connection = PgConnection::connect_with(&self.pool.pool().connect_options()).await?;
        sqlx::query!("SELECT set_config('idle_session_timeout', $1, FALSE)", SILENCE)
            .fetch_one(&mut connection)
            .await?;
        let held = sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "held!""#, LOCK)
            .fetch_one(&mut connection)
            .await?;
        if held {
            sqlx::query!(
                "INSERT INTO gateway_holder (process, since) VALUES ($1, $2)
                 ON CONFLICT (one) DO UPDATE SET process = $1, since = $2",
                process,
                now
            )
            .execute(&mut connection)
            .await?;
            return Ok(Taken::Held(GatewayHold { connection }));
        }
        let holder = sqlx::query_scalar!("SELECT process FROM gateway_holder").fetch_optional(&mut connection).await?;
        let _closed = connection.close().await;
        Ok(if holder.as_deref() == Some(process) { Taken::ByOurOwnPast } else { Taken::ByAnother })
    }

    /// Notes that a session was begun, and forgets those of more than a day ago.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_identify(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!(
            "WITH forgotten AS (DELETE FROM gateway_identify WHERE at < $2) INSERT INTO gateway_identify (at) VALUES ($1)",
            at,
            at - REMEMBERED
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When sessions were begun since `since`, earliest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn identifies_since(&self, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, StoreError> {
        Ok(sqlx::query_scalar!("SELECT at FROM gateway_identify WHERE at > $1 ORDER BY at", since)
            .fetch_all(&self.pool)
            .await?)
    }
}
