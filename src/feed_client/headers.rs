//! Reads the few response headers that matter.

use std::time::Duration;

use reqwest::header::{AsHeaderName, CACHE_CONTROL, HeaderMap};

/// What we can read, the likeliest first.
pub(super) const ACCEPT: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
    application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1";

/// A header's value; one that isn't UTF-8 is read with replacement characters rather than lost.
pub(super) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// How long an answer stays fresh (RFC 9111 §5.2.2): `max-age`, unless caching is forbidden.
pub(super) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let control = text(headers, CACHE_CONTROL)?.to_ascii_lowercase();
    let directives = || control.split(',').map(str::trim);
    if directives().any(|directive| matches!(directive, "no-store" | "no-cache")) {
        return None;
    }
    let age = directives().find_map(|directive| directive.strip_prefix("max-age="))?;
    age.trim_matches('"').parse().ok().map(Duration::from_secs)
}
