//! `psfbot check`: the doctor. A line each: what was looked at, how it is, and what to do about it.

mod server;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anstream::println;
use owo_colors::OwoColorize;

use super::serving::{self, Database};
use crate::blog::Settings;
use crate::config::{Config, DEFAULT_PATH};
use crate::discord::api::Api;
use crate::knowledge::{Library, Standing};
use crate::store::Store;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the link that invites the bot to a server with the permissions that it needs, and nothing else
    #[arg(long)]
    invite: bool,
}

/// What was found so far, and how it is told.
#[derive(Debug, Default)]
struct Findings {
    problems: usize,
    /// Whether only what is wrong is told, to the log.
    is_log: bool,
}

impl Findings {
    fn good(&mut self, subject: &str, detail: impl std::fmt::Display) {
        if !self.is_log {
            println!("{}  {subject}: {detail}", "ok  ".green());
        }
    }

    /// What is no fault and yet has to be known.
    fn note(&mut self, subject: &str, detail: impl std::fmt::Display) {
        if !self.is_log {
            println!("{}  {subject}: {detail}", "note".yellow());
        }
    }

    fn bad(&mut self, subject: &str, detail: impl std::fmt::Display) {
        self.problems += 1;
        if self.is_log {
            tracing::warn!("{subject}: {detail}");
        } else {
            println!("{}  {subject}: {detail}", "FAIL".red().bold());
        }
    }

    /// Reports a result; its value where it is good.
    fn result<T, E: std::fmt::Display>(
        &mut self,
        subject: &str,
        result: Result<T, E>,
        detail: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match result {
            Ok(value) => {
                self.good(subject, detail(&value));
                Some(value)
            }
            Err(error) => {
                self.bad(subject, format_args!("{error:#}"));
                None
            }
        }
    }
}

/// Logs what is wrong with the server that the configuration describes. It keeps nothing from starting.
pub(super) async fn warn(api: Api, config: Config, store: Store) {
    let mut findings = Findings { is_log: true, ..Findings::default() };
    // Before the first migration there are none.
    let staffs = store.staff_feeds().await.unwrap_or_default();
    server::check(&mut findings, &api, Some(&config), &staffs).await;
    if findings.problems == 0 {
        tracing::info!(
            "every channel and role of the configuration and of staff's feeds is there, and the bot may do what it has to"
        );
    }
}

pub(super) fn run(args: &Args, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let path = config.unwrap_or_else(|| DEFAULT_PATH.into());
    tokio::runtime::Runtime::new()?.block_on(async {
        if args.invite {
            let api = Api::new(serving::discord_api()?, &serving::discord_token()?)?;
            // Without a configuration there is nothing yet that could want more than the ordinary.
            let config = if path.exists() { Some(Config::load(&path)?) } else { None };
            println!("{}", server::invite(&api, config.as_ref()).await?);
            return Ok(ExitCode::SUCCESS);
        }
        let mut findings = Findings::default();
        let config = findings.result("configuration", Config::load(&path), |_| path.display().to_string());
        let library = config.as_ref().and_then(|config| {
            let library = Library::load(&config.knowledge.dir).map(Arc::new);
            findings
                .result("knowledge base", library, |library| format!("{} articles", library.now().articles().count()))
        });
        let staffs = check_database(&mut findings, library.as_ref()).await;
        check_discord(&mut findings, config.as_ref(), &staffs).await;
        Ok(if findings.problems == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

/// Looks at the database; the feeds that staff keep there.
async fn check_database(findings: &mut Findings, library: Option<&Arc<Library>>) -> Vec<Settings> {
    let opened = findings.result("database", Database::open().await, |_| "reached".to_owned());
    let Some(database) = opened else { return Vec::new() };
    let is_current = describe_database(findings, &database.store).await;
    let staffs = match is_current {
        true => findings.result("feeds of staff", database.store.staff_feeds().await, |feeds| feeds.len().to_string()),
        false => None,
    };
    if let (true, Some(library)) = (is_current, library) {
        describe_changes(findings, &database.store, library).await;
    }
    if let Err(error) = database.close().await {
        findings.bad("database", error);
    }
    staffs.unwrap_or_default()
}

/// Version and migrations; whether the tables are as this version knows them.
async fn describe_database(findings: &mut Findings, store: &Store) -> bool {
    let supported = store.server_version().await.map_err(anyhow::Error::from).and_then(|version| {
        let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
        anyhow::ensure!(
            major >= crate::postgres::OLDEST_MAJOR,
            "PostgreSQL {version} is too old: use {} or newer",
            crate::postgres::OLDEST_MAJOR
        );
        Ok(version)
    });
    findings.result("PostgreSQL", supported, Clone::clone);
    let current = store.missing_migrations().await.map_err(anyhow::Error::from).and_then(|missing| {
        anyhow::ensure!(
            missing == 0,
            "{missing} are missing: run `psfbot migrate`, or start `psfbot run`, which applies them"
        );
        Ok(())
    });
    findings.result("migrations", current, |()| "current".to_owned()).is_some()
}

/// What staff changed in the knowledge base and the files do not say.
async fn describe_changes(findings: &mut Findings, store: &Store, library: &Arc<Library>) {
    if let Err(error) = store.renew_knowledge(library).await {
        return findings.bad("staff's versions of the knowledge base", error);
    }
    let shelf = library.now();
    let count = shelf.differing().count();
    findings.good(
        "staff's versions of the knowledge base",
        format_args!("{count} that the files do not say; `psfbot knowledge export` writes them into the files"),
    );
    for (subject, _) in shelf.differing().filter(|(_, standing)| Standing::changed_beneath(standing)) {
        findings.note(
            "staff's versions of the knowledge base",
            format_args!("the file of {subject} was changed beneath staff's version, which answers: compare them in /knowledge status"),
        );
    }
}

async fn check_discord(findings: &mut Findings, config: Option<&Config>, staffs: &[Settings]) {
    let api = serving::discord_api().and_then(|base| Api::new(base, &serving::discord_token()?));
    match api {
        Ok(api) => server::check(findings, &api, config, staffs).await,
        Err(error) => findings.bad("Discord", format_args!("{error:#}")),
    }
}
