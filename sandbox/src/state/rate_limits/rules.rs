//! Which limit a request falls under: its route, what it is counted for, and how many requests in how many seconds.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// The parts of a path that limits are counted for each by itself.
const MAJOR: [&str; 3] = ["channels", "guilds", "webhooks"];

/// Routes that no rule names: requests a second.
const OTHERWISE: u32 = 1000;

/// How many requests a route takes in a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) method: String,
    /// The path with `{id}` for each id, e.g. `/channels/{id}/messages`.
    pub(crate) route: String,
    pub(crate) limit: u32,
    pub(crate) seconds: u32,
    /// Routes of one bucket share a limit; without a name the route is alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<String>,
}

impl Rule {
    fn new(method: &str, route: &str, limit: u32, seconds: u32, bucket: Option<&str>) -> Self {
        let (method, route, bucket) = (method.to_owned(), route.to_owned(), bucket.map(str::to_owned));
        Self { method, route, limit, seconds, bucket }
    }

    /// What Discord was seen to allow, as far as bots met it; it says itself that these change.
    pub(super) fn usual() -> Vec<Self> {
        vec![
            Self::new("POST", "/channels/{id}/messages", 5, 5, None),
            Self::new("PATCH", "/channels/{id}/messages/{id}", 5, 5, None),
            Self::new("DELETE", "/channels/{id}/messages/{id}", 5, 1, None),
            Self::new("POST", "/channels/{id}/messages/{id}/crosspost", 10, 3600, None),
            Self::new("PUT", "/channels/{id}/messages/pins/{id}", 5, 4, Some("pins")),
            Self::new("DELETE", "/channels/{id}/messages/pins/{id}", 5, 4, Some("pins")),
            Self::new("PUT", "/channels/{id}/pins/{id}", 5, 4, Some("pins")),
            Self::new("DELETE", "/channels/{id}/pins/{id}", 5, 4, Some("pins")),
            Self::new("POST", "/users/@me/channels", 10, 10, None),
        ]
    }

    pub(super) fn is_same_route(&self, other: &Self) -> bool {
        self.method.eq_ignore_ascii_case(&other.method) && self.route == other.route
    }
}

/// A bucket: the limit's name as the header says it, and what it is counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Bucket {
    pub(crate) hash: String,
    pub(crate) major: String,
}

/// A request's bucket, with how many it takes in how many seconds.
pub(super) fn bucket(rules: &[Rule], method: &str, path: &str) -> (Bucket, u32, u32) {
    let (route, major) = route(path);
    let rule = rules.iter().find(|rule| rule.method.eq_ignore_ascii_case(method) && rule.route == route);
    let named = rule.and_then(|rule| rule.bucket.clone());
    let mut hasher = DefaultHasher::new();
    named.unwrap_or_else(|| format!("{} {route}", method.to_uppercase())).hash(&mut hasher);
    let hash = format!("{:016x}", hasher.finish());
    let (limit, seconds) = rule.map_or((OTHERWISE, 1), |rule| (rule.limit, rule.seconds));
    (Bucket { hash, major }, limit, seconds)
}

/// A path with `{id}` for each id, and what limits on it are counted for.
fn route(path: &str) -> (String, String) {
    let is_id = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let major = match parts[..] {
        [first @ "webhooks", id, token, ..] => format!("{first}/{id}/{token}"),
        [first, id, ..] if MAJOR.contains(&first) && is_id(id) => format!("{first}/{id}"),
        _ => String::new(),
    };
    let is_token = |n: usize| n == 2 && matches!(parts[0], "webhooks" | "interactions");
    let shown = |(n, part): (usize, &&str)| match *part {
        _ if is_token(n) => "/{token}".to_owned(),
        part if is_id(part) => "/{id}".to_owned(),
        part => format!("/{part}"),
    };
    (parts.iter().enumerate().map(shown).collect(), major)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_routes_can_share_a_bucket_and_two_channels_never_do() {
        let usual = Rule::usual();
        let pin = bucket(&usual, "PUT", "/channels/1/pins/2").0;
        assert_eq!(pin, bucket(&usual, "DELETE", "/channels/1/messages/pins/3").0);
        assert_ne!(pin, bucket(&usual, "PUT", "/channels/2/pins/2").0);
        assert_ne!(pin, bucket(&usual, "POST", "/channels/1/messages").0);
    }

    #[test]
    fn a_route_is_a_path_without_ids_and_tokens() {
        assert_eq!(route("/channels/1/messages/22"), ("/channels/{id}/messages/{id}".into(), "channels/1".into()));
        assert_eq!(route("/users/@me/channels"), ("/users/@me/channels".into(), String::new()));
        assert_eq!(route("/webhooks/1/t/messages/@original").0, "/webhooks/{id}/{token}/messages/@original");
    }
}
