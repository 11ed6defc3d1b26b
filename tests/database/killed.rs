//! The database server itself dies while the bot delivers: a real server of the test's own, and the bot as a process.

use std::fs;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use psfbot::postgres::{Cluster, NAME, Options};
use sandbox::world::demo::{GENERAL, MEMBER, STAFF};
use serde_json::json;
use sqlx::{Connection, PgConnection, PgPool};

use super::{announce, claims_run_out, open, said};
use crate::support::process::{Psfbot, World, eventually};

const MANY: usize = 30;

/// A server, a bot on it, and the test's own way in.
struct Scene {
    cluster: Cluster,
    world: World,
    pool: PgPool,
    bot: Psfbot,
}

impl Scene {
    async fn start() -> Self {
        let cluster = Cluster::start(Options::temporary().supervisor(env!("CARGO_BIN_EXE_psfbot"))).await.unwrap();
        let pool = PgPool::connect(&cluster.url(NAME)).await.unwrap();
        let world = World::unlimited(&pool).await;
        let bot = world.run();
        world.bot_connected().await;
        Self { cluster, world, pool, bot }
    }

    fn postmaster(&self) -> Pid {
        let mut entries = fs::read_dir(self.cluster.data_dir()).unwrap().map(|entry| entry.unwrap().path());
        let file = entries.find_map(|path| fs::read_to_string(path.join("postmaster.pid")).ok()).unwrap();
        Pid::from_raw(file.lines().next().unwrap().trim().parse().unwrap())
    }

    /// Waits until the server takes connections again, and knows no longer of a process of before. Its processes outlive
    /// it for a moment, so only a new connection says anything.
    async fn server_is_back(&self, gone: i32) {
        eventually("the server is back", async || {
            let mut new = PgConnection::connect(&self.cluster.url(NAME)).await.ok()?;
            let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)")
                .bind(gone)
                .fetch_one(&mut new)
                .await
                .ok()?;
            (!known).then_some(())
        })
        .await;
    }

    /// One of the processes that serve the bot, as soon as there is one: the bot connects anew in its own time.
    async fn backend(&self) -> i32 {
        eventually("the bot is connected to the server", async || {
            sqlx::query_scalar("SELECT pid FROM pg_stat_activity WHERE application_name = 'psfbot' LIMIT 1")
                .fetch_optional(&self.pool)
                .await
                .ok()?
        })
        .await
    }

    /// What was due and acknowledged stands once; nothing is left in the queue; the log says what happened at most once
    /// for each of the `outages`, and that it is over.
    async fn all_is_well(self, outages: usize) {
        let Self { cluster, world, pool, bot } = self;
        claims_run_out(&pool).await;
        super::each_stands_once(&world, &pool, MANY).await;
        eventually("the queue is empty", async || {
            let jobs: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM graphile_worker._private_jobs WHERE key LIKE 'deliver:%' AND locked_at IS NULL",
            )
            .fetch_one(&pool)
            .await
            .unwrap();
            (jobs == 0).then_some(())
        })
        .await;
        let said = |what: &str| bot.log().matches(what).count();
        eventually("the end of each outage is said", async || {
            (said("the database does not do its work") == said("the database answers again")).then_some(())
        })
        .await;
        assert!(said("the database does not do its work") <= outages, "{}", bot.log());
        bot.ends_well().await;
        pool.close().await;
        cluster.stop().await.unwrap();
    }
}

/// The middle of it: some are delivered. (That all are, before anybody looks, proves less but is no failure.)
async fn at_work(pool: &PgPool) {
    eventually("some are delivered", async || (open(pool).await < i64::try_from(MANY - 3).unwrap()).then_some(()))
        .await;
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_deliveries_loses_and_doubles_nothing() {
    let scene = Scene::start().await;
    let mia = scene.world.discord.person(MEMBER);
    let form = mia.command(GENERAL, "feedback", json!({"program": "grants"})).await.unwrap();
    let written = json!({"went-well": "kept", "to-change": ""});
    let thanked = mia.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert!(thanked.content().contains("Thank you"), "{thanked:?}");
    announce(&scene.pool, 0..MANY).await;
    at_work(&scene.pool).await;
    let backend = scene.backend().await;
    kill(scene.postmaster(), Signal::SIGKILL).unwrap();
    scene.server_is_back(backend).await;
    let kept: String = sqlx::query_scalar("SELECT went_well FROM submission").fetch_one(&scene.pool).await.unwrap();
    assert_eq!(kept, "kept");
    eventually("its card is posted once", async || (scene.world.messages(STAFF).await.len() == 1).then_some(())).await;
    scene.all_is_well(1).await;
}

#[tokio::test]
async fn a_server_process_killed_or_a_server_restarted_without_care_changes_nothing() {
    let scene = Scene::start().await;
    announce(&scene.pool, 0..MANY / 2).await;
    eventually("some are delivered", async || (open(&scene.pool).await < 13).then_some(())).await;
    let backend = scene.backend().await;
    // The server then ends all of them, and recovers.
    kill(Pid::from_raw(backend), Signal::SIGKILL).unwrap();
    scene.server_is_back(backend).await;
    announce(&scene.pool, MANY / 2..MANY).await;
    // What `pg_ctl stop -m immediate` does; the supervisor starts it again.
    let backend = scene.backend().await;
    kill(scene.postmaster(), Signal::SIGQUIT).unwrap();
    scene.server_is_back(backend).await;
    scene.all_is_well(2).await;
}

#[tokio::test]
async fn a_server_that_stays_away_for_a_while_is_waited_for() {
    let scene = Scene::start().await;
    announce(&scene.pool, 0..MANY).await;
    at_work(&scene.pool).await;
    // Frozen, all of its processes: they hold their sockets and say nothing.
    let backends: Vec<i32> = sqlx::query_scalar("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        .fetch_all(&scene.pool)
        .await
        .unwrap();
    let all: Vec<Pid> = backends.into_iter().map(Pid::from_raw).chain([scene.postmaster()]).collect();
    for pid in &all {
        kill(*pid, Signal::SIGSTOP).unwrap();
    }
    eventually("it is noticed", async || scene.bot.log().contains("the database does not do its work").then_some(()))
        .await;
    let asked = json!({"question": "Are grants open?"});
    let answer = scene.world.discord.person(MEMBER).command(GENERAL, "ask", asked).await.unwrap();
    assert!(answer.content().contains("paused"), "{answer:?}");
    for pid in &all {
        // One may have ended by itself.
        let _ = kill(*pid, Signal::SIGCONT);
    }
    assert!(!scene.world.messages(GENERAL).await.iter().any(|message| message.content() == said(MANY)));
    scene.all_is_well(1).await;
}
