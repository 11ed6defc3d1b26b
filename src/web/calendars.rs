//! The calendars: `/office-hours.ics` with everything, and `/office-hours/KEY.ics` with one series.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::clock::SharedClock;
use crate::ids::GuildId;
use crate::office_hours::{self, Appointment, Calendar, KeyDate, Series};
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
    pub schedule: Arc<Calendar>,
    /// The server that they belong to.
    pub guild: GuildId,
    /// The time.
    pub clock: SharedClock,
}

pub(super) fn routes(calendars: Calendars) -> Router {
    Router::new()
        .route("/office-hours.ics", get(everything))
        .route("/office-hours/{file}", get(one_series))
        .with_state(calendars)
}

async fn everything(State(calendars): State<Calendars>, headers: HeaderMap) -> Response {
    let schedule = &calendars.schedule;
    let dates: Vec<&KeyDate> = schedule.key_dates.iter().collect();
    file(&calendars, &text("calendar-name"), &schedule.series, &dates, &headers)
}

async fn one_series(State(calendars): State<Calendars>, Path(file_name): Path<String>, headers: HeaderMap) -> Response {
    let key = file_name.strip_suffix(".ics");
    let Some(series) = calendars.schedule.series.iter().find(|series| Some(series.key.as_str()) == key) else {
        return (StatusCode::NOT_FOUND, "There is no such calendar.\n").into_response();
    };
    file(&calendars, &series.title, std::slice::from_ref(series), &[], &headers)
}

/// The file, or the word that the reader has it already.
fn file(calendars: &Calendars, name: &str, series: &[Series], dates: &[&KeyDate], headers: &HeaderMap) -> Response {
    let (from, to) = reach(calendars.clock.now());
    let sessions = office_hours::sessions(series, from, to);
    let appointments: Vec<_> = sessions.iter().map(Appointment::from).collect();
    let dates: Vec<&KeyDate> =
        dates.iter().copied().filter(|date| from <= date.when.end() && date.when.start() < to).collect();
    let file = office_hours::ics(name, calendars.guild, &appointments, &dates);
    let tag = tag(&file);
    let about = [(ETAG, tag.as_str()), (CACHE_CONTROL, KEPT)];
    if headers.get_all(IF_NONE_MATCH).iter().any(|known| names(known.to_str().unwrap_or_default(), &tag)) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "inline; filename=\"office-hours.ics\""),
    ];
    (about, kind, file).into_response()
}

/// From a midnight to a midnight, so that the files of a day are the same.
fn reach(now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
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
