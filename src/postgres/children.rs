//! The environment of the programs that the cluster starts.
//!
//! Owns the short list of what they may see. Refuses everything else, above all the secrets: a server's environment
//! is readable by its user as long as it lives.

use std::ffi::OsString;
use std::path::Path;

use tokio::process::Command;

/// What the server programs need to run: to be found, to find their libraries, to have a scratch directory.
const PASSED_ON: [&str; 5] = ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

/// A command with nothing of this process's environment but [`PASSED_ON`], in a directory that every user can enter.
///
/// `LC_ALL=C` keeps their messages in the English that is looked for in them.
pub(super) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment()).env("LC_ALL", "C").env("TZ", "UTC").current_dir("/").kill_on_drop(true);
    command
}

fn environment() -> impl Iterator<Item = (&'static str, OsString)> {
    PASSED_ON.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)))
}
