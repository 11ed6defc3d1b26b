//! Identifiers as newtypes, so that a channel can never be passed where a guild is meant.
//!
//! Snowflakes are Discord's ids: unsigned 64-bit numbers, written as strings in JSON and TOML
//! (<https://discord.com/developers/docs/reference#snowflakes>). PostgreSQL has no unsigned type; the one
//! checked conversion to `BIGINT` is [`Snowflake::to_db`] / [`Snowflake::from_db`]. Discord's ids stay below
//! 2^63 until the year 2084, so nothing is lost.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds between the Unix epoch and Discord's (2015-01-01T00:00:00Z).
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

/// Why a text is not a snowflake.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a Discord id: write the number as a string of digits, e.g. \"1100000000000000001\"")]
pub struct ParseIdError(String);

/// A Discord id of unspecified kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Snowflake(NonZeroU64);

impl Snowflake {
    /// Wraps a raw id; `None` for zero and for values that do not fit PostgreSQL's `BIGINT`.
    #[must_use]
    pub fn new(raw: u64) -> Option<Self> {
        i64::try_from(raw).ok()?;
        NonZeroU64::new(raw).map(Self)
    }

    /// The raw number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0.get()
    }

    /// The id as stored in a `BIGINT` column.
    #[must_use]
    pub const fn to_db(self) -> i64 {
        self.0.get().cast_signed()
    }

    /// The id out of a `BIGINT` column; `None` for a value that can't be an id.
    #[must_use]
    pub fn from_db(raw: i64) -> Option<Self> {
        u64::try_from(raw).ok().and_then(Self::new)
    }

    /// When Discord made this id (millisecond precision).
    #[must_use]
    pub fn created_at(self) -> DateTime<Utc> {
        let ms = (self.0.get() >> 22).cast_signed() + DISCORD_EPOCH_MS;
        DateTime::from_timestamp_millis(ms).unwrap_or_default()
    }

    /// The smallest id that Discord could have made at `at`: for reading a channel "since then".
    #[must_use]
    pub fn first_at(at: DateTime<Utc>) -> Self {
        let ms = (at - TimeDelta::milliseconds(DISCORD_EPOCH_MS)).timestamp_millis().max(0);
        Self::new(ms.unsigned_abs() << 22).unwrap_or(Self(NonZeroU64::MIN))
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Snowflake {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| ParseIdError(text.to_owned()))
    }
}

impl Serialize for Snowflake {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Snowflake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl UserId {
    /// Whether this may be `user`: it is, or stands for one who was erased, of whom nobody can tell any more who he is.
    #[must_use]
    pub fn may_be(self, user: Self) -> bool {
        self == user || self.to_db() == FORMER_STAFF
    }
}

/// Stands in the place of the id of staff who had everything about themselves erased. Nobody has it: Discord's ids are a
/// million million million times as large.
pub const FORMER_STAFF: i64 = 1;

macro_rules! snowflake_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Snowflake);

        impl $name {
            /// Wraps a raw id; see [`Snowflake::new`].
            #[must_use]
            pub fn new(raw: u64) -> Option<Self> { Snowflake::new(raw).map(Self) }
            /// The raw number.
            #[must_use]
            pub const fn get(self) -> u64 { self.0.get() }
            /// See [`Snowflake::to_db`].
            #[must_use]
            pub const fn to_db(self) -> i64 { self.0.to_db() }
            /// See [`Snowflake::from_db`].
            #[must_use]
            pub fn from_db(raw: i64) -> Option<Self> { Snowflake::from_db(raw).map(Self) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )*};
}

snowflake_ids! {
    /// A Discord server.
    GuildId,
    /// A channel or thread.
    ChannelId,
    /// A role of the guild.
    RoleId,
    /// A person or bot.
    UserId,
    /// A message.
    MessageId,
    /// A scheduled event of the guild.
    EventId,
}

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )*};
}

row_ids! {
    /// Row of `announcement`.
    AnnouncementId,
    /// Row of `delivery`.
    DeliveryId,
    /// Row of `draft`.
    DraftId,
    /// Row of `approval`.
    ApprovalId,
    /// Row of `feed`.
    FeedId,
    /// Row of `gap`.
    GapId,
    /// Row of `theme`.
    ThemeId,
    /// Row of `theme_reply`.
    ThemeReplyId,
    /// Row of `reply`.
    ReplyId,
    /// Row of `knowledge_draft`.
    KnowledgeDraftId,
    /// Row of `staff_feed`.
    StaffFeedId,
    /// Row of `feed_question`.
    QuestionId,
    /// Row of `reminder`.
    ReminderId,
    /// Row of `personal_reminder`.
    PersonalReminderId,
    /// Row of `scheduled_event`.
    ScheduledEventId,
    /// Row of `session_run`.
    SessionRunId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snowflake_knows_when_it_was_made() {
        // The example of Discord's reference documentation.
        let id: Snowflake = "175928847299117063".parse().unwrap();
        assert_eq!(id.created_at().to_rfc3339(), "2016-04-30T11:18:25.796+00:00");
        let first = Snowflake::first_at(id.created_at());
        assert!(first <= id && id.get() - first.get() < 1 << 22);
    }

    #[test]
    fn an_id_is_a_string_of_digits() {
        for bad in ["", "0", "abc", "-1", "9223372036854775808"] {
            assert!(bad.parse::<ChannelId>().is_err(), "{bad}");
        }
        assert_eq!("1100000000000000001".parse::<GuildId>().unwrap().to_db(), 1_100_000_000_000_000_001);
    }
}
