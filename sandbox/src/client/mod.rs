//! A typed client of the control API, over real HTTP: what tests use to be a person.

mod faults;
mod limits;
mod person;
mod seen;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use faults::{Fault, Injected};
pub use person::Person;
pub use seen::{Message, Outcome};

/// Why a request of the control API did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server was not reached or answered something else than JSON.
    #[error("the sandbox did not answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The server refused.
    #[error("the sandbox refused ({status}): {error}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its sentence.
        error: String,
    },
    /// The bot promised an answer and gave none.
    #[error("the bot deferred its answer and gave none within {0:?}")]
    Unanswered(std::time::Duration),
}

type Result<T> = std::result::Result<T, Error>;

/// A connection to the control API.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Clock {
    now: DateTime<Utc>,
}

impl Client {
    /// A client for the server at `base`, such as `http://127.0.0.1:4000`.
    #[must_use]
    pub fn new(base: &str, token: &str) -> Self {
        // Proxies of the environment are none of a loopback server's business.
        let http = reqwest::Client::builder().no_proxy().build().unwrap_or_default();
        Self { base: base.trim_end_matches('/').to_owned(), token: token.to_owned(), http }
    }

    /// A member's side of the screen, who waits for what is deferred.
    #[must_use]
    pub fn person(&self, id: u64) -> Person {
        Person { client: self.clone(), id, waits: true }
    }

    /// Sends any request of the control API; `path` begins with `/control/`.
    ///
    /// # Errors
    /// When the server is not reached, refuses, or answers something else than `T`.
    pub async fn request<T: DeserializeOwned>(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T> {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        if !status.is_success() {
            let text = response.text().await?;
            let json = serde_json::from_str::<Value>(&text).unwrap_or_default();
            let error = json["error"].as_str().unwrap_or(&text).to_owned();
            return Err(Error::Refused { status: status.as_u16(), error });
        }
        Ok(response.json().await?)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        self.request(reqwest::Method::GET, path, None).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T> {
        self.request(reqwest::Method::POST, path, Some(body)).await
    }

    /// What the bot asked of the REST API after request number `since`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn requests(&self, since: u64) -> Result<Vec<Value>> {
        self.get(&format!("/control/requests?since={since}")).await
    }

    /// Moves the server's clock forward by 1 second to 366 days, and answers with its new time.
    ///
    /// # Errors
    /// When the server is not reached or refuses: its clock cannot be moved, or not so far.
    pub async fn advance_clock(&self, seconds: u64) -> Result<DateTime<Utc>> {
        let clock: Clock = self.post("/control/clock", &json!({"advance_seconds": seconds})).await?;
        Ok(clock.now)
    }

    /// The server's time.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn now(&self) -> Result<DateTime<Utc>> {
        Ok(self.get::<Clock>("/control/clock").await?.now)
    }

    /// Publishes a post on the sample blog.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn publish(&self, title: &str, summary: &str) -> Result<Value> {
        self.post("/control/feed", &json!({"title": title, "summary": summary})).await
    }

    /// Edits a post, as in `{"title":"…"}`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn edit_post(&self, id: &str, change: &Value) -> Result<Value> {
        self.request(reqwest::Method::PATCH, &format!("/control/feed/{id}"), Some(change)).await
    }

    /// Sets an overwrite in a channel.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn set_permissions(&self, channel: u64, role_or_user: u64, allow: u64, deny: u64) -> Result<Value> {
        let body =
            json!({"role_or_user": role_or_user.to_string(), "allow": allow.to_string(), "deny": deny.to_string()});
        self.post(&format!("/control/channels/{channel}/permissions"), &body).await
    }

    /// Adds a channel, as in `{"name":"news","type":15,"tags":["News"],"requires_tag":true}`; Discord's channel object.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn add_channel(&self, channel: &Value) -> Result<Value> {
        self.post("/control/channels", channel).await
    }

    /// Changes a channel as a moderator does, as in `{"archived":true,"locked":true}` for a thread.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn change_channel(&self, channel: u64, change: &Value) -> Result<Value> {
        self.request(reqwest::Method::PATCH, &format!("/control/channels/{channel}"), Some(change)).await
    }

    /// Lets somebody join.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn join(&self, name: &str, roles: &[u64]) -> Result<Person> {
        let roles: Vec<String> = roles.iter().map(u64::to_string).collect();
        let member: Value = self.post("/control/members", &json!({"name": name, "roles": roles})).await?;
        Ok(self.person(member["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()))
    }

    /// Changes a member, as in `{"roles":["…"],"dms_open":false}`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn change_member(&self, member: u64, change: &Value) -> Result<Value> {
        self.request(reqwest::Method::PATCH, &format!("/control/members/{member}"), Some(change)).await
    }

    /// The outcome of an interaction as it is now.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn outcome(&self, interaction: &str) -> Result<Outcome> {
        self.get(&format!("/control/interactions/{interaction}")).await
    }
}
