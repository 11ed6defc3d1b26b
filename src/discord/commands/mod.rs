//! The commands, one file a feature.

pub(super) mod announce;
pub(super) mod ask;
mod blog;
pub(super) mod calendar;
pub(super) mod feedback;
pub(super) mod feeds;
mod help;
pub(super) mod inbox;
pub(super) mod knowledge;
pub(super) mod me;
pub(super) mod office_hours;
pub(super) mod panel;
mod partner;
pub(super) mod questions;
pub(super) mod remind;
pub(super) mod retry;
pub(super) mod sessions;
mod status;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use announce::Links;

use super::api::Api;
use super::interactions::Desk;
use super::publisher::Publisher;
use crate::answers::{Pause, Voters};
use crate::clock::SharedClock;
use crate::config::Config;
use crate::feed_client::FeedClient;
use crate::feedback::Limit;
use crate::ids::{ChannelId, GuildId, UserId};
use crate::knowledge::{Knowledge, Library};
use crate::ledger::Ledger;
use crate::office_hours::Timetable;
use crate::store::Store;

/// What a command's failure is, until it becomes a sentence with a reference.
pub type Error = anyhow::Error;

/// What every command gets.
pub type Context<'a> = poise::Context<'a, Data, Error>;

/// What every slash and menu command gets.
pub(super) type AppContext<'a> = poise::ApplicationContext<'a, Data, Error>;

/// What commands work with.
#[derive(Debug, Clone)]
pub struct Data {
    /// The one server that is served.
    pub guild: GuildId,
    /// The settings.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// Discord's REST API.
    pub api: Api,
    /// What may be posted where.
    pub publisher: Publisher,
    /// Fetches feeds.
    pub feed_client: FeedClient,
    /// The knowledge base.
    pub knowledge: Arc<Library>,
    /// Office hours and key dates.
    pub schedule: Arc<Timetable>,
    /// How many submissions each member sent lately.
    pub submissions: Arc<Limit>,
    /// How many questions for office hours each member asked lately.
    pub questions: Arc<Limit>,
    /// When each member last shared an answer in a channel.
    pub shares: Arc<Pause<(UserId, ChannelId)>>,
    /// Names members' votes on answers.
    pub voters: Voters,
    /// Whether the addresses of announcements lead anywhere.
    pub links: Links,
    /// The interactions under way.
    pub desk: Desk,
    /// What is erased is noted there first.
    pub ledger: Ledger,
    /// The time.
    pub clock: SharedClock,
    /// When this process began.
    pub since: DateTime<Utc>,
}

impl Data {
    /// The knowledge base as it is now.
    pub(super) fn current(&self) -> Arc<Knowledge> {
        self.knowledge.current()
    }
}

/// Every command.
#[must_use]
pub fn all() -> Vec<poise::Command<Data, Error>> {
    vec![
        ask::ask(),
        ask::answer_this(),
        partner::partner(),
        office_hours::officehours(),
        office_hours::dates(),
        questions::this_answers(),
        blog::blog(),
        help::help(),
        status::status(),
        announce::announce(),
        announce::announce_this(),
        feeds::feeds(),
        feedback::feedback(),
        inbox::inbox(),
        me::me(),
        sessions::sessions(),
        knowledge::knowledge(),
    ]
}
