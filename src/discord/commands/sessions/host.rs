//! `/sessions open` and `close`, and the buttons of hosts: open, extend, close. A click only says what is to be done; the job
//! does it within a second or two, and says in the channel when it is done.

use chrono::{DateTime, Utc};

use super::seconds;
use crate::config::Domain;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::ids::{SessionRunId, UserId};
use crate::message::{escape_markdown, instant};
use crate::office_hours::{Calendar, Series};
use crate::session_desk::{EARLY, EXTENSION, MOST_EXTENSION, Spoken};
use crate::store::{Extended, NewRun, Run, RunState};
use crate::texts::{text, text_with};

/// Opens the session that is now.
pub(super) async fn open(
    data: &Data,
    exchange: &Exchange,
    by: Option<UserId>,
    series: Option<&str>,
) -> Result<Reply, Error> {
    let Some(by) = by else { return Ok(Reply::aside(text("error-stale-button"))) };
    let calendar = data.schedule.now();
    match find(data, &calendar, series, |state| matches!(state, RunState::Waiting | RunState::Closed)).await? {
        Err(why) => Ok(Reply::aside(why)),
        Ok(run) => open_this(data, exchange, by, &run).await,
    }
}

/// What is posted when the next session of a series begins.
pub(super) async fn agenda(data: &Data, typed: &str) -> Result<Reply, Error> {
    let calendar = data.schedule.now();
    let is_it = |known: &&Series| known.key == typed.trim() || known.title == typed.trim();
    let Some(series) = calendar.series.iter().find(is_it) else {
        return Ok(Reply::aside(super::unknown("sessions-unknown-series", typed)));
    };
    let agenda = data.store.agenda(&series.key, &series.title).await?;
    Ok(Reply::new(agenda.map_or_else(
        || text_with("host-no-agenda", [("title", escape_markdown(&series.title))]),
        |agenda| agenda.message().content,
    )))
}

/// Closes the session that is open.
pub(super) async fn close(data: &Data, exchange: &Exchange, series: Option<&str>) -> Result<Reply, Error> {
    let calendar = data.schedule.now();
    match find(data, &calendar, series, |state| matches!(state, RunState::Opening | RunState::Open)).await? {
        Err(why) => Ok(Reply::aside(why)),
        Ok(run) => close_this(data, exchange, &run).await,
    }
}

/// The one session that is meant, in a state that fits; else a sentence on what there is.
async fn find(
    data: &Data,
    calendar: &Calendar,
    series: Option<&str>,
    fits: impl Fn(RunState) -> bool,
) -> Result<Result<Run, String>, Error> {
    let is_meant =
        |known: &&Series| series.is_none_or(|typed| typed.trim() == known.key || typed.trim() == known.title);
    let meant: Vec<&Series> = calendar.series.iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Ok(Err(super::unknown("sessions-unknown-series", series.unwrap_or_default())));
    }
    if meant.iter().all(|series| series.opening.is_none()) {
        return Ok(Err(text("host-not-configured")));
    }
    let now = data.clock.now();
    let runs = data.store.runs(now + EARLY, now).await?;
    let mut fitting = runs.iter().filter(|run| meant.iter().any(|series| series.key == run.session.series));
    let known: Vec<&Run> = fitting.by_ref().collect();
    let mut right = known.iter().filter(|run| fits(run.state));
    match (right.next(), right.next()) {
        (Some(run), None) => Ok(Ok((*run).clone())),
        (Some(_), Some(_)) => Ok(Err(text("host-which"))),
        (None, _) => Ok(Err(match known.first() {
            Some(run) => standing(run),
            None => next_one(&meant, now),
        })),
    }
}

/// How a session stands, where it can't be done what was asked for.
fn standing(run: &Run) -> String {
    let end = ("end", instant(run.session.ends_at));
    match run.state {
        RunState::Opening => text("host-is-opening"),
        RunState::Open => text_with("host-is-open", [end]),
        RunState::Closing => text("host-is-closing"),
        RunState::Waiting => text("host-is-waiting"),
        RunState::Closed | RunState::Skipped => text("host-is-over"),
    }
}

fn next_one(meant: &[&Series], now: DateTime<Utc>) -> String {
    let opened = meant.iter().filter(|series| series.opening.is_some());
    let next = opened.filter_map(|series| {
        let session = series.next(now, 5).into_iter().find(|session| session.status.is_sure())?;
        Some((session.start, escape_markdown(session.title)))
    });
    match next.min() {
        Some((start, title)) => text_with("host-too-early", [("title", title), ("when", instant(start))]),
        None => text("host-none"),
    }
}

async fn open_this(data: &Data, exchange: &Exchange, by: UserId, run: &Run) -> Result<Reply, Error> {
    let opened = exchange.insist(async || data.store.open_run(run.id, by, data.clock.now()).await).await?;
    let channel = ("channel", format!("<#{}>", run.session.channel));
    if opened {
        return Ok(Reply::aside(text_with("host-will-open", [channel, ("end", instant(run.session.ends_at))])));
    }
    let now = data.store.run(run.id).await?;
    Ok(Reply::aside(now.map_or_else(|| text("host-is-over"), |run| standing(&run))))
}

async fn close_this(data: &Data, exchange: &Exchange, run: &Run) -> Result<Reply, Error> {
    let closed = exchange.insist(async || data.store.close_run(run.id, data.clock.now()).await).await?;
    let channel = ("channel", format!("<#{}>", run.session.channel));
    if closed {
        return Ok(Reply::aside(text_with("host-will-close", [channel])));
    }
    let now = data.store.run(run.id).await?;
    Ok(Reply::aside(now.map_or_else(|| text("host-is-over"), |run| standing(&run))))
}

/// The session of a button, if whoever pressed it is one of its hosts.
async fn pressed(turn: &Turn<'_>, key: &str) -> Result<Result<Run, Reply>, Error> {
    let Ok(id) = key.parse::<i64>() else { return Ok(Err(Reply::aside(text("error-stale-button")))) };
    let Some(run) = turn.data.store.run(SessionRunId(id)).await? else {
        return Ok(Err(Reply::aside(text("error-stale-button"))));
    };
    let calendar = turn.data.schedule.now();
    let opening = calendar.series(&run.session.series).and_then(|series| series.opening.as_ref());
    let is_host = turn.caller.is_staff(turn.data, Domain::Sessions)
        || opening.is_some_and(|opening| turn.caller.has_one_of(&opening.hosts));
    Ok(if is_host { Ok(run) } else { Err(Reply::aside(text("host-only"))) })
}

/// The card's button: open.
pub(in crate::discord) async fn open_now(turn: &Turn<'_>) -> Result<Reply, Error> {
    let run = match pressed(turn, &turn.key).await? {
        Ok(run) => run,
        Err(refused) => return Ok(refused),
    };
    let (data, now) = (turn.data, turn.data.clock.now());
    if run.state == RunState::Waiting && now < run.session.starts_at - EARLY {
        // It was moved after the card was posted.
        return Ok(Reply::aside(text_with("host-moved", [("when", instant(run.session.starts_at))])));
    }
    open_this(data, &turn.exchange, turn.caller.user, &run).await
}

/// The card's button: close.
pub(in crate::discord) async fn close_now(turn: &Turn<'_>) -> Result<Reply, Error> {
    match pressed(turn, &turn.key).await? {
        Ok(run) => close_this(turn.data, &turn.exchange, &run).await,
        Err(refused) => Ok(refused),
    }
}

/// The warning's button: a quarter of an hour more. It carries the end that it was made for, so that two clicks extend once.
pub(in crate::discord) async fn extend(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((id, known)) = turn.key.split_once('.').and_then(|(id, end)| Some((id, seconds(end)?))) else {
        return Ok(Reply::aside(text("error-stale-button")));
    };
    let run = match pressed(turn, id).await? {
        Ok(run) => run,
        Err(refused) => return Ok(refused),
    };
    let data = turn.data;
    let calendar = data.schedule.now();
    let series = calendar.series(&run.session.series);
    let longest = series.map(|series| run.session.starts_at + series.duration + MOST_EXTENSION);
    let until = known + EXTENSION;
    if longest.is_some_and(|longest| until > longest) {
        return Ok(Reply::aside(text_with("host-longest", [("end", instant(known))])));
    }
    let NewRun { series: key, slot, starts_at, channel, .. } = &run.session;
    let title = series.map_or(key.as_str(), |series| series.title.as_str());
    let (slot, starts_at, channel) = (*slot, *starts_at, *channel);
    let warning =
        Spoken { id: run.id, series: key, title, channel, slot, starts_at, ends_at: until, reopened: 0 }.extended();
    let extended = turn
        .exchange
        .insist(async || data.store.extend_run(run.id, known, until, &warning, data.clock.now()).await)
        .await?;
    Ok(Reply::aside(match extended {
        Extended::Until(end) => text_with("host-extended-to", [("end", instant(end))]),
        Extended::Already(end) => text_with("host-extended-already", [("end", instant(end))]),
        Extended::Over => text("host-is-over"),
    }))
}
