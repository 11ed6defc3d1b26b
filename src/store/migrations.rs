//! The migrations: whether they are applied, applying them, and what a role needs that owns nothing.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{Store, StoreError, connections, lacks_right};

static MIGRATOR: Migrator = sqlx::migrate!();

/// The job queue's tables have a schema of their own.
pub const QUEUE_SCHEMA: &str = "graphile_worker";

impl Store {
    /// Applies the migrations that are missing. They take as long as they take, and wait for those of another process.
    ///
    /// # Errors
    /// When one fails or this role may not apply it, or the database has migrations that this program does not know.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let applied = self.applied_migrations().await?.unwrap_or_default();
        if applied == ours() {
            // Nothing to do, and nothing that needs the rights of the tables' owner.
            return Ok(());
        }
        if let Some((unknown, _)) = applied.iter().find(|(version, _)| !MIGRATOR.version_exists(*version)) {
            return Err(StoreError::Newer(*unknown));
        }
        let missing = missing(&applied);
        let mut connection = PgConnection::connect_with(&self.unlimited()).await?;
        let migrated = MIGRATOR.run(&mut connection).await;
        let _closed = connection.close().await;
        migrated.map_err(|error| match error {
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) if lacks_right(&source) => {
                StoreError::Unmigrated { missing, source }
            }
            error => error.into(),
        })
    }

    /// How to connect for what takes as long as it takes.
    pub(super) fn unlimited(&self) -> sqlx::postgres::PgConnectOptions {
        connections::unlimited(&self.pool.pool().connect_options())
    }

    /// As this store, with one connection on which a statement may take as long as it takes; to be closed after use.
    #[must_use]
    pub fn patient(&self) -> Self {
        let one = sqlx::postgres::PgPoolOptions::new().max_connections(1).acquire_timeout(connections::ACQUIRE);
        Self::new(one.connect_lazy_with(self.unlimited()))
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
        Ok(missing(&self.applied_migrations().await?.unwrap_or_default()))
    }

    /// Lets `role` do all that `run` does with the tables that this store's own role owns, and nothing to the tables
    /// themselves; also with those that later migrations make.
    ///
    /// # Errors
    /// When there is no such role, or this store's role may not grant that.
    pub async fn grant_to(&self, role: &str) -> Result<(), StoreError> {
        let mut tx = self.pool.begin().await?;
        let known = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS "known!""#, role)
            .fetch_one(&mut *tx)
            .await?;
        if !known {
            return Err(StoreError::NoRole(role.to_owned()));
        }
        let statements = sqlx::query_scalar!(
            r#"WITH place AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN (current_schema(), $2)),
                    own AS (SELECT place.nspname, c.relname, c.relkind, c.relrowsecurity FROM pg_class c JOIN place ON place.oid = c.relnamespace
                            WHERE c.relkind IN ('r', 'S', 'v') AND pg_has_role(c.relowner, 'USAGE'))
               SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, $1::TEXT) AS "statement!" FROM place
               UNION ALL
               SELECT format('GRANT %s ON %I.%I TO %I',
                             CASE WHEN relkind = 'S' THEN 'USAGE, SELECT' WHEN relkind = 'v' OR relname IN ('migrations', '_sqlx_migrations') THEN 'SELECT'
                                  ELSE 'SELECT, INSERT, UPDATE, DELETE' END, nspname, relname, $1) FROM own
               UNION ALL
               SELECT format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT %s TO %I', nspname, rights, $1)
               FROM place, unnest(ARRAY['SELECT, INSERT, UPDATE, DELETE ON TABLES', 'USAGE, SELECT ON SEQUENCES']) AS rights
               UNION ALL
               -- The queue's tables show their rows to nobody but their owner, unless a policy says otherwise.
               -- For everybody who was granted them, so that a backup names no role which the next server may lack.
               SELECT format('DROP POLICY IF EXISTS granted ON %1$I.%2$I; CREATE POLICY granted ON %1$I.%2$I USING (TRUE) WITH CHECK (TRUE)',
                             nspname, relname) FROM own WHERE relrowsecurity"#,
            role,
            QUEUE_SCHEMA,
        )
        .fetch_all(&mut *tx)
        .await?;
        for statement in statements {
            // Every name in it was quoted by the database itself.
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn ours() -> Vec<(i64, Vec<u8>)> {
    MIGRATOR.iter().map(|migration| (migration.version, migration.checksum.to_vec())).collect()
}

fn missing(applied: &[(i64, Vec<u8>)]) -> usize {
    MIGRATOR.iter().filter(|ours| applied.iter().all(|(version, _)| *version != ours.version)).count()
}
