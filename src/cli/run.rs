//! `psfbot run`: connects to Discord and serves until SIGTERM or SIGINT.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::filter::LevelFilter;

use super::check;
use super::serving::{self, Database};
use crate::app::{App, Parts};
use crate::clock::SystemClock;
use crate::config::{Config, DEFAULT_PATH};
use crate::discord::api::Api;
use crate::knowledge::Library;
use crate::logging;

pub(super) fn run(config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    logging::start(LevelFilter::INFO)?;
    let config = Config::load(&config.unwrap_or_else(|| DEFAULT_PATH.into()))?;
    let knowledge = Library::load(&config.knowledge.dir)?;
    let (discord, token) = (serving::discord_api()?, serving::discord_token()?);
    let ledger = serving::ledger(&config)?;
    serving::block_on(async {
        let stop = serving::stop_signal()?;
        tokio::pin!(stop);
        let database = tokio::select! {
            database = Database::open() => database?,
            () = &mut stop => return Ok(ExitCode::SUCCESS),
        };
        // Beside the start, which waits for nobody's answer.
        if let Ok(api) = Api::new(discord.clone(), &token) {
            tokio::spawn(check::warn(api, config.clone(), database.store.clone()));
        }
        let parts = Parts {
            config,
            knowledge,
            store: database.store.clone(),
            discord,
            token,
            ledger,
            clock: Arc::new(SystemClock),
        };
        let prepared = tokio::select! {
            prepared = App::prepare(parts) => prepared.map(Some),
            () = &mut stop => Ok(None),
        };
        let served = match prepared {
            Ok(Some(app)) => app.serve(stop).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        database.close().await?;
        served.map(|()| ExitCode::SUCCESS)
    })
}
