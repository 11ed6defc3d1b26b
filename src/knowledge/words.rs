//! Words as the index sees them: lower case, without accents, stemmed, abbreviations and synonyms under one name,
//! words without meaning left out. Articles and questions go through the same door, so they meet in the middle.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bm25::{DefaultTokenizer, Language, Tokenizer};
use unicode_segmentation::UnicodeSegmentation;

/// Words that say nothing on what is asked. Question words ("who", "when", "how much") stay: they tell a date from a person.
const STOP_WORDS: &str = "a an the is are was were be been being am im i me my mine we our ours us you your yours u ur he she it its \
    they them their theirs this that these those there here do does did doing done have has had having of to in on at by for from \
    with into onto as and or but so if then than just also too very really some any all both such only own same would could should \
    shall may might must can will s t d ll re ve m don isn aren doesn didn won hi hello hey dear thanks thank thx please pls plz lol \
    rn ok okay yes oh um well about tell know want wanna need like get got gets give gives let lets say says said please anyone \
    anybody someone somebody something anything thing things stuff way whether still now currently exactly actually maybe guys \
    what which sir madam wondering wonder curious question questions asking ask heard im ive id theres whats";

/// What people call the same thing, one meaning a line: the name the index uses, then other ways to say it.
const SYNONYMS: &str = include_str!("synonyms.txt");

/// A word of a question or an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was written, in lower case.
    pub(super) surface: String,
    /// As the index knows it.
    pub(super) term: String,
}

/// Cuts texts into [`Word`]s; clones share the tables.
#[derive(Debug, Clone)]
pub(super) struct Words(Arc<Tables>);

/// The stems of a way to say something, and the index's names for it.
type Phrase = (Vec<String>, Vec<String>);

#[derive(Debug)]
struct Tables {
    stemmer: DefaultTokenizer,
    stop: HashSet<&'static str>,
    /// By their first stem, the longest first.
    phrases: HashMap<String, Vec<Phrase>>,
}

impl Tables {
    fn new() -> Self {
        let stemmer = DefaultTokenizer::builder().language_mode(Language::English).stopwords(false).build();
        let mut words = Self { stemmer, stop: STOP_WORDS.split_whitespace().collect(), phrases: HashMap::new() };
        for line in SYNONYMS.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, ways)) = line.split_once(':') else { continue };
            let names: Vec<String> = name.split_whitespace().map(|word| words.stem(word)).collect();
            for way in ways.split(',') {
                let stems: Vec<String> = surfaces(way).map(|word| words.stem(&word)).collect();
                if let Some(first) = stems.first() {
                    words.phrases.entry(first.clone()).or_default().push((stems, names.clone()));
                }
            }
        }
        for ways in words.phrases.values_mut() {
            ways.sort_by_key(|(stems, _)| std::cmp::Reverse(stems.len()));
        }
        words
    }

    fn phrase_at(&self, words: &[Word]) -> Option<(usize, &[String])> {
        let ways = self.phrases.get(&words.first()?.term)?;
        let fits = |stems: &[String]| {
            stems.len() <= words.len() && stems.iter().zip(words).all(|(stem, word)| *stem == word.term)
        };
        ways.iter().find(|(stems, _)| fits(stems)).map(|(stems, names)| (stems.len(), names.as_slice()))
    }

    /// The stem of one word.
    fn stem(&self, word: &str) -> String {
        self.stemmer.tokenize(word).concat()
    }
}

impl Words {
    pub(super) fn new() -> Self {
        Self(Arc::new(Tables::new()))
    }

    /// The meaningful words of a text, in order.
    pub(super) fn of(&self, text: &str) -> Vec<Word> {
        let all: Vec<Word> = surfaces(text).map(|surface| Word { term: self.0.stem(&surface), surface }).collect();
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(word) = all.get(at) {
            if let Some((length, names)) = self.0.phrase_at(&all[at..]) {
                out.extend(names.iter().map(|name| Word { surface: word.surface.clone(), term: name.clone() }));
                at += length;
                continue;
            }
            if !self.0.stop.contains(word.surface.as_str()) && !word.term.is_empty() {
                out.push(word.clone());
            }
            at += 1;
        }
        out
    }

    /// The names of a text's meaningful words, in order.
    pub(super) fn terms(&self, text: &str) -> Vec<String> {
        self.of(text).into_iter().map(|word| word.term).collect()
    }
}

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        self.terms(text)
    }
}

/// Lower-case words; `d&i` and the like stay together, `'s` goes.
fn surfaces(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace(['’', '‘', '`'], "'").to_lowercase().replace("d&i", "dandi").replace("e-mail", "email");
    let words: Vec<String> =
        text.unicode_words().map(|word| word.strip_suffix("'s").unwrap_or(word).replace('\'', "")).collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_and_their_long_forms_are_one() {
        let words = Words::new();
        for (short, long) in [
            ("CoC", "the code of conduct"),
            ("GWG", "Grants Working Group"),
            ("DiR", "Developers in Residence"),
            ("D&I", "diversity and inclusion"),
        ] {
            assert_eq!(words.tokenize(short), words.tokenize(long), "{short}");
        }
    }

    #[test]
    fn small_words_and_greetings_say_nothing() {
        assert_eq!(Words::new().tokenize("Hello, please can you tell me who's in charge?"), ["who", "charg"]);
    }
}
