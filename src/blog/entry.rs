//! A feed and its entries as we use them, whatever dialect they came in.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

/// A feed as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Feed {
    /// What it calls itself, plain text; empty if it doesn't.
    pub title: String,
    /// Dialect and version, e.g. `RSS 2.0`, `Atom 1.0`, `JSON Feed 1.1`.
    pub format: String,
    /// Its entries in the feed's order.
    pub entries: Vec<Entry>,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The entry's own id or guid verbatim, else its address, else a digest of what it says. Never empty.
    pub key: String,
    /// Where it can be read; `http` or `https`.
    pub url: Option<Url>,
    /// Plain text of one line; may be empty.
    pub title: String,
    /// Start of its text as Markdown that is safe to show on Discord; may be empty.
    pub summary: String,
    /// Names of the authors, plain text of one line.
    pub author: Option<String>,
    /// When it was published.
    pub published: Option<DateTime<Utc>>,
    /// When it was last changed, by the feed's word.
    pub updated: Option<DateTime<Utc>>,
    /// Its picture; `http` or `https`.
    pub image: Option<Url>,
    /// What the picture shows, plain text of one line.
    #[serde(default)]
    pub image_alt: Option<String>,
    /// Categories, tags, labels, in the feed's order.
    pub categories: Vec<String>,
}

impl Entry {
    /// What a reader would call it: its title, if it has one.
    #[must_use]
    pub fn heading(&self) -> &str {
        match self.title.as_str() {
            "" => "Untitled post",
            title => title,
        }
    }

    /// Digest of what an announcement shows of it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self)
    }
}

/// Digest of what an announcement shows of an entry: title, summary, picture.
///
/// It leaves out white space and Markdown's marks, so that a better conversion of the same text in a later version
/// of the program changes nothing. Its scheme is part of it: digests of different schemes can't be compared, and
/// [`Fingerprint::differs`] then says no.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    const SCHEME: &str = "1:";

    fn of(entry: &Entry) -> Self {
        let bare = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '_' | '\\' | '`' | '~' | '#' | '-' | '…'))
                .collect()
        };
        let mut digest = Sha256::new();
        for part in
            [bare(&entry.title), bare(&entry.summary), entry.image.as_ref().map(Url::to_string).unwrap_or_default()]
        {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        Self(format!("{}{:x}", Self::SCHEME, digest.finalize()))
    }

    /// A digest as it was stored.
    #[must_use]
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The digest as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is a digest of the same scheme over something else.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        let scheme = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
        self != other && scheme(&self.0) == scheme(&other.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
