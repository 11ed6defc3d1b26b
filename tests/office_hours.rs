//! Office hours at the command line and as slash commands.

use std::process::Output;

use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::TestServer;
use crate::support::process::psfbot;

fn list(args: &[&str]) -> Output {
    psfbot(&[&["office-hours", "list"], args].concat()).output().unwrap()
}

fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_published_list_of_the_board_is_listed_and_never_extrapolated() {
    let text = stdout(list(&["--from", "2025-11-01", "--days", "800", "--json"]));
    let sessions: Vec<Value> = serde_json::from_str(&text).unwrap();
    let board: Vec<&Value> = sessions.iter().filter(|session| session["series"] == "board").collect();
    assert_eq!(board.len(), 12);
    assert_eq!(board[0]["start"], "2025-11-04T14:00:00Z");
    assert_eq!(board[11]["start"], "2026-10-13T21:00:00Z");
    assert!(board.iter().all(|session| session["status"] == "scheduled"));
}

#[test]
fn a_new_york_series_keeps_its_wall_time_over_both_changes() {
    let text = stdout(list(&["--from", "2026-10-01", "--days", "200", "--json"]));
    let sessions: Vec<Value> = serde_json::from_str(&text).unwrap();
    let grants: Vec<(&str, &str)> = sessions
        .iter()
        .filter(|session| session["series"] == "grants")
        .map(|session| (session["start"].as_str().unwrap(), session["local_start"].as_str().unwrap()))
        .collect();
    assert!(grants.contains(&("2026-10-20T13:00:00Z", "2026-10-20T09:00:00-04:00")), "{grants:?}");
    assert!(grants.contains(&("2026-11-17T14:00:00Z", "2026-11-17T09:00:00-05:00")), "{grants:?}");
    assert!(sessions.iter().filter(|s| s["series"] == "grants").all(|s| s["status"] == "expected"));
}

#[test]
fn a_calendar_is_printed_and_a_wrong_day_refused() {
    let calendar = stdout(list(&["--from", "2026-10-01", "--days", "30", "--ics"]));
    assert!(calendar.starts_with("BEGIN:VCALENDAR") && calendar.contains("UID:board-20261013T210000Z@psfbot"));
    assert_eq!(list(&["--from", "tomorrow"]).status.code(), Some(2));
}

#[sqlx::test]
async fn officehours_shows_both_kinds_and_says_what_is_not_known(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "officehours", json!({})).await.unwrap();
    let message = outcome.message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    // The Board's list has ended; the next grants session is made by the rule.
    assert!(message.content().contains("No date announced yet"), "{}", message.content());
    assert!(message.content().contains("<t:1797343200:F> (15 December 2026, 14:00 UTC)"), "{}", message.content());
    assert!(message.content().contains("not confirmed yet"), "{}", message.content());
    server.finish().await;
}

#[sqlx::test]
async fn dates_lists_the_sessions_of_the_next_three_months(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "dates", json!({})).await.unwrap();
    let message = outcome.message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    assert_eq!(message.content().matches("Grants Program Office Hour").count(), 3, "{}", message.content());
    server.finish().await;
}
