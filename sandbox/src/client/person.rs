//! A member's side of the screen.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Client, Error, Message, Outcome, Result};

/// How long a person waits for what was promised.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long between two looks at it.
const PAUSE: Duration = Duration::from_millis(20);

/// A member's side of the screen.
///
/// What the bot defers is waited for, as people do: on a machine with much else to do anything may be deferred.
#[derive(Debug, Clone)]
pub struct Person {
    pub(super) client: Client,
    /// The member's id.
    pub id: u64,
    pub(super) waits: bool,
}

impl Person {
    /// The same member, who is content with the first answer, also if it only promises another one.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.waits = false;
        self
    }

    /// Does something, and waits for what comes of it.
    async fn interact(&self, kind: &str, body: &Value) -> Result<Outcome> {
        let mut outcome: Outcome = self.client.post(&format!("/control/interactions/{kind}"), body).await?;
        let until = tokio::time::Instant::now() + PATIENCE;
        while self.waits && outcome.state == "deferred" {
            if tokio::time::Instant::now() > until {
                return Err(Error::Unanswered(PATIENCE));
            }
            tokio::time::sleep(PAUSE).await;
            outcome = self.client.outcome(&outcome.interaction_id).await?;
        }
        Ok(outcome)
    }

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

    /// The posts of a forum, oldest first: each as a channel of [`Person::state`], with the messages in it.
    ///
    /// # Errors
    /// When the member does not see the forum.
    pub async fn posts(&self, forum: u64) -> Result<Vec<(Value, Vec<Message>)>> {
        let state = self.state().await?;
        let all = state["channels"].as_array().cloned().unwrap_or_default();
        let mut posts = Vec::new();
        let forum = forum.to_string();
        for post in all.into_iter().filter(|channel| channel["parent_id"].as_str() == Some(forum.as_str())) {
            let id = post["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
            let messages = self.messages(id).await?;
            posts.push((post, messages));
        }
        Ok(posts)
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
    /// When the member does not see the command, an option is wrong or missing, or what was deferred never comes.
    pub async fn command(&self, channel: u64, command: &str, options: Value) -> Result<Outcome> {
        self.interact("command", &self.acting(channel, named(command, options))).await
    }

    /// Uses a slash command that the member may not even see.
    ///
    /// # Errors
    /// When there is no such command.
    pub async fn forge_command(&self, channel: u64, command: &str, options: Value) -> Result<Outcome> {
        let mut body = self.acting(channel, named(command, options));
        body["forged"] = json!(true);
        self.interact("command", &body).await
    }

    /// Uses a message's menu command.
    ///
    /// # Errors
    /// When the member does not see the command or the message is not there.
    pub async fn message_menu(&self, channel: u64, name: &str, message: u64) -> Result<Outcome> {
        let body = self.acting(channel, json!({"name": name, "type": 3, "target_id": message.to_string()}));
        self.interact("command", &body).await
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

    /// Chooses what a select menu does not offer, as an attacker would, or somebody whose menu is old.
    ///
    /// # Errors
    /// When the message does not exist.
    pub async fn forge_choice(&self, message: &Message, custom_id: &str, values: &[&str]) -> Result<Outcome> {
        let more = json!({"custom_id": custom_id, "values": values, "forged": true});
        self.component(message.channel_id(), message.id(), more).await
    }

    /// What came of an interaction by now: a deferred one is completed later.
    ///
    /// # Errors
    /// When there is no such interaction.
    pub async fn outcome(&self, interaction: &str) -> Result<Outcome> {
        self.client.outcome(interaction).await
    }

    async fn component(&self, channel: u64, message: u64, mut more: Value) -> Result<Outcome> {
        more["message_id"] = json!(message.to_string());
        self.interact("component", &self.acting(channel, more)).await
    }

    /// Submits a form; fields are an object of `custom_id` to text.
    ///
    /// # Errors
    /// When a field is not filled in as the form asks.
    pub async fn submit(&self, channel: u64, custom_id: &str, fields: Value) -> Result<Outcome> {
        let body = self.acting(channel, json!({"custom_id": custom_id, "fields": fields}));
        self.interact("modal", &body).await
    }
}

fn named(command: &str, options: Value) -> Value {
    match command.split_once(' ') {
        Some((name, subcommand)) => json!({"name": name, "subcommand": subcommand, "options": options}),
        None => json!({"name": command, "options": options}),
    }
}
