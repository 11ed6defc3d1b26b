//! What the bot asked of the REST API, without tokens; and the faults a test injects into the answers.

use serde::Deserialize;
use serde_json::{Value, json};

/// How many requests are remembered.
const KEPT: usize = 5000;

/// The log of requests.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    entries: std::collections::VecDeque<Value>,
    count: u64,
    faults: Vec<Fault>,
}

/// Something that goes wrong with the next matching requests.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Fault {
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// How the path begins, with or without `/api/v10`.
    pub(crate) path_prefix: String,
    /// How often.
    pub(crate) times: u32,
    /// The status to answer with; without one the connection is cut.
    pub(crate) status: Option<u16>,
    /// Whether the request is carried out all the same.
    #[serde(default)]
    pub(crate) carried_out: bool,
    /// Milliseconds that the answer waits; with neither status nor `cut` the answer is the real one.
    pub(crate) delay_ms: Option<u64>,
    /// Whether the connection is cut; assumed when neither `status` nor `delay_ms` is given.
    pub(crate) cut: Option<bool>,
}

impl Fault {
    /// Whether the connection is cut instead of an answer.
    pub(crate) fn cuts(&self) -> bool {
        self.cut.unwrap_or(self.status.is_none() && self.delay_ms.is_none())
    }
}

impl Requests {
    /// Remembers a request; the path must be without tokens.
    pub(crate) fn record(&mut self, at: String, method: &str, path: String, status: u16, body: Option<Value>) {
        self.count += 1;
        let mut entry = json!({"n": self.count, "at": at, "method": method, "path": path, "status": status});
        if let Some(body) = body {
            entry["body"] = body;
        }
        self.entries.push_back(entry);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }

    /// The requests after number `n`.
    pub(crate) fn since(&self, n: u64) -> Vec<Value> {
        self.entries.iter().filter(|entry| entry["n"].as_u64() > Some(n)).cloned().collect()
    }

    /// The next matching requests go wrong.
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The fault of this request, if there is one.
    pub(crate) fn take_fault(&mut self, method: &str, path: &str) -> Option<Fault> {
        let prefix =
            |fault: &Fault| fault.path_prefix.strip_prefix("/api/v10").unwrap_or(&fault.path_prefix).to_owned();
        let fault = self.faults.iter_mut().find(|fault| {
            fault.times > 0 && fault.method.eq_ignore_ascii_case(method) && path.starts_with(&prefix(fault))
        })?;
        fault.times -= 1;
        let taken = fault.clone();
        self.faults.retain(|fault| fault.times > 0);
        Some(taken)
    }
}

/// A path with interaction tokens replaced.
pub(crate) fn without_tokens(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    if let Some(at) = parts.iter().position(|part| *part == "interactions" || *part == "webhooks")
        && let Some(token) = parts.get_mut(at + 2)
    {
        *token = "{token}";
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interaction_tokens_are_left_out_of_paths() {
        assert_eq!(without_tokens("/api/v10/interactions/1/abc/callback"), "/api/v10/interactions/1/{token}/callback");
        assert_eq!(without_tokens("/api/v10/webhooks/1/abc"), "/api/v10/webhooks/1/{token}");
        assert_eq!(without_tokens("/api/v10/channels/1/messages"), "/api/v10/channels/1/messages");
    }
}
