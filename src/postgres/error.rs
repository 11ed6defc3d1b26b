//! What can go wrong with the private cluster, each a sentence that says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why the private cluster can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server programs on this machine, or the search for them is switched off.
    #[error(
        "no PostgreSQL server programs (14 or newer) were found: install them with `apt-get install postgresql` \
         (Debian, Ubuntu), `brew install postgresql` (macOS) or `make postgres-binaries`, or set PSFBOT_POSTGRES_BIN to \
         the directory of initdb and postgres, or set DATABASE_URL to a database of your own"
    )]
    NoBinaries,
    /// `PSFBOT_POSTGRES_BIN` names a directory that can't be used.
    #[error(
        "PSFBOT_POSTGRES_BIN is {dir}, but {why}; set it to the bin directory of PostgreSQL 14 or newer, or unset it"
    )]
    BadBinaries {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The data were made by a version of PostgreSQL that is not here any more.
    #[error(
        "the data in {dir} belong to PostgreSQL {made_by}, but only {found} was found here: install PostgreSQL {made_by} \
         again, or pass --data-dir another directory to begin anew"
    )]
    OtherMajor {
        /// The data directory.
        dir: PathBuf,
        /// The major version that made the data.
        made_by: u32,
        /// The major version found.
        found: u32,
    },
    /// Another living process holds the data directory.
    #[error("another psfbot ({holder}) uses the data directory {dir}; stop it or pass --data-dir another directory")]
    Busy {
        /// `pid N`, as far as known.
        holder: String,
        /// The data directory.
        dir: PathBuf,
    },
    /// There is no home directory to keep data under.
    #[error("no place to keep data was found because HOME is not set; pass --data-dir a directory")]
    NoHome,
    /// No unprivileged account exists that could run the server.
    #[error(
        "PostgreSQL refuses to run as root and neither the user postgres nor nobody exists; run psfbot as another user"
    )]
    NoAccount,
    /// The account that runs the server can't reach a directory.
    #[error(
        "PostgreSQL runs as the user {account} because you are root, and {account} can't enter {closed}; pass --data-dir a \
         directory outside it, e.g. /var/lib/psfbot"
    )]
    Closed {
        /// The name of the account.
        account: String,
        /// The directory that it can't pass.
        closed: PathBuf,
    },
    /// A directory belongs to somebody else.
    #[error(
        "{dir} belongs to the user with the id {owner}; run psfbot as that user or pass --data-dir another directory"
    )]
    ForeignOwner {
        /// The directory.
        dir: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// The place of a cluster is taken by something else.
    #[error("{dir} holds files but no PostgreSQL data; move them away or pass --data-dir another directory")]
    NotData {
        /// The directory.
        dir: PathBuf,
    },
    /// A directory for the socket may have been planted by somebody else.
    #[error("the socket directory {dir} {why}; remove it or pass --data-dir a shorter path")]
    UnsafeSocketDir {
        /// The directory.
        dir: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The system refused something.
    #[error("can't {doing} {path}{hint}")]
    Io {
        /// A verb phrase.
        doing: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// What to do, with a separator in front, or nothing.
        hint: &'static str,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// `initdb` failed.
    #[error("initdb could not make a database cluster in {dir}: {said}")]
    Init {
        /// Where.
        dir: PathBuf,
        /// Its last words.
        said: String,
    },
    /// The server ended instead of starting, or gave up later.
    #[error("PostgreSQL ended by itself: {said}; its log is {log}")]
    Ended {
        /// The log's last words.
        said: String,
        /// The log.
        log: PathBuf,
    },
    /// The server accepted no connection in time.
    #[error("PostgreSQL accepted no connection within {seconds} s; its log is {log}")]
    Late {
        /// How long was waited.
        seconds: u64,
        /// The log.
        log: PathBuf,
        /// The last attempt's failure.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// The server did not end.
    #[error("PostgreSQL (pid {pid}) does not end; kill it by hand")]
    Unstoppable {
        /// The postmaster.
        pid: i32,
    },
    /// A query of the start failed.
    #[error("the private database can't be prepared")]
    Query(#[from] sqlx::Error),
}

impl ClusterError {
    /// For `map_err`: what was being done to which path.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io_hint(doing, path, "")
    }

    /// As [`Self::io`], for paths that `--data-dir` can change.
    pub(super) fn data(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        Self::io_hint(doing, path, " (pass --data-dir a directory that you may write to)")
    }

    fn io_hint(doing: &'static str, path: &Path, hint: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, hint, source }
    }
}
