//! `/feeds remove`, `pause` and `resume`. Each made twice is made once.

use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply};
use crate::ids::UserId;
use crate::message::{cut, escape_markdown};
use crate::store::StoreError;
use crate::texts::{text, text_with};

/// Longest piece of what was typed that is repeated.
const TYPED: usize = 40;

pub(super) async fn remove(data: &Data, exchange: &Exchange, by: u64, feed: &str) -> Result<Reply, Error> {
    let Some(by) = UserId::new(by) else { return Ok(unknown(feed)) };
    let configured: Vec<String> = data.config.feeds.iter().map(|feed| feed.key.clone()).collect();
    let is_configured = configured.iter().any(|key| key == feed.trim());
    let removed =
        exchange.insist(async || data.store.remove_feed(feed.trim(), &configured, by, data.clock.now()).await).await?;
    let key = [("feed", feed.trim().to_owned())];
    Ok(match (removed, is_configured) {
        (true, true) => Reply::new(text_with("feeds-removed-config-wins", key)),
        (true, false) => Reply::new(text_with("feeds-removed", key)),
        (false, true) => Reply::aside(text_with("feeds-remove-configured", key)),
        (false, false) => unknown(feed),
    })
}

pub(super) async fn pause(data: &Data, exchange: &Exchange, by: u64, feed: &str) -> Result<Reply, Error> {
    let Some(by) = UserId::new(by) else { return Ok(unknown(feed)) };
    let paused = change(data, exchange, feed, Some(by)).await?;
    Ok(said(feed, paused, ["feeds-pause", "feeds-pause-already"]))
}

pub(super) async fn resume(data: &Data, exchange: &Exchange, feed: &str) -> Result<Reply, Error> {
    let resumed = change(data, exchange, feed, None).await?;
    Ok(said(feed, resumed, ["feeds-resume", "feeds-resume-already"]))
}

async fn change(data: &Data, exchange: &Exchange, feed: &str, by: Option<UserId>) -> Result<Option<bool>, StoreError> {
    exchange.insist(async || data.store.pause_feed(feed.trim(), by, data.clock.now()).await).await
}

fn said(feed: &str, changed: Option<bool>, [now, already]: [&str; 2]) -> Reply {
    match changed {
        None => unknown(feed),
        Some(changed) => Reply::new(text_with(if changed { now } else { already }, [("feed", feed.trim().to_owned())])),
    }
}

pub(super) fn unknown(feed: &str) -> Reply {
    let typed = escape_markdown(&cut(feed.trim(), TYPED));
    if typed.is_empty() {
        return Reply::aside(text("feeds-unknown-empty"));
    }
    Reply::aside(text_with("feeds-unknown", [("feed", typed)]))
}
