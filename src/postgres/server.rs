//! The server's command line and its log.
//!
//! Owns the settings: given as arguments, they belong to this version of psfbot and win over the files in the data
//! directory. Refuses to let a statement, a parameter or a row into the log, because members' words are in them.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use tokio::process::Command;

use super::binaries::Binaries;
use super::place::Place;
use super::{ClusterError, PORT, children, previous};

const SETTINGS: [&str; 24] = [
    previous::CLUSTER_NAME,
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=64MB",
    "timezone=UTC",
    "lc_messages=C",
    "log_timezone=UTC",
    "logging_collector=off",
    "log_destination=stderr",
    "log_line_prefix=%m [%p] ",
    "log_checkpoints=off",
    // An error's own text can quote a value ("invalid input syntax"), its detail a whole row: psfbot reports errors.
    "log_min_messages=log",
    "log_error_verbosity=terse",
    "log_statement=none",
    "log_min_error_statement=panic",
    "log_min_duration_statement=-1",
    "log_min_duration_sample=-1",
    "log_transaction_sample_rate=0",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "debug_print_parse=off",
    "debug_print_rewritten=off",
    "debug_print_plan=off",
];

/// What a cluster that is removed at its end need not do. Commits still reach the system before they are confirmed, so
/// killing the server loses nothing.
const TEMPORARY: [&str; 2] = ["fsync=off", "full_page_writes=off"];

/// A log larger than this is set aside at the next start, in bytes.
const LARGE_LOG: u64 = 10_000_000;

/// The server's command line. It begins with the data directory, by which [`previous`] knows it again.
pub(super) fn command(place: &Place, binaries: &Binaries, durable: bool) -> Command {
    let mut command = children::clean(&binaries.program("postgres"));
    command.arg("-D").arg(&place.data);
    // A list in PostgreSQL's eyes, so quoted.
    let sockets = place.sockets.to_string_lossy().replace('"', "\"\"");
    command.arg("-c").arg(format!("unix_socket_directories=\"{sockets}\"")).arg("-c").arg(format!("port={PORT}"));
    for setting in SETTINGS.iter().chain(if durable { &["fsync=on", "full_page_writes=on"] } else { &TEMPORARY }) {
        command.arg("-c").arg(setting);
    }
    command
}

/// The log of one start.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    start: u64,
}

impl Log {
    /// Opens the log at its end.
    pub(super) fn open(path: &Path) -> Result<Self, ClusterError> {
        if fs::metadata(path).is_ok_and(|meta| meta.len() > LARGE_LOG) {
            let mut aside = path.as_os_str().to_owned();
            aside.push(".1");
            fs::rename(path, aside).map_err(ClusterError::data("set aside the log", path))?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path);
        let file = file.map_err(ClusterError::data("open the log", path))?;
        let start = file.metadata().map_err(ClusterError::data("read the log", path))?.len();
        Ok(Self { file, start })
    }

    /// The writing end for the server.
    pub(super) fn writer(&self) -> std::io::Result<File> {
        self.file.try_clone()
    }

    /// Why the server ended, as far as its log says. Works on a log that was removed meanwhile.
    pub(super) fn reason(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(self.start)).and_then(|_| self.file.read_to_end(&mut bytes));
        match read {
            Ok(_) => reason(&String::from_utf8_lossy(&bytes)),
            Err(error) => format!("its log can't be read ({error})"),
        }
    }
}

/// The last fatal line since the server was last well, else what the supervisor said.
fn reason(log: &str) -> String {
    let since = log.rsplit("database system is ready to accept connections").next().unwrap_or(log);
    let fatal = since.lines().rev().find(|line| line.contains("FATAL:") || line.contains("PANIC:"));
    let supervisors = || since.lines().rev().find_map(|line| line.strip_prefix("error: "));
    let none = "its log names no reason, so it or its supervisor was killed";
    fatal.or_else(supervisors).unwrap_or(none).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn the_reason_is_the_servers_own_and_not_of_an_earlier_moment() {
        let start =
            "LOG:  unrecognized parameter\nFATAL:  configuration file contains errors\nerror: it ended 6 times\n";
        assert_eq!(reason(start), "FATAL:  configuration file contains errors");
        let ran = "FATAL:  the database system is starting up\nLOG:  database system is ready to accept connections\n";
        assert_eq!(reason(ran), "its log names no reason, so it or its supervisor was killed");
        assert_eq!(reason("error: No such file or directory (os error 2)\n"), "No such file or directory (os error 2)");
    }
}
