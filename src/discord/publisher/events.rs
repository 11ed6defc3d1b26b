//! The server's scheduled events
//! (<https://discord.com/developers/docs/resources/guild-scheduled-event>): list, create, move, delete.
//!
//! Creating one knows no nonce, so an attempt lists what stands before it creates. An event of ours bears a reference at
//! the end of its description. Nothing but its time is ever changed on it, so that what staff wrote on it by hand stays.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Failure, Publisher, refusal};
use crate::announcements::{Outcome, Reference};
use crate::discord::permissions::Channel;
use crate::ids::{ChannelId, EventId, UserId};
use crate::message::cut;
use crate::texts::text;

/// `EXTERNAL`: it takes place at a location in words, not in a voice channel.
const EXTERNAL: u8 = 3;

/// `GUILD_ONLY`, the only privacy level that there is.
const GUILD_ONLY: u8 = 2;

/// Discord's limits of an event, in characters.
const NAME: usize = 100;
const DESCRIPTION: usize = 1000;
const LOCATION: usize = 100;

/// An event that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDraft {
    /// Its name.
    pub name: String,
    /// What it is, in Discord's Markdown.
    pub description: String,
    /// Where it takes place.
    pub channel: ChannelId,
    /// When it begins; Discord refuses what has begun.
    pub start: DateTime<Utc>,
    /// When it ends; after `start`.
    pub end: DateTime<Utc>,
    /// How it is found again.
    pub reference: Reference,
}

/// An event that stands.
#[derive(Debug, Clone, Deserialize)]
pub struct StandingEvent {
    /// Its id.
    pub id: EventId,
    /// When it begins; staff may have moved it.
    #[serde(rename = "scheduled_start_time")]
    pub start: DateTime<Utc>,
    status: u64,
    #[serde(default)]
    creator_id: Option<UserId>,
    #[serde(default)]
    description: Option<String>,
}

#[derive(Deserialize)]
struct Created {
    id: EventId,
}

/// Discord's `status` values (<https://discord.com/developers/docs/resources/guild-scheduled-event#guild-scheduled-event-object-guild-scheduled-event-status>).
const ACTIVE: u64 = 2;
const COMPLETED: u64 = 3;

impl StandingEvent {
    /// Whether it has begun and is not over.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.status == ACTIVE
    }

    /// Whether it was made by the bot `me` with this reference.
    fn is(&self, reference: &Reference, me: UserId) -> bool {
        self.creator_id == Some(me) && self.description.as_deref().is_some_and(|text| reference.is_in(text.trim_end()))
    }
}

impl Publisher {
    /// The event of a reference, or with this id, if it stands. Of several with one reference it is the oldest.
    ///
    /// # Errors
    /// With the outcome of the attempt when that can't be told.
    pub async fn find_event(
        &self,
        known: Option<EventId>,
        reference: &Reference,
    ) -> Result<Option<StandingEvent>, Outcome> {
        let me = self.standing().await?.me;
        let path = format!("/guilds/{}/scheduled-events", self.guild);
        let events: Vec<StandingEvent> = self.event_call(Method::GET, &path, None).await?;
        let is_it = |event: &StandingEvent| match known {
            Some(known) => event.id == known,
            None => event.is(reference, me),
        };
        Ok(events.into_iter().filter(is_it).min_by_key(|event| event.id))
    }

    /// Creates an event. `claimed_until` is until when this process may.
    ///
    /// # Errors
    /// With the outcome of the attempt when it does not stand, or nobody knows.
    pub async fn create_event(&self, draft: &EventDraft, claimed_until: DateTime<Utc>) -> Result<EventId, Outcome> {
        let channel: Channel = self.call(Method::GET, &format!("/channels/{}", draft.channel), None).await?;
        let path = format!("/guilds/{}/scheduled-events", self.guild);
        // This process may have been frozen: by now another may have taken over, and made it.
        let created = self.claimed(Method::POST, &path, Some(&body(draft, &channel)), &[], claimed_until).await;
        created.map(|created: Created| created.id).map_err(event_outcome)
    }

    /// Brings an event to another time; where it has it already, nothing changes.
    ///
    /// # Errors
    /// With the outcome of the attempt when nobody knows, or Discord refuses.
    pub async fn move_event(
        &self,
        id: EventId,
        start: DateTime<Utc>,
        end: DateTime<Utc>,
        claimed_until: DateTime<Utc>,
    ) -> Result<(), Outcome> {
        let path = format!("/guilds/{}/scheduled-events/{id}", self.guild);
        let body = json!({"scheduled_start_time": start.to_rfc3339(), "scheduled_end_time": end.to_rfc3339()});
        let moved = self.claimed::<Created>(Method::PATCH, &path, Some(&body), &[], claimed_until).await;
        moved.map(drop).map_err(event_outcome)
    }

    /// Lets an event that has begun end at another time; now, where that is not ahead.
    ///
    /// # Errors
    /// With the outcome of the attempt when nobody knows, or Discord refuses.
    pub async fn end_event(
        &self,
        id: EventId,
        end: DateTime<Utc>,
        now: DateTime<Utc>,
        claimed_until: DateTime<Utc>,
    ) -> Result<(), Outcome> {
        let path = format!("/guilds/{}/scheduled-events/{id}", self.guild);
        let body =
            if end <= now { json!({"status": COMPLETED}) } else { json!({"scheduled_end_time": end.to_rfc3339()}) };
        let ended = self.claimed::<Created>(Method::PATCH, &path, Some(&body), &[], claimed_until).await;
        ended.map(drop).map_err(event_outcome)
    }

    /// Deletes an event; one that is gone already counts as deleted.
    ///
    /// # Errors
    /// With the outcome of the attempt when it may still stand.
    pub async fn delete_event(&self, id: EventId) -> Result<(), Outcome> {
        let path = format!("/guilds/{}/scheduled-events/{id}", self.guild);
        match self.perform(Method::DELETE, &path).await {
            Ok(()) | Err(Failure::Refused { code: 10070, .. }) => Ok(()),
            Err(failure) => Err(event_outcome(failure)),
        }
    }

    async fn event_call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Outcome> {
        self.request(method, path, body).await.map_err(event_outcome)
    }
}

fn event_outcome(failure: Failure) -> Outcome {
    match failure {
        Failure::Refused { status, code, message } => {
            Outcome::Refused { problem: event_refusal(status, code, &message) }
        }
        failure => failure.into(),
    }
}

fn body(draft: &EventDraft, channel: &Channel) -> Value {
    let location = channel.name.as_deref().map_or_else(|| "Discord".to_owned(), |name| format!("#{name}"));
    // The reference stands last and whole, whatever has to be cut for it.
    let reference = draft.reference.footer(None);
    let room = DESCRIPTION - crate::message::length(&reference) - 2;
    json!({
        "name": cut(&draft.name, NAME),
        "description": format!("{}\n\n{reference}", cut(&draft.description, room)),
        "privacy_level": GUILD_ONLY,
        "entity_type": EXTERNAL,
        "entity_metadata": {"location": cut(&location, LOCATION)},
        "scheduled_start_time": draft.start.to_rfc3339(),
        "scheduled_end_time": draft.end.to_rfc3339(),
    })
}

/// A refusal in words that staff understand.
fn event_refusal(status: u16, code: u64, message: &str) -> String {
    match code {
        50013 | 50001 => text("event-not-permitted"),
        30038 => text("event-too-many"),
        50035 => text("event-malformed"),
        _ => refusal(status, code, message),
    }
}
