//! Sends one delivery: claim, commit, send outside any transaction, record.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Attempt, Delivery, Outcome, notice_for_staff, plan_attempt, settle};
use crate::ids::DeliveryId;

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
    let Some(delivery) = services.store.claim_delivery(id, services.clock.now()).await? else { return Ok(()) };
    let (outcome, crosspost) = attempt(services, &delivery).await;
    let now = services.clock.now();
    let settlement = settle(outcome, delivery.attempts, now);
    tracing::info!(delivery = %id, channel = %delivery.channel, attempt = delivery.attempts, ?settlement, "attempt settled");
    let notice = notice_for_staff(&delivery, &settlement, services.staff_channel, now);
    services.store.settle_delivery(&delivery, &settlement, crosspost, notice.as_ref(), now).await?;
    Ok(())
}

/// Makes the attempt; its outcome, and whether the message is then to be published to followers.
async fn attempt(services: &Services, delivery: &Delivery) -> (Outcome, bool) {
    let publisher = &services.publisher;
    let destination = match publisher.destination(delivery.channel).await {
        Ok(destination) => destination,
        Err(outcome) => return (outcome, false),
    };
    let crosspost = delivery.crosspost && destination.is_announcement;
    let found = match plan_attempt(delivery, services.clock.now(), services.nonce_window) {
        Attempt::Send => Ok(None),
        Attempt::LookFirst => publisher.find(delivery, destination).await,
    };
    let outcome = match found {
        Ok(Some(message)) => Outcome::Stands(message),
        Ok(None) => publisher.create(delivery, destination).await,
        Err(outcome) => outcome,
    };
    (outcome, crosspost)
}
