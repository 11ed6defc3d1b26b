//! Connections of one listener: bounded in number and in time, ended in order.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Bytes that the head of a request may have.
const HEAD: usize = 16 * 1024;

/// Headers that a request may have.
const HEADERS: usize = 64;

/// How long what is being answered may take when the process is to end, or when a connection has lived its time.
const END: Duration = Duration::from_secs(3);

/// How long nobody is let in where the system has no more room for connections.
const NO_ROOM: Duration = Duration::from_millis(250);

/// Sent with every answer: a browser takes it for what it says it is, runs nothing, and shows it in no frame.
const PRECAUTIONS: [(HeaderName, &str); 4] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
];

/// What one listener bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; who comes then waits.
    pub connections: usize,
    /// How long a request's head may take, or a connection that is kept without asking anything.
    pub head: Duration,
    /// How long a connection may live.
    pub life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 128, head: Duration::from_secs(5), life: Duration::from_secs(30) }
    }
}

/// Answers whoever comes, until `stop` is cancelled; without a listener there is nothing to do.
pub(super) async fn serve(listener: Option<TcpListener>, routes: Router, limits: Limits, stop: CancellationToken) {
    let Some(listener) = listener else { return };
    let routes = routes.layer(axum::middleware::map_response(with_precautions));
    let room = Arc::new(Semaphore::new(limits.connections));
    let connections = TaskTracker::new();
    loop {
        let came = async {
            let room = Arc::clone(&room).acquire_owned().await;
            (room, listener.accept().await)
        };
        let (room, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            came = came => came,
        };
        match accepted {
            Ok((stream, _address)) => {
                let answering = answer(stream, routes.clone(), limits, stop.clone());
                connections.spawn(async move {
                    answering.await;
                    drop(room);
                });
            }
            Err(error) => {
                tracing::debug!("a connection could not be taken: {error}");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Answers one connection, for no longer than its life.
async fn answer(stream: TcpStream, routes: Router, limits: Limits, stop: CancellationToken) {
    let service = TowerToHyperService::new(routes);
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD).max_headers(HEADERS);
    let connection = protocol.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // What goes wrong on a connection is its client's doing, or nobody's: there is nothing to tell anybody.
    tokio::select! {
        _ended = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = tokio::time::sleep(limits.life) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ended = tokio::time::timeout(END, connection).await;
}

async fn with_precautions(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in PRECAUTIONS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
