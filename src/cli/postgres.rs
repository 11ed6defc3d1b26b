//! `psfbot postgres`.
use std::{process::ExitCode};
/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}
pub(super) fn run(_args: Args) -> anyhow::Result<ExitCode> { Ok(ExitCode::SUCCESS) }
