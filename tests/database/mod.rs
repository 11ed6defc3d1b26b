//! The database fails: cut off from one process or from all, killed, restored from a backup, entered with few rights.
//! Real processes, real servers; promises 1, 2, 3, 10 and 11.

mod backup;
mod cut_off;
mod killed;
mod rights;
mod shared;

use psfbot::announcements::{Draft, Kind};
use psfbot::clock::{Clock, SystemClock};
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use psfbot::store::Store;
use sandbox::world::demo::{ANNOUNCEMENTS, BLOG, BOARD, GENERAL, GRANTS};
use sqlx::PgPool;

use crate::support::process::{World, eventually};

/// Several, because one channel takes only some messages a second.
const CHANNELS: [u64; 5] = [ANNOUNCEMENTS, BLOG, BOARD, GRANTS, GENERAL];

/// Stores announcements that are due at once; `n`-th of them says so.
async fn announce(pool: &PgPool, numbers: std::ops::Range<usize>) {
    let (store, now) = (Store::new(pool.clone()), SystemClock.now());
    for n in numbers {
        let draft = Draft {
            kind: Kind::Staff,
            message: Message { content: said(n), ..Message::default() },
            crosspost: false,
            origin: None,
            channels: vec![ChannelId::new(CHANNELS[n % CHANNELS.len()]).unwrap()],
            due_at: now,
        };
        store.announce(&draft, now).await.unwrap();
    }
}

fn said(n: usize) -> String {
    format!("Announcement number {n}.")
}

/// How many deliveries are not recorded as delivered.
async fn open(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM delivery WHERE state <> 'delivered'").fetch_one(pool).await.unwrap()
}

/// Waits until everything is recorded as delivered, and sees to it that each stands exactly once.
async fn each_stands_once(world: &World, pool: &PgPool, count: usize) {
    eventually("all are delivered", async || (open(pool).await == 0).then_some(())).await;
    let mut contents = Vec::new();
    for channel in CHANNELS {
        contents.extend(world.messages(channel).await.iter().map(|message| message.content().to_owned()));
    }
    for n in 0..count {
        let times = contents.iter().filter(|content| **content == said(n)).count();
        assert_eq!(times, 1, "{} stands {times} times", said(n));
    }
}

/// What a process that died had claimed is free at once; otherwise it would be in half a minute.
async fn claims_run_out(pool: &PgPool) {
    sqlx::query("UPDATE delivery SET claimed_until = now() WHERE state = 'sending'").execute(pool).await.unwrap();
}
