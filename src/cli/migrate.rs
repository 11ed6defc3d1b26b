//! `psfbot migrate`: applies the migrations, psfbot's own and the job queue's; and grants what `run` needs to a role that
//! owns nothing.

use std::process::ExitCode;

use anstream::println;

use super::serving::Database;
use crate::store::{QUEUE_SCHEMA, Store};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Let this role of the database run psfbot without owning anything; again with each update
    #[arg(long, value_name = "ROLE")]
    grant_to: Option<String>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::open().await?;
        let migrated = migrate(&database.store, args.grant_to.as_deref()).await;
        database.close().await?;
        match migrated? {
            0 => println!("the database is up to date"),
            count => println!("{count} migrations applied"),
        }
        if let Some(role) = &args.grant_to {
            println!("{role} may run psfbot: it can read and write psfbot's tables and those in {QUEUE_SCHEMA}");
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// How many of psfbot's own migrations were applied.
async fn migrate(store: &Store, grant_to: Option<&str>) -> anyhow::Result<usize> {
    let missing = store.missing_migrations().await?;
    store.migrate().await?;
    crate::jobs::migrate(store).await?;
    if let Some(role) = grant_to {
        store.grant_to(role).await?;
    }
    Ok(missing)
}
