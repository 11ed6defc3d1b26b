//! Keeps what was promised about what is stored: carries out what the ledger of erasures asks for and this database has not
//! done (it was restored from a backup, or a process died in between), takes away what was sent to members and has lost its
//! reason, and erases what is over its time. Doing it twice, or in two processes, changes nothing.

use std::collections::HashMap;

use chrono::TimeDelta;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Services, carry_out};
use crate::feedback::Record;
use crate::inbox;
use crate::message::Message;
use crate::store::{ErasureWords, KeptFor};
use crate::texts::text;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TendPrivacy {}

impl TaskHandler for TendPrivacy {
    const IDENTIFIER: &'static str = "tend_privacy";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, tend(services)).await;
        }
    }
}

async fn tend(services: &Services) -> anyhow::Result<()> {
    // What can't be carried out now holds up nothing that is over its time.
    let carried_out = carry_out_erasures(services).await;
    let (store, now) = (&services.store, services.clock.now());
    let kept = kept(services)?;
    let card = |record: &Record| inbox::expired_card(&services.config, record);
    let erased = store.erase_old_submissions(&kept, &words(&card), now).await?;
    if erased > 0 {
        tracing::info!(erased, "submissions were over their time");
    }
    store.erase_old_drafts(&kept, now).await?;
    let swept = store.sweep_personal_messages(now).await?;
    if swept > 0 {
        tracing::debug!(swept, "personal messages that belong to nothing any more");
    }
    carried_out
}

/// What is done at a start, before anybody is served: the ledger's erasures, and what they leave behind.
pub(super) async fn tend_at_start(services: &Services) -> anyhow::Result<()> {
    carry_out_erasures(services).await?;
    services.store.sweep_personal_messages(services.clock.now()).await?;
    Ok(())
}

/// Carries out the ledger's erasures that this database has not.
async fn carry_out_erasures(services: &Services) -> anyhow::Result<()> {
    let store = &services.store;
    let ledger = services.ledger.clone();
    let entries = tokio::task::spawn_blocking(move || ledger.entries()).await??;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let to_do = store.erasures_to_do(&ids).await?;
    if to_do.is_empty() {
        return Ok(());
    }
    let mut named: HashMap<[u8; 32], Vec<Uuid>> = HashMap::new();
    for entry in entries.iter().filter(|entry| to_do.contains(&entry.id)) {
        named.entry(entry.name).or_default().push(entry.id);
    }
    let card = |record: &Record| inbox::erased_card(&services.config, record);
    let (words, now) = (words(&card), services.clock.now());
    let mut erased = 0_usize;
    for subject in store.erasable().await? {
        if let Some(ids) = named.get(&services.ledger.name(&subject)) {
            store.erase(&[subject], ids, &words, now).await?;
            erased += 1;
        }
    }
    // What they ask for is not there: nothing is left to do about them.
    store.erase(&[], &to_do, &words, now).await?;
    tracing::info!(
        noted = to_do.len(),
        erased,
        "erasures of the ledger that this database did not know were carried out"
    );
    Ok(())
}

fn words<'a>(card: &'a (dyn Fn(&Record) -> Message + Send + Sync)) -> ErasureWords<'a> {
    ErasureWords { card, sent: inbox::erased_reply(), former_staff: text("former-staff") }
}

fn kept(services: &Services) -> anyhow::Result<KeptFor> {
    let (config, retention) = (&services.config, &services.config.retention);
    let of = |program: &crate::config::Program| {
        let keep = program.keep.unwrap_or(retention.feedback);
        Ok::<_, anyhow::Error>((program.key.clone(), TimeDelta::from_std(keep)?))
    };
    Ok(KeptFor {
        programs: config.programs.iter().map(of).collect::<Result<_, _>>()?,
        feedback: TimeDelta::from_std(retention.feedback)?,
        drafts: TimeDelta::from_std(retention.drafts)?,
        unsent: TimeDelta::from_std(retention.unsent_replies)?,
    })
}
