//! “This answers…” in a message's menu: staff choose the question that the message answers. It is marked, linked, and its asker
//! told: by direct message, once, through the delivery engine, or at the next command; an anonymous one by receipt.

use chrono::{DateTime, Utc};
use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, MessageFlags,
};

use super::super::inbox::direct;
use super::hosts::{state_words, undo_row};
use super::{AppContext, Data, Error, Turn, button, shortened, stale, title};
use crate::announcements::{Draft, Kind as About};
use crate::config::Domain;
use crate::custom_id::{CustomId, Kind};
use crate::discord::interactions::{Reply, answer};
use crate::feedback::queue::{AnswerLink, Queued, QueuedId};
use crate::ids::{ChannelId, MessageId};
use crate::inbox::{day, quote};
use crate::message::{Message, cut, limits, one_line};
use crate::store::{Answered, StoreError};
use crate::texts::{text, text_with};

/// Questions on a page: as many as a menu offers.
const PAGE: u16 = 25;

/// Room for a question in a line of ours, and for what is quoted to its asker, its marks escaped.
const LINE: usize = 150;
const QUOTED: usize = 900;

/// Mark a question as answered by this message, and tell its asker
#[poise::command(
    context_menu_command = "This answers…",
    category = "help-sessions",
    default_member_permissions = "MANAGE_GUILD",
    custom_data = "Domain::Sessions"
)]
pub(in crate::discord::commands) async fn this_answers(
    ctx: AppContext<'_>,
    message: serenity::Message,
) -> Result<(), Error> {
    answer(ctx, async {
        let is_seen_by_one = message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL));
        if is_seen_by_one {
            return Ok(Reply::aside(text("answers-not-public")));
        }
        let ids = ChannelId::new(message.channel_id.get()).zip(MessageId::new(message.id.get()));
        let Some((channel, message)) = ids else { return Ok(stale()) };
        Ok(menu(ctx.data(), AnswerLink { channel, message }, 0).await?)
    })
    .await
}

/// Another page of the menu.
pub(in crate::discord) async fn another_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed = turn.key.split_once(':').and_then(|(page, rest)| Some((page.parse::<u16>().ok()?, link(rest)?)));
    let Some((page, link)) = parsed else { return Ok(stale()) };
    Ok(turn.exchange.insist(async || menu(turn.data, link, page).await).await?)
}

/// The message of a key; it says where the link leads and no more.
fn link(key: &str) -> Option<AnswerLink> {
    let (channel, message) = key.split_once(':')?;
    Some(AnswerLink { channel: channel.parse().ok()?, message: message.parse().ok()? })
}

/// The questions that the message can answer: of the series whose channel it stands in, or of all.
async fn menu(data: &Data, answer: AnswerLink, page: u16) -> Result<Reply, StoreError> {
    let calendar = data.schedule.now();
    let all = &calendar.series;
    let here: Vec<String> =
        all.iter().filter(|series| series.channel == answer.channel).map(|series| series.key.clone()).collect();
    let keys = if here.is_empty() { all.iter().map(|series| series.key.clone()).collect() } else { here };
    let skipped = i64::from(page) * i64::from(PAGE);
    let (questions, total) = data.store.answerable_questions(&keys, skipped, i64::from(PAGE)).await?;
    if questions.is_empty() {
        return Ok(if page > 0 { stale() } else { Reply::aside(text("answers-none")) });
    }
    let options = questions.iter().map(|question| option(data, question, keys.len() > 1)).collect();
    let key = format!("{}:{}", answer.channel, answer.message);
    let id = CustomId::new(Kind::AnswersThis, &key).to_string();
    let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(text("answers-choose"));
    let to = |page: u16, label: &str| {
        button(Kind::AnswersThisPage, format_args!("{page}:{key}"), &text(label), ButtonStyle::Secondary)
    };
    let newer = page.checked_sub(1).map(|page| to(page, "question-newer"));
    let has_more = skipped + i64::from(PAGE) < total;
    let older = page.checked_add(1).filter(|_| has_more).map(|page| to(page, "question-older"));
    let paging: Vec<_> = [newer, older].into_iter().flatten().collect();
    let paging = (!paging.is_empty()).then_some(CreateActionRow::Buttons(paging));
    let rows = std::iter::once(CreateActionRow::SelectMenu(menu)).chain(paging).collect();
    Ok(Reply::new(text_with("answers-which", [("url", answer.url(data.guild))])).rows(rows))
}

/// Discord shows a menu's words as they are, without Markdown.
fn option(data: &Data, question: &Queued, several: bool) -> CreateSelectMenuOption {
    let label = cut(&one_line(question.text.as_str()), limits::OPTION_LABEL);
    let series = super::series(data, &question.series).map_or_else(|| question.series.clone(), |series| series.title);
    let votes = super::votes(question);
    let below = if several { format!("{votes}, {series}") } else { votes };
    CreateSelectMenuOption::new(label, question.id.to_string()).description(cut(&below, limits::OPTION_LABEL))
}

/// The question was chosen.
pub(in crate::discord) async fn choose_question(turn: &Turn<'_>) -> Result<Reply, Error> {
    let chosen = turn.values.first().and_then(|value| value.parse::<QueuedId>().ok());
    let Some((id, link)) = chosen.zip(link(&turn.key)) else { return Ok(stale()) };
    let (data, by) = (turn.data, turn.caller.user);
    let found = turn.exchange.insist(async || data.store.question(id).await).await?;
    let Some(question) = found else { return Ok(Reply::aside(text("hosts-gone"))) };
    // Also where it was answered before: opening direct messages sends nothing.
    let channel = match question.author.filter(|_| question.wants_answer()) {
        Some(author) => direct(turn, author).await,
        None => None,
    };
    let attempt = async || {
        let now = data.clock.now();
        data.store.answer_question(id, link, by, |question| Some(draft(data, question, channel, now)), now).await
    };
    Ok(match turn.exchange.insist(attempt).await? {
        None => Reply::aside(text("hosts-gone")),
        Some(Answered::Linked(question)) => linked(data, &question, link),
        Some(Answered::Overtaken(question)) => overtaken(&question),
    })
}

fn linked(data: &Data, question: &Queued, link: AnswerLink) -> Reply {
    let words = [("url", link.url(data.guild)), ("question", shortened(question, LINE))];
    let told = if question.author.is_some() { "answers-told" } else { "answers-told-anonymous" };
    Reply::new(format!("{}\n{}", text_with("answers-done", words), text(told))).rows(vec![undo_row(question)])
}

fn overtaken(question: &Queued) -> Reply {
    let by = question.settled.map(|touched| format!("<@{}>", touched.by)).unwrap_or_default();
    Reply::aside(text_with("answers-was-first", [("by", by), ("state", state_words(question))]))
}

/// What its asker gets.
fn draft(data: &Data, question: &Queued, channel: Option<ChannelId>, now: DateTime<Utc>) -> Draft {
    let url = question.answer.map(|answer| answer.url(data.guild)).unwrap_or_default();
    let words = [
        ("title", title(data, &question.series)),
        ("date", day(question.asked_on)),
        ("quote", quote(question.text.as_str(), QUOTED).text),
        ("url", url),
    ];
    Draft {
        kind: About::Personal,
        message: Message { content: text_with("question-told", words), ..Message::default() }.fit(),
        crosspost: false,
        origin: Some(question.origin_of_notice()),
        channels: channel.into_iter().collect(),
        due_at: now,
    }
}
