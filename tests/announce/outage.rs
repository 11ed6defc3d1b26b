//! Discord slow, and the database stalled under commands, menus, buttons and forms: acknowledged in time, completed afterwards.

use sandbox::world::demo::{ANNOUNCE_ROLE, GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{compose, control, plan, ready, wording};
use crate::support::{HOUR, TestServer, assert_in_time};

#[sqlx::test]
async fn a_draft_that_is_written_while_the_database_is_stalled_is_kept(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff().at_once();
    let stalled = server.stall_database().await;
    let opened = sam.command(STAFF, "announce compose", json!({})).await.unwrap();
    assert_in_time(&opened);
    let written = sam.submit(STAFF, opened.form_id().unwrap(), wording("Patience", "Text.")).await.unwrap();
    assert_in_time(&written);
    stalled.rollback().await.unwrap();
    let preview = server.completed(&written).await;
    assert!(preview.content().ends_with("**Patience**\nText."), "{}", preview.content());
    server.finish().await;
}

#[sqlx::test]
async fn every_control_is_acknowledged_in_time_and_completed(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let hasty = sam.clone().at_once();
    let mut preview = ready(&sam, "Slow", &[GENERAL]).await;
    let steps = [
        ("announce-channels", vec![GENERAL.to_string()]),
        ("announce-ping", vec![ANNOUNCE_ROLE.to_string()]),
        ("announce-followers", vec![]),
    ];
    for (kind, values) in steps {
        let id = control(&preview, kind);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let stalled = server.stall_database().await;
        let used = match values[..] {
            [] => hasty.click(&preview, &id).await.unwrap(),
            _ => hasty.choose(&preview, &id, &values).await.unwrap(),
        };
        assert_in_time(&used);
        stalled.rollback().await.unwrap();
        preview = server.completed(&used).await.message.unwrap();
    }
    let time = sam.press(&preview, "Schedule").await.unwrap();
    let stalled = server.stall_database().await;
    for label in ["Schedule", "Edit"] {
        let late = hasty.press(&preview, label).await.unwrap();
        assert_in_time(&late);
        assert!(late.content().contains("could not open the form in time"), "{label}: {late:?}");
    }
    let planned =
        hasty.submit(STAFF, time.form_id().unwrap(), json!({"time": "in 1 hour", "zone": "UTC"})).await.unwrap();
    assert_in_time(&planned);
    stalled.rollback().await.unwrap();
    let planned = server.completed(&planned).await.message.unwrap();
    let stalled = server.stall_database().await;
    let confirmed = hasty.press(&planned, "Confirm").await.unwrap();
    assert_in_time(&confirmed);
    stalled.rollback().await.unwrap();
    let confirmed = server.completed(&confirmed).await;
    assert!(confirmed.content().starts_with("**Scheduled**"), "{}", confirmed.content());
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn sending_and_cancelling_survive_a_stalled_database(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Sent slowly", &[GENERAL]).await;
    let stalled = server.stall_database().await;
    let sent = sam.clone().at_once().press(&preview, "Send now").await.unwrap();
    assert_in_time(&sent);
    stalled.rollback().await.unwrap();
    assert!(server.completed(&sent).await.content().starts_with("**On its way**"));
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let preview = ready(&sam, "Cancelled slowly", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    let scheduled = sam.press(&planned, "Confirm").await.unwrap().message.unwrap();
    let stalled = server.stall_database().await;
    let cancelled = sam.clone().at_once().press(&scheduled, "Cancel it").await.unwrap();
    assert_in_time(&cancelled);
    stalled.rollback().await.unwrap();
    assert!(server.completed(&cancelled).await.content().starts_with("**Cancelled:**"));
    server.advance(HOUR).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn suggestions_are_empty_when_they_would_be_late(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    ready(&sam, "Somewhere", &[GENERAL]).await;
    let stalled = server.stall_database().await;
    let fields = [("announce drafts", "draft"), ("announce cancel", "announcement"), ("announce edit", "announcement")];
    for (command, option) in fields {
        assert!(sam.autocomplete(STAFF, command, option, "").await.unwrap().is_empty(), "{command}");
    }
    stalled.rollback().await.unwrap();
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_discord_is_slow_about_is_checked_all_the_same(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = compose(&sam, wording("Slow Discord", "Text.")).await;
    let slow = json!({"method": "GET", "path_prefix": "/channels/", "times": 1, "delay_ms": 1500});
    server.discord.fault(&slow).await.unwrap();
    let id = control(&preview, "announce-channels");
    let chosen = sam.choose(&preview, &id, &[&GENERAL.to_string()]).await.unwrap();
    assert_in_time(&chosen);
    assert!(chosen.content().contains(&format!("- Channels: <#{GENERAL}>")), "{}", chosen.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_discord_says_nothing_about_is_taken_with_a_remark(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = compose(&sam, wording("No answer", "Text.")).await;
    let broken = json!({"method": "GET", "path_prefix": "/channels/", "times": 1, "status": 503});
    server.discord.fault(&broken).await.unwrap();
    let id = control(&preview, "announce-channels");
    let chosen = sam.choose(&preview, &id, &[&GENERAL.to_string()]).await.unwrap();
    assert!(chosen.content().starts_with(&format!("I could not check <#{GENERAL}> just now")), "{}", chosen.content());
    assert!(chosen.content().contains(&format!("- Channels: <#{GENERAL}>")), "{}", chosen.content());
    server.finish().await;
}
