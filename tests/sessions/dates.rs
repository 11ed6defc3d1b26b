//! `/sessions` for key dates: moved and cancelled like sessions, with what is posted of them.

use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{change, go_to, press, sessions, utc};
use crate::support::{MINUTE, TestServer};

/// A deadline at an instant with a reminder, and a vote of three whole days.
const DATES: &str = r#"
[[key_dates]]
key = "deadline"
title = "Nominations *close*"
at = "2026-11-23T17:00:00Z"
channel = "1100000000000000010"
reminders = ["24h", "1h"]
[[key_dates]]
key = "vote"
title = "Board election"
date = "2026-12-01"
until = "2026-12-03"
[[key_dates]]
key = "running"
title = "Fundraiser"
date = "2026-11-17"
until = "2026-12-31"
"#;

async fn server(pool: PgPool) -> TestServer {
    let dates = DATES.replace("1100000000000000010", &GENERAL.to_string());
    let mut server = TestServer::configured(pool, |config| format!("{config}{dates}")).await;
    server.connect().await;
    server
}

fn deadline() -> String {
    format!("date:deadline.{}", utc("2026-11-23T17:00:00Z").timestamp())
}

fn vote() -> String {
    format!("date:vote.{}", utc("2026-12-01T00:00:00Z").timestamp())
}

async fn dates(server: &TestServer) -> String {
    server.member().command(GENERAL, "dates", json!({})).await.unwrap().content().to_owned()
}

#[sqlx::test]
async fn a_key_date_moves_with_its_reminders_and_what_was_posted_says_so(pool: PgPool) {
    let mut server = server(pool).await;
    let board = server.board();
    go_to(&mut server, "2026-11-22T17:00:00Z").await;
    let reminder = server.look(GENERAL).await.remove(0);
    assert!(reminder.content().contains("Nominations"), "{}", reminder.content());
    let preview = sessions(&board, "move", json!({"session": deadline(), "when": "2026-11-25 17:00 UTC"})).await;
    insta::assert_snapshot!(preview.content(), @r"
    **Move the key date: Nominations \*close\***
    From <t:1795453200:F> (23 November 2026, 17:00 UTC)
    To <t:1795626000:F> (25 November 2026, 17:00 UTC)
    That is Wednesday 25 November 2026, 17:00 UTC (UTC).
    What follows from it:
    - One reminder that stands in the channel is edited to say so
    - One reminder that waits for its time is not posted
    - 2 reminders are posted before it begins
    Nothing is changed until you press the button.
    ");
    assert_eq!(preview.buttons(), ["Move this key date"]);
    insta::assert_snapshot!(press(&board, &preview).await, @r"
    **Moved: Nominations \*close\***
    From <t:1795453200:F> (23 November 2026, 17:00 UTC)
    To <t:1795626000:F> (25 November 2026, 17:00 UTC)
    Reminders and messages follow within a minute; `/dates` and the calendars say so too.
    ");
    server.settle().await;
    let edited = server.look(GENERAL).await.remove(0);
    insta::assert_snapshot!(edited.content(), @r"**Nominations \*close\*** of <t:1795453200:F> (23 November 2026, 17:00 UTC) **is moved**. It is now <t:1795626000:F> (25 November 2026, 17:00 UTC).");
    insta::assert_snapshot!(dates(&server).await.lines().find(|line| line.contains("Nominations")).unwrap(), @r"- <t:1795626000:F> (25 November 2026, 17:00 UTC): **Nominations \*close\***, moved from <t:1795453200:F> (23 November 2026, 17:00 UTC)");
    // Nothing is posted for the time before; all of it for the new one.
    go_to(&mut server, "2026-11-23T16:30:00Z").await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    for at in ["2026-11-24T17:00:00Z", "2026-11-25T16:00:00Z"] {
        go_to(&mut server, at).await;
        assert_eq!(server.take(GENERAL).await.len(), 1, "{at}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn one_that_is_cancelled_is_not_reminded_of_and_comes_back_with_a_time(pool: PgPool) {
    let mut server = server(pool).await;
    let board = server.board();
    let preview = sessions(&board, "cancel", json!({"session": deadline()})).await;
    assert_eq!(preview.buttons(), ["Cancel this key date"]);
    let button = preview.button("Cancel this key date").unwrap().to_owned();
    let cancelled = press(&board, &preview).await;
    assert!(cancelled.starts_with("**Cancelled: Nominations \\*close\\***"), "{cancelled}");
    // The same click once more changes nothing.
    let again = board.forge_click(&preview, &button).await.unwrap();
    assert!(again.content().contains("done already"), "{again:?}");
    assert!(dates(&server).await.contains("**Nominations \\*close\\***: **cancelled**"), "{}", dates(&server).await);
    server.restart().await;
    go_to(&mut server, "2026-11-22T17:00:00Z").await;
    assert!(server.take(GENERAL).await.is_empty());
    let back = change(&board, "move", json!({"session": deadline(), "when": "2026-11-23 17:00 UTC"})).await;
    assert!(back.starts_with("**Moved"), "{back}");
    server.advance(MINUTE).await;
    go_to(&mut server, "2026-11-23T16:00:00Z").await;
    let told = server.take(GENERAL).await;
    assert!(told.last().unwrap().content().contains("Nominations"), "{told:?}");
    assert!(!dates(&server).await.contains("cancelled") && !dates(&server).await.contains("moved from"));
    server.finish().await;
}

#[sqlx::test]
async fn whole_days_stay_whole_days_and_as_many(pool: PgPool) {
    let server = server(pool).await;
    let board = server.board();
    let moved = change(&board, "move", json!({"session": vote(), "when": "2026-12-08"})).await;
    insta::assert_snapshot!(moved, @"
    **Moved: Board election**
    From 1 December 2026 to 3 December 2026
    To 8 December 2026 to 10 December 2026
    Reminders and messages follow within a minute; `/dates` and the calendars say so too.
    ");
    // A time of day counts as its day, where whoever typed it is.
    let again = json!({"session": vote(), "when": "2026-12-10 21:00", "zone": "America/New_York"});
    let moved = change(&board, "move", again).await;
    assert!(moved.contains("To 10 December 2026 to 12 December 2026"), "{moved}");
    let shown = sessions(&board, "list", json!({})).await;
    let listed: Vec<&str> = shown.content().lines().skip_while(|line| !line.contains("Key dates")).collect();
    insta::assert_snapshot!(listed.join("\n").replace(&board.id.to_string(), "BOARD"), @r"
    **Key dates**
    - <t:1795453200:F> (23 November 2026, 17:00 UTC): Nominations \*close\*
    - 10 December 2026 to 12 December 2026: Board election, moved from 1 December 2026 to 3 December 2026, by <@BOARD>
    - 17 November 2026 to 31 December 2026: Fundraiser
    ");
    server.close().await;
}

#[sqlx::test]
async fn the_calendar_file_says_that_it_is_the_same_one_later_in_its_sequence(pool: PgPool) {
    let server = server(pool).await;
    change(&server.board(), "move", json!({"session": vote(), "when": "2026-12-08"})).await;
    change(&server.board(), "cancel", json!({"session": deadline()})).await;
    let shown = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    let added = server.member().press(&shown, "Add to calendar").await.unwrap().message.unwrap();
    let url = added.raw["attachments"][0]["url"].as_str().unwrap().to_owned();
    let file = reqwest::get(url).await.unwrap().text().await.unwrap();
    let events = crate::support::ics::events(&file);
    let event = |key: &str| events.iter().find(|event| event["UID"].starts_with(&format!("date.{key}@"))).unwrap();
    assert_eq!((&event("vote")["SEQUENCE"], &event("vote")["DTSTART"]), ("1", "20261208"));
    assert_eq!((&event("deadline")["SEQUENCE"], &event("deadline")["STATUS"]), ("1", "CANCELLED"));
    server.close().await;
}

#[sqlx::test]
async fn what_has_begun_or_makes_no_sense_is_refused_and_nobody_else_may(pool: PgPool) {
    let server = server(pool).await;
    let board = server.board();
    let running = format!("date:running.{}", utc("2026-11-17T00:00:00Z").timestamp());
    let refusals: [(&str, Value, &str); 5] = [
        ("cancel", json!({"session": running}), "began"),
        ("move", json!({"session": deadline(), "when": "2026-11-20 10:00 UTC"}), "has gone by"),
        ("move", json!({"session": deadline(), "when": "2026-11-23 17:00 UTC"}), "already"),
        ("move", json!({"session": "date:none.1", "when": "2026-12-01 10:00 UTC"}), "no session"),
        ("confirm", json!({"session": vote()}), "older version"),
    ];
    for (subcommand, options, why) in refusals {
        let refused = sessions(&board, subcommand, options).await;
        assert!(refused.content().contains(why) && refused.buttons().is_empty(), "{why}: {}", refused.content());
    }
    let start = utc("2026-12-20T00:00:00Z").timestamp();
    let hours = super::office_hours(&board).await;
    let add = format!("session-confirm:1:add.date:vote.{start}.{start}.0");
    let forged = board.forge_click(&hours, &add).await.unwrap();
    assert!(forged.content().contains("older version"), "{forged:?}");
    let hours = super::office_hours(&server.member()).await;
    let cancel = format!("session-confirm:1:cancel.{}.{}.0", vote(), utc("2026-12-01T00:00:00Z").timestamp());
    let refused = server.member().forge_click(&hours, &cancel).await.unwrap();
    assert!(refused.content().contains("This is for staff"), "{refused:?}");
    let changes: i64 = sqlx::query_scalar("SELECT count(*) FROM session_change").fetch_one(&server.pool).await.unwrap();
    assert_eq!(changes, 0);
    server.close().await;
}
