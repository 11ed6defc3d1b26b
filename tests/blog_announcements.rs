//! From a feed to one message: over real HTTP, through a real database, into the sandbox's channel.

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::world::demo::{BLOG, STAFF};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, TOKEN, TestServer};

#[sqlx::test]
async fn a_new_feed_is_seeded_silently(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_new_post_is_announced_once(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    server.discord.publish("PyCon recap", "What happened in Long Beach.").await.unwrap();
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    let [message] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    assert!(message.pinged_nobody());
    assert_snapshot!(message.content().replace(server.sandbox.url(), "http://blog"), @"
    **PyCon recap**
    New on Sample PSF Community Blog by Sample Author
    <http://blog/blog/2026/11/pycon-recap.html>
    ");
    assert_eq!(message.embeds()[0]["title"], "PyCon recap");
    assert!(message.embeds()[0]["footer"]["text"].as_str().unwrap().contains("· ref "));
    server.finish().await;
}

#[sqlx::test]
async fn a_restart_announces_nothing_again(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    server.discord.publish("PyCon recap", "What happened.").await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.restart().await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn what_was_published_while_the_bot_was_down_is_announced_once(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    server.discord.publish("While you were away", "Something.").await.unwrap();
    server.restart().await;
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn an_edited_post_edits_its_message_and_pings_nobody(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    let post = server.discord.publish("PyCon recpa", "What happened.").await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.discord.edit_post(post["id"].as_str().unwrap(), &json!({"title": "PyCon recap @everyone"})).await.unwrap();
    server.advance(HOUR).await;
    let [message] = &server.look(BLOG).await[..] else { panic!("one message is expected") };
    assert!(message.content().contains("PyCon recap"), "{}", message.content());
    assert!(!message.raw["edited_timestamp"].is_null());
    assert!(message.pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn an_edit_between_a_lost_answer_and_its_retry_is_shown(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    let path = format!("/channels/{BLOG}/messages");
    let lost = json!({"method": "POST", "path_prefix": path, "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    let post = server.discord.publish("PyCon recpa", "What happened.").await.unwrap();
    server.advance(TimeDelta::minutes(10)).await;
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "pending", "the answer was lost");
    server.discord.edit_post(post["id"].as_str().unwrap(), &json!({"title": "PyCon recap"})).await.unwrap();
    server.advance(HOUR).await;
    let [message] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    assert!(message.content().contains("PyCon recap"), "{}", message.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_backup_from_before_the_post_announces_it_no_second_time(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    server.discord.publish("Once", "Its text.").await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    // What a restored backup knows: the entries and the feed as they were before.
    let restored = "DELETE FROM delivery; DELETE FROM entry WHERE announcement_id IS NOT NULL; DELETE FROM announcement; UPDATE feed SET etag = NULL, last_modified = NULL";
    sqlx::raw_sql(restored).execute(&server.pool).await.unwrap();
    server.restart().await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "delivered", "it was found");
    server.finish().await;
}

#[sqlx::test]
async fn an_edit_of_a_message_that_somebody_deleted_ends_without_a_word(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    let post = server.discord.publish("PyCon recpa", "What happened.").await.unwrap();
    server.advance(HOUR).await;
    let message = server.take(BLOG).await[0].id();
    let address = format!("{}/api/v10/channels/{BLOG}/messages/{message}", server.sandbox.url());
    let deleted =
        reqwest::Client::new().delete(address).header("Authorization", format!("Bot {TOKEN}")).send().await.unwrap();
    assert!(deleted.status().is_success());
    server.forget_taken(BLOG);
    server.discord.edit_post(post["id"].as_str().unwrap(), &json!({"title": "PyCon recap"})).await.unwrap();
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    assert!(server.take(STAFF).await.is_empty() && server.take(BLOG).await.is_empty());
    let step: (String, String) = sqlx::query_as("SELECT state, problem FROM delivery_step WHERE step = 'edit'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(step, ("done".into(), "the message was deleted in Discord".into()));
    server.finish().await;
}

#[sqlx::test]
async fn a_flood_asks_staff_instead_of_posting(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    for number in 1..=5 {
        server.discord.publish(&format!("Post {number}"), "Text.").await.unwrap();
    }
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("5 new posts at once"), "{}", card.content());
    server.finish().await;
}
