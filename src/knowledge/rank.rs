//! Ranks the articles that an index found, and says in numbers how sure that ranking is. The weights are learnt:
//! see [`super::model`].

use super::article::Article;
use super::index::{Asked, Fit, Found};

/// Articles whose subjects count when it is asked how clear the subject is.
const NEAREST: usize = 10;

/// What an article's score is made of, in the order of the weights.
pub(super) type Measures = [f32; 12];
/// What the estimates are made of, in the order of the weights; the first is the constant 1.
pub(super) type Signs = [f32; 31];

/// An article, ranked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    /// The article's place in the knowledge base.
    pub(super) article: usize,
    /// How it fits.
    pub(super) fit: Fit,
    /// Its score: the higher the better, without a limit.
    pub(super) score: f32,
    /// Its share of all articles' chances, 0 to 1.
    pub(super) share: f32,
}

/// Articles ranked for a question.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranking {
    /// Best first; each article once.
    pub(super) hits: Vec<Hit>,
    /// What the question is like.
    pub(super) asked: Asked,
}

impl Ranking {
    /// Ranks what was found.
    pub(super) fn of(found: &Found, articles: &[Article], weights: &Measures) -> Self {
        let mut hits: Vec<Hit> = found
            .matches
            .iter()
            .map(|found| {
                let score = dot(&measures(&found.fit, articles[found.article].meta.redirect), weights);
                Hit { article: found.article, fit: found.fit, score, share: 0.0 }
            })
            .collect();
        hits.sort_by(|a, b| {
            b.fit.same.cmp(&a.fit.same).then(b.score.total_cmp(&a.score)).then(a.article.cmp(&b.article))
        });
        let mut ranking = Self { hits, asked: found.asked };
        ranking.share_out();
        ranking
    }

    /// Gives each article its share, after articles were left out.
    pub(super) fn share_out(&mut self) {
        let best = self.hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
        // An article that shares nothing with the question scores 0; one such always stands by.
        let all = self.hits.iter().map(|hit| (hit.score - best).exp()).sum::<f32>() + (-best).exp();
        for hit in &mut self.hits {
            hit.share = (hit.score - best).exp() / all;
        }
    }

    /// The best after the first that says what is so, and not only where to go.
    pub(super) fn second(&self, articles: &[Article]) -> Option<&Hit> {
        self.hits.iter().skip(1).find(|hit| !articles[hit.article].meta.redirect)
    }

    /// What the estimates are made of; `None` when no article shares a word with the question.
    pub(super) fn signs(&self, articles: &[Article]) -> Option<Signs> {
        let top = self.hits.first()?;
        let topic = |hit: &Hit| articles[hit.article].meta.topic.as_str();
        let redirects = |hit: &&Hit| articles[hit.article].meta.redirect;
        let next = self.hits.get(1).map_or(0.0, |hit| hit.score);
        let elsewhere = self.hits.iter().find(|hit| topic(hit) != topic(top)).map_or(0.0, |hit| hit.score);
        let in_topic = self.hits.iter().take(NEAREST).filter(|hit| topic(hit) == topic(top)).map(|hit| hit.share).sum();
        let sent_away: f32 = self.hits.iter().filter(redirects).map(|hit| hit.share).sum();
        let spread: f32 = self.hits.iter().map(|hit| -hit.share * (hit.share + 1e-9).ln()).sum();
        Some([
            1.0,
            top.share,
            (top.share + 1e-3).ln(),
            (1.001 - top.share).ln(),
            top.score - next,
            top.score - elsewhere,
            top.score,
            top.fit.coverage,
            top.fit.alike,
            top.fit.pairs,
            top.fit.in_lines,
            top.fit.line / self.asked.told.max(f32::EPSILON),
            top.fit.title,
            top.fit.foreign,
            in_topic,
            self.asked.words.ln_1p(),
            self.asked.unknown,
            self.asked.guessed,
            self.asked.told,
            self.asked.told.ln_1p(),
            self.asked.rarest,
            self.asked.order,
            sent_away,
            if redirects(&top) { 1.0 } else { 0.0 },
            spread,
            self.agreement(top),
            top.fit.alike - self.best_other(|fit| fit.alike),
            top.fit.coverage - self.best_other(|fit| fit.coverage),
            top.fit.in_lines - self.best_other(|fit| fit.in_lines),
            top.fit.likely,
            top.fit.likely - self.best_other(|fit| fit.likely),
        ])
    }
}

impl Ranking {
    /// Share of the ways of fitting in which no other article is ahead.
    fn agreement(&self, top: &Hit) -> f32 {
        let ways: [fn(&Fit) -> f32; 6] =
            [|fit| fit.line, |fit| fit.alike, |fit| fit.pairs, |fit| fit.title, |fit| fit.held, |fit| fit.in_keywords];
        let ahead = |way: &fn(&Fit) -> f32| {
            if way(&top.fit) > 0.0 && way(&top.fit) >= self.best_other(way) { 1.0 } else { 0.0 }
        };
        ways.iter().map(ahead).sum::<f32>() / 6.0
    }

    /// The best of the other articles in one way of fitting.
    fn best_other(&self, way: impl Fn(&Fit) -> f32) -> f32 {
        self.hits.iter().skip(1).map(|hit| way(&hit.fit)).fold(0.0, f32::max)
    }
}

/// What an article's score is made of.
pub(super) fn measures(fit: &Fit, redirects: bool) -> Measures {
    [
        fit.line,
        fit.pairs,
        fit.coverage,
        fit.in_lines,
        fit.in_keywords,
        fit.in_body,
        fit.held,
        fit.title,
        fit.foreign,
        fit.likely,
        fit.evidence,
        if redirects { 1.0 } else { 0.0 },
    ]
}

/// The chance, 0 to 1, that these signs and weights say.
pub(super) fn chance(signs: &Signs, weights: &Signs) -> f32 {
    1.0 / (1.0 + (-dot(signs, weights)).exp())
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
