//! What a test can let go wrong, and what it can see of the bot's requests.

use reqwest::Method;
use sandbox::world::demo;
use serde_json::json;

use crate::support::{Rest, start};

#[tokio::test]
async fn the_next_requests_can_be_limited() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let path = format!("/channels/{}/messages", demo::GENERAL);
    sandbox.client().rate_limit("POST", &path, 3600.5, "shared", 1).await.unwrap();
    let reply = rest.say(demo::GENERAL, json!({"content": "x"})).await;
    assert_eq!((reply.status, &reply.json["retry_after"]), (429, &json!(3600.5)));
    assert_eq!(
        (&reply.headers["retry-after"], &reply.headers["x-ratelimit-scope"]),
        (&"3601".parse().unwrap(), &"shared".parse().unwrap())
    );
    assert!(reply.headers.get("x-ratelimit-global").is_none());
    assert_eq!(rest.say(demo::GENERAL, json!({"content": "x"})).await.status, 200);
    sandbox.client().rate_limit("GET", "/api/v10/users", 1.0, "global", 1).await.unwrap();
    let reply = rest.get("/users/@me").await;
    assert_eq!((&reply.json["global"], &reply.headers["x-ratelimit-global"]), (&json!(true), &"true".parse().unwrap()));
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_message_was_stored() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let fault = json!({"method": "POST", "path_prefix": "/channels/", "times": 1, "carried_out": true});
    sandbox.client().fault(&fault).await.unwrap();
    let path = format!("/channels/{}/messages", demo::GENERAL);
    let lost = rest.request(Method::POST, &path).json(&json!({"content": "Stored"})).send().await;
    assert!(lost.is_err(), "the connection must be cut without an answer");
    assert_eq!(sandbox.person(demo::MEMBER).messages(demo::GENERAL).await.unwrap().len(), 1);
    let fault = json!({"method": "POST", "path_prefix": "/channels/", "times": 2, "status": 503});
    sandbox.client().fault(&fault).await.unwrap();
    for status in [503, 503, 200] {
        assert_eq!(rest.say(demo::GENERAL, json!({"content": "Later"})).await.status, status);
    }
    assert_eq!(sandbox.person(demo::MEMBER).messages(demo::GENERAL).await.unwrap().len(), 2);
}

#[tokio::test]
async fn requests_are_listed_without_tokens() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    rest.say(demo::GENERAL, json!({"content": "Hello"})).await;
    rest.post("/interactions/5/secret/callback", json!({"type": 5})).await;
    let log = sandbox.client().requests(0).await.unwrap();
    assert_eq!(
        (&log[0]["method"], &log[0]["status"], &log[0]["body"]["content"]),
        (&json!("POST"), &json!(200), &json!("Hello"))
    );
    assert_eq!(log[1]["path"], "/api/v10/interactions/5/{token}/callback");
    assert!(!serde_json::to_string(&log).unwrap().contains("secret"));
    assert_eq!(sandbox.client().requests(1).await.unwrap().len(), 1);
}
