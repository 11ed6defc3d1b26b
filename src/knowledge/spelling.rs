//! Typos: the word of the articles that somebody most likely meant.

use std::collections::HashMap;

use super::article::Article;
use super::words::Words;

/// Shortest word that is respelt; shorter ones are near to too many others.
const SHORTEST: usize = 4;
/// From this length on two slips are forgiven, not one.
const LONG: usize = 8;

/// The words that the articles use.
#[derive(Debug)]
pub(super) struct Spelling {
    /// A word as written, its term, and how often it occurs.
    words: Vec<(String, String, usize)>,
}

impl Spelling {
    /// Collects the words of the articles.
    pub(super) fn of(words: &Words, articles: &[Article]) -> Self {
        let mut counts: HashMap<(String, String), usize> = HashMap::new();
        for article in articles {
            let meta = &article.meta;
            let texts = [&meta.title, &article.body].into_iter().chain(&meta.questions).chain(&meta.keywords);
            for word in texts.flat_map(|text| words.of(text)).filter(|word| word.surface.chars().count() >= SHORTEST) {
                *counts.entry((word.surface, word.term)).or_default() += 1;
            }
        }
        let mut words: Vec<_> = counts.into_iter().map(|((surface, term), count)| (surface, term, count)).collect();
        words.sort();
        Self { words }
    }

    /// The term of the known word nearest to an unknown one, where one is near enough: one slip (a letter too many, too few,
    /// wrong, or two swapped), in a long word two. The first letter counts as right. Numbers are never respelt.
    pub(super) fn nearest(&self, surface: &str) -> Option<&str> {
        let length = surface.chars().count();
        if length < SHORTEST || surface.chars().any(|c| c.is_numeric()) {
            return None;
        }
        let forgiven = if length >= LONG { 2 } else { 1 };
        let near = self.words.iter().filter(|(word, ..)| {
            word.chars().next() == surface.chars().next() && word.chars().count().abs_diff(length) <= forgiven
        });
        near.map(|(word, term, count)| (strsim::osa_distance(word, surface), std::cmp::Reverse(*count), term))
            .filter(|(distance, ..)| *distance <= forgiven)
            .min()
            .map(|(.., term)| term.as_str())
    }
}
