//! What a test or a visitor lets go wrong: which requests of the REST API and which moments of the gateway, how often,
//! and how often it struck. Decides and counts; carrying it out is `rest`'s and `gateway`'s.

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Faults that are listed; of more the oldest that are used up are forgotten.
const LISTED: usize = 500;

/// The longest delay, in milliseconds: an hour.
const LONGEST_DELAY: u64 = 3_600_000;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The request is answered with something of the fault's choice.
    Answer,
    /// The connection is reset instead of an answer.
    Reset,
    /// The answer breaks off in the middle of its body.
    BreakOff,
    /// The request or its answer is late, and otherwise as ever.
    Slow,
    /// 429.
    Limit,
    /// The request or its answer waits until it is released.
    Hold,
    /// Gateway: heartbeats are not acknowledged.
    SilentHeartbeat,
    /// Gateway: a RESUME is answered with op 9.
    RefuseResume,
    /// Gateway: an IDENTIFY is answered with op 9 or a close code.
    RefuseIdentify,
    /// Gateway: the WebSocket is not opened.
    RefuseSocket,
    /// Gateway: HELLO comes late, or without a delay never.
    LateHello,
}

impl Kind {
    fn is_gateways(self) -> bool {
        use Kind::{LateHello, RefuseIdentify, RefuseResume, RefuseSocket, SilentHeartbeat};
        matches!(self, SilentHeartbeat | RefuseResume | RefuseIdentify | RefuseSocket | LateHello)
    }
}

/// Who seems to answer instead of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Page {
    /// Discord's own JSON.
    Discord,
    /// A proxy in front of it, with a page for people.
    Html,
    /// Nobody.
    Empty,
}

/// A fault as it is asked for. `README.md` says what each field means.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Order {
    pub(crate) kind: Option<Kind>,
    pub(crate) name: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) path_prefix: Option<String>,
    /// How often it strikes; without it, until it is taken back.
    pub(crate) times: Option<u32>,
    /// How many matching requests pass first.
    pub(crate) skip: u32,
    /// Whether the request is carried out before the fault strikes.
    pub(crate) carried_out: Option<bool>,
    pub(crate) delay_ms: Option<u64>,
    pub(crate) status: Option<u16>,
    pub(crate) page: Option<Page>,
    pub(crate) code: Option<u64>,
    pub(crate) answer: Option<Value>,
    pub(crate) retry_after: Option<f64>,
    pub(crate) scope: Option<String>,
    pub(crate) close: Option<u16>,
    pub(crate) cut: bool,
}

/// One thing that goes wrong.
#[derive(Debug)]
struct Fault {
    id: u64,
    kind: Kind,
    order: Order,
    left: Option<u32>,
    skip: u32,
    struck: u64,
    held: u32,
    release: watch::Sender<()>,
}

/// A fault that has just struck.
#[derive(Debug, Clone)]
pub(crate) struct Strike {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) order: Order,
    released: watch::Receiver<()>,
}

impl Strike {
    /// Whether the request is carried out before the fault strikes.
    pub(crate) fn is_carried_out(&self) -> bool {
        self.order.carried_out.unwrap_or(matches!(self.kind, Kind::Slow | Kind::BreakOff))
    }

    /// Returns when the fault is released or taken back.
    pub(crate) async fn released(&mut self) {
        // An error means that the fault was taken back, which releases as well.
        let _ = self.released.changed().await;
    }
}

/// All faults, in the order in which they were asked for; the first that matches strikes.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    all: Vec<Fault>,
    last_id: u64,
}

impl Faults {
    /// Adds one and shows it.
    pub(crate) fn add(&mut self, order: Order) -> Result<Value, String> {
        let kind = order.checked()?;
        self.last_id += 1;
        let (left, skip) = (order.times, order.skip);
        let (release, _) = watch::channel(());
        let fault = Fault { id: self.last_id, kind, order, left, skip, struck: 0, held: 0, release };
        let shown = fault.json();
        self.all.push(fault);
        if self.all.len() > LISTED
            && let Some(oldest) = self.all.iter().position(|fault| fault.left == Some(0) && fault.held == 0)
        {
            self.all.remove(oldest);
        }
        Ok(shown)
    }

    /// Takes one back, or all; returns how many there were. What they hold is released.
    pub(crate) fn remove(&mut self, id: Option<u64>) -> usize {
        let before = self.all.len();
        self.all.retain(|fault| id.is_some_and(|id| fault.id != id));
        before - self.all.len()
    }

    /// Lets the requests go on that a fault holds now; `None` when there is no such fault.
    pub(crate) fn release(&mut self, id: u64) -> Option<u32> {
        let fault = self.all.iter().find(|fault| fault.id == id)?;
        fault.release.send_replace(());
        Some(fault.held)
    }

    /// A request is held, or is no longer.
    pub(crate) fn hold(&mut self, id: u64, is_held: bool) {
        // A fault that was taken back has released what it held, so nobody counts it any more.
        if let Some(fault) = self.all.iter_mut().find(|fault| fault.id == id) {
            fault.held = if is_held { fault.held + 1 } else { fault.held.saturating_sub(1) };
        }
    }

    /// The fault of a request of the REST API, if there is one; `path` without `/api/v10` and query.
    pub(crate) fn strike_request(&mut self, method: &Method, path: &str) -> Option<Strike> {
        self.strike(|fault| !fault.kind.is_gateways() && fault.order.matches(method, path))
    }

    /// The fault of a moment of the gateway, if there is one.
    pub(crate) fn strike_gateway(&mut self, kind: Kind) -> Option<Strike> {
        self.strike(|fault| fault.kind == kind)
    }

    fn strike(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<Strike> {
        let fault = self.all.iter_mut().find(|fault| fault.left != Some(0) && matches(fault))?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        fault.left = fault.left.map(|left| left.saturating_sub(1));
        fault.struck += 1;
        let released = fault.release.subscribe();
        Some(Strike { id: fault.id, kind: fault.kind, order: fault.order.clone(), released })
    }

    /// Every fault, used up ones included.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.all.iter().map(Fault::json).collect()
    }

    /// How many requests are held now.
    pub(crate) fn held(&self) -> u32 {
        self.all.iter().map(|fault| fault.held).sum()
    }
}

impl Fault {
    fn json(&self) -> Value {
        let mut json = serde_json::to_value(&self.order).unwrap_or_default();
        if let Some(object) = json.as_object_mut() {
            object.retain(|key, value| !value.is_null() && key != "cut");
        }
        json["id"] = json!(self.id.to_string());
        json["kind"] = json!(self.kind);
        json["left"] = json!(self.left);
        json["skip"] = json!(self.skip);
        json["struck"] = json!(self.struck);
        json["held"] = json!(self.held);
        json
    }
}

impl Order {
    /// What is asked for, unless it is nothing that can be done.
    fn checked(&self) -> Result<Kind, String> {
        let kind = self.kind.unwrap_or_else(|| self.implied());
        let refuse = |text: &str| Err(text.to_owned());
        if kind.is_gateways() && (self.method.is_some() || self.path.is_some() || self.path_prefix.is_some()) {
            return refuse("A fault of the gateway takes no `method`, `path` or `path_prefix`.");
        }
        if self.path.is_some() && self.path_prefix.is_some() {
            return refuse("Say `path` or `path_prefix`, not both.");
        }
        if self.delay_ms.is_some_and(|delay| delay > LONGEST_DELAY) || kind == Kind::Slow && self.delay_ms.is_none() {
            return refuse("`delay_ms` must be a number of milliseconds, at most an hour's.");
        }
        let is_final = |status| StatusCode::from_u16(status).is_ok_and(|status| !status.is_informational());
        if self.status.is_some_and(|status| !is_final(status)) || kind == Kind::Answer && self.status.is_none() {
            return refuse("`status` must be an HTTP status from 200 on.");
        }
        if self.retry_after.is_some_and(|seconds| !(0.0..=1e9).contains(&seconds))
            || kind == Kind::Limit && self.retry_after.is_none()
        {
            return refuse("`retry_after` must be a number of seconds, not below 0.");
        }
        if self.scope.as_deref().is_some_and(|scope| !["user", "global", "shared", "address"].contains(&scope)) {
            return refuse("`scope` must be `user`, `global`, `shared` or `address`.");
        }
        if self.close.is_some_and(|code| !(1000..=4999).contains(&code)) {
            return refuse("`close` must be a close code from 1000 to 4999.");
        }
        Ok(kind)
    }

    /// The kind that the fields speak of, where it is not named.
    fn implied(&self) -> Kind {
        match self {
            Self { cut: true, .. } => Kind::Reset,
            Self { status: Some(_), .. } => Kind::Answer,
            Self { retry_after: Some(_), .. } => Kind::Limit,
            Self { delay_ms: Some(_), .. } => Kind::Slow,
            _ => Kind::Reset,
        }
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        let method_fits = self.method.as_deref().is_none_or(|m| m == "*" || m.eq_ignore_ascii_case(method.as_str()));
        let path_fits = self.path.as_deref().is_none_or(|pattern| fits(bare(pattern), path));
        let prefix_fits = self.path_prefix.as_deref().is_none_or(|prefix| path.starts_with(bare(prefix)));
        method_fits && path_fits && prefix_fits
    }
}

/// Paths are named with or without the API's version.
fn bare(path: &str) -> &str {
    path.strip_prefix("/api/v10").unwrap_or(path)
}

/// Whether a path is that of a pattern, in which `*` stands for one whole segment.
pub(crate) fn fits(pattern: &str, path: &str) -> bool {
    let (mut wanted, mut there) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), there.next()) {
            (None, None) => return true,
            (Some(wanted), Some(there)) if wanted == there || wanted == "*" && !there.is_empty() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(orders: Value) -> Faults {
        let mut faults = Faults::default();
        for order in orders.as_array().unwrap() {
            faults.add(serde_json::from_value(order.clone()).unwrap()).unwrap();
        }
        faults
    }

    #[test]
    fn a_pattern_names_whole_segments() {
        assert!(fits("/channels/*/messages/*/crosspost", "/channels/1/messages/2/crosspost"));
        assert!(!fits("/channels/*/messages", "/channels/1/messages/2"));
        assert!(!fits("/channels/*/messages", "/channels//messages"));
        assert!(!fits("/channels/*", "/channels"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_was_asked_for_after_those_that_pass() {
        let mut faults = faults(json!([{"status": 503, "method": "POST", "path": "/a/*", "skip": 1, "times": 2}]));
        assert!(faults.strike_request(&Method::GET, "/a/1").is_none());
        let struck: Vec<bool> = (0..4).map(|_| faults.strike_request(&Method::POST, "/a/1").is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        assert_eq!((&faults.json()[0]["struck"], &faults.json()[0]["left"]), (&json!(2), &json!(0)));
    }

    #[test]
    fn without_a_number_it_strikes_until_it_is_taken_back() {
        let mut faults = faults(json!([{"kind": "reset", "path_prefix": "/api/v10/a"}]));
        assert!((0..100).all(|_| faults.strike_request(&Method::PUT, "/abc").is_some()));
        assert_eq!(faults.remove(Some(1)), 1);
        assert!(faults.strike_request(&Method::PUT, "/abc").is_none());
    }

    #[test]
    fn the_kind_may_be_left_out_where_the_fields_say_it() {
        let faults =
            faults(json!([{"status": 500}, {"delay_ms": 5}, {"retry_after": 1.5}, {}, {"delay_ms": 5, "cut": true}]));
        let kinds: Vec<Value> = faults.json().into_iter().map(|fault| fault["kind"].clone()).collect();
        assert_eq!(kinds, ["answer", "slow", "limit", "reset", "reset"]);
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for order in [
            json!({"kind": "answer"}),
            json!({"status": 99}),
            json!({"kind": "slow"}),
            json!({"kind": "limit"}),
            json!({"retry_after": -1.0}),
            json!({"retry_after": 1.0, "scope": "route"}),
            json!({"kind": "refuse_resume", "method": "GET"}),
            json!({"kind": "refuse_identify", "close": 99}),
            json!({"path": "/a", "path_prefix": "/b"}),
        ] {
            assert!(Faults::default().add(serde_json::from_value(order.clone()).unwrap()).is_err(), "{order}");
        }
        assert!(serde_json::from_value::<Order>(json!({"metod": "GET"})).is_err());
    }
}
