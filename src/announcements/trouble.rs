//! What needs staff: a delivery that failed or is held, or a step of it that failed.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use super::{DeliveryState, Kind, Posted, Step, UnknownWord};
use crate::ids::{ChannelId, DeliveryId};
use crate::message::{Message, cut, one_line, unescape_markdown};

/// Longest title that is repeated, in characters.
const TITLE: usize = 120;

/// A part of a delivery that can fail by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The message itself.
    Message,
    /// A step after it.
    After(Step),
}

impl Part {
    /// The word, as stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::After(step) => step.as_str(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Part {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        if word == Self::Message.as_str() { Ok(Self::Message) } else { word.parse().map(Self::After) }
    }
}

/// Which part of which delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TroubleKey {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The part of it.
    pub part: Part,
}

impl fmt::Display for TroubleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.delivery, self.part)
    }
}

impl TroubleKey {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (delivery, part) = text.split_once('.')?;
        Some(Self { delivery: DeliveryId(delivery.parse().ok()?), part: part.parse().ok()? })
    }
}

/// A part of a delivery that needs, or needed, staff; as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which it is.
    pub key: TroubleKey,
    /// What it is about.
    pub kind: Kind,
    /// Where.
    pub channel: ChannelId,
    /// What the announcement is called; empty where nothing tells.
    pub title: String,
    /// How far it is; a step that is done counts as delivered.
    pub state: DeliveryState,
    /// Why it failed or is held, in words for staff.
    pub problem: Option<String>,
    /// When it was last tried, where it failed or is held.
    pub tried_at: DateTime<Utc>,
    /// Whether the announcement was taken back: nothing is to be posted, but something may have to be looked for.
    pub withdrawn: bool,
    /// The message, where it stands.
    pub message: Option<Posted>,
}

impl Trouble {
    /// Whether it waits for staff.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, DeliveryState::Failed | DeliveryState::Held)
    }

    /// What a message is called: its frame's headline, or the first line of its text without the marks around it.
    #[must_use]
    pub fn title_of(message: &Message) -> String {
        let framed = message.embed.as_ref().and_then(|embed| embed.title.clone());
        let first = || message.content.lines().map(|line| line.trim_matches(['*', ' '])).find(|line| !line.is_empty());
        let title = framed.or_else(|| first().map(unescape_markdown)).unwrap_or_default();
        cut(&one_line(&title), TITLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for part in [Part::Message, Part::After(Step::Edit), Part::After(Step::Delete)] {
            let key = TroubleKey { delivery: DeliveryId(12), part };
            assert_eq!(TroubleKey::read(&key.to_string()), Some(key));
        }
        for text in ["", "12", "x.edit", "12.gossip", "12."] {
            assert_eq!(TroubleKey::read(text), None, "{text}");
        }
    }
}
