//! Threads: from a message, without one, and posts of a forum.

use axum::Router;
use axum::extract::State;
use axum::routing::{post, put};
use serde_json::{Value, json};

use super::channels::access;
use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits::{self, Object};
use crate::permissions as p;
use crate::state::Shared;
use crate::state::messages::{Draft, HAS_THREAD};
use crate::world::Channel;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}/messages/{message}/threads", post(from_message))
        .route("/channels/{channel}/threads", post(without_message))
        .route("/channels/{channel}/thread-members/@me", put(join).delete(join))
}

fn thread(id: u64, kind: u8, parent: &Channel, owner: u64, body: &Object) -> Result<Channel, ApiError> {
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.is_empty() {
        return Err(ApiError::required(&["name"]));
    }
    twilight_validate::channel::name(name).map_err(|_| ApiError::too_long(&["name"], 100))?;
    let minutes = body.get("auto_archive_duration").and_then(Value::as_u64).unwrap_or(1440);
    if ![60, 1440, 4320, 10080].contains(&minutes) {
        let text = "Value must be one of {60, 1440, 4320, 10080}.";
        return Err(ApiError::invalid(&["auto_archive_duration"], "BASE_TYPE_CHOICES", text));
    }
    let mut thread = Channel::new(id, kind, name);
    thread.parent_id = Some(parent.id);
    thread.owner_id = Some(owner);
    thread.auto_archive_minutes = u32::try_from(minutes).unwrap_or(1440);
    Ok(thread)
}

async fn from_message(State(core): State<Shared>, Ids((channel, id)): Ids<(u64, u64)>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let mut state = core.state();
    let parent = access(&state, channel, p::CREATE_PUBLIC_THREADS)?;
    let flags = state.public_message(channel, id)?.flags();
    if parent.is_thread() || parent.is_dm() {
        return Err(ApiError::wrong_channel_type());
    }
    if state.world.channel(id).is_some() {
        return Err(ApiError::thread_exists());
    }
    let kind = if parent.kind == 5 { 10 } else { 11 };
    let thread = thread(id, kind, &parent, state.bot_id, &body)?;
    state.world.channels.push(thread.clone());
    state.channel_changed("THREAD_CREATE", &thread);
    let json = state.world.channel_json(&thread);
    let shown = json.clone();
    state.alter(channel, id, |message| {
        message["flags"] = json!(flags | HAS_THREAD);
        message["thread"] = shown;
    });
    created(json)
}

async fn without_message(State(core): State<Shared>, Ids(channel): Ids<u64>, body: Payload) -> Answer {
    let (body, files) = body.object()?;
    let mut state = core.state();
    let forum = state.world.channel(channel).is_some_and(|c| c.kind == 15);
    let kind = match body.get("type").and_then(Value::as_u64) {
        _ if forum => 11,
        Some(10) => 10,
        Some(11) => 11,
        _ => 12,
    };
    let needed = match kind {
        _ if forum => p::SEND_MESSAGES,
        12 => p::CREATE_PRIVATE_THREADS,
        _ => p::CREATE_PUBLIC_THREADS,
    };
    let parent = access(&state, channel, needed)?;
    let first = body.get("message").and_then(Value::as_object).cloned();
    if forum {
        limits::message(first.as_ref().ok_or_else(|| ApiError::required(&["message"]))?)?;
    }
    let owner = state.bot_id;
    let id = state.new_id();
    let thread = thread(id, kind, &parent, owner, &body)?;
    state.world.channels.push(thread.clone());
    state.channel_changed("THREAD_CREATE", &thread);
    if let Some(body) = first.filter(|_| forum) {
        state.post(Draft { channel_id: id, author_id: owner, body, files, ..Draft::default() })?;
    }
    created(state.world.channel_json(&thread))
}

fn created(thread: Value) -> Answer {
    let mut response = ok(thread)?;
    *response.status_mut() = axum::http::StatusCode::CREATED;
    Ok(response)
}

async fn join(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    access(&core.state(), id, 0)?;
    no_content()
}
