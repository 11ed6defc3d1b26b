//! Whether a text asks for money for somebody else. As a 501(c)(3) the PSF cannot raise funds for other organisations;
//! for itself and its fiscal sponsorees it can.
//!
//! Owns the finding; what follows is the author's to say. It reads no grammar, only what stands next to what, and errs
//! towards finding: a needless warning costs a click.

use chrono::{Month, Weekday};
use url::Url;

use super::wording::web_address;

/// Words that ask for money. Each begins a word; a space stands between words.
const ASKING: [&str; 14] = [
    "donat",
    "fundrais",
    "fund rais",
    "crowdfund",
    "give money",
    "give generous",
    "send money",
    "financial support",
    "financial contribution",
    "chip in",
    "pledge",
    "become a sponsor",
    "sponsorship",
    "call for sponsors",
];

/// Words that ask for money together, the second somewhere after the first. Each begins a word.
const ASKING_APART: [(&[&str], &[&str]); 6] = [
    (&["raise", "raising"], &["$", "money", "fund", "usd", "dollar", "euros", "gbp"]),
    (&["support", "help"], &["financially"]),
    (&["contribut", "give"], &["fund", "financially"]),
    (&["goal"], &["$"]),
    (&["sponsors"], &["wanted", "needed", "welcome", "sought"]),
    (&["need", "seek", "looking"], &["sponsors"]),
];

/// Ways to send money. They ask for it where no other word of the sentence does.
const WAYS: [&str; 11] = [
    "gofundme",
    "patreon",
    "opencollective",
    "open collective",
    "github com sponsors",
    "paypal",
    "ko fi",
    "buymeacoffee",
    "buy me a coffee",
    "liberapay",
    "kickstarter",
];

/// The PSF's own names, and that of its conference.
const OWN: [&str; 6] = ["psf", "python software foundation", "pycon us", "python org", "psfmember org", "psfmember"];

/// The PSF's own sites.
const SITES: [&str; 4] = ["python.org", "psfmember.org", "pyfound.blogspot.com", "us.pycon.org"];

/// Words before `sponsor` that make it somebody who is one.
const BEFORE_A_SPONSOR: [&str; 10] = ["a", "an", "the", "our", "your", "their", "its", "this", "each", "fiscal"];

/// Words that may stand between the asking and whom it is for. They name nobody themselves.
const BETWEEN: [&str; 38] = [
    "a", "again", "an", "annual", "are", "be", "been", "big", "end", "for", "has", "help", "helps", "here", "in", "is",
    "its", "more", "needs", "new", "now", "of", "online", "please", "s", "support", "supports", "the", "this", "to",
    "today", "was", "welcomes", "will", "year", "yearly", "your", "$",
];

/// Words before an address.
const WHERE: [&str; 4] = ["at", "on", "via", "through"];

/// Words with a capital that name nobody whom money is raised for, besides months and days of the week.
const NEUTRAL: [&str; 9] = ["and", "github", "or", "pypi", "python", "tomorrow", "us", "we", "you"];

/// Words between `for` and somebody.
const ARTICLES: [&str; 11] = ["the", "a", "an", "our", "my", "his", "her", "their", "these", "those", "other"];

/// Signs of currencies; all of them are read as `$`.
const CURRENCIES: [char; 3] = ['$', '€', '£'];

/// What a word is to the asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Asks for money.
    Asks,
    /// Is a way to send some.
    Way,
    /// Names the PSF or a sponsoree.
    Us,
    /// Is an address of theirs.
    OurSite,
    /// Seems to name somebody else.
    Another,
    /// May stand between.
    Between,
    /// Is none of these.
    Plain,
}

/// A word or an address.
struct Word {
    /// In small letters; of an address its words.
    plain: String,
    written: String,
    address: Option<Url>,
}

/// The first part of a text that asks for money and is not plainly for the PSF or one of its `sponsorees`: it is where one
/// of them stands next to the asking, and nobody else is named after it.
#[must_use]
pub fn money_for_others<'a>(text: &'a str, sponsorees: &[String]) -> Option<&'a str> {
    let ours: Vec<String> = OWN.into_iter().chain(sponsorees.iter().map(String::as_str)).map(plain).collect();
    sentences(text).find(|sentence| {
        let words = words(sentence);
        let parts = parts(&words, &ours);
        parts.iter().position(|part| *part == Part::Asks).is_some_and(|first| !is_for_us(&words, &parts, first))
    })
}

/// Whether what is asked for, first at this word, is for us.
fn is_for_us(words: &[Word], parts: &[Part], first: usize) -> bool {
    let is_beside = |at: usize| {
        let leads_to_site = WHERE.contains(&words[at].plain.as_str()) && parts.get(at + 1) == Some(&Part::OurSite);
        parts[at] == Part::Between || leads_to_site
    };
    let near: Vec<Part> = (0..parts.len()).filter(|at| !is_beside(*at)).map(|at| parts[at]).collect();
    let stands = |one: Part, other: Part| near.windows(2).any(|pair| pair == [one, other]);
    let is_named = stands(Part::Asks, Part::Us) || stands(Part::Us, Part::Asks);
    // An address says where money goes less plainly than a name does.
    let is_linked = stands(Part::Asks, Part::OurSite) && !parts.contains(&Part::Another);
    let names_another =
        parts[first..].contains(&Part::Another) || (first..parts.len()).any(|at| is_for_another(words, parts, at));
    (is_named || is_linked) && !names_another
}

/// Whether somebody else follows this word in small letters: `for our friends`, `for flood victims`, `and the victims`.
fn is_for_another(words: &[Word], parts: &[Part], at: usize) -> bool {
    let has_article = words.get(at + 1).is_some_and(|word| ARTICLES.contains(&word.plain.as_str()));
    let leads_to_somebody = match words[at].plain.as_str() {
        "for" => true,
        "to" | "and" | "or" => has_article,
        _ => false,
    };
    let following = parts.get(at + 1 + usize::from(has_article)..).unwrap_or_default();
    let is_ours = following.iter().take(3).any(|part| matches!(part, Part::Us | Part::OurSite | Part::Asks));
    leads_to_somebody && following.first() == Some(&Part::Plain) && !is_ours
}

/// What each of the words is.
fn parts(words: &[Word], ours: &[String]) -> Vec<Part> {
    let mut found: Vec<Option<Part>> = words.iter().map(|word| site(word, ours)).collect();
    for at in 0..words.len() {
        if let Some((part, length)) = phrase(words, at, ours) {
            found[at..at + length].iter_mut().for_each(|found| *found = found.or(Some(part)));
        }
        for (firsts, seconds) in ASKING_APART {
            let begins = |at: &usize, with: &[&str]| with.iter().any(|with| words[*at].plain.starts_with(with));
            let second = (at + 1..words.len()).find(|second| begins(&at, firsts) && begins(second, seconds));
            for at in second.into_iter().flat_map(|second| [at, second]) {
                found[at] = found[at].or(Some(Part::Asks));
            }
        }
    }
    let asks = found.contains(&Some(Part::Asks));
    let parts = found.into_iter().enumerate().map(|(at, found)| match found {
        Some(Part::Way) if !asks => Part::Asks,
        found => found.unwrap_or_else(|| lone(&words[at], at == 0)),
    });
    parts.collect()
}

/// What an address is. One of ours has our site's or our name in its host, or a name of ours at its end.
fn site(word: &Word, ours: &[String]) -> Option<Part> {
    let address = word.address.as_ref()?;
    let host = address.host_str().unwrap_or_default();
    let last = address.path_segments().and_then(|mut segments| segments.rfind(|segment| !segment.is_empty()));
    let is_site = SITES.iter().any(|site| host == *site || host.ends_with(&format!(".{site}")));
    let is_named =
        ours.iter().any(|name| holds(&plain(host), name, " ") || last.is_some_and(|last| plain(last) == *name));
    let asks = ASKING.iter().chain(&WAYS).any(|asking| holds(&word.plain, asking, ""));
    Some(match (is_site || is_named, asks) {
        (true, _) => Part::OurSite,
        (false, true) => Part::Way,
        (false, false) => Part::Plain,
    })
}

/// A name, or words that ask, from this word on, with the number of their words.
fn phrase(words: &[Word], at: usize, ours: &[String]) -> Option<(Part, usize)> {
    let ahead = words[at..].iter().take_while(|word| word.address.is_none());
    let text: String = ahead.flat_map(|word| [word.plain.as_str(), " "]).collect();
    let begins = |phrase: &str, end: &str| text.strip_prefix(phrase).is_some_and(|rest| rest.starts_with(end));
    let count = |phrase: &str| phrase.split(' ').count();
    if let Some(name) = ours.iter().find(|name| begins(name, " ")) {
        return Some((Part::Us, count(name)));
    }
    if let Some(asking) = ASKING.iter().find(|asking| begins(asking, "")) {
        return Some((Part::Asks, count(asking)));
    }
    if let Some(way) = WAYS.iter().find(|way| begins(way, "")) {
        return Some((Part::Way, count(way)));
    }
    let is_somebody = at > 0 && BEFORE_A_SPONSOR.contains(&words[at - 1].plain.as_str());
    (words[at].plain == "sponsor" && !is_somebody).then_some((Part::Asks, 1))
}

/// What a word is that is part of no name and asks for nothing.
fn lone(word: &Word, is_first: bool) -> Part {
    let plain = word.plain.as_str();
    let is_day = plain.parse::<Month>().is_ok() || plain.parse::<Weekday>().is_ok();
    // The first word of a sentence has a capital anyway.
    let mut letters = word.written.chars().skip(usize::from(is_first));
    let has_capital =
        if is_first { letters.any(char::is_uppercase) } else { letters.next().is_some_and(char::is_uppercase) };
    if BETWEEN.contains(&plain) || plain.starts_with(|c: char| c.is_ascii_digit()) {
        Part::Between
    } else if has_capital && word.written.chars().count() > 1 && !is_day && !NEUTRAL.contains(&plain) {
        Part::Another
    } else {
        Part::Plain
    }
}

/// Parts that end with a line, or with a full stop that is followed by white space (one inside of an address is not).
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let stops = line.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
        let ends = stops.filter(|end| line[*end..].starts_with(char::is_whitespace)).chain([line.len()]);
        let mut start = 0;
        let parts: Vec<&str> = ends.map(|end| line[std::mem::replace(&mut start, end)..end].trim()).collect();
        parts
    })
}

/// The words and addresses of a sentence; a sign of a currency is a word.
fn words(sentence: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let marks = |c: char| c.is_whitespace() || "()[]<>{}|\"".contains(c);
    for piece in sentence.split(marks) {
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        // `$5.000` would do for a browser.
        let is_written = bare.contains('.') && !piece.contains(CURRENCIES);
        let address = if is_written { web_address(bare) } else { None };
        if address.is_some() {
            found.push(Word { plain: plain(bare), written: bare.to_owned(), address });
            continue;
        }
        let signs = piece.replace(CURRENCIES, " $ ");
        let written = signs.split(|c: char| !c.is_alphanumeric() && c != '$').filter(|word| !word.is_empty());
        found.extend(written.map(|written| Word {
            plain: written.to_lowercase(),
            written: written.to_owned(),
            address: None,
        }));
    }
    found
}

/// A text in small letters, with nothing but one space between its words.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether a plain text holds a phrase that begins with a word, and with `" "` ends with one.
fn holds(text: &str, phrase: &str, end: &str) -> bool {
    format!(" {text} ").contains(&format!(" {phrase}{end}"))
}

#[cfg(test)]
mod tests;
