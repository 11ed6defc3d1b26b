//! An [`Answer`]: what a member gets back. It is an article's text, the meanings to choose from, or the person or
//! place to ask; nothing is made up. Its JSON is the format of `psfbot ask --json`.

use chrono::NaiveDate;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use super::article::{Article, ArticleId};
use super::question::Question;
use crate::message::{self, limits};
use crate::texts::{text, text_with};

/// Longest title and beginning of a meaning to choose, in characters.
const LONGEST_TITLE: usize = 120;
const LONGEST_BEGINNING: usize = 200;

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An article answers it.
    Answered,
    /// Several articles are near; the text asks which is meant.
    Unsure,
    /// Nothing fits; the text names who can help.
    NoAnswer,
}

/// The article that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnsweringArticle {
    /// Its name.
    pub id: ArticleId,
    /// What it is called.
    pub title: String,
    /// The day for which it is known to be true.
    pub as_of: NaiveDate,
}

/// Where the answer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerSource {
    /// What the page is called; a page that is not the PSF's own says so.
    pub title: String,
    /// Where it lies.
    pub url: String,
    /// The day for which the page is known to say this.
    pub as_of: NaiveDate,
}

/// An article near the question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Its name.
    pub id: ArticleId,
    /// What it is called.
    pub title: String,
    /// How well it matches, 0 to 1.
    pub score: f64,
}

/// What a member gets back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// What came of it.
    pub outcome: Outcome,
    /// Estimated chance, 0 to 1, that the nearest article is the right one.
    pub confidence: f64,
    /// What the member reads, in Markdown; at most 2000 characters, so it fits one Discord message.
    pub text: String,
    /// The article that answers; only when answered.
    pub article: Option<AnsweringArticle>,
    /// Where the text comes from.
    pub sources: Vec<AnswerSource>,
    /// The article that answers, names somebody else, or comes nearest; for whoever counts questions without an answer.
    #[serde(skip)]
    pub nearest: Option<ArticleId>,
    /// Articles near the question, best first; when unsure, the meanings to choose from come first.
    pub related: Vec<Related>,
}

/// A share as JSON shows it: three digits.
pub(super) fn rounded(share: f32) -> f64 {
    (f64::from(share) * 1000.0).round() / 1000.0
}

/// A date as people write it.
#[must_use]
pub fn long_date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

impl AnsweringArticle {
    pub(super) fn of(article: &Article) -> Self {
        Self { id: article.id().clone(), title: article.meta.title.clone(), as_of: article.meta.as_of }
    }
}

/// An article's sources.
pub(super) fn sources(article: &Article) -> Vec<AnswerSource> {
    let title = |source: &super::article::Source| {
        let says_so = source.title.to_lowercase().contains("third-party");
        if source.third_party && !says_so {
            text_with("answer-source-third-party", [("title", source.title.clone())])
        } else {
            source.title.clone()
        }
    };
    article
        .meta
        .sources
        .iter()
        .map(|source| AnswerSource { title: title(source), url: source.url.clone(), as_of: source.as_of })
        .collect()
}

/// The sources of two articles, each page once.
pub(super) fn sources_of_both(one: &Article, other: &Article) -> Vec<AnswerSource> {
    let mut all = sources(one);
    for source in sources(other) {
        if all.iter().all(|known| known.url != source.url) {
            all.push(source);
        }
    }
    all
}

/// An article's text with its date, and a warning where it may be out of date or is not all from the PSF.
pub(super) fn article_text(article: &Article, today: NaiveDate) -> String {
    text_within(limits::CONTENT, article, today)
}

/// The texts of the two nearest articles, where one of them is right.
pub(super) fn both_text(one: &Article, other: &Article, today: NaiveDate) -> String {
    let title = message::cut(&other.meta.title, LONGEST_TITLE);
    let between = format!("\n\n{}\n", text_with("answer-or", [("title", title)]));
    let first = text_within(limits::CONTENT / 2, one, today);
    let left = limits::CONTENT - message::length(&first) - message::length(&between);
    first + &between + &text_within(left, other, today)
}

fn text_within(limit: usize, article: &Article, today: NaiveDate) -> String {
    let mut notes = vec![text_with("answer-as-of", [("date", long_date(article.meta.as_of))])];
    if article.meta.sources.iter().any(|source| source.third_party) {
        notes.push(text("answer-third-party"));
    }
    if article.is_overdue(today) {
        notes.push(text_with("answer-overdue", [("date", long_date(article.meta.review_by))]));
    }
    let notes = format!("\n\n*{}*", notes.join(" "));
    message::cut(&article.body, limit.saturating_sub(message::length(&notes))) + &notes
}

/// A redirect article's text.
pub(super) fn redirect_text(article: &Article) -> String {
    message::cut(&article.body, limits::CONTENT)
}

/// The text that asks which of several articles is meant, each with how it begins: often that is all somebody wants.
pub(super) fn which_text(articles: &[&Article]) -> String {
    let meaning = |article: &&Article| {
        let title = message::cut(&article.meta.title, LONGEST_TITLE);
        format!("- **{title}** {}", message::cut(&beginning(&article.body), LONGEST_BEGINNING))
    };
    text_with("answer-which", [("meanings", articles.iter().map(meaning).collect::<Vec<_>>().join("\n"))])
}

/// A text's first sentence, without emphasis, which would not survive being cut.
fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().replace("**", "");
    line.unicode_sentences().next().map_or(String::new(), |sentence| sentence.trim().to_owned())
}

/// The text when nothing fits: the place for that subject, where one is known, and the general ones.
pub(super) fn nothing_text(topic: Option<&str>) -> String {
    match topic.and_then(place) {
        Some(place) => text_with("answer-nothing-but", [("place", text(place))]),
        None => text("answer-nothing"),
    }
}

/// Whom to ask about a subject: the text that says so.
fn place(topic: &str) -> Option<&'static str> {
    Some(match topic {
        "grants" => "answer-place-grants",
        "partner" | "community-partner" => "answer-place-partner",
        "membership" | "elections" => "answer-place-membership",
        "sponsorship" => "answer-place-sponsorship",
        "coc" | "conduct" | "code-of-conduct" => "answer-place-conduct",
        "trademarks" => "answer-place-trademarks",
        "fellows" => "answer-place-fellows",
        "office-hours" | "office_hours" | "board" => "answer-place-board",
        "pypi" => "answer-place-pypi",
        _ => return None,
    })
}
