//! The inbox: `/inbox` and what a card's buttons do beyond reading and answering.

mod browse;
mod conduct;
mod export;
mod guard;
mod pictures;
mod terms;
mod theme_changes;
mod theme_reply;
mod themes;

use sandbox::client::{Message, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};

use crate::support::{HOUR, TestServer, press};

/// Sends feedback; the thanks.
async fn send(person: &Person, program: &str, anonymous: bool, went_well: &str, to_change: &str) -> Message {
    let options = json!({"program": program, "anonymous": anonymous});
    let form = person.command(GENERAL, "feedback", options).await.unwrap();
    let written = json!({"went-well": went_well, "to-change": to_change});
    let outcome = person.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert!(outcome.content().contains("Thank you"), "{outcome:?}");
    outcome.message.unwrap()
}

/// Uses `/inbox …` as staff, where only they see it.
async fn inbox(server: &TestServer, what: &str, options: Value) -> Message {
    let outcome = server.staff().command(STAFF, &format!("inbox {what}"), options).await.unwrap();
    let message = outcome.message.clone().unwrap_or_else(|| panic!("no answer: {outcome:?}"));
    assert!(message.is_ephemeral() && message.pinged_nobody(), "{message:?}");
    message
}

/// The only submission's row.
async fn id(server: &TestServer) -> String {
    sqlx::query_scalar("SELECT id::TEXT FROM submission").fetch_one(&server.pool).await.unwrap()
}

/// The one card, as it reads now.
async fn the_card(server: &mut TestServer) -> Message {
    server.settle().await;
    let cards = server.look(STAFF).await;
    let [card] = &cards[..] else { panic!("one card is expected: {cards:?}") };
    card.clone()
}

/// The file of an answer.
async fn file(message: &Message) -> String {
    let url = message.raw["attachments"][0]["url"].as_str().unwrap_or_else(|| panic!("no file: {message:?}"));
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

/// Ends a test whose cards were looked at.
async fn done(mut server: TestServer) {
    server.settle().await;
    server.take(STAFF).await;
    server.finish().await;
}

/// Lets the hour's anonymous cards be posted.
async fn next_round(server: &mut TestServer) {
    server.advance(HOUR).await;
}
