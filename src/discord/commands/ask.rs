//! `/ask`: an answer out of the knowledge base, with its sources and its date. No database on the way.

use poise::serenity_prelude as serenity;
use serenity::{
    AutocompleteChoice, ButtonStyle, ComponentInteraction, CreateActionRow, CreateAutocompleteResponse, CreateButton,
    CreateInteractionResponse, CreateInteractionResponseMessage, InteractionResponseFlags,
};

use super::{Data, Error};
use crate::discord::custom_id::{CustomId, Kind};
use crate::discord::interactions::{may_write, respond, whisper};
use crate::discord::render;
use crate::discord::texts::{text, text_with};
use crate::knowledge::{Answer, ArticleId, Outcome, Question, long_date};
use crate::message::{Ping, cut, limits};

/// Suggestions that Discord shows at most.
const SUGGESTIONS: usize = 25;

/// Related articles and meanings that are offered as buttons.
const CHOICES: usize = 3;

/// Ask about the PSF: grants, membership, the Community Partner Program, office hours, donations
#[poise::command(slash_command)]
pub(in crate::discord) async fn ask(
    ctx: poise::ApplicationContext<'_, Data, Error>,
    #[description = "Your question, in your own words"]
    #[autocomplete = "suggest"]
    #[max_length = 500]
    question: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    let response = match question.as_deref().map(Question::parse) {
        None => whisper(text("ask-empty")),
        Some(Err(problem)) => whisper(text_with("ask-unreadable", [("problem", problem.to_string())])),
        Some(Ok(question)) => private(&data.knowledge.answer(&question, data.clock.today())),
    };
    respond(ctx, response).await
}

async fn suggest(ctx: poise::ApplicationContext<'_, Data, Error>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let choices = data.knowledge.suggest(typed, SUGGESTIONS, data.clock.today());
    CreateAutocompleteResponse::new()
        .set_choices(choices.into_iter().map(|choice| AutocompleteChoice::new(choice.clone(), choice)).collect())
}

/// A button names the article that was meant, or that is read next.
pub(in crate::discord) async fn pick(
    ctx: &serenity::Context,
    click: &ComponentInteraction,
    data: &Data,
    key: &str,
) -> Result<(), Error> {
    let answer = data.knowledge.answer_article(&ArticleId::new(key), data.clock.today());
    let response = answer.map_or_else(|| whisper(text("ask-gone")), |answer| private(&answer));
    Ok(click.create_response(ctx, response).await?)
}

/// A member posts an answer where everybody sees it, if he may write there himself.
pub(in crate::discord) async fn share(
    ctx: &serenity::Context,
    click: &ComponentInteraction,
    data: &Data,
    key: &str,
) -> Result<(), Error> {
    let response = match data.knowledge.answer_article(&ArticleId::new(key), data.clock.today()) {
        _ if !may_write(click) => whisper(text("ask-share-refused")),
        None => whisper(text("ask-gone")),
        Some(answer) => {
            let by = text_with("ask-shared-by", [("member", format!("<@{}>", click.user.id))]);
            let message = body(&answer, Some(&by)).flags(InteractionResponseFlags::SUPPRESS_EMBEDS);
            CreateInteractionResponse::Message(message)
        }
    };
    Ok(click.create_response(ctx, response).await?)
}

/// An answer for the one who asked.
fn private(answer: &Answer) -> CreateInteractionResponse {
    let flags = InteractionResponseFlags::EPHEMERAL | InteractionResponseFlags::SUPPRESS_EMBEDS;
    CreateInteractionResponse::Message(body(answer, None).components(buttons(answer)).flags(flags))
}

fn body(answer: &Answer, above: Option<&str>) -> CreateInteractionResponseMessage {
    CreateInteractionResponseMessage::new()
        .content(content(answer, above))
        .allowed_mentions(render::mentions(&Ping::Nobody))
}

/// Title, text, sources; the sources give way when there is no room.
fn content(answer: &Answer, above: Option<&str>) -> String {
    let title = answer.article.as_ref().map(|article| format!("**{}**", article.title));
    let parts: Vec<&str> = [above, title.as_deref(), Some(&answer.text)].into_iter().flatten().collect();
    let mut content = parts.join("\n");
    let sources: Vec<String> = answer
        .sources
        .iter()
        .map(|source| format!("[{}](<{}>), {}", source.title, source.url, long_date(source.as_of)))
        .collect();
    if !sources.is_empty() {
        let line = format!("\n-# {}", text_with("ask-sources", [("sources", sources.join(" · "))]));
        if crate::message::length(&content) + crate::message::length(&line) <= limits::CONTENT {
            content.push_str(&line);
        }
    }
    cut(&content, limits::CONTENT)
}

fn buttons(answer: &Answer) -> Vec<CreateActionRow> {
    let button = |kind, id: &ArticleId, label: &str| {
        CreateButton::new(CustomId::new(kind, id).to_string()).label(cut(label, limits::BUTTON_LABEL))
    };
    let choices = answer.related.iter().take(CHOICES);

    match answer.outcome {
        // The meanings that are asked for.
        Outcome::Unsure => choices
            .map(|meaning| {
                CreateActionRow::Buttons(vec![
                    button(Kind::AskPick, &meaning.id, &meaning.title).style(ButtonStyle::Primary),
                ])
            })
            .collect(),
        Outcome::Answered | Outcome::NoAnswer => {
            let share = answer
                .article
                .iter()
                .map(|article| button(Kind::AskShare, &article.id, &text("ask-share")).style(ButtonStyle::Secondary));
            let next =
                choices.map(|related| button(Kind::AskPick, &related.id, &related.title).style(ButtonStyle::Secondary));
            let row: Vec<CreateButton> = share.chain(next).collect();
            if row.is_empty() { Vec::new() } else { vec![CreateActionRow::Buttons(row)] }
        }
    }
}
