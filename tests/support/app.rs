//! [`TestServer`]: the whole app, a server in Discord's place, a sample blog, one database, and a clock that stands
//! still until it is moved.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta};
use psfbot::app::{App, Connection, Parts};
use psfbot::clock::{Clock, ManualClock};
use psfbot::config::Config;
use psfbot::knowledge::Library;
use psfbot::ledger::Ledger;
use psfbot::secrets::SecretString;
use psfbot::store::Store;
use sandbox::client::{Client, Fault, Message, Outcome, Person};
use sandbox::world::demo;
use sandbox::{Options, Sandbox};
use sqlx::postgres::PgPoolOptions;
use sqlx::{PgPool, Postgres, Transaction};

use super::process::eventually;

pub(crate) const MINUTE: TimeDelta = TimeDelta::minutes(1);
pub(crate) const HOUR: TimeDelta = TimeDelta::hours(1);

/// A token that no log and no message may ever hold.
pub(crate) const TOKEN: &str = "MTIz.SECRET.token-of-the-test";

pub(crate) struct TestServer {
    pub(crate) sandbox: Sandbox,
    pub(crate) discord: Client,
    pub(crate) clock: ManualClock,
    pub(crate) app: App,
    pub(crate) pool: PgPool,
    /// What the app is configured with; a change counts after a restart.
    pub(crate) config: String,
    /// Where the ledger of erasures lies, `erasures.ledger`: another database of the same test keeps it.
    pub(crate) data: tempfile::TempDir,
    connection: Option<Connection>,
    /// How many messages of a channel were taken.
    taken: HashMap<u64, usize>,
}

impl TestServer {
    /// Prepares everything; the bot is not connected to the gateway.
    pub(crate) async fn start(pool: PgPool) -> Self {
        Self::configured(pool, |config| config).await
    }

    /// As [`TestServer::start`], with a configuration of the test's own.
    pub(crate) async fn configured(pool: PgPool, change: impl FnOnce(String) -> String) -> Self {
        let clock = ManualClock::at(DateTime::parse_from_rfc3339("2026-11-21T12:00:00Z").unwrap().to_utc());
        let time = clock.clone();
        let options = Options {
            clock: Arc::new(move || time.now()),
            bot_token: Some(TOKEN.into()),
            rate_limits: false,
            ..Options::default()
        };
        let sandbox = Sandbox::start(options).await.unwrap();
        let discord = Client::new(sandbox.url(), sandbox.control_token());
        let config = change(config_text(&sandbox, "10m"));
        let data = tempfile::tempdir().unwrap();
        let app = prepare(&config, &sandbox, &pool, &clock, data.path()).await;
        Self { sandbox, discord, clock, app, pool, config, data, connection: None, taken: HashMap::new() }
    }

    /// Prepares everything and connects the bot to the gateway.
    pub(crate) async fn connected(pool: PgPool) -> Self {
        let mut server = Self::start(pool).await;
        server.connect().await;
        server
    }

    /// Connects the bot to the gateway and waits until it serves commands, and they are registered.
    pub(crate) async fn connect(&mut self) {
        self.begin_session().await;
        // The bot does not wait for its commands to be registered; who uses them does.
        let member = self.member();
        let registered = async || member.state().await.unwrap()["command_names"].as_array()?.first().map(|_| ());
        eventually("the commands are registered", registered).await;
    }

    /// Connects the bot to the gateway and waits until it would serve commands.
    pub(crate) async fn begin_session(&mut self) {
        let mut connection = self.app.connect();
        let ready = tokio::time::timeout(std::time::Duration::from_secs(60), connection.ready());
        ready.await.unwrap();
        self.connection = Some(connection);
    }

    /// Another process takes over: the same database and server, nothing kept in memory.
    pub(crate) async fn restart(&mut self) {
        let was_connected = match self.connection.take() {
            Some(connection) => connection.close().await.is_ok(),
            None => false,
        };
        if was_connected {
            // Or what is done next may still reach the process that has ended.
            let member = self.member();
            let gone = async || (member.state().await.unwrap()["bot_connected"] == false).then_some(());
            eventually("the earlier connection is gone", gone).await;
        }
        self.app = self.another_app().await;
        if was_connected {
            self.connect().await;
        }
    }

    /// Does what is due until Discord holds a request, and is killed then: it can record nothing any more, and another
    /// process takes over. Whether it came to that.
    pub(crate) async fn kill_when_held(&mut self, hold: &Fault) -> bool {
        let database = (*self.pool.connect_options()).clone();
        let own = PgPoolOptions::new().max_connections(10).connect_with(database).await.unwrap();
        let doomed = prepare(&self.config, &self.sandbox, &own, &self.clock, self.data.path()).await;
        let hold = self.discord.fault(hold).await.unwrap();
        let queue = doomed.queue().clone();
        let working = tokio::spawn(async move { queue.run_until_quiet().await });
        let mut held = false;
        while !held && !working.is_finished() {
            held = self.discord.held().await.unwrap() > 0;
        }
        working.abort();
        own.close().await;
        self.discord.withdraw(&hold).await.unwrap();
        if held {
            self.restart().await;
        }
        held
    }

    /// Another process on the same database, server and clock.
    pub(crate) async fn another_app(&self) -> App {
        prepare(&self.config, &self.sandbox, &self.pool, &self.clock, self.data.path()).await
    }

    /// The answer to what a member did, once it is there: on a machine with much else to do it may be deferred first.
    pub(crate) async fn answered(&self, outcome: &Outcome) -> Outcome {
        eventually("the answer is completed", async || {
            let now = self.discord.outcome(&outcome.interaction_id).await.unwrap();
            (now.state == "answered").then_some(now)
        })
        .await
    }

    /// The answer to what was deferred in time, once it is there.
    pub(crate) async fn completed(&self, outcome: &Outcome) -> Outcome {
        assert_eq!(outcome.state, "deferred", "{outcome:?}");
        assert_in_time(outcome);
        self.answered(outcome).await
    }

    /// Does all that is due at the clock's time.
    pub(crate) async fn settle(&mut self) {
        self.app.queue().run_until_quiet().await.unwrap();
    }

    /// Moves the clock, then does all that is due.
    pub(crate) async fn advance(&mut self, by: TimeDelta) {
        self.clock.advance(by);
        self.settle().await;
    }

    /// Waits until the bot has started its `count`-th session and is connected, by asking until it is so.
    pub(crate) async fn wait_for_session(&self, count: u64) {
        let connected = async {
            loop {
                let identifies = self.discord.gateway().await.unwrap()["identifies"].as_u64().unwrap();
                if identifies >= count && self.member().state().await.unwrap()["bot_connected"] == true {
                    return;
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), connected).await.unwrap();
    }

    /// A member with no role of staff.
    pub(crate) fn member(&self) -> Person {
        self.discord.person(demo::MEMBER)
    }

    /// A member of the staff.
    pub(crate) fn staff(&self) -> Person {
        self.discord.person(demo::STAFF_MEMBER)
    }

    /// Staff of another domain: office hours alone.
    pub(crate) fn board(&self) -> Person {
        self.discord.person(demo::BOARD_MEMBER)
    }

    /// Holds up every query on psfbot's tables until what is returned is dropped or rolled back.
    pub(crate) async fn stall_database(&self) -> Transaction<'static, Postgres> {
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
                .fetch_all(&self.pool)
                .await
                .unwrap();
        let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "));
        loop {
            let mut stalled = self.pool.begin().await.unwrap();
            match sqlx::query(sqlx::AssertSqlSafe(lock.clone())).execute(&mut *stalled).await {
                Ok(_) => return stalled,
                // Something that was under way wanted the tables in another order; it goes on now.
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("40P01") => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The messages of a channel that were not taken before.
    pub(crate) async fn take(&mut self, channel: u64) -> Vec<Message> {
        let all = self.look(channel).await;
        let taken = self.taken.entry(channel).or_default();
        let new = all[*taken..].to_vec();
        *taken = all.len();
        new
    }

    /// Begins a channel anew, after a message in it was deleted.
    pub(crate) fn forget_taken(&mut self, channel: u64) {
        self.taken.remove(&channel);
    }

    /// All messages of a channel, as they read now; private answers to staff are not among them.
    pub(crate) async fn look(&self, channel: u64) -> Vec<Message> {
        let mut messages = self.staff().messages(channel).await.unwrap();
        messages.retain(|message| !message.is_ephemeral());
        messages
    }

    /// The end of a test: no message unread, no delivery pending.
    pub(crate) async fn finish(mut self) {
        // Discord's limits go by the clock, which stands still: on a machine with much else to do something may wait for them.
        for _ in 0..30 {
            if self.open().await.is_empty() {
                break;
            }
            self.advance(TimeDelta::seconds(1)).await;
        }
        for channel in [demo::ANNOUNCEMENTS, demo::BLOG, demo::BOARD, demo::GRANTS, demo::GENERAL, demo::STAFF] {
            let unread: Vec<String> =
                self.take(channel).await.iter().map(|message| message.content().to_owned()).collect();
            assert!(unread.is_empty(), "unread messages in channel {channel}: {unread:?}");
        }
        let open = self.open().await;
        assert!(open.is_empty(), "deliveries or steps left open: {open:?}");
        self.close().await;
    }

    /// Deliveries and steps that are still to be done.
    async fn open(&self) -> Vec<String> {
        let open = "SELECT state FROM delivery WHERE state IN ('pending', 'sending')
                    UNION ALL SELECT step FROM delivery_step WHERE state = 'pending'";
        sqlx::query_scalar(open).fetch_all(&self.pool).await.unwrap()
    }

    /// Ends without looking at what is left.
    pub(crate) async fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await.unwrap();
        }
        self.sandbox.shutdown().await;
    }
}

async fn prepare(config: &str, sandbox: &Sandbox, pool: &PgPool, clock: &ManualClock, data: &Path) -> App {
    let config = Config::parse(config).unwrap();
    let parts = Parts {
        knowledge: library(&config.knowledge.dir),
        config,
        store: Store::new(pool.clone()),
        discord: sandbox.url().parse().unwrap(),
        token: SecretString::from(TOKEN.to_owned()),
        ledger: Ledger::open(&data.join("erasures.ledger"), None).unwrap(),
        clock: Arc::new(clock.clone()),
    };
    App::prepare(parts).await.unwrap()
}

/// Discord waits three seconds; we answer or defer within one.
pub(crate) fn assert_in_time(outcome: &Outcome) {
    assert!(outcome.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "{outcome:?}");
}

/// Every row of every table, as text; the job queue's and the migrations' too.
pub(crate) async fn dump(pool: &PgPool) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT t::text FROM {table} AS t")))
            .fetch_all(pool)
            .await
            .unwrap();
        all.push_str(&format!("{table}\n{}\n", rows.join("\n")));
    }
    all
}

/// The repository's articles.
const ARTICLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config/knowledge");

/// The articles of a folder; the repository's, which do not change, are read once for all tests.
fn library(dir: &Path) -> Library {
    static READ: LazyLock<Library> = LazyLock::new(|| Library::load(ARTICLES.as_ref()).unwrap());
    if dir == Path::new(ARTICLES) { READ.another() } else { Library::load(dir).unwrap() }
}

/// The configuration in which a channel needs approval.
pub(crate) fn approving(config: &str, channel: u64) -> String {
    config.replacen("check_links = false", &format!("check_links = false\napproval = [\"{channel}\"]"), 1)
}

/// A configuration for a sandbox, with a feed that is polled at an interval.
pub(crate) fn config_text(sandbox: &Sandbox, interval: &str) -> String {
    let url = sandbox.url();
    let host = url.trim_start_matches("http://");
    format!(
        r#"
        [discord]
        guild_id = "{guild}"
        staff_channel = "{staff}"
        allowed_ping_roles = ["{announcements_role}"]
        [announce]
        check_links = false
        link_hosts = ["{host}"]
        [discord.staff]
        announce = ["{staff_role}"]
        feeds = ["{staff_role}"]
        sessions = ["{staff_role}", "{board_role}"]
        inbox = ["{staff_role}"]
        knowledge = ["{staff_role}"]
        [fetch]
        allow = ["{host}"]
        [[feeds]]
        key = "psf-blog"
        url = "{url}/blog/feeds/posts/default"
        channels = ["{blog}"]
        interval = "{interval}"
        [[series]]
        key = "board"
        title = "PSF Board Office Hour"
        channel = "{board}"
        duration = "1h"
        reminders = []
        dates = ["2026-10-13T21:00:00Z"]
        [[series]]
        key = "welcome"
        title = "Welcome Hour"
        channel = "{general}"
        duration = "1h"
        reminders = []
        dates = ["2026-12-01T17:00:00Z", "2026-11-21T11:30:00Z"]
        [[series]]
        key = "grants"
        title = "Grants Program Office Hour"
        channel = "{grants}"
        duration = "1h"
        reminders = []
        rule = "FREQ=MONTHLY;BYDAY=3TU"
        at = "09:00"
        zone = "America/New_York"
        [knowledge]
        dir = "{knowledge}"
        [answers]
        digest = false
        [[programs]]
        key = "grants"
        title = "Grants Program"
        email = "grants@python.org"
        [[programs]]
        key = "community-partner"
        title = "Community Partner Program"
        email = "grants@python.org"
        thread = "https://discuss.python.org/t/106095"
        [[programs]]
        key = "discord"
        title = "This Discord server"
        "#,
        guild = demo::GUILD,
        staff = demo::STAFF,
        staff_role = demo::STAFF_ROLE,
        board_role = demo::BOARD_ROLE,
        announcements_role = demo::ANNOUNCE_ROLE,
        blog = demo::BLOG,
        board = demo::BOARD,
        general = demo::GENERAL,
        grants = demo::GRANTS,
        knowledge = ARTICLES,
    )
}
