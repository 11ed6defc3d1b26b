//! Promise 9: who is not staff in this server gets nothing of staff's, by command, autocomplete, click or form; nor does
//! staff's role count in another server or in a direct message.

use reqwest::Method;
use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, MEMBER, STAFF_MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::process::{World, eventually};
use crate::support::{TOKEN, TestServer};

/// Every kind of button and form, as the sources define it: word, version, and whether it is staff's.
fn kinds() -> Vec<(String, bool)> {
    let source = include_str!("../src/custom_id.rs");
    let lines = source.lines().filter_map(|line| line.trim().split_once(" = \""));
    let kinds: Vec<(String, bool)> = lines
        .filter_map(|(_, rest)| {
            let (word, rest) = rest.split_once("\" v ")?;
            let (version, who) = rest.split_once(" for ")?;
            Some((format!("{word}:{version}"), who.contains("Domain::")))
        })
        .collect();
    assert!(kinds.len() > 10 && kinds.iter().any(|(_, is_staffs)| *is_staffs), "{kinds:?}");
    kinds
}

/// How many rows each table of psfbot's has.
async fn rows(pool: &PgPool) -> Vec<(String, i64)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'gateway%' ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut counts = Vec::new();
    for table in tables {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")));
        counts.push((table.clone(), count.fetch_one(pool).await.unwrap()));
    }
    counts
}

/// Sends a click, then a form, with a `custom_id` of one's own making.
async fn forge(server: &TestServer, who: &Person, message: &Message, id: &str, more: &Value) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for (path, part) in [
        ("component", json!({"message_id": message.id().to_string()})),
        ("modal", json!({"fields": {"title": "t", "text": "t", "when": "in 1 hour", "zone": "UTC"}})),
    ] {
        let mut body = json!({"as": who.id.to_string(), "channel_id": message.channel_id().to_string(), "custom_id": id, "forged": true});
        for extra in [&part, more] {
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        }
        let path = format!("/control/interactions/{path}");
        outcomes.push(server.discord.request(Method::POST, &path, Some(&body)).await.unwrap());
    }
    outcomes
}

fn assert_refused(outcome: &Outcome, words: &str, what: &str) {
    assert!(outcome.content().contains(words), "{what}: {outcome:?}");
    assert!(outcome.message.as_ref().is_some_and(Message::is_ephemeral), "{what}: {outcome:?}");
    assert!(outcome.modal.is_none(), "{what}: {outcome:?}");
}

#[sqlx::test]
async fn staffs_buttons_and_forms_do_nothing_for_others(pool: PgPool) {
    let mut server = TestServer::connected(pool.clone()).await;
    let message = server.member().say(GENERAL, "hello").await.unwrap();
    let before = rows(&pool).await;
    for (kind, _) in kinds().into_iter().filter(|(_, is_staffs)| *is_staffs) {
        for key in ["1", "1:1", "00000000-0000-4000-8000-000000000000"] {
            let id = format!("{kind}:{key}");
            for outcome in forge(&server, &server.member(), &message, &id, &json!({})).await {
                assert_refused(&outcome, "This is for staff", &id);
            }
        }
    }
    assert_eq!(rows(&pool).await, before);
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn staff_of_another_server_are_nobody_here(pool: PgPool) {
    let mut server = TestServer::connected(pool.clone()).await;
    let message = server.member().say(GENERAL, "hello").await.unwrap();
    let before = rows(&pool).await;
    let elsewhere = json!({"guild_id": "1199999999999999999"});
    for (kind, _) in kinds() {
        let id = format!("{kind}:1");
        for outcome in forge(&server, &server.staff(), &message, &id, &elsewhere).await {
            assert_refused(&outcome, "only work on the PSF's own server", &id);
        }
    }
    let mut commands = vec![];
    for (name, subcommand) in [("ask", None), ("status", None), ("feedback", None), ("announce", Some("list"))] {
        let mut body = json!({"as": STAFF_MEMBER.to_string(), "channel_id": GENERAL.to_string(), "name": name, "forged": true,
            "options": if name == "feedback" { json!({"program": "grants"}) } else { json!({}) }});
        body.as_object_mut().unwrap().extend(elsewhere.as_object().unwrap().clone());
        if let Some(subcommand) = subcommand {
            body["subcommand"] = json!(subcommand);
        }
        commands.push((name, body));
    }
    for (name, body) in commands {
        let outcome: Outcome =
            server.discord.request(Method::POST, "/control/interactions/command", Some(&body)).await.unwrap();
        assert_refused(&outcome, "only work on the PSF's own server", name);
    }
    assert_eq!(rows(&pool).await, before);
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_role_of_staff_does_not_count_in_a_direct_message(pool: PgPool) {
    let server = TestServer::connected(pool.clone()).await;
    let dm: Value = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{}/api/v10/users/@me/channels", server.sandbox.url()))
        .header("authorization", format!("Bot {TOKEN}"))
        .json(&json!({"recipient_id": STAFF_MEMBER.to_string()}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let dm: u64 = dm["id"].as_str().unwrap().parse().unwrap();
    let before = rows(&pool).await;
    let status = server.staff().forge_command(dm, "status", json!({})).await.unwrap();
    assert!(status.content().contains("only work on the PSF's own server"), "{status:?}");
    let message = server.staff().say(dm, "hello").await.unwrap();
    for (kind, _) in kinds() {
        for outcome in forge(&server, &server.staff(), &message, &format!("{kind}:1"), &json!({})).await {
            assert!(outcome.content().contains("only work on the PSF's own server"), "{kind}: {outcome:?}");
        }
    }
    assert_eq!(rows(&pool).await, before);
    server.finish().await;
}

#[sqlx::test]
async fn staffs_suggestions_while_typing_are_empty_for_others(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let asked = json!({"as": MEMBER.to_string(), "channel_id": GENERAL.to_string(), "name": "announce", "subcommand": "cancel",
        "options": {"announcement": ""}, "focused": "announcement", "forged": true});
    let answer: Value =
        server.discord.request(Method::POST, "/control/interactions/autocomplete", Some(&asked)).await.unwrap();
    assert_eq!(answer["choices"], json!([]));
    server.finish().await;
}

#[sqlx::test(migrations = false)]
async fn the_bot_leaves_a_server_that_is_not_the_configured_one(pool: PgPool) {
    let world = World::start(&pool).await;
    let mut command = world.command(&["run"]);
    command.env("PSFBOT__DISCORD__GUILD_ID", "\"1199999999999999999\"");
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let bot = crate::support::process::Psfbot::started(command.spawn().unwrap());
    let requests = eventually("it leaves", async || {
        let requests = world.discord.requests(0).await.unwrap();
        requests.iter().any(|request| request["method"] == "DELETE").then_some(requests)
    })
    .await;
    let left = requests.iter().find(|request| request["method"] == "DELETE").unwrap();
    assert!(left["path"].as_str().unwrap().contains("/users/@me/guilds/1100000000000000001"), "{left}");
    assert!(!requests.iter().any(|request| request["method"] == "PUT"), "nothing was registered there");
    drop(bot);
}
