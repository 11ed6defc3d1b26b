//! `/feeds`: which blogs are announced, and what staff decide about their posts.
//!
//! Feeds that staff add live in the database; for a key that the configuration names, the configuration wins, and every
//! answer says so. What was known of a feed stays known, so that nothing is posted again when it returns.

mod add;
mod list;
mod preview;
mod question;
mod stop;

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

pub(in crate::discord) use add::{discard, keep};
pub(in crate::discord) use question::{rewrite, rewritten, settle};

use super::{AppContext, Error};
use crate::config::Domain;
use crate::discord::interactions::{PATIENCE, answer, exchange_of};

/// Which blogs are announced; add one, stop one, look what one would bring
#[poise::command(
    slash_command,
    subcommands("list", "add", "remove", "pause", "resume", "preview"),
    subcommand_required,
    category = "help-announce",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Feeds"
)]
pub(in crate::discord) async fn feeds(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}

/// The feeds that are read, and how they are doing
#[poise::command(slash_command)]
async fn list(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { list::list(data).await }).await
}

/// Add a feed, or change one that was added; you see what it brings before it is kept
#[expect(clippy::too_many_arguments, reason = "each is an option of the command")]
#[poise::command(slash_command)]
async fn add(
    ctx: AppContext<'_>,
    #[description = "Address of the feed (RSS, Atom or JSON Feed)"]
    #[max_length = 500]
    url: String,
    #[description = "A short name for it: a-z, 0-9 and -"]
    #[max_length = 32]
    key: String,
    #[description = "Where its posts are announced"]
    #[channel_types("Text", "News", "Forum", "PublicThread", "NewsThread")]
    channel: serenity::ChannelId,
    #[description = "And there as well"]
    #[channel_types("Text", "News", "Forum", "PublicThread", "NewsThread")]
    second_channel: Option<serenity::ChannelId>,
    #[description = "And there as well"]
    #[channel_types("Text", "News", "Forum", "PublicThread", "NewsThread")]
    third_channel: Option<serenity::ChannelId>,
    #[description = "Each post waits in the staff channel until somebody publishes it"] approve: Option<bool>,
    #[description = "Only posts in these categories, separated by commas"]
    #[max_length = 300]
    categories: Option<String>,
    #[description = "The role that each announcement pings; only roles that the configuration allows"] ping: Option<
        serenity::RoleId,
    >,
    #[description = "Open a thread below each announcement"] thread: Option<bool>,
    #[description = "Publish announcements to the servers that follow the channel; yes, unless you say no"]
    crosspost: Option<bool>,
    #[description = "Announce its newest post now"] latest: Option<bool>,
    #[description = "Edge colour, as #rrggbb"]
    #[max_length = 7]
    colour: Option<String>,
    #[description = "Minutes between two looks at it; 10, unless you say otherwise"]
    #[min = 5]
    #[max = 1440]
    minutes: Option<u32>,
) -> Result<(), Error> {
    let data = ctx.data();
    let options = add::Options {
        url: &url,
        key: &key,
        channels: [Some(channel), second_channel, third_channel].into_iter().flatten().map(|id| id.get()).collect(),
        approve: approve.unwrap_or(false),
        categories: categories.as_deref().unwrap_or_default(),
        ping: ping.map(serenity::RoleId::get),
        thread: thread.unwrap_or(false),
        crosspost: crosspost.unwrap_or(true),
        latest: latest.unwrap_or(false),
        colour: colour.as_deref(),
        minutes,
    };
    answer(ctx, async { add::propose(data, &exchange_of(ctx), ctx.interaction.user.id.get(), &options).await }).await
}

/// Take away a feed that was added with /feeds add
#[poise::command(slash_command)]
async fn remove(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_feeds"]
    #[max_length = 100]
    feed: String,
) -> Result<(), Error> {
    let (data, by) = (ctx.data(), ctx.interaction.user.id.get());
    answer(ctx, async { stop::remove(data, &exchange_of(ctx), by, &feed).await }).await
}

/// Stop reading a feed for now
#[poise::command(slash_command)]
async fn pause(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_feeds"]
    #[max_length = 100]
    feed: String,
) -> Result<(), Error> {
    let (data, by) = (ctx.data(), ctx.interaction.user.id.get());
    answer(ctx, async { stop::pause(data, &exchange_of(ctx), by, &feed).await }).await
}

/// Go on reading a feed that was paused
#[poise::command(slash_command)]
async fn resume(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_feeds"]
    #[max_length = 100]
    feed: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { stop::resume(data, &exchange_of(ctx), &feed).await }).await
}

/// What a feed has now, and which of it would be posted; nothing is posted
#[poise::command(slash_command)]
async fn preview(
    ctx: AppContext<'_>,
    #[description = "The key of a feed that is read, or any address"]
    #[autocomplete = "suggest_feeds"]
    #[max_length = 500]
    feed: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { preview::preview(data, &feed).await }).await
}

async fn suggest_feeds(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    // Late ones are of no use.
    let found = match tokio::time::timeout(PATIENCE, ctx.data().store.feed_keys(typed)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!("no feed can be suggested: {error}");
            Vec::new()
        }
        Err(_late) => Vec::new(),
    };
    let choices = found.into_iter().map(|key| AutocompleteChoice::new(key.clone(), key)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}
