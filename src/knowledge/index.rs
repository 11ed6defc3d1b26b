//! The index in memory: ranks articles for a question. BM25 scores the ways to ask, one document each; the whole
//! article says how much of the question it covers. Says how well things match, never what is to be done about it.

use std::collections::{HashMap, HashSet};

use bm25::{Embedder, EmbedderBuilder, Embedding, Scorer, TokenEmbedder, TokenEmbedding};

use super::article::Article;
use super::spelling::Spelling;
use super::tuning::rank;
use super::words::Words;

/// A way to ask for an article: its title or one of its question lines.
#[derive(Debug)]
struct Line {
    article: usize,
    terms: HashSet<String>,
    /// Sum of its terms' weights.
    weight: f32,
}

/// Where a term stands in an article.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    lines: usize,
    keyword: bool,
    body: bool,
}

impl Place {
    /// What the term counts for: at most [`rank::IN_LINES`].
    fn worth(self, in_hidden_line: bool) -> f32 {
        let lines = self.lines.saturating_sub(usize::from(in_hidden_line));
        if lines > 0 {
            // Each further line adds less than the one before.
            let lines = f32::from(u8::try_from(lines).unwrap_or(u8::MAX));
            rank::IN_LINES - 2.0 * (rank::IN_LINES - rank::IN_LINE) / (lines + 1.0)
        } else if self.keyword {
            rank::IN_KEYWORDS
        } else if self.body {
            rank::IN_BODY
        } else {
            0.0
        }
    }
}

#[derive(Debug, Default)]
struct Entry {
    places: HashMap<String, Place>,
    /// Its keywords of several words, as terms.
    phrases: Vec<Vec<String>>,
    lines: Vec<usize>,
    redirect: bool,
}

/// A word of a question.
#[derive(Debug, Clone)]
struct Term {
    name: String,
    weight: f32,
    known: bool,
}

/// What a search leaves out; only measuring needs it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Nothing.
    #[default]
    Nothing,
    /// One question line of one article, both counted from 0.
    Question(usize, usize),
    /// A whole article.
    Article(usize),
}

/// How well an article matches; every share is between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    /// The article's place in the knowledge base.
    pub(super) article: usize,
    /// All in all.
    pub(super) score: f32,
    /// Share of the question's weight that the best line holds.
    pub(super) line: f32,
    /// Share of the best line's weight that the question holds.
    pub(super) line_back: f32,
    /// Share of the question's weight that the article holds.
    pub(super) coverage: f32,
    /// Share of the question's weight in words that only redirect articles use, and that this article does not.
    pub(super) foreign: f32,
}

/// Articles ranked for a question.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranking {
    /// Best first; each article once.
    pub(super) hits: Vec<Hit>,
    /// Number of different meaningful words in the question.
    pub(super) terms: usize,
    /// How much the question tells: the weight of its words, in words that are in one article only.
    pub(super) told: f32,
}

/// The index.
pub(super) struct Index {
    words: Words,
    spelling: Spelling,
    lines: Vec<Line>,
    entries: Vec<Entry>,
    scorer: Scorer<usize>,
    line_frequency: HashMap<String, usize>,
    article_frequency: HashMap<String, usize>,
    /// Words that articles which answer use.
    answering: HashSet<String>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index")
            .field("articles", &self.entries.len())
            .field("lines", &self.lines.len())
            .finish_non_exhaustive()
    }
}

impl Index {
    /// Indexes the articles in their order.
    pub(super) fn build(articles: &[Article]) -> Self {
        let words = Words::new();
        let texts: Vec<(usize, &str)> = articles
            .iter()
            .enumerate()
            .flat_map(|(n, article)| {
                std::iter::once(&article.meta.title).chain(&article.meta.questions).map(move |text| (n, text.as_str()))
            })
            .collect();
        let corpus: Vec<&str> = texts.iter().map(|(_, text)| *text).collect();
        let embedder: Embedder<u32, Words> =
            EmbedderBuilder::with_tokenizer_and_fit_to_corpus(words.clone(), &corpus).k1(rank::K1).b(rank::B).build();
        let mut index = Self {
            spelling: Spelling::of(&words, articles),
            words,
            lines: Vec::new(),
            entries: Vec::new(),
            scorer: Scorer::new(),
            line_frequency: HashMap::new(),
            article_frequency: HashMap::new(),
            answering: HashSet::new(),
        };
        for article in articles {
            index.add_entry(article);
        }
        for (article, text) in texts {
            index.add_line(article, text, &embedder);
        }
        for entry in &index.entries {
            if !entry.redirect {
                index.answering.extend(entry.places.keys().cloned());
            }
            for term in entry.places.keys() {
                *index.article_frequency.entry(term.clone()).or_default() += 1;
            }
        }
        for at in 0..index.lines.len() {
            let weight = index.lines[at].terms.iter().map(|term| index.weight(term)).sum();
            index.lines[at].weight = weight;
        }
        index
    }

    fn add_entry(&mut self, article: &Article) {
        let mut entry = Entry { redirect: article.meta.redirect, ..Entry::default() };
        for keyword in &article.meta.keywords {
            let terms = self.words.terms(keyword);
            for term in &terms {
                entry.places.entry(term.clone()).or_default().keyword = true;
            }
            if terms.len() > 1 {
                entry.phrases.push(terms);
            }
        }
        for term in self.words.terms(&article.body) {
            entry.places.entry(term).or_default().body = true;
        }
        self.entries.push(entry);
    }

    fn add_line(&mut self, article: usize, text: &str, embedder: &Embedder<u32, Words>) {
        let at = self.lines.len();
        let terms: HashSet<String> = self.words.terms(text).into_iter().collect();
        let entry = &mut self.entries[article];
        entry.lines.push(at);
        for term in &terms {
            entry.places.entry(term.clone()).or_default().lines += 1;
            *self.line_frequency.entry(term.clone()).or_default() += 1;
        }
        self.scorer.upsert(&at, embedder.embed(text));
        self.lines.push(Line { article, terms, weight: 0.0 });
    }

    /// How much a term tells: its inverse frequency over the articles.
    fn weight(&self, term: &str) -> f32 {
        inverse_frequency(self.entries.len(), self.article_frequency.get(term).copied().unwrap_or(0))
    }

    /// The question's different words, unknown ones respelt where a known one is near.
    fn query(&self, text: &str) -> (Vec<String>, Vec<Term>) {
        let mut order = Vec::new();
        let mut terms: Vec<Term> = Vec::new();
        for word in self.words.of(text) {
            let known = self.article_frequency.contains_key(&word.term);
            let respelt = if known { None } else { self.spelling.nearest(&word.surface) };
            let (name, share) = match respelt {
                Some(term) => (term.to_owned(), rank::RESPELT),
                None if known => (word.term, 1.0),
                None => (word.term, rank::UNKNOWN),
            };
            order.push(name.clone());
            if terms.iter().all(|term| term.name != name) {
                let weight = self.weight(&name) * share;
                terms.push(Term { name, weight, known: share != rank::UNKNOWN || known });
            }
        }
        (order, terms)
    }

    /// Ranks the articles for a question.
    pub(super) fn search(&self, text: &str, hidden: Hidden) -> Ranking {
        let (order, terms) = self.query(text);
        let total: f32 = terms.iter().map(|term| term.weight).sum();
        if total <= 0.0 {
            return Ranking::default();
        }
        let known = terms.iter().filter(|term| term.known).map(|term| term.weight).sum::<f32>();
        let best_lines = self.best_lines(&terms, hidden);
        let mut hits: Vec<Hit> = (0..self.entries.len())
            .filter(|&article| hidden != Hidden::Article(article))
            .map(|article| self.hit(article, &order, &terms, total, best_lines.get(&article).copied(), hidden))
            .filter(|hit| hit.score > 0.0)
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.article.cmp(&b.article)));
        let told = known / inverse_frequency(self.entries.len(), 1);
        Ranking { hits, terms: terms.len(), told }
    }

    /// The best line of each article: its share of the question, and the question's share of it.
    fn best_lines(&self, terms: &[Term], hidden: Hidden) -> HashMap<usize, (f32, f32)> {
        let query =
            Embedding(terms.iter().map(|term| TokenEmbedding { index: u32::embed(&term.name), value: 1.0 }).collect());
        let possible: f32 = terms
            .iter()
            .map(|term| {
                let frequency = self.line_frequency.get(&term.name).copied().unwrap_or(0);
                inverse_frequency(self.lines.len(), frequency) * if term.known { 1.0 } else { rank::UNKNOWN }
            })
            .sum();
        let mut best: HashMap<usize, (f32, f32)> = HashMap::new();
        for found in self.scorer.matches(&query) {
            let line = &self.lines[found.id];
            if hidden == Hidden::Question(line.article, self.line_number(found.id)) {
                continue;
            }
            let there = (found.score / possible).min(1.0);
            let held: f32 =
                terms.iter().filter(|term| line.terms.contains(&term.name)).map(|term| self.weight(&term.name)).sum();
            let back = if line.weight > 0.0 { (held / line.weight).min(1.0) } else { 0.0 };
            let value = |(there, back): (f32, f32)| rank::LINE * there + rank::LINE_BACK * back;
            let kept = best.entry(line.article).or_insert((there, back));
            if value((there, back)) > value(*kept) {
                *kept = (there, back);
            }
        }
        best
    }

    /// A question line's number within its article; the title, which comes first, has none.
    fn line_number(&self, line: usize) -> usize {
        let first = self.entries[self.lines[line].article].lines.first().copied().unwrap_or(line);
        (line - first).wrapping_sub(1)
    }

    fn hit(
        &self,
        article: usize,
        order: &[String],
        terms: &[Term],
        total: f32,
        best: Option<(f32, f32)>,
        hidden: Hidden,
    ) -> Hit {
        let entry = &self.entries[article];
        let hidden_terms = match hidden {
            Hidden::Question(of, number) if of == article => {
                entry.lines.get(number + 1).map(|&line| &self.lines[line].terms)
            }
            _ => None,
        };
        let worth = |term: &Term| {
            let in_hidden = hidden_terms.is_some_and(|hidden| hidden.contains(&term.name));
            entry.places.get(&term.name).map_or(0.0, |place| place.worth(in_hidden)) * term.weight
        };
        let coverage = (terms.iter().map(worth).sum::<f32>() / total).min(1.0);
        let foreign =
            |term: &&Term| term.known && !self.answering.contains(&term.name) && !entry.places.contains_key(&term.name);
        let foreign = terms.iter().filter(foreign).map(|term| term.weight).sum::<f32>() / total;
        let (line, line_back) = best.unwrap_or_default();
        let phrase =
            entry.phrases.iter().any(|phrase| order.windows(phrase.len()).any(|part| part == phrase.as_slice()));
        let score = rank::LINE * line
            + rank::LINE_BACK * line_back
            + rank::COVERAGE * coverage
            + if phrase { rank::PHRASE } else { 0.0 };
        Hit { article, score: score.min(1.0), line, line_back, coverage, foreign }
    }
}

/// BM25's inverse document frequency.
#[expect(clippy::cast_precision_loss, reason = "counts of articles and lines are far below 2^24")]
fn inverse_frequency(documents: usize, with_term: usize) -> f32 {
    let (documents, with_term) = (documents as f32, with_term as f32);
    (1.0 + (documents - with_term + 0.5) / (with_term + 0.5)).ln()
}
