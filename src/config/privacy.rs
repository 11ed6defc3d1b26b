//! `[privacy]` and `[retention]`: where erasures are noted, and how long what members and staff write is kept.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::Config;
use super::validate::{Check, ensure};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `[privacy]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// The ledger of erasures; `erasures.ledger` in psfbot's data directory unless named. Not where a restored backup of the
    /// database would restore it as well.
    pub ledger: Option<PathBuf>,
}

/// `[retention]`. Each 1 day to 10 years.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// How long feedback and questions to staff are kept, with the replies, unless their programme says otherwise
    /// (`programs.keep`).
    #[serde(with = "humantime_serde")]
    pub feedback: Duration,
    /// How long drafts of staff that were not sent or saved are kept after their last change.
    #[serde(with = "humantime_serde")]
    pub drafts: Duration,
    /// How long a text to a theme that was not sent is kept.
    #[serde(with = "humantime_serde")]
    pub unsent_replies: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self { feedback: 3 * 365 * DAY, drafts: 365 * DAY, unsent_replies: 30 * DAY }
    }
}

impl Config {
    /// Checks how long things are kept.
    pub(super) fn validate_retention(&self) -> Check {
        let fits = |keep: Duration| (DAY..=3660 * DAY).contains(&keep);
        let hint = "write a time between \"1d\" and \"3660d\"";
        ensure(fits(self.retention.feedback), "retention.feedback", hint)?;
        ensure(fits(self.retention.drafts), "retention.drafts", hint)?;
        let after_notice = self.retention.drafts >= self.announce.keep_drafts;
        ensure(after_notice, "retention.drafts", "write at least announce.keep_drafts, after which authors are told")?;
        ensure(fits(self.retention.unsent_replies), "retention.unsent_replies", hint)?;
        self.programs.iter().try_for_each(|program| {
            ensure(program.keep.is_none_or(fits), format!("programs.keep of {:?}", program.key), hint)
        })
    }
}
