//! Application commands, of the server and global ones.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Answer, Ids, Payload, guilds, no_content, ok};
use crate::errors::ApiError;
use crate::limits;
use crate::state::{self, Shared};

pub(super) fn router() -> Router<Shared> {
    let (all, one) = ("/applications/{application}/commands", "/applications/{application}/commands/{command}");
    let (of_guild, one_of_guild) = (
        "/applications/{application}/guilds/{guild}/commands",
        "/applications/{application}/guilds/{guild}/commands/{command}",
    );
    Router::new()
        .route(all, get(list_global).put(replace_global).post(create_global))
        .route(one, get(read_global).patch(change_global).delete(delete_global))
        .route(of_guild, get(list_guild).put(replace_guild).post(create_guild))
        .route(one_of_guild, get(read_guild).patch(change_guild).delete(delete_guild))
}

type Scope = Option<u64>;

fn check(state: &state::State, application: u64, scope: Scope) -> Result<(), ApiError> {
    if application != state.application_id {
        return Err(ApiError::unknown_application());
    }
    match scope {
        Some(guild) => guilds::check(state, guild).map_err(|_| ApiError::missing_access()),
        None => Ok(()),
    }
}

/// A command as Discord gives it back.
fn registered(state: &mut state::State, scope: Scope, mut body: Value, old: Option<&Value>) -> Value {
    let id = old.map_or_else(|| state.new_id().to_string(), |old| old["id"].as_str().unwrap_or_default().to_owned());
    let version = state.new_id().to_string();
    if let Some(object) = body.as_object_mut() {
        let defaults = [
            ("type", json!(1)),
            ("description", json!("")),
            ("options", json!([])),
            ("nsfw", json!(false)),
            ("default_member_permissions", Value::Null),
            ("name_localizations", Value::Null),
            ("description_localizations", Value::Null),
            ("contexts", Value::Null),
            ("dm_permission", json!(true)),
            ("integration_types", json!([0])),
        ];
        for (key, value) in defaults {
            object.entry(key).or_insert(value);
        }
        if let Some(bits) = super::channels::bits(object.get("default_member_permissions")) {
            object.insert("default_member_permissions".into(), json!(bits.to_string()));
        }
        if scope.is_some() {
            for key in ["dm_permission", "contexts", "integration_types"] {
                object.remove(key);
            }
        }
    }
    body["id"] = json!(id);
    body["application_id"] = json!(state.application_id.to_string());
    body["version"] = json!(version);
    if let Some(guild) = scope {
        body["guild_id"] = json!(guild.to_string());
    }
    body
}

fn same(a: &Value, b: &Value) -> bool {
    let kind = |command: &Value| command["type"].as_u64().unwrap_or(1);
    a["name"] == b["name"] && kind(a) == kind(b)
}

fn list(core: &Shared, application: u64, scope: Scope) -> Answer {
    let state = core.state();
    check(&state, application, scope)?;
    ok(json!(state.commands.get(&scope).cloned().unwrap_or_default()))
}

fn replace(core: &Shared, application: u64, scope: Scope, body: Value) -> Answer {
    let mut state = core.state();
    check(&state, application, scope)?;
    let Value::Array(items) = body else { return Err(ApiError::bad_json()) };
    for kind in 1..=3 {
        let count = items.iter().filter(|c| c["type"].as_u64().unwrap_or(1) == kind).count();
        if count > if kind == 1 { 100 } else { 15 } {
            return Err(ApiError::too_many_commands());
        }
    }
    for (index, item) in items.iter().enumerate() {
        limits::command(item, &[&index.to_string()])?;
        if items.iter().take(index).any(|other| same(other, item)) {
            let text = "Application command names must be unique";
            return Err(ApiError::invalid(&[&index.to_string(), "name"], "APPLICATION_COMMANDS_DUPLICATE_NAME", text));
        }
    }
    let old = state.commands.remove(&scope).unwrap_or_default();
    let new: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let known = old.iter().find(|command| same(command, &item));
            registered(&mut state, scope, item, known)
        })
        .collect();
    state.commands.insert(scope, new.clone());
    state.tell_state();
    ok(json!(new))
}

fn create(core: &Shared, application: u64, scope: Scope, body: Value) -> Answer {
    let mut state = core.state();
    check(&state, application, scope)?;
    limits::command(&body, &[])?;
    let old = state.commands.get(&scope).and_then(|all| all.iter().find(|c| same(c, &body))).cloned();
    let new = registered(&mut state, scope, body, old.as_ref());
    let all = state.commands.entry(scope).or_default();
    all.retain(|command| !same(command, &new));
    if all.len() >= 130 {
        return Err(ApiError::too_many_commands());
    }
    all.push(new.clone());
    state.tell_state();
    let mut response = ok(new)?;
    *response.status_mut() = if old.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok(response)
}

fn find(state: &state::State, scope: Scope, id: u64) -> Result<Value, ApiError> {
    let all = state.commands.get(&scope).into_iter().flatten();
    all.into_iter().find(|c| c["id"] == id.to_string()).cloned().ok_or_else(ApiError::unknown_command)
}

fn read(core: &Shared, application: u64, scope: Scope, id: u64) -> Answer {
    let state = core.state();
    check(&state, application, scope)?;
    ok(find(&state, scope, id)?)
}

fn change(core: &Shared, application: u64, scope: Scope, id: u64, body: Payload) -> Answer {
    let (patch, _) = body.object()?;
    let mut state = core.state();
    check(&state, application, scope)?;
    let old = find(&state, scope, id)?;
    let mut new = old.clone();
    if let Some(object) = new.as_object_mut() {
        object.extend(patch);
    }
    limits::command(&new, &[])?;
    let new = registered(&mut state, scope, new, Some(&old));
    if let Some(place) = state.commands.entry(scope).or_default().iter_mut().find(|c| c["id"] == old["id"]) {
        *place = new.clone();
    }
    state.tell_state();
    ok(new)
}

fn delete(core: &Shared, application: u64, scope: Scope, id: u64) -> Answer {
    let mut state = core.state();
    check(&state, application, scope)?;
    find(&state, scope, id)?;
    state.commands.entry(scope).or_default().retain(|command| command["id"] != id.to_string());
    state.tell_state();
    no_content()
}

async fn list_global(State(core): State<Shared>, Ids(app): Ids<u64>) -> Answer {
    list(&core, app, None)
}

async fn replace_global(State(core): State<Shared>, Ids(app): Ids<u64>, body: Payload) -> Answer {
    replace(&core, app, None, body.json)
}

async fn create_global(State(core): State<Shared>, Ids(app): Ids<u64>, body: Payload) -> Answer {
    create(&core, app, None, body.json)
}

async fn read_global(State(core): State<Shared>, Ids((app, id)): Ids<(u64, u64)>) -> Answer {
    read(&core, app, None, id)
}

async fn change_global(State(core): State<Shared>, Ids((app, id)): Ids<(u64, u64)>, body: Payload) -> Answer {
    change(&core, app, None, id, body)
}

async fn delete_global(State(core): State<Shared>, Ids((app, id)): Ids<(u64, u64)>) -> Answer {
    delete(&core, app, None, id)
}

async fn list_guild(State(core): State<Shared>, Ids((app, guild)): Ids<(u64, u64)>) -> Answer {
    list(&core, app, Some(guild))
}

async fn replace_guild(State(core): State<Shared>, Ids((app, guild)): Ids<(u64, u64)>, body: Payload) -> Answer {
    replace(&core, app, Some(guild), body.json)
}

async fn create_guild(State(core): State<Shared>, Ids((app, guild)): Ids<(u64, u64)>, body: Payload) -> Answer {
    create(&core, app, Some(guild), body.json)
}

async fn read_guild(State(core): State<Shared>, Ids((app, guild, id)): Ids<(u64, u64, u64)>) -> Answer {
    read(&core, app, Some(guild), id)
}

async fn change_guild(
    State(core): State<Shared>,
    Ids((app, guild, id)): Ids<(u64, u64, u64)>,
    body: Payload,
) -> Answer {
    change(&core, app, Some(guild), id, body)
}

async fn delete_guild(State(core): State<Shared>, Ids((app, guild, id)): Ids<(u64, u64, u64)>) -> Answer {
    delete(&core, app, Some(guild), id)
}
