//! Discord's limits on what a bot sends. Bodies are read with `twilight-model` and checked with `twilight-validate`,
//! a reading of the platform that shares no code with the bot; what these do not check is checked here.

use std::collections::HashSet;

use chrono::DateTime;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use twilight_model::application::command::{Command, CommandOption, CommandOptionType, CommandType};
use twilight_model::channel::message::{AllowedMentions, Component, Embed};
use twilight_validate::embed::EmbedValidationErrorType as EmbedError;
use twilight_validate::message::MessageValidationErrorType as MessageError;

use crate::errors::ApiError;

/// A JSON object as it came.
pub(crate) type Object = Map<String, Value>;

/// `MessageFlags` that say that a message is made of components alone.
pub(crate) const COMPONENTS_V2: u64 = 1 << 15;

/// Checks what a message body holds; absent and null fields pass.
pub(crate) fn message(body: &Object) -> Result<(), ApiError> {
    content(body)?;
    embeds(body)?;
    let flags = flags(body)?;
    components(body, flags & COMPONENTS_V2 != 0)?;
    if flags & COMPONENTS_V2 != 0 && ["content", "embeds"].iter().any(|key| !is_empty(body.get(*key))) {
        let text = "The 'content' and 'embeds' fields cannot be used with components V2";
        return Err(ApiError::invalid(&["content"], "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text));
    }
    allowed_mentions(body)?;
    nonce(body).map(|_| ())
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}

/// The field of a body, null counted as absent.
pub(crate) fn field<'a>(body: &'a Object, key: &str) -> Option<&'a Value> {
    body.get(key).filter(|value| !value.is_null())
}

/// The `flags` of a body, 0 when absent.
pub(crate) fn flags(body: &Object) -> Result<u64, ApiError> {
    let Some(value) = field(body, "flags") else { return Ok(0) };
    value.as_u64().ok_or_else(|| ApiError::invalid(&["flags"], "NUMBER_TYPE_COERCE", "Value is not int."))
}

fn content(body: &Object) -> Result<(), ApiError> {
    let Some(value) = field(body, "content") else { return Ok(()) };
    let Some(text) = value.as_str() else {
        return Err(ApiError::invalid(&["content"], "STRING_TYPE_CONVERT", "Could not interpret value as string."));
    };
    twilight_validate::message::content(text).map_err(|_| ApiError::too_long(&["content"], 2000))
}

/// The nonce of a body, as text of at most 25 characters.
pub(crate) fn nonce(body: &Object) -> Result<Option<String>, ApiError> {
    let nonce = match field(body, "nonce") {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => number.to_string(),
        Some(_) => return Err(ApiError::invalid(&["nonce"], "NONCE_TYPE", "Must be a string or integer.")),
    };
    if nonce.chars().count() > 25 {
        return Err(ApiError::too_long(&["nonce"], 25));
    }
    Ok(Some(nonce))
}

fn embeds(body: &Object) -> Result<(), ApiError> {
    let Some(value) = field(body, "embeds") else { return Ok(()) };
    let Some(items) = value.as_array() else { return Err(not_a_list("embeds")) };
    let mut embeds = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        embeds.push(embed(item, &index.to_string())?);
    }
    twilight_validate::message::embeds(&embeds).map_err(|error| match error.kind() {
        MessageError::EmbedInvalid { idx, kind } => embed_error(&idx.to_string(), kind, &error),
        _ => ApiError::too_long(&["embeds"], 10),
    })
}

fn embed(item: &Value, index: &str) -> Result<Embed, ApiError> {
    let mut item = item.clone();
    let Some(object) = item.as_object_mut() else {
        return Err(ApiError::invalid(&["embeds", index], "DICT_TYPE_CONVERT", "Only dictionaries may be used."));
    };
    object.insert("type".into(), "rich".into());
    // Discord takes any ISO 8601 time; the model's type is stricter.
    if let Some(time) = object.remove("timestamp").filter(|t| !t.is_null())
        && !time.as_str().is_some_and(|t| DateTime::parse_from_rfc3339(t).is_ok())
    {
        return Err(ApiError::invalid(
            &["embeds", index, "timestamp"],
            "DATE_TIME_TYPE_PARSE",
            "Could not parse the time.",
        ));
    }
    object.retain(|_, value| !value.is_null());
    embed_urls(object, index)?;
    embed_has_content(object, index)?;
    read(item, &["embeds", index])
}

fn embed_urls(embed: &Object, index: &str) -> Result<(), ApiError> {
    let at = |path: &str, value: Option<&Value>, schemes: &[&str]| {
        let Some(value) = value.filter(|v| !v.is_null()) else { return Ok(()) };
        let well_formed = value.as_str().is_some_and(|text| {
            url::Url::parse(text).is_ok_and(|url| schemes.contains(&url.scheme())) && text.chars().count() <= 2048
        });
        if well_formed {
            return Ok(());
        }
        let mut full = vec!["embeds", index];
        full.extend(path.split('.'));
        Err(ApiError::invalid(&full, "URL_TYPE_INVALID_URL", "Not a well formed URL."))
    };
    let (web, media) = (&["http", "https"][..], &["http", "https", "attachment"][..]);
    at("url", embed.get("url"), web)?;
    at("image.url", embed.get("image").and_then(|v| v.get("url")), media)?;
    at("thumbnail.url", embed.get("thumbnail").and_then(|v| v.get("url")), media)?;
    at("author.url", embed.get("author").and_then(|v| v.get("url")), web)?;
    at("footer.icon_url", embed.get("footer").and_then(|v| v.get("icon_url")), media)
}

fn embed_has_content(embed: &Object, index: &str) -> Result<(), ApiError> {
    for (n, item) in embed.get("fields").and_then(Value::as_array).into_iter().flatten().enumerate() {
        for key in ["name", "value"] {
            if is_empty(item.get(key)) {
                return Err(ApiError::required(&["embeds", index, "fields", &n.to_string(), key]));
            }
        }
    }
    let parts = ["title", "description", "fields", "image", "thumbnail", "author", "footer", "url"];
    if parts.iter().all(|key| is_empty(embed.get(*key))) {
        return Err(ApiError::required(&["embeds", index, "description"]));
    }
    Ok(())
}

fn embed_error(index: &str, kind: &EmbedError, error: &dyn std::fmt::Display) -> ApiError {
    let (path, max): (&[&str], usize) = match kind {
        EmbedError::AuthorNameTooLarge { .. } => (&["author", "name"], 256),
        EmbedError::DescriptionTooLarge { .. } => (&["description"], 4096),
        EmbedError::FieldNameTooLarge { .. } => (&["fields", "name"], 256),
        EmbedError::FieldValueTooLarge { .. } => (&["fields", "value"], 1024),
        EmbedError::FooterTextTooLarge { .. } => (&["footer", "text"], 2048),
        EmbedError::TitleTooLarge { .. } => (&["title"], 256),
        EmbedError::TooManyFields { .. } => (&["fields"], 25),
        EmbedError::EmbedTooLarge { .. } => {
            let text = "Embed size exceeds maximum size of 6000";
            return ApiError::invalid(&["embeds"], "MAX_EMBED_SIZE_EXCEEDED", text);
        }
        _ => return ApiError::invalid(&["embeds", index], "BASE_TYPE_BAD_VALUE", error.to_string()),
    };
    let mut full = vec!["embeds", index];
    full.extend(path);
    ApiError::too_long(&full, max)
}

fn components(body: &Object, v2: bool) -> Result<(), ApiError> {
    let Some(value) = field(body, "components") else { return Ok(()) };
    let Some(items) = value.as_array() else { return Err(not_a_list("components")) };
    filled_rows(items)?;
    unique_custom_ids(value)?;
    let parsed: Vec<Component> = read(value.clone(), &["components"])?;
    if parsed.iter().any(holds_text_input) {
        let text = "Text inputs belong in a modal.";
        return Err(ApiError::invalid(&["components"], "COMPONENT_TYPE_INVALID", text));
    }
    twilight_validate::message::components(&parsed, v2).map_err(|error| match error.kind() {
        MessageError::ComponentInvalid { idx, .. } => {
            ApiError::invalid(&["components", &idx.to_string()], "COMPONENT_INVALID", error.to_string())
        }
        _ => ApiError::too_long(&["components"], if v2 { 40 } else { 5 }),
    })
}

fn holds_text_input(component: &Component) -> bool {
    match component {
        Component::TextInput(_) => true,
        Component::ActionRow(row) => row.components.iter().any(holds_text_input),
        _ => false,
    }
}

fn filled_rows(rows: &[Value]) -> Result<(), ApiError> {
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row["type"] == 1) {
        if is_empty(row.get("components")) {
            let text = "Must be between 1 and 5 in length.";
            return Err(ApiError::invalid(
                &["components", &index.to_string(), "components"],
                "BASE_TYPE_BAD_LENGTH",
                text,
            ));
        }
    }
    Ok(())
}

fn unique_custom_ids(value: &Value) -> Result<(), ApiError> {
    let mut seen = HashSet::new();
    for id in custom_ids(value) {
        if !seen.insert(id.clone()) {
            let text = format!("Component custom id cannot be duplicated: {id}");
            return Err(ApiError::invalid(&["components"], "COMPONENT_CUSTOM_ID_DUPLICATED", text));
        }
    }
    Ok(())
}

/// Every `custom_id` in a tree of components.
pub(crate) fn custom_ids(value: &Value) -> Vec<String> {
    interactive(value).iter().filter_map(|c| c["custom_id"].as_str()).map(str::to_owned).collect()
}

/// Every component in a tree that carries a `custom_id`.
pub(crate) fn interactive(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(interactive).collect(),
        Value::Object(object) => {
            let own = object.get("custom_id").is_some_and(Value::is_string).then_some(value);
            let inner = ["components", "component", "accessory"].iter().filter_map(|key| object.get(*key));
            own.into_iter().chain(inner.flat_map(interactive)).collect()
        }
        _ => Vec::new(),
    }
}

/// The `allowed_mentions` of a body.
pub(crate) fn allowed_mentions(body: &Object) -> Result<Option<AllowedMentions>, ApiError> {
    let Some(value) = field(body, "allowed_mentions") else { return Ok(None) };
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, v| !v.is_null());
    }
    let allowed: AllowedMentions = read(value, &["allowed_mentions"])?;
    let names: Vec<String> = allowed.parse.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect();
    for (key, listed) in [("users", allowed.users.len()), ("roles", allowed.roles.len())] {
        if listed > 100 {
            return Err(ApiError::too_long(&["allowed_mentions", key], 100));
        }
        if listed > 0 && names.iter().any(|name| name == key) {
            let text = format!("parse:[\"{key}\"] and {key}: [ids...] are mutually exclusive.");
            let code = "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE";
            return Err(ApiError::invalid(&["allowed_mentions"], code, text));
        }
    }
    Ok(Some(allowed))
}

/// Checks the data of a modal.
pub(crate) fn modal(data: &Object) -> Result<(), ApiError> {
    for (key, max) in [("custom_id", 100), ("title", 45)] {
        let text = data.get(key).and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            return Err(ApiError::required(&["data", key]));
        }
        if text.chars().count() > max {
            return Err(ApiError::too_long(&["data", key], max));
        }
    }
    let components = data.get("components").cloned().unwrap_or_else(|| json!([]));
    let parsed: Vec<Component> = read(components.clone(), &["data", "components"])?;
    if parsed.is_empty() || parsed.len() > 5 {
        let text = "Must be between 1 and 5 in length.";
        return Err(ApiError::invalid(&["data", "components"], "BASE_TYPE_BAD_LENGTH", text));
    }
    unique_custom_ids(&components)?;
    for (index, component) in parsed.iter().enumerate() {
        let index = index.to_string();
        let checked = match component {
            Component::ActionRow(row) if row.components.len() == 1 && holds_text_input(component) => {
                twilight_validate::component::action_row(row, false)
            }
            Component::Label(label) => twilight_validate::component::label(label),
            Component::TextDisplay(text) => twilight_validate::component::text_display(text),
            _ => {
                let text = "A modal takes labels, text displays and rows of one text input.";
                return Err(ApiError::invalid(&["data", "components", &index], "COMPONENT_TYPE_INVALID", text));
            }
        };
        checked.map_err(|e| ApiError::invalid(&["data", "components", &index], "COMPONENT_INVALID", e.to_string()))?;
    }
    Ok(())
}

/// Checks one application command.
pub(crate) fn command(value: &Value, path: &[&str]) -> Result<(), ApiError> {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.entry("type").or_insert(json!(1));
        object.entry("description").or_insert(json!(""));
        object.insert("version".into(), json!("1"));
        object.retain(|_, v| !v.is_null());
    }
    let command: Command = read(value, path)?;
    let refuse =
        |error: &dyn std::fmt::Display| ApiError::invalid(path, "APPLICATION_COMMAND_INVALID", error.to_string());
    let characters = twilight_validate::command::command_characters(&command);
    if characters > 8000 {
        return Err(refuse(&format!("Command exceeds maximum size (8000): {characters}")));
    }
    if command.kind == CommandType::ChatInput {
        twilight_validate::command::chat_input_name(&command.name).map_err(|e| refuse(&e))?;
        twilight_validate::command::description(&command.description).map_err(|e| refuse(&e))?;
    } else {
        twilight_validate::command::name(&command.name).map_err(|e| refuse(&e))?;
        if !command.description.is_empty() || !command.options.is_empty() {
            return Err(refuse(&"Context menu commands cannot have description or options"));
        }
    }
    options(&command.options, 0).map_err(|e| refuse(&e))
}

fn options(options: &[CommandOption], depth: usize) -> Result<(), String> {
    twilight_validate::command::options(options).map_err(|e| e.to_string())?;
    let nests = |kind| matches!(kind, CommandOptionType::SubCommand | CommandOptionType::SubCommandGroup);
    let subcommands = options.iter().filter(|o| nests(o.kind)).count();
    if subcommands > 0 && subcommands < options.len() {
        return Err("Sub-command and sub-command group option types are mutually exclusive to all other types".into());
    }
    for option in options {
        twilight_validate::command::option(option).map_err(|e| e.to_string())?;
        if nests(option.kind) && (depth > 1 || depth == 1 && option.kind == CommandOptionType::SubCommandGroup) {
            return Err("Sub-commands are nested too deep".into());
        }
        if option.autocomplete == Some(true) && option.choices.as_ref().is_some_and(|c| !c.is_empty()) {
            return Err("Autocomplete and choices exclude each other".into());
        }
        if let Some(inner) = &option.options {
            self::options(inner, depth + 1)?;
        }
    }
    Ok(())
}

fn not_a_list(key: &str) -> ApiError {
    ApiError::invalid(&[key], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
}

fn read<T: DeserializeOwned>(value: Value, path: &[&str]) -> Result<T, ApiError> {
    serde_json::from_value(value).map_err(|error| ApiError::invalid(path, "MODEL_TYPE_CONVERT", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(body: Value) -> Result<(), ApiError> {
        message(body.as_object().unwrap())
    }

    #[test]
    fn content_of_2000_characters_passes_and_one_more_does_not() {
        assert_eq!(checked(json!({"content": "é".repeat(2000)})), Ok(()));
        assert_eq!(checked(json!({"content": "é".repeat(2001)})), Err(ApiError::too_long(&["content"], 2000)));
    }

    #[test]
    fn embeds_are_counted_together() {
        let embed = json!({"description": "x".repeat(3001)});
        assert_eq!(checked(json!({"embeds": [embed]})), Ok(()));
        assert!(checked(json!({"embeds": [embed, embed]})).is_err());
        assert!(checked(json!({"embeds": [{"title": "x".repeat(257)}]})).is_err());
        assert!(checked(json!({"embeds": [{"title": "x", "url": "javascript:alert(1)"}]})).is_err());
        assert!(checked(json!({"embeds": [{"color": 3}]})).is_err());
        assert_eq!(
            checked(json!({"embeds": [{"title": "x", "timestamp": "2026-11-21T10:00:00Z", "fields": []}]})),
            Ok(())
        );
    }

    #[test]
    fn rows_hold_one_to_five_buttons_with_unique_ids() {
        let button = |id: &str| json!({"type": 2, "style": 1, "label": "x", "custom_id": id});
        let rows = |buttons: Vec<Value>| json!({"components": [{"type": 1, "components": buttons}]});
        assert_eq!(checked(rows(vec![button("a"), button("b")])), Ok(()));
        assert!(checked(rows(vec![button("a"), button("a")])).is_err());
        assert!(checked(rows(vec![])).is_err());
        assert!(checked(rows((0..6).map(|n| button(&n.to_string())).collect())).is_err());
        assert!(checked(rows(vec![button(&"x".repeat(101))])).is_err());
        assert!(checked(rows(vec![json!({"type": 2, "style": 5, "label": "x", "custom_id": "a"})])).is_err());
    }

    #[test]
    fn a_modal_needs_a_short_title_and_text_inputs() {
        let input = json!({"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1, "label": "A"}]});
        let modal = |title: &str, rows: Vec<&Value>| {
            super::modal(json!({"custom_id": "m", "title": title, "components": rows}).as_object().unwrap())
        };
        assert_eq!(modal("T", vec![&input]), Ok(()));
        assert!(modal(&"T".repeat(46), vec![&input]).is_err());
        assert!(modal("T", vec![]).is_err());
        assert!(modal("T", vec![&input, &input]).is_err());
        let label = json!({"type": 18, "label": "A", "component": {"type": 4, "custom_id": "a", "style": 2}});
        assert_eq!(modal("T", vec![&label]), Ok(()));
    }

    #[test]
    fn commands_are_checked_down_to_their_options() {
        let check = |value: Value| command(&value, &["0"]);
        assert_eq!(
            check(json!({"name": "ask", "description": "Ask", "options": [
            {"type": 3, "name": "question", "description": "What", "autocomplete": true}]})),
            Ok(())
        );
        assert!(check(json!({"name": "Ask", "description": "Ask"})).is_err());
        assert!(check(json!({"name": "ask", "description": ""})).is_err());
        assert_eq!(check(json!({"name": "Answer this", "type": 3, "description": ""})), Ok(()));
        assert!(
            check(json!({"name": "a", "description": "a", "options": [
            {"type": 1, "name": "b", "description": "b"}, {"type": 3, "name": "c", "description": "c"}]}))
            .is_err()
        );
    }

    #[test]
    fn a_nonce_has_at_most_25_characters() {
        let of = |value: Value| nonce(json!({"nonce": value}).as_object().unwrap());
        assert_eq!(of(json!("a".repeat(25))), Ok(Some("a".repeat(25))));
        assert_eq!(of(json!(12)), Ok(Some("12".into())));
        assert!(of(json!("a".repeat(26))).is_err());
    }
}
