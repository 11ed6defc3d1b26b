//! Fetches and reads a feed.

use std::time::Duration;

use url::Url;

use crate::blog::{self, ParseError};
use crate::feed_client::{Body, FeedClient, FetchError, Fetched, Validators};

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Parse(#[from] ParseError),
    #[error("reading the feed crashed; please report its address to psfbot's maintainers")]
    Crashed,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The feed, with the version that the server gave it; `None` when nothing was modified.
    pub(crate) feed: Option<(blog::Feed, Validators)>,
    /// How long the server says that this stays true.
    pub(crate) max_age: Option<Duration>,
    /// Where the address has moved for good, if it has.
    pub(crate) permanent_url: Option<Url>,
}

/// Reads the feed at `url`, unless `validators` say that nothing has changed.
pub(crate) async fn read(client: &FeedClient, url: &Url, validators: &Validators) -> Result<Reading, ReadError> {
    let body = match client.fetch(url, validators).await? {
        Fetched::NotModified { max_age, permanent_url } => return Ok(Reading { feed: None, max_age, permanent_url }),
        Fetched::Feed(body) => body,
    };
    let (max_age, permanent_url) = (body.max_age, body.permanent_url.clone());
    // Parsing a large feed takes seconds of computing, which must not hold up interactions.
    let parsing = tokio::task::spawn_blocking(move || {
        let Body { bytes, content_type, final_url, validators, .. } = *body;
        Ok::<_, ParseError>((blog::parse(&bytes, content_type.as_deref(), &final_url)?, validators))
    });
    let feed = parsing.await.map_err(|_| ReadError::Crashed)??;
    Ok(Reading { feed: Some(feed), max_age, permanent_url })
}
