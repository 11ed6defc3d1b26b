//! Reads the HTML of an entry: its text as Markdown, its pictures, the plain text of a title.
//!
//! The HTML is anybody's. Only its beginning is read, so that no nesting and no number of tags costs much; it is
//! cleaned before it is converted, and only formats that a summary needs survive.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use ammonia::UrlRelative;
use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, Options};
use htmd::{Element, HtmlToMarkdown};
use url::Url;

use super::markdown;
use crate::message;

/// How much of an entry's HTML is read, bytes. Many times a summary's length.
const MAX_BYTES: usize = 64 * 1024;
/// How many tags of it are read; bounds the depth of the tree, and what misnested tags can cost.
const MAX_TAGS: usize = 400;
/// How many `&` of it are read; each costs the HTML parser a look at the rest of the text.
const MAX_ENTITIES: usize = 4000;
/// Pictures of at most so many pixels a side are tracking pixels and spacers.
const MAX_PIXEL: u32 = 3;
/// Parts of addresses of pictures that show nothing.
const NOT_PICTURES: [&str; 12] = [
    "/b.gif",
    "/open?",
    "/pixel",
    "/tracker/",
    "/~r/",
    "1x1",
    "doubleclick.net",
    "feeds.feedburner.com/~",
    "google-analytics.com",
    "s.w.org/images/core/emoji",
    "spacer.gif",
    "pixel.gif",
];

/// A picture found in an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) url: Url,
    pub(super) alt: Option<String>,
}

/// What is read of an entry's HTML.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Markdown, made harmless for Discord, cut at a word.
    pub(super) summary: String,
    /// The first picture that shows something.
    pub(super) picture: Option<Picture>,
}

/// Reads HTML whose relative addresses are relative to `base`.
pub(super) fn read(html: &str, base: Option<&Url>) -> Reading {
    let pictures: Arc<Mutex<Vec<Picture>>> = Arc::default();
    let found = Arc::clone(&pictures);
    let picture = move |_: &dyn Handlers, element: Element<'_>| -> Option<HandlerResult> {
        found.lock().unwrap_or_else(PoisonError::into_inner).extend(picture_of(&element));
        Some("".into())
    };
    let heading = |handlers: &dyn Handlers, element: Element<'_>| -> Option<HandlerResult> {
        let text = handlers.walk_children(element.node).content;
        Some(format!("\n\n**{}**\n\n", text.trim().replace("**", "")).into())
    };
    let options = Options {
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        ..Options::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .add_handler(vec!["img"], picture)
        .add_handler(vec!["h1", "h2", "h3", "h4", "h5", "h6"], heading)
        .build();
    // Cleaning closes what was misnested, which can multiply the tags.
    let converted = converter.convert(bounded(&clean(bounded(html), base))).unwrap_or_default();
    let summary = markdown::shorten(&markdown::for_discord(&converted));
    let mut pictures = pictures.lock().unwrap_or_else(PoisonError::into_inner);
    Reading { summary, picture: pictures.drain(..).next() }
}

/// Plain text as a summary.
pub(super) fn read_plain(text: &str) -> String {
    let lines = text.lines().map(message::one_line).collect::<Vec<_>>().join("\n");
    markdown::shorten(&markdown::for_discord(&message::escape_markdown(&lines)))
}

/// One line of plain text out of a title that may hold tags and entities.
pub(super) fn plain_text(html: &str) -> String {
    let html = bounded(html);
    if !html.contains(['<', '&']) {
        return message::one_line(html);
    }
    let escaped = if has_tags(html) { html.to_owned() } else { html.replace('<', "&lt;") };
    let mut cleaner = ammonia::Builder::empty();
    cleaner.clean_content_tags(HashSet::from(["script", "style"]));
    let text = cleaner.clean(&escaped).to_string();
    // What the cleaner's serializer escapes in text.
    let text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    message::one_line(&text.replace("&amp;", "&"))
}

/// Whether there are tags of HTML in a text, as opposed to `Vec<T>` or `a < b`.
fn has_tags(text: &str) -> bool {
    const TAGS: [&str; 24] = [
        "a", "abbr", "b", "big", "br", "code", "del", "em", "font", "h1", "h2", "h3", "i", "img", "kbd", "mark", "p",
        "s", "small", "span", "strong", "sub", "sup", "u",
    ];
    text.split('<').skip(1).any(|after| {
        let name = after.trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        let name = name.to_ascii_lowercase();
        after.contains('>') && (TAGS.contains(&name.as_str()) || name == "script" || name == "style")
    })
}

/// The part of a text that is read.
fn bounded(html: &str) -> &str {
    let html = &html[..html.floor_char_boundary(MAX_BYTES)];
    let html = html.match_indices('<').nth(MAX_TAGS).map_or(html, |(at, _)| &html[..at]);
    html.match_indices('&').nth(MAX_ENTITIES).map_or(html, |(at, _)| &html[..at])
}

/// Leaves the formats of a summary, and pictures.
fn clean(html: &str, base: Option<&Url>) -> String {
    const KEPT: [&str; 18] = [
        "p", "br", "div", "section", "article", "ul", "ol", "li", "b", "strong", "i", "em", "h1", "h2", "h3", "h4",
        "h5", "img",
    ];
    const DROPPED: [&str; 22] = [
        "script",
        "style",
        "iframe",
        "noscript",
        "svg",
        "math",
        "object",
        "embed",
        "form",
        "select",
        "textarea",
        "template",
        "title",
        "table",
        "figcaption",
        "video",
        "audio",
        "button",
        "nav",
        "canvas",
        "map",
        "dialog",
    ];
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from(KEPT))
        .clean_content_tags(HashSet::from(DROPPED))
        .tag_attributes([("img", HashSet::from(["src", "alt", "width", "height", "style"]))].into())
        .url_schemes(HashSet::from(["http", "https"]))
        .link_rel(None)
        .url_relative(base.map_or(UrlRelative::Deny, |base| UrlRelative::RewriteWithBase(base.clone())));
    cleaner.clean(html).to_string()
}

fn picture_of(element: &Element<'_>) -> Option<Picture> {
    let value =
        |name: &str| element.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|a| a.value.to_string());
    let size = |name: &str| value(name).and_then(|text| pixels(&text));
    let style = value("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    let hidden = ["display:none", "visibility:hidden", "width:1px", "height:1px", "width:0", "height:0"]
        .iter()
        .any(|s| style.contains(s));
    let url = picture_url(&value("src")?, size("width"), size("height")).filter(|_| !hidden)?;
    let alt = value("alt").map(|alt| message::cut(&message::one_line(&alt), 500)).filter(|alt| !alt.is_empty());
    Some(Picture { url, alt })
}

fn pixels(text: &str) -> Option<u32> {
    let digits = text.trim().trim_end_matches("px");
    digits.parse().ok()
}

/// The address of a picture that shows something on Discord: not a pixel, not a counter, not SVG.
pub(super) fn picture_url(address: &str, width: Option<u32>, height: Option<u32>) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    let small = [width, height].into_iter().flatten().any(|side| side <= MAX_PIXEL);
    let text = url.as_str().to_ascii_lowercase();
    let nothing =
        NOT_PICTURES.iter().any(|part| text.contains(part)) || url.path().to_ascii_lowercase().ends_with(".svg");
    (!small && !nothing && message::length(url.as_str()) <= message::limits::URL).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn a_summary_keeps_its_formats_and_loses_the_rest() {
        let html = "<style>p{}</style><h2>News</h2><p>We <b>thank</b> <a href='https://evil.example'>everyone</a> &amp; <i>you</i>.</p>\
            <ul><li>one</li><li>two</li></ul><script>alert(1)</script><table><tr><td>x</td></tr></table><p>@everyone &lt;@&amp;1&gt;</p>";
        assert_snapshot!(read(html, None).summary, @r"
        **News**

        We **thank** everyone & *you*.

        - one
        - two

        \@everyone \<\@&1>
        ");
    }

    #[test]
    fn the_picture_is_the_first_that_shows_something() {
        let base = Url::parse("https://blog.example/2026/post/").unwrap();
        let html = "<img src='https://x.example/t.png' width=1 height=1><img src='data:image/png;base64,AA'>\
            <img src='https://feeds.feedburner.com/~r/x/1'><img style='display: none' src='/hidden.png'><img src='../cat.jpg' alt=' A  cat '>";
        let picture = read(html, Some(&base)).picture.unwrap();
        assert_eq!(
            (picture.url.as_str(), picture.alt.as_deref()),
            ("https://blog.example/2026/cat.jpg", Some("A cat"))
        );
    }

    #[test]
    fn titles_are_plain_text() {
        assert_eq!(plain_text("Q&amp;A: <b>What&#39;s</b> new&nbsp;?"), "Q&A: What's new ?");
        assert_eq!(plain_text("Vec<T> and a < b && c"), "Vec<T> and a < b && c");
        assert_eq!(plain_text("plain\n  title 🎉"), "plain title 🎉");
        assert_eq!(plain_text("<script>alert(1)</script>Safe"), "Safe");
    }

    #[test]
    fn hostile_html_costs_little() {
        let nested = format!("{}deep", "<div><b>".repeat(100_000));
        let misnested: String = (0..100_000).map(|n| format!("<b a={n}><p>")).collect();
        for html in [nested, misnested, "<".repeat(1_000_000), "&".repeat(1_000_000)] {
            let _ = (read(&html, None), plain_text(&html));
        }
    }
}
