//! Program status: one record for each thing that changes (the Grants Program, an election, a drive), which articles
//! embed as `{status:KEY}`. The records stand in `programs.yaml` beside the articles; staff's changes lie over them.
//!
//! Filling in happens when a knowledge base is made, not when it answers: what is searched is what is said.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::answer::long_date;
use super::article::{Article, Source};
use super::load::LoadError;
use crate::texts::{text, text_with};

/// The file of the records, in the folder of the articles.
pub(super) const FILE: &str = "programs.yaml";

/// How a placeholder in an article's text begins and ends.
const OPENS: &str = "{status:";
const CLOSES: char = '}';

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It takes applications or members, or runs.
    Open,
    /// It is open for a limited round.
    Limited,
    /// It rests and may come back.
    Paused,
    /// It is over, or takes nobody.
    Closed,
    /// It is announced and has not begun.
    Planned,
    /// Nothing is announced.
    Unannounced,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Limited, Self::Paused, Self::Closed, Self::Planned, Self::Unannounced];

    /// The word in files and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Limited => "limited",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Planned => "planned",
            Self::Unannounced => "unannounced",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word.trim().to_lowercase())
    }

    /// What is said of something that stands so.
    fn said(self, title: &str) -> String {
        let id = match self {
            Self::Open => "program-is-open",
            Self::Limited => "program-is-limited",
            Self::Paused => "program-is-paused",
            Self::Closed => "program-is-closed",
            Self::Planned => "program-is-planned",
            Self::Unannounced => "program-is-unannounced",
        };
        text_with(id, [("title", title.to_owned())])
    }
}

/// Where a record's facts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusSource {
    /// What the page is called.
    pub title: String,
    /// Where it lies.
    pub url: String,
    /// Whether somebody other than the PSF wrote it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub third_party: bool,
}

/// How one thing stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramStatus {
    /// Its name in placeholders: `a-z`, `0-9` and `-`.
    pub key: String,
    /// What it is called, as a sentence begins with it: "The Grants Program".
    pub title: String,
    /// How it stands.
    pub state: State,
    /// Since when, or for when it is planned, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// What else belongs to the answer, in Markdown; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Where that stands.
    pub source: StatusSource,
    /// The day for which it is known to be true.
    pub as_of: NaiveDate,
    /// The last day before somebody should look at it again.
    pub review_by: NaiveDate,
}

impl ProgramStatus {
    /// The sentence that stands for it in an answer, with its date, and the note.
    #[must_use]
    pub fn sentence(&self) -> String {
        let said = self.state.said(&self.title);
        let as_of = long_date(self.as_of);
        let sentence = match self.since.map(long_date) {
            None => text_with("program-sentence", [("said", said), ("date", as_of)]),
            Some(day) if self.state == State::Planned => {
                text_with("program-sentence-for", [("said", said), ("day", day), ("date", as_of)])
            }
            Some(day) => text_with("program-sentence-since", [("said", said), ("day", day), ("date", as_of)]),
        };
        if self.note.is_empty() { sentence } else { format!("{sentence} {}", self.note) }
    }

    /// Whether somebody should have looked at it again before that day.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        today > self.review_by
    }
}

/// All records, in the order of their file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programs(Vec<ProgramStatus>);

impl Programs {
    /// These records.
    #[must_use]
    pub const fn new(records: Vec<ProgramStatus>) -> Self {
        Self(records)
    }

    /// Reads the records of a folder of articles; none where it has no such file.
    ///
    /// # Errors
    /// When the file can't be read or is not one of records; the text names the line.
    pub fn load(dir: &Path) -> Result<Self, LoadError> {
        let path = dir.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(LoadError::Unreadable { path, source }),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, LoadError> {
        serde_yaml_ng::from_str(text).map(Self).map_err(|error| {
            let problem = error.to_string();
            LoadError::Malformed {
                path: path.to_owned(),
                line: error.location().map(|place| place.line()),
                problem: problem.split(" at line ").next().unwrap_or(&problem).to_owned(),
            }
        })
    }

    /// A record by its key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&ProgramStatus> {
        self.0.iter().find(|record| record.key == key)
    }

    /// All records.
    #[must_use]
    pub fn all(&self) -> &[ProgramStatus] {
        &self.0
    }

    /// An article with its placeholders filled in. A record's source becomes one of the article's, and the article is to be
    /// looked at again when the record is.
    #[must_use]
    pub fn fill(&self, article: &Article) -> Article {
        if !article.body.contains(OPENS) {
            return article.clone();
        }
        let mut filled = Article { meta: article.meta.clone(), body: String::new() };
        for part in parts(&article.body) {
            let key = match part {
                Part::Text(said) => {
                    filled.body.push_str(said);
                    continue;
                }
                Part::Status(key) => key,
            };
            // The lint refuses it; where it happens all the same, the answer says what it does not know.
            let Some(record) = self.get(key) else {
                filled.body.push_str(&text("program-unknown"));
                continue;
            };
            filled.body.push_str(&record.sentence());
            filled.meta.review_by = filled.meta.review_by.min(record.review_by);
            let StatusSource { title, url, third_party } = record.source.clone();
            match filled.meta.sources.iter_mut().find(|source| source.url == url) {
                Some(known) => known.as_of = known.as_of.max(record.as_of),
                None => filled.meta.sources.insert(0, Source { title, url, as_of: record.as_of, third_party }),
            }
        }
        filled
    }
}

/// A piece of an article's text.
enum Part<'a> {
    Text(&'a str),
    Status(&'a str),
}

fn parts(body: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(OPENS) {
        let Some((key, after)) = after.split_once(CLOSES) else { break };
        parts.push(Part::Text(before));
        parts.push(Part::Status(key));
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts
}

/// The keys that a text's placeholders name.
pub(super) fn keys(body: &str) -> Vec<&str> {
    let key = |part| if let Part::Status(key) = part { Some(key) } else { None };
    parts(body).into_iter().filter_map(key).collect()
}

/// Whether the last placeholder has no end.
pub(super) fn left_open(body: &str) -> bool {
    let rest = parts(body).pop();
    matches!(rest, Some(Part::Text(rest)) if rest.contains(OPENS))
}

/// Where the records of a folder lie.
#[must_use]
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}
