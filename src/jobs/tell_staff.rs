//! Tells staff, by cards in their channel, of what needs them, and edits the cards as that changes.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::troubles;

/// The job. It carries nothing: what is to be told is in the rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TellStaff {}

impl TaskHandler for TellStaff {
    const IDENTIFIER: &'static str = "tell_staff";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, tell(services)).await;
        }
    }
}

async fn tell(services: &Services) -> anyhow::Result<()> {
    let now = services.clock.now();
    let told = services.store.tell_troubles(|found| troubles::draft(&services.config, found, now), now).await?;
    tracing::info!(told, "staff are told of what needs them");
    Ok(())
}
