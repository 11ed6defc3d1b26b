//! Which server programs run the cluster.
//!
//! Owns the search over the places where PostgreSQL is installed. A place counts only when it has `postgres`, `initdb`
//! and `pg_ctl`, is new enough, and can be entered by the account that will run it.

use std::cmp::Reverse;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::account::Account;
use super::{ClusterError, OLDEST_MAJOR, children};

const NEEDED: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// Where versions stand side by side: the parent, what the version's directory begins with, what follows it.
const INSTALLED: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Where to look for server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// This directory and no other; anything wrong with it is an error.
    Only(PathBuf),
    /// `pg_config --bindir`, `PATH`, the distributions' and Homebrew's places, newest first.
    Everywhere,
    /// Nowhere, as on a machine without PostgreSQL.
    Nowhere,
}

impl Search {
    /// What the environment asks for: `PSFBOT_POSTGRES_BIN` names the one directory, `PSFBOT_POSTGRES_SEARCH=none` hides
    /// the programs of the machine.
    #[must_use]
    pub fn from_env() -> Self {
        match env::var_os("PSFBOT_POSTGRES_BIN").filter(|dir| !dir.is_empty()) {
            Some(dir) => Self::Only(dir.into()),
            None if env::var_os("PSFBOT_POSTGRES_SEARCH").is_some_and(|v| v == "none") => Self::Nowhere,
            None => Self::Everywhere,
        }
    }

    /// Everything usable, best first, at most one of each major version.
    pub(super) async fn run(&self, account: &Account) -> Result<Vec<Binaries>, ClusterError> {
        let places = match self {
            Self::Only(dir) => {
                let found = Binaries::look(dir, account).await;
                return Ok(vec![found.map_err(|why| ClusterError::BadBinaries { dir: dir.clone(), why })?]);
            }
            Self::Nowhere => return Err(ClusterError::NoBinaries),
            Self::Everywhere => places().await,
        };
        let mut found: Vec<Binaries> = Vec::new();
        for dir in places {
            match Binaries::look(&dir, account).await {
                Ok(new) if found.iter().all(|old| old.major != new.major) => found.push(new),
                Ok(_) => {}
                Err(why) => tracing::debug!(dir = %dir.display(), why, "no usable PostgreSQL here"),
            }
        }
        if found.is_empty() { Err(ClusterError::NoBinaries) } else { Ok(found) }
    }
}

/// One installation.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    dir: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    async fn look(dir: &Path, account: &Account) -> Result<Self, String> {
        let dir = dir.canonicalize().map_err(|error| format!("it can't be read ({error})"))?;
        if let Some(missing) = NEEDED.iter().find(|name| !dir.join(name).is_file()) {
            return Err(format!("it has no {missing}"));
        }
        if let Some(closed) = account.closed_on_the_way(&dir) {
            return Err(format!("the user {}, who runs the server, can't enter {}", account.name, closed.display()));
        }
        let major = version(&dir.join("postgres")).await.ok_or("its postgres does not tell its version")?;
        if major < OLDEST_MAJOR {
            return Err(format!("it holds PostgreSQL {major}"));
        }
        Ok(Self { dir, major })
    }
}

async fn places() -> Vec<PathBuf> {
    let configured = said_by(Path::new("pg_config"), "--bindir").await.map(|line| PathBuf::from(line.trim()));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter(|dir| dir.is_absolute()).collect::<Vec<_>>();
    configured.into_iter().chain(on_path).chain(INSTALLED.into_iter().flat_map(side_by_side)).collect()
}

fn side_by_side((parent, prefix, bin): (&str, &str, &str)) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().filter_map(Result::ok);
    let mut versions = entries
        .filter_map(|entry| {
            let major = leading_number(entry.file_name().to_str()?.strip_prefix(prefix)?)?;
            Some((Reverse(major), entry.path().join(bin)))
        })
        .collect::<Vec<_>>();
    versions.sort();
    versions.into_iter().map(|(_, dir)| dir).collect()
}

/// From `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`, also `18beta1`.
async fn version(postgres: &Path) -> Option<u32> {
    leading_number(said_by(postgres, "--version").await?.split_once("(PostgreSQL) ")?.1)
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

async fn said_by(program: &Path, argument: &str) -> Option<String> {
    let output = children::clean(program).arg(argument).stdin(Stdio::null()).output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
