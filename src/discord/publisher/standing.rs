//! Who the bot is in the guild, read now and then instead of before each message.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::MutexGuard;

use crate::discord::permissions::Guild;
use crate::ids::{RoleId, UserId};

/// How long it is believed. A permission that was granted meanwhile counts after this at the latest.
const BELIEVED: TimeDelta = TimeDelta::seconds(30);

/// The bot, its roles, and the guild's roles.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) me: UserId,
    pub(super) roles: Vec<RoleId>,
    pub(super) guild: Guild,
}

/// The last reading.
#[derive(Debug, Default)]
pub(super) struct Reading {
    last: Mutex<Option<(DateTime<Utc>, Standing)>>,
    reader: tokio::sync::Mutex<()>,
}

impl Reading {
    pub(super) fn recent(&self, now: DateTime<Utc>) -> Option<Standing> {
        let reading = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        reading.as_ref().filter(|(at, _)| *at <= now && now - *at < BELIEVED).map(|(_, standing)| standing.clone())
    }

    /// Waits to be the one who reads: of several who want to know at once, one asks for all.
    pub(super) async fn reader(&self) -> MutexGuard<'_, ()> {
        self.reader.lock().await
    }

    pub(super) fn keep(&self, now: DateTime<Utc>, standing: &Standing) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, standing.clone()));
    }
}
