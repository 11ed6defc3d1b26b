//! Who is connected, and how often: promises 6 and 10. Ten seconds are what promise 10 is about, so these tests watch the
//! clock on the wall.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use nix::sys::signal::Signal;
use sandbox::world::demo::{GENERAL, MEMBER};
use serde_json::json;
use sqlx::PgPool;

mod disturbed;
mod refused;

use crate::support::TestServer;
use crate::support::process::{Psfbot, World, eventually};

/// Promise 10.
const TAKEOVER: Duration = Duration::from_secs(10);

async fn identifies(discord: &sandbox::client::Client) -> u64 {
    count(discord, "identifies").await
}

/// The bot answers a command again.
async fn serves(discord: &sandbox::client::Client) {
    eventually("a command is answered", async || {
        let asked = json!({"question": "Are grants open?"});
        let answer = discord.person(MEMBER).command(GENERAL, "ask", asked).await.ok()?;
        (answer.state == "answered").then_some(())
    })
    .await;
}

/// A count of `GET /control/gateway`.
async fn count(discord: &sandbox::client::Client, of: &str) -> u64 {
    discord.gateway().await.unwrap()[of].as_u64().unwrap()
}

/// Lets the time go by until so many sessions were begun; when they were.
async fn times_of_sessions(server: &TestServer, sessions: usize) -> Vec<DateTime<Utc>> {
    eventually("the session comes", async || {
        server.clock.advance(TimeDelta::seconds(10));
        let gateway = server.discord.gateway().await.unwrap();
        let at: Vec<DateTime<Utc>> = serde_json::from_value(gateway["identified_at"].clone()).unwrap();
        (at.len() == sessions).then_some(at)
    })
    .await
}

/// Two processes on one database, the first of which is connected and the other stands by.
async fn two_processes(world: &World, pool: &PgPool) -> (Psfbot, Psfbot) {
    let first = world.run();
    world.bot_connected().await;
    let second = world.run();
    eventually("the second process has asked for the lock", async || {
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%gateway_holder%' AND application_name = 'psfbot'")
                .fetch_one(pool)
                .await
                .unwrap();
        (waiting >= 2).then_some(())
    })
    .await;
    assert_eq!(identifies(&world.discord).await, 1, "the second one stands by");
    (first, second)
}

async fn taken_over(world: &World, since: Instant) {
    eventually("another process has connected", async || (identifies(&world.discord).await == 2).then_some(())).await;
    assert!(since.elapsed() < TAKEOVER, "it took {:?}", since.elapsed());
    world.bot_connected().await;
    let asked = json!({"question": "Are grants open?"});
    let answer = world.discord.person(MEMBER).command(GENERAL, "ask", asked).await.unwrap();
    assert_eq!(answer.state, "answered", "{answer:?}");
}

#[sqlx::test(migrations = false)]
async fn a_killed_holder_is_followed_by_the_other_within_ten_seconds(pool: PgPool) {
    let world = World::start(&pool).await;
    let (first, second) = two_processes(&world, &pool).await;
    let since = Instant::now();
    first.kill();
    taken_over(&world, since).await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_frozen_holder_loses_the_gateway_and_lets_go_when_it_wakes(pool: PgPool) {
    let world = World::start(&pool).await;
    let (first, second) = two_processes(&world, &pool).await;
    let since = Instant::now();
    first.signal(Signal::SIGSTOP);
    taken_over(&world, since).await;
    first.signal(Signal::SIGCONT);
    eventually("the first one has let go", async || {
        (world.discord.gateway().await.unwrap()["sessions"] == 1).then_some(())
    })
    .await;
    let woken = String::from_utf8(first.terminate().await.stderr).unwrap();
    assert!(woken.contains("another process has taken the gateway over"), "{woken}");
    assert_eq!(identifies(&world.discord).await, 2, "it began no session of its own");
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn an_orderly_end_hands_the_gateway_over(pool: PgPool) {
    let world = World::start(&pool).await;
    let (first, second) = two_processes(&world, &pool).await;
    let since = Instant::now();
    first.ends_well().await;
    taken_over(&world, since).await;
    second.ends_well().await;
}

#[sqlx::test(migrations = false)]
async fn a_crash_loop_begins_no_more_sessions_than_are_allowed(pool: PgPool) {
    let world = World::start(&pool).await;
    for n in 1..=6 {
        let bot = world.run();
        eventually("a session", async || (identifies(&world.discord).await == n).then_some(())).await;
        eventually("it is counted", async || {
            let counted: i64 =
                sqlx::query_scalar("SELECT count(*) FROM gateway_identify").fetch_one(&pool).await.unwrap();
            (counted == i64::try_from(n).unwrap()).then_some(())
        })
        .await;
        bot.kill();
    }
    let bot = world.run();
    let log = tokio::time::timeout(Duration::from_secs(4), std::future::pending::<()>()).await;
    assert!(log.is_err());
    assert_eq!(identifies(&world.discord).await, 6);
    let said = String::from_utf8(bot.terminate().await.stderr).unwrap();
    assert!(said.contains("too many sessions were begun"), "{said}");
    assert_eq!(identifies(&world.discord).await, 6);
}
