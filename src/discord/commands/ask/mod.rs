//! `/ask`: an answer out of the knowledge base, with its sources and its date. No database on the way.
//!
//! The question stands above its answer. That is where the buttons below take it from when it is to be counted or put to
//! staff: a `custom_id` has no room for it, and nothing of it is kept meanwhile. Whoever forges such a message says
//! only what he could have asked as well.

mod browse;
mod day;
mod share;
mod staff;
mod vote;
mod words;

use poise::serenity_prelude as serenity;
use serenity::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{AppContext, Data, Error};
use crate::answers::{GapText, Missed, Reason};
use crate::dated;
use crate::discord::interactions::{Caller, Exchange, Manner, Reply, Turn, answer_with};
use crate::knowledge::{Answer, ArticleId, Outcome, Question};
use crate::message::cut;
use crate::texts::{text, text_with};

pub(in crate::discord) use browse::{article, topic, topic_page, topics};
pub(in crate::discord) use day::choose_day;
pub(in crate::discord) use share::share;
pub(in crate::discord) use staff::{ask_staff, submit};
pub(in crate::discord) use vote::{erase_votes, helpful, not_helpful};
pub(super) use vote::{own_voters, own_votes, voters};
use words::asked;
pub(in crate::discord) use words::content;

/// Suggestions that Discord shows at most.
const SUGGESTIONS: usize = 25;

/// Longest question that is read, in characters.
const LONGEST_QUESTION: usize = 500;

/// Ask about the PSF: grants, membership, the Community Partner Program, office hours, donations
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn ask(
    ctx: AppContext<'_>,
    #[description = "Your question, in your own words; leave it empty to browse by topic"]
    #[autocomplete = "suggest"]
    #[max_length = 500]
    question: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    let mut missed = None;
    let may_write = may_write(ctx);
    let exchange = answer_with(ctx, async { Ok(said(data, question.as_deref(), may_write, &mut missed)) }).await;
    count(data, &exchange, missed).await;
    Ok(())
}

/// The panel: what was typed into its form.
pub(in crate::discord) async fn ask_from(turn: &Turn<'_>, typed: &str) {
    let (data, may_write) = (turn.data, turn.caller.may_write);
    let question = Some(typed).filter(|typed| !typed.trim().is_empty());
    let mut missed = None;
    turn.exchange.answer(Manner::Private, async { Ok(said(data, question, may_write, &mut missed)) }).await;
    count(data, &turn.exchange, missed).await;
}

fn may_write(ctx: AppContext<'_>) -> bool {
    Caller::of_command(ctx.interaction).is_some_and(|caller| caller.may_write)
}

/// What somebody reads who asked this, or nothing.
fn said(data: &Data, question: Option<&str>, may_write: bool, missed: &mut Option<Missed>) -> Reply {
    match question.map(Question::parse) {
        None => browse::first(data),
        Some(Err(problem)) => Reply::new(text_with("ask-unreadable", [("problem", problem.to_string())])),
        Some(Ok(question)) => answered(data, &question, may_write, missed),
    }
}

// Discord sends the message along, so no right to read the channel is needed.
/// Answer this message's question, for you alone
#[poise::command(context_menu_command = "Answer this", category = "help-find")]
pub(in crate::discord) async fn answer_this(ctx: AppContext<'_>, message: serenity::Message) -> Result<(), Error> {
    let (data, may_write) = (ctx.data(), may_write(ctx));
    let mut missed = None;
    let exchange = answer_with(ctx, async {
        // What stands behind a question that long is not looked at; the first sentences say what it is about.
        Ok(match Question::parse(&cut(&message.content, LONGEST_QUESTION)) {
            Err(_unreadable) => Reply::new(text("ask-no-question")),
            Ok(question) => answered(data, &question, may_write, &mut missed),
        })
    })
    .await;
    count(data, &exchange, missed).await;
    Ok(())
}

async fn suggest(ctx: AppContext<'_>, typed: &str) -> CreateAutocompleteResponse {
    let data = ctx.data();
    let choices = data.current().suggest(typed, SUGGESTIONS, data.clock.today());
    CreateAutocompleteResponse::new()
        .set_choices(choices.into_iter().map(|choice| AutocompleteChoice::new(choice.clone(), choice)).collect())
}

/// The answer to a question; where there is none, also what is to be counted.
fn answered(data: &Data, question: &Question, may_write: bool, missed: &mut Option<Missed>) -> Reply {
    let (knowledge, calendar) = (data.current(), data.schedule.now());
    let dated = dated::answer(day::known(data, &knowledge, &calendar), question);
    let answer = dated.answer();
    if answer.outcome == Outcome::NoAnswer {
        *missed = unanswered(data, question, answer);
    }
    day::reply(&dated, question, may_write)
}

fn unanswered(data: &Data, question: &Question, answer: &Answer) -> Option<Missed> {
    let knowledge = data.current();
    let redirects = |id: &ArticleId| knowledge.get(id).is_some_and(|article| article.meta.redirect);
    let reason = if answer.nearest.as_ref().is_some_and(redirects) { Reason::Elsewhere } else { Reason::Nothing };
    missed(question, reason, answer.nearest.as_ref())
}

fn missed(question: &Question, reason: Reason, nearest: Option<&ArticleId>) -> Option<Missed> {
    let nearest = nearest.map(ToString::to_string);
    GapText::of(question.as_str()).map(|text| Missed { text, reason, nearest })
}

/// Counts a question that had no good answer, after it was answered: the answer never waits for it. While the database is
/// away it is tried as long as the interaction lives; what is lost is the count of those whose 14 minutes
/// end before the database is back, and of those under way when the process ends.
async fn count(data: &Data, exchange: &Exchange, missed: Option<Missed>) {
    let Some(missed) = missed else { return };
    let counted = exchange.insist(async || data.store.count_gap(&missed, data.clock.today()).await).await;
    if let Err(error) = counted {
        tracing::warn!("a question without an answer was not counted: {error}");
    }
}

/// A button names the article that was meant, or that is read next.
pub(in crate::discord) async fn pick(turn: &Turn<'_>) -> Result<Reply, Error> {
    Ok(words::article(turn, &ArticleId::new(&turn.key), asked(turn).as_ref()))
}

/// None of the meanings that were offered is it.
pub(in crate::discord) async fn none_of_these(turn: &Turn<'_>) {
    let (data, question) = (turn.data, asked(turn));
    // The key is whatever somebody wrote.
    let nearest = data.current().get(&ArticleId::new(&turn.key)).map(|article| article.id().clone());
    let said = words::no_meaning(nearest.as_ref(), question.as_ref());
    turn.exchange.answer(Manner::Update, async { Ok(said) }).await;
    let missed = question.and_then(|question| missed(&question, Reason::NoneChosen, nearest.as_ref()));
    count(data, &turn.exchange, missed).await;
}
