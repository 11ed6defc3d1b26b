//! What staff do with submissions: which they look for ([`Filter`]), what several have in common ([`Theme`]), and what was
//! done with one ([`Deed`]).

use chrono::NaiveDate;

use super::{ReplyText, State, Touched};
use crate::ids::{ThemeId, ThemeReplyId};
use crate::message::{length, one_line};

/// Longest name of a theme, in characters.
pub const MAX_THEME: usize = 50;

/// What stands before words that were found by a search, and after them. No text holds either: control characters are not
/// kept.
pub const FOUND: char = '\u{1}';
/// See [`FOUND`].
pub const END: char = '\u{2}';

/// Themes that one submission may have.
pub const MOST_THEMES: usize = 10;

/// Which submissions staff look for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The programme's key.
    pub program: Option<String>,
    /// How far they are.
    pub state: Option<State>,
    /// A theme that they have.
    pub theme: Option<ThemeId>,
    /// The first day, in UTC.
    pub since: Option<NaiveDate>,
    /// Whether they have an author.
    pub named: Option<bool>,
}

impl Filter {
    /// As a button carries it: at most 80 characters.
    #[must_use]
    pub fn key(&self) -> String {
        let program = self.program.as_deref().unwrap_or_default();
        let state = self.state.map_or("", State::as_str);
        let theme = self.theme.map(|theme| theme.to_string()).unwrap_or_default();
        let since = self.since.map(|day| day.format("%Y%m%d").to_string()).unwrap_or_default();
        let sender = self.named.map_or("", |named| if named { "n" } else { "a" });
        format!("{program}.{state}.{theme}.{since}.{sender}")
    }

    /// What a button carries; `None` when nothing of ours wrote it.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split('.').collect();
        let [program, state, theme, since, sender] = parts[..] else { return None };
        let filled = |part: &str| (!part.is_empty()).then(|| part.to_owned());
        Some(Self {
            program: filled(program).filter(|key| key.len() <= 32),
            state: filled(state).map(|word| State::stored(&word).ok_or(())).transpose().ok()?,
            theme: filled(theme).map(|id| id.parse().map(ThemeId)).transpose().ok()?,
            since: filled(since).map(|day| NaiveDate::parse_from_str(&day, "%Y%m%d")).transpose().ok()?,
            named: match sender {
                "" => None,
                "n" => Some(true),
                "a" => Some(false),
                _ => return None,
            },
        })
    }
}

/// What several submissions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its row.
    pub id: ThemeId,
    /// What staff call it.
    pub name: ThemeName,
}

/// The name of a theme: one line of 1 to [`MAX_THEME`] characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeName(String);

impl ThemeName {
    /// Reads a name as it was typed; `None` when there is nothing in it, or too much.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let name = one_line(typed);
        (!name.is_empty() && length(&name) <= MAX_THEME && name.chars().any(super::answers::is_visible))
            .then_some(Self(name))
    }

    /// One out of the database.
    #[must_use]
    pub const fn stored(name: String) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many a text to a theme reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// Members who get it by direct message.
    pub told: i64,
    /// Members who read it under `/me` alone, because they have not agreed to be written to.
    pub reading: i64,
    /// Anonymous submissions, where it is read with the receipt.
    pub anonymous: i64,
}

impl Reach {
    /// Whether it reaches nobody.
    #[must_use]
    pub const fn is_nobody(&self) -> bool {
        self.told == 0 && self.reading == 0 && self.anonymous == 0
    }
}

/// A text to everybody whose submission has a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct ThemeText {
    /// Its row.
    pub id: ThemeReplyId,
    /// The theme.
    pub theme: Theme,
    /// What it says.
    pub text: ReplyText,
    /// Who sent it, and when.
    pub sent: Option<Touched>,
    /// How many were sent to the theme.
    pub earlier: i64,
    /// Whom it reaches if it is sent now.
    pub reach: Reach,
}

stored_words! {
    /// What somebody of the staff did.
    What {
        /// Read it.
        Acknowledge = "acknowledge",
        /// Found that there is nothing more to do.
        Resolve = "resolve",
        /// Wrote back.
        Reply = "reply",
        /// Gave it a theme.
        Tag = "tag",
        /// Took a theme from it.
        Untag = "untag",
        /// Found it to be a matter of conduct.
        Conduct = "conduct",
    }
}

/// What was done with a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What.
    pub what: What,
    /// Who did it, and when.
    pub touched: Touched,
    /// The theme that was given or taken.
    pub theme: Option<ThemeName>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_back_from_its_button() {
        let all = Filter {
            program: Some("k".repeat(32)),
            state: Some(State::Acknowledged),
            theme: Some(ThemeId(i64::MAX)),
            since: NaiveDate::from_ymd_opt(2026, 11, 1),
            named: Some(false),
        };
        for filter in [all, Filter::default()] {
            assert!(filter.key().len() <= 80, "{}", filter.key());
            assert_eq!(Filter::parse(&filter.key()), Some(filter));
        }
        for forged in ["", "....", "grants.new", ".old...", "..x..", "...20261301.", "....z"] {
            assert_eq!(Filter::parse(forged).is_some(), forged == "....", "{forged}");
        }
    }

    #[test]
    fn a_theme_has_a_name_that_can_be_read() {
        assert_eq!(ThemeName::parse(" Visa \u{202E} letters\n").unwrap().as_str(), "Visa letters");
        for typed in ["", " \u{200B} ", &"x".repeat(51)] {
            assert_eq!(ThemeName::parse(typed), None, "{typed}");
        }
    }
}
