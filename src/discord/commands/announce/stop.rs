//! What ends a step early, and the one way to the draft that a control is about.

use super::preview;
use crate::announcements::{DraftState, StaffDraft};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::DraftId;
use crate::store::{Change, StoreError};
use crate::texts::{text, text_with};

/// Why a step ends early.
pub(super) enum Stop {
    /// Something is to be said.
    Say(Box<Reply>),
    /// The draft is not any more what the control was made for.
    Overtaken(Box<StaffDraft>),
    /// It failed.
    Failed(Error),
}

impl From<Reply> for Stop {
    fn from(reply: Reply) -> Self {
        Self::Say(Box::new(reply))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What a step says in the end. A control that was overtaken shows how the draft stands, with controls that work.
pub(super) async fn said(data: &Data, done: Result<Reply, Stop>) -> Result<Reply, Error> {
    match done {
        Ok(reply) => Ok(reply),
        Err(Stop::Say(reply)) => Ok(*reply),
        Err(Stop::Overtaken(draft)) if draft.state == DraftState::Draft => {
            preview::preview(data, &draft, Some(text("announce-overtaken"))).await
        }
        Err(Stop::Overtaken(draft)) => Ok(preview::after(&draft)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The draft and version that a control's key names, `draft.version` or `draft.version.more`.
pub(super) fn key(turn: &Turn<'_>) -> Result<(DraftId, i32), Stop> {
    let mut parts = turn.key.split('.');
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    let id = number().map(DraftId);
    let version = number().and_then(|version| i32::try_from(version).ok());
    id.zip(version).ok_or_else(|| Reply::aside(text("error-stale-button")).into())
}

/// The draft that a control is about, if it is the caller's, unsent, and as the control shows it.
pub(super) async fn mine(turn: &Turn<'_>) -> Result<StaffDraft, Stop> {
    let (id, version) = key(turn)?;
    let found = turn.exchange.insist(async || turn.data.store.draft(id).await).await?;
    let Some(draft) = found else { return Err(Reply::aside(text("announce-draft-unknown")).into()) };
    if draft.author != turn.caller.user {
        let author = format!("<@{}>", draft.author);
        return Err(Reply::aside(text_with("announce-not-yours", [("author", author)])).into());
    }
    if draft.state != DraftState::Draft || draft.version != version {
        return Err(Stop::Overtaken(Box::new(draft)));
    }
    Ok(draft)
}

/// Stores a draft that a control changed.
pub(super) async fn save(turn: &Turn<'_>, draft: &StaffDraft) -> Result<StaffDraft, Stop> {
    let data = turn.data;
    made(turn.exchange.insist(async || data.store.save_draft(draft, data.clock.now()).await).await?)
}

/// What a change made of a draft, if it was made.
pub(super) fn made(change: Change) -> Result<StaffDraft, Stop> {
    match change {
        Change::Made(draft) => Ok(draft),
        Change::Overtaken(draft) => Err(Stop::Overtaken(Box::new(draft))),
        Change::Gone => Err(Reply::aside(text("announce-draft-unknown")).into()),
    }
}
