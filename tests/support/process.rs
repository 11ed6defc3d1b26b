//! [`Psfbot`]: the real program as a child process against a sandbox, killed when the test ends.

use std::process::{Child, Command, Output, Stdio};
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
        "RUST_LOG",
        "RUST_BACKTRACE",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Waits until something is so, by asking again and again.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::task::yield_now().await;
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
        let options = sandbox::Options { bot_token: Some(TOKEN.into()), ..sandbox::Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let discord = Client::new(sandbox.url(), sandbox.control_token());
        let config = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(config.path(), change(super::app::config_text(&sandbox, "1s"))).unwrap();
        let database = pool.connect_options().to_url_lossy().to_string();
        Self { sandbox, discord, database, config }
    }

    /// The program with this world in its environment.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = psfbot(args);
        command.arg("--config").arg(self.config.path());
        command
            .env("DISCORD_API_URL", self.sandbox.url())
            .env("DISCORD_TOKEN", TOKEN)
            .env("DATABASE_URL", &self.database);
        command
    }

    /// A bot process.
    pub(crate) fn run(&self) -> Psfbot {
        self.run_with(|command| command)
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

/// A running bot.
pub(crate) struct Psfbot(Option<Child>);

impl Psfbot {
    pub(crate) fn started(child: Child) -> Self {
        Self(Some(child))
    }

    /// SIGKILL: no chance to put anything in order.
    pub(crate) fn kill(mut self) {
        let mut child = self.0.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.as_ref().unwrap().id()
    }

    /// Sends a signal: SIGSTOP freezes it, SIGCONT lets it go on.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.0.as_ref().unwrap().id();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(id).unwrap()), signal).unwrap();
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
    pub(crate) async fn ended(mut self) -> Output {
        let child = self.0.take().unwrap();
        let ended = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        tokio::time::timeout(PATIENCE, ended).await.expect("the process ends by itself").unwrap()
    }

    /// A signal that asks for the end; what it wrote, once it ended.
    pub(crate) async fn end(mut self, signal: Signal) -> Output {
        self.signal(signal);
        let child = self.0.take().unwrap();
        tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap()
    }
}

impl Drop for Psfbot {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ended = child.kill().and_then(|()| child.wait());
        }
    }
}
