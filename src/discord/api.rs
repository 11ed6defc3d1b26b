//! Discord's REST API as far as psfbot calls it by itself: requests, and answers told apart by what can be done.
//!
//! serenity's HTTP client is not used here: it turns every answer but 2xx into an error without its headers, so
//! `Retry-After` and the scope of a limit would be lost, and it sets no time limit.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::secrets::{ExposeSecret, SecretString};

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
        /// Whether every request has to wait, not only this route's.
        global: bool,
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
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A client for one Discord-compatible server.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: Url,
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
        Ok(Self { client, base })
    }

    /// The server's address.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn request<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, ApiError> {
        let bytes = self.send(method, path, body, &[]).await?;
        // 2xx with a body that is not what it should be: it was done, and nobody knows with what result.
        serde_json::from_slice(&bytes).map_err(|_| ApiError::Unknown("an answer that can't be read".into()))
    }

    /// Reads a resource.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.request(Method::GET, path, None).await
    }

    /// Does something whose answer says nothing, with files where there are any
    /// (<https://discord.com/developers/docs/reference#uploading-files>).
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn perform(&self, method: Method, path: &str, body: &Value, files: &[File]) -> Result<(), ApiError> {
        self.send(method, path, Some(body), files).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        files: &[File],
    ) -> Result<Vec<u8>, ApiError> {
        let address = format!("{}/api/v10{path}", self.base.as_str().trim_end_matches('/'));
        let mut request = self.client.request(method, address);
        request = match body {
            Some(body) if !files.is_empty() => request.multipart(multipart(body, files)?),
            Some(body) => request.json(body),
            None => request,
        };
        let response = request.send().await.map_err(|error| ApiError::Unknown(network_problem(&error)))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.map_err(|error| ApiError::Unknown(network_problem(&error)))?;
        if status.is_success() { Ok(bytes.to_vec()) } else { Err(refusal(status, &headers, &bytes)) }
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
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let header = || {
                headers.get("retry-after").and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok())
            };
            let seconds =
                refusal.retry_after.or_else(header).filter(|s| s.is_finite()).unwrap_or(5.0).clamp(0.0, 86_400.0);
            let global = refusal.global || headers.contains_key("x-ratelimit-global");
            ApiError::RateLimited { retry_after: Duration::from_secs_f64(seconds), global }
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
        let route = answer(429, &[("retry-after", "3")], r#"{"message":"slow","retry_after":2.5,"global":false}"#);
        assert_eq!(route, ApiError::RateLimited { retry_after: Duration::from_millis(2500), global: false });
        let global = answer(429, &[("retry-after", "3"), ("x-ratelimit-global", "true")], "<html>");
        assert_eq!(global, ApiError::RateLimited { retry_after: Duration::from_secs(3), global: true });
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
