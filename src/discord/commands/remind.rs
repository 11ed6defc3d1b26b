//! A member's own reminder: a direct message shortly before a session, or a word at the next command where direct messages
//! are closed. Never a public ping.

use chrono::{DateTime, TimeDelta, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::{Data, Error};
use crate::announcements::{Draft, Kind as About, Outcome};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::ids::{ChannelId, PersonalReminderId, UserId};
use crate::message::{cut, escape_markdown, instant, limits};
use crate::office_hours::{self, Series, Session};
use crate::store::{EventKey, PersonalReminder};
use crate::texts::{text, text_with};

/// How long before a session the member is told.
const LEAD: TimeDelta = office_hours::PERSONAL_LEAD;

/// Own reminders that `/me` lists.
const SHOWN: usize = 5;

/// How far ahead a session may be.
const HORIZON: TimeDelta = TimeDelta::days(366);

/// The next session of a series that is sure to take place and has not begun.
pub(super) fn next(series: &Series, now: DateTime<Utc>) -> Option<Session<'_>> {
    series.scheduled(now, now + HORIZON).into_iter().find(|session| session.start > now)
}

/// The member wants to be reminded of a series' next session.
pub(in crate::discord) async fn remind(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member, now) = (turn.data, turn.caller.user, turn.data.clock.now());
    let calendar = data.schedule.now();
    let Some(series) = calendar.series(&turn.key) else {
        return Ok(Reply::aside(text("calendar-gone")));
    };
    let title = ("title", escape_markdown(&series.title));
    let Some(session) = next(series, now) else { return Ok(Reply::aside(text_with("remind-none", [title]))) };
    if session.start - LEAD <= now {
        return Ok(Reply::aside(text_with("remind-soon", [title, ("relative", relative(&session))])));
    }
    let stored = turn.exchange.insist(async || data.store.reminders_of(member, data.clock.now()).await).await?;
    if let Some(known) = stored.iter().find(|known| known.series == series.key && known.starts_at == session.start) {
        // Nothing is asked of Discord a second time, however often the button is pressed.
        return Ok(promised(known.id, &session));
    }
    let channel = match turn.exchange.patiently(async || data.publisher.open_direct(member).await).await {
        Ok(channel) => channel,
        Err(Outcome::Wait { until }) => {
            let relative = ("relative", format!("<t:{}:R>", until.timestamp() + 1));
            return Ok(Reply::aside(text_with("remind-wait", [relative])));
        }
        Err(_) => return Ok(Reply::aside(text("remind-not-now"))),
    };
    let draft = draft(&session, member, channel);
    let key = EventKey { series: series.key.clone(), starts_at: session.start };
    let stored = turn
        .exchange
        .insist(async || data.store.remind_member(member, &key, session.end, &draft, data.clock.now()).await)
        .await?;
    Ok(promised(stored, &session))
}

fn promised(id: PersonalReminderId, session: &Session<'_>) -> Reply {
    let title = ("title", escape_markdown(session.title));
    let said = text_with("remind-stored", [title, ("when", instant(session.start))]);
    Reply::new(said).rows(vec![CreateActionRow::Buttons(vec![forget_button(id, &text("remind-forget"))])])
}

/// The member does not want it any more. Whose it is is checked where the row is.
pub(in crate::discord) async fn forget(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<i64>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (store, member) = (&turn.data.store, turn.caller.user);
    let forgotten = turn.exchange.insist(async || store.forget_reminder(member, PersonalReminderId(id)).await).await?;
    Ok(Reply::new(text(if forgotten { "remind-forgotten" } else { "remind-unknown" })))
}

/// A member's own reminders for `/me`: a line each, and a row of buttons that forget the nearest ones.
pub(super) async fn own(data: &Data, member: UserId) -> Result<(Vec<String>, Option<CreateActionRow>), Error> {
    let reminders = data.store.reminders_of(member, data.clock.now()).await?;
    let calendar = data.schedule.now();
    let title = |key: &str| calendar.series(key).map_or(key, |series| series.title.as_str()).to_owned();
    let line = |reminder: &PersonalReminder| {
        let title = ("title", escape_markdown(&title(&reminder.series)));
        text_with("remind-line", [title, ("when", instant(reminder.starts_at))])
    };
    let button = |reminder: &PersonalReminder| {
        let label = text_with("remind-forget-one", [("title", title(&reminder.series))]);
        forget_button(reminder.id, &label)
    };
    let buttons: Vec<CreateButton> = reminders.iter().take(limits::ROW).map(button).collect();
    let row = (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons));
    Ok((reminders.iter().take(SHOWN).map(line).collect(), row))
}

fn forget_button(id: PersonalReminderId, label: &str) -> CreateButton {
    let id = CustomId::new(Kind::HoursForget, id).to_string();
    CreateButton::new(id).label(cut(label, limits::BUTTON_LABEL)).style(ButtonStyle::Secondary)
}

fn relative(session: &Session<'_>) -> String {
    format!("<t:{}:R>", session.start.timestamp())
}

fn draft(session: &Session<'_>, member: UserId, channel: ChannelId) -> Draft {
    // A session that staff changed is spoken of in other words each time, so that an earlier message is not taken for this one.
    let change = if session.number > 0 { format!("\n{}", session.number) } else { String::new() };
    Draft {
        kind: About::Personal,
        message: office_hours::personal_reminder(session),
        crosspost: false,
        origin: Some(format!("personal\n{member}\n{}\n{}{change}", session.series, session.start.timestamp())),
        channels: vec![channel],
        due_at: session.start - LEAD,
    }
}
