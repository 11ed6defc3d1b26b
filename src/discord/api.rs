//! Discord's REST API as far as psfbot calls it by itself: requests, and answers told apart by what can be done.
//!
//! serenity's HTTP client is not used here: it turns every answer but 2xx into an error without its headers, so
//! `Retry-After` and the scope of a limit would be lost, and it sets no time limit.

mod limits;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use crate::message::Picture;
use crate::secrets::{ExposeSecret, SecretString};
pub use limits::{BucketNews, Scope};

/// Discord's own address; `DISCORD_API_URL` names another server that speaks the same API.
pub const DISCORD: &str = "https://discord.com";

/// Discord answers within a second or two; after this the outcome counts as unknown.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// 429: nothing was done.
    #[error("Discord asks to wait {retry_after:?}")]
    RateLimited {
        /// How long.
        retry_after: Duration,
        /// Whether every request has to wait, or only this bucket's.
        scope: Scope,
    },
    /// 401: the token is not, or no longer, valid.
    #[error("Discord does not accept the token: set DISCORD_TOKEN to the bot's current token")]
    Unauthorized,
    /// Any other 4xx: Discord will refuse it again.
    #[error("Discord refused: {message} (HTTP {status}, code {code})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Discord's code (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>), 0 where none.
        code: u64,
        /// Discord's words.
        message: String,
    },
    /// 5xx, a network fault, or no answer in time: nobody knows whether it was done.
    #[error("Discord can't be reached: {0}")]
    Unknown(String),
}

/// A file that goes with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, as it is saved.
    pub name: String,
    /// Its media type.
    pub content_type: &'static str,
    /// What it shows, for those who can't see it.
    pub alt: Option<String>,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// What a message says of its files (<https://discord.com/developers/docs/reference#uploading-files>).
    #[must_use]
    pub fn attachments(files: &[Self]) -> Vec<Value> {
        let attachment = |(id, file): (usize, &Self)| match &file.alt {
            Some(alt) => json!({"id": id, "filename": file.name, "description": alt}),
            None => json!({"id": id, "filename": file.name}),
        };
        files.iter().enumerate().map(attachment).collect()
    }
}

impl From<Picture> for File {
    fn from(picture: Picture) -> Self {
        Self { name: picture.name, content_type: "image/png", alt: Some(picture.alt), bytes: picture.png }
    }
}

/// An answer, with what it says of limits whatever else it says.
#[derive(Debug)]
pub struct Answer {
    /// What came back.
    pub said: Result<Vec<u8>, ApiError>,
    /// How the route's bucket stands; `None` where the answer does not tell.
    pub bucket: Option<BucketNews>,
}

/// A client for one Discord-compatible server. Clones share their count of invalid requests.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: Url,
    invalid: Arc<AtomicU64>,
}

/// The body of a refusal. Everything is optional: proxies in between answer with pages of their own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    message: String,
    code: u64,
    retry_after: Option<f64>,
    global: bool,
}

impl Api {
    /// A client that sends `token` to `base` and nowhere else: no proxy of the environment, no redirect.
    ///
    /// # Errors
    /// When the token holds characters that no token has, or the system's TLS can't be set up.
    pub fn new(base: Url, token: &SecretString) -> anyhow::Result<Self> {
        let mut value = HeaderValue::from_str(&format!("Bot {}", token.expose_secret())).map_err(|_| {
            anyhow::anyhow!(
                "DISCORD_TOKEN holds characters that no token has: copy it again from Discord's developer portal"
            )
        })?;
        value.set_sensitive(true);
        let client = Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, value)]))
            .user_agent(concat!("DiscordBot (https://github.com/psf/psfbot, ", env!("CARGO_PKG_VERSION"), ")"))
            .timeout(TIMEOUT)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { client, base, invalid: Arc::default() })
    }

    /// The server's address.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// How many of the answers so far count as invalid requests: 401, 403, and 429 unless the limit is shared. Discord shuts
    /// an address out that collects 10,000 of them in ten minutes
    /// (<https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans>).
    #[must_use]
    pub fn invalid_requests(&self) -> u64 {
        self.invalid.load(Ordering::Relaxed)
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        parsed(&self.send(Method::GET, path, None, &[]).await.said?)
    }

    /// Does something whose answer says nothing, with files where there are any
    /// (<https://discord.com/developers/docs/reference#uploading-files>).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn perform(&self, method: Method, path: &str, body: &Value, files: &[File]) -> Result<(), ApiError> {
        self.send(method, path, Some(body), files).await.said.map(drop)
    }

    /// Sends a request.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>, files: &[File]) -> Answer {
        match self.try_send(method, path, body, files).await {
            Ok(answer) => answer,
            Err(error) => Answer { said: Err(error), bucket: None },
        }
    }

    async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        files: &[File],
    ) -> Result<Answer, ApiError> {
        let address = format!("{}/api/v10{path}", self.base.as_str().trim_end_matches('/'));
        let mut request = self.client.request(method, address);
        request = match body {
            Some(body) if !files.is_empty() => request.multipart(multipart(body, files)?),
            Some(body) => request.json(body),
            None => request,
        };
        let response = request.send().await.map_err(|error| ApiError::Unknown(network_problem(&error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bucket = BucketNews::of(&headers);
        let Ok(bytes) = response.bytes().await else {
            return Ok(Answer { said: Err(ApiError::Unknown("the answer broke off".into())), bucket });
        };
        if status.is_success() {
            return Ok(Answer { said: Ok(bytes.to_vec()), bucket });
        }
        let error = refusal(status, &headers, &bytes);
        if is_invalid_request(status, &error) {
            self.invalid.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Answer { said: Err(error), bucket })
    }
}

/// Reads the body of an answer.
///
/// # Errors
/// [`ApiError::Unknown`]: it was done, and nobody knows with what result.
pub fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|_| ApiError::Unknown("an answer that can't be read".into()))
}

/// Whoever says it: the network before Discord counts with it.
const fn is_invalid_request(status: StatusCode, error: &ApiError) -> bool {
    match error {
        ApiError::RateLimited { scope, .. } => !matches!(scope, Scope::Shared),
        _ => matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN),
    }
}

fn multipart(body: &Value, files: &[File]) -> Result<Form, ApiError> {
    let mut form = Form::new().text("payload_json", body.to_string());
    for (n, file) in files.iter().enumerate() {
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone()).mime_str(file.content_type);
        form = form.part(format!("files[{n}]"), part.map_err(|error| ApiError::Unknown(error.to_string()))?);
    }
    Ok(form)
}

fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ApiError {
    let read: Option<Refusal> = serde_json::from_slice(body).ok();
    let by_discord = read.as_ref().is_some_and(|said| said.retry_after.is_some() || !said.message.is_empty());
    let refusal = read.unwrap_or_default();
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let (retry_after, scope) = limits::limited(headers, refusal.retry_after, refusal.global, by_discord);
            ApiError::RateLimited { retry_after, scope }
        }
        StatusCode::UNAUTHORIZED => ApiError::Unauthorized,
        // A refusal without Discord's words comes from somebody in between, who may think otherwise in a minute.
        status if status.is_client_error() && !refusal.message.is_empty() => {
            ApiError::Refused { status: status.as_u16(), code: refusal.code, message: refusal.message }
        }
        status => ApiError::Unknown(format!("HTTP {status}")),
    }
}

/// What went wrong on the way, without the address: it is known, and may be long.
fn network_problem(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", TIMEOUT.as_secs());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> ApiError {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        refusal(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn a_rate_limit_says_how_long_and_for_whom() {
        let limited = |millis, scope| ApiError::RateLimited { retry_after: Duration::from_millis(millis), scope };
        let route = answer(429, &[("retry-after", "3")], r#"{"message":"slow","retry_after":2.5,"global":false}"#);
        assert_eq!(route, limited(2500, Scope::User));
        let global = answer(429, &[("retry-after", "3"), ("x-ratelimit-global", "true")], "<html>");
        assert_eq!(global, limited(3000, Scope::Global));
        assert_eq!(answer(429, &[("retry-after", "900")], "error code: 1015"), limited(900_000, Scope::Address));
    }

    #[test]
    fn what_counts_as_an_invalid_request_is_what_discord_counts() {
        let slow = r#"{"message":"slow","retry_after":1}"#;
        let scope = |scope| [("x-ratelimit-scope", scope)];
        for (status, headers, body, counts) in [
            (429, &scope("shared")[..], slow, false),
            (429, &scope("user")[..], slow, true),
            (429, &[][..], "<html>", true),
            (401, &[][..], "{}", true),
            (403, &[][..], r#"{"message":"Missing Access","code":50001}"#, true),
            (403, &[][..], "<html>", true),
            (404, &[][..], r#"{"message":"Unknown Message","code":10008}"#, false),
            (502, &[][..], "bad gateway", false),
        ] {
            let code = StatusCode::from_u16(status).unwrap();
            assert_eq!(is_invalid_request(code, &answer(status, headers, body)), counts, "{status} {body}");
        }
    }

    #[test]
    fn what_can_be_done_decides_the_kind() {
        assert_eq!(answer(401, &[], "{}"), ApiError::Unauthorized);
        assert!(matches!(answer(502, &[], "bad gateway"), ApiError::Unknown(_)));
        assert!(matches!(answer(408, &[], "<html>"), ApiError::Unknown(_)), "not Discord's own word");
        let refused = answer(403, &[], r#"{"message":"Missing Access","code":50001}"#);
        assert_eq!(refused, ApiError::Refused { status: 403, code: 50001, message: "Missing Access".into() });
    }
}
