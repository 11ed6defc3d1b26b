//! What psfbot posts by itself: create, find again, edit, publish, and the steps of [`steps`]; each answered in our own words ([`Outcome`]).
//!
//! Owns which request is sent and what its answer means. Refuses to decide on retries (`announcements`), to record
//! (`store`) and to wait: a limit's wait is handed back, and until it is over no request goes to the limited bucket
//! (`gate`), of this process, of another one, or of the next (`waits`).

mod bucket;
mod destination;
mod direct;
mod doors;
mod events;
mod gate;
mod pace;
mod posts;
mod route;
mod seen;
mod send;
mod standing;
mod steps;
mod waits;

use std::sync::Arc;

use chrono::TimeDelta;
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::api::{Api, File};
use super::permissions::{
    self, ATTACH_FILES, Channel, EMBED_LINKS, Guild, MANAGE_THREADS, Permissions, READ_MESSAGE_HISTORY, Role, Tag,
};
use super::render;
use crate::announcements::{ChannelKind, Delivery, Outcome, Reference};
use crate::clock::SharedClock;
use crate::ids::{ChannelId, GuildId, MessageId, RoleId, Snowflake, UserId};
use crate::message::{Picture, length, limits};
use crate::store::Store;
use crate::texts::{text, text_with};
pub use destination::Destination;
use direct::Openings;
pub use events::{EventDraft, StandingEvent};
use gate::Gate;
use pace::Urgency;
use seen::Seen;
pub(in crate::discord) use send::Failure;
use send::{MOMENT, PATIENCE, SEATS};
use standing::{Reading, Standing};
pub use waits::{Subject, Waiting};

/// How long Discord's and our clock may differ when a channel is read "since it was due".
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(5);

/// Discord's code for a message that is published already
/// (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>).
const ALREADY_CROSSPOSTED: u64 = 40033;

/// Messages that one request reads; Discord's maximum.
const PAGE: usize = 100;

/// Posts what psfbot posts by itself.
#[derive(Debug, Clone)]
pub struct Publisher {
    api: Api,
    guild: GuildId,
    store: Store,
    clock: SharedClock,
    urgency: Urgency,
    gate: Arc<Gate>,
    standing: Arc<Reading>,
    seen: Arc<Seen>,
    openings: Arc<Openings>,
    /// See [`SEATS`].
    seats: Arc<Semaphore>,
    /// Cancelled when the process is to end.
    stopping: CancellationToken,
}

/// What a page of a channel says about a delivery's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// It is this one.
    Found(MessageId),
    /// It is not among those up to this one; there are more.
    Until(MessageId),
    /// It certainly is not there.
    NotThere,
}

#[derive(Deserialize)]
struct User {
    id: UserId,
}

#[derive(Deserialize)]
struct Member {
    roles: Vec<RoleId>,
}

#[derive(Deserialize)]
struct Created {
    id: MessageId,
}

#[derive(Deserialize)]
struct Found {
    id: MessageId,
    author: User,
    #[serde(default)]
    embeds: Vec<FoundEmbed>,
}

#[derive(Deserialize)]
struct FoundEmbed {
    footer: Option<FoundFooter>,
}

#[derive(Deserialize)]
struct FoundFooter {
    text: String,
}

impl Found {
    fn is(&self, reference: &Reference, me: UserId) -> bool {
        self.author.id == me
            && self.embeds.iter().any(|embed| embed.footer.as_ref().is_some_and(|footer| reference.is_in(&footer.text)))
    }
}

impl Publisher {
    /// A publisher for one guild.
    #[must_use]
    pub fn new(api: Api, guild: GuildId, store: Store, clock: SharedClock, stopping: CancellationToken) -> Self {
        let (gate, standing, seen, openings) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        let seats = Arc::new(Semaphore::new(SEATS));
        Self { api, guild, store, clock, urgency: Urgency::Background, gate, standing, seen, openings, seats, stopping }
    }

    /// The same publisher, for what members wait for: it has room when announcements have used up theirs.
    #[must_use]
    pub fn for_members(&self) -> Self {
        Self { urgency: Urgency::Foreground, ..self.clone() }
    }

    /// Reads what the bot may do where a delivery goes.
    ///
    /// # Errors
    /// With the outcome that the whole attempt then has.
    pub async fn destination(&self, channel: ChannelId) -> Result<Destination, Outcome> {
        let channel: Channel = self.call(Method::GET, &format!("/channels/{channel}"), None).await?;
        let standing = self.standing().await?;
        if channel.guild_id != Some(self.guild) {
            return Err(Outcome::Refused { problem: text("refused-other-server") });
        }
        let kind = channel.announcing_kind();
        let permitting =
            |channel: &Channel| permissions::in_channel(&standing.guild, standing.me, &standing.roles, channel);
        // A thread has no exceptions of its own.
        let parent = channel.parent_id.filter(|_| kind == ChannelKind::Thread);
        let permissions = match parent {
            None => permitting(&channel),
            Some(parent) => permitting(&self.call(Method::GET, &format!("/channels/{parent}"), None).await?),
        };
        let may_give = |tag: &Tag| !tag.moderated || permissions.has(MANAGE_THREADS);
        let destination = Destination {
            permissions,
            kind,
            requires_tag: channel.requires_tag(),
            is_locked: channel.is_locked(),
            me: standing.me,
            name: channel.name.unwrap_or_default(),
            parent,
            tags: channel.available_tags.into_iter().filter(may_give).collect(),
        };
        self.seen.note(channel.id, &destination);
        Ok(destination)
    }

    /// As [`Publisher::destination`], for a member's direct messages.
    ///
    /// # Errors
    /// With the outcome that the whole attempt then has.
    pub async fn direct_destination(&self) -> Result<Destination, Outcome> {
        let me = self.standing().await?.me;
        // There are no permissions to lack there: Discord itself says whether the member takes messages.
        Ok(Destination {
            permissions: Permissions(u64::MAX),
            kind: ChannelKind::Direct,
            name: String::new(),
            parent: None,
            tags: Vec::new(),
            requires_tag: false,
            is_locked: false,
            me,
        })
    }

    /// Reads the guild's roles.
    ///
    /// # Errors
    /// As [`Publisher::destination`].
    pub async fn roles(&self) -> Result<Vec<Role>, Outcome> {
        Ok(self.standing().await?.guild.roles)
    }

    async fn standing(&self) -> Result<Standing, Outcome> {
        let now = self.clock.now();
        if let Some(standing) = self.standing.recent(now) {
            return Ok(standing);
        }
        let reader = tokio::time::timeout(PATIENCE, self.standing.reader()).await;
        let Ok(_reader) = reader else { return Err(Outcome::Wait { until: now + MOMENT }) };
        if let Some(standing) = self.standing.recent(now) {
            return Ok(standing);
        }
        let me: User = self.call(Method::GET, "/users/@me", None).await?;
        let guild: Guild = self.call(Method::GET, &format!("/guilds/{}", self.guild), None).await?;
        let path = format!("/guilds/{}/members/{}", self.guild, me.id);
        let member: Member = self.call(Method::GET, &path, None).await?;
        let standing = Standing { me: me.id, roles: member.roles, guild };
        self.standing.keep(self.clock.now(), &standing);
        Ok(standing)
    }

    /// Creates a delivery's message, unless Discord knows its nonce: then it is the message of the earlier attempt.
    /// Where the bot may not attach files it goes without its pictures, and says so: all that they show is in words as well.
    pub async fn create(&self, delivery: &Delivery, pictures: Vec<Picture>, destination: &Destination) -> Outcome {
        let missing = destination.permissions.missing(&[EMBED_LINKS]);
        if !missing.is_empty() {
            return Outcome::Blocked { problem: missing_permissions(&missing) };
        }
        let body = match render::create(&delivery.message, &delivery.reference, &delivery.nonce) {
            Ok(body) => body,
            Err(error) => {
                return Outcome::Refused { problem: text_with("refused-json", [("problem", error.to_string())]) };
            }
        };
        let (body, files) = with_pictures(body, pictures, destination);
        if destination.kind == ChannelKind::Forum {
            return self.create_post(delivery, body, &files, destination).await;
        }
        let path = format!("/channels/{}/messages", delivery.channel);
        match self.claimed::<Created>(Method::POST, &path, Some(&body), &files, delivery.claimed_until).await {
            Ok(created) => Outcome::Stands(created.id),
            Err(failure) => failure.into(),
        }
    }

    /// Reads the next page of the channel in search of a delivery's message, from where the last one ended.
    ///
    /// # Errors
    /// With the outcome of the attempt when that can't be told. Without Read Message History Discord answers with an
    /// empty list, which says nothing.
    pub async fn look(&self, delivery: &Delivery, destination: &Destination) -> Result<Looked, Outcome> {
        let missing = destination.permissions.missing(&[READ_MESSAGE_HISTORY]);
        if !missing.is_empty() {
            return Err(Outcome::Blocked { problem: missing_permissions(&missing) });
        }
        let start = Snowflake::first_at(delivery.due_at.min(self.clock.now()) - CLOCK_SKEW);
        if destination.kind == ChannelKind::Forum {
            return self.look_for_post(delivery, start, destination.me).await;
        }
        let after = delivery.looked_until.map_or(start, |message| message.0.max(start));
        let path = format!("/channels/{}/messages?limit={PAGE}&after={after}", delivery.channel);
        let page: Vec<Found> = self.call(Method::GET, &path, None).await?;
        if let Some(found) = page.iter().find(|message| message.is(&delivery.reference, destination.me)) {
            return Ok(Looked::Found(found.id));
        }
        match page.iter().map(|message| message.id).max() {
            Some(newest) if page.len() == PAGE => Ok(Looked::Until(newest)),
            _ => Ok(Looked::NotThere),
        }
    }

    /// Brings a delivery's message to its newest revision. Doing it twice changes nothing.
    pub async fn edit(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let body = match render::edit(&delivery.message, &delivery.reference) {
            Ok(body) => body,
            Err(error) => {
                return Outcome::Refused { problem: text_with("refused-json", [("problem", error.to_string())]) };
            }
        };
        let path = format!("/channels/{}/messages/{message}", delivery.stands_in(message));
        // Not when the claim is over: an older edit must not overtake a newer one.
        if let Err(failure) = self.in_thread(delivery, message, Method::PATCH, &path, &body).await {
            return failure.into();
        }
        if delivery.in_post { self.name_post(delivery, message).await } else { Outcome::Stands(message) }
    }

    /// Publishes a message of an announcement channel to its followers. One that is published already counts as done.
    pub async fn crosspost(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let path = format!("/channels/{}/messages/{message}/crosspost", delivery.channel);
        match self.claimed::<Created>(Method::POST, &path, None, &[], delivery.claimed_until).await {
            Ok(done) => Outcome::Stands(done.id),
            Err(Failure::Refused { code: ALREADY_CROSSPOSTED, .. }) => Outcome::Stands(message),
            Err(failure) => failure.into(),
        }
    }
}

/// The body of a message with its pictures, and their bytes.
fn with_pictures(mut body: Value, pictures: Vec<Picture>, destination: &Destination) -> (Value, Vec<File>) {
    if pictures.is_empty() {
        return (body, Vec::new());
    }
    let missing = destination.permissions.missing(&[ATTACH_FILES]);
    if !missing.is_empty() {
        let said = body["content"].as_str().unwrap_or_default();
        let note = text_with("pictures-left-out", [("permissions", missing.join(", "))]);
        if length(said) + length(&note) < limits::CONTENT {
            body["content"] = format!("{said}\n{note}").into();
        }
        return (body, Vec::new());
    }
    let files: Vec<File> = pictures.into_iter().map(File::from).collect();
    body["attachments"] = File::attachments(&files).into();
    (body, files)
}

fn missing_permissions(names: &[&str]) -> String {
    text_with("refused-permissions", [("permissions", names.join(", "))])
}

/// A refusal in words that staff understand
/// (codes: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>).
fn refusal(status: u16, code: u64, message: &str) -> String {
    let message = ("message", message.to_owned());
    match (code, status) {
        (50001, _) => text("refused-not-seen"),
        (50013, _) => text("refused-not-permitted"),
        (50035, _) => text("refused-malformed"),
        (_, 403) => text_with("refused-forbidden", [message]),
        (_, 404) => text_with("refused-not-found", [message]),
        _ => text_with("refused-otherwise", [message, ("status", status.to_string()), ("code", code.to_string())]),
    }
}
