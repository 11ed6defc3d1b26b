//! The decision: does the best article answer, is it to be asked which is meant, or does nothing fit? A confident
//! wrong answer is the worst that can happen, so doubt always goes to asking or to a person.

use super::article::Article;
use super::rank::{Hit, Ranking, Signs, chance};
use super::weights::{Thresholds, Weights};
use chrono::NaiveDate;

/// Most meanings that are offered, and most related articles.
pub(super) const MEANINGS: usize = 3;
/// The least confidence in an article that was asked for in its own words.
const OWN_WORDS: f32 = 0.95;
/// What a meaning counts for when its subject is offered already.
const SAME_SUBJECT: f32 = 0.3;
/// Below this share of the chances an article is not even related, or a redirect article does not know the place.
const RELATED: f32 = 0.01;

/// What is to be said, with the articles' places in the knowledge base.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Decision {
    /// This article answers.
    Answer(usize),
    /// One of these two answers; both are said.
    Both(usize, usize),
    /// These meanings are near; at least two.
    Ask(Vec<usize>),
    /// This redirect article says who can help.
    Redirect(usize),
    /// Nothing fits; the subject of the nearest article, if one is near at all.
    Nothing(Option<usize>),
}

/// Puts the successors of articles that may not answer on that day in their place, and leaves out those without one.
pub(super) fn current(ranking: Ranking, articles: &[Article], today: NaiveDate) -> Ranking {
    let mut hits: Vec<Hit> = Vec::with_capacity(ranking.hits.len());
    for hit in ranking.hits {
        if let Some(article) = successor(hit.article, articles, today)
            && hits.iter().all(|kept| kept.article != article)
        {
            hits.push(Hit { article, ..hit });
        }
    }
    let mut ranking = Ranking { hits, ..ranking };
    ranking.share_out();
    ranking
}

/// The article that answers in this one's place on that day: itself, or the end of its chain of successors.
pub(super) fn successor(article: usize, articles: &[Article], today: NaiveDate) -> Option<usize> {
    let mut at = article;
    // A chain longer than there are articles goes round in a circle.
    for _ in 0..=articles.len() {
        let here = articles.get(at)?;
        if here.is_current(today) {
            return Some(at);
        }
        let next = here.meta.superseded_by.as_ref()?;
        at = articles.iter().position(|other| other.id() == next)?;
    }
    None
}

/// How likely it is, 0 to 1, that …
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Chances {
    /// … the best article is the right one.
    pub(super) right: f32,
    /// … one of the best two is.
    pub(super) either: f32,
    /// … the question is none for the knowledge base.
    pub(super) outside: f32,
}

impl Chances {
    pub(super) fn of(signs: &Signs, weights: &Weights) -> Self {
        let right = chance(signs, &weights.right);
        let either = chance(signs, &weights.either).max(right);
        Self { right, either, outside: chance(signs, &weights.outside) }
    }
}

/// What kind of thing is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// The best article answers, or sends elsewhere.
    Say,
    /// The best two answer.
    SayBoth,
    /// It is sent elsewhere, or to nobody.
    Away,
    /// It is asked which is meant.
    Ask,
}

impl Way {
    /// Chooses by the chances.
    pub(super) fn choose(ranking: &Ranking, articles: &[Article], chances: Chances, thresholds: Thresholds) -> Self {
        let redirects = ranking.hits.first().is_none_or(|hit| articles[hit.article].meta.redirect);
        let outside = chances.outside >= thresholds.away;
        if chances.right >= thresholds.answer || (outside && redirects) {
            Self::Say
        } else if outside {
            Self::Away
        } else if chances.either >= thresholds.both && !redirects {
            Self::SayBoth
        } else {
            Self::Ask
        }
    }
}

/// Decides, and says with which confidence what is said is thought to be right.
pub(super) fn decide(ranking: &Ranking, articles: &[Article], weights: &Weights) -> (Decision, f32) {
    let (Some(top), Some(signs)) = (ranking.hits.first(), ranking.signs(articles)) else {
        return (Decision::Nothing(None), 0.0);
    };
    let mut chances = Chances::of(&signs, weights);
    if top.fit.same {
        chances.right = chances.right.max(OWN_WORDS);
    }
    let decision = take(Way::choose(ranking, articles, chances, weights.thresholds), ranking, articles);
    let both = matches!(decision, Decision::Both(..));
    (decision, if both { chances.either } else { chances.right })
}

/// What a way leads to.
pub(super) fn take(way: Way, ranking: &Ranking, articles: &[Article]) -> Decision {
    let Some(top) = ranking.hits.first() else { return Decision::Nothing(None) };
    let redirects = |hit: &&Hit| articles[hit.article].meta.redirect;
    match (way, ranking.second(articles)) {
        (Way::Say, _) if redirects(&top) => Decision::Redirect(top.article),
        (Way::SayBoth, Some(next)) => Decision::Both(top.article, next.article),
        (Way::Say | Way::SayBoth, _) => Decision::Answer(top.article),
        (Way::Away, _) => {
            let place = ranking.hits.iter().take(MEANINGS).filter(|hit| hit.share >= RELATED).find(redirects);
            let near = (top.share >= RELATED).then_some(top.article);
            place.map_or(Decision::Nothing(near), |hit| Decision::Redirect(hit.article))
        }
        (Way::Ask, _) => {
            let meanings = meanings(ranking, articles);
            if meanings.len() > 1 { Decision::Ask(meanings) } else { Decision::Nothing(meanings.first().copied()) }
        }
    }
}

/// The nearest meanings. One of a subject that is there already must be much nearer than one of another.
fn meanings(ranking: &Ranking, articles: &[Article]) -> Vec<usize> {
    let mut near: Vec<&Hit> = ranking.hits.iter().filter(|hit| !articles[hit.article].meta.redirect).collect();
    let topic = |at: usize| articles[at].meta.topic.as_str();
    let mut kept: Vec<usize> = Vec::new();
    while kept.len() < MEANINGS && !near.is_empty() {
        let worth = |hit: &Hit| {
            let again = kept.iter().any(|&at| topic(at) == topic(hit.article));
            hit.share * if again { SAME_SUBJECT } else { 1.0 }
        };
        // The first of equals, which are in the order of their ranks.
        let best = (0..near.len()).rev().max_by(|&a, &b| worth(near[a]).total_cmp(&worth(near[b]))).unwrap_or(0);
        kept.push(near.remove(best).article);
    }
    kept
}

/// The meanings of several questions in one: what answers its parts, then the nearest to the whole.
pub(super) fn meanings_of_parts(parts: &[usize], whole: Vec<usize>) -> Vec<usize> {
    let mut meanings: Vec<usize> = parts.iter().copied().take(MEANINGS).collect();
    for at in whole {
        if meanings.len() < MEANINGS && !meanings.contains(&at) {
            meanings.push(at);
        }
    }
    meanings
}

/// Articles next to the ones that are said, best first.
pub(super) fn related<'a>(ranking: &'a Ranking, articles: &[Article], said: &[usize]) -> Vec<&'a Hit> {
    let named = ranking.hits.iter().filter(|hit| said.contains(&hit.article));
    let near = ranking
        .hits
        .iter()
        .filter(|hit| !said.contains(&hit.article) && hit.share >= RELATED && !articles[hit.article].meta.redirect);
    named.chain(near).take(MEANINGS).collect()
}
