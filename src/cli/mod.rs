//! The command line: what can be asked of the program, one file a command.
//!
//! Exit codes: 0 done, 1 it failed (one line on stderr says what to do about it), 2 wrong usage. With `--json` the
//! JSON is the only thing on stdout.

pub mod ask;
pub mod check;
pub mod commands;
pub mod demo;
pub mod feed;
pub mod feedback;
pub mod knowledge;
pub mod migrate;
pub mod office_hours;
pub mod output;
pub mod partner_window;
pub mod postgres;
mod run;
mod serving;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The Discord assistant of the Python Software Foundation's community.
#[derive(Debug, Parser)]
#[command(name = "psfbot", version, about, max_term_width = 100, propagate_version = true)]
struct Cli {
    /// The configuration [default: config/psfbot.toml; in `demo` config/demo.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Connect to Discord and serve until SIGTERM or SIGINT
    Run,
    /// Try everything on this machine: a local server in Discord's place, a private database, the bot, one web page
    Demo(demo::Args),
    /// Examine configuration, database, token, server and permissions; a line each, with the fix
    Check(check::Args),
    /// Apply the database's migrations (also done by `run` where its role may)
    Migrate(migrate::Args),
    /// Show the slash commands
    Commands(commands::Args),
    /// Answer a question from the knowledge base files alone: no database, no network
    Ask(ask::Args),
    /// Lint the articles, or measure the answers
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Look at a blog's feed
    #[command(subcommand)]
    Feed(feed::Command),
    /// Get what members wrote, for analysis elsewhere
    #[command(subcommand)]
    Feedback(feedback::Command),
    /// Tell when an event can apply to the Community Partner Program
    PartnerWindow(partner_window::Args),
    /// Look at the office hours
    #[command(subcommand)]
    OfficeHours(office_hours::Command),
    /// Run a command with DATABASE_URL set to the private cluster, e.g. `psfbot postgres -- psql`
    Postgres(postgres::Args),
    /// What stands between psfbot and its server; started by psfbot alone
    #[command(hide = true, name = crate::postgres::supervisor::SUBCOMMAND)]
    PostgresSupervisor(crate::postgres::supervisor::Order),
}

/// Parses the arguments, runs the command, reports a failure in one line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = cli.config;
    let result = match cli.command {
        Command::Run => run::run(config),
        Command::Demo(args) => demo::run(args, config),
        Command::Check(args) => check::run(&args, config),
        Command::Migrate(args) => migrate::run(&args),
        Command::Commands(args) => commands::run(&args),
        Command::Ask(args) => ask::run(args, config),
        Command::Knowledge(command) => knowledge::run(command, config),
        Command::Feed(command) => feed::run(command, config),
        Command::Feedback(command) => feedback::run(command),
        Command::PartnerWindow(args) => partner_window::run(&args),
        Command::OfficeHours(command) => office_hours::run(command, config),
        Command::Postgres(args) => postgres::run(args),
        Command::PostgresSupervisor(order) => postgres::supervise(&order),
    };
    result.unwrap_or_else(|error| {
        output::failure(&error);
        ExitCode::FAILURE
    })
}
