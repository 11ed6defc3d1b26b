//! Posts of forums and media channels. A post is a thread whose first message has the thread's id. Discord knows no nonce
//! for it, so it is looked for before it is made, however short ago that may have been tried.

use chrono::{DateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::send::{Failure, NOT_PERMITTED, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE};
use super::{Destination, Found, Looked, PAGE, Publisher};
use crate::announcements::{Delivery, Outcome, UNDER_WAY};
use crate::discord::api::File;
use crate::discord::permissions::{Channel, ThreadMetadata};
use crate::ids::{ChannelId, MessageId, Snowflake, UserId};
use crate::message::limits;
use crate::texts::text;

// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
const TAG_REQUIRED: u64 = 40067;
const THREAD_ARCHIVED: u64 = 50083;

/// Pages of archived posts that one search reads.
const MOST_PAGES: usize = 20;

#[derive(Deserialize)]
struct Threads {
    threads: Vec<Thread>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
struct Thread {
    id: Snowflake,
    #[serde(default)]
    parent_id: Option<ChannelId>,
    #[serde(default)]
    owner_id: Option<UserId>,
    thread_metadata: ThreadMetadata,
}

#[derive(Deserialize)]
struct Created {
    id: MessageId,
}

/// What came of deleting a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeletedPost {
    /// It is gone, with the message that it began with.
    Gone,
    /// Somebody else wrote in it.
    StaysWithOthers,
    /// The bot may not delete posts.
    StaysWithoutPermission,
}

impl Publisher {
    /// Makes a delivery's post; `message` is the body of the message that it begins with.
    pub(super) async fn create_post(
        &self,
        delivery: &Delivery,
        mut message: Value,
        files: &[File],
        destination: &Destination,
    ) -> Outcome {
        if let Some(message) = message.as_object_mut() {
            message.remove("nonce");
            message.remove("enforce_nonce");
        }
        let offered = |tag: &&Snowflake| destination.tags.iter().any(|offered| offered.id == **tag);
        let tags: Vec<String> =
            delivery.message.tags.iter().filter(offered).take(limits::POST_TAGS).map(ToString::to_string).collect();
        let body = json!({"name": delivery.message.post_name(), "message": message, "applied_tags": tags});
        let path = format!("/channels/{}/threads", delivery.channel);
        // What is begun late in the claim could still be under way when somebody else looks.
        let start_until = delivery.claimed_until - UNDER_WAY / 2;
        match self.claimed::<Created>(Method::POST, &path, Some(&body), files, start_until).await {
            Ok(created) => Outcome::Stands(created.id),
            Err(Failure::Refused { code: TAG_REQUIRED, .. }) => {
                Outcome::Refused { problem: text("refused-tag-required") }
            }
            Err(failure) => failure.into(),
        }
    }

    /// Looks for a delivery's post among those of the bot's own that were made since `start`, open or archived.
    pub(super) async fn look_for_post(
        &self,
        delivery: &Delivery,
        start: Snowflake,
        me: UserId,
    ) -> Result<Looked, Outcome> {
        let path = format!("/guilds/{}/threads/active", self.guild);
        let mut posts = self.call::<Threads>(Method::GET, &path, None).await?.threads;
        posts.extend(self.archived_since(delivery.channel, start.created_at()).await?);
        let is_candidate =
            |post: &&Thread| post.parent_id == Some(delivery.channel) && post.owner_id == Some(me) && post.id >= start;
        for post in posts.iter().filter(is_candidate) {
            let path = format!("/channels/{0}/messages/{0}", post.id);
            match self.request::<Found>(Method::GET, &path, None).await {
                Ok(first) if first.is(&delivery.reference, me) => return Ok(Looked::Found(first.id)),
                // Somebody deleted the message that it began with, or all of it since it was listed.
                Ok(_) | Err(Failure::Refused { code: UNKNOWN_MESSAGE | UNKNOWN_CHANNEL, .. }) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Ok(Looked::NotThere)
    }

    /// The posts of a forum that were archived since.
    async fn archived_since(&self, forum: ChannelId, since: DateTime<Utc>) -> Result<Vec<Thread>, Outcome> {
        let mut found: Vec<Thread> = Vec::new();
        for _ in 0..MOST_PAGES {
            // In the form with a `Z`: a `+` would have to be escaped.
            let before = found.last().map_or_else(String::new, |last| {
                let at = last.thread_metadata.archive_timestamp.to_rfc3339_opts(SecondsFormat::Micros, true);
                format!("&before={at}")
            });
            let path = format!("/channels/{forum}/threads/archived/public?limit={PAGE}{before}");
            let page: Threads = self.call(Method::GET, &path, None).await?;
            let is_over = page.threads.last().is_none_or(|last| last.thread_metadata.archive_timestamp < since);
            found.extend(page.threads);
            if is_over || !page.has_more {
                return Ok(found);
            }
        }
        Err(Outcome::Blocked { problem: text("refused-too-many-posts") })
    }

    /// Calls a delivery's post as the delivery says. That is limited far below the rest, so it is done only where it is
    /// called otherwise (<https://discord.com/developers/docs/resources/channel#modify-channel>).
    pub(super) async fn name_post(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let path = format!("/channels/{message}");
        let post: Channel = match self.request(Method::GET, &path, None).await {
            Ok(post) => post,
            Err(failure) => return failure.into(),
        };
        let name = delivery.message.post_name();
        if post.name.as_ref() == Some(&name) {
            return Outcome::Stands(message);
        }
        match self.send(Method::PATCH, &path, Some(&json!({"name": name})), Some(delivery.claimed_until)).await {
            Ok(_) => Outcome::Stands(message),
            Err(failure) => failure.into(),
        }
    }

    /// Deletes a delivery's post, if nobody else wrote in it and the bot may.
    pub(super) async fn delete_post(&self, message: MessageId) -> Result<DeletedPost, Outcome> {
        if !self.is_alone_in_post(message).await? {
            return Ok(DeletedPost::StaysWithOthers);
        }
        match self.perform(Method::DELETE, &format!("/channels/{message}")).await {
            Ok(()) => Ok(DeletedPost::Gone),
            Err(Failure::Refused { code: NOT_PERMITTED, .. }) => Ok(DeletedPost::StaysWithoutPermission),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Whether all that stands in a post is the bot's own: what it began with, and that it was renamed.
    async fn is_alone_in_post(&self, message: MessageId) -> Result<bool, Outcome> {
        let me = self.standing().await?.me;
        let path = format!("/channels/{message}/messages?limit={PAGE}");
        let found: Vec<Found> = self.call(Method::GET, &path, None).await?;
        if !found.is_empty() {
            return Ok(found.len() < PAGE && found.iter().all(|message| message.author.id == me));
        }
        // Without Read Message History the list is empty too, whatever stands there.
        let post: Channel = self.call(Method::GET, &format!("/channels/{message}"), None).await?;
        Ok(post.message_count == Some(0))
    }

    /// Takes the title from a post that stays although its message was taken back.
    pub(super) async fn untitle_post(&self, delivery: &Delivery, message: MessageId) -> Result<(), Outcome> {
        let name = json!({"name": text("post-taken-back")});
        let done = self.in_thread(delivery, message, Method::PATCH, &format!("/channels/{message}"), &name).await;
        done.map_err(Outcome::from)
    }

    /// Sends a request about a delivery's message; where it stands in a thread that is archived, the thread is brought back
    /// first.
    pub(super) async fn in_thread(
        &self,
        delivery: &Delivery,
        message: MessageId,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<(), Failure> {
        let claimed_until = Some(delivery.claimed_until);
        match self.send(method.clone(), path, Some(body), claimed_until).await {
            Err(Failure::Refused { code: THREAD_ARCHIVED, .. }) => {}
            done => return done.map(drop),
        }
        let thread = format!("/channels/{}", delivery.stands_in(message));
        self.send(Method::PATCH, &thread, Some(&json!({"archived": false})), claimed_until).await?;
        self.send(method, path, Some(body), claimed_until).await.map(drop)
    }
}
