//! Pins a delivery's message in its channel.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, step};
use crate::announcements::Step;
use crate::ids::DeliveryId;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PinMessage {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for PinMessage {
    const IDENTIFIER: &'static str = "pin_message";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            let work = step::take(services, self.delivery, Step::Pin, async |delivery, message| {
                services.publisher.pin(delivery, message).await
            });
            carry_out(Self::IDENTIFIER, self.delivery.0, work).await;
        }
    }
}
