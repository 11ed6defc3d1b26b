//! `psfbot postgres`: a command with the private cluster, or the cluster alone.
//!
//! Owns the running of somebody else's command: its environment, its signals, its exit code. The command gets the whole
//! environment of its caller, because it is the caller's.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anstream::{eprintln, println};
use anyhow::Context;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::{Pid, getpgrp, tcgetpgrp};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::postgres::{Cluster, NAME, Options, PORT, supervisor};

/// How long a command that was told to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(10);

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Keep the data here [default: the platform's data directory, for root /var/lib/psfbot]
    #[arg(long, value_name = "DIR", conflicts_with = "temporary")]
    data_dir: Option<PathBuf>,

    /// A new, empty cluster that is removed at the end
    #[arg(long)]
    temporary: bool,

    /// What to run, with DATABASE_URL and PGHOST set; without it the cluster serves until Ctrl-C
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let signals = signals()?;
        let options = if args.temporary { Options::temporary() } else { Options::kept(args.data_dir) };
        let options = options.progress(|line| eprintln!("{line}"));
        match args.command.split_first() {
            Some((program, arguments)) => with_command(options, signals, program, arguments).await,
            None => serve(options, signals).await,
        }
    })
}

/// Runs the process between psfbot and its server.
pub(super) fn supervise(order: &supervisor::Order) -> anyhow::Result<ExitCode> {
    supervisor::run(order).map(|()| ExitCode::SUCCESS)
}

/// The signals that ask for the end.
type Signals = mpsc::UnboundedReceiver<Signal>;

fn signals() -> io::Result<Signals> {
    let (sender, receiver) = mpsc::unbounded_channel();
    for (kind, meaning) in [
        (SignalKind::interrupt(), Signal::SIGINT),
        (SignalKind::terminate(), Signal::SIGTERM),
        (SignalKind::hangup(), Signal::SIGHUP),
    ] {
        let (mut arrived, sender) = (signal(kind)?, sender.clone());
        tokio::spawn(async move { while arrived.recv().await.is_some() && sender.send(meaning).is_ok() {} });
    }
    Ok(receiver)
}

async fn serve(options: Options, mut signals: Signals) -> anyhow::Result<ExitCode> {
    let mut cluster = tokio::select! {
        cluster = Cluster::start(options) => cluster?,
        signal = signals.recv() => return Ok(interrupted(signal)),
    };
    eprintln!("PostgreSQL serves the data in {}; Ctrl-C stops it", cluster.data_dir().display());
    println!("{}", cluster.url(NAME));
    let failure = tokio::select! {
        error = cluster.failed() => Some(error),
        _ = signals.recv() => None,
    };
    eprintln!("Stopping PostgreSQL");
    cluster.stop().await?;
    failure.map_or(Ok(ExitCode::SUCCESS), |error| Err(error.into()))
}

async fn with_command(
    options: Options,
    mut signals: Signals,
    program: &OsString,
    arguments: &[OsString],
) -> anyhow::Result<ExitCode> {
    let cluster = tokio::select! {
        cluster = Cluster::attach_or_start(options) => cluster?,
        signal = signals.recv() => return Ok(interrupted(signal)),
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(environment(&cluster));
    command.env_remove("DATABASE_URL_FILE").env_remove("PGSERVICE").env_remove("PGHOSTADDR").env_remove("PGPASSWORD");
    let ended = match Guest::start(command) {
        Ok(guest) => guest.wait(&mut signals).await,
        Err(error) => Err(error),
    };
    // The command's own failure is told only after the server is down.
    let stopped = cluster.stop().await;
    let status = ended.with_context(|| format!("can't run {}", program.display()))?;
    stopped?;
    Ok(code(status))
}

/// What makes sqlx, psql and every other client of libpq find the cluster.
fn environment(cluster: &Cluster) -> [(&'static str, OsString); 6] {
    [
        ("DATABASE_URL", cluster.url(NAME).into()),
        ("PGHOST", cluster.socket_dir().into()),
        ("PGPORT", PORT.to_string().into()),
        ("PGUSER", NAME.into()),
        ("PGDATABASE", NAME.into()),
        ("PGSSLMODE", "disable".into()),
    ]
}

/// The caller's command while it runs.
struct Guest {
    child: Child,
    pid: Pid,
    /// At a terminal the command stays in the foreground group, where Ctrl-C reaches it without us (and where psql may
    /// take it for "cancel the query"). Elsewhere it leads a group of its own, so that all of it can be ended.
    at_terminal: bool,
}

impl Guest {
    fn start(mut command: Command) -> io::Result<Self> {
        let at_terminal = in_foreground();
        if !at_terminal {
            command.process_group(0);
        }
        let child = command.spawn()?;
        let pid = child.id().map(u32::cast_signed).ok_or_else(|| io::Error::other("it ended at once"))?;
        Ok(Self { child, pid: Pid::from_raw(pid), at_terminal })
    }

    /// Waits for its end; passes on what asks for the end, and enforces it after [`GRACE`].
    async fn wait(mut self, signals: &mut Signals) -> io::Result<ExitStatus> {
        let mut asked = false;
        let patience = tokio::time::sleep(GRACE);
        tokio::pin!(patience);
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status?,
                Some(signal) = signals.recv() => {
                    if signal == Signal::SIGINT && self.at_terminal {
                        continue;
                    }
                    self.send(signal);
                    if !asked {
                        asked = true;
                        patience.as_mut().reset(tokio::time::Instant::now() + GRACE);
                    }
                }
                () = &mut patience, if asked => {
                    self.send(Signal::SIGKILL);
                    break self.child.wait().await?;
                }
            }
        };
        if asked && !self.at_terminal {
            // What it started and left behind when it was told to end.
            let _ = killpg(self.pid, Signal::SIGKILL);
        }
        Ok(status)
    }

    fn send(&self, signal: Signal) {
        // Fails when it has just ended, which the wait tells.
        let _ = if self.at_terminal { kill(self.pid, signal) } else { killpg(self.pid, signal) };
    }
}

fn in_foreground() -> bool {
    std::fs::File::open("/dev/tty").is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

/// As a shell has it: the command's own code, or 128 and the number of the signal that ended it.
fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn interrupted(signal: Option<Signal>) -> ExitCode {
    signal.and_then(|signal| u8::try_from(128 + signal as i32).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}
