//! `psfbot ask`: answers from the article files and the configured office hours alone, one question from the arguments or many from stdin.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::println;
use anyhow::Context;
use chrono::NaiveDate;
use owo_colors::OwoColorize;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{knowledge, output};
use crate::dated::{self, Known, Show};
use crate::knowledge::{Answer, Knowledge, Outcome, Question, long_date};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question; quotes are not needed
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl")]
    question: Vec<String>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// Read one {"id","question"} per line from stdin and print one answer per line
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
    /// Answer as of this day, YYYY-MM-DD [default: today in UTC]
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
}

pub(super) fn run(args: Args, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let sources = knowledge::sources(config)?;
    let knowledge = Knowledge::load(&sources.dir)?;
    let known = Known { knowledge: &knowledge, series: &sources.series, now: knowledge::instant(args.on) };
    if args.jsonl {
        return answer_lines(known);
    }
    let answer = dated::answer(known, &Question::parse(&args.question.join(" "))?);
    if args.json {
        output::json(&answer.said(Show::Discord))?;
    } else {
        print(&answer.said(Show::Plain));
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Deserialize)]
struct Line {
    id: Value,
    question: String,
}

#[derive(Serialize)]
struct Answered {
    id: Value,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize)]
struct Refused {
    id: Value,
    error: String,
}

/// Answers each line as it comes, so that a program on the other side may wait for the answer before it asks again.
fn answer_lines(known: Known<'_>) -> anyhow::Result<ExitCode> {
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut out = std::io::stdout().lock();
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).context("stdin can't be read")? > 0 {
        if !line.trim_ascii().is_empty() {
            let written = writeln!(out, "{}", answer_line(known, &line)?).and_then(|()| out.flush());
            match written {
                // Whoever reads has seen enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
                other => other.context("stdout can't be written")?,
            }
        }
        line.clear();
    }
    Ok(ExitCode::SUCCESS)
}

fn answer_line(known: Known<'_>, line: &[u8]) -> anyhow::Result<String> {
    let refused = |error: String| serde_json::to_string(&Refused { id: Value::Null, error });
    let asked: Line = match serde_json::from_slice(line) {
        Ok(asked) => asked,
        Err(error) => return Ok(refused(format!("not a line of the form {{\"id\",\"question\"}}: {error}"))?),
    };
    match Question::parse(&asked.question) {
        Ok(question) => {
            let answer = dated::answer(known, &question).said(Show::Discord);
            Ok(serde_json::to_string(&Answered { id: asked.id, answer })?)
        }
        Err(error) => Ok(refused(error.to_string())?),
    }
}

fn print(answer: &Answer) {
    if output::is_terminal() {
        let label = match answer.outcome {
            Outcome::Answered => answer.article.as_ref().map_or_else(String::new, |article| article.title.clone()),
            Outcome::Unsure => "Which do you mean?".to_owned(),
            Outcome::NoAnswer => "No answer".to_owned(),
        };
        println!("{}\n", label.bold().cyan());
    }
    println!("{}", answer.text);
    if !answer.sources.is_empty() {
        println!("\n{}", "Sources".bold());
        for source in &answer.sources {
            println!("- {} ({}) {}", source.title, long_date(source.as_of), source.url.dimmed());
        }
    }
    if !answer.related.is_empty() && answer.outcome != Outcome::Unsure {
        println!("\n{}", "Related".bold());
        for related in &answer.related {
            println!("- {}", related.title);
        }
    }
}
