//! The account that runs the server: this process's own, or an unprivileged one when this process is root, as which
//! PostgreSQL refuses to run.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User, geteuid};
use tokio::process::Command;

use super::ClusterError;

/// The account that runs the server and owns its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Whether processes must be switched to it, which only root can do.
    pub(super) switch: bool,
}

impl Account {
    /// Who runs the server over `existing` data (the directories of earlier starts, may be none).
    ///
    /// Root takes the account that already owns data, else `postgres`, else `nobody`.
    pub(super) fn choose(existing: &[PathBuf]) -> Result<Self, ClusterError> {
        let own = geteuid();
        if !own.is_root() {
            let gid = nix::unistd::getegid().as_raw();
            return Ok(Self { name: "yourself".to_owned(), uid: own.as_raw(), gid, switch: false });
        }
        let owner = |dir: &PathBuf| User::from_uid(Uid::from_raw(fs::metadata(dir).ok()?.uid())).ok()?;
        let named = |name| User::from_name(name).ok()?;
        existing
            .iter()
            .filter_map(owner)
            .chain(["postgres", "nobody"].into_iter().filter_map(named))
            .find(|user| !user.uid.is_root())
            .map(|user| Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw(), switch: true })
            .ok_or(ClusterError::NoAccount)
    }

    /// Starts `command` as this account; std clears the supplementary groups when root sets a uid.
    pub(super) fn run_as<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        if self.switch { command.gid(self.gid).uid(self.uid) } else { command }
    }

    /// Makes a directory that only this account (and root) can enter.
    pub(super) fn make_dir(&self, dir: &Path) -> Result<(), ClusterError> {
        DirBuilder::new().mode(0o700).create(dir).map_err(ClusterError::data("create", dir))?;
        self.own(dir)
    }

    /// Gives a directory of ours to this account.
    pub(super) fn own(&self, dir: &Path) -> Result<(), ClusterError> {
        if self.switch {
            std::os::unix::fs::lchown(dir, Some(self.uid), Some(self.gid))
                .map_err(ClusterError::data("change the owner of", dir))?;
        }
        Ok(())
    }

    /// The first directory on the way to `path` (itself included, where it is one) that this account can't enter.
    ///
    /// Reads the permission bits alone; only asked when the account is not this process's own.
    pub(super) fn closed_on_the_way(&self, path: &Path) -> Option<PathBuf> {
        if !self.switch {
            return None;
        }
        let way = path.ancestors().collect::<Vec<_>>();
        way.into_iter().rev().find(|dir| self.is_closed(dir)).map(Path::to_owned)
    }

    fn is_closed(&self, dir: &Path) -> bool {
        let Ok(meta) = fs::metadata(dir) else { return false };
        let bit = match () {
            () if meta.uid() == self.uid => 0o100,
            () if meta.gid() == self.gid => 0o010,
            () => 0o001,
        };
        meta.is_dir() && meta.mode() & bit == 0
    }
}

/// Whether this process is root.
pub(super) fn is_root() -> bool {
    geteuid().is_root()
}
