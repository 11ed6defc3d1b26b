//! Below a draft's preview: Save, Discard, and going on over what somebody else saved meanwhile.

use super::super::{Data, Error};
use super::form::{as_shown, mine, own};
use super::{Seen, freshen, is_based_on, preview};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::UserId;
use crate::knowledge::{Change, Content, DraftState, KnowledgeDraft, Shelf};
use crate::store::{DraftChange, Made, NewVersion, Saving};
use crate::texts::text;

/// Save: the draft becomes a version, if nothing stands in the way and nobody was faster.
pub(in crate::discord) async fn save(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let draft = match own(turn).await {
        // Pressed twice, or received by two processes: the answer is the same.
        Ok(Ok(draft)) if draft.state == DraftState::Saved => return was_saved(data, &draft).await,
        Ok(Ok(draft)) => match as_shown(turn, draft).await? {
            Ok(draft) => draft,
            Err(reply) => return Ok(reply),
        },
        Ok(Err(reply)) => return Ok(reply),
        Err(error) => return Ok(not_saved(&error)),
    };
    freshen(data).await;
    let shelf = data.knowledge.now();
    let meant = preview::judged(&shelf, &draft, data.clock.today()).await?;
    let Some(content) = meant.content.filter(|_| meant.problems.is_empty() && !meant.is_overtaken) else {
        // It may be this draft that was saved meanwhile, by the same button pressed twice.
        let now = data.store.knowledge_draft(draft.id).await.ok().flatten();
        return match now.filter(|now| now.state != DraftState::Draft) {
            Some(now) if now.state == DraftState::Saved => was_saved(data, &now).await,
            Some(now) => preview::overtaken(data, &now).await,
            None => preview::preview(data, &draft, Some(text("knowledge-stands-in-the-way"))).await,
        };
    };
    let new = version(&shelf, &draft, content.clone(), turn.caller.user);
    let saved =
        turn.exchange.insist(async || data.store.save_knowledge_draft(&draft, &new, data.clock.now()).await).await;
    let saved = match saved {
        Ok(saved) => saved,
        Err(error) => return Ok(not_saved(&error.into())),
    };
    freshen(data).await;
    match saved {
        Saving::Saved(Made::Version(version)) => Ok(preview::saved(&version)),
        Saving::Saved(Made::Overtaken(_)) => {
            preview::preview(data, &draft, Some(text("knowledge-stands-in-the-way"))).await
        }
        Saving::Stale(change) => stale(data, change).await,
    }
}

fn version(shelf: &Shelf, draft: &KnowledgeDraft, content: Content, by: UserId) -> NewVersion {
    let subject = content.subject();
    let standing = shelf.standing(&subject);
    let file = standing.and_then(|standing| standing.file.as_ref()).map(Content::digest);
    let based_on = standing.map_or(0, |standing| standing.base().number);
    NewVersion { subject, based_on, change: draft.draft.change, content: Some(content), file, by }
}

/// What a draft became that was saved before.
async fn was_saved(data: &Data, draft: &KnowledgeDraft) -> Result<Reply, Error> {
    match data.store.saved_as(draft.id).await {
        Ok(Saving::Saved(Made::Version(version))) => Ok(preview::saved(&version)),
        Ok(_) => preview::overtaken(data, draft).await,
        Err(error) => Ok(not_saved(&error.into())),
    }
}

/// The draft is stored, so there is nothing to give back.
fn not_saved(error: &Error) -> Reply {
    tracing::error!("a draft for the knowledge base could not be saved: {error:#}");
    Reply::aside(text("knowledge-not-saved"))
}

async fn stale(data: &Data, change: DraftChange) -> Result<Reply, Error> {
    match change {
        DraftChange::Made(draft) | DraftChange::Overtaken(draft) => preview::overtaken(data, &draft).await,
        DraftChange::Gone => Ok(Reply::aside(text("knowledge-draft-unknown"))),
    }
}

/// Discard.
pub(in crate::discord) async fn discard(turn: &Turn<'_>) -> Result<Reply, Error> {
    change(turn, |draft| Some(KnowledgeDraft { state: DraftState::Discarded, ..draft })).await
}

/// The author has read what somebody else saved meanwhile, and goes on from there with his own text.
pub(in crate::discord) async fn go_on(turn: &Turn<'_>) -> Result<Reply, Error> {
    freshen(turn.data).await;
    let shelf = turn.data.knowledge.now();
    let now = |draft: &KnowledgeDraft| shelf.standing(draft.draft.subject.as_ref()?).map(|one| one.base());
    let is_done = |draft: &KnowledgeDraft| now(draft).as_ref() == Some(&draft.draft.base);
    match own(turn).await? {
        Ok(draft) if draft.state == DraftState::Draft && is_done(&draft) => {
            return preview::shown(turn.data, &draft).await;
        }
        _ => {}
    }
    change(turn, |mut draft| {
        let standing = shelf.standing(draft.draft.subject.as_ref()?)?;
        draft.draft.base = standing.base();
        draft.draft.base_content = standing.newest().cloned();
        Some(draft)
    })
    .await
}

async fn change(
    turn: &Turn<'_>,
    wanted: impl FnOnce(KnowledgeDraft) -> Option<KnowledgeDraft>,
) -> Result<Reply, Error> {
    let data = turn.data;
    let draft = match mine(turn).await? {
        Ok(draft) => draft,
        Err(reply) => return Ok(reply),
    };
    let Some(wanted) = wanted(draft) else { return Ok(Reply::aside(text("knowledge-unknown"))) };
    let changed =
        turn.exchange.insist(async || data.store.change_knowledge_draft(&wanted, data.clock.now()).await).await?;
    match changed {
        DraftChange::Made(draft) => preview::shown(data, &draft).await,
        other => stale(data, other).await,
    }
}

/// Makes a version at once, of something that needs no form, if it stands as it was seen; whether it is made. What the
/// caller's own click made before, perhaps in another process, counts as made.
pub(super) async fn make(
    turn: &Turn<'_>,
    shelf: &Shelf,
    seen: &Seen,
    change: Change,
    content: Option<Content>,
) -> Result<bool, Error> {
    let data = turn.data;
    let Some(standing) = shelf.standing(&seen.subject) else { return Ok(false) };
    if !is_based_on(standing, &seen.base) {
        let newest = standing.version.as_ref();
        return Ok(newest.is_some_and(|version| {
            version.number == seen.base.number + 1 && version.by == turn.caller.user && version.change == change
        }));
    }
    let file = standing.file.as_ref().map(Content::digest);
    let subject = seen.subject.clone();
    let new = NewVersion { subject, based_on: seen.base.number, change, content, file, by: turn.caller.user };
    let made = turn.exchange.insist(async || data.store.make_version(&new, data.clock.now()).await).await?;
    freshen(data).await;
    Ok(matches!(made, Made::Version(_)))
}
