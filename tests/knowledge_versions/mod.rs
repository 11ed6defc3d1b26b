//! `/knowledge`: what staff change in the knowledge base, as they and the members meet it.

mod articles;
mod due;
mod files;
mod guard;
mod outage;
mod processes;
mod programs;
mod together;

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Map, Value, json};

/// A form that was opened: its id, and what stands in its fields.
struct Form {
    id: String,
    fields: Map<String, Value>,
}

impl Form {
    fn of(opened: &Outcome) -> Self {
        let id = opened.form_id().unwrap_or_else(|| panic!("no form: {opened:?}")).to_owned();
        let rows = opened.modal.as_ref().unwrap()["components"].as_array().unwrap().clone();
        let inputs = rows.iter().map(|row| &row["components"][0]);
        let field = |input: &Value| {
            (input["custom_id"].as_str().unwrap().to_owned(), json!(input["value"].as_str().unwrap_or_default()))
        };
        Self { id, fields: inputs.map(field).collect() }
    }

    fn text(&self, field: &str) -> &str {
        self.fields[field].as_str().unwrap()
    }

    /// As it is, with other texts in some fields.
    fn with(&self, changed: Value) -> Value {
        let mut fields = self.fields.clone();
        fields.extend(changed.as_object().unwrap().clone());
        Value::Object(fields)
    }
}

/// Opens the form of a command.
async fn open(person: &Person, command: &str, options: Value) -> Form {
    Form::of(&person.command(STAFF, command, options).await.unwrap())
}

/// Edits an article up to its preview.
async fn edited(person: &Person, article: &str, changed: Value) -> Message {
    let form = open(person, "knowledge edit", json!({"article": article})).await;
    person.submit(STAFF, &form.id, form.with(changed)).await.unwrap().message.unwrap()
}

/// All that a new article needs.
fn zebra() -> Value {
    json!({
        "title": "Does the PSF lend zebras?",
        "questions": "does the psf lend zebras\ncan i borrow a zebra from the psf",
        "text": "**No.** The PSF lends no zebras. @everyone",
        "sources": "PSF blog | https://pyfound.blogspot.com/ | 2026-11-20",
        "details": "topic: blog\nkeywords: zebra, zebras\nas of: 2026-11-21\nreview by: 2027-05-21",
    })
}

/// Writes a new article up to its preview.
async fn added(person: &Person, fields: Value) -> Message {
    let form = open(person, "knowledge add", json!({})).await;
    person.submit(STAFF, &form.id, fields).await.unwrap().message.unwrap()
}

/// Presses Save, which must succeed.
async fn save(person: &Person, preview: &Message) -> String {
    let saved = person.press(preview, "Save").await.unwrap();
    assert!(saved.content().starts_with("**Saved**"), "{saved:?}");
    saved.content().to_owned()
}

/// What a member gets for a question.
async fn asked(person: &Person, question: &str) -> String {
    let answer = person.command(GENERAL, "ask", json!({"question": question})).await.unwrap();
    // Above it stands the question.
    answer.content().split_once('\n').unwrap().1.to_owned()
}

/// What stands above the line of a preview, whether or not it fits the message.
fn words(preview: &Message) -> String {
    let framed = preview.embeds().first().and_then(|embed| embed["description"].as_str());
    let above = preview.content().split("━━━").next().unwrap_or_default();
    framed.unwrap_or(above).to_owned()
}

/// What stands below the line of a preview.
fn below(preview: &Message) -> &str {
    preview.content().split_once("━━━━━━━━━━━━\n").map_or_else(|| preview.content(), |(_, below)| below)
}
