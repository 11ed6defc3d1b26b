//! Runs a file of questions with what their answers must and must not say, and counts.
//!
//! One JSON object a line: `id`, `question`, `kind` (`answerable`, `ambiguous`, `out_of_scope`), `must_include_any`
//! (lists of regular expressions: one of each inner list must be found), `must_not_include`, `source_any` (one must be
//! part of a source's address). Expressions ignore case, and their dot also fits a line's end. Other keys are for people.
//!
//! An answerable question is right when the text is as required and, where sources are given, an answer names one of them;
//! without requirements it must be answered. An ambiguous one is right when the text is as required; without requirements
//! it must be asked which is meant. One out of scope is right when it is not answered and the text is as required.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use fancy_regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::Knowledge;
use super::answer::{Answer, Outcome};
use super::question::Question;

/// Parts of the confidence in which expectation and observation are compared.
const BUCKETS: u8 = 20;

/// Why a file of questions can't be run.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct EvalError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// What is expected of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An article answers it.
    Answerable,
    /// It can mean several things.
    Ambiguous,
    /// It is not for the knowledge base.
    OutOfScope,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    kind: Kind,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    must_include_any: Vec<Vec<String>>,
    #[serde(default)]
    must_not_include: Vec<String>,
    #[serde(default)]
    source_any: Vec<String>,
}

/// A question, and what its answer must look like.
#[derive(Debug)]
pub struct Case {
    id: String,
    question: Question,
    kind: Kind,
    topic: Option<String>,
    include: Vec<Vec<Regex>>,
    exclude: Vec<Regex>,
    sources: Vec<String>,
}

/// A question that was not answered as it should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    /// The question's id in the file.
    pub id: String,
    /// What was expected.
    pub kind: Kind,
    /// The question.
    pub question: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The article that answered, where one did.
    pub article: Option<String>,
    /// How sure it was, 0 to 1.
    pub confidence: f64,
    /// The articles named next to it or to choose from.
    pub related: Vec<String>,
    /// Why that is not right.
    pub reason: String,
}

/// Right ones of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Answered as they should be.
    pub right: usize,
    /// All.
    pub all: usize,
}

impl Score {
    /// The right ones as a share of all, 0 to 1; 1 of none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of questions are far below 2^52")]
    pub fn share(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.right as f64 / self.all as f64 }
    }
}

/// Answers given with about the same confidence: how often they were right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Bucket {
    /// The least confidence in it.
    pub from: f64,
    /// Number of questions that an article answered.
    pub answered: usize,
    /// Mean confidence: the share of right ones that is expected.
    pub expected: f64,
    /// The share that was right.
    pub observed: f64,
}

/// What came of a file of questions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// All kinds together.
    pub total: Score,
    /// By kind.
    pub kinds: BTreeMap<Kind, Score>,
    /// By topic, where the file names one.
    pub topics: BTreeMap<String, Score>,
    /// What came of each kind: answered, asked back, or sent elsewhere.
    pub outcomes: BTreeMap<Kind, BTreeMap<Outcome, usize>>,
    /// Expected and observed shares of right answers, by confidence.
    pub calibration: Vec<Bucket>,
    /// Questions that an article answered though it should not have: the worst that can happen.
    pub confident_wrong: usize,
    /// What was not right.
    pub misses: Vec<Miss>,
}

/// Reads a file of questions; empty lines are skipped.
///
/// # Errors
/// When a line is not of the format, or holds a bad regular expression.
pub fn parse(text: &str) -> Result<Vec<Case>, EvalError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(n, line)| Case::parse(line).map_err(|problem| EvalError { line: n + 1, problem })).collect()
}

/// Asks every question as of that day.
#[must_use]
pub fn evaluate(knowledge: &Knowledge, cases: &[Case], today: NaiveDate) -> Report {
    evaluate_by(cases, |question| knowledge.answer(question, today))
}

/// Asks every question of somebody else, who answers out of the knowledge base and completes what it says.
#[must_use]
pub fn evaluate_by(cases: &[Case], answer: impl Fn(&Question) -> Answer) -> Report {
    report(cases.iter().map(|case| (case, answer(&case.question))))
}

/// Judges questions and their answers.
pub(super) fn report<'a>(answers: impl Iterator<Item = (&'a Case, Answer)>) -> Report {
    let mut report = Report {
        total: Score::default(),
        kinds: BTreeMap::new(),
        topics: BTreeMap::new(),
        outcomes: BTreeMap::new(),
        calibration: Vec::new(),
        confident_wrong: 0,
        misses: Vec::new(),
    };
    let mut answered = Vec::new();
    for (case, answer) in answers {
        let judged = case.judge(&answer);
        report.count(case, answer.outcome, judged.is_ok());
        if answer.outcome == Outcome::Answered {
            answered.push((answer.confidence, judged.is_ok()));
        }
        if let Err(reason) = judged {
            report.misses.push(Miss::of(case, answer, reason));
        }
    }
    report.calibration = (0..BUCKETS).filter_map(|at| bucket(&answered, at)).collect();
    report
}

impl Report {
    fn count(&mut self, case: &Case, outcome: Outcome, right: bool) {
        let topic = case.topic.as_ref().map(|topic| self.topics.entry(topic.clone()).or_default());
        let kind = self.kinds.entry(case.kind).or_default();
        for score in [&mut self.total, kind].into_iter().chain(topic) {
            score.all += 1;
            score.right += usize::from(right);
        }
        *self.outcomes.entry(case.kind).or_default().entry(outcome).or_default() += 1;
        self.confident_wrong += usize::from(outcome == Outcome::Answered && !right);
    }
}

impl Miss {
    fn of(case: &Case, answer: Answer, reason: String) -> Self {
        Self {
            id: case.id.clone(),
            kind: case.kind,
            question: case.question.as_str().to_owned(),
            outcome: answer.outcome,
            article: answer.article.map(|article| article.id.to_string()),
            confidence: answer.confidence,
            related: answer.related.into_iter().map(|related| related.id.to_string()).collect(),
            reason,
        }
    }
}

/// The answers whose confidence lies in one of [`BUCKETS`] equal parts; `None` when there are none.
fn bucket(answered: &[(f64, bool)], at: u8) -> Option<Bucket> {
    let edge = |at: u8| f64::from(at) / f64::from(BUCKETS);
    let top = |confidence: f64| at + 1 == BUCKETS && confidence >= edge(at);
    let inside = |confidence: f64| top(confidence) || (edge(at)..edge(at + 1)).contains(&confidence);
    let inside: Vec<_> = answered.iter().filter(|(confidence, _)| inside(*confidence)).collect();
    let right = Score { right: inside.iter().filter(|(_, right)| *right).count(), all: inside.len() };
    let sum: f64 = inside.iter().map(|(confidence, _)| confidence).sum();
    let mean = sum * Score { right: 1, all: inside.len() }.share();
    (right.all > 0).then(|| Bucket { from: edge(at), answered: right.all, expected: mean, observed: right.share() })
}

impl Case {
    fn parse(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let regexes = |list: &[String]| list.iter().map(|text| regex(text)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            id: line.id,
            question: Question::parse(&line.question).map_err(|error| error.to_string())?,
            kind: line.kind,
            topic: line.topic,
            include: line.must_include_any.iter().map(|list| regexes(list)).collect::<Result<_, _>>()?,
            exclude: regexes(&line.must_not_include)?,
            sources: line.source_any,
        })
    }

    /// The question.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// What is expected.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether an answer is right, and if not why.
    ///
    /// # Errors
    /// When it is not right: the reason, for people.
    pub fn judge(&self, answer: &Answer) -> Result<(), String> {
        for any in &self.include {
            if !any.iter().any(|regex| found(regex, &answer.text)) {
                let wanted: Vec<&str> = any.iter().map(Regex::as_str).collect();
                return Err(format!("the text lacks {}", wanted.join(" | ")));
            }
        }
        if let Some(regex) = self.exclude.iter().find(|regex| found(regex, &answer.text)) {
            return Err(format!("the text says {}", regex.as_str()));
        }
        match self.kind {
            Kind::OutOfScope if answer.outcome == Outcome::Answered => {
                Err("it is out of scope and was answered".into())
            }
            Kind::Ambiguous if self.include.is_empty() && answer.outcome != Outcome::Unsure => {
                Err("it was not asked which is meant".into())
            }
            Kind::Answerable if answer.outcome == Outcome::Unsure => Err("it was asked which is meant".into()),
            Kind::Answerable if self.include.is_empty() && answer.outcome != Outcome::Answered => {
                Err("it was not answered".into())
            }
            Kind::Answerable if !self.cites(answer) => Err(format!("no source has {}", self.sources.join(" | "))),
            _ => Ok(()),
        }
    }

    fn cites(&self, answer: &Answer) -> bool {
        let cited = |part: &String| {
            answer.sources.iter().any(|source| source.url.to_lowercase().contains(&part.to_lowercase()))
        };
        self.sources.is_empty() || self.sources.iter().any(cited)
    }
}

fn regex(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(&format!("(?s){text}"))
        .case_insensitive(true)
        .build()
        .map_err(|error| format!("the expression {text:?}: {error}"))
}

/// An expression that gives up (too much backtracking) found nothing.
fn found(regex: &Regex, text: &str) -> bool {
    regex.is_match(text).unwrap_or(false)
}
