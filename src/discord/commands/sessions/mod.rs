//! `/sessions`: staff confirm, add, move and cancel sessions of office hours. Each change is shown with all that follows from
//! it before it is made.

mod change;
mod host;
mod list;
mod preview;
mod proposal;

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{AppContext, Data, Error};
use crate::config::Domain;
use crate::discord::interactions::{answer, exchange_of};
use crate::ids::UserId;
use crate::message::{cut, length, limits, one_line};
use crate::office_hours::{KeyDate, Session, Status};
use crate::texts::{text, text_with};
use change::Wish;
use proposal::Op;

pub(in crate::discord) use change::{choose_time, confirm};
pub(in crate::discord) use host::{close_now, extend, open_now};

/// See, confirm, add, move and cancel office hours, and key dates
#[poise::command(
    slash_command,
    subcommands("list", "confirm_session", "add", "move_session", "cancel", "agenda", "open", "close"),
    subcommand_required,
    category = "help-sessions",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Sessions"
)]
pub(in crate::discord) async fn sessions(_ctx: AppContext<'_>) -> Result<(), Error> {
    Ok(())
}

/// The sessions of the next months, how sure each is, and who changed it
#[poise::command(slash_command)]
async fn list(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { list::list(data).await }).await
}

/// Confirm an expected session: from then on it has reminders and an event
#[poise::command(slash_command, rename = "confirm")]
async fn confirm_session(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_expected"]
    #[max_length = 100]
    session: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { change::propose(data, &Wish::Known { op: Op::Confirm, session: &session }).await }).await
}

/// Add a session beside those of the usual rule or list
#[poise::command(slash_command)]
async fn add(
    ctx: AppContext<'_>,
    #[description = "Which office hours"]
    #[autocomplete = "suggest_series"]
    #[max_length = 100]
    series: String,
    #[description = "When: 2026-12-01 14:00, tomorrow 9:00, in 3 days"]
    #[max_length = 60]
    when: String,
    #[description = "The time zone that you mean, e.g. America/New_York or UTC (remembered)"]
    #[max_length = 60]
    zone: Option<String>,
) -> Result<(), Error> {
    let (data, exchange) = (ctx.data(), exchange_of(ctx));
    let wish = Wish::New { series: &series, when: &when, zone: zone.as_deref(), by: caller(ctx) };
    answer(ctx, async { change::propose_time(data, &exchange, &wish).await }).await
}

/// Move a session or a key date; reminders, Discord's event and what is posted move with it
#[poise::command(slash_command, rename = "move")]
async fn move_session(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_ahead"]
    #[max_length = 100]
    session: String,
    #[description = "To when: 2026-12-01 14:00, tomorrow 9:00, in 3 days"]
    #[max_length = 60]
    when: String,
    #[description = "The time zone that you mean, e.g. America/New_York or UTC (remembered)"]
    #[max_length = 60]
    zone: Option<String>,
) -> Result<(), Error> {
    let (data, exchange) = (ctx.data(), exchange_of(ctx));
    let wish = Wish::Moved { session: &session, when: &when, zone: zone.as_deref(), by: caller(ctx) };
    answer(ctx, async { change::propose_time(data, &exchange, &wish).await }).await
}

/// Cancel a session or a key date; whoever counts on it is told
#[poise::command(slash_command)]
async fn cancel(
    ctx: AppContext<'_>,
    #[description = "Which one"]
    #[autocomplete = "suggest_ahead"]
    #[max_length = 100]
    session: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { change::propose(data, &Wish::Known { op: Op::Cancel, session: &session }).await }).await
}

/// The questions that are posted when a session begins, those with most votes first
#[poise::command(slash_command)]
async fn agenda(
    ctx: AppContext<'_>,
    #[description = "Which office hours"]
    #[autocomplete = "suggest_series"]
    #[max_length = 100]
    series: String,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { host::agenda(data, &series).await }).await
}

/// Open the channel of the session that is now, for members to write
#[poise::command(slash_command)]
async fn open(
    ctx: AppContext<'_>,
    #[description = "Which office hours, where several are on"]
    #[autocomplete = "suggest_series"]
    #[max_length = 100]
    series: Option<String>,
) -> Result<(), Error> {
    let (data, exchange) = (ctx.data(), exchange_of(ctx));
    answer(ctx, async { host::open(data, &exchange, caller(ctx), series.as_deref()).await }).await
}

/// Close the channel of the session that is open; its permissions are then as before
#[poise::command(slash_command)]
async fn close(
    ctx: AppContext<'_>,
    #[description = "Which office hours, where several are on"]
    #[autocomplete = "suggest_series"]
    #[max_length = 100]
    series: Option<String>,
) -> Result<(), Error> {
    let (data, exchange) = (ctx.data(), exchange_of(ctx));
    answer(ctx, async { host::close(data, &exchange, series.as_deref()).await }).await
}

async fn suggest_series(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let (calendar, typed) = (ctx.data().schedule.now(), typed.trim().to_lowercase());
    let fitting = calendar
        .series
        .iter()
        .filter(|series| series.title.to_lowercase().contains(&typed) || series.key.contains(&typed))
        .take(limits::CHOICES)
        .map(|series| AutocompleteChoice::new(cut(&series.title, limits::CHOICE), series.key.clone()));
    CreateAutocompleteResponse::new().set_choices(fitting.collect())
}

async fn suggest_expected(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    suggest(ctx.data(), typed, |session| session.status == Status::Expected)
}

async fn suggest_ahead(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let on_again = |session: &Session<'_>| KeyDate::key_of(session.series).is_some();
    suggest(ctx.data(), typed, |session| session.status != Status::Cancelled || on_again(session))
}

/// Sessions and key dates that have not begun, out of memory: no database on the way.
fn suggest(data: &Data, typed: &str, fits: impl Fn(&Session<'_>) -> bool) -> CreateAutocompleteResponse {
    let (calendar, now, typed) = (data.schedule.now(), data.clock.now(), typed.trim().to_lowercase());
    let all = calendar.series.iter().chain(&calendar.dated);
    let mut ahead: Vec<Session<'_>> = all.flat_map(|series| series.ahead(now)).collect();
    ahead.retain(|session| session.start > now && fits(session));
    ahead.sort_by_key(|session| session.start);
    let choices = ahead
        .iter()
        .map(|session| (name(session), proposal::name_of(session.series, session.slot)))
        .filter(|(name, _)| name.to_lowercase().contains(&typed))
        .take(limits::CHOICES)
        .map(|(name, value)| AutocompleteChoice::new(name, value));
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

/// The name of a suggestion; Discord allows 100 characters.
fn name(session: &Session<'_>) -> String {
    let when = format!(" · {} · {}", session.start.format("%-d %B %Y, %H:%M UTC"), word(session.status));
    format!("{}{when}", cut(&one_line(session.title), limits::CHOICE - length(&when)))
}

/// How sure a session is, in a word.
fn word(status: Status) -> String {
    text(match status {
        Status::Expected => "sessions-status-expected",
        Status::Scheduled => "sessions-status-scheduled",
        Status::Moved => "sessions-status-moved",
        Status::Cancelled => "sessions-status-cancelled",
    })
}

fn caller(ctx: AppContext<'_>) -> Option<UserId> {
    UserId::new(ctx.interaction.user.id.get())
}

/// An instant of a `custom_id`, in seconds.
fn seconds(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

/// Nothing fits what was typed.
fn unknown(id: &str, typed: &str) -> String {
    text_with(id, [("typed", crate::message::escape_markdown(&cut(&one_line(typed), 60)))])
}
