//! A wish becomes a proposal that is shown with a button; the button makes the change.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::proposal::{Op, Planned, Proposal, named};
use super::{preview, unknown};
use crate::announcements::{When, read_when, read_zone, wall_time};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::announce::{no_time, no_zone};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::ids::UserId;
use crate::message::{cut, instant, limits};
use crate::office_hours::{self, Calendar, Moved, Occasion, PERSONAL_LEAD, Reminder, Session, Subject};
use crate::office_hours::{date_notice, notice, personal_notice, personal_reminder, reminder};
use crate::store::{Aftermath, Changed};
use crate::texts::{text, text_with};

/// What a command asks for.
#[derive(Debug)]
pub(super) enum Wish<'a> {
    Known { op: Op, session: &'a str },
    Moved { session: &'a str, when: &'a str, zone: Option<&'a str>, by: Option<UserId> },
    New { series: &'a str, when: &'a str, zone: Option<&'a str>, by: Option<UserId> },
}

/// Shows a change of a session that is known, for which no time is needed.
pub(super) async fn propose(data: &Data, wish: &Wish<'_>) -> Result<Reply, Error> {
    let Wish::Known { op, session } = wish else { return Ok(Reply::aside(text("error-stale-button"))) };
    let calendar = fresh(data).await?;
    let Some((series, known)) = named(&calendar, session) else {
        return Ok(Reply::aside(unknown("sessions-unknown", session)));
    };
    let proposal =
        Proposal { op: *op, series: series.key.clone(), slot: known.slot, start: known.start, number: known.number };
    show(data, &calendar, proposal, None).await
}

/// Reads the time, then shows the change.
pub(super) async fn propose_time(data: &Data, exchange: &Exchange, wish: &Wish<'_>) -> Result<Reply, Error> {
    let calendar = fresh(data).await?;
    let (when, zone, by) = match wish {
        Wish::Moved { when, zone, by, .. } | Wish::New { when, zone, by, .. } => (*when, *zone, *by),
        Wish::Known { .. } => return Ok(Reply::aside(text("error-stale-button"))),
    };
    let about = match wish {
        Wish::Moved { session, .. } => {
            let Some((series, known)) = named(&calendar, session) else {
                return Ok(Reply::aside(unknown("sessions-unknown", session)));
            };
            (series, Some(known))
        }
        Wish::New { series, .. } | Wish::Known { session: series, .. } => {
            let typed = series.trim();
            let is_it = |known: &&crate::office_hours::Series| known.title.eq_ignore_ascii_case(typed);
            let Some(found) = calendar.series(typed).or_else(|| calendar.series.iter().find(is_it)) else {
                return Ok(Reply::aside(unknown("sessions-unknown-series", typed)));
            };
            (found, None)
        }
    };
    let zone = match zone_of(data, exchange, zone, by, about.0.zone).await? {
        Ok(zone) => zone,
        Err(refused) => return Ok(refused),
    };
    let proposal = |start: DateTime<Utc>| proposal(about.0, about.1.as_ref(), start);
    // Whole days need no time of day, and keep none.
    let is_days =
        calendar.key_date(&about.0.key).is_some_and(|date| matches!(date.planned, office_hours::When::Days { .. }));
    if let (true, Ok(day)) = (is_days, when.trim().parse::<NaiveDate>()) {
        return show(data, &calendar, proposal(office_hours::midnight(day)), None).await;
    }
    match read_when(when, zone, data.clock.now()) {
        Ok(When::At(at)) if is_days => {
            show(data, &calendar, proposal(office_hours::midnight(at.with_timezone(&zone).date_naive())), None).await
        }
        Err(problem) => Ok(no_time(when, problem)),
        Ok(When::At(at)) => show(data, &calendar, proposal(at), Some(zone)).await,
        Ok(When::Skipped(choices)) => Ok(ask("announce-time-skipped", choices, zone, proposal)),
        Ok(When::Twice(choices)) => Ok(ask("announce-time-twice", choices, zone, proposal)),
    }
}

fn proposal(series: &crate::office_hours::Series, known: Option<&Session<'_>>, start: DateTime<Utc>) -> Proposal {
    let series_key = series.key.clone();
    match known {
        Some(known) => Proposal { op: Op::Move, series: series_key, slot: known.slot, start, number: known.number },
        None => {
            let number = series.change(start).map_or(0, |change| change.number);
            Proposal { op: Op::Add, series: series_key, slot: start, start, number }
        }
    }
}

/// The zone that is named, and remembered from then on; else the one that is remembered; else that of the series.
async fn zone_of(
    data: &Data,
    exchange: &Exchange,
    typed: Option<&str>,
    by: Option<UserId>,
    usual: Tz,
) -> Result<Result<Tz, Reply>, Error> {
    let Some(by) = by else { return Ok(Ok(usual)) };
    let Some(typed) = typed else { return Ok(Ok(data.store.zone_of(by).await?.unwrap_or(usual))) };
    match read_zone(typed) {
        Err(near) => Ok(Err(no_zone(typed, &near))),
        Ok(zone) => {
            exchange.insist(async || data.store.keep_zone(by, zone, data.clock.now()).await).await?;
            Ok(Ok(zone))
        }
    }
}

/// Shows the two instants that may be meant; the button carries the one that is chosen.
fn ask(why: &str, choices: [DateTime<Utc>; 2], zone: Tz, proposal: impl Fn(DateTime<Utc>) -> Proposal) -> Reply {
    let choice = |at: DateTime<Utc>| {
        let label = at.with_timezone(&zone).format("%-d %B, %H:%M %Z (UTC%:z)").to_string();
        CreateButton::new(CustomId::new(Kind::SessionsTime, proposal(at)).to_string())
            .label(cut(&label, limits::BUTTON_LABEL))
            .style(ButtonStyle::Primary)
    };
    let [first, second] = choices.map(|at| format!("{}, {}", wall_time(at, zone), instant(at)));
    let row = CreateActionRow::Buttons(choices.map(choice).into());
    Reply::new(text_with(why, [("first", first), ("second", second)])).rows(vec![row])
}

/// One of two instants was chosen.
pub(in crate::discord) async fn choose_time(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(proposal) = Proposal::read(&turn.key) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let calendar = fresh(turn.data).await?;
    show(turn.data, &calendar, proposal, None).await
}

async fn show(data: &Data, calendar: &Calendar, proposal: Proposal, zone: Option<Tz>) -> Result<Reply, Error> {
    let id = CustomId::new(Kind::SessionsConfirm, &proposal).to_string();
    let planned = match proposal.plan(calendar, data.clock.now()) {
        Ok(planned) => planned,
        Err(why) => return Ok(Reply::aside(why)),
    };
    let from = planned.before.as_ref().map_or(planned.proposal.start, |session| session.start);
    let affected = data.store.affected(&planned.series.key, from).await?;
    let (label, style) = match planned.proposal.op {
        Op::Cancel if planned.date.is_some() => ("sessions-button-date-cancel", ButtonStyle::Danger),
        Op::Move if planned.date.is_some() => ("sessions-button-date-move", ButtonStyle::Primary),
        Op::Cancel => ("sessions-button-cancel", ButtonStyle::Danger),
        Op::Confirm => ("sessions-button-confirm", ButtonStyle::Success),
        Op::Add => ("sessions-button-add", ButtonStyle::Success),
        Op::Move => ("sessions-button-move", ButtonStyle::Primary),
    };
    let button = CreateButton::new(id).label(text(label)).style(style);
    let content = preview::preview(data, &planned, affected, zone);
    Ok(Reply::new(content).rows(vec![CreateActionRow::Buttons(vec![button])]))
}

/// Makes the change that is shown, if it still can be.
pub(in crate::discord) async fn confirm(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let Some(proposal) = Proposal::read(&turn.key) else { return Ok(Reply::aside(text("error-stale-button"))) };
    turn.exchange.insist(async || data.store.renew_schedule(&data.schedule).await).await?;
    let calendar = data.schedule.now();
    let planned = match proposal.plan(&calendar, data.clock.now()) {
        Ok(planned) => planned,
        Err(why) => return Ok(Reply::aside(why)),
    };
    let (Some(change), Some(aftermath)) = (planned.change(turn.caller.user), aftermath(&planned, data.clock.now()))
    else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    let changed =
        turn.exchange.insist(async || data.store.change_session(&change, &aftermath, data.clock.now()).await).await?;
    if changed == Changed::Open {
        return Ok(Reply::aside(text("sessions-is-open")));
    }
    if let Changed::Overtaken(_) = changed {
        // Whoever changed it was in this very moment faster.
        let calendar = fresh(data).await?;
        let why = planned.proposal.clone().plan(&calendar, data.clock.now()).err();
        return Ok(Reply::aside(why.unwrap_or_else(|| text("error-stale-button"))));
    }
    tracing::info!(series = change.series, slot = %change.slot, status = change.status.as_str(), "session changed by staff");
    // The tick of every process takes it over; this one shows it at once.
    if let Err(error) = data.store.renew_schedule(&data.schedule).await {
        tracing::warn!("a change of the schedule is taken over with the next tick: {error}");
    }
    Ok(Reply::new(preview::made(&planned)))
}

/// The schedule with all that staff changed until now.
async fn fresh(data: &Data) -> Result<std::sync::Arc<Calendar>, Error> {
    data.store.renew_schedule(&data.schedule).await?;
    Ok(data.schedule.now())
}

fn aftermath(planned: &Planned<'_>, now: DateTime<Utc>) -> Option<Aftermath> {
    let after = planned.after()?;
    let from = planned.before.as_ref().map_or(after.start, |session| session.start);
    let moved = Moved { from, to: (planned.proposal.op != Op::Cancel).then_some(after.start) };
    let due_at = after.start - PERSONAL_LEAD;
    let notice = match planned.date {
        None => notice(&after, moved),
        Some(date) => {
            let is_on = planned.proposal.op != Op::Cancel;
            date_notice(&date.title, date.when, planned.date_after().filter(|_| is_on).map(|date| date.when))
        }
    };
    Some(Aftermath {
        from,
        ends_at: after.end,
        notice,
        restored: posted(planned, &after),
        personal_notice: personal_notice(&after, moved, due_at > now),
        personal_reminder: (due_at > now).then(|| (personal_reminder(&after), due_at)),
    })
}

/// What a reminder of the session says in its channel.
fn posted(planned: &Planned<'_>, after: &Session<'_>) -> crate::message::Message {
    let date = planned.date_after();
    let occasion = Occasion {
        subject: if date.is_some() { Subject::KeyDate } else { Subject::Session },
        key: after.series,
        title: after.title,
        channel: after.channel,
        start: after.start,
        leads: &planned.series.leads,
        key_date: date.as_ref(),
    };
    let lead = planned.series.leads.first().copied().unwrap_or(PERSONAL_LEAD);
    reminder(&Reminder { occasion, lead, due_at: after.start - lead, expires_at: after.start })
}
