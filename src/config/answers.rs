//! `[answers]`: what is kept of answers, and the week's digest.

use std::time::Duration;

use chrono::{NaiveTime, Weekday};
use serde::Deserialize;

use super::ConfigError;
use super::validate::{ensure, invalid};
use crate::answers::Rhythm;
use crate::ids::ChannelId;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `[answers]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answers {
    /// How long a question without a good answer is kept after it was last asked, and how long a vote. 1 day to 10 years.
    #[serde(with = "humantime_serde")]
    pub keep: Duration,
    /// Whether staff get the week's digest.
    pub digest: bool,
    /// Its day, e.g. `"monday"`.
    pub digest_day: Weekday,
    /// Its time in UTC, `"HH:MM"`.
    pub digest_at: String,
    /// Where it goes; `discord.staff_channel` unless named.
    pub digest_channel: Option<ChannelId>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            keep: 365 * DAY,
            digest: true,
            digest_day: Weekday::Mon,
            digest_at: "08:00".into(),
            digest_channel: None,
        }
    }
}

impl Answers {
    /// When the digest is due.
    ///
    /// # Errors
    /// Never for a configuration that was loaded, which was checked in the same way.
    pub fn rhythm(&self) -> Result<Rhythm, ConfigError> {
        let at = NaiveTime::parse_from_str(&self.digest_at, "%H:%M");
        let at = at.map_err(|_| invalid("answers.digest_at", "write a time in UTC as \"HH:MM\", e.g. \"08:00\""))?;
        Ok(Rhythm { day: self.digest_day, at })
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let fits = (DAY..=3660 * DAY).contains(&self.keep);
        ensure(fits, "answers.keep", "write a time between \"1d\" and \"3660d\"")?;
        self.rhythm().map(drop)
    }
}
