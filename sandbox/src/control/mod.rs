//! A person's side of the screen as JSON: what `README.md` documents as the control API. Here: its token, its errors and
//! what a member may do and see; the rest is in the files by subject.

mod act;
mod build;
mod faults;
mod limits;
mod look;
mod operate;
mod stream;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::errors::ApiError;
use crate::permissions as p;
use crate::state::{self, Shared};

/// All routes, without `/control`.
pub(crate) fn router(core: &Shared) -> Router<Shared> {
    Router::new()
        .route("/state", get(look::state))
        .route("/channels/{channel}/messages", get(look::messages).post(act::write))
        .route("/channels", post(operate::add_channel))
        .route("/channels/{channel}", patch(operate::change_channel))
        .route("/channels/{channel}/permissions", post(operate::permissions))
        .route("/interactions/command", post(act::command))
        .route("/interactions/autocomplete", post(act::autocomplete))
        .route("/interactions/component", post(act::component))
        .route("/interactions/modal", post(act::modal))
        .route("/interactions/{id}", get(look::interaction))
        .route("/events", get(stream::events))
        .route("/requests", get(look::requests))
        .route("/feed", get(operate::feed).post(operate::publish))
        .route("/feed/{id}", patch(operate::edit_post).delete(operate::withdraw))
        .route("/clock", get(look::clock).post(operate::advance_clock))
        .route("/gateway", get(faults::gateway).post(faults::disturb_gateway))
        .route("/rate-limit", post(faults::rate_limit))
        .route("/rate-limits", get(limits::look).post(limits::change))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/faults/{id}", delete(faults::remove))
        .route("/faults/{id}/release", post(faults::release))
        .route("/members", post(operate::join))
        .route("/members/{id}", patch(operate::change_member))
        .fallback(|| async { Refusal(StatusCode::NOT_FOUND, "The control API has no such path.".into()) })
        .layer(from_fn_with_state(std::sync::Arc::clone(core), with_token))
}

/// A 4xx answer of the control API.
pub(super) struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let detail = error.errors.map(|errors| format!(": {errors}")).unwrap_or_default();
        Self(error.status, format!("{}{detail}", error.message))
    }
}

type Answer = Result<Json<Value>, Refusal>;

fn bad(text: impl Into<String>) -> Refusal {
    Refusal(StatusCode::BAD_REQUEST, text.into())
}

fn forbidden(text: &str) -> Refusal {
    Refusal(StatusCode::FORBIDDEN, text.to_owned())
}

fn missing(text: &str) -> Refusal {
    Refusal(StatusCode::NOT_FOUND, text.to_owned())
}

async fn with_token(
    State(core): State<Shared>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).or(query.get("token").map(String::as_str));
    if token != Some(core.control_token.as_str()) {
        return Refusal(StatusCode::UNAUTHORIZED, "The control token is missing or wrong.".into()).into_response();
    }
    next.run(request).await
}

/// An id in a body: text or number.
fn id(value: &Value, what: &str) -> Result<u64, Refusal> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    number.ok_or_else(|| bad(format!("`{what}` must be an id, as text.")))
}

fn text<'a>(body: &'a Value, key: &str) -> Result<&'a str, Refusal> {
    body[key].as_str().ok_or_else(|| bad(format!("`{key}` must be a text.")))
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|error| bad(format!("The body cannot be used: {error}.")))
}

/// The member who acts, who must be a person.
fn actor(state: &state::State, body: &Value) -> Result<u64, Refusal> {
    let user = id(&body["as"], "as")?;
    match state.world.member(user) {
        Some(member) if !member.bot => Ok(user),
        _ => Err(missing("No such member.")),
    }
}

/// A member must see the channel they act or look in.
fn sees(state: &state::State, user: u64, channel: u64) -> Result<(), Refusal> {
    if state.bits(user, channel) & p::VIEW_CHANNEL != 0 {
        return Ok(());
    }
    Err(missing("This member sees no such channel."))
}

/// Whether a command is shown to a member.
fn is_visible(state: &state::State, user: u64, command: &Value) -> bool {
    let needed = command["default_member_permissions"].as_str().and_then(|bits| bits.parse::<u64>().ok());
    let has = p::in_guild(&state.world, user);
    needed.is_none_or(|bits| if bits == 0 { has & p::ADMINISTRATOR != 0 } else { has & bits == bits })
}
