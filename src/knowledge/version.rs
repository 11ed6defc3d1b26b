//! What staff change: versions over the files. A version holds all of an article or of a program's status, so that it can be
//! read, exported and gone back to by itself. The newest counts.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::article::{Article, ArticleId};
use super::file;
use super::programs::ProgramStatus;
use crate::ids::UserId;

/// Bytes of a digest that are kept: enough to notice a change, not to withstand somebody who looks for two alike.
const DIGEST: usize = 6;

/// What a version is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// An article.
    Article(ArticleId),
    /// The status of a program, by its key.
    Program(String),
}

impl Subject {
    /// Reads it out of the database or a button.
    #[must_use]
    pub fn of(kind: &str, key: &str) -> Option<Self> {
        match kind {
            "article" => Some(Self::Article(ArticleId::new(key))),
            "program" => Some(Self::Program(key.to_owned())),
            _ => None,
        }
    }

    /// Its kind, in a word.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Article(_) => "article",
            Self::Program(_) => "program",
        }
    }

    /// The article's id, or the program's key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Article(id) => id.as_str(),
            Self::Program(key) => key,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// All of an article, or of a program's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// An article.
    Article(Article),
    /// A program's status.
    Program(ProgramStatus),
}

impl Content {
    /// What it is of.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Article(article) => Subject::Article(article.id().clone()),
            Self::Program(record) => Subject::Program(record.key.clone()),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Article(article) => &article.meta.title,
            Self::Program(record) => &record.title,
        }
    }

    /// The article, if it is one.
    #[must_use]
    pub const fn article(&self) -> Option<&Article> {
        if let Self::Article(article) = self { Some(article) } else { None }
    }

    /// The program's status, if it is one.
    #[must_use]
    pub const fn program(&self) -> Option<&ProgramStatus> {
        if let Self::Program(record) = self { Some(record) } else { None }
    }

    /// Its text in a file: the article's file, or the record in the file of all.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Article(article) => file::article(article),
            Self::Program(record) => file::program(record),
        }
    }

    /// A digest by which a change is noticed: twelve hexadecimal digits of what its file says, so that how the file is
    /// laid out does not matter.
    #[must_use]
    pub fn digest(&self) -> String {
        let digest = Sha256::digest(self.text().as_bytes());
        digest.iter().take(DIGEST).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What was done to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Add,
    /// It says something else.
    Edit,
    /// It no longer answers; its successor does, if it has one.
    Retire,
    /// It was looked at and is still right.
    Review,
    /// The file counts again.
    File,
}

impl Change {
    const ALL: [Self; 5] = [Self::Add, Self::Edit, Self::Retire, Self::Review, Self::File];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "edit",
            Self::Retire => "retire",
            Self::Review => "review",
            Self::File => "file",
        }
    }

    /// The change of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.as_str() == word)
    }
}

/// One version of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// What it is of.
    pub subject: Subject,
    /// From 1 on.
    pub number: i32,
    /// What was done.
    pub change: Change,
    /// All that it says; nothing where the file counts again.
    pub content: Option<Content>,
    /// The digest of the file that lay beneath when it was made.
    pub file: Option<String>,
    /// Who made it.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The version that somebody saw when he began to change something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Its number; 0 where staff never changed it.
    pub number: i32,
    /// The beginning of the digest of what counted.
    pub digest: String,
}

/// How a subject stands: what its file says, and what staff made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What the file says; nothing where there is none.
    pub file: Option<Content>,
    /// The newest version.
    pub version: Option<Version>,
}

impl Standing {
    /// What answers; nothing where it was retired without a successor.
    #[must_use]
    pub fn current(&self) -> Option<&Content> {
        match &self.version {
            None => self.file.as_ref(),
            Some(version) => match version.change {
                Change::File => self.file.as_ref(),
                Change::Retire => self.newest().filter(|content| has_successor(content)),
                Change::Add | Change::Edit | Change::Review => version.content.as_ref(),
            },
        }
    }

    /// What was written last, whether or not it answers: what an edit begins with.
    #[must_use]
    pub fn newest(&self) -> Option<&Content> {
        self.version.as_ref().and_then(|version| version.content.as_ref()).or(self.file.as_ref())
    }

    /// The version that counts, as something that a later change is compared with.
    #[must_use]
    pub fn base(&self) -> Base {
        let digest = self.newest().map(Content::digest).unwrap_or_default();
        Base { number: self.version.as_ref().map_or(0, |version| version.number), digest }
    }

    /// Whether what counts is not what the file says.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.current() != self.file.as_ref()
    }

    /// Whether staff's version counts and the file beneath was changed since it was made.
    #[must_use]
    pub fn changed_beneath(&self) -> bool {
        let Some(version) = self.version.as_ref().filter(|_| self.differs()) else { return false };
        version.change != Change::File && version.file != self.file.as_ref().map(Content::digest)
    }

    /// Whether it was retired.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.version.as_ref().is_some_and(|version| version.change == Change::Retire)
    }
}

fn has_successor(content: &Content) -> bool {
    content.article().is_some_and(|article| article.meta.superseded_by.is_some())
}
