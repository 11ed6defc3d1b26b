//! The small web server: calendars for everybody on one listener, the state of health on another.
//!
//! Off unless it is configured. It answers GET and HEAD and takes nothing in: no bodies, no cookies, no names of files. What
//! it says about series and key dates is what the bot says. Refuses TLS, which is for the proxy in front of it.

mod calendars;
mod health;
mod serve;

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config;

pub use calendars::Calendars;
pub use health::Health;
pub use serve::Limits;

/// Why the server can't start; the text says what to do.
#[derive(Debug, thiserror::Error)]
#[error("web.{key}: {address} can't be listened at ({problem}): end what uses that port, or name another one")]
pub struct WebError {
    key: &'static str,
    address: SocketAddr,
    problem: std::io::Error,
}

/// The listeners that are configured, bound; nobody is answered before [`Server::serve`].
#[derive(Debug, Default)]
pub struct Server {
    public: Option<TcpListener>,
    private: Option<TcpListener>,
}

impl Server {
    /// Binds what is configured.
    ///
    /// # Errors
    /// When a port is taken, or not this process's to use.
    pub async fn bind(config: &config::Web) -> Result<Self, WebError> {
        Ok(Self { public: bind("public", config.public).await?, private: bind("private", config.private).await? })
    }

    /// Where the calendars are served.
    #[must_use]
    pub fn public(&self) -> Option<SocketAddr> {
        self.public.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Where the state of health is served.
    #[must_use]
    pub fn private(&self) -> Option<SocketAddr> {
        self.private.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `stop` is cancelled; then what is being answered is answered, within a few seconds.
    pub async fn serve(self, calendars: Calendars, health: Health, limits: Limits, stop: CancellationToken) {
        if let Some(address) = self.public() {
            tracing::info!(%address, "calendars are served");
        }
        if let Some(address) = self.private() {
            tracing::info!(%address, "the state of health is served");
        }
        let public = serve::serve(self.public, calendars::routes(calendars), limits, stop.clone());
        let private = serve::serve(self.private, health::routes(health), limits, stop);
        tokio::join!(public, private);
    }
}

async fn bind(key: &'static str, at: Option<config::Listen>) -> Result<Option<TcpListener>, WebError> {
    let Some(config::Listen(address)) = at else { return Ok(None) };
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|problem| WebError { key, address, problem })
}
