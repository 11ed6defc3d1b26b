//! Searching the index: candidates by shared words, and how closely each fits.

use std::collections::{HashMap, HashSet};

use super::super::words::is_order;
use super::{Asked, Fit, Found, Hidden, Index, Match, Place, Postings, TermId, distinct, number, plain, share};

/// Weight of a word that is in no article, where the rarest known word weighs 1.
const UNKNOWN: f32 = 0.4;
/// How likely an article's lines, its text, its keywords and the lines of all articles together make a word of the question.
const FROM_LINES: f32 = 0.6;
const FROM_BODY: f32 = 0.15;
const FROM_KEYWORDS: f32 = 0.01;
const FROM_ANYWHERE: f32 = 0.2;
/// What counts of words are raised by, so that a word that was never seen is not impossible.
const SEEN_ANYWAY: f32 = 0.5;
const WORDS_ANYWAY: f32 = 1000.0;
/// Most places of words that are looked at to find candidates; the rarest words come first, so what is cut off says little.
const PLACES: usize = 4000;
/// Most articles that are measured closely.
const CANDIDATES: usize = 32;

/// A question as the index sees it.
struct Query<'a> {
    /// Its different known words, the rarest first.
    terms: Vec<TermId>,
    /// Weight of all different words.
    total: f32,
    /// Length of its vector of words.
    norm: f32,
    /// Its pairs of neighbouring words: their weights, and the lines that hold them.
    pairs: Vec<&'a (f32, Vec<u32>)>,
    /// Length of its vector of pairs.
    pair_norm: f32,
    /// Its text, for comparing word for word.
    plain: String,
    /// Number of its words.
    words: f32,
}

impl Index {
    /// The question's words, unknown ones respelt where a known one is near.
    fn query(&self, text: &str) -> (Query<'_>, Asked) {
        let mut order = Vec::new();
        let mut unknown: HashSet<String> = HashSet::new();
        let mut guessed = 0;
        for word in self.words.of(text) {
            let id = self.vocabulary.get(&word.term).or_else(|| {
                let guess = self.spelling.nearest(&word.surface).and_then(|term| self.vocabulary.get(term));
                guessed += usize::from(guess.is_some());
                guess
            });
            if id.is_none() {
                unknown.insert(word.term);
            }
            order.push(id.copied());
        }
        let mut terms = distinct(order.iter().flatten().copied());
        terms.sort_by_key(|&term| (self.postings[term as usize].places.len(), term));
        let weights = || terms.iter().map(|&term| self.postings[term as usize].weight);
        let strangers = share(unknown.len(), 1);
        let asked = Asked {
            words: share(order.len(), 1),
            unknown: share(order.iter().filter(|id| id.is_none()).count(), order.len()),
            guessed: share(guessed, order.len()),
            told: weights().sum(),
            rarest: weights().fold(0.0, f32::max),
            order: if is_order(text) { 1.0 } else { 0.0 },
        };
        let neighbours = order.windows(2).filter_map(|pair| Some((pair[0]?, pair[1]?)));
        let pairs: Vec<_> = distinct(neighbours).iter().filter_map(|pair| self.pairs.get(pair)).collect();
        let query = Query {
            total: asked.told + strangers * UNKNOWN,
            norm: (weights().map(|weight| weight * weight).sum::<f32>() + strangers * UNKNOWN * UNKNOWN).sqrt(),
            pair_norm: pairs.iter().map(|(weight, _)| weight * weight).sum::<f32>().sqrt(),
            pairs,
            plain: plain(text),
            words: asked.words,
            terms,
        };
        (query, asked)
    }

    /// The articles that share words with a question, and how they fit.
    pub(in crate::knowledge) fn search(&self, text: &str, hidden: Hidden) -> Found {
        let (query, asked) = self.query(text);
        if query.total <= 0.0 {
            return Found::default();
        }
        let same: HashSet<u32> = match hidden {
            Hidden::Nothing => {
                self.plain.get(&query.plain).into_iter().flatten().map(|&line| self.owner(line)).collect()
            }
            Hidden::Question(..) => HashSet::new(),
        };
        let matches = self
            .candidates(&query)
            .into_iter()
            .map(|article| {
                let fit = Fit { same: same.contains(&article), ..self.fit(article, &query, hidden) };
                Match { article: article as usize, fit }
            })
            .filter(|found| found.fit.held > 0.0)
            .collect();
        Found { matches, asked }
    }

    /// The articles that hold most of the question's weight.
    fn candidates(&self, query: &Query<'_>) -> Vec<u32> {
        let mut held: HashMap<u32, f32> = HashMap::new();
        let mut passed = 0;
        for &term in &query.terms {
            let postings = &self.postings[term as usize];
            if passed > 0 && passed + postings.places.len() > PLACES {
                break;
            }
            passed += postings.places.len();
            for place in &postings.places {
                *held.entry(place.article).or_default() += place.worth() * postings.weight;
            }
        }
        let mut best: Vec<(u32, f32)> = held.into_iter().collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if best.len() > CANDIDATES {
            best.select_nth_unstable_by(CANDIDATES, order);
            best.truncate(CANDIDATES);
        }
        let mut best: Vec<u32> = best.into_iter().map(|(article, _)| article).collect();
        best.sort_unstable();
        best
    }

    fn fit(&self, article: u32, query: &Query<'_>, hidden: Hidden) -> Fit {
        let (first, end) = (self.starts[article as usize], self.starts[article as usize + 1]);
        let hidden = match hidden {
            Hidden::Question(of, number) if of == article as usize => Some(number + 1),
            _ => None,
        };
        let mut fit = Fit::default();
        let mut lines = vec![(0.0_f32, 0.0_f32, 0.0_f32); (end - first) as usize];
        for &term in &query.terms {
            let postings = &self.postings[term as usize];
            let weight = postings.weight;
            let mut in_hidden = 0;
            let from = postings.lines.partition_point(|(line, _)| *line < first);
            for (line, bm25) in postings.lines[from..].iter().take_while(|(line, _)| *line < end) {
                let at = (line - first) as usize;
                in_hidden += u16::from(hidden == Some(at));
                lines[at].0 += bm25;
                lines[at].1 += weight * weight;
            }
            let Ok(at) = postings.places.binary_search_by_key(&article, |place| place.article) else {
                fit.foreign += if postings.foreign { weight } else { 0.0 };
                continue;
            };
            let place = Place { lines: postings.places[at].lines - in_hidden, ..postings.places[at] };
            fit.held += place.worth() * weight;
            fit.in_lines += if place.lines > 0 { weight } else { 0.0 };
            fit.in_keywords += if place.keyword { weight } else { 0.0 };
            fit.in_body += if place.body > 0 { weight } else { 0.0 };
            fit.likely +=
                self.likely(postings, place, in_hidden, hidden.map_or(0.0, |at| self.lines[first as usize + at].words));
        }
        fit.evidence = fit.likely / query.words.max(1.0).sqrt();
        fit.likely /= query.words.max(1.0);
        for (weight, holders) in &query.pairs {
            let from = holders.partition_point(|line| *line < first);
            for line in holders[from..].iter().take_while(|line| **line < end) {
                lines[(line - first) as usize].2 += weight * weight;
            }
        }
        fit.title = lines[0].1 / (query.norm * self.lines[first as usize].norm).max(f32::EPSILON);
        for (at, (bm25, shared, pairs)) in lines.into_iter().enumerate().filter(|(at, _)| hidden != Some(*at)) {
            let line = &self.lines[first as usize + at];
            fit.line = fit.line.max(bm25);
            fit.alike = fit.alike.max(shared / (query.norm * line.norm).max(f32::EPSILON));
            fit.pairs = fit.pairs.max(pairs / (query.pair_norm * line.pair_norm).max(f32::EPSILON));
        }
        fit.coverage = fit.held / query.total;
        fit.in_lines /= query.total;
        fit.in_keywords /= query.total;
        fit.in_body /= query.total;
        fit.foreign /= query.total;
        fit
    }

    /// How much likelier an article's words make a word than all articles' words do, as a logarithm; at least 0. A hidden line
    /// holds the word so many times, and so many words.
    fn likely(&self, postings: &Postings, place: Place, in_hidden: u16, hidden: f32) -> f32 {
        let size = self.sizes[place.article as usize];
        let anywhere =
            FROM_ANYWHERE * (postings.seen - f32::from(in_hidden) + SEEN_ANYWAY) / (self.words_in_lines + WORDS_ANYWAY);
        let here = FROM_LINES * f32::from(place.lines) / (size.in_lines - hidden).max(1.0)
            + FROM_BODY * f32::from(place.body) / size.in_body.max(1.0)
            + if place.keyword { FROM_KEYWORDS } else { 0.0 };
        (1.0 + here / anywhere).ln()
    }

    /// The article that a line belongs to.
    fn owner(&self, line: u32) -> u32 {
        number(self.starts.partition_point(|start| *start <= line)) - 1
    }
}
