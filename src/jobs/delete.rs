//! Deletes a delivery's message, because staff took the announcement back.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, step};
use crate::announcements::Step;
use crate::ids::DeliveryId;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DeleteMessage {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for DeleteMessage {
    const IDENTIFIER: &'static str = "delete_message";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            let work = step::take(services, self.delivery, Step::Delete, async |delivery, message| {
                services.publisher.delete(delivery, message).await
            });
            carry_out(Self::IDENTIFIER, self.delivery.0, work).await;
        }
    }
}
