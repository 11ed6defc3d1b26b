//! Discord's REST API v10. Here: routes, what every request goes through (log, token, rate limits, faults) and how
//! bodies are read. The answers are in the files by subject.

mod channels;
mod commands;
pub(crate) mod events;
mod faults;
mod guilds;
mod interactions;
mod messages;
mod payload;
mod pins;
mod threads;
mod users;
mod webhooks;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::listener::Peer;
use crate::state::faults::{Kind, Strike};
use crate::state::rate_limits::{Injected, Limited, Standing, is_everything};
use crate::state::requests::{self as logged, without_tokens};
use crate::state::{Shared, timestamp};

pub(crate) use channels::bits as permission_bits;
pub(crate) use payload::{Ids, Payload};

/// Bytes that a request may have.
const MAX_BODY: usize = 26 * 1024 * 1024;

/// What handlers answer with.
type Answer = Result<Response, ApiError>;

/// All routes, without `/api/v10`.
pub(crate) fn router(core: &Shared) -> Router<Shared> {
    Router::new()
        .merge(users::router())
        .merge(guilds::router())
        .merge(channels::router())
        .merge(messages::router())
        .merge(pins::router())
        .merge(threads::router())
        .merge(commands::router())
        .merge(events::router())
        .merge(interactions::router())
        .merge(webhooks::router())
        .fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(from_fn_with_state(std::sync::Arc::clone(core), every_request))
}

/// A JSON answer with status 200.
fn ok(value: Value) -> Answer {
    Ok(axum::Json(value).into_response())
}

/// An answer without a body.
fn no_content() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn every_request(
    State(core): State<Shared>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_BODY).await else { return ApiError::too_large().into_response() };
    let strike = strike(&core, &parts.method, parts.uri.path());
    let path = without_tokens(parts.uri.path_and_query().map_or(parts.uri.path(), |path| path.as_str()));
    let body = payload::shown(&parts.headers, &bytes);
    let fault = strike.as_ref().map(|strike| strike.kind);
    let mut entry =
        Entry::begin(&core, logged::Request { method: parts.method.clone(), path, body, status: None, fault });
    let request = Request::from_parts(parts, Body::from(bytes));
    let carry_out = limited(&core, request, next);
    let Some(strike) = strike else { return entry.answer(carry_out.await) };
    let faults::Spoiled { response, is_lost } = faults::spoiled(&core, strike, &peer, carry_out).await;
    if is_lost { response } else { entry.answer(response) }
}

/// The fault of a request, if there is one. A limit is handed to those that count the requests within their limits.
fn strike(core: &Shared, method: &Method, path: &str) -> Option<Strike> {
    let mut state = core.state();
    let strike = state.faults.strike_request(method, path)?;
    if strike.kind == Kind::Limit {
        let retry_after = strike.order.retry_after.unwrap_or_default();
        let scope = strike.order.scope.clone().unwrap_or_else(|| "user".into());
        let (method, path_prefix) = (method.to_string(), path.to_owned());
        state.limits.inject(Injected { method, path_prefix, retry_after, scope, times: 1 });
    }
    Some(strike)
}

/// A request's line in the log, which is written when it was answered or its sender has gone.
struct Entry {
    core: Shared,
    request: Option<logged::Request>,
    /// Whom a 429 was for.
    scope: Option<String>,
}

impl Entry {
    fn begin(core: &Shared, request: logged::Request) -> Self {
        Self { core: Shared::clone(core), request: Some(request), scope: None }
    }

    fn answer(&mut self, response: Response) -> Response {
        if let Some(request) = &mut self.request {
            request.status = Some(response.status());
        }
        let scope = response.headers().get("x-ratelimit-scope").and_then(|scope| scope.to_str().ok());
        self.scope = scope.map(str::to_owned);
        response
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Some(request) = self.request.take() else { return };
        let mut state = self.core.state();
        let now = state.now();
        let at = timestamp(now);
        if let Some(status) = request.status {
            state.limits.answered(status, self.scope.as_deref(), now);
        }
        let concerns_faults = request.fault.is_some() || request.method == Method::POST;
        state.requests.record(at, request);
        if concerns_faults {
            state.tell_faults();
        }
    }
}

async fn limited(core: &Shared, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    // An interaction's token is its own authorisation.
    let by_token = path.starts_with("/interactions/") || path.starts_with("/webhooks/");
    if !by_token && path != "/gateway" && !is_authorized(core, request.headers()) {
        return ApiError::unauthorized().into_response();
    }
    let taken = {
        let mut state = core.state();
        let now = state.now();
        state.limits.take(method.as_str(), &path, now)
    };
    match taken {
        Ok(standing) => with_headers(next.run(request).await, &standing),
        // Of no bucket in particular.
        Err((limited, _)) if is_everything(&limited.scope) => too_many(&limited),
        Err((limited, standing)) => with_headers(too_many(&limited), &standing),
    }
}

fn is_authorized(core: &Shared, headers: &HeaderMap) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = value.strip_prefix("Bot ").unwrap_or_default();
    core.bot_token.as_deref().map_or(!token.is_empty(), |expected| expected == token)
}

fn too_many(limited: &Limited) -> Response {
    if limited.scope == "address" {
        return shut_out(limited.retry_after);
    }
    let global = limited.scope == "global";
    let message = if global {
        "You are being blocked from accessing our API temporarily due to exceeding our rate limits frequently."
    } else {
        "You are being rate limited."
    };
    let body = json!({"message": message, "retry_after": limited.retry_after, "global": global});
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
    let seconds = limited.retry_after.ceil();
    set(response.headers_mut(), "retry-after", &format!("{seconds:.0}"));
    set(response.headers_mut(), "x-ratelimit-scope", &limited.scope);
    if global {
        set(response.headers_mut(), "x-ratelimit-global", "true");
    }
    response
}

/// What the network before Discord answers to an address that is shut out.
fn shut_out(retry_after: f64) -> Response {
    let page = "<!DOCTYPE html><title>Access denied</title><p>You are being rate limited.</p>";
    let mut response = (StatusCode::TOO_MANY_REQUESTS, axum::response::Html(page)).into_response();
    set(response.headers_mut(), "retry-after", &format!("{:.0}", retry_after.ceil()));
    response
}

fn with_headers(mut response: Response, standing: &Standing) -> Response {
    let headers = response.headers_mut();
    let resets = standing.resets_at.timestamp_millis();
    set(headers, "x-ratelimit-limit", &standing.limit.to_string());
    set(headers, "x-ratelimit-remaining", &standing.remaining.to_string());
    set(headers, "x-ratelimit-reset", &format!("{}.{:03}", resets / 1000, resets.rem_euclid(1000)));
    set(headers, "x-ratelimit-reset-after", &format!("{:.3}", standing.reset_after));
    set(headers, "x-ratelimit-bucket", &standing.bucket);
    response
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The body of a request, for the log.
fn json_of(bytes: &Bytes) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}
