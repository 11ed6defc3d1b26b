//! Each trouble strikes each effect at each moment, once and again; in the end it is there once.

use psfbot::clock::Clock;
use sqlx::PgPool;

use super::effect::{Begun, Effect, Scene, series};
use super::fault::{LONGEST_WAIT, MOMENTS, Moment, TROUBLES, Trouble};
use super::{bare, empty};
use crate::support::{TOKEN, TestServer};

async fn every_trouble_at_every_moment(pool: PgPool, effect: Effect) {
    for trouble in TROUBLES {
        for moment in MOMENTS {
            for &times in trouble.times() {
                one_case(&pool, effect, (trouble, times), moment).await;
            }
        }
    }
}

async fn one_case(pool: &PgPool, effect: Effect, (trouble, times): (Trouble, u32), moment: Moment) {
    let case = format!("{effect:?}, {trouble:?} × {times}, {moment:?}");
    empty(pool).await;
    let mut server = TestServer::configured(pool.clone(), |config| {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let sessions = matches!(effect, Effect::Event | Effect::Direct).then(|| series(now)).unwrap_or_default();
        format!("{}\n{sessions}", bare(&config))
    })
    .await;
    let channel = effect.channel(&scene(&server)).await;
    let begun = come_due(&mut server, effect, channel).await;
    let (method, path) = effect.request(channel);
    trouble.strike(&server.discord, (method, &path), times).await;
    server.settle().await;
    moment.pass(&mut server).await;
    for _ in 0..times {
        server.advance(LONGEST_WAIT).await;
    }
    effect.assert_once(&scene(&server), &begun, &case).await;
    server.close().await;
}

fn scene(server: &TestServer) -> Scene<'_> {
    Scene {
        store: server.app.store(),
        pool: &server.pool,
        discord: &server.discord,
        api: (server.sandbox.url(), TOKEN),
        now: server.clock.now(),
    }
}

async fn come_due(server: &mut TestServer, effect: Effect, channel: u64) -> Begun {
    let mut begun = effect.begin(&scene(server), channel, 1).await;
    if effect.is_of_a_message() {
        server.settle().await;
    }
    effect.come_due(&scene(server), &mut begun).await;
    begun
}

#[sqlx::test]
async fn a_message_is_created_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Create).await;
}

#[sqlx::test]
async fn a_message_is_edited_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Edit).await;
}

#[sqlx::test]
async fn a_message_is_published_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Crosspost).await;
}

#[sqlx::test]
async fn a_thread_is_opened_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Thread).await;
}

#[sqlx::test]
async fn a_message_is_pinned_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Pin).await;
}

#[sqlx::test]
async fn a_message_is_deleted_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Delete).await;
}

#[sqlx::test]
async fn a_post_is_made_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Post).await;
}

#[sqlx::test]
async fn a_post_is_edited_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::PostEdit).await;
}

#[sqlx::test]
async fn a_post_is_pinned_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::PostPin).await;
}

#[sqlx::test]
async fn a_post_is_deleted_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::PostDelete).await;
}

#[sqlx::test]
async fn an_event_is_made_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Event).await;
}

#[sqlx::test]
async fn a_direct_message_is_sent_once(pool: PgPool) {
    every_trouble_at_every_moment(pool, Effect::Direct).await;
}
