//! `/knowledge add`: a new article.

use super::super::{AppContext, Error};
use super::form::{self, Begun};
use super::suggest_topics;
use crate::discord::interactions::{Opening, open};
use crate::knowledge::{Typed, TypedArticle, cleaned};
use crate::message::cut;

/// Write a new answer; you see it as a member would before anything is saved
#[poise::command(slash_command)]
pub(super) async fn add(
    ctx: AppContext<'_>,
    #[description = "What it is about, as in the list"]
    #[autocomplete = "suggest_topics"]
    #[max_length = 40]
    topic: Option<String>,
) -> Result<(), Error> {
    let (data, opened_by) = (ctx.data(), ctx.interaction.id.get());
    open(ctx, async {
        let topic = topic.map(|topic| cut(&cleaned(&topic).to_lowercase(), 40)).unwrap_or_default();
        let typed = Typed::Article(TypedArticle::new(&topic, data.clock.today()));
        Ok(Opening::Form(form::begin(&Begun { opened_by, seen: None, shown: 0 }, &typed)))
    })
    .await
}
