//! `/announce`: what staff write, as they and the members meet it.

mod approval;
mod compose;
mod contact;
mod corrections;
mod everyone;
mod forums;
mod guard;
mod handed_over;
mod killed;
mod outage;
mod panel;
mod recorded;
mod schedule;
mod warnings;

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};

/// A form that is filled in with what every announcement needs.
fn wording(title: &str, text: &str) -> Value {
    json!({"title": title, "text": text})
}

/// Opens the form and sends it; the preview.
async fn compose(person: &Person, fields: Value) -> Message {
    compose_in(STAFF, person, fields).await
}

async fn compose_in(channel: u64, person: &Person, fields: Value) -> Message {
    let opened = person.command(channel, "announce compose", json!({})).await.unwrap();
    let form = opened.form_id().unwrap_or_else(|| panic!("no form: {opened:?}")).to_owned();
    person.submit(channel, &form, fields).await.unwrap().message.unwrap()
}

/// A draft for `#general`, written there: where members can reach for it.
async fn ready_in_public(person: &Person, title: &str) -> Message {
    let preview = compose_in(GENERAL, person, wording(title, "Read on.")).await;
    choose_channels(person, &preview, &[GENERAL]).await
}

/// The `custom_id` of the control on a preview that belongs to this kind.
fn control(preview: &Message, kind: &str) -> String {
    let ids = preview.components().into_iter().filter_map(|component| component["custom_id"].as_str());
    let mut found = ids.filter(|id| id.starts_with(&format!("{kind}:")));
    found.next().unwrap_or_else(|| panic!("no {kind} on {}", preview.raw)).to_owned()
}

/// Chooses channels below a preview; the preview as it is then.
async fn choose_channels(person: &Person, preview: &Message, channels: &[u64]) -> Message {
    let values: Vec<String> = channels.iter().map(u64::to_string).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let chosen = person.choose(preview, &control(preview, "announce-channels"), &values).await.unwrap();
    chosen.message.unwrap()
}

/// Chooses who is pinged.
async fn choose_ping(person: &Person, preview: &Message, ping: &str) -> Message {
    person.choose(preview, &control(preview, "announce-ping"), &[ping]).await.unwrap().message.unwrap()
}

/// Opens the form for a time and sends it.
async fn plan(person: &Person, preview: &Message, label: &str, time: &str, zone: &str) -> Outcome {
    let opened = person.press(preview, label).await.unwrap();
    let form = opened.form_id().unwrap_or_else(|| panic!("no form: {opened:?}")).to_owned();
    person.submit(STAFF, &form, json!({"time": time, "zone": zone})).await.unwrap()
}

/// A draft with text and channels; its preview.
async fn ready(person: &Person, title: &str, channels: &[u64]) -> Message {
    let preview = compose(person, wording(title, "Read on.")).await;
    choose_channels(person, &preview, channels).await
}
