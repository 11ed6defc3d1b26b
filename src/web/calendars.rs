//! The calendars: `/office-hours.ics` with everything, and `/office-hours/KEY.ics` with one series.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use tokio::task::JoinError;

use crate::clock::SharedClock;
use crate::ids::GuildId;
use crate::office_hours::{self, Appointment, Calendar, KeyDate, Timetable};
use crate::texts::text;

/// How far back and ahead a calendar reaches. What a subscribed calendar no longer names vanishes from its reader's, so
/// the past year stays.
const REACH: TimeDelta = TimeDelta::days(366);

/// How long others may take a copy for the calendar itself.
const KEPT: &str = "public, max-age=900";

/// Bytes of a digest that tell two files apart.
const TAG: usize = 16;

/// What the calendars are made of.
#[derive(Debug, Clone)]
pub struct Calendars {
    /// Series and key dates.
    pub schedule: Arc<Timetable>,
    /// The server that they belong to.
    pub guild: GuildId,
    /// The time.
    pub clock: SharedClock,
}

/// The calendars with the files that were made of them last: one for everything and one a series.
#[derive(Debug)]
struct Shelf {
    calendars: Calendars,
    files: Mutex<HashMap<Option<String>, Arc<Made>>>,
}

/// A file, and of what it was made: while that is the same, so is the file.
#[derive(Debug)]
struct Made {
    of: (Option<i64>, NaiveDate),
    text: Bytes,
    tag: String,
}

pub(super) fn routes(calendars: Calendars) -> Router {
    Router::new()
        .route("/office-hours.ics", get(everything))
        .route("/office-hours/{file}", get(one_series))
        .with_state(Arc::new(Shelf { calendars, files: Mutex::default() }))
}

async fn everything(State(shelf): State<Arc<Shelf>>, headers: HeaderMap) -> Response {
    let schedule = shelf.calendars.schedule.now();
    answer(&shelf.file(schedule, None).await, &headers)
}

async fn one_series(State(shelf): State<Arc<Shelf>>, Path(file_name): Path<String>, headers: HeaderMap) -> Response {
    let schedule = shelf.calendars.schedule.now();
    match file_name.strip_suffix(".ics").filter(|key| schedule.series(key).is_some()) {
        Some(key) => answer(&shelf.file(schedule, Some(key.to_owned())).await, &headers),
        None => (StatusCode::NOT_FOUND, "There is no such calendar.\n").into_response(),
    }
}

impl Shelf {
    /// The file of one series, or of everything. It is made once a day and after each change, however many ask for it at once.
    async fn file(&self, schedule: Arc<Calendar>, series: Option<String>) -> Result<Arc<Made>, JoinError> {
        let now = self.calendars.clock.now();
        let of = (schedule.revision, now.date_naive());
        let mut files = self.files.lock().await;
        if let Some(made) = files.get(&series).filter(|made| made.of == of) {
            return Ok(Arc::clone(made));
        }
        let (guild, key) = (self.calendars.guild, series.clone());
        let text = tokio::task::spawn_blocking(move || write(&schedule, key.as_deref(), guild, now)).await?;
        let made = Arc::new(Made { of, tag: tag(&text), text: text.into() });
        files.insert(series, Arc::clone(&made));
        Ok(made)
    }
}

fn write(schedule: &Calendar, key: Option<&str>, guild: GuildId, now: DateTime<Utc>) -> String {
    let (from, to) = reach(now);
    let one = key.and_then(|key| schedule.series(key));
    let (name, series) = match one {
        Some(one) => (one.title.clone(), std::slice::from_ref(one)),
        None => (text("calendar-name"), schedule.series.as_slice()),
    };
    let sessions = office_hours::sessions(series, from, to);
    let appointments: Vec<_> = sessions.iter().map(Appointment::from).collect();
    let dates = schedule.key_dates.iter().filter(|_| one.is_none());
    let dates: Vec<&KeyDate> = dates.filter(|date| from <= date.when.end() && date.when.start() < to).collect();
    office_hours::ics(&name, guild, &appointments, &dates)
}

/// The file, or the word that the reader has it already.
fn answer(made: &Result<Arc<Made>, JoinError>, headers: &HeaderMap) -> Response {
    let made = match made {
        Ok(made) => made,
        Err(error) => {
            tracing::error!(%error, "a calendar could not be made");
            return (StatusCode::INTERNAL_SERVER_ERROR, "This calendar can't be made right now.\n").into_response();
        }
    };
    let about = [(ETAG, made.tag.as_str()), (CACHE_CONTROL, KEPT)];
    if headers.get_all(IF_NONE_MATCH).iter().any(|known| names(known.to_str().unwrap_or_default(), &made.tag)) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "inline; filename=\"office-hours.ics\""),
    ];
    (about, kind, made.text.clone()).into_response()
}

/// From a midnight to a midnight, so that the files of a day are the same.
fn reach(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = office_hours::midnight(now.date_naive());
    let from = today.checked_sub_signed(REACH).unwrap_or(DateTime::<Utc>::MIN_UTC);
    (from, today.checked_add_signed(REACH).unwrap_or(DateTime::<Utc>::MAX_UTC))
}

fn tag(file: &str) -> String {
    let digest = Sha256::digest(file);
    let hex: String = digest.iter().take(TAG).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// Whether an `If-None-Match` (RFC 9110, 13.1.2) names this tag; a proxy may have made it a weak one.
fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[tokio::test]
    async fn a_file_is_made_once_a_day_and_after_each_change_however_many_ask() {
        let configured = Calendar::default();
        let clock = ManualClock::at("2026-11-21T23:59:59Z".parse().unwrap());
        let calendars = Calendars {
            schedule: Arc::new(Timetable::new(configured)),
            guild: GuildId::new(7).unwrap(),
            clock: Arc::new(clock.clone()),
        };
        let shelf = Shelf { calendars, files: Mutex::default() };
        let file = async || shelf.file(shelf.calendars.schedule.now(), None).await.unwrap();
        let (first, second) = tokio::join!(file(), file());
        assert!(Arc::ptr_eq(&first, &second));
        let ticket = shelf.calendars.schedule.ticket();
        shelf.calendars.schedule.renew(Vec::new(), 1, ticket);
        let changed = file().await;
        assert!(!Arc::ptr_eq(&first, &changed));
        assert!(Arc::ptr_eq(&changed, &file().await));
        clock.advance(TimeDelta::seconds(1));
        assert!(!Arc::ptr_eq(&changed, &file().await), "another day");
    }
}
