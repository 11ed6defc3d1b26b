//! Typos: the word of the articles that somebody most likely meant.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::words::Word;

/// Shortest word that is respelt; shorter ones are near to too many others.
const SHORTEST: usize = 4;
/// From this length on two slips are forgiven, not one.
const LONG: usize = 8;

/// A word as written, its term, and how often it occurs.
type Known = (String, String, usize);

/// The words that the articles use.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    /// By first letter and length.
    words: HashMap<(char, usize), Vec<Known>>,
    /// Where each stands in its list.
    places: HashMap<(String, String), usize>,
}

impl Spelling {
    /// Adds a word of the articles.
    pub(super) fn add(&mut self, word: &Word) {
        let length = word.surface.chars().count();
        let Some(first) = word.surface.chars().next().filter(|_| length >= SHORTEST) else { return };
        let place = self.places.entry((word.surface.clone(), word.term.clone())).or_insert_with(|| {
            let known = self.words.entry((first, length)).or_default();
            known.push((word.surface.clone(), word.term.clone(), 0));
            known.len() - 1
        });
        if let Some((.., count)) = self.words.get_mut(&(first, length)).and_then(|known| known.get_mut(*place)) {
            *count += 1;
        }
    }

    /// The term of the known word nearest to an unknown one, where one is near enough: one slip (a letter too many, too few,
    /// wrong, or two swapped), in a long word two. The first letter counts as right. Numbers are never respelt.
    pub(super) fn nearest(&self, surface: &str) -> Option<&str> {
        let length = surface.chars().count();
        let first = surface.chars().next()?;
        if length < SHORTEST || surface.chars().any(char::is_numeric) {
            return None;
        }
        let forgiven = if length >= LONG { 2 } else { 1 };
        let near =
            (length - forgiven..=length + forgiven).filter_map(|length| self.words.get(&(first, length))).flatten();
        near.map(|(word, term, count)| (strsim::osa_distance(word, surface), Reverse(*count), word, term))
            .filter(|(distance, ..)| *distance <= forgiven)
            .min()
            .map(|(.., term)| term.as_str())
    }
}
