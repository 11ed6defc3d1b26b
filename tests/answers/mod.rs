//! What becomes of answers: shared, voted on, counted where there was none, put to staff and answered by them, browsed, and
//! told to staff once a week.

mod ask_staff;
mod browse;
mod digest;
mod gaps;
mod replies;
mod share;
mod votes;

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};

use crate::support::process::eventually;
use crate::support::{TestServer, direct_messages, press};

/// Something that no article is about.
const UNKNOWN: &str = "Zxqv blorp fnord?";

/// Asks, and reads the answer.
async fn ask(person: &Person, question: &str) -> Message {
    let outcome = person.command(GENERAL, "ask", json!({"question": question})).await.unwrap();
    outcome.message.clone().unwrap_or_else(|| panic!("no answer: {outcome:?}"))
}

/// Opens a form by a button; its custom id.
async fn form(person: &Person, message: &Message, label: &str) -> String {
    let outcome = person.press(message, label).await.unwrap();
    outcome.form_id().unwrap_or_else(|| panic!("no form: {outcome:?}")).to_owned()
}

/// What a form's only field begins with.
fn prefilled(form: &Value) -> &str {
    form["components"][0]["components"][0]["value"].as_str().unwrap_or_default()
}

/// The gaps: question, how often, why, nearest article.
async fn gaps(server: &TestServer) -> Vec<(String, i32, String, Option<String>)> {
    sqlx::query_as("SELECT question, asked, reason, nearest FROM gap ORDER BY id")
        .fetch_all(&server.pool)
        .await
        .unwrap()
}

/// Waits until so many times a question was counted.
async fn counted(server: &TestServer, times: i32) -> Vec<(String, i32, String, Option<String>)> {
    eventually("the questions are counted", async || {
        let gaps = gaps(server).await;
        (gaps.iter().map(|gap| gap.1).sum::<i32>() == times).then_some(gaps)
    })
    .await
}

/// Puts a question to staff; the form's custom id, and the thanks.
async fn put_to_staff(person: &Person, question: &str) -> (String, Message) {
    let answer = ask(person, UNKNOWN).await;
    let form = form(person, &answer, "Ask staff").await;
    let outcome = person.submit(GENERAL, &form, json!({"question": question})).await.unwrap();
    (form, outcome.message.clone().unwrap_or_else(|| panic!("no thanks: {outcome:?}")))
}

/// The one card that the staff channel holds, as it reads now.
async fn the_card(server: &mut TestServer) -> Message {
    server.settle().await;
    let cards = server.look(STAFF).await;
    let [card] = &cards[..] else { panic!("one card is expected: {cards:?}") };
    card.clone()
}

/// Opens the form of a reply, and sends it.
async fn reply(person: &Person, card: &Message, text: &str) -> (String, Outcome) {
    let form = form(person, card, "Reply").await;
    let outcome = person.submit(STAFF, &form, json!({"text": text})).await.unwrap();
    (form, outcome)
}
