//! The process between psfbot and its server, run as the hidden `psfbot postgres-supervisor`.
//!
//! Owns the server's process: starts it as the unprivileged account, starts it again when it dies, and stops it when
//! the pipe at its own stdin closes, which the system does whatever way its parent ends. In a process group of its own,
//! so that a Ctrl-C at the terminal does not take the database away from a parent that is still finishing its work.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::kill;
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::account::Account;
use super::{place, previous};

/// The subcommand's name.
pub const SUBCOMMAND: &str = "postgres-supervisor";

/// A server that ran this long has started well; its end is not held against the next try.
const STEADY: Duration = Duration::from_secs(30);

/// Pauses before the tries after an early end. Processes of a killed server need a moment to see that it is gone, and
/// until then a new one refuses to start.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1600),
];

/// What the supervisor is told, on its command line.
#[derive(Debug, clap::Args)]
pub struct Order {
    /// The account to run the server as, when started by root
    #[arg(long, requires = "gid")]
    uid: Option<u32>,
    /// The account's group
    #[arg(long, requires = "uid")]
    gid: Option<u32>,
    /// A temporary directory to remove in the end
    #[arg(long, value_name = "DIR")]
    remove: Option<PathBuf>,
    /// The server and its arguments
    #[arg(last = true, required = true)]
    server: Vec<std::ffi::OsString>,
}

/// The command that starts a supervisor for `server`; its stdin is the pipe to hold, its stderr the server's log.
pub(super) fn command(program: &Path, account: &Account, remove: Option<&Path>, server: &Command) -> Command {
    let mut command = super::children::clean(program);
    command.arg(SUBCOMMAND);
    if account.switch {
        command.arg("--uid").arg(account.uid.to_string()).arg("--gid").arg(account.gid.to_string());
    }
    if let Some(dir) = remove {
        command.arg("--remove").arg(dir);
    }
    let server = server.as_std();
    command.arg("--").arg(server.get_program()).args(server.get_args());
    // Not killed with its handle: it ends by itself when the pipe closes, and takes the server along.
    command.kill_on_drop(false).process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
    command
}

/// Runs the server until stdin closes or a signal asks for the end.
///
/// # Errors
/// When the server can't be started, or ended early too often.
pub fn run(order: &Order) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let told = told_to_end()?;
        keep_running(order, told).await
    });
    if let Some(dir) = order.remove.as_deref().filter(|dir| place::is_temporary(dir)) {
        fs::remove_dir_all(dir)?;
    }
    result
}

async fn keep_running(order: &Order, mut told: watch::Receiver<bool>) -> anyhow::Result<()> {
    let mut early_ends = 0;
    loop {
        let since = Instant::now();
        let mut server = start(order)?;
        let status = tokio::select! {
            status = server.wait() => status?,
            _ = told.wait_for(|end| *end) => return stop(&mut server).await,
        };
        early_ends = if since.elapsed() < STEADY { early_ends + 1 } else { 1 };
        let Some(pause) = PAUSES.get(early_ends - 1) else {
            anyhow::bail!("PostgreSQL ended {early_ends} times, last with {status}");
        };
        tokio::select! {
            () = tokio::time::sleep(*pause) => {}
            _ = told.wait_for(|end| *end) => return Ok(()),
        }
    }
}

fn start(order: &Order) -> anyhow::Result<Child> {
    let [program, arguments @ ..] = order.server.as_slice() else { anyhow::bail!("no server was named") };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).current_dir("/");
    if let (Some(uid), Some(gid)) = (order.uid, order.gid) {
        command.gid(gid).uid(uid);
    }
    Ok(command.spawn()?)
}

async fn stop(server: &mut Child) -> anyhow::Result<()> {
    let Some(pid) = server.id() else { return Ok(()) };
    for (signal, patience) in previous::STOPS {
        // Fails only when it has ended, which the wait tells.
        let _ = kill(Pid::from_raw(pid.cast_signed()), signal);
        if let Ok(status) = tokio::time::timeout(patience, server.wait()).await {
            status?;
            return Ok(());
        }
    }
    anyhow::bail!("PostgreSQL (pid {pid}) does not end")
}

/// Becomes true when stdin closes or a signal asks for the end.
fn told_to_end() -> anyhow::Result<watch::Receiver<bool>> {
    let (end, told) = watch::channel(false);
    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup(), SignalKind::quit()] {
        let (mut signals, end) = (signal(kind)?, end.clone());
        tokio::spawn(async move {
            signals.recv().await;
            end.send_replace(true);
        });
    }
    // A thread of its own, because a runtime would wait for a blocking read at its end.
    std::thread::Builder::new().name("parent".to_owned()).spawn(move || {
        let mut buffer = [0; 64];
        while matches!(std::io::stdin().lock().read(&mut buffer), Ok(1..)) {}
        end.send_replace(true);
    })?;
    Ok(told)
}
