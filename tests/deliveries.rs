//! One delivery, one message: limits, lost replies, refusals, crashes.

use chrono::TimeDelta;
use psfbot::announcements::{DeliveryState, Draft, Kind};
use psfbot::clock::Clock;
use psfbot::ids::{AnnouncementId, ChannelId};
use psfbot::message::Message;
use sandbox::world::demo::{ANNOUNCEMENTS, BOT_ROLE, GENERAL, STAFF};
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TestServer};

const READ_MESSAGE_HISTORY: u64 = 1 << 16;
const SEND_MESSAGES: u64 = 1 << 11;

async fn announce(server: &TestServer, channel: u64, content: &str) -> AnnouncementId {
    let now = server.clock.now();
    let draft = Draft {
        kind: Kind::Staff,
        message: Message { content: content.into(), ..Message::default() },
        crosspost: true,
        origin: None,
        channels: vec![ChannelId::new(channel).unwrap()],
        due_at: now,
    };
    server.app.store().announce(&draft, now).await.unwrap()
}

async fn state(server: &TestServer, id: AnnouncementId) -> DeliveryState {
    server.app.store().delivery_states(id).await.unwrap()[0].1
}

#[sqlx::test]
async fn a_text_that_mentions_everyone_pings_nobody(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    announce(&server, GENERAL, "@everyone <@&1100000000000000021> hello").await;
    server.settle().await;
    assert!(server.take(GENERAL).await[0].pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn a_message_in_an_announcement_channel_is_published_to_followers(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    announce(&server, ANNOUNCEMENTS, "News").await;
    server.settle().await;
    let message = &server.take(ANNOUNCEMENTS).await[0];
    assert_eq!(message.raw["flags"].as_u64().unwrap() & 1, 1, "CROSSPOSTED");
    server.finish().await;
}

#[sqlx::test]
async fn a_rate_limit_is_obeyed_to_the_letter_and_holds_up_nothing_else(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let limited = format!("/channels/{GENERAL}/messages");
    server.discord.rate_limit("POST", &limited, 90.0, "user", 1).await.unwrap();
    announce(&server, GENERAL, "waits").await;
    server.settle().await;
    announce(&server, GENERAL, "waits too").await;
    announce(&server, STAFF, "goes").await;
    server.advance(TimeDelta::seconds(89)).await;
    assert!(server.take(GENERAL).await.is_empty());
    assert_eq!(server.take(STAFF).await.len(), 1);
    let posts = |requests: Vec<serde_json::Value>| {
        requests.iter().filter(|r| r["method"] == "POST" && r["path"].as_str().unwrap().contains(&limited)).count()
    };
    assert_eq!(posts(server.discord.requests(0).await.unwrap()), 1, "no request to the limited bucket before its time");
    server.advance(TimeDelta::seconds(2)).await;
    assert_eq!(server.take(GENERAL).await.len(), 2);
    server.finish().await;
}

#[sqlx::test]
async fn a_publishing_limit_of_an_hour_leaves_the_message_standing(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server
        .discord
        .rate_limit("POST", &format!("/channels/{ANNOUNCEMENTS}/messages/"), 3600.0, "user", 1)
        .await
        .unwrap();
    announce(&server, ANNOUNCEMENTS, "first").await;
    server.settle().await;
    announce(&server, ANNOUNCEMENTS, "second").await;
    server.settle().await;
    let messages = server.take(ANNOUNCEMENTS).await;
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().all(|message| message.raw["flags"].as_u64().unwrap_or(0) & 1 == 0));
    server.advance(HOUR + MINUTE).await;
    assert!(server.look(ANNOUNCEMENTS).await.iter().all(|message| message.raw["flags"].as_u64().unwrap() & 1 == 1));
    server.finish().await;
}

/// A process sends a message and dies before it records that.
async fn send_and_forget(server: &mut TestServer, id: AnnouncementId) {
    server.settle().await;
    let forgotten = "UPDATE delivery SET state = 'sending', claimed_until = $2, message_id = NULL, revision = NULL, delivered_at = NULL WHERE announcement_id = $1";
    sqlx::query(forgotten).bind(id.0).bind(server.clock.now()).execute(&server.pool).await.unwrap();
    sqlx::query("DELETE FROM delivery_step").execute(&server.pool).await.unwrap();
}

#[sqlx::test]
async fn a_crash_after_sending_leaves_one_message(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let id = announce(&server, GENERAL, "once").await;
    send_and_forget(&mut server, id).await;
    server.restart().await;
    server.advance(MINUTE).await;
    assert_eq!(server.take(GENERAL).await.len(), 1, "the nonce is still known");
    assert_eq!(state(&server, id).await, DeliveryState::Delivered);
    server.finish().await;
}

#[sqlx::test]
async fn a_crash_long_ago_leaves_one_message(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let id = announce(&server, GENERAL, "once").await;
    send_and_forget(&mut server, id).await;
    for chatter in 0..120 {
        server.member().say(GENERAL, &format!("chatter {chatter}")).await.unwrap();
    }
    server.restart().await;
    server.advance(HOUR).await;
    let ours = server.take(GENERAL).await.iter().filter(|message| message.content() == "once").count();
    assert_eq!(ours, 1, "the nonce is forgotten, the footer's reference is found");
    assert_eq!(state(&server, id).await, DeliveryState::Delivered);
    server.finish().await;
}

#[sqlx::test]
async fn an_old_delivery_without_a_recorded_attempt_is_looked_for_too(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let id = announce(&server, GENERAL, "once").await;
    send_and_forget(&mut server, id).await;
    // A backup from before the attempt is restored.
    sqlx::query("UPDATE delivery SET state = 'pending', claimed_until = NULL, attempts = 0")
        .execute(&server.pool)
        .await
        .unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn without_read_message_history_an_old_delivery_is_held_and_staff_are_told(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, READ_MESSAGE_HISTORY).await.unwrap();
    let id = announce(&server, GENERAL, "once").await;
    server.advance(HOUR).await;
    assert!(server.take(GENERAL).await.is_empty());
    assert_eq!(state(&server, id).await, DeliveryState::Held);
    let card = &server.take(STAFF).await[0];
    assert!(card.content().contains("Read Message History"), "{}", card.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_refusal_fails_with_a_reason_and_staff_are_told_once(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.discord.set_permissions(GENERAL, BOT_ROLE, 0, SEND_MESSAGES).await.unwrap();
    let id = announce(&server, GENERAL, "refused").await;
    server.settle().await;
    server.advance(HOUR).await;
    assert_eq!(state(&server, id).await, DeliveryState::Failed);
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1);
    assert!(cards[0].content().contains("lacks a permission"), "{}", cards[0].content());
    server.finish().await;
}
