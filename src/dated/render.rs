//! The words of a dated answer: for Discord, with its time markup; and plain, for a terminal. Both are made of the same
//! instants and days.

use chrono::{DateTime, Months, NaiveDate, Utc};

use super::{Computed, Dated, List, Sessions};
use crate::knowledge::{Answer, Outcome, long_date};
use crate::message::{cut, escape_markdown, instant, length, limits};
use crate::office_hours::Status as Certainty;
use crate::partner::{Status, Window};
use crate::texts::{text, text_with};

/// Room for what was worked out; the article's text gets the rest.
const LONGEST: usize = 1200;

/// How far ahead a day lies that is named as an example of how to write one.
const EXAMPLE: Months = Months::new(4);

/// Where it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// On Discord: instants as `<t:…>` and in UTC, channels as links.
    Discord,
    /// On a terminal: instants in UTC.
    Plain,
}

impl Dated {
    /// The answer as it is read.
    #[must_use]
    pub fn said(&self, show: Show) -> Answer {
        let answer = self.answer.clone();
        let today = self.now.date_naive();
        let computed = match &self.computed {
            None => return answer,
            Some(Computed::WhichDay(day_first, month_first)) => {
                return which_day(answer, *day_first, *month_first, show);
            }
            Some(Computed::NoSuchDay) => no_such_day(today),
            Some(Computed::Windows(windows)) => {
                windows.iter().map(|window| self::window(window, today)).collect::<Vec<_>>().join("\n")
            }
            Some(Computed::Between(first, last)) => between(first, last),
            Some(Computed::Sessions(sessions)) => self::sessions(sessions, show, self.alone, today),
        };
        let computed = cut(&computed, LONGEST);
        let below = match self.alone {
            true => format!("*{}*", text_with("dated-schedule", [("date", long_date(today))])),
            false => fitting(&answer.text, limits::CONTENT - length(&computed) - 2),
        };
        Answer { text: format!("{computed}\n\n{below}"), ..answer }
    }
}

/// An article's text, cut so that its last paragraph, which says how old it is, stays.
fn fitting(text: &str, room: usize) -> String {
    if length(text) <= room {
        return text.to_owned();
    }
    let (body, notes) = text.rsplit_once("\n\n").unwrap_or((text, ""));
    let notes = cut(notes, room / 2);
    format!("{}\n\n{notes}", cut(body, room.saturating_sub(length(&notes) + 2)))
}

fn no_such_day(today: NaiveDate) -> String {
    let example = today.checked_add_months(EXAMPLE).unwrap_or(today);
    text_with("dated-no-such-day", [("example", example.to_string())])
}

fn which_day(answer: Answer, day_first: NaiveDate, month_first: NaiveDate, show: Show) -> Answer {
    let id = match show {
        Show::Discord => "dated-which-day",
        Show::Plain => "dated-which-day-plain",
    };
    let text = text_with(
        id,
        [
            ("first", day_first.to_string()),
            ("first-long", long_date(day_first)),
            ("second", month_first.to_string()),
            ("second-long", long_date(month_first)),
        ],
    );
    Answer { outcome: Outcome::Unsure, text, article: None, sources: Vec::new(), ..answer }
}

/// The window for an event: which day, whether an application can be sent, and the three days that count. Days are the
/// same in every zone, so they carry no time markup.
pub(crate) fn window(window: &Window, today: NaiveDate) -> String {
    text_with(
        "partner-window",
        [
            ("event", long_date(window.event_date)),
            ("status", status(window, today)),
            ("opens", long_date(window.opens)),
            ("recommended", long_date(window.recommended_by)),
            ("closes", long_date(window.closes)),
        ],
    )
}

fn status(window: &Window, today: NaiveDate) -> String {
    let left = text_with("partner-days-left", [("days", window.days_left)]);
    let recommended = long_date(window.recommended_by);
    match window.status {
        Status::NotOpenYet => text_with("partner-not-open-yet", [("opens", long_date(window.opens))]),
        Status::Open if window.first_time => {
            text_with("partner-open-first-time", [("left", left), ("recommended", recommended)])
        }
        Status::Open => text_with("partner-open", [("left", left)]),
        Status::OpenLateForFirstTime => text_with("partner-open-late", [("left", left), ("recommended", recommended)]),
        Status::Closed if window.event_date < today => text("partner-past"),
        Status::Closed => text("partner-closed"),
    }
}

fn between(first: &Window, last: &Window) -> String {
    let line = |window: &Window| {
        let id = match window.status {
            Status::NotOpenYet => "dated-between-not-open-yet",
            Status::Open | Status::OpenLateForFirstTime => "dated-between-open",
            Status::Closed => "dated-between-closed",
        };
        let [event, opens, closes] = [window.event_date, window.opens, window.closes].map(long_date);
        text_with(id, [("event", event), ("opens", opens), ("closes", closes)])
    };
    let days = [("first", long_date(first.event_date)), ("last", long_date(last.event_date))];
    [text_with("dated-between", days), line(first), line(last)].join("\n")
}

/// A paragraph a series. Where an article stands below, it says whom to ask.
fn sessions(sessions: &Sessions, show: Show, alone: bool, today: NaiveDate) -> String {
    let none_ahead = || match alone {
        true => text("officehours-none"),
        false => text_with("dated-none-ahead", [("date", long_date(today))]),
    };
    let none_then = || {
        let asked: Vec<String> = sessions.days.iter().map(|&(first, last)| days(first, last)).collect();
        text_with("dated-none-then", [("days", asked.join(", "))])
    };
    let paragraphs = sessions.lists.iter().map(|list| {
        let found = list.found.iter().map(|&at| format!("- {}", session(list, at, show)));
        let lines: Vec<String> = match (&list.found[..], list.next) {
            ([], Some(next)) if sessions.days.is_empty() => vec![format!("- {}", session(list, next, show))],
            ([], Some(next)) => vec![none_then(), text_with("dated-next", [("session", session(list, next, show))])],
            ([], None) if sessions.days.is_empty() => vec![none_ahead()],
            ([], None) => vec![none_then(), none_ahead()],
            _ => found.collect(),
        };
        format!("**{}**\n{}", escape_markdown(&list.title), lines.join("\n"))
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

fn days(first: NaiveDate, last: NaiveDate) -> String {
    match first == last {
        true => long_date(first),
        false => text_with("dates-range", [("first", long_date(first)), ("last", long_date(last))]),
    }
}

/// A session in words; an expected one says so.
fn session(list: &List, (start, certainty): (DateTime<Utc>, Certainty), show: Show) -> String {
    let (when, id) = match show {
        Show::Discord => (instant(start), "officehours-session"),
        Show::Plain => (start.format("%-d %B %Y, %H:%M UTC").to_string(), "dated-session"),
    };
    let args = [("when", when), ("channel", format!("<#{}>", list.channel))];
    match certainty {
        Certainty::Scheduled => text_with(id, args),
        Certainty::Expected => text_with(&format!("{id}-expected"), args),
    }
}
