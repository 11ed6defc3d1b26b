//! `@everyone`: only where the configuration permits it, and only once its sender has confirmed it.

use sandbox::world::demo::{ANNOUNCE_ROLE, BOT_ROLE, GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{choose_ping, control, plan, ready};
use crate::support::{HOUR, TestServer};

const MENTION_EVERYONE: u64 = 1 << 17;

async fn permitting(pool: PgPool) -> TestServer {
    let permit = |config: String| config.replacen("[discord]", "[discord]\nallow_everyone = true", 1);
    let mut server = TestServer::configured(pool, permit).await;
    server.connect().await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, MENTION_EVERYONE, 0).await.unwrap();
    server
}

#[sqlx::test]
async fn it_is_pinged_once_it_is_confirmed_and_asked_about_anew_after_another_choice(pool: PgPool) {
    let mut server = permitting(pool).await;
    let sam = server.staff();
    let preview = choose_ping(&sam, &ready(&sam, "To all", &[GENERAL]).await, "everyone").await;
    assert!(preview.content().contains("**Please check:** it pings @everyone"), "{}", preview.content());
    let refused = sam.forge_click(&preview, &control(&preview, "announce-send")).await.unwrap();
    assert!(refused.content().contains("**Nothing was done,**"), "{}", refused.content());
    let confirmed = sam.press(&preview, "I have read the warnings").await.unwrap().message.unwrap();
    let other = choose_ping(&sam, &confirmed, &ANNOUNCE_ROLE.to_string()).await;
    let again = choose_ping(&sam, &other, "everyone").await;
    assert!(again.content().contains("**Please check:** it pings @everyone"), "{}", again.content());
    let confirmed = sam.press(&again, "I have read the warnings").await.unwrap().message.unwrap();
    sam.press(&confirmed, "Send now").await.unwrap();
    server.settle().await;
    let [posted] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert_eq!(posted.raw["pinged"]["everyone"], true);
    assert!(posted.content().ends_with("@everyone"), "{}", posted.content());
    let history = sam.command(STAFF, "announce history", json!({"announcement": "1"})).await.unwrap();
    assert!(history.content().contains("**confirmed**: that it pings @everyone"), "{}", history.content());
    server.finish().await;
}

#[sqlx::test]
async fn what_is_handed_over_is_not_made_to_ping_everyone(pool: PgPool) {
    let server = permitting(pool).await;
    let sam = server.staff();
    let planned = plan(&sam, &ready(&sam, "Later", &[GENERAL]).await, "Schedule", "in 1 hour", "UTC").await;
    sam.press(&planned.message.unwrap(), "Confirm").await.unwrap();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let refused = choose_ping(&sam, &shown.message.unwrap(), "everyone").await;
    assert!(refused.content().starts_with("**Nothing was changed.** Pinging @everyone"), "{}", refused.content());
    server.close().await;
}

#[sqlx::test]
async fn without_permission_it_is_not_offered_not_taken_and_what_was_allowed_before_pings_nobody(pool: PgPool) {
    let mut server = permitting(pool).await;
    let sam = server.staff();
    let preview = choose_ping(&sam, &ready(&sam, "To all", &[GENERAL]).await, "everyone").await;
    let confirmed = sam.press(&preview, "I have read the warnings").await.unwrap().message.unwrap();
    let planned = plan(&sam, &confirmed, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    let draft = ready(&sam, "Not yet", &[GENERAL]).await;
    sam.press(&planned, "Confirm").await.unwrap();
    server.config = server.config.replace("allow_everyone = true", "");
    server.restart().await;
    let menu = control(&draft, "announce-ping");
    let refused = sam.forge_choice(&draft, &menu, &["everyone"]).await.unwrap();
    assert!(refused.content().contains("not among those"), "{}", refused.content());
    server.advance(HOUR).await;
    let [posted] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert!(posted.pinged_nobody() && posted.content().ends_with("@everyone"), "{}", posted.raw);
    server.finish().await;
}
