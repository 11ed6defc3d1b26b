//! Channels: reading, changing, deleting, permission overwrites, typing.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use serde_json::{Value, json};

use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits::Object;
use crate::permissions as p;
use crate::state::messages::Draft;
use crate::state::{self, Shared};
use crate::world::{Channel, OverwriteKind, PINNED};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}", get(read).patch(change).delete(delete))
        .route("/channels/{channel}/permissions/{target}", put(set_overwrite).delete(delete_overwrite))
        .route("/channels/{channel}/typing", post(typing))
}

/// The channel, if the bot sees it and has these bits in it.
pub(super) fn access(state: &state::State, id: u64, needed: u64) -> Result<Channel, ApiError> {
    let channel = state.world.channel(id).cloned().ok_or_else(ApiError::unknown_channel)?;
    let bits = p::in_channel(&state.world, state.bot_id, &channel);
    let left = !state.bot_in_guild && !channel.is_dm();
    if left || bits & p::VIEW_CHANNEL == 0 {
        return Err(ApiError::missing_access());
    }
    if bits & needed != needed {
        return Err(ApiError::missing_permissions());
    }
    Ok(channel)
}

/// Raw permission bits, as text or number.
pub(crate) fn bits(value: Option<&Value>) -> Option<u64> {
    value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
}

async fn read(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    let channel = access(&state, id, 0)?;
    ok(state.world.channel_json(&channel))
}

async fn change(State(core): State<Shared>, Ids(id): Ids<u64>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let mut state = core.state();
    let channel = access(&state, id, 0)?;
    let moderates = ["locked", "flags"].iter().any(|key| body.contains_key(*key));
    let own_thread = channel.is_thread() && channel.owner_id == Some(state.bot_id) && !moderates;
    // Whoever may write in a thread may bring it back, unless it is locked.
    let only_wakes = body.keys().all(|key| key == "archived") && body.get("archived") == Some(&Value::Bool(false));
    let may_wake = channel.is_thread() && only_wakes && !channel.archived.1;
    let may_wake = may_wake && state.bits(state.bot_id, id) & p::SEND_MESSAGES != 0;
    let needed = if channel.is_thread() { p::MANAGE_THREADS } else { p::MANAGE_CHANNELS };
    let only_overwrites = body.keys().all(|key| key == "permission_overwrites");
    let needed = if only_overwrites { p::MANAGE_ROLES } else { needed };
    if channel.archived.0 && !body.contains_key("archived") && channel.is_thread() {
        return Err(ApiError::thread_archived());
    }
    if !own_thread && !may_wake && state.bits(state.bot_id, id) & needed == 0 {
        return Err(ApiError::missing_permissions());
    }
    let mut changed = channel;
    let earlier = changed.name.clone();
    apply(&mut changed, &body)?;
    let is_renamed = changed.is_thread() && changed.name != earlier;
    if body.contains_key("archived") {
        changed.archived_at = Some(state.now());
    }
    let pins = body.get("flags").and_then(Value::as_u64).map(|flags| flags & PINNED != 0);
    if let Some(pins) = pins {
        let is_pinned = |other: &Channel| other.parent_id == changed.parent_id && other.pinned && other.id != id;
        if pins && state.world.channels.iter().any(is_pinned) {
            return Err(ApiError::too_many_pinned_posts());
        }
        changed.pinned = pins;
    }
    replace(&mut state, changed.clone());
    let event = if changed.is_thread() { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
    state.channel_changed(event, &changed);
    if is_renamed {
        // Discord says so in the thread, as a message of whoever did it.
        let more = [("type".to_owned(), json!(4))].into_iter().collect();
        let body = [("content".to_owned(), json!(changed.name))].into_iter().collect();
        let author_id = state.bot_id;
        state.post(Draft { channel_id: id, author_id, body, more, ..Draft::default() })?;
        changed = state.world.channel(id).cloned().unwrap_or(changed);
    }
    ok(state.world.channel_json(&changed))
}

async fn delete(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let mut state = core.state();
    let channel = access(&state, id, 0)?;
    let needed = if channel.is_thread() { p::MANAGE_THREADS } else { p::MANAGE_CHANNELS };
    if state.bits(state.bot_id, id) & needed == 0 {
        return Err(ApiError::missing_permissions());
    }
    let json = state.world.channel_json(&channel);
    state.delete_channel(&channel);
    ok(json)
}

fn replace(state: &mut state::State, channel: Channel) {
    if let Some(old) = state.world.channels.iter_mut().find(|old| old.id == channel.id) {
        *old = channel;
    }
}

fn apply(channel: &mut Channel, body: &Object) -> Result<(), ApiError> {
    if let Some(name) = body.get("name").and_then(Value::as_str) {
        twilight_validate::channel::name(name).map_err(|_| ApiError::too_long(&["name"], 100))?;
        channel.name = name.to_owned();
    }
    if let Some(topic) = body.get("topic") {
        let topic = topic.as_str().unwrap_or_default();
        twilight_validate::channel::topic(topic).map_err(|_| ApiError::too_long(&["topic"], 1024))?;
        channel.topic = (!topic.is_empty()).then(|| topic.to_owned());
    }
    if let Some(seconds) = body.get("rate_limit_per_user").and_then(Value::as_u64) {
        let seconds = u16::try_from(seconds).ok().filter(|s| *s <= 21_600);
        let refused = || ApiError::invalid(&["rate_limit_per_user"], "NUMBER_TYPE_MAX", "Must be at most 21600.");
        channel.slowmode_seconds = u32::from(seconds.ok_or_else(refused)?);
    }
    channel.archived.0 = body.get("archived").and_then(Value::as_bool).unwrap_or(channel.archived.0);
    channel.archived.1 = body.get("locked").and_then(Value::as_bool).unwrap_or(channel.archived.1);
    if let Some(list) = body.get("permission_overwrites").and_then(Value::as_array) {
        channel.overwrites.clear();
        for item in list {
            let id = bits(item.get("id")).ok_or_else(|| ApiError::required(&["permission_overwrites", "id"]))?;
            let (allow, deny) = (bits(item.get("allow")).unwrap_or(0), bits(item.get("deny")).unwrap_or(0));
            channel.set_overwrite(id, kind(item), allow, deny);
        }
    }
    Ok(())
}

fn kind(overwrite: &Value) -> OverwriteKind {
    if overwrite["type"] == 1 || overwrite["type"] == "1" { OverwriteKind::Member } else { OverwriteKind::Role }
}

async fn set_overwrite(State(core): State<Shared>, Ids((id, target)): Ids<(u64, u64)>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let mut state = core.state();
    let mut channel = access(&state, id, p::MANAGE_ROLES)?;
    let (allow, deny) = (bits(body.get("allow")).unwrap_or(0), bits(body.get("deny")).unwrap_or(0));
    let kind = kind(&Value::Object(body));
    let exists = match kind {
        OverwriteKind::Role => state.world.role(target).is_some(),
        OverwriteKind::Member => state.world.member(target).is_some(),
    };
    if !exists {
        return Err(ApiError::unknown_overwrite());
    }
    // A bot can hand out or take only what it has itself.
    let own = p::in_guild(&state.world, state.bot_id) | state.bits(state.bot_id, id);
    let old = channel.overwrites.iter().find(|o| o.id == target).map_or((0, 0), |o| (o.allow, o.deny));
    if ((allow ^ old.0) | (deny ^ old.1)) & !own != 0 {
        return Err(ApiError::missing_permissions());
    }
    channel.set_overwrite(target, kind, allow, deny);
    replace(&mut state, channel.clone());
    state.channel_changed("CHANNEL_UPDATE", &channel);
    no_content()
}

async fn delete_overwrite(State(core): State<Shared>, Ids((id, target)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    let mut channel = access(&state, id, p::MANAGE_ROLES)?;
    if !channel.overwrites.iter().any(|o| o.id == target) {
        return Err(ApiError::unknown_overwrite());
    }
    channel.overwrites.retain(|o| o.id != target);
    replace(&mut state, channel.clone());
    state.channel_changed("CHANNEL_UPDATE", &channel);
    no_content()
}

async fn typing(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    access(&core.state(), id, p::SEND_MESSAGES)?;
    no_content()
}
