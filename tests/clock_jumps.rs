//! A clock that jumps, and a process that is down over the edges of what a reminder is worth. It is 21 November 2026, noon
//! in UTC.

use chrono::{DateTime, TimeDelta, Utc};
use psfbot::clock::Clock;
use sandbox::world::demo::{BOARD, GENERAL};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TestServer};

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn series(key: &str, start: DateTime<Utc>, lead: &str) -> String {
    format!(
        "[[series]]\nkey = \"{key}\"\ntitle = \"{key}\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = [\"{lead}\"]\ndates = [\"{}\"]\n",
        start.to_rfc3339()
    )
}

async fn server(pool: PgPool, series: &[String]) -> TestServer {
    let series = series.concat();
    TestServer::configured(pool, |config| format!("{config}\n{series}")).await
}

async fn go_to(server: &mut TestServer, at: DateTime<Utc>) {
    server.advance(at - server.clock.now()).await;
}

/// The state of each series' reminder.
async fn states(server: &TestServer) -> Vec<(String, String)> {
    sqlx::query_as("SELECT r.key, d.state FROM reminder r JOIN delivery d USING (announcement_id) ORDER BY r.key")
        .fetch_all(&server.pool)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_clock_that_jumps_back_and_forth_reminds_once(pool: PgPool) {
    let start = utc("2026-11-23T17:00:00Z");
    let mut server = server(pool, &[series("day", start, "24h"), series("quarter", start, "15m")]).await;
    // Over the first reminder and back before it, again and again, a new process in between; then over the second.
    for at in ["22T17:00:00Z", "22T16:59:59Z", "22T17:00:01Z", "21T12:00:00Z", "22T18:59:59Z", "22T10:00:00Z"] {
        go_to(&mut server, utc(&format!("2026-11-{at}"))).await;
        server.restart().await;
        server.settle().await;
    }
    go_to(&mut server, utc("2026-11-22T17:30:00Z")).await;
    let said = server.take(BOARD).await;
    assert_eq!(said.len(), 1, "the day ahead");
    for at in ["23T16:45:00Z", "23T16:40:00Z", "23T16:45:30Z", "22T12:00:00Z", "23T16:59:59Z", "23T17:30:00Z"] {
        go_to(&mut server, utc(&format!("2026-11-{at}"))).await;
        server.restart().await;
        server.settle().await;
    }
    let said = server.take(BOARD).await;
    assert_eq!(said.len(), 1, "the quarter of an hour");
    // A year ahead and back again, as a machine without a battery may start.
    go_to(&mut server, start + TimeDelta::days(400)).await;
    server.restart().await;
    go_to(&mut server, start - TimeDelta::minutes(10)).await;
    server.restart().await;
    go_to(&mut server, start + HOUR).await;
    assert!(server.take(BOARD).await.is_empty(), "nothing is said again");
    let all = states(&server).await;
    assert!(all.iter().all(|(_, state)| state == "delivered"), "{all:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_jump_over_a_reminder_and_back_loses_none_that_still_tells_something(pool: PgPool) {
    let start = utc("2026-11-23T17:00:00Z");
    let mut server = server(pool, &[series("quarter", start, "15m")]).await;
    go_to(&mut server, utc("2026-11-22T12:00:00Z")).await;
    // Nothing runs while the clock is wrong, as when it is put right at the start.
    server.clock.advance(TimeDelta::days(30));
    server.clock.advance(TimeDelta::days(-30));
    go_to(&mut server, start - TimeDelta::minutes(15)).await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    server.finish().await;
}

/// A series with its own edge at the instant at which the process comes back: key, start, lead, and what becomes of it.
type Edge = (&'static str, DateTime<Utc>, &'static str, &'static str);

/// The process is down from now until this instant.
fn back() -> DateTime<Utc> {
    utc("2026-11-22T18:00:00Z")
}

/// Goes down over the edges; few at a time, because a second takes thirty requests and the clock stands still.
async fn down_over(pool: PgPool, edges: &[Edge]) {
    let series: Vec<String> = edges.iter().map(|(key, start, lead, _)| series(key, *start, lead)).collect();
    let mut server = server(pool, &series).await;
    server.settle().await;
    server.clock.advance(back() - server.clock.now());
    server.restart().await;
    server.settle().await;
    let wanted: Vec<_> = edges.iter().map(|(key, .., state)| ((*key).to_owned(), (*state).to_owned())).collect();
    assert_eq!(states(&server).await, wanted);
    let count = |wanted: &str| edges.iter().filter(|(.., state)| *state == wanted).count();
    let messages = server.take(BOARD).await;
    assert_eq!(messages.len(), count("delivered"));
    for message in &messages {
        let on_time = message.content().contains("just-due");
        assert_eq!(!message.content().starts_with("Sorry"), on_time, "{}", message.content());
    }
    // What was missed stays missed, what was not due comes, and nothing comes twice.
    server.restart().await;
    server.advance(SECOND).await;
    server.advance(TimeDelta::hours(30)).await;
    assert_eq!(server.take(BOARD).await.len(), count("pending"));
    server.finish().await;
}

const SECOND: TimeDelta = TimeDelta::seconds(1);

#[sqlx::test]
async fn downtime_over_each_edge_of_the_grace_sends_late_or_records_as_missed(pool: PgPool) {
    let (day, grace) = (TimeDelta::hours(24), TimeDelta::hours(2));
    let edges = [
        ("a-not-yet", back() + day + SECOND, "24h", "pending"),
        ("b-just-due", back() + day, "24h", "delivered"),
        ("c-last-of-grace", back() + day - grace + SECOND, "24h", "delivered"),
        ("d-after-grace", back() + day - grace, "24h", "missed"),
        ("e-long-after", back() + day - grace - HOUR, "24h", "missed"),
    ];
    down_over(pool, &edges).await;
}

#[sqlx::test]
async fn downtime_over_the_beginning_sends_late_until_then_and_never_after(pool: PgPool) {
    let quarter = TimeDelta::minutes(15);
    let edges = [
        ("a-not-yet", back() + quarter + SECOND, "15m", "pending"),
        ("b-just-due", back() + quarter, "15m", "delivered"),
        ("c-last-second", back() + SECOND, "15m", "delivered"),
        ("d-begun", back(), "15m", "missed"),
        ("e-over", back() - HOUR - MINUTE, "15m", "missed"),
    ];
    down_over(pool, &edges).await;
}

#[sqlx::test]
async fn reminders_keep_their_distance_over_both_changes_of_the_clocks(pool: PgPool) {
    // Nine in New York on the Sundays on which the clocks change, and London's of the same year.
    let rule = |key: &str, zone: &str| {
        format!(
            "[[series]]\nkey = \"{key}\"\ntitle = \"{key}\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = [\"24h\"]\nrule = \"FREQ=WEEKLY;BYDAY=SU\"\nat = \"09:00\"\nzone = \"{zone}\"\nconfirm = \"automatic\"\n"
        )
    };
    let mut server = server(pool, &[rule("york", "America/New_York"), rule("london", "Europe/London")]).await;
    for (before, york, london) in [
        ("2027-03-06T00:00:00Z", "2027-03-14T13:00:00Z", "2027-03-14T09:00:00Z"),
        ("2027-03-20T00:00:00Z", "2027-03-28T13:00:00Z", "2027-03-28T08:00:00Z"),
        ("2027-10-23T00:00:00Z", "2027-10-31T13:00:00Z", "2027-10-31T09:00:00Z"),
        ("2027-10-30T00:00:00Z", "2027-11-07T14:00:00Z", "2027-11-07T09:00:00Z"),
    ] {
        server.clock.advance(utc(before) - server.clock.now());
        server.restart().await;
        for (name, start) in [("london", utc(london)), ("york", utc(york))] {
            go_to(&mut server, start - TimeDelta::hours(24) - TimeDelta::seconds(1)).await;
            let _earlier = server.take(BOARD).await;
            go_to(&mut server, start - TimeDelta::hours(24)).await;
            let said = server.take(BOARD).await;
            assert_eq!(said.len(), 1, "{name} before {start}");
            let wanted = format!("**{name}**, <t:{}:F>", start.timestamp());
            assert!(said[0].content().starts_with(&wanted), "{}", said[0].content());
        }
    }
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_leaves_for_the_past_is_over_and_done_with(pool: PgPool) {
    let mut server = server(pool, &[series("moved", utc("2026-11-22T17:00:00Z"), "24h")]).await;
    server.connect().await;
    server.settle().await;
    server.config = server.config.replace("2026-11-22T17:00:00", "2026-11-20T17:00:00");
    server.restart().await;
    server.advance(TimeDelta::hours(48)).await;
    let told = server.member().command(GENERAL, "officehours", json!({})).await.unwrap();
    assert!(told.content().contains("**moved**\nNo date announced yet"), "{}", told.content());
    server.finish().await;
}
