//! What the bot asked of the REST API, without tokens, and what came of its posting: requests, failures, messages, and
//! whether any message stands twice.

use std::collections::{HashSet, VecDeque};

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::State;
use super::faults::fits;

/// How many requests are remembered.
const KEPT: usize = 5000;

/// The log of requests.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    entries: VecDeque<Value>,
    count: u64,
    /// Requests to post a message.
    posting: u64,
    /// Those of them that the bot got no message for.
    posting_failed: u64,
    /// Messages that came of them.
    pub(crate) posted: u64,
    /// Those that were answered with the message that the same nonce had made before.
    pub(crate) recognised: u64,
}

/// A request that was answered, or whose sender went away.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// With its query, without tokens and `/api/v10`.
    pub(crate) path: String,
    /// As it was sent.
    pub(crate) body: Option<Value>,
    /// As the bot got it; `None` when it got none.
    pub(crate) status: Option<StatusCode>,
    /// What struck it.
    pub(crate) fault: Option<super::faults::Kind>,
}

impl Requests {
    /// Remembers a request.
    pub(crate) fn record(&mut self, at: String, request: Request) {
        self.count += 1;
        let Request { method, path, body, status, fault } = request;
        let bare = path.split('?').next().unwrap_or_default();
        if method == Method::POST && fits("/channels/*/messages", bare) {
            self.posting += 1;
            self.posting_failed += u64::from(!status.is_some_and(|status| status.is_success()));
        }
        let mut entry = json!({"n": self.count, "at": at, "method": method.as_str(), "path": format!("/api/v10{path}"),
            "status": status.map(|status| status.as_u16())});
        for (key, value) in [("body", body), ("fault", fault.map(|kind| json!(kind)))] {
            if let Some(value) = value {
                entry[key] = value;
            }
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
}

impl State {
    /// What came of the bot's posting since the start.
    pub(crate) fn posts_json(&self) -> Value {
        let Requests { posting, posting_failed, posted, recognised, .. } = self.requests;
        json!({"requests": posting, "failed": posting_failed, "messages": posted, "recognised": recognised,
            "doubles": self.doubles()})
    }

    /// How many of the bot's messages say the same as an earlier one of their channel: they have its nonce, or the footer
    /// of an embed of it. A bot whose footers are all alike is counted unjustly; one that marks them is not.
    fn doubles(&self) -> usize {
        self.messages
            .values()
            .map(|channel| {
                let mut seen = HashSet::new();
                let own = channel.values().filter(|m| m.author_id == self.bot_id && m.ephemeral_for.is_none());
                own.filter(|message| {
                    let marks: Vec<String> = marks(&message.body).collect();
                    let is_known = marks.iter().any(|mark| seen.contains(mark));
                    seen.extend(marks);
                    is_known
                })
                .count()
            })
            .sum()
    }
}

/// What a message can be told by: its nonce, and its embeds' footers.
fn marks(message: &Value) -> impl Iterator<Item = String> {
    // An answer to a person is posted by no request of this kind, however often it says the same.
    let is_answer = message.get("interaction_metadata").is_some();
    let nonce = message["nonce"].as_str().map(|nonce| format!("nonce {nonce}"));
    let embeds = message["embeds"].as_array().into_iter().flatten();
    let footers = embeds.filter_map(|embed| embed["footer"]["text"].as_str()).map(|text| format!("footer {text}"));
    nonce.into_iter().chain(footers).filter(move |_| !is_answer)
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

    #[test]
    fn a_message_is_told_by_its_nonce_and_footers_unless_it_is_an_answer() {
        let message = json!({"nonce": "n", "embeds": [{"footer": {"text": "ref a"}}, {"title": "x"}]});
        assert_eq!(marks(&message).collect::<Vec<_>>(), ["nonce n", "footer ref a"]);
        let answer = json!({"nonce": "n", "interaction_metadata": {}});
        assert_eq!(marks(&answer).count(), 0);
    }
}
