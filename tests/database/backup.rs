//! A backup from before a delivery, restored after it: nothing is posted again.

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::TimeDelta;
use psfbot::announcements::{Draft, Kind};
use psfbot::clock::{Clock, SystemClock};
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use psfbot::postgres::{Cluster, NAME, Options};
use psfbot::store::Store;
use sandbox::world::demo::{BLOG, BOARD, GENERAL};
use sqlx::PgPool;

use crate::support::process::{World, eventually};

/// A program beside the server's, which the tests are given.
fn program(name: &str) -> PathBuf {
    std::env::var_os("PSFBOT_POSTGRES_BIN").map_or_else(|| name.into(), |dir| Path::new(&dir).join(name))
}

async fn done(mut command: Command) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn dump(cluster: &Cluster, file: &Path) {
    let mut command = Command::new(program("pg_dump"));
    command.arg("-Fc").arg("-f").arg(file).arg("-d").arg(cluster.url(NAME));
    done(command).await;
}

/// Without owners and grants, whose roles another server need not know.
async fn restore(cluster: &Cluster, file: &Path) {
    let mut command = Command::new(program("pg_restore"));
    command.args(["--no-owner", "--no-acl", "--exit-on-error"]).arg("-d").arg(cluster.url(NAME)).arg(file);
    done(command).await;
}

async fn server() -> (Cluster, PgPool) {
    let cluster = Cluster::start(Options::temporary().supervisor(env!("CARGO_BIN_EXE_psfbot"))).await.unwrap();
    let pool = PgPool::connect(&cluster.url(NAME)).await.unwrap();
    (cluster, pool)
}

/// A session in ten minutes: its reminder is due in a few seconds.
fn session_soon(reminder_in: TimeDelta) -> String {
    let start = (SystemClock.now() + TimeDelta::minutes(5) + reminder_in).to_rfc3339();
    format!(
        "[[series]]\nkey = \"soon\"\ntitle = \"Soon\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = [\"5m\"]\ndates = [\"{start}\"]\n"
    )
}

async fn delivered(pool: &PgPool, count: i64) {
    eventually("all is delivered", async || {
        let states: Vec<String> = sqlx::query_scalar("SELECT state FROM delivery").fetch_all(pool).await.unwrap();
        (i64::try_from(states.len()).unwrap() == count && states.iter().all(|state| state == "delivered")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_delivered_after_the_backup_is_found_and_not_posted_again() {
    let (first, pool) = server().await;
    let world = World::configured(&pool, &session_soon(TimeDelta::seconds(12))).await;
    let bot = world.run();
    world.bot_connected().await;
    eventually("the feed is seeded", async || {
        let seeded: bool = sqlx::query_scalar("SELECT seeded_at IS NOT NULL FROM feed").fetch_one(&pool).await.unwrap();
        seeded.then_some(())
    })
    .await;
    let now = SystemClock.now();
    let draft = Draft {
        kind: Kind::Staff,
        message: Message { content: "Known to the backup.".into(), ..Message::default() },
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(GENERAL).unwrap()],
        due_at: now + TimeDelta::seconds(5),
    };
    Store::new(pool.clone()).announce(&draft, now).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    dump(&first, file.path()).await;
    // Known to the backup: the announcement, and the reminder. Unknown to it: the post.
    world.discord.publish("Unknown to the backup", "Its text.").await.unwrap();
    delivered(&pool, 3).await;
    let counts = async || {
        let mut counts = Vec::new();
        for channel in [GENERAL, BOARD, BLOG] {
            counts.push(world.messages(channel).await.len());
        }
        counts
    };
    assert_eq!(counts().await, [1, 1, 1]);
    bot.ends_well().await;
    pool.close().await;
    first.stop().await.unwrap();

    let (second, pool) = server().await;
    restore(&second, file.path()).await;
    let open: i64 =
        sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state = 'pending'").fetch_one(&pool).await.unwrap();
    assert_eq!(open, 2, "the backup is from before both");
    let bot = world.run_on(&second.url(NAME));
    delivered(&pool, 3).await;
    assert_eq!(counts().await, [1, 1, 1]);
    bot.ends_well().await;
    pool.close().await;
    second.stop().await.unwrap();
}
