//! *Add to calendar*: links that open Google's calendar first, because they are what most can use; then the file for every
//! other; and where to subscribe, if the calendars are served.

use chrono::{DateTime, Months, Utc};
use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};
use url::Url;

use super::{Data, Error};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::message::{cut, length, limits};
use crate::office_hours::{
    self, Appointment, Calendar, Certainty, KeyDate, Session, google_date_link, google_link, google_subscription,
};
use crate::texts::{text, text_with};

/// Dates that get a link of their own, three rows of them; the file and the subscription hold all.
const LINKS: usize = 3 * limits::ROW;

/// What lies ahead within three months, what is under way included.
pub(super) struct Ahead<'a> {
    pub(super) sessions: Vec<Session<'a>>,
    pub(super) key_dates: Vec<&'a KeyDate>,
}

impl<'a> Ahead<'a> {
    pub(super) fn of(calendar: &'a Calendar, now: DateTime<Utc>) -> Self {
        let longest = calendar.series.iter().map(|series| series.duration).max().unwrap_or_default();
        let from = now.checked_sub_signed(longest).unwrap_or(now);
        let to = now.checked_add_months(Months::new(3)).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let mut sessions = office_hours::sessions(&calendar.series, from, to);
        sessions.retain(|session| session.end > now);
        let is_ahead = |date: &&KeyDate| date.when.end() > now || date.when.start() >= now;
        let key_dates = calendar.key_dates.iter().filter(is_ahead).filter(|date| date.when.start() < to).collect();
        Self { sessions, key_dates }
    }

    fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.key_dates.is_empty()
    }

    /// The links of the first of them, each with what it adds.
    fn links(&self, data: &Data) -> Vec<(String, Url)> {
        let day = |at: DateTime<Utc>| at.format("%-d %b").to_string();
        // Google's link can add, and not take away.
        let takes_place = |appointment: &Appointment<'_>| appointment.certainty != Certainty::Cancelled;
        let sessions = self.sessions.iter().map(Appointment::from).filter(takes_place).filter_map(|session| {
            let label = format!("{}: {}", day(session.start), session.title);
            Some((session.start, label, google_link(&session, data.guild)?))
        });
        let dates = self.key_dates.iter().filter(|date| !date.is_cancelled()).filter_map(|date| {
            let start = date.when.start();
            Some((start, format!("{}: {}", day(start), date.title), google_date_link(date)?))
        });
        let mut links: Vec<_> = sessions.chain(dates).collect();
        links.sort_by_key(|(start, ..)| *start);
        links.into_iter().take(LINKS).map(|(_, label, url)| (label, url)).collect()
    }
}

/// The button below `/dates`, where there is anything to add.
pub(super) fn button(ahead: &Ahead<'_>) -> Vec<CreateActionRow> {
    if ahead.is_empty() {
        return Vec::new();
    }
    let id = CustomId::new(Kind::DatesCalendar, "").to_string();
    let button = CreateButton::new(id).label(text("officehours-add")).style(ButtonStyle::Secondary);
    vec![CreateActionRow::Buttons(vec![button])]
}

/// One session for calendars, below what is said of it.
pub(super) fn one(data: &Data, said: &str, session: &Session<'_>) -> Reply {
    let appointment = Appointment::from(session);
    let links = google_link(&appointment, data.guild).map(|url| (text("calendar-google"), url));
    let file = office_hours::ics(session.title, data.guild, std::slice::from_ref(&appointment), &[]);
    reply(data, said, links.into_iter().collect(), Some(session.series), file)
}

/// All dates of the next three months, for calendars.
pub(in crate::discord) async fn add_dates(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let calendar = data.schedule.now();
    let ahead = Ahead::of(&calendar, data.clock.now());
    if ahead.is_empty() {
        return Ok(Reply::aside(text("dates-none")));
    }
    let appointments: Vec<_> = ahead.sessions.iter().map(Appointment::from).collect();
    let file = office_hours::ics(&text("calendar-name"), data.guild, &appointments, &ahead.key_dates);
    Ok(reply(data, &text("calendar-dates"), ahead.links(data), None, file))
}

/// The file is of one series, or of everything.
fn reply(data: &Data, said: &str, links: Vec<(String, Url)>, series: Option<&str>, file: String) -> Reply {
    let name = series.unwrap_or("dates");
    let address = data.config.web.calendar(series);
    let subscribe = address.as_ref().map(|url| text_with("calendar-subscribe", [("url", url.to_string())]));
    let said = [Some(said.to_owned()), subscribe].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let subscription =
        address.as_ref().and_then(google_subscription).map(|url| (text("calendar-google-subscribe"), url));
    let buttons: Vec<CreateButton> = links
        .into_iter()
        .chain(subscription)
        .filter(|(_, url)| length(url.as_str()) <= limits::URL)
        .map(|(label, url)| CreateButton::new_link(url.as_str()).label(cut(&label, limits::BUTTON_LABEL)))
        .collect();
    let rows = buttons.chunks(limits::ROW).map(|row| CreateActionRow::Buttons(row.to_vec())).collect();
    Reply::new(said).rows(rows).file(&format!("{name}.ics"), "text/calendar; charset=utf-8", file.into_bytes())
}
