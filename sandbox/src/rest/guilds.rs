//! The server: itself, its channels, roles and members.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Ids, ok};
use crate::errors::ApiError;
use crate::state::{self, Shared};
use crate::world::Member;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/guilds/{guild}", get(guild))
        .route("/guilds/{guild}/channels", get(channels))
        .route("/guilds/{guild}/threads/active", get(threads))
        .route("/guilds/{guild}/roles", get(roles))
        .route("/guilds/{guild}/members", get(members))
        .route("/guilds/{guild}/members/{user}", get(member))
}

/// Refuses a server that is not this one, or that the bot left.
pub(super) fn check(state: &state::State, guild: u64) -> Result<(), ApiError> {
    if guild == state.world.id && state.bot_in_guild { Ok(()) } else { Err(ApiError::unknown_guild()) }
}

async fn guild(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    check(&state, id)?;
    let mut guild = state.guild();
    guild["approximate_member_count"] = json!(state.world.members.len());
    guild["approximate_presence_count"] = json!(1);
    ok(guild)
}

async fn channels(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    check(&state, id)?;
    let list = state.world.channels.iter().filter(|c| !c.is_dm() && !c.is_thread());
    ok(list.map(|channel| state.world.channel_json(channel)).collect())
}

async fn threads(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    check(&state, id)?;
    let list = state.world.channels.iter().filter(|c| c.is_thread() && !c.archived.0);
    let threads: Vec<Value> = list.map(|channel| state.world.channel_json(channel)).collect();
    ok(json!({"threads": threads, "members": [], "has_more": false}))
}

async fn roles(State(core): State<Shared>, Ids(id): Ids<u64>) -> Answer {
    let state = core.state();
    check(&state, id)?;
    ok(json!(state.roles()))
}

#[derive(Deserialize)]
struct Page {
    limit: Option<usize>,
    after: Option<u64>,
}

async fn members(State(core): State<Shared>, Ids(id): Ids<u64>, Query(page): Query<Page>) -> Answer {
    let state = core.state();
    check(&state, id)?;
    let mut list: Vec<&Member> = state.world.members.iter().filter(|m| m.id > page.after.unwrap_or_default()).collect();
    list.sort_by_key(|member| member.id);
    ok(list.into_iter().take(page.limit.unwrap_or(1).min(1000)).map(Member::full).collect())
}

async fn member(State(core): State<Shared>, Ids((guild, user)): Ids<(u64, u64)>) -> Answer {
    let state = core.state();
    check(&state, guild)?;
    state.world.member(user).map(|member| ok(member.full())).unwrap_or_else(|| Err(ApiError::unknown_member()))
}
