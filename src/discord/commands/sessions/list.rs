//! `/sessions list`: what is ahead, how sure it is, and who changed it.

use chrono::{DateTime, Utc};

use super::word;
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::office_hours::{KeyDate, Series, Session, Status};
use crate::texts::{text, text_with};

/// Sessions of a series that are named.
const NAMED: usize = 6;

/// Room for the line that says how many are left out.
const ROOM: usize = 80;

/// Answered out of memory; how it stands in the database is asked for, and told where that can't be.
pub(super) async fn list(data: &Data) -> Result<Reply, Error> {
    data.store.renew_schedule(&data.schedule).await?;
    let (calendar, now) = (data.schedule.now(), data.clock.now());
    if calendar.series.is_empty() && calendar.key_dates.is_empty() {
        return Ok(Reply::new(text("sessions-none-configured")));
    }
    let mut content = text("sessions-title");
    let mut left_out = 0_u64;
    let sessions = calendar.series.iter().flat_map(|series| lines(series, now));
    for line in sessions.chain(dates(&calendar.key_dates, now)) {
        if left_out > 0 || length(&content) + length(&line) + ROOM > limits::CONTENT {
            left_out += 1;
        } else {
            content.push('\n');
            content.push_str(&line);
        }
    }
    if left_out > 0 {
        content.push('\n');
        content.push_str(&text_with("sessions-left-out", [("count", left_out)]));
    }
    Ok(Reply::new(cut(&content, limits::CONTENT)))
}

fn lines(series: &Series, now: DateTime<Utc>) -> Vec<String> {
    let ahead = series.ahead(now);
    let head = text_with(
        "sessions-series",
        [("title", escape_markdown(&series.title)), ("channel", format!("<#{}>", series.channel))],
    );
    let mut lines = vec![head];
    if ahead.is_empty() {
        lines.push(text("sessions-series-none"));
    }
    lines.extend(ahead.iter().take(NAMED).map(|session| line(series, session)));
    lines
}

/// The key dates that are not over.
fn dates(all: &[KeyDate], now: DateTime<Utc>) -> Vec<String> {
    let ahead: Vec<&KeyDate> = all.iter().filter(|date| date.when.end() > now).collect();
    if ahead.is_empty() {
        return Vec::new();
    }
    let line = |date: &&KeyDate| {
        let args = [
            ("title", escape_markdown(&date.title)),
            ("when", date.when.in_words()),
            ("planned", date.planned.in_words()),
        ];
        let id = match () {
            () if date.is_cancelled() => "sessions-date-cancelled",
            () if date.when != date.planned => "sessions-date-moved",
            () => "sessions-date",
        };
        let by =
            date.change.as_ref().map(|change| text_with("sessions-line-by", [("who", format!("<@{}>", change.by))]));
        format!("{}{}", text_with(id, args), by.unwrap_or_default())
    };
    std::iter::once(text("sessions-dates")).chain(ahead.iter().map(line)).collect()
}

fn line(series: &Series, session: &Session<'_>) -> String {
    let args = [("when", instant(session.start)), ("status", word(session.status)), ("slot", instant(session.slot))];
    let line = match session.status {
        Status::Moved => text_with("sessions-line-moved", args),
        _ => text_with("sessions-line", args),
    };
    match series.change(session.slot) {
        Some(change) => format!("{line}{}", text_with("sessions-line-by", [("who", format!("<@{}>", change.by))])),
        None => line,
    }
}
