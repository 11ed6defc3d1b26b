//! The only place with SQL: one file per aggregate. A method owns its whole transaction.
//!
//! Every method takes the instant it needs; none reads the clock of the machine or of the database.

mod announcements;
mod closed_buckets;
mod deliveries;
mod drafts;
mod due;
mod events;
mod feeds;
mod gateway;
mod health;
mod personal_reminders;
mod posts;
mod reminders;
mod staff_announcements;
mod steps;
mod submissions;

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx::{Connection, PgConnection, PgPool};

pub use closed_buckets::{CloseReason, ClosedBucket};
pub use drafts::Change;
pub use due::DueWork;
pub use events::{ClaimedEvent, EventKey, EventSettlement};
pub use feeds::{FeedSettings, FeedState, PollRecord};
pub use gateway::{GatewayHold, Taken};
pub use health::{FeedHealth, Health, Trouble};
pub use personal_reminders::PersonalReminder;
pub use posts::Post;
pub use reminders::{ReminderKey, StoredReminder};
pub use staff_announcements::{DeliveryStanding, Overview};
pub use submissions::{Kept, Proof, Triaged};

use crate::announcements::UnknownWord;

static MIGRATOR: Migrator = sqlx::migrate!();

/// How long a call may wait for a connection before it fails: interactions must be answered in time.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

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
    /// A migration failed or the database has other migrations.
    #[error("the database's migrations do not fit this program ({0}): run `psfbot migrate` with the owner's role")]
    Migration(#[from] sqlx::migrate::MigrateError),
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
    Database(#[from] sqlx::Error),
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
    pool: PgPool,
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
        let options = options.application_name("psfbot");
        // Once by hand: the pool would only say that it waited in vain, not what for.
        let first = tokio::time::timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options)).await;
        let mut first =
            first.map_err(|_| StoreError::Unreachable(sqlx::Error::PoolTimedOut))?.map_err(StoreError::Unreachable)?;
        first.ping().await.map_err(StoreError::Unreachable)?;
        let _closed = first.close().await;
        Ok(Self {
            pool: PgPoolOptions::new().max_connections(16).acquire_timeout(ACQUIRE_TIMEOUT).connect_lazy_with(options),
        })
    }

    /// A store over connections that somebody else made.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The connections, for the job queue.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// When one fails, or the database has migrations that this program does not know.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.is_current().await? {
            // Nothing to do, and nothing that needs the rights of the tables' owner.
            return Ok(());
        }
        Ok(MIGRATOR.run(&self.pool).await?)
    }

    /// Whether exactly this program's migrations are applied, as they are today.
    async fn is_current(&self) -> Result<bool, StoreError> {
        let Some(applied) = self.applied_migrations().await? else { return Ok(false) };
        let ours: Vec<(i64, Vec<u8>)> = MIGRATOR.iter().map(|m| (m.version, m.checksum.to_vec())).collect();
        Ok(applied == ours)
    }

    /// Version and checksum of what is applied, in order; `None` where nothing ever was.
    async fn applied_migrations(&self) -> Result<Option<Vec<(i64, Vec<u8>)>>, StoreError> {
        let table: Option<String> = sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations')::TEXT AS name"#)
            .fetch_one(&self.pool)
            .await?;
        if table.is_none() {
            return Ok(None);
        }
        // The table belongs to the migrator and does not exist when the query macros look at the database.
        let applied = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version");
        Ok(Some(applied.fetch_all(&self.pool).await?))
    }

    /// How many of this program's migrations the database lacks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn missing_migrations(&self) -> Result<usize, StoreError> {
        let applied = self.applied_migrations().await?.unwrap_or_default();
        Ok(MIGRATOR.iter().filter(|ours| applied.iter().all(|(version, _)| *version != ours.version)).count())
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
        let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, self.pool.close()).await;
    }
}

/// The name of [`Store::recreate_demo_database`]'s database.
pub const DEMO_DATABASE: &str = "psfbot_demo";
