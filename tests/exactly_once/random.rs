//! Anything that can happen, in any order: announcing, rewording, faults, processes that end, backups that are restored,
//! clocks that jump. In the end each announcement has one message, which says what was said last.
//!
//! The sequences are the same in every run. `PROPTEST_CASES=1000` tries more of them; a failing one is made as short as
//! possible and printed.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use psfbot::announcements::DeliveryState;
use psfbot::clock::Clock;
use sandbox::client::Fault;
use sandbox::world::demo::{ANNOUNCEMENTS, BOT_ROLE, GENERAL};
use sqlx::PgPool;

use super::fault::{LONGEST_WAIT, TROUBLES, Trouble};
use super::said::Said;
use super::{bare, empty};
use crate::support::TestServer;

/// Sequences in an ordinary run.
const CASES: u32 = 40;

/// How many attempts any sequence of faults may take in the end.
const PATIENCE: usize = 40;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Event {
    Announce(u64),
    Reword(prop::sample::Index),
    Cancel(prop::sample::Index),
    Trouble(Trouble, (&'static str, &'static str), u64, u32),
    Settle,
    Pass(TimeDelta),
    Restart,
    /// The process is killed while Discord holds such a request, which is done or not.
    Kill((&'static str, &'static str), u64, bool),
    Backup,
    Restore,
    /// The bot loses a permission in a channel.
    Forbid(u64, u64),
    /// It has all of them again, and staff press Retry.
    Permit,
}

const SEND_MESSAGES: u64 = 1 << 11;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// All that the bot needs in a channel: to see it, to send, embed and read.
const ALL: u64 = SEND_MESSAGES | READ_MESSAGE_HISTORY | 1 << 10 | 1 << 14;

/// Requests that something can happen to: method, and how the path goes on after the channel.
/// Posting stands there more often: it alone can double a message.
const REQUESTS: [(&str, &str); 8] = [
    ("POST", "/messages"),
    ("POST", "/messages"),
    ("POST", "/messages"),
    ("PATCH", "/messages/*"),
    ("POST", "/messages/*/crosspost"),
    ("DELETE", "/messages/*"),
    ("GET", "/messages"),
    ("GET", ""),
];

fn event() -> impl Strategy<Value = Event> {
    let channel = || prop::sample::select(vec![GENERAL, ANNOUNCEMENTS]);
    let trouble =
        (prop::sample::select(TROUBLES.to_vec()), prop::sample::select(REQUESTS.to_vec()), channel(), 1_u32..4);
    let permission = prop::sample::select(vec![SEND_MESSAGES, READ_MESSAGE_HISTORY]);
    let kill = (prop::sample::select(REQUESTS.to_vec()), channel(), any::<bool>());
    prop_oneof![
        3 => channel().prop_map(Event::Announce),
        2 => any::<prop::sample::Index>().prop_map(Event::Reword),
        1 => any::<prop::sample::Index>().prop_map(Event::Cancel),
        5 => trouble.prop_map(|(trouble, request, channel, times)| Event::Trouble(trouble, request, channel, times)),
        5 => Just(Event::Settle),
        3 => (1_i64..100).prop_map(|seconds| Event::Pass(TimeDelta::seconds(seconds))),
        1 => (-60_i64..0).prop_map(|seconds| Event::Pass(TimeDelta::seconds(seconds))),
        1 => (5_i64..300).prop_map(|minutes| Event::Pass(TimeDelta::minutes(minutes))),
        1 => Just(Event::Restart),
        4 => kill.prop_map(|(request, channel, done)| Event::Kill(request, channel, done)),
        1 => Just(Event::Backup),
        1 => Just(Event::Restore),
        1 => (channel(), permission).prop_map(|(channel, permission)| Event::Forbid(channel, permission)),
        1 => Just(Event::Permit),
    ]
}

/// A server, and what was said on it.
struct Story {
    server: TestServer,
    said: Vec<Told>,
    /// What a backup holds.
    backup: Option<Vec<Told>>,
}

/// Something that was said, as the database knows it.
#[derive(Debug, Clone)]
struct Told {
    said: Said,
    cancelled: bool,
    /// Whether the database has forgotten what became of it.
    restored: bool,
}

const TABLES: [&str; 4] = ["announcement", "delivery", "delivery_step", "draft"];

impl Story {
    async fn begin(pool: &PgPool) -> Self {
        empty(pool).await;
        let server = TestServer::configured(pool.clone(), |config| bare(&config)).await;
        Self { server, said: Vec::new(), backup: None }
    }

    async fn happen(&mut self, event: Event, number: u64) {
        let server = &mut self.server;
        let (store, now) = (server.app.store().clone(), server.clock.now());
        match event {
            Event::Announce(channel) => {
                let said = Said::announce(&store, now, (channel, number), |draft| draft).await;
                self.said.push(Told { said, cancelled: false, restored: false });
            }
            Event::Reword(which) if !self.said.is_empty() => {
                let told = which.get_mut(&mut self.said);
                told.said.reword(&store, now).await;
            }
            Event::Cancel(which) if !self.said.is_empty() => {
                let told = which.get_mut(&mut self.said);
                told.said.cancel(&store, now).await;
                told.cancelled = true;
            }
            Event::Reword(_) | Event::Cancel(_) => {}
            Event::Trouble(trouble, (method, rest), channel, times) => {
                trouble.strike(&server.discord, (method, &format!("/channels/{channel}{rest}")), times).await;
            }
            Event::Settle => server.settle().await,
            Event::Pass(time) => server.clock.advance(time),
            Event::Restart => server.restart().await,
            Event::Kill((method, rest), channel, done) => {
                let hold = Fault::hold().on(method, &format!("/channels/{channel}{rest}"));
                server.kill_when_held(&if done { hold.carried_out() } else { hold }).await;
            }
            Event::Backup => {
                back_up(&server.pool).await;
                self.backup = Some(self.said.clone());
            }
            Event::Forbid(channel, permission) => {
                let others = ALL & !permission;
                server.discord.set_permissions(channel, BOT_ROLE, others, permission).await.unwrap();
            }
            Event::Permit => self.permit().await,
            Event::Restore => {
                if let Some(backup) = self.backup.clone() {
                    restore(&server.pool).await;
                    self.said = backup;
                    self.said.iter_mut().for_each(|told| told.restored = true);
                    server.restart().await;
                }
            }
        }
    }

    /// Puts right what staff have to put right.
    async fn permit(&self) {
        for channel in [GENERAL, ANNOUNCEMENTS] {
            self.server.discord.set_permissions(channel, BOT_ROLE, ALL, 0).await.unwrap();
        }
        for told in &self.said {
            told.said.retry(self.server.app.store(), self.server.clock.now()).await;
        }
    }

    /// All troubles are over at some time.
    async fn end(&mut self) {
        self.server.settle().await;
        self.server.discord.clear_faults().await.unwrap();
        self.server.advance(LONGEST_WAIT).await;
        self.permit().await;
        for _ in 0..PATIENCE {
            self.server.advance(LONGEST_WAIT).await;
            if !self.is_anything_open().await {
                return;
            }
        }
    }

    async fn is_anything_open(&self) -> bool {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM delivery WHERE state IN ('pending', 'sending'))
                 OR EXISTS (SELECT FROM delivery_step WHERE state = 'pending')",
        )
        .fetch_one(&self.server.pool)
        .await
        .unwrap()
    }

    async fn assert_once(&self) {
        assert!(!self.is_anything_open().await, "something is open for ever");
        for told in &self.said {
            let messages = told.said.messages(&self.server.discord).await;
            match told.said.state(self.server.app.store()).await {
                DeliveryState::Delivered => {
                    assert_eq!(messages.len(), 1, "{told:?}");
                    let is_newest = told.said.is_newest(&messages[0]);
                    assert!(is_newest || told.restored, "{told:?} reads {}", messages[0].content());
                }
                DeliveryState::Cancelled if told.cancelled => assert!(messages.is_empty(), "{told:?}"),
                state => panic!("{told:?} is {state}"),
            }
        }
    }
}

async fn back_up(pool: &PgPool) {
    sqlx::raw_sql("DROP SCHEMA IF EXISTS backup CASCADE; CREATE SCHEMA backup").execute(pool).await.unwrap();
    for table in TABLES {
        let copy = format!("CREATE TABLE backup.{table} AS SELECT * FROM {table}");
        sqlx::query(sqlx::AssertSqlSafe(copy)).execute(pool).await.unwrap();
    }
}

async fn restore(pool: &PgPool) {
    sqlx::query("TRUNCATE announcement, draft CASCADE").execute(pool).await.unwrap();
    for table in TABLES {
        let copy = format!("INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM backup.{table}");
        sqlx::query(sqlx::AssertSqlSafe(copy)).execute(pool).await.unwrap();
    }
}

async fn play(pool: PgPool, events: Vec<Event>) {
    let mut story = Story::begin(&pool).await;
    for (number, event) in (1..).zip(events) {
        story.happen(event, number).await;
    }
    story.end().await;
    story.assert_once().await;
    story.server.close().await;
}

#[sqlx::test]
async fn whatever_happens_each_announcement_has_one_message(pool: PgPool) {
    let runtime = tokio::runtime::Handle::current();
    let all = tokio::task::spawn_blocking(move || {
        let config = Config { failure_persistence: None, ..Config::with_cases(cases()) };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        runner.run(&prop::collection::vec(event(), 4..24), |events| {
            runtime.block_on(play(pool.clone(), events));
            Ok(())
        })
    });
    if let Err(failure) = all.await.unwrap() {
        panic!("{failure}");
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES)
}
