//! Registers the commands in the one guild, and only when they differ from what is registered: Discord counts
//! creations (200 a day; <https://discord.com/developers/docs/interactions/application-commands#registering-a-command>).

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value};

use super::gateway::command_definitions;
use super::publisher::{Failure, Publisher};
use crate::clock::{SharedClock, reach};
use crate::ids::GuildId;

/// First and longest wait before registering is tried again; a bot that is not invited yet waits for that.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// Registers the commands if they differ, trying until it succeeds: meanwhile the registered ones go on working.
pub(super) async fn register(publisher: &Publisher, clock: &SharedClock, application: u64, guild: GuildId) {
    let mut wait = FIRST_WAIT;
    loop {
        let problem = match register_on_drift(publisher, application, guild).await {
            Ok(true) => return tracing::info!("commands registered"),
            Ok(false) => return tracing::debug!("commands are registered already"),
            Err(Failure::Wait { until }) => {
                tracing::warn!(%until, "the commands are not registered yet: Discord asks to wait");
                reach(clock, until).await;
                continue;
            }
            Err(Failure::Refused { status, code, message }) => {
                format!("Discord refused: {message} (HTTP {status}, code {code})")
            }
            Err(Failure::Unknown { problem }) => problem,
        };
        tracing::error!(?wait, "the commands could not be registered: {problem}; it is tried again");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

async fn register_on_drift(publisher: &Publisher, application: u64, guild: GuildId) -> Result<bool, Failure> {
    let path = format!("/applications/{application}/guilds/{guild}/commands");
    let wanted = command_definitions().map_err(|error| Failure::Unknown { problem: format!("{error:#}") })?;
    let registered: Value = publisher.request(Method::GET, &path, None).await?;
    if normal(&wanted) == normal(&registered) {
        return Ok(false);
    }
    let _: Value = publisher.request(Method::PUT, &path, Some(&wanted)).await?;
    Ok(true)
}

/// What Discord adds to a definition by itself.
const ADDED: [&str; 8] = [
    "id",
    "application_id",
    "guild_id",
    "version",
    "name_localized",
    "description_localized",
    "contexts",
    "integration_types",
];

/// A definition without what Discord adds and without values that mean the same as their absence, in a fixed order.
fn normal(definition: &Value) -> Value {
    match definition {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(normal).collect();
            // The order of commands means nothing; the order of options does, but they keep it on both sides.
            if items.iter().all(|item| item.get("options").is_some() || item.get("description").is_some())
                && items.iter().all(|item| item.get("required").is_none())
            {
                items.sort_by_key(|item| item["name"].as_str().map(str::to_owned));
            }
            Value::Array(items)
        }
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(name, value)| !ADDED.contains(&name.as_str()) && means_something(name, value))
                .map(|(name, value)| (name.clone(), normal(value)))
                .collect::<Map<_, _>>(),
        ),
        value => value.clone(),
    }
}

fn means_something(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(set) => *set,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        // A command's kind is chat input unless said otherwise; an option always has its type.
        Value::Number(number) => !(name == "type" && number.as_u64() == Some(1)),
        Value::String(text) => !text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_discord_adds_is_no_drift() {
        let wanted = json!([{"name": "ask", "description": "Ask", "options": [{"type": 3, "name": "question", "description": "q", "autocomplete": true}]}]);
        let registered = json!([{"id": "1", "application_id": "2", "version": "3", "type": 1, "name": "ask", "description": "Ask", "nsfw": false,
            "default_member_permissions": null, "options": [{"type": 3, "name": "question", "description": "q", "autocomplete": true, "required": false}]}]);
        assert_eq!(normal(&wanted), normal(&registered));
    }

    #[test]
    fn a_changed_description_or_a_missing_command_is() {
        let wanted = json!([{"name": "ask", "description": "Ask"}]);
        assert_ne!(normal(&wanted), normal(&json!([{"name": "ask", "description": "Ask!"}])));
        assert_ne!(normal(&wanted), normal(&json!([])));
    }
}
