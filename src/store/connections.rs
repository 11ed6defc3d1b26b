//! The connections to the database, on which nothing waits without an end.
//!
//! Owns how long anything may take that is asked of PostgreSQL. The server has limits of its own ([`limits`]), which end
//! what is slow with a proper error; the client's are for a connection that died without a word (a frozen server, a
//! firewall that forgot it), of which no word comes. Whatever waited in vain is thrown away with its connection. Refuses
//! to try again: that is for whoever asked.

use std::fmt;
use std::io::{Error as IoError, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt};
use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Connection as _, Describe, Either, Error, Execute, Executor, PgConnection, PgPool, Postgres, SqlStr};
use tokio::time::{Instant, timeout, timeout_at};

/// How long a call may wait for a connection, its making included.
pub(super) const ACQUIRE: Duration = Duration::from_secs(5);

/// How long a statement may take, the wait for its connection included. Longer than the server's own limit, which says
/// better what is wrong.
const STATEMENT: Duration = Duration::from_secs(10);

/// How long a connection may take to show that it lives, before it is used and after.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// Connections at most, those that the job queue uses included.
const CONNECTIONS: u32 = 16;

/// What the server is told about each session, in its own words and units
/// (<https://www.postgresql.org/docs/current/runtime-config-client.html>,
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html>). No transaction waits for anything but the
/// database, so one that is idle is one whose client is gone; a client that is gone without a word is noticed within a
/// minute.
const LIMITS: [(&str, &str); 7] = [
    ("statement_timeout", "8s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "15s"),
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30s"),
];

/// The options with the server's limits, except those that the address itself sets.
pub(super) fn limited(options: PgConnectOptions) -> PgConnectOptions {
    let own = options.get_options().unwrap_or_default().to_owned();
    options.options(LIMITS.into_iter().filter(|(name, _)| !own.contains(name)))
}

/// The options for what takes as long as it takes: migrations.
pub(super) fn unlimited(options: &PgConnectOptions) -> PgConnectOptions {
    let limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
    options.clone().options(limits.map(|name| (name, "0")))
}

/// A pool that throws away what does not answer.
pub(super) fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        // sqlx's own tests wait for an answer without an end, and hold one of few connections meanwhile.
        .test_before_acquire(false)
        .before_acquire(lives)
        .after_release(lives)
        .connect_lazy_with(options)
}

/// Whether a connection answers; it also finishes what was left on it, such as a rollback.
fn lives(connection: &mut PgConnection, _meta: PoolConnectionMetadata) -> BoxFuture<'_, Result<bool, Error>> {
    Box::pin(async move {
        match timeout(SIGN_OF_LIFE, connection.ping()).await {
            Ok(answered) => answered.map(|()| true),
            // An error, unlike a "no", closes it without another word to the server.
            Err(_silent) => Err(late()),
        }
    })
}

fn late() -> Error {
    Error::Io(IoError::new(ErrorKind::TimedOut, "no answer in time"))
}

/// Whether an error says that something took too long, rather than that the database is away.
pub(super) fn is_late(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == ErrorKind::TimedOut,
        // A statement or a lock that took longer than the server's limits allow.
        Error::Database(refused) => refused.code().is_some_and(|code| code == "57014" || code == "55P03"),
        _ => false,
    }
}

/// `work`, unless it takes too long.
pub(super) async fn bounded<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    timeout(STATEMENT, work).await.unwrap_or_else(|_| Err(late()))
}

/// What `rows` brings, unless all of it takes too long.
fn bounded_rows<'e, T: 'e>(rows: BoxStream<'e, Result<T, Error>>) -> BoxStream<'e, Result<T, Error>> {
    let deadline = Instant::now() + STATEMENT;
    stream::unfold(Some(rows), move |rows| async move {
        let mut rows = rows?;
        match timeout_at(deadline, rows.next()).await {
            Ok(row) => Some((row?, Some(rows))),
            Err(_) => Some((Err(late()), None)),
        }
    })
    .boxed()
}

/// The connections.
#[derive(Debug, Clone)]
pub(super) struct Connections(PgPool);

impl Connections {
    pub(super) const fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    pub(super) const fn pool(&self) -> &PgPool {
        &self.0
    }

    /// A transaction; dropped without a commit it is rolled back.
    pub(super) async fn begin(&self) -> Result<Transaction, Error> {
        Ok(Transaction(Connection(bounded(self.0.begin()).await?)))
    }
}

/// A transaction that is open.
#[derive(Debug)]
pub(super) struct Transaction(Connection);

impl Transaction {
    /// Makes what was done last. When this fails for want of an answer, nobody knows whether it does.
    pub(super) async fn commit(self) -> Result<(), Error> {
        bounded(self.0.0.commit()).await
    }

    /// Undoes what was done.
    pub(super) async fn rollback(self) -> Result<(), Error> {
        bounded(self.0.0.rollback()).await
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// The connection of a transaction.
pub(super) struct Connection(sqlx::Transaction<'static, Postgres>);

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

type Step = Either<PgQueryResult, PgRow>;

/// Both ways to the database forward to sqlx's, and bound it.
macro_rules! bounded_executor {
    ($executor:ty, $lifetime:lifetime, |$self:ident| $inner:expr) => {
        impl<$lifetime> Executor<$lifetime> for $executor {
            type Database = Postgres;

            fn fetch_many<'e, 'q: 'e, E>($self, query: E) -> BoxStream<'e, Result<Step, Error>>
            where
                $lifetime: 'e,
                E: 'q + Execute<'q, Postgres>,
            {
                bounded_rows($inner.fetch_many(query))
            }

            fn fetch_optional<'e, 'q: 'e, E>($self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
            where
                $lifetime: 'e,
                E: 'q + Execute<'q, Postgres>,
            {
                Box::pin(bounded($inner.fetch_optional(query)))
            }

            fn prepare_with<'e>($self, sql: SqlStr, parameters: &'e [PgTypeInfo]) -> BoxFuture<'e, Result<PgStatement, Error>>
            where
                $lifetime: 'e,
            {
                Box::pin(bounded($inner.prepare_with(sql, parameters)))
            }

            fn describe<'e>($self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
            where
                $lifetime: 'e,
            {
                Box::pin(bounded($inner.describe(sql)))
            }
        }
    };
}

bounded_executor!(&'c Connections, 'c, |self| (&self.0));
bounded_executor!(&'c mut Connection, 'c, |self| (&mut *self.0));
