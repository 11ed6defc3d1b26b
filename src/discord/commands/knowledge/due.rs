//! `/knowledge due`: what somebody should look at again, the oldest first.

use chrono::{NaiveDate, TimeDelta};
use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::super::{AppContext, Data, Error, announce};
use super::{Seen, freshen, preview, save};
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn, answer};
use crate::knowledge::{Change, Content, Shelf, Standing, Subject, long_date};
use crate::message::{cut, escape_markdown, limits};
use crate::texts::{text, text_with};

/// How long before its day something is shown.
const AHEAD: TimeDelta = TimeDelta::days(14);

/// Lines of the list.
const LINES: usize = 10;

/// How long something counts as right that was looked at: as long as before, within these bounds.
const SHORTEST: TimeDelta = TimeDelta::days(30);
const LONGEST: TimeDelta = TimeDelta::days(365);

/// Articles and program statuses that should be looked at again, the oldest first
#[poise::command(slash_command)]
pub(super) async fn due(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async { Ok(list(data, None, None)) }).await
}

/// Something that is due.
struct Due<'a> {
    review_by: NaiveDate,
    subject: &'a Subject,
    standing: &'a Standing,
    content: &'a Content,
}

fn all(shelf: &Shelf, today: NaiveDate) -> Vec<Due<'_>> {
    let one = |(subject, standing): (&'_ Subject, &'_ Standing)| {
        let content = standing.current()?;
        let review_by = match content {
            Content::Article(article) if !article.is_current(today) => return None,
            Content::Article(article) => article.meta.review_by,
            Content::Program(record) => record.review_by,
        };
        (review_by <= today + AHEAD).then_some((review_by, subject.clone()))
    };
    let mut found: Vec<(NaiveDate, Subject)> = shelf.standings().filter_map(one).collect();
    found.sort();
    let due = |(review_by, subject): (NaiveDate, Subject)| {
        let (subject, standing) = shelf.standings().find(|(known, _)| **known == subject)?;
        Some(Due { review_by, subject, standing, content: standing.current()? })
    };
    found.into_iter().filter_map(due).collect()
}

/// The list, and below it one of them as members read it: the chosen one, or the oldest.
fn list(data: &Data, chosen: Option<&Subject>, notice: Option<String>) -> Reply {
    let (shelf, today) = (data.knowledge.now(), data.clock.today());
    let due = all(&shelf, today);
    let mut head: Vec<String> = notice.into_iter().collect();
    let Some(shown) = due.iter().find(|one| Some(one.subject) == chosen).or(due.first()) else {
        head.push(text("knowledge-due-none"));
        return Reply::new(head.join("\n"));
    };
    head.push(text_with("knowledge-due", [("count", u64::try_from(due.len()).unwrap_or_default())]));
    head.extend(due.iter().take(LINES).map(|one| line(one, today)));
    if due.len() > LINES {
        let more = u64::try_from(due.len() - LINES).unwrap_or_default();
        head.push(text_with("knowledge-due-more", [("count", more)]));
    }
    head.push(text_with("knowledge-due-shown", [("title", title(shown))]));
    let body = preview::as_read(&shelf, shown.content, today);
    let mut rows = vec![CreateActionRow::Buttons(buttons(shown))];
    rows.extend(menu(&due));
    announce::around(&head.join("\n"), &body).rows(rows)
}

fn title(due: &Due<'_>) -> String {
    escape_markdown(&cut(due.content.title(), 80))
}

fn line(due: &Due<'_>, today: NaiveDate) -> String {
    let id = if due.review_by < today { "knowledge-due-past" } else { "knowledge-due-soon" };
    let day = ("date", long_date(due.review_by));
    text_with(id, [("title", title(due)), ("id", due.subject.key().to_owned()), day])
}

fn buttons(due: &Due<'_>) -> Vec<CreateButton> {
    let key = Seen::of(due.subject, due.standing).key();
    let button = |kind, label: &str, style| {
        CreateButton::new(CustomId::new(kind, &key).to_string()).label(text(label)).style(style)
    };
    vec![
        button(Kind::KnowledgeRight, "knowledge-still-right", ButtonStyle::Primary),
        button(Kind::KnowledgeEdit, "knowledge-edit", ButtonStyle::Secondary),
    ]
}

fn menu(due: &[Due<'_>]) -> Option<CreateActionRow> {
    let option = |one: &Due<'_>| {
        let value = Seen::of(one.subject, one.standing).key();
        let label = cut(one.content.title(), limits::OPTION_LABEL);
        CreateSelectMenuOption::new(label, cut(&value, 100)).description(long_date(one.review_by))
    };
    let options: Vec<_> = due.iter().take(limits::OPTIONS).map(option).collect();
    let id = CustomId::new(Kind::KnowledgeDue, "").to_string();
    let menu =
        CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(text("knowledge-due-menu"));
    (due.len() > 1).then_some(CreateActionRow::SelectMenu(menu))
}

/// Another one of the list is to be shown.
pub(in crate::discord) async fn choose_due(turn: &Turn<'_>) -> Result<Reply, Error> {
    let seen = turn.values.first().and_then(|value| Seen::parse(value));
    Ok(list(turn.data, seen.as_ref().map(|seen| &seen.subject), None))
}

/// Still right: the same again, as of today, and to be looked at as much later as before.
pub(in crate::discord) async fn still_right(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    let Some(seen) = Seen::parse(&turn.key) else { return Ok(Reply::aside(text("error-stale-button"))) };
    freshen(data).await;
    let (shelf, today) = (data.knowledge.now(), data.clock.today());
    let standing = shelf.standing(&seen.subject);
    let Some(content) = standing.and_then(|one| one.current()) else {
        return Ok(Reply::aside(text("knowledge-unknown")));
    };
    let reviewed = reviewed(content, today);
    Ok(if save::make(turn, &shelf, &seen, Change::Review, Some(reviewed)).await? {
        let title = ("title", escape_markdown(content.title()));
        list(data, None, Some(text_with("knowledge-reviewed", [title])))
    } else {
        list(data, Some(&seen.subject), Some(text("knowledge-overtaken")))
    })
}

fn reviewed(content: &Content, today: NaiveDate) -> Content {
    let until = |as_of: NaiveDate, review_by: NaiveDate| today + (review_by - as_of).clamp(SHORTEST, LONGEST);
    let mut content = content.clone();
    match &mut content {
        Content::Article(article) => {
            article.meta.review_by = until(article.meta.as_of, article.meta.review_by);
            article.meta.as_of = today;
        }
        Content::Program(record) => {
            record.review_by = until(record.as_of, record.review_by);
            record.as_of = today;
        }
    }
    content
}
