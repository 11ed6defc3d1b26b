//! What an author is warned of before an announcement is sent, and must confirm: dates that are past by then, and an
//! announcement much like one of the last days.
//!
//! Owns the findings, which err towards finding: a needless warning costs a click. Refuses to know whether an address answers;
//! it only names those that a wording holds.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use url::Url;

use super::Wording;
use super::when::date_in_words;

/// A date further back than this is told on purpose: a year mistyped is one or two off.
const MISTYPED: Months = Months::new(24);

/// From this share of common wording on two announcements are much alike.
const ALIKE: f64 = 0.6;

/// Words that are compared together.
const SHINGLE: usize = 3;

/// A text of fewer words is short.
const SHORT: usize = 8;

/// Something to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// These dates are past when it is sent, as they are written.
    PastDates(Vec<String>),
    /// This address leads nowhere, and how that is known.
    DeadLink {
        /// As it is written.
        address: String,
        /// In words for staff.
        problem: String,
    },
    /// It is much like this one.
    Alike {
        /// What that one is called.
        title: String,
        /// When that one was, or is, due.
        at: DateTime<Utc>,
    },
    /// It pings every member of the server.
    Everyone,
}

impl Warning {
    /// What a confirmed ping of everyone is kept under.
    pub const EVERYONE: &'static str = "everyone";

    /// What a confirmation is kept under: another finding has another one.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::PastDates(dates) => format!("past:{}", fingerprint(dates.iter().map(String::as_str))),
            Self::DeadLink { address, .. } => format!("dead:{}", fingerprint([address.as_str()])),
            Self::Alike { title, at } => format!("alike:{}", fingerprint([title.as_str(), &at.to_rfc3339()])),
            Self::Everyone => Self::EVERYONE.to_owned(),
        }
    }
}

/// A short name for some texts, the same each time.
#[must_use]
pub fn fingerprint<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(format!("{}:{text}\n", text.len()));
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

impl Wording {
    /// The dates in it that are past at an instant everywhere on earth, as they are written. One without a year could be any.
    #[must_use]
    pub fn past_dates(&self, at: DateTime<Utc>) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for text in [&self.title, &self.body] {
            let dates = dates(text).into_iter().filter(|(_, end)| is_past(*end, at));
            found.extend(dates.map(|(written, _)| written));
        }
        let mut seen = BTreeSet::new();
        found.retain(|written| seen.insert(written.clone()));
        found
    }

    /// The web addresses that it holds, each once.
    #[must_use]
    pub fn addresses(&self) -> Vec<Url> {
        let fields = [&self.link, &self.image].map(|address| super::wording::web_address(address));
        let written = addresses_in(&self.body).filter_map(|address| Url::parse(address).ok());
        let mut found: Vec<Url> = Vec::new();
        for url in fields.into_iter().flatten().chain(written) {
            if !found.contains(&url) {
                found.push(url);
            }
        }
        found
    }
}

/// Whether two texts are much alike, whatever their marks and capitals. Of short ones, which share much by chance, whether they
/// say the same.
#[must_use]
pub fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (plain_words(one), plain_words(other));
    if one.len().min(other.len()) < SHORT {
        return !one.is_empty() && one == other;
    }
    let (one, other) = (shingles(&one), shingles(&other));
    let common = one.intersection(&other).count();
    let all = one.union(&other).count();
    #[expect(clippy::cast_precision_loss, reason = "a message has some hundred words")]
    let share = common as f64 / all.max(1) as f64;
    share >= ALIKE
}

fn plain_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Groups of words next to each other.
fn shingles(words: &[String]) -> BTreeSet<String> {
    words.windows(SHINGLE).map(|group| group.join(" ")).collect()
}

fn is_past(end: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    end <= at && at.checked_sub_months(MISTYPED).is_some_and(|earliest| end > earliest)
}

/// The dates of a text as they are written, each with the instant at which it is over everywhere.
fn dates(text: &str) -> Vec<(String, DateTime<Utc>)> {
    let mut found = timestamps(text);
    let plain = without_addresses(text);
    let words = words(&plain);
    for three in words.windows(3) {
        let &[first, second, third] = three else { continue };
        let between = [&plain[first.1..second.0], &plain[second.1..third.0]];
        let Some(day) = date([first, second, third].map(|(start, end)| &plain[start..end]), between) else { continue };
        // The day is over last in the zone that is farthest behind.
        let over = day.succ_opt().and_then(|next| next.and_hms_opt(12, 0, 0));
        if let Some(over) = over {
            found.push((plain[first.0..third.1].to_owned(), over.and_utc()));
        }
    }
    found
}

/// `<t:1795262400:F>`.
fn timestamps(text: &str) -> Vec<(String, DateTime<Utc>)> {
    let inside = text.split("<t:").skip(1).filter_map(|rest| rest.split_once('>')).map(|(inside, _)| inside);
    inside
        .filter_map(|inside| {
            let seconds = inside.split(':').next()?.parse().ok()?;
            Some((format!("<t:{inside}>"), DateTime::from_timestamp(seconds, 0)?))
        })
        .collect()
}

/// `5 November 2026`, `5th of Nov. 2026`, `November 5, 2026`, `2026-11-05`, `30/10/2026`: three words and what stands between
/// them. Without a year it could be any, and is none.
fn date(words: [&str; 3], between: [&str; 2]) -> Option<NaiveDate> {
    let is_beside = |gap: &str| matches!(gap.trim(), "" | "," | "." | ".,") && gap.len() <= 3;
    let in_numbers = match (words, between) {
        ([_, month, day], ["-", "-"]) if month.len() == 2 && day.len() == 2 => words.join("-").parse().ok(),
        ([first, second, year], ["/", "/"] | [".", "."]) if year.len() == 4 => date_in_numbers(first, second, year),
        _ => None,
    };
    let in_words = || if between.into_iter().all(is_beside) { date_in_words(words).ok() } else { None };
    in_numbers.or_else(in_words)
}

/// Where both numbers could be the month, the later of the two days: what is past then is past whichever is meant.
fn date_in_numbers(first: &str, second: &str, year: &str) -> Option<NaiveDate> {
    let number = |word: &str| word.parse::<u32>().ok().filter(|_| word.len() <= 2);
    let (first, second, year) = (number(first)?, number(second)?, year.parse().ok()?);
    let readings = [(first, second), (second, first)];
    readings.into_iter().filter_map(|(day, month)| NaiveDate::from_ymd_opt(year, month, day)).max()
}

/// Where the words of a text stand; the `of` in a date counts as none.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// A text with blanks in place of its addresses, whose numbers are no dates.
fn without_addresses(text: &str) -> String {
    let mut plain = text.replace(" of ", " ");
    for address in addresses_in(text).map(str::to_owned).collect::<Vec<_>>() {
        plain = plain.replace(&address, "|");
    }
    plain
}

/// What begins like a web address, up to what can't be part of one as people write it.
fn addresses_in(text: &str) -> impl Iterator<Item = &str> {
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    starts.filter(|rest| rest.starts_with("https://") || rest.starts_with("http://")).map(|rest| {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ']' | '"' | '`' | '*'));
        rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '_', '~'])
    })
}

/// How long back an announcement is compared with others.
pub const LATELY: TimeDelta = TimeDelta::days(14);

#[cfg(test)]
mod tests {
    use super::*;

    fn past_at(text: &str, at: &str) -> Vec<String> {
        let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
        Wording { body: text.to_owned(), ..Wording::default() }.past_dates(at)
    }

    fn past(text: &str) -> Vec<String> {
        past_at(text, "2026-11-21T12:00:00Z")
    }

    #[test]
    fn a_day_is_over_when_it_is_over_everywhere() {
        let text = "Until 20 November 2026";
        assert!(past_at(text, "2026-11-21T11:59:59Z").is_empty());
        assert_eq!(past_at(text, "2026-11-21T12:00:00Z"), ["20 November 2026"]);
    }

    #[test]
    fn dates_that_went_by_are_found_however_they_are_written() {
        assert_eq!(past("Come on 5 November 2026!"), ["5 November 2026"]);
        assert_eq!(past("From the 5th of November, 2026 on"), ["5th November, 2026"]);
        assert_eq!(
            past("On **Nov. 5, 2026**, 2026-11-06 and <t:1762300800:F>"),
            ["<t:1762300800:F>", "Nov. 5, 2026", "2026-11-06"]
        );
        assert_eq!(past("5–7 November 2025"), ["7 November 2025"]);
        assert_eq!(past("until 30 Oct 2026, or October 30, 2026"), ["30 Oct 2026", "October 30, 2026"]);
        assert_eq!(past("by Oct. 30th, 2026 or 9.Sept.2026"), ["Oct. 30th, 2026", "9.Sept.2026"]);
        assert_eq!(past("twice 2026-11-05, 2026-11-05"), ["2026-11-05"]);
    }

    #[test]
    fn a_date_in_numbers_is_past_when_it_is_whichever_number_is_the_month() {
        assert_eq!(past("From 30/10/2026, 30.10.2026"), ["30/10/2026", "30.10.2026"]);
        assert_eq!(past("10/30/2026 and 28.–31.10.2026."), ["10/30/2026", "31.10.2026"]);
        assert_eq!(past("5/11/2026"), ["5/11/2026"], "in May or November");
        for text in ["12/10/2026", "10.12.2026", "30/12/2026", "31/02/2026", "30/10/26", "30 / 10 / 2026"] {
            let found = past(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_past_date_is_none() {
        for text in [
            "On 5 December 2026 and 2026-11-21",
            "https://example.org/2026-11-05/x and <https://example.org/5-november-2026>",
            "The PSF was founded on March 6, 2001.",
            "5 November, 31 February 2026, 2026-13-01, 99 May 2026, May I come in 2026",
            "October 30, 30 Oct. and Oct. 30th, 9:00",
            "日本語 2026 年 11 月",
            "",
        ] {
            let found = past(text);
            assert!(found.is_empty(), "{text}: {found:?}");
        }
    }

    #[test]
    fn texts_are_alike_whatever_their_marks() {
        let first = "**Board elections open!** Vote by December 1 at python.org/psf, and tell your friends about it.";
        assert!(are_alike(
            first,
            "Board elections OPEN: vote by December 1 at python.org/psf and tell your friends about it"
        ));
        assert!(!are_alike(first, "Grants office hours are tomorrow at nine; bring your questions to the channel."));
        assert!(are_alike("News", "news!") && !are_alike("", "news") && !are_alike("Good news", "Bad day"));
    }

    #[test]
    fn addresses_are_found_without_what_ends_a_sentence() {
        let wording = Wording {
            body: "See https://example.org/a. And [this](https://example.org/b), <https://example.org/a>".to_owned(),
            link: "python.org/psf".to_owned(),
            ..Wording::default()
        };
        let found: Vec<String> = wording.addresses().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["https://python.org/psf", "https://example.org/a", "https://example.org/b"]);
    }
}
