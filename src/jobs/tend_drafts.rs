//! Tends staff announcements and drafts: a card that waits beyond its time says so, what waits beyond its end is given up, and
//! an author is told before a draft that nobody touches is dropped. Doing it twice, or in two processes, changes nothing.

use chrono::TimeDelta;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announce_desk;
use crate::config::Announce;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TendDrafts {}

impl TaskHandler for TendDrafts {
    const IDENTIFIER: &'static str = "tend_drafts";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, tend(services)).await;
        }
    }
}

async fn tend(services: &Services) -> anyhow::Result<()> {
    let (config, now) = (&services.config, services.clock.now());
    let tended = services.store.tend_approvals(announce_desk::desk(config), now).await?;
    let keep = TimeDelta::from_std(config.announce.keep_drafts)?;
    let notice = TimeDelta::from_std(Announce::NOTICE)?;
    let card = |draft: &_| announce_desk::untouched(config, draft, now + notice, now);
    let drafts = services.store.tend_drafts(keep - notice, notice, card, now).await?;
    let (late, missed, warned, dropped) = (tended.late, tended.missed, drafts.warned, drafts.dropped);
    if late + missed + warned + dropped > 0 {
        tracing::info!(late, missed, warned, dropped, "announcements and drafts tended");
    }
    Ok(())
}
