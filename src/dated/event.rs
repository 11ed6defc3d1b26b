//! Can an application to the Community Partner Program for an event on that day still be sent?

use super::cues::{self, Role};
use super::mention::When;
use super::{Asked, Computed, Dated};
use crate::knowledge::{Answer, Outcome};
use crate::partner::Window;
use crate::texts::text_with;

/// The article on the programme's window.
pub(super) const DEADLINE: &str = "partner-deadline";

/// Articles on the programme that a question about its window can land on, when it also asks about time.
pub(super) const BESIDE: [&str; 7] = [
    "partner-apply",
    "partner-status",
    "partner-what",
    "partner-conditions",
    "partner-benefits",
    "partner-many-events",
    "partner-decision",
];

/// The article that says whether grants are given.
pub(super) const GRANTS: &str = "grants-status";

/// Beginning of the names of all articles on grants.
const ON_GRANTS: &str = "grants-";

/// Windows that are shown at most.
const EVENTS: usize = 2;

/// Completes the answer to a question about applying for an event on a day. `None` when it is none.
pub(super) fn complete(asked: &Asked<'_>) -> Option<Dated> {
    let computed = compute(asked)?;
    let words = asked.words;
    let names_programme = cues::names_the_programme(words);
    if cues::is_about_money(words) && !names_programme {
        return about_grants(asked);
    }
    let landed = asked.landed();
    if landed == DEADLINE || (BESIDE.contains(&landed) && cues::is_about_time(words)) {
        let is_about_money = cues::is_about_money(words);
        // Whoever names the programme and nothing else is not asked whether he means another one.
        let alone = if names_programme && !is_about_money { asked.alone(landed) } else { None };
        let answer = alone.unwrap_or_else(|| asked.answer.clone());
        // Whoever names money too must not take the one for the other.
        let answer = if is_about_money { with_grants(asked, answer) } else { answer };
        return Some(asked.completed(answer, Some(computed), false));
    }
    let is_open = landed.starts_with(ON_GRANTS) || asked.answer.outcome == Outcome::Unsure;
    let is_about_event = names_programme || cues::names_an_event(words);
    let is_near = asked.is_near(DEADLINE) || BESIDE.iter().any(|id| asked.is_near(id));
    let is_meant = is_open && is_about_event && is_near && cues::is_about_time(words);
    if !(is_meant || cues::asks_for_the_window(words)) {
        return None;
    }
    let answer = asked.by(DEADLINE)?;
    let answer = if names_programme { answer } else { with_grants(asked, answer) };
    Some(asked.completed(answer, Some(computed), false))
}

/// What the dates in the question give.
fn compute(asked: &Asked<'_>) -> Option<Computed> {
    let today = asked.today();
    let first_time = cues::is_first_time(asked.words);
    let window = |event| Window::of(event, first_time, today).ok();
    let (mut days, mut between, mut which, mut none_such) = (Vec::new(), None, None, false);
    for mention in asked.mentions {
        let role = cues::role(asked.words, mention.at);
        if role == Role::Other {
            continue;
        }
        match mention.when {
            // A day that is over is hardly that of an event, unless it is said to be.
            When::Days(_, last) if last < today && role != Role::Event => {}
            When::Days(first, last) if first == last => days.push(first),
            When::Days(first, last) => between = between.or(Some((first, last))),
            When::Either(day_first, month_first) => which = which.or(Some((day_first, month_first))),
            When::NoSuchDay => none_such = true,
        }
    }
    if let Some((day_first, month_first)) = which {
        return Some(Computed::WhichDay(day_first, month_first));
    }
    days.dedup();
    if !days.is_empty() {
        return Some(Computed::Windows(days.into_iter().take(EVENTS).map(window).collect::<Option<_>>()?));
    }
    match between {
        Some((first, last)) => Some(Computed::Between(window(first)?, window(last)?)),
        None => none_such.then_some(Computed::NoSuchDay),
    }
}

/// Grants are asked for: the article that says whether there are any, and no date that sounds like a promise.
fn about_grants(asked: &Asked<'_>) -> Option<Dated> {
    let is_open = asked.answer.outcome == Outcome::Unsure || asked.landed() == DEADLINE;
    let is_about_this = is_open && asked.is_near(GRANTS) && cues::is_about_time(asked.words);
    let answer = if is_about_this { asked.by(GRANTS)? } else { return None };
    Some(asked.completed(answer, None, false))
}

/// The answer, with what the article on grants says below it: the question leaves open what is applied for.
fn with_grants(asked: &Asked<'_>, answer: Answer) -> Answer {
    let Some(grants) = asked.by(GRANTS) else { return answer };
    let title = grants.article.as_ref().map(|article| article.title.clone()).unwrap_or_default();
    let text = format!("{}\n\n{}\n{}", answer.text, text_with("answer-or", [("title", title)]), grants.text);
    let mut sources = answer.sources;
    for source in grants.sources {
        if sources.iter().all(|known| known.url != source.url) {
            sources.push(source);
        }
    }
    let related = answer.related.into_iter().filter(|related| related.id.as_str() != GRANTS).collect();
    Answer { text, sources, related, ..answer }
}
