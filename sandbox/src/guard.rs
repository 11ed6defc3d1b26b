//! Keeps foreign pages out: a request must name this server as its host, and a browser's origin must be this server's.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::state::Shared;

/// Refuses a foreign `Host` or `Origin`.
pub(crate) async fn local_only(State(core): State<Shared>, request: Request, next: Next) -> Response {
    if is_local(request.headers(), core.port) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "This server answers only to its own address.").into_response()
}

fn is_local(headers: &HeaderMap, port: u16) -> bool {
    let names = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default().to_lowercase());
    let host = text(header::HOST).is_some_and(|host| names.contains(&host));
    let origin = text(header::ORIGIN)
        .is_none_or(|origin| origin.strip_prefix("http://").is_some_and(|origin| names.iter().any(|n| n == origin)));
    host && origin
}
