//! `/inbox export`: the file that `psfbot feedback export` writes, as far as Discord takes it.

use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::feedback::Filter;
use crate::inbox::{self, Format};
use crate::texts::{text, text_with};

/// Largest file that is sent; Discord takes 10 MiB
/// (<https://discord.com/developers/docs/reference#uploading-files>).
const MOST: usize = 9 * 1024 * 1024;

pub(super) async fn export(data: &Data, filter: &Filter, format: Format) -> Result<Reply, Error> {
    let records = data.store.submissions_to_export(filter).await?;
    if records.is_empty() {
        return Ok(Reply::aside(text("inbox-none")));
    }
    let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
    // Thousands of texts are written out beside the interactions that others wait for.
    let file = tokio::task::spawn_blocking(move || inbox::export(&records, format)).await??;
    if file.len() > MOST {
        return Ok(Reply::aside(text("inbox-export-too-large")));
    }
    let name = format!("feedback-{}.{}", data.clock.now().format("%Y-%m-%d"), format.extension());
    Ok(Reply::new(text_with("inbox-exported", [("count", count)])).file(&name, format.content_type(), file))
}
