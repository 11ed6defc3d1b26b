//! What is kept of persons: nothing that is not on the list, all of it in the file under `/me`, none of it after it was erased,
//! also where an older backup is restored or a process dies in between.

mod columns;
mod everything;
mod killed;
mod restored;
mod retention;
mod traces;

use sandbox::client::{Message, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};

use crate::support::{TestServer, direct_messages, press, process::eventually};

/// Sends feedback about grants; the thanks.
async fn send(person: &Person, anonymous: bool, went_well: &str) -> Message {
    let options = json!({"program": "grants", "anonymous": anonymous});
    let form = person.command(GENERAL, "feedback", options).await.unwrap();
    let written = json!({"went-well": went_well, "to-change": ""});
    let outcome = person.submit(GENERAL, form.form_id().unwrap(), written).await.unwrap();
    assert!(outcome.content().contains("Thank you"), "{outcome:?}");
    outcome.message.unwrap()
}

async fn me(person: &Person) -> Message {
    person.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap()
}

/// Asks a question for the welcome hour; the thanks.
async fn ask(person: &Person, way: &str, question: &str) -> Message {
    let hours = person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let ways = press(person, &hours, "Ask a question").await;
    let form = person.press(&ways, &format!("{way}: Welcome Hour")).await.unwrap();
    let outcome = person.submit(GENERAL, form.form_id().unwrap(), json!({"question": question})).await.unwrap();
    outcome.message.clone().unwrap_or_else(|| panic!("no thanks: {outcome:?}"))
}

/// Staff reply to a submission by its card.
async fn reply(person: &Person, card: &Message, text: &str) {
    let form = person.press(card, "Reply").await.unwrap();
    let sent = person.submit(STAFF, form.form_id().unwrap(), json!({"text": text})).await.unwrap();
    assert!(sent.message.is_some(), "{sent:?}");
}

/// The receipt that stands in the thanks.
fn receipt(thanks: &Message) -> String {
    thanks.content().split('`').nth(1).unwrap_or_else(|| panic!("no receipt: {}", thanks.content())).to_owned()
}

/// The file of an answer, as JSON.
async fn file(message: &Message) -> Value {
    let url = message.raw["attachments"][0]["url"].as_str().unwrap_or_else(|| panic!("no file: {message:?}"));
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// The direct messages, once there are so many.
async fn some_direct_messages(person: &Person, count: usize) -> Vec<Message> {
    eventually("the direct messages are there", async || {
        Some(direct_messages(person).await).filter(|messages| messages.len() == count)
    })
    .await
}

/// The whole list of `/me` is erased, and it was meant; what is read then.
async fn erase_everything(person: &Person) -> Message {
    let sure = press(person, &me(person).await, "Erase everything").await;
    assert!(sure.content().contains("Erase everything that is stored about you?"), "{}", sure.content());
    press(person, &sure, "Erase everything").await
}

async fn count(server: &TestServer, what: &str) -> i64 {
    let count = format!("SELECT count(*) FROM {what}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&server.pool).await.unwrap()
}

/// A number as it may stand in a dump or a log: decimal, hexadecimal, octal, and its bytes in hexadecimal.
fn spellings(number: u64) -> Vec<String> {
    let hex = |bytes: [u8; 8]| bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    vec![
        number.to_string(),
        format!("{number:x}"),
        format!("{number:X}"),
        format!("{number:o}"),
        hex(number.to_be_bytes()),
        hex(number.to_le_bytes()),
    ]
}
