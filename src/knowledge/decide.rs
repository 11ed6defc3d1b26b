//! The decision: does the best article answer, is it to be asked which is meant, or does nothing fit? A confident
//! wrong answer is the worst that can happen, so doubt always goes to asking or to a person.

use chrono::NaiveDate;

use super::article::Article;
use super::index::{Hit, Ranking};
use super::tuning::{MODEL, decide, rank};

/// Most meanings that are offered, and most related articles.
const MEANINGS: usize = 3;

/// Fewer different words than this can mean many things.
const SHORT: usize = 3;

/// What the confidence is made of, in the order of the model's weights; the first is the constant 1.
pub(super) type Features = [f32; MODEL.len()];

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
    Ranking { hits, ..ranking }
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

/// What the confidence is made of; `None` when no article holds a word of the question.
pub(super) fn features(ranking: &Ranking, articles: &[Article]) -> Option<Features> {
    let top = ranking.hits.first()?;
    let topic = |hit: &Hit| articles.get(hit.article).map(|article| article.meta.topic.as_str());
    let next = ranking.hits.get(1).map_or(0.0, |hit| hit.score);
    let elsewhere = ranking.hits.iter().find(|hit| topic(hit) != topic(top)).map_or(0.0, |hit| hit.score);
    let short = if ranking.terms < SHORT { 1.0 } else { 0.0 };
    let told = (1.0 + ranking.told).ln().min(2.0);
    Some([1.0, top.line_back, top.coverage, top.score - next, top.score - elsewhere, told, short, top.foreign])
}

/// The chance, 0 to 1, that the best article is the right one.
pub(super) fn confidence(features: &Features, model: &Features) -> f32 {
    let sum: f32 = features.iter().zip(model).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Decides, and says with which confidence.
pub(super) fn decide(ranking: &Ranking, articles: &[Article]) -> (Decision, f32) {
    let (Some(top), Some(features)) = (ranking.hits.first(), features(ranking, articles)) else {
        return (Decision::Nothing(None), 0.0);
    };
    let estimate = confidence(&features, &MODEL);
    let confidence = if is_own_line(top) { estimate.max(decide::OWN_LINE) } else { estimate };
    let redirects = articles.get(top.article).is_some_and(|article| article.meta.redirect);
    let near = (top.score >= rank::RELATED).then_some(top.article);
    let redirect =
        ranking.hits.iter().find(|hit| articles.get(hit.article).is_some_and(|article| article.meta.redirect));
    let decision = if redirects && confidence >= decide::REDIRECT {
        Decision::Redirect(top.article)
    } else if let Some(redirect) = redirect.filter(|redirect| top.foreign - redirect.foreign >= decide::FOREIGN) {
        Decision::Redirect(redirect.article)
    } else if !redirects && confidence >= decide::ANSWER && top.coverage >= decide::COVERAGE {
        Decision::Answer(top.article)
    } else if confidence >= decide::UNSURE || is_vague(ranking, top) {
        let meanings = meanings(ranking, articles);
        if meanings.len() > 1 { Decision::Ask(meanings) } else { Decision::Nothing(near) }
    } else {
        Decision::Nothing(near)
    };
    (decision, confidence)
}

/// Whether a question says the same as one of the article's own lines, no more and no less.
fn is_own_line(hit: &Hit) -> bool {
    hit.line.min(hit.line_back) >= decide::SAME
}

/// Whether a question is all in the articles' words and yet tells little, such as "how do I apply".
fn is_vague(ranking: &Ranking, top: &Hit) -> bool {
    top.coverage >= decide::VAGUE_COVERAGE && ranking.told < decide::VAGUE_TOLD
}

/// The nearest meanings: the two best articles and, third, the best of another subject where one is near.
fn meanings(ranking: &Ranking, articles: &[Article]) -> Vec<usize> {
    let Some(top) = ranking.hits.first() else { return Vec::new() };
    let mut near = ranking
        .hits
        .iter()
        .filter(|hit| hit.score >= rank::NEAR * top.score)
        .map(|hit| hit.article)
        .filter(|&at| !articles[at].meta.redirect);
    let mut kept: Vec<usize> = near.by_ref().take(MEANINGS - 1).collect();
    let rest: Vec<usize> = near.collect();
    let other = rest
        .iter()
        .find(|&&at| kept.iter().all(|&k| articles[k].meta.topic != articles[at].meta.topic))
        .or_else(|| rest.first());
    kept.extend(other);
    kept
}

/// Articles next to the ones that are said, best first.
pub(super) fn related<'a>(ranking: &'a Ranking, articles: &[Article], said: &[usize]) -> Vec<&'a Hit> {
    let named = ranking.hits.iter().filter(|hit| said.contains(&hit.article));
    let near = ranking.hits.iter().filter(|hit| {
        !said.contains(&hit.article) && hit.score >= rank::RELATED && !articles[hit.article].meta.redirect
    });
    named.chain(near).take(MEANINGS).collect()
}
