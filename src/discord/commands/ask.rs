//! `/ask`: an answer out of the knowledge base, with its sources and its date. No database on the way.

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, ButtonStyle, CreateActionRow, CreateAutocompleteResponse, CreateButton};

use super::{AppContext, Error};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn, answer};
use crate::knowledge::{Answer, ArticleId, Outcome, Question, long_date};
use crate::message::{cut, limits};
use crate::texts::{text, text_with};

/// Suggestions that Discord shows at most.
const SUGGESTIONS: usize = 25;

/// Longest question that is read, in characters.
const LONGEST_QUESTION: usize = 500;

/// Related articles and meanings that are offered as buttons.
const CHOICES: usize = 3;

/// Ask about the PSF: grants, membership, the Community Partner Program, office hours, donations
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn ask(
    ctx: AppContext<'_>,
    #[description = "Your question, in your own words"]
    #[autocomplete = "suggest"]
    #[max_length = 500]
    question: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        Ok(match question.as_deref().map(Question::parse) {
            None => Reply::new(text("ask-empty")),
            Some(Err(problem)) => Reply::new(text_with("ask-unreadable", [("problem", problem.to_string())])),
            Some(Ok(question)) => private(&data.current().answer(&question, data.clock.today())),
        })
    })
    .await
}

/// Answers the message that its menu was opened on, for the one who opened it. Discord sends the message along, so no
/// right to read the channel is needed.
#[poise::command(context_menu_command = "Answer this", category = "help-find")]
pub(in crate::discord) async fn answer_this(ctx: AppContext<'_>, message: serenity::Message) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        // What stands behind a question that long is not looked at; the first sentences say what it is about.
        Ok(match Question::parse(&cut(&message.content, LONGEST_QUESTION)) {
            Err(_unreadable) => Reply::new(text("ask-no-question")),
            Ok(question) => private(&data.current().answer(&question, data.clock.today())),
        })
    })
    .await
}

async fn suggest(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let choices = data.current().suggest(typed, SUGGESTIONS, data.clock.today());
    CreateAutocompleteResponse::new()
        .set_choices(choices.into_iter().map(|choice| AutocompleteChoice::new(choice.clone(), choice)).collect())
}

/// A button names the article that was meant, or that is read next.
pub(in crate::discord) async fn pick(turn: &Turn<'_>) -> Result<Reply, Error> {
    let answer = turn.data.current().answer_article(&ArticleId::new(&turn.key), turn.data.clock.today());
    Ok(answer.map_or_else(|| Reply::aside(text("ask-gone")), |answer| private(&answer)))
}

/// A member posts an answer where everybody sees it, if he may write there himself.
pub(in crate::discord) async fn share(turn: &Turn<'_>) -> Result<Reply, Error> {
    if !turn.caller.may_write {
        return Ok(Reply::aside(text("ask-share-refused")));
    }
    let answer = turn.data.current().answer_article(&ArticleId::new(&turn.key), turn.data.clock.today());
    Ok(answer.map_or_else(
        || Reply::aside(text("ask-gone")),
        |answer| {
            let by = text_with("ask-shared-by", [("member", format!("<@{}>", turn.caller.user))]);
            Reply::new(content(&answer, Some(&by))).public()
        },
    ))
}

/// An answer for the one who asked.
fn private(answer: &Answer) -> Reply {
    Reply::new(content(answer, None)).rows(buttons(answer))
}

/// Title, text, sources; the sources give way when there is no room.
pub(in crate::discord) fn content(answer: &Answer, above: Option<&str>) -> String {
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
