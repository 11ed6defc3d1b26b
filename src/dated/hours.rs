//! When is the next session; which sessions are, or were, in that month or on that day?

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::mention::When;
use super::{Asked, Computed, Dated, List, Sessions, cues};
use crate::office_hours::{Series, Session, Status};

/// The topic of the articles on office hours.
const TOPIC: &str = "office-hours";

/// The articles on dates of the Board's series, and the one on its next date.
const BOARD: &str = "office-hours-board";
const BOARD_NEXT: &str = "office-hours-board-next";

/// The article on the dates of the grants series.
const GRANTS: &str = "office-hours-grants";

/// Articles that say when sessions are.
pub(super) const ON_DATES: [&str; 7] = [
    BOARD,
    BOARD_NEXT,
    "office-hours-board-2025-26",
    "office-hours-board-2024-25",
    "office-hours-board-times",
    GRANTS,
    "office-hours-overview",
];

/// Words in the names of series that tell none from another.
const COMMON: [&str; 12] =
    ["psf", "python", "office", "hour", "session", "chat", "program", "programme", "the", "of", "and", "for"];

/// Words before a day that make it a bound rather than the day.
const BOUNDS: [&str; 7] = ["after", "since", "before", "until", "till", "by", "than"];

/// Days that are looked at.
const DAYS: usize = 3;

/// Series that are shown at most, and sessions of each.
const SERIES: usize = 4;
const SESSIONS: usize = 5;

/// Completes the answer to a question about the dates of office hours. `None` when it is none, or the schedule does not
/// know.
pub(super) fn complete(asked: &Asked<'_>) -> Option<Dated> {
    let named: Vec<&Series> = asked.known.series.iter().filter(|series| is_named(series, asked)).collect();
    let names_session = cues::names_a_session(asked.words);
    let subject = subject(asked, !named.is_empty() && names_session)?;
    // Whoever asks about the Board where none is configured is not told of others.
    let names_other = named.is_empty() && (is_board(asked) || is_grants(asked) || !names_session);
    let series: Vec<&Series> = if named.is_empty() { asked.known.series.iter().collect() } else { named };
    if series.is_empty() || names_other {
        return None;
    }
    let computed = match asking(asked, subject)? {
        Asking::Days(days) => Computed::Sessions(on_days(&series, days, asked)?),
        Asking::Next => Computed::Sessions(next(&series, asked.known.now)),
        Asking::Either(day_first, month_first) => Computed::WhichDay(day_first, month_first),
        Asking::NoSuchDay => Computed::NoSuchDay,
    };
    let answer = asked.by(fitting(asked, subject))?;
    // An article that knows of no later date says less than a schedule that has one.
    let has_date =
        |series: &&Series| series.next(asked.known.now, 1).iter().any(|next| next.status == Status::Scheduled);
    let alone = matches!(computed, Computed::Sessions(_)) && series.iter().any(has_date);
    Some(asked.completed(answer, Some(computed), alone))
}

/// The article that the question is about: the one that answers; where it was to be asked which is meant, the nearest,
/// provided that the question itself is clear. `None` unless it says when sessions are.
fn subject<'a>(asked: &Asked<'a>, is_clear: bool) -> Option<&'a str> {
    let nearest = asked.answer.nearest.as_ref().filter(|_| is_clear);
    let article = asked.answer.article.as_ref().map(|article| &article.id).or(nearest)?;
    let is_on_office_hours = asked.known.knowledge.get(article)?.meta.topic == TOPIC;
    (is_on_office_hours && ON_DATES.contains(&article.as_str())).then_some(article.as_str())
}

/// What is asked about.
enum Asking {
    Days(Vec<(NaiveDate, NaiveDate)>),
    Next,
    Either(NaiveDate, NaiveDate),
    NoSuchDay,
}

fn asking(asked: &Asked<'_>, subject: &str) -> Option<Asking> {
    let is_bound = |at: usize| BOUNDS.contains(&asked.words.before(at, 1));
    let named = || asked.mentions.iter().filter(|mention| !is_bound(mention.at)).map(|mention| mention.when);
    let days = named().filter_map(|when| if let When::Days(first, last) = when { Some((first, last)) } else { None });
    let days: Vec<_> = days.take(DAYS).collect();
    if !days.is_empty() {
        return Some(Asking::Days(days));
    }
    match named().next() {
        Some(When::Either(day_first, month_first)) => Some(Asking::Either(day_first, month_first)),
        Some(_) => Some(Asking::NoSuchDay),
        None => (subject == BOARD_NEXT || cues::asks_for_the_next(asked.words)).then_some(Asking::Next),
    }
}

fn is_board(asked: &Asked<'_>) -> bool {
    asked.words.any_begins(&["board", "director"])
}

fn is_grants(asked: &Asked<'_>) -> bool {
    asked.words.any_begins(&["grant"])
}

/// Whether a series is named: by a word of its name that others don't have.
fn is_named(series: &Series, asked: &Asked<'_>) -> bool {
    let one = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let name = format!("{} {}", series.key, series.title).to_lowercase();
    let name: BTreeSet<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .map(one)
        .filter(|word| !word.is_empty() && !COMMON.contains(&word.as_str()))
        .collect();
    let is_directors = name.contains("board") && asked.words.any_begins(&["director"]);
    is_directors || asked.words.iter().any(|word| name.contains(&one(word)))
}

/// The article that goes with the series asked about: a question about one can land on an article about another.
fn fitting<'a>(asked: &Asked<'_>, subject: &'a str) -> &'a str {
    match (is_board(asked), is_grants(asked)) {
        (true, false) if subject == GRANTS => BOARD_NEXT,
        (false, true) if subject.starts_with(BOARD) => GRANTS,
        _ => subject,
    }
}

fn next(series: &[&Series], now: DateTime<Utc>) -> Sessions {
    let lists = series.iter().take(SERIES).map(|series| list(series, Vec::new(), next_of(series, now)));
    Sessions { days: Vec::new(), lists: lists.collect() }
}

/// `None` when there were none and the days are over: then the articles may know more.
fn on_days(series: &[&Series], days: Vec<(NaiveDate, NaiveDate)>, asked: &Asked<'_>) -> Option<Sessions> {
    let now = asked.known.now;
    let is_over = days.iter().all(|&(_, last)| last < asked.today());
    let lists = series.iter().take(SERIES).map(|series| {
        let found: BTreeSet<_> = days.iter().flat_map(|&days| within(series, days, now)).collect();
        let found = found.into_iter().take(SESSIONS).collect();
        list(series, found, if is_over { None } else { next_of(series, now) })
    });
    let lists: Vec<List> = lists.filter(|list| !is_over || !list.found.is_empty()).collect();
    (!lists.is_empty()).then_some(Sessions { days, lists })
}

/// The sessions that begin on some days. What a rule expected and nobody confirmed says nothing about what took place.
fn within(series: &Series, (first, last): (NaiveDate, NaiveDate), now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Status)> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
    let to = last.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, midnight);
    let counts = |session: &Session<'_>| session.status == Status::Scheduled || session.end > now;
    let found = series.sessions(midnight(first), to).into_iter().filter(counts);
    found.map(|session| (session.start, session.status)).collect()
}

fn next_of(series: &Series, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Status)> {
    series.next(now, 1).first().map(|session| (session.start, session.status))
}

fn list(series: &Series, found: Vec<(DateTime<Utc>, Status)>, next: Option<(DateTime<Utc>, Status)>) -> List {
    List { title: series.title.clone(), channel: series.channel, found, next }
}
