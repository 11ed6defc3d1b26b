//! Browsing without a question: a menu of topics, then one of a topic's articles, page by page. The menus say where they
//! are, so that they work after a restart.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::words;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Reply, Turn};
use crate::knowledge::ArticleId;
use crate::message::{cut, escape_markdown, length, limits};
use crate::texts::{text, text_with};

/// Longest value of a menu's option, and longest `custom_id`.
const LONGEST: usize = 100;

/// The first page of topics, in answer to `/ask` without a question.
pub(super) fn first(data: &Data) -> Reply {
    page_of_topics(data, 0).unwrap_or_else(|| Reply::new(text("ask-empty")))
}

/// Another page of topics; or back to them.
pub(in crate::discord) async fn topics(turn: &Turn<'_>) -> Result<Reply, Error> {
    let page = turn.key.parse::<u8>().ok().and_then(|page| page_of_topics(turn.data, usize::from(page)));
    Ok(page.unwrap_or_else(gone))
}

/// A topic was chosen.
pub(in crate::discord) async fn topic(turn: &Turn<'_>) -> Result<Reply, Error> {
    let page = turn.values.first().and_then(|topic| page_of_articles(turn.data, topic, 0));
    Ok(page.unwrap_or_else(gone))
}

/// Another page of a topic: `page:topic`.
pub(in crate::discord) async fn topic_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(page, topic)| Some((page.parse::<u8>().ok()?, topic)));
    let page = parsed.and_then(|(page, topic)| page_of_articles(turn.data, topic, usize::from(page)));
    Ok(page.unwrap_or_else(gone))
}

/// An article was chosen: its answer, beside the menu, from which another can be chosen.
pub(in crate::discord) async fn article(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = turn.values.first() else { return Ok(gone()) };
    Ok(words::article(turn, &ArticleId::new(id), None))
}

fn gone() -> Reply {
    Reply::aside(text("ask-browse-gone"))
}

/// `None` where there is no such page.
fn page_of_topics(data: &Data, page: usize) -> Option<Reply> {
    let knowledge = data.current();
    let topics: Vec<(&str, usize)> = knowledge.topics(data.clock.today()).into_iter().collect();
    let topics: Vec<(&str, usize)> = topics.into_iter().filter(|(topic, _)| length(topic) < LONGEST).collect();
    let shown = topics.chunks(limits::OPTIONS).nth(page)?;
    let options = shown.iter().map(|(topic, count)| {
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        CreateSelectMenuOption::new(cut(&title(topic), limits::OPTION_LABEL), *topic)
            .description(text_with("ask-topic-size", [("count", count)]))
    });
    let menu = menu(Kind::AskTopic, page, &text("ask-choose-topic"), options.collect());
    let turn = |page: usize| CustomId::new(Kind::AskTopics, page);
    let pages = paging(page, topics.len(), turn);
    Some(Reply::new(text("ask-empty")).rows([Some(menu), row(pages)].into_iter().flatten().collect()))
}

fn page_of_articles(data: &Data, topic: &str, page: usize) -> Option<Reply> {
    let knowledge = data.current();
    let articles = knowledge.by_topic(topic, data.clock.today());
    let articles: Vec<_> = articles.into_iter().filter(|article| length(article.id().as_str()) <= LONGEST).collect();
    let shown = articles.chunks(limits::OPTIONS).nth(page)?;
    let options = shown.iter().map(|article| {
        CreateSelectMenuOption::new(cut(&article.meta.title, limits::OPTION_LABEL), article.id().as_str())
    });
    let menu = menu(Kind::AskArticle, page, &text("ask-choose-article"), options.collect());
    let turn = |page: usize| CustomId::new(Kind::AskTopicPage, format_args!("{page}:{topic}"));
    let back = button(&CustomId::new(Kind::AskTopics, 0), "ask-all-topics");
    let buttons = [back].into_iter().chain(paging(page, articles.len(), turn)).collect();
    let first = page * limits::OPTIONS;
    let counts = [("first", first + 1), ("last", first + shown.len()), ("total", articles.len())];
    let [first, last, total] = counts.map(|(name, count)| (name, count.to_string()));
    let title = ("topic", escape_markdown(&title(topic)));
    let said = text_with("ask-topic", [title, first, last, total]);
    Some(Reply::new(said).rows([Some(menu), row(buttons)].into_iter().flatten().collect()))
}

fn menu(kind: Kind, page: usize, placeholder: &str, options: Vec<CreateSelectMenuOption>) -> CreateActionRow {
    let id = CustomId::new(kind, page).to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options });
    CreateActionRow::SelectMenu(menu.placeholder(placeholder))
}

fn row(buttons: Vec<CreateButton>) -> Option<CreateActionRow> {
    (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}

/// The buttons to the pages before and after.
fn paging(page: usize, all: usize, turn: impl Fn(usize) -> CustomId) -> Vec<CreateButton> {
    let before = (page > 0).then(|| button(&turn(page.saturating_sub(1)), "ask-page-before"));
    let after = ((page + 1) * limits::OPTIONS < all).then(|| button(&turn(page + 1), "ask-page-after"));
    [before, after].into_iter().flatten().collect()
}

fn button(id: &CustomId, label: &str) -> CreateButton {
    CreateButton::new(id.to_string()).label(text(label)).style(ButtonStyle::Secondary)
}

/// A topic as members read it. One that the catalogue does not know is written as its name, with spaces.
fn title(topic: &str) -> String {
    let known = match topic {
        "about" => "topic-about",
        "blog" => "topic-blog",
        "conduct" => "topic-conduct",
        "contacts" => "topic-contacts",
        "developers-in-residence" => "topic-developers-in-residence",
        "donations" => "topic-donations",
        "elections" => "topic-elections",
        "fiscal-sponsorship" => "topic-fiscal-sponsorship",
        "grants" => "topic-grants",
        "meetup" => "topic-meetup",
        "membership" => "topic-membership",
        "office-hours" => "topic-office-hours",
        "partner" => "topic-partner",
        "pycon-us" => "topic-pycon-us",
        "pypi" => "topic-pypi",
        "sponsorship" => "topic-sponsorship",
        "trademarks" => "topic-trademarks",
        _ => {
            let words = topic.replace(['-', '_'], " ");
            let mut letters = words.chars();
            return letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        }
    };
    text(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_words() {
        assert_eq!(title("pycon-us"), "PyCon US");
        assert_eq!(title("year-end_drive"), "Year end drive");
        assert_eq!(title(""), "");
    }
}
