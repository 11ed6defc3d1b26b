//! Pinned messages, by the routes of before and since PIN_MESSAGES.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde_json::{Value, json};

use super::channels::access;
use super::{Answer, Ids, no_content, ok};
use crate::errors::ApiError;
use crate::permissions as p;
use crate::state::messages::Draft;
use crate::state::{self, Shared, timestamp};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/channels/{channel}/pins", get(list_old))
        .route("/channels/{channel}/pins/{message}", put(pin).delete(unpin))
        .route("/channels/{channel}/messages/pins", get(list))
        .route("/channels/{channel}/messages/pins/{message}", put(pin).delete(unpin))
}

fn pinned(state: &state::State, channel: u64) -> Vec<Value> {
    let newest_first = state.messages.get(&channel).into_iter().flat_map(|all| all.values().rev());
    newest_first.filter(|m| m.body["pinned"] == true).map(|m| m.body.clone()).collect()
}

async fn list_old(State(core): State<Shared>, Ids(channel): Ids<u64>) -> Answer {
    let state = core.state();
    access(&state, channel, p::READ_MESSAGE_HISTORY)?;
    ok(json!(pinned(&state, channel)))
}

async fn list(State(core): State<Shared>, Ids(channel): Ids<u64>) -> Answer {
    let state = core.state();
    access(&state, channel, p::READ_MESSAGE_HISTORY)?;
    let at = timestamp(state.now());
    let items: Vec<Value> =
        pinned(&state, channel).into_iter().map(|message| json!({"pinned_at": at, "message": message})).collect();
    ok(json!({"items": items, "has_more": false}))
}

async fn pin(State(core): State<Shared>, Ids((channel_id, id)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    access(&state, channel_id, p::PIN_MESSAGES)?;
    if state.public_message(channel_id, id)?.body["pinned"] == true {
        return no_content();
    }
    if pinned(&state, channel_id).len() >= 50 {
        return Err(ApiError::too_many_pins());
    }
    state.alter(channel_id, id, |message| message["pinned"] = json!(true));
    let reference = json!({"type": 0, "message_id": id.to_string(), "channel_id": channel_id.to_string(),
        "guild_id": state.guild_id()});
    let more = [("type".to_owned(), json!(6)), ("message_reference".to_owned(), reference)].into_iter().collect();
    let author_id = state.bot_id;
    state.post(Draft { channel_id, author_id, more, may_be_empty: true, ..Draft::default() })?;
    no_content()
}

async fn unpin(State(core): State<Shared>, Ids((channel, id)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    access(&state, channel, p::PIN_MESSAGES)?;
    state.public_message(channel, id)?;
    state.alter(channel, id, |message| message["pinned"] = json!(false));
    no_content()
}
