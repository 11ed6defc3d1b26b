//! The life of an interaction, from a person's command to the bot's last edit.

use reqwest::Method;
use sandbox::Sandbox;
use sandbox::client::Person;
use sandbox::world::demo;
use serde_json::{Value, json};

use crate::support::{ALL_UNPRIVILEGED, Gateway, Rest, StillClock, start};

fn commands() -> Value {
    json!([
        {"name": "ask", "description": "Ask", "options": [
            {"type": 3, "name": "question", "description": "What", "required": true, "autocomplete": true}]},
        {"name": "announce", "description": "Announce", "default_member_permissions": "32", "options": [
            {"type": 1, "name": "list", "description": "List", "options": [
                {"type": 7, "name": "channel", "description": "Where"}]}]},
        {"name": "Answer this", "type": 3},
    ])
}

struct Stage {
    sandbox: Sandbox,
    rest: Rest,
    gateway: Gateway,
    mia: Person,
    clock: StillClock,
}

async fn stage() -> Stage {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(clock.options()).await.unwrap();
    let rest = Rest::of(&sandbox);
    rest.register(commands()).await;
    let gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    let mia = sandbox.person(demo::MEMBER);
    Stage { sandbox, rest, gateway, mia, clock }
}

const ASK: &str = "ask";

fn question() -> Value {
    json!({"question": "When?"})
}

#[tokio::test]
async fn a_command_reaches_the_bot_and_its_answer_reaches_the_person() {
    let mut stage = stage().await;
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!(event["type"], 2);
        assert_eq!(event["data"]["options"], json!([{"name": "question", "type": 3, "value": "When?"}]));
        assert_eq!(event["member"]["user"]["id"], demo::MEMBER.to_string());
        assert_eq!(event["guild_id"], demo::GUILD.to_string());
        let data = json!({"content": "Soon.", "flags": 64});
        assert_eq!(stage.rest.answer(&event, json!({"type": 4, "data": data})).await.status, 204);
        let again = stage.rest.answer(&event, json!({"type": 4, "data": data})).await;
        assert_eq!((again.status, &again.json["code"]), (400, &json!(40060)));
        let original = stage.rest.get(&Rest::webhook(&event, "/messages/@original")).await;
        assert_eq!(original.json["content"], "Soon.");
    };
    let (outcome, ()) = tokio::join!(stage.mia.command(demo::GENERAL, ASK, question()), bot);
    let outcome = outcome.unwrap();
    assert_eq!((outcome.state.as_str(), outcome.response_type, outcome.content()), ("answered", Some(4), "Soon."));
    assert!(outcome.message.unwrap().is_ephemeral());
    assert_eq!(stage.mia.messages(demo::GENERAL).await.unwrap().len(), 1);
    let other = stage.sandbox.person(demo::OTHER_MEMBER);
    assert!(other.messages(demo::GENERAL).await.unwrap().is_empty());
    let seen_by_bot = stage.rest.get(&format!("/channels/{}/messages", demo::GENERAL)).await;
    assert_eq!(seen_by_bot.json, json!([]));
}

#[tokio::test]
async fn a_deferred_answer_stays_as_private_as_it_was_deferred() {
    let mut stage = stage().await;
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        stage.rest.answer(&event, json!({"type": 5, "data": {"flags": 64}})).await;
        let follow_up = stage.rest.post(&Rest::webhook(&event, ""), json!({"content": "Here."})).await;
        assert_eq!((follow_up.status, &follow_up.json["flags"]), (200, &json!(64)));
        let second = stage.rest.post(&Rest::webhook(&event, ""), json!({"content": "For all."})).await;
        assert_eq!(second.json["flags"], 0);
        event
    };
    let (outcome, event) = tokio::join!(stage.mia.command(demo::GENERAL, ASK, question()), bot);
    let outcome = outcome.unwrap();
    assert_eq!((outcome.response_type, outcome.content()), (Some(5), "Here."));
    assert!(outcome.message.unwrap().is_ephemeral());
    stage.clock.advance(15 * 60);
    let late = stage.rest.patch(&Rest::webhook(&event, "/messages/@original"), json!({"content": "Late"})).await;
    assert_eq!((late.status, &late.json["code"]), (401, &json!(50027)));
}

#[tokio::test]
async fn an_answer_after_three_seconds_is_refused() {
    let mut stage = stage().await;
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        stage.clock.advance(3);
        let reply = stage.rest.answer(&event, json!({"type": 5})).await;
        assert_eq!((reply.status, &reply.json["code"]), (404, &json!(10062)));
    };
    let (outcome, ()) = tokio::join!(stage.mia.command(demo::GENERAL, ASK, question()), bot);
    let outcome = outcome.unwrap();
    assert_eq!(outcome.state, "failed");
    assert_eq!(outcome.error.as_deref(), Some("The application did not respond"));
}

#[tokio::test]
async fn buttons_open_forms_and_forms_change_the_message_they_came_from() {
    let mut stage = stage().await;
    let button = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "Write", "custom_id": "write"}]}]);
    let posted = stage.rest.say(demo::GENERAL, json!({"content": "Panel", "components": button})).await;
    assert_eq!(posted.status, 200);
    stage.gateway.event("MESSAGE_CREATE").await;
    let panel = stage.mia.messages(demo::GENERAL).await.unwrap().remove(0);
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!((&event["data"]["component_type"], &event["message"]["content"]), (&json!(2), &json!("Panel")));
        let input = json!({"type": 4, "custom_id": "text", "style": 2, "label": "Text", "max_length": 10});
        let data = json!({"custom_id": "form", "title": "Form", "components": [{"type": 1, "components": [input]}]});
        assert_eq!(stage.rest.answer(&event, json!({"type": 9, "data": data})).await.status, 204);
    };
    let (outcome, ()) = tokio::join!(stage.mia.press(&panel, "Write"), bot);
    assert_eq!(outcome.unwrap().form_id(), Some("form"));
    assert!(stage.mia.submit(demo::GENERAL, "form", json!({"text": "much too long"})).await.is_err());
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!(event["data"]["components"][0]["components"][0]["value"], "Hello");
        let modal = json!({"type": 9, "data": {"custom_id": "x", "title": "x", "components": []}});
        assert_eq!(stage.rest.answer(&event, modal).await.status, 400);
        let reply =
            stage.rest.answer(&event, json!({"type": 7, "data": {"content": "Written", "components": []}})).await;
        assert_eq!(reply.status, 204);
    };
    let (outcome, ()) = tokio::join!(stage.mia.submit(demo::GENERAL, "form", json!({"text": "Hello"})), bot);
    assert_eq!(outcome.unwrap().content(), "Written");
    assert!(stage.mia.click(&panel, "write").await.is_err());
}

#[tokio::test]
async fn a_forged_click_reaches_the_bot() {
    let mut stage = stage().await;
    stage.rest.say(demo::GENERAL, json!({"content": "Plain"})).await;
    stage.gateway.event("MESSAGE_CREATE").await;
    let message = stage.mia.messages(demo::GENERAL).await.unwrap().remove(0);
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!(event["data"]["custom_id"], "send:1");
        stage.rest.answer(&event, json!({"type": 6})).await;
        stage.rest.post(&Rest::webhook(&event, ""), json!({"content": "No.", "flags": 64})).await;
    };
    let (outcome, ()) = tokio::join!(stage.mia.forge_click(&message, "send:1"), bot);
    assert_eq!(outcome.unwrap().content(), "No.");
}

#[tokio::test]
async fn autocomplete_offers_choices() {
    let mut stage = stage().await;
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!(event["data"]["options"][0], json!({"name": "question", "type": 3, "value": "gr", "focused": true}));
        let data = json!({"choices": [{"name": "Grants", "value": "grants"}]});
        stage.rest.answer(&event, json!({"type": 8, "data": data})).await;
    };
    let (choices, ()) = tokio::join!(stage.mia.autocomplete(demo::GENERAL, ASK, "question", "gr"), bot);
    assert_eq!(choices.unwrap(), [json!({"name": "Grants", "value": "grants"})]);
}

#[tokio::test]
async fn members_see_only_the_commands_that_are_meant_for_them() {
    let mut stage = stage().await;
    let names = |state: Value| -> Vec<String> {
        state["commands"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(stage.mia.state().await.unwrap()), ["ask", "Answer this"]);
    let sam = stage.sandbox.person(demo::STAFF_MEMBER);
    assert_eq!(names(sam.state().await.unwrap()), ["ask", "announce", "Answer this"]);
    assert!(stage.mia.command(demo::GENERAL, "announce list", json!({})).await.is_err());
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        assert_eq!(event["data"]["options"][0]["name"], "list");
        let channel = demo::GRANTS.to_string();
        assert_eq!(event["data"]["resolved"]["channels"][&channel]["name"], "grants");
        stage.rest.answer(&event, json!({"type": 4, "data": {"content": "ok"}})).await;
    };
    let options = json!({"channel": demo::GRANTS.to_string()});
    let (outcome, ()) = tokio::join!(sam.command(demo::STAFF, "announce list", options), bot);
    assert_eq!(outcome.unwrap().content(), "ok");
    assert!(stage.mia.command(demo::STAFF, ASK, question()).await.is_err());
}

#[tokio::test]
async fn a_menu_command_brings_the_message() {
    let mut stage = stage().await;
    let message = stage.mia.say(demo::GENERAL, "How do grants work?").await.unwrap();
    let created = stage.gateway.event("MESSAGE_CREATE").await;
    assert_eq!(created["content"], "", "without MESSAGE_CONTENT the text is not for the bot");
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        let resolved = &event["data"]["resolved"]["messages"][event["data"]["target_id"].as_str().unwrap()];
        assert_eq!(resolved["content"], "How do grants work?");
        stage.rest.answer(&event, json!({"type": 4, "data": {"content": "So."}})).await;
    };
    let (outcome, ()) = tokio::join!(stage.mia.message_menu(demo::GENERAL, "Answer this", message.id()), bot);
    assert_eq!(outcome.unwrap().content(), "So.");
}

#[tokio::test]
async fn commands_that_discord_would_refuse_are_refused() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let path = format!("/applications/{}/guilds/{}/commands", demo::BOT, demo::GUILD);
    let reply = rest.put(&path, json!([{"name": "Bad Name", "description": "x"}])).await;
    assert_eq!((reply.status, &reply.json["code"]), (400, &json!(50035)));
    let reply = rest.put(&path, json!([{"name": "a", "description": "x"}, {"name": "a", "description": "y"}])).await;
    assert_eq!(reply.status, 400);
    let registered = rest.put(&path, commands()).await.json;
    let again = rest.put(&path, commands()).await.json;
    assert_eq!(registered[0]["id"], again[0]["id"]);
}

#[tokio::test]
async fn files_come_with_private_answers_and_their_edits() {
    let mut stage = stage().await;
    let calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
    let file = |name: &'static str| (name, "text/calendar", calendar);
    let bot = async {
        let event = stage.gateway.event("INTERACTION_CREATE").await;
        let (id, token) = (event["id"].as_str().unwrap(), event["token"].as_str().unwrap());
        let data = json!({"content": "For your calendar", "flags": 64,
            "attachments": [{"id": 0, "description": "The next session"}]});
        let path = format!("/interactions/{id}/{token}/callback");
        let first = json!({"type": 4, "data": data});
        assert_eq!(stage.rest.upload(Method::POST, &path, first, file("session.ics")).await.status, 204);
        let original = Rest::webhook(&event, "/messages/@original");
        let second = json!({"content": "Two now"});
        let edited = stage.rest.upload(Method::PATCH, &original, second, file("series.ics")).await;
        assert_eq!((edited.status, edited.json["attachments"].as_array().unwrap().len()), (200, 2));
        let third = json!({"content": "Once more", "flags": 64});
        let followed = stage.rest.upload(Method::POST, &Rest::webhook(&event, ""), third, file("again.ics")).await;
        assert_eq!(followed.status, 200);
    };
    let (outcome, ()) = tokio::join!(stage.mia.command(demo::GENERAL, ASK, question()), bot);
    assert!(outcome.unwrap().message.unwrap().is_ephemeral());
    let messages = stage.mia.messages(demo::GENERAL).await.unwrap();
    let files: Vec<&Value> = messages.iter().flat_map(|m| m.raw["attachments"].as_array().unwrap()).collect();
    let names: Vec<&str> = files.iter().map(|file| file["filename"].as_str().unwrap()).collect();
    assert_eq!(names, ["session.ics", "series.ics", "again.ics"]);
    assert_eq!(files[0]["description"], "The next session");
    let served = reqwest::get(files[1]["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(served.headers()["content-type"], "text/calendar");
    assert_eq!(served.text().await.unwrap(), calendar);
}
