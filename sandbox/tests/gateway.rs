//! The gateway: identifying, losing a connection, resuming, being sent away.

use sandbox::world::demo;
use sandbox::{Options, Sandbox};
use serde_json::json;

use crate::support::{ALL_UNPRIVILEGED, GUILD_MESSAGES, Gateway, Rest, StillClock, start};

#[tokio::test]
async fn a_heartbeat_is_acknowledged() {
    let sandbox = start().await;
    let mut gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    gateway.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 11);
    gateway.send(json!({"op": 3, "d": {"status": "online", "activities": [], "since": null, "afk": false}})).await;
    gateway.send(json!({"op": 99})).await;
    assert_eq!(gateway.next().await, Err(4001));
}

#[tokio::test]
async fn wrong_tokens_and_disallowed_intents_are_sent_away() {
    let options = StillClock::new().options();
    let options = Options { bot_token: Some("right".into()), disallowed_intents: 1 << 15, ..options };
    let sandbox = Sandbox::start(options).await.unwrap();
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.identify("wrong", 1).await;
    assert_eq!(gateway.next().await, Err(4004));
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.identify("right", 1 << 15).await;
    assert_eq!(gateway.next().await, Err(4014));
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.send(json!({"op": 3, "d": {}})).await;
    assert_eq!(gateway.next().await, Err(4003));
    let counts = sandbox.client().gateway().await.unwrap();
    assert_eq!((&counts["identifies"], &counts["remaining"]), (&json!(2), &json!(998)));
    assert_eq!(Rest::of(&sandbox).get("/users/@me").await.status, 401);
}

#[tokio::test]
async fn a_lost_connection_is_resumed_with_what_was_missed() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    gateway.lose();
    rest.say(demo::GENERAL, json!({"content": "Missed"})).await;
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.resume(&session, seq).await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "Missed");
    gateway.event("RESUMED").await;
    rest.say(demo::GENERAL, json!({"content": "Seen"})).await;
    assert_eq!(gateway.event("MESSAGE_CREATE").await["content"], "Seen");
    assert_eq!(sandbox.client().gateway().await.unwrap()["resumes"], 1);
}

#[tokio::test]
async fn an_unknown_session_must_identify_again() {
    let sandbox = start().await;
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.resume("nobody", 3).await;
    let refused = gateway.next().await.unwrap();
    assert_eq!((&refused["op"], &refused["d"]), (&json!(9), &json!(false)));
    gateway.identify("token", 0).await;
    gateway.event("READY").await;
}

#[tokio::test]
async fn the_server_can_ask_to_reconnect_invalidate_and_close() {
    let sandbox = start().await;
    let control = sandbox.client();
    let mut gateway = Gateway::identified(&sandbox, 0).await;
    control.disturb_gateway(&json!({"op": 7})).await.unwrap();
    assert_eq!(gateway.next().await.unwrap()["op"], 7);
    control.disturb_gateway(&json!({"op": 9, "resumable": false})).await.unwrap();
    assert_eq!(gateway.next().await.unwrap()["op"], 9);
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    gateway.identify("token", 0).await;
    gateway.event("READY").await;
    control.disturb_gateway(&json!({"close": 4000})).await.unwrap();
    assert_eq!(gateway.next().await, Err(4000));
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.resume(&session, seq).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 9);
}

#[tokio::test]
async fn events_follow_the_intents() {
    let sandbox = start().await;
    let rest = Rest::of(&sandbox);
    let mut silent = Gateway::identified(&sandbox, 1).await;
    let mut messages = Gateway::identified(&sandbox, 1 | GUILD_MESSAGES).await;
    let id = rest.say(demo::GENERAL, json!({"content": "One"})).await.json["id"].as_str().unwrap().to_owned();
    rest.patch(&format!("/channels/{}/messages/{id}", demo::GENERAL), json!({"content": "Two"})).await;
    rest.delete(&format!("/channels/{}/messages/{id}", demo::GENERAL)).await;
    rest.delete(&format!("/users/@me/guilds/{}", demo::GUILD)).await;
    assert_eq!(messages.event("MESSAGE_CREATE").await["content"], "One");
    assert_eq!(messages.event("MESSAGE_UPDATE").await["content"], "Two");
    assert_eq!(messages.event("MESSAGE_DELETE").await["id"], json!(id));
    messages.event("GUILD_DELETE").await;
    silent.event("GUILD_DELETE").await;
    assert_eq!(rest.get("/users/@me/guilds").await.json, json!([]));
}

#[tokio::test]
async fn a_shutdown_closes_the_sockets_and_frees_the_port() {
    let sandbox = start().await;
    let port = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
    let mut gateway = Gateway::identified(&sandbox, 0).await;
    let taken = Sandbox::start(Options { port, ..Options::default() }).await.unwrap_err();
    assert!(taken.to_string().contains("choose another port"), "{taken}");
    sandbox.shutdown().await;
    assert_eq!(gateway.next().await, Err(1001));
    Sandbox::start(Options { port, ..Options::default() }).await.unwrap().shutdown().await;
}
