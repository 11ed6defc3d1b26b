//! The web page and the files that came with messages.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::errors::ApiError;
use crate::state::Shared;

const POLICY: &str = "default-src 'self'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The files of `web/`, by name.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// `/`, the files of the page beside it, and `/attachments/…`.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/", get(index))
        .route("/{file}", get(asset))
        .route("/attachments/{channel}/{id}/{name}", get(attachment))
}

fn headers(content_type: &str) -> [(HeaderName, String); 4] {
    [
        (CONTENT_TYPE, content_type.to_owned()),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ]
}

async fn index(State(core): State<Shared>) -> Response {
    let html = file("index.html").map(String::from_utf8_lossy).unwrap_or_default();
    (headers("text/html; charset=utf-8"), html.replace("{{control_token}}", &core.control_token)).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    match file(&name).filter(|_| name != "index.html") {
        Some(bytes) => (headers(content_type(&name)), bytes).into_response(),
        None => ApiError::not_found().into_response(),
    }
}

fn file(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

async fn attachment(State(core): State<Shared>, Path((_, id, _)): Path<(u64, u64, String)>) -> Response {
    let file = core.state().files.get(&id).cloned();
    match file {
        // The policy keeps scripts in an uploaded page or image from running.
        Some(file) => (headers(&file.content_type), file.bytes).into_response(),
        None => ApiError::not_found().into_response(),
    }
}
