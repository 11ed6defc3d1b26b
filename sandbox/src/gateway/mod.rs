//! Discord's gateway: one task a socket. Owns the handshake, heartbeats and close codes; sessions outlive their socket
//! and are kept in the state.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::state::Shared;
use crate::state::faults::{Kind, Strike};
use crate::state::sessions::ToSocket;

/// `/gateway`.
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/gateway", get(upgrade)).route("/gateway/", get(upgrade))
}

async fn upgrade(State(core): State<Shared>, socket: WebSocketUpgrade) -> Response {
    if strike(&core, Kind::RefuseSocket).is_some() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    socket.on_upgrade(|socket| Connection::new(core).run(socket))
}

/// The fault of this moment, if there is one.
fn strike(core: &Shared, kind: Kind) -> Option<Strike> {
    let mut state = core.state();
    let strike = state.faults.strike_gateway(kind)?;
    state.tell_faults();
    Some(strike)
}

struct Connection {
    core: Shared,
    number: u64,
    session: Option<String>,
    to_socket: UnboundedSender<ToSocket>,
    inbox: UnboundedReceiver<ToSocket>,
}

impl Connection {
    fn new(core: Shared) -> Self {
        let (to_socket, inbox) = unbounded_channel();
        let number = core.state().sessions.new_socket();
        Self { core, number, session: None, to_socket, inbox }
    }

    async fn run(mut self, mut socket: WebSocket) {
        let ended = self.serve(&mut socket).await;
        if let Some(session) = &self.session {
            self.core.state().sessions.detach(session, self.number, ended);
            self.core.state().tell_state();
        }
    }

    /// Serves until the socket closes; true when the session ends with it.
    async fn serve(&mut self, socket: &mut WebSocket) -> bool {
        let core = self.core.clone();
        self.hello();
        loop {
            let close = tokio::select! {
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text),
                    Some(Ok(Message::Close(frame))) => return frame.is_none_or(|f| matches!(f.code, 1000 | 1001)),
                    Some(Ok(Message::Binary(_))) => Some(4002),
                    Some(Ok(_)) => None,
                    Some(Err(_)) | None => return false,
                },
                Some(order) = self.inbox.recv() => match order {
                    ToSocket::Payload(payload) => match socket.send(Message::text(payload.to_string())).await {
                        Ok(()) => None,
                        Err(_) => return false,
                    },
                    ToSocket::Close(code) => Some(code),
                },
                () = core.closed() => Some(1001),
            };
            if let Some(code) = close {
                return close_with(socket, code).await;
            }
        }
    }

    /// Says HELLO, or lets it be said later, or never.
    fn hello(&self) {
        let interval = self.core.state().sessions.heartbeat_interval_ms;
        let hello = json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": interval, "_trace": []}});
        let Some(late) = strike(&self.core, Kind::LateHello) else { return self.send(hello) };
        let Some(delay) = late.order.delay_ms else { return };
        let to_socket = self.to_socket.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            // A client that did not wait for it needs it no more.
            let _ = to_socket.send(ToSocket::Payload(hello));
        });
    }

    fn send(&self, payload: Value) {
        // The receiving half lives in `self`; sending cannot fail before the connection is gone.
        let _ = self.to_socket.send(ToSocket::Payload(payload));
    }

    /// Handles what the client sent; a code closes the socket.
    fn receive(&mut self, text: &str) -> Option<u16> {
        let Ok(payload) = serde_json::from_str::<Value>(text) else { return Some(4002) };
        match payload["op"].as_u64() {
            Some(1) => self.heartbeat(),
            Some(2) => return self.identify(&payload["d"]),
            Some(6) => return self.resume(&payload["d"]),
            Some(3 | 4 | 8 | 31) if self.session.is_some() => (),
            Some(3 | 4 | 8 | 31) => return Some(4003),
            _ => return Some(4001),
        }
        None
    }

    fn heartbeat(&self) {
        let is_silent = strike(&self.core, Kind::SilentHeartbeat).is_some();
        let mut state = self.core.state();
        state.sessions.seen.heartbeats += 1;
        state.sessions.seen.heartbeats_unanswered += u64::from(is_silent);
        drop(state);
        if !is_silent {
            self.send(json!({"op": 11, "s": null, "t": null, "d": null}));
        }
    }

    fn send_away(&self) {
        self.send(json!({"op": 9, "s": null, "t": null, "d": false}));
    }

    fn is_accepted(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or_default();
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        self.core.bot_token.as_deref().map_or(!token.is_empty(), |expected| expected == token)
    }

    fn identify(&mut self, data: &Value) -> Option<u16> {
        let mut state = self.core.state();
        if self.session.as_ref().is_some_and(|id| state.sessions.exists(id)) {
            return Some(4005);
        }
        let now = state.now();
        state.sessions.seen.identified(now);
        let is_allowed = state.sessions.starts.take(now);
        // Who begins more sessions than there are gets a new token, and the old one is good for nothing.
        if !self.is_accepted(data) || !is_allowed {
            return Some(4004);
        }
        let Some(intents) = data["intents"].as_u64() else { return Some(4013) };
        if intents & state.sessions.disallowed_intents != 0 {
            return Some(4014);
        }
        if let Some(refused) = state.faults.strike_gateway(Kind::RefuseIdentify) {
            state.sessions.seen.identifies_refused += 1;
            state.tell_faults();
            drop(state);
            if refused.order.close.is_none() {
                self.send_away();
            }
            return refused.order.close;
        }
        let session = format!("{:032x}", rand::random::<u128>());
        state.sessions.start(&session, intents, (self.number, self.to_socket.clone()));
        let application = json!({"id": state.application_id.to_string(), "flags": 0});
        let guilds = state.bot_in_guild.then(|| json!({"id": state.guild_id(), "unavailable": true}));
        let ready = json!({"v": 10, "user": state.user(state.bot_id), "guilds": guilds.iter().collect::<Vec<_>>(),
            "session_id": session, "session_type": "normal", "resume_gateway_url": gateway_url(&self.core),
            "shard": data.get("shard").cloned().unwrap_or_else(|| json!([0, 1])), "application": application,
            "private_channels": [], "relationships": [], "presences": [], "_trace": []});
        state.dispatch_to(&session, "READY", ready);
        if state.bot_in_guild && intents & crate::state::sessions::GUILDS != 0 {
            let guild = state.guild_create();
            state.dispatch_to(&session, "GUILD_CREATE", guild);
        }
        state.tell_state();
        drop(state);
        self.session = Some(session);
        None
    }

    fn resume(&mut self, data: &Value) -> Option<u16> {
        if !self.is_accepted(data) {
            return Some(4004);
        }
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_u64().unwrap_or_default();
        let is_refused = strike(&self.core, Kind::RefuseResume).is_some();
        let mut state = self.core.state();
        let socket = (self.number, self.to_socket.clone());
        let resumed = if is_refused { None } else { state.sessions.resume(&id, seq, socket) };
        let Some(missed) = resumed else {
            state.sessions.seen.resumes_refused += 1;
            drop(state);
            self.send_away();
            return None;
        };
        for payload in missed {
            self.send(payload);
        }
        state.dispatch_to(&id, "RESUMED", json!({"_trace": []}));
        state.tell_state();
        drop(state);
        self.session = Some(id);
        None
    }
}

/// The address that clients connect to.
pub(crate) fn gateway_url(core: &Shared) -> String {
    format!("ws://127.0.0.1:{}/gateway", core.port)
}

/// Closes the socket; true when the code ends the session as well.
async fn close_with(socket: &mut WebSocket, code: u16) -> bool {
    let frame = CloseFrame { code, reason: reason(code).into() };
    // When the other side is gone already there is nobody to tell.
    let _ = socket.send(Message::Close(Some(frame))).await;
    matches!(code, 1000 | 1001 | 4004 | 4007 | 4009..=4014)
}

fn reason(code: u16) -> &'static str {
    match code {
        4000 => "Unknown error.",
        4001 => "Unknown opcode.",
        4002 => "Error while decoding payload.",
        4003 => "Not authenticated.",
        4004 => "Authentication failed.",
        4005 => "Already authenticated.",
        4007 => "Invalid seq.",
        4008 => "Rate limited.",
        4009 => "Session timed out.",
        4010 => "Invalid shard.",
        4011 => "Sharding required.",
        4012 => "Invalid API version.",
        4013 => "Invalid intent(s).",
        4014 => "Disallowed intent(s).",
        _ => "",
    }
}
