//! Questions for office hours: asked, listed, upvoted, withdrawn; answered by hosts, told to their askers, told again in a recap.

mod agenda;
mod anonymous;
mod answers;
mod ask;
mod hosts;
mod list;
mod recap;

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::GENERAL;
use serde_json::json;

use crate::support::{TestServer, direct_messages, press};

/// The two ways to ask, for each series.
async fn ways(person: &Person) -> Message {
    let hours = person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    press(person, &hours, "Ask a question").await
}

/// Opens the form of a question for the welcome hour; its custom id.
async fn form(person: &Person, way: &str) -> String {
    let opened = person.press(&ways(person).await, &format!("{way}: Welcome Hour")).await.unwrap();
    opened.form_id().unwrap_or_else(|| panic!("no form: {opened:?}")).to_owned()
}

async fn submit(person: &Person, form: &str, question: &str) -> Outcome {
    person.submit(GENERAL, form, json!({"question": question})).await.unwrap()
}

/// Asks for the welcome hour; the thanks.
async fn ask(person: &Person, way: &str, question: &str) -> Message {
    let outcome = submit(person, &form(person, way).await, question).await;
    outcome.message.clone().unwrap_or_else(|| panic!("no thanks: {outcome:?}"))
}

const NAMED: &str = "With my name";
const ANONYMOUS: &str = "Anonymously";

/// The list of a series, as somebody sees it.
async fn list_of(person: &Person, series: &str) -> Message {
    let hours = person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let which = press(person, &hours, "Questions").await;
    press(person, &which, &format!("Questions: {series}")).await
}

async fn list(person: &Person) -> Message {
    list_of(person, "Welcome Hour").await
}

/// The hosts' view of a series.
async fn hosts_of(person: &Person, series: &str) -> Message {
    press(person, &list_of(person, series).await, "For hosts").await
}

async fn hosts(person: &Person) -> Message {
    hosts_of(person, "Welcome Hour").await
}

/// The receipt that stands in the thanks.
fn receipt(thanks: &Message) -> String {
    let text = thanks.content().split('`').nth(1).unwrap_or_else(|| panic!("no receipt: {}", thanks.content()));
    text.to_owned()
}

async fn count(server: &TestServer, what: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}")))
        .fetch_one(&server.pool)
        .await
        .unwrap()
}

/// The custom id of the select menu that begins so.
fn menu(message: &Message, kind: &str) -> String {
    let ids = message.components().into_iter().filter(|one| one["type"] == 3);
    let ids: Vec<&str> = ids.filter_map(|one| one["custom_id"].as_str()).collect();
    ids.iter().find(|id| id.starts_with(kind)).unwrap_or_else(|| panic!("no {kind}: {ids:?}")).to_string()
}

/// The row of the question with this text.
async fn id_of(server: &TestServer, text: &str) -> String {
    sqlx::query_scalar("SELECT id::text FROM queued_question WHERE text = $1")
        .bind(text)
        .fetch_one(&server.pool)
        .await
        .unwrap()
}
