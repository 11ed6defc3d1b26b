//! Learns the weights of ranking and deciding, and measures them by cross-validation: no question is ever judged by
//! weights that were learnt from it. Learnt from each question line of an article, asked while it is hidden, and from
//! a file of questions as people ask them.

use chrono::NaiveDate;
use serde::Serialize;

use super::decide::{self, Decision};
use super::eval::{Case, Kind};
use super::index::{Found, Hidden};
use super::learn::{self, Choice, Example};
use super::question::Question;
use super::rank::{Measures, Ranking, Signs, chance, measures};
use super::{Knowledge, model};

/// The same in the estimates of chances: lines are clearer than what people ask.
const LINE_CHANCE: f32 = 0.1;
/// Parts into which the questions of the file are dealt for cross-validation.
const FOLDS: usize = 5;
/// A line counts less than a question of the file, which is as people ask.
const LINE: f32 = 0.15;

/// A question of the file with what was found for it.
struct Asked<'a> {
    case: &'a Case,
    found: Found,
    /// Whether each article found is a right one.
    right: Vec<bool>,
    fold: usize,
}

/// What came of the questions of the file if an article answered from some confidence on; shares of the kind, 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Threshold {
    /// The confidence from which on an article answers.
    pub confidence: f32,
    /// Answerable ones that the right article answers.
    pub answerable: f64,
    /// Ones out of scope that are turned away or asked back.
    pub out_of_scope: f64,
    /// Ambiguous ones whose text is as required.
    pub ambiguous: f64,
    /// Questions of all kinds that a wrong article answers.
    pub wrong: f64,
}

/// What was learnt and measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Number of lines that were asked while hidden.
    pub lines: usize,
    /// Share of them whose article came first.
    pub first: f64,
    /// Share of them whose article was among the first three.
    pub first_three: f64,
    /// Share of the answerable questions whose best article is right, by cross-validation.
    pub cases_first: f64,
    /// What thresholds would do, by cross-validation.
    pub thresholds: Vec<Threshold>,
    /// The threshold in use.
    pub answers_from: f32,
    /// Weights of an article's score.
    pub ranking: Measures,
    /// Weights of the chance that the best article is right.
    pub right: Signs,
    /// Weights of the chance that a question is out of scope.
    pub outside: Signs,
}

impl Calibration {
    /// What was learnt as the source file `model.rs`.
    #[must_use]
    pub fn as_code(&self) -> String {
        let list = |numbers: &[f32]| numbers.iter().map(|x| format!("    {x:?},\n")).collect::<String>();
        format!(
            "//! What was learnt from the articles' question lines and a file of questions; written by\n\
             //! `psfbot knowledge calibrate FILE --write`, not by hand. The order of the weights is that in [`super::rank`].\n\n\
             /// How much each way of fitting adds to an article's score.\n\
             pub(super) const RANKING: [f32; {}] = [\n{}];\n\n\
             /// The weights of the chance that the best article is the right one.\n\
             pub(super) const RIGHT: [f32; {}] = [\n{}];\n\n\
             /// The weights of the chance that the question is none for the knowledge base.\n\
             pub(super) const OUTSIDE: [f32; {}] = [\n{}];\n",
            self.ranking.len(),
            list(&self.ranking),
            self.right.len(),
            list(&self.right),
            self.outside.len(),
            list(&self.outside),
        )
    }
}

/// How often the committed weights find the article of a hidden line, over every `step`-th line: the number of lines,
/// the share whose article came first, and the share where it was among the first three.
#[must_use]
pub fn hidden_lines(knowledge: &Knowledge, today: NaiveDate, step: usize) -> (usize, f64, f64) {
    let lines = lines(knowledge, step);
    let place = |(at, found): &(usize, Found)| {
        let expected = decide::successor(*at, &knowledge.articles, today)?;
        let ranking = Ranking::of(found, &knowledge.articles, &model::RANKING);
        let ranking = decide::current(ranking, &knowledge.articles, today);
        ranking.hits.iter().position(|hit| hit.article == expected)
    };
    let places: Vec<Option<usize>> = lines.iter().map(place).collect();
    let among = |n: usize| places.iter().filter(|place| place.is_some_and(|place| place < n)).count();
    (lines.len(), share(among(1), lines.len()), share(among(3), lines.len()))
}

fn lines(knowledge: &Knowledge, step: usize) -> Vec<(usize, Found)> {
    let all = knowledge.articles.iter().enumerate().flat_map(|(at, article)| {
        article.meta.questions.iter().enumerate().map(move |(number, line)| (at, number, line))
    });
    all.step_by(step.max(1))
        .filter_map(|(at, number, line)| {
            let question = Question::parse(line).ok()?;
            Some((at, knowledge.index.search(question.as_str(), Hidden::Question(at, number))))
        })
        .collect()
}

/// Learns from a knowledge base and a file of questions, and measures what was learnt.
#[must_use]
pub fn calibrate(knowledge: &Knowledge, cases: &[Case], today: NaiveDate) -> Calibration {
    let own: Vec<Choice> =
        lines(knowledge, 1).iter().filter_map(|(at, found)| choice_of_line(knowledge, *at, found)).collect();
    let asked: Vec<Asked<'_>> =
        cases.iter().enumerate().map(|(n, case)| ask(knowledge, case, n % FOLDS, today)).collect();
    let ranking_without = |fold: Option<usize>| {
        let others = asked.iter().filter(|asked| Some(asked.fold) != fold);
        let choices: Vec<Choice> =
            others.filter_map(|asked| choice_of_case(knowledge, asked)).chain(own.iter().cloned()).collect();
        learn::ranking(&choices)
    };
    let folds: Vec<Measures> = (0..FOLDS).map(|fold| ranking_without(Some(fold))).collect();
    let ranked: Vec<Ranking> = asked
        .iter()
        .map(|asked| {
            let ranking = Ranking::of(&asked.found, &knowledge.articles, &folds[asked.fold]);
            decide::current(ranking, &knowledge.articles, today)
        })
        .collect();
    let all = ranking_without(None);
    let sure = line_examples(knowledge, &all, today);
    let judged = judge(knowledge, &asked, &ranked, &sure);
    let (lines, first, first_three) = hidden_lines(knowledge, today, 1);
    let answerable = |n: &usize| asked[*n].case.kind() == Kind::Answerable;
    let answerable: Vec<usize> = (0..asked.len()).filter(answerable).collect();
    Calibration {
        lines,
        first,
        first_three,
        cases_first: share(answerable.iter().filter(|&&n| judged.top_right[n]).count(), answerable.len()),
        thresholds: thresholds(knowledge, &asked, &ranked, &judged, today),
        answers_from: decide::ANSWER,
        ranking: all,
        right: learn::chance(&judged.examples(None, &sure.right, |n| judged.top_right[n])),
        outside: learn::chance(&judged.examples(None, &sure.outside, |n| asked[n].case.kind() == Kind::OutOfScope)),
    }
}

/// What cross-validation says of each question of the file.
struct Judged {
    signs: Vec<Option<Signs>>,
    top_right: Vec<bool>,
    folds: Vec<usize>,
    /// Chances that the best article is right and that the question is out of scope.
    chances: Vec<(f32, f32)>,
}

impl Judged {
    fn examples(&self, without: Option<usize>, lines: &[Example], yes: impl Fn(usize) -> bool) -> Vec<Example> {
        let known = self.signs.iter().enumerate().filter(|(n, _)| Some(self.folds[*n]) != without);
        known
            .filter_map(|(n, signs)| Some(Example { signs: (*signs)?, yes: yes(n), weight: 1.0 }))
            .chain(lines.iter().copied())
            .collect()
    }
}

/// What hidden lines say of the chances.
struct Lines {
    right: Vec<Example>,
    outside: Vec<Example>,
}

fn line_examples(knowledge: &Knowledge, weights: &Measures, today: NaiveDate) -> Lines {
    let mut examples = Lines { right: Vec::new(), outside: Vec::new() };
    for (at, found) in lines(knowledge, 1) {
        let ranking = Ranking::of(&found, &knowledge.articles, weights);
        let ranking = decide::current(ranking, &knowledge.articles, today);
        let (Some(top), Some(signs)) = (ranking.hits.first(), ranking.signs(&knowledge.articles)) else { continue };
        let right = decide::successor(at, &knowledge.articles, today) == Some(top.article);
        examples.right.push(Example { signs, yes: right, weight: LINE_CHANCE });
        let outside = knowledge.articles[at].meta.redirect;
        examples.outside.push(Example { signs, yes: outside, weight: LINE_CHANCE });
    }
    examples
}

fn judge(knowledge: &Knowledge, asked: &[Asked<'_>], ranked: &[Ranking], lines: &Lines) -> Judged {
    let right = |(asked, ranking): (&Asked<'_>, &Ranking)| {
        let top = ranking.hits.first().map(|hit| hit.article);
        let right =
            asked.found.matches.iter().zip(&asked.right).any(|(found, right)| *right && Some(found.article) == top);
        right && asked.case.kind() != Kind::Ambiguous
    };
    let mut judged = Judged {
        signs: ranked.iter().map(|ranking| ranking.signs(&knowledge.articles)).collect(),
        top_right: asked.iter().zip(ranked).map(right).collect(),
        folds: asked.iter().map(|asked| asked.fold).collect(),
        chances: vec![(0.0, 0.0); asked.len()],
    };
    for fold in 0..FOLDS {
        let right = learn::chance(&judged.examples(Some(fold), &lines.right, |n| judged.top_right[n]));
        let outside =
            learn::chance(&judged.examples(Some(fold), &lines.outside, |n| asked[n].case.kind() == Kind::OutOfScope));
        for n in (0..asked.len()).filter(|n| asked[*n].fold == fold) {
            if let Some(signs) = &judged.signs[n] {
                judged.chances[n] = (chance(signs, &right), chance(signs, &outside));
            }
        }
    }
    judged
}

fn thresholds(
    knowledge: &Knowledge,
    asked: &[Asked<'_>],
    ranked: &[Ranking],
    judged: &Judged,
    today: NaiveDate,
) -> Vec<Threshold> {
    let at = |confidence: f32| {
        let mut right = [(0, 0); 3];
        let mut wrong = 0;
        for ((asked, ranking), (top, outside)) in asked.iter().zip(ranked).zip(&judged.chances) {
            let decision = decide::choose(ranking, &knowledge.articles, *top, *outside, confidence);
            let answers = matches!(decision, Decision::Answer(_));
            let answer = knowledge.word(asked.case.question(), today, ranking, decision, *top);
            let good = asked.case.judge(&answer).is_ok();
            let of_kind = &mut right[asked.case.kind() as usize];
            of_kind.0 += usize::from(good);
            of_kind.1 += 1;
            wrong += usize::from(answers && !good);
        }
        let [answerable, ambiguous, out_of_scope] = right.map(|(right, all)| share(right, all));
        Threshold { confidence, answerable, out_of_scope, ambiguous, wrong: share(wrong, asked.len()) }
    };
    (6_u8..=18).map(|step| at(f32::from(step) / 20.0)).collect()
}

fn ask<'a>(knowledge: &Knowledge, case: &'a Case, fold: usize, today: NaiveDate) -> Asked<'a> {
    let found = knowledge.index.search(case.question().as_str(), Hidden::Nothing);
    let right = |article: usize| {
        let answer = knowledge.said_by(case.question(), article, today);
        case.kind() != Kind::Ambiguous && case.judge(&answer).is_ok()
    };
    let right = found.matches.iter().map(|found| right(found.article)).collect();
    Asked { case, found, right, fold }
}

fn choice_of_line(knowledge: &Knowledge, article: usize, found: &Found) -> Option<Choice> {
    let right = found.matches.iter().map(|found| found.article == article).collect::<Vec<_>>();
    choice(knowledge, found, &right, LINE)
}

fn choice_of_case(knowledge: &Knowledge, asked: &Asked<'_>) -> Option<Choice> {
    choice(knowledge, &asked.found, &asked.right, 1.0)
}

/// What the ranking learns from; nothing where no article found is right.
fn choice(knowledge: &Knowledge, found: &Found, right: &[bool], weight: f32) -> Option<Choice> {
    let measured = |(found, right): (&super::index::Match, &bool)| {
        (measures(&found.fit, knowledge.articles[found.article].meta.redirect), *right)
    };
    let options = found.matches.iter().zip(right).map(measured).collect();
    right.contains(&true).then_some(Choice { options, weight })
}

#[expect(clippy::cast_precision_loss, reason = "counts of questions are far below 2^52")]
fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
