//! `/ask` without a question: topics, then articles, page by page.

use std::collections::BTreeSet;

use sandbox::client::Message;
use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::press;
use crate::support::TestServer;

/// The menu of a message: its custom id and options.
fn menu(message: &Message) -> (String, Vec<Value>) {
    let menu = message.components().into_iter().find(|component| component["type"] == 3).unwrap();
    (menu["custom_id"].as_str().unwrap().to_owned(), menu["options"].as_array().unwrap().clone())
}

fn values(options: &[Value]) -> Vec<String> {
    options.iter().map(|option| option["value"].as_str().unwrap().to_owned()).collect()
}

#[sqlx::test]
async fn a_topic_and_an_article_are_chosen_and_answered(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let topics = member.command(GENERAL, "ask", json!({})).await.unwrap().message.unwrap();
    assert!(topics.is_ephemeral() && topics.content().contains("choose a topic"), "{}", topics.content());
    let (id, options) = menu(&topics);
    let shown: Vec<&str> = options.iter().map(|option| option["label"].as_str().unwrap()).collect();
    assert!(shown.contains(&"Grants") && shown.contains(&"PyCon US") && !shown.contains(&"Redirect"), "{shown:?}");
    assert!(options.len() <= 25 && options.iter().all(|o| o["description"].as_str().unwrap().ends_with("answers")));
    // No process remembers where a member is.
    server.restart().await;
    let topic = member.choose(&topics, &id, &["grants"]).await.unwrap().message.unwrap();
    assert_eq!(topic.id(), topics.id(), "in place");
    let (articles, first) = menu(&topic);
    assert_eq!(first.len(), 25);
    assert!(topic.content().contains("**Grants**: 1 to 25 of "), "{}", topic.content());
    let more = press(&member, &topic, "More").await;
    let (_, second) = menu(&more);
    let all: BTreeSet<String> = values(&first).into_iter().chain(values(&second)).collect();
    assert_eq!(all.len(), first.len() + second.len(), "no article twice");
    assert!(!more.buttons().contains(&"More"));
    let back = press(&member, &more, "Back").await;
    assert_eq!(menu(&back).1, first);
    let answer = member.choose(&back, &articles, &["grants-status"]).await.unwrap().message.unwrap();
    assert_ne!(answer.id(), back.id(), "the menu stays");
    assert!(answer.content().contains("paused") && answer.content().contains("Sources"), "{}", answer.content());
    assert_eq!(answer.buttons()[..3], ["Share here", "Helpful", "Not helpful"]);
    let topics_again = press(&member, &back, "All topics").await;
    assert_eq!(menu(&topics_again).1, options);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_forged_or_gone_opens_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let topics = member.command(GENERAL, "ask", json!({})).await.unwrap().message.unwrap();
    for forged in [
        "ask-topics:1:9",
        "ask-topics:1:-1",
        "ask-topics:1:300",
        "ask-topic:1:0",
        "ask-topic-page:1:0:no-such-topic",
        "ask-topic-page:1:9:grants",
        "ask-topic-page:1:0:redirect",
        "ask-topic-page:1:grants",
        "ask-article:1:0",
    ] {
        let outcome = member.forge_click(&topics, forged).await.unwrap();
        assert!(outcome.content().contains("not in the knowledge base any more"), "{forged}: {outcome:?}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn browsing_needs_no_database(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let stalled = server.stall_database().await;
    let member = server.member();
    let outcome = member.command(GENERAL, "ask", json!({})).await.unwrap();
    let (id, _) = menu(outcome.message.as_ref().unwrap());
    let topic = member.choose(outcome.message.as_ref().unwrap(), &id, &["grants"]).await.unwrap();
    let (id, _) = menu(topic.message.as_ref().unwrap());
    let answer = member.choose(topic.message.as_ref().unwrap(), &id, &["grants-status"]).await.unwrap();
    assert!(answer.content().contains("paused") && answer.state == "answered", "{answer:?}");
    stalled.rollback().await.unwrap();
    server.finish().await;
}
