//! `psfbot ask`.
use std::{path::PathBuf, process::ExitCode};
/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}
pub(super) fn run(_args: Args, _config: Option<PathBuf>) -> anyhow::Result<ExitCode> { Ok(ExitCode::SUCCESS) }
