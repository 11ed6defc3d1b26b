//! A time: typed, shown back, confirmed, kept.

use chrono::TimeDelta;
use psfbot::clock::Clock;
use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{plan, ready};
use crate::support::{HOUR, MINUTE, TestServer};

fn time_line(preview: &Message) -> String {
    let lines = preview.content().lines().skip_while(|line| !line.starts_with("- Time:"));
    lines.take(2).collect::<Vec<_>>().join("\n")
}

#[sqlx::test]
async fn what_is_scheduled_is_posted_once_at_its_time(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Soon", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "today 9:00", "new york").await.message.unwrap();
    assert!(planned.content().starts_with("**Please check the time"), "{}", planned.content());
    insta::assert_snapshot!(time_line(&planned), @"
    - Time: <t:1795269600:F> (21 November 2026, 14:00 UTC)
      Saturday 21 November 2026, 09:00 EST (America/New_York), once you press Confirm
    ");
    server.advance(HOUR).await;
    assert!(server.take(GENERAL).await.is_empty(), "nothing is scheduled before it is confirmed");
    let scheduled = sam.press(&planned, "Confirm").await.unwrap();
    insta::assert_snapshot!(scheduled.content(), @"
    **Scheduled** for <t:1795269600:F> (21 November 2026, 14:00 UTC) in <#1100000000000000015>. Ping: nobody.
    `/announce list` shows what is scheduled; until then `/announce edit` corrects it and `/announce cancel` takes it back.
    ");
    server.advance(HOUR - MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.advance(MINUTE).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.advance(HOUR).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn the_zone_is_asked_once_and_remembered(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "First", &[GENERAL]).await;
    let opened = sam.press(&preview, "Schedule").await.unwrap();
    assert!(opened.modal.unwrap()["components"][1]["components"][0]["value"].is_null());
    let planned = plan(&sam, &preview, "Schedule", "tomorrow 9:00", "Europe/Berlin").await.message.unwrap();
    let opened = sam.press(&planned, "Change time").await.unwrap();
    assert_eq!(opened.modal.as_ref().unwrap()["components"][1]["components"][0]["value"], "Europe/Berlin");
    let changed = sam.submit(STAFF, opened.form_id().unwrap(), json!({"time": "tomorrow 10:00"})).await.unwrap();
    insta::assert_snapshot!(time_line(&changed.message.unwrap()), @"
    - Time: <t:1795338000:F> (22 November 2026, 09:00 UTC)
      Sunday 22 November 2026, 10:00 CET (Europe/Berlin), once you press Confirm
    ");
    server.finish().await;
}

#[sqlx::test]
async fn what_cannot_be_meant_is_explained_with_examples(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "When?", &[GENERAL]).await;
    let unreadable = plan(&sam, &preview, "Schedule", "some **day**", "UTC").await;
    insta::assert_snapshot!(unreadable.content(), @r"
    **I can't use the time “some \*\*day\*\*”:** I don't understand it.
    Nothing was changed. You can write, for example:
    - `2027-03-01 14:00` or `2027-03-01 2:00 pm` in your zone
    - `2027-03-01T14:00Z` in UTC
    - `tomorrow 9:00`, `in 2 hours`, `in 3 days`
    ");
    for (time, zone, why) in [
        ("2026-11-20 9:00", "UTC", "has gone by"),
        ("2026-02-30 9:00", "UTC", "no such day"),
        ("2036-01-01 9:00", "UTC", "more than a year ahead"),
        ("tomorrow 9:00", "EST", "Do you mean `America/New_York`?"),
        ("tomorrow 9:00", "Atlantis", "I don't know the time zone"),
    ] {
        let refused = plan(&sam, &preview, "Schedule", time, zone).await;
        assert!(refused.content().contains(why), "{time} {zone}: {}", refused.content());
        assert_ne!(refused.message.unwrap().id(), preview.id(), "the preview stays");
    }
    server.finish().await;
}

#[sqlx::test]
async fn a_time_that_the_clocks_show_twice_or_skip_is_asked_about(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Which", &[GENERAL]).await;
    let asked = plan(&sam, &preview, "Schedule", "2027-03-14 2:30", "America/New_York").await.message.unwrap();
    assert!(asked.content().contains("skip this time"), "{}", asked.content());
    assert_eq!(asked.buttons(), ["14 March, 01:30 EST (UTC-05:00)", "14 March, 03:30 EDT (UTC-04:00)", "Change time"]);
    let asked = plan(&sam, &asked, "Change time", "2027-11-07 1:30", "America/New_York").await.message.unwrap();
    assert!(asked.content().contains("show this time twice"), "{}", asked.content());
    assert_eq!(
        asked.buttons(),
        ["7 November, 01:30 EDT (UTC-04:00)", "7 November, 01:30 EST (UTC-05:00)", "Change time"]
    );
    let planned = sam.press(&asked, "7 November, 01:30 EST (UTC-05:00)").await.unwrap().message.unwrap();
    insta::assert_snapshot!(time_line(&planned), @"
    - Time: <t:1825569000:F> (7 November 2027, 06:30 UTC)
      Sunday 7 November 2027, 01:30 EST (America/New_York), once you press Confirm
    ");
    sam.press(&planned, "Confirm").await.unwrap();
    let due = chrono::DateTime::parse_from_rfc3339("2027-11-07T06:30:00Z").unwrap().to_utc();
    let left = due - server.clock.now();
    server.advance(left - MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.advance(MINUTE).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn an_end_that_is_typed_with_a_time_that_is_asked_about_counts_with_that_time(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Until then", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "2027-11-08 12:00", "America/New_York").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let form = sam.press(&shown.message.unwrap(), "Change time").await.unwrap();
    let fields = json!({"time": "2027-11-07 1:30", "zone": "America/New_York", "until": "2027-11-07 3:00"});
    let asked = sam.submit(STAFF, form.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    assert!(asked.content().contains("show this time twice"), "{}", asked.content());
    let times = async || {
        let found: (String, Option<String>) = sqlx::query_as(
            "SELECT to_char(scheduled_for AT TIME ZONE 'UTC', 'DD HH24:MI'), to_char(expires_at AT TIME ZONE 'UTC', 'DD HH24:MI') FROM draft",
        )
        .fetch_one(&server.pool)
        .await
        .unwrap();
        found
    };
    // The end alone would be before the time that still stands.
    assert_eq!(times().await, ("08 17:00".to_owned(), None));
    sam.press(&asked, "7 November, 01:30 EST (UTC-05:00)").await.unwrap();
    assert_eq!(times().await, ("07 06:30".to_owned(), Some("07 08:00".to_owned())));
    server.close().await;
}

#[sqlx::test]
async fn a_confirmation_that_comes_too_late_schedules_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Late", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 10 minutes", "UTC").await.message.unwrap();
    server.advance(TimeDelta::minutes(11)).await;
    let late = sam.press(&planned, "Confirm").await.unwrap();
    assert!(late.content().contains("has gone by. Nothing is scheduled"), "{}", late.content());
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    // It can still go out at once.
    sam.press(&late.message.unwrap(), "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn confirming_twice_at_once_schedules_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Once", &[GENERAL]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    let (first, second) = tokio::join!(sam.press(&planned, "Confirm"), sam.press(&planned, "Confirm"));
    assert!(first.unwrap().content().starts_with("**Scheduled**"));
    assert!(second.unwrap().content().starts_with("**Scheduled**"));
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}
