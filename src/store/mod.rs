//! The only place with SQL: one file per aggregate. A method owns its whole transaction.
//!
//! Every method takes the instant it needs; none reads the clock of the machine or of the database.

mod announcements;
mod answers;
mod closed_buckets;
mod connections;
mod deliveries;
mod drafts;
mod due;
mod events;
mod feed_questions;
mod feeds;
mod gateway;
mod health;
mod knowledge;
mod migrations;
mod panels;
mod personal;
mod personal_reminders;
mod posts;
mod questions;
mod reminders;
mod sessions;
mod staff_announcements;
mod staff_feeds;
mod steps;
mod submissions;
mod troubles;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{Connection as _, PgConnection, PgPool};

pub use answers::{Closed, DigestFacts, Voted};
pub use closed_buckets::{CloseReason, ClosedBucket};
pub use drafts::{Change, DeedRow, Delivered, History, Tended, Word};
pub use due::DueWork;
pub use events::{ClaimedEvent, EventKey, EventSettlement, NewEvent};
pub use feed_questions::{ChosenPost, QuestionCard};
pub use feeds::{FeedStanding, FeedState, PollRecord};
pub use gateway::{GatewayHold, Taken};
pub use health::{FeedHealth, Health};
pub use knowledge::{DraftChange, Made, NewVersion, Saving};
pub use migrations::QUEUE_SCHEMA;
pub use panels::PanelChange;
pub use personal::{COLUMNS, ErasureWords, Kept as KeptFor, Table, Treatment};
pub use personal_reminders::PersonalReminder;
pub use posts::Post;
pub use questions::{Answered, KeptQuestion, QuestionProof, Recapped, SettledQuestion};
pub use reminders::{ReminderKey, StoredReminder};
pub use sessions::{Affected, Aftermath, Changed, Extended, NewChange, NewRun, Recorded, Run, RunState};
pub use staff_announcements::{DeliveryStanding, Overview};
pub use staff_feeds::FeedOverview;
pub use submissions::{
    Erased, Given, Hit, Kept, Merged, Page, Proof, Renamed, Replied, Sent, Tagged, ThemeStanding, Triaged,
};
pub use troubles::Retried;

use crate::announcements::UnknownWord;
use connections::Connections;

/// How long open connections are waited for at the end.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Why something could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address can't be read. It is not repeated here, because it may hold a password.
    #[error("DATABASE_URL is not a PostgreSQL address: write postgres://USER:PASSWORD@HOST:5432/DATABASE")]
    Address,
    /// Nobody answers, or the server turns us away.
    #[error("the database can't be reached ({0}): check DATABASE_URL, and that the server runs")]
    Unreachable(#[source] sqlx::Error),
    /// It takes too long.
    #[error("the database takes too long to answer: look at its load and its locks")]
    Late,
    /// A migration is missing, and this role must not apply it.
    #[error(
        "the database lacks migrations ({missing} of psfbot's own) that its role may not apply ({source}): run `psfbot migrate` with the role that owns the tables"
    )]
    Unmigrated {
        /// How many of psfbot's own are missing.
        missing: usize,
        /// What the database said.
        source: sqlx::Error,
    },
    /// The database is ahead of this program.
    #[error(
        "the database was migrated by a newer psfbot (migration {0} is unknown to this one): run that version, or restore a backup from before its update"
    )]
    Newer(i64),
    /// A migration failed, or one that was applied reads otherwise today.
    #[error("the database's migrations do not fit this program: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The role lacks a right.
    #[error(
        "the database's role lacks a right ({0}): run `psfbot migrate --grant-to ROLE` with the role that owns the tables"
    )]
    Rights(#[source] sqlx::Error),
    /// There is no such role to grant anything to.
    #[error("the database has no role {0}: make it first, e.g. with CREATE ROLE … LOGIN PASSWORD …")]
    NoRole(String),
    /// The database holds a value that this version does not know.
    #[error(transparent)]
    UnknownWord(#[from] UnknownWord),
    /// The database holds a value that can't be.
    #[error("the database holds an impossible {0}; was it changed by hand?")]
    Corrupt(&'static str),
    /// JSON in the database can't be read.
    #[error("the database holds a message that can't be read ({0}); was it changed by hand?")]
    Json(#[from] serde_json::Error),
    /// Anything else that the database said.
    #[error("the database refused: {0}")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if connections::is_late(&error) {
            Self::Late
        } else if lacks_right(&error) {
            Self::Rights(error)
        } else {
            Self::Database(error)
        }
    }
}

/// Whether the database said that the role may not do that, or not even see the schema in which to do it.
fn lacks_right(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "42501" || code == "3F000")
}

impl StoreError {
    /// Whether the database is away or overloaded, so that the same call may succeed in a while. What it had already
    /// done is not known.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        let (Self::Database(error) | Self::Unreachable(error)) = self else { return matches!(self, Self::Late) };
        match error {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
            // Classes 08 (connection), 53 (resources), 57 (shut down, or a query cancelled), 40 (rolled back), 25006
            // (read-only after a failover): <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
            sqlx::Error::Database(refused) => refused.code().is_some_and(|code| {
                ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class)) || code == "25006"
            }),
            _ => false,
        }
    }
}

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Connections,
}

impl Store {
    /// Connects. A remote server must offer TLS with a certificate that can be verified, unless the address says
    /// otherwise (`sslmode`).
    ///
    /// # Errors
    /// When the address can't be read or nobody answers within five seconds.
    pub async fn connect(url: &SecretString) -> Result<Self, StoreError> {
        let text = url.expose_secret();
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(StoreError::Address);
        }
        let mut options: PgConnectOptions = text.parse().map_err(|_| StoreError::Address)?;
        let is_remote = options.get_socket().is_none()
            && !matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1")
            && !options.get_host().starts_with('/');
        if is_remote && !text.contains("sslmode") {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        let options = connections::limited(options.application_name("psfbot"));
        // Once by hand: the pool would only say that it waited in vain, not what for.
        let first = tokio::time::timeout(connections::ACQUIRE, PgConnection::connect_with(&options)).await;
        let mut first =
            first.map_err(|_| StoreError::Unreachable(sqlx::Error::PoolTimedOut))?.map_err(StoreError::Unreachable)?;
        connections::bounded(first.ping()).await.map_err(StoreError::Unreachable)?;
        let _closed = connections::bounded(first.close()).await;
        Ok(Self::new(connections::pool(options)))
    }

    /// A store over connections that somebody else made.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool: Connections::new(pool) }
    }

    /// The connections, for the job queue.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        self.pool.pool()
    }

    /// The server's version, e.g. `15.18`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn server_version(&self) -> Result<String, StoreError> {
        let version = sqlx::query_scalar!(r#"SELECT current_setting('server_version') AS "version!""#)
            .fetch_one(&self.pool)
            .await?;
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Makes a database beside this one anew, throwing away what it held: for the demo, which begins at nothing.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recreate_demo_database(&self) -> Result<(), StoreError> {
        // Not in a transaction, and no parameters: PostgreSQL allows neither here.
        sqlx::query("DROP DATABASE IF EXISTS psfbot_demo WITH (FORCE)").execute(&self.pool).await?;
        sqlx::query("CREATE DATABASE psfbot_demo").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes all connections, waiting at most a second for those in use: what they were doing is rolled back.
    pub async fn close(&self) {
        if self.pool.pool().is_closed() {
            return;
        }
        let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, self.pool.pool().close()).await;
    }
}

/// The name of [`Store::recreate_demo_database`]'s database.
pub const DEMO_DATABASE: &str = "psfbot_demo";
