//! Building the index: every word's places and weight, every line's lengths.

use std::collections::HashMap;

use super::super::article::Article;
use super::super::spelling::Spelling;
use super::super::words::Words;
use super::{Index, Line, Place, Postings, Size, TermId, distinct, number, pairs, plain, rarity, share};

/// BM25's saturation of repeated words; lines are short, so the usual value.
const K1: f32 = 1.2;
/// BM25's penalty for length: low, since a long way to ask is as good as a short one.
const B: f32 = 0.3;
/// Weight of a word that only texts use, as a share of its own.
const ONLY_IN_BODY: f32 = 0.6;

impl Index {
    /// Indexes the articles in their order.
    pub(in crate::knowledge) fn build(articles: &[Article]) -> Self {
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
}
