//! `/blog` as a member meets it.

use sandbox::world::demo::{BLOG, GENERAL};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{MINUTE, TestServer};

/// A server whose blog was read, with a new post.
async fn with_a_post(pool: PgPool, title: &str) -> TestServer {
    let mut server = TestServer::connected(pool).await;
    server.settle().await;
    server.discord.publish(title, "A summary").await.unwrap();
    server.advance(MINUTE * 11).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server
}

#[sqlx::test]
async fn the_newest_posts_come_first_with_their_dates(pool: PgPool) {
    let server = with_a_post(pool, "Snakes *everywhere* @everyone").await;
    let outcome = server.member().command(GENERAL, "blog", json!({})).await.unwrap();
    let message = outcome.message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    let first = message.content().lines().nth(1).unwrap();
    assert!(first.starts_with(r"- [Snakes \*everywhere\* \@everyone](<http"), "{first}");
    assert!(first.ends_with("21 November 2026"), "{first}");
    server.finish().await;
}

#[sqlx::test]
async fn a_search_finds_a_post_by_a_word_of_its_title(pool: PgPool) {
    let server = with_a_post(pool, "Announcing the winners of the charming prize").await;
    for query in ["winner", "CHARMING", "\"charming prize\""] {
        let found = server.member().command(GENERAL, "blog", json!({ "query": query })).await.unwrap();
        assert!(found.content().contains("charming prize"), "{query}: {}", found.content());
        assert_eq!(found.content().lines().count(), 2, "{query}: {}", found.content());
    }
    let nothing = server.member().command(GENERAL, "blog", json!({"query": "zebra' -- \\ & | ("})).await.unwrap();
    assert!(nothing.content().contains("found no post on"), "{}", nothing.content());
    server.finish().await;
}

#[sqlx::test]
async fn while_the_database_is_stalled_the_answer_is_promised_and_then_given(pool: PgPool) {
    let server = with_a_post(pool, "A post").await;
    let stalled = server.stall_database().await;
    let outcome = server.member().at_once().command(GENERAL, "blog", json!({})).await.unwrap();
    stalled.rollback().await.unwrap();
    let answered = server.completed(&outcome).await;
    assert!(answered.content().contains("A post"), "{}", answered.content());
    assert!(answered.message.unwrap().is_ephemeral());
    server.finish().await;
}
