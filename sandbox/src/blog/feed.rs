//! The sample blog as XML and HTML.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Post, escape};

/// The number of our own sample blog.
const BLOG: &str = "1100000000000000001";

fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, false)
}

/// The feed, newest post first, at most 25.
pub(super) fn atom(url: &str, posts: &[Post]) -> String {
    let updated = posts.iter().map(|post| post.updated).max().unwrap_or_default();
    let mut xml = format!(
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' \
         xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/' xmlns:thr='http://purl.org/syndication/thread/1.0'>\
         <id>tag:blogger.com,1999:blog-{BLOG}</id><updated>{}</updated><title type='text'>Sample PSF Community Blog</title>\
         <subtitle type='html'>Made-up posts for trying a bot</subtitle>\
         <link rel='http://schemas.google.com/g/2005#feed' type='application/atom+xml' href='{url}/blog/feeds/posts/default'/>\
         <link rel='self' type='application/atom+xml' href='{url}/blog/feeds/posts/default'/>\
         <link rel='alternate' type='text/html' href='{url}/blog/'/>\
         <author><name>Sample PSF Community</name></author><generator version='1.0'>sandbox</generator>\
         <openSearch:totalResults>{}</openSearch:totalResults><openSearch:startIndex>1</openSearch:startIndex>\
         <openSearch:itemsPerPage>25</openSearch:itemsPerPage>",
        time(updated),
        posts.len()
    );
    for post in posts.iter().take(25) {
        entry(&mut xml, url, post);
    }
    xml.push_str("</feed>");
    xml
}

fn entry(xml: &mut String, url: &str, post: &Post) {
    let tags: String = post.tags.iter().map(|tag| format!("<category term='{}'/>", escape(tag))).collect();
    let html = post.html.replace("{url}", url);
    // Writing to a text cannot fail.
    let _ = write!(
        xml,
        "<entry><id>tag:blogger.com,1999:blog-{BLOG}.post-{}</id><published>{}</published><updated>{}</updated>{tags}\
         <title type='text'>{}</title><content type='html'>{}</content>\
         <link rel='alternate' type='text/html' href='{url}{}' title='{}'/>\
         <author><name>{}</name></author><thr:total>0</thr:total></entry>",
        post.id,
        time(post.published),
        time(post.updated),
        escape(&post.title),
        escape(&html),
        post.path(),
        escape(&post.title).replace('\'', "&#39;"),
        escape(&post.author),
    );
}

/// The page of a post.
pub(super) fn page(url: &str, post: &Post) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;line-height:1.5}}\
         img{{max-width:100%}}</style></head><body><p><em>Sample post of the sandbox; nothing in it is real.</em></p>\
         <h1>{title}</h1><p>{author}, {date}</p>{html}</body></html>",
        title = escape(&post.title),
        author = escape(&post.author),
        date = post.published.format("%-d %B %Y"),
        html = post.html.replace("{url}", url),
    )
}
