//! The words that tell what a date in a question is the date of, and what is asked about it.

use super::words::Words;

/// Words that ask whether it is the time to apply, and nothing else.
const WINDOW: [&str; 11] =
    ["late", "time", "deadline", "early", "already", "soon", "enough", "until", "cutoff", "window", "still"];

/// Beginnings of words that say that an application is with staff already.
const SENT: [&str; 9] = ["sent", "submitted", "applied", "approv", "status", "review", "receiv", "answer", "reject"];

/// What takes place.
const EVENTS: [&str; 19] = [
    "event",
    "conference",
    "conf",
    "pycon",
    "pyday",
    "pydata",
    "meetup",
    "workshop",
    "hackathon",
    "sprint",
    "summit",
    "gathering",
    "djangogirls",
    "pyladies",
    "bootcamp",
    "happening",
    "festival",
    "congress",
    "unconference",
];

/// That something takes place.
const TAKES_PLACE: [&str; 13] = [
    "is",
    "it's",
    "it",
    "takes",
    "held",
    "happens",
    "starts",
    "begins",
    "planned",
    "scheduled",
    "date",
    "hold",
    "organise",
];

/// Beginnings of words for sending an application.
const SENDING: [&str; 10] =
    ["appl", "send", "sent", "submi", "hand", "form", "deadline", "register", "request", "announc"];

/// Beginnings of words that ask whether and until when one can apply.
const IN_TIME: [&str; 20] = [
    "appl", "late", "time", "deadline", "last", "early", "earl", "soon", "enough", "still", "until", "submi", "send",
    "become", "possib", "cutoff", "must", "register", "window", "hand",
];

/// Beginnings of words for money.
const MONEY: [&str; 17] = [
    "grant", "fund", "money", "financ", "sponsor", "budget", "dollar", "cash", "usd", "euro", "pay", "paid", "cost",
    "reimburs", "gwg", "subsid", "donat",
];

/// How far a word tells what a date is the date of.
const REACH: usize = 8;

/// What a date is the date of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The event.
    Event,
    /// Sending the application, or something else that is no event.
    Other,
    /// Nothing tells.
    Open,
}

/// What the date at a place is the date of: the nearest word before it tells.
pub(super) fn role(words: &Words, at: usize) -> Role {
    let close = [words.before(at, 1), words.before(at, 2)];
    if close[0] == "for" || (close[1] == "for" && matches!(close[0], "the" | "on")) {
        return Role::Event;
    }
    if (1..=3).any(|back| words.before(at, back) == "deadline") {
        return Role::Other;
    }
    for back in 1..=REACH {
        let word = words.before(at, back);
        if is_event(word) || TAKES_PLACE.contains(&word) {
            return Role::Event;
        }
        if SENDING.iter().any(|beginning| word.starts_with(beginning)) {
            return Role::Other;
        }
    }
    Role::Open
}

fn is_event(word: &str) -> bool {
    EVENTS.contains(&word) || word.strip_suffix('s').is_some_and(|one| EVENTS.contains(&one))
}

/// Whether something that takes place is named.
pub(super) fn names_an_event(words: &Words) -> bool {
    words.iter().any(is_event)
}

/// Whether the question is about applying in time.
pub(super) fn is_about_time(words: &Words) -> bool {
    words.any_begins(&IN_TIME)
}

/// Whether money is asked for.
pub(super) fn is_about_money(words: &Words) -> bool {
    words.any_begins(&MONEY)
}

/// Whether the programme is named.
pub(super) fn names_the_programme(words: &Words) -> bool {
    words.any_begins(&["partner"])
}

/// Whether it can only be meant when to apply to the programme: whatever article the question lands on, this is its answer.
pub(super) fn asks_for_the_window(words: &Words) -> bool {
    names_the_programme(words) && words.any(&WINDOW) && !is_about_money(words) && !words.any_begins(&SENT)
}

/// Whether the organisers say that they apply for the first time.
pub(super) fn is_first_time(words: &Words) -> bool {
    words.has("first time")
        || words.has("first application")
        || words.any_begins(&["first-time"])
        || words.has("never did")
        || words.has("never applied")
        || words.has("new to this")
}

/// Whether the next session is asked about.
pub(super) fn asks_for_the_next(words: &Words) -> bool {
    words.any(&["next", "upcoming", "coming", "soon", "soonest", "nearest"])
}

/// Whether an office hour is named.
pub(super) fn names_a_session(words: &Words) -> bool {
    words.any_begins(&["session", "hour", "office", "chat", "officehour", "ama"])
}
