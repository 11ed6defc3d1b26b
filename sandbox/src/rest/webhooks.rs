//! What follows the first answer to an interaction: `@original` and further messages, by its token.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::interactions::draft;
use super::{Answer, Ids, Payload, no_content, ok};
use crate::errors::ApiError;
use crate::limits;
use crate::state::interactions::Phase;
use crate::state::messages::{EPHEMERAL, LOADING};
use crate::state::{self, Shared};

pub(super) fn router() -> Router<Shared> {
    let message = "/webhooks/{application}/{token}/messages/{message}";
    Router::new()
        .route("/webhooks/{application}/{token}", post(follow_up))
        .route(message, get(read).patch(edit).delete(delete))
}

type Path = (u64, String, String);

/// The interaction and the message that a path names.
fn place(state: &state::State, (application, token, message): &Path) -> Result<(u64, u64, u64), ApiError> {
    if *application != state.application_id {
        return Err(ApiError::unknown_webhook());
    }
    let interaction = state.followable(token)?;
    if message == "@original" {
        let (channel, id) = interaction.original.ok_or_else(ApiError::unknown_message)?;
        return Ok((interaction.id, channel, id));
    }
    let id = message.parse().map_err(|_| ApiError::unknown_message())?;
    let stored = state.message(interaction.channel_id, id).ok_or_else(ApiError::unknown_message)?;
    let own = stored.body["interaction_metadata"]["id"] == interaction.id.to_string();
    if !own && interaction.original != Some((interaction.channel_id, id)) {
        return Err(ApiError::unknown_message());
    }
    Ok((interaction.id, interaction.channel_id, id))
}

async fn read(State(core): State<Shared>, Ids(path): Ids<Path>) -> Answer {
    let state = core.state();
    let (_, channel, id) = place(&state, &path)?;
    ok(state.message(channel, id).ok_or_else(ApiError::unknown_message)?.body.clone())
}

async fn edit(State(core): State<Shared>, Ids(path): Ids<Path>, body: Payload) -> Answer {
    let (body, files) = body.object()?;
    let mut state = core.state();
    let (interaction, channel, id) = place(&state, &path)?;
    state.edit(channel, id, &body, &files)?;
    complete(&mut state, interaction, (channel, id));
    ok(state.message(channel, id).ok_or_else(ApiError::unknown_message)?.body.clone())
}

/// A deferred interaction is answered by its first edit or follow-up.
fn complete(state: &mut state::State, interaction: u64, place: (u64, u64)) {
    if let Some(interaction) = state.interactions.get_mut(interaction) {
        if interaction.phase == Phase::Deferred {
            interaction.shown = Some(place);
        }
        interaction.enter(Phase::Answered);
    }
    state.tell_outcome(interaction);
}

async fn delete(State(core): State<Shared>, Ids(path): Ids<Path>) -> Answer {
    let mut state = core.state();
    let (interaction, channel, id) = place(&state, &path)?;
    state.delete_message(channel, id)?;
    if let Some(interaction) = state.interactions.get_mut(interaction).filter(|i| i.original == Some((channel, id))) {
        interaction.original = None;
        interaction.shown = interaction.shown.filter(|shown| *shown != (channel, id));
        interaction.enter(Phase::Answered);
    }
    state.tell_outcome(interaction);
    no_content()
}

async fn follow_up(State(core): State<Shared>, Ids((application, token)): Ids<(u64, String)>, body: Payload) -> Answer {
    let (mut body, files) = body.object()?;
    let mut state = core.state();
    if application != state.application_id {
        return Err(ApiError::unknown_webhook());
    }
    let interaction = state.followable(&token)?;
    let (id, original) = (interaction.id, interaction.original);
    // The first follow-up of a "thinking…" takes its place, and whether it is ephemeral was decided by the deferral.
    let thinking =
        original.filter(|(channel, id)| state.message(*channel, *id).is_some_and(|m| m.flags() & LOADING != 0));
    if let Some((channel, message)) = thinking {
        body.remove("flags");
        state.edit(channel, message, &body, &files)?;
        complete(&mut state, id, (channel, message));
        return ok(state.message(channel, message).ok_or_else(ApiError::unknown_message)?.body.clone());
    }
    let flags = limits::flags(&body)?;
    let draft = draft(&state, id, body, files, flags & EPHEMERAL != 0, false)?;
    let channel = draft.channel_id;
    let message = state.post(draft)?;
    complete(&mut state, id, (channel, message));
    ok(state.message(channel, message).ok_or_else(ApiError::unknown_message)?.body.clone())
}
