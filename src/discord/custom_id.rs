//! What a button carries: kind, version and key, as `kind:version:key`.
//!
//! It routes and never authorises: whoever presses it may have written it. Discord allows 100 characters
//! (<https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id>).

use std::fmt;
use std::str::FromStr;

/// Which flow a button belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `/ask`: answer with this article.
    AskPick,
    /// `/ask`: post this article's answer where everybody sees it.
    AskShare,
}

impl Kind {
    const ALL: [Self; 2] = [Self::AskPick, Self::AskShare];

    const fn word(self) -> &'static str {
        match self {
            Self::AskPick => "ask-pick",
            Self::AskShare => "ask-share",
        }
    }

    /// Raised when the meaning of the key changes; a button of another version is stale.
    const fn version(self) -> u8 {
        match self {
            Self::AskPick | Self::AskShare => 1,
        }
    }
}

/// A parsed `custom_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomId {
    pub(super) kind: Kind,
    pub(super) key: String,
}

/// It was made by another version, or by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a button of another version, or made by hand")]
pub(super) struct Stale;

impl CustomId {
    pub(super) fn new(kind: Kind, key: impl fmt::Display) -> Self {
        Self { kind, key: key.to_string() }
    }
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind.word(), self.kind.version(), self.key)
    }
}

impl FromStr for CustomId {
    type Err = Stale;

    fn from_str(text: &str) -> Result<Self, Stale> {
        let mut parts = text.splitn(3, ':');
        let (Some(word), Some(version), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Stale);
        };
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word).ok_or(Stale)?;
        if version.parse() == Ok(kind.version()) { Ok(Self::new(kind, key)) } else { Err(Stale) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for kind in Kind::ALL {
            let id = CustomId::new(kind, "grants-status:with:colons");
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn anything_else_is_stale() {
        for text in ["", "ask-pick", "ask-pick:1", "ask-pick:2:x", "ask-pick:one:x", "delete:1:x"] {
            assert_eq!(text.parse::<CustomId>(), Err(Stale), "{text}");
        }
    }
}
