//! Fetches foreign addresses: conditional, bounded in bytes and time, and never inward.
//!
//! Owns every connection to an address that somebody else wrote. Refuses anything but `http` and `https`, userinfo,
//! addresses off the public internet (checked at connection level, at every hop), environment proxies, and answers
//! over the limits. Knows nothing of what the bytes mean, and keeps its HTTP library to itself.

mod errors;
mod guard;
mod headers;
mod resolver;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect};
use url::Url;

pub use errors::{FetchError, RetryAfter};

/// What a feed client may do.
#[derive(Debug, Clone)]
pub struct Options {
    /// Exact `host:port` that may be private, as in `[fetch] allow` of the configuration.
    pub allow: Vec<String>,
    /// Time to connect, TLS included.
    pub connect_timeout: Duration,
    /// Time for everything: names, redirects, headers, body.
    pub timeout: Duration,
    /// Size limit of a body after decompression, bytes.
    pub max_bytes: usize,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// Where the people behind a server can reach those who run this; part of the user agent.
    pub contact: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            max_bytes: 5 * 1024 * 1024,
            max_redirects: 5,
            contact: env!("CARGO_PKG_REPOSITORY").to_owned(),
        }
    }
}

/// What an earlier answer said about its version, to be sent back (RFC 9110 §13).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, verbatim.
    pub etag: Option<String>,
    /// `Last-Modified`, verbatim.
    pub last_modified: Option<String>,
}

/// A successful answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// Nothing has changed since the validators were given out.
    NotModified {
        /// How long the server says that this stays true.
        max_age: Option<Duration>,
        /// Where the address has moved for good, if it has.
        permanent_url: Option<Url>,
    },
    /// A body.
    Feed(Box<Body>),
}

/// A body and what was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The bytes, decompressed.
    pub bytes: Vec<u8>,
    /// `Content-Type`, verbatim.
    pub content_type: Option<String>,
    /// The address that answered, after redirects: the base of relative links.
    pub final_url: Url,
    /// Where the address has moved for good (301, 308 from the first hop on), if it has.
    pub permanent_url: Option<Url>,
    /// To be sent with the next request.
    pub validators: Validators,
    /// How long the answer stays fresh (`Cache-Control: max-age`).
    pub max_age: Option<Duration>,
}

/// The HTTP client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client can't be set up: {0}")]
pub struct SetUpError(String);

/// Fetches foreign addresses. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct FeedClient {
    /// Connects to vetted public addresses only.
    guarded: Client,
    /// Connects anywhere; only for hosts and ports on the allow-list.
    open: Client,
    options: Arc<Options>,
}

impl FeedClient {
    /// Sets up a client.
    ///
    /// # Errors
    /// When the contact can't be part of a header, or TLS can't be set up.
    pub fn new(mut options: Options) -> Result<Self, SetUpError> {
        options.allow.iter_mut().for_each(|entry| *entry = entry.trim().to_ascii_lowercase());
        let builder = || {
            Client::builder()
                .user_agent(format!("psfbot/{} (+{})", env!("CARGO_PKG_VERSION"), options.contact))
                .no_proxy()
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(options.connect_timeout)
                .timeout(options.timeout)
        };
        let failed = |error: reqwest::Error| SetUpError(error.to_string());
        let guarded = builder().dns_resolver(Arc::new(resolver::VettingResolver::system())).build().map_err(failed)?;
        let open = builder().build().map_err(failed)?;
        Ok(Self { guarded, open, options: Arc::new(options) })
    }

    /// Fetches `url`, following redirects, unless `validators` say that nothing has changed.
    ///
    /// # Errors
    /// One sentence on what failed; see [`FetchError`].
    pub async fn fetch(&self, url: &Url, validators: &Validators) -> Result<Fetched, FetchError> {
        let late = FetchError::Timeout { host: guard::host_and_port(url) };
        tokio::time::timeout(self.options.timeout, self.follow(url, validators)).await.unwrap_or(Err(late))
    }

    /// Whether somebody answers at `url`, following redirects: by `HEAD`, and where that is refused, by `GET` without its body.
    ///
    /// # Errors
    /// One sentence on what failed; see [`FetchError`].
    pub async fn reach(&self, url: &Url, within: Duration) -> Result<(), FetchError> {
        let late = FetchError::Timeout { host: guard::host_and_port(url) };
        let reached = async {
            match self.hops(Method::HEAD, url).await {
                // Many servers answer HEAD otherwise than GET, or not at all.
                Err(FetchError::Status { .. }) => self.hops(Method::GET, url).await,
                reached => reached,
            }
        };
        tokio::time::timeout(within, reached).await.unwrap_or(Err(late))
    }

    async fn hops(&self, method: Method, url: &Url) -> Result<(), FetchError> {
        let mut current = without_fragment(url.clone());
        let mut seen = HashSet::from([current.clone()]);
        for _ in 0..=self.options.max_redirects {
            let request = self.prepare(method.clone(), &current)?;
            let response = request.send().await.map_err(|error| errors::classify(&error, &current))?;
            let status = response.status();
            if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                let next = target(&response, &current)?;
                if !seen.insert(next.clone()) {
                    return Err(FetchError::RedirectLoop);
                }
                current = next;
            } else if status.is_success() {
                return Ok(());
            } else {
                let host = guard::host_and_port(&current);
                return Err(FetchError::Status { host, status: status.as_u16(), retry_after: None });
            }
        }
        Err(FetchError::TooManyRedirects(self.options.max_redirects))
    }

    /// A request to an address that may be asked.
    fn prepare(&self, method: Method, url: &Url) -> Result<RequestBuilder, FetchError> {
        let allowed = self.options.allow.contains(&guard::host_and_port(url));
        guard::check(url, allowed)?;
        let client = if allowed { &self.open } else { &self.guarded };
        Ok(client.request(method, url.clone()))
    }

    /// Walks the redirects hop by hop, each one checked like the first.
    async fn follow(&self, url: &Url, validators: &Validators) -> Result<Fetched, FetchError> {
        let mut current = without_fragment(url.clone());
        let mut permanent = Permanent { url: None, unbroken: true };
        let mut seen = HashSet::from([current.clone()]);
        for _ in 0..=self.options.max_redirects {
            let response = self.request(&current, validators).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return self.answer(response, current, permanent.url, validators).await;
            }
            let next = target(&response, &current)?;
            if !seen.insert(next.clone()) {
                return Err(FetchError::RedirectLoop);
            }
            permanent.pass(response.status(), &next);
            current = next;
        }
        Err(FetchError::TooManyRedirects(self.options.max_redirects))
    }

    async fn request(&self, url: &Url, validators: &Validators) -> Result<Response, FetchError> {
        let mut request = self.prepare(Method::GET, url)?.header(header::ACCEPT, headers::ACCEPT);
        if let Some(etag) = &validators.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &validators.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, last_modified);
        }
        request.send().await.map_err(|error| errors::classify(&error, url))
    }

    /// Turns the last hop's answer into ours, reading at most as many bytes as are allowed.
    async fn answer(
        &self,
        mut response: Response,
        final_url: Url,
        permanent_url: Option<Url>,
        sent: &Validators,
    ) -> Result<Fetched, FetchError> {
        let host = guard::host_and_port(&final_url);
        let max_age = headers::max_age(response.headers());
        let conditional = sent.etag.is_some() || sent.last_modified.is_some();
        if response.status() == StatusCode::NOT_MODIFIED && conditional {
            return Ok(Fetched::NotModified { max_age, permanent_url });
        }
        if !response.status().is_success() {
            let retry_after =
                headers::text(response.headers(), header::RETRY_AFTER).and_then(|t| RetryAfter::parse(&t));
            return Err(FetchError::Status { host, status: response.status().as_u16(), retry_after });
        }
        let content_type = headers::text(response.headers(), header::CONTENT_TYPE);
        let validators = Validators {
            etag: headers::text(response.headers(), header::ETAG),
            last_modified: headers::text(response.headers(), header::LAST_MODIFIED),
        };
        let bytes = self.read(&mut response, &final_url).await?;
        Ok(Fetched::Feed(Box::new(Body { bytes, content_type, final_url, permanent_url, validators, max_age })))
    }

    /// Reads a body piece by piece. The pieces are already decompressed, so a small bomb stops at the limit too.
    async fn read(&self, response: &mut Response, url: &Url) -> Result<Vec<u8>, FetchError> {
        let limit = self.options.max_bytes;
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| errors::classify(&error, url))? {
            if bytes.len() + piece.len() > limit {
                return Err(FetchError::TooLarge { limit });
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// What is known to have moved for good: the redirects up to the first temporary one.
struct Permanent {
    url: Option<Url>,
    unbroken: bool,
}

impl Permanent {
    fn pass(&mut self, status: StatusCode, next: &Url) {
        self.unbroken &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        if self.unbroken {
            self.url = Some(next.clone());
        }
    }
}

/// Where a redirect leads, relative to the address that answered.
fn target(response: &Response, current: &Url) -> Result<Url, FetchError> {
    let host = || guard::host_and_port(current);
    let location = headers::text(response.headers(), header::LOCATION);
    let next =
        location.and_then(|text| current.join(&text).ok()).ok_or_else(|| FetchError::BadRedirect { host: host() })?;
    if current.scheme() == "https" && next.scheme() == "http" {
        return Err(FetchError::Downgrade { host: host() });
    }
    Ok(without_fragment(next))
}

fn without_fragment(mut url: Url) -> Url {
    url.set_fragment(None);
    url
}
