//! The hosts' view: one open question at a time, with what follows it. Each step says which version of the question it was made
//! for, so that of two hosts at once the second is told, and changes nothing.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::own::told_erased;
use super::{Error, Turn, button, series, series_gone, shortened, stale, title, votes, who};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::Reply;
use crate::feedback::queue::{Queued, QueuedId, QueuedState};
use crate::inbox::{day, quote};
use crate::message::{cut, instant, limits, one_line};
use crate::office_hours::Series;
use crate::store::StoreError;
use crate::texts::{text, text_with};

/// Open questions that are looked at; those with fewer votes wait until some of these are settled.
const MOST: i64 = 100;

/// Room for the question at hand, its marks escaped.
const ROOM: usize = 700;

/// Questions that are named after it, and room for each.
const AFTER: usize = 3;
const LINE: usize = 70;

/// The view; after the question that the key names comes the next one.
pub(in crate::discord) async fn hosts(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some((key, after)) = turn.key.split_once(':') else { return Ok(stale()) };
    let Some(series) = series(turn.data, key) else { return Ok(series_gone()) };
    let after = after.parse::<QueuedId>().ok();
    let shown = async || {
        let (open, total) = turn.data.store.open_questions(&series.key, MOST).await?;
        let at = after.and_then(|after| position(&open, after)).map_or(0, |at| at + 1);
        view(turn, series, &open, total, at, None).await
    };
    Ok(turn.exchange.insist(shown).await?)
}

/// The question was answered.
pub(in crate::discord) async fn answered(turn: &Turn<'_>) -> Result<Reply, Error> {
    settle(turn, &turn.key, QueuedState::Answered).await
}

/// The question is taken out of the list.
pub(in crate::discord) async fn hide(turn: &Turn<'_>) -> Result<Reply, Error> {
    settle(turn, &turn.key, QueuedState::Hidden).await
}

/// The question is open again.
pub(in crate::discord) async fn undo(turn: &Turn<'_>) -> Result<Reply, Error> {
    settle(turn, &turn.key, QueuedState::Open).await
}

/// One was chosen in the menu, to be open again.
pub(in crate::discord) async fn reopen(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(chosen) = turn.values.first() else { return Ok(stale()) };
    settle(turn, chosen, QueuedState::Open).await
}

async fn settle(turn: &Turn<'_>, key: &str, state: QueuedState) -> Result<Reply, Error> {
    let parsed = key.split_once(':').and_then(|(version, id)| Some((version.parse().ok()?, id.parse().ok()?)));
    let Some((version, id)): Option<(i32, QueuedId)> = parsed else { return Ok(stale()) };
    let (data, by) = (turn.data, turn.caller.user);
    let before = turn.exchange.insist(async || data.store.question(id).await).await?;
    let Some(before) = before else { return Ok(Reply::aside(text("hosts-gone"))) };
    let Some(series) = series(data, &before.series) else { return Ok(series_gone()) };
    // Where it stood in the list: there stands the next one once it is settled.
    let (open, _) = turn.exchange.insist(async || data.store.open_questions(&series.key, MOST).await).await?;
    let at = position(&open, id).unwrap_or(0);
    let erased = told_erased();
    let attempt = async || data.store.settle_queued(id, version, state, by, &erased, data.clock.now()).await;
    let Some(settled) = turn.exchange.insist(attempt).await? else { return Ok(Reply::aside(text("hosts-gone"))) };
    if !settled.as_wished {
        return Ok(Reply::aside(text_with("hosts-was-first", [("state", state_words(&settled.question))])));
    }
    let shown = async || {
        let (open, total) = data.store.open_questions(&series.key, MOST).await?;
        let at = position(&open, id).unwrap_or(at);
        view(turn, series, &open, total, at, Some(&settled.question)).await
    };
    Ok(turn.exchange.insist(shown).await?)
}

fn position(open: &[Queued], id: QueuedId) -> Option<usize> {
    open.iter().position(|question| question.id == id)
}

/// How a question stands, and who saw to that.
pub(super) fn state_words(question: &Queued) -> String {
    let id = match question.state {
        QueuedState::Open => return text("hosts-state-open"),
        QueuedState::Answered => "hosts-state-answered",
        QueuedState::Hidden => "hosts-state-hidden",
    };
    let Some(touched) = question.settled else { return text("hosts-state-open") };
    text_with(id, [("by", format!("<@{}>", touched.by)), ("when", instant(touched.at))])
}

/// The view with the `at`-th open question at hand, or the first after the last; `done` is what was just settled.
async fn view(
    turn: &Turn<'_>,
    series: &Series,
    open: &[Queued],
    total: i64,
    at: usize,
    done: Option<&Queued>,
) -> Result<Reply, StoreError> {
    let data = turn.data;
    let at = if at < open.len() { at } else { 0 };
    let heading = [("title", title(data, &series.key).into()), ("open", crate::texts::Value::from(total))];
    let mut lines: Vec<String> = done.map(done_words).into_iter().chain([text_with("hosts-title", heading)]).collect();
    let current = open.get(at);
    let mut is_whole = true;
    if let Some(question) = current {
        let words =
            [("votes", votes(question)), ("who", who(question, turn.caller.user)), ("date", day(question.asked_on))];
        let quoted = quote(question.text.as_str(), ROOM);
        is_whole = quoted.is_whole;
        lines.extend([text_with("hosts-current", words), quoted.text]);
        lines.extend((!is_whole).then(|| text("hosts-file")));
        lines.extend(following(open, at, total));
    }
    let settled = data.store.settled_questions(&series.key, i64::try_from(limits::OPTIONS).unwrap_or(25)).await?;
    let rows = [
        steps(series, current, open.len() > 1, done),
        current.filter(|_| !is_whole).map(|question| whole_menu(series, question)),
        reopen_menu(series, &settled),
        Some(CreateActionRow::Buttons(around(series))),
    ];
    Ok(Reply::new(lines.join("\n")).rows(rows.into_iter().flatten().collect()))
}

fn done_words(question: &Queued) -> String {
    let id = match question.state {
        QueuedState::Answered => "hosts-done-answered",
        QueuedState::Hidden => "hosts-done-hidden",
        QueuedState::Open => "hosts-done-open",
    };
    text_with(id, [("question", shortened(question, LINE))])
}

/// What comes after the question at hand, from the first again after the last.
fn following(open: &[Queued], at: usize, total: i64) -> Vec<String> {
    let others = open[at + 1..].iter().chain(&open[..at]);
    let line = |question: &Queued| {
        text_with("hosts-next-line", [("votes", votes(question)), ("question", shortened(question, LINE))])
    };
    let lines: Vec<String> = others.take(AFTER).map(line).collect();
    let head = (!lines.is_empty()).then(|| text("hosts-next-head"));
    let more = total - 1 - i64::try_from(lines.len()).unwrap_or_default();
    let more = (more > 0).then(|| text_with("hosts-more", [("count", more)]));
    head.into_iter().chain(lines).chain(more).collect()
}

/// What can be done with the question at hand, and with the one that was just settled.
fn steps(series: &Series, current: Option<&Queued>, has_next: bool, done: Option<&Queued>) -> Option<CreateActionRow> {
    let step = |kind, question: &Queued, label: &str, style| {
        button(kind, format_args!("{}:{}", question.version, question.id), &text(label), style)
    };
    let answered = current.map(|one| step(Kind::HostsAnswered, one, "hosts-answered", ButtonStyle::Success));
    let hide = current.map(|one| step(Kind::HostsHide, one, "hosts-hide", ButtonStyle::Danger));
    let next = current.filter(|_| has_next).map(|one| {
        let key = format!("{}:{}", series.key, one.id);
        button(Kind::HostsView, key, &text("hosts-next"), ButtonStyle::Primary)
    });
    let undo = done
        .filter(|done| done.state != QueuedState::Open)
        .map(|done| step(Kind::HostsUndo, done, "hosts-undo", ButtonStyle::Secondary));
    let buttons: Vec<CreateButton> = [answered, hide, next, undo].into_iter().flatten().collect();
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}

/// Discord shows a menu's words as they are, without Markdown.
fn option(words: &str, value: String) -> CreateSelectMenuOption {
    CreateSelectMenuOption::new(cut(&one_line(words), limits::OPTION_LABEL), value)
}

fn menu(kind: Kind, series: &Series, placeholder: &str, options: Vec<CreateSelectMenuOption>) -> CreateActionRow {
    let options = CreateSelectMenuKind::String { options };
    let menu = CreateSelectMenu::new(CustomId::new(kind, &series.key).to_string(), options);
    CreateActionRow::SelectMenu(menu.placeholder(text(placeholder)))
}

fn whole_menu(series: &Series, question: &Queued) -> CreateActionRow {
    let options = vec![option(question.text.as_str(), question.id.to_string())];
    menu(Kind::QuestionRead, series, "question-read-one", options)
}

/// The menu of what was settled, the latest first: each can be opened again.
fn reopen_menu(series: &Series, settled: &[Queued]) -> Option<CreateActionRow> {
    let options = settled.iter().map(|question| {
        let id = if question.state == QueuedState::Hidden { "hosts-reopen-hidden" } else { "hosts-reopen-answered" };
        let words = text_with(id, [("question", question.text.as_str().to_owned())]);
        option(&words, format!("{}:{}", question.version, question.id))
    });
    let options: Vec<_> = options.collect();
    (!options.is_empty()).then(|| menu(Kind::HostsReopen, series, "hosts-reopen", options))
}

fn around(series: &Series) -> Vec<CreateButton> {
    vec![
        button(Kind::QuestionList, format_args!("0:{}", series.key), &text("hosts-members"), ButtonStyle::Secondary),
        button(Kind::HostsRecap, &series.key, &text("hosts-recap"), ButtonStyle::Secondary),
    ]
}

/// The button that opens a question again, below what says that it was answered.
pub(super) fn undo_row(question: &Queued) -> CreateActionRow {
    let key = format!("{}:{}", question.version, question.id);
    CreateActionRow::Buttons(vec![button(Kind::HostsUndo, key, &text("hosts-undo"), ButtonStyle::Secondary)])
}
