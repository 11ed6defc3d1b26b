//! What can go wrong in fetching, one sentence each, and how the HTTP library's errors become those.

use std::error::Error;
use std::io;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use super::resolver::{InwardAnswer, NoAnswer};

/// When a server says to come back (`Retry-After`, RFC 9110 §10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// After this long.
    In(Duration),
    /// At this instant by the server's clock.
    At(DateTime<Utc>),
}

impl RetryAfter {
    /// The instant, seen from `now`.
    #[must_use]
    pub fn due(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::In(wait) => TimeDelta::from_std(wait)
                .ok()
                .and_then(|wait| now.checked_add_signed(wait))
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let seconds = text.parse().ok().map(|seconds| Self::In(Duration::from_secs(seconds)));
        seconds.or_else(|| DateTime::parse_from_rfc2822(text).ok().map(|at| Self::At(at.to_utc())))
    }
}

/// Why an address could not be fetched. The texts hold no query and no userinfo of an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Not a web address.
    #[error("{0:?} isn't a web address; use http:// or https://")]
    Scheme(String),
    /// A name or password in front of the host.
    #[error("the address has a user name or password in front of its host; remove it")]
    UserInfo,
    /// An address without a host.
    #[error("the address has no host")]
    NoHost,
    /// Not on the public internet and not on the allow-list.
    #[error("{host} is a {what} address, not a public one; if it is meant, add its host:port to [fetch] allow")]
    Inward {
        /// Host as written.
        host: String,
        /// Kind of address.
        what: &'static str,
    },
    /// No address behind the name.
    #[error("the name {host} can't be resolved; check its spelling and this machine's DNS")]
    Dns {
        /// The name.
        host: String,
    },
    /// No connection.
    #[error("no connection to {host}; it may be down")]
    Connect {
        /// Host and port.
        host: String,
    },
    /// The certificate or the handshake failed.
    #[error("no secure connection to {host}: its TLS certificate or set-up isn't valid")]
    Tls {
        /// Host and port.
        host: String,
    },
    /// Not done within the time limit.
    #[error("{host} took too long to answer")]
    Timeout {
        /// Host and port.
        host: String,
    },
    /// More bytes than allowed, counted after decompression.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit, bytes.
        limit: usize,
    },
    /// The answer broke off or can't be decoded.
    #[error("the answer of {host} broke off or can't be decoded")]
    Broken {
        /// Host and port.
        host: String,
    },
    /// An answer other than success.
    #[error("{host} answered with HTTP status {status}")]
    Status {
        /// Host and port.
        host: String,
        /// HTTP status code.
        status: u16,
        /// When the server asks to come back.
        retry_after: Option<RetryAfter>,
    },
    /// A redirect without a usable target.
    #[error("{host} redirects without saying where to")]
    BadRedirect {
        /// Host and port.
        host: String,
    },
    /// A redirect that leads to an address already seen.
    #[error("the address redirects in a circle")]
    RedirectLoop,
    /// More redirects than allowed.
    #[error("the address redirects more than {0} times")]
    TooManyRedirects(usize),
    /// A redirect from https to http.
    #[error("{host} redirects from https to http, which is refused")]
    Downgrade {
        /// Host and port of the address that redirects.
        host: String,
    },
}

impl FetchError {
    /// When the server asked to come back, if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Puts a failure of the HTTP library into our words.
pub(super) fn classify(error: &reqwest::Error, url: &Url) -> FetchError {
    let host = super::guard::host_and_port(url);
    let causes = || std::iter::successors(Some(error as &(dyn Error + 'static)), |&cause| cause.source());
    if let Some(inward) = causes().find_map(|cause| cause.downcast_ref::<InwardAnswer>()) {
        return FetchError::Inward { host: inward.host.clone(), what: inward.what };
    }
    if let Some(unknown) = causes().find_map(|cause| cause.downcast_ref::<NoAnswer>()) {
        return FetchError::Dns { host: unknown.host.clone() };
    }
    if error.is_timeout() {
        return FetchError::Timeout { host };
    }
    if error.is_connect() {
        // rustls reports a refused certificate as an I/O error of kind InvalidData.
        let tls =
            causes().filter_map(|c| c.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::InvalidData);
        return if tls { FetchError::Tls { host } } else { FetchError::Connect { host } };
    }
    FetchError::Broken { host }
}
