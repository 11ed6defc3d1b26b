//! What ends a step early, and the one way to the draft that a control is about.

use std::time::Duration;

use super::findings::findings;
use super::preview;
use crate::announce_desk::desk;
use crate::announcements::{DraftState, StaffDraft};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::ids::{DraftId, UserId};
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
        Err(Stop::Overtaken(draft)) => Ok(preview::after(data, &draft)),
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

/// The draft that a control is about, and whether it is as the control shows it: the caller's, unsent; or one that was handed
/// over, which any staff may change.
async fn loaded(turn: &Turn<'_>) -> Result<(StaffDraft, bool), Stop> {
    let (id, version) = key(turn)?;
    let found = turn.exchange.insist(async || turn.data.store.draft(id).await).await?;
    let Some(draft) = found else { return Err(Reply::aside(text("announce-draft-unknown")).into()) };
    let is_handed_over = draft.announcement.is_some();
    if draft.author != turn.caller.user && !is_handed_over {
        let author = format!("<@{}>", draft.author);
        return Err(Reply::aside(text_with("announce-not-yours", [("author", author)])).into());
    }
    let is_open = match draft.state {
        DraftState::Draft => true,
        DraftState::Scheduled | DraftState::Sent => is_handed_over,
        DraftState::Discarded | DraftState::Cancelled | DraftState::Dropped => false,
    };
    let is_as_shown = is_open && draft.version == version;
    Ok((draft, is_as_shown))
}

/// That draft, if it is as the control shows it.
pub(super) async fn mine(turn: &Turn<'_>) -> Result<StaffDraft, Stop> {
    match loaded(turn).await? {
        (draft, true) => Ok(draft),
        (draft, false) if draft.announcement.is_some() => {
            let now = preview::after(turn.data, &draft);
            Err(Reply::aside(format!("{}\n{}", text("announce-overtaken"), now.content())).into())
        }
        (draft, false) => Err(Stop::Overtaken(Box::new(draft))),
    }
}

/// That draft, if it is as the control shows it and was not handed over. One that was is what the control was pressed for.
pub(super) async fn unsent(turn: &Turn<'_>) -> Result<StaffDraft, Stop> {
    match loaded(turn).await? {
        (draft, true) if draft.state == DraftState::Draft => Ok(draft),
        (draft, _) => Err(Stop::Overtaken(Box::new(draft))),
    }
}

/// Stores a draft that a control changed. What was handed over is altered at once, if nothing stands in its way.
pub(super) async fn save(turn: &Turn<'_>, draft: &StaffDraft) -> Result<StaffDraft, Stop> {
    let data = turn.data;
    if draft.announcement.is_some() {
        return alter(turn, draft).await;
    }
    made(turn.exchange.insist(async || data.store.save_draft(draft, data.clock.now()).await).await?)
}

/// Alters what was handed over and of which nothing was sent.
pub(super) async fn alter(turn: &Turn<'_>, draft: &StaffDraft) -> Result<StaffDraft, Stop> {
    alter_by(turn.data, &turn.exchange, turn.caller.user, draft).await
}

/// The same for a command.
pub(super) async fn alter_by(
    data: &Data,
    exchange: &Exchange,
    by: UserId,
    draft: &StaffDraft,
) -> Result<StaffDraft, Stop> {
    // Warnings of a new wording were confirmed with its form; those of another time are read in what follows.
    let mut found = findings(data, draft, Duration::ZERO).await;
    found.warnings.clear();
    if let Some(refused) = preview::not_altered(data, draft, &found) {
        return Err(refused.into());
    }
    let needs_approval = data.config.announce.needs_approval(&draft.channels);
    let is_late = draft.scheduled_for.is_some_and(|at| at <= data.clock.now());
    if draft.approval.is_some() && !needs_approval && is_late {
        return Err(Reply::aside(text("approval-new-time-first")).into());
    }
    let desk = desk(&data.config);
    let attempt = async || data.store.alter_announcement(draft, by, needs_approval, desk, data.clock.now()).await;
    made(exchange.insist(attempt).await?)
}

/// What a change made of a draft, if it was made.
pub(super) fn made(change: Change) -> Result<StaffDraft, Stop> {
    match change {
        Change::Made(draft) => Ok(draft),
        Change::Waits(by) => {
            Err(Reply::aside(text_with("announce-correction-waits", [("by", format!("<@{by}>"))])).into())
        }
        Change::Begun(_) => Err(Reply::aside(text("announce-begun")).into()),
        Change::Overtaken(draft) => Err(Stop::Overtaken(Box::new(draft))),
        Change::Gone => Err(Reply::aside(text("announce-draft-unknown")).into()),
    }
}
