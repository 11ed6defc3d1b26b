//! `/feeds add`: the feed is fetched past the guard and shown; it is read once somebody keeps it.

use std::collections::HashSet;
use std::time::Duration;

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};
use url::Url;

use super::list::channels;
use super::preview::{head, newest, not_read};
use crate::announcements::Outcome;
use crate::blog::{self, Policy, Settings};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::announce::{Unfit, unfit};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::discord::render;
use crate::feed_client::Validators;
use crate::feed_desk;
use crate::ids::{ChannelId, RoleId, StaffFeedId, UserId};
use crate::message::escape_markdown;
use crate::texts::{text, text_with};

/// The command's options.
pub(super) struct Options<'a> {
    pub(super) url: &'a str,
    pub(super) key: &'a str,
    pub(super) channels: Vec<u64>,
    pub(super) approve: bool,
    pub(super) categories: &'a str,
    pub(super) ping: Option<u64>,
    pub(super) thread: bool,
    pub(super) crosspost: bool,
    pub(super) latest: bool,
    pub(super) colour: Option<&'a str>,
    pub(super) minutes: Option<u32>,
}

/// Reads the feed, stores the proposal, shows both.
pub(super) async fn propose(data: &Data, exchange: &Exchange, by: u64, options: &Options<'_>) -> Result<Reply, Error> {
    let settings = match settings(data, options) {
        Ok(settings) => settings,
        Err(refusal) => return Ok(refusal),
    };
    let Some(by) = UserId::new(by) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let other = data.store.feed_at(&settings.url).await?.filter(|key| *key != settings.key);
    if let Some(key) = other {
        return Ok(Reply::aside(text_with("feeds-add-known", [("feed", key)])));
    }
    let lacks = match lacks(data, &settings).await {
        Ok(lacks) => lacks,
        Err(refusal) => return Ok(*refusal),
    };
    let parsed = match feed_desk::read(&data.feed_client, &settings.url, &Validators::default()).await {
        Ok(reading) => reading.feed,
        Err(error) => return Ok(not_read(&error)),
    };
    let Some((parsed, _)) = parsed else { return Ok(Reply::aside(text("feeds-not-modified"))) };
    let id = exchange.insist(async || data.store.propose_feed(&settings, by, data.clock.now()).await).await?;
    let mut lines = vec![head(&parsed), words(data, &settings)];
    lines.extend(lacks);
    lines.extend(remarks(data, &settings, &parsed).await?);
    let info = settings.info(&parsed.title, &data.config.discord.allowed_ping_roles);
    let shown = newest(&parsed.entries).map(|entry| blog::announcement(&info, entry));
    lines.extend(shown.as_ref().map(|_| text("feeds-add-looks")));
    let button =
        |kind, label, style| CreateButton::new(CustomId::new(kind, id).to_string()).label(text(label)).style(style);
    let row = CreateActionRow::Buttons(vec![
        button(Kind::FeedKeep, "feeds-keep", ButtonStyle::Success),
        button(Kind::FeedDiscard, "feeds-discard", ButtonStyle::Secondary),
    ]);
    Ok(Reply::new(lines.join("\n")).embed(shown.as_ref().and_then(render::preview)).rows(vec![row]))
}

/// The options as settings, or what is wrong with them.
fn settings(data: &Data, options: &Options<'_>) -> Result<Settings, Reply> {
    let refused = |id| Err(Reply::aside(text(id)));
    let key = options.key.trim();
    if !Settings::is_key(key) {
        return refused("feeds-add-bad-key");
    }
    if data.config.feeds.iter().any(|feed| feed.key == key) {
        return Err(Reply::aside(text_with("feeds-add-configured", [("feed", key.to_owned())])));
    }
    let Ok(url) = Url::parse(options.url.trim()) else { return refused("feeds-add-bad-url") };
    let channels: Option<Vec<ChannelId>> = options.channels.iter().map(|&id| ChannelId::new(id)).collect();
    let Some(channels) = channels.map(each_once) else { return refused("refused-no-channel") };
    let ping = options.ping.and_then(RoleId::new);
    if ping.is_some_and(|role| !data.config.discord.allowed_ping_roles.contains(&role)) {
        return refused("announce-ping-refused");
    }
    let colour = options.colour.map(|colour| Settings::colour(colour.trim()).ok_or(()));
    let Ok(colour) = colour.transpose() else { return refused("feeds-add-bad-colour") };
    let categories = options.categories.split(',').map(str::trim).filter(|name| !name.is_empty());
    Ok(Settings {
        key: key.to_owned(),
        url,
        channels,
        interval: options.minutes.map_or(Settings::INTERVAL, |m| Duration::from_secs(u64::from(m.clamp(5, 1440)) * 60)),
        policy: Policy {
            max_new: Settings::MAX_NEW,
            edit_window: Settings::EDIT_WINDOW,
            announce_latest: options.latest,
            categories: categories.map(|name| name.replace('\0', "")).collect(),
        },
        approve: options.approve,
        ping,
        crosspost: options.crosspost,
        thread: options.thread,
        colour,
    })
}

/// A channel that was chosen twice is meant once.
fn each_once(channels: Vec<ChannelId>) -> Vec<ChannelId> {
    let mut seen = HashSet::new();
    channels.into_iter().filter(|&channel| seen.insert(channel)).collect()
}

/// What the bot lacks where the feed is to be announced; a refusal where nothing can be announced at all.
async fn lacks(data: &Data, settings: &Settings) -> Result<Vec<String>, Box<Reply>> {
    let refused = |problem| Box::new(Reply::aside(text_with("feeds-add-channel", [("problem", problem)])));
    let mut found = Vec::new();
    for &channel in &settings.channels {
        match data.publisher.destination(channel).await {
            Ok(destination) => {
                let problem = unfit(data, &destination, false).map(|unfit| match unfit {
                    Unfit::Kind => text("refused-kind"),
                    Unfit::Bound => text("refused-bound"),
                    Unfit::NoTag => text("refused-wants-tag"),
                });
                if let Some(problem) = problem {
                    return Err(refused(problem));
                }
                let post = crate::message::Message {
                    thread: settings.thread.then(|| settings.key.clone()),
                    ..crate::message::Message::default()
                };
                let lacks = [destination.lacks(), destination.lacks_after(&post)].concat();
                let args = [("channel", format!("<#{channel}>")), ("permissions", lacks.join(", "))];
                found.extend((!lacks.is_empty()).then(|| text_with("feeds-add-lacks", args)));
            }
            Err(Outcome::Refused { problem } | Outcome::Blocked { problem } | Outcome::NoChannel { problem }) => {
                return Err(refused(problem));
            }
            // It could be a thread that goes round an approval.
            Err(_) if !data.config.announce.approval.is_empty() && !data.config.announce.needs_approval(&[channel]) => {
                return Err(refused(text("refused-unread")));
            }
            // Discord does not say just now; a post that can't be sent tells staff later.
            Err(_) => {}
        }
    }
    Ok(found)
}

/// What will happen, in words.
fn words(data: &Data, settings: &Settings) -> String {
    let mut lines = vec![text_with(
        "feeds-add-words",
        [
            ("feed", settings.key.clone()),
            ("channels", channels(&settings.channels)),
            ("minutes", (settings.interval.as_secs() / 60).to_string()),
        ],
    )];
    lines.extend(settings.approve.then(|| text("feeds-approves")));
    let categories = &settings.policy.categories;
    lines.extend(
        (!categories.is_empty())
            .then(|| text_with("feeds-add-categories", [("categories", escape_markdown(&categories.join(", ")))])),
    );
    let ping = settings.ping.filter(|role| data.config.discord.allowed_ping_roles.contains(role));
    lines.extend(ping.map(|role| text_with("feeds-add-ping", [("role", format!("<@&{role}>"))])));
    lines.push(text(if settings.policy.announce_latest { "feeds-add-latest" } else { "feeds-add-silent" }));
    lines.join("\n")
}

/// What somebody should know before the feed is kept.
async fn remarks(data: &Data, settings: &Settings, feed: &blog::Feed) -> Result<Vec<String>, Error> {
    let mut remarks = Vec::new();
    let is_read = data.store.seen_of(&settings.key).await?.is_some();
    remarks.extend(is_read.then(|| text_with("feeds-add-replaces", [("feed", settings.key.clone())])));
    remarks.extend(feed.entries.is_empty().then(|| text("feeds-add-empty")));
    let wanted = &settings.policy.categories;
    let has = |entry: &blog::Entry| {
        entry.categories.iter().any(|has| wanted.iter().any(|want| want.to_lowercase() == has.trim().to_lowercase()))
    };
    let is_barren = !wanted.is_empty() && !feed.entries.is_empty() && !feed.entries.iter().any(has);
    remarks.extend(is_barren.then(|| text("feeds-add-no-category")));
    Ok(remarks)
}

fn proposal(turn: &Turn<'_>) -> Option<StaffFeedId> {
    turn.key.parse().ok().map(StaffFeedId)
}

/// Keeps what was proposed. Only who proposed it has seen what it brings.
pub(in crate::discord) async fn keep(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, by) = (turn.data, turn.caller.user);
    let Some(id) = proposal(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let Some((proposer, key)) = turn.exchange.insist(async || data.store.proposer(id).await).await? else {
        return Ok(Reply::aside(text("feeds-proposal-gone")));
    };
    if proposer != by {
        return Ok(Reply::aside(text("feeds-not-yours")));
    }
    if data.config.feeds.iter().any(|feed| feed.key == key) {
        return Ok(Reply::aside(text_with("feeds-add-configured", [("feed", key)])));
    }
    let kept = turn.exchange.insist(async || data.store.keep_feed(id, by, data.clock.now()).await).await?;
    Ok(match kept {
        Some(settings) => Reply::new(text_with("feeds-kept", [("feed", settings.key)])),
        None => Reply::aside(text("feeds-proposal-gone")),
    })
}

/// Gives it up.
pub(in crate::discord) async fn discard(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, by) = (turn.data, turn.caller.user);
    let Some(id) = proposal(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    match turn.exchange.insist(async || data.store.proposer(id).await).await? {
        None => return Ok(Reply::aside(text("feeds-proposal-gone"))),
        Some((proposer, _)) if proposer != by => return Ok(Reply::aside(text("feeds-not-yours"))),
        Some(_) => {}
    }
    turn.exchange.insist(async || data.store.discard_proposal(id).await).await?;
    Ok(Reply::new(text("feeds-discarded")))
}
