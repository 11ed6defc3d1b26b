//! An [`Article`]: one entry of the knowledge base, as its file says it. Knows which day it may answer; refuses to
//! know how it is found.

use std::borrow::Borrow;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An article's name: its file's name without `.md`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArticleId(String);

impl ArticleId {
    /// Wraps a name, whether or not there is such an article.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for ArticleId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Where an article's facts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the page is called.
    pub title: String,
    /// Where it lies.
    pub url: String,
    /// The day for which the page is known to say this.
    pub as_of: NaiveDate,
    /// Whether somebody other than the PSF wrote it.
    #[serde(default)]
    pub third_party: bool,
}

/// The part of an article's file above its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    /// The file's name without `.md`.
    pub id: ArticleId,
    /// What the article is called.
    pub title: String,
    /// The group under which it is browsed.
    pub topic: String,
    /// Ways in which people ask for it.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Words and phrases that point to it.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The day for which the text is known to be true.
    pub as_of: NaiveDate,
    /// The last day before somebody should look at it again.
    pub review_by: NaiveDate,
    /// The last day on which it may answer.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// The article that took its place.
    #[serde(default)]
    pub superseded_by: Option<ArticleId>,
    /// Whether it says who can answer instead of answering.
    #[serde(default)]
    pub redirect: bool,
    /// Where its facts come from.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// One entry of the knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// What is known about it.
    pub meta: FrontMatter,
    /// What it says, in Markdown.
    pub body: String,
}

impl Article {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> &ArticleId {
        &self.meta.id
    }

    /// Whether it may answer on that day: nothing took its place, and it has not run out.
    #[must_use]
    pub fn is_current(&self, today: NaiveDate) -> bool {
        self.meta.superseded_by.is_none() && self.meta.valid_until.is_none_or(|last| today <= last)
    }

    /// Whether somebody should have looked at it again before that day.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        today > self.meta.review_by
    }
}
