//! The list of a series' questions as members see it, page by page, each with an upvote: one a member, which can be taken back.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::{
    Data, Error, Turn, answered_words, button, for_each_series, gone, series, series_gone, stale, title, voter, votes,
    who, whole,
};
use crate::config::Domain;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Caller, Reply};
use crate::feedback::queue::{Queued, QueuedId, QueuedState};
use crate::inbox::quote;
use crate::message::{cut, limits, one_line};
use crate::office_hours::Series;
use crate::store::StoreError;
use crate::texts::{text, text_with};

/// Questions on a page: a row of buttons has room for an upvote each.
const PAGE: u16 = 5;

/// Room for the text of one, its marks escaped.
const ROOM: usize = 190;

/// Of which series; with one alone, its questions.
pub(in crate::discord) async fn which_series(turn: &Turn<'_>) -> Result<Reply, Error> {
    let data = turn.data;
    match (series(data, &turn.key), &data.schedule.series[..]) {
        (Some(series), _) | (None, [series]) => Ok(turn.exchange.insist(async || page(turn, series, 0).await).await?),
        (None, []) => Ok(series_gone()),
        (None, _) => {
            let rows = for_each_series(data, Kind::QuestionSeries, "question-list");
            Ok(Reply::new(text("question-which")).rows(rows))
        }
    }
}

/// A page of the list.
pub(in crate::discord) async fn list(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(number, key)| Some((number.parse::<u16>().ok()?, key)));
    let Some((number, key)) = parsed else { return Ok(stale()) };
    let Some(series) = series(turn.data, key) else { return Ok(series_gone()) };
    Ok(turn.exchange.insist(async || page(turn, series, number).await).await?)
}

/// An upvote, or taking it back. Whose it is follows from who clicks.
pub(in crate::discord) async fn vote(turn: &Turn<'_>) -> Result<Reply, Error> {
    let mut parts = turn.key.splitn(3, ':');
    let parsed = (|| {
        let wanted = match parts.next()? {
            "yes" => true,
            "no" => false,
            _ => return None,
        };
        Some((wanted, parts.next()?.parse::<u16>().ok()?, parts.next()?.parse::<QueuedId>().ok()?))
    })();
    let Some((wanted, number, id)) = parsed else { return Ok(stale()) };
    let voter = voter(turn.data, turn.caller.user, id);
    let voted = turn.exchange.insist(async || turn.data.store.vote_on_question(&voter, id, wanted).await).await?;
    let Some(question) = voted else { return Ok(Reply::aside(text("question-vote-gone"))) };
    let Some(series) = series(turn.data, &question.series) else { return Ok(series_gone()) };
    Ok(turn.exchange.insist(async || page(turn, series, number).await).await?)
}

/// One was chosen, to be read whole.
pub(in crate::discord) async fn read(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Some(id) = turn.values.first().and_then(|value| value.parse::<QueuedId>().ok()) else { return Ok(stale()) };
    let (data, caller) = (turn.data, &turn.caller);
    let found = turn.exchange.insist(async || data.store.question(id).await).await?;
    let may_see = |question: &Queued| {
        let is_own = question.author == Some(caller.user);
        let is_staffs = !question.awaits_round && caller.is_staff(data, Domain::Sessions);
        question.is_listed() || is_own || is_staffs
    };
    Ok(found.filter(may_see).map_or_else(gone, |question| {
        let heading =
            format!("**{}**: {}, {}", title(data, &question.series), votes(&question), who(&question, caller.user));
        whole(&heading, &question)
    }))
}

/// A page; the last one where there are fewer by now.
async fn page(turn: &Turn<'_>, series: &Series, number: u16) -> Result<Reply, StoreError> {
    let (data, caller) = (turn.data, &turn.caller);
    let size = i64::from(PAGE);
    let (mut questions, total) = data.store.listed_questions(&series.key, i64::from(number) * size, size).await?;
    let mut number = number;
    if questions.is_empty() && total > 0 {
        number = u16::try_from((total - 1) / size).unwrap_or(0);
        questions = data.store.listed_questions(&series.key, i64::from(number) * size, size).await?.0;
    }
    let voters: Vec<_> = questions.iter().map(|question| voter(data, caller.user, question.id)).collect();
    let voted = data.store.upvotes_of(&voters).await?;
    Ok(render(data, caller, series, &Page { number, questions, voted, total }))
}

struct Page {
    number: u16,
    questions: Vec<Queued>,
    /// Those that the reader voted for.
    voted: Vec<QueuedId>,
    total: i64,
}

impl Page {
    /// The questions with their numbers in the whole list, from 1 on.
    fn numbered(&self) -> impl Iterator<Item = (usize, &Queued)> {
        let first = usize::from(self.number) * usize::from(PAGE) + 1;
        self.questions.iter().enumerate().map(move |(at, question)| (first + at, question))
    }
}

fn render(data: &Data, caller: &Caller, series: &Series, page: &Page) -> Reply {
    let mut lines = vec![text_with("question-title", [("title", title(data, &series.key))])];
    if page.questions.is_empty() {
        lines.push(text("question-none"));
    }
    let mut shortened = Vec::new();
    for (number, question) in page.numbered() {
        let quoted = quote(question.text.as_str(), ROOM);
        if !quoted.is_whole {
            shortened.push((number, question));
        }
        lines.push(head(data, caller, number, question));
        lines.push(quoted.text);
    }
    let shown = i64::try_from(page.questions.len()).unwrap_or_default();
    if page.total > shown {
        let first = i64::from(page.number) * i64::from(PAGE) + 1;
        let counts = [("first", first), ("last", first + shown - 1), ("total", page.total)];
        lines.push(format!(
            "-# {}",
            text_with("question-counted", counts.map(|(name, count)| (name, count.to_string())))
        ));
    }
    let rows = [
        upvotes(page).map(CreateActionRow::Buttons),
        withdrawals(caller, page).map(CreateActionRow::Buttons),
        whole_menu(series, &shortened),
        Some(CreateActionRow::Buttons(around(data, caller, series, page, shown))),
    ];
    Reply::new(lines.join("\n")).rows(rows.into_iter().flatten().collect())
}

fn head(data: &Data, caller: &Caller, number: usize, question: &Queued) -> String {
    let words = [("number", number.to_string()), ("votes", votes(question)), ("who", who(question, caller.user))];
    let head = text_with("question-head", words);
    match question.state {
        QueuedState::Answered => format!("{head}, {}", answered_words(data, question)),
        _ => head,
    }
}

/// A button for each open question.
fn upvotes(page: &Page) -> Option<Vec<CreateButton>> {
    let buttons: Vec<CreateButton> = page
        .numbered()
        .filter(|(_, question)| question.takes_votes())
        .map(|(number, question)| {
            let (word, label, style) = match page.voted.contains(&question.id) {
                false => ("yes", "question-upvote", ButtonStyle::Primary),
                true => ("no", "question-downvote", ButtonStyle::Success),
            };
            let label = text_with(label, [("number", number.to_string())]);
            button(Kind::QuestionVote, format_args!("{word}:{}:{}", page.number, question.id), &label, style)
        })
        .collect();
    (!buttons.is_empty()).then_some(buttons)
}

/// A button for each of one's own.
fn withdrawals(caller: &Caller, page: &Page) -> Option<Vec<CreateButton>> {
    let own = page.numbered().filter(|(_, question)| question.author == Some(caller.user));
    let buttons: Vec<CreateButton> = own
        .map(|(number, question)| {
            let label = text_with("question-withdraw-number", [("number", number.to_string())]);
            button(Kind::QuestionWithdraw, format_args!("ask:{}", question.id), &label, ButtonStyle::Secondary)
        })
        .collect();
    (!buttons.is_empty()).then_some(buttons)
}

/// The menu of those that had to be cut.
fn whole_menu(series: &Series, shortened: &[(usize, &Queued)]) -> Option<CreateActionRow> {
    let options = shortened.iter().map(|(number, question)| {
        // Discord shows a menu's words as they are, without Markdown.
        let label = format!("{number}. {}", one_line(question.text.as_str()));
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), question.id.to_string())
    });
    let kind = CreateSelectMenuKind::String { options: options.collect() };
    let id = CustomId::new(Kind::QuestionRead, &series.key).to_string();
    let menu = CreateSelectMenu::new(id, kind).placeholder(text("question-read-one"));
    (!shortened.is_empty()).then_some(CreateActionRow::SelectMenu(menu))
}

/// To the pages around it, to the form, and for staff to the hosts' view.
fn around(data: &Data, caller: &Caller, series: &Series, page: &Page, shown: i64) -> Vec<CreateButton> {
    let to = |number: u16, label: &str| {
        let key = format!("{number}:{}", series.key);
        button(Kind::QuestionList, key, &text(label), ButtonStyle::Secondary)
    };
    let newer = page.number.checked_sub(1).map(|number| to(number, "question-newer"));
    let has_more = i64::from(page.number) * i64::from(PAGE) + shown < page.total;
    let older = page.number.checked_add(1).filter(|_| has_more).map(|number| to(number, "question-older"));
    let ask = button(Kind::QuestionAsk, "all", &text("question-ask"), ButtonStyle::Secondary);
    let hosts = caller.is_staff(data, Domain::Sessions).then(|| {
        button(Kind::HostsView, format_args!("{}:", series.key), &text("question-hosts"), ButtonStyle::Secondary)
    });
    [newer, older, Some(ask), hosts].into_iter().flatten().collect()
}
