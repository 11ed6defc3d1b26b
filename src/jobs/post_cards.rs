//! Holds the round in which the cards of anonymous submissions are posted and brought up to date.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::inbox;

/// The job. It carries nothing: which cards they are is in their rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PostCards {}

impl TaskHandler for PostCards {
    const IDENTIFIER: &'static str = "post_cards";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, post(services)).await;
        }
    }
}

async fn post(services: &Services) -> anyhow::Result<()> {
    let now = services.clock.now();
    let posted = services.store.hold_round(|record| inbox::draft(&services.config, record, now), now).await?;
    tracing::info!(posted, "the hour's anonymous cards");
    Ok(())
}
