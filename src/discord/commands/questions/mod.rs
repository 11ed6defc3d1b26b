//! Questions for office hours: asked under `/officehours`, with a name or without (`ask`), listed and upvoted (`list`), withdrawn
//! (`own`), taken care of by hosts (`hosts`), answered by a message (`answers`), and told again in a recap (`recap`).
//!
//! A question belongs to a series, never to one session: what no session answered waits for the next. Of the schedule this
//! needs the series and the next session alone.

mod answers;
mod ask;
mod hosts;
mod list;
mod own;
mod recap;

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::office_hours::{line, one_each};
use super::{AppContext, Data, Error};
use crate::answers::Voter;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::queue::{Queued, QueuedId, QueuedState};
use crate::ids::UserId;
use crate::inbox::quote;
use crate::message::{cut, escape_markdown, limits};
use crate::office_hours::Series;
use crate::texts::{text, text_with};

pub(super) use answers::this_answers;
pub(in crate::discord) use answers::{another_page, choose_question};
pub(in crate::discord) use ask::{ask, open_anonymous, open_named, submit_anonymous, submit_named};
pub(in crate::discord) use hosts::{answered, hide, hosts, reopen, undo};
pub(in crate::discord) use list::{list, read, vote, which_series};
pub(super) use own::{button_and_line, by_receipt, own_voters, voters};
pub(in crate::discord) use own::{erase_votes, own, withdraw, withdraw_by_receipt};
pub(in crate::discord) use recap::recap;

/// Longest name of a series that is shown.
const TITLE: usize = 80;

/// The buttons below `/officehours`: to ask, and to see what was asked. None where there are no office hours.
pub(super) fn row(series: &[Series]) -> Option<CreateActionRow> {
    let button = |kind, label: &str| button(kind, "all", &text(label), ButtonStyle::Secondary);
    let buttons = vec![button(Kind::QuestionAsk, "question-ask"), button(Kind::QuestionSeries, "question-list")];
    (!series.is_empty()).then_some(CreateActionRow::Buttons(buttons))
}

fn button(kind: Kind, key: impl std::fmt::Display, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(CustomId::new(kind, key).to_string()).label(cut(label, limits::BUTTON_LABEL)).style(style)
}

/// The series of a key; `None` for one that left the configuration, or never was.
fn series(data: &Data, key: &str) -> Option<Series> {
    data.schedule.now().series(key).cloned()
}

/// A series as members know it; its key when the configuration does not have it any more.
fn title(data: &Data, key: &str) -> String {
    escape_markdown(&cut(&series(data, key).map_or_else(|| key.to_owned(), |series| series.title), TITLE))
}

/// A button for each series, or for the only one.
fn for_each_series(data: &Data, kind: Kind, label: &str) -> Vec<CreateActionRow> {
    let calendar = data.schedule.now();
    let all: Vec<&Series> = calendar.series.iter().collect();
    let several = all.len() > 1;
    one_each(kind, label, all, several)
}

/// When the next session of a series is, in words.
fn next_session(data: &Data, series: &Series) -> String {
    let now = data.clock.now();
    match series.next(now, 1).pop() {
        None => text("question-next-none"),
        Some(session) if session.start <= now => {
            text_with("question-next-now", [("channel", format!("<#{}>", session.channel))])
        }
        Some(session) => line("question-next", &session),
    }
}

/// The name of a member's vote on a question. No article's id has a space.
fn voter(data: &Data, member: UserId, id: QueuedId) -> Voter {
    data.voters.voter(member, &format!("question {id}"))
}

fn votes(question: &Queued) -> String {
    text_with("question-votes", [("count", question.votes)])
}

/// Who asked, for `reader`.
fn who(question: &Queued, reader: UserId) -> String {
    match question.author {
        Some(author) if author == reader => text("question-by-you"),
        Some(author) => text_with("question-by", [("author", format!("<@{author}>"))]),
        None => text("question-anonymously"),
    }
}

/// That it was answered, with the address where there is one.
fn answered_words(data: &Data, question: &Queued) -> String {
    question.answer.map_or_else(
        || text("question-answered-plain"),
        |answer| text_with("question-answered", [("url", answer.url(data.guild))]),
    )
}

/// How far it is, for whoever asked.
fn state(data: &Data, question: &Queued) -> String {
    match question.state {
        QueuedState::Open if question.awaits_round => text("question-state-waits"),
        QueuedState::Open => text("question-state-open"),
        QueuedState::Answered => answered_words(data, question),
        QueuedState::Hidden => text("question-state-hidden"),
    }
}

/// A question whole below a heading: quoted where a message holds it, else as a file.
fn whole(heading: &str, question: &Queued) -> Reply {
    let quoted = quote(question.text.as_str(), limits::CONTENT - crate::message::length(heading).min(1000) - 1);
    if quoted.is_whole {
        return Reply::new(format!("{heading}\n{}", quoted.text));
    }
    let file = question.text.as_str().as_bytes().to_vec();
    Reply::new(format!("{heading}\n{}", text("question-file"))).file("question.txt", "text/plain; charset=utf-8", file)
}

/// The first words of a question, quoted in a line of ours.
fn shortened(question: &Queued, most: usize) -> String {
    crate::message::harmless(&cut(&crate::message::one_line(question.text.as_str()), most))
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

fn gone() -> Reply {
    Reply::aside(text("question-gone"))
}

fn series_gone() -> Reply {
    Reply::aside(text("question-series-gone"))
}
