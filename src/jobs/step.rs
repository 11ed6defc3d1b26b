//! What the steps after a delivery have in common: claim, do, record.

use super::Services;
use crate::announcements::{Delivery, Outcome, Step, settle_step};
use crate::ids::{DeliveryId, MessageId};

/// Takes one step of a delivery whose message stands.
pub(super) async fn take(
    services: &Services,
    id: DeliveryId,
    step: Step,
    act: impl AsyncFnOnce(&Delivery, MessageId) -> Outcome,
) -> anyhow::Result<()> {
    let Some(delivery) = services.store.claim_step(id, step, services.clock.now()).await? else { return Ok(()) };
    let Some(message) = delivery.message_id else { return Ok(()) };
    let outcome = act(&delivery, message).await;
    let now = services.clock.now();
    let settlement = settle_step(outcome, delivery.attempts, now);
    tracing::info!(delivery = %id, %step, attempt = delivery.attempts, ?settlement, "step settled");
    services.store.settle_step(&delivery, step, &settlement, now).await?;
    Ok(())
}
