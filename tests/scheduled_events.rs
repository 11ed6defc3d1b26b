//! Discord's events as copies of our sessions: made once each, whatever happens in between. It is 21 November 2026, noon
//! in UTC.

use chrono::TimeDelta;
use sandbox::world::demo::{BOARD, BOT, BOT_ROLE, GUILD, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TestServer};

const DAY: TimeDelta = TimeDelta::days(1);

/// A series of its own besides the ones of every test, of which the welcome hour of 1 December has an event.
fn with(config: &str, more: &str) -> String {
    format!(
        "{config}\n[[series]]\nkey = \"evening\"\ntitle = \"Evening Hour\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = []\n{more}\n"
    )
}

const SESSION: &str = "dates = [\"2026-11-25T17:00:00Z\"]";

async fn server(pool: PgPool, more: &str) -> TestServer {
    TestServer::configured(pool, |config| with(&config, more).replace("\"2026-12-01T17:00:00Z\", ", "")).await
}

async fn events(server: &TestServer) -> Vec<Value> {
    server.staff().state().await.unwrap()["scheduled_events"].as_array().unwrap().clone()
}

async fn states(server: &TestServer) -> Vec<String> {
    sqlx::query_scalar("SELECT state FROM scheduled_event ORDER BY starts_at").fetch_all(&server.pool).await.unwrap()
}

fn path() -> String {
    format!("/guilds/{GUILD}/scheduled-events")
}

#[sqlx::test]
async fn a_scheduled_session_has_one_event(pool: PgPool) {
    let mut server =
        server(pool, "dates = [\"2026-11-25T17:00:00Z\", \"2026-11-20T17:00:00Z\", \"2027-01-05T17:00:00Z\"]").await;
    server.settle().await;
    let found = events(&server).await;
    assert_eq!(found.len(), 1, "neither what is over nor what is beyond the horizon");
    let event = &found[0];
    assert_eq!(
        (&event["name"], &event["entity_type"], &event["privacy_level"]),
        (&json!("Evening Hour"), &json!(3), &json!(2))
    );
    assert_eq!(event["entity_metadata"]["location"], "#psf-board");
    assert!(event["scheduled_start_time"].as_str().unwrap().starts_with("2026-11-25T17:00:00"));
    assert!(event["scheduled_end_time"].as_str().unwrap().starts_with("2026-11-25T18:00:00"));
    let description = event["description"].as_str().unwrap();
    assert!(description.contains(&format!("<#{BOARD}>")) && description.contains("\n\nref "), "{description}");
    for _ in 0..3 {
        server.restart().await;
        server.advance(DAY).await;
    }
    assert_eq!(events(&server).await.len(), 1);
    server.advance(TimeDelta::days(10)).await;
    assert_eq!(events(&server).await.len(), 2, "the one of January comes into the horizon");
    assert_eq!(states(&server).await, ["standing", "standing"]);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_only_expected_has_none_and_the_horizon_can_be_nought(pool: PgPool) {
    let rule = "rule = \"FREQ=DAILY\"\nat = \"18:00\"\nzone = \"America/New_York\"";
    let mut server = server(pool, rule).await;
    server.advance(DAY).await;
    assert!(events(&server).await.is_empty());
    server.config = server.config.replace(rule, SESSION);
    server.restart().await;
    server.advance(HOUR).await;
    assert_eq!(events(&server).await.len(), 1);
    server.config.push_str("[office_hours]\nevent_horizon = \"0s\"\n");
    server.restart().await;
    server.advance(DAY).await;
    assert!(events(&server).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_lost_answer_leaves_one_event(pool: PgPool) {
    let mut server = server(pool, SESSION).await;
    let lost = json!({"method": "POST", "path_prefix": path(), "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    server.settle().await;
    assert_eq!((events(&server).await.len(), states(&server).await), (1, vec!["wanted".to_owned()]));
    server.restart().await;
    server.advance(MINUTE).await;
    assert_eq!((events(&server).await.len(), states(&server).await), (1, vec!["standing".to_owned()]));
    server.finish().await;
}

#[sqlx::test]
async fn faults_and_limits_are_sat_out(pool: PgPool) {
    let mut server = server(pool, SESSION).await;
    server.discord.fault(&json!({"method": "POST", "path_prefix": path(), "times": 2, "status": 500})).await.unwrap();
    server.settle().await;
    server.advance(MINUTE).await;
    assert!(events(&server).await.is_empty());
    server.discord.rate_limit("POST", &path(), 600.0, "user", 1).await.unwrap();
    server.advance(MINUTE).await;
    let asked = async |server: &TestServer| {
        let requests = server.discord.requests(0).await.unwrap();
        requests.iter().filter(|r| r["method"] == "POST" && r["path"].as_str().unwrap().contains(&path())).count()
    };
    let before = asked(&server).await;
    server.advance(TimeDelta::seconds(595)).await;
    assert_eq!(asked(&server).await, before, "no request before the limit is over");
    assert!(events(&server).await.is_empty());
    server.advance(MINUTE).await;
    assert_eq!((events(&server).await.len(), states(&server).await), (1, vec!["standing".to_owned()]));
    server.finish().await;
}

#[sqlx::test]
async fn a_crash_in_between_and_a_lost_database_leave_one_event(pool: PgPool) {
    let mut server = server(pool, SESSION).await;
    let other = server.another_app().await;
    server.settle().await;
    other.queue().run_until_quiet().await.unwrap();
    assert_eq!(events(&server).await.len(), 1);
    // It died before it recorded what it had made; then a backup from before is restored.
    for forget in [
        "UPDATE scheduled_event SET state = 'wanted', event_id = NULL, next_attempt_at = next_attempt_at + interval '45 s'",
        "DELETE FROM scheduled_event",
    ] {
        sqlx::query(forget).execute(&server.pool).await.unwrap();
        server.restart().await;
        server.advance(MINUTE).await;
        assert_eq!((events(&server).await.len(), states(&server).await), (1, vec!["standing".to_owned()]));
    }
    server.finish().await;
}

#[sqlx::test]
async fn without_the_permission_staff_get_one_card_and_it_is_made_once_they_grant_it(pool: PgPool) {
    let mut server =
        server(pool, "dates = [\"2026-11-25T17:00:00Z\", \"2026-11-26T17:00:00Z\", \"2026-11-27T17:00:00Z\"]").await;
    // The bot's role is what lets it make events; the staff's channel it may use all the same.
    server.discord.set_permissions(STAFF, BOT, 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16, 0).await.unwrap();
    server.discord.change_member(BOT, &json!({"roles": []})).await.unwrap();
    server.settle().await;
    for _ in 0..4 {
        server.advance(HOUR).await;
        server.restart().await;
    }
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1);
    insta::assert_snapshot!(cards[0].content(), @"**An event for office hours could not be made or deleted in Discord**: the bot lacks the permission Create Events in this server: grant it to the bot's role. Reminders are not affected. I try again every hour and do not tell you twice; when the reason is put right, press **Retry**.");
    assert_eq!(states(&server).await, ["failed", "failed", "failed"]);
    server.discord.change_member(BOT, &json!({"roles": [BOT_ROLE.to_string()]})).await.unwrap();
    server.connect().await;
    let retried = server.staff().press(&cards[0], "Retry").await.unwrap();
    assert_eq!(retried.content(), "3 events are tried again now.");
    server.settle().await;
    assert_eq!(events(&server).await.len(), 3);
    let none = server.staff().press(&cards[0], "Retry").await.unwrap();
    assert!(none.content().starts_with("There is nothing to try again"), "{}", none.content());
    server.finish().await;
}

#[sqlx::test]
async fn what_staff_delete_or_move_by_hand_stays_as_they_left_it(pool: PgPool) {
    let mut server = server(pool, SESSION).await;
    server.settle().await;
    let id = events(&server).await[0]["id"].as_str().unwrap().to_owned();
    by_hand(&server, "PATCH", &id, &json!({"scheduled_start_time": "2026-11-25T16:00:00Z", "name": "Moved"})).await;
    // Even when the session leaves the configuration.
    server.config = server.config.replace(SESSION, "dates = []");
    server.restart().await;
    server.advance(HOUR).await;
    assert_eq!(
        (events(&server).await[0]["name"].clone(), states(&server).await),
        (json!("Moved"), vec!["gone".to_owned()])
    );
    by_hand(&server, "DELETE", &id, &json!({})).await;
    server.advance(DAY).await;
    assert!(events(&server).await.is_empty());
    server.finish().await;
}

/// A request as staff's own client would send it; the sandbox takes it from the bot's token as well.
async fn by_hand(server: &TestServer, method: &str, id: &str, body: &Value) {
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .request(method.parse().unwrap(), format!("{}/api/v10{}/{id}", server.sandbox.url(), path()))
        .header("authorization", format!("Bot {}", crate::support::TOKEN))
        .json(body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

#[sqlx::test]
async fn an_event_goes_when_its_session_leaves_the_configuration_and_comes_back_with_it(pool: PgPool) {
    let mut server = server(pool, SESSION).await;
    server.settle().await;
    assert_eq!(events(&server).await.len(), 1);
    let before = server.config.clone();
    server.config = before.replace("2026-11-25T17:00:00Z", "2026-11-25T19:00:00Z");
    server.restart().await;
    server.settle().await;
    let found = events(&server).await;
    assert_eq!(found.len(), 1);
    assert!(found[0]["scheduled_start_time"].as_str().unwrap().starts_with("2026-11-25T19:00:00"));
    assert_eq!(states(&server).await, ["gone", "standing"]);
    server.config = before;
    server.restart().await;
    server.settle().await;
    assert_eq!(events(&server).await.len(), 1);
    assert_eq!(states(&server).await, ["standing", "gone"]);
    server.finish().await;
}

#[sqlx::test]
async fn one_that_could_not_be_made_in_time_is_given_up(pool: PgPool) {
    let mut server = server(pool, "dates = [\"2026-11-21T13:00:00Z\"]").await;
    server
        .discord
        .fault(&json!({"method": "POST", "path_prefix": path(), "times": 1000, "status": 503}))
        .await
        .unwrap();
    for _ in 0..7 {
        server.advance(TimeDelta::minutes(10)).await;
    }
    assert_eq!(states(&server).await, ["missed"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_server_that_is_full_of_events_is_said_to_be_once(pool: PgPool) {
    let rule = "rule = \"FREQ=DAILY\"\nat = \"18:00\"\nzone = \"America/New_York\"\nconfirm = \"automatic\"\n[office_hours]\nevent_horizon = \"110d\"\n";
    let mut server = server(pool, rule).await;
    // So many requests take their time.
    for _ in 0..30 {
        server.advance(TimeDelta::seconds(1)).await;
    }
    server.advance(HOUR).await;
    assert_eq!(events(&server).await.len(), 100);
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].content().contains("100 events already"), "{}", cards[0].content());
    server.finish().await;
}
