//! `psfbot demo`: everything on this machine. The bot is the same as in `run`; only the server that it is pointed at is a
//! local one.

use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anstream::{eprintln, println};
use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use minijinja::{Environment, UndefinedBehavior, context};
use owo_colors::OwoColorize;
use sandbox::{Options as SandboxOptions, Sandbox};
use tracing_subscriber::filter::LevelFilter;

use super::serving::{self, Database};
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::knowledge::Library;
use crate::ledger::Ledger;
use crate::logging;
use crate::postgres::Options;
use crate::secrets::SecretString;

const DEFAULT_CONFIG: &str = "config/demo.toml";

/// Where the page is tried to be served when no port is asked for.
const DEFAULT_PORT: u16 = 4000;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port of the page on 127.0.0.1; where it is taken, a free one is used [default: 4000]
    #[arg(long, value_name = "N")]
    port: Option<u16>,

    /// Keep the database's files here; each run begins with an empty database all the same [default: a temporary place]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// For scripts: print the address and the control API's token as one line of JSON instead of words
    #[arg(long)]
    headless: bool,
}

pub(super) fn run(args: Args, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    logging::start(LevelFilter::WARN)?;
    let template = config.unwrap_or_else(|| DEFAULT_CONFIG.into());
    serving::block_on(async {
        let stop = serving::stop_signal()?;
        tokio::pin!(stop);
        tokio::select! {
            prepared = Demo::prepare(&args, &template) => prepared?.serve(&args, stop).await?,
            () = &mut stop => {}
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// The local server's clock, which a visitor moves on its page: the bot and the server always agree on the time.
struct ServersClock(sandbox::Clock);

impl fmt::Debug for ServersClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServersClock").field(&self.now()).finish()
    }
}

impl Clock for ServersClock {
    fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

struct Demo {
    sandbox: Sandbox,
    database: Database,
    app: App,
    /// Removed at the end.
    ledger: tempfile::TempDir,
}

impl Demo {
    async fn prepare(args: &Args, template: &std::path::Path) -> anyhow::Result<Self> {
        eprintln!("Starting a local server in Discord's place");
        let sandbox = start_sandbox(args.port).await?;
        let clock = ServersClock(sandbox.clock());
        let text = std::fs::read_to_string(template)
            .with_context(|| format!("the demo's configuration {} can't be read: run it from psfbot's folder, or name one with --config FILE", template.display()))?;
        let config = Config::parse(&fill_in(&text, sandbox.url(), clock.today())?)?;
        let options = args.data_dir.clone().map_or_else(Options::temporary, |dir| Options::kept(Some(dir)));
        let database = Database::for_demo(options).await?;
        // Begins empty, like the database.
        let ledger = tempfile::tempdir()?;
        eprintln!("Starting the bot");
        let parts = Parts {
            knowledge: Library::load(&config.knowledge.dir)?,
            config,
            store: database.store.clone(),
            discord: sandbox.url().parse()?,
            token: SecretString::from("demo".to_owned()),
            ledger: Ledger::open(&ledger.path().join("erasures.ledger"), None)?,
            clock: Arc::new(clock),
        };
        match App::prepare(parts).await {
            Ok(app) => Ok(Self { sandbox, database, app, ledger }),
            Err(error) => {
                database.close().await?;
                Err(error)
            }
        }
    }

    async fn serve(self, args: &Args, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let Self { sandbox, database, app, ledger } = self;
        let url = sandbox.url();
        if args.headless {
            println!("{}", serde_json::json!({"url": url, "control_token": sandbox.control_token()}));
        } else {
            eprintln!("Ready. Open this address in a browser; Ctrl-C ends it all.");
            println!("{}", url.bold());
        }
        let served = app.serve(stop).await;
        sandbox.shutdown().await;
        database.close().await?;
        ledger.close()?;
        served
    }
}

/// On the port that was asked for, else on the usual one; where that is taken, on a free one, which is said.
async fn start_sandbox(port: Option<u16>) -> anyhow::Result<Sandbox> {
    // Heartbeats oftener than on Discord, so that a visitor who lets them go unanswered need not wait for a minute.
    let heartbeat_interval = Duration::from_secs(10);
    let options = SandboxOptions { movable_clock: true, heartbeat_interval, ..SandboxOptions::default() };
    let at = |port| Sandbox::start(SandboxOptions { port, ..options.clone() });
    let wanted = port.unwrap_or(DEFAULT_PORT);
    match at(wanted).await {
        Ok(sandbox) => Ok(sandbox),
        Err(_taken) => {
            let sandbox = at(0).await.context("no port of 127.0.0.1 can be used")?;
            eprintln!("Port {wanted} is taken; using {} instead", sandbox.url());
            Ok(sandbox)
        }
    }
}

/// Fills in what differs from start to start: the local server's address, and dates relative to today.
fn fill_in(template: &str, url: &str, today: NaiveDate) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
        .add_function("day", move |days: i64| (today + TimeDelta::days(days.clamp(-36_500, 36_500))).to_string());
    let host = url.trim_start_matches("http://");
    environment
        .render_str(template, context! { sandbox => host })
        .context("the demo's configuration can't be filled in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_bots_clock_is_the_local_servers_also_after_a_move() {
        let sandbox = start_sandbox(Some(0)).await.unwrap();
        let clock = ServersClock(sandbox.clock());
        let before = clock.now();
        let moved = sandbox.client().advance_clock(86_400).await.unwrap();
        assert!(moved >= before + TimeDelta::days(1), "{moved} is not a day after {before}");
        assert!(clock.now() >= moved);
    }

    #[test]
    fn the_demos_configuration_is_filled_in_and_valid() {
        let today = NaiveDate::from_ymd_opt(2028, 2, 28).unwrap();
        let text = fill_in(include_str!("../../config/demo.toml"), "http://127.0.0.1:4000", today).unwrap();
        let config = Config::parse(&text).unwrap();
        assert_eq!(config.feeds[0].url.as_str(), "http://127.0.0.1:4000/blog/feeds/posts/default");
        assert_eq!(config.series[0].dates[1].to_rfc3339(), "2028-03-01T14:00:00+00:00");
    }
}
