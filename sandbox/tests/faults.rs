//! What a test can let go wrong, and what it can see of the bot's requests.

use std::time::Duration;

use reqwest::Method;
use sandbox::Sandbox;
use sandbox::client::{Client, Fault, Injected};
use sandbox::world::demo;
use serde_json::{Value, json};

use crate::support::{Rest, start};

const POSTING: &str = "/channels/*/messages";

/// The bot posts; its request is on its way when this returns.
fn posts(sandbox: &Sandbox, text: &'static str) -> tokio::task::JoinHandle<reqwest::Result<reqwest::Response>> {
    let path = format!("/channels/{}/messages", demo::GENERAL);
    let request = Rest::of(sandbox).request(Method::POST, &path).json(&json!({"content": text}));
    tokio::spawn(async move { request.send().await })
}

/// Waits until a fault holds so many requests.
async fn holds(control: &Client, fault: &Injected, requests: u32) {
    let asking = async { while control.fault_now(fault).await.unwrap().unwrap().held != requests {} };
    tokio::time::timeout(Duration::from_secs(10), asking).await.unwrap();
}

async fn contents(sandbox: &Sandbox) -> Vec<String> {
    let messages = sandbox.person(demo::MEMBER).messages(demo::GENERAL).await.unwrap();
    messages.iter().map(|message| message.content().to_owned()).collect()
}

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
async fn a_request_is_reset_before_or_after_it_was_carried_out() {
    let sandbox = start().await;
    let control = sandbox.client();
    for (fault, stored) in [(Fault::reset(), 0), (Fault::lost_answer(), 1), (Fault::broken_off(), 2)] {
        control.fault(&fault.on("POST", POSTING).once()).await.unwrap();
        let lost = match posts(&sandbox, "x").await.unwrap() {
            Ok(response) => response.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(lost, "no whole answer arrives");
        assert_eq!(contents(&sandbox).await.len(), stored);
    }
    let log = control.requests(0).await.unwrap();
    let seen: Vec<_> = log.iter().map(|entry| (&entry["status"], entry["fault"].as_str())).collect();
    assert_eq!(seen, [(&Value::Null, Some("reset")), (&Value::Null, Some("reset")), (&Value::Null, Some("break_off"))]);
}

#[tokio::test]
async fn a_held_request_is_carried_out_when_it_is_released_and_not_when_its_sender_goes() {
    let sandbox = start().await;
    let control = sandbox.client();
    let hold = control.fault(&Fault::hold().on("POST", POSTING)).await.unwrap();
    let (gone, stays) = (posts(&sandbox, "Gone"), posts(&sandbox, "Stays"));
    holds(&control, &hold, 2).await;
    assert!(contents(&sandbox).await.is_empty());
    gone.abort();
    holds(&control, &hold, 1).await;
    control.release(&hold).await.unwrap();
    assert_eq!(stays.await.unwrap().unwrap().status(), 200);
    assert_eq!(contents(&sandbox).await, ["Stays"]);
    let again = posts(&sandbox, "Held again");
    holds(&control, &hold, 1).await;
    assert_eq!(control.held().await.unwrap(), 1);
    control.withdraw(&hold).await.unwrap();
    assert_eq!(again.await.unwrap().unwrap().status(), 200);
    assert_eq!(control.faults().await.unwrap(), []);
}

#[tokio::test]
async fn a_request_held_after_it_was_carried_out_has_left_its_message() {
    let sandbox = start().await;
    let control = sandbox.client();
    let hold = control.fault(&Fault::hold().carried_out().on("POST", POSTING).once()).await.unwrap();
    let request = posts(&sandbox, "Stored");
    holds(&control, &hold, 1).await;
    assert_eq!(contents(&sandbox).await, ["Stored"]);
    request.abort();
    holds(&control, &hold, 0).await;
    let counted = control.posts().await.unwrap();
    assert_eq!(counted, json!({"requests": 1, "failed": 1, "messages": 1, "recognised": 0, "doubles": 0}));
}

#[tokio::test]
async fn errors_are_in_discords_words_or_a_proxys() {
    let sandbox = start().await;
    let (control, rest) = (sandbox.client(), Rest::of(&sandbox));
    for (order, content_type, text) in [
        (json!({"status": 500}), "application/json", "500 Internal Server Error"),
        (json!({"status": 502}), "text/html; charset=utf-8", "502 Bad Gateway"),
        (json!({"status": 403, "code": 50001}), "application/json", "50001"),
        (json!({"status": 503, "page": "html", "retry_after": 2.5}), "text/html; charset=utf-8", "503"),
        (json!({"status": 200, "answer": {"url": "wss://elsewhere.example"}}), "application/json", "elsewhere"),
    ] {
        let fault = control.fault(&order).await.unwrap();
        let response = rest.request(Method::GET, "/gateway/bot").send().await.unwrap();
        assert_eq!(u64::from(response.status().as_u16()), order["status"].as_u64().unwrap());
        assert_eq!(response.headers()["content-type"], content_type);
        assert_eq!(response.headers().contains_key("retry-after"), order.get("retry_after").is_some());
        let body = response.text().await.unwrap();
        assert!(body.contains(text), "{body}");
        control.withdraw(&fault).await.unwrap();
    }
    assert_eq!(rest.get("/gateway/bot").await.status, 200);
}

#[tokio::test]
async fn a_late_request_and_a_late_answer_are_told_apart() {
    let sandbox = start().await;
    let control = sandbox.client();
    let late = Duration::from_millis(1);
    for fault in [Fault::slow(late), Fault::slow(late).carried_out()] {
        control.fault(&fault.on("*", POSTING).once()).await.unwrap();
        assert_eq!(posts(&sandbox, "Late").await.unwrap().unwrap().status(), 200);
    }
    // Longer than any test: one request never gets so far, the other has been carried out.
    let for_ever = Duration::from_secs(3000);
    for (fault, text) in [(Fault::slow(for_ever), "Never"), (Fault::slow(for_ever).carried_out(), "At once")] {
        let fault = control.fault(&fault.on("*", POSTING).once()).await.unwrap();
        let request = posts(&sandbox, text);
        while control.fault_now(&fault).await.unwrap().unwrap().struck == 0 {}
        request.abort();
        while control.requests(2).await.unwrap().iter().all(|entry| entry["body"]["content"] != text) {}
    }
    assert_eq!(contents(&sandbox).await, ["Late", "Late", "At once"]);
}

#[tokio::test]
async fn a_fault_strikes_the_requests_of_its_pattern_alone() {
    let sandbox = start().await;
    let (control, rest) = (sandbox.client(), Rest::of(&sandbox));
    let crosspost = Fault::limit(3600.0, "shared").on("POST", "/channels/*/messages/*/crosspost");
    let fault = control.fault(&crosspost).await.unwrap();
    let posted = rest.say(demo::ANNOUNCEMENTS, json!({"content": "News"})).await;
    let path = format!("/channels/{}/messages/{}", demo::ANNOUNCEMENTS, posted.json["id"].as_str().unwrap());
    assert_eq!(rest.post(&format!("{path}/crosspost"), json!({})).await.status, 429);
    assert_eq!(rest.patch(&path, json!({"content": "New"})).await.status, 200);
    assert_eq!(control.fault_now(&fault).await.unwrap().unwrap().struck, 1);
    control.clear_faults().await.unwrap();
    assert_eq!(rest.post(&format!("{path}/crosspost"), json!({})).await.status, 200);
    let refused = control.fault(&json!({"kind": "hold", "metod": "POST"})).await.unwrap_err();
    assert!(refused.to_string().contains("metod"), "{refused}");
}

#[tokio::test]
async fn what_came_of_posting_is_counted_and_doubles_are_found() {
    let sandbox = start().await;
    let (control, rest) = (sandbox.client(), Rest::of(&sandbox));
    let marked = |nonce: &str, mark: &str| json!({"content": "x", "nonce": nonce, "enforce_nonce": true, "embeds": [{"footer": {"text": mark}, "title": "t"}]});
    control.fault(&Fault::lost_answer().on("POST", POSTING).once()).await.unwrap();
    let lost = rest.request(Method::POST, &format!("/channels/{}/messages", demo::GENERAL)).json(&marked("a", "ref 1"));
    assert!(lost.send().await.is_err());
    rest.say(demo::GENERAL, marked("a", "ref 1")).await;
    rest.say(demo::BLOG, marked("b", "ref 1")).await;
    let counted = control.posts().await.unwrap();
    assert_eq!(counted, json!({"requests": 3, "failed": 1, "messages": 2, "recognised": 1, "doubles": 0}));
    rest.say(demo::GENERAL, marked("c", "ref 1")).await;
    assert_eq!(control.posts().await.unwrap()["doubles"], 1);
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
