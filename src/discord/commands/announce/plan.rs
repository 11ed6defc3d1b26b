//! Schedule: a form for the time, the time shown back, then the confirmation.

use std::time::Duration;

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton, CreateInputText, CreateModal, InputTextStyle};

use super::controls;
use super::findings::findings;
use super::preview;
use super::send::{hand_over, ready};
use super::stop::{Stop, mine, said, save, unsent};
use crate::announcements::{DraftState, StaffDraft, Warning, When, WhenProblem, read_when, read_zone, wall_time};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Error;
use crate::discord::interactions::{Opening, Reply, Turn};
use crate::message::{cut, escape_markdown, instant, limits, one_line};
use crate::texts::{text, text_with};
use chrono_tz::Tz;

/// Names of the fields in the form.
pub(super) const TIME: &str = "time";
pub(super) const ZONE: &str = "zone";
const UNTIL: &str = "until";

/// The longest that either can sensibly be.
const MOST: u16 = 60;

/// Opens the form for a time, filled in with the zone that is remembered.
pub(in crate::discord) async fn plan(turn: &Turn<'_>) -> Result<Opening, Error> {
    let prepared = async {
        let draft = mine(turn).await?;
        let zone = turn.data.store.zone_of(turn.caller.user).await?;
        Ok::<_, Stop>(form(&draft, zone))
    };
    match prepared.await {
        Ok(form) => Ok(Opening::Form(form)),
        Err(stop) => said(turn.data, Err(stop)).await.map(Opening::Instead),
    }
}

fn form(draft: &StaffDraft, zone: Option<Tz>) -> CreateModal {
    let id = CustomId::new(Kind::AnnouncePlanned, format!("{}.{}", draft.id, draft.version));
    let mut inputs = time_inputs(zone);
    let until = input("announce-form-until", UNTIL, "announce-form-until-hint").required(false);
    inputs.push(match draft.expires_at {
        Some(at) => until.value(at.format("%Y-%m-%d %H:%M UTC").to_string()),
        None => until,
    });
    CreateModal::new(id.to_string(), text("announce-form-schedule"))
        .components(inputs.into_iter().map(CreateActionRow::InputText).collect())
}

/// A form for a time alone.
pub(super) fn time_form(id: CustomId, title: String, zone: Option<Tz>) -> CreateModal {
    let inputs = time_inputs(zone).into_iter().map(CreateActionRow::InputText).collect();
    CreateModal::new(id.to_string(), title).components(inputs)
}

fn time_inputs(zone: Option<Tz>) -> Vec<CreateInputText> {
    let when = input("announce-form-time", TIME, "announce-form-time-hint");
    let place = input("announce-form-zone", ZONE, "announce-form-zone-hint");
    let place = match zone {
        Some(zone) => place.value(zone.name()),
        None => place,
    };
    vec![when, place]
}

fn input(label: &str, name: &str, hint: &str) -> CreateInputText {
    CreateInputText::new(InputTextStyle::Short, text(label), name).max_length(MOST).placeholder(text(hint))
}

/// That form was sent: the time is kept with the draft and shown back, or what is wrong with it is said.
pub(in crate::discord) async fn planned(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, time_typed(turn).await).await
}

async fn time_typed(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    let data = turn.data;
    let zone = read_zone(turn.field(ZONE)).map_err(|near| no_zone(turn.field(ZONE), &near))?;
    turn.exchange.insist(async || data.store.keep_zone(turn.caller.user, zone, data.clock.now()).await).await?;
    let draft = StaffDraft { expires_at: end_typed(turn, zone)?, ..draft };
    match read_when(turn.field(TIME), zone, data.clock.now()) {
        Err(problem) => Err(no_time(turn.field(TIME), problem).into()),
        Ok(When::At(at)) => keep(turn, draft, at).await,
        Ok(When::Skipped(choices)) => ask(turn, draft, "announce-time-skipped", choices, zone).await,
        Ok(When::Twice(choices)) => ask(turn, draft, "announce-time-twice", choices, zone).await,
    }
}

/// The draft with its end, where another one was typed; the time is still to be chosen. What was handed over keeps the end
/// that fits its time until then.
async fn end_kept(turn: &Turn<'_>, draft: StaffDraft) -> Result<StaffDraft, Stop> {
    let stored = mine(turn).await?;
    let is_kept = stored.expires_at == draft.expires_at || stored.announcement.is_some();
    if is_kept { Ok(stored) } else { save(turn, &draft).await }
}

/// The time after which it is not sent any more; none where nothing was typed.
fn end_typed(turn: &Turn<'_>, zone: Tz) -> Result<Option<DateTime<Utc>>, Stop> {
    let typed = turn.field(UNTIL);
    if typed.trim().is_empty() {
        return Ok(None);
    }
    match read_when(typed, zone, turn.data.clock.now()) {
        // Of two that can be meant the later one: until then it may be sent.
        Ok(When::At(at) | When::Skipped([_, at]) | When::Twice([_, at])) => Ok(Some(at)),
        Err(problem) => Err(no_time(typed, problem).into()),
    }
}

pub(in crate::discord::commands) fn no_zone(typed: &str, near: &[Tz]) -> Reply {
    let near = near.iter().map(|zone| format!("`{zone}`")).collect::<Vec<_>>().join(", ");
    let suggestion =
        if near.is_empty() { String::new() } else { text_with("announce-zone-suggestion", [("zones", near)]) };
    Reply::aside(text_with("announce-zone-unknown", [("typed", quoted(typed)), ("suggestion", suggestion)]))
}

pub(in crate::discord::commands) fn no_time(typed: &str, problem: WhenProblem) -> Reply {
    let why = match problem {
        WhenProblem::Unreadable => text("announce-time-unreadable"),
        WhenProblem::NoSuchDay => text("announce-time-no-such-day"),
        WhenProblem::Past(at) => text_with("announce-time-past", [("time", instant(at))]),
        WhenProblem::TooFar(at) => text_with("announce-time-far", [("time", instant(at))]),
    };
    Reply::aside(text_with("announce-time-refused", [("typed", quoted(typed)), ("why", why)]))
}

fn quoted(typed: &str) -> String {
    escape_markdown(&cut(&one_line(typed), usize::from(MOST)))
}

async fn keep(turn: &Turn<'_>, draft: StaffDraft, at: DateTime<Utc>) -> Result<Reply, Stop> {
    if let Some(end) = draft.expires_at.filter(|&end| end <= at) {
        let times = [("time", instant(at)), ("end", instant(end))];
        return Err(Reply::aside(text_with("announce-end-before-time", times)).into());
    }
    // One that is to be sent as soon as it is approved has a time from now on.
    let (state, check) = match draft.state {
        DraftState::Draft => (DraftState::Draft, "announce-time-check"),
        _ => (DraftState::Scheduled, "announce-altered"),
    };
    let draft = StaffDraft { scheduled_for: Some(at), state, ..draft };
    // A draft's warnings are confirmed before it is handed over; what was is changed at once.
    let draft = if draft.announcement.is_some() { warned(turn, draft, at).await? } else { draft };
    let draft = save(turn, &draft).await?;
    Ok(preview::preview(turn.data, &draft, Some(text(check))).await?)
}

/// What was handed over, if its author was not warned of anything at its new time, or has read the warnings by the button
/// that was made for them.
async fn warned(turn: &Turn<'_>, draft: StaffDraft, at: DateTime<Utc>) -> Result<StaffDraft, Stop> {
    let found = findings(turn.data, &draft, Duration::ZERO).await;
    if found.warnings.is_empty() {
        return Ok(draft);
    }
    if Chosen::read(&turn.key).is_some_and(|chosen| chosen.read == found.fingerprint()) {
        let read = found.warnings.iter().map(Warning::key);
        let confirmed = draft.confirmed.iter().cloned().chain(read).collect();
        return Ok(StaffDraft { confirmed, ..draft });
    }
    let chosen = Chosen { at, read: &found.fingerprint(), end: draft.expires_at };
    let sure = CreateButton::new(CustomId::new(Kind::AnnounceTime, chosen.key(&draft)).to_string())
        .label(text("announce-sure"))
        .style(ButtonStyle::Secondary);
    let warnings = found.lines(turn.data, &draft).join("\n");
    let said = text_with("announce-time-warned", [("time", instant(at)), ("warnings", warnings)]);
    Err(Reply::aside(said).rows(vec![CreateActionRow::Buttons(vec![sure])]).into())
}

/// What a button for a time carries behind its draft and version, as `seconds.warnings.end`.
struct Chosen<'a> {
    at: DateTime<Utc>,
    /// The name of the warnings that were read; empty where it was made for none.
    read: &'a str,
    /// The end that was typed with the time.
    end: Option<DateTime<Utc>>,
}

impl<'a> Chosen<'a> {
    fn read(key: &'a str) -> Option<Self> {
        let instant = |part: &str| DateTime::from_timestamp(part.parse().ok()?, 0);
        let mut parts = key.split('.').skip(2);
        let at = parts.next().and_then(instant)?;
        Some(Self { at, read: parts.next()?, end: parts.next().and_then(instant) })
    }

    fn key(&self, draft: &StaffDraft) -> String {
        let end = self.end.map_or_else(String::new, |end| end.timestamp().to_string());
        format!("{}.{}.{}.{}.{end}", draft.id, draft.version, self.at.timestamp(), self.read)
    }
}

/// Shows the two instants that may be meant; the button carries the one that is chosen.
async fn ask(
    turn: &Turn<'_>,
    draft: StaffDraft,
    why: &str,
    choices: [DateTime<Utc>; 2],
    zone: Tz,
) -> Result<Reply, Stop> {
    let end = draft.expires_at;
    let draft = end_kept(turn, draft).await?;
    let choice = |at: DateTime<Utc>| {
        let key = Chosen { at, read: "", end }.key(&draft);
        let label = at.with_timezone(&zone).format("%-d %B, %H:%M %Z (UTC%:z)").to_string();
        CreateButton::new(CustomId::new(Kind::AnnounceTime, key).to_string())
            .label(cut(&label, limits::BUTTON_LABEL))
            .style(ButtonStyle::Primary)
    };
    let other = controls::button(Kind::AnnouncePlan, &draft, "announce-change-time", ButtonStyle::Secondary);
    let row = CreateActionRow::Buttons(choices.map(choice).into_iter().chain([other]).collect());
    let [first, second] = choices.map(|at| format!("{}, {}", wall_time(at, zone), instant(at)));
    let notice = text_with(why, [("first", first), ("second", second)]);
    Ok(preview::with_rows(turn.data, &draft, Some(notice), vec![row]).await?)
}

/// One of two instants was chosen.
pub(in crate::discord) async fn choose_time(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, time_chosen(turn).await).await
}

async fn time_chosen(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    let Some(chosen) = Chosen::read(&turn.key) else {
        return Err(Reply::aside(text("error-stale-button")).into());
    };
    let at = chosen.at;
    let draft = StaffDraft { expires_at: chosen.end, ..draft };
    // The button was made for a time that could be meant; it may have been pressed late, or written by hand.
    match read_when(&at.format("%Y-%m-%d %H:%M:%S UTC").to_string(), Tz::UTC, turn.data.clock.now()) {
        Ok(_) => keep(turn, draft, at).await,
        Err(problem) => Err(no_time(&at.format("%Y-%m-%d %H:%M UTC").to_string(), problem).into()),
    }
}

/// Hands a draft over to be sent at the time that is shown.
pub(in crate::discord) async fn confirm(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, confirmed(turn).await).await
}

async fn confirmed(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = unsent(turn).await?;
    ready(turn, &draft).await?;
    let data = turn.data;
    let Some(due_at) = draft.scheduled_for else { return Err(Reply::aside(text("error-stale-button")).into()) };
    if due_at <= data.clock.now() {
        let late = text_with("announce-time-past", [("time", instant(due_at))]);
        return Err(preview::preview(data, &draft, Some(late)).await?.into());
    }
    if let Some(end) = draft.expires_at.filter(|&end| end <= due_at) {
        let times = [("time", instant(due_at)), ("end", instant(end))];
        return Err(Reply::aside(text_with("announce-end-before-time", times)).into());
    }
    hand_over(turn, &draft, Some(due_at)).await
}
