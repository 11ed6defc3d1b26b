//! Rate limits: what is limited, what the bot was told, and how it minds it.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::{Answer, read};
use crate::state::Shared;

pub(super) async fn look(State(core): State<Shared>) -> Answer {
    let state = core.state();
    Ok(Json(state.limits.json(state.now())))
}

pub(super) async fn change(State(core): State<Shared>, Json(body): Json<Value>) -> Answer {
    let change = read(body)?;
    let mut state = core.state();
    let now = state.now();
    state.limits.change(change, now);
    Ok(Json(state.limits.json(now)))
}
