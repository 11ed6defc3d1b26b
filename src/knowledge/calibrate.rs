//! Measures ranking and deciding by leave-one-out: each question line of an article is asked while it is hidden, and
//! each article's lines are asked while the whole article is hidden (then nothing should answer). A question file adds
//! questions that nothing answers or that mean several things. Fits the weights of the confidence to all that.

use chrono::NaiveDate;
use serde::Serialize;

use super::Knowledge;
use super::decide::{self, Features};
use super::eval::{Case, Kind};
use super::index::Hidden;
use super::question::Question;
use super::tuning::{MODEL, SIGNS};

/// Steps of gradient descent, its rate, and the pull of the weights to zero.
const STEPS: usize = 6000;
const RATE: f32 = 0.5;
const PULL: f32 = 1e-4;
/// A hidden article's lines count less: a neighbour may answer them rightly.
const HIDDEN_ARTICLE: f32 = 0.15;
/// A question of the file counts more than a line: it is as people ask.
const FROM_FILE: f32 = 8.0;
/// Parts into which samples are dealt for cross-validation.
const FOLDS: usize = 5;

#[derive(Debug, Clone, Copy)]
struct Sample {
    features: Features,
    right: bool,
    weight: f32,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Line,
    HiddenArticle,
    File,
}

/// What a threshold of confidence would do, as shares of the samples of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Threshold {
    /// The confidence from which on an article answers.
    pub confidence: f32,
    /// Hidden lines that their article answers.
    pub lines_right: f64,
    /// Hidden lines that another article answers.
    pub lines_wrong: f64,
    /// Lines of hidden articles that another article answers; some of these answers are right.
    pub hidden_answered: f64,
    /// Questions of the file whose best article is right and answers.
    pub file_right: f64,
    /// Questions of the file whose best article is wrong and answers.
    pub file_wrong: f64,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Number of hidden lines that were asked.
    pub lines: usize,
    /// Share of them whose article came first.
    pub first: f64,
    /// Share of them whose article was among the first three.
    pub first_three: f64,
    /// The weights that fit best.
    pub model: Features,
    /// What thresholds would do, with models that never saw the samples they judge.
    pub thresholds: Vec<Threshold>,
}

/// Measures a knowledge base, and fits the weights.
#[must_use]
pub fn calibrate(knowledge: &Knowledge, cases: &[Case], today: NaiveDate) -> Calibration {
    let mut samples = Vec::new();
    let (mut lines, mut first, mut first_three) = (0, 0, 0);
    for (at, article) in knowledge.articles.iter().enumerate() {
        let Some(expected) = decide::successor(at, &knowledge.articles, today) else { continue };
        for (number, line) in article.meta.questions.iter().enumerate() {
            let Ok(question) = Question::parse(line) else { continue };
            let ranking = knowledge.rank(&question, today, Hidden::Question(at, number));
            lines += 1;
            let place = ranking.hits.iter().position(|hit| hit.article == expected);
            first += usize::from(place == Some(0));
            first_three += usize::from(place.is_some_and(|place| place < 3));
            if let Some(features) = decide::features(&ranking, &knowledge.articles) {
                samples.push(Sample { features, right: place == Some(0), weight: 1.0, origin: Origin::Line });
            }
            let ranking = knowledge.rank(&question, today, Hidden::Article(at));
            if let Some(features) = decide::features(&ranking, &knowledge.articles) {
                samples.push(Sample { features, right: false, weight: HIDDEN_ARTICLE, origin: Origin::HiddenArticle });
            }
        }
    }
    samples.extend(cases.iter().filter_map(|case| from_case(knowledge, case, today)));
    let thresholds = thresholds(&samples);
    Calibration {
        lines,
        first: share(first, lines),
        first_three: share(first_three, lines),
        model: fit(&samples),
        thresholds,
    }
}

fn from_case(knowledge: &Knowledge, case: &Case, today: NaiveDate) -> Option<Sample> {
    let ranking = knowledge.rank(case.question(), today, Hidden::Nothing);
    let features = decide::features(&ranking, &knowledge.articles)?;
    let top = &knowledge.articles[ranking.hits.first()?.article];
    let right = match case.kind() {
        Kind::Ambiguous => false,
        Kind::OutOfScope => top.meta.redirect,
        Kind::Answerable => case.judge(&knowledge.word_article(case.question().clone(), top, today)).is_ok(),
    };
    Some(Sample { features, right, weight: FROM_FILE, origin: Origin::File })
}

/// Logistic regression by gradient descent: a few weights and some thousand samples need no more.
fn fit(samples: &[Sample]) -> Features {
    let mut model = MODEL;
    let total: f32 = samples.iter().map(|sample| sample.weight).sum();
    for _ in 0..STEPS {
        let mut gradient = [0.0; MODEL.len()];
        for sample in samples {
            let error = decide::confidence(&sample.features, &model) - if sample.right { 1.0 } else { 0.0 };
            for (slope, feature) in gradient.iter_mut().zip(sample.features) {
                *slope += sample.weight * error * feature;
            }
        }
        for ((weight, slope), sign) in model.iter_mut().zip(gradient).zip(SIGNS) {
            *weight -= RATE * (slope / total + PULL * *weight);
            if *weight * sign < 0.0 {
                *weight = 0.0;
            }
        }
    }
    model
}

fn thresholds(samples: &[Sample]) -> Vec<Threshold> {
    // Dealt like cards, so that each part holds a bit of every article.
    let parts: Vec<Vec<Sample>> =
        (0..FOLDS).map(|part| samples.iter().copied().skip(part).step_by(FOLDS).collect()).collect();
    let judged: Vec<(f32, Sample)> = (0..FOLDS)
        .flat_map(|held_out| {
            let others: Vec<Sample> = parts
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != held_out)
                .flat_map(|(_, part)| part.iter().copied())
                .collect();
            let model = fit(&others);
            parts[held_out]
                .iter()
                .map(move |sample| (decide::confidence(&sample.features, &model), *sample))
                .collect::<Vec<_>>()
        })
        .collect();
    let count = |origin, from: f32, right| {
        let of: Vec<_> = judged.iter().filter(|(_, sample)| sample.origin == origin).collect();
        share(of.iter().filter(|(confidence, sample)| *confidence >= from && sample.right == right).count(), of.len())
    };
    (4_u8..=18)
        .map(|step| f32::from(step) / 20.0)
        .map(|confidence| Threshold {
            confidence,
            lines_right: count(Origin::Line, confidence, true),
            lines_wrong: count(Origin::Line, confidence, false),
            hidden_answered: count(Origin::HiddenArticle, confidence, false),
            file_right: count(Origin::File, confidence, true),
            file_wrong: count(Origin::File, confidence, false),
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of questions are far below 2^52")]
fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
