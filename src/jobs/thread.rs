//! Opens a thread below a delivery's message.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, step};
use crate::announcements::Step;
use crate::ids::DeliveryId;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OpenThread {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for OpenThread {
    const IDENTIFIER: &'static str = "open_thread";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            let work = step::take(services, self.delivery, Step::Thread, async |delivery, message| {
                services.publisher.open_thread(delivery, message).await
            });
            carry_out(Self::IDENTIFIER, self.delivery.0, work).await;
        }
    }
}
