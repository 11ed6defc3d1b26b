//! What becomes of a session that Discord disturbs: it is resumed where it can be, and otherwise one new one is begun.

use chrono::TimeDelta;
use sandbox::client::Fault;
use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{count, identifies, serves, times_of_sessions};
use crate::support::TestServer;
use crate::support::process::eventually;

/// Disturbs a session and waits until it was resumed.
async fn is_resumed_after(server: &TestServer, disturbance: Value) {
    let before = count(&server.discord, "resumes").await;
    server.discord.disturb_gateway(&disturbance).await.unwrap();
    eventually("the session is resumed", async || {
        (count(&server.discord, "resumes").await == before + 1).then_some(())
    })
    .await;
    serves(&server.discord).await;
}

#[sqlx::test]
async fn a_session_that_discord_interrupts_is_resumed_and_no_other_begun(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for disturbance in [
        json!({"op": 7}),
        json!({"op": 9, "resumable": true}),
        json!({"close": 4000}),
        json!({"close": 4001}),
        json!({"close": 4002}),
        json!({"close": 4005}),
        json!({"close": 4008}),
    ] {
        is_resumed_after(&server, disturbance).await;
    }
    assert_eq!(identifies(&server.discord).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_a_member_does_while_the_connection_is_away_is_answered_when_it_is_resumed(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for _ in 0..5 {
        server.discord.disturb_gateway(&json!({"close": 4000})).await.unwrap();
        let asked = json!({"question": "Are grants open?"});
        let answer = server.member().command(GENERAL, "ask", asked).await.unwrap();
        assert_eq!(answer.state, "answered");
    }
    assert_eq!(identifies(&server.discord).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_discord_ended_is_followed_by_one_other_within_the_budget(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let ends = [
        json!({"op": 9}),
        json!({"close": 1000}),
        json!({"close": 1001}),
        json!({"close": 4007}),
        json!({"close": 4009}),
    ];
    for (end, sessions) in ends.into_iter().zip(2..) {
        server.discord.disturb_gateway(&end).await.unwrap();
        server.wait_for_session(sessions).await;
        serves(&server.discord).await;
        assert_eq!(identifies(&server.discord).await, sessions, "{end}");
    }
    let counted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM gateway_identify").fetch_one(&server.pool).await.unwrap();
    assert_eq!(counted, 6, "each is counted");
    // Six in ten minutes are allowed, whoever ended them.
    server.discord.disturb_gateway(&json!({"op": 9})).await.unwrap();
    let begun = times_of_sessions(&server, 7).await;
    assert!(begun[6] - begun[0] >= TimeDelta::minutes(10), "{begun:?}");
    serves(&server.discord).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_refused_resume_is_followed_by_one_new_session(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    server.discord.fault(&Fault::refused_resume()).await.unwrap();
    server.discord.disturb_gateway(&json!({"op": 7})).await.unwrap();
    server.wait_for_session(2).await;
    serves(&server.discord).await;
    assert_eq!((count(&server.discord, "resumes_refused").await, identifies(&server.discord).await), (1, 2));
    server.finish().await;
}

#[sqlx::test]
async fn heartbeats_that_are_not_answered_are_noticed_and_the_session_is_resumed(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.discord.disturb_gateway(&json!({"heartbeat_interval_ms": 4000})).await.unwrap();
    server.connect().await;
    eventually("a heartbeat was answered", async || (count(&server.discord, "heartbeats").await > 0).then_some(()))
        .await;
    let silent = server.discord.fault(&Fault::silent_heartbeat()).await.unwrap();
    eventually("the session is resumed", async || (count(&server.discord, "resumes").await == 1).then_some(())).await;
    assert_eq!(count(&server.discord, "heartbeats_unanswered").await, 1);
    server.discord.withdraw(&silent).await.unwrap();
    serves(&server.discord).await;
    let answered = count(&server.discord, "heartbeats").await;
    eventually("heartbeats go on", async || (count(&server.discord, "heartbeats").await > answered).then_some(()))
        .await;
    assert_eq!((count(&server.discord, "resumes").await, identifies(&server.discord).await), (1, 1));
    server.finish().await;
}

#[sqlx::test]
async fn a_connection_that_is_ended_as_soon_as_it_stands_is_gone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for _ in 0..3 {
        // Each waits until the earlier one is gone.
        server.restart().await;
    }
    assert_eq!(server.member().state().await.unwrap()["bot_connected"], true);
    server.finish().await;
}
