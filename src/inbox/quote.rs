//! What members wrote, quoted where others read it, so that it can do nothing there.

use crate::message::{cut, harmless, length};

/// Lines that a quote shows, so that no card fills the screen with empty ones.
const LINES: usize = 15;

/// A quoted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quote {
    /// In Discord's Markdown, a quote on each line.
    pub(crate) text: String,
    /// Whether nothing was left out.
    pub(crate) is_whole: bool,
}

/// Quotes a text in so much room.
pub(crate) fn quote(text: &str, room: usize) -> Quote {
    let lines = text.lines().count();
    let kept = text.lines().take(LINES).collect::<Vec<_>>().join("\n");
    let kept = if lines > LINES { format!("{kept}\n…") } else { kept };
    let whole = marked(&kept);
    if length(&whole) <= room {
        return Quote { text: whole, is_whole: lines <= LINES };
    }
    // Escaping makes a text longer by what is in it, so the longest piece that fits is looked for.
    let (mut fits, mut too_long) = (0, length(&kept));
    while too_long - fits > 1 {
        let middle = usize::midpoint(fits, too_long);
        if length(&marked(&cut(&kept, middle))) <= room { fits = middle } else { too_long = middle }
    }
    Quote { text: marked(&cut(&kept, fits)), is_whole: false }
}

fn marked(text: &str) -> String {
    harmless(text).split('\n').map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quote_does_nothing() {
        let quote = quote("# big\n> @here <@&1> ||x||\n[click](http://evil.example) discord.gg/abc", 1000);
        assert_eq!(
            quote.text,
            "> \\# big\n> \\> \\@here \\<\\@&1> \\|\\|x\\|\\|\n> \\[click\\](http:\\/\\/evil.example) discord.gg\\/abc"
        );
        assert!(quote.is_whole);
    }

    #[test]
    fn a_long_one_is_cut_and_says_so() {
        let long = quote(&"word ".repeat(400), 100);
        assert!(!long.is_whole && long.text.ends_with('…') && length(&long.text) <= 100, "{long:?}");
        let many = quote(&"line\n".repeat(40), 1000);
        assert!(!many.is_whole && many.text.lines().count() == LINES + 1, "{many:?}");
    }

    proptest! {
        #[test]
        fn a_quote_fits_its_room(text in "(\\PC|[*/\n]){0,600}", room in 10_usize..700) {
            prop_assert!(length(&quote(&text, room).text) <= room);
        }
    }
}
