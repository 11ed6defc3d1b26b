//! `/knowledge retire`: an article stops answering.

use super::super::{AppContext, Error};
use super::{Seen, chosen, preview, standing, suggest_articles};
use crate::discord::interactions::{Reply, answer, exchange_of};
use crate::ids::{Snowflake, UserId};
use crate::knowledge::{Change, NewDraft, Typed};
use crate::texts::text;

/// Let an article no longer answer; another one may take its place
#[poise::command(slash_command)]
pub(super) async fn retire(
    ctx: AppContext<'_>,
    #[description = "Which article"]
    #[autocomplete = "suggest_articles"]
    #[max_length = 100]
    article: String,
    #[description = "The article that answers in its place"]
    #[autocomplete = "suggest_articles"]
    #[max_length = 100]
    superseded_by: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    let (by, opened_by) = (UserId::new(ctx.interaction.user.id.get()), Snowflake::new(ctx.interaction.id.get()));
    answer(ctx, async {
        let shelf = data.knowledge.now();
        let found = chosen(&shelf, &article).and_then(|subject| Some((standing(&shelf, &subject)?, subject)));
        let (Some((standing, subject)), Some(by), Some(opened_by)) = (found, by, opened_by) else {
            return Ok(Reply::aside(text("knowledge-unknown")));
        };
        let successor = match superseded_by.as_deref().map(|typed| chosen(&shelf, typed)) {
            None => String::new(),
            Some(None) => return Ok(Reply::aside(text("knowledge-unknown"))),
            Some(Some(successor)) => successor.key().to_owned(),
        };
        let new = NewDraft {
            base: Seen::of(&subject, standing).base,
            base_content: standing.newest().cloned(),
            subject: Some(subject),
            change: Change::Retire,
            typed: Typed::Retire { successor },
        };
        let exchange = exchange_of(ctx);
        let now = data.clock.now();
        let stored =
            exchange.insist(async || data.store.create_knowledge_draft(by, opened_by, &new, now).await).await?;
        match stored {
            Some(draft) => preview::shown(data, &draft).await,
            None => Ok(Reply::aside(text("error-stale-button"))),
        }
    })
    .await
}
