//! What goes wrong with a request, and when it goes wrong.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{HOUR, MINUTE, TestServer};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A status, and nothing is done.
    Status(u16),
    /// It is done, and the answer is a status of somebody in between.
    DoneThen(u16),
    /// The connection breaks before anything is done.
    Reset,
    /// It is done, and the connection breaks before the answer.
    LostReply,
    /// 429 of this scope for an hour.
    Limited(&'static str),
}

pub(super) const FAULTS: [Fault; 13] = [
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Status(504),
    Fault::DoneThen(500),
    Fault::DoneThen(502),
    Fault::DoneThen(503),
    Fault::DoneThen(504),
    Fault::Reset,
    Fault::LostReply,
    Fault::Limited("user"),
    Fault::Limited("shared"),
    Fault::Limited("global"),
];

impl Fault {
    /// How often in a row it strikes, each in a case of its own: again and again for one of either kind.
    pub(super) const fn times(self) -> &'static [u32] {
        match self {
            Self::Status(503) | Self::LostReply => &[1, 3],
            _ => &[1],
        }
    }

    /// Lets the next `times` requests of a kind meet it.
    pub(super) async fn strike(self, server: &TestServer, method: &str, path: &str, times: u32) {
        let fault = |more: Value| {
            let mut fault = json!({"method": method, "path_prefix": path, "times": times});
            fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            fault
        };
        let discord = &server.discord;
        match self {
            Self::Status(status) => discord.fault(&fault(json!({"status": status}))).await,
            Self::DoneThen(status) => discord.fault(&fault(json!({"status": status, "carried_out": true}))).await,
            Self::Reset => discord.fault(&fault(json!({"cut": true}))).await,
            Self::LostReply => discord.fault(&fault(json!({"cut": true, "carried_out": true}))).await,
            Self::Limited(scope) => discord.rate_limit(method, path, 3600.0, scope, times).await,
        }
        .unwrap();
    }
}

/// What happens between the fault and the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A minute passes.
    Soon,
    /// So much time passes that Discord has forgotten the nonce.
    Late,
    /// Another process goes on, a minute later.
    Replaced,
    /// Another process goes on, when Discord has forgotten the nonce.
    ReplacedLate,
}

pub(super) const MOMENTS: [Moment; 4] = [Moment::Soon, Moment::Late, Moment::Replaced, Moment::ReplacedLate];

impl Moment {
    pub(super) async fn pass(self, server: &mut TestServer) {
        if matches!(self, Self::Replaced | Self::ReplacedLate) {
            server.restart().await;
        }
        let wait = if matches!(self, Self::Late | Self::ReplacedLate) { HOUR } else { MINUTE };
        server.advance(wait).await;
    }
}

/// Longer than any wait of any fault here.
pub(super) const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(61);
