//! Brings a delivery's message to its announcement's newest revision.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out, step};
use crate::announcements::Step;
use crate::ids::DeliveryId;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct EditMessage {
    pub(super) delivery: DeliveryId,
}

impl TaskHandler for EditMessage {
    const IDENTIFIER: &'static str = "edit_message";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            let work = step::take(services, self.delivery, Step::Edit, async |delivery, message| {
                services.publisher.edit(delivery, message).await
            });
            carry_out(Self::IDENTIFIER, self.delivery.0, work).await;
        }
    }
}
