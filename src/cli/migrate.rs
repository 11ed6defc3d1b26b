//! `psfbot migrate`: applies the migrations, psfbot's own and the job queue's.

use std::process::ExitCode;

use anstream::println;

use super::serving::Database;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::open().await?;
        let migrated = async {
            let missing = database.store.missing_migrations().await?;
            database.store.migrate().await?;
            crate::jobs::migrate(&database.store).await?;
            Ok::<_, anyhow::Error>(missing)
        };
        let migrated = migrated.await;
        database.close().await?;
        match migrated? {
            0 => println!("the database is up to date"),
            count => println!("{count} migrations applied"),
        }
        Ok(ExitCode::SUCCESS)
    })
}
