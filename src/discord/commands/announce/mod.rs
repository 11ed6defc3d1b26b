//! `/announce`: staff write, preview, schedule, correct and cancel announcements.
//!
//! Everything that was typed or chosen stands in the draft's row, so that a restart between two steps changes nothing.
//! A draft that was not sent is its author's alone to change; what was handed over, any staff of the domain may cancel
//! or correct, because whoever notices a mistake should not have to find its author first.

mod approval;
mod choose;
mod contact;
mod controls;
mod findings;
mod form;
mod handed_over;
mod history;
mod links;
mod list;
mod panel;
mod plan;
mod preview;
mod send;
mod stop;
mod tags;

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

pub(in crate::discord) use approval::{another_time, approve, approve_at, approve_now, back, sent_back, timed};
pub(in crate::discord) use choose::{
    choose_channels, choose_ping, confirm_money, confirm_warnings, switch_followers, switch_pin, switch_thread,
};
pub(super) use findings::{Unfit, unfit};
pub(in crate::discord) use form::{correct_for_us, corrected, rewrite, rewritten, written};
pub(in crate::discord) use handed_over::{take_back, take_back_surely};
pub(in crate::discord) use history::{copy, copy_chosen, page as history_page};
pub use links::Links;
pub(in crate::discord) use list::page as list_page;
pub(in crate::discord) use panel::{post_panel, remove_panel};
pub(in crate::discord) use plan::{choose_time, confirm, plan, planned};
pub(in crate::discord::commands) use plan::{no_time, no_zone};
pub(in crate::discord) use preview::around;
pub(super) use preview::preview;
pub(in crate::discord) use send::{discard, send};
pub(in crate::discord) use tags::choose_tags;

use contact::Choice;

use super::{AppContext, Error};
use crate::announcements::{DraftState, Wording, fields};
use crate::config::Domain;
use crate::custom_id::Kind;
use crate::discord::interactions::{Opening, PATIENCE, Reply, answer, exchange_of, open};
use crate::ids::{AnnouncementId, ChannelId, DraftId, UserId};
use crate::message::{Cut, Place, cut, harmless, length, limits, one_line};
use crate::store::StoreError;
use crate::texts::{text, text_with};

/// Write an announcement, see it as it will look, then send or schedule it
#[poise::command(
    slash_command,
    subcommands("compose", "drafts", "list", "edit", "cancel", "retry", "history", "panel_here"),
    subcommand_required,
    category = "help-announce",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Announce"
)]
pub(in crate::discord) async fn announce(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}

/// Write an announcement; you see it as it will look before anything is sent
#[poise::command(slash_command)]
async fn compose(
    ctx: AppContext<'_>,
    #[description = "Whom it names for questions"]
    #[autocomplete = "suggest_contacts"]
    #[max_length = 100]
    contact: Option<String>,
) -> Result<(), Error> {
    let opened_by = ctx.interaction.id.get();
    open(ctx, async {
        let choice = match contact.map(|typed| Choice::read(ctx.data(), &typed)).transpose() {
            Ok(choice) => choice,
            Err(unknown) => return Ok(Opening::Instead(unknown)),
        };
        let contact = choice.map(|choice| choice.part()).unwrap_or_default();
        Ok(Opening::Form(form::form(Kind::AnnounceWrite, format!("{opened_by}{contact}"), &Wording::default())))
    })
    .await
}

/// Begin an announcement with this message's text
#[poise::command(
    context_menu_command = "Announce this",
    category = "help-announce",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Announce"
)]
pub(in crate::discord) async fn announce_this(ctx: AppContext<'_>, message: serenity::Message) -> Result<(), Error> {
    let opened_by = ctx.interaction.id.get();
    open(ctx, async {
        // What somebody else wrote is shown as it was written and does nothing, until staff make it their own.
        let is_own = message.author.id == ctx.interaction.user.id;
        let content = if is_own { message.content.clone() } else { harmless(&message.content) };
        let wording = Wording::typed("", &content, "", "", "");
        let body = cut(&wording.body, usize::from(fields::BODY));
        let key = match Cut::between(Place::Content, &wording.body, &body) {
            None => opened_by.to_string(),
            Some(cut) => format!("{opened_by}.{}", cut.length),
        };
        Ok(Opening::Form(form::form(Kind::AnnounceWrite, key, &Wording { body, ..wording })))
    })
    .await
}

/// Go on with an announcement that you have not sent yet
#[poise::command(slash_command)]
async fn drafts(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_drafts"]
    #[max_length = 100]
    draft: String,
    #[description = "Whom it is to name for questions"]
    #[autocomplete = "suggest_contacts"]
    #[max_length = 100]
    contact: Option<String>,
) -> Result<(), Error> {
    let (data, author) = (ctx.data(), caller(ctx));
    answer(ctx, async {
        let choice = match contact.map(|typed| Choice::read(data, &typed)).transpose() {
            Ok(choice) => choice,
            Err(unknown) => return Ok(unknown),
        };
        let found = match draft.parse().map(DraftId) {
            Ok(id) => data.store.draft(id).await?,
            Err(_) => None,
        };
        match found.filter(|found| Some(found.author) == author) {
            None => Ok(Reply::aside(text("announce-draft-unknown"))),
            Some(found) if found.state == DraftState::Draft => match choice {
                Some(choice) => contact::sign(data, &exchange_of(ctx), found, &choice).await,
                None => preview::preview(data, &found, None).await,
            },
            Some(found) => Ok(preview::after(data, &found)),
        }
    })
    .await
}

/// Your drafts, what is scheduled, what was posted lately, and what needs you
#[poise::command(slash_command)]
async fn list(
    ctx: AppContext<'_>,
    #[description = "Only these"] state: Option<list::Section>,
    #[description = "Only what goes to this channel"]
    #[channel_types("Text", "News", "Forum", "PublicThread", "NewsThread")]
    channel: Option<serenity::GuildChannel>,
    #[description = "Only what you wrote"] mine: Option<bool>,
) -> Result<(), Error> {
    let (data, author) = (ctx.data(), caller(ctx));
    let channel = channel.and_then(|channel| ChannelId::new(channel.id.get()));
    let filter = list::Filter { state, channel, mine: mine.unwrap_or(false) };
    answer(ctx, async { list::list(data, author, filter, 0).await }).await
}

/// Who did what with an announcement, when, before and after
#[poise::command(slash_command)]
async fn history(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_recorded"]
    #[max_length = 100]
    announcement: String,
) -> Result<(), Error> {
    let (data, reader) = (ctx.data(), caller(ctx));
    answer(ctx, async { history::history(data, reader, &announcement).await }).await
}

/// Correct an announcement that is scheduled or posted; posted messages are edited in place
#[poise::command(slash_command)]
async fn edit(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_editable"]
    #[max_length = 100]
    announcement: String,
    #[description = "Whom it is to name for questions"]
    #[autocomplete = "suggest_contacts"]
    #[max_length = 100]
    contact: Option<String>,
) -> Result<(), Error> {
    let (data, by) = (ctx.data(), caller(ctx));
    open(ctx, async {
        let choice = match contact.map(|typed| Choice::read(data, &typed)).transpose() {
            Ok(choice) => choice,
            Err(unknown) => return Ok(Opening::Instead(unknown)),
        };
        let Some(by) = by else { return Ok(Opening::Instead(Reply::aside(text("announce-unknown")))) };
        form::correct(data, &exchange_of(ctx), by, &announcement, choice).await
    })
    .await
}

/// Take back an announcement: what is scheduled is not posted, what is posted is deleted
#[poise::command(slash_command)]
async fn cancel(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_cancellable"]
    #[max_length = 100]
    announcement: String,
) -> Result<(), Error> {
    let (data, by) = (ctx.data(), caller(ctx));
    answer(ctx, async {
        let Some(by) = by else { return Ok(Reply::aside(text("announce-unknown"))) };
        handed_over::cancel(data, &exchange_of(ctx), by, &announcement).await
    })
    .await
}

/// Try again to post an announcement that failed or is held
#[poise::command(slash_command)]
async fn retry(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_retriable"]
    #[max_length = 100]
    announcement: String,
) -> Result<(), Error> {
    let (data, by) = (ctx.data(), caller(ctx));
    answer(ctx, async {
        let Some(by) = by else { return Ok(Reply::aside(text("announce-unknown"))) };
        handed_over::retry(data, &exchange_of(ctx), by, &announcement).await
    })
    .await
}

/// A message whose buttons work for members where they cannot write; you see it before it is posted
#[poise::command(slash_command, rename = "panel")]
async fn panel_here(
    ctx: AppContext<'_>,
    #[description = "Where; this channel unless you choose another"]
    #[channel_types("Text", "News")]
    channel: Option<serenity::ChannelId>,
) -> Result<(), Error> {
    let data = ctx.data();
    let channel = channel.unwrap_or(ctx.interaction.channel_id);
    answer(ctx, async {
        match ChannelId::new(channel.get()) {
            Some(channel) => panel::preview(data, &exchange_of(ctx), channel).await,
            None => Ok(Reply::aside(text("error-stale-button"))),
        }
    })
    .await
}

async fn suggest_contacts(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    CreateAutocompleteResponse::new().set_choices(contact::choices(ctx.data(), typed))
}

async fn suggest_drafts(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let Some(author) = caller(ctx) else { return CreateAutocompleteResponse::new() };
    suggest(async {
        let found = ctx.data().store.unsent_drafts(author, typed).await?;
        Ok(found.into_iter().map(|(id, title)| (id.to_string(), name(&title, None))).collect())
    })
    .await
}

async fn suggest_recorded(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let Some(reader) = caller(ctx) else { return CreateAutocompleteResponse::new() };
    suggest(async {
        let found = ctx.data().store.recorded_drafts(reader, typed).await?;
        Ok(found.into_iter().map(|(id, title, at)| (id.to_string(), name(&title, Some(at)))).collect())
    })
    .await
}

async fn suggest_cancellable(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(async {
        let data = ctx.data();
        let found = data.store.cancellable(typed, data.clock.now() - handed_over::CORRECTABLE).await?;
        let choice = |(id, title, due, is_posted): (AnnouncementId, String, _, bool)| {
            let name = name(&title, Some(due));
            let name = if is_posted { text_with("announce-posted-choice", [("name", name)]) } else { name };
            (id.to_string(), cut(&name, limits::CHOICE))
        };
        Ok(found.into_iter().map(choice).collect())
    })
    .await
}

async fn suggest_retriable(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(async {
        let found = ctx.data().store.retriable(typed).await?;
        Ok(found.into_iter().map(|(id, title, due)| (id.to_string(), name(&title, Some(due)))).collect())
    })
    .await
}

async fn suggest_editable(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    suggest(async {
        let found = data.store.editable(typed, data.clock.now() - handed_over::CORRECTABLE).await?;
        Ok(found.into_iter().map(|(id, title, due)| (id.to_string(), name(&title, Some(due)))).collect())
    })
    .await
}

/// What is found in time, as pairs of value and name.
async fn suggest(find: impl Future<Output = Result<Vec<(String, String)>, StoreError>>) -> CreateAutocompleteResponse {
    // Late ones are of no use.
    let found = match tokio::time::timeout(PATIENCE, find).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!("nothing can be suggested: {error}");
            Vec::new()
        }
        Err(_late) => Vec::new(),
    };
    let choices = found.into_iter().map(|(value, name)| AutocompleteChoice::new(name, value)).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// The name of a suggestion; Discord allows 100 characters.
fn name(title: &str, due: Option<chrono::DateTime<chrono::Utc>>) -> String {
    let when = due.map(|due| due.format(" · %-d %B %Y, %H:%M UTC").to_string()).unwrap_or_default();
    let title = if title.is_empty() { text("announce-untitled") } else { one_line(title) };
    format!("{}{when}", cut(&title, 100 - length(&when)))
}

fn caller(ctx: AppContext<'_>) -> Option<UserId> {
    UserId::new(ctx.interaction.user.id.get())
}
