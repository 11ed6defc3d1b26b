//! `/knowledge gaps`: questions without a good answer, most asked first. Whoever sees to one closes it.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use crate::answers::{Gap, digest};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{AppContext, Data, Error};
use crate::discord::interactions::{Reply, Turn, answer};
use crate::ids::GapId;
use crate::message::{instant, limits};
use crate::store::Closed;
use crate::texts::{text, text_with};

/// Gaps on a page: a row of buttons.
const PAGE: usize = limits::ROW;

/// Questions without a good answer, most asked first
#[poise::command(slash_command)]
pub(super) async fn gaps(ctx: AppContext<'_>) -> Result<(), Error> {
    let data = ctx.data();
    answer(ctx, page(data, 0)).await
}

/// Another page.
pub(in crate::discord) async fn gaps_page(turn: &Turn<'_>) -> Result<Reply, Error> {
    match turn.key.parse::<u16>() {
        Ok(number) => page(turn.data, usize::from(number)).await,
        Err(_) => Ok(stale()),
    }
}

/// One of a page is put aside, and the page shown as it is then.
pub(in crate::discord) async fn close_gap(turn: &Turn<'_>) -> Result<Reply, Error> {
    let parsed =
        turn.key.split_once(':').and_then(|(id, page)| Some((GapId(id.parse().ok()?), page.parse::<u16>().ok()?)));
    let Some((id, number)) = parsed else { return Ok(stale()) };
    let (data, by) = (turn.data, turn.caller.user);
    match turn.exchange.insist(async || data.store.close_gap(id, by, data.clock.now()).await).await? {
        Closed::Now => page(data, usize::from(number)).await,
        Closed::Before(first) => {
            let by = ("by", format!("<@{}>", first.by));
            Ok(Reply::aside(text_with("gaps-was-first", [by, ("when", instant(first.at))])))
        }
        Closed::Gone => Ok(Reply::aside(text("gaps-gone"))),
    }
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

fn counted(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn page(data: &Data, number: usize) -> Result<Reply, Error> {
    let (gaps, total) = data.store.open_gaps(counted(number * PAGE), counted(PAGE)).await?;
    if gaps.is_empty() && number > 0 {
        // The last of this page was closed: the one before it is the last page now.
        return Box::pin(page(data, number - 1)).await;
    }
    if gaps.is_empty() {
        return Ok(Reply::new(text("gaps-none")));
    }
    let first = number * PAGE;
    let lines = gaps.iter().enumerate().map(|(at, gap)| format!("{}. {}", first + at + 1, digest::gap(gap)));
    let counts = [("first", counted(first + 1)), ("last", counted(first + gaps.len())), ("total", total)];
    let count = format!("-# {}", text_with("gaps-counted", counts.map(|(name, count)| (name, count.to_string()))));
    let said: Vec<String> = [text("gaps-title")].into_iter().chain(lines).chain([count]).collect();
    let more = counted(first + gaps.len()) < total;
    Ok(Reply::new(said.join("\n")).rows(rows(&gaps, number, more)))
}

fn rows(gaps: &[Gap], page: usize, more: bool) -> Vec<CreateActionRow> {
    let close = gaps.iter().enumerate().map(|(at, gap)| {
        let label = text_with("gaps-close", [("number", (page * PAGE + at + 1).to_string())]);
        button(&CustomId::new(Kind::GapClose, format_args!("{}:{page}", gap.id)), label)
    });
    let newer = (page > 0).then(|| button(&CustomId::new(Kind::GapPage, page.saturating_sub(1)), text("gaps-newer")));
    let older = more.then(|| button(&CustomId::new(Kind::GapPage, page + 1), text("gaps-older")));
    let rows = [close.collect(), [newer, older].into_iter().flatten().collect::<Vec<_>>()];
    rows.into_iter().filter(|row: &Vec<CreateButton>| !row.is_empty()).map(CreateActionRow::Buttons).collect()
}

fn button(id: &CustomId, label: String) -> CreateButton {
    CreateButton::new(id.to_string()).label(label).style(ButtonStyle::Secondary)
}
