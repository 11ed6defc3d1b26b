//! Promise 3: every interaction is answered or deferred within a second, with the database stalled or absent.
//!
//! One of the tests that are bound to the wall clock: the second is what they are about.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use sandbox::client::{Fault, Outcome};
use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::TestServer;

/// Every command with options that make it do its work.
pub(crate) fn every_command() -> Vec<(&'static str, Value)> {
    vec![
        ("announce cancel", json!({"announcement": "1"})),
        ("announce compose", json!({})),
        ("announce drafts", json!({"draft": "1"})),
        ("announce edit", json!({"announcement": "1"})),
        ("announce history", json!({"announcement": "1"})),
        ("announce list", json!({})),
        ("announce panel", json!({})),
        ("announce retry", json!({"announcement": "1"})),
        ("ask", json!({"question": "Are grants open?"})),
        ("blog", json!({"query": "grants"})),
        ("blog", json!({})),
        ("dates", json!({})),
        ("feedback", json!({"program": "grants"})),
        (
            "feeds add",
            json!({"url": "https://example.org/feed", "key": "new", "channel": GENERAL.to_string(), "ping": "1100000000000000023"}),
        ),
        ("feeds list", json!({})),
        ("feeds pause", json!({"feed": "psf-blog"})),
        ("feeds preview", json!({"feed": "psf-blog"})),
        ("feeds remove", json!({"feed": "psf-blog"})),
        ("feeds resume", json!({"feed": "psf-blog"})),
        ("help", json!({})),
        ("inbox export", json!({})),
        ("inbox list", json!({"program": "grants"})),
        ("inbox search", json!({"words": "more dates"})),
        ("inbox show", json!({"submission": "00000000-0000-4000-8000-000000000000"})),
        ("inbox stats", json!({})),
        ("inbox themes", json!({})),
        ("knowledge gaps", json!({})),
        ("knowledge add", json!({})),
        ("knowledge due", json!({})),
        ("knowledge edit", json!({"article": "grants-status"})),
        ("knowledge retire", json!({"article": "grants-status"})),
        ("knowledge status", json!({})),
        ("me", json!({})),
        ("officehours", json!({})),
        ("partner", json!({"event_date": "2027-03-14"})),
        ("sessions add", json!({"series": "welcome", "when": "2026-12-02 17:00 UTC"})),
        ("sessions agenda", json!({"series": "welcome"})),
        ("sessions cancel", json!({"session": "welcome.1796144400"})),
        ("sessions close", json!({})),
        ("sessions confirm", json!({"session": "grants.1797343200"})),
        ("sessions list", json!({})),
        ("sessions move", json!({"session": "welcome.1796144400", "when": "2026-12-02 17:00 UTC"})),
        ("sessions open", json!({})),
        ("status", json!({})),
    ]
}

/// The names of all slash commands as they are registered, with their subcommands.
fn registered() -> BTreeSet<String> {
    let definitions = psfbot::discord::gateway::command_definitions().unwrap();
    let commands =
        definitions.as_array().unwrap().iter().filter(|command| command.get("type").is_none_or(|kind| kind == 1));
    commands
        .flat_map(|command| {
            let name = command["name"].as_str().unwrap().to_owned();
            let options = command["options"].as_array().cloned().unwrap_or_default();
            let subcommands: Vec<String> = options
                .iter()
                .filter(|option| option["type"] == 1)
                .map(|option| format!("{name} {}", option["name"].as_str().unwrap()))
                .collect();
            if subcommands.is_empty() { vec![name] } else { subcommands }
        })
        .collect()
}

#[test]
fn no_command_is_left_out() {
    let tried: BTreeSet<String> = every_command().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(tried, registered());
}

async fn use_every_command(server: &TestServer) -> Vec<(&'static str, Outcome)> {
    let staff = server.staff().at_once();
    join_all(every_command().into_iter().map(async |(command, options)| {
        let outcome = staff.command(GENERAL, command, options).await;
        (command, outcome.unwrap_or_else(|error| panic!("/{command}: {error}")))
    }))
    .await
}

fn assert_in_time(used: &[(&str, Outcome)]) {
    for (command, outcome) in used {
        assert!(outcome.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "/{command}: {outcome:?}");
        assert_ne!(outcome.state, "failed", "/{command}: {outcome:?}");
    }
}

#[sqlx::test]
async fn with_the_database_stalled_every_command_is_acknowledged_within_a_second_and_completed_later(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let stalled = server.stall_database().await;
    let used = use_every_command(&server).await;
    assert_in_time(&used);
    assert!(used.iter().any(|(_, outcome)| outcome.state == "deferred"), "nothing waited for the database");
    stalled.rollback().await.unwrap();
    for (command, outcome) in used.iter().filter(|(_, outcome)| outcome.state == "deferred") {
        assert_eq!(server.answered(outcome).await.state, "answered", "/{command}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn with_the_database_absent_every_command_is_answered_with_a_sentence(pool: PgPool) {
    let server = TestServer::connected(pool.clone()).await;
    pool.close().await;
    let used = use_every_command(&server).await;
    assert_in_time(&used);
    for (command, outcome) in &used {
        assert!(outcome.modal.is_some() || !outcome.content().is_empty(), "/{command}: {outcome:?}");
    }
}

#[sqlx::test]
async fn a_late_answer_that_discord_refuses_becomes_a_sentence(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let refused = json!({"message": "Invalid Form Body", "code": 50035});
    let answers = Fault::answer_with(400, &refused).on("PATCH", "/webhooks/*/*/messages/@original").once();
    server.discord.fault(&answers).await.unwrap();
    let stalled = server.stall_database().await;
    let outcome = server.member().at_once().command(GENERAL, "me", json!({})).await.unwrap();
    assert_eq!(outcome.state, "deferred");
    stalled.rollback().await.unwrap();
    let said = server.answered(&outcome).await;
    assert!(said.content().starts_with("I did what you asked"), "{}", said.content());
    server.finish().await;
}
