//! Wires everything together; start and shutdown in order.
//!
//! Start: database → migrations → feeds of the configuration → job queue → gateway → tick. Shutdown backwards: the
//! gateway first, so that nothing new comes in, then the jobs under way are finished, then the database is let go.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::answers::{Pause, Voters};
use crate::blog::Settings;
use crate::clock::SharedClock;
use crate::config::{self, Config};
use crate::discord::api::Api;
use crate::discord::commands::{self, Data};
use crate::discord::gateway::{Gateway, GatewayError};
use crate::discord::interactions::Desk;
use crate::discord::publisher::Publisher;
use crate::feed_client::{FeedClient, Options as FetchOptions};
use crate::jobs::{self, Queue, Services};
use crate::knowledge::Library;
use crate::ledger::Ledger;
use crate::office_hours::Timetable;
use crate::secrets::{ExposeSecret, SecretString};
use crate::store::Store;
use crate::web::{self, Calendars, Health, Limits};

/// Time between two ticks: how late a due delivery may be.
const TICK: Duration = Duration::from_secs(1);

/// How long a tick may take before it counts as failed; it is a few short queries.
const LONGEST_TICK: Duration = Duration::from_secs(10);

/// How long what is under way may take at shutdown before it is left as it is. The jobs and the interactions have shorter
/// bounds of their own; this one is for a database or a Discord that does not answer at all.
const SHUTDOWN: Duration = Duration::from_secs(6);

/// How soon a member may share another answer in the same channel.
const SHARE_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What an app is made of.
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The articles of its folder.
    pub knowledge: Library,
    /// The database, connected.
    pub store: Store,
    /// The server that speaks Discord's API.
    pub discord: Url,
    /// The bot's token.
    pub token: SecretString,
    /// What was erased, for a database that does not know it.
    pub ledger: Ledger,
    /// The time.
    pub clock: SharedClock,
}

/// The web server with what it serves.
struct Web {
    server: web::Server,
    calendars: Calendars,
    health: Health,
}

/// psfbot, prepared.
pub struct App {
    web: Web,
    store: Store,
    queue: Queue,
    gateway: Gateway,
    desk: Desk,
}

impl App {
    /// Prepares everything; nothing is sent to Discord yet.
    ///
    /// # Errors
    /// When a part can't start; the text says what to do.
    pub async fn prepare(parts: Parts) -> anyhow::Result<Self> {
        let Parts { config, knowledge, store, discord, token, ledger, clock } = parts;
        // First, because a port that is taken is a reason not to start at all.
        let server = web::Server::bind(&config.web).await?;
        let knowledge = Arc::new(knowledge);
        let schedule = Arc::new(Timetable::new(config.schedule()?));
        store.migrate().await?;
        jobs::migrate(&store).await?;
        let feeds: Vec<Settings> = config.feeds.iter().map(config::Feed::settings).collect();
        store.configure_feeds(&feeds, clock.now()).await?;
        let config = Arc::new(config);
        let guild = config.discord.guild_id;
        let api = Api::new(discord, &token)?;
        let stopping = CancellationToken::new();
        let publisher = Publisher::new(api.clone(), guild, store.clone(), Arc::clone(&clock), stopping.clone());
        // What an earlier process was told to wait for counts from the first request on.
        publisher.exchange_waits().await;
        let fetching = FetchOptions { allow: config.fetch.allow.clone(), ..FetchOptions::default() };
        let feed_client = FeedClient::new(fetching)?;
        // What staff write leads where they like, so it is asked with an allow-list of its own.
        let looking = FetchOptions { allow: config.announce.link_hosts.clone(), ..FetchOptions::default() };
        let links = commands::Links::new(FeedClient::new(looking)?);
        let queue = Queue::new(Services {
            store: store.clone(),
            publisher: publisher.clone(),
            feed_client: feed_client.clone(),
            clock: Arc::clone(&clock),
            nonce_window: TimeDelta::from_std(config.delivery.nonce_window)?,
            config: Arc::clone(&config),
            schedule: Arc::clone(&schedule),
            knowledge: Arc::clone(&knowledge),
            ledger: ledger.clone(),
            stopping,
        })
        .await?;
        // Before anything is sent or served: the database may come out of a backup.
        queue.carry_out_erasures().await?;
        queue.plan_sessions().await?;
        queue.renew_knowledge().await;
        let (since, desk) = (clock.now(), Desk::default());
        let data = Data {
            guild,
            config,
            store: store.clone(),
            api: api.clone(),
            publisher: publisher.for_members(),
            feed_client,
            knowledge,
            schedule,
            submissions: Arc::default(),
            questions: Arc::default(),
            shares: Arc::new(Pause::of(SHARE_PAUSE)),
            voters: Voters::of(token.expose_secret()),
            links,
            desk: desk.clone(),
            ledger,
            clock,
            since,
        };
        let calendars = Calendars { schedule: Arc::clone(&data.schedule), guild, clock: data.clock.clone() };
        let gateway = Gateway::new(api, token, data)?;
        let health = Health { store: store.clone(), standing: gateway.standing(), ready: gateway.ready() };
        Ok(Self { web: Web { server, calendars, health }, store, queue, gateway, desk })
    }

    /// The job queue, for whoever moves the clock himself.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// The database.
    #[must_use]
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Connects to the gateway without running jobs by themselves, for whoever moves the clock himself.
    #[must_use]
    pub fn connect(&self) -> Connection {
        let (stop, stopped) = watch::channel(false);
        let (gateway, ready) = (self.gateway.clone(), self.gateway.ready());
        let task = tokio::spawn(async move { gateway.run(until(stopped)).await });
        Connection { stop, ready, task }
    }

    /// Serves until `stop` completes, then ends in order.
    ///
    /// # Errors
    /// When the gateway fails for good.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        let (stop_ticking, stopped) = watch::channel(false);
        let connection = self.connect();
        let jobs = tokio::spawn({
            let queue = self.queue.clone();
            async move { queue.run().await }
        });
        let ticking = tokio::spawn(tick(self.queue.clone(), stopped));
        let stop_web = CancellationToken::new();
        let Web { server, calendars, health } = self.web;
        let web = tokio::spawn(server.serve(calendars, health, Limits::default(), stop_web.clone()));
        let running = Running { stop_ticking, ticking, connection, jobs, stop_web, web };
        running.until(stop, &self.queue, &self.desk, &self.store).await
    }
}

/// A connection to the gateway that runs in the background.
#[derive(Debug)]
pub struct Connection {
    stop: watch::Sender<bool>,
    ready: watch::Receiver<bool>,
    task: JoinHandle<Result<(), GatewayError>>,
}

impl Connection {
    /// Waits until commands are served.
    pub async fn ready(&mut self) {
        let _closed = self.ready.wait_for(|ready| *ready).await;
    }

    /// Ends the connection.
    ///
    /// # Errors
    /// When it had failed for good.
    pub async fn close(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        Ok(self.task.await??)
    }
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is an end as well.
    let _gone = stopped.wait_for(|stopped| *stopped).await;
}

async fn tick(queue: Queue, stopped: watch::Receiver<bool>) {
    let ticking = async {
        let mut every = tokio::time::interval(TICK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut away = false;
        loop {
            every.tick().await;
            let ticked = tokio::time::timeout(LONGEST_TICK, queue.tick()).await;
            match ticked.context("it does not answer").flatten() {
                Ok(_) if away => {
                    away = false;
                    tracing::info!("the database answers again: what is due is sent");
                }
                Ok(_) => {}
                // Logged once an outage, not once a second.
                Err(error) if !away => {
                    away = true;
                    tracing::error!("the database does not do its work, so nothing is sent for now: {error:#}");
                }
                Err(_) => {}
            }
        }
    };
    // Also in the middle of a tick that waits for the database.
    tokio::select! { () = ticking => {}, () = until(stopped) => {} }
}

struct Running {
    stop_ticking: watch::Sender<bool>,
    ticking: JoinHandle<()>,
    connection: Connection,
    jobs: JoinHandle<()>,
    stop_web: CancellationToken,
    web: JoinHandle<()>,
}

impl Running {
    async fn until(
        mut self,
        stop: impl Future<Output = ()>,
        queue: &Queue,
        desk: &Desk,
        store: &Store,
    ) -> anyhow::Result<()> {
        let failure: Option<anyhow::Error> = tokio::select! {
            () = stop => None,
            ended = &mut self.connection.task => ended.map_err(anyhow::Error::from).and_then(|served| served.map_err(Into::into)).err(),
            ended = &mut self.jobs => ended.map_err(anyhow::Error::from).err(),
        };
        tracing::info!("stopping");
        self.stop_ticking.send_replace(true);
        self.connection.stop.send_replace(true);
        self.stop_web.cancel();
        queue.stop();
        // Beside each other: each has a time of its own to come to its end.
        let answered = async {
            if !self.connection.task.is_finished() {
                let _closed = self.connection.task.await;
            }
            desk.close().await;
        };
        let done = async {
            let _ticked = self.ticking.await;
            if !self.jobs.is_finished() {
                let _done = self.jobs.await;
            }
            let _served = self.web.await;
        };
        if tokio::time::timeout(SHUTDOWN, async { tokio::join!(answered, done) }).await.is_err() {
            tracing::warn!("some work was not finished in time; it is taken up again at the next start");
        }
        store.close().await;
        failure.map_or(Ok(()), Err)
    }
}
