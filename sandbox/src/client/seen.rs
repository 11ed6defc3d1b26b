//! What a member sees: messages, and what came of what he did.

use serde::Deserialize;
use serde_json::{Value, json};

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
