//! A typed client of the control API, over real HTTP: what tests use to be a person.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

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

/// A member's side of the screen.
#[derive(Debug, Clone)]
pub struct Person {
    client: Client,
    /// The member's id.
    pub id: u64,
}

/// A message as a member sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Message {
    /// Discord's message object with `ephemeral_for` and `pinged`.
    pub raw: Value,
}

/// What came of an interaction.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Outcome {
    /// The interaction's id.
    pub interaction_id: String,
    /// `waiting`, `answered`, `deferred` or `failed`.
    pub state: String,
    /// Milliseconds until the bot's first answer.
    pub acknowledged_after_ms: Option<u64>,
    /// Discord's callback type.
    pub response_type: Option<u64>,
    /// The message that the member sees.
    pub message: Option<Message>,
    /// The form that the member sees.
    pub modal: Option<Value>,
    /// Autocomplete choices.
    pub choices: Option<Vec<Value>>,
    /// What the member reads when nothing came.
    pub error: Option<String>,
}

impl Message {
    fn text(&self, pointer: &str) -> &str {
        self.raw.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.text("/id").parse().unwrap_or_default()
    }

    /// Its channel's id.
    #[must_use]
    pub fn channel_id(&self) -> u64 {
        self.text("/channel_id").parse().unwrap_or_default()
    }

    /// Its text.
    #[must_use]
    pub fn content(&self) -> &str {
        self.text("/content")
    }

    /// Its author's id.
    #[must_use]
    pub fn author_id(&self) -> u64 {
        self.text("/author/id").parse().unwrap_or_default()
    }

    /// Its embeds.
    #[must_use]
    pub fn embeds(&self) -> &[Value] {
        self.raw["embeds"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether one member alone sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        !self.raw["ephemeral_for"].is_null()
    }

    /// Whether nobody was notified.
    #[must_use]
    pub fn pinged_nobody(&self) -> bool {
        self.raw["pinged"] == json!({"everyone": false, "roles": [], "users": []})
    }

    /// Its components that can be used, in order.
    #[must_use]
    pub fn components(&self) -> Vec<&Value> {
        crate::limits::interactive(&self.raw["components"])
    }

    /// The labels of its buttons, link buttons left out.
    #[must_use]
    pub fn buttons(&self) -> Vec<&str> {
        self.components().iter().filter(|c| c["type"] == 2).filter_map(|c| c["label"].as_str()).collect()
    }

    /// The `custom_id` of the button with this label.
    #[must_use]
    pub fn button(&self, label: &str) -> Option<&str> {
        self.components().into_iter().find(|component| component["label"] == label)?["custom_id"].as_str()
    }
}

impl Outcome {
    /// The text of the message, empty without one.
    #[must_use]
    pub fn content(&self) -> &str {
        self.message.as_ref().map(Message::content).unwrap_or_default()
    }

    /// The `custom_id` of the form.
    #[must_use]
    pub fn form_id(&self) -> Option<&str> {
        self.modal.as_ref()?["custom_id"].as_str()
    }
}

impl Client {
    /// A client for the server at `base`, such as `http://127.0.0.1:4000`.
    #[must_use]
    pub fn new(base: &str, token: &str) -> Self {
        // Proxies of the environment are none of a loopback server's business.
        let http = reqwest::Client::builder().no_proxy().build().unwrap_or_default();
        Self { base: base.trim_end_matches('/').to_owned(), token: token.to_owned(), http }
    }

    /// A member's side of the screen.
    #[must_use]
    pub fn person(&self, id: u64) -> Person {
        Person { client: self.clone(), id }
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

    /// `{"connected","sessions","identifies","resumes","remaining"}` of the bot's gateway sessions.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn gateway(&self) -> Result<Value> {
        self.get("/control/gateway").await
    }

    /// Sends op 7 or 9, or closes, as in `{"op":7}`, `{"close":4000}`.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn disturb_gateway(&self, what: &Value) -> Result<Value> {
        self.post("/control/gateway", what).await
    }

    /// The next `times` requests that match get 429.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn rate_limit(
        &self,
        method: &str,
        path_prefix: &str,
        retry_after: f64,
        scope: &str,
        times: u32,
    ) -> Result<Value> {
        let body = json!({"method": method, "path_prefix": path_prefix, "retry_after": retry_after, "scope": scope, "times": times});
        self.post("/control/rate-limit", &body).await
    }

    /// The next requests that match go wrong, see `/control/faults` in the README.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn fault(&self, fault: &Value) -> Result<Value> {
        self.post("/control/faults", fault).await
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

impl Person {
    fn acting(&self, channel: u64, more: Value) -> Value {
        let mut body = json!({"as": self.id.to_string(), "channel_id": channel.to_string()});
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    }

    /// Channels, commands, members and more, as this member sees them.
    ///
    /// # Errors
    /// When the server is not reached or refuses.
    pub async fn state(&self) -> Result<Value> {
        self.client.get(&format!("/control/state?as={}", self.id)).await
    }

    /// The messages of a channel, oldest first.
    ///
    /// # Errors
    /// When the member does not see the channel.
    pub async fn messages(&self, channel: u64) -> Result<Vec<Message>> {
        self.client.get(&format!("/control/channels/{channel}/messages?as={}&limit=1000", self.id)).await
    }

    /// Writes a message.
    ///
    /// # Errors
    /// When the member cannot write there.
    pub async fn say(&self, channel: u64, content: &str) -> Result<Message> {
        let body = json!({"as": self.id.to_string(), "content": content});
        self.client.post(&format!("/control/channels/{channel}/messages"), &body).await
    }

    /// Uses a slash command; `command` may hold subcommands, as in `"announce list"`; options are an object.
    ///
    /// # Errors
    /// When the member does not see the command, or an option is wrong or missing.
    pub async fn command(&self, channel: u64, command: &str, options: Value) -> Result<Outcome> {
        self.client.post("/control/interactions/command", &self.acting(channel, named(command, options))).await
    }

    /// Uses a slash command that the member may not even see.
    ///
    /// # Errors
    /// When there is no such command.
    pub async fn forge_command(&self, channel: u64, command: &str, options: Value) -> Result<Outcome> {
        let mut body = self.acting(channel, named(command, options));
        body["forged"] = json!(true);
        self.client.post("/control/interactions/command", &body).await
    }

    /// Uses a message's menu command.
    ///
    /// # Errors
    /// When the member does not see the command or the message is not there.
    pub async fn message_menu(&self, channel: u64, name: &str, message: u64) -> Result<Outcome> {
        let body = self.acting(channel, json!({"name": name, "type": 3, "target_id": message.to_string()}));
        self.client.post("/control/interactions/command", &body).await
    }

    /// Types into the option `focused`; the choices are `{"name","value"}`.
    ///
    /// # Errors
    /// When the member does not see the command.
    pub async fn autocomplete(&self, channel: u64, command: &str, focused: &str, typed: &str) -> Result<Vec<Value>> {
        let mut body = self.acting(channel, named(command, json!({ focused: typed })));
        body["focused"] = json!(focused);
        let mut answer: Map<String, Value> = self.client.post("/control/interactions/autocomplete", &body).await?;
        Ok(answer.remove("choices").and_then(|choices| choices.as_array().cloned()).unwrap_or_default())
    }

    /// Clicks a button of a message, by its `custom_id`.
    ///
    /// # Errors
    /// When the message or button is not there for this member.
    pub async fn click(&self, message: &Message, custom_id: &str) -> Result<Outcome> {
        self.component(message.channel_id(), message.id(), json!({"custom_id": custom_id})).await
    }

    /// Clicks the button with this label.
    ///
    /// # Errors
    /// When the message has no such button.
    pub async fn press(&self, message: &Message, label: &str) -> Result<Outcome> {
        let no_button =
            || Error::Refused { status: 404, error: format!("no button {label}; there are {:?}", message.buttons()) };
        let custom_id = message.button(label).ok_or_else(no_button)?;
        self.click(message, custom_id).await
    }

    /// Chooses values of a select menu.
    ///
    /// # Errors
    /// When the menu is not there or does not have them.
    pub async fn choose(&self, message: &Message, custom_id: &str, values: &[&str]) -> Result<Outcome> {
        self.component(message.channel_id(), message.id(), json!({"custom_id": custom_id, "values": values})).await
    }

    /// Sends a click on something that is not on the message, as an attacker would.
    ///
    /// # Errors
    /// When the message does not exist.
    pub async fn forge_click(&self, message: &Message, custom_id: &str) -> Result<Outcome> {
        self.component(message.channel_id(), message.id(), json!({"custom_id": custom_id, "forged": true})).await
    }

    async fn component(&self, channel: u64, message: u64, mut more: Value) -> Result<Outcome> {
        more["message_id"] = json!(message.to_string());
        self.client.post("/control/interactions/component", &self.acting(channel, more)).await
    }

    /// Submits a form; fields are an object of `custom_id` to text.
    ///
    /// # Errors
    /// When a field is not filled in as the form asks.
    pub async fn submit(&self, channel: u64, custom_id: &str, fields: Value) -> Result<Outcome> {
        let body = self.acting(channel, json!({"custom_id": custom_id, "fields": fields}));
        self.client.post("/control/interactions/modal", &body).await
    }
}

fn named(command: &str, options: Value) -> Value {
    match command.split_once(' ') {
        Some((name, subcommand)) => json!({"name": name, "subcommand": subcommand, "options": options}),
        None => json!({"name": command, "options": options}),
    }
}
