//! Checks the article files: what would make an answer wrong, unfindable or unsourced.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;
use url::Url;

use super::article::Article;
use super::index::plain;
use super::load::{self, LoadError};
use super::words::Words;

/// Longest text of an article, in words; the aim is 90.
pub const MAX_WORDS: usize = 110;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The knowledge base is wrong.
    Error,
    /// Somebody should look at it.
    Warning,
}

/// Something to change in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file.
    pub file: PathBuf,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and what to do about it.
    pub problem: String,
}

/// Checks every article of a folder as of that day; also says how many files it looked at.
///
/// # Errors
/// When the folder can't be read.
pub fn lint(dir: &Path, today: NaiveDate) -> Result<(usize, Vec<Finding>), LoadError> {
    let mut lint = Lint::default();
    let entries = load::read_dir(dir)?;
    let files = entries.len();
    let mut articles = Vec::new();
    for (path, article) in entries {
        match article {
            Ok(article) => articles.push((path, article)),
            Err(LoadError::Malformed { line: Some(line), problem, .. }) => {
                lint.error(&path, format!("line {line}: {problem}"))
            }
            Err(LoadError::Malformed { problem, .. }) => lint.error(&path, problem),
            Err(error) => lint.error(&path, error.to_string()),
        }
    }
    for (path, article) in &articles {
        lint.article(path, article, today);
    }
    lint.ids(&articles);
    lint.successors(&articles);
    lint.shared_questions(&articles);
    lint.findings.sort();
    Ok((files, lint.findings))
}

#[derive(Default)]
struct Lint {
    findings: Vec<Finding>,
}

impl Lint {
    fn error(&mut self, file: &Path, problem: impl Into<String>) {
        self.findings.push(Finding { file: file.to_owned(), severity: Severity::Error, problem: problem.into() });
    }

    fn warning(&mut self, file: &Path, problem: impl Into<String>) {
        self.findings.push(Finding { file: file.to_owned(), severity: Severity::Warning, problem: problem.into() });
    }

    fn article(&mut self, path: &Path, article: &Article, today: NaiveDate) {
        let meta = &article.meta;
        if path.file_stem().is_none_or(|stem| stem != meta.id.as_str()) {
            self.error(path, format!("the id {:?} is not the file's name; rename one of them", meta.id.as_str()));
        }
        if !meta.id.as_str().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            self.error(path, "an id is made of a-z, 0-9 and -");
        }
        for (name, text) in [("title", &meta.title), ("topic", &meta.topic)] {
            if text.trim().is_empty() {
                self.error(path, format!("the {name} is empty"));
            }
        }
        if meta.questions.iter().all(|text| text.trim().is_empty()) {
            self.error(path, "it has no questions; add the ways in which people ask for it");
        } else if meta.questions.iter().any(|text| text.trim().is_empty()) {
            self.error(path, "one of its questions is empty");
        }
        let words = article.body.split_whitespace().count();
        if words > MAX_WORDS {
            self.error(path, format!("the text has {words} words; at most {MAX_WORDS}, better 90"));
        }
        self.dates(path, article, today);
        self.sources(path, article);
    }

    fn dates(&mut self, path: &Path, article: &Article, today: NaiveDate) {
        let meta = &article.meta;
        if meta.valid_until.is_some_and(|last| last < meta.as_of) {
            self.error(path, "valid_until lies before as_of");
        }
        if meta.review_by < meta.as_of {
            self.error(path, "review_by lies before as_of");
        }
        if meta.as_of > today {
            self.warning(path, format!("as_of {} lies in the future", meta.as_of));
        }
        let expired = meta.valid_until.is_some_and(|last| last < today);
        if expired && meta.superseded_by.is_none() {
            self.warning(path, "valid_until has passed and nothing supersedes it: it no longer answers");
        } else if article.is_current(today) && article.is_overdue(today) {
            self.warning(
                path,
                format!("past review_by {}: check it against its sources and set a new date", meta.review_by),
            );
        }
    }

    fn sources(&mut self, path: &Path, article: &Article) {
        let meta = &article.meta;
        if meta.sources.is_empty() && !meta.redirect {
            self.error(path, "it has no source");
        }
        for source in &meta.sources {
            let good = Url::parse(&source.url)
                .is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.')));
            if !good {
                self.error(path, format!("the source {:?} is not an address that starts with https://", source.url));
            }
            if source.title.trim().is_empty() {
                self.error(path, format!("the source {} has no title", source.url));
            }
        }
    }

    fn ids(&mut self, articles: &[(PathBuf, Article)]) {
        let mut seen: HashMap<&str, &Path> = HashMap::new();
        for (path, article) in articles {
            if let Some(first) = seen.insert(article.id().as_str(), path) {
                self.error(path, format!("the id {:?} is already that of {}", article.id().as_str(), first.display()));
            }
        }
    }

    fn successors(&mut self, articles: &[(PathBuf, Article)]) {
        let next: HashMap<&str, Option<&str>> = articles
            .iter()
            .map(|(_, article)| (article.id().as_str(), article.meta.superseded_by.as_ref().map(|id| id.as_str())))
            .collect();
        for (path, article) in articles {
            let Some(successor) = &article.meta.superseded_by else { continue };
            let mut passed = HashSet::from([article.id().as_str()]);
            let mut at = Some(successor.as_str());
            while let Some(id) = at {
                if !passed.insert(id) {
                    self.error(path, "its superseded_by leads round in a circle, so nothing answers");
                    break;
                }
                let Some(further) = next.get(id) else {
                    self.error(path, format!("it is superseded by {id:?}, which does not exist"));
                    break;
                };
                at = *further;
            }
        }
    }

    fn shared_questions(&mut self, articles: &[(PathBuf, Article)]) {
        let words = Words::new();
        let mut seen: HashMap<String, &Article> = HashMap::new();
        let mut seen_words: HashMap<Vec<String>, &Article> = HashMap::new();
        for (path, article) in articles {
            for question in &article.meta.questions {
                if let Some(first) = seen.insert(plain(question), article).filter(|first| first.id() != article.id()) {
                    self.error(path, format!("its question {question:?} is also one of {}", first.id()));
                    continue;
                }
                let mut terms: Vec<String> = words.of(question).into_iter().map(|word| word.term).collect();
                terms.sort();
                terms.dedup();
                if let Some(first) = seen_words.insert(terms, article).filter(|first| first.id() != article.id()) {
                    let problem = format!("its question {question:?} has the same words as one of {}", first.id());
                    self.warning(path, problem);
                }
            }
        }
    }
}
