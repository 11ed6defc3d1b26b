//! `/inbox list` and `/inbox search`: pages, and the menu that opens one of a page. What is looked for stands in the buttons,
//! so that they work after a restart.

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use super::theme_changes;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Filter, Record};
use crate::inbox::{self, day};
use crate::message::{cut, length, limits, one_line};
use crate::texts::{Value, text, text_with};

/// Submissions on a page.
const PAGE: i64 = 5;

/// Most characters that a button carries.
const CUSTOM_ID: usize = 100;

/// Another page of a list.
pub(in crate::discord) async fn list_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed =
        turn.key.split_once(':').and_then(|(page, key)| Some((page.parse::<u16>().ok()?, Filter::parse(key)?)));
    match parsed {
        Some((number, filter)) => page(turn.data, &filter, i64::from(number)).await,
        None => Ok(Reply::aside(text("error-stale-button"))),
    }
}

/// Another page of what was found.
pub(in crate::discord) async fn found_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    match turn.key.split_once(':').and_then(|(page, words)| Some((page.parse::<u16>().ok()?, words))) {
        Some((number, words)) => found(turn.data, words, i64::from(number)).await,
        None => Ok(Reply::aside(text("error-stale-button"))),
    }
}

/// A page of a list, counted from 0.
pub(super) async fn page(data: &Data, filter: &Filter, number: i64) -> Result<Reply, Error> {
    let page = data.store.find_submissions(filter, number * PAGE, PAGE).await?;
    let theme = match filter.theme {
        Some(theme) => data.store.theme(theme).await?,
        None => None,
    };
    // Where the list is all of a theme: what is done is done to the whole theme, whatever else was asked for.
    let whole = Filter { theme: filter.theme, ..Filter::default() } == *filter;
    let whole = theme.as_ref().filter(|_| whole && number == 0 || whole && !page.records.is_empty());
    let below = whole.map(|theme| CreateActionRow::Buttons(theme_changes::buttons(theme.id)));
    if page.records.is_empty() {
        if let Some(theme) = whole {
            let title =
                text_with("inbox-list-theme", [("theme", crate::message::escape_markdown(theme.name.as_str()))]);
            return Ok(Reply::new(format!("{title}\n{}", text("theme-unused"))).rows(below.into_iter().collect()));
        }
        // They were fewer in the meantime, or none fits.
        return Ok(Reply::aside(text(if number > 0 { "error-stale-button" } else { "inbox-none" })));
    }
    let numbered = (number * PAGE + 1..).zip(&page.records);
    let lines = numbered.map(|(at, record)| inbox::entry(&data.config, at, record));
    let title = match &theme {
        Some(theme) => text_with("inbox-list-theme", [("theme", crate::message::escape_markdown(theme.name.as_str()))]),
        None => text("inbox-list"),
    };
    let turning = |to: i64| CustomId::new(Kind::InboxPage, format_args!("{to}:{}", filter.key()));
    let shown = shown(data, title, lines.collect(), &page.records, number, page.total, turning);
    Ok(shown.more_rows(below))
}

/// A page of what was found, counted from 0.
pub(super) async fn found(data: &Data, words: &str, number: i64) -> Result<Reply, Error> {
    let words = one_line(words);
    let (hits, total) = data.store.search_submissions(&words, number * PAGE, PAGE).await?;
    if hits.is_empty() {
        return Ok(Reply::aside(text(if number > 0 { "error-stale-button" } else { "inbox-found-none" })));
    }
    let numbered = (number * PAGE + 1..).zip(&hits);
    let lines = numbered.map(|(at, hit)| inbox::found(&data.config, at, &hit.record, &hit.snippet, &words)).collect();
    let title = text_with("inbox-found", [("words", crate::message::harmless(&words))]);
    let records: Vec<Record> = hits.into_iter().map(|hit| hit.record).collect();
    let turning = |to: i64| CustomId::new(Kind::InboxFound, format_args!("{to}:{words}"));
    Ok(shown(data, title, lines, &records, number, total, turning))
}

/// A page with its menu and its buttons.
fn shown(
    data: &Data,
    title: String,
    lines: Vec<String>,
    records: &[Record],
    number: i64,
    total: i64,
    turning: impl Fn(i64) -> CustomId,
) -> Reply {
    let first = number * PAGE + 1;
    let last = first - 1 + i64::try_from(records.len()).unwrap_or(PAGE);
    let counts = [("first", first), ("last", last), ("total", total)].map(|(name, count)| (name, count.to_string()));
    let count = format!("-# {}", text_with("me-counted", counts));
    let said: Vec<String> = [title].into_iter().chain(lines).chain([count]).collect();
    let newer = (number > 0).then(|| (number - 1, "inbox-page-before"));
    let older = (last < total).then(|| (number + 1, "inbox-page-after"));
    // Words of many characters that Discord counts twice have no room in a button: the first page shows the best of them.
    let buttons: Vec<CreateButton> = [newer, older]
        .into_iter()
        .flatten()
        .map(|(to, label)| (turning(to).to_string(), label))
        .filter(|(id, _)| length(id) <= CUSTOM_ID)
        .map(|(id, label)| CreateButton::new(id).label(text(label)))
        .collect();
    let buttons = (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons));
    Reply::new(said.join("\n")).rows([Some(menu(data, records, first)), buttons].into_iter().flatten().collect())
}

/// The menu that opens one of a page.
fn menu(data: &Data, records: &[Record], first: i64) -> CreateActionRow {
    let option = |(at, record): (i64, &Record)| {
        let label = format!("{at}. {}", label(data, record));
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), record.id.to_string())
    };
    let options = (first..).zip(records).map(option).collect();
    let id = CustomId::new(Kind::InboxOpen, "page").to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options });
    CreateActionRow::SelectMenu(menu.placeholder(text("inbox-open-one")))
}

/// A submission in a menu, whose words Discord shows as they are.
pub(super) fn label(data: &Data, record: &Record) -> String {
    let program = data.config.programs.iter().find(|program| program.key == record.program);
    let program = program.map_or_else(|| record.program.clone(), |program| program.title.clone());
    let begins = match record.conduct {
        Some(_) => text("inbox-entry-conduct"),
        None => one_line(record.answers.first_line()),
    };
    let parts: [(&'static str, Value<'static>); 3] =
        [("program", cut(&program, 30).into()), ("date", day(record.submitted_on).into()), ("begins", begins.into())];
    text_with("inbox-option", parts)
}
