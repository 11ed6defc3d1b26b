//! What stands out, as staff read it: terms with counts and examples. An example is a stranger's text, and quoted as one.

use super::day;
use super::lines::bold;
use crate::feedback::{Period, Term};
use crate::message::{harmless, length, limits};
use crate::texts::{Value, text_with};

/// Examples of a term in the list, and when it is looked at alone.
const EXAMPLES: usize = 2;
const ALONE: usize = 6;

/// Room for one example, and for a list of terms, of the 2,000 characters of a message.
const EXAMPLE: usize = 150;
const ROOM: usize = limits::CONTENT - 300;

/// How many texts the two periods have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// In the period.
    pub(crate) now: usize,
    /// In the one before.
    pub(crate) before: usize,
}

fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The list. Where it is too long, the last terms lose their examples first.
pub(crate) fn terms(found: &[Term], period: Period, sizes: Sizes) -> String {
    let words: [(&'static str, Value<'static>); 5] = [
        ("since", day(period.since()).into()),
        ("until", day(period.until).into()),
        ("now", count(sizes.now).into()),
        ("before", count(sizes.before).into()),
        ("days", count(usize::try_from(period.days).unwrap_or(usize::MAX)).into()),
    ];
    let heads: Vec<String> = (1_i64..).zip(found).map(|(at, term)| line(at, term, sizes)).collect();
    let mut room = ROOM.saturating_sub(heads.iter().map(|head| length(head) + 1).sum());
    let mut lines = vec![text_with("terms", words)];
    for (head, term) in heads.into_iter().zip(found) {
        lines.push(head);
        for example in term.told.iter().take(EXAMPLES).map(|(_, example)| quoted(example)) {
            if length(&example) < room {
                room -= length(&example) + 1;
                lines.push(example);
            }
        }
    }
    lines.join("\n")
}

fn line(at: i64, term: &Term, sizes: Sizes) -> String {
    let words: [(&'static str, Value<'static>); 6] = [
        ("number", at.into()),
        ("term", harmless(&term.shown).into()),
        ("now", count(term.told.len()).into()),
        ("all", count(sizes.now).into()),
        ("before", count(term.before).into()),
        ("allbefore", count(sizes.before).into()),
    ];
    text_with("terms-line", words)
}

/// One term alone.
pub(crate) fn term(term: &Term, period: Period, sizes: Sizes) -> String {
    let words: [(&'static str, Value<'static>); 7] = [
        ("term", harmless(&term.shown).into()),
        ("now", count(term.told.len()).into()),
        ("all", count(sizes.now).into()),
        ("since", day(period.since()).into()),
        ("until", day(period.until).into()),
        ("before", count(term.before).into()),
        ("allbefore", count(sizes.before).into()),
    ];
    let examples = term.told.iter().take(ALONE).map(|(_, example)| quoted(example));
    let more = term.told.len().saturating_sub(ALONE);
    let more = (more > 0).then(|| text_with("term-more", [("count", count(more))]));
    [text_with("term", words)].into_iter().chain(examples).chain(more).collect::<Vec<_>>().join("\n")
}

/// An example, with its term in bold; where escaping makes it too long, the words around are left out.
fn quoted(example: &str) -> String {
    let whole = format!("> {}", bold(example));
    if length(&whole) <= EXAMPLE {
        return whole;
    }
    let (start, end) = (crate::feedback::FOUND, crate::feedback::END);
    let found = example.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(found, _)| found);
    format!("> …{}…", bold(&format!("{start}{found}{end}")))
}
