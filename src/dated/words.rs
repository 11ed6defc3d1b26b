//! A question as words: lower case, without the punctuation around them.

/// A question's words.
#[derive(Debug, Clone)]
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let plain: String = text.chars().map(|c| if matches!(c, '–' | '—' | '‑') { '-' } else { c }).collect();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        Self(plain.to_lowercase().split_whitespace().map(bare).filter(|word| !word.is_empty()).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The word at a place; an empty one where there is none.
    pub(super) fn at(&self, place: usize) -> &str {
        self.0.get(place).map_or("", String::as_str)
    }

    /// The word so many places before; an empty one where there is none.
    pub(super) fn before(&self, place: usize, back: usize) -> &str {
        place.checked_sub(back).map_or("", |at| self.at(at))
    }

    /// Whether one of these words is among them.
    pub(super) fn any(&self, words: &[&str]) -> bool {
        self.0.iter().any(|word| words.contains(&word.as_str()))
    }

    /// Whether a word among them begins so.
    pub(super) fn any_begins(&self, beginnings: &[&str]) -> bool {
        self.0.iter().any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
    }

    /// Whether these words stand in it one after the other.
    pub(super) fn has(&self, phrase: &str) -> bool {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        self.0.windows(phrase.len()).any(|words| words.iter().zip(&phrase).all(|(word, wanted)| word == wanted))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}
