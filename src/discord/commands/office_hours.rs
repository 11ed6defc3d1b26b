//! `/officehours` and `/dates`: sessions and key dates in the reader's own time. No database on the way.

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::calendar::{self, Ahead};
use super::{AppContext, Data, Error, questions, remind};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn, answer};
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::office_hours::{KeyDate, Series, Session, Status};
use crate::texts::{text, text_with};

/// Sessions of a series that `/officehours` names.
const NEXT: usize = 3;

/// Room for the line that says how many dates were left out.
const ROOM_FOR_MORE: usize = 60;

/// When the next office hours are, in your own time
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn officehours(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { Ok(overview(data)) }).await
}

/// The panel: the same.
pub(in crate::discord) async fn next(turn: &Turn<'_>) -> Result<Reply, Error> {
    Ok(overview(turn.data))
}

fn overview(data: &Data) -> Reply {
    let (calendar, now) = (data.schedule.now(), data.clock.now());
    Reply::new(next_sessions(&calendar.series, now)).rows(buttons(&calendar.series, now))
}

/// Dates of the next three months, in your own time
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn dates(ctx: AppContext<'_>) -> Result<(), Error> {
    let schedule = ctx.data().schedule.now();
    let ahead = Ahead::of(&schedule, ctx.data().clock.now());
    answer(ctx, async { Ok(Reply::new(three_months(&ahead)).rows(calendar::button(&ahead))) }).await
}

/// The next session of a series: a link to Google's calendar, and a file for every other. The key names a series of the
/// configuration or nothing.
pub(in crate::discord) async fn add_to_calendar(turn: &Turn<'_>) -> Result<Reply, Error> {
    let calendar = turn.data.schedule.now();
    let Some(series) = calendar.series(&turn.key) else {
        return Ok(Reply::aside(text("calendar-gone")));
    };
    let now = turn.data.clock.now();
    let Some(session) = series.next(now, 1).pop() else {
        return Ok(Reply::aside(text_with("calendar-none", [("title", escape_markdown(&series.title))])));
    };
    Ok(calendar::one(turn.data, &line("calendar-session", &session), &session))
}

/// For series whose next session is sure, a button that reminds of it; for those that have a date, one for calendars.
fn buttons(series: &[Series], now: DateTime<Utc>) -> Vec<CreateActionRow> {
    let sure = series.iter().filter(|series| remind::next(series, now).is_some()).collect();
    let dated = series.iter().filter(|series| !series.next(now, 1).is_empty()).collect();
    let several = series.len() > 1;
    let remind = one_each(Kind::HoursRemind, "officehours-remind", sure, several);
    let add = one_each(Kind::HoursCalendar, "officehours-add", dated, several);
    remind.into_iter().chain(add).chain(questions::row(series)).take(limits::ROWS).collect()
}

/// One button a series, at most two rows of them; with several series each says which.
pub(super) fn one_each(kind: Kind, label: &str, series: Vec<&Series>, several: bool) -> Vec<CreateActionRow> {
    let buttons: Vec<CreateButton> = series
        .into_iter()
        .take(2 * limits::ROW)
        .map(|series| {
            let label = match several {
                false => text(label),
                true => text_with(&format!("{label}-one"), [("title", series.title.clone())]),
            };
            let id = CustomId::new(kind, &series.key).to_string();
            CreateButton::new(id).label(cut(&label, limits::BUTTON_LABEL)).style(ButtonStyle::Secondary)
        })
        .collect();
    buttons.chunks(limits::ROW).map(|row| CreateActionRow::Buttons(row.to_vec())).collect()
}

/// A paragraph a series.
fn next_sessions(series: &[Series], now: DateTime<Utc>) -> String {
    if series.is_empty() {
        return text("officehours-no-series");
    }
    let paragraphs = series.iter().map(|series| {
        let sessions = next_said(series, now);
        let lines: Vec<String> = if sessions.is_empty() {
            vec![text("officehours-none")]
        } else {
            sessions.iter().map(|session| format!("- {}", line("officehours-session", session))).collect()
        };
        format!("**{}**\n{}", escape_markdown(&series.title), lines.join("\n"))
    });
    let all: Vec<String> = std::iter::once(format!("## {}", text("officehours-title"))).chain(paragraphs).collect();
    cut(&all.join("\n"), limits::CONTENT)
}

/// The next sessions of a series; those that are cancelled are named where they would have stood, because members may still
/// count on them.
fn next_said(series: &Series, now: DateTime<Utc>) -> Vec<Session<'_>> {
    let mut on = 0;
    let mut said = series.ahead(now);
    said.retain(|session| {
        let has_room = on < NEXT;
        on += usize::from(session.status != Status::Cancelled);
        has_room
    });
    said
}

/// One list of everything; what has no room is counted.
fn three_months(ahead: &Ahead<'_>) -> String {
    let sessions = ahead.sessions.iter().map(|session| (session.start, line("dates-session", session)));
    let key_dates = ahead.key_dates.iter().map(|date| (date.when.start(), key_date(date)));
    let mut all: Vec<(DateTime<Utc>, String)> = sessions.chain(key_dates).collect();
    all.sort_by_key(|(start, _)| *start);
    if all.is_empty() {
        return text("dates-none");
    }
    let mut content = format!("## {}", text("dates-title"));
    for (shown, (_, line)) in all.iter().enumerate() {
        let line = format!("\n- {line}");
        if length(&content) + length(&line) + ROOM_FOR_MORE > limits::CONTENT {
            content.push('\n');
            content.push_str(&text_with("dates-more", [("count", all.len() - shown)]));
            break;
        }
        content.push_str(&line);
    }
    cut(&content, limits::CONTENT)
}

/// A key date in words, with its sentence and its link where it has them.
fn key_date(date: &KeyDate) -> String {
    let args =
        [("when", date.when.in_words()), ("title", escape_markdown(&date.title)), ("planned", date.planned.in_words())];
    let head = match () {
        () if date.is_cancelled() => return text_with("dates-key-date-cancelled", args),
        () if date.when != date.planned => text_with("dates-key-date-moved", args),
        () => text_with("dates-key-date", args),
    };
    let sentence = date.text.as_deref().map(escape_markdown);
    let link = date.url.as_ref().map(|url| text_with("dates-link", [("url", url.to_string())]));
    let more: Vec<String> = sentence.into_iter().chain(link).collect();
    if more.is_empty() { head } else { format!("{head}. {}", more.join(" ")) }
}

/// A session in words, which say how sure it is and what became of it.
pub(super) fn line(id: &str, session: &Session<'_>) -> String {
    let args = [
        ("when", instant(session.start)),
        ("title", escape_markdown(session.title)),
        ("channel", format!("<#{}>", session.channel)),
        ("slot", instant(session.slot)),
    ];
    match session.status {
        Status::Scheduled => text_with(id, args),
        Status::Expected | Status::Moved | Status::Cancelled => {
            text_with(&format!("{id}-{}", session.status.as_str()), args)
        }
    }
}
