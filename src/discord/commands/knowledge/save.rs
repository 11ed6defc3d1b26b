//! Below a draft's preview: Save, Discard, and going on over what somebody else saved meanwhile.

use super::super::{Data, Error};
use super::form::mine;
use super::{freshen, preview};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::UserId;
use crate::knowledge::{Change, Content, DraftState, KnowledgeDraft, Shelf};
use crate::store::{DraftChange, Made, NewVersion, Saving};
use crate::texts::text;

/// Save: the draft becomes a version, if nothing stands in the way and nobody was faster.
pub(in crate::discord) async fn save(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let draft = match mine(turn).await {
        Ok(Ok(draft)) => draft,
        Ok(Err(reply)) => return Ok(reply),
        Err(error) => return Ok(not_saved(&error)),
    };
    freshen(data).await;
    let shelf = data.knowledge.now();
    let meant = preview::meant(&shelf, &draft, data.clock.today());
    let Some(content) = meant.content.filter(|_| meant.problems.is_empty() && !meant.is_overtaken) else {
        // It may be this draft that was saved meanwhile, by the same button pressed twice.
        let now = data.store.knowledge_draft(draft.id).await.ok().flatten();
        return Ok(match now.filter(|now| now.state != DraftState::Draft) {
            Some(now) => preview::overtaken(data, &now),
            None => preview::preview(data, &draft, Some(text("knowledge-stands-in-the-way"))),
        });
    };
    let new = version(&shelf, &draft, content.clone(), turn.caller.user);
    let saved =
        turn.exchange.insist(async || data.store.save_knowledge_draft(&draft, &new, data.clock.now()).await).await;
    let saved = match saved {
        Ok(saved) => saved,
        Err(error) => return Ok(not_saved(&error.into())),
    };
    freshen(data).await;
    Ok(match saved {
        Saving::Saved(Made::Version(version)) => {
            Reply::new(preview::saved(&version.subject, content.title(), version.number))
        }
        Saving::Saved(Made::Overtaken(_)) => preview::preview(data, &draft, Some(text("knowledge-stands-in-the-way"))),
        Saving::Stale(change) => stale(data, change),
    })
}

fn version(shelf: &Shelf, draft: &KnowledgeDraft, content: Content, by: UserId) -> NewVersion {
    let subject = content.subject();
    let standing = shelf.standing(&subject);
    let file = standing.and_then(|standing| standing.file.as_ref()).map(Content::digest);
    let based_on = standing.map_or(0, |standing| standing.base().number);
    NewVersion { subject, based_on, change: draft.draft.change, content: Some(content), file, by }
}

/// The draft is stored, so there is nothing to give back.
fn not_saved(error: &Error) -> Reply {
    tracing::error!("a draft for the knowledge base could not be saved: {error:#}");
    Reply::aside(text("knowledge-not-saved"))
}

fn stale(data: &Data, change: DraftChange) -> Reply {
    match change {
        DraftChange::Made(draft) | DraftChange::Overtaken(draft) => preview::overtaken(data, &draft),
        DraftChange::Gone => Reply::aside(text("knowledge-draft-unknown")),
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
    Ok(match changed {
        DraftChange::Made(draft) => preview::shown(data, &draft),
        other => stale(data, other),
    })
}

/// Makes a version at once, of something that needs no form.
pub(super) async fn make(
    turn: &Turn<'_>,
    based_on: i32,
    change: Change,
    content: (Content, Option<Content>),
) -> Result<Result<i32, Reply>, Error> {
    let (data, (seen, content)) = (turn.data, content);
    let subject = seen.subject();
    let file = data.knowledge.now().standing(&subject).and_then(|one| one.file.as_ref().map(Content::digest));
    let new = NewVersion { subject, based_on, change, content, file, by: turn.caller.user };
    let made = turn.exchange.insist(async || data.store.make_version(&new, data.clock.now()).await).await?;
    freshen(data).await;
    Ok(match made {
        Made::Version(version) => Ok(version.number),
        Made::Overtaken(_) => Err(Reply::aside(text("knowledge-overtaken"))),
    })
}
