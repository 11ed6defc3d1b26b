//! What the commands that serve have in common: where Discord and the database are, and when to stop.

use std::path::PathBuf;

use anstream::eprintln;
use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use url::Url;

use crate::config::Config;
use crate::discord::api::DISCORD;
use crate::ledger::Ledger;
use crate::postgres::{self, Cluster, NAME, Options};
use crate::secrets::{self, SecretString};
use crate::store::{DEMO_DATABASE, Store};

/// The Discord-compatible server: `DISCORD_API_URL`, or Discord itself.
///
/// # Errors
/// When the variable is not scheme, host and port alone.
pub(super) fn discord_api() -> anyhow::Result<Url> {
    let text = std::env::var("DISCORD_API_URL").unwrap_or_else(|_| DISCORD.to_owned());
    let url: Url = text.parse().ok().filter(is_origin).with_context(|| {
        format!("DISCORD_API_URL is {text:?}: write scheme, host and port alone, e.g. http://127.0.0.1:4000, or unset it for Discord itself")
    })?;
    Ok(url)
}

fn is_origin(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

/// The bot's token.
///
/// # Errors
/// When none is set.
pub(super) fn discord_token() -> anyhow::Result<SecretString> {
    secrets::discord_token()?.context("there is no bot token: set DISCORD_TOKEN, or DISCORD_TOKEN_FILE to a file that holds it (Discord's developer portal → Bot → Reset Token)")
}

/// Where the ledger of erasures lies.
///
/// # Errors
/// When there is no data directory for it.
pub(super) fn ledger_path(config: &Config) -> anyhow::Result<PathBuf> {
    match &config.privacy.ledger {
        Some(path) => Ok(path.clone()),
        None => Ok(postgres::default_data_dir()?.join("erasures.ledger")),
    }
}

/// The ledger of erasures.
///
/// # Errors
/// When it can't be used; the text says what to do.
pub(super) fn ledger(config: &Config) -> anyhow::Result<Ledger> {
    Ok(Ledger::open(&ledger_path(config)?, secrets::erasure_key()?.as_ref())?)
}

/// A database, and the private cluster that it lies in, if it does.
pub(super) struct Database {
    pub(super) store: Store,
    cluster: Option<Cluster>,
}

impl Database {
    /// The database of `DATABASE_URL`, or else the private cluster's.
    ///
    /// # Errors
    /// When it can't be reached or started.
    pub(super) async fn open() -> anyhow::Result<Self> {
        match secrets::database_url()? {
            Some(url) => Ok(Self { store: Store::connect(&url).await?, cluster: None }),
            None => Self::private(Options::kept(None)).await,
        }
    }

    /// A private cluster's database.
    ///
    /// # Errors
    /// When it can't be started.
    async fn private(options: Options) -> anyhow::Result<Self> {
        let cluster = Cluster::start(options.progress(|line| eprintln!("{line}"))).await?;
        let store = Store::connect(&SecretString::from(cluster.url(NAME))).await?;
        Ok(Self { store, cluster: Some(cluster) })
    }

    /// An empty database for the demo, in a cluster that is temporary or kept; never the one that `run` uses.
    ///
    /// # Errors
    /// When it can't be started or made.
    pub(super) async fn for_demo(options: Options) -> anyhow::Result<Self> {
        let database = Self::private(options).await?;
        database.store.recreate_demo_database().await?;
        database.store.close().await;
        let Some(cluster) = database.cluster else { return Ok(database) };
        let store = Store::connect(&SecretString::from(cluster.url(DEMO_DATABASE))).await?;
        Ok(Self { store, cluster: Some(cluster) })
    }

    /// Ends the cluster, if it was started here.
    ///
    /// # Errors
    /// When it can't be ended.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.store.close().await;
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

/// Runs a command that serves to its end. What still computes or resolves names then is left behind.
///
/// # Errors
/// As the command; or when the system has no threads left.
pub(super) fn block_on<T>(command: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // On a single core one thread would be the default, which nothing may then hold up.
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let ended = runtime.block_on(command);
    runtime.shutdown_background();
    ended
}

/// Completes at SIGTERM or SIGINT. A second one ends the process at once: what it does is taken up again at the next
/// start, as after a crash.
///
/// # Errors
/// When the system does not let signals be listened to.
pub(super) fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (told, first) = oneshot::channel();
    tokio::spawn(async move {
        let mut next = async || tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} };
        next().await;
        let _nobody_waits = told.send(());
        next().await;
        eprintln!("asked to end a second time: ending at once");
        std::process::exit(1);
    });
    Ok(async {
        let _told = first.await;
    })
}
