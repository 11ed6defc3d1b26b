//! `psfbot commands`: what is registered with Discord.

use std::process::ExitCode;

use super::output;
use crate::discord::gateway::command_definitions;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The definitions exactly as they are registered with Discord, as a JSON array
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let definitions = command_definitions()?;
    if args.json {
        output::json(&definitions)?;
        return Ok(ExitCode::SUCCESS);
    }
    let word = |command: &serde_json::Value, field: &str| command[field].as_str().unwrap_or_default().to_owned();
    let rows = definitions
        .as_array()
        .into_iter()
        .flatten()
        .map(|command| [format!("/{}", word(command, "name")), word(command, "description")]);
    output::table(["command", "what it does"], rows);
    Ok(ExitCode::SUCCESS)
}
