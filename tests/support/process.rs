//! [`Psfbot`]: the real program as a child process against a sandbox, killed when the test ends.

use std::io::Read;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use nix::sys::signal::Signal;
use sandbox::Sandbox;
use sandbox::client::{Client, Message};
use sandbox::world::demo;
use sqlx::{ConnectOptions, PgPool};

/// How long a test waits for something that a real process does; far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const TOKEN: &str = "MTIz.SECRET.token-of-the-process";

/// The program with nothing of the caller's environment that it would read.
pub(crate) fn psfbot(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_psfbot"));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    for variable in [
        "DISCORD_TOKEN",
        "DISCORD_TOKEN_FILE",
        "DATABASE_URL",
        "DATABASE_URL_FILE",
        "DISCORD_API_URL",
        "PSFBOT_ERASURE_KEY",
        "PSFBOT_ERASURE_KEY_FILE",
        "RUST_LOG",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Between two questions of [`eventually`]: asking without a pause would take the machine from those who are asked.
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until something is so, by asking again and again.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("it never came about: {what}"))
}

/// What a bot process runs against.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) discord: Client,
    database: String,
    config: tempfile::NamedTempFile,
    /// Where the ledger of erasures lies, `erasures.ledger`.
    pub(crate) data: tempfile::TempDir,
}

impl World {
    pub(crate) async fn start(pool: &PgPool) -> Self {
        Self::configured(pool, "").await
    }

    /// With more settings at the end of the configuration.
    pub(crate) async fn configured(pool: &PgPool, more: &str) -> Self {
        Self::changed(pool, |config| format!("{config}\n{more}")).await
    }

    /// With a configuration of the test's own.
    pub(crate) async fn changed(pool: &PgPool, change: impl FnOnce(String) -> String) -> Self {
        Self::of(pool, change, true).await
    }

    /// In a Discord that takes any number of messages a second.
    pub(crate) async fn unlimited(pool: &PgPool) -> Self {
        Self::of(pool, |config| config, false).await
    }

    async fn of(pool: &PgPool, change: impl FnOnce(String) -> String, rate_limits: bool) -> Self {
        let options = sandbox::Options { bot_token: Some(TOKEN.into()), rate_limits, ..sandbox::Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let discord = Client::new(sandbox.url(), sandbox.control_token());
        let config = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(config.path(), change(super::app::config_text(&sandbox, "1s"))).unwrap();
        let database = pool.connect_options().to_url_lossy().to_string();
        Self { sandbox, discord, database, config, data: tempfile::tempdir().unwrap() }
    }

    /// Lets the bot fetch from one more private address.
    pub(crate) fn allow(&self, address: &str) {
        let text = std::fs::read_to_string(self.config.path()).unwrap();
        std::fs::write(self.config.path(), text.replace("allow = [", &format!("allow = [\"{address}\", "))).unwrap();
    }

    /// The database's address.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// The program with this world in its environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = psfbot(args);
        command.arg("--config").arg(self.config.path());
        command
            .env("DISCORD_API_URL", self.sandbox.url())
            .env("DISCORD_TOKEN", TOKEN)
            .env("DATABASE_URL", &self.database)
            .env("PSFBOT__PRIVACY__LEDGER", self.data.path().join("erasures.ledger"));
        command
    }

    /// A bot process.
    pub(crate) fn run(&self) -> Psfbot {
        self.run_with(|command| command)
    }

    /// A bot process that reaches the database at an address of its own.
    pub(crate) fn run_on(&self, database: &str) -> Psfbot {
        self.run_with(|command| command.env("DATABASE_URL", database))
    }

    /// A bot process that is started in another way.
    pub(crate) fn run_with(&self, change: impl FnOnce(&mut Command) -> &mut Command) -> Psfbot {
        let mut command = self.command(&["run"]);
        command.env("RUST_LOG", "trace").stdout(Stdio::null()).stderr(Stdio::piped());
        Psfbot::started(change(&mut command).spawn().unwrap())
    }

    pub(crate) async fn messages(&self, channel: u64) -> Vec<Message> {
        self.discord.person(demo::STAFF_MEMBER).messages(channel).await.unwrap()
    }

    /// Waits until a bot is connected.
    pub(crate) async fn bot_connected(&self) {
        eventually("the bot is connected", async || {
            let state = self.discord.person(demo::MEMBER).state().await.unwrap();
            (state["bot_connected"] == true
                && state["commands"].as_array().is_some_and(|commands| !commands.is_empty()))
            .then_some(())
        })
        .await;
    }

    /// Waits until a channel holds messages.
    pub(crate) async fn some_messages(&self, channel: u64) -> Vec<Message> {
        eventually("a message appears", async || {
            Some(self.messages(channel).await).filter(|messages| !messages.is_empty())
        })
        .await
    }
}

/// A running bot, whose log is read as it is written: a full pipe would stop it.
pub(crate) struct Psfbot {
    child: Option<Child>,
    log: Arc<Mutex<Vec<u8>>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

impl Psfbot {
    pub(crate) fn started(mut child: Child) -> Self {
        let log: Arc<Mutex<Vec<u8>>> = Arc::default();
        let reader = child.stderr.take().map(|mut stderr| {
            let log = Arc::clone(&log);
            std::thread::spawn(move || {
                let mut buffer = [0; 8192];
                while let Ok(read @ 1..) = stderr.read(&mut buffer) {
                    log.lock().unwrap().extend_from_slice(&buffer[..read]);
                }
            })
        });
        Self { child: Some(child), log, reader }
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&self.log.lock().unwrap()).into_owned()
    }

    /// SIGKILL: no chance to put anything in order.
    pub(crate) fn kill(mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Sends a signal: SIGSTOP freezes it, SIGCONT lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(self.id()).unwrap()), signal).unwrap();
    }

    /// SIGTERM; what it wrote, once it ended.
    pub(crate) async fn terminate(self) -> Output {
        self.end(Signal::SIGTERM).await
    }

    /// SIGTERM, after which it must end in order.
    pub(crate) async fn ends_well(self) {
        let output = self.terminate().await;
        assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    }

    /// What it wrote, once it ended by itself.
    pub(crate) async fn ended(self) -> Output {
        tokio::time::timeout(PATIENCE, self.output()).await.unwrap()
    }

    /// A signal that asks for the end; what it wrote, once it ended.
    pub(crate) async fn end(self, signal: Signal) -> Output {
        self.signal(signal);
        self.output().await
    }

    async fn output(mut self) -> Output {
        let (child, reader) = (self.child.take().unwrap(), self.reader.take());
        let waiting = tokio::task::spawn_blocking(move || {
            let output = child.wait_with_output().unwrap();
            if let Some(reader) = reader {
                reader.join().unwrap();
            }
            output
        });
        let output = waiting.await.unwrap();
        Output { stderr: std::mem::take(&mut *self.log.lock().unwrap()), ..output }
    }
}

impl Drop for Psfbot {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ended = child.kill().and_then(|()| child.wait());
        }
    }
}
