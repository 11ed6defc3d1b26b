//! The buttons of a card that asks about posts. The card itself is edited by its delivery; whoever pressed reads in private
//! what came of it.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::blog::{Choice, Question, QuestionKind, QuestionPost};
use crate::config::Domain;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Opening, Reply, Turn, given_back};
use crate::feed_desk::{self, Cards, settled_words};
use crate::ids::QuestionId;
use crate::message::cut;
use crate::store::ChosenPost;
use crate::texts::{text, text_with};

/// Names of the fields in the form.
const TITLE: &str = "title";
const SUMMARY: &str = "summary";

/// The question and version that a button's key names, `question.version`.
fn key(turn: &Turn<'_>) -> Option<(QuestionId, i32)> {
    let (id, version) = turn.key.split_once('.')?;
    Some((QuestionId(id.parse().ok()?), version.parse().ok()?))
}

/// Settles a question, once.
pub(in crate::discord) async fn settle(turn: &Turn<'_>, choice: Choice) -> Result<Reply, Error> {
    let (data, by) = (turn.data, turn.caller.user);
    let Some((id, version)) = key(turn) else { return Ok(Reply::aside(text("error-stale-button"))) };
    let Some(question) = turn.exchange.insist(async || data.store.feed_question(id).await).await? else {
        return Ok(Reply::aside(text("feeds-question-gone")));
    };
    if question.settled.is_some() || question.version != version {
        return Ok(overtaken(&question));
    }
    let now = data.clock.now();
    let Some(chosen) = chosen(data, &question, choice) else {
        return Ok(Reply::aside(text_with("feeds-not-read-any-more", [("feed", question.feed_key)])));
    };
    if choice != Choice::Known
        && let Some(refused) = not_his_to_approve(turn, &question)
    {
        return Ok(refused);
    }
    let settled = Question { settled: Some((choice, by, now)), ..question.clone() };
    let card = Cards { config: &data.config, now }.message(&settled);
    let attempt = async || data.store.settle_question(&question, (choice, by), &chosen, &card, now).await;
    if turn.exchange.insist(attempt).await? {
        return Ok(Reply::new(text(said(question.kind, choice))));
    }
    let question = turn.exchange.insist(async || data.store.feed_question(id).await).await?.unwrap_or(question);
    // An attempt whose answer was lost has done it already: then the first was he himself.
    let is_mine = question.settled.is_some_and(|(chose, who, _)| (chose, who) == (choice, by));
    Ok(if is_mine { Reply::new(text(said(question.kind, choice))) } else { overtaken(&question) })
}

/// Where a channel wants a second member of staff's word: it is of those who write announcements, and of none who wrote the
/// post's words himself.
fn not_his_to_approve(turn: &Turn<'_>, question: &Question) -> Option<Reply> {
    let data = turn.data;
    let settings = feed_desk::settings(&data.config, &question.feed_key, question.staff.as_ref())?;
    if !data.config.announce.needs_approval(&settings.channels) {
        return None;
    }
    if !turn.caller.is_staff(data, Domain::Announce) {
        return Some(Reply::aside(text("approval-feed-staff")));
    }
    question.rewritten_by.is_some_and(|by| by.may_be(turn.caller.user)).then(|| Reply::aside(text("approval-feed-own")))
}

/// What is announced; `None` where the feed has no settings any more.
fn chosen(data: &Data, question: &Question, choice: Choice) -> Option<Vec<ChosenPost>> {
    let posts = question.chosen(choice);
    if posts.is_empty() {
        return Some(Vec::new());
    }
    let settings = feed_desk::settings(&data.config, &question.feed_key, question.staff.as_ref())?;
    let info = settings.info(&question.feed_title, &data.config.discord.allowed_ping_roles);
    let now = data.clock.now();
    let post = |post: &QuestionPost| ChosenPost {
        key: post.entry.key.clone(),
        draft: feed_desk::post(&settings, &info, &post.told(), question.asked_at, now),
        follows_feed: !post.is_rewritten(),
    };
    Some(posts.iter().map(post).collect())
}

const fn said(kind: QuestionKind, choice: Choice) -> &'static str {
    match (kind, choice) {
        (QuestionKind::Approval, Choice::Known) => "feeds-skipped",
        (QuestionKind::Approval, _) => "feeds-published",
        (_, Choice::Known) => "feeds-done-known",
        (_, Choice::Newest) => "feeds-done-newest",
        (_, Choice::All) => "feeds-done-all",
    }
}

fn overtaken(question: &Question) -> Reply {
    if question.settled.is_some() {
        return Reply::aside(text_with("feeds-was-first", [("what", settled_words(question))]));
    }
    Reply::aside(text("feeds-question-changed"))
}

/// Opens the form for other words.
pub(in crate::discord) async fn rewrite(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some((id, version)) = key(turn) else { return Ok(Opening::Instead(Reply::aside(text("error-stale-button")))) };
    let Some(question) = turn.data.store.feed_question(id).await? else {
        return Ok(Opening::Instead(Reply::aside(text("feeds-question-gone"))));
    };
    let [post] = &question.posts[..] else {
        return Ok(Opening::Instead(Reply::aside(text("error-stale-button"))));
    };
    if question.settled.is_some() || question.version != version {
        return Ok(Opening::Instead(overtaken(&question)));
    }
    let told = post.told();
    let input = |style, label: &str, name, most: u16, value: &str| {
        let input = CreateInputText::new(style, text(label), name).max_length(most);
        let value = cut(value, usize::from(most));
        // An empty value would be one that is shorter than what is required.
        if value.is_empty() { input } else { input.value(value) }
    };
    let summary = input(InputTextStyle::Paragraph, "feeds-form-summary", SUMMARY, QuestionPost::SUMMARY, &told.summary);
    let inputs = [
        input(InputTextStyle::Short, "feeds-form-title", TITLE, QuestionPost::TITLE, &told.title),
        summary.required(false),
    ];
    let form = CreateModal::new(CustomId::new(Kind::FeedRewritten, &turn.key).to_string(), text("feeds-form"))
        .components(inputs.into_iter().map(CreateActionRow::InputText).collect());
    Ok(Opening::Form(form))
}

/// That form was sent: the card shows the new words; nothing is posted yet.
pub(in crate::discord) async fn rewritten(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (title, summary) = (turn.field(TITLE).trim().to_owned(), turn.field(SUMMARY).trim().to_owned());
    let reply = match reword(turn, &title, &summary).await {
        Ok(Ok(reply)) => return Ok(reply),
        Ok(Err(id)) => text(id),
        Err(error) => {
            tracing::error!("a post's new words could not be stored: {error:#}");
            text("feeds-not-stored")
        }
    };
    let written = [(text("feeds-form-title"), title.as_str()), (text("feeds-form-summary"), summary.as_str())];
    Ok(given_back(&reply, "what-you-wrote.txt", &written))
}

/// The answer, or why nothing was changed.
async fn reword(turn: &Turn<'_>, title: &str, summary: &str) -> Result<Result<Reply, &'static str>, Error> {
    let data = turn.data;
    let Some((id, version)) = key(turn) else { return Ok(Err("form-stale")) };
    let Some(question) = turn.exchange.insist(async || data.store.feed_question(id).await).await? else {
        return Ok(Err("feeds-question-gone"));
    };
    let [post] = &question.posts[..] else { return Ok(Err("form-stale")) };
    let told = post.told();
    // The same form sent twice, or an attempt whose answer was lost: it is done.
    if question.settled.is_none() && told.title == title && told.summary == summary {
        return Ok(Ok(Reply::new(text("feeds-reworded"))));
    }
    if question.settled.is_some() || question.version != version {
        return Ok(Err("feeds-reword-overtaken"));
    }
    let title = (title != post.entry.title && !title.is_empty()).then_some(title);
    let summary = (summary != post.entry.summary).then_some(summary);
    let now = data.clock.now();
    let cards = Cards { config: &data.config, now };
    let (key, by) = (post.entry.key.clone(), turn.caller.user);
    let attempt = async || {
        let card = |question: &Question| cards.draft(question);
        data.store.rewrite_question(&question, &key, (title, summary), by, &card, now).await
    };
    let changed = turn.exchange.insist(attempt).await?;
    if changed.is_some() {
        return Ok(Ok(Reply::new(text("feeds-reworded"))));
    }
    // An attempt whose answer was lost.
    let now_told = data.store.feed_question(id).await?.and_then(|q| q.posts.first().map(QuestionPost::told));
    let is_done =
        now_told.is_some_and(|told| title.is_none_or(|t| told.title == t) && summary.is_none_or(|s| told.summary == s));
    Ok(if is_done { Ok(Reply::new(text("feeds-reworded"))) } else { Err("feeds-reword-overtaken") })
}
