//! A bot that speaks raw HTTP and WebSocket, and a clock that stands still until it is moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use sandbox::world::demo;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
pub(crate) const ALL_UNPRIVILEGED: u64 = 1 | 1 << 9 | 1 << 12 | 1 << 16;

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub(crate) struct StillClock(Arc<AtomicI64>);

impl StillClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_795_000_000)))
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0.load(Ordering::SeqCst), 0).unwrap()
    }

    pub(crate) fn options(&self) -> Options {
        let clock = self.clone();
        Options { clock: Arc::new(move || clock.now()), rate_limits: false, ..Options::default() }
    }
}

pub(crate) async fn start() -> Sandbox {
    Sandbox::start(StillClock::new().options()).await.unwrap()
}

/// The bot's REST side.
pub(crate) struct Rest {
    base: String,
    http: reqwest::Client,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
}

impl Rest {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base: format!("{}/api/v10", sandbox.url()), http }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("authorization", "Bot token")
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let json = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
        Reply { status, headers, json }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Sends a body with a file: its name, content type and text.
    pub(crate) async fn upload(&self, method: Method, path: &str, body: Value, file: (&str, &str, &str)) -> Reply {
        let (name, content_type, text) = file;
        let parts = format!(
            "--B\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n{body}\r\n\
             --B\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"{name}\"\r\nContent-Type: {content_type}\r\n\r\n\
             {text}\r\n--B--\r\n"
        );
        let request = self.request(method, path).header("content-type", "multipart/form-data; boundary=B").body(parts);
        self.send(request).await
    }

    pub(crate) async fn say(&self, channel: u64, body: Value) -> Reply {
        self.post(&format!("/channels/{channel}/messages"), body).await
    }

    pub(crate) async fn register(&self, commands: Value) {
        let path = format!("/applications/{}/guilds/{}/commands", demo::BOT, demo::GUILD);
        let reply = self.put(&path, commands).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
    }

    pub(crate) async fn answer(&self, interaction: &Value, body: Value) -> Reply {
        let (id, token) = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        self.post(&format!("/interactions/{id}/{token}/callback"), body).await
    }

    pub(crate) fn webhook(interaction: &Value, rest: &str) -> String {
        format!("/webhooks/{}/{}{rest}", demo::BOT, interaction["token"].as_str().unwrap())
    }
}

/// The bot's gateway side.
pub(crate) struct Gateway {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) session: String,
    pub(crate) seq: u64,
}

impl Gateway {
    /// Connects and reads HELLO.
    pub(crate) async fn open(sandbox: &Sandbox) -> Self {
        let url = sandbox.url().replace("http", "ws");
        let (socket, _) = tokio_tungstenite::connect_async(format!("{url}/gateway?v=10&encoding=json")).await.unwrap();
        let mut gateway = Self { socket, session: String::new(), seq: 0 };
        let hello = gateway.next().await.unwrap();
        assert_eq!((&hello["op"], &hello["d"]["heartbeat_interval"]), (&json!(10), &json!(41_250)));
        gateway
    }

    /// Connects and identifies, up to and including GUILD_CREATE.
    pub(crate) async fn identified(sandbox: &Sandbox, intents: u64) -> Self {
        let mut gateway = Self::open(sandbox).await;
        gateway.identify("token", intents).await;
        let ready = gateway.event("READY").await;
        gateway.session = ready["session_id"].as_str().unwrap().to_owned();
        if intents & 1 != 0 {
            gateway.event("GUILD_CREATE").await;
        }
        gateway
    }

    pub(crate) async fn send(&mut self, payload: Value) {
        self.socket.send(Message::text(payload.to_string())).await.unwrap();
    }

    pub(crate) async fn identify(&mut self, token: &str, intents: u64) {
        self.send(json!({"op": 2, "d": {"token": token, "intents": intents, "properties": {}}})).await;
    }

    pub(crate) async fn resume(&mut self, session: &str, seq: u64) {
        self.send(json!({"op": 6, "d": {"token": "token", "session_id": session, "seq": seq}})).await;
    }

    /// The next payload, or the close code.
    pub(crate) async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.socket.next().await.unwrap().unwrap() {
                Message::Text(text) => {
                    let payload: Value = serde_json::from_str(&text).unwrap();
                    self.seq = payload["s"].as_u64().unwrap_or(self.seq);
                    return Ok(payload);
                }
                Message::Close(frame) => return Err(frame.unwrap().code.into()),
                _ => (),
            }
        }
    }

    /// The data of the next event, which must have this name.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        let payload = self.next().await.unwrap();
        assert_eq!(payload["t"], name, "{payload}");
        payload["d"].clone()
    }

    /// Drops the connection without a close frame.
    pub(crate) fn lose(self) {
        drop(self);
    }
}
