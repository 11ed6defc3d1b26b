//! A Discord-compatible server for demos and tests: gateway, REST API, a person's side as JSON, a sample blog and a web
//! page, on one port of 127.0.0.1. It knows nothing of the bot that is tried against it, keeps everything in memory and
//! refuses requests from foreign hosts and origins. `README.md` documents the paths.

pub mod blog;
pub mod client;
mod clock;
mod control;
mod errors;
mod gateway;
mod guard;
mod limits;
mod listener;
mod mentions;
mod page;
pub mod permissions;
mod rest;
mod state;
pub mod world;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use blog::SampleBlog;
pub use errors::StartError;
pub use world::World;

use state::{Core, Shared};

/// Where the server's time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How a sandbox is set up. [`Options::default`] serves [`World::demo`] on a free port in real time.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What the control API asks for; random by default.
    pub control_token: String,
    /// The bot token that is accepted; without one any token is.
    pub bot_token: Option<String>,
    /// Id of the bot's application.
    pub application_id: u64,
    /// Id of the bot's user, a member of the world.
    pub bot_id: u64,
    /// The server at the start.
    pub world: World,
    /// Time for ids, timestamps, nonces, rate limits and the deadlines of interactions.
    pub clock: Clock,
    /// Whether the control API may move the time forward, for all who read it from [`Sandbox::clock`]. Off by default.
    pub movable_clock: bool,
    /// How long a nonce is remembered; three minutes by default.
    pub nonce_window: chrono::Duration,
    /// Whether the built-in rate limits (5 messages per channel in 5 s, 50 requests a second) are enforced. Injected
    /// ones always are.
    pub rate_limits: bool,
    /// Gateway intents that the bot may not ask for (close code 4014).
    pub disallowed_intents: u64,
    /// IDENTIFYs a day that `GET /gateway/bot` starts from.
    pub session_starts: u64,
    /// The time between heartbeats that the gateway asks for: 41.25 seconds by default, as Discord does.
    pub heartbeat_interval: Duration,
    /// The blog at the start.
    pub blog: SampleBlog,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            control_token: (0..2).map(|_| format!("{:016x}", rand::random::<u64>())).collect(),
            bot_token: None,
            application_id: world::demo::BOT,
            bot_id: world::demo::BOT,
            world: World::demo(),
            clock: real_time(),
            movable_clock: false,
            nonce_window: chrono::Duration::minutes(3),
            rate_limits: true,
            disallowed_intents: 0,
            session_starts: 1000,
            heartbeat_interval: Duration::from_millis(41_250),
            blog: SampleBlog::demo(),
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("port", &self.port).field("world", &self.world.name).finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the sandbox looks at the real clock")]
fn real_time() -> Clock {
    Arc::new(Utc::now)
}

/// A running server. It stops when it is shut down or dropped.
pub struct Sandbox {
    core: Shared,
    close: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.core.url).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Binds the port and serves until [`Sandbox::shutdown`].
    ///
    /// # Errors
    /// When the port cannot be bound, or the bot is not a member of the world.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        if !options.world.members.iter().any(|member| member.id == options.bot_id && member.bot) {
            return Err(StartError::World(format!("member {} must exist and be a bot", options.bot_id)));
        }
        let refused = |source| StartError::Bind { port: options.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let (close, closing) = watch::channel(false);
        let core = Arc::new(Core::new(options, port, closing));
        let server = tokio::spawn(serve(listener, Arc::clone(&core)));
        tokio::spawn(rest::events::begin_and_end(Arc::clone(&core)));
        Ok(Self { core, close, server })
    }

    /// The address, such as `http://127.0.0.1:4000`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.core.url
    }

    /// The token of the control API.
    #[must_use]
    pub fn control_token(&self) -> &str {
        &self.core.control_token
    }

    /// A client of the control API, over real HTTP.
    #[must_use]
    pub fn client(&self) -> client::Client {
        client::Client::new(&self.core.url, &self.core.control_token)
    }

    /// A member's side of the screen.
    #[must_use]
    pub fn person(&self, member: u64) -> client::Person {
        self.client().person(member)
    }

    /// The time that the server shows, moves included: a bot in the same process that reads it agrees with the server.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.core.state().clock.shared()
    }

    /// Closes all connections and frees the port.
    pub async fn shutdown(mut self) {
        self.close.send_replace(true);
        if tokio::time::timeout(Duration::from_secs(2), &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.close.send_replace(true);
    }
}

async fn serve(listener: TcpListener, core: Shared) {
    let app = Router::new()
        .nest("/api/v10", rest::router(&core))
        .nest("/control", control::router(&core))
        .nest("/blog", blog::router())
        .merge(gateway::router())
        .merge(page::router())
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&core), guard::local_only))
        .with_state(Arc::clone(&core))
        .into_make_service_with_connect_info::<listener::Peer>();
    let closed = async move { core.closed().await };
    if let Err(error) = axum::serve(listener::Cuttable(listener), app).with_graceful_shutdown(closed).await {
        tracing::error!(%error, "the sandbox stopped serving");
    }
}
