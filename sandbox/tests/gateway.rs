//! The gateway: identifying, losing a connection, resuming, being sent away.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use sandbox::client::Fault;
use sandbox::world::demo;
use sandbox::{Options, Sandbox};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

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
async fn heartbeats_resumes_and_identifies_can_go_unheard() {
    let sandbox = start().await;
    let control = sandbox.client();
    let mut gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    let silent = control.fault(&Fault::silent_heartbeat()).await.unwrap();
    gateway.send(json!({"op": 1, "d": 2})).await;
    gateway.send(json!({"op": 1, "d": 2})).await;
    while control.gateway().await.unwrap()["heartbeats"] != 2 {}
    control.withdraw(&silent).await.unwrap();
    gateway.send(json!({"op": 1, "d": 2})).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 11);
    let (session, seq) = (gateway.session.clone(), gateway.seq);
    gateway.lose();
    control.fault(&Fault::refused_resume().once()).await.unwrap();
    control.fault(&Fault::refused_identify().once()).await.unwrap();
    control.fault(&Fault::closed_identify(4014).skip(1).once()).await.unwrap();
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.resume(&session, seq).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 9);
    gateway.identify("token", 0).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 9);
    gateway.resume(&session, seq).await;
    gateway.event("RESUMED").await;
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.identify("token", 0).await;
    gateway.event("READY").await;
    let mut gateway = Gateway::open(&sandbox).await;
    gateway.identify("token", 0).await;
    assert_eq!(gateway.next().await, Err(4014));
    let counts = control.gateway().await.unwrap();
    let counted = ["heartbeats_unanswered", "resumes", "resumes_refused", "identifies", "identifies_refused"];
    assert_eq!(counted.map(|key| counts[key].as_u64().unwrap()), [2, 1, 1, 4, 2], "{counts}");
    assert_eq!(counts["identified_at"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_socket_is_refused_or_left_without_hello() {
    let sandbox = start().await;
    let control = sandbox.client();
    let url = format!("{}/gateway", sandbox.url().replace("http", "ws"));
    control.fault(&Fault::refused_socket().once()).await.unwrap();
    assert!(tokio_tungstenite::connect_async(&url).await.is_err());
    control.fault(&Fault::no_hello().once()).await.unwrap();
    control.fault(&Fault::late_hello(Duration::from_millis(1)).once()).await.unwrap();
    let (mut silent, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    silent.send(Message::text(json!({"op": 1, "d": null}).to_string())).await.unwrap();
    let first = silent.next().await.unwrap().unwrap().into_text().unwrap();
    assert!(first.contains(r#""op":11"#), "{first}");
    Gateway::open(&sandbox).await;
}

#[tokio::test]
async fn the_limit_of_sessions_and_the_heartbeats_interval_can_be_set() {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(clock.options()).await.unwrap();
    let (control, rest) = (sandbox.client(), Rest::of(&sandbox));
    let limit = json!({"remaining": 1, "reset_after_ms": 60_000, "heartbeat_interval_ms": 500});
    control.disturb_gateway(&limit).await.unwrap();
    let told = rest.get("/gateway/bot").await.json["session_start_limit"].clone();
    assert_eq!(told, json!({"total": 1000, "remaining": 1, "reset_after": 60_000, "max_concurrency": 1}));
    let url = format!("{}/gateway", sandbox.url().replace("http", "ws"));
    for expected in ["READY", "Close"] {
        let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
        let hello = socket.next().await.unwrap().unwrap().into_text().unwrap();
        assert!(hello.contains(r#""heartbeat_interval":500"#), "{hello}");
        let identify = json!({"op": 2, "d": {"token": "token", "intents": 0, "properties": {}}});
        socket.send(Message::text(identify.to_string())).await.unwrap();
        let answer = format!("{:?}", socket.next().await.unwrap().unwrap());
        assert!(answer.contains(expected), "{answer}");
    }
    clock.advance(60);
    assert_eq!(rest.get("/gateway/bot").await.json["session_start_limit"]["remaining"], 1000);
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
