//! The job queue's way to the database: the library's own, on which nothing waits without an end.

use std::any::Any;
use std::time::Duration;

use graphile_worker::{
    BoxFuture, Database, DatabaseDriver, DbError, DbExecutor, DbParams, DbRow, DbTransaction, NotificationStream,
    TransactionDriver,
};

use crate::store::Store;

/// How long the queue may wait for one answer, that for a connection included. As in the store, a little longer than
/// the server's own limit.
const STATEMENT: Duration = Duration::from_secs(10);

/// The store's connections, for the queue.
pub(super) fn database(store: &Store) -> Database {
    Database::new(Bounded(Database::from(store.pool())))
}

async fn bounded<T>(work: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
    let done = tokio::time::timeout(STATEMENT, work).await;
    done.unwrap_or_else(|_| Err(DbError::new("the database takes too long to answer")))
}

#[derive(Debug)]
struct Bounded<T>(T);

impl<T: DbExecutor> DbExecutor for Bounded<T> {
    fn execute<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<u64, DbError>> {
        Box::pin(bounded(self.0.execute(sql, params)))
    }

    fn fetch_all<'a>(&'a self, sql: &'a str, params: DbParams) -> BoxFuture<'a, Result<Vec<DbRow>, DbError>> {
        Box::pin(bounded(self.0.fetch_all(sql, params)))
    }
}

impl DatabaseDriver for Bounded<Database> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn begin<'a>(&'a self) -> BoxFuture<'a, Result<DbTransaction, DbError>> {
        Box::pin(async { Ok(DbTransaction::new(Box::new(Bounded(bounded(self.0.begin()).await?)))) })
    }

    fn listen<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Option<NotificationStream>, DbError>> {
        // Only its beginning is bounded. One that dies without a word costs nothing but promptness: the queue also asks
        // every second, and begins anew with everything when that fails.
        Box::pin(bounded(self.0.listen(channel)))
    }
}

impl TransactionDriver for Bounded<DbTransaction> {
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), DbError>> {
        Box::pin(bounded(self.0.commit()))
    }
}
