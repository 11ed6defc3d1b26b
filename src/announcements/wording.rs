//! What an announcement says: what was typed into the form, and the contact that was chosen.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Contact, money_for_others};
use crate::message::{is_deceptive, length, limits, one_line};

/// What the form takes, in characters. All at their longest do not fit one message;
/// [`Obstacle::TooLong`](super::Obstacle::TooLong) says so.
pub mod fields {
    /// Title.
    pub const TITLE: u16 = 150;
    /// Text.
    pub const BODY: u16 = 1800;
    /// Addresses of the link and of the image.
    pub const URL: u16 = 500;
    /// Description of the image.
    pub const IMAGE_ALT: u16 = 300;
}

/// What was typed into the form, cleaned of control and direction characters, and whom it names for questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Headline, plain text.
    pub title: String,
    /// Text, in Discord's Markdown.
    pub body: String,
    /// Address of more; empty for none.
    pub link: String,
    /// Address of a picture; empty for none.
    pub image: String,
    /// What the picture shows.
    pub image_alt: String,
    /// Whom members can turn to, chosen from the configuration's; part of the signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

impl Wording {
    /// Takes what was typed.
    #[must_use]
    pub fn typed(title: &str, body: &str, link: &str, image: &str, image_alt: &str) -> Self {
        Self {
            title: one_line(title),
            body: cleaned(body),
            link: one_line(link),
            image: one_line(image),
            image_alt: one_line(image_alt),
            contact: None,
        }
    }

    /// The same with this contact, or without one.
    #[must_use]
    pub fn signed(self, contact: Option<Contact>) -> Self {
        Self { contact, ..self }
    }

    /// Whether the same was typed into the form, whoever is named for questions.
    #[must_use]
    pub fn is_typed_as(&self, other: &Self) -> bool {
        self.clone().signed(None) == other.clone().signed(None)
    }

    /// Its parts in the order of the form, the contact last, as they stand in a history.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let Self { title, body, link, image, image_alt, contact } = self.clone();
        vec![title, body, link, image, image_alt, contact.map(|contact| contact.plain()).unwrap_or_default()]
    }

    /// The first part that asks for money for others; see [`money_for_others`].
    #[must_use]
    pub fn money_for_others(&self, sponsorees: &[String]) -> Option<&str> {
        [&self.title, &self.body, &self.link].into_iter().find_map(|text| money_for_others(text, sponsorees))
    }
}

/// Text of several lines as it can be shown.
fn cleaned(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text = unix.chars().filter(|&c| !is_deceptive(c)).collect::<String>();
    // What nobody sees is no text; between letters it has its use.
    let is_visible = |c: char| !c.is_whitespace() && !matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}');
    if text.contains(is_visible) { text.trim().to_owned() } else { String::new() }
}

/// An address as people type it, `https://` left out or not. `None` for what Discord would not open.
pub(super) fn web_address(text: &str) -> Option<Url> {
    if text.is_empty() {
        return None;
    }
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).ok()?;
    let host = url.host_str()?;
    let is_web = matches!(url.scheme(), "http" | "https") && host.contains('.');
    let has_login = !url.username().is_empty() || url.password().is_some();
    let is_plain = !url.as_str().contains(['<', '>', ' ']);
    (is_web && !has_login && is_plain && length(url.as_str()) <= limits::URL).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_deceive_are_taken_out() {
        let wording = Wording::typed("a\u{202E}b\nc", "x\u{0}\u{2066}y\tz", "", "", "");
        assert_eq!((wording.title.as_str(), wording.body.as_str()), ("ab c", "xy z"));
        assert_eq!(Wording::typed("t", "\u{200B} \u{2060}", "", "", "").body, "");
        assert_eq!(Wording::typed("t", "👩\u{200D}🚀", "", "", "").body, "👩\u{200D}🚀");
    }

    #[test]
    fn an_address_is_one_that_a_browser_opens() {
        for good in ["https://python.org", "python.org/a?b=c#d", "http://example.org:8080/x.png"] {
            assert!(web_address(good).is_some(), "{good}");
        }
        for bad in
            ["", "ftp://python.org", "https://user:pw@python.org", "localhost", "https://", "a b.org", "mailto:x@y.z"]
        {
            assert!(web_address(bad).is_none(), "{bad}");
        }
        assert!(web_address(&format!("https://python.org/{}", "x".repeat(600))).is_none());
    }
}
