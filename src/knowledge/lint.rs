//! Checks the article files: what would make an answer wrong, unfindable or unsourced.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;
use url::Url;

use super::article::Article;
use super::index::plain;
use super::library::Shelf;
use super::load::{self, LoadError};
use super::programs::{self, ProgramStatus, Programs};
use super::version::Content;
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
    let programs = match Programs::load(dir) {
        Ok(programs) => programs,
        Err(LoadError::Malformed { path, line, problem }) => {
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            lint.error(&path, format!("{place}{problem}"));
            Programs::default()
        }
        Err(error) => return Err(error),
    };
    lint.programs(&programs::path(dir), &programs, today);
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
        lint.article(path, article, &programs, today);
    }
    lint.ids(&articles);
    lint.successors(&articles);
    lint.shared_questions(&articles);
    lint.findings.sort();
    Ok((files, lint.findings))
}

/// What would be wrong with a knowledge base in which `content` takes the place of what its subject says now: as
/// [`lint`], but of the change alone.
#[must_use]
pub fn lint_change(shelf: &Shelf, content: &Content, today: NaiveDate) -> Vec<Finding> {
    let mut lint = Lint::default();
    match content {
        Content::Article(article) => {
            let others = shelf.articles().filter(|other| other.id() != article.id());
            // The last one is told that its question is another's already.
            let articles: Vec<_> = others.chain([article]).map(|one| (named(one), one.clone())).collect();
            lint.article(&named(article), article, shelf.programs(), today);
            lint.successors(&articles);
            lint.shared_questions(&articles);
            lint.findings.retain(|finding| finding.file == named(article));
        }
        Content::Program(record) => {
            let programs = shelf.programs_with(record);
            let file = PathBuf::from(programs::FILE);
            lint.program(&file, record, today);
            let embeds = |article: &&Article| programs::keys(&article.body).contains(&record.key.as_str());
            for article in shelf.articles().filter(embeds) {
                lint.length(&named(article), article, &programs);
            }
        }
    }
    lint.findings.sort();
    lint.findings.dedup();
    lint.findings
}

/// The articles that name one which is to be retired as their successor.
#[must_use]
pub fn led_to(shelf: &Shelf, retired: &Article) -> Vec<String> {
    let leads = |article: &&Article| article.meta.superseded_by.as_ref() == Some(retired.id());
    shelf.articles().filter(leads).map(|article| article.id().to_string()).collect()
}

/// The file that an article has or would have.
fn named(article: &Article) -> PathBuf {
    PathBuf::from(format!("{}.md", article.id()))
}

/// Whether a text is fit for a name.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn is_https(address: &str) -> bool {
    Url::parse(address)
        .is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.')))
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

    fn programs(&mut self, path: &Path, programs: &Programs, today: NaiveDate) {
        let mut seen = HashSet::new();
        for record in programs.all() {
            if !seen.insert(record.key.as_str()) {
                self.error(path, format!("the key {:?} is there twice", record.key));
            }
            self.program(path, record, today);
        }
    }

    fn program(&mut self, path: &Path, record: &ProgramStatus, today: NaiveDate) {
        let key = &record.key;
        if key.is_empty() || !is_name(key) {
            self.error(path, format!("{key:?}: a key is made of a-z, 0-9 and -"));
        }
        if record.title.trim().is_empty() || record.source.title.trim().is_empty() {
            self.error(path, format!("{key}: the title of the record or of its source is empty"));
        }
        if !is_https(&record.source.url) {
            self.error(
                path,
                format!("{key}: the source {:?} is not an address that starts with https://", record.source.url),
            );
        }
        if record.review_by < record.as_of {
            self.error(path, format!("{key}: review_by lies before as_of"));
        }
        if record.note.contains("{status:") {
            self.error(path, format!("{key}: a note can't hold the status of another"));
        }
        if record.as_of > today {
            self.warning(path, format!("{key}: as_of {} lies in the future", record.as_of));
        }
        if record.is_overdue(today) {
            self.warning(path, format!("{key}: past review_by {}: look how it stands now", record.review_by));
        }
    }

    /// The text as it is said, with the status of what it embeds.
    fn length(&mut self, path: &Path, article: &Article, programs: &Programs) {
        let words = programs.fill(article).body.split_whitespace().count();
        if words > MAX_WORDS {
            self.error(path, format!("the text has {words} words; at most {MAX_WORDS}, better 90"));
        }
    }

    fn placeholders(&mut self, path: &Path, article: &Article, programs: &Programs) {
        for key in programs::keys(&article.body) {
            if programs.get(key).is_none() {
                self.error(path, format!("{{status:{key}}} names no record of {}", programs::FILE));
            }
        }
        if programs::left_open(&article.body) {
            self.error(path, "a {status:…} in the text has no closing }");
        }
    }

    fn article(&mut self, path: &Path, article: &Article, programs: &Programs, today: NaiveDate) {
        let meta = &article.meta;
        if path.file_stem().is_none_or(|stem| stem != meta.id.as_str()) {
            self.error(path, format!("the id {:?} is not the file's name; rename one of them", meta.id.as_str()));
        }
        if !is_name(meta.id.as_str()) {
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
        self.length(path, article, programs);
        self.placeholders(path, article, programs);
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
            if !is_https(&source.url) {
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
