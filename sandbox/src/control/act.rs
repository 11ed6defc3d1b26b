//! What a member does: writing, commands, clicks, forms. Each act becomes what Discord would send to the bot; the answer
//! waits for the bot's.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{Answer, Refusal, actor, bad, build, forbidden, id, is_visible, missing, sees, text};
use crate::limits::{self, Object};
use crate::permissions as p;
use crate::state::interactions::{Deed, FIRST_ANSWER, Phase};
use crate::state::messages::Draft;
use crate::state::{self, News, Shared};

type Body = Json<Value>;

pub(super) async fn write(State(core): State<Shared>, Path(channel_id): Path<u64>, Json(body): Body) -> Answer {
    let mut state = core.state();
    let author_id = actor(&state, &body)?;
    sees(&state, author_id, channel_id)?;
    if state.bits(author_id, channel_id) & p::SEND_MESSAGES == 0 {
        return Err(forbidden("This member cannot write here."));
    }
    if state.world.channel(channel_id).is_some_and(crate::world::Channel::holds_posts) {
        return Err(bad("A forum holds posts: write in one of them."));
    }
    let content: Object = [("content".to_owned(), json!(text(&body, "content")?))].into_iter().collect();
    let id = state.post(Draft { channel_id, author_id, body: content, ..Draft::default() })?;
    Ok(Json(state.message(channel_id, id).map_or(Value::Null, state::messages::Stored::control)))
}

/// Who does it and where, checked.
fn place(state: &state::State, body: &Value) -> Result<(u64, u64), Refusal> {
    let user = actor(state, body)?;
    let channel = id(&body["channel_id"], "channel_id")?;
    sees(state, user, channel)?;
    Ok((user, channel))
}

fn is_forged(body: &Value) -> bool {
    body["forged"] == true
}

/// Finds the command that is meant, among those that the member sees unless it is forged.
fn find_command(state: &state::State, user: u64, body: &Value) -> Result<Value, Refusal> {
    let (name, kind) = (text(body, "name")?, body["type"].as_u64().unwrap_or(1));
    let scopes = [Some(state.world.id), None];
    let mut all = scopes.iter().filter_map(|scope| state.commands.get(scope)).flatten();
    let found = all.find(|c| c["name"] == name && c["type"].as_u64().unwrap_or(1) == kind);
    let command = found.ok_or_else(|| missing("No such command is registered."))?;
    if !is_forged(body) && !is_visible(state, user, command) {
        return Err(forbidden("This member does not see that command."));
    }
    Ok(command.clone())
}

pub(super) async fn command(State(core): State<Shared>, Json(body): Body) -> Answer {
    let number = {
        let mut state = core.state();
        let (user_id, channel_id) = place(&state, &body)?;
        if !is_forged(&body)
            && state.bits(user_id, channel_id) & p::USE_APPLICATION_COMMANDS == 0
            && !is_dm(&state, channel_id)
        {
            return Err(forbidden("This member cannot use commands here."));
        }
        let command = find_command(&state, user_id, &body)?;
        let data = build::command(&state, channel_id, &command, &body)?;
        send(&mut state, Deed { kind: 2, user_id, channel_id, source: None, opened_by: None }, data, &body)?
    };
    wait(&core, number).await
}

fn is_dm(state: &state::State, channel: u64) -> bool {
    state.world.channel(channel).is_some_and(crate::world::Channel::is_dm)
}

pub(super) async fn autocomplete(State(core): State<Shared>, Json(body): Body) -> Answer {
    let number = {
        let mut state = core.state();
        let (user_id, channel_id) = place(&state, &body)?;
        let command = find_command(&state, user_id, &body)?;
        let data = build::command(&state, channel_id, &command, &body)?;
        send(&mut state, Deed { kind: 4, user_id, channel_id, source: None, opened_by: None }, data, &body)?
    };
    let outcome = wait(&core, number).await?;
    Ok(Json(json!({"choices": outcome["choices"].as_array().cloned().unwrap_or_default()})))
}

pub(super) async fn component(State(core): State<Shared>, Json(body): Body) -> Answer {
    let number = {
        let mut state = core.state();
        let (user_id, channel_id) = place(&state, &body)?;
        let message_id = id(&body["message_id"], "message_id")?;
        let visible = |m: &&state::messages::Stored| is_forged(&body) || m.ephemeral_for.is_none_or(|id| id == user_id);
        let message = state.message(channel_id, message_id).filter(visible);
        let message = message.ok_or_else(|| missing("This member sees no such message."))?.body.clone();
        let data = build::component(&state, &message, &body)?;
        let source = Some((channel_id, message_id));
        send(&mut state, Deed { kind: 3, user_id, channel_id, source, opened_by: None }, data, &body)?
    };
    wait(&core, number).await
}

pub(super) async fn modal(State(core): State<Shared>, Json(body): Body) -> Answer {
    let number = {
        let mut state = core.state();
        let (user_id, channel_id) = place(&state, &body)?;
        let custom_id = text(&body, "custom_id")?.to_owned();
        let form = state.interactions.forms.get(&(user_id, custom_id)).cloned();
        let data = build::modal(form.as_ref().map(|form| &form.data), &body)?;
        let named = match &body["message_id"] {
            Value::Null => None,
            message => Some((channel_id, id(message, "message_id")?)),
        };
        let source = form.as_ref().map_or(named, |form| form.source);
        let opened_by = form.map(|form| form.metadata);
        send(&mut state, Deed { kind: 5, user_id, channel_id, source, opened_by }, data, &body)?
    };
    wait(&core, number).await
}

/// Sends the interaction to the bot and returns its id.
fn send(state: &mut state::State, deed: Deed, data: Value, body: &Value) -> Result<u64, Refusal> {
    let (kind, user, channel_id, source) = (deed.kind, deed.user_id, deed.channel_id, deed.source);
    let (number, token) = state.begin(deed);
    let mut payload = build::envelope(state, user, channel_id)?;
    if let Some(guild) = body.get("guild_id").filter(|_| is_forged(body)) {
        payload["guild_id"] = guild.clone();
    }
    payload["id"] = json!(number.to_string());
    payload["token"] = json!(token);
    payload["type"] = json!(kind);
    payload["data"] = data;
    if let Some(message) = source.and_then(|(channel, message)| state.message(channel, message)) {
        payload["message"] = message.body.clone();
    }
    state.dispatch("INTERACTION_CREATE", payload, 0);
    state.tell(News {
        kind: "interaction",
        channel_id: Some(channel_id),
        only: Some(user),
        message: None,
        outcome: state.outcome(number),
    });
    Ok(number)
}

/// Waits until the interaction is answered, or three seconds have passed.
async fn wait(core: &Shared, number: u64) -> Answer {
    let watched = core.state().interactions.watch(number);
    if let Some(mut phase) = watched {
        let answered = phase.wait_for(|phase| matches!(phase, Phase::Answered | Phase::Failed));
        if tokio::time::timeout(FIRST_ANSWER, answered).await.is_err() {
            core.state().give_up(number);
        }
    }
    core.state().outcome(number).map(Json).ok_or_else(|| bad("The interaction is gone."))
}

/// Every component with this `custom_id`, in a message or form.
pub(super) fn component_of<'a>(tree: &'a Value, custom_id: &str) -> Option<&'a Value> {
    limits::interactive(tree).into_iter().find(|component| component["custom_id"] == custom_id)
}
