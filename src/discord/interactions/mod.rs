//! What arrives by the gateway: poise runs the commands; buttons, select menus and forms are routed here.
//!
//! Owns that every interaction gets an answer in time (`exchange`), that it pings nobody (`reply`), and who may use
//! what: the server and the staff domain are checked here for every command, autocomplete, click and form. Whether it is
//! the right member's row, and still in the right state, is checked where the row is.

mod desk;
mod exchange;
mod given_back;
mod reply;
mod route;
mod turn;

use std::sync::atomic::Ordering;

use poise::serenity_prelude as serenity;
use serenity::{FullEvent, HttpError, Interaction};
use tokio::sync::watch;

pub use desk::Desk;
pub(super) use exchange::{Exchange, Opening, PATIENCE};
pub(super) use given_back::given_back;
pub(super) use reply::{Manner, Reply};
pub(super) use turn::{Caller, Turn};

use super::api::ApiError;
use super::commands::{self, AppContext, Data, Error};
use super::registration;
use super::render;
use crate::announcements::Reference;
use crate::config::Domain;
use crate::ids::UserId;
use crate::message::{Ping, cut, limits};
use crate::store::StoreError;
use crate::texts::{text, text_with};
use turn::Arrived;

type FrameworkContext<'a> = poise::FrameworkContext<'a, Data, Error>;

/// The framework with every command.
pub(super) fn framework(data: Data, ready: watch::Sender<bool>) -> poise::Framework<Data, Error> {
    let options = poise::FrameworkOptions {
        commands: commands::all(),
        allowed_mentions: Some(render::mentions(&Ping::Nobody)),
        on_error: |error| Box::pin(on_error(error)),
        event_handler: |framework, event| Box::pin(on_event(framework, event)),
        command_check: Some(|ctx| Box::pin(async move { Ok(refusal(ctx).is_none()) })),
        ..poise::FrameworkOptions::default()
    };
    poise::Framework::builder()
        .options(options)
        .initialize_owners(false)
        .setup(move |_ctx, session, _framework| {
            let application = session.application.id.get();
            let (publisher, clock, guild) = (data.publisher.clone(), data.clock.clone(), data.guild);
            // Not awaited: members are served with the commands that are registered while this one request is under way.
            tokio::spawn(async move { registration::register(&publisher, &clock, application, guild).await });
            Box::pin(async move {
                ready.send_replace(true);
                Ok(data)
            })
        })
        .build()
}

/// Why a command or its autocomplete is not for the one who uses it; `None` when it is. Discord hides staff's commands,
/// but an administrator may show them to others, and anybody may send the request by hand.
fn refusal(ctx: commands::Context<'_>) -> Option<String> {
    let poise::Context::Application(app) = ctx else { return Some(text("error-wrong-guild")) };
    let guild = app.interaction.guild_id.map(serenity::GuildId::get);
    let Some(caller) = Caller::of_command(app.interaction).filter(|_| guild == Some(app.data().guild.get())) else {
        return Some(text("error-wrong-guild"));
    };
    let domain = app.command_tree.iter().find_map(|command| command.custom_data.downcast_ref::<Domain>().copied());
    domain.filter(|&domain| !caller.is_staff(app.data(), domain)).map(|_| text("error-staff-only"))
}

async fn on_event(framework: FrameworkContext<'_>, event: &FullEvent) -> Result<(), Error> {
    match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(click) } => {
            route::route(Arrived::click(click, framework.user_data), framework.user_data).await;
            Ok(())
        }
        FullEvent::InteractionCreate { interaction: Interaction::Modal(form) } => {
            route::route(Arrived::form(form, framework.user_data), framework.user_data).await;
            Ok(())
        }
        FullEvent::ShardStageUpdate { event } => {
            tracing::info!(from = %event.old, to = %event.new, "gateway");
            Ok(())
        }
        FullEvent::GuildCreate { guild, .. } if guild.id.get() != framework.user_data.guild.get() => {
            tracing::warn!(guild = %guild.id, "leaving a server that is not the configured one");
            Ok(guild.leave(framework.serenity_context).await?)
        }
        _ => Ok(()),
    }
}

/// Answers a command; see [`Exchange::answer`].
pub(super) async fn answer(
    ctx: AppContext<'_>,
    work: impl Future<Output = Result<Reply, Error>> + Send,
) -> Result<(), Error> {
    answer_with(ctx, work).await;
    Ok(())
}

/// As [`answer`], for what is done after it.
pub(super) async fn answer_with(
    ctx: AppContext<'_>,
    work: impl Future<Output = Result<Reply, Error>> + Send,
) -> Exchange {
    let exchange = exchange_of(ctx);
    exchange.answer(Manner::Private, work).await;
    if let Some(caller) = Caller::of_command(ctx.interaction) {
        tell(ctx.data(), &exchange, caller.user).await;
    }
    exchange
}

/// Tells a member what could not be told by direct message; after the answer, which never waits for it.
async fn tell(data: &Data, exchange: &Exchange, member: UserId) {
    // While the database is away there is nothing to say; the answer itself may have needed none.
    let untold = data.store.untold_reminders(member, data.clock.now()).await.unwrap_or_default();
    for (id, message) in untold {
        let said = Reply::aside(format!("{}\n{}", text("remind-here"), message.content));
        // Told once it was shown: who is killed in between tells it again at the next command, and nothing is lost.
        if exchange.beside(&said).await.is_ok()
            && let Err(error) = data.store.note_reminder_told(id, data.clock.now()).await
        {
            tracing::warn!(reminder = %id, "a member's reminder will be told again: {error}");
        }
    }
    for (id, message) in data.store.untold_replies(member).await.unwrap_or_default() {
        let said = Reply::aside(cut(&format!("{}\n{}", text("reply-here"), message.content), limits::CONTENT));
        if exchange.beside(&said).await.is_ok()
            && let Err(error) = data.store.note_reply_told(id, data.clock.now()).await
        {
            tracing::warn!(reply = %id, "a reply will be told again: {error}");
        }
    }
    for (id, message) in data.store.untold_answers(member).await.unwrap_or_default() {
        let said = Reply::aside(format!("{}\n{}", text("question-told-here"), message.content));
        if exchange.beside(&said).await.is_ok()
            && let Err(error) = data.store.note_answer_told(id, data.clock.now()).await
        {
            tracing::warn!(question = %id, "an answer will be told again: {error}");
        }
    }
}

/// Opens a form in answer to a command; see [`Exchange::open`].
pub(super) async fn open(
    ctx: AppContext<'_>,
    work: impl Future<Output = Result<Opening, Error>> + Send,
) -> Result<(), Error> {
    exchange_of(ctx).open(work).await;
    Ok(())
}

/// A command's way back. From here on poise itself must not answer any more: a second first answer would be refused.
pub(super) fn exchange_of(ctx: AppContext<'_>) -> Exchange {
    ctx.has_sent_initial_response.store(true, Ordering::SeqCst);
    let (command, data) = (ctx.interaction, ctx.data());
    Exchange::new(data, command.application_id.get(), command.id.get(), &command.token)
}

/// Logs an error under a new reference and makes the sentence that tells it.
fn failure(error: &Error) -> Reply {
    Reply::aside(failure_text(error))
}

/// What is said in place of an answer that Discord refuses as it is. What the answer was to tell of is done.
fn refused(error: &ApiError) -> Reply {
    let reference = Reference::random();
    tracing::error!(reference = reference.as_str(), "an answer was refused: {error}");
    Reply::aside(text_with("error-answer-refused", [("reference", reference.as_str().to_owned())]))
}

fn failure_text(error: &Error) -> String {
    let reference = Reference::random();
    tracing::error!(reference = reference.as_str(), "an interaction failed: {}", in_words(error));
    let is_outage = error.downcast_ref::<StoreError>().is_some_and(StoreError::is_outage);
    let id = if is_outage { "error-database-away" } else { "error-reference" };
    text_with(id, [("reference", reference.as_str().to_owned())])
}

async fn on_error(error: poise::FrameworkError<'_, Data, Error>) {
    use poise::FrameworkError as F;
    let (ctx, content) = match error {
        F::Command { ctx, error, .. } => (ctx, failure_text(&error)),
        F::CommandPanic { ctx, .. } => (ctx, failure_text(&anyhow::anyhow!("a command panicked"))),
        F::GuildOnly { ctx, .. } => (ctx, text("error-wrong-guild")),
        F::CommandCheckFailed { ctx, error: None, .. } => {
            (ctx, refusal(ctx).unwrap_or_else(|| text("error-staff-only")))
        }
        F::CommandCheckFailed { ctx, error: Some(error), .. } => (ctx, failure_text(&error)),
        F::ArgumentParse { ctx, error, .. } => {
            (ctx, failure_text(&anyhow::anyhow!("an option can't be read ({} characters)", error.to_string().len())))
        }
        F::CommandStructureMismatch { ctx, description, .. } => (
            poise::Context::Application(ctx),
            failure_text(&anyhow::anyhow!("the registered commands are older than this program: {description}")),
        ),
        F::EventHandler { error, .. } => return tracing::error!("an event could not be handled: {}", in_words(&error)),
        _ => return tracing::error!("a command could not be run"),
    };
    let poise::Context::Application(app) = ctx else { return };
    if app.interaction_type == poise::CommandInteractionType::Autocomplete {
        // To suggest nothing is the answer; poise suggests nothing after an error, so it is said here.
        let nothing = serenity::CreateInteractionResponse::Autocomplete(serenity::CreateAutocompleteResponse::new());
        if let Err(error) = app.interaction.create_response(app.serenity_context(), nothing).await {
            tracing::warn!("an autocomplete was not answered: {}", in_words(&error.into()));
        }
        return;
    }
    let reply = poise::CreateReply::default().content(content).ephemeral(true);
    if let Err(error) = ctx.send(reply).await {
        tracing::error!("nor could the member be told: {}", in_words(&error.into()));
    }
}

/// What went wrong, fit for a log: the library's own words hold the address of the request, and with it the
/// interaction's token.
fn in_words(error: &Error) -> String {
    let Some(error) = error.downcast_ref::<serenity::Error>() else { return format!("{error:#}") };
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(refused)) => {
            format!(
                "Discord refused: {} (HTTP {}, code {})",
                refused.error.message, refused.status_code, refused.error.code
            )
        }
        serenity::Error::Http(HttpError::Request(error)) if error.is_timeout() => {
            "Discord did not answer in time".into()
        }
        serenity::Error::Http(HttpError::Request(error)) if error.is_connect() => "Discord can't be reached".into(),
        serenity::Error::Http(_) => "the connection to Discord broke".into(),
        serenity::Error::Json(_) => "Discord's answer can't be read".into(),
        _ => "the Discord library failed".into(),
    }
}
