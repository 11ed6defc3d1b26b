//! Bringing a message to Discord's limits before it is stored, so that no later stage has to cut anything; and saying what
//! was cut, for whoever is shown a preview.

use super::{Embed, Message, cut, length, limits, one_line};

/// How much of the text before a cut is repeated, in characters.
const ENDS: usize = 40;

/// Longest note of a message that is late, in characters.
const LATE_NOTE: usize = 300;

/// A part of a message that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The plain part.
    Content,
    /// The frame's headline.
    Title,
    /// The frame's body.
    Description,
    /// The frame's author.
    Author,
    /// The frame's small print.
    Footer,
}

impl Place {
    /// What it is called, as the id of a text.
    #[must_use]
    pub const fn text_id(self) -> &'static str {
        match self {
            Self::Content => "cut-content",
            Self::Title => "cut-title",
            Self::Description => "cut-description",
            Self::Author => "cut-author",
            Self::Footer => "cut-footer",
        }
    }
}

/// What was cut, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Which part.
    pub place: Place,
    /// How long it was, in characters.
    pub length: usize,
    /// How long it is now.
    pub kept: usize,
    /// The last words before the cut.
    pub ends: String,
}

impl Cut {
    /// What became of `before`; `None` when it is whole.
    #[must_use]
    pub fn between(place: Place, before: &str, after: &str) -> Option<Self> {
        let (length, kept) = (length(before), length(after));
        (kept < length).then(|| Self { place, length, kept, ends: end_of(after) })
    }
}

/// The end of what was left, without the mark of the cut: from a word's beginning where there is one.
fn end_of(text: &str) -> String {
    let line = one_line(text.trim_end_matches('…'));
    let reversed: String = unicode_segmentation::UnicodeSegmentation::graphemes(line.as_str(), true).rev().collect();
    let tail = cut(&reversed, ENDS);
    let tail = tail.trim_end_matches('…');
    unicode_segmentation::UnicodeSegmentation::graphemes(tail, true).rev().collect()
}

impl Message {
    /// Cuts every part to Discord's limits, at a whole character, so that it can be sent whatever it was made from.
    #[must_use]
    pub fn fit(self) -> Self {
        self.fitted().0
    }

    /// As [`Message::fit`]; and what was cut.
    #[must_use]
    pub fn fitted(mut self) -> (Self, Vec<Cut>) {
        let mut cuts = Vec::new();
        self.late_note = self.late_note.map(|note| cut(&note, LATE_NOTE));
        // Room for the note, should it be needed.
        let room = limits::CONTENT - self.late_note.as_ref().map_or(0, |note| length(note) + 1);
        self.content = noting(&mut cuts, Place::Content, &self.content, room);
        self.embed = self.embed.map(|embed| embed.fitted(&mut cuts));
        self.links.retain(|link| length(link.url.as_str()) <= limits::URL);
        self.buttons.truncate(limits::BUTTONS);
        for button in &mut self.buttons {
            button.label = cut(&button.label, limits::BUTTON_LABEL);
        }
        let rows_left = limits::ROWS - self.buttons.len().div_ceil(limits::ROW);
        self.links.truncate(rows_left * limits::ROW);
        for link in &mut self.links {
            link.label = cut(&link.label, limits::BUTTON_LABEL);
        }
        let name = |name: String| cut(&one_line(&name), limits::THREAD_NAME);
        self.thread = self.thread.map(name).filter(|name| !name.is_empty());
        self.name = self.name.map(name).filter(|name| !name.is_empty());
        (self, cuts)
    }
}

fn noting(cuts: &mut Vec<Cut>, place: Place, text: &str, max: usize) -> String {
    let fitted = cut(text, max);
    cuts.extend(Cut::between(place, text, &fitted));
    fitted
}

impl Embed {
    fn fitted(mut self, cuts: &mut Vec<Cut>) -> Self {
        let mut fit = |place, text: Option<String>, max| {
            text.map(|text| noting(cuts, place, &text, max)).filter(|text| !text.trim().is_empty())
        };
        self.title = fit(Place::Title, self.title, limits::TITLE);
        self.author = fit(Place::Author, self.author, limits::AUTHOR);
        self.footer = fit(Place::Footer, self.footer, limits::FOOTER - limits::REFERENCE);
        self.url = self.url.filter(|url| length(url.as_str()) <= limits::URL);
        self.image = self.image.filter(|image| length(image.url.as_str()) <= limits::URL);
        let around: usize = [&self.title, &self.author, &self.footer].into_iter().flatten().map(|t| length(t)).sum();
        let room = limits::EMBEDS_TOTAL - limits::REFERENCE - around;
        self.description = noting(cuts, Place::Description, &self.description, limits::DESCRIPTION.min(room));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::announcements::{Nonce, Reference};
    use unicode_segmentation::UnicodeSegmentation;

    /// Ten thousand bytes and more of what is hard to cut.
    fn hard() -> [String; 6] {
        let nested = format!("👩{}", "\u{200D}👩".repeat(2500));
        [
            "👩‍👩‍👧‍👦".repeat(500),
            "漢字かな交じり文".repeat(500),
            "مرحبا بالعالم ".repeat(500),
            "e\u{301}\u{302}".repeat(2500),
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿🇫🇷".repeat(400),
            // One character without an end.
            nested,
        ]
    }

    #[test]
    fn every_part_fits_with_its_reference_and_is_cut_between_characters() {
        for text in hard() {
            assert!(text.len() >= 10_000);
            let embed = Embed {
                title: Some(text.clone()),
                description: text.clone(),
                author: Some(text.clone()),
                footer: Some(text.clone()),
                ..Embed::default()
            };
            let message = Message {
                content: text.clone(),
                embed: Some(embed),
                late_note: Some(text.clone()),
                ..Message::default()
            };
            let (fitted, cuts) = message.fitted();
            assert_eq!(cuts.len(), 5, "{cuts:?}");
            let whole: std::collections::HashSet<&str> = text.graphemes(true).collect();
            let embed = fitted.embed.clone().unwrap();
            let footer = Reference::random().footer(embed.footer.as_deref());
            let parts =
                [embed.title.unwrap_or_default(), embed.description, embed.author.unwrap_or_default(), footer.clone()];
            assert!(parts.iter().map(|part| length(part)).sum::<usize>() <= limits::EMBEDS_TOTAL);
            assert!(length(&footer) <= limits::FOOTER && length(&parts[0]) <= limits::TITLE);
            assert!(
                fitted.content.trim_end_matches('…').graphemes(true).all(|g| whole.contains(g)),
                "cut inside a character"
            );
            let late = crate::announcements::as_sent(
                &fitted,
                chrono::DateTime::UNIX_EPOCH,
                chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(1),
            );
            assert!(length(&late.content) <= limits::CONTENT);
            assert!(late.content.ends_with(&fitted.content), "nothing is cut when it is sent");
            assert!(!Nonce::random().as_str().is_empty());
        }
    }

    #[test]
    fn a_cut_says_where_it_is() {
        let text = format!("{} and this is where it ends for good", "word ".repeat(395));
        let (_, cuts) = Message { content: format!("{text} beyond").repeat(2), ..Message::default() }.fitted();
        insta::assert_debug_snapshot!(cuts, @r#"
        [
            Cut {
                place: Content,
                length: 4034,
                kept: 1997,
                ends: "word word word and this is where it",
            },
        ]
        "#);
    }
}
