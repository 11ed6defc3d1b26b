//! Words as the index sees them: lower case, without accents, stemmed, abbreviations and synonyms under one name,
//! words without meaning left out. Articles and questions go through the same door, so they meet in the middle.

use std::collections::{HashMap, HashSet};

use deunicode::deunicode;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation;

/// Politeness and filler, which say nothing on what is asked. All other small words stay: how seldom the articles use a word
/// says what it is worth.
const STOP_WORDS: &str = "hi hello hey dear please thanks thank thx ty lol ok okay oh um uh well guys folks sir madam everyone friends \
    team regards cheers";

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

/// Cuts texts into [`Word`]s.
pub(super) struct Words {
    stemmer: Stemmer,
    stop: HashSet<&'static str>,
    /// By their first stem, the longest first.
    phrases: HashMap<String, Vec<Phrase>>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("phrases", &self.phrases.len()).finish_non_exhaustive()
    }
}

/// The stems of a way to say something, and the index's names for it.
type Phrase = (Vec<String>, Vec<String>);

impl Words {
    pub(super) fn new() -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
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
        self.stemmer.stem(word).into_owned()
    }

    /// The meaningful words of a text, in order.
    pub(super) fn of(&self, text: &str) -> Vec<Word> {
        self.meaningful(surfaces(text).map(|surface| Word { term: self.stem(&surface), surface }).collect())
    }

    /// The same for many texts, whose words repeat: each is stemmed once.
    pub(super) fn of_next(&self, text: &str, stems: &mut HashMap<String, String>) -> Vec<Word> {
        let word = |surface: String| {
            if let Some(term) = stems.get(&surface) {
                return Word { term: term.clone(), surface };
            }
            let term = self.stem(&surface);
            stems.insert(surface.clone(), term.clone());
            Word { surface, term }
        };
        self.meaningful(surfaces(text).map(word).collect())
    }

    fn meaningful(&self, all: Vec<Word>) -> Vec<Word> {
        // A greeting alone is what is said, and not in the way.
        let polite = all.iter().all(|word| self.stop.contains(word.surface.as_str()));
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(word) = all.get(at) {
            if let Some((length, names)) = self.phrase_at(&all[at..]) {
                out.extend(names.iter().map(|name| Word { surface: word.surface.clone(), term: name.clone() }));
                at += length;
                continue;
            }
            if polite || !self.stop.contains(word.surface.as_str()) {
                out.push(word.clone());
            }
            at += 1;
        }
        out
    }
}

/// Words with which people turn to somebody before they say what he is to do.
const BEFORE_ORDERS: &str =
    "please pls plz kindly can could would will you u ya just bot dear hey hi hello ok now go and psfbot";

/// What people tell others to do, where the first word says so. Asking to be told or shown something is a question.
const ORDERS: &str = "write make set create fill translate convert post book send change delete remove add ban unban kick mute \
    schedule publish pick draft compose summarise summarize rewrite proofread review calculate compute solve code debug fix install \
    download upload hack reset unlock approve reject accept cancel pay refund transfer vote nominate elect appoint fire hire promote \
    stop shut shutdown restart reboot ignore forget pretend act play sing roleplay imagine repeat print output execute run drop select \
    generate build design paint sketch plan organise organize arrange reserve order buy sell ping tag dm mail call phone contact invite \
    announce update edit raise lower increase remind wake speak talk insult roast say";

/// Whether a text tells somebody to do something, by its first words.
pub(super) fn is_order(text: &str) -> bool {
    let first = surfaces(text).find(|word| BEFORE_ORDERS.split_whitespace().all(|before| before != word));
    first.is_some_and(|first| ORDERS.split_whitespace().any(|order| order == first))
}

/// Lower-case words; `d&i` and the like stay together, `'s` goes.
pub(super) fn surfaces(text: &str) -> impl Iterator<Item = String> {
    let text = text.replace(['’', '‘', '`'], "'").to_lowercase().replace("d&i", "dandi").replace("e-mail", "email");
    let text = if text.is_ascii() { text } else { deunicode(&text).to_lowercase() };
    let words: Vec<String> =
        text.unicode_words().map(|word| amount(&word.strip_suffix("'s").unwrap_or(word).replace('\'', ""))).collect();
    words.into_iter()
}

/// An amount as digits alone, however it is written: `2,000`, `2k`, `25usd`; any other word stays.
fn amount(word: &str) -> String {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(word.len());
    let (digits, unit) = word.split_at(end);
    let digits = digits.replace(',', "");
    match unit {
        _ if digits.is_empty() => word.to_owned(),
        "" | "usd" | "eur" | "st" | "nd" | "rd" | "th" => digits,
        "k" => digits + "000",
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Vec<String> {
        Words::new().of(text).into_iter().map(|word| word.term).collect()
    }

    #[test]
    fn abbreviations_and_their_long_forms_are_one() {
        for (short, long) in [
            ("CoC", "the code of conduct"),
            ("GWG", "Grants Working Group"),
            ("DiR", "Developers in Residence"),
            ("D&I", "diversity and inclusion"),
        ] {
            assert!(terms(long).ends_with(&terms(short)), "{short}");
        }
    }

    #[test]
    fn an_amount_is_the_same_however_it_is_written() {
        assert_eq!(terms("2,000 2k 2000usd $2,000 2000"), ["2000"; 5]);
        assert_eq!(terms("3.14 2fa 13th"), ["3.14", "2fa", "13"]);
    }

    #[test]
    fn what_is_to_be_done_is_no_question() {
        for order in ["Write me a grant proposal", "can you pls fill in the form for me", "Set the session to 15:00"] {
            assert!(is_order(order), "{order}");
        }
        for question in ["can I send the form later?", "how do I write a proposal", "do you make grants"] {
            assert!(!is_order(question), "{question}");
        }
    }

    #[test]
    fn politeness_says_nothing() {
        assert_eq!(terms("Hello dear friends, who's in charge please?"), ["who", "in", "charg"]);
        assert_eq!(terms("Hello!"), ["hello"]);
    }
}
