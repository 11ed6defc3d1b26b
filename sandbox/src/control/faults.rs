//! Faults: asking for them, taking them back, how often they struck; and what is done to the gateway's sessions at once.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, bad, missing, read};
use crate::state::faults::{Kind, Order};
use crate::state::sessions::ToSocket;
use crate::state::{self, Shared, timestamp};

type Body = Json<Value>;

/// The shortest interval between heartbeats that clients are told, in milliseconds: any bot keeps up with it.
const SHORTEST_HEARTBEAT: u64 = 50;

pub(super) async fn list(State(core): State<Shared>) -> Answer {
    let state = core.state();
    Ok(Json(json!({"faults": state.faults.json(), "held": state.faults.held(), "posts": state.posts_json()})))
}

pub(super) async fn add(State(core): State<Shared>, Json(body): Body) -> Answer {
    ordered(&core, read(body)?)
}

/// A limit, which is a fault like any other.
pub(super) async fn rate_limit(State(core): State<Shared>, Json(body): Body) -> Answer {
    let order: Order = read(body)?;
    ordered(&core, Order { kind: Some(Kind::Limit), ..order })
}

fn ordered(core: &Shared, order: Order) -> Answer {
    let mut state = core.state();
    let shown = state.faults.add(order).map_err(bad)?;
    state.tell_faults();
    Ok(Json(shown))
}

pub(super) async fn clear(State(core): State<Shared>) -> Answer {
    let mut state = core.state();
    let removed = state.faults.remove(None);
    state.tell_faults();
    Ok(Json(json!({"removed": removed})))
}

pub(super) async fn remove(State(core): State<Shared>, Path(fault): Path<u64>) -> Answer {
    let mut state = core.state();
    if state.faults.remove(Some(fault)) == 0 {
        return Err(no_such_fault());
    }
    state.tell_faults();
    Ok(Json(json!({"removed": 1})))
}

pub(super) async fn release(State(core): State<Shared>, Path(fault): Path<u64>) -> Answer {
    let released = core.state().faults.release(fault).ok_or_else(no_such_fault)?;
    Ok(Json(json!({"released": released})))
}

fn no_such_fault() -> Refusal {
    missing("There is no such fault, or it was taken back.")
}

pub(super) async fn gateway(State(core): State<Shared>) -> Answer {
    Ok(Json(gateway_json(&core.state())))
}

fn gateway_json(state: &state::State) -> Value {
    let (sessions, now) = (&state.sessions, state.now());
    let seen = &sessions.seen;
    let at: Vec<String> = seen.identified_at.iter().map(|at| timestamp(*at)).collect();
    json!({"connected": sessions.connected(), "sessions": sessions.open(), "sockets": sessions.sockets(),
        "identifies": seen.identifies, "identified_at": at, "identifies_refused": seen.identifies_refused,
        "resumes": seen.resumes, "resumes_refused": seen.resumes_refused,
        "heartbeats": seen.heartbeats, "heartbeats_unanswered": seen.heartbeats_unanswered,
        "heartbeat_interval_ms": sessions.heartbeat_interval_ms,
        "remaining": sessions.starts.remaining(now), "reset_after_ms": sessions.starts.reset_after_ms(now)})
}

/// What is done to the sessions at once. Every part may be left out.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Disturbance {
    op: Option<u64>,
    resumable: bool,
    close: Option<u16>,
    heartbeat_interval_ms: Option<u64>,
    remaining: Option<u64>,
    reset_after_ms: Option<u32>,
}

pub(super) async fn disturb_gateway(State(core): State<Shared>, Json(body): Body) -> Answer {
    let wanted: Disturbance = read(body)?;
    let mut state = core.state();
    if let Some(interval) = wanted.heartbeat_interval_ms {
        state.sessions.heartbeat_interval_ms = interval.max(SHORTEST_HEARTBEAT);
    }
    if let Some(remaining) = wanted.remaining {
        let now = state.now();
        state.sessions.starts.leave(remaining, wanted.reset_after_ms, now);
    }
    let reached = match (wanted.op, wanted.close) {
        (None, None) => 0,
        (Some(7), None) => {
            state.sessions.broadcast(|| ToSocket::Payload(json!({"op": 7, "s": null, "t": null, "d": null})))
        }
        (Some(9), None) => {
            let payload = json!({"op": 9, "s": null, "t": null, "d": wanted.resumable});
            let reached = state.sessions.broadcast(|| ToSocket::Payload(payload.clone()));
            if !wanted.resumable {
                state.sessions.invalidate();
            }
            reached
        }
        (None, Some(code)) if (1000..=4999).contains(&code) => state.sessions.broadcast(|| ToSocket::Close(code)),
        _ => return Err(bad("Say `op` 7 or 9, or `close` with a code from 1000 to 4999.")),
    };
    Ok(Json(json!({"sessions": reached})))
}
