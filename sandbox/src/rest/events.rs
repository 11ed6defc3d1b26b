//! Scheduled events of the server. Those held elsewhere begin and end by themselves, as on Discord; those of voice and stage
//! channels, which this server does not have, stay as they are.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Answer, Ids, Payload, guilds, no_content, ok};
use crate::errors::ApiError;
use crate::limits::{Object, field};
use crate::permissions as p;
use crate::state::{self, Shared, sessions};

/// Events that can be scheduled or running at a time.
const ACTIVE: usize = 100;
/// Discord's `entity_type` of an event outside its channels.
const ELSEWHERE: u64 = 3;
/// Discord's `status` values.
const SCHEDULED: u64 = 1;
const RUNNING: u64 = 2;
const ENDED: u64 = 3;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/guilds/{guild}/scheduled-events", get(list).post(create))
        .route("/guilds/{guild}/scheduled-events/{event}", get(read).patch(change).delete(delete))
}

/// How often events are looked at, in real time.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Lets events begin and end when their time comes, until the sandbox closes.
pub(crate) async fn begin_and_end(core: Shared) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            () = core.closed() => return,
            _ = every.tick() => begin_and_end_due(&mut core.state()),
        }
    }
}

/// Lets the events begin and end whose time has come.
pub(crate) fn begin_and_end_due(state: &mut state::State) {
    let now = state.now();
    let due: Vec<(u64, u64)> =
        state.events.iter().filter_map(|(id, event)| Some((*id, status_at(event, now)?))).collect();
    for (id, status) in due {
        let Some(event) = state.events.get_mut(&id) else { continue };
        event["status"] = json!(status);
        let event = event.clone();
        changed(state, "GUILD_SCHEDULED_EVENT_UPDATE", &event);
    }
}

/// The status that an event held elsewhere has to change to.
fn status_at(event: &Value, now: DateTime<Utc>) -> Option<u64> {
    let passed = |key| time(event, key).ok().flatten().is_some_and(|time| time <= now);
    match event["status"].as_u64() {
        _ if event["entity_type"] != ELSEWHERE => None,
        Some(SCHEDULED | RUNNING) if passed("scheduled_end_time") => Some(ENDED),
        Some(SCHEDULED) if passed("scheduled_start_time") => Some(RUNNING),
        _ => None,
    }
}

fn time(event: &Value, key: &str) -> Result<Option<DateTime<Utc>>, ApiError> {
    let Some(value) = event.get(key).filter(|value| !value.is_null()) else { return Ok(None) };
    let time = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    let refused = || ApiError::invalid(&[key], "DATE_TIME_TYPE_PARSE", "Could not parse the time. Should be ISO8601.");
    time.map(|time| Some(time.to_utc())).ok_or_else(refused)
}

fn check(event: &Value, now: DateTime<Utc>, new_start: bool) -> Result<(), ApiError> {
    let name = event["name"].as_str().unwrap_or_default();
    twilight_validate::request::scheduled_event_name(name).map_err(|_| ApiError::too_long(&["name"], 100))?;
    if let Some(text) = event["description"].as_str().filter(|text| !text.is_empty()) {
        twilight_validate::request::scheduled_event_description(text)
            .map_err(|_| ApiError::too_long(&["description"], 1000))?;
    }
    if event["privacy_level"] != 2 {
        return Err(ApiError::invalid(&["privacy_level"], "BASE_TYPE_CHOICES", "Value must be one of (2,)."));
    }
    let start = time(event, "scheduled_start_time")?.ok_or_else(|| ApiError::required(&["scheduled_start_time"]))?;
    if new_start && start <= now {
        let text = "Cannot schedule event in the past.";
        return Err(ApiError::invalid(&["scheduled_start_time"], "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", text));
    }
    let end = time(event, "scheduled_end_time")?;
    if end.is_some_and(|end| end <= start) {
        let text = "End time cannot be before the start time.";
        return Err(ApiError::invalid(&["scheduled_end_time"], "GUILD_SCHEDULED_EVENT_END_BEFORE_START", text));
    }
    match event["entity_type"].as_u64() {
        Some(3) => {
            end.ok_or_else(|| ApiError::required(&["scheduled_end_time"]))?;
            let location = event["entity_metadata"]["location"].as_str().unwrap_or_default().chars().count();
            match location {
                0 => Err(ApiError::required(&["entity_metadata", "location"])),
                1..=100 => Ok(()),
                _ => Err(ApiError::too_long(&["entity_metadata", "location"], 100)),
            }
        }
        Some(1 | 2) if !event["channel_id"].is_null() => Ok(()),
        Some(1 | 2) => Err(ApiError::required(&["channel_id"])),
        _ => Err(ApiError::invalid(&["entity_type"], "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3}.")),
    }
}

fn may(state: &state::State, event: Option<&Value>) -> Result<(), ApiError> {
    let bits = p::in_guild(&state.world, state.bot_id);
    let own = event.is_none_or(|event| state::is_id(&event["creator_id"], state.bot_id));
    let allowed = bits & p::MANAGE_EVENTS != 0 && event.is_some() || own && bits & p::CREATE_EVENTS != 0;
    if allowed { Ok(()) } else { Err(ApiError::missing_permissions()) }
}

fn find(state: &state::State, id: u64) -> Result<Value, ApiError> {
    state.events.get(&id).cloned().ok_or_else(ApiError::unknown_event)
}

async fn list(State(core): State<Shared>, Ids(guild): Ids<u64>) -> Answer {
    let state = core.state();
    guilds::check(&state, guild)?;
    ok(state.events.values().cloned().collect())
}

async fn read(State(core): State<Shared>, Ids((guild, id)): Ids<(u64, u64)>) -> Answer {
    let state = core.state();
    guilds::check(&state, guild)?;
    ok(find(&state, id)?)
}

/// The fields that a bot may set.
fn settable(body: &Object) -> Object {
    let keys = [
        "channel_id",
        "entity_metadata",
        "name",
        "privacy_level",
        "scheduled_start_time",
        "scheduled_end_time",
        "description",
        "entity_type",
        "status",
        "image",
        "recurrence_rule",
    ];
    body.iter().filter(|(key, _)| keys.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}

async fn create(State(core): State<Shared>, Ids(guild): Ids<u64>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let mut state = core.state();
    guilds::check(&state, guild)?;
    may(&state, None)?;
    if state.events.values().filter(|event| event["status"] == 1 || event["status"] == 2).count() >= ACTIVE {
        return Err(ApiError::too_many_events());
    }
    let id = state.new_id();
    let mut event = json!({"id": id.to_string(), "guild_id": guild.to_string(), "channel_id": null,
        "creator_id": state.bot_id.to_string(), "creator": state.user(state.bot_id), "description": null,
        "scheduled_end_time": null, "entity_id": null, "entity_metadata": null, "user_count": 0, "image": null,
        "recurrence_rule": null});
    if let Some(object) = event.as_object_mut() {
        object.extend(settable(&body));
        object.insert("status".into(), json!(1));
        object.insert("image".into(), Value::Null);
    }
    check(&event, state.now(), true)?;
    state.events.insert(id, event.clone());
    changed(&mut state, "GUILD_SCHEDULED_EVENT_CREATE", &event);
    ok(event)
}

fn changed(state: &mut state::State, name: &'static str, event: &Value) {
    state.dispatch(name, event.clone(), sessions::GUILD_SCHEDULED_EVENTS);
    state.tell_state();
}

async fn change(State(core): State<Shared>, Ids((guild, id)): Ids<(u64, u64)>, body: Payload) -> Answer {
    let (body, _) = body.object()?;
    let mut state = core.state();
    guilds::check(&state, guild)?;
    let old = find(&state, id)?;
    may(&state, Some(&old))?;
    let mut event = old.clone();
    if let Some(object) = event.as_object_mut() {
        object.extend(settable(&body));
    }
    let (from, to) = (old["status"].as_u64().unwrap_or(1), event["status"].as_u64().unwrap_or(1));
    if from != to && !matches!((from, to), (1, 2 | 4) | (2, 3)) {
        let text = "Cannot update status of a finished or cancelled event.";
        return Err(ApiError::invalid(&["status"], "GUILD_SCHEDULED_EVENT_INVALID_STATUS", text));
    }
    let new_start = field(&body, "scheduled_start_time").is_some_and(|new| *new != old["scheduled_start_time"]);
    check(&event, state.now(), new_start)?;
    state.events.insert(id, event.clone());
    changed(&mut state, "GUILD_SCHEDULED_EVENT_UPDATE", &event);
    ok(event)
}

async fn delete(State(core): State<Shared>, Ids((guild, id)): Ids<(u64, u64)>) -> Answer {
    let mut state = core.state();
    guilds::check(&state, guild)?;
    let event = find(&state, id)?;
    may(&state, Some(&event))?;
    state.events.remove(&id);
    changed(&mut state, "GUILD_SCHEDULED_EVENT_DELETE", &event);
    no_content()
}
