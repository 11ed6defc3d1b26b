//! Tends what is kept of answers: erases what is old, and makes the week's digest. Doing it twice, or in two processes,
//! changes nothing.

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Kind};
use crate::answers::Digest;
use crate::answers::digest::{AHEAD, Few, Review, SHOWN, Unhelpful};
use crate::knowledge::{ArticleId, Knowledge};

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct TendAnswers {}

impl TaskHandler for TendAnswers {
    const IDENTIFIER: &'static str = "tend_answers";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(services) = ctx.get_ext::<Services>() {
            carry_out(Self::IDENTIFIER, 0, tend(services)).await;
        }
    }
}

async fn tend(services: &Services) -> anyhow::Result<()> {
    let (settings, now) = (&services.config.answers, services.clock.now());
    services.store.erase_old_answers(TimeDelta::from_std(settings.keep)?, now).await?;
    if settings.digest { make_digest(services, now).await } else { Ok(()) }
}

async fn make_digest(services: &Services, now: DateTime<Utc>) -> anyhow::Result<()> {
    let settings = &services.config.answers;
    let Some(week) = settings.rhythm()?.due(now) else { return Ok(()) };
    if services.store.has_digest(&week).await? {
        return Ok(());
    }
    let discord = &services.config.discord;
    let facts = services.store.digest_facts(discord.guild_id, week.since()).await?;
    let knowledge = services.knowledge.current();
    let title = |article: &str| knowledge.get(&ArticleId::new(article)).map(|article| article.meta.title.clone());
    let unhelpful = facts.unhelpful.into_iter().map(|(article, unhelpful, helpful)| Unhelpful {
        title: title(&article).unwrap_or(article),
        unhelpful,
        helpful,
    });
    let digest = Digest {
        gaps: facts.gaps,
        unhelpful: few(unhelpful.collect()),
        reviews: few(reviews(&knowledge, now)),
        waiting: facts.waiting,
    };
    let draft = (!digest.is_empty()).then(|| Draft {
        kind: Kind::Internal,
        message: digest.message(&week, now.date_naive()),
        crosspost: false,
        origin: Some(week.origin()),
        channels: vec![settings.digest_channel.unwrap_or(discord.staff_channel)],
        due_at: week.due_at,
    });
    if services.store.make_digest(&week, draft.as_ref(), now).await? {
        tracing::info!(week = week.name, empty = draft.is_none(), "the week's digest");
    }
    Ok(())
}

/// The articles that answer and are, or will soon be, past their day; the longest past first.
fn reviews(knowledge: &Knowledge, now: DateTime<Utc>) -> Vec<Review> {
    let today = now.date_naive();
    let due = knowledge.articles().iter().filter(|article| article.is_current(today));
    let due = due.filter(|article| article.meta.review_by <= today + AHEAD);
    let mut due: Vec<Review> =
        due.map(|article| Review { title: article.meta.title.clone(), by: article.meta.review_by }).collect();
    due.sort_by(|a, b| (a.by, &a.title).cmp(&(b.by, &b.title)));
    due
}

fn few<T>(mut all: Vec<T>) -> Few<T> {
    let count = all.len();
    all.truncate(SHOWN);
    Few { first: all, all: count }
}
