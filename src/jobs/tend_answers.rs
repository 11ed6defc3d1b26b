//! Tends what is kept of answers: erases what is old, and makes the week's digest. Doing it twice, or in two processes,
//! changes nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use serde::{Deserialize, Serialize};

use super::{Services, carry_out};
use crate::announcements::{Draft, Kind};
use crate::answers::digest::{AHEAD, Few, Review, SHOWN, Unhelpful, Volume};
use crate::answers::{Digest, Week};
use crate::config::Config;
use crate::feedback::Trends;
use crate::inbox::{drawn, plain_title, sketches};
use crate::knowledge::{ArticleId, Knowledge};

/// How long pictures are kept for staff who try a failed delivery again.
const PICTURES_KEPT: TimeDelta = TimeDelta::days(30);

/// How far back the pictures look from the digest's day on.
const PICTURED: TimeDelta = TimeDelta::weeks(12);

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
    services.store.erase_old_pictures(now - PICTURES_KEPT).await?;
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
    let until = week.due_at.date_naive().pred_opt().unwrap_or_default();
    let first = week.due_at.date_naive() - PICTURED;
    let trends = services.store.trends(first, until).await?;
    let digest = Digest {
        volume: volume(&services.config, &trends, &week),
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
    let sketches = if draft.is_some() { sketches(&services.config, &trends, first, until) } else { Vec::new() };
    let pictures = drawn(sketches).await;
    if services.store.make_digest(&week, draft.as_ref(), &pictures, now).await? {
        tracing::info!(week = week.name, empty = draft.is_none(), "the week's digest");
    }
    Ok(())
}

/// What came in by programme in the week and in the one before, most first.
fn volume(config: &Config, trends: &Trends, week: &Week) -> Vec<Volume> {
    let mut by_key: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let before = week.since() - TimeDelta::days(7);
    for day in trends.programs.iter().filter(|day| day.on >= before) {
        let counts = by_key.entry(&day.program).or_default();
        if day.on >= week.since() { counts.0 += day.count.all } else { counts.1 += day.count.all }
    }
    let volume = |(key, (now, before))| Volume { program: plain_title(config, key), now, before };
    let mut all: Vec<Volume> = by_key.into_iter().map(volume).collect();
    all.sort_by_key(|volume| std::cmp::Reverse((volume.now, volume.before)));
    all
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
