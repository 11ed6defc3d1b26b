//! Reminders of sessions and key dates: sent once, at their time, whatever happens in between. It is 21 November 2026, noon
//! in UTC.

use chrono::{DateTime, TimeDelta, Utc};
use psfbot::clock::Clock;
use sandbox::world::demo::{BOARD, GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TestServer};

/// `SUPPRESS_NOTIFICATIONS`.
const SILENT: u64 = 1 << 12;

fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A series of its own besides the ones of every test.
fn with(config: String, more: &str) -> String {
    format!(
        "{config}\n[[series]]\nkey = \"evening\"\ntitle = \"Evening Hour\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\n{more}\n"
    )
}

const TOMORROW: &str = "dates = [\"2026-11-23T17:00:00Z\"]";

async fn server(pool: PgPool, more: &str) -> TestServer {
    TestServer::configured(pool, |config| with(config, more)).await
}

/// Moves the clock to an instant, then does all that is due.
async fn go_to(server: &mut TestServer, at: &str) {
    server.advance(utc(at) - server.clock.now()).await;
}

/// The clock moves while no process runs; then another one starts.
async fn down_until(server: &mut TestServer, at: &str) {
    server.clock.advance(utc(at) - server.clock.now());
    server.restart().await;
    server.settle().await;
}

async fn states(server: &TestServer) -> Vec<String> {
    sqlx::query_scalar("SELECT d.state FROM reminder r JOIN delivery d USING (announcement_id) ORDER BY r.lead_seconds DESC, r.starts_at")
        .fetch_all(&server.pool)
        .await
        .unwrap()
}

fn readable(content: &str) -> String {
    content.replace(&format!("<#{BOARD}>"), "#board")
}

#[sqlx::test]
async fn each_is_sent_once_at_its_time(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    go_to(&mut server, "2026-11-22T16:59:59Z").await;
    assert!(server.take(BOARD).await.is_empty());
    go_to(&mut server, "2026-11-22T17:00:00Z").await;
    let messages = server.take(BOARD).await;
    assert_eq!(messages.len(), 1);
    insta::assert_snapshot!(readable(messages[0].content()), @"**Evening Hour**, <t:1795453200:F> (23 November 2026, 17:00 UTC) (<t:1795453200:R>), in #board. An office hour is a text chat: ask your question there, or just read along.");
    assert!(messages[0].pinged_nobody());
    assert_eq!(messages[0].raw["flags"].as_u64().unwrap() & SILENT, SILENT, "a day ahead nobody's phone rings");
    go_to(&mut server, "2026-11-23T16:44:00Z").await;
    assert!(server.take(BOARD).await.is_empty());
    go_to(&mut server, "2026-11-23T16:45:00Z").await;
    let messages = server.take(BOARD).await;
    assert_eq!(messages.len(), 1);
    assert!(!messages[0].content().contains("Sorry"), "{}", messages[0].content());
    assert_eq!(messages[0].raw["flags"].as_u64().unwrap_or(0) & SILENT, 0);
    go_to(&mut server, "2026-11-24T12:00:00Z").await;
    assert_eq!(states(&server).await, ["delivered", "delivered"]);
    server.finish().await;
}

#[sqlx::test]
async fn restarts_and_a_second_process_that_plans_at_the_same_time_send_no_second_one(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    let other = server.another_app().await;
    let (here, there) = tokio::join!(server.app.queue().plan_sessions(), other.queue().plan_sessions());
    here.and(there).unwrap();
    for at in ["2026-11-22T16:59:00Z", "2026-11-22T17:00:00Z", "2026-11-22T17:01:00Z", "2026-11-23T16:45:00Z"] {
        go_to(&mut server, at).await;
        other.queue().run_until_quiet().await.unwrap();
        server.restart().await;
        server.settle().await;
    }
    assert_eq!(server.take(BOARD).await.len(), 2);
    assert_eq!(states(&server).await, ["delivered", "delivered"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_backup_from_before_sends_no_second_one(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    go_to(&mut server, "2026-11-22T17:00:00Z").await;
    // Within the nonce's life, within the grace, and after it.
    for later in ["2026-11-22T17:00:30Z", "2026-11-22T17:40:00Z", "2026-11-22T20:00:00Z"] {
        // The rows of the plan, then those of the announcements as well, are lost.
        for lost in ["DELETE FROM reminder", "DELETE FROM announcement"] {
            sqlx::query(lost).execute(&server.pool).await.unwrap();
            down_until(&mut server, later).await;
        }
        assert_eq!(states(&server).await[0], "delivered", "{later}");
    }
    assert_eq!(server.take(BOARD).await.len(), 1, "found again by its reference");
    go_to(&mut server, "2026-11-23T16:45:00Z").await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn one_missed_while_down_is_sent_late_once_and_says_so(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    server.settle().await;
    down_until(&mut server, "2026-11-22T18:30:00Z").await;
    server.restart().await;
    server.advance(HOUR).await;
    let messages = server.take(BOARD).await;
    assert_eq!(messages.len(), 1);
    assert!(messages[0].content().starts_with("Sorry, this reminder is late"), "{}", messages[0].content());
    go_to(&mut server, "2026-11-23T16:45:00Z").await;
    let messages = server.take(BOARD).await;
    assert!(messages.len() == 1 && !messages[0].content().contains("Sorry"), "the second one is on time");
    server.finish().await;
}

#[sqlx::test]
async fn one_missed_for_too_long_is_recorded_and_not_sent(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    server.settle().await;
    down_until(&mut server, "2026-11-22T19:00:00Z").await;
    assert!(server.take(BOARD).await.is_empty());
    assert_eq!(states(&server).await[0], "missed");
    // The other one until after the beginning, which is the end of its grace.
    down_until(&mut server, "2026-11-23T17:00:00Z").await;
    assert_eq!(states(&server).await, ["missed", "missed"]);
    server.advance(HOUR).await;
    server.finish().await;
}

#[sqlx::test]
async fn down_over_all_of_it_sends_nothing(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    go_to(&mut server, "2026-11-21T17:00:00Z").await;
    down_until(&mut server, "2026-12-10T12:00:00Z").await;
    assert_eq!(states(&server).await, ["missed", "missed"]);
    server.finish().await;
}

#[sqlx::test]
async fn of_two_that_are_late_at_once_the_nearer_is_sent_and_the_other_recorded(pool: PgPool) {
    let mut server = server(pool, "dates = [\"2026-11-21T20:00:00Z\"]\nreminders = [\"2h\", \"1h\"]").await;
    server.settle().await;
    down_until(&mut server, "2026-11-21T19:20:00Z").await;
    let messages = server.take(BOARD).await;
    assert_eq!(messages.len(), 1);
    assert!(messages[0].content().starts_with("Sorry, this reminder is late"));
    assert_eq!(states(&server).await, ["missed", "delivered"]);
    server.finish().await;
}

#[sqlx::test]
async fn discord_that_is_away_over_the_grace_leaves_a_missed_one(pool: PgPool) {
    let mut server = server(pool, "dates = [\"2026-11-21T14:00:00Z\"]\nreminders = [\"15m\"]").await;
    let away =
        json!({"method": "POST", "path_prefix": format!("/channels/{BOARD}/messages"), "times": 1000, "status": 503});
    server.discord.fault(&away).await.unwrap();
    for _ in 0..20 {
        go_to(&mut server, "2026-11-21T13:45:00Z").await;
        server.advance(MINUTE).await;
    }
    go_to(&mut server, "2026-11-21T14:10:00Z").await;
    assert!(server.take(BOARD).await.is_empty());
    assert_eq!(states(&server).await, ["missed"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_lost_answer_to_a_reminder_leaves_one_message(pool: PgPool) {
    let mut server = server(pool, "dates = [\"2026-11-21T14:00:00Z\"]\nreminders = [\"15m\"]").await;
    let lost = json!({"method": "POST", "path_prefix": format!("/channels/{BOARD}/messages"), "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    go_to(&mut server, "2026-11-21T13:45:00Z").await;
    // The answer is lost, and the process is down until it is too late: what stands is recorded as it is.
    down_until(&mut server, "2026-11-21T14:30:00Z").await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    assert_eq!(states(&server).await, ["delivered"]);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_expected_or_was_published_long_ago_creates_nothing(pool: PgPool) {
    let rule = "rule = \"FREQ=DAILY\"\nat = \"18:00\"\nzone = \"America/New_York\"";
    let mut server = TestServer::configured(pool, |config| {
        with(
            config
                .replace("reminders = []", "reminders = [\"24h\", \"15m\"]")
                .replace("\"2026-12-01T17:00:00Z\", ", ""),
            rule,
        )
    })
    .await;
    for _ in 0..5 {
        server.advance(TimeDelta::hours(12)).await;
    }
    let rows: i64 =
        sqlx::query_scalar("SELECT (SELECT count(*) FROM delivery) + (SELECT count(*) FROM scheduled_event)")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert_eq!(rows, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_rule_that_confirms_itself_is_reminded_of_at_its_wall_time(pool: PgPool) {
    let rule = "rule = \"FREQ=WEEKLY;BYDAY=SU\"\nat = \"09:00\"\nzone = \"America/New_York\"\nconfirm = \"automatic\"\nreminders = [\"15m\"]";
    let mut server = server(pool, rule).await;
    go_to(&mut server, "2026-11-22T13:44:00Z").await;
    assert!(server.take(BOARD).await.is_empty());
    go_to(&mut server, "2026-11-22T13:45:00Z").await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    // The plan has the next one when its time comes near.
    go_to(&mut server, "2026-11-29T13:00:00Z").await;
    go_to(&mut server, "2026-11-29T13:45:00Z").await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_leaves_the_configuration_takes_its_reminders_along(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    server.settle().await;
    server.config = server.config.replace("2026-11-23T17:00:00Z", "2026-11-23T19:00:00Z");
    server.restart().await;
    server.settle().await;
    assert_eq!(states(&server).await, ["cancelled", "pending"], "of the day ahead");
    go_to(&mut server, "2026-11-22T18:59:00Z").await;
    assert!(server.take(BOARD).await.is_empty());
    go_to(&mut server, "2026-11-22T19:00:00Z").await;
    assert!(server.take(BOARD).await[0].content().contains("23 November 2026, 19:00 UTC"));
    // Moved into the past, nothing more comes.
    server.config = server.config.replace("2026-11-23T19:00:00Z", "2026-11-20T19:00:00Z");
    server.restart().await;
    go_to(&mut server, "2026-11-24T12:00:00Z").await;
    server.finish().await;
}

#[sqlx::test]
async fn one_that_comes_back_is_reminded_of_again_in_the_words_of_today(pool: PgPool) {
    let mut server = server(pool, TOMORROW).await;
    server.settle().await;
    let before = server.config.clone();
    server.config = server.config.replace(TOMORROW, "dates = []");
    server.restart().await;
    assert_eq!(states(&server).await, ["cancelled"]);
    server.config = before.replace("Evening Hour", "Night Hour").replace(
        &format!("\"{BOARD}\"\nduration = \"1h\"\ndates = [\"2026-11-23"),
        &format!("\"{GENERAL}\"\nduration = \"1h\"\ndates = [\"2026-11-23"),
    );
    server.restart().await;
    go_to(&mut server, "2026-11-22T17:00:00Z").await;
    let messages = server.take(GENERAL).await;
    assert_eq!(messages.len(), 1, "in its new channel");
    assert!(messages[0].content().contains("Night Hour"), "{}", messages[0].content());
    go_to(&mut server, "2026-11-23T16:45:00Z").await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_key_date_is_reminded_of_with_what_is_said_of_it(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| {
        format!(
            "{config}\n[[key_dates]]\nkey = \"vote\"\ntitle = \"Vote @everyone\"\ndate = \"2026-11-23\"\nuntil = \"2026-11-25\"\nchannel = \"{GENERAL}\"\nreminders = [\"24h\"]\nurl = \"https://example.org/vote\"\ntext = \"Members *vote* on the board.\"\n"
        )
    })
    .await;
    go_to(&mut server, "2026-11-22T00:00:00Z").await;
    let messages = server.take(GENERAL).await;
    insta::assert_snapshot!(messages[0].content(), @r"
    **Vote \@everyone**, 23 November 2026 to 25 November 2026 (<t:1795392000:R>)
    Members \*vote\* on the board.
    ");
    assert!(messages[0].pinged_nobody());
    assert_eq!(messages[0].components().len(), 0, "links are not clicks");
    assert!(messages[0].raw["components"].to_string().contains("https://example.org/vote"));
    let kind: String = sqlx::query_scalar("SELECT kind FROM announcement").fetch_one(&server.pool).await.unwrap();
    assert_eq!(kind, "key-date");
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_is_closed_to_the_bot_makes_one_card_a_reminder(pool: PgPool) {
    let mut server = server(pool, "dates = [\"2026-11-21T14:00:00Z\"]\nreminders = [\"15m\"]").await;
    server.discord.set_permissions(BOARD, sandbox::world::demo::BOT_ROLE, 0, 1 << 11).await.unwrap();
    go_to(&mut server, "2026-11-21T13:45:00Z").await;
    go_to(&mut server, "2026-11-21T15:45:00Z").await;
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].content().contains("Evening Hour"), "{}", cards[0].content());
    assert_eq!(states(&server).await, ["failed"]);
    server.finish().await;
}
