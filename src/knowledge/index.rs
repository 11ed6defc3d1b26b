//! The index in memory: finds the articles that share words with a question and measures in which ways each fits.
//! Says how things match, never which is best or what is to be done about it.

use std::collections::{HashMap, HashSet};

use super::article::Article;
use super::spelling::Spelling;
use super::words::Words;

/// BM25's saturation of repeated words; lines are short, so the usual value.
const K1: f32 = 1.2;
/// BM25's penalty for length: low, since a long way to ask is as good as a short one.
const B: f32 = 0.3;
/// Weight of a word that is in no article, where the rarest known word weighs 1.
const UNKNOWN: f32 = 0.4;
/// Weight of a word that only texts use, as a share of its own.
const ONLY_IN_BODY: f32 = 0.6;
/// What a word counts for in question lines, by their number; in a keyword; in the text.
const IN_LINE: f32 = 1.0;
const IN_MORE_LINES: f32 = 0.15;
const IN_KEYWORDS: f32 = 0.95;
const IN_BODY: f32 = 0.6;
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

/// What a search leaves out; only measuring needs it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Nothing.
    #[default]
    Nothing,
    /// One question line of one article, both counted from 0.
    Question(usize, usize),
}

/// In which ways an article fits a question; every number is at least 0.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Fit {
    /// BM25 of the best line.
    pub(super) line: f32,
    /// Likeness, 0 to 1, of the best line as a set of words.
    pub(super) alike: f32,
    /// Likeness, 0 to 1, of the best line as pairs of neighbouring words.
    pub(super) pairs: f32,
    /// Likeness, 0 to 1, of the title as a set of words.
    pub(super) title: f32,
    /// Share of the question's weight that the article holds, a little more where many lines hold a word.
    pub(super) coverage: f32,
    /// Share of the question's weight that its lines hold.
    pub(super) in_lines: f32,
    /// Share of the question's weight that its keywords hold.
    pub(super) in_keywords: f32,
    /// Share of the question's weight that its text holds.
    pub(super) in_body: f32,
    /// Share of the question's weight in words that only redirect articles use, and that this article lacks.
    pub(super) foreign: f32,
    /// How much likelier the article's words make the question than all articles' words do: logarithm, a word's mean.
    pub(super) likely: f32,
    /// The same, divided by the root of the number of words: long questions say more.
    pub(super) evidence: f32,
    /// The weight that the article holds, not as a share.
    pub(super) held: f32,
    /// Whether a line or the title is the question, word for word.
    pub(super) same: bool,
}

/// An article that shares words with a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Match {
    /// The article's place in the knowledge base.
    pub(super) article: usize,
    /// How it fits.
    pub(super) fit: Fit,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// In no order; each article once.
    pub(super) matches: Vec<Match>,
    /// What the question is like.
    pub(super) asked: Asked,
}

/// What a question is like, whatever it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Asked {
    /// Number of its words.
    pub(super) words: f32,
    /// Share of them that no article uses.
    pub(super) unknown: f32,
    /// Share of them whose spelling had to be guessed.
    pub(super) guessed: f32,
    /// Weight of the known ones together; a word of one article weighs 1.
    pub(super) told: f32,
    /// Weight of the heaviest known one.
    pub(super) rarest: f32,
}

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

impl Index {
    /// Indexes the articles in their order.
    pub(super) fn build(articles: &[Article]) -> Self {
        let words = Words::new();
        let mut index = Self {
            spelling: Spelling::default(),
            words,
            vocabulary: HashMap::new(),
            postings: Vec::new(),
            pairs: HashMap::new(),
            lines: Vec::new(),
            starts: vec![0],
            redirects: articles.iter().map(|article| article.meta.redirect).collect(),
            sizes: Vec::new(),
            words_in_lines: 0.0,
            plain: HashMap::new(),
        };
        let mut counts: Vec<Vec<TermId>> = Vec::new();
        let mut stems = HashMap::new();
        for (at, article) in articles.iter().enumerate() {
            index.add(number(at), article, &mut counts, &mut stems);
        }
        index.weigh(&counts);
        index
    }

    fn add(&mut self, at: u32, article: &Article, counts: &mut Vec<Vec<TermId>>, stems: &mut HashMap<String, String>) {
        let mut places: HashMap<TermId, Place> = HashMap::new();
        let mut size = Size::default();
        let empty = Place { article: at, lines: 0, keyword: false, body: 0 };
        for text in std::iter::once(&article.meta.title).chain(&article.meta.questions) {
            let terms = self.ids(text, stems);
            for term in distinct(terms.iter().copied()) {
                places.entry(term).or_insert(empty).lines += 1;
                self.postings[term as usize].seen += 1.0;
                size.in_lines += 1.0;
            }
            self.plain.entry(plain(text)).or_default().push(number(counts.len()));
            counts.push(terms);
        }
        for term in article.meta.keywords.iter().flat_map(|keyword| self.ids(keyword, stems)) {
            places.entry(term).or_insert(empty).keyword = true;
        }
        for term in self.ids(&article.body, stems) {
            let place = places.entry(term).or_insert(empty);
            place.body = place.body.saturating_add(1);
            size.in_body += 1.0;
        }
        self.words_in_lines += size.in_lines;
        self.sizes.push(size);
        for (term, place) in places {
            self.postings[term as usize].places.push(place);
        }
        self.starts.push(number(counts.len()));
    }

    fn ids(&mut self, text: &str, stems: &mut HashMap<String, String>) -> Vec<TermId> {
        let words = self.words.of_next(text, stems);
        words
            .into_iter()
            .map(|word| {
                self.spelling.add(&word);
                self.id(word.term)
            })
            .collect()
    }

    fn id(&mut self, term: String) -> TermId {
        let next = number(self.postings.len());
        let id = *self.vocabulary.entry(term).or_insert(next);
        if id == next {
            self.postings.push(Postings::default());
        }
        id
    }

    /// Gives every term its weight and every line its lengths.
    fn weigh(&mut self, lines: &[Vec<TermId>]) {
        let articles = self.redirects.len();
        for postings in &mut self.postings {
            postings.foreign = postings.places.iter().all(|place| self.redirects[place.article as usize]);
            let asked = postings.places.iter().filter(|place| place.lines > 0 || place.keyword).count();
            postings.weight = match asked {
                0 => ONLY_IN_BODY * rarity(articles, postings.places.len()),
                asked => rarity(articles, asked),
            };
        }
        let average = share(lines.iter().map(Vec::len).sum(), lines.len());
        for (at, line) in lines.iter().enumerate() {
            let length = 1.0 - B + B * share(line.len(), 1) / average.max(1.0);
            let per_term = (K1 + 1.0) / (1.0 + K1 * length);
            let mut square = 0.0;
            let terms = distinct(line.iter().copied());
            let words = share(terms.len(), 1);
            for term in terms {
                let postings = &mut self.postings[term as usize];
                square += postings.weight * postings.weight;
                postings.lines.push((number(at), per_term * postings.weight));
            }
            for pair in pairs(line) {
                self.pairs.entry(pair).or_default().1.push(number(at));
            }
            self.lines.push(Line { words, norm: square.sqrt(), pair_norm: 0.0 });
        }
        for (weight, holders) in self.pairs.values_mut() {
            *weight = rarity(lines.len(), holders.len());
        }
        for (line, terms) in self.lines.iter_mut().zip(lines) {
            let weights = pairs(terms).filter_map(|pair| self.pairs.get(&pair)).map(|(weight, _)| weight * weight);
            line.pair_norm = weights.sum::<f32>().sqrt();
        }
    }

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
    pub(super) fn search(&self, text: &str, hidden: Hidden) -> Found {
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
