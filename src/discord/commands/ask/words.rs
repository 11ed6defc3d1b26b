//! How an answer looks: the question, title, text and sources, and the buttons below.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::inbox::quote;
use crate::knowledge::{Answer, ArticleId, Outcome, Question, long_date};
use crate::message::{cut, length, limits};
use crate::texts::{text, text_with};

/// Related articles and meanings that are offered as buttons.
const CHOICES: usize = 3;

/// What stands before a question, which the first line then is.
const QUOTED: &str = "> ";

/// Least room in which a question is worth showing.
const LEAST_QUESTION: usize = 20;

/// Longest `custom_id`.
const LONGEST_ID: usize = 100;

/// The key of a button that is about no article.
const NO_ARTICLE: &str = "-";

/// An answer for the one who asked; with a button that shares it where he may write.
pub(super) fn private(answer: &Answer, question: Option<&Question>, may_write: bool) -> Reply {
    Reply::new(under(question, &content(answer, None))).rows(buttons(answer, may_write))
}

/// An article's answer for the one who chose it.
pub(super) fn article(turn: &Turn<'_>, id: &ArticleId, question: Option<&Question>) -> Reply {
    let answer = turn.data.current().answer_article(id, turn.data.clock.today());
    let private = |answer| private(&answer, question, turn.caller.may_write);
    answer.map_or_else(|| Reply::aside(text("ask-gone")), private)
}

/// What is said when none of the meanings was it.
pub(super) fn no_meaning(nearest: Option<&ArticleId>, question: Option<&Question>) -> Reply {
    let row =
        ask_staff_button(nearest).map(|button| CreateActionRow::Buttons(vec![button.style(ButtonStyle::Primary)]));
    Reply::new(under(question, &text("ask-none"))).rows(row.into_iter().collect())
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
        if length(&content) + length(&line) <= limits::CONTENT {
            content.push_str(&line);
        }
    }
    cut(&content, limits::CONTENT)
}

/// A text below the question that it is about; the question gives way when there is no room.
pub(super) fn under(question: Option<&Question>, content: &str) -> String {
    let room = limits::CONTENT.saturating_sub(length(content) + 1);
    let Some(question) = question.filter(|_| room > LEAST_QUESTION + QUOTED.len()) else { return content.to_owned() };
    format!("{}\n{content}", quote(question.as_str(), room).text)
}

/// The question that stands above the answer whose button was pressed, as [`under`] put it there.
pub(super) fn asked(turn: &Turn<'_>) -> Option<Question> {
    read(&turn.content)
}

fn read(content: &str) -> Option<Question> {
    let quoted = content.lines().next()?.strip_prefix(QUOTED)?;
    let mut question = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(c) = characters.next() {
        // What was escaped stands behind its mark.
        question.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    Question::parse(&question).ok()
}

/// The article that a button is about.
pub(super) fn article_key(article: Option<&ArticleId>) -> &str {
    article.map_or(NO_ARTICLE, ArticleId::as_str)
}

/// A button; none where its key has no room in it.
pub(super) fn button(kind: Kind, key: &str, label: &str) -> Option<CreateButton> {
    let id = CustomId::new(kind, key).to_string();
    (length(&id) <= LONGEST_ID)
        .then(|| CreateButton::new(id).label(cut(label, limits::BUTTON_LABEL)).style(ButtonStyle::Secondary))
}

/// The button that puts a question to staff.
pub(super) fn ask_staff_button(nearest: Option<&ArticleId>) -> Option<CreateButton> {
    button(Kind::AskStaff, article_key(nearest), &text("ask-staff"))
}

fn buttons(answer: &Answer, may_write: bool) -> Vec<CreateActionRow> {
    let choices = answer.related.iter().take(CHOICES);
    let choices = choices.filter_map(|choice| button(Kind::AskPick, choice.id.as_str(), &choice.title));
    if answer.outcome == Outcome::Unsure {
        let none = button(Kind::AskNone, article_key(answer.nearest.as_ref()), &text("ask-none-of-these"));
        let meanings = choices.map(|choice| choice.style(ButtonStyle::Primary));
        // One below the other: titles are long, and phones narrow.
        return meanings.chain(none).map(|button| CreateActionRow::Buttons(vec![button])).collect();
    }
    let about = answer.article.iter().flat_map(|article| {
        let id = article.id.as_str();
        [
            button(Kind::AskShare, id, &text("ask-share")).filter(|_| may_write),
            button(Kind::AskHelpful, id, &text("ask-helpful")),
            button(Kind::AskNotHelpful, id, &text("ask-not-helpful")),
        ]
    });
    let about: Vec<CreateButton> = about.flatten().chain(ask_staff_button(answer.nearest.as_ref())).collect();
    let rows = [about, choices.collect()];
    rows.into_iter().filter(|row| !row.is_empty()).map(CreateActionRow::Buttons).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_question_is_read_back_from_above_its_answer() {
        for question in ["Are grants open?", "# *who* \\ pays <@&1> / [x](http://y) `z`?", "- 3 > 2 @everyone"] {
            let question = Question::parse(question).unwrap();
            assert_eq!(read(&under(Some(&question), "**Title**\nText")), Some(question));
        }
        assert_eq!(read("**Title**\nText"), None);
        assert_eq!(read("> \u{202E}\nText"), None);
    }

    proptest! {
        #[test]
        fn whatever_was_asked_fits_and_is_read_back(question in "(\\PC|[*_@/ ]){1,500}", length_of_answer in 0_usize..2000) {
            let Ok(question) = Question::parse(&question) else { return Ok(()) };
            let said = under(Some(&question), &"x".repeat(length_of_answer));
            prop_assert!(length(&said) <= limits::CONTENT);
            if length_of_answer < 900 && length(question.as_str()) <= 500 {
                prop_assert_eq!(read(&said), Some(question));
            }
        }
    }
}
