//! The ledger of erasures: a file outside the database, so that a backup of the database which is restored does not bring back
//! what was erased after it was made.
//!
//! A line an erasure: a random number, a keyed hash of what is erased ([`Subject::name`]; HMAC-SHA-256), a check. Who has the
//! file alone learns how many erasures there were, and nobody's name. A line is on the disk before anybody is told that
//! something is erased. Several processes may write: each holds the file's lock for one line. Refuses to go on with a key that
//! is not the file's, and with a line in its middle that can't be read: what that line asked for would come back unseen. What
//! was cut off at its end, by a crash or a full disk, was promised to nobody and is taken away.

mod key;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::erasure::Subject;
use key::Key;

/// The first words of the file, and what their keyed hash shows: that the key is the file's.
const HEAD: &str = "psfbot-erasures-1";

/// How long the file's lock is waited for, and the time between two attempts.
const LONGEST_LOCK: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// Why the ledger can't be used; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The system refuses.
    #[error(
        "the ledger of erasures: can't {what} {path} ({source}); give psfbot a place that it may write and that lasts, with privacy.ledger"
    )]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The ledger is there, its key is not.
    #[error(
        "the ledger of erasures {ledger} has lost its key {key}: put the key back from its copy, or set PSFBOT_ERASURE_KEY; if it is gone for good, move the ledger away, and from then on restore no backup of the database that is older than that"
    )]
    LostKey {
        /// The ledger.
        ledger: PathBuf,
        /// Where its key should be.
        key: PathBuf,
    },
    /// Another key.
    #[error(
        "the key is not the one that the ledger of erasures {0} was begun with: put the right one back, as a file beside the ledger or as PSFBOT_ERASURE_KEY"
    )]
    WrongKey(PathBuf),
    /// The key can't be one.
    #[error("{0}: a key has at least 32 characters, none of them a space; make one with `openssl rand -hex 32`")]
    ShortKey(String),
    /// A line in the middle.
    #[error(
        "line {line} of the ledger of erasures {path} can't be read: put the file back from its copy; if there is none, delete that line, and look through what a restored backup brings back by hand"
    )]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// From 1 on.
        line: usize,
    },
}

/// An erasure that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, by which a database knows that it was carried out there.
    pub id: Uuid,
    /// The keyed hash of what is erased.
    pub name: [u8; 32],
}

/// The ledger. Its methods wait for the disk.
#[derive(Debug, Clone)]
pub struct Ledger {
    path: Arc<Path>,
    key: Arc<Key>,
}

impl Ledger {
    /// Opens the ledger, or begins it. Without a key it has one in a file beside it, which is made with it.
    ///
    /// # Errors
    /// When it can't be read and written, when its key is missing or another, and when it is damaged.
    pub fn open(path: &Path, key: Option<&SecretString>) -> Result<Self, LedgerError> {
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(io_error("make the folder of", path))?;
        }
        let mut file = Self::file(path)?;
        let text = read(&mut file, path)?;
        let is_new = text.is_empty();
        let key = match key {
            Some(key) => Key::given(key)?,
            None => Key::beside(path, is_new)?,
        };
        let ledger = Self { path: path.into(), key: Arc::new(key) };
        if is_new {
            let head = format!("{HEAD} {}\n", hex(&ledger.key.hash(HEAD)));
            append(&mut file, path, &head)?;
            // The file's name is to last as well.
            let folder =
                path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_error("write", path))?;
        } else {
            ledger.parse(&text)?;
        }
        Ok(ledger)
    }

    /// Notes that these are to be erased; their numbers. On return they are on the disk.
    ///
    /// # Errors
    /// When that can't be done: then nothing may be called erased.
    pub fn note(&self, subjects: &[Subject]) -> Result<Vec<Uuid>, LedgerError> {
        let mut file = Self::file(&self.path)?;
        // Also takes away what a crash left half written, which would spoil the line that follows it.
        let text = read(&mut file, &self.path)?;
        let _entries = self.parse_head(&text)?;
        let ids: Vec<Uuid> = subjects.iter().map(|_| Uuid::new_v4()).collect();
        let lines = ids.iter().zip(subjects).map(|(id, subject)| line(*id, &self.name(subject)));
        append(&mut file, &self.path, &lines.collect::<String>())?;
        Ok(ids)
    }

    /// All that was noted.
    ///
    /// # Errors
    /// When it can't be read or is damaged.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        let mut file = Self::file(&self.path)?;
        let text = read(&mut file, &self.path)?;
        self.parse(&text)
    }

    /// The keyed hash under which something would be noted.
    #[must_use]
    pub fn name(&self, subject: &Subject) -> [u8; 32] {
        self.key.hash(&subject.name())
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file, locked until it is dropped.
    fn file(path: &Path) -> Result<File, LedgerError> {
        let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path);
        let file = file.map_err(io_error("open", path))?;
        let since = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                // A line takes no time; who holds the lock longer is frozen, and must not freeze others.
                Err(TryLockError::WouldBlock) if since.elapsed() < LONGEST_LOCK => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let busy = io::Error::new(io::ErrorKind::TimedOut, "another process has held its lock for seconds");
                    return Err(io_error("lock", path)(busy));
                }
                Err(TryLockError::Error(error)) => return Err(io_error("lock", path)(error)),
            }
        }
    }

    fn parse_head<'a>(&self, text: &'a str) -> Result<std::str::Lines<'a>, LedgerError> {
        let mut lines = text.lines();
        let head = lines.next().and_then(|head| head.strip_prefix(HEAD)?.strip_prefix(' '));
        let head = head.ok_or_else(|| LedgerError::Damaged { path: self.path.to_path_buf(), line: 1 })?;
        if head == hex(&self.key.hash(HEAD)) { Ok(lines) } else { Err(LedgerError::WrongKey(self.path.to_path_buf())) }
    }

    fn parse(&self, text: &str) -> Result<Vec<Entry>, LedgerError> {
        let lines = self.parse_head(text)?.enumerate();
        let damaged = |at: usize| LedgerError::Damaged { path: self.path.to_path_buf(), line: at + 2 };
        lines.map(|(at, line)| entry(line).ok_or_else(|| damaged(at))).collect()
    }
}

fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LedgerError {
    let path = path.to_path_buf();
    move |source| LedgerError::Io { what, path, source }
}

/// What the locked file holds, once a line that was cut off at its end is taken away.
fn read(file: &mut File, path: &Path) -> Result<String, LedgerError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(io_error("read", path))?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole < bytes.len() {
        tracing::warn!(
            "the ledger of erasures ended in a line that was cut off; it was promised to nobody and is removed"
        );
        file.set_len(u64::try_from(whole).unwrap_or_default()).map_err(io_error("shorten", path))?;
        bytes.truncate(whole);
    }
    // What is not text is found damaged where it stands.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn append(file: &mut File, path: &Path, text: &str) -> Result<(), LedgerError> {
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io_error("write", path))
}

fn line(id: Uuid, name: &[u8; 32]) -> String {
    let said = format!("{} {}", id.simple(), hex(name));
    let check = check(&said);
    format!("{said} {check}\n")
}

fn entry(line: &str) -> Option<Entry> {
    let (said, found) = line.rsplit_once(' ')?;
    let (id, name) = said.split_once(' ')?;
    (check(said) == found).then_some(())?;
    Some(Entry { id: id.parse().ok()?, name: unhex(name)? })
}

/// Tells a damaged line from a whole one.
fn check(said: &str) -> String {
    hex(&Sha256::digest(said)[..4])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    digits.collect::<Option<Vec<u8>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests;
