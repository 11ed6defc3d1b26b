//! One run of serenity's client: one IDENTIFY, and as many RESUMEs as its session takes.
//!
//! serenity identifies by itself whenever a session is lost, as often as it is refused, and asks nobody. But it reads the
//! gateway's address under a lock before each connection, and whoever holds that lock decides when it may connect. So
//! the lock is let go for the first connection, and after that only while the session's runner lives, which resumes. A
//! runner that has gone would be followed by an IDENTIFY: the run ends instead, and the next begins on our terms.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serenity::gateway::{ShardRunnerInfo, ShardRunnerMessage};
use serenity::{Client, ConnectionStage, ShardId, ShardManager, ShardMessenger};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::Instant;

use super::Ended;
use super::pulse::Pulse;

/// The only shard.
const SHARD: ShardId = ShardId(0);

/// How often it is looked how the session stands; also how late a resume may be for it.
const LOOK: Duration = Duration::from_millis(100);

/// How long Discord may take to give a session, or to give it back, before the run is given up.
const LOST: Duration = Duration::from_secs(10);

/// How long no connection may come about at all before the gateway's address is asked for again.
const UNREACHABLE: Duration = Duration::from_secs(600);

/// The close code for a session that is to go on; 1000 and 1001 would end it.
const GOES_ON: u16 = 4000;
const ENDS: u16 = 1000;

/// Counts the RESUMEs that succeeded.
pub(super) struct Resumes(pub(super) Arc<AtomicU64>);

#[serenity::async_trait]
impl serenity::EventHandler for Resumes {
    async fn resume(&self, _ctx: serenity::Context, _resumed: serenity::ResumedEvent) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs a client against an address until its session is over.
pub(super) async fn run(
    mut client: Client,
    address: String,
    resumes: Arc<AtomicU64>,
    ready: watch::Sender<bool>,
) -> Ended {
    // Whatever the client was told when it was built: it falls back to Discord's own address when it is told nothing.
    *client.ws_url.lock().await = address;
    let mut line = Line {
        address: Arc::clone(&client.ws_url),
        held: None,
        shards: Arc::clone(&client.shard_manager),
        runner: None,
        resumes,
        is_broken: false,
        ready,
    };
    tokio::select! {
        ended = client.start() => ended.map_or_else(Ended::from, |()| Ended::for_now("the client has stopped")),
        lost = line.watch() => lost,
    }
}

/// What is seen and held of a running client. Dropped, it ends the client for good, which serenity does not do by itself.
struct Line {
    address: Arc<Mutex<String>>,
    /// As long as it is there, the client does not connect.
    held: Option<OwnedMutexGuard<String>>,
    shards: Arc<ShardManager>,
    /// The way to the last runner that was seen.
    runner: Option<ShardMessenger>,
    resumes: Arc<AtomicU64>,
    /// Whether the connection may be one that nothing more comes from.
    is_broken: bool,
    ready: watch::Sender<bool>,
}

impl Line {
    /// Returns when the session is over.
    async fn watch(&mut self) -> Ended {
        if !self.is_connected_in_time().await {
            return Ended::for_now("no connection came about");
        }
        self.held = Some(Arc::clone(&self.address).lock_owned().await);
        // A runner that has lost its session asks for its own end and waits five seconds for it, in which the loop above
        // has seen it. From here on it may go at once: it is told that it has ended.
        self.shards.shutdown_finished(SHARD);
        let begun = Instant::now();
        let (mut pulse, mut resumed) = (None, 0);
        let (mut was_given, mut present_at) = (false, begun);
        loop {
            tokio::time::sleep(LOOK).await;
            let now = Instant::now();
            let Some((stage, latency)) = self.look().await else { return Ended::lost(was_given) };
            // Whoever waits for the address is the runner, and gets it before it is taken again.
            self.held = None;
            self.held = Some(Arc::clone(&self.address).lock_owned().await);
            if stage == ConnectionStage::Connected {
                (was_given, present_at) = (true, now);
            } else if now.duration_since(present_at) > LOST {
                self.is_broken = true;
                return Ended::lost(was_given);
            }
            if !was_given {
                continue;
            }
            let pulse = pulse.get_or_insert_with(|| Pulse::new(now));
            let resumes = self.resumes.load(Ordering::Relaxed);
            if std::mem::replace(&mut resumed, resumes) != resumes {
                pulse.resumed(now);
            }
            if pulse.is_overdue(latency, now) {
                tracing::warn!("Discord answers no heartbeat: the connection is begun anew, the session goes on");
                self.tell(ShardRunnerMessage::Close(GOES_ON, None));
            }
        }
    }

    /// Waits for the first connection. The client tries every five seconds, and asks nothing of Discord until then.
    async fn is_connected_in_time(&mut self) -> bool {
        let begun = Instant::now();
        while self.look().await.is_none() {
            if begun.elapsed() > UNREACHABLE {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
    }

    /// How far the one runner's connection is, and how long the last heartbeat's answer took; `None` without a runner.
    async fn look(&mut self) -> Option<(ConnectionStage, Option<Duration>)> {
        let runners = self.shards.runners.lock().await;
        let runner = runners.values().next()?;
        self.runner = Some(runner.runner_tx.clone());
        Some((runner.stage, runner.latency))
    }

    fn tell(&self, message: ShardRunnerMessage) {
        if let Some(runner) = &self.runner {
            runner.send_to_shard(message);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.ready.send_replace(false);
        if self.is_broken {
            // After close codes that it takes for errors serenity reads on from what is closed, without a pause and
            // for ever; told to close it, it fails, and ends.
            self.tell(ShardRunnerMessage::Close(ENDS, None));
        }
        let (held, address) = (self.held.take(), Arc::clone(&self.address));
        tokio::spawn(end(held, address, Arc::clone(&self.shards), self.runner.take()));
    }
}

/// Waits for a client's runner, less and less often.
async fn appeared(shards: &ShardManager) -> ShardMessenger {
    let mut wait = LOOK;
    loop {
        if let Some(runner) = shards.runners.lock().await.values().next() {
            return runner.runner_tx.clone();
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LOST);
    }
}

/// Sees to it that a client which is no longer wanted never connects again, and that it ends.
async fn end(
    held: Option<OwnedMutexGuard<String>>,
    address: Arc<Mutex<String>>,
    shards: Arc<ShardManager>,
    runner: Option<ShardMessenger>,
) {
    let mut held = match held {
        Some(held) => held,
        None => address.lock_owned().await,
    };
    // A connection that was under way, or came about since it was last looked, must not stay. Nothing can be told to a client
    // that never connects; it waits for the address without an end.
    let runner_tx = match runner {
        Some(runner) => runner,
        None => appeared(&shards).await,
    };
    held.clear();
    drop(held);
    runner_tx.send_to_shard(ShardRunnerMessage::Shutdown(SHARD, ENDS));
    // serenity ends what it began only if there is a runner left.
    let known = ShardRunnerInfo { latency: None, runner_tx, stage: ConnectionStage::Disconnected };
    shards.runners.lock().await.entry(SHARD).or_insert(known);
    shards.shutdown_all().await;
}
