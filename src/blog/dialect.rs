//! Brings what feeds really serve into the two XML dialects that the parser reads well: RSS 2.0 and Atom 1.0.
//!
//! The parser (`feed-rs`) takes Atom 0.3, RSS 0.90 and RSS elements in a namespace for empty feeds, refuses RSS
//! without a version or of versions 0.93 and 0.94, leaves out `rdf:about`, and gives up a whole feed for one empty or
//! oddly typed element. So the document is rewritten first: known elements in their canonical names, text properly
//! escaped, everything else left out. Entities of a DTD are never expanded.

use quick_xml::NsReader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};
use url::Url;

use super::parse::ParseError;

/// How deep `media:group` may nest.
const MAX_MEDIA_DEPTH: usize = 3;

/// A feed in canonical form.
pub(super) struct Canonical {
    /// The document.
    pub(super) xml: String,
    /// What it was, e.g. `Atom 0.3`.
    pub(super) format: String,
}

/// Which family of dialects a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Atom,
    Rss,
    Rdf,
}

/// Where an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Feed,
    Entry,
    Person,
    Media(usize),
}

/// Rewrites a document.
pub(super) fn canonical(text: &str, base: &Url) -> Result<Canonical, ParseError> {
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    config.trim_markup_names_in_closing_tags = true;
    let root = loop {
        match reader.read_resolved_event()? {
            (namespace, Event::Start(root)) => break (namespace_of(&namespace), root),
            (_, Event::Eof) => return Err(ParseError::NotAFeed),
            _ => {}
        }
    };
    let (namespace, root) = root;
    let version = attribute(&root, "version").unwrap_or_default();
    let family = match root.local_name().as_ref() {
        "feed" => Family::Atom,
        "rss" => Family::Rss,
        "RDF" => Family::Rdf,
        name if name.eq_ignore_ascii_case("html") => return Err(ParseError::html(text, base)),
        _ => return Err(ParseError::NotAFeed),
    };
    let mut rewriter = Rewriter { reader, out: String::with_capacity(text.len()), family, own: namespace.clone() };
    rewriter.document(&root, base)?;
    Ok(Canonical { format: format_name(family, &namespace, &rewriter.own, &version), xml: rewriter.out })
}

fn format_name(family: Family, root: &str, own: &str, version: &str) -> String {
    let known = match family {
        Family::Atom if root.contains("purl.org/atom") => "0.3",
        Family::Atom if root.ends_with("/2005/Atom") => "1.0",
        Family::Rdf if own.contains("/rss/1.0") => "1.0",
        Family::Rdf if own.contains("simple/0.9") => "0.90",
        Family::Rss | Family::Atom | Family::Rdf => version,
    };
    let known: String = known.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '.').take(8).collect();
    format!("{} {known}", if family == Family::Atom { "Atom" } else { "RSS" }).trim_end().to_owned()
}

struct Rewriter<'i> {
    reader: NsReader<&'i [u8]>,
    out: String,
    family: Family,
    /// The namespace that the dialect's own elements are in; empty for none.
    own: String,
}

impl Rewriter<'_> {
    fn document(&mut self, root: &BytesStart<'_>, base: &Url) -> Result<(), ParseError> {
        let base = joined_base(root, base);
        let extensions = concat!(
            r#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/""#,
            r#" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom""#,
        );
        let (open, close) = match self.family {
            Family::Atom => (format!(r#"<feed xmlns="http://www.w3.org/2005/Atom"{extensions}>"#), "</feed>"),
            Family::Rss => (format!(r#"<rss version="2.0"{extensions}>"#), "</rss>"),
            Family::Rdf => (format!(r#"<rss version="2.0"{extensions}><channel>"#), "</channel></rss>"),
        };
        self.out.push_str(&open);
        self.children(Place::Feed, &base)?;
        self.out.push_str(close);
        Ok(())
    }

    /// Copies what is known among the children of the element whose start was just read.
    fn children(&mut self, place: Place, base: &Url) -> Result<(), ParseError> {
        loop {
            let (namespace, event) = self.reader.read_resolved_event()?;
            match event {
                Event::Start(start) => {
                    let namespace = namespace_of(&namespace);
                    self.element(&namespace, &start, place, base)?;
                }
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(ParseError::BrokenOff),
                _ => {}
            }
        }
    }

    fn element(&mut self, namespace: &str, start: &BytesStart<'_>, place: Place, base: &Url) -> Result<(), ParseError> {
        let name = self.canonical_name(namespace, start);
        match (self.family, place, name.as_str()) {
            // RDF keeps its items beside the channel; its channel's elements go where RSS 2.0 has them.
            (Family::Rdf, Place::Feed, "channel") => {
                namespace.clone_into(&mut self.own);
                self.children(Place::Feed, base)
            }
            (Family::Rss, Place::Feed, "channel") => self.container(start, &name, Place::Feed, base),
            (Family::Atom, Place::Feed, "entry") | (Family::Rss | Family::Rdf, Place::Feed, "item") => {
                self.container(start, &name, Place::Entry, base)
            }
            (Family::Atom, Place::Feed | Place::Entry, "author") => self.container(start, &name, Place::Person, base),
            (_, Place::Entry, "media:group" | "media:content") => self.container(start, &name, Place::Media(1), base),
            (_, Place::Media(depth), "media:group" | "media:content") if depth < MAX_MEDIA_DEPTH => {
                self.container(start, &name, Place::Media(depth + 1), base)
            }
            (family, place, name) if is_leaf(family, place, name) => self.leaf(start, name, base),
            _ => {
                self.reader.read_to_end(start.name())?;
                Ok(())
            }
        }
    }

    fn container(&mut self, start: &BytesStart<'_>, name: &str, inside: Place, base: &Url) -> Result<(), ParseError> {
        let base = joined_base(start, base);
        self.open(start, name, &base, None);
        if let (Family::Rdf, Some(about)) = (self.family, attribute(start, "rdf:about")) {
            self.out.push_str(&format!("<guid>{}</guid>", escape(about.as_str())));
        }
        self.children(inside, &base)?;
        self.out.push_str(&format!("</{name}>"));
        Ok(())
    }

    /// Copies an element that holds text.
    fn leaf(&mut self, start: &BytesStart<'_>, name: &str, base: &Url) -> Result<(), ParseError> {
        let raw = self.reader.read_text(start.name())?.into_inner();
        let (text, has_elements) = plain(&raw)?;
        let name = self.modern_name(name);
        let markup =
            attribute(start, "type").as_deref() == Some("xhtml") || attribute(start, "mode").as_deref() == Some("xml");
        let is_prose = matches!(name, "title" | "summary" | "content" | "description" | "content:encoded");
        let mut content = if is_prose && (has_elements || markup) { raw.into_owned() } else { text };
        if matches!(name, "author" | "dc:creator" | "name") {
            content = without_mail_address(&content);
        }
        if content.trim().is_empty() && !matches!(name, "link" | "category" | "enclosure" | "media:thumbnail") {
            return Ok(());
        }
        let kind = (self.family == Family::Atom && is_prose).then(|| text_type(start, has_elements || markup));
        self.open(start, name, &joined_base(start, base), kind);
        self.out.push_str(&escape(content.trim()));
        self.out.push_str(&format!("</{name}>"));
        Ok(())
    }

    /// Writes a start tag; `kind` replaces the attributes that say what the text is.
    fn open(&mut self, start: &BytesStart<'_>, name: &str, base: &Url, kind: Option<&str>) {
        self.out.push('<');
        self.out.push_str(name);
        for attribute in start.attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref();
            let replaced = kind.is_some() && matches!(key, "type" | "mode" | "src");
            if !key.contains(':') && key != "xmlns" && !replaced {
                self.out.push_str(&format!(r#" {key}="{}""#, escape(unescaped(&attribute.value))));
            }
        }
        if let Some(kind) = kind {
            self.out.push_str(&format!(r#" type="{kind}""#));
        }
        if base.cannot_be_a_base() || !matches!(base.scheme(), "http" | "https") {
            self.out.push('>');
        } else {
            self.out.push_str(&format!(r#" xml:base="{}">"#, escape(base.as_str())));
        }
    }

    /// The name of an element as we write it; `?` for one that we don't know.
    fn canonical_name(&self, namespace: &str, start: &BytesStart<'_>) -> String {
        let local = start.local_name().into_inner().to_owned();
        let trimmed = namespace.trim_end_matches(['/', '#']);
        let prefix = start.name().prefix().map(|prefix| prefix.into_inner().to_owned());
        let extension = match trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest) {
            "purl.org/dc/elements/1.1" | "purl.org/dc/elements/1.0" | "purl.org/dc/terms" => "dc",
            "purl.org/rss/1.0/modules/content" => "content",
            "search.yahoo.com/mrss" => "media",
            "www.w3.org/2005/Atom" | "purl.org/atom/ns" if self.family != Family::Atom => "atom",
            // A prefix that nobody declared is taken at its word.
            "" => prefix.as_deref().unwrap_or_default(),
            _ if namespace == self.own || self.is_own(trimmed) => "",
            _ => "?",
        };
        if extension.is_empty() { local } else { format!("{extension}:{local}") }
    }

    fn is_own(&self, namespace: &str) -> bool {
        match self.family {
            Family::Atom => namespace.ends_with("/2005/Atom") || namespace.ends_with("purl.org/atom/ns"),
            // RSS never had a namespace until RDF gave it one; user agents made up several.
            Family::Rss => namespace.to_ascii_lowercase().contains("rss"),
            Family::Rdf => ["/rss/1.0", "/rss/1.1", "simple/0.9"].iter().any(|end| namespace.ends_with(end)),
        }
    }

    fn modern_name<'n>(&self, name: &'n str) -> &'n str {
        match (self.family, name) {
            (Family::Atom, "issued") => "published",
            (Family::Atom, "modified") => "updated",
            (Family::Rss | Family::Rdf, "dc:subject") => "category",
            (Family::Rss | Family::Rdf, "atom:updated") => "updated",
            _ => name,
        }
    }
}

/// The elements whose text or attributes are read.
fn is_leaf(family: Family, place: Place, name: &str) -> bool {
    match (family, place) {
        (Family::Atom, Place::Feed) => matches!(name, "title" | "link"),
        (Family::Atom, Place::Entry) => {
            let own =
                ["id", "title", "link", "summary", "content", "published", "issued", "updated", "modified", "category"];
            own.contains(&name) || name == "media:thumbnail"
        }
        (Family::Atom, Place::Person) => name == "name",
        (Family::Rss | Family::Rdf, Place::Feed) => matches!(name, "title" | "link"),
        (Family::Rss | Family::Rdf, Place::Entry) => {
            let own = ["guid", "title", "link", "description", "pubDate", "author", "category", "enclosure"];
            let others = ["dc:creator", "dc:date", "dc:subject", "content:encoded", "media:thumbnail", "atom:updated"];
            own.contains(&name) || others.contains(&name)
        }
        (_, Place::Media(_)) => name == "media:thumbnail",
        (_, Place::Person) => false,
    }
}

/// Atom's word for what a text is, whatever was written there.
fn text_type(start: &BytesStart<'_>, markup: bool) -> &'static str {
    let escaped = attribute(start, "mode").as_deref() == Some("escaped");
    match attribute(start, "type").as_deref() {
        _ if markup => "html",
        Some(kind) if kind.contains("html") || kind.contains("xml") => "html",
        Some("text" | "text/plain") | None if !escaped => "text",
        Some("text/plain") => "text",
        _ => "html",
    }
}

/// The text of an element, entities and CDATA resolved, and whether there are elements in it.
fn plain(raw: &str) -> Result<(String, bool), ParseError> {
    let mut reader = quick_xml::Reader::from_str(raw);
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().check_end_names = false;
    let (mut text, mut has_elements) = (String::with_capacity(raw.len()), false);
    loop {
        match reader.read_event()? {
            Event::Text(part) => text.push_str(&part),
            Event::CData(part) => text.push_str(&part),
            Event::GeneralRef(reference) => text.push_str(&unescaped(&format!("&{};", reference.as_ref()))),
            Event::Start(_) | Event::Empty(_) => has_elements = true,
            Event::Eof => return Ok((text, has_elements)),
            _ => {}
        }
    }
}

/// Entities resolved; what can't be resolved (HTML's names, a DTD's) stays as it is.
fn unescaped(raw: &str) -> String {
    quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned)
}

/// A person's name out of `name`, `mail (name)`, `name <mail>` and the like. Mail addresses aren't passed on.
pub(super) fn without_mail_address(text: &str) -> String {
    if !text.contains('@') {
        return text.trim().to_owned();
    }
    let in_brackets = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(name, _)| name);
    let name = in_brackets.filter(|name| !name.contains('@')).unwrap_or(text);
    name.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key == QName(name));
    found.map(|attribute| unescaped(&attribute.value))
}

/// The base of relative addresses inside an element.
fn joined_base(start: &BytesStart<'_>, base: &Url) -> Url {
    attribute(start, "xml:base").and_then(|text| base.join(text.trim()).ok()).unwrap_or_else(|| base.clone())
}

fn namespace_of(namespace: &ResolveResult<'_>) -> String {
    match namespace {
        ResolveResult::Bound(namespace) => namespace.into_inner().to_owned(),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
    }
}
