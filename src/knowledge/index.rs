//! The index in memory: finds the articles that share words with a question and measures in which ways each fits.
//! Says how things match, never which is best or what is to be done about it.

mod build;
mod fit;
mod search;

use std::collections::HashMap;

use super::spelling::Spelling;
use super::words::Words;
pub(super) use fit::{Asked, Fit, Found, Hidden, Match};

/// What a word counts for in question lines, by their number; in a keyword; in the text.
const IN_LINE: f32 = 1.0;
const IN_MORE_LINES: f32 = 0.15;
const IN_KEYWORDS: f32 = 0.95;
const IN_BODY: f32 = 0.6;

/// A term's number.
type TermId = u32;

/// Where a term stands in an article.
#[derive(Debug, Clone, Copy)]
struct Place {
    article: u32,
    /// Lines that hold it.
    lines: u16,
    keyword: bool,
    /// Times that the text says it.
    body: u16,
}

impl Place {
    /// What the term counts for.
    fn worth(self) -> f32 {
        if self.lines > 0 {
            IN_LINE + IN_MORE_LINES * (1.0 - 1.0 / f32::from(self.lines))
        } else if self.keyword {
            IN_KEYWORDS
        } else if self.body > 0 {
            IN_BODY
        } else {
            0.0
        }
    }
}

/// A way to ask for an article: its title or one of its question lines.
#[derive(Debug)]
struct Line {
    /// Number of its different words.
    words: f32,
    /// Length of its vector of words.
    norm: f32,
    /// Length of its vector of pairs of neighbouring words.
    pair_norm: f32,
}

/// A term, and the places where it stands.
#[derive(Debug, Default)]
struct Postings {
    weight: f32,
    /// Whether only redirect articles use it: the name of another organisation, say.
    foreign: bool,
    /// Lines of all articles that hold it.
    seen: f32,
    /// By article.
    places: Vec<Place>,
    /// Lines by number, each with BM25's share for this term.
    lines: Vec<(u32, f32)>,
}

/// Numbers of an article's words.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    in_lines: f32,
    in_body: f32,
}

/// The index.
#[derive(Debug)]
pub(super) struct Index {
    words: Words,
    spelling: Spelling,
    vocabulary: HashMap<String, TermId>,
    postings: Vec<Postings>,
    /// Pairs of neighbouring terms, and the lines that hold them.
    pairs: HashMap<(TermId, TermId), (f32, Vec<u32>)>,
    lines: Vec<Line>,
    /// The first line of each article, and the end.
    starts: Vec<u32>,
    redirects: Vec<bool>,
    sizes: Vec<Size>,
    /// Number of all lines' words.
    words_in_lines: f32,
    /// Lines as plain text.
    plain: HashMap<String, Vec<u32>>,
}

/// Each of them once, in a fixed order, so that sums come out the same every time.
fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A line's different pairs of neighbouring terms.
fn pairs(line: &[TermId]) -> impl Iterator<Item = (TermId, TermId)> {
    distinct(line.windows(2).map(|pair| (pair[0], pair[1]))).into_iter()
}

/// A text as people compare it: its letters and digits.
pub(super) fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// BM25's inverse document frequency, as a share of that of something which is there once.
#[expect(clippy::cast_precision_loss, reason = "counts of articles and lines are far below 2^24")]
fn rarity(all: usize, with_it: usize) -> f32 {
    let inverse = |with_it: f32| (1.0 + (all as f32 - with_it + 0.5) / (with_it + 0.5)).ln();
    inverse(with_it as f32) / inverse(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^24")]
fn share(part: usize, all: usize) -> f32 {
    if all == 0 { 0.0 } else { part as f32 / all as f32 }
}

/// A place as a number; a knowledge base of four thousand million lines is not to be had.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
