//! What follows a message that stands: a thread below it, its pin, its deletion. Each can be asked for twice: Discord says
//! of the second time that it is done, and that is what its answer means here.

use reqwest::Method;
use serde_json::{Value, json};

use super::posts::DeletedPost;
use super::send::{Failure, NOT_PERMITTED};
use super::{Publisher, missing_permissions};
use crate::announcements::{Delivery, Outcome};
use crate::discord::permissions::{
    CREATE_PUBLIC_THREADS, MANAGE_THREADS, PIN_MESSAGES, Permission, READ_MESSAGE_HISTORY, VIEW_CHANNEL,
};
use crate::ids::MessageId;
use crate::texts::{text, text_with};

// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>
const TOO_MANY_PINS: u64 = 30003;
const TOO_MANY_PINNED_POSTS: u64 = 30047;
const THREAD_EXISTS: u64 = 160_004;
/// The flag of a post that is pinned in its forum
/// (<https://discord.com/developers/docs/resources/channel#channel-object-channel-flags>).
const PINNED: u64 = 1 << 1;
const TOO_MANY_THREADS: [u64; 2] = [160_006, 160_007];

/// What is asked for.
struct Request<'a> {
    method: Method,
    path: &'a str,
    body: Value,
    /// The permission that it needs, where Discord says that one is missing.
    needs: &'a [Permission],
}

impl Publisher {
    /// Opens a thread below a delivery's message. A message has at most one, whose id is its own; one that has it already
    /// counts as done.
    pub async fn open_thread(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let Some(name) = &delivery.message.thread else { return Outcome::Stands(message) };
        let request = Request {
            method: Method::POST,
            path: &format!("/channels/{}/messages/{message}/threads", delivery.channel),
            body: json!({"name": name}),
            needs: &[VIEW_CHANNEL, READ_MESSAGE_HISTORY, CREATE_PUBLIC_THREADS],
        };
        let done = self.take_step(delivery, message, request, |code| match code {
            THREAD_EXISTS => Some(Outcome::Stands(message)),
            code if TOO_MANY_THREADS.contains(&code) => {
                Some(Outcome::Refused { problem: text("refused-too-many-threads") })
            }
            _ => None,
        });
        done.await.map_or_else(|outcome| outcome, |()| Outcome::Stands(message))
    }

    /// Pins a delivery's message, or its post. One that is pinned already counts as done.
    pub async fn pin(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let request = if delivery.in_post {
            Request {
                method: Method::PATCH,
                path: &format!("/channels/{message}"),
                body: json!({"flags": PINNED}),
                needs: &[VIEW_CHANNEL, MANAGE_THREADS],
            }
        } else {
            Request {
                method: Method::PUT,
                path: &format!("/channels/{}/messages/pins/{message}", delivery.channel),
                body: json!({}),
                needs: &[VIEW_CHANNEL, READ_MESSAGE_HISTORY, PIN_MESSAGES],
            }
        };
        let done = self.take_step(delivery, message, request, |code| match code {
            TOO_MANY_PINS => Some(Outcome::Refused { problem: text("refused-too-many-pins") }),
            TOO_MANY_PINNED_POSTS => Some(Outcome::Refused { problem: text("refused-too-many-pinned-posts") }),
            _ => None,
        });
        done.await.map_or_else(|outcome| outcome, |()| Outcome::Stands(message))
    }

    /// Deletes a delivery's message. One that is gone already counts as deleted. A post goes with it where nobody wrote in
    /// it and the bot may; what others wrote stays, below a title that announces nothing any more.
    pub async fn delete(&self, delivery: &Delivery, message: MessageId) -> Outcome {
        let note = match delivery.in_post.then_some(self.delete_post(message)) {
            None => "gone-taken-back",
            Some(deleting) => match deleting.await {
                Ok(DeletedPost::Gone) => return Outcome::Gone { note: text("gone-taken-back") },
                Ok(DeletedPost::StaysWithOthers) => "gone-post-written-in",
                Ok(DeletedPost::StaysWithoutPermission) => "gone-post-not-permitted",
                Err(outcome) => return outcome,
            },
        };
        let request = Request {
            method: Method::DELETE,
            path: &format!("/channels/{}/messages/{message}", delivery.stands_in(message)),
            body: json!({}),
            needs: &[VIEW_CHANNEL],
        };
        match self.take_step(delivery, message, request, |_| None).await {
            Ok(()) => {}
            // An earlier attempt came as far as this.
            Err(Outcome::Gone { .. }) if delivery.in_post => {}
            Err(outcome) => return outcome,
        }
        if delivery.in_post
            && let Err(outcome) = self.untitle_post(delivery, message).await
        {
            return outcome;
        }
        Outcome::Gone { note: text_with(note, [("title", text("post-taken-back"))]) }
    }

    /// Sends a request unless a limit is in its way; `known` says what some of Discord's codes mean for this one.
    async fn take_step(
        &self,
        delivery: &Delivery,
        message: MessageId,
        request: Request<'_>,
        known: impl FnOnce(u64) -> Option<Outcome>,
    ) -> Result<(), Outcome> {
        let Request { method, path, body, needs } = request;
        self.in_thread(delivery, message, method, path, &body).await.map_err(|failure| match failure {
            Failure::Refused { code: NOT_PERMITTED, .. } => {
                let names: Vec<&str> = needs.iter().map(|permission| permission.name).collect();
                Outcome::Refused { problem: missing_permissions(&names) }
            }
            Failure::Refused { code, .. } => known(code).unwrap_or_else(|| failure.into()),
            failure => failure.into(),
        })
    }
}
