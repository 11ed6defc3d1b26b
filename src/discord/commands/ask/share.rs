//! Sharing an answer: a member posts it where everybody sees it.

use chrono::{DurationRound, TimeDelta};

use super::day;
use super::words::{asked, content};
use crate::dated::{self, Show};
use crate::discord::commands::Error;
use crate::discord::interactions::{Reply, Turn};
use crate::knowledge::{Answer, ArticleId};
use crate::texts::{text, text_with};

/// Posts an answer, if the member may write there himself and has not done so a moment ago.
pub(in crate::discord) async fn share(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, Some(channel)) = (turn.data, turn.channel) else { return Ok(Reply::aside(text("ask-share-refused"))) };
    if !turn.caller.may_write {
        return Ok(Reply::aside(text("ask-share-refused")));
    }
    let Some(answer) = shared(turn, &ArticleId::new(&turn.key)) else {
        return Ok(Reply::aside(text("ask-gone")));
    };
    if let Err(until) = data.shares.pass((turn.caller.user, channel), data.clock.now()) {
        // To the second after, so that the time that is told is enough.
        let until = until.duration_round_up(TimeDelta::seconds(1)).unwrap_or(until);
        let again = format!("<t:{}:R>", until.timestamp());
        let clock = until.format("%H:%M:%S UTC").to_string();
        return Ok(Reply::aside(text_with("ask-share-again", [("again", again), ("clock", clock)])));
    }
    let by = text_with("ask-shared-by", [("member", format!("<@{}>", turn.caller.user))]);
    Ok(Reply::new(content(&answer, Some(&by))).public())
}

/// The answer that the member sees: completed where it hangs on a date, as long as the question above it lands on this
/// article; else the article's own.
fn shared(turn: &Turn<'_>, article: &ArticleId) -> Option<Answer> {
    let knowledge = turn.data.current();
    let known = day::known(turn.data, &knowledge);
    let seen = asked(turn).map(|question| dated::answer(known, &question).said(Show::Discord));
    let is_this = |answer: &Answer| answer.article.as_ref().is_some_and(|said| said.id == *article);
    seen.filter(is_this).or_else(|| knowledge.answer_article(article, turn.data.clock.today()))
}
