//! `/officehours` and `/dates` as a member meets them: over the gateway, through the sandbox. It is 21 November 2026,
//! noon in UTC.

use sandbox::client::Message;
use sandbox::world::demo::{BOARD, GENERAL, GRANTS, STAFF};
use serde_json::json;
use sqlx::PgPool;
use url::Url;

use crate::support::ics::events;
use crate::support::process::eventually;
use crate::support::{HOUR, TestServer};

/// A channel's mention with its name in place of its id.
fn readable(content: &str) -> String {
    [(BOARD, "board"), (GENERAL, "general"), (GRANTS, "grants")]
        .into_iter()
        .fold(content.to_owned(), |text, (id, name)| text.replace(&format!("<#{id}>"), &format!("#{name}")))
}

#[sqlx::test]
async fn the_next_office_hours_are_told_privately_in_the_readers_own_time(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    insta::assert_snapshot!(readable(message.content()), @"
    ## Office hours
    **PSF Board Office Hour**
    No date announced yet. You can write to psf-board@python.org, or about grants to grants@python.org.
    **Welcome Hour**
    - <t:1795260600:F> (21 November 2026, 11:30 UTC), in #general
    - <t:1796144400:F> (1 December 2026, 17:00 UTC), in #general
    **Grants Program Office Hour**
    - <t:1797343200:F> (15 December 2026, 14:00 UTC), in #grants. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC), in #grants. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC), in #grants. Expected, not confirmed yet
    ");
    server.finish().await;
}

#[sqlx::test]
async fn an_office_hour_that_is_over_is_not_told_any_more(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(HOUR).await;
    for command in ["officehours", "dates"] {
        let outcome = server.member().command(GENERAL, command, json!({})).await.unwrap();
        assert!(!outcome.content().contains("21 November 2026"), "{}", outcome.content());
        assert!(outcome.content().contains("1 December 2026, 17:00 UTC"), "{}", outcome.content());
    }
    server.finish().await;
}

#[sqlx::test]
async fn the_dates_of_three_months_come_in_one_list(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    insta::assert_snapshot!(readable(message.content()), @"
    ## The next three months
    - <t:1795260600:F> (21 November 2026, 11:30 UTC): **Welcome Hour**, in #general
    - <t:1796144400:F> (1 December 2026, 17:00 UTC): **Welcome Hour**, in #general
    - <t:1797343200:F> (15 December 2026, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    ");
    server.finish().await;
}

#[sqlx::test]
async fn dates_are_told_while_the_database_is_away(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    server.pool.close().await;
    for command in ["officehours", "dates"] {
        let outcome = server.member().command(GENERAL, command, json!({})).await.unwrap();
        assert!(outcome.content().contains("Expected, not confirmed yet"), "{}", outcome.content());
    }
}

/// The file that came with a message, as somebody downloads it.
async fn attachment(message: &Message) -> (String, String) {
    let file = &message.raw["attachments"][0];
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let text = client.get(file["url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    (file["filename"].as_str().unwrap().to_owned(), text)
}

#[sqlx::test]
async fn the_next_session_of_a_series_goes_into_any_calendar(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(HOUR).await;
    let outcome = server.member().command(GENERAL, "officehours", json!({})).await.unwrap();
    let message = outcome.message.unwrap();
    assert_eq!(
        message.buttons(),
        [
            "Remind me: Welcome Hour",
            "Add to calendar: Welcome Hour",
            "Add to calendar: Grants Program Office Hour",
            "Ask a question",
            "Questions"
        ],
        "none for a series without a date, no reminder of what is not confirmed"
    );
    let outcome = server.member().press(&message, "Add to calendar: Welcome Hour").await.unwrap();
    let reply = outcome.message.unwrap();
    assert!(reply.is_ephemeral() && reply.pinged_nobody());
    insta::assert_snapshot!(readable(reply.content()), @"
    **Welcome Hour**: <t:1796144400:F> (1 December 2026, 17:00 UTC), in #general
    Add it to Google Calendar with the button, or open the attached file with any other calendar.
    ");
    let link = &reply.raw["components"][0]["components"][0];
    assert_eq!((&link["label"], &link["style"]), (&json!("Google Calendar"), &json!(5)));
    let link: Url = link["url"].as_str().unwrap().parse().unwrap();
    let filled_in: Vec<(String, String)> = link.query_pairs().into_owned().collect();
    assert_eq!(link.host_str(), Some("calendar.google.com"));
    let value = |key: &str| &filled_in.iter().find(|(name, _)| name == key).unwrap().1;
    assert_eq!([value("action"), value("text")], ["TEMPLATE", "Welcome Hour"]);
    assert_eq!(value("dates"), "20261201T170000Z/20261201T180000Z");

    let (name, text) = attachment(&reply).await;
    assert_eq!(name, "welcome.ics");
    let events = events(&text);
    assert_eq!(events.len(), 1);
    assert_eq!(&events[0]["SUMMARY"], "Welcome Hour");
    assert_eq!((&events[0]["DTSTART"], &events[0]["DTEND"]), ("20261201T170000Z", "20261201T180000Z"));
    server.finish().await;
}

#[sqlx::test]
async fn what_is_only_expected_says_so_in_the_calendar_too(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let outcome = server.member().press(&message, "Add to calendar: Grants Program Office Hour").await.unwrap();
    let reply = outcome.message.unwrap();
    assert!(reply.content().contains("Expected, not confirmed yet"), "{}", reply.content());
    assert!(attachment(&reply).await.1.contains("STATUS:TENTATIVE"));
    server.finish().await;
}

#[sqlx::test]
async fn a_forged_key_names_no_file_and_one_without_dates_says_so(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    for forged in
        ["hours-calendar:1:../../etc/passwd", "hours-calendar:1:", "hours-calendar:9:welcome", "hours-calendar:1:board"]
    {
        let outcome = server.member().forge_click(&message, forged).await.unwrap();
        let reply = outcome.message.unwrap();
        assert!(reply.is_ephemeral() && reply.raw["attachments"] == json!([]), "{forged}: {}", reply.content());
    }
    // A button of before the series left the configuration.
    server.config = server.config.replace("key = \"welcome\"", "key = \"hello\"");
    server.restart().await;
    // What the gateway still handed to the old process, that one answers as it knows.
    eventually("the new process says that it is gone", async || {
        let outcome = server.member().press(&message, "Add to calendar: Welcome Hour").await.unwrap();
        outcome.content().contains("/officehours again").then_some(())
    })
    .await;
    server.finish().await;
}

#[sqlx::test]
async fn a_click_is_answered_in_time_while_the_database_is_stalled(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let stalled = server.stall_database().await;
    let outcome = server.member().press(&message, "Add to calendar: Welcome Hour").await.unwrap();
    assert!(outcome.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "{outcome:?}");
    assert_eq!(outcome.state, "answered", "it needs no database");
    stalled.rollback().await.unwrap();
    server.finish().await;
}

const KEY_DATES: &str = r#"
[[key_dates]]
key = "fundraiser"
title = "Year-end fundraiser"
date = "2026-11-17"
until = "2026-12-31"
url = "https://example.org/donate"
text = "Every _little_ helps."
[[key_dates]]
key = "deadline"
title = "Nominations close"
at = "2026-12-01T17:30:00Z"
[[key_dates]]
key = "long-ago"
title = "Over"
date = "2026-11-20"
[[key_dates]]
key = "far"
title = "Far away"
date = "2027-03-01"
"#;

#[sqlx::test]
async fn key_dates_stand_among_the_sessions_in_order(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| format!("{config}{KEY_DATES}")).await;
    server.connect().await;
    let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    insta::assert_snapshot!(readable(message.content()), @r"
    ## The next three months
    - 17 November 2026 to 31 December 2026: **Year-end fundraiser**. Every \_little\_ helps. [more](<https://example.org/donate>)
    - <t:1795260600:F> (21 November 2026, 11:30 UTC): **Welcome Hour**, in #general
    - <t:1796144400:F> (1 December 2026, 17:00 UTC): **Welcome Hour**, in #general
    - <t:1796146200:F> (1 December 2026, 17:30 UTC): **Nominations close**
    - <t:1797343200:F> (15 December 2026, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    ");
    server.finish().await;
}

#[sqlx::test]
async fn all_dates_of_three_months_go_into_a_calendar_at_once(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| {
        format!("{config}{KEY_DATES}\n[web]\npublic = 0\nurl = \"https://psfbot.example.org\"\n")
    })
    .await;
    server.connect().await;
    let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    assert_eq!(message.buttons(), ["Add to calendar"]);
    let reply = server.member().press(&message, "Add to calendar").await.unwrap().message.unwrap();
    assert!(reply.is_ephemeral() && reply.pinged_nobody());
    insta::assert_snapshot!(reply.content(), @"
    These are the dates of the next three months. Add one to Google Calendar with its button, or open the attached file, which has all of them, with any other calendar.
    Or subscribe, so that new dates and changes come by themselves: <https://psfbot.example.org/office-hours.ics>
    ");
    let rows = reply.raw["components"].as_array().unwrap();
    let links: Vec<&serde_json::Value> = rows.iter().flat_map(|row| row["components"].as_array().unwrap()).collect();
    let labels: Vec<&str> = links.iter().map(|link| link["label"].as_str().unwrap()).collect();
    insta::assert_snapshot!(labels.join("\n"), @"
    17 Nov: Year-end fundraiser
    21 Nov: Welcome Hour
    1 Dec: Welcome Hour
    1 Dec: Nominations close
    15 Dec: Grants Program Office Hour
    19 Jan: Grants Program Office Hour
    16 Feb: Grants Program Office Hour
    Subscribe in Google Calendar
    ");
    let dates = |nth: usize| {
        let url: Url = links[nth]["url"].as_str().unwrap().parse().unwrap();
        url.query_pairs().find(|(name, _)| name == "dates").unwrap().1.into_owned()
    };
    assert_eq!(dates(0), "20261117/20270101", "whole days");
    assert_eq!(dates(4), "20261215T140000Z/20261215T150000Z", "nine in New York");
    let (name, text) = attachment(&reply).await;
    let events = events(&text);
    assert_eq!((name.as_str(), events.len()), ("dates.ics", 7));
    assert_eq!(events.iter().filter(|event| event.start.is_none()).count(), 1, "the fundraiser is of whole days");
    assert_eq!((&events[5]["DTSTART"], &events[5]["DTEND"]), ("20261117", "20270101"));
    server.finish().await;
}

#[sqlx::test]
async fn where_calendars_are_served_a_series_can_be_subscribed_to(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| {
        format!("{config}[web]\npublic = 0\nurl = \"https://psfbot.example.org/bot/\"\n")
    })
    .await;
    server.connect().await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let reply = server.member().press(&message, "Add to calendar: Welcome Hour").await.unwrap().message.unwrap();
    let address = "psfbot.example.org/bot/office-hours/welcome.ics";
    assert!(reply.content().contains(&format!("<https://{address}>")), "{}", reply.content());
    let links = &reply.raw["components"][0]["components"];
    assert_eq!(
        (&links[0]["label"], &links[1]["label"]),
        (&json!("Google Calendar"), &json!("Subscribe in Google Calendar"))
    );
    let url: Url = links[1]["url"].as_str().unwrap().parse().unwrap();
    assert_eq!(url.query_pairs().next().unwrap().1, format!("webcal://{address}"));
    server.finish().await;
}

#[sqlx::test]
async fn without_any_date_there_is_nothing_to_add(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| {
        let (before, _) = config.split_once("[[series]]").unwrap();
        let (_, after) = config.split_once("[knowledge]").unwrap();
        format!("{before}[knowledge]{after}")
    })
    .await;
    server.connect().await;
    let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    assert!(message.buttons().is_empty() && message.content().contains("No dates are announced"));
    let reply = server.member().forge_click(&message, "dates-calendar:1:").await.unwrap().message.unwrap();
    assert!(reply.raw["attachments"] == json!([]), "{}", reply.content());
    server.finish().await;
}

/// Staff change a session: the command, then the one button of its preview.
async fn change(server: &mut TestServer, subcommand: &str, options: serde_json::Value) {
    let staff = server.staff();
    let preview = staff.command(STAFF, &format!("sessions {subcommand}"), options).await.unwrap().message.unwrap();
    staff.press(&preview, preview.buttons()[0]).await.unwrap();
    server.settle().await;
}

#[sqlx::test]
async fn a_session_that_staff_move_or_cancel_stays_the_same_one_in_calendars(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(HOUR).await;
    let first_hour = json!("welcome.1796144400");
    // Everything that `/dates` adds: its welcome hour, and the links beside it.
    let welcome = async |server: &TestServer| {
        let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
        let reply = server.member().press(&message, "Add to calendar").await.unwrap().message.unwrap();
        let all = events(&attachment(&reply).await.1);
        (
            all.into_iter().find(|event| event["UID"].starts_with("welcome-")).unwrap(),
            reply.raw["components"].to_string(),
        )
    };
    let (planned, links) = welcome(&server).await;
    assert_eq!((&planned["SEQUENCE"], planned.start.unwrap().timestamp()), ("0", 1_796_144_400));
    assert!(links.contains("1 Dec: Welcome Hour"), "{links}");

    change(&mut server, "move", json!({"session": first_hour, "when": "2026-12-03 9:00", "zone": "America/New_York"}))
        .await;
    let (moved, links) = welcome(&server).await;
    assert_eq!((&moved["UID"], &moved["SEQUENCE"]), (&planned["UID"], "1"));
    assert_eq!(
        (&moved["STATUS"], moved.start.unwrap().to_rfc3339().as_str()),
        ("CONFIRMED", "2026-12-03T14:00:00+00:00")
    );
    assert!(links.contains("3 Dec: Welcome Hour") && links.contains("20261203T140000Z"), "{links}");

    change(&mut server, "cancel", json!({"session": first_hour})).await;
    let (cancelled, links) = welcome(&server).await;
    assert_eq!((&cancelled["UID"], &cancelled["SEQUENCE"]), (&planned["UID"], "2"));
    assert_eq!((&cancelled["STATUS"], &cancelled["SUMMARY"]), ("CANCELLED", "Cancelled: Welcome Hour"));
    assert!(!links.contains("Welcome Hour"), "Google's link can only add: {links}");
    server.close().await;
}
