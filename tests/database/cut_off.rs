//! A process that can't reach the database any more, while Discord and the database are well.

use std::time::{Duration, Instant};

use sandbox::world::demo::{GENERAL, MEMBER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{announce, claims_run_out, each_stands_once};
use crate::support::process::{Psfbot, World, eventually};
use crate::support::proxy::Proxy;

/// Promise 10.
const TAKEOVER: Duration = Duration::from_secs(10);

/// After this silence the server itself ends the session that holds the lock; a second for the machine.
const SESSION: Duration = Duration::from_secs(6);

async fn gateway(world: &World, key: &str) -> u64 {
    world.discord.gateway().await.unwrap()[key].as_u64().unwrap()
}

/// The server's process of the session that holds the gateway's lock.
async fn lock_holder(pool: &PgPool) -> Option<i32> {
    sqlx::query_scalar("SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database WHERE datname = current_database() AND locktype = 'advisory' AND classid = x'7073'::int AND granted")
        .fetch_optional(pool)
        .await
        .unwrap()
}

/// A process that holds the gateway and reaches the database by the proxy, and one that stands by and does not.
async fn two_processes(world: &World, proxy: &Proxy) -> (Psfbot, Psfbot) {
    let first = world.run_on(proxy.url());
    world.bot_connected().await;
    let second = world.run();
    eventually("the second stands by", async || second.log().contains("this one stands by").then_some(())).await;
    (first, second)
}

async fn asked(world: &World) {
    let answer =
        world.discord.person(MEMBER).command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    assert!(answer.content().contains("paused"), "{answer:?}");
    assert!(answer.acknowledged_after_ms.unwrap() < 1000, "{answer:?}");
}

/// The holder goes on answering beside its successor, until it sees it.
async fn lets_go_when_it_sees_the_other(world: &World, proxy: &Proxy, first: Psfbot, second: Psfbot) {
    assert_eq!(gateway(world, "sessions").await, 2, "the first one has seen nobody yet");
    assert!(!first.log().contains("another process has taken the gateway over"));
    proxy.heal();
    eventually("the first one lets go", async || (gateway(world, "sessions").await == 1).then_some(())).await;
    eventually("it says why", async || {
        first.log().contains("another process has taken the gateway over").then_some(())
    })
    .await;
    asked(world).await;
    assert_eq!(gateway(world, "identifies").await, 2);
    first.ends_well().await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_holder_of_which_the_database_hears_nothing_is_followed_by_the_other(pool: PgPool) {
    let world = World::start(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    let (first, second) = two_processes(&world, &proxy).await;
    let holder = lock_holder(&pool).await.unwrap();
    let since = Instant::now();
    proxy.freeze();
    eventually("its session is ended", async || (lock_holder(&pool).await != Some(holder)).then_some(())).await;
    assert!(since.elapsed() < SESSION, "it took {:?}", since.elapsed());
    eventually("the other has connected", async || (gateway(&world, "identifies").await == 2).then_some(())).await;
    assert!(since.elapsed() < TAKEOVER, "it took {:?}", since.elapsed());
    lets_go_when_it_sees_the_other(&world, &proxy, first, second).await;
}

#[sqlx::test(migrations = false)]
async fn a_holder_that_is_refused_by_the_database_is_followed_by_the_other(pool: PgPool) {
    let world = World::start(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    let (first, second) = two_processes(&world, &proxy).await;
    let since = Instant::now();
    proxy.refuse();
    eventually("the other has connected", async || (gateway(&world, "identifies").await == 2).then_some(())).await;
    assert!(since.elapsed() < TAKEOVER, "it took {:?}", since.elapsed());
    lets_go_when_it_sees_the_other(&world, &proxy, first, second).await;
}

/// Each line of the log that says it.
fn lines<'a>(log: &'a str, what: &str) -> Vec<&'a str> {
    log.lines().filter(|line| line.contains(what)).collect()
}

/// Told once, however long it took and however much was under way.
fn says_once_that_it_was_away_and_is_back(log: &str) {
    assert_eq!(lines(log, "the database does not do its work").len(), 1, "{log}");
    assert_eq!(lines(log, "the database answers again").len(), 1, "{log}");
    assert_eq!(lines(log, "ERROR").len(), 1, "{:#?}", lines(log, "ERROR"));
}

#[sqlx::test(migrations = false)]
async fn without_the_database_the_gateway_stays_questions_are_answered_and_forms_wait(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    let first = world.run_on(proxy.url());
    world.bot_connected().await;
    let second = world.run_on(proxy.url());
    eventually("the second stands by", async || second.log().contains("this one stands by").then_some(())).await;
    let mia = world.discord.person(MEMBER);
    let form = mia.command(GENERAL, "feedback", json!({"program": "grants"})).await.unwrap();
    proxy.refuse();
    announce(&pool, 0..10).await;
    eventually("it is noticed", async || first.log().contains("the database does not do its work").then_some(())).await;
    asked(&world).await;
    let written = json!({"went-well": "patience", "to-change": ""});
    let sent = mia.at_once().submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert_eq!(sent.state, "deferred", "{sent:?} {}", first.log());
    assert!(sent.acknowledged_after_ms.unwrap() < 1000, "{sent:?}");
    assert_eq!((gateway(&world, "sessions").await, gateway(&world, "identifies").await), (1, 1));
    proxy.heal();
    let thanked = eventually("the form is answered", async || {
        let now = world.discord.outcome(&sent.interaction_id).await.unwrap();
        (now.state == "answered").then_some(now)
    })
    .await;
    assert!(thanked.content().contains("Thank you"), "{thanked:?}");
    each_stands_once(&world, &pool, 10).await;
    eventually("its card is posted", async || (world.messages(STAFF).await.len() == 1).then_some(())).await;
    eventually("the lock is taken up again", async || lock_holder(&pool).await).await;
    assert_eq!((gateway(&world, "sessions").await, gateway(&world, "identifies").await), (1, 1), "nobody took over");
    eventually("it says so", async || first.log().contains("the database answers again").then_some(())).await;
    says_once_that_it_was_away_and_is_back(&first.log());
    first.ends_well().await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn connections_that_died_without_a_word_hold_nothing_up(pool: PgPool) {
    let world = World::unlimited(&pool).await;
    let proxy = Proxy::to(&pool.connect_options()).await;
    let bot = world.run_on(proxy.url());
    world.bot_connected().await;
    announce(&pool, 0..20).await;
    eventually("it is at work", async || (super::open(&pool).await < 20).then_some(())).await;
    proxy.freeze();
    eventually("it is noticed", async || bot.log().contains("the database does not do its work").then_some(())).await;
    asked(&world).await;
    // The connections of before never say another word; new ones are served.
    proxy.forget();
    claims_run_out(&pool).await;
    each_stands_once(&world, &pool, 20).await;
    eventually("it says so", async || bot.log().contains("the database answers again").then_some(())).await;
    says_once_that_it_was_away_and_is_back(&bot.log());
    bot.ends_well().await;
}
