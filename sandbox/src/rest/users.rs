//! The gateway's address, the bot's user, its application, its servers, direct messages.

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get, post};
use serde_json::{Value, json};

use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::gateway::gateway_url;
use crate::permissions as p;
use crate::state::{Shared, sessions};
use crate::world::Channel;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/gateway", get(gateway))
        .route("/gateway/bot", get(gateway_bot))
        .route("/users/@me", get(me).patch(me))
        .route("/users/{user}", get(user))
        .route("/users/@me/guilds", get(guilds))
        .route("/users/@me/guilds/{guild}", delete(leave))
        .route("/users/@me/channels", post(open_dm))
        .route("/oauth2/applications/@me", get(application))
        .route("/applications/@me", get(application))
}

async fn gateway(State(core): State<Shared>) -> Answer {
    ok(json!({"url": gateway_url(&core)}))
}

async fn gateway_bot(State(core): State<Shared>) -> Answer {
    let state = core.state();
    let (starts, now) = (&state.sessions.starts, state.now());
    ok(json!({"url": gateway_url(&core), "shards": 1, "session_start_limit": {"total": starts.total,
        "remaining": starts.remaining(now), "reset_after": starts.reset_after_ms(now), "max_concurrency": 1}}))
}

async fn me(State(core): State<Shared>) -> Answer {
    let state = core.state();
    let mut user = state.user(state.bot_id);
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = Value::Null;
    ok(user)
}

async fn user(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    state.world.member(id).map(|member| ok(member.user())).unwrap_or_else(|| Err(ApiError::unknown_user()))
}

async fn guilds(State(core): State<Shared>) -> Answer {
    let state = core.state();
    let bits = p::in_guild(&state.world, state.bot_id).to_string();
    let guild = json!({"id": state.guild_id(), "name": state.world.name, "icon": null, "banner": null,
        "owner": state.world.owner_id == state.bot_id, "permissions": bits, "features": ["COMMUNITY", "NEWS"]});
    ok(Value::Array(state.bot_in_guild.then_some(guild).into_iter().collect()))
}

async fn leave(State(core): State<Shared>, Ids(guild): Ids<u64>) -> Answer {
    let mut state = core.state();
    if guild != state.world.id || !state.bot_in_guild {
        return Err(ApiError::unknown_guild());
    }
    state.bot_in_guild = false;
    state.dispatch("GUILD_DELETE", json!({"id": guild.to_string()}), sessions::GUILDS);
    state.tell_state();
    no_content()
}

async fn open_dm(State(core): State<Shared>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let recipient = body.get("recipient_id").and_then(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok()));
    let recipient = recipient.ok_or_else(|| ApiError::required(&["recipient_id"]))?;
    let mut state = core.state();
    let bot = state.bot_id;
    if state.world.member(recipient).is_none_or(|member| member.bot) {
        return Err(ApiError::invalid(
            &["recipient_id"],
            "CHANNEL_RECIPIENT_REQUIRED",
            "Cannot send messages to this user",
        ));
    }
    let known = state.world.channels.iter().find(|c| c.is_dm() && c.recipients.contains(&recipient)).cloned();
    let channel = match known {
        Some(channel) => channel,
        None => {
            let mut channel = Channel::new(state.new_id(), 1, "");
            channel.recipients = vec![bot, recipient];
            state.world.channels.push(channel.clone());
            // Bots hear of a direct-message channel only through its messages.
            state.tell_state();
            channel
        }
    };
    ok(state.world.channel_json(&channel))
}

async fn application(State(core): State<Shared>) -> Answer {
    let state = core.state();
    let name = state.world.member(state.bot_id).map_or("bot", |bot| bot.name.as_str());
    let owner = state.user(state.world.owner_id);
    ok(json!({"id": state.application_id.to_string(), "name": name, "icon": null, "description": "", "rpc_origins": [],
        "bot_public": false, "bot_require_code_grant": false, "owner": owner, "verify_key": "0".repeat(64),
        "team": null, "flags": 0, "approximate_guild_count": 1, "bot": state.user(state.bot_id),
        "integration_types_config": {"0": {}}, "redirect_uris": [], "interactions_endpoint_url": null}))
}
