//! The embedded default database: a private PostgreSQL cluster made and run from the server programs on the machine.
//!
//! Owns the search for the programs, the data directory (one sub-directory a major version), the server's start and
//! its end together with the process that started it. Reachable over a Unix socket in a directory that only its owner
//! can enter; never over the network. Refuses to download anything, to share a data directory between two starters,
//! and to touch a server that it did not start. Production sets `DATABASE_URL` and never comes here.
//!
//! Between this process and the server stands a supervisor, which is the same program started as
//! `psfbot postgres-supervisor` ([`supervisor`]): it holds the reading end of a pipe whose only writer is this process,
//! and stops the server when the pipe closes. So the server ends with its parent even when the parent is killed with
//! SIGKILL, on every Unix, without a line of unsafe code.

mod account;
mod binaries;
mod children;
mod cluster;
mod error;
mod init;
mod lock;
mod place;
mod previous;
mod server;
pub mod supervisor;

pub use binaries::Search;
pub use cluster::{Cluster, Options, Progress};
pub use error::ClusterError;
pub(crate) use place::default_data_dir;

/// The oldest major version of PostgreSQL that psfbot runs on.
pub const OLDEST_MAJOR: u32 = 14;

/// The superuser of the private cluster and the name of its database.
pub const NAME: &str = "psfbot";

/// The port in the socket's name; nothing listens on the network.
pub const PORT: u16 = 5432;
