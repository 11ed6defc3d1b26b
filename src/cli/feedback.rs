//! `psfbot feedback`: what members wrote, for analysis elsewhere.

use std::io::{self, Write};
use std::process::ExitCode;

use anstream::eprintln;
use anyhow::{Context, ensure};
use chrono::NaiveDate;

use super::serving::Database;
use crate::feedback::Filter;
use crate::inbox::{self, Format};
use crate::store::Store;

/// Subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Print feedback and questions to staff without anybody's name; docs/operations.md explains the columns
    Export(Export),
}

/// Arguments of `feedback export`.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// csv, for spreadsheets, or jsonl, an object a line
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = ["csv", "jsonl"])]
    format: String,
    /// Only on this programme, by its key
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
    /// Only since this day in UTC, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
}

pub(super) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Export(args) = command;
    let format: Format = args.format.parse().map_err(anyhow::Error::msg)?;
    let filter = Filter { program: args.program, since: args.since, ..Filter::default() };
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::open().await?;
        let exported = export(&database.store, &filter, format).await;
        database.close().await?;
        print(&exported?)?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn export(store: &Store, filter: &Filter, format: Format) -> anyhow::Result<Vec<u8>> {
    let missing = store.missing_migrations().await?;
    ensure!(
        missing == 0,
        "the database lacks {missing} migrations: run `psfbot migrate`, or update psfbot where it runs"
    );
    let records = store.submissions_to_export(filter).await?;
    if records.is_empty() {
        eprintln!("nothing fits");
    }
    inbox::export(&records, format).context("the export can't be written")
}

/// Prints bytes as they are. Whoever reads may stop early.
fn print(file: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(file).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("stdout can't be written to"),
        _ => Ok(()),
    }
}
