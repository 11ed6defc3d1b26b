//! `/inbox stats`: how much came in and how good it was, as a table, and over time as pictures.

use chrono::{Days, NaiveDate};

use crate::discord::commands::{Data, Error};
use crate::discord::interactions::Reply;
use crate::inbox::{self, day};
use crate::texts::{text, text_with};

/// How far back it looks unless told otherwise.
const WEEKS: u64 = 12;

pub(super) async fn stats(data: &Data, since: Option<NaiveDate>) -> Result<Reply, Error> {
    let today = data.clock.now().date_naive();
    let since = since.unwrap_or_else(|| today.checked_sub_days(Days::new(7 * WEEKS)).unwrap_or(today));
    let statistics = data.store.statistics(since).await?;
    if statistics.by_program.is_empty() && statistics.conduct == 0 {
        return Ok(Reply::aside(text("inbox-none")));
    }
    let trends = data.store.trends(since, today).await?;
    let pictures = inbox::drawn(inbox::sketches(&data.config, &trends, since, today)).await;
    let title = text_with("inbox-stats", [("since", day(since))]);
    Ok(Reply::new(format!("{title}\n{}", inbox::table(&data.config, &statistics))).pictures(pictures))
}
