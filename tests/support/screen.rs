//! What people do on their screens, and what they read there.

use sandbox::client::{Message, Person};

/// Presses a button, and reads what comes of it.
pub(crate) async fn press(person: &Person, message: &Message, label: &str) -> Message {
    let outcome = person.press(message, label).await.unwrap_or_else(|error| panic!("{label}: {error}"));
    outcome.message.clone().unwrap_or_else(|| panic!("{label}: {outcome:?}"))
}

/// What the bot wrote to somebody in private.
pub(crate) async fn direct_messages(person: &Person) -> Vec<Message> {
    let state = person.state().await.unwrap();
    let channels = state["channels"].as_array().unwrap();
    match channels.iter().find(|channel| channel["type"] == 1) {
        Some(channel) => person.messages(channel["id"].as_str().unwrap().parse().unwrap()).await.unwrap(),
        None => Vec::new(),
    }
}
