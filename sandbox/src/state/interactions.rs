//! The life of an interaction: made by a person, answered or deferred within three seconds, followed up for fifteen
//! minutes. Owns its rules; building the payload is `control`'s, parsing the answer `rest`'s.

use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{News, State};
use crate::errors::ApiError;

/// Discord's limit for the first answer.
pub(crate) const FIRST_ANSWER: std::time::Duration = std::time::Duration::from_secs(3);
/// The same by the server's clock.
const FIRST_ANSWER_BY_CLOCK: Duration = Duration::seconds(3);
/// How long the token of an interaction works.
const TOKEN_MINUTES: i64 = 15;

/// How far an interaction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Waiting,
    /// A "thinking…" message or an acknowledged click waits for its edit.
    Deferred,
    Answered,
    Failed,
}

/// One interaction.
#[derive(Debug)]
pub(crate) struct Interaction {
    pub(crate) id: u64,
    pub(crate) token: String,
    /// Discord's interaction type: 2 command, 3 component, 4 autocomplete, 5 modal.
    pub(crate) kind: u8,
    pub(crate) user_id: u64,
    pub(crate) channel_id: u64,
    /// The message whose component was used.
    pub(crate) source: Option<(u64, u64)>,
    /// By the clock that nobody moves: a visitor's jump must not end what is still open.
    pub(crate) created: DateTime<Utc>,
    begun: Instant,
    pub(crate) acknowledged_ms: Option<u64>,
    pub(crate) response_type: Option<u64>,
    pub(crate) phase: Phase,
    /// The message that `@original` names: channel and id.
    pub(crate) original: Option<(u64, u64)>,
    /// The message a person sees as the outcome.
    pub(crate) shown: Option<(u64, u64)>,
    pub(crate) modal: Option<Value>,
    pub(crate) choices: Option<Value>,
    pub(crate) metadata: Value,
    changed: watch::Sender<Phase>,
}

/// All interactions, and the forms that people have been shown.
#[derive(Debug, Default)]
pub(crate) struct Interactions {
    all: HashMap<u64, Interaction>,
    by_token: HashMap<String, u64>,
    /// The last form with this `custom_id` that a user was shown, and the message it came from.
    pub(crate) forms: HashMap<(u64, String), Form>,
}

/// A form that a user was shown.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// What the bot sent.
    pub(crate) data: Value,
    /// The message whose component opened it.
    pub(crate) source: Option<(u64, u64)>,
    /// The metadata of the interaction that opened it.
    pub(crate) metadata: Value,
}

/// What a person did, before it has an id.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) kind: u8,
    pub(crate) user_id: u64,
    pub(crate) channel_id: u64,
    pub(crate) source: Option<(u64, u64)>,
    /// The metadata of the interaction that opened a form.
    pub(crate) opened_by: Option<Value>,
}

impl Interactions {
    pub(crate) fn get(&self, id: u64) -> Option<&Interaction> {
        self.all.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Interaction> {
        self.all.get_mut(&id)
    }

    /// The interaction of a webhook token.
    pub(crate) fn by_token(&self, token: &str) -> Option<&Interaction> {
        self.all.get(self.by_token.get(token)?)
    }

    /// Wakes up when the phase changes.
    pub(crate) fn watch(&self, id: u64) -> Option<watch::Receiver<Phase>> {
        self.all.get(&id).map(|interaction| interaction.changed.subscribe())
    }
}

impl Interaction {
    /// Moves on and wakes up who waits.
    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.changed.send_replace(phase);
    }

    /// Notes the first answer.
    pub(crate) fn acknowledge(&mut self, response_type: u64) {
        self.response_type = Some(response_type);
        self.acknowledged_ms = Some(u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX));
    }
}

impl State {
    /// Makes an interaction and returns its id and token.
    pub(crate) fn begin(&mut self, deed: Deed) -> (u64, String) {
        let id = self.new_id();
        let token: String = (0..4).map(|_| format!("{:016x}", rand::random::<u64>())).collect();
        let owners = json!({"0": self.guild_id()});
        let mut metadata = json!({"id": id.to_string(), "type": deed.kind, "user": self.user(deed.user_id),
            "authorizing_integration_owners": owners});
        match (deed.kind, deed.source) {
            (5, _) => {
                let opened_by = deed.opened_by.unwrap_or_else(|| {
                    json!({"id": id.to_string(), "type": 2, "user": self.user(deed.user_id),
                        "authorizing_integration_owners": {"0": self.guild_id()}})
                });
                metadata["triggering_interaction_metadata"] = opened_by;
            }
            (_, Some((_, message))) => metadata["interacted_message_id"] = json!(message.to_string()),
            _ => (),
        }
        let interaction = Interaction {
            id,
            token: token.clone(),
            kind: deed.kind,
            user_id: deed.user_id,
            channel_id: deed.channel_id,
            source: deed.source,
            created: self.clock.unmoved(),
            begun: Instant::now(),
            acknowledged_ms: None,
            response_type: None,
            phase: Phase::Waiting,
            original: None,
            shown: None,
            modal: None,
            choices: None,
            metadata,
            changed: watch::Sender::new(Phase::Waiting),
        };
        self.interactions.all.insert(id, interaction);
        self.interactions.by_token.insert(token.clone(), id);
        (id, token)
    }

    /// Time since a person began it; moves of the clock are not time that went by.
    fn age(&self, interaction: &Interaction) -> Duration {
        self.clock.unmoved() - interaction.created
    }

    /// The interaction that a callback answers, if it still can be.
    pub(crate) fn answerable(&self, id: u64, token: &str) -> Result<&Interaction, ApiError> {
        let interaction = self.interactions.get(id).filter(|i| i.token == token);
        let interaction = interaction.ok_or_else(ApiError::unknown_interaction)?;
        if interaction.response_type.is_some() {
            return Err(ApiError::already_acknowledged());
        }
        if interaction.phase == Phase::Failed || self.age(interaction) >= FIRST_ANSWER_BY_CLOCK {
            return Err(ApiError::unknown_interaction());
        }
        Ok(interaction)
    }

    /// The interaction that a follow-up belongs to, if its token still works.
    pub(crate) fn followable(&self, token: &str) -> Result<&Interaction, ApiError> {
        let interaction = self.interactions.by_token(token).ok_or_else(ApiError::unknown_webhook)?;
        if self.age(interaction) >= Duration::minutes(TOKEN_MINUTES) {
            return Err(ApiError::expired_token());
        }
        if interaction.response_type.is_none() {
            return Err(ApiError::unknown_webhook());
        }
        Ok(interaction)
    }

    /// Nobody answered in time.
    pub(crate) fn give_up(&mut self, id: u64) {
        if let Some(interaction) = self.interactions.get_mut(id).filter(|i| i.phase == Phase::Waiting) {
            interaction.enter(Phase::Failed);
            self.tell_outcome(id);
        }
    }

    /// Gives up an interaction whose three seconds are over by the server's clock.
    pub(crate) fn give_up_if_late(&mut self, id: u64, token: &str) {
        let late = |i: &&Interaction| i.token == token && self.age(i) >= FIRST_ANSWER_BY_CLOCK;
        if self.interactions.get(id).filter(late).is_some() {
            self.give_up(id);
        }
    }

    /// What a person sees of it now.
    pub(crate) fn outcome(&self, id: u64) -> Option<Value> {
        let interaction = self.interactions.get(id)?;
        let state = match interaction.phase {
            Phase::Waiting => "waiting",
            Phase::Deferred => "deferred",
            Phase::Answered => "answered",
            Phase::Failed => "failed",
        };
        let message = interaction.shown.and_then(|(channel, id)| self.message(channel, id));
        let error = (interaction.phase == Phase::Failed).then_some("The application did not respond");
        Some(
            json!({"interaction_id": id.to_string(), "state": state, "acknowledged_after_ms": interaction.acknowledged_ms,
            "response_type": interaction.response_type, "message": message.map(super::messages::Stored::control),
            "modal": interaction.modal, "choices": interaction.choices, "error": error}),
        )
    }

    /// Shows the outcome on the screen of the one whose interaction it is.
    pub(crate) fn tell_outcome(&self, id: u64) {
        let Some(interaction) = self.interactions.get(id) else { return };
        let (channel_id, only) = (Some(interaction.channel_id), Some(interaction.user_id));
        self.tell(News { kind: "outcome", channel_id, only, message: None, outcome: self.outcome(id) });
    }
}
