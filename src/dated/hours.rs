//! When is the next session; which sessions are, or were, in that month or on that day?

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::mention::When;
use super::{Asked, Computed, Dated, List, Sessions, cues};
use crate::knowledge::Answer;
use crate::office_hours::{Series, Session, Status};

/// The topic of the articles on office hours.
const TOPIC: &str = "office-hours";

/// The articles on dates of the Board's series, and the one on its next date.
const BOARD: &str = "office-hours-board";
const BOARD_NEXT: &str = "office-hours-board-next";

/// The article on the dates of the grants series.
const GRANTS: &str = "office-hours-grants";

/// Articles that say when sessions are.
const ON_DATES: [&str; 7] = [
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

/// Series that are shown at most, and sessions of each.
const SERIES: usize = 4;
const SESSIONS: usize = 5;

/// Completes the answer to a question about the dates of office hours. `None` when it is none, or the schedule does not
/// know.
pub(super) fn complete(asked: &Asked<'_>) -> Option<Dated> {
    let article = asked.known.knowledge.get(&asked.answer.article.as_ref()?.id)?;
    let landed = asked.landed();
    if article.meta.topic != TOPIC || !ON_DATES.contains(&landed) {
        return None;
    }
    let named: Vec<&Series> = asked.known.series.iter().filter(|series| is_named(series, asked)).collect();
    if named.is_empty() && !cues::names_a_session(asked.words) {
        return None;
    }
    let all = || asked.known.series.iter().collect();
    // Whoever asks about the Board where none is configured is not told of others.
    let names_other = named.is_empty() && (is_board(asked) || is_grants(asked));
    let series: Vec<&Series> = if named.is_empty() { all() } else { named };
    if series.is_empty() || names_other {
        return None;
    }
    let computed = match days(asked)? {
        Asking::Days(first, last) => Computed::Sessions(on_days(&series, first, last, asked)?),
        Asking::Next => Computed::Sessions(next(&series, asked.known.now)),
        Asking::Either(day_first, month_first) => Computed::WhichDay(day_first, month_first),
        Asking::NoSuchDay => Computed::NoSuchDay,
    };
    let answer = fitting(asked)?;
    // An article that knows of no later date says less than a schedule that has one.
    let has_date =
        |series: &&Series| series.next(asked.known.now, 1).iter().any(|next| next.status == Status::Scheduled);
    let alone = matches!(computed, Computed::Sessions(_)) && series.iter().any(has_date);
    Some(asked.completed(answer, Some(computed), alone))
}

/// What is asked about.
enum Asking {
    Days(NaiveDate, NaiveDate),
    Next,
    Either(NaiveDate, NaiveDate),
    NoSuchDay,
}

fn days(asked: &Asked<'_>) -> Option<Asking> {
    match asked.mentions.first().map(|mention| mention.when) {
        Some(When::Days(first, last)) => Some(Asking::Days(first, last)),
        Some(When::Either(day_first, month_first)) => Some(Asking::Either(day_first, month_first)),
        Some(When::NoSuchDay) => Some(Asking::NoSuchDay),
        None => {
            let is_next = asked.landed() == BOARD_NEXT || cues::asks_for_the_next(asked.words);
            is_next.then_some(Asking::Next)
        }
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
fn fitting(asked: &Asked<'_>) -> Option<Answer> {
    let landed = asked.landed();
    match (is_board(asked), is_grants(asked)) {
        (true, false) if landed == GRANTS => asked.by(BOARD_NEXT),
        (false, true) if landed.starts_with(BOARD) => asked.by(GRANTS),
        _ => Some(asked.answer.clone()),
    }
}

fn next(series: &[&Series], now: DateTime<Utc>) -> Sessions {
    let lists = series.iter().take(SERIES).map(|series| list(series, Vec::new(), next_of(series, now)));
    Sessions { days: None, lists: lists.collect() }
}

/// `None` when there were none and the days are over: then the articles may know more.
fn on_days(series: &[&Series], first: NaiveDate, last: NaiveDate, asked: &Asked<'_>) -> Option<Sessions> {
    let now = asked.known.now;
    let from = first.and_time(NaiveTime::MIN).and_utc();
    let to = last.succ_opt()?.and_time(NaiveTime::MIN).and_utc();
    let is_over = last < asked.today();
    // What a rule expected and nobody confirmed says nothing about what took place.
    let counts = |session: &Session<'_>| session.status == Status::Scheduled || session.end > now;
    let lists = series.iter().take(SERIES).map(|series| {
        let found = series.sessions(from, to).into_iter().filter(counts).take(SESSIONS);
        let found = found.map(|session| (session.start, session.status)).collect();
        list(series, found, if is_over { None } else { next_of(series, now) })
    });
    let lists: Vec<List> = lists.filter(|list| !is_over || !list.found.is_empty()).collect();
    (!lists.is_empty()).then_some(Sessions { days: Some((first, last)), lists })
}

fn next_of(series: &Series, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Status)> {
    series.next(now, 1).first().map(|session| (session.start, session.status))
}

fn list(series: &Series, found: Vec<(DateTime<Utc>, Status)>, next: Option<(DateTime<Utc>, Status)>) -> List {
    List { title: series.title.clone(), channel: series.channel, found, next }
}
