//! The form that an announcement is written in: new, again, and to correct one that was handed over.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use super::contact::Choice;
use super::findings::{PATIENCE, findings};
use super::stop::{Stop, alter, alter_by, key, made, mine, said, save};
use super::{handed_over, preview};
use crate::announce_desk::desk;
use crate::announcements::{DraftState, Obstacle, StaffDraft, Wording, fields};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Opening, Reply, Turn};
use crate::discord::render;
use crate::ids::{Snowflake, UserId};
use crate::message::cut;
use crate::texts::{text, text_with};

/// Names of the fields in the form.
const TITLE: &str = "title";
const BODY: &str = "text";
const LINK: &str = "link";
const IMAGE: &str = "image";
const IMAGE_ALT: &str = "image_alt";

/// The form, filled in with `wording`.
pub(super) fn form(kind: Kind, key: impl std::fmt::Display, wording: &Wording) -> CreateModal {
    let input = |style, label: &str, name, most: u16, value: &str| {
        let input = CreateInputText::new(style, text(label), name).max_length(most);
        let value = cut(value, usize::from(most));
        // An empty value would be one that is shorter than what is required.
        if value.is_empty() { input } else { input.value(value) }
    };
    let (short, long) = (InputTextStyle::Short, InputTextStyle::Paragraph);
    let inputs = [
        input(short, "announce-form-title", TITLE, fields::TITLE, &wording.title),
        input(long, "announce-form-text", BODY, fields::BODY, &wording.body)
            .placeholder(text("announce-form-text-hint")),
        input(short, "announce-form-link", LINK, fields::URL, &wording.link).required(false),
        input(short, "announce-form-image", IMAGE, fields::URL, &wording.image).required(false),
        input(short, "announce-form-image-alt", IMAGE_ALT, fields::IMAGE_ALT, &wording.image_alt).required(false),
    ];
    let key = key.to_string();
    // Only the form's title can say that what it was filled in with is not all of it.
    let is_again = kind == Kind::AnnounceCorrected && key.split('.').any(|part| part == AGAIN);
    let title = match (was_cut(kind, &key).is_some(), is_again) {
        (true, _) => "announce-form-cut",
        (_, true) => "announce-form-again",
        _ => "announce-form",
    };
    CreateModal::new(CustomId::new(kind, key).to_string(), text(title))
        .components(inputs.into_iter().map(CreateActionRow::InputText).collect())
}

/// The length of the message that the form of `compose` was begun with, where the form could not take all of it.
fn was_cut(kind: Kind, key: &str) -> Option<u32> {
    if kind == Kind::AnnounceWrite { key.split('.').nth(1)?.parse().ok() } else { None }
}

/// What was typed into the form.
fn typed(turn: &Turn<'_>) -> Wording {
    let [title, body, link, image, image_alt] = [TITLE, BODY, LINK, IMAGE, IMAGE_ALT].map(|name| turn.field(name));
    Wording::typed(title, body, link, image, image_alt)
}

/// A reply that gives back what was typed, so that it is not lost with the form.
fn with_typed(reply: Reply, wording: &Wording) -> Reply {
    let Wording { title, body, link, image, image_alt, contact: _ } = wording;
    let all = [title, body, link, image, image_alt];
    let text = all.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n\n");
    if text.is_empty() { reply } else { reply.file("what-you-wrote.txt", "text/plain; charset=utf-8", text.into()) }
}

/// The form of `/announce compose` was sent: stored first, then shown.
pub(in crate::discord) async fn written(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, wording) = (turn.data, typed(turn));
    let opened_by = turn.key.split('.').next().and_then(|id| id.parse().ok());
    let Some(opened_by) = opened_by.and_then(Snowflake::new) else {
        return Ok(with_typed(Reply::aside(text("error-stale-button")), &wording));
    };
    // Whoever was taken out of the configuration meanwhile costs nobody what he wrote.
    let (wording, gone) = match Choice::carried(data, &turn.key) {
        Ok(choice) => (wording.signed(choice.and_then(|choice| choice.contact(data))), None),
        Err(unknown) => (wording, Some(unknown.content().to_owned())),
    };
    let stored = turn
        .exchange
        .insist(async || data.store.create_draft(turn.caller.user, opened_by, &wording, data.clock.now()).await)
        .await;
    match stored {
        Ok(Some(draft)) if draft.state == DraftState::Draft => {
            let lengths = |length: u32| [("length", length.to_string()), ("most", fields::BODY.to_string())];
            let notice =
                was_cut(Kind::AnnounceWrite, &turn.key).map(|length| text_with("announce-was-cut", lengths(length)));
            preview::preview(data, &draft, notice.or(gone)).await
        }
        Ok(Some(draft)) => Ok(preview::after(data, &draft)),
        Ok(None) => Ok(with_typed(Reply::aside(text("error-stale-button")), &wording)),
        Err(error) => {
            tracing::error!("a draft could not be stored: {error}");
            Ok(with_typed(Reply::aside(text("announce-not-stored")), &wording))
        }
    }
}

/// Edit: opens the form again.
pub(in crate::discord) async fn rewrite(turn: &Turn<'_>) -> Result<Opening, Error> {
    match mine(turn).await {
        Ok(draft) => {
            let key = format!("{}.{}", draft.id, draft.version);
            Ok(Opening::Form(form(Kind::AnnounceRewritten, key, &draft.wording)))
        }
        Err(stop) => said(turn.data, Err(stop)).await.map(Opening::Instead),
    }
}

/// That form was sent.
pub(in crate::discord) async fn rewritten(turn: &Turn<'_>) -> Result<Reply, Error> {
    let wording = typed(turn);
    let done = async {
        let draft = mine(turn).await?;
        let wording = wording.clone().signed(draft.wording.contact.clone());
        // What was confirmed of the old wording says nothing of a new one.
        let money_confirmed = draft.money_confirmed && draft.wording == wording;
        let confirmed = if draft.wording == wording { draft.confirmed.clone() } else { Vec::new() };
        let changed = StaffDraft { wording, money_confirmed, confirmed, ..draft };
        if changed.announcement.is_some() {
            confirmed_as_is(turn, &changed, &[]).await?;
        }
        let draft = save(turn, &changed).await?;
        Ok::<_, Stop>(preview::preview(turn.data, &draft, None).await?)
    };
    finish(turn, done.await, &wording).await
}

/// What is said in the end; what was typed in vain is given back.
async fn finish(turn: &Turn<'_>, done: Result<Reply, Stop>, wording: &Wording) -> Result<Reply, Error> {
    let is_lost = match &done {
        Ok(_) => false,
        // The same form sent twice: the first one stands.
        Err(Stop::Overtaken(draft)) => !draft.wording.is_typed_as(wording),
        Err(Stop::Say(_) | Stop::Failed(_)) => true,
    };
    let done = match done {
        Err(Stop::Failed(error)) => {
            tracing::error!("a draft could not be changed: {error:#}");
            Err(Reply::aside(text("announce-not-stored")).into())
        }
        done => done,
    };
    let reply = said(turn.data, done).await?;
    Ok(if is_lost { with_typed(reply, wording) } else { reply })
}

/// `/announce edit`: opens the form for what was handed over; with another contact, where one was chosen.
pub(super) async fn correct(
    data: &Data,
    exchange: &Exchange,
    by: UserId,
    announcement: &str,
    choice: Option<Choice>,
) -> Result<Opening, Error> {
    let found = match handed_over::announcement(announcement) {
        Some(id) => data.store.draft_of(id).await?,
        None => None,
    };
    let Some(draft) = found else { return Ok(Opening::Instead(Reply::aside(text("announce-unknown")))) };
    let open = draft.announcement.filter(|_| draft.state != DraftState::Cancelled);
    let Some(announcement) = open else { return Ok(Opening::Instead(preview::after(data, &draft))) };
    if data.store.can_be_altered(announcement).await? {
        return resigned(data, exchange, by, draft, choice).await.map(Opening::Instead);
    }
    if let Some(id) = draft.approval
        && let Some(asked) = data.store.approval(id).await?
        && asked.asked.by != by
    {
        let by = ("by", format!("<@{}>", asked.asked.by));
        return Ok(Opening::Instead(Reply::aside(text_with("announce-correction-waits", [by]))));
    }
    correction_form(data, by, &draft, choice, "").await
}

/// The form of a correction, with what its caller typed last where that is not how it is; `confirmed` goes along in its key.
async fn correction_form(
    data: &Data,
    by: UserId,
    draft: &StaffDraft,
    choice: Option<Choice>,
    confirmed: &str,
) -> Result<Opening, Error> {
    let typed = data.store.rewording(draft, by).await?.filter(|typed| *typed != draft.wording);
    let again = if typed.is_some() { format!(".{AGAIN}") } else { String::new() };
    let wording = typed.unwrap_or_else(|| draft.wording.clone());
    let choice = choice.or_else(|| Choice::of(data, wording.contact.as_ref()));
    let contact = choice.map(|choice| choice.part()).unwrap_or_default();
    let key = format!("{}.{}{again}{contact}{confirmed}", draft.id, draft.version);
    Ok(Opening::Form(form(Kind::AnnounceCorrected, key, &wording)))
}

/// What is still to be posted, with another contact where one was chosen.
async fn resigned(
    data: &Data,
    exchange: &Exchange,
    by: UserId,
    draft: StaffDraft,
    choice: Option<Choice>,
) -> Result<Reply, Error> {
    let contact = choice.map(|choice| choice.contact(data)).filter(|contact| *contact != draft.wording.contact);
    let Some(contact) = contact else { return preview::preview(data, &draft, None).await };
    let done = async {
        let signed = StaffDraft { wording: draft.wording.clone().signed(contact), ..draft };
        let draft = alter_by(data, exchange, by, &signed).await?;
        Ok::<_, Stop>(preview::preview(data, &draft, Some(text("announce-altered"))).await?)
    };
    said(data, done.await).await
}

/// What the key of the correction's form holds once its money is confirmed; and before the name of the warnings that are.
const FOR_US: &str = "for-us";
/// What it holds where the form is filled in with what was typed before.
const AGAIN: &str = "again";
const SURE: &str = "sure-";

/// Ends the step when something stands in the way of a wording for what was handed over, and says what. The warnings that are
/// confirmed with it, by their keys.
async fn confirmed_as_is(turn: &Turn<'_>, draft: &StaffDraft, fine: &[Obstacle]) -> Result<Vec<String>, Stop> {
    let mut found = findings(turn.data, draft, PATIENCE).await;
    found.obstacles.retain(|obstacle| !fine.contains(obstacle));
    // The form names the warnings that were read before it was opened; with another wording there are others.
    let named = format!("{SURE}{}", found.fingerprint());
    let mut confirmed = Vec::new();
    if turn.key.split('.').any(|part| part == named) {
        confirmed = found.warnings.drain(..).map(|warning| warning.key()).collect();
    }
    preview::refused(turn.data, draft, &found).map_or(Ok(confirmed), |refused| Err(refused.into()))
}

/// Opens that form again, for a wording whose money is for the PSF or a sponsoree.
pub(in crate::discord) async fn correct_for_us(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Ok((id, _version)) = key(turn) else { return Ok(Opening::Instead(Reply::aside(text("error-stale-button")))) };
    let found = turn.data.store.draft(id).await?.filter(|draft| draft.announcement.is_some());
    let Some(draft) = found else { return Ok(Opening::Instead(Reply::aside(text("announce-unknown")))) };
    // What is confirmed is handed on; the form's handler looks whether it is what it finds.
    let parts = turn.key.split('.').skip(2).filter(|part| *part == FOR_US || part.starts_with(SURE));
    let confirmed: String = parts.map(|part| format!(".{part}")).collect();
    let choice = Choice::carried(turn.data, &turn.key).ok().flatten();
    correction_form(turn.data, turn.caller.user, &draft, choice, &confirmed).await
}

/// That form was sent: what is still to be posted says it from the start, posted messages are edited.
pub(in crate::discord) async fn corrected(turn: &Turn<'_>) -> Result<Reply, Error> {
    let wording = typed(turn);
    let done = correction(turn, &wording).await;
    finish(turn, done, &wording).await
}

async fn correction(turn: &Turn<'_>, wording: &Wording) -> Result<Reply, Stop> {
    let data = turn.data;
    let (id, version) = key(turn)?;
    let found = turn.exchange.insist(async || data.store.draft(id).await).await?;
    let Some(draft) = found else { return Err(Reply::aside(text("announce-unknown")).into()) };
    let contact = match Choice::carried(data, &turn.key)? {
        Some(choice) => choice.contact(data),
        None => draft.wording.contact.clone(),
    };
    let wording = &wording.clone().signed(contact);
    if draft.version != version && draft.wording != *wording {
        return Err(Reply::aside(text("announce-correction-overtaken")).into());
    }
    let by = turn.caller.user;
    if draft.announcement.is_some() {
        let keep = async || data.store.keep_rewording(id, version, by, wording, data.clock.now()).await;
        turn.exchange.insist(keep).await?;
    }
    // Written into the form by the button that says so; whoever may send the form may press it.
    // What was confirmed of the old wording says nothing of a new one.
    let money_confirmed =
        turn.key.split('.').any(|part| part == FOR_US) || (draft.money_confirmed && draft.wording.is_typed_as(wording));
    let confirmed = if draft.wording.is_typed_as(wording) { draft.confirmed.clone() } else { Vec::new() };
    let mut draft = StaffDraft { wording: wording.clone(), money_confirmed, confirmed, ..draft };
    // Who was to be pinged was, or was chosen when it was still allowed; so was who is named for questions.
    let fine = [Obstacle::PingNotAllowed, Obstacle::ContactUnknown];
    draft.confirmed.extend(confirmed_as_is(turn, &draft, &fine).await?);
    let is_bound = data.config.announce.needs_approval(&draft.channels);
    if let Some(announcement) = draft.announcement
        && turn.exchange.insist(async || data.store.can_be_altered(announcement).await).await?
    {
        let draft = alter(turn, &draft).await?;
        return Ok(preview::preview(data, &draft, Some(text("announce-altered"))).await?);
    }
    let change = turn.exchange.insist(async || {
        let now = data.clock.now();
        if is_bound {
            data.store.propose_correction(&draft, by, desk(&data.config), now).await
        } else {
            data.store.reword_announcement(&draft, by, desk(&data.config), now).await
        }
    });
    let stored = made(change.await?)?;
    let (head, message) = if is_bound {
        (text("approval-asked-correction"), draft.message())
    } else {
        (text("announce-corrected"), stored.message())
    };
    Ok(preview::around(&head, &message.content).embed(render::preview(&message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::length;

    #[test]
    fn titles_labels_and_hints_keep_discords_limits() {
        // <https://discord.com/developers/docs/components/reference#text-input>
        for id in ["announce-form", "announce-form-cut", "announce-form-schedule"] {
            assert!(length(&text(id)) <= 45, "{id}");
        }
        for name in ["title", "text", "link", "image", "image-alt", "time", "zone"] {
            assert!(length(&text(&format!("announce-form-{name}"))) <= 45, "{name}");
        }
        for name in ["text", "time", "zone"] {
            assert!(length(&text(&format!("announce-form-{name}-hint"))) <= 100, "{name}");
        }
    }
}
