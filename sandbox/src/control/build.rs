//! The payloads of interactions as Discord sends them. Owns checking what a person's client would not let through: missing
//! or wrong options, disabled buttons, forms not filled in.

use serde_json::{Map, Value, json};

use super::act::component_of;
use super::{Refusal, bad, forbidden, id, missing, text};
use crate::permissions as p;
use crate::state;

/// What all interactions have: who, where, with which permissions.
pub(super) fn envelope(state: &state::State, user: u64, channel_id: u64) -> Result<Value, Refusal> {
    let world = &state.world;
    let (member, channel) = (world.member(user), world.channel(channel_id));
    let (member, channel) = member.zip(channel).ok_or_else(|| missing("No such member or channel."))?;
    let bits = p::in_channel(world, user, channel).to_string();
    let mut channel_json = world.channel_json(channel);
    channel_json["permissions"] = json!(bits);
    let mut envelope = json!({"application_id": state.application_id.to_string(), "version": 1,
        "channel_id": channel_id.to_string(), "channel": channel_json, "locale": member.locale, "entitlements": [],
        "app_permissions": p::in_channel(world, state.bot_id, channel).to_string(),
        "authorizing_integration_owners": {"0": if channel.is_dm() { "0".to_owned() } else { state.guild_id() }},
        "context": u8::from(channel.is_dm()), "attachment_size_limit": 10_485_760});
    if channel.is_dm() {
        envelope["user"] = member.user();
        return Ok(envelope);
    }
    let mut full = member.full();
    full["permissions"] = json!(bits);
    envelope["member"] = full;
    envelope["guild_id"] = json!(state.guild_id());
    envelope["guild_locale"] = json!("en-US");
    envelope["guild"] = json!({"id": state.guild_id(), "locale": "en-US", "features": ["COMMUNITY", "NEWS"]});
    Ok(envelope)
}

/// Objects that ids in the data point at.
#[derive(Default)]
struct Resolved(Map<String, Value>);

impl Resolved {
    fn add(&mut self, group: &str, id: u64, value: Value) {
        let group = self.0.entry(group).or_insert_with(|| json!({}));
        group[id.to_string()] = value;
    }

    fn user(&mut self, state: &state::State, user: u64) -> bool {
        let Some(member) = state.world.member(user) else { return false };
        let mut partial = member.partial();
        partial["permissions"] = json!(p::in_guild(&state.world, user).to_string());
        self.add("users", user, member.user());
        self.add("members", user, partial);
        true
    }

    fn role(&mut self, state: &state::State, role: u64) -> bool {
        let Some(position) = state.world.roles.iter().position(|r| r.id == role) else { return false };
        self.add("roles", role, state.world.roles[position].json(position));
        true
    }

    fn channel(&mut self, state: &state::State, channel: u64) -> bool {
        let Some(found) = state.world.channel(channel) else { return false };
        let mut json = state.world.channel_json(found);
        json["permissions"] = json!(state.bits(state.bot_id, channel).to_string());
        self.add("channels", channel, json);
        true
    }
}

/// The data of a command or of its autocomplete.
pub(super) fn command(state: &state::State, channel: u64, command: &Value, body: &Value) -> Result<Value, Refusal> {
    let mut data = json!({"id": command["id"], "name": command["name"], "type": command["type"]});
    if !command["guild_id"].is_null() {
        data["guild_id"] = command["guild_id"].clone();
    }
    let mut resolved = Resolved::default();
    if command["type"] == 1 {
        data["options"] = options(state, command, body, &mut resolved)?;
    } else {
        let target = id(&body["target_id"], "target_id")?;
        data["target_id"] = json!(target.to_string());
        if command["type"] == 2 {
            resolved.user(state, target).then_some(()).ok_or_else(|| missing("No such member."))?;
        } else {
            let message = state.message(channel, target).ok_or_else(|| missing("No such message here."))?;
            resolved.add("messages", target, message.body.clone());
        }
    }
    if !resolved.0.is_empty() {
        data["resolved"] = Value::Object(resolved.0);
    }
    Ok(data)
}

/// The options, inside their subcommand and group.
fn options(state: &state::State, command: &Value, body: &Value, resolved: &mut Resolved) -> Result<Value, Refusal> {
    let path: Vec<&str> = body["subcommand"].as_str().unwrap_or_default().split_whitespace().collect();
    let mut levels = Vec::new();
    let mut definition = command;
    for name in path {
        let list = definition["options"].as_array();
        let next = list.into_iter().flatten().find(|o| o["name"] == name && (o["type"] == 1 || o["type"] == 2));
        definition = next.ok_or_else(|| bad(format!("The command has no subcommand `{name}`.")))?;
        levels.push(definition);
    }
    let defined = definition["options"].as_array().cloned().unwrap_or_default();
    if defined.iter().any(|option| option["type"] == 1 || option["type"] == 2) {
        return Err(bad("Say which `subcommand` is meant."));
    }
    let mut built = leaf(state, &defined, body, resolved)?;
    for level in levels.into_iter().rev() {
        built = json!([{"name": level["name"], "type": level["type"], "options": built}]);
    }
    Ok(built)
}

fn leaf(state: &state::State, defined: &[Value], body: &Value, resolved: &mut Resolved) -> Result<Value, Refusal> {
    let empty = Map::new();
    let given = body["options"].as_object().unwrap_or(&empty);
    if let Some(name) = given.keys().find(|name| !defined.iter().any(|option| option["name"] == **name)) {
        return Err(bad(format!("The command has no option `{name}`.")));
    }
    let focused = body["focused"].as_str();
    let mut built = Vec::new();
    for option in defined {
        let name = option["name"].as_str().unwrap_or_default();
        let is_focused = focused == Some(name);
        let Some(value) = given.get(name).filter(|value| !value.is_null()) else {
            if is_focused {
                built.push(json!({"name": name, "type": option["type"], "value": "", "focused": true}));
            } else if option["required"] == true && focused.is_none() {
                return Err(bad(format!("The option `{name}` is required.")));
            }
            continue;
        };
        let mut item = json!({"name": name, "type": option["type"]});
        if is_focused {
            item["focused"] = json!(true);
            item["value"] = json!(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        } else {
            item["value"] = option_value(state, option, value, resolved)?;
        }
        built.push(item);
    }
    Ok(json!(built))
}

fn option_value(
    state: &state::State,
    option: &Value,
    value: &Value,
    resolved: &mut Resolved,
) -> Result<Value, Refusal> {
    let name = option["name"].as_str().unwrap_or_default();
    let wrong = |what: &str| bad(format!("The option `{name}` must be {what}."));
    let limit = |key: &str| option[key].as_f64();
    let value = match option["type"].as_u64() {
        Some(3) => {
            let text = value.as_str().ok_or_else(|| wrong("a text"))?;
            let length = text.encode_utf16().count();
            let fits = |n: u64, max: bool| u64::try_from(length).is_ok_and(|l| if max { l <= n } else { l >= n });
            if !fits(option["max_length"].as_u64().unwrap_or(6000), true)
                || !fits(option["min_length"].as_u64().unwrap_or(0), false)
            {
                return Err(wrong("of the right length"));
            }
            json!(text)
        }
        Some(4) => {
            json!(value.as_i64().or_else(|| value.as_str()?.parse().ok()).ok_or_else(|| wrong("a whole number"))?)
        }
        Some(5) => {
            let flag = value.as_bool().or_else(|| value.as_str()?.parse().ok());
            json!(flag.ok_or_else(|| wrong("true or false"))?)
        }
        Some(10) => json!(value.as_f64().or_else(|| value.as_str()?.parse().ok()).ok_or_else(|| wrong("a number"))?),
        Some(kind @ 6..=9) => {
            let target = id(value, name)?;
            let found = match kind {
                6 => resolved.user(state, target),
                7 => resolved.channel(state, target),
                8 => resolved.role(state, target),
                _ => resolved.role(state, target) || resolved.user(state, target),
            };
            found.then(|| json!(target.to_string())).ok_or_else(|| wrong("one of this server"))?
        }
        _ => return Err(wrong("of a kind that the sandbox knows")),
    };
    if let Some(number) = value.as_f64()
        && (limit("min_value").is_some_and(|min| number < min) || limit("max_value").is_some_and(|max| number > max))
    {
        return Err(wrong("within its limits"));
    }
    let choices = option["choices"].as_array().filter(|choices| !choices.is_empty());
    if choices.is_some_and(|choices| !choices.iter().any(|choice| choice["value"] == value)) {
        return Err(wrong("one of its choices"));
    }
    Ok(value)
}

/// The data of a click or a choice.
pub(super) fn component(state: &state::State, message: &Value, body: &Value) -> Result<Value, Refusal> {
    let custom_id = text(body, "custom_id")?;
    let values = body["values"].as_array().cloned();
    let forged = body["forged"] == true;
    let found = component_of(&message["components"], custom_id);
    let kind = match found {
        Some(component) if forged || component["disabled"] != true => component["type"].as_u64().unwrap_or(2),
        Some(_) => return Err(forbidden("That component is disabled.")),
        None if forged => {
            if values.is_some() {
                3
            } else {
                2
            }
        }
        None => return Err(missing("The message has no such component.")),
    };
    let mut data = json!({"custom_id": custom_id, "component_type": kind, "id": 1});
    if kind == 2 {
        return Ok(data);
    }
    let values = values.unwrap_or_default();
    if let Some(component) = found.filter(|_| !forged) {
        check_values(component, &values)?;
    }
    let mut resolved = Resolved::default();
    for value in values.iter().filter(|_| kind > 3) {
        let target = id(value, "values")?;
        let found = match kind {
            5 => resolved.user(state, target),
            6 => resolved.role(state, target),
            7 => resolved.role(state, target) || resolved.user(state, target),
            _ => resolved.channel(state, target),
        };
        found.then_some(()).ok_or_else(|| missing("Nothing in this server has that id."))?;
    }
    data["values"] = json!(values);
    if !resolved.0.is_empty() {
        data["resolved"] = Value::Object(resolved.0);
    }
    Ok(data)
}

fn check_values(component: &Value, values: &[Value]) -> Result<(), Refusal> {
    let count = u64::try_from(values.len()).unwrap_or(u64::MAX);
    let (min, max) = (component["min_values"].as_u64().unwrap_or(1), component["max_values"].as_u64().unwrap_or(1));
    if count < min || count > max {
        return Err(bad(format!("Choose {min} to {max} values.")));
    }
    let Some(options) = component["options"].as_array() else { return Ok(()) };
    if values.iter().all(|value| options.iter().any(|option| option["value"] == *value)) {
        return Ok(());
    }
    Err(bad("That value is not among the options."))
}

/// The data of a submitted form, laid out as the form that was shown, or in rows when it is not known.
pub(super) fn modal(form: Option<&Value>, body: &Value) -> Result<Value, Refusal> {
    let empty = Map::new();
    let fields = body["fields"].as_object().unwrap_or(&empty);
    let components: Vec<Value> = match form {
        Some(form) => {
            let layout = form["components"].as_array().cloned().unwrap_or_default();
            layout
                .iter()
                .filter(|part| part["type"] != 10)
                .map(|part| filled(part, fields, body))
                .collect::<Result<_, _>>()?
        }
        None => fields.iter().map(|(custom_id, value)| row(custom_id, value)).collect(),
    };
    Ok(json!({"custom_id": text(body, "custom_id")?, "components": components, "resolved": {}}))
}

fn row(custom_id: &str, value: &Value) -> Value {
    json!({"type": 1, "id": 1, "components": [{"type": 4, "id": 2, "custom_id": custom_id, "value": value}]})
}

fn filled(part: &Value, fields: &Map<String, Value>, body: &Value) -> Result<Value, Refusal> {
    let label = part["type"] == 18;
    let input = if label { &part["component"] } else { &part["components"][0] };
    let custom_id = input["custom_id"].as_str().unwrap_or_default();
    let given = fields.get(custom_id);
    let mut answer = json!({"type": input["type"], "id": 2, "custom_id": custom_id});
    if input["type"] == 4 {
        let value = given.or(input.get("value")).and_then(Value::as_str).unwrap_or_default();
        if body["forged"] != true {
            check_text(input, custom_id, value)?;
        }
        answer["value"] = json!(value);
    } else {
        let values = match given {
            Some(Value::Array(values)) => values.clone(),
            Some(value) => vec![value.clone()],
            None => Vec::new(),
        };
        if body["forged"] != true && (input["required"] != false || !values.is_empty()) {
            check_values(input, &values)?;
        }
        answer["values"] = json!(values);
    }
    if label {
        return Ok(json!({"type": 18, "id": 1, "component": answer}));
    }
    Ok(json!({"type": 1, "id": 1, "components": [answer]}))
}

fn check_text(input: &Value, custom_id: &str, value: &str) -> Result<(), Refusal> {
    let length = u64::try_from(value.chars().count()).unwrap_or(u64::MAX);
    if value.is_empty() {
        return if input["required"] == false {
            Ok(())
        } else {
            Err(bad(format!("The field `{custom_id}` is required.")))
        };
    }
    let (min, max) = (input["min_length"].as_u64().unwrap_or(0), input["max_length"].as_u64().unwrap_or(4000));
    if length < min || length > max {
        return Err(bad(format!("The field `{custom_id}` takes {min} to {max} characters.")));
    }
    Ok(())
}
