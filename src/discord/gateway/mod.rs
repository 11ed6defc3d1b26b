//! The connection to Discord's gateway: held by one process (`hold`), within Discord's limits (`budget`), started
//! against one address, ended in order.
//!
//! serenity falls back to Discord's own gateway when it can't read the address of ours, would send our token there,
//! and retries a dead gateway for ever; so the address is read first and compared afterwards, and the run is wrapped.

mod budget;
mod hold;

use std::sync::Arc;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serde::Deserialize;
use serenity::{ClientBuilder, ConnectionStage, GatewayIntents, HttpBuilder, ShardManager};
use tokio::sync::watch;

use super::api::{Api, ApiError};
use super::commands::{self, Data};
use super::interactions;
use crate::secrets::{ExposeSecret, SecretString};
use budget::Budget;
use hold::Holder;

/// First wait after a failed connection; doubled each time up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long a session may be lost before the connection is given up and begun anew, on our terms: the library below
/// makes a new one every five seconds by itself, as often as it is refused.
const LOST: Duration = Duration::from_secs(9);

/// How often it is looked whether there is a session.
const LOOK: Duration = Duration::from_secs(1);

/// For one answer of Discord; an interaction that is not answered by then is lost anyway.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why the gateway can't be used; retrying would not help.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The token is not accepted.
    #[error("Discord does not accept the token: set DISCORD_TOKEN to the bot's current token")]
    Token,
    /// Privileged intents were asked for, which psfbot never does.
    #[error(
        "Discord refuses the gateway intents: psfbot needs no privileged intent; check the application in Discord's developer portal"
    )]
    Intents,
    /// No session can be started before Discord's daily limit is renewed.
    #[error("Discord allows no further session for {0:?}: leave psfbot stopped until then, or its token may be reset")]
    SessionLimit(Duration),
    /// The answer was nothing that a Discord server would say.
    #[error("{0} does not answer like Discord: check DISCORD_API_URL")]
    NotDiscord(String),
}

#[derive(Deserialize)]
struct GatewayBot {
    url: String,
    session_start_limit: SessionStartLimit,
}

#[derive(Deserialize)]
struct SessionStartLimit {
    remaining: u64,
    reset_after: u64,
}

/// A way to the gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    api: Api,
    token: SecretString,
    data: Data,
    holder: Holder,
    budget: Arc<Budget>,
    /// What serenity answers interactions with: in time or not at all, without a proxy, following no redirect.
    http: reqwest::Client,
    /// Whether the gateway's session is ready, for whoever waits for it.
    ready: watch::Sender<bool>,
}

impl Gateway {
    /// Prepares a connection; nothing is sent yet.
    ///
    /// # Errors
    /// When the system's TLS can't be set up.
    pub fn new(api: Api, token: SecretString, data: Data) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let holder = Holder::new(data.store.clone(), data.clock.clone());
        Ok(Self { api, token, data, holder, budget: Arc::default(), http, ready: watch::Sender::new(false) })
    }

    /// Tells when the session becomes ready.
    #[must_use]
    pub fn ready(&self) -> watch::Receiver<bool> {
        self.ready.subscribe()
    }

    /// Serves until `stop` completes, whenever this process holds the gateway.
    ///
    /// # Errors
    /// When retrying would not help; everything else is retried with growing waits.
    pub async fn run(&self, stop: impl Future<Output = ()>) -> Result<(), GatewayError> {
        tokio::pin!(stop);
        loop {
            let mut hold = tokio::select! {
                () = &mut stop => return Ok(()),
                hold = self.holder.take() => Some(hold),
            };
            let ended = tokio::select! {
                () = &mut stop => Some(Ok(())),
                ended = self.serve() => Some(Err(ended)),
                () = self.holder.keep(&mut hold) => None,
            };
            if let Some(hold) = hold {
                hold.release().await;
            }
            match ended {
                Some(ended) => return ended,
                None => tracing::warn!("another process has taken the gateway over; this one closes its own"),
            }
        }
    }

    /// Serves as long as this process holds the gateway; returns only what retrying would not help.
    async fn serve(&self) -> GatewayError {
        let mut wait = FIRST_WAIT;
        loop {
            self.wait_for_budget().await;
            match self.connect_and_serve().await {
                Ok(()) => wait = FIRST_WAIT,
                Err(Ended::ForGood(error)) => return error,
                Err(Ended::ForNow(problem)) => tracing::warn!(?wait, "the gateway is not connected: {problem}"),
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Waits until another session may be begun, by the app's clock.
    async fn wait_for_budget(&self) {
        let clock = &self.data.clock;
        self.budget.load(&self.data.store, clock.now()).await;
        let mut told = false;
        while let Some(next) = self.budget.wait(clock.now()) {
            if !told {
                told = true;
                tracing::error!(until = %next, "too many sessions were begun in the last minutes: the next one waits, so that Discord does not reset the token");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Returns when no session is given, or when the next one would be too many. One that is refused is seen by nothing
    /// but its absence, so it is counted when it has been absent for as long as the library waits between two.
    async fn watch(&self, shards: &ShardManager) -> Ended {
        let (store, clock) = (&self.data.store, &self.data.clock);
        let (mut had_session, mut lost_for) = (false, Duration::ZERO);
        loop {
            tokio::time::sleep(LOOK).await;
            let stage = stage(shards).await;
            if stage == Some(ConnectionStage::Connected) {
                (had_session, lost_for) = (true, Duration::ZERO);
                continue;
            }
            if std::mem::take(&mut had_session) && self.budget.wait(clock.now()).is_some() {
                return Ended::ForNow("the session was lost, and no other is allowed yet".into());
            }
            lost_for += LOOK;
            // Without a stage there was no connection, so nothing was asked of Discord.
            if matches!(lost_for.as_secs(), 4 | 9) && stage.is_some() {
                self.budget.spend(store, clock.now()).await;
            }
            if lost_for >= LOST {
                return Ended::ForNow("no session was given in time".into());
            }
        }
    }

    async fn connect_and_serve(&self) -> Result<(), Ended> {
        let expected = self.gateway_address().await?;
        let base = self.api.base().as_str().trim_end_matches('/').to_owned();
        let http = HttpBuilder::new(self.token.expose_secret())
            // With its limiter on, serenity ignores the address and sends the token to Discord itself.
            .proxy(base.clone())
            .ratelimiter_disabled(true)
            .client(self.http.clone())
            .build();
        let building = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
            .framework(interactions::framework(self.data.clone(), self.ready.clone()))
            .event_handler(SessionCounter { budget: Arc::clone(&self.budget), data: self.data.clone() })
            .into_future();
        let built = tokio::time::timeout(TIMEOUT, building).await;
        let mut client = built
            .map_err(|_| Ended::ForNow("its address was not told in time".into()))?
            .map_err(|_| Ended::ForNow("the client could not be built".into()))?;
        if *client.ws_url.lock().await != expected {
            return Err(Ended::ForNow("its address could not be read a second time".into()));
        }
        let stopper = Stopper { shards: Arc::clone(&client.shard_manager), ready: self.ready.clone() };
        let shards = Arc::clone(&client.shard_manager);
        let ended = tokio::select! {
            ended = client.start() => ended.map_err(Ended::from),
            lost = self.watch(&shards) => Err(lost),
        };
        drop(stopper);
        ended
    }

    async fn gateway_address(&self) -> Result<String, Ended> {
        let gateway: GatewayBot = self.api.get("/gateway/bot").await.map_err(|error| match error {
            ApiError::Unauthorized => Ended::ForGood(GatewayError::Token),
            ApiError::Refused { .. } => Ended::ForGood(GatewayError::NotDiscord(self.api.base().to_string())),
            error => Ended::ForNow(error.to_string()),
        })?;
        let limit = gateway.session_start_limit;
        if limit.remaining == 0 {
            return Err(Ended::ForGood(GatewayError::SessionLimit(Duration::from_millis(limit.reset_after))));
        }
        Ok(gateway.url)
    }
}

/// Counts the sessions that were given, also those that the library begins by itself.
struct SessionCounter {
    budget: Arc<Budget>,
    data: Data,
}

#[serenity::async_trait]
impl serenity::EventHandler for SessionCounter {
    async fn ready(&self, _ctx: serenity::Context, _session: serenity::Ready) {
        self.budget.spend(&self.data.store, self.data.clock.now()).await;
    }
}

/// How far the one shard's connection is; `None` when there is none.
async fn stage(shards: &ShardManager) -> Option<ConnectionStage> {
    shards.runners.lock().await.values().next().map(|runner| runner.stage)
}

/// How a connection ended.
enum Ended {
    ForGood(GatewayError),
    ForNow(String),
}

impl From<serenity::Error> for Ended {
    fn from(error: serenity::Error) -> Self {
        use serenity::GatewayError as G;
        match error {
            serenity::Error::Gateway(G::InvalidAuthentication) => Self::ForGood(GatewayError::Token),
            serenity::Error::Gateway(G::InvalidGatewayIntents | G::DisallowedGatewayIntents) => {
                Self::ForGood(GatewayError::Intents)
            }
            error => Self::ForNow(error.to_string()),
        }
    }
}

/// Ends the shards of a connection that is dropped, which serenity does not do by itself.
struct Stopper {
    shards: Arc<ShardManager>,
    ready: watch::Sender<bool>,
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.ready.send_replace(false);
        let shards = Arc::clone(&self.shards);
        tokio::spawn(async move { shards.shutdown_all().await });
    }
}

/// The commands as they are registered with Discord.
///
/// # Errors
/// Never for commands that compile; serde's signature says so all the same.
pub fn command_definitions() -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(poise::builtins::create_application_commands(&commands::all()))
}
