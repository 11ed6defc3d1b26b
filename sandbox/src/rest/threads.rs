//! Threads: from a message, without one, posts of a forum or media channel; the ones that are archived.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post, put};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channels::{access, bits};
use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits::{self, Object};
use crate::permissions as p;
use crate::state::messages::{Draft, HAS_THREAD};
use crate::state::{self, File, Shared};
use crate::world::Channel;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}/messages/{message}/threads", post(from_message))
        .route("/channels/{channel}/threads", post(without_message))
        .route("/channels/{channel}/threads/archived/public", get(archived))
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
    if parent.is_thread() || parent.is_dm() || parent.holds_posts() {
        return Err(ApiError::wrong_channel_type());
    }
    if state.world.channel(id).is_some() {
        return Err(ApiError::thread_exists());
    }
    let kind = if parent.kind == 5 { 10 } else { 11 };
    let mut thread = thread(id, kind, &parent, state.bot_id, &body)?;
    thread.archived_at = Some(state.now());
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
    if state.world.channel(channel).is_some_and(Channel::holds_posts) {
        return post_in_forum(&mut state, channel, &body, files);
    }
    let kind = match body.get("type").and_then(Value::as_u64) {
        Some(10) => 10,
        Some(11) => 11,
        _ => 12,
    };
    let needed = if kind == 12 { p::CREATE_PRIVATE_THREADS } else { p::CREATE_PUBLIC_THREADS };
    let parent = access(&state, channel, needed)?;
    let (owner, id) = (state.bot_id, state.new_id());
    let mut thread = thread(id, kind, &parent, owner, &body)?;
    thread.archived_at = Some(state.now());
    state.world.channels.push(thread.clone());
    state.channel_changed("THREAD_CREATE", &thread);
    created(state.world.channel_json(&thread))
}

/// A post: a thread whose first message has the thread's id.
fn post_in_forum(state: &mut state::State, channel: u64, body: &Object, files: Vec<File>) -> Answer {
    let forum = access(state, channel, p::SEND_MESSAGES)?;
    let first = body.get("message").and_then(Value::as_object).cloned();
    let first = first.ok_or_else(|| ApiError::required(&["message"]))?;
    limits::message(&first)?;
    let owner = state.bot_id;
    if !files.is_empty() && state.bits(owner, channel) & p::ATTACH_FILES == 0 {
        return Err(ApiError::missing_permissions());
    }
    let id = state.new_id();
    let mut thread = thread(id, 11, &forum, owner, body)?;
    thread.applied_tags = tags(&forum, body)?;
    thread.archived_at = Some(state.now());
    state.world.channels.push(thread.clone());
    let draft = Draft { id: Some(id), channel_id: id, author_id: owner, body: first, files, ..Draft::default() };
    if let Err(refused) = state.post(draft) {
        state.world.channels.retain(|channel| channel.id != id);
        return Err(refused);
    }
    state.requests.posted += 1;
    state.channel_changed("THREAD_CREATE", &thread);
    let mut json = state.world.channel_json(&thread);
    json["message"] = state.public_message(id, id)?.body.clone();
    created(json)
}

/// The tags that are asked for, of those that the forum offers.
fn tags(forum: &Channel, body: &Object) -> Result<Vec<u64>, ApiError> {
    let asked = body.get("applied_tags").and_then(Value::as_array).cloned().unwrap_or_default();
    if asked.len() > 5 {
        return Err(ApiError::too_long(&["applied_tags"], 5));
    }
    let of_forum = |tag: &Value| bits(Some(tag)).filter(|id| forum.tags.iter().any(|offered| offered.id == *id));
    let tags: Option<Vec<u64>> = asked.iter().map(of_forum).collect();
    match tags {
        None => Err(ApiError::invalid(&["applied_tags"], "BASE_TYPE_CHOICES", "Value is no tag of this channel.")),
        Some(tags) if tags.is_empty() && forum.requires_tag => Err(ApiError::tag_required()),
        Some(tags) => Ok(tags),
    }
}

#[derive(Deserialize)]
struct Page {
    before: Option<DateTime<Utc>>,
    limit: Option<usize>,
}

/// The public threads of a channel that are archived, the last archived first.
async fn archived(State(core): State<Shared>, Ids(channel): Ids<u64>, Query(page): Query<Page>) -> Answer {
    let state = core.state();
    access(&state, channel, p::READ_MESSAGE_HISTORY)?;
    let is_archived = |thread: &&Channel| {
        let is_public = matches!(thread.kind, 10 | 11) && thread.parent_id == Some(channel);
        is_public && thread.archived.0 && page.before.is_none_or(|before| thread.archived_at < Some(before))
    };
    let mut all: Vec<&Channel> = state.world.channels.iter().filter(is_archived).collect();
    all.sort_by_key(|thread| std::cmp::Reverse(thread.archived_at));
    let limit = page.limit.unwrap_or(50).clamp(1, 100);
    let threads: Vec<Value> = all.iter().take(limit).map(|thread| state.world.channel_json(thread)).collect();
    ok(json!({"threads": threads, "members": [], "has_more": all.len() > limit}))
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
