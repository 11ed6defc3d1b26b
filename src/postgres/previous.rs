//! What an earlier start left behind when it was killed.
//!
//! Owns the decision what the process in `postmaster.pid` is: a server of ours that lives on without its parent is
//! stopped; a process that only got the same number is none of our business, and the file is removed because
//! PostgreSQL would take it for a running server. Refuses to touch a server that somebody else started on the data.
//! Only called with the data directory's lock held.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::place::Place;
use super::{ClusterError, PORT};

/// Marks our servers among all of the machine, in their arguments.
pub(super) const CLUSTER_NAME: &str = "cluster_name=psfbot";

/// What to send and how long to wait: fast shutdown, immediate shutdown, the end.
pub(super) const STOPS: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(8)),
    (Signal::SIGQUIT, Duration::from_secs(5)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

const POLL: Duration = Duration::from_millis(20);

/// Who has the number that stands in `postmaster.pid`.
enum Found {
    Nobody,
    /// A server that psfbot started on these data.
    Ours(Pid),
    /// A server on these data that somebody else started.
    Foreign,
    /// A process that has nothing to do with these data.
    Stranger,
}

/// Makes way for a new server: none of ours runs on the data afterwards, and no stale file says so.
pub(super) async fn clear(place: &Place, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<(), ClusterError> {
    let pid_file = place.data.join("postmaster.pid");
    match found(&place.data) {
        Found::Ours(pid) => {
            progress(&format!("Stopping the PostgreSQL of an earlier start (pid {pid})"));
            stop(pid, &place.data).await?;
        }
        Found::Foreign => return Ok(()),
        Found::Nobody | Found::Stranger => {}
    }
    if matches!(found(&place.data), Found::Stranger) {
        fs::remove_file(&pid_file).map_err(ClusterError::data("remove the stale", &pid_file))?;
    }
    // The socket's own lock file names the same stale number.
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let file = place.sockets.join(name);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ClusterError::data("remove the stale", &file)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Stops a server of ours on `data`, if one runs.
pub(super) async fn stop_ours(data: &Path) -> Result<(), ClusterError> {
    match found(data) {
        Found::Ours(pid) => stop(pid, data).await,
        _ => Ok(()),
    }
}

/// Asks a server of ours on `data`, if one runs, to end, without waiting for it.
pub(super) fn ask_to_end(data: &Path) {
    if let Found::Ours(pid) = found(data) {
        // Fails only when it has ended.
        let _ = kill(pid, Signal::SIGINT);
    }
}

async fn stop(pid: Pid, data: &Path) -> Result<(), ClusterError> {
    for (signal, patience) in STOPS {
        // Fails when it ended meanwhile, which the loop finds out.
        let _ = kill(pid, signal);
        let since = Instant::now();
        while since.elapsed() < patience {
            if !matches!(identify(pid, data), Found::Ours(_)) {
                return Ok(());
            }
            tokio::time::sleep(POLL).await;
        }
    }
    Err(ClusterError::Unstoppable { pid: pid.as_raw() })
}

fn found(data: &Path) -> Found {
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    match text.lines().next().and_then(|line| line.trim().parse::<i32>().ok()).filter(|pid| *pid > 1) {
        Some(pid) => identify(Pid::from_raw(pid), data),
        None => Found::Nobody,
    }
}

/// By its arguments, which every user may read; a zombie has none, and so counts as a stranger.
fn identify(pid: Pid, data: &Path) -> Found {
    if kill(pid, None) == Err(nix::errno::Errno::ESRCH) {
        return Found::Nobody;
    }
    let arguments = arguments(pid);
    let Some(data) = data.to_str() else { return Found::Stranger };
    let Some((_, rest)) = arguments.split_once("postgres -D ") else { return Found::Stranger };
    match rest.strip_prefix(data).map(|rest| rest.starts_with(' ') || rest.is_empty()) {
        // The supervisor's own arguments end with the server's.
        _ if arguments.contains(super::supervisor::SUBCOMMAND) => Found::Stranger,
        Some(true) if arguments.contains(CLUSTER_NAME) => Found::Ours(pid),
        Some(true) => Found::Foreign,
        _ => Found::Stranger,
    }
}

#[cfg(target_os = "linux")]
fn arguments(pid: Pid) -> String {
    let raw = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = raw.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect::<Vec<_>>();
    words.join(" ").trim_end().to_owned()
}

#[cfg(not(target_os = "linux"))]
fn arguments(pid: Pid) -> String {
    let output = std::process::Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim_end().to_owned()).unwrap_or_default()
}
