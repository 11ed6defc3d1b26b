//! What a test or a visitor does to the server: clock, permissions, members, blog posts.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::look::{clock_json, member_json};
use super::{Answer, Refusal, bad, id, missing, text};
use crate::blog;
use crate::clock::MoveError;
use crate::rest::{events, permission_bits};
use crate::state::{Shared, sessions};
use crate::world::{Channel, Member, OverwriteKind, Tag};

type Body = Json<Value>;

pub(super) async fn permissions(State(core): State<Shared>, Path(channel): Path<u64>, Json(body): Body) -> Answer {
    let target = id(&body["role_or_user"], "role_or_user")?;
    let allow = permission_bits(body.get("allow")).unwrap_or(0);
    let deny = permission_bits(body.get("deny")).unwrap_or(0);
    let mut state = core.state();
    let kind = match (state.world.role(target), state.world.member(target)) {
        (Some(_), _) => OverwriteKind::Role,
        (None, Some(_)) => OverwriteKind::Member,
        (None, None) => return Err(missing("No such role or member.")),
    };
    let found = state.world.channels.iter_mut().find(|c| c.id == channel);
    let channel = found.ok_or_else(|| missing("No such channel."))?;
    channel.set_overwrite(target, kind, allow, deny);
    let channel = channel.clone();
    state.channel_changed("CHANNEL_UPDATE", &channel);
    Ok(Json(state.world.channel_json(&channel)))
}

/// A new channel: `name`, `type`, and of a forum `tags` by their names and `requires_tag`.
pub(super) async fn add_channel(State(core): State<Shared>, Json(body): Body) -> Answer {
    let kind = body["type"].as_u64().and_then(|kind| u8::try_from(kind).ok());
    let kind = kind.filter(|kind| [0, 2, 5, 15, 16].contains(kind));
    let kind =
        kind.ok_or_else(|| bad("`type` must be 0, 2, 5, 15 or 16: text, voice, announcement, forum or media."))?;
    let mut state = core.state();
    let mut channel = Channel::new(state.new_id(), kind, text(&body, "name")?);
    for name in body["tags"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        channel.tags.push(Tag { id: state.new_id(), name: name.to_owned() });
    }
    channel.requires_tag = body["requires_tag"] == true;
    state.world.channels.push(channel.clone());
    state.channel_changed("CHANNEL_CREATE", &channel);
    Ok(Json(state.world.channel_json(&channel)))
}

/// What a moderator does: `archived` and `locked` of a thread, `requires_tag` of a forum.
pub(super) async fn change_channel(State(core): State<Shared>, Path(id): Path<u64>, Json(body): Body) -> Answer {
    let mut state = core.state();
    let now = state.now();
    let found = state.world.channels.iter_mut().find(|channel| channel.id == id);
    let channel = found.ok_or_else(|| missing("No such channel."))?;
    if let Some(archived) = body["archived"].as_bool() {
        channel.archived.0 = archived;
        channel.archived_at = Some(now);
    }
    channel.archived.1 = body["locked"].as_bool().unwrap_or(channel.archived.1);
    channel.requires_tag = body["requires_tag"].as_bool().unwrap_or(channel.requires_tag);
    let channel = channel.clone();
    state.channel_changed(if channel.is_thread() { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" }, &channel);
    Ok(Json(state.world.channel_json(&channel)))
}

pub(super) async fn advance_clock(State(core): State<Shared>, Json(body): Body) -> Answer {
    let mut state = core.state();
    state.clock.advance(body["advance_seconds"].as_i64()).map_err(|error| match error {
        MoveError::Fixed => Refusal(StatusCode::CONFLICT, error.to_string()),
        MoveError::Amount | MoveError::TooFar => bad(error.to_string()),
    })?;
    events::begin_and_end_due(&mut state);
    state.tell_state();
    Ok(Json(clock_json(&state)))
}

fn roles(body: &Value) -> Result<Vec<u64>, Refusal> {
    body["roles"].as_array().into_iter().flatten().map(|role| id(role, "roles")).collect()
}

pub(super) async fn join(State(core): State<Shared>, Json(body): Body) -> Answer {
    let (name, roles) = (text(&body, "name")?, roles(&body)?);
    let mut state = core.state();
    let member = Member::new(state.new_id(), name, &roles);
    state.world.members.push(member.clone());
    let mut event = member.full();
    event["guild_id"] = json!(state.guild_id());
    state.dispatch("GUILD_MEMBER_ADD", event, sessions::GUILD_MEMBERS);
    state.tell_state();
    Ok(Json(member_json(&state, &member)))
}

pub(super) async fn change_member(State(core): State<Shared>, Path(user): Path<u64>, Json(body): Body) -> Answer {
    let new_roles = if body["roles"].is_array() { Some(roles(&body)?) } else { None };
    let mut state = core.state();
    let member = state.world.members.iter_mut().find(|m| m.id == user).ok_or_else(|| missing("No such member."))?;
    member.roles = new_roles.unwrap_or_else(|| member.roles.clone());
    member.dms_open = body["dms_open"].as_bool().unwrap_or(member.dms_open);
    let member = member.clone();
    let mut event = member.full();
    event["guild_id"] = json!(state.guild_id());
    state.dispatch("GUILD_MEMBER_UPDATE", event, sessions::GUILD_MEMBERS);
    state.tell_state();
    Ok(Json(member_json(&state, &member)))
}

pub(super) async fn feed(State(core): State<Shared>) -> Answer {
    let state = core.state();
    Ok(Json(state.blog.posts().iter().map(|post| post_json(&core, post)).collect()))
}

fn post_json(core: &Shared, post: &blog::Post) -> Value {
    json!({"id": post.id.to_string(), "title": post.title, "author": post.author,
        "published": post.published.to_rfc3339(), "updated": post.updated.to_rfc3339(),
        "url": format!("{}{}", core.url, post.path()), "summary": post.summary})
}

pub(super) async fn publish(State(core): State<Shared>, Json(body): Body) -> Answer {
    let title = text(&body, "title")?;
    let mut state = core.state();
    let now = state.now();
    let (summary, author) = (body["summary"].as_str(), body["author"].as_str());
    let post = state.blog.publish(now, title, summary.unwrap_or_default(), author.unwrap_or("Sample Author"));
    state.tell_state();
    Ok(Json(post_json(&core, &post)))
}

pub(super) async fn edit_post(State(core): State<Shared>, Path(post): Path<u64>, Json(body): Body) -> Answer {
    let mut state = core.state();
    let now = state.now();
    let edited = state.blog.edit(post, now, body["title"].as_str(), body["summary"].as_str());
    let edited = edited.ok_or_else(|| missing("No such post."))?;
    state.tell_state();
    Ok(Json(post_json(&core, &edited)))
}

pub(super) async fn withdraw(State(core): State<Shared>, Path(post): Path<u64>) -> Answer {
    let mut state = core.state();
    if !state.blog.withdraw(post) {
        return Err(missing("No such post."));
    }
    state.tell_state();
    Ok(Json(json!({})))
}
