//! Publishes a delivery's message to the servers that follow its channel.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, step};
use crate::announcements::Step;
use crate::ids::DeliveryId;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CrosspostMessage {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for CrosspostMessage {
    const IDENTIFIER: &'static str = "crosspost_message";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            let work = step::take(services, self.delivery, Step::Crosspost, async |delivery, message| {
                services.publisher.crosspost(delivery, message).await
            });
            carry_out(Self::IDENTIFIER, self.delivery.0, work).await;
        }
    }
}
