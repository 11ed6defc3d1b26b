//! A sample blog: an Atom feed in the shape that Blogger serves, and a page for each post. Everything in it is made up.

mod feed;
mod posts;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Datelike, Utc};

use crate::errors::ApiError;
use crate::state::Shared;

/// One post.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// Its number in the blog.
    pub id: u64,
    /// Its title, plain text.
    pub title: String,
    /// Its text as HTML.
    pub html: String,
    /// Its text in short, plain.
    pub summary: String,
    /// Who wrote it.
    pub author: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// When it appeared.
    pub published: DateTime<Utc>,
    /// When it was last changed.
    pub updated: DateTime<Utc>,
    slug: String,
}

/// A blog, kept in memory.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SampleBlog {
    posts: Vec<Post>,
    last_id: u64,
}

impl Post {
    /// The path of its page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/blog/{}/{:02}/{}.html", self.published.year(), self.published.month(), self.slug)
    }
}

impl SampleBlog {
    /// A blog without posts.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Six sample posts.
    #[must_use]
    pub fn demo() -> Self {
        posts::demo()
    }

    /// The posts, newest first.
    #[must_use]
    pub fn posts(&self) -> Vec<Post> {
        let mut posts = self.posts.clone();
        posts.sort_by_key(|post| std::cmp::Reverse((post.published, post.id)));
        posts
    }

    /// Publishes a post whose text is `summary`, plain text in which blank lines part paragraphs.
    pub fn publish(&mut self, now: DateTime<Utc>, title: &str, summary: &str, author: &str) -> Post {
        self.publish_html(now, title, &paragraphs(summary), summary, author)
    }

    /// Publishes a post with a text of its own in HTML.
    pub fn publish_html(&mut self, now: DateTime<Utc>, title: &str, html: &str, summary: &str, author: &str) -> Post {
        self.last_id += 1;
        let mut slug = slug(title);
        if self.posts.iter().any(|post| post.slug == slug) {
            slug = format!("{slug}-{}", self.last_id);
        }
        let post = Post {
            id: self.last_id,
            title: title.to_owned(),
            html: html.to_owned(),
            summary: summary.to_owned(),
            author: author.to_owned(),
            tags: vec!["sample".to_owned()],
            published: now,
            updated: now,
            slug,
        };
        self.posts.push(post.clone());
        post
    }

    /// Changes a post; its address and date of publication stay. `None` when there is no such post.
    pub fn edit(&mut self, id: u64, now: DateTime<Utc>, title: Option<&str>, summary: Option<&str>) -> Option<Post> {
        let post = self.posts.iter_mut().find(|post| post.id == id)?;
        if let Some(title) = title {
            post.title = title.to_owned();
        }
        if let Some(summary) = summary {
            post.summary = summary.to_owned();
            post.html = paragraphs(summary);
        }
        post.updated = now;
        Some(post.clone())
    }

    /// Takes a post down; false when there is no such post.
    pub fn withdraw(&mut self, id: u64) -> bool {
        let before = self.posts.len();
        self.posts.retain(|post| post.id != id);
        self.posts.len() < before
    }
}

/// Text as HTML, a paragraph a block.
fn paragraphs(text: &str) -> String {
    text.split("\n\n")
        .filter(|block| !block.trim().is_empty())
        .map(|block| format!("<p>{}</p>", escape(block)))
        .collect()
}

/// Text made safe for XML and HTML; characters that XML cannot hold are left out.
pub(crate) fn escape(text: &str) -> String {
    let kept = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    kept.fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
        out
    })
}

fn slug(title: &str) -> String {
    let words = title
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .take(8)
        .collect::<Vec<_>>()
        .join("-");
    if words.is_empty() { "post".to_owned() } else { words }
}

/// `/blog/…`, without that prefix.
pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/feeds/posts/default", get(atom))
        .route("/images/sample.svg", get(image))
        .route("/{year}/{month}/{page}", get(page))
        .fallback(|| async { ApiError::not_found() })
}

async fn atom(State(core): State<Shared>, headers: HeaderMap) -> Response {
    let posts = core.state().blog.posts();
    let xml = feed::atom(&core.url, &posts);
    let tag = format!("W/\"{:016x}\"", fingerprint(&xml));
    let updated = posts.iter().map(|post| post.updated).max().unwrap_or_default();
    let modified = updated.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let sent = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let fresh = match sent(IF_NONE_MATCH) {
        Some(tags) => tags.split(',').any(|known| known.trim() == tag),
        None => sent(IF_MODIFIED_SINCE) == Some(modified.as_str()),
    };
    let about = [(ETAG, tag), (LAST_MODIFIED, modified), (CACHE_CONTROL, "private, max-age=0".to_owned())];
    if fresh {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    (about, [(CONTENT_TYPE, "application/atom+xml; charset=UTF-8")], xml).into_response()
}

/// FNV-1a, which is enough to tell two states of a feed apart.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

async fn page(State(core): State<Shared>, Path((year, month, page)): Path<(String, String, String)>) -> Response {
    let path = format!("/blog/{year}/{month}/{page}");
    let Some(post) = core.state().blog.posts().into_iter().find(|post| post.path() == path) else {
        return ApiError::not_found().into_response();
    };
    let policy = "default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'";
    let html = feed::page(&core.url, &post);
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy)], html).into_response()
}

async fn image() -> Response {
    ([(CONTENT_TYPE, "image/svg+xml")], posts::IMAGE).into_response()
}
