//! Gateway sessions: sequence numbers, the backlog a RESUME replays, who gets which event. The socket itself is
//! `gateway`'s.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::State;

/// Intent bits.
pub(crate) const GUILDS: u64 = 1 << 0;
pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
pub(crate) const GUILD_SCHEDULED_EVENTS: u64 = 1 << 16;

/// How many events are kept for a RESUME.
const BACKLOG: usize = 1000;

/// How many IDENTIFYs are remembered with their times.
const REMEMBERED: usize = 1000;

/// What the limit of sessions is about.
const DAY: TimeDelta = TimeDelta::days(1);

/// What a socket has to do.
#[derive(Debug)]
pub(crate) enum ToSocket {
    /// Send this payload.
    Payload(Value),
    /// Close with this code.
    Close(u16),
}

/// One session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) intents: u64,
    pub(crate) seq: u64,
    backlog: VecDeque<(u64, Value)>,
    socket: Option<(u64, UnboundedSender<ToSocket>)>,
}

/// All sessions of the bot.
#[derive(Debug)]
pub(crate) struct Sessions {
    all: HashMap<String, Session>,
    pub(crate) seen: Seen,
    pub(crate) starts: Starts,
    pub(crate) disallowed_intents: u64,
    /// What clients are told in HELLO.
    pub(crate) heartbeat_interval_ms: u64,
    sockets: u64,
}

/// What the bot did on the gateway, counted.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// IDENTIFYs, refused ones included.
    pub(crate) identifies: u64,
    pub(crate) identifies_refused: u64,
    /// When they came, at most [`REMEMBERED`] of them.
    pub(crate) identified_at: VecDeque<DateTime<Utc>>,
    /// RESUMEs that succeeded.
    pub(crate) resumes: u64,
    pub(crate) resumes_refused: u64,
    pub(crate) heartbeats: u64,
    pub(crate) heartbeats_unanswered: u64,
}

impl Seen {
    /// An IDENTIFY came.
    pub(crate) fn identified(&mut self, at: DateTime<Utc>) {
        self.identifies += 1;
        self.identified_at.push_back(at);
        if self.identified_at.len() > REMEMBERED {
            self.identified_at.pop_front();
        }
    }
}

/// How many sessions a bot may begin in a day.
#[derive(Debug)]
pub(crate) struct Starts {
    pub(crate) total: u64,
    used: u64,
    renewed_at: Option<DateTime<Utc>>,
}

impl Starts {
    const fn new(total: u64) -> Self {
        Self { total, used: 0, renewed_at: None }
    }

    fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.renewed_at.is_none_or(|at| at <= now)
    }

    /// Those left.
    pub(crate) fn remaining(&self, now: DateTime<Utc>) -> u64 {
        if self.is_over(now) { self.total } else { self.total.saturating_sub(self.used) }
    }

    /// Milliseconds until all are there again.
    pub(crate) fn reset_after_ms(&self, now: DateTime<Utc>) -> i64 {
        self.renewed_at.filter(|at| *at > now).map_or(0, |at| (at - now).num_milliseconds())
    }

    /// Takes one; false when none was left.
    pub(crate) fn take(&mut self, now: DateTime<Utc>) -> bool {
        if self.is_over(now) {
            (self.used, self.renewed_at) = (0, Some(now + DAY));
        }
        self.used += 1;
        self.used <= self.total
    }

    /// Leaves so many, until `reset_after_ms` are over, a day by default.
    pub(crate) fn leave(&mut self, remaining: u64, reset_after_ms: Option<u32>, now: DateTime<Utc>) {
        self.used = self.total.saturating_sub(remaining);
        let after = reset_after_ms.map_or(DAY, |ms| TimeDelta::milliseconds(ms.into()));
        self.renewed_at = Some(now + after);
    }
}

impl Sessions {
    pub(crate) fn new(disallowed_intents: u64, session_starts: u64, heartbeat_interval_ms: u64) -> Self {
        Self {
            all: HashMap::new(),
            seen: Seen::default(),
            starts: Starts::new(session_starts),
            disallowed_intents,
            heartbeat_interval_ms,
            sockets: 0,
        }
    }

    /// A number for a new socket, so that a session knows which one is its own.
    pub(crate) fn new_socket(&mut self) -> u64 {
        self.sockets += 1;
        self.sockets
    }

    /// How many sockets were opened.
    pub(crate) fn sockets(&self) -> u64 {
        self.sockets
    }

    /// Whether some session has a socket now.
    pub(crate) fn connected(&self) -> bool {
        self.open() > 0
    }

    /// How many sessions have a socket now.
    pub(crate) fn open(&self) -> usize {
        self.all.values().filter(|session| session.socket.is_some()).count()
    }

    /// Whether there is such a session.
    pub(crate) fn exists(&self, id: &str) -> bool {
        self.all.contains_key(id)
    }

    /// Starts a session on a socket.
    pub(crate) fn start(&mut self, id: &str, intents: u64, socket: (u64, UnboundedSender<ToSocket>)) {
        let session = Session { intents, seq: 0, backlog: VecDeque::new(), socket: Some(socket) };
        self.all.insert(id.to_owned(), session);
    }

    /// Puts a session on a new socket and returns what it missed, or `None` when it cannot be resumed.
    pub(crate) fn resume(
        &mut self,
        id: &str,
        seq: u64,
        socket: (u64, UnboundedSender<ToSocket>),
    ) -> Option<Vec<Value>> {
        let session = self.all.get_mut(id)?;
        let oldest = session.backlog.front().map_or(session.seq + 1, |(seq, _)| *seq);
        if seq > session.seq || seq + 1 < oldest {
            return None;
        }
        session.socket = Some(socket);
        self.seen.resumes += 1;
        Some(session.backlog.iter().filter(|(n, _)| *n > seq).map(|(_, payload)| payload.clone()).collect())
    }

    /// The socket is gone; the session can be resumed unless `ended`.
    pub(crate) fn detach(&mut self, id: &str, socket: u64, ended: bool) {
        let is_its_own = |session: &Session| session.socket.as_ref().is_some_and(|(n, _)| *n == socket);
        let Some(session) = self.all.get_mut(id).filter(|session| is_its_own(session)) else { return };
        session.socket = None;
        if ended {
            self.all.remove(id);
        }
    }

    /// Sends something that is not an event to every socket; returns how many there were.
    pub(crate) fn broadcast(&self, message: impl Fn() -> ToSocket) -> usize {
        self.all.values().filter_map(|s| s.socket.as_ref()).filter(|(_, socket)| socket.send(message()).is_ok()).count()
    }

    /// Forgets every session: their sockets stay open, but they hear nothing more and cannot be resumed.
    pub(crate) fn invalidate(&mut self) {
        self.all.clear();
    }
}

impl Session {
    fn push(&mut self, event: &str, data: Value) {
        self.seq += 1;
        let payload = json!({"op": 0, "s": self.seq, "t": event, "d": data});
        self.backlog.push_back((self.seq, payload.clone()));
        if self.backlog.len() > BACKLOG {
            self.backlog.pop_front();
        }
        if let Some((_, socket)) = &self.socket {
            // A socket that just closed is noticed by its own task; the backlog has the event.
            let _ = socket.send(ToSocket::Payload(payload));
        }
    }
}

impl State {
    /// Sends an event to every session that asked for it; `intents` 0 goes to all.
    pub(crate) fn dispatch(&mut self, event: &'static str, data: Value, intents: u64) {
        for session in self.sessions.all.values_mut() {
            if intents == 0 || session.intents & intents != 0 {
                session.push(event, data.clone());
            }
        }
    }

    /// Sends an event to one session.
    pub(crate) fn dispatch_to(&mut self, session: &str, event: &'static str, data: Value) {
        if let Some(session) = self.sessions.all.get_mut(session) {
            session.push(event, data);
        }
    }

    /// Sends a message event; without MESSAGE_CONTENT a bot reads only its own messages, direct ones and those that
    /// mention it.
    pub(crate) fn dispatch_message(&mut self, event: &'static str, mut message: Value, author: u64) {
        let dm = message.get("guild_id").is_none();
        let bot = self.bot_id.to_string();
        let mentioned = message["mentions"].as_array().is_some_and(|list| list.iter().any(|user| user["id"] == *bot));
        let readable = dm || mentioned || author == self.bot_id;
        let intents = if dm { DIRECT_MESSAGES } else { GUILD_MESSAGES };
        let full = message.clone();
        for key in ["embeds", "attachments", "components"] {
            message[key] = json!([]);
        }
        message["content"] = json!("");
        for session in self.sessions.all.values_mut().filter(|session| session.intents & intents != 0) {
            let reads = readable || session.intents & MESSAGE_CONTENT != 0;
            session.push(event, if reads { full.clone() } else { message.clone() });
        }
    }
}
