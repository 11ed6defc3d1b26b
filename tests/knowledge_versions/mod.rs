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

use crate::support::process::eventually;

/// Doing something and waiting for what comes of it in the end: on a machine with much else to do it may be deferred.
trait Patient {
    async fn sends(&self, channel: u64, form: &str, fields: Value) -> Outcome;
    async fn presses(&self, message: &Message, label: &str) -> Outcome;
    async fn chooses(&self, message: &Message, menu: &str, values: &[&str]) -> Outcome;
    async fn forges(&self, message: &Message, custom_id: &str) -> Outcome;
    async fn uses(&self, channel: u64, command: &str, options: Value) -> Outcome;
}

impl Patient for Person {
    async fn sends(&self, channel: u64, form: &str, fields: Value) -> Outcome {
        completed(self, self.submit(channel, form, fields).await.unwrap()).await
    }

    async fn presses(&self, message: &Message, label: &str) -> Outcome {
        completed(self, self.press(message, label).await.unwrap()).await
    }

    async fn chooses(&self, message: &Message, menu: &str, values: &[&str]) -> Outcome {
        completed(self, self.choose(message, menu, values).await.unwrap()).await
    }

    async fn forges(&self, message: &Message, custom_id: &str) -> Outcome {
        completed(self, self.forge_click(message, custom_id).await.unwrap()).await
    }

    async fn uses(&self, channel: u64, command: &str, options: Value) -> Outcome {
        completed(self, self.command(channel, command, options).await.unwrap()).await
    }
}

/// What came of it in the end.
async fn completed(person: &Person, outcome: Outcome) -> Outcome {
    if outcome.state != "deferred" {
        return outcome;
    }
    eventually("the answer is completed", async || {
        let now = person.outcome(&outcome.interaction_id).await.unwrap();
        (now.state == "answered").then_some(now)
    })
    .await
}

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
    Form::of(&person.uses(STAFF, command, options).await)
}

/// Edits an article up to its preview.
async fn edited(person: &Person, article: &str, changed: Value) -> Message {
    let form = open(person, "knowledge edit", json!({"article": article})).await;
    person.sends(STAFF, &form.id, form.with(changed)).await.message.unwrap()
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
    person.sends(STAFF, &form.id, fields).await.message.unwrap()
}

/// Presses Save, which must succeed.
async fn save(person: &Person, preview: &Message) -> String {
    let saved = person.presses(preview, "Save").await;
    assert!(saved.content().starts_with("**Saved**"), "{saved:?}");
    saved.content().to_owned()
}

/// What a member gets for a question.
async fn asked(person: &Person, question: &str) -> String {
    let answer = person.uses(GENERAL, "ask", json!({"question": question})).await;
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
