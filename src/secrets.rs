//! Secrets: the bot token and the database's address, from the environment or from files alone.
//!
//! They are never printed: [`SecretString`] shows `[REDACTED]` in every debug output. After reading, nothing passes
//! them on to child processes ([`crate::postgres`] clears the environment of what it starts).

use std::env::VarError;
use std::path::PathBuf;

pub use secrecy::{ExposeSecret, SecretString};

/// Why a secret can't be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// A file is named but can't be read.
    #[error("{variable}_FILE names {path}, which can't be read ({source}): check the path and its permissions")]
    Unreadable {
        /// The variable without `_FILE`.
        variable: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The value is empty or not text.
    #[error("{0} is set but empty or not text: set it to the value itself, or unset it and set {0}_FILE")]
    Empty(&'static str),
}

/// `DISCORD_TOKEN`, or the content of `DISCORD_TOKEN_FILE`; `None` when neither is set.
///
/// # Errors
/// When the file can't be read, or the value is empty.
pub fn discord_token() -> Result<Option<SecretString>, SecretError> {
    read("DISCORD_TOKEN", "DISCORD_TOKEN_FILE")
}

/// `DATABASE_URL`, or the content of `DATABASE_URL_FILE`; `None` when neither is set.
///
/// # Errors
/// When the file can't be read, or the value is empty.
pub fn database_url() -> Result<Option<SecretString>, SecretError> {
    read("DATABASE_URL", "DATABASE_URL_FILE")
}

/// The key of the ledger of erasures: `PSFBOT_ERASURE_KEY`, or the content of `PSFBOT_ERASURE_KEY_FILE`; `None` when neither is
/// set.
///
/// # Errors
/// When the file can't be read, or the value is empty.
pub fn erasure_key() -> Result<Option<SecretString>, SecretError> {
    read("PSFBOT_ERASURE_KEY", "PSFBOT_ERASURE_KEY_FILE")
}

fn read(variable: &'static str, file_variable: &'static str) -> Result<Option<SecretString>, SecretError> {
    let text = match (std::env::var(variable), std::env::var_os(file_variable)) {
        (Ok(value), _) => value,
        (Err(VarError::NotUnicode(_)), _) => return Err(SecretError::Empty(variable)),
        (Err(VarError::NotPresent), None) => return Ok(None),
        (Err(VarError::NotPresent), Some(path)) => {
            let path = PathBuf::from(path);
            std::fs::read_to_string(&path).map_err(|source| SecretError::Unreadable { variable, path, source })?
        }
    };
    let text = text.trim();
    if text.is_empty() { Err(SecretError::Empty(variable)) } else { Ok(Some(SecretString::from(text.to_owned()))) }
}
