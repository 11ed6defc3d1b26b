//! `/knowledge edit`: another wording for an article; and the buttons that lead there.

use super::super::{AppContext, Data, Error};
use super::form::{self, Begun};
use super::{Seen, chosen, standing, suggest_articles};
use crate::discord::interactions::{Opening, Reply, Turn, open};
use crate::knowledge::{LONGEST_ID, Subject, Typed};
use crate::texts::text;

/// Correct an answer; you see it as a member would before anything is saved
#[poise::command(slash_command)]
pub(super) async fn edit(
    ctx: AppContext<'_>,
    #[description = "Which article"]
    #[autocomplete = "suggest_articles"]
    #[max_length = 100]
    article: String,
) -> Result<(), Error> {
    let (data, opened_by) = (ctx.data(), ctx.interaction.id.get());
    open(ctx, async {
        let subject = chosen(&data.knowledge.now(), &article);
        Ok(subject.map_or_else(unknown, |subject| opening(data, &subject, opened_by)))
    })
    .await
}

/// Edit: the form for what a card shows.
pub(in crate::discord) async fn edit_this(turn: &Turn<'_>) -> Result<Opening, Error> {
    let Some(seen) = Seen::parse(&turn.key) else {
        return Ok(Opening::Instead(Reply::aside(text("error-stale-button"))));
    };
    Ok(opening(turn.data, &seen.subject, turn.exchange.interaction()))
}

/// The form for what counts now, out of memory.
pub(super) fn opening(data: &Data, subject: &Subject, opened_by: u64) -> Opening {
    let shelf = data.knowledge.now();
    let Some((standing, content)) = standing(&shelf, subject).and_then(|one| Some((one, one.newest()?))) else {
        return unknown();
    };
    let typed = Typed::of(content);
    let fits = if let Typed::Article(article) = &typed { article.fits() } else { true };
    if !fits || subject.key().len() > LONGEST_ID {
        return Opening::Instead(Reply::aside(text("knowledge-too-long-for-form")));
    }
    let shown = if let Typed::Article(article) = &typed { article.questions.lines().count() } else { 0 };
    Opening::Form(form::begin(&Begun { opened_by, seen: Some(Seen::of(subject, standing)), shown }, &typed))
}

pub(super) fn unknown() -> Opening {
    Opening::Instead(Reply::aside(text("knowledge-unknown")))
}
