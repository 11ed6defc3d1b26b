//! The clock's tick: what is due becomes jobs.
//!
//! Reading and enqueueing need no common transaction: nothing is changed by reading, the job's key makes a second
//! enqueueing harmless, and the job's own claim decides whether there is anything to do.

use graphile_worker::{JobSpec, JobSpecBuilder, WorkerUtils};

use super::crosspost::CrosspostMessage;
use super::deliver::DeliverAnnouncement;
use super::edit::EditMessage;
use super::poll_feeds::PollFeed;
use super::post_cards::PostCards;
use super::{Services, delivery_key, feed_key};
use crate::announcements::Step;

fn once(key: &str) -> JobSpec {
    // One attempt: what is still due is enqueued again by the next tick, on our clock.
    JobSpecBuilder::new().job_key(key).max_attempts(1).build()
}

/// Puts what is due into the queue; how much that was.
pub(super) async fn enqueue_due(services: &Services, utils: &WorkerUtils) -> anyhow::Result<usize> {
    let due = services.store.due_work(services.clock.now()).await?;
    for &id in &due.deliveries {
        utils.add_job(DeliverAnnouncement { delivery: id }, once(&delivery_key("deliver", id))).await?;
    }
    for &(id, step) in &due.steps {
        let spec = once(&delivery_key(step.as_str(), id));
        match step {
            Step::Edit => utils.add_job(EditMessage { delivery: id }, spec).await?,
            Step::Crosspost => utils.add_job(CrosspostMessage { delivery: id }, spec).await?,
        };
    }
    for &id in &due.feeds {
        utils.add_job(PollFeed { feed: id }, once(&feed_key(id))).await?;
    }
    if due.card_round {
        utils.add_job(PostCards {}, once("post_cards")).await?;
    }
    Ok(due.deliveries.len() + due.steps.len() + due.feeds.len() + usize::from(due.card_round))
}
