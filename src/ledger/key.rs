//! The ledger's key: given from outside, or in a file beside the ledger that is made with it and that its owner alone can read.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2_011::Sha256;

use super::{LedgerError, hex, io_error};

/// Fewest characters of a key that is given.
const SHORTEST: usize = 32;

/// The key.
pub(super) struct Key(SecretString);

/// Not derived: it is a secret.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// One out of the environment.
    pub(super) fn given(key: &SecretString) -> Result<Self, LedgerError> {
        Self::of(key.expose_secret()).ok_or_else(|| LedgerError::ShortKey("PSFBOT_ERASURE_KEY".into()))
    }

    /// The one in the file beside the ledger, which is made for a ledger that is new.
    pub(super) fn beside(ledger: &Path, is_new: bool) -> Result<Self, LedgerError> {
        let path = file(ledger);
        match fs::read_to_string(&path) {
            Ok(text) => Self::of(text.trim()).ok_or_else(|| LedgerError::ShortKey(path.display().to_string())),
            Err(error) if error.kind() == ErrorKind::NotFound && is_new => Self::make(&path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(LedgerError::LostKey { ledger: ledger.to_path_buf(), key: path })
            }
            Err(error) => Err(io_error("read the key", &path)(error)),
        }
    }

    fn of(text: &str) -> Option<Self> {
        let fits = text.len() >= SHORTEST && !text.contains(char::is_whitespace);
        fits.then(|| Self(SecretString::from(text.to_owned())))
    }

    /// Whole or not at all, and with mode 0600 from the start.
    fn make(path: &Path) -> Result<Self, LedgerError> {
        let text = hex(&rand::random::<[u8; 32]>());
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let make = || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist_noclobber(path).map_err(|refused| refused.error)?;
            fs::File::open(folder)?.sync_all()
        };
        make().map_err(io_error("make the key", path))?;
        Ok(Self(SecretString::from(text)))
    }

    /// HMAC-SHA-256 of a text.
    pub(super) fn hash(&self, text: &str) -> [u8; 32] {
        // A key of any length will do for HMAC, so there is no error to speak of.
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()) else { return [0; 32] };
        mac.chain_update(text.as_bytes()).finalize().into_bytes().into()
    }
}

/// Where the key lies: `erasures.ledger` has `erasures.ledger.key`.
fn file(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".key");
    name.into()
}
