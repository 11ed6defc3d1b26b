//! The inbox, for its staff alone: the buttons of a submission's card, and `/inbox`, which lists, shows, searches, counts,
//! exports and tells what stands out. A card is edited by its delivery; here staff read in private what came of a click, so that the two never
//! meet.

mod browse;
mod command;
mod conduct;
mod export;
mod reply;
mod show;
mod stats;
mod tag;
mod terms;
mod theme_changes;
mod theme_reply;

use super::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::feedback::{Kind as Wish, Move, Record, StaffReply, SubmissionId};
use crate::inbox;
use crate::message::{length, limits};
use crate::texts::{text, text_with};

pub(in crate::discord) use browse::{found_page, list_page};
pub(in crate::discord) use command::inbox;
pub(in crate::discord) use conduct::{conduct, conduct_meant};
pub(super) use reply::direct;
pub(in crate::discord) use reply::{replied, reply};
pub(in crate::discord) use show::open;
pub(in crate::discord) use tag::{chosen, name, named, tag};
pub(in crate::discord) use terms::{name_term, named_term, open_term, tag_some, tag_term};
pub(in crate::discord) use theme_changes::{into, merge, merge_meant, rename, renamed};
pub(in crate::discord) use theme_reply::{send, write, written};

/// Moves a submission on, unless somebody was first.
pub(in crate::discord) async fn step(turn: &Turn<'_>, step: Move) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let (data, by) = (turn.data, turn.caller.user);
    let attempt = async || {
        let card = |record: &Record| inbox::card(&data.config, record);
        data.store.triage(id, step, by, card, data.clock.now()).await
    };
    let Some(triaged) = turn.exchange.insist(attempt).await? else { return Ok(Reply::aside(text("inbox-gone"))) };
    let record = &triaged.record;
    // An attempt whose answer was lost has done it already: then the first was he himself.
    let is_mine = record.state == step.leads_to() && record.last_touched().is_some_and(|touched| touched.by == by);
    if triaged.moved || is_mine {
        return Ok(Reply::new(text(match step {
            Move::Acknowledge => "inbox-acknowledged",
            Move::Resolve => "inbox-resolved",
        })));
    }
    let first = record.last_touched().map(|touched| format!("<@{}>", touched.by)).unwrap_or_default();
    Ok(Reply::aside(text_with("inbox-was-first", [("by", first), ("state", inbox::state(record))])))
}

/// The whole text of a submission, and of its replies: below each other where a message holds them, else as a file.
pub(in crate::discord) async fn show(turn: &Turn<'_>) -> Result<Reply, Error> {
    let Ok(id) = turn.key.parse::<SubmissionId>() else { return Ok(Reply::aside(text("error-stale-button"))) };
    let Some(record) = turn.exchange.insist(async || turn.data.store.submission(id).await).await? else {
        return Ok(Reply::aside(text("inbox-gone")));
    };
    if let Some(withheld) = inbox::withheld(&record) {
        return Ok(Reply::aside(withheld));
    }
    let program = inbox::program_title(&turn.data.config, &record.program);
    Ok(whole(&format!("**{program}**"), &record, inbox::reply_head))
}

/// What was written and what was written back, below a heading; above each reply what `head` says.
pub(super) fn whole(heading: &str, record: &Record, head: impl Fn(&StaffReply) -> String) -> Reply {
    let (written, is_whole) = inbox::boxes(&record.answers, limits::CONTENT);
    let replies = inbox::whole_replies(record, head);
    let said = [&[heading.to_owned(), written][..], &replies].concat().join("\n");
    if is_whole && length(&said) <= limits::CONTENT { Reply::new(said) } else { as_file(heading, record) }
}

/// What was written and what was written back as a file, below a heading.
fn as_file(heading: &str, record: &Record) -> Reply {
    let name = match record.kind {
        Wish::Feedback => "feedback.txt",
        Wish::Question => "question.txt",
    };
    let boxes = inbox::filled_in(&record.answers).into_iter();
    let replies = record.replies.iter().map(|reply| (inbox::plain_reply_head(reply), reply.text.as_str()));
    let plain: Vec<String> = boxes.chain(replies).map(|(head, written)| format!("{head}\n\n{written}\n")).collect();
    Reply::new(heading).file(name, "text/plain; charset=utf-8", plain.join("\n").into_bytes())
}
