//! The history, the list's filters, copies, and drafts that nobody touches.

use sandbox::world::demo::{ANNOUNCE_ROLE, ANNOUNCEMENTS, GENERAL, OWNER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{choose_channels, choose_ping, compose, control, plan, ready, wording};
use crate::support::{HOUR, TestServer};

#[sqlx::test]
async fn the_history_says_who_did_what_when_before_and_after(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let preview = compose(&sam, wording("Old *title*", "Meet us on Monday @everyone.")).await;
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    let unsent = olive.autocomplete(STAFF, "announce history", "announcement", "").await.unwrap();
    assert!(unsent.is_empty(), "what is unfinished is its author's: {unsent:?}");
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    let choices = olive.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = olive.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let shown = choose_ping(&olive, &shown.message.unwrap(), &ANNOUNCE_ROLE.to_string()).await;
    let opened = olive.press(&shown, "Edit").await.unwrap();
    let fields = wording("New title", "Meet us on Tuesday @everyone.");
    olive.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap();
    server.advance(HOUR).await;
    let posted = server.take(GENERAL).await[0].id().to_string();
    let choices = olive.autocomplete(STAFF, "announce history", "announcement", "new").await.unwrap();
    let history = olive.command(STAFF, "announce history", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let page = history.message.clone().unwrap();
    assert!(page.is_ephemeral() && page.pinged_nobody());
    insta::assert_snapshot!(history.content().replace(&posted, "[message]"), @r"
    **History of New title** by <@1100000000000000032>, the latest first
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000031> **changed the wording**:
      Title: ~~Old~~ **New** ~~\*title\*~~ **title**
      Text: Meet us on ~~Monday~~ **Tuesday** \@everyone.
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000031> **changed the ping**: nothing → <@&1100000000000000023>
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **scheduled it** for: <t:1795266000:F> (21 November 2026, 13:00 UTC)
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **changed the time**: nothing → <t:1795266000:F> (21 November 2026, 13:00 UTC)
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **changed the channels**: nothing → <#1100000000000000015>
    **In the channels**
    - <#1100000000000000015>: posted <t:1795266000:F> (21 November 2026, 13:00 UTC), https://discord.com/channels/1100000000000000001/1100000000000000015/[message]
    ");
    let older = olive.press(&page, "Older").await.unwrap();
    insta::assert_snapshot!(older.content(), @r"
    **History of New title** by <@1100000000000000032>, the latest first
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **began it**: Old \*title\*
    ");
    // A copy is a draft of whoever made it.
    let copied = olive.press(&older.message.unwrap(), "Use as a template").await.unwrap();
    assert!(copied.content().starts_with("**A new draft, as a copy.**") && copied.content().contains("**New title**"));
    let row: (i64, String, Option<i64>) =
        sqlx::query_as("SELECT author_id, state, ping_role_id FROM draft ORDER BY id DESC LIMIT 1")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert_eq!(row, (i64::try_from(OWNER).unwrap(), "draft".into(), Some(i64::try_from(ANNOUNCE_ROLE).unwrap())));
    let mine = sam.forge_click(&page, "announce-history:1:2.0").await.unwrap();
    assert!(mine.content().starts_with("I don't find that announcement"), "{}", mine.content());
    server.finish().await;
}

#[sqlx::test]
async fn the_list_is_filtered_by_state_channel_and_author(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    for (person, title, channel) in [(&sam, "Here", GENERAL), (&olive, "There", ANNOUNCEMENTS)] {
        let preview = ready(person, title, &[channel]).await;
        let planned = plan(person, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
        person.press(&planned, "Confirm").await.unwrap();
    }
    ready(&sam, "Unfinished", &[GENERAL]).await;
    let titles = async |options: serde_json::Value| {
        let list = sam.command(STAFF, "announce list", options).await.unwrap();
        let found = ["Here", "There", "Unfinished"].into_iter().filter(|title| list.content().contains(title));
        found.collect::<Vec<_>>()
    };
    assert_eq!(titles(json!({})).await, ["Here", "There", "Unfinished"]);
    assert_eq!(titles(json!({"mine": true})).await, ["Here", "Unfinished"]);
    assert_eq!(titles(json!({"state": 2})).await, ["Unfinished"]);
    assert_eq!(titles(json!({"channel": ANNOUNCEMENTS.to_string()})).await, ["There"]);
    let list = sam.command(STAFF, "announce list", json!({"mine": true})).await.unwrap().message.unwrap();
    let drafts: i64 = sqlx::query_scalar("SELECT max(id) FROM draft").fetch_one(&server.pool).await.unwrap();
    let copied = sam.choose(&list, &control(&list, "announce-copy-one"), &["1"]).await.unwrap();
    assert!(copied.content().contains(&format!("Draft {}", drafts + 1)) && copied.content().contains("**Here**"));
    server.advance(HOUR).await;
    server.take(GENERAL).await;
    server.take(ANNOUNCEMENTS).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_draft_that_nobody_touches_is_announced_to_its_author_before_it_is_dropped(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    ready(&sam, "Forgotten *for ever*", &[GENERAL]).await;
    ready(&sam, "Kept", &[GENERAL]).await;
    server.advance(HOUR * 24 * 87).await;
    server.advance(HOUR).await;
    let told: Vec<_> =
        server.take(STAFF).await.into_iter().filter(|card| card.content().contains("will be dropped")).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(sandbox::client::Message::pinged_nobody));
    // Both are due at once, so either may come first.
    assert!(told.iter().any(|card| card.content().contains(r"Forgotten \*for ever\*")), "{told:?}");
    let shown = sam.command(STAFF, "announce drafts", json!({"draft": "2"})).await.unwrap().message.unwrap();
    choose_channels(&sam, &shown, &[GENERAL, ANNOUNCEMENTS]).await;
    server.advance(HOUR * 24 * 4).await;
    let states: Vec<String> =
        sqlx::query_scalar("SELECT state FROM draft ORDER BY id").fetch_all(&server.pool).await.unwrap();
    assert_eq!(states, ["dropped", "draft"]);
    let dropped = sam.command(STAFF, "announce drafts", json!({"draft": "1"})).await.unwrap();
    assert!(dropped.content().starts_with("**This draft was dropped,**"), "{}", dropped.content());
    server.take(STAFF).await;
    server.close().await;
}

#[sqlx::test]
async fn what_could_not_be_sent_before_its_end_is_missed(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Perishable", &[GENERAL]).await;
    let opened = sam.press(&preview, "Schedule").await.unwrap();
    let wrong = json!({"time": "in 2 hours", "zone": "UTC", "until": "in 1 hour"});
    let refused = sam.submit(STAFF, opened.form_id().unwrap(), wrong).await.unwrap();
    assert!(refused.content().contains("it would not be sent any more after"), "{}", refused.content());
    let fields = json!({"time": "in 1 hour", "zone": "UTC", "until": "in 2 hours"});
    let planned = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    // The process is down meanwhile.
    server.clock.advance(HOUR * 3);
    server.settle().await;
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "missed");
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}
