//! `psfbot office-hours`: the sessions of the configuration, as instants.

use std::path::PathBuf;
use std::process::ExitCode;

use anstream::{eprintln, print};
use anyhow::Context;
use chrono::{Days, NaiveDate, NaiveTime};
use comfy_table::Color;

use super::output;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, DEFAULT_PATH};
use crate::office_hours::{self, Appointment, Listed, Series, Session};
use crate::texts::text;

/// Subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the sessions
    List(List),
}

/// Arguments of `office-hours list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// First day in UTC, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<NaiveDate>,
    /// How many days, the first included; 1 to 3660
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u64).range(1..=3660))]
    days: u64,
    /// Print JSON: [{"series","title","start","end","timezone","local_start","status"}]
    #[arg(long)]
    json: bool,
    /// Print an iCalendar file; expected sessions are TENTATIVE
    #[arg(long, conflicts_with = "json")]
    ics: bool,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "write a day as YYYY-MM-DD, e.g. 2026-10-13".to_owned())
}

pub(super) fn run(command: Command, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let Command::List(args) = command;
    let config = Config::load(&config.unwrap_or_else(|| DEFAULT_PATH.into()))?;
    let series = config.schedule()?.series;
    let first = args.from.unwrap_or_else(|| SystemClock.today());
    let after = first
        .checked_add_days(Days::new(args.days))
        .with_context(|| format!("--from {first} is too far away; name a nearer day"))?;
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let sessions = office_hours::sessions(&series, midnight(first), midnight(after));
    if args.json {
        output::json(&sessions.iter().map(Listed::from).collect::<Vec<_>>())?;
    } else if args.ics {
        let appointments: Vec<_> = sessions.iter().map(Appointment::from).collect();
        print!("{}", office_hours::ics(&text("calendar-name"), config.discord.guild_id, &appointments, &[]));
    } else {
        show(&series, &sessions, first, args.days);
    }
    Ok(ExitCode::SUCCESS)
}

/// Rows for people and pipes; which series has nothing to show is said apart, so that a pipe gets rows alone.
fn show(series: &[Series], sessions: &[Session<'_>], first: NaiveDate, days: u64) {
    if !sessions.is_empty() {
        let header = ["office hour", "UTC", "local time", "status"];
        output::coloured_table(header, sessions.iter().map(Session::row), |status| match status {
            "scheduled" => Some(Color::Green),
            "expected" => Some(Color::Yellow),
            _ => None,
        });
    }
    for series in series {
        if !sessions.iter().any(|session| session.series == series.key) {
            eprintln!("{}: no date announced yet for the {days} days from {}", series.title, first.format("%-d %B %Y"));
        }
    }
    if series.is_empty() {
        eprintln!("no office hours are configured; add a [[series]] to the configuration");
    }
}
