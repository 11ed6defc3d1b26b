//! Learns the weights of ranking and deciding, and measures them by cross-validation: no question is ever judged by
//! weights that were learnt from it. Learnt from each question line of an article, asked while it is hidden, and from
//! a file of questions as people ask them.

use std::thread;

use chrono::NaiveDate;
use serde::Serialize;

use super::answer::Outcome;
use super::decide::{self, Chances, Way};
use super::eval::{self, Case, Kind, Report};
use super::index::{Found, Hidden};
use super::learn::{self, Choice, Example};
use super::question::Question;
use super::rank::{Hit, Measures, Ranking, Signs, measures};
use super::weights::{Thresholds, Weights};
use super::{Knowledge, model};

/// Parts into which the questions of the file are dealt for measuring.
const FOLDS: usize = 5;
/// Parts into which the questions that are learnt from are dealt, so that no chance is learnt from a ranking that knew
/// the question.
const INNER_FOLDS: usize = 4;
/// A line counts less than a question of the file, which is as people ask: in ranking, and in the chances.
const LINE: f32 = 0.15;
const LINE_CHANCE: f32 = 0.1;
/// What a wrong answer costs where no answer to an answerable question costs 1: the thresholds are the cheapest ones.
const WRONG: f32 = 2.5;
/// How many of a hundred questions are thought to be of each kind when members ask. The file has more of the hard kinds, so
/// that there is enough to learn from; each of its questions counts as its kind is expected.
const fn expected(kind: Kind) -> f32 {
    match kind {
        Kind::Answerable => 65.0,
        Kind::OutOfScope => 25.0,
        Kind::Ambiguous => 10.0,
    }
}
/// What a second text costs who reads it.
const SECOND: f32 = 0.1;
/// Other costs of a wrong answer that are measured for comparison.
const COSTS: [f32; 5] = [1.0, 2.0, WRONG, 4.0, 8.0];

/// A question with what was found for it.
struct Asked<'a> {
    case: &'a Case,
    found: Found,
    /// Whether each article found is a right one.
    right: Vec<bool>,
    fold: usize,
    /// What it counts for: 1 on average.
    weight: f32,
}

/// A hidden question line.
struct Line {
    article: usize,
    found: Found,
}

/// What came of the questions of the file by weights that were learnt from others, where a wrong answer cost so much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// What a wrong answer cost; no answer costs 1.
    pub cost: f32,
    /// Whether this cost is in use.
    pub in_use: bool,
    /// Mean chances, 0 to 1, from which on an article answers, two do, and a question is sent elsewhere.
    pub thresholds: [f32; 3],
    /// What came of the questions.
    pub report: Report,
}

/// What was learnt and measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Number of lines that were asked while hidden.
    pub lines: usize,
    /// Share of them whose article came first, by the weights in use.
    pub first: f64,
    /// Share of them whose article was among the first three.
    pub first_three: f64,
    /// Share of the answerable questions whose best article is right, by cross-validation.
    pub cases_first: f64,
    /// What came of the questions, by cross-validation.
    pub measured: Vec<Measured>,
    /// What was learnt from all questions, as source.
    #[serde(skip)]
    code: String,
}

impl Calibration {
    /// What was learnt as the source file `model.rs`.
    #[must_use]
    pub fn as_code(&self) -> &str {
        &self.code
    }
}

/// How often the committed weights find the article of a hidden line, over every `step`-th line: the number of lines,
/// the share whose article came first, and the share where it was among the first three.
#[must_use]
pub fn hidden_lines(knowledge: &Knowledge, today: NaiveDate, step: usize) -> (usize, f64, f64) {
    let lines = lines(knowledge, step);
    let place = |line: &Line| {
        let expected = decide::successor(line.article, &knowledge.articles, today)?;
        let ranking = rank(knowledge, &line.found, &model::LEARNT.ranking, today);
        ranking.hits.iter().position(|hit| hit.article == expected)
    };
    let places: Vec<Option<usize>> = lines.iter().map(place).collect();
    let among = |n: usize| places.iter().filter(|place| place.is_some_and(|place| place < n)).count();
    (lines.len(), share(among(1), lines.len()), share(among(3), lines.len()))
}

fn lines(knowledge: &Knowledge, step: usize) -> Vec<Line> {
    let all = knowledge.articles.iter().enumerate().flat_map(|(at, article)| {
        article.meta.questions.iter().enumerate().map(move |(number, line)| (at, number, line))
    });
    all.step_by(step.max(1))
        .filter_map(|(article, number, line)| {
            let question = Question::parse(line).ok()?;
            let found = knowledge.index.search(question.as_str(), Hidden::Question(article, number));
            Some(Line { article, found })
        })
        .collect()
}

/// Learns from a knowledge base and a file of questions, and measures what was learnt.
#[must_use]
pub fn calibrate(knowledge: &Knowledge, cases: &[Case], today: NaiveDate) -> Calibration {
    let lines = lines(knowledge, 1);
    let own: Vec<Choice> = lines.iter().filter_map(|line| choice_of_line(knowledge, line)).collect();
    let school = School { knowledge, lines: &lines, own: &own, today };
    let asked: Vec<Asked<'_>> = cases
        .iter()
        .enumerate()
        .map(|(n, case)| ask(knowledge, case, (n % FOLDS, weight(case, cases)), today))
        .collect();
    // The fold that does not exist is left out of what is committed.
    let learnt: Vec<(Weights, Vec<Thresholds>)> = thread::scope(|scope| {
        let (school, asked) = (&school, &asked);
        let work = |fold| {
            scope.spawn(move || {
                let others: Vec<&Asked<'_>> = asked.iter().filter(|asked| asked.fold != fold).collect();
                school.learn(&others)
            })
        };
        let running: Vec<_> = (0..=FOLDS).map(work).collect();
        running.into_iter().filter_map(|running| running.join().ok()).collect()
    });
    let measured = COSTS.iter().enumerate().map(|(n, cost)| {
        let weights: Vec<Weights> =
            learnt.iter().map(|(weights, by_cost)| Weights { thresholds: by_cost[n], ..weights.clone() }).collect();
        let answers = asked
            .iter()
            .map(|asked| (asked.case, knowledge.answer_by(&weights[asked.fold], asked.case.question(), today)));
        let mean = |of: fn(&Thresholds) -> f32| mean(weights[..FOLDS].iter().map(|weights| of(&weights.thresholds)));
        Measured {
            cost: *cost,
            in_use: (cost - WRONG).abs() < f32::EPSILON,
            thresholds: [mean(|all| all.answer), mean(|all| all.both), mean(|all| all.away)],
            report: eval::report(answers),
        }
    });
    let measured = measured.collect();
    let answerable: Vec<&Asked<'_>> = asked.iter().filter(|asked| asked.case.kind() == Kind::Answerable).collect();
    let right_first = |asked: &&&Asked<'_>| {
        let ranking = rank(knowledge, &asked.found, &learnt[asked.fold].0.ranking, today);
        asked.is_right(ranking.hits.first())
    };
    let (count, first, first_three) = hidden_lines(knowledge, today, 1);
    Calibration {
        lines: count,
        first,
        first_three,
        cases_first: share(answerable.iter().filter(right_first).count(), answerable.len()),
        measured,
        code: learnt.last().map(|(weights, _)| weights.as_code()).unwrap_or_default(),
    }
}

impl Asked<'_> {
    /// Whether an article is a right one.
    fn is_right(&self, hit: Option<&Hit>) -> bool {
        let article = hit.map(|hit| hit.article);
        self.found.matches.iter().zip(&self.right).any(|(found, right)| *right && Some(found.article) == article)
    }
}

/// What is learnt from.
struct School<'a> {
    knowledge: &'a Knowledge,
    lines: &'a [Line],
    own: &'a [Choice],
    today: NaiveDate,
}

/// What is known of a question or a line when chances are learnt.
struct Lesson {
    signs: Signs,
    right: bool,
    either: bool,
    outside: bool,
    weight: f32,
    /// The part of the questions that it belongs to; none for a line.
    fold: Option<usize>,
}

/// What came of a question for each way to decide.
struct Outcomes {
    ranking: Ranking,
    chances: Chances,
    /// Whether that is wrong, in the order of [`WAYS`].
    wrong: [bool; WAYS.len()],
    /// Whether an article answers then.
    answers: [bool; WAYS.len()],
    /// What the question counts for.
    weight: f32,
}

/// All ways to decide.
const WAYS: [Way; 4] = [Way::Say, Way::SayBoth, Way::Away, Way::Ask];

impl School<'_> {
    /// The weights learnt from these questions, and the thresholds for each of [`COSTS`].
    fn learn(&self, asked: &[&Asked<'_>]) -> (Weights, Vec<Thresholds>) {
        let ranking_without = |fold: Option<usize>| {
            let others = asked.iter().enumerate().filter(|(n, _)| Some(n % INNER_FOLDS) != fold);
            let choices = others.filter_map(|(_, asked)| choice(self.knowledge, &asked.found, &asked.right, 1.0));
            learn::ranking(&choices.chain(self.own.iter().cloned()).collect::<Vec<_>>())
        };
        let all = ranking_without(None);
        let parts: Vec<Measures> = (0..INNER_FOLDS).map(|fold| ranking_without(Some(fold))).collect();
        let ranked: Vec<Ranking> = asked
            .iter()
            .enumerate()
            .map(|(n, asked)| rank(self.knowledge, &asked.found, &parts[n % INNER_FOLDS], self.today))
            .collect();
        let lessons: Vec<Lesson> = self.lessons(asked, &ranked).chain(self.lessons_of_lines(&all)).collect();
        let inner: Vec<Weights> = (0..INNER_FOLDS).map(|fold| chances_from(&lessons, all, Some(fold))).collect();
        let outcomes: Vec<Outcomes> = asked
            .iter()
            .zip(ranked)
            .enumerate()
            .map(|(n, (asked, ranking))| self.outcomes(asked, ranking, &inner[n % INNER_FOLDS]))
            .collect();
        let thresholds: Vec<Thresholds> = COSTS.iter().map(|cost| self.cheapest(&outcomes, *cost)).collect();
        let in_use = self.cheapest(&outcomes, WRONG);
        (Weights { thresholds: in_use, ..chances_from(&lessons, all, None) }, thresholds)
    }

    fn lessons<'b>(&'b self, asked: &'b [&Asked<'_>], ranked: &'b [Ranking]) -> impl Iterator<Item = Lesson> + 'b {
        asked.iter().zip(ranked).enumerate().filter_map(|(n, (asked, ranking))| {
            let right = asked.is_right(ranking.hits.first());
            Some(Lesson {
                signs: ranking.signs(&self.knowledge.articles)?,
                right,
                either: right || asked.is_right(ranking.second(&self.knowledge.articles)),
                outside: asked.case.kind() == Kind::OutOfScope,
                weight: asked.weight,
                fold: Some(n % INNER_FOLDS),
            })
        })
    }

    fn lessons_of_lines(&self, weights: &Measures) -> impl Iterator<Item = Lesson> {
        self.lines.iter().filter_map(|line| {
            let ranking = rank(self.knowledge, &line.found, weights, self.today);
            let expected = decide::successor(line.article, &self.knowledge.articles, self.today);
            let is = |hit: Option<&Hit>| hit.is_some_and(|hit| Some(hit.article) == expected);
            let right = is(ranking.hits.first());
            Some(Lesson {
                signs: ranking.signs(&self.knowledge.articles)?,
                right,
                either: right || is(ranking.second(&self.knowledge.articles)),
                outside: self.knowledge.articles[line.article].meta.redirect,
                weight: LINE_CHANCE,
                fold: None,
            })
        })
    }

    fn outcomes(&self, asked: &Asked<'_>, ranking: Ranking, weights: &Weights) -> Outcomes {
        let signs = ranking.signs(&self.knowledge.articles);
        let chances = signs.map(|signs| Chances::of(&signs, weights)).unwrap_or_default();
        let answers = WAYS.map(|way| {
            let decision = decide::take(way, &ranking, &self.knowledge.articles);
            self.knowledge.word(asked.case.question(), self.today, &ranking, decision, 0.0)
        });
        let wrong = answers.each_ref().map(|answer| asked.case.judge(answer).is_err());
        let answers = answers.map(|answer| answer.outcome == Outcome::Answered);
        Outcomes { ranking, chances, wrong, answers, weight: asked.weight }
    }

    /// The thresholds with which these questions cost least.
    fn cheapest(&self, outcomes: &[Outcomes], wrong: f32) -> Thresholds {
        let steps = |from: u8, to: u8| (from..=to).map(|step| f32::from(step) / 20.0);
        let grid = steps(6, 18).flat_map(|answer| {
            steps(6, 18).flat_map(move |both| steps(6, 14).map(move |away| Thresholds { answer, both, away }))
        });
        let cost = |thresholds: Thresholds| {
            let one = |outcome: &Outcomes| {
                let way = Way::choose(&outcome.ranking, &self.knowledge.articles, outcome.chances, thresholds);
                let at = WAYS.iter().position(|other| *other == way).unwrap_or(0);
                match (outcome.wrong[at], outcome.answers[at]) {
                    (false, _) if way == Way::SayBoth => SECOND,
                    (false, _) => 0.0,
                    (true, true) => wrong,
                    (true, false) => 1.0,
                }
            };
            outcomes.iter().map(|outcome| outcome.weight * one(outcome)).sum::<f32>()
        };
        let first = Thresholds { answer: 0.9, both: 0.9, away: 0.5 };
        let best = (first, cost(first));
        grid.map(|thresholds| (thresholds, cost(thresholds))).fold(best, |a, b| if b.1 < a.1 { b } else { a }).0
    }
}

/// The chances learnt from lessons of other folds.
fn chances_from(lessons: &[Lesson], ranking: Measures, without: Option<usize>) -> Weights {
    let learn = |yes: fn(&Lesson) -> bool| {
        let others = lessons.iter().filter(|lesson| without.is_none() || lesson.fold != without);
        let example = |lesson: &Lesson| Example { signs: lesson.signs, yes: yes(lesson), weight: lesson.weight };
        learn::chance(&others.map(example).collect::<Vec<_>>())
    };
    Weights {
        ranking,
        right: learn(|lesson| lesson.right),
        either: learn(|lesson| lesson.either),
        outside: learn(|lesson| lesson.outside),
        thresholds: model::LEARNT.thresholds,
    }
}

fn rank(knowledge: &Knowledge, found: &Found, weights: &Measures, today: NaiveDate) -> Ranking {
    decide::current(Ranking::of(found, &knowledge.articles, weights), &knowledge.articles, today)
}

/// What a question counts for among the others of the file.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer questions than 2^24")]
fn weight(case: &Case, cases: &[Case]) -> f32 {
    let of_kind = cases.iter().filter(|other| other.kind() == case.kind()).count();
    expected(case.kind()) / 100.0 * cases.len() as f32 / of_kind as f32
}

fn ask<'a>(knowledge: &Knowledge, case: &'a Case, (fold, weight): (usize, f32), today: NaiveDate) -> Asked<'a> {
    let found = knowledge.index.search(case.question().as_str(), Hidden::Nothing);
    let right = |article: usize| {
        let answer = knowledge.said_by(case.question(), article, today);
        case.kind() != Kind::Ambiguous && case.judge(&answer).is_ok()
    };
    let right = found.matches.iter().map(|found| right(found.article)).collect();
    Asked { case, found, right, fold, weight }
}

fn choice_of_line(knowledge: &Knowledge, line: &Line) -> Option<Choice> {
    let right = line.found.matches.iter().map(|found| found.article == line.article).collect::<Vec<_>>();
    choice(knowledge, &line.found, &right, LINE)
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

#[expect(clippy::cast_precision_loss, reason = "counts of folds are far below 2^24")]
fn mean(numbers: impl ExactSizeIterator<Item = f32>) -> f32 {
    let count = numbers.len().max(1) as f32;
    numbers.sum::<f32>() / count
}
