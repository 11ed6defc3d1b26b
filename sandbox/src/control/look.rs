//! What a member sees, and what a test wants to know.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, bad, is_visible, missing, sees};
use crate::permissions as p;
use crate::state::{self, Shared, timestamp};
use crate::world::Member;

#[derive(Deserialize)]
pub(super) struct Viewer {
    #[serde(rename = "as")]
    user: Option<u64>,
    limit: Option<usize>,
}

pub(super) fn member_json(state: &state::State, member: &Member) -> Value {
    let roles: Vec<String> = member.roles.iter().map(u64::to_string).collect();
    let staff = p::in_guild(&state.world, member.id) & p::MANAGE_GUILD != 0;
    json!({"id": member.id.to_string(), "name": member.name, "roles": roles, "staff": staff, "bot": member.bot,
        "dms_open": member.dms_open, "locale": member.locale})
}

pub(super) async fn state(State(core): State<Shared>, Query(viewer): Query<Viewer>) -> Answer {
    let state = core.state();
    let world = &state.world;
    let user = viewer.user.unwrap_or(world.owner_id);
    let me = world.member(user).ok_or_else(|| missing("No such member."))?;
    let channels = world.channels.iter().filter_map(|channel| {
        let bits = p::in_channel(world, user, channel);
        let partner = channel.recipients.iter().filter(|id| **id != user).find_map(|id| world.member(*id));
        let name = partner.map_or(channel.name.as_str(), |partner| partner.name.as_str());
        (bits & p::VIEW_CHANNEL != 0).then(|| {
            let last = state.visible(channel.id, user).last();
            json!({"id": channel.id.to_string(), "name": name, "type": channel.kind, "topic": channel.topic,
                "can_send": bits & p::SEND_MESSAGES != 0 && !channel.holds_posts(), "can_view": true,
                "last_message_id": last.map(|message| message.id.to_string()), "last_author_id": last.map(|message| message.author_id.to_string()),
                "parent_id": channel.parent_id.map(|id| id.to_string()), "pinned": channel.pinned, "archived": channel.archived.0,
                "tags": channel.tags.iter().map(|tag| json!({"id": tag.id.to_string(), "name": tag.name})).collect::<Vec<_>>(),
                "applied_tags": channel.applied_tags.iter().map(u64::to_string).collect::<Vec<_>>()})
        })
    });
    let roles =
        world.roles.iter().map(|role| json!({"id": role.id.to_string(), "name": role.name, "colour": role.colour}));
    let here = [Some(world.id), None];
    let commands = here.iter().filter_map(|scope| state.commands.get(scope)).flatten();
    Ok(Json(json!({"now": timestamp(state.now()), "clock": clock_json(&state),
        "application_id": state.application_id.to_string(),
        "bot_connected": state.sessions.connected(), "guild": {"id": state.guild_id(), "name": world.name},
        "me": member_json(&state, me),
        "members": world.members.iter().map(|member| member_json(&state, member)).collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(), "channels": channels.collect::<Vec<_>>(),
        "command_names": here.iter().filter_map(|scope| state.commands.get(scope)).flatten().map(|command| &command["name"]).collect::<Vec<_>>(),
        "commands": commands.filter(|command| is_visible(&state, user, command)).collect::<Vec<_>>(),
        "scheduled_events": state.events.values().collect::<Vec<_>>()})))
}

/// Whether the clock can be moved, and how far it is ahead of the real time.
pub(super) fn clock_json(state: &state::State) -> Value {
    json!({"now": timestamp(state.now()), "movable": state.clock.is_movable(), "ahead_seconds": state.clock.ahead_seconds()})
}

pub(super) async fn clock(State(core): State<Shared>) -> Answer {
    Ok(Json(clock_json(&core.state())))
}

pub(super) async fn messages(
    State(core): State<Shared>,
    Path(channel): Path<u64>,
    Query(viewer): Query<Viewer>,
) -> Answer {
    let state = core.state();
    let user = viewer.user.ok_or_else(|| bad("`as` must name a member."))?;
    sees(&state, user, channel)?;
    let all: Vec<Value> = state.visible(channel, user).map(state::messages::Stored::control).collect();
    let skip = all.len().saturating_sub(viewer.limit.unwrap_or(100));
    Ok(Json(all.into_iter().skip(skip).collect()))
}

pub(super) async fn interaction(State(core): State<Shared>, Path(id): Path<u64>) -> Answer {
    core.state().outcome(id).map(Json).ok_or_else(|| missing("No such interaction."))
}

#[derive(Deserialize)]
pub(super) struct Since {
    #[serde(default)]
    since: u64,
}

pub(super) async fn requests(State(core): State<Shared>, Query(from): Query<Since>) -> Answer {
    Ok(Json(core.state().requests.since(from.since).into()))
}
