//! What a period's texts speak of more than those of the period before: words and phrases of up to three words.
//!
//! A term counts once a text, however often it is in there. What stands out is told by the log-odds ratio of the two shares
//! with a prior of both periods together (Monroe, Colaresi and Quinn, "Fightin' Words", 2008), over its standard error: what
//! was said twice and never before does not pass for more than what was said by a third and before by a tenth. A term of one
//! text alone is never shown.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use sha2::{Digest, Sha256};
use unicode_segmentation::UnicodeSegmentation;

use super::{END, FOUND, SubmissionId};

/// Words of a phrase.
const WORDS: usize = 3;

/// Texts of a period that a term is shown from.
const LEAST: usize = 2;

/// Weight of the prior, in texts.
const PRIOR: f64 = 10.0;

/// Share of a term's texts from which on a longer one says the same.
const COVERED: f64 = 0.75;

/// Longest term that is shown, in bytes.
const LONGEST: usize = 60;

/// How many times as many terms are looked at as are shown: those that are too long as they are written are left out.
const SPARE: usize = 10;

/// Characters of an example before and after its term.
const AROUND: usize = 40;

/// Small words of the English language, and those that every feedback holds.
static STOP_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let english = stop_words::lookup(stop_words::Language::English).unwrap_or_default();
    let polite = [
        "please", "thanks", "thank", "hi", "hello", "really", "also", "would", "could", "get", "got", "like", "nothing",
    ];
    english.iter().copied().chain(polite).collect()
});

/// What somebody wrote: the boxes of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its row.
    pub id: SubmissionId,
    /// What was written, box by box.
    pub boxes: Vec<String>,
}

/// A word or phrase that stands out.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Names it in a button: it follows from its stems, and tells nothing of them.
    pub key: String,
    /// As it is mostly written.
    pub shown: String,
    /// The texts of the period that hold it, each with the words around it, which stands between [`FOUND`] and [`END`]. In
    /// the order in which they were given.
    pub told: Vec<(SubmissionId, String)>,
    /// How many of the period before hold it.
    pub before: usize,
}

/// A word where it stands.
struct Word {
    stem: u32,
    /// Whether it is too small to begin or end a phrase.
    is_small: bool,
    at: Range<usize>,
}

/// A text with its words; a `None` stands where no phrase goes across.
struct Read<'a> {
    told: &'a Told,
    boxes: Vec<Vec<Option<Word>>>,
}

type Key = [u32; WORDS];

/// No word.
const NONE: u32 = u32::MAX;

/// The terms that stand out in `now` against `before`, most first: `most` of them.
#[must_use]
pub fn stand_out(now: &[Told], before: &[Told], most: usize) -> Vec<Term> {
    let mut reader = Reader::new();
    let now: Vec<Read<'_>> = now.iter().map(|told| reader.read(told)).collect();
    let before: Vec<Read<'_>> = before.iter().map(|told| reader.read(told)).collect();
    let frequent = frequent(&now);
    let counts = counts(&now, &frequent);
    let earlier = counts_of(&before, &counts);
    let sizes = (as_f64(now.len()), as_f64(before.len()));
    let mut ranked: Vec<(f64, Key, usize)> = counts
        .iter()
        .map(|(key, &count)| (score(count, earlier.get(key).copied().unwrap_or(0), sizes), *key, count))
        .collect();
    let words = |key: &Key| key.iter().filter(|stem| **stem != NONE).count();
    ranked.sort_by(|a, b| {
        let by_size = || (b.2, words(&b.1)).cmp(&(a.2, words(&a.1)));
        b.0.total_cmp(&a.0).then_with(by_size).then_with(|| reader.names(&a.1).cmp(&reader.names(&b.1)))
    });
    let longer = longer(&counts);
    ranked.retain(|(_, key, count)| longer.get(key).is_none_or(|of| as_f64(*of) < COVERED * as_f64(*count)));
    // Finding a term's examples reads all texts, so what is surely too long, and what nobody will see, is left out before.
    ranked.retain(|(_, key, _)| reader.names(key).iter().map(|stem| stem.len()).sum::<usize>() <= LONGEST);
    let term = |(_, key, _): &(f64, Key, usize)| term(key, &now, earlier.get(key).copied().unwrap_or(0), &reader);
    let candidates = ranked.iter().take(most.saturating_mul(SPARE));
    candidates.map(term).filter(|term| term.shown.len() <= LONGEST).take(most).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
const fn as_f64(count: usize) -> f64 {
    count as f64
}

/// How far the two shares are apart, in standard errors.
fn score(now: usize, before: usize, (all_now, all_before): (f64, f64)) -> f64 {
    let (now, before) = (as_f64(now), as_f64(before));
    let prior = PRIOR * (now + before) / (all_now + all_before);
    let odds = |count: f64, all: f64| ((count + prior) / (all - count + PRIOR - prior).max(0.5)).ln();
    let error = (1.0 / (now + prior) + 1.0 / (before + prior)).sqrt();
    (odds(now, all_now) - odds(before, all_before)) / error
}

/// The words that stand in enough texts: no phrase is in more texts than each of its words.
fn frequent(texts: &[Read<'_>]) -> HashSet<u32> {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for text in texts {
        let stems: HashSet<u32> = text.boxes.iter().flatten().flatten().map(|word| word.stem).collect();
        for stem in stems {
            *counts.entry(stem).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count >= LEAST).map(|(stem, _)| stem).collect()
}

/// In how many texts each term is that is in enough of them.
fn counts(texts: &[Read<'_>], frequent: &HashSet<u32>) -> HashMap<Key, usize> {
    let mut counts: HashMap<Key, usize> = HashMap::new();
    for text in texts {
        let keys: HashSet<Key> = text.terms().map(|(key, ..)| key).collect();
        for key in keys.into_iter().filter(|key| key.iter().all(|stem| *stem == NONE || frequent.contains(stem))) {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= LEAST);
    counts
}

/// In how many other texts the same terms are.
fn counts_of(texts: &[Read<'_>], known: &HashMap<Key, usize>) -> HashMap<Key, usize> {
    let mut counts: HashMap<Key, usize> = HashMap::new();
    for text in texts {
        let keys: HashSet<Key> = text.terms().map(|(key, ..)| key).filter(|key| known.contains_key(key)).collect();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts
}

/// For each term in how many texts a longer one is that has it inside, at most.
fn longer(counts: &HashMap<Key, usize>) -> HashMap<Key, usize> {
    let mut longer: HashMap<Key, usize> = HashMap::new();
    for (key, &count) in counts {
        let size = key.iter().filter(|stem| **stem != NONE).count();
        for length in 1..size {
            for part in key[..size].windows(length) {
                let mut inside = [NONE; WORDS];
                inside[..length].copy_from_slice(part);
                let most = longer.entry(inside).or_default();
                *most = count.max(*most);
            }
        }
    }
    longer
}

fn term(key: &Key, now: &[Read<'_>], before: usize, reader: &Reader) -> Term {
    let mut told = Vec::new();
    let mut ways: BTreeMap<String, usize> = BTreeMap::new();
    for text in now {
        if let Some((_, at, place)) = text.terms().find(|(found, ..)| found == key) {
            let written = &text.told.boxes[at];
            *ways.entry(written[place.clone()].to_lowercase()).or_default() += 1;
            told.push((text.told.id, around(written, place)));
        }
    }
    let shown = ways.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0))).map(|(way, _)| way);
    let digest = Sha256::digest(reader.names(key).join(" "));
    let key = digest[..6].iter().fold(String::new(), |key, byte| format!("{key}{byte:02x}"));
    Term { key, shown: shown.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "), told, before }
}

/// The words around a place on one line, cut between words where that is near.
fn around(text: &str, at: Range<usize>) -> String {
    let head: Vec<&str> = text[..at.start].graphemes(true).rev().take(AROUND + 1).collect();
    let tail: Vec<&str> = text[at.end..].graphemes(true).take(AROUND + 1).collect();
    let mut before: String = head.iter().take(AROUND).rev().copied().collect();
    let mut after: String = tail.iter().take(AROUND).copied().collect();
    if head.len() > AROUND {
        before = format!("…{}", before.split_once(char::is_whitespace).map_or(before.as_str(), |(_, rest)| rest));
    }
    if tail.len() > AROUND {
        after = format!("{}…", after.rsplit_once(char::is_whitespace).map_or(after.as_str(), |(rest, _)| rest));
    }
    let line = |text: &str| text.split(['\n', '\r', '\t']).collect::<Vec<_>>().join(" ");
    format!("{}{FOUND}{}{END}{}", line(&before), line(&text[at]), line(&after))
}

impl Read<'_> {
    /// Every term with the box that it is in and where.
    fn terms(&self) -> impl Iterator<Item = (Key, usize, Range<usize>)> {
        self.boxes.iter().enumerate().flat_map(|(at, words)| {
            let starts = (0..words.len()).flat_map(move |start| (1..=WORDS).map(move |length| (start, length)));
            starts.filter_map(move |(start, length)| {
                let phrase: Vec<&Word> =
                    words.get(start..start + length)?.iter().map(Option::as_ref).collect::<Option<_>>()?;
                let (first, last) = (phrase.first()?, phrase.last()?);
                if first.is_small || last.is_small {
                    return None;
                }
                let mut key = [NONE; WORDS];
                for (place, word) in key.iter_mut().zip(&phrase) {
                    *place = word.stem;
                }
                Some((key, at, first.at.start..last.at.end))
            })
        })
    }
}

/// Reads texts, and numbers the stems.
struct Reader {
    stemmer: Stemmer,
    numbers: HashMap<String, u32>,
    stems: Vec<String>,
}

impl Reader {
    fn new() -> Self {
        Self { stemmer: Stemmer::create(Algorithm::English), numbers: HashMap::new(), stems: Vec::new() }
    }

    fn read<'a>(&mut self, told: &'a Told) -> Read<'a> {
        Read { told, boxes: told.boxes.iter().map(|text| self.words(text)).collect() }
    }

    /// The stems of a term.
    fn names(&self, key: &Key) -> Vec<&str> {
        key.iter().filter_map(|stem| self.stems.get(usize::try_from(*stem).ok()?)).map(String::as_str).collect()
    }

    /// The words of a text. Punctuation, addresses and mentions part phrases.
    fn words(&mut self, text: &str) -> Vec<Option<Word>> {
        let mut words = Vec::new();
        for (start, piece) in pieces(text) {
            if is_address(piece) {
                words.push(None);
                continue;
            }
            for (at, bound) in piece.split_word_bound_indices() {
                if bound.chars().any(char::is_alphanumeric) {
                    words.push(Some(self.word(bound, start + at)));
                } else if !bound.chars().all(|c| c.is_whitespace() || c == '-') {
                    words.push(None);
                }
            }
        }
        words
    }

    fn word(&mut self, written: &str, at: usize) -> Word {
        let lower = written.to_lowercase().replace('’', "'");
        let is_small = STOP_WORDS.contains(lower.as_str())
            || lower.chars().nth(1).is_none() && lower.is_ascii()
            || !lower.chars().any(char::is_alphabetic);
        let stem = self.stemmer.stem(&lower).into_owned();
        let next = u32::try_from(self.stems.len()).unwrap_or(NONE);
        let number = *self.numbers.entry(stem.clone()).or_insert(next);
        if number == next {
            self.stems.push(stem);
        }
        Word { stem: number, is_small, at: at..at + written.len() }
    }
}

/// What stands between white space, with where it begins.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|piece| (piece.as_ptr().addr() - text.as_ptr().addr(), piece))
}

fn is_address(piece: &str) -> bool {
    piece.contains("://") || piece.starts_with("www.") || piece.contains('@') || piece.contains("<#")
}

/// Names a set of submissions in a button, so that a click on it means these and no others.
#[must_use]
pub fn fingerprint(ids: impl IntoIterator<Item = SubmissionId>) -> String {
    let ids: BTreeSet<SubmissionId> = ids.into_iter().collect();
    let all = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    Sha256::digest(all)[..4].iter().fold(String::new(), |key, byte| format!("{key}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(texts: &[&str]) -> Vec<Told> {
        texts.iter().map(|text| Told { id: SubmissionId::random(), boxes: vec![(*text).to_owned()] }).collect()
    }

    fn shown(now: &[&str], before: &[&str]) -> Vec<(String, usize, usize)> {
        let terms = stand_out(&told(now), &told(before), 8);
        terms.into_iter().map(|term| (term.shown, term.told.len(), term.before)).collect()
    }

    fn is(expected: &[(&str, usize, usize)]) -> Vec<(String, usize, usize)> {
        expected.iter().map(|(shown, now, before)| ((*shown).to_owned(), *now, *before)).collect()
    }

    #[test]
    fn stems_meet_and_a_phrase_covers_its_words() {
        let now = [
            "The visa letter was late.",
            "Please send visa letters earlier!",
            "No VISA LETTER at all, again",
            "Nice organisers",
        ];
        assert_eq!(shown(&now, &["organisers were nice", "the organiser was late"]), is(&[("visa letter", 3, 0)]));
    }

    #[test]
    fn what_was_said_as_often_before_stands_behind_what_is_new() {
        let now = ["grants rules", "grants delay", "grants rules", "grants delay", "grants x1", "grants delay"];
        let before = ["grants a1", "grants b1", "grants c1", "grants rules", "grants rules", "grants e1"];
        let terms = shown(&now, &before);
        assert_eq!(terms[0], ("grants delay".to_owned(), 3, 0));
        assert!(terms.iter().any(|term| term.0 == "grants" && (term.1, term.2) == (6, 6)), "{terms:?}");
        assert_eq!(terms.last().unwrap().0, "grants rules".to_owned(), "{terms:?}");
    }

    #[test]
    fn one_text_alone_small_words_numbers_and_addresses_are_no_terms() {
        let once = ["a peculiar remark, a peculiar remark", "it was what it was and is 2026 100"];
        assert_eq!(shown(&once, &[]), is(&[]));
        let same = [
            "see https://example.org/secret @someone it was 2026",
            "see https://example.org/secret @someone it was 2026",
        ];
        assert_eq!(shown(&same, &[]), is(&[("see", 2, 0)]));
        assert_eq!(shown(&[], &["a", "b"]), is(&[]));
    }

    #[test]
    fn punctuation_parts_phrases_and_small_words_stand_inside() {
        let now = ["letters of invitation. Money", "the letter of invitation; money"];
        assert_eq!(shown(&now, &[]), is(&[("letter of invitation", 2, 0), ("money", 2, 0)]));
    }

    #[test]
    fn an_example_says_where_it_was_found_and_stays_short() {
        let text = format!("{}the visa letter{}", "before ".repeat(40), " after".repeat(40));
        let terms = stand_out(&told(&[&text, "visa\nletter"]), &[], 8);
        let (_, example) = &terms.iter().find(|term| term.shown == "visa letter").unwrap().told[0];
        assert!(example.starts_with("…before") && example.contains("\u{1}visa letter\u{2} after"), "{example}");
        assert!(example.ends_with("after…") && example.len() < 110, "{example}");
    }

    #[test]
    fn words_that_are_too_long_to_be_shown_hide_no_others() {
        let long: String = (0..300).map(|n| format!("{}{n}. ", "x".repeat(70))).collect();
        let text = format!("{long}visa");
        let terms = stand_out(&told(&[&text, &text]), &[], 8);
        assert_eq!(terms.iter().map(|term| term.shown.as_str()).collect::<Vec<_>>(), ["visa"]);
    }

    #[test]
    fn a_button_names_a_term_by_its_stems_and_a_set_by_its_members() {
        let key = |texts: &[&str]| stand_out(&told(texts), &[], 1).remove(0).key;
        assert_eq!(key(&["visa letter", "visa letters"]), key(&["Visa letters", "VISA letters", "visa letters"]));
        assert!(key(&["visa", "visa"]).len() == 12 && key(&["visa", "visa"]) != key(&["grant", "grant"]));
        let (one, two) = (SubmissionId::random(), SubmissionId::random());
        assert_eq!(fingerprint([one, two]), fingerprint([two, one, one]));
        assert_ne!(fingerprint([one, two]), fingerprint([one]));
    }

    proptest! {
        #[test]
        fn any_text_is_read(texts in prop::collection::vec("(\\PC|[ \n.]){0,80}", 0..6), more in "\\PC{0,40}") {
            let mut all: Vec<&str> = texts.iter().map(String::as_str).collect();
            all.extend([more.as_str(), more.as_str()]);
            for term in stand_out(&told(&all), &told(&[&more]), 50) {
                prop_assert!(term.told.len() >= 2 && !term.shown.is_empty() && term.shown.len() <= LONGEST);
                prop_assert!(term.told.iter().all(|(_, example)| example.matches(FOUND).count() == 1));
            }
        }
    }
}
