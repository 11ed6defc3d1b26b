//! Autocomplete: titles and ways to ask that hold what somebody has typed so far. Plain prefix matching, no ranking
//! by meaning, because it must be there between two key strokes.

use std::collections::{BTreeMap, HashSet};

use super::article::Article;
use crate::message;

/// Most choices that Discord takes.
const MOST: usize = 25;
/// Longest choice that Discord takes, in characters.
const LONGEST: usize = 100;

/// How well a text fits: it starts with what was typed, or each typed word starts one of its words, in a title or elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    TitleStarts,
    QuestionStarts,
    TitleHolds,
    QuestionHolds,
}

/// At most `limit` suggestions for what was typed.
pub(super) fn suggest(articles: &[&Article], typed: &str, limit: usize) -> Vec<String> {
    let limit = limit.min(MOST);
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return one_of_each_topic(articles, limit);
    }
    let mut fits: Vec<(Fit, usize, &str)> = Vec::new();
    for article in articles {
        let title = [(true, &article.meta.title)];
        for (is_title, text) in title.into_iter().chain(article.meta.questions.iter().map(|text| (false, text))) {
            if let Some(fit) = fit(text, &typed, is_title) {
                fits.push((fit, text.len(), text));
            }
        }
    }
    fits.sort();
    let mut seen = HashSet::new();
    fits.into_iter()
        .map(|(.., text)| message::cut(text, LONGEST))
        .filter(|text| seen.insert(text.to_lowercase()))
        .take(limit)
        .collect()
}

fn fit(text: &str, typed: &str, is_title: bool) -> Option<Fit> {
    let text = text.to_lowercase();
    if text.starts_with(typed) {
        return Some(if is_title { Fit::TitleStarts } else { Fit::QuestionStarts });
    }
    let is_letter = |c: char| c.is_alphanumeric();
    let words: Vec<&str> = text.split(|c| !is_letter(c)).collect();
    let holds = typed
        .split(|c| !is_letter(c))
        .filter(|part| !part.is_empty())
        .all(|part| words.iter().any(|word| word.starts_with(part)));
    (holds && typed.chars().any(is_letter)).then_some(if is_title { Fit::TitleHolds } else { Fit::QuestionHolds })
}

fn one_of_each_topic(articles: &[&Article], limit: usize) -> Vec<String> {
    let mut topics: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for article in articles {
        topics.entry(&article.meta.topic).or_default().push(&article.meta.title);
    }
    let longest = topics.values().map(Vec::len).max().unwrap_or(0);
    let titles = (0..longest).flat_map(|round| topics.values().filter_map(move |titles| titles.get(round)));
    titles.take(limit).map(|title| message::cut(title, LONGEST)).collect()
}
