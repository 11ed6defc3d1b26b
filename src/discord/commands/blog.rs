//! `/blog`: the newest posts, or those that a search finds.

use super::{AppContext, Error};
use crate::discord::interactions::{Reply, answer};
use crate::knowledge::long_date;
use crate::message::{cut, escape_markdown, length, limits, one_line};
use crate::store::Post;
use crate::texts::{text, text_with};

/// Posts that are shown at most.
const SHOWN: i64 = 8;

/// Longest title that is shown whole.
const TITLE: usize = 150;

/// The newest posts of the PSF's blogs, or search for one
#[poise::command(slash_command, category = "help-find")]
pub(in crate::discord) async fn blog(
    ctx: AppContext<'_>,
    #[description = "What the post is about; without it: the newest posts"]
    #[max_length = 100]
    query: Option<String>,
) -> Result<(), Error> {
    let data = ctx.data();
    let query = query.as_deref().map(one_line).filter(|query| !query.is_empty());
    answer(ctx, async {
        let posts = data.store.posts(query.as_deref(), SHOWN).await?;
        Ok(Reply::new(list(query.as_deref(), &posts)))
    })
    .await
}

/// A line a post; a post that has no room is left out, never cut in two.
fn list(query: Option<&str>, posts: &[Post]) -> String {
    let named = |id, query: &str| text_with(id, [("query", escape_markdown(query))]);
    if posts.is_empty() {
        return query.map_or_else(|| text("blog-none"), |query| named("blog-not-found", query));
    }
    let mut content = query.map_or_else(|| text("blog-newest"), |query| named("blog-found", query));
    for post in posts {
        let title = escape_markdown(&cut(&one_line(&post.title), TITLE));
        let line = format!("\n- [{title}](<{}>), {}", post.url, long_date(post.published.date_naive()));
        if length(&content) + length(&line) <= limits::CONTENT {
            content.push_str(&line);
        }
    }
    content
}
