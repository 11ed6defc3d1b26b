//! "Remind me": a member's own reminder by direct message, or at the next command. It is 21 November 2026, noon in UTC; the
//! welcome hour is on 1 December at 17:00.

use chrono::{DateTime, TimeDelta, Utc};
use psfbot::clock::Clock;
use sandbox::client::{Message, Person};
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TestServer, direct_messages};

const DAY: TimeDelta = TimeDelta::days(1);

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

async fn go_to(server: &mut TestServer, at: &str) {
    server.advance(utc(at) - server.clock.now()).await;
}

/// The buttons under `/officehours`.
async fn office_hours(person: &Person) -> Message {
    person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap()
}

/// Presses "Remind me"; what is read back.
async fn ask_for_it(server: &TestServer) -> Message {
    let message = office_hours(&server.member()).await;
    server.member().press(&message, "Remind me: Welcome Hour").await.unwrap().message.unwrap()
}

async fn rows(server: &TestServer) -> i64 {
    let count = "SELECT (SELECT count(*) FROM personal_reminder) + (SELECT count(*) FROM announcement) + (SELECT count(*) FROM delivery)";
    sqlx::query_scalar(count).fetch_one(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn it_comes_once_a_quarter_of_an_hour_before_and_is_then_forgotten(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let reply = ask_for_it(&server).await;
    assert!(reply.is_ephemeral() && reply.pinged_nobody());
    insta::assert_snapshot!(reply.content(), @"I will send you a direct message 15 minutes before **Welcome Hour**: <t:1796144400:F> (1 December 2026, 17:00 UTC). If your direct messages are closed, I tell you at your next command here.");
    // A second click changes nothing.
    ask_for_it(&server).await;
    assert_eq!(rows(&server).await, 3);
    let me = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains("Reminder: **Welcome Hour**"), "{}", me.content());
    assert!(me.message.unwrap().buttons().contains(&"Do not remind me: Welcome Hour"));
    go_to(&mut server, "2026-12-01T16:44:59Z").await;
    assert!(direct_messages(&server.member()).await.is_empty());
    server.restart().await;
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    server.restart().await;
    server.advance(MINUTE).await;
    let told = direct_messages(&server.member()).await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(told[0].content().replace(&GENERAL.to_string(), "general"), @"**Welcome Hour**, <t:1796144400:F> (1 December 2026, 17:00 UTC) (<t:1796144400:R>), in <#general>. You asked me to remind you with /officehours.");
    assert!(direct_messages(&server.discord.person(OTHER_MEMBER)).await.is_empty());
    server.advance(DAY + HOUR * 2).await;
    assert_eq!(rows(&server).await, 0, "nothing of it is kept");
    server.finish().await;
}

#[sqlx::test]
async fn where_direct_messages_are_closed_it_is_told_at_the_next_command_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.discord.change_member(MEMBER, &json!({"dms_open": false})).await.unwrap();
    ask_for_it(&server).await;
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    assert!(server.take(STAFF).await.is_empty(), "nothing for staff");
    let told = async |person: Person| {
        let messages = person.messages(GENERAL).await.unwrap();
        messages.iter().filter(|message| message.content().contains("You asked for a reminder")).count()
    };
    let newcomer = server.discord.person(OTHER_MEMBER);
    for _ in 0..2 {
        newcomer.command(GENERAL, "help", json!({})).await.unwrap();
        server.member().command(GENERAL, "help", json!({})).await.unwrap();
        eventually("the member is told", async || (told(server.member()).await == 1).then_some(())).await;
    }
    assert_eq!((told(server.member()).await, told(newcomer).await), (1, 0));
    let messages = server.member().messages(GENERAL).await.unwrap();
    assert!(messages.iter().all(Message::is_ephemeral), "never in public");
    server.finish().await;
}

#[sqlx::test]
async fn it_is_called_off_by_the_one_who_asked_alone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let reply = ask_for_it(&server).await;
    let forget = reply.button("Do not remind me").unwrap().to_owned();
    let newcomer = server.discord.person(OTHER_MEMBER);
    let theirs = office_hours(&newcomer).await;
    for forged in [forget.as_str(), "hours-forget:1:x", "hours-forget:1:-1", "hours-forget:1:99999999999999999999"] {
        newcomer.forge_click(&theirs, forged).await.unwrap();
    }
    assert_eq!(rows(&server).await, 3, "another's stays");
    let done = server.member().press(&reply, "Do not remind me").await.unwrap();
    assert!(done.content().contains("I will not remind you"), "{}", done.content());
    let again = server.member().forge_click(&theirs_of(&server).await, &forget).await.unwrap();
    assert!(again.content().contains("no such reminder"), "{}", again.content());
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    assert!(direct_messages(&server.member()).await.is_empty());
    assert_eq!(rows(&server).await, 0);
    server.finish().await;
}

async fn theirs_of(server: &TestServer) -> Message {
    office_hours(&server.member()).await
}

#[sqlx::test]
async fn what_is_not_confirmed_or_begins_at_once_is_refused(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = office_hours(&server.member()).await;
    for (forged, said) in
        [("grants", "not confirmed yet"), ("board", "not confirmed yet"), ("../x", "not held any more")]
    {
        let refused = server.member().forge_click(&message, &format!("hours-remind:1:{forged}")).await.unwrap();
        assert!(refused.content().contains(said), "{forged}: {}", refused.content());
    }
    go_to(&mut server, "2026-12-01T16:50:00Z").await;
    assert!(ask_for_it(&server).await.content().contains("any sooner"));
    assert_eq!(rows(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_leaves_the_configuration_is_not_reminded_of(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    ask_for_it(&server).await;
    let before = server.config.clone();
    server.config = before.replace("\"2026-12-01T17:00:00Z\", ", "");
    server.restart().await;
    server.advance(MINUTE).await;
    server.config = before.clone();
    server.restart().await;
    server.advance(MINUTE).await;
    let state = "SELECT state FROM delivery";
    assert_eq!(sqlx::query_scalar::<_, String>(state).fetch_one(&server.pool).await.unwrap(), "pending");
    server.config = before.replace("\"2026-12-01T17:00:00Z\", ", "");
    server.restart().await;
    go_to(&mut server, "2026-12-01T16:50:00Z").await;
    assert!(direct_messages(&server.member()).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_lost_answer_and_a_fault_leave_one_message(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    ask_for_it(&server).await;
    let lost = json!({"method": "POST", "path_prefix": "/channels/", "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    server
        .discord
        .fault(&json!({"method": "POST", "path_prefix": "/channels/", "times": 1, "status": 500}))
        .await
        .unwrap();
    for _ in 0..5 {
        server.advance(MINUTE).await;
    }
    assert_eq!(direct_messages(&server.member()).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_click_while_the_database_is_stalled_is_acknowledged_and_completed_later(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let message = office_hours(&server.member()).await;
    let stalled = server.stall_database().await;
    let outcome = server.member().at_once().press(&message, "Remind me: Welcome Hour").await.unwrap();
    assert!(outcome.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "{outcome:?}");
    assert_eq!(outcome.state, "deferred", "{outcome:?}");
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("I will send you"));
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    assert_eq!(direct_messages(&server.member()).await.len(), 1);
    server.finish().await;
}
