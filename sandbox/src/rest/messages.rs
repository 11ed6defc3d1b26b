//! Messages of channels: create, list, get, edit, delete, crosspost.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::channels::access;
use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits::{self, field};
use crate::permissions as p;
use crate::state::Shared;
use crate::state::messages::{CROSSPOSTED, Draft, Stored};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}/messages", get(list).post(create))
        .route("/channels/{channel}/messages/{message}", get(read).patch(edit).delete(delete))
        .route("/channels/{channel}/messages/{message}/crosspost", post(crosspost))
}

async fn create(State(core): State<Shared>, Ids(channel_id): Ids<u64>, body: Payload) -> Answer {
    let (body, files) = body.object()?;
    let mut state = core.state();
    let channel = access(&state, channel_id, p::SEND_MESSAGES)?;
    if channel.holds_posts() {
        return Err(ApiError::wrong_channel_type());
    }
    if channel.archived.1 && state.bits(state.bot_id, channel_id) & p::MANAGE_THREADS == 0 {
        return Err(ApiError::thread_locked());
    }
    let author_id = state.bot_id;
    if channel.recipients.iter().filter_map(|id| state.world.member(*id)).any(|member| !member.dms_open) {
        return Err(ApiError::closed_dms());
    }
    if !files.is_empty() && state.bits(author_id, channel_id) & p::ATTACH_FILES == 0 {
        return Err(ApiError::missing_permissions());
    }
    if let Some(nonce) = limits::nonce(&body)?
        && field(&body, "enforce_nonce") == Some(&Value::Bool(true))
        && let Some(known) = state.by_nonce(channel_id, author_id, &nonce)
    {
        let known = known.body.clone();
        state.requests.recognised += 1;
        return ok(known);
    }
    let id = state.post(Draft { channel_id, author_id, body, files, ..Draft::default() })?;
    state.requests.posted += 1;
    ok(state.public_message(channel_id, id)?.body.clone())
}

#[derive(Deserialize)]
struct Page {
    before: Option<u64>,
    after: Option<u64>,
    around: Option<u64>,
    limit: Option<u64>,
}

async fn list(State(core): State<Shared>, Ids(channel): Ids<u64>, Query(page): Query<Page>) -> Answer {
    let state = core.state();
    if access(&state, channel, 0)?.holds_posts() {
        return Err(ApiError::wrong_channel_type());
    }
    let limit = page.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(ApiError::invalid(&["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 100."));
    }
    let limit = usize::try_from(limit).unwrap_or(100);
    if state.bits(state.bot_id, channel) & p::READ_MESSAGE_HISTORY == 0 {
        return ok(json!([]));
    }
    // The bot's own id sees nothing ephemeral; those meant for people are hidden from it as well.
    let all: Vec<&Stored> = state.visible(channel, 0).collect();
    let newest_first: Vec<&Stored> = match (page.before, page.after, page.around) {
        (_, Some(after), _) => {
            let mut page: Vec<_> = all.into_iter().filter(|m| m.id > after).take(limit).collect();
            page.reverse();
            page
        }
        (_, _, Some(around)) => {
            let at = all.partition_point(|m| m.id < around);
            let from = at.saturating_sub(limit / 2);
            all.into_iter().skip(from).take(limit).rev().collect()
        }
        (before, ..) => all.into_iter().rev().filter(|m| before.is_none_or(|id| m.id < id)).take(limit).collect(),
    };
    ok(newest_first.into_iter().map(|m| m.body.clone()).collect())
}

async fn read(State(core): State<Shared>, Ids((channel, id)): Ids<(u64, u64)>) -> Answer {
    let state = core.state();
    access(&state, channel, p::READ_MESSAGE_HISTORY)?;
    ok(state.public_message(channel, id)?.body.clone())
}

async fn edit(State(core): State<Shared>, Ids((channel, id)): Ids<(u64, u64)>, body: Payload) -> Answer {
    let (body, files) = body.object()?;
    let mut state = core.state();
    let place = access(&state, channel, 0)?;
    if state.public_message(channel, id)?.author_id != state.bot_id {
        return Err(ApiError::edit_of_another());
    }
    if place.archived.0 {
        return Err(ApiError::thread_archived());
    }
    state.edit(channel, id, &body, &files)?;
    ok(state.public_message(channel, id)?.body.clone())
}

async fn delete(State(core): State<Shared>, Ids((channel, id)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    access(&state, channel, 0)?;
    let own = state.public_message(channel, id)?.author_id == state.bot_id;
    if !own && state.bits(state.bot_id, channel) & p::MANAGE_MESSAGES == 0 {
        return Err(ApiError::missing_permissions());
    }
    state.delete_message(channel, id)?;
    no_content()
}

async fn crosspost(State(core): State<Shared>, Ids((channel_id, id)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    let channel = access(&state, channel_id, p::SEND_MESSAGES)?;
    let message = state.public_message(channel_id, id)?;
    if channel.kind != 5 {
        return Err(ApiError::wrong_channel_type());
    }
    let (own, flags) = (message.author_id == state.bot_id, message.flags());
    if !own && state.bits(state.bot_id, channel_id) & p::MANAGE_MESSAGES == 0 {
        return Err(ApiError::missing_permissions());
    }
    if flags & CROSSPOSTED != 0 {
        return Err(ApiError::already_crossposted());
    }
    state.alter(channel_id, id, |message| message["flags"] = json!(flags | CROSSPOSTED));
    ok(state.public_message(channel_id, id)?.body.clone())
}
