//! The decision: does the best article answer, is it to be asked which is meant, or does nothing fit? A confident
//! wrong answer is the worst that can happen, so doubt always goes to asking or to a person.

use super::article::Article;
use super::model;
use super::rank::{Hit, Ranking, chance};
use chrono::NaiveDate;

/// Most meanings that are offered, and most related articles.
pub(super) const MEANINGS: usize = 3;
/// From this chance on that the best article is the right one, it answers.
pub(super) const ANSWER: f32 = 0.65;
/// From this chance on a question is none for the knowledge base.
const OUTSIDE: f32 = 0.5;
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

/// The chances, 0 to 1, that the best article is the right one and that the question is none for the knowledge base.
pub(super) fn chances(ranking: &Ranking, articles: &[Article]) -> Option<(f32, f32)> {
    let signs = ranking.signs(articles)?;
    Some((chance(&signs, &model::RIGHT), chance(&signs, &model::OUTSIDE)))
}

/// Decides, and says with which confidence the best article is thought to be the right one.
pub(super) fn decide(ranking: &Ranking, articles: &[Article]) -> (Decision, f32) {
    let (Some(top), Some((right, outside))) = (ranking.hits.first(), chances(ranking, articles)) else {
        return (Decision::Nothing(None), 0.0);
    };
    let right = if top.fit.same { right.max(OWN_WORDS) } else { right };
    (choose(ranking, articles, right, outside, ANSWER), right)
}

/// Decides by the chances.
pub(super) fn choose(ranking: &Ranking, articles: &[Article], right: f32, outside: f32, answer: f32) -> Decision {
    let Some(top) = ranking.hits.first() else { return Decision::Nothing(None) };
    let redirects = |hit: &&Hit| articles[hit.article].meta.redirect;
    if redirects(&top) && (outside >= OUTSIDE || right >= answer) {
        return Decision::Redirect(top.article);
    }
    if !redirects(&top) && right >= answer {
        return Decision::Answer(top.article);
    }
    if outside >= OUTSIDE {
        let place = ranking.hits.iter().take(MEANINGS).filter(|hit| hit.share >= RELATED).find(redirects);
        let near = (top.share >= RELATED).then_some(top.article);
        return place.map_or(Decision::Nothing(near), |hit| Decision::Redirect(hit.article));
    }
    let meanings = meanings(ranking, articles);
    if meanings.len() > 1 { Decision::Ask(meanings) } else { Decision::Nothing(meanings.first().copied()) }
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
