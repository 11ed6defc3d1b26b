//! `/me`: what a member sent by name, what was sent with a receipt, and what is stored about him, in words;
//! what staff wrote back (`read`), and how he erases what he sent (`erase`).

mod erase;
mod read;

use poise::serenity_prelude as serenity;
use serenity::{CreateActionRow, CreateButton};

pub(in crate::discord) use erase::{ask_before_erasing, ask_before_erasing_by_receipt, erase, erase_by_receipt};
pub(in crate::discord) use read::read;

use super::{AppContext, Data, Error, ask, inbox, questions, remind};
use crate::config::Config;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Caller, Reply, Turn, answer};
use crate::feedback::{Kind as Wish, Receipt, Record, Sender, State};
use crate::ids::UserId;
use crate::inbox::{day, program_title, rating_words, reply_head_for_member};
use crate::message::{cut, harmless, instant, length, limits};
use crate::store::Proof;
use crate::texts::{text, text_with};

/// Submissions on a page.
const PAGE: i64 = 4;

/// Room for the first line of each.
const LINE: usize = 60;

/// What you have sent to the PSF here, what became of it, and what is stored about you
#[poise::command(slash_command, category = "help-tell")]
pub(in crate::discord) async fn me(
    ctx: AppContext<'_>,
    #[description = "The receipt of something that you sent anonymously"]
    #[max_length = 100]
    receipt: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, async {
        match receipt {
            Some(typed) => by_receipt(data, &typed).await,
            None => match Caller::of_command(ctx.interaction) {
                Some(caller) => page(data, caller.user, 0).await,
                None => Ok(Reply::aside(text("error-wrong-guild"))),
            },
        }
    })
    .await
}

/// The first page of one's own.
pub(super) async fn own(turn: &Turn<'_>) -> Result<Reply, Error> {
    page(turn.data, turn.caller.user, 0).await
}

/// Another page of one's own: whose it is follows from who clicks alone.
pub(in crate::discord) async fn turn_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    match turn.key.parse::<u16>() {
        Ok(number) => page(turn.data, turn.caller.user, i64::from(number)).await,
        Err(_) => Ok(Reply::aside(text("error-stale-button"))),
    }
}

async fn page(data: &Data, member: UserId, number: i64) -> Result<Reply, Error> {
    let (records, total) = data.store.submissions_by(member, number * PAGE, PAGE).await?;
    if records.is_empty() && number > 0 {
        // They were fewer in the meantime.
        return Ok(Reply::aside(text("error-stale-button")));
    }
    let shown = i64::try_from(records.len()).unwrap_or(PAGE);
    let mut lines = if records.is_empty() { vec![text("me-nothing")] } else { vec![text("me-title")] };
    lines.extend(records.iter().map(|record| entry(&data.config, record)));
    if total > shown {
        let first = number * PAGE + 1;
        lines.push(format!(
            "-# {}",
            text_with("me-counted", [("first", first), ("last", first + shown - 1), ("total", total)])
        ));
    }
    let (reminders, forget) = if number == 0 { remind::own(data, member).await? } else { Default::default() };
    lines.extend(reminders);
    let votes = if number == 0 { ask::own_votes(data, member).await? } else { None };
    let (votes, erase_votes) = votes.unzip();
    lines.extend(votes);
    let questions = if number == 0 { questions::button_and_line(data, member).await? } else { None };
    let (asked, own_questions) = questions.unzip();
    lines.extend(asked);
    let newer = (number > 0).then(|| (number - 1, "me-newer"));
    let older = (number * PAGE + shown < total).then(|| (number + 1, "me-older"));
    let paging = [newer, older]
        .into_iter()
        .flatten()
        .map(|(number, label)| CreateButton::new(CustomId::new(Kind::MePage, number).to_string()).label(text(label)));
    let mut buttons: Vec<CreateButton> = paging.chain(erase_votes).chain(own_questions).collect();
    let stored = text("me-stored");
    if length(&lines.join("\n")) + 1 + length(&stored) <= limits::CONTENT {
        lines.push(stored);
    } else {
        let id = CustomId::new(Kind::MeStored, "all").to_string();
        buttons.push(CreateButton::new(id).label(text("me-stored-show")));
    }
    let menu = (!records.is_empty()).then(|| erase::menu(data, &records));
    let rows = (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons));
    let rows = rows.into_iter().chain(read::menu(data, &records)).chain(menu).chain(forget).collect();
    Ok(Reply::new(lines.join("\n")).rows(rows))
}

/// What is stored about members, where a page has no room for it.
pub(in crate::discord) async fn stored(_turn: &Turn<'_>) -> Result<Reply, Error> {
    Ok(Reply::new(text("me-stored")))
}

fn entry(config: &Config, record: &Record) -> String {
    let when = match record.sender {
        Sender::Named { at, .. } => instant(at),
        Sender::Anonymous => day(record.submitted_on),
    };
    let program = program_title(config, &record.program);
    let id = match record.kind {
        Wish::Feedback => "me-entry",
        Wish::Question => "me-entry-question",
    };
    let head = text_with(id, [("program", program), ("when", when), ("state", state(record))]);
    let entry = format!("{head}\n> {}", harmless(&cut(record.answers.first_line(), LINE)));
    if record.conduct.is_some() { format!("{entry}\n{}", text("me-conduct")) } else { entry }
}

/// How far it is, and the rating.
fn state(record: &Record) -> String {
    let state = text(match record.state {
        State::New | State::Acknowledged if !record.replies.is_empty() => "me-state-answered",
        State::Resolved if !record.replies.is_empty() => "me-state-answered-resolved",
        State::New => "me-state-new",
        State::Acknowledged => "me-state-acknowledged",
        State::Resolved => "me-state-resolved",
    });
    let rating = record.rating.map(|rating| text_with("me-rating", [("rating", rating_words(rating))]));
    [Some(state), rating].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What was sent with a receipt. Whoever has it reads the same, and nobody learns anything of other receipts: there is
/// one or there is none.
pub(super) async fn by_receipt(data: &Data, typed: &str) -> Result<Reply, Error> {
    let Ok(receipt) = Receipt::typed(typed) else { return Ok(Reply::aside(text("me-not-a-receipt"))) };
    let Some(record) = data.store.own_submission(&Proof::Receipt(receipt)).await? else {
        let question = questions::by_receipt(data, receipt).await?;
        return Ok(question.unwrap_or_else(|| Reply::aside(text("me-no-receipt"))));
    };
    let program = program_title(&data.config, &record.program);
    let head = [("program", program), ("date", day(record.submitted_on)), ("state", state(&record))];
    let head = text_with("me-anonymous", head);
    let head = if record.conduct.is_some() { format!("{head}\n{}", text("me-conduct")) } else { head };
    let whole = inbox::whole(&head, &record, reply_head_for_member);
    Ok(whole.rows(vec![erase::button(receipt)]))
}
