//! Where a cluster lives: data, log and socket.
//!
//! Owns the paths and the checks that nobody else can reach or has planted them. The data directory holds one
//! sub-directory a major version (`pg15`), its log (`pg15.log`), the socket's directory and the lock.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::account::{self, Account};
use super::{ClusterError, PORT};

/// Root's default: the account that runs the server can't enter root's home.
const ROOTS_DATA: &str = "/var/lib/psfbot";

/// What the directory of a cluster that is removed at its end is called, followed by random letters.
pub(super) const TEMPORARY: &str = "psfbot-temporary-";

/// The platform's place for data: `/var/lib/psfbot` for root, `~/Library/Application Support/psfbot` on macOS,
/// `$XDG_DATA_HOME/psfbot` or `~/.local/share/psfbot` elsewhere.
pub(crate) fn default_data_dir() -> Result<PathBuf, ClusterError> {
    if account::is_root() && std::env::var_os("XDG_DATA_HOME").is_none() {
        return Ok(ROOTS_DATA.into());
    }
    #[cfg(target_os = "macos")]
    let strategy = etcetera::base_strategy::Apple::new();
    #[cfg(not(target_os = "macos"))]
    let strategy = etcetera::base_strategy::Xdg::new();
    Ok(strategy.map_err(|_| ClusterError::NoHome)?.data_dir().join("psfbot"))
}

/// Makes the data directory where it is missing; root leaves it open to pass through, for the server's account.
pub(super) fn make_root(dir: &Path) -> Result<PathBuf, ClusterError> {
    let mode = if account::is_root() { 0o711 } else { 0o700 };
    if let Some(parent) = dir.parent() {
        // The directories above are not ours to close.
        fs::create_dir_all(parent).map_err(ClusterError::data("create", parent))?;
    }
    match DirBuilder::new().mode(mode).create(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(ClusterError::data("create the data directory", dir)(error))
        }
        _ => dir.canonicalize().map_err(ClusterError::data("enter", dir)),
    }
}

/// A data directory for one run, in the first scratch directory that the server's account can enter.
pub(super) fn make_temporary(account: &Account) -> Result<TempDir, ClusterError> {
    use std::os::unix::fs::PermissionsExt;
    let scratch = [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
    let mode = if account.switch { 0o711 } else { 0o700 };
    let parent = scratch
        .iter()
        .filter_map(|dir| dir.canonicalize().ok())
        .find(|dir| account.closed_on_the_way(dir).is_none())
        .unwrap_or_else(|| "/tmp".into());
    tempfile::Builder::new()
        .prefix(TEMPORARY)
        .permissions(fs::Permissions::from_mode(mode))
        .tempdir_in(&parent)
        .map_err(ClusterError::io("create a temporary directory in", &parent))
}

/// The clusters of earlier starts: major version and directory, newest first.
pub(super) fn existing(root: &Path) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    let mut found = entries
        .filter_map(|entry| Some((entry.file_name().to_str()?.strip_prefix("pg")?.parse().ok()?, entry.path())))
        .filter(|(_, dir)| dir.is_dir())
        .collect::<Vec<_>>();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found
}

/// The paths of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) root: PathBuf,
    pub(super) data: PathBuf,
    pub(super) log: PathBuf,
    pub(super) sockets: PathBuf,
}

impl Place {
    /// The place of the cluster of `major` in `root`, with the socket's directory made and checked.
    pub(super) fn prepare(root: &Path, major: u32, account: &Account) -> Result<Self, ClusterError> {
        if let Some(closed) = account.closed_on_the_way(root) {
            return Err(ClusterError::Closed { account: account.name.clone(), closed });
        }
        let sockets = socket_dir(root, account)?;
        private_dir(&sockets, account)?;
        let (data, log) = (root.join(format!("pg{major}")), root.join(format!("pg{major}.log")));
        Ok(Self { root: root.to_owned(), data, log, sockets })
    }
}

/// In the data directory, or, when that makes a path longer than the system takes, a short one named after it.
fn socket_dir(root: &Path, account: &Account) -> Result<PathBuf, ClusterError> {
    let near = root.join("socket");
    if fits(&near) {
        return Ok(near);
    }
    let digest = Sha256::digest(root.as_os_str().as_bytes());
    let hash = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|_| !account.switch);
    let runtime = runtime.filter(|dir| is_private(dir, account).is_ok()).map(|dir| dir.join(format!("psfbot-{hash}")));
    let short = runtime.filter(|dir| fits(dir));
    Ok(short.unwrap_or_else(|| format!("/tmp/psfbot-{}-{hash}", account.uid).into()))
}

/// Whether a socket's address has room for the path (104 bytes with its end on macOS, 108 on Linux) and a URL can
/// carry it.
fn fits(dir: &Path) -> bool {
    dir.to_str().is_some() && dir.as_os_str().len() + format!("/.s.PGSQL.{PORT}").len() < 104
}

/// Makes a directory that only the account can enter, or checks that an existing one is so.
fn private_dir(dir: &Path, account: &Account) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => account.own(dir),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if account.switch && fs::symlink_metadata(dir).is_ok_and(|meta| meta.uid() == 0 && meta.is_dir()) {
                // Made by an earlier start that was killed before it gave the directory away.
                account.own(dir)?;
            }
            is_private(dir, account).map_err(|why| ClusterError::UnsafeSocketDir { dir: dir.to_owned(), why })
        }
        Err(error) => Err(ClusterError::data("create", dir)(error)),
    }
}

fn is_private(dir: &Path, account: &Account) -> Result<(), &'static str> {
    let meta = fs::symlink_metadata(dir).map_err(|_| "can't be read")?;
    match () {
        () if !meta.is_dir() => Err("is not a directory"),
        () if meta.uid() != account.uid => Err("belongs to another user"),
        () if meta.mode() & 0o077 != 0 => Err("is open to other users"),
        () => Ok(()),
    }
}

/// Whether `dir` is a directory that [`make_temporary`] made, and so may be removed.
pub(super) fn is_temporary(dir: &Path) -> bool {
    dir.file_name().map(OsStr::as_bytes).is_some_and(|name| name.starts_with(TEMPORARY.as_bytes()))
}
