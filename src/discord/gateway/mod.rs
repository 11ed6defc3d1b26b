//! The connection to Discord's gateway: held by one process (`hold`), within Discord's limits (`budget`), with one host
//! (`address`), each session supervised (`connection`, `pulse`), ended in order.
//!
//! A session is begun by psfbot alone, after it was counted; what serenity would do by itself when one is lost, it is kept
//! from. Everything but a refused token and refused intents is retried with growing waits: psfbot's other work goes on
//! meanwhile, and a process that ended would be started anew at once by whatever watches over it.

mod address;
mod budget;
mod connection;
mod hold;
mod pulse;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::TimeDelta;
use poise::serenity_prelude as serenity;
use serenity::{Client, ClientBuilder, GatewayIntents, HttpBuilder};
use tokio::sync::watch;

use super::api::Api;
use super::commands::{self, Data};
use super::interactions;
use crate::secrets::{ExposeSecret, SecretString};
use budget::Budget;
use connection::Resumes;
use hold::Holder;
pub use hold::Standing;

/// First wait after a failed connection; doubled each time up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How often it is looked whether another session is allowed.
const LOOK: Duration = Duration::from_secs(1);

/// The times after which Discord is asked again whether sessions are left, whatever it said.
const SOONEST: TimeDelta = TimeDelta::minutes(1);
const LATEST: TimeDelta = TimeDelta::minutes(10);

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
    /// The answer was nothing that a Discord server would say.
    #[error("{0} does not answer like Discord: check DISCORD_API_URL")]
    NotDiscord(String),
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

    /// Tells how this process stands to the gateway.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.holder.standing()
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
                Ended::ForGood(error) => return error,
                Ended::LimitReached(renewed_after) => self.wait_for_renewal(renewed_after).await,
                Ended::ForNow { problem, at_least, had_session } => {
                    wait = if had_session { FIRST_WAIT } else { wait };
                    let this_time = wait.max(at_least);
                    tracing::warn!(wait = ?this_time, "the gateway is not connected: {problem}");
                    tokio::time::sleep(this_time).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
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

    /// Waits until Discord's daily limit is renewed, by the app's clock. The process does not end: it would be started
    /// anew and ask again at once, and posts and reminders need no session.
    async fn wait_for_renewal(&self, renewed_after: Duration) {
        let clock = &self.data.clock;
        let until = clock.now() + TimeDelta::from_std(renewed_after).unwrap_or(LATEST).clamp(SOONEST, LATEST);
        tracing::error!(
            ?renewed_after,
            "Discord allows hardly any further session today: commands are not served until its limit is renewed, or its token would be reset; find out what else uses the token"
        );
        while clock.now() < until {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn connect_and_serve(&self) -> Ended {
        // An earlier process may have been told to wait, too.
        if let Some(wait) = self.data.publisher.turned_away_for() {
            return Ended::for_now("Discord takes no request for a while").after(wait.to_std().unwrap_or_default());
        }
        let address = match address::ask(&self.api).await {
            Ok(address) => address,
            Err(ended) => return ended,
        };
        let resumes = Arc::new(AtomicU64::new(0));
        let client = match self.client(Arc::clone(&resumes)).await {
            Ok(client) => client,
            Err(ended) => return ended,
        };
        // Counted before it is begun, so that no crash leaves one uncounted.
        self.budget.spend(&self.data.store, self.data.clock.now()).await;
        connection::run(client, address, resumes, self.ready.clone()).await
    }

    async fn client(&self, resumes: Arc<AtomicU64>) -> Result<Client, Ended> {
        let http = HttpBuilder::new(self.token.expose_secret())
            // With its limiter on, serenity ignores the address and sends the token to Discord itself.
            .proxy(self.api.base().as_str().trim_end_matches('/'))
            .ratelimiter_disabled(true)
            .client(self.http.clone())
            .build();
        let building = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
            .framework(interactions::framework(self.data.clone(), self.ready.clone()))
            .event_handler(Resumes(resumes))
            .into_future();
        let built = tokio::time::timeout(TIMEOUT, building).await;
        built
            .map_err(|_| Ended::for_now("its address was not told in time"))?
            .map_err(|_| Ended::for_now("the client could not be built"))
    }
}

/// How a connection ended.
enum Ended {
    ForGood(GatewayError),
    /// Discord's limit of sessions is all but reached, and renewed after this time.
    LimitReached(Duration),
    ForNow {
        problem: String,
        /// How long it is to be waited at least.
        at_least: Duration,
        had_session: bool,
    },
}

impl Ended {
    fn for_now(problem: impl Into<String>) -> Self {
        Self::ForNow { problem: problem.into(), at_least: Duration::ZERO, had_session: false }
    }

    fn lost(had_session: bool) -> Self {
        let problem = if had_session { "the session was lost" } else { "no session was given" };
        Self::ForNow { problem: problem.into(), at_least: Duration::ZERO, had_session }
    }

    fn after(self, wait: Duration) -> Self {
        match self {
            Self::ForNow { problem, had_session, .. } => Self::ForNow { problem, at_least: wait, had_session },
            other => other,
        }
    }
}

impl From<serenity::Error> for Ended {
    fn from(error: serenity::Error) -> Self {
        use serenity::GatewayError as G;
        match error {
            serenity::Error::Gateway(G::InvalidAuthentication) => Self::ForGood(GatewayError::Token),
            serenity::Error::Gateway(G::InvalidGatewayIntents | G::DisallowedGatewayIntents) => {
                Self::ForGood(GatewayError::Intents)
            }
            error => Self::for_now(error.to_string()),
        }
    }
}

/// The commands as they are registered with Discord.
///
/// # Errors
/// Never for commands that compile; serde's signature says so all the same.
pub fn command_definitions() -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(poise::builtins::create_application_commands(&commands::all()))
}
