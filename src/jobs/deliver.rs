//! Sends one delivery: claim, commit, send outside any transaction, record.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Attempt, ChannelKind, Delivery, Kind, Outcome, as_sent, plan_attempt, settle, settle_post};
use crate::config::Discord;
use crate::discord::publisher::{Destination, Looked};
use crate::ids::{DeliveryId, MessageId, Snowflake};
use crate::message::{Message, Ping};
use crate::texts::text;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DeliverAnnouncement {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for DeliverAnnouncement {
    const IDENTIFIER: &'static str = "deliver_announcement";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, self.delivery.0, deliver(services, self.delivery)).await;
        }
    }
}

async fn deliver(services: &Services, id: DeliveryId) -> anyhow::Result<()> {
    let Some(mut delivery) = services.store.claim_delivery(id, services.clock.now()).await? else { return Ok(()) };
    let (outcome, kind) = if delivery.withdrawn {
        find_withdrawn(services, &mut delivery).await?
    } else {
        attempt(services, &mut delivery).await?
    };
    let now = services.clock.now();
    let settlement = match kind {
        ChannelKind::Forum => settle_post(outcome, delivery.attempts, now),
        _ => settle(outcome, delivery.attempts, now),
    };
    tracing::info!(delivery = %id, channel = %delivery.channel, attempt = delivery.attempts, ?settlement, "attempt settled");
    services.store.settle_delivery(&delivery, &settlement, kind, now).await?;
    Ok(())
}

/// Makes the attempt; its outcome, and what kind of channel that was in, as far as it was read.
async fn attempt(services: &Services, delivery: &mut Delivery) -> anyhow::Result<(Outcome, ChannelKind)> {
    let begin = plan_attempt(delivery, services.clock.now(), services.nonce_window);
    // A member's own reminder that can't be sent is nothing for staff: the member is told at the next command.
    let gives_up = begin == Attempt::LookOnly || delivery.kind == Kind::Personal;
    if let Some(until) = services.publisher.posts_wait_until(delivery.channel).filter(|_| begin == Attempt::Send) {
        return Ok((Outcome::Wait { until }, ChannelKind::Other));
    }
    let destination = match destination(services, delivery).await {
        Ok(destination) => destination,
        Err(outcome) => return Ok((if gives_up { given_up(outcome) } else { outcome }, ChannelKind::Other)),
    };
    let found = match destination.kind.begin(begin) {
        Attempt::Send => Ok(None),
        Attempt::LookFirst | Attempt::LookOnly => find(services, delivery, &destination).await?,
    };
    let outcome = match found {
        Ok(Some(message)) => Outcome::Stands(message),
        Ok(None) if begin == Attempt::LookOnly => Outcome::TooLate,
        // Looking may have used up the claim, and only the claim keeps others from making a post, which has no nonce.
        Ok(None) if destination.kind == ChannelKind::Forum && !renewed(services, delivery).await? => {
            Outcome::Wait { until: services.clock.now() }
        }
        Ok(None) => {
            let said = as_sent(&delivery.message, delivery.due_at, services.clock.now());
            let said = still_allowed(said, delivery, &services.config.discord);
            let pictures = services.store.pictures(delivery.id).await?;
            services.publisher.create(&Delivery { message: said, ..delivery.clone() }, pictures, &destination).await
        }
        Err(outcome) => outcome,
    };
    Ok((if gives_up { given_up(outcome) } else { outcome }, destination.kind))
}

/// The message without a ping that the configuration allowed when it was made, and does not allow any more.
fn still_allowed(message: Message, delivery: &Delivery, allowed: &Discord) -> Message {
    let is_allowed = match &message.ping {
        Ping::Nobody => true,
        Ping::Roles(roles) => roles.iter().all(|role| allowed.allowed_ping_roles.contains(role)),
        Ping::Everyone => allowed.allow_everyone,
    };
    // What is not chosen by staff nor set for a feed has its own rules.
    if is_allowed || !matches!(delivery.kind, Kind::Staff | Kind::Blog) {
        return message;
    }
    tracing::warn!(delivery = %delivery.id, "it pings nobody, because the configuration does not allow its ping any more");
    Message { ping: Ping::Nobody, ..message }
}

/// Begins the claim anew, after all posts since the delivery was due were looked at; `false` when another process has it.
async fn renewed(services: &Services, delivery: &mut Delivery) -> anyhow::Result<bool> {
    let since = MessageId(Snowflake::first_at(delivery.due_at));
    Ok(services.store.note_looked(delivery, since, services.clock.now()).await?)
}

/// Reads where a delivery goes.
async fn destination(services: &Services, delivery: &Delivery) -> Result<Destination, Outcome> {
    match delivery.kind {
        Kind::Personal => services.publisher.direct_destination().await,
        _ => services.publisher.destination(delivery.channel).await,
    }
}

/// What follows where it can't even be looked whether a message stands that it is too late to send: staff could do
/// nothing about it any more.
fn given_up(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Refused { .. } | Outcome::Blocked { .. } | Outcome::NoChannel { .. } => Outcome::TooLate,
        outcome => outcome,
    }
}

/// Looks for the message of a delivery that staff cancelled after an attempt was begun, to be deleted where it stands.
/// Nothing is sent.
async fn find_withdrawn(services: &Services, delivery: &mut Delivery) -> anyhow::Result<(Outcome, ChannelKind)> {
    let destination = match destination(services, delivery).await {
        Ok(destination) => destination,
        Err(Outcome::NoChannel { problem }) => return Ok((Outcome::Gone { note: problem }, ChannelKind::Other)),
        Err(outcome) => return Ok((outcome, ChannelKind::Other)),
    };
    let outcome = match find(services, delivery, &destination).await? {
        Ok(None) => Outcome::Gone { note: text("gone-never-posted") },
        Ok(Some(message)) => Outcome::Stands(message),
        Err(outcome) => outcome,
    };
    Ok((outcome, destination.kind))
}

/// Looks for the message page by page. Each page is noted, so that a busy channel is read once however often the
/// attempt is interrupted, and the claim lasts while the reading goes on.
async fn find(
    services: &Services,
    delivery: &mut Delivery,
    destination: &Destination,
) -> anyhow::Result<Result<Option<MessageId>, Outcome>> {
    loop {
        let until = match services.publisher.look(delivery, destination).await {
            Ok(Looked::Found(message)) => return Ok(Ok(Some(message))),
            Ok(Looked::NotThere) => return Ok(Ok(None)),
            Ok(Looked::Until(message)) => message,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let now = services.clock.now();
        if !services.store.note_looked(delivery, until, now).await? {
            return Ok(Err(Outcome::Wait { until: now }));
        }
    }
}
