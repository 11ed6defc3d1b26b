//! `psfbot partner-window`: when an application to the Community Partner Program can be sent.

use std::process::ExitCode;

use anstream::println;
use chrono::NaiveDate;
use owo_colors::OwoColorize;

use super::{knowledge, output};
use crate::knowledge::long_date;
use crate::partner::{self, Status, Window};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The day of the event, YYYY-MM-DD
    #[arg(value_name = "EVENT_DATE", value_parser = partner::parse_iso_day)]
    event_date: NaiveDate,
    /// The organisers apply for the first time
    #[arg(long)]
    first_time: bool,
    /// Answer as of this day, YYYY-MM-DD [default: today in UTC]
    #[arg(long, value_name = "DATE", value_parser = partner::parse_iso_day)]
    on: Option<NaiveDate>,
    /// Print JSON: {"event_date","first_time","opens","recommended_by","closes","status","days_left"}
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let today = knowledge::day(args.on);
    let window = Window::of(args.event_date, args.first_time, today)?;
    if args.json {
        output::json(&window)?;
    } else {
        print(&window, today);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(window: &Window, today: NaiveDate) {
    println!("{}", sentence(window, today).bold());
    if window.status != Status::Closed {
        println!("First-time applicants are advised to apply by {}.", long_date(window.recommended_by));
        println!("Form: {}", partner::FORM);
    }
    println!("{}", format!("Rules of 10 February 2026: {}", partner::SOURCE).dimmed());
}

fn sentence(window: &Window, today: NaiveDate) -> String {
    let [event, opens, closes] = [window.event_date, window.opens, window.closes].map(long_date);
    let left = match window.days_left {
        0 => "today is the last day".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    match window.status {
        Status::NotOpenYet => {
            format!("Not open yet: for an event on {event}, apply from {opens} to {closes}.")
        }
        Status::Open => format!("Open: for an event on {event}, apply by {closes} ({left})."),
        Status::OpenLateForFirstTime => {
            format!("Open, but late for a first application: for an event on {event}, apply by {closes} ({left}).")
        }
        Status::Closed if window.event_date < today => {
            format!("Closed: {event} is in the past; the last day to apply was {closes}.")
        }
        Status::Closed => format!("Closed: for an event on {event}, the last day to apply was {closes}."),
    }
}
