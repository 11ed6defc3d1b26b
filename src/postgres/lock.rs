//! One starter a data directory.
//!
//! Owns the lock file: the system's advisory lock says whether somebody holds the directory (it goes with its holder,
//! however that dies), the file's two lines say who and where its socket is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::ClusterError;

const FILE: &str = "psfbot.lock";

/// The right to start a cluster in a data directory; lost when dropped or when the process ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, or `None` when another process has it.
    pub(super) fn take(root: &Path) -> Result<Option<Self>, ClusterError> {
        let path = root.join(FILE);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(ClusterError::data("open", &path))?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = Self { file, path };
                lock.write(format!("{}\n", std::process::id()).as_bytes())?;
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(ClusterError::data("lock", &path)(source)),
        }
    }

    /// Tells others where the server that now accepts connections is.
    pub(super) fn announce(&mut self, socket_dir: &Path) -> Result<(), ClusterError> {
        let mut text = format!("{}\n", std::process::id()).into_bytes();
        text.extend_from_slice(socket_dir.as_os_str().as_bytes());
        text.push(b'\n');
        self.write(&text)
    }

    /// Tells others that nothing serves any more.
    pub(super) fn clear(&mut self) -> Result<(), ClusterError> {
        self.write(b"")
    }

    fn write(&mut self, text: &[u8]) -> Result<(), ClusterError> {
        let written = self.file.set_len(0).and_then(|()| self.file.rewind()).and_then(|()| self.file.write_all(text));
        written.map_err(ClusterError::data("write", &self.path))
    }
}

/// What the holder of a lock says about itself; it may be of an earlier holder for a moment.
#[derive(Debug, Default)]
pub(super) struct Holder {
    pub(super) pid: Option<u32>,
    pub(super) socket_dir: Option<PathBuf>,
}

impl Holder {
    pub(super) fn read(root: &Path) -> Self {
        let text = std::fs::read(root.join(FILE)).unwrap_or_default();
        // Only whole lines: a line without its end is still being written.
        let mut lines = text.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"));
        let pid = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
        let socket_dir = lines.next().map(|line| PathBuf::from(std::ffi::OsString::from_vec(line.to_vec())));
        Self { pid, socket_dir }
    }

    pub(super) fn busy(&self, root: &Path) -> ClusterError {
        let holder = self.pid.map_or_else(|| "starting or ending".to_owned(), |pid| format!("pid {pid}"));
        ClusterError::Busy { holder, dir: root.to_owned() }
    }
}
