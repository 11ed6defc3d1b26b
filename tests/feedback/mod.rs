//! Feedback end to end: `/feedback`, the cards of the staff, `/me`.

mod anonymous;
mod bad_input;
mod form;
mod me;
mod outage;
mod own_form;
mod staff;

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};

use crate::support::TestServer;

/// Opens the form and returns its custom id.
async fn opened(person: &Person, options: Value) -> String {
    let outcome = person.command(GENERAL, "feedback", options).await.unwrap();
    outcome.form_id().unwrap_or_else(|| panic!("no form: {outcome:?}")).to_owned()
}

fn named() -> Value {
    json!({"program": "grants"})
}

fn anonymous() -> Value {
    json!({"program": "grants", "anonymous": true})
}

fn written(went_well: &str, to_change: &str) -> Value {
    json!({"went-well": went_well, "to-change": to_change})
}

async fn submit(person: &Person, form: &str, went_well: &str, to_change: &str) -> Outcome {
    person.submit(GENERAL, form, written(went_well, to_change)).await.unwrap()
}

/// Opens the form, fills it in and sends it.
async fn send(person: &Person, options: Value, went_well: &str, to_change: &str) -> Message {
    let form = opened(person, options).await;
    let outcome = submit(person, &form, went_well, to_change).await;
    outcome.message.clone().unwrap_or_else(|| panic!("no answer: {outcome:?}"))
}

/// The one card that the staff channel has got.
async fn the_card(server: &mut TestServer) -> Message {
    server.settle().await;
    let cards = server.take(STAFF).await;
    let [card] = &cards[..] else { panic!("one card is expected: {cards:?}") };
    card.clone()
}

async fn submissions(server: &TestServer) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM submission").fetch_one(&server.pool).await.unwrap()
}

/// The receipt that stands in the thanks.
fn receipt(thanks: &Message) -> String {
    let text = thanks.content().split('`').nth(1).unwrap_or_else(|| panic!("no receipt: {}", thanks.content()));
    text.to_owned()
}
