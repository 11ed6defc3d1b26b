//! Rate limits: the message bucket of each channel, the global one, and those a test injects.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

/// Messages a bot may create in a channel within [`MESSAGE_WINDOW`] seconds.
const MESSAGES: u32 = 5;
/// Seconds of the message bucket.
const MESSAGE_WINDOW: i64 = 5;
/// Requests a second, over all routes but interactions.
const GLOBAL: u32 = 50;

/// A 429 to be answered to the next requests that match.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Injected {
    pub(crate) method: String,
    pub(crate) path_prefix: String,
    pub(crate) retry_after: f64,
    pub(crate) scope: String,
    pub(crate) times: u32,
}

/// The state of a bucket after a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) bucket: String,
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) resets_at: DateTime<Utc>,
    pub(crate) reset_after: f64,
}

/// A request that came too soon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limited {
    pub(crate) retry_after: f64,
    pub(crate) scope: String,
}

/// All buckets.
#[derive(Debug)]
pub(crate) struct RateLimits {
    enforced: bool,
    windows: HashMap<String, (u32, DateTime<Utc>)>,
    injected: Vec<Injected>,
}

impl RateLimits {
    pub(crate) fn new(enforced: bool) -> Self {
        Self { enforced, windows: HashMap::new(), injected: Vec::new() }
    }

    /// The next matching requests get 429.
    pub(crate) fn inject(&mut self, rule: Injected) {
        self.injected.push(rule);
    }

    /// Counts a request; `path` without query, from `/api`'s end on.
    pub(crate) fn take(
        &mut self,
        method: &str,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<Standing, (Limited, Standing)> {
        let (bucket, limit, seconds) = bucket(method, path);
        if let Some(limited) = self.take_injected(method, path) {
            let mut standing = self.standing(&bucket, limit, seconds, now, false);
            standing.remaining = 0;
            standing.reset_after = limited.retry_after;
            return Err((limited, standing));
        }
        if is_exempt(path) {
            return Ok(self.standing(&bucket, limit, seconds, now, false));
        }
        let global = self.standing("global", GLOBAL, 1, now, self.enforced);
        let exhausted = self.enforced && (self.is_over("global", GLOBAL) || self.is_full(&bucket, limit, now));
        let standing = self.standing(&bucket, limit, seconds, now, !exhausted);
        if !exhausted {
            return Ok(standing);
        }
        let limited = if self.is_over("global", GLOBAL) {
            Limited { retry_after: global.reset_after, scope: "global".into() }
        } else {
            Limited { retry_after: standing.reset_after, scope: "user".into() }
        };
        Err((limited, standing))
    }

    fn take_injected(&mut self, method: &str, path: &str) -> Option<Limited> {
        let matches = |rule: &Injected| {
            rule.times > 0 && rule.method.eq_ignore_ascii_case(method) && path.starts_with(bare(&rule.path_prefix))
        };
        let rule = self.injected.iter_mut().find(|rule| matches(rule))?;
        rule.times -= 1;
        let limited = Limited { retry_after: rule.retry_after, scope: rule.scope.clone() };
        self.injected.retain(|rule| rule.times > 0);
        Some(limited)
    }

    fn standing(&mut self, bucket: &str, limit: u32, seconds: i64, now: DateTime<Utc>, count: bool) -> Standing {
        let fresh = (0, now + Duration::seconds(seconds));
        let window = self.windows.entry(bucket.to_owned()).or_insert(fresh);
        if window.1 <= now {
            *window = fresh;
        }
        window.0 += u32::from(count);
        let after = (window.1 - now).num_milliseconds();
        Standing {
            bucket: bucket.to_owned(),
            limit,
            remaining: limit.saturating_sub(window.0),
            resets_at: window.1,
            reset_after: f64::from(i32::try_from(after).unwrap_or(i32::MAX)) / 1000.0,
        }
    }

    fn is_over(&self, bucket: &str, limit: u32) -> bool {
        self.windows.get(bucket).is_some_and(|(used, _)| *used > limit)
    }

    fn is_full(&self, bucket: &str, limit: u32, now: DateTime<Utc>) -> bool {
        self.windows.get(bucket).is_some_and(|(used, ends)| *used >= limit && *ends > now)
    }
}

fn bare(path: &str) -> &str {
    path.strip_prefix("/api/v10").unwrap_or(path)
}

fn is_exempt(path: &str) -> bool {
    path.starts_with("/interactions/") || path.starts_with("/webhooks/")
}

/// The bucket of a route: its name, how many requests it takes, in how many seconds.
fn bucket(method: &str, path: &str) -> (String, u32, i64) {
    let mut parts = path.split('/').skip(1);
    let (first, id, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    if method == "POST" && first == "channels" && rest == Some("messages") && parts.next().is_none() {
        return (format!("messages-{id}"), MESSAGES, MESSAGE_WINDOW);
    }
    (format!("{}-{first}-{id}-{}", method.to_lowercase(), rest.unwrap_or_default()), 1000, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_message_in_five_seconds_waits_for_the_window() {
        let mut limits = RateLimits::new(true);
        let now = DateTime::UNIX_EPOCH;
        for left in (0..5).rev() {
            assert_eq!(limits.take("POST", "/channels/1/messages", now).unwrap().remaining, left);
        }
        let later = now + Duration::seconds(2);
        let (limited, _) = limits.take("POST", "/channels/1/messages", later).unwrap_err();
        assert_eq!(limited, Limited { retry_after: 3.0, scope: "user".into() });
        assert!(limits.take("POST", "/channels/2/messages", later).is_ok());
        assert!(limits.take("POST", "/channels/1/messages", now + Duration::seconds(5)).is_ok());
    }

    #[test]
    fn the_fifty_first_request_in_a_second_is_refused_but_interactions_are_not() {
        let mut limits = RateLimits::new(true);
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..50 {
            assert!(limits.take("GET", "/users/@me", now).is_ok());
        }
        assert_eq!(limits.take("GET", "/users/@me", now).unwrap_err().0.scope, "global");
        assert!(limits.take("POST", "/interactions/1/t/callback", now).is_ok());
    }

    #[test]
    fn switched_off_nothing_is_refused() {
        let mut limits = RateLimits::new(false);
        assert!((0..200).all(|_| limits.take("POST", "/channels/1/messages", DateTime::UNIX_EPOCH).is_ok()));
    }
}
