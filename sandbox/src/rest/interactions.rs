//! The first answer to an interaction: messages, deferrals, updates, autocomplete choices, modals.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits::{self, Object};
use crate::state::interactions::Phase;
use crate::state::messages::{Draft, EPHEMERAL, LOADING};
use crate::state::{self, File, Shared};

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/interactions/{interaction}/{token}/callback", post(callback))
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    with_response: bool,
}

async fn callback(
    State(core): State<Shared>,
    Ids((id, token)): Ids<(u64, String)>,
    Query(wish): Query<Wish>,
    body: Payload,
) -> Answer {
    let (body, files) = body.object()?;
    let kind = body.get("type").and_then(Value::as_u64).ok_or_else(|| ApiError::required(&["type"]))?;
    let data = body.get("data").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut state = core.state();
    if let Err(error) = state.answerable(id, &token) {
        // By the server's clock it is too late, whatever real time says: the person need not wait any longer.
        state.give_up_if_late(id, &token);
        return Err(error);
    }
    let phase = respond(&mut state, id, kind, data, files)?;
    let channel_id = {
        let interaction = state.interactions.get_mut(id).ok_or_else(ApiError::unknown_interaction)?;
        interaction.acknowledge(kind);
        interaction.enter(phase);
        interaction.channel_id
    };
    state.tell_outcome(id);
    if !wish.with_response {
        return no_content();
    }
    let message = state.interactions.get(id).and_then(|i| i.original);
    let message = message.and_then(|(channel, id)| state.message(channel, id)).map(|m| m.body.clone());
    let interaction = json!({"id": id.to_string(), "type": state.interactions.get(id).map(|i| i.kind),
        "channel_id": channel_id.to_string(), "response_message_id": message.as_ref().map(|m| m["id"].clone()),
        "response_message_loading": kind == 5,
        "response_message_ephemeral": message.as_ref().is_some_and(|m| m["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0)});
    ok(json!({"interaction": interaction, "resource": {"type": kind, "message": message}}))
}

fn refused(text: &str) -> ApiError {
    ApiError::invalid(&["type"], "INTERACTION_TYPE_INVALID", text)
}

/// Does what the answer says and tells how far the interaction is then.
fn respond(state: &mut state::State, id: u64, kind: u64, data: Object, files: Vec<File>) -> Result<Phase, ApiError> {
    let interaction = state.interactions.get(id).ok_or_else(ApiError::unknown_interaction)?;
    let (of, source) = (interaction.kind, interaction.source);
    if (of == 4) != (kind == 8) {
        return Err(refused("An autocomplete interaction takes choices and nothing else does."));
    }
    match (kind, source) {
        (4, _) => post_original(state, id, data, files, false).map(|()| Phase::Answered),
        (5, _) => post_original(state, id, data, Vec::new(), true).map(|()| Phase::Deferred),
        (6, Some(source)) => {
            with(state, id, |interaction| interaction.original = Some(source));
            Ok(Phase::Deferred)
        }
        (7, Some((channel, message))) => {
            state.edit(channel, message, &data, &files)?;
            with(state, id, |i| (i.original, i.shown) = (source, source));
            Ok(Phase::Answered)
        }
        (8, _) => choices(state, id, &data).map(|()| Phase::Answered),
        (9, _) if of == 5 => Err(refused("A modal cannot answer a modal.")),
        (9, _) => modal(state, id, data).map(|()| Phase::Answered),
        _ => Err(refused("This interaction cannot be answered so.")),
    }
}

fn with(state: &mut state::State, id: u64, change: impl FnOnce(&mut state::interactions::Interaction)) {
    if let Some(interaction) = state.interactions.get_mut(id) {
        change(interaction);
    }
}

fn post_original(
    state: &mut state::State,
    id: u64,
    mut body: Object,
    files: Vec<File>,
    thinking: bool,
) -> Result<(), ApiError> {
    let mut flags = limits::flags(&body)?;
    if thinking {
        body.retain(|key, _| key == "flags");
        flags = flags & EPHEMERAL | LOADING;
        body.insert("flags".into(), json!(flags));
    } else {
        flags &= !LOADING;
        body.insert("flags".into(), json!(flags));
    }
    let draft = draft(state, id, body, files, flags & EPHEMERAL != 0, thinking)?;
    let place = (draft.channel_id, state.post(draft)?);
    with(state, id, |interaction| {
        interaction.original = Some(place);
        interaction.shown = Some(place);
    });
    Ok(())
}

/// A message that belongs to an interaction.
pub(super) fn draft(
    state: &state::State,
    id: u64,
    mut body: Object,
    files: Vec<File>,
    ephemeral: bool,
    thinking: bool,
) -> Result<Draft, ApiError> {
    let interaction = state.interactions.get(id).ok_or_else(ApiError::unknown_interaction)?;
    // Webhooks know no nonce and no reply.
    body.remove("nonce");
    body.remove("message_reference");
    let application = json!(state.application_id.to_string());
    let mut more: Object = [
        ("application_id".to_owned(), application.clone()),
        ("webhook_id".to_owned(), application),
        ("interaction_metadata".to_owned(), interaction.metadata.clone()),
    ]
    .into_iter()
    .collect();
    if interaction.kind == 2 {
        more.insert("type".into(), json!(20));
    }
    Ok(Draft {
        id: None,
        channel_id: interaction.channel_id,
        author_id: state.bot_id,
        body,
        files,
        ephemeral_for: ephemeral.then_some(interaction.user_id),
        more,
        may_be_empty: thinking,
    })
}

fn choices(state: &mut state::State, id: u64, data: &Object) -> Result<(), ApiError> {
    let list = data.get("choices").and_then(Value::as_array).cloned().unwrap_or_default();
    if list.len() > 25 {
        return Err(ApiError::too_long(&["data", "choices"], 25));
    }
    for (index, choice) in list.iter().enumerate() {
        let index = index.to_string();
        let name = choice["name"].as_str().unwrap_or_default().chars().count();
        if !(1..=100).contains(&name) {
            return Err(ApiError::too_long(&["data", "choices", &index, "name"], 100));
        }
        if choice["value"].as_str().is_some_and(|value| value.chars().count() > 100) {
            return Err(ApiError::too_long(&["data", "choices", &index, "value"], 100));
        }
        if choice["value"].is_null() {
            return Err(ApiError::required(&["data", "choices", &index, "value"]));
        }
    }
    with(state, id, |interaction| interaction.choices = Some(json!(list)));
    Ok(())
}

fn modal(state: &mut state::State, id: u64, data: Object) -> Result<(), ApiError> {
    limits::modal(&data)?;
    let custom_id = data.get("custom_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let data = Value::Object(data);
    let Some(interaction) = state.interactions.get_mut(id) else { return Err(ApiError::unknown_interaction()) };
    interaction.modal = Some(data.clone());
    let (user, source, metadata) = (interaction.user_id, interaction.source, interaction.metadata.clone());
    let form = state::interactions::Form { data, source, metadata };
    state.interactions.forms.insert((user, custom_id), form);
    Ok(())
}
