//! A feed's bytes become entries.
//!
//! Owns the choice among the dialects and the meaning of their elements. The XML and JSON are read by `feed-rs`,
//! after `dialect` and `json_feed` have brought them into a shape that it reads well.

use chrono::{DateTime, Utc};
use feed_rs::model;
use sha2::{Digest, Sha256};
use url::Url;

use super::entry::{Entry, Feed};
use super::html::{self, Picture};
use super::{charset, dialect, json_feed};
use crate::message;

/// A thumbnail narrower than this is shown only where there is nothing better, pixels.
const SMALL: u32 = 200;
/// How far into a page its link to a feed is looked for, bytes.
const HEAD: usize = 256 * 1024;

/// Why bytes aren't a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Nothing at all.
    #[error("the feed is empty: not a single byte came")]
    Empty,
    /// A web page.
    #[error("this is a web page, not a feed{}", match .feed { Some(feed) => format!("; it names its feed: {feed}"), None => String::new() })]
    Html {
        /// The feed that the page names.
        feed: Option<Url>,
    },
    /// Something else.
    #[error("this is neither RSS nor Atom nor JSON Feed")]
    NotAFeed,
    /// It ends in the middle.
    #[error("the feed breaks off in the middle")]
    BrokenOff,
    /// It can't be read.
    #[error("the feed is malformed: {0}")]
    Malformed(String),
}

impl From<quick_xml::Error> for ParseError {
    fn from(error: quick_xml::Error) -> Self {
        let text = error.to_string();
        Self::Malformed(message::cut(&message::one_line(&text), 200))
    }
}

impl ParseError {
    /// A web page, with the feed that it names.
    pub(super) fn html(page: &str, base: &Url) -> Self {
        Self::Html { feed: alternate(page, base) }
    }
}

/// Reads a feed. `content_type` is the server's word on it; `base` is where it came from.
///
/// # Errors
/// When it isn't a feed, or is broken; the text says which.
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: &Url) -> Result<Feed, ParseError> {
    let decoded = charset::decode(bytes, content_type);
    let text = decoded.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    let (document, format) = match text.chars().next() {
        None => return Err(ParseError::Empty),
        Some('<') if is_page(text) => return Err(ParseError::html(text, base)),
        Some('<') => {
            let canonical = dialect::canonical(text, base)?;
            (canonical.xml, canonical.format)
        }
        Some('{') => json_feed::canonical(text)?,
        Some(_) => return Err(ParseError::NotAFeed),
    };
    let parser = feed_rs::parser::Builder::new().sanitize_content(false).id_generator(|_, _, _| String::new()).build();
    let feed = parser.parse(document.as_bytes()).map_err(|error| ParseError::Malformed(error.to_string()))?;
    Ok(convert(feed, format, base))
}

fn convert(feed: model::Feed, format: String, base: &Url) -> Feed {
    let web = |url: &Url| matches!(url.scheme(), "http" | "https");
    let site = feed.links.iter().filter(|link| is_page_link(link)).find_map(|link| Url::parse(&link.href).ok());
    // A feed out of a file has no address of its own; the site that it names serves as one.
    let base = Some(base).filter(|base| web(base)).or(site.as_ref().filter(|site| web(site)));
    let authors = names(&feed.authors);
    let reader = Reader { base, feed_author: authors, rss: format.starts_with("RSS") };
    let entries = feed.entries.into_iter().filter_map(|entry| reader.entry(&entry)).collect();
    Feed { title: feed.title.map(|title| plain(&title)).unwrap_or_default(), format, entries }
}

struct Reader<'a> {
    base: Option<&'a Url>,
    feed_author: Option<String>,
    rss: bool,
}

impl Reader<'_> {
    /// An entry; `None` for one that says nothing at all.
    fn entry(&self, entry: &model::Entry) -> Option<Entry> {
        let id = entry.id.trim();
        let href = entry
            .links
            .iter()
            .find(|link| is_page_link(link))
            .map(|link| link.href.trim())
            .filter(|href| !href.is_empty());
        let url = href
            .and_then(|href| self.resolve(href))
            .or_else(|| Url::parse(id).ok().filter(|_| self.rss).and_then(web_only));
        let title = entry.title.as_ref().map(plain).unwrap_or_default();
        let base = entry
            .base
            .as_deref()
            .and_then(|base| Url::parse(base).ok())
            .or_else(|| url.clone())
            .or_else(|| self.base.cloned());
        let reading = read_text(entry, base.as_ref());
        let key = [Some(id), url.as_ref().map(Url::as_str), href].into_iter().flatten().find(|key| !key.is_empty());
        let key = match key {
            // Verbatim, but for a character that no database stores and no author means.
            Some(key) => key.replace('\0', ""),
            None => digest_of(&title, &reading.summary)?,
        };
        let published = entry.published;
        // The parser fills RSS's missing "updated" with the date of publication.
        let updated = entry.updated.filter(|at| !(self.rss && Some(*at) == published));
        let picture = attached_picture(entry, self.base, false)
            .or(reading.picture)
            .or_else(|| attached_picture(entry, self.base, true));
        Some(Entry {
            key,
            url,
            title,
            summary: reading.summary,
            author: names(&entry.authors).or_else(|| self.feed_author.clone()),
            published: published.and_then(sensible),
            updated: updated.and_then(sensible),
            image_alt: picture.as_ref().and_then(|picture| picture.alt.clone()),
            image: picture.map(|picture| picture.url),
            categories: categories(entry),
        })
    }

    fn resolve(&self, href: &str) -> Option<Url> {
        let absolute = Url::parse(href).or_else(|error| self.base.ok_or(error)?.join(href));
        absolute.ok().and_then(web_only)
    }
}

/// The summary and the first picture: the entry's own summary if it has one, else its text.
fn read_text(entry: &model::Entry, base: Option<&Url>) -> html::Reading {
    let is_plain = |kind: &str| kind == "text/plain";
    let content = entry
        .content
        .as_ref()
        .and_then(|content| Some((content.body.as_deref()?, is_plain(content.content_type.as_str()))));
    let summary = entry.summary.as_ref().map(|text| (text.content.as_str(), is_plain(text.content_type.as_str())));
    let read = |(text, plain): (&str, bool)| match plain {
        true => html::Reading { summary: html::read_plain(text), picture: None },
        false => html::read(text, base),
    };
    let mut readings = [summary, content].into_iter().flatten().map(read);
    let mut first = readings.next().unwrap_or_default();
    if first.summary.is_empty() || first.picture.is_none() {
        for other in readings {
            first.picture = first.picture.or(other.picture);
            first.summary = if first.summary.is_empty() { other.summary } else { first.summary };
        }
    }
    first
}

/// A picture that comes with an entry rather than in its text.
fn attached_picture(entry: &model::Entry, base: Option<&Url>, small: bool) -> Option<Picture> {
    let thumbnails = entry.media.iter().flat_map(|media| &media.thumbnails).map(|thumbnail| {
        let image = &thumbnail.image;
        (image.uri.clone(), image.width, image.height, image.description.clone())
    });
    let contents = entry.media.iter().flat_map(|media| &media.content).filter_map(|content| {
        let kind = content.content_type.as_ref().map(|kind| kind.as_str().to_owned());
        let url = content.url.as_ref()?;
        let is_image = kind.map_or_else(|| looks_like_picture(url), |kind| kind.starts_with("image/"));
        is_image.then(|| (url.to_string(), content.width, content.height, None))
    });
    let links =
        entry.links.iter().filter(|link| link.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")));
    let links = links.map(|link| (link.href.clone(), None, None, None));
    contents.chain(links).chain(thumbnails).find_map(|(address, width, height, alt): (String, _, _, Option<String>)| {
        let is_small = width.or(height).is_some_and(|side: u32| side < SMALL);
        let absolute = Url::parse(&address).or_else(|error| base.ok_or(error)?.join(&address)).ok()?;
        let url = html::picture_url(absolute.as_str(), width, height).filter(|_| small || !is_small)?;
        Some(Picture { url, alt: alt.map(|alt| message::one_line(&alt)).filter(|alt| !alt.is_empty()) })
    })
}

fn looks_like_picture(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"].iter().any(|end| path.ends_with(end))
}

/// Whether a link leads to the page of a feed or entry, not to its comments, attachments or other forms.
fn is_page_link(link: &model::Link) -> bool {
    let attachment = link.media_type.as_deref().is_some_and(|kind| !kind.contains("html"));
    link.target.is_none() && link.rel.as_deref().is_none_or(|rel| rel == "alternate") && !attachment
}

fn web_only(url: Url) -> Option<Url> {
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

fn plain(text: &model::Text) -> String {
    html::plain_text(&text.content)
}

/// Names of people, once each.
fn names(people: &[model::Person]) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in people.iter().filter_map(|person| person.name.as_deref()).map(html::plain_text) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| message::cut(&names.join(", "), message::limits::AUTHOR))
}

fn categories(entry: &model::Entry) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for category in &entry.categories {
        let name = html::plain_text(category.label.as_deref().unwrap_or(&category.term));
        if !name.is_empty() && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// A date that a person could have written; others upset what computes with them.
fn sensible(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    use chrono::Datelike;
    (1970..=9999).contains(&at.year()).then_some(at)
}

/// The key of an entry that has neither id nor address.
fn digest_of(title: &str, summary: &str) -> Option<String> {
    let text = if title.is_empty() { summary } else { title };
    (!text.is_empty()).then(|| format!("urn:sha256:{:x}", Sha256::digest(text.as_bytes())))
}

fn is_page(text: &str) -> bool {
    let start = text[..text.floor_char_boundary(64)].to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head")
}

/// The feed that a page names by `<link rel="alternate" type="application/rss+xml">`.
fn alternate(page: &str, base: &Url) -> Option<Url> {
    let head = &page[..page.floor_char_boundary(HEAD)];
    head.match_indices('<').find_map(|(at, _)| {
        let tag = head[at + 1..].get(..4).filter(|name| name.eq_ignore_ascii_case("link"))?;
        let content = head[at + 1..].split('>').next()?.trim_end_matches('/');
        let start = quick_xml::events::BytesStart::from_content(content, tag.len());
        let value = |name: &str| {
            let mut attributes = start.html_attributes();
            let mut attributes = attributes.with_checks(false).flatten();
            let found = attributes.find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(name))?;
            Some(html::plain_text(&found.value))
        };
        let kind = value("type")?.to_ascii_lowercase();
        let is_feed = ["rss+xml", "atom+xml", "feed+json"].iter().any(|known| kind.contains(known));
        let is_alternate = value("rel")?.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
        (is_feed && is_alternate).then(|| base.join(&value("href")?).ok().and_then(web_only))?
    })
}

#[cfg(test)]
mod tests;
