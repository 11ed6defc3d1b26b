//! Discord's gateway: one task a socket. Owns the handshake, heartbeats and close codes; sessions outlive their socket
//! and are kept in the state.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::state::Shared;
use crate::state::sessions::ToSocket;

/// What Discord tells clients, in milliseconds.
const HEARTBEAT_INTERVAL: u64 = 41_250;

/// `/gateway`.
pub(crate) fn router() -> Router<Shared> {
    Router::new().route("/gateway", get(upgrade)).route("/gateway/", get(upgrade))
}

async fn upgrade(State(core): State<Shared>, socket: WebSocketUpgrade) -> Response {
    socket.on_upgrade(|socket| Connection::new(core).run(socket))
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
        let hello =
            json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL, "_trace": []}});
        self.send(hello);
        let core = self.core.clone();
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

    fn send(&self, payload: Value) {
        // The receiving half lives in `self`; sending cannot fail before the connection is gone.
        let _ = self.to_socket.send(ToSocket::Payload(payload));
    }

    /// Handles what the client sent; a code closes the socket.
    fn receive(&mut self, text: &str) -> Option<u16> {
        let Ok(payload) = serde_json::from_str::<Value>(text) else { return Some(4002) };
        match payload["op"].as_u64() {
            Some(1) => self.send(json!({"op": 11, "s": null, "t": null, "d": null})),
            Some(2) => return self.identify(&payload["d"]),
            Some(6) => return self.resume(&payload["d"]),
            Some(3 | 4 | 8 | 31) if self.session.is_some() => (),
            Some(3 | 4 | 8 | 31) => return Some(4003),
            _ => return Some(4001),
        }
        None
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
        state.sessions.identifies += 1;
        if !self.is_accepted(data) {
            return Some(4004);
        }
        let Some(intents) = data["intents"].as_u64() else { return Some(4013) };
        if intents & state.sessions.disallowed_intents != 0 {
            return Some(4014);
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
        let mut state = self.core.state();
        let Some(missed) = state.sessions.resume(&id, seq, (self.number, self.to_socket.clone())) else {
            drop(state);
            self.send(json!({"op": 9, "s": null, "t": null, "d": false}));
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
