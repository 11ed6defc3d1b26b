//! One's own questions and upvotes under `/me`, and withdrawing: asked once whether it is meant, then gone for good.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use super::{Data, Error, Turn, button, gone, stale, state, title, voter, votes, whole};
use crate::answers::Voter;
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::me::{export_button, noted};
use crate::discord::interactions::Reply;
use crate::erasure::Subject;
use crate::feedback::Receipt;
use crate::feedback::queue::{Queued, QueuedId};
use crate::ids::UserId;
use crate::inbox::{day, quote};
use crate::message::{Message, cut, limits, one_line};
use crate::store::{QuestionProof, StoreError};
use crate::texts::{text, text_with};

/// Questions on a page.
const PAGE: u16 = 4;

/// Room for the text of one, its marks escaped.
const ROOM: usize = 150;

/// The names of a member's upvotes: on all questions that have any, since the rows do not say whose they are.
pub(in crate::discord::commands) async fn voters(data: &Data, member: UserId) -> Result<Vec<Voter>, StoreError> {
    let questions = data.store.questions_voted_on().await?;
    Ok(questions.into_iter().map(|id| voter(data, member, id)).collect())
}

/// The names of the upvotes that a member has.
pub(in crate::discord::commands) async fn own_voters(data: &Data, member: UserId) -> Result<Vec<Voter>, StoreError> {
    let upvotes = data.store.upvotes_of(&voters(data, member).await?).await?;
    Ok(upvotes.into_iter().map(|id| voter(data, member, id)).collect())
}

/// For `/me`: a line, and the button that leads to the rest. None for who asked and voted nothing.
pub(in crate::discord::commands) async fn button_and_line(
    data: &Data,
    member: UserId,
) -> Result<Option<(String, CreateButton)>, Error> {
    let (_, questions) = data.store.questions_by(member, 0, 0).await?;
    let upvotes = data.store.upvotes_of(&voters(data, member).await?).await?.len();
    let counts = [("questions", questions.to_string()), ("votes", upvotes.to_string())];
    let line = text_with("question-own-line", counts);
    let button = super::button(Kind::QuestionOwn, 0, &text("question-own"), ButtonStyle::Secondary);
    Ok((questions > 0 || upvotes > 0).then_some((line, button)))
}

/// A page of one's own questions: whose it is follows from who clicks alone.
pub(in crate::discord) async fn own(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(number) = turn.key.parse::<u16>() else { return Ok(stale()) };
    Ok(turn.exchange.insist(async || page(turn, number, None).await).await?)
}

/// All of one's upvotes are taken back.
pub(in crate::discord) async fn erase_votes(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, member) = (turn.data, turn.caller.user);
    let upvotes = turn.exchange.insist(async || own_voters(data, member).await).await?;
    let subjects: Vec<Subject> = upvotes.iter().copied().map(Subject::Vote).collect();
    let entries = match noted(data, &subjects).await {
        Ok(entries) => entries,
        Err(refusal) => return Ok(refusal),
    };
    let attempt = async || data.store.erase_upvotes(&upvotes, &entries).await;
    let erased = turn.exchange.insist(attempt).await?;
    let notice = text(if erased > 0 { "question-own-votes-erased" } else { "question-own-votes-none" });
    Ok(turn.exchange.insist(async || page(turn, 0, Some(&notice)).await).await?)
}

async fn page(turn: &Turn<'_>, number: u16, notice: Option<&str>) -> Result<Reply, StoreError> {
    let (data, member) = (turn.data, turn.caller.user);
    let skipped = i64::from(number) * i64::from(PAGE);
    let (questions, total) = data.store.questions_by(member, skipped, i64::from(PAGE)).await?;
    if questions.is_empty() && number > 0 {
        // They were fewer in the meantime.
        return Ok(stale());
    }
    for question in questions.iter().filter(|question| question.notice.is_some()) {
        // Who reads it here is not told of it once more.
        data.store.note_answer_told(question.id, data.clock.now()).await?;
    }
    let upvotes = data.store.upvotes_of(&voters(data, member).await?).await?.len();
    let mut lines: Vec<String> = notice.map(str::to_owned).into_iter().collect();
    lines.push(text("question-own-title"));
    if questions.is_empty() {
        lines.push(text("question-own-none"));
    }
    for question in &questions {
        lines.push(text_with("question-own-head", head(data, question)));
        lines.push(quote(question.text.as_str(), ROOM).text);
    }
    let shown = i64::try_from(questions.len()).unwrap_or_default();
    if total > shown {
        let counts = [("first", skipped + 1), ("last", skipped + shown), ("total", total)];
        let counts = counts.map(|(name, count)| (name, count.to_string()));
        lines.push(format!("-# {}", text_with("question-counted", counts)));
    }
    lines.push(text_with("question-own-votes", [("count", upvotes.to_string())]));
    let menus = [
        menu(Kind::QuestionRead, "question-read-one", &questions),
        menu(Kind::QuestionWithdraw, "question-withdraw-one", &questions),
    ];
    let buttons = CreateActionRow::Buttons(around(number, skipped + shown < total, upvotes > 0));
    let rows = menus.into_iter().flatten().chain([buttons]).collect();
    Ok(Reply::new(lines.join("\n")).rows(rows))
}

fn head(data: &Data, question: &Queued) -> [(&'static str, String); 4] {
    [
        ("title", title(data, &question.series)),
        ("date", day(question.asked_on)),
        ("votes", votes(question)),
        ("state", state(data, question)),
    ]
}

fn menu(kind: Kind, placeholder: &str, questions: &[Queued]) -> Option<CreateActionRow> {
    // Discord shows a menu's words as they are, without Markdown.
    let option = |question: &Queued| {
        let label = cut(&one_line(question.text.as_str()), limits::OPTION_LABEL);
        CreateSelectMenuOption::new(label, question.id.to_string())
    };
    let options = CreateSelectMenuKind::String { options: questions.iter().map(option).collect() };
    let menu = CreateSelectMenu::new(CustomId::new(kind, "choose:own").to_string(), options);
    (!questions.is_empty()).then(|| CreateActionRow::SelectMenu(menu.placeholder(text(placeholder))))
}

fn around(number: u16, has_more: bool, has_votes: bool) -> Vec<CreateButton> {
    let to = |number: u16, label: &str| button(Kind::QuestionOwn, number, &text(label), ButtonStyle::Secondary);
    let back = match number.checked_sub(1) {
        Some(number) => to(number, "question-newer"),
        None => button(Kind::MePage, 0, &text("question-own-back"), ButtonStyle::Secondary),
    };
    let older = number.checked_add(1).filter(|_| has_more).map(|number| to(number, "question-older"));
    let erase = has_votes
        .then(|| button(Kind::QuestionVotesErase, "all", &text("question-own-votes-erase"), ButtonStyle::Secondary));
    [Some(back), older, erase].into_iter().flatten().collect()
}

/// What was asked with a receipt, for `/me`.
pub(in crate::discord::commands) async fn by_receipt(data: &Data, receipt: Receipt) -> Result<Option<Reply>, Error> {
    let Some(question) = data.store.own_question(&QuestionProof::Receipt(receipt)).await? else { return Ok(None) };
    let reply = whole(&text_with("question-by-receipt", head(data, &question)), &question);
    let label = text("question-withdraw");
    let withdraw = button(Kind::QuestionWithdrawReceipt, format_args!("ask:{receipt}"), &label, ButtonStyle::Secondary);
    Ok(Some(reply.rows(vec![CreateActionRow::Buttons(vec![withdraw, export_button(receipt)])])))
}

/// The author of a question withdraws it.
pub(in crate::discord) async fn withdraw(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (step, id) = turn.key.split_once(':').unwrap_or_default();
    // Out of a menu, or by a button.
    let id = turn.values.first().map_or(id, String::as_str);
    let Ok(id) = id.parse::<QueuedId>() else { return Ok(stale()) };
    let sure = CustomId::new(Kind::QuestionWithdraw, format_args!("sure:{id}"));
    withdrawal(turn, step, &QuestionProof::Author(id, turn.caller.user), &sure).await
}

/// Whoever has the receipt of a question withdraws it.
pub(in crate::discord) async fn withdraw_by_receipt(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (step, receipt) = turn.key.split_once(':').unwrap_or_default();
    let Ok(receipt) = receipt.parse::<Receipt>() else { return Ok(stale()) };
    let sure = CustomId::new(Kind::QuestionWithdrawReceipt, format_args!("sure:{receipt}"));
    withdrawal(turn, step, &QuestionProof::Receipt(receipt), &sure).await
}

async fn withdrawal(turn: &Turn<'_>, step: &str, proof: &QuestionProof, sure: &CustomId) -> Result<Reply, Error> {
    let data = turn.data;
    if step != "sure" {
        let found = turn.exchange.insist(async || data.store.own_question(proof).await).await?;
        let Some(question) = found else { return Ok(gone()) };
        let button =
            CreateButton::new(sure.to_string()).label(text("question-withdraw-now")).style(ButtonStyle::Danger);
        let quoted = quote(question.text.as_str(), limits::CONTENT / 2).text;
        let content = format!("{}\n{quoted}", text("question-withdraw-sure"));
        return Ok(Reply::aside(content).rows(vec![CreateActionRow::Buttons(vec![button])]));
    }
    // Whoever has no right to it notes nothing.
    let found = turn.exchange.insist(async || data.store.own_question(proof).await).await?;
    let Some(question) = found else { return Ok(gone()) };
    let subject = match proof {
        QuestionProof::Author(..) => Subject::Question(question.id.0),
        QuestionProof::Receipt(receipt) => Subject::Receipt(receipt.hash()),
    };
    let entries = match noted(data, &[subject]).await {
        Ok(entries) => entries,
        Err(refusal) => return Ok(refusal),
    };
    let erased = told_erased();
    let attempt = async || data.store.withdraw_question(proof, &erased, &entries, data.clock.now()).await;
    // Also after an attempt whose answer was lost: then it is not found any more, because it is gone.
    Ok(match (turn.exchange.insist(attempt).await?, proof) {
        (false, _) => gone(),
        (true, QuestionProof::Author(..)) => Reply::new(text("question-withdrawn")),
        (true, QuestionProof::Receipt(_)) => Reply::new(text("question-withdrawn-anonymous")),
    })
}

/// What stands in the place of what was sent to an asker, once it is not so any more.
pub(super) fn told_erased() -> Message {
    Message { content: text("question-told-erased"), ..Message::default() }
}
