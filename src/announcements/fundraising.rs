//! Whether a text asks for money for somebody else. As a 501(c)(3) the PSF cannot raise funds for other organisations;
//! for itself and its fiscal sponsorees it can.
//!
//! Owns the finding; what follows is the author's to say. It errs towards finding: a needless warning costs a click.

/// Words and names that stand for asking for money. Each begins a word; a space stands between words.
const ASKING: [&str; 25] = [
    "donat",
    "fundrais",
    "fund rais",
    "crowdfund",
    "raise money",
    "raising money",
    "raise funds",
    "raising funds",
    "give money",
    "send money",
    "financial support",
    "financial contribution",
    "support financially",
    "contribute financially",
    "chip in",
    "pledge",
    "become a sponsor",
    "sponsor us",
    "sponsor our",
    "gofundme",
    "patreon",
    "opencollective",
    "open collective",
    "github com sponsors",
    "paypal",
];

/// The PSF's own names and sites.
const OWN: [&str; 6] =
    ["psf", "python software foundation", "python org", "psfmember org", "pyfound blogspot com", "psfmember"];

/// The first part of a text that asks for money and names neither the PSF nor one of its `sponsorees` itself.
#[must_use]
pub fn money_for_others<'a>(text: &'a str, sponsorees: &[String]) -> Option<&'a str> {
    sentences(text).find(|sentence| {
        let words = words(sentence);
        let asks = ASKING.iter().any(|asking| words.contains(&format!(" {asking}")));
        let names = |name: &str| words.contains(&format!(" {name} "));
        let is_ours =
            OWN.iter().any(|name| names(name)) || sponsorees.iter().any(|name| names(self::words(name).trim()));
        asks && !is_ours
    })
}

/// Parts that end with a line, or with a full stop that is followed by white space (one inside of an address is not).
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends = |line: &str| -> Vec<usize> {
        line.char_indices()
            .filter(|&(at, c)| {
                matches!(c, '.' | '!' | '?') && line[at + 1..].starts_with(|next: char| next.is_whitespace())
            })
            .map(|(at, _)| at + 1)
            .chain([line.len()])
            .collect()
    };
    text.lines().flat_map(move |line| {
        let mut start = 0;
        let parts: Vec<&str> = ends(line)
            .into_iter()
            .map(|end| {
                let part = &line[start..end];
                start = end;
                part.trim()
            })
            .collect();
        parts
    })
}

/// The words of a text in small letters, one space before, between and after.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        money_for_others(text, &["PyLadies".to_owned(), "Boston Python".to_owned()])
    }

    #[test]
    fn asking_for_the_psf_or_a_sponsoree_is_fine() {
        for text in [
            "Donate to the PSF today!",
            "Our fundraiser: https://www.python.org/psf/donations/",
            "Please donate to PyLadies.",
            "Boston Python is raising money for its hall.",
            "The Grants Program pays for venues. Office hours are tomorrow.",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn asking_for_others_is_found() {
        for (text, part) in [
            (
                "PyCon Nowhere needs you. Please donate at https://example.org/give.",
                "Please donate at https://example.org/give.",
            ),
            ("Help the team\nhttps://www.gofundme.com/f/python-camp", "https://www.gofundme.com/f/python-camp"),
            ("The PSF says hello! Chip in for our friends of DjangoGirls.", "Chip in for our friends of DjangoGirls."),
            ("DONATIONS welcome", "DONATIONS welcome"),
            ("Support us: github.com/sponsors/somebody", "Support us: github.com/sponsors/somebody"),
        ] {
            assert_eq!(found(text), Some(part), "{text}");
        }
    }

    #[test]
    fn a_name_counts_as_a_whole_word_only() {
        assert_eq!(found("Donate to the PSFX"), Some("Donate to the PSFX"));
        assert_eq!(found("Undonated"), None);
    }
}
