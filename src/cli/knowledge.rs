//! `psfbot knowledge`: lints the articles and measures the answers.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::println;
use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use owo_colors::OwoColorize;
use serde::Serialize;

use super::output;
use super::serving::Database;
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};
use crate::dated::{self, Known, Show};
use crate::knowledge::calibrate::calibrate;
use crate::knowledge::eval::{self, Kind, Miss, Report, Score};
use crate::knowledge::lint::{self, Finding, Severity};
use crate::knowledge::{Exported, Knowledge, Library, Outcome, export};
use crate::office_hours::Series;

/// Subcommands.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Lint the articles; an error exits with 1, a warning (such as an article past its review_by) does not
    Check {
        /// Check as of this day, YYYY-MM-DD [default: today in UTC]
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
        /// Exit with 1 on warnings too
        #[arg(long)]
        strict: bool,
        /// Print the findings as JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a question file: accuracy by kind and topic, outcomes, calibration, and the misses. For the file that the weights
    /// were learnt from, `calibrate` gives the honest figures
    Eval {
        /// One question per line, as JSON: id, question, kind, must_include_any, must_not_include, source_any
        file: PathBuf,
        /// Answer as of this day, YYYY-MM-DD [default: today in UTC]
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
        /// Print the report as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write what staff changed back into the article files; every other file stays byte for byte as it is
    Export {
        /// Write into this folder [default: the folder of the articles itself]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Print what was written as JSON
        #[arg(long)]
        json: bool,
    },
    /// Learn the weights of ranking and deciding from the articles and a question file, and measure them by cross-validation
    Calibrate {
        /// A question file, as of `knowledge eval`
        file: PathBuf,
        /// Write what was learnt to this file of the source, src/knowledge/model.rs
        #[arg(long, value_name = "FILE")]
        write: Option<PathBuf>,
        /// Answer as of this day, YYYY-MM-DD [default: today in UTC]
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
        /// Print what was not right, too
        #[arg(long)]
        misses: bool,
        /// Print the figures as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: Command, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let Sources { dir, series } = sources(config)?;
    match command {
        Command::Check { on, strict, json } => check(&dir, day(on), strict, json),
        Command::Eval { file, on, json } => evaluate(&dir, &series, &file, on, json),
        Command::Export { out, json } => write_files(&dir, out.as_deref().unwrap_or(&dir), json),
        Command::Calibrate { file, on, json, write, misses } => {
            let how = Shown { json, misses };
            measure(&dir, &file, write.as_deref(), day(on), how)
        }
    }
}

/// What answers are made of.
pub(super) struct Sources {
    /// The folder of the articles.
    pub(super) dir: PathBuf,
    /// The office hours.
    pub(super) series: Vec<Series>,
}

/// The configuration's; without one, the articles where they lie by default, and no office hours.
pub(super) fn sources(config: Option<PathBuf>) -> anyhow::Result<Sources> {
    let default = Path::new(config::DEFAULT_PATH);
    let path = config.or_else(|| default.is_file().then(|| default.to_owned()));
    let Some(path) = path else {
        return Ok(Sources { dir: config::Knowledge::default().dir, series: Vec::new() });
    };
    let config = Config::load(&path)?;
    let series = config.schedule()?.series;
    Ok(Sources { dir: config.knowledge.dir, series })
}

/// The instant to answer for: the beginning of the day asked for, else the present.
pub(super) fn instant(on: Option<NaiveDate>) -> DateTime<Utc> {
    on.map_or_else(|| SystemClock.now(), |day| day.and_time(NaiveTime::MIN).and_utc())
}

/// The day to answer for: the one asked for, else today.
pub(super) fn day(on: Option<NaiveDate>) -> NaiveDate {
    on.unwrap_or_else(|| SystemClock.today())
}

#[derive(Serialize)]
struct Checked<'a> {
    files: usize,
    errors: usize,
    warnings: usize,
    findings: &'a [Finding],
}

fn check(dir: &Path, today: NaiveDate, strict: bool, json: bool) -> anyhow::Result<ExitCode> {
    let (files, findings) = lint::lint(dir, today)?;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let warnings = findings.len() - errors;
    if json {
        output::json(&Checked { files, errors, warnings, findings: &findings })?;
    } else {
        for finding in &findings {
            let severity = match finding.severity {
                Severity::Error => "error:".red().bold().to_string(),
                Severity::Warning => "warning:".yellow().bold().to_string(),
            };
            println!("{severity} {}: {}", finding.file.display(), finding.problem);
        }
        println!("{}: {errors}, {}: {warnings}, in {files} articles", "errors".bold(), "warnings".bold());
    }
    let failed = errors > 0 || (strict && warnings > 0);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

#[derive(Serialize)]
struct Written<'a> {
    written: &'a [PathBuf],
    removed: &'a [PathBuf],
    unchanged: usize,
}

fn write_files(dir: &Path, out: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let library = Arc::new(Library::load(dir)?);
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = Database::open().await?;
        let renewed = database.store.renew_knowledge(&library).await;
        database.close().await?;
        renewed.map_err(anyhow::Error::from)
    })?;
    let Exported { written, removed, unchanged } = export(&library.now(), dir, out)?;
    if json {
        output::json(&Written { written: &written, removed: &removed, unchanged })?;
        return Ok(ExitCode::SUCCESS);
    }
    for (what, files) in [("written", &written), ("removed", &removed)] {
        for file in files {
            println!("{} {}", what.bold(), file.display());
        }
    }
    println!(
        "{}: {}, {}: {}, unchanged: {unchanged}",
        "written".bold(),
        written.len(),
        "removed".bold(),
        removed.len()
    );
    Ok(ExitCode::SUCCESS)
}

fn read_cases(file: &Path) -> anyhow::Result<Vec<eval::Case>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    eval::parse(&text).with_context(|| format!("{} is not a question file", file.display()))
}

fn evaluate(dir: &Path, series: &[Series], file: &Path, on: Option<NaiveDate>, json: bool) -> anyhow::Result<ExitCode> {
    let knowledge = Knowledge::load(dir)?;
    let known = Known { knowledge: &knowledge, series, now: instant(on) };
    let report = eval::evaluate_by(&read_cases(file)?, |question| dated::answer(known, question).said(Show::Discord));
    if json {
        output::json(&report)?;
    } else {
        print(&report);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(report: &Report) {
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let row = |name: &str, score: Score| {
        [name.to_owned(), score.right.to_string(), score.all.to_string(), percent(score.share())]
    };
    let kinds = report.kinds.iter().map(|(kind, score)| row(kind_name(*kind), *score));
    output::table(["kind", "right", "of", "share"], kinds.chain([row("all", report.total)]));
    println!("confidently wrong: {} of {}\n", report.confident_wrong, report.total.all);
    let outcomes = report.outcomes.iter().map(|(kind, outcomes)| {
        let number = |outcome| outcomes.get(&outcome).copied().unwrap_or(0).to_string();
        [kind_name(*kind).to_owned(), number(Outcome::Answered), number(Outcome::Unsure), number(Outcome::NoAnswer)]
    });
    output::table(["kind", "answered", "asked back", "sent elsewhere"], outcomes);
    if !report.topics.is_empty() {
        println!();
        output::table(["topic", "right", "of", "share"], report.topics.iter().map(|(topic, score)| row(topic, *score)));
    }
    println!();
    let buckets = report.calibration.iter().map(|bucket| {
        [
            format!("from {:.2}", bucket.from),
            bucket.answered.to_string(),
            percent(bucket.expected),
            percent(bucket.observed),
        ]
    });
    output::table(["confidence", "answered", "right expected", "right observed"], buckets);
    print_misses(&report.misses);
}

fn print_misses(misses: &[Miss]) {
    if !misses.is_empty() {
        println!("\n{}", "Misses".bold());
    }
    for miss in misses {
        println!("{} [{}] {}", miss.id.bold(), kind_name(miss.kind), miss.question);
        let (by, near) = (miss.article.as_deref().unwrap_or("-"), miss.related.join(", "));
        let outcome = match miss.outcome {
            Outcome::Answered => "answered by",
            Outcome::Unsure => "asked back",
            Outcome::NoAnswer => "sent elsewhere",
        };
        println!("    {outcome} {by} ({:.2}; near: {near}): {}", miss.confidence, miss.reason);
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Answerable => "answerable",
        Kind::Ambiguous => "ambiguous",
        Kind::OutOfScope => "out_of_scope",
    }
}

/// How figures are shown.
struct Shown {
    json: bool,
    misses: bool,
}

fn measure(
    dir: &Path,
    file: &Path,
    write: Option<&Path>,
    today: NaiveDate,
    Shown { json, misses }: Shown,
) -> anyhow::Result<ExitCode> {
    let cases = read_cases(file)?;
    let figures = calibrate(&Knowledge::load(dir)?, &cases, today);
    if json {
        output::json(&figures)?;
        return Ok(ExitCode::SUCCESS);
    }
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    println!(
        "{} question lines, each asked while hidden: right article first {}, among three {}",
        figures.lines,
        percent(figures.first),
        percent(figures.first_three)
    );
    println!(
        "answerable questions of the file, by cross-validation: right article first {}",
        percent(figures.cases_first)
    );
    println!("{}", "The questions of the file, each judged by weights that were learnt without it".bold());
    let rows = figures.measured.iter().map(|measured| {
        let kind = |kind| percent(measured.report.kinds.get(&kind).copied().unwrap_or_default().share());
        let [answer, both, away] = measured.thresholds.map(|chance| format!("{chance:.2}"));
        let here = if measured.in_use { " (in use)" } else { "" };
        let wrong = Score { right: measured.report.confident_wrong, all: measured.report.total.all };
        [
            format!("{:.0}{here}", measured.cost),
            format!("{answer} / {both} / {away}"),
            kind(Kind::Answerable),
            kind(Kind::OutOfScope),
            kind(Kind::Ambiguous),
            percent(wrong.share()),
        ]
    });
    let head =
        ["wrong costs", "answer / both / away from", "answerable", "out of scope", "ambiguous", "confidently wrong"];
    output::table(head, rows);
    if let Some(measured) = figures.measured.iter().find(|measured| measured.in_use && misses) {
        print_misses(&measured.report.misses);
    }
    if let Some(path) = write {
        std::fs::write(path, figures.as_code()).with_context(|| format!("{} can't be written", path.display()))?;
        println!("written to {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
