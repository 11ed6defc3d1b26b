use super::*;

fn found(text: &str) -> Option<&str> {
    money_for_others(text, &["PyLadies".to_owned(), "Boston Python".to_owned()])
}

#[test]
fn asking_for_the_psf_or_a_sponsoree_is_fine() {
    for text in [
        "Donate to the PSF today!",
        "DONATE TO THE PSF NOW",
        "Donate to the Python Software Foundation by Friday.",
        "Donate to the PSF and keep Python strong",
        "Donate to the PSF via PayPal",
        "Donations to the PSF are tax-deductible in the US.",
        "Become a PSF sponsor",
        "Our fundraiser: https://www.python.org/psf/donations/",
        "[Donate](https://www.python.org/psf/donations/)",
        "Donate at python.org/psf/donations.",
        "https://psfmember.org/donate",
        "https://pyladies.com/donate",
        "https://opencollective.com/boston-python",
        "Please donate to PyLadies.",
        "Boston Python is raising money for its hall.",
        "The PSF is raising funds",
        "The PSF's annual fundraiser is open.",
        "Sponsor the PSF",
        "Become a sponsor of PyCon US.",
        "PyCon US 2027 sponsorship is open",
        "Help the PSF raise $5,000",
        "Support the PSF financially",
        "Contribute to the legal fund of the PSF",
        "Give generously to the PSF",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn what_asks_for_no_money_is_fine() {
    for text in [
        "The Grants Program pays for venues. Office hours are tomorrow.",
        "Thank you to our sponsors",
        "PyCon US sponsors' booths open at 9",
        "Meet our sponsor PyCon Nowhere.",
        "PyCon Nowhere has a fiscal sponsor.",
        "Apply for a grant",
        "Contribute to CPython, support PyCon Nowhere and raise your hand!",
        "Raise your hand at EuroPython.",
        "Kofi Annan speaks",
        "",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn asking_for_others_is_found() {
    for text in [
        "Help PyCon Nowhere raise $5,000 for its venue",
        "Help us raise €5.000 for PyCon Nowhere!",
        "Help PyCon Nowhere reach its goal of $5.5k",
        "Sponsor PyCon Nowhere now",
        "Sponsors wanted for PyCon Nowhere",
        "PyCon Nowhere seeks sponsors",
        "Support PyCon Nowhere financially",
        "Contribute to the legal fund of X",
        "Give generously to PyCon Nowhere",
        "PyCon Nowhere 2027 sponsorship is open",
        "PyCon Nowhere is raising money for its hall",
        "https://ko-fi.com/somebody",
        "Find me on Ko-fi",
        "Coffee: buymeacoffee.com/somebody",
        "https://www.buymeacoffee.com/somebody",
        "DONATIONS welcome",
        "Support us: github.com/sponsors/somebody",
    ] {
        assert_eq!(found(text), Some(text), "{text}");
    }
}

#[test]
fn only_the_asking_part_is_told() {
    for (text, part) in [
        (
            "PyCon Nowhere needs you. Please donate at https://example.org/give.",
            "Please donate at https://example.org/give.",
        ),
        ("Help the team\nhttps://www.gofundme.com/f/python-camp", "https://www.gofundme.com/f/python-camp"),
        ("The PSF says hello! Chip in for our friends of DjangoGirls.", "Chip in for our friends of DjangoGirls."),
    ] {
        assert_eq!(found(text), Some(part), "{text}");
    }
}

#[test]
fn our_name_excuses_only_what_is_for_us() {
    for text in [
        "The PSF likes it: donate to PyCon Nowhere",
        "The PSF likes it: donate to the flood victims",
        "Donate to PyCon Nowhere (https://www.python.org/events/)",
        "Help PyCon Nowhere raise $5,000: https://www.python.org/events/",
        "Donate to the PSF and PyCon Nowhere",
        "Donate to the PSF and our friends",
        "The PSF is raising money for flood victims",
        "PyCon Nowhere is raising money at PyCon US",
        "This year at PyCon US, donate to the flood victims",
        "Sponsor PyCon Nowhere, a friend of PyLadies",
        "https://www.gofundme.com/f/psf-likes-camp",
    ] {
        assert_eq!(found(text), Some(text), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_written_never_panics(text in r"(donate|sponsors|PSF|pycon|us|to|Raise|\$5|ko-fi\.com/x|\PC| |\. ){0,24}") {
        let _found = found(&text);
    }
}

#[test]
fn a_name_counts_as_a_whole_word_only() {
    assert_eq!(found("Donate to the PSFX"), Some("Donate to the PSFX"));
    assert_eq!(found("Undonated"), None);
}
