//! What arrives by the gateway: poise runs the commands; buttons are routed here, by their `custom_id`.
//!
//! Owns that every interaction gets an answer: a result, or a sentence with a reference to the log. A button's
//! `custom_id` only names what to do; who may do it is checked where it is done.

use std::sync::atomic::Ordering;

use poise::serenity_prelude as serenity;
use serenity::{
    ComponentInteraction, CreateInteractionResponse, CreateInteractionResponseMessage, FullEvent, HttpError,
    Interaction,
};
use tokio::sync::watch;

use super::api::Api;
use super::commands::{self, Data, Error};
use super::custom_id::{CustomId, Kind};
use super::registration;
use super::render;
use super::texts::{text, text_with};
use crate::announcements::Reference;
use crate::message::Ping;

type FrameworkContext<'a> = poise::FrameworkContext<'a, Data, Error>;

/// The framework with every command.
pub(super) fn framework(data: Data, api: Api, ready: watch::Sender<bool>) -> poise::Framework<Data, Error> {
    let options = poise::FrameworkOptions {
        commands: commands::all(),
        allowed_mentions: Some(render::mentions(&Ping::Nobody)),
        on_error: |error| Box::pin(on_error(error)),
        event_handler: |framework, event| Box::pin(on_event(framework, event)),
        command_check: Some(|ctx| {
            Box::pin(async move { Ok(ctx.guild_id().is_some_and(|guild| guild.get() == ctx.data().guild.get())) })
        }),
        ..poise::FrameworkOptions::default()
    };
    poise::Framework::builder()
        .options(options)
        .initialize_owners(false)
        .setup(move |_ctx, session, _framework| {
            let application = session.application.id.get();
            let guild = data.guild;
            // Not awaited: members are served with the commands that are registered while this one request is under way.
            tokio::spawn(async move { registration::register(&api, application, guild).await });
            Box::pin(async move {
                ready.send_replace(true);
                Ok(data)
            })
        })
        .build()
}

async fn on_event(framework: FrameworkContext<'_>, event: &FullEvent) -> Result<(), Error> {
    match event {
        FullEvent::InteractionCreate { interaction: Interaction::Component(click) } => {
            let data = framework.user_data;
            if let Err(error) = route(framework.serenity_context, click, data).await {
                let response = report(&error);
                click.create_response(framework.serenity_context, response).await?;
            }
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

async fn route(ctx: &serenity::Context, click: &ComponentInteraction, data: &Data) -> Result<(), Error> {
    if click.guild_id.map(serenity::GuildId::get) != Some(data.guild.get()) {
        return Ok(click.create_response(ctx, whisper(text("error-wrong-guild"))).await?);
    }
    let Ok(id) = click.data.custom_id.parse::<CustomId>() else {
        return Ok(click.create_response(ctx, whisper(text("error-stale-button"))).await?);
    };
    match id.kind {
        Kind::AskPick => commands::ask::pick(ctx, click, data, &id.key).await,
        Kind::AskShare => commands::ask::share(ctx, click, data, &id.key).await,
    }
}

/// An answer that only the one who asked sees, and that pings nobody.
pub(super) fn whisper(content: String) -> CreateInteractionResponse {
    let message = CreateInteractionResponseMessage::new()
        .content(content)
        .ephemeral(true)
        .allowed_mentions(render::mentions(&Ping::Nobody));
    CreateInteractionResponse::Message(message)
}

/// Sends a command's first answer. From here on a failure is reported as a follow-up: a second first answer would be
/// refused (40060).
pub(super) async fn respond(
    ctx: poise::ApplicationContext<'_, Data, Error>,
    response: CreateInteractionResponse,
) -> Result<(), Error> {
    ctx.has_sent_initial_response.store(true, Ordering::SeqCst);
    Ok(ctx.interaction.create_response(ctx.serenity_context(), response).await?)
}

/// Logs an error under a new reference and makes the sentence that tells it to the member.
fn report(error: &Error) -> CreateInteractionResponse {
    whisper(failure_text(error))
}

fn failure_text(error: &Error) -> String {
    let reference = Reference::random();
    tracing::error!(reference = reference.as_str(), "an interaction failed: {}", in_words(error));
    text_with("error-reference", [("reference", reference.as_str().to_owned())])
}

async fn on_error(error: poise::FrameworkError<'_, Data, Error>) {
    use poise::FrameworkError as F;
    let (ctx, content) = match error {
        F::Command { ctx, error, .. } => (ctx, failure_text(&error)),
        F::CommandPanic { ctx, .. } => (ctx, failure_text(&anyhow::anyhow!("a command panicked"))),
        F::CommandCheckFailed { ctx, error: None, .. } | F::GuildOnly { ctx, .. } => (ctx, text("error-wrong-guild")),
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

/// Whether an interaction's member may write where it came from. Discord sends the member's permissions along; in a
/// thread it is another one that counts.
pub(super) fn may_write(click: &ComponentInteraction) -> bool {
    use serenity::{ChannelType, Permissions};
    let kind = click.channel.as_ref().map(|channel| channel.kind);
    let is_thread =
        matches!(kind, Some(ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread));
    let needed = if is_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    let held = click.member.as_ref().and_then(|member| member.permissions);
    held.is_some_and(|held| held.administrator() || held.contains(needed))
}
