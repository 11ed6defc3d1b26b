//! `psfbot knowledge`.
use std::{path::PathBuf, process::ExitCode};
/// Subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command { /// placeholder
 Nothing }
pub(super) fn run(_command: Command, _config: Option<PathBuf>) -> anyhow::Result<ExitCode> { Ok(ExitCode::SUCCESS) }
