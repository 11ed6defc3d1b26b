//! Rate limits: a bucket for each route and channel, the global one, those a test injects; and what comes of a bot that does
//! not mind them: requests that came too early, and the shutting out of an address with too many invalid ones.

mod rules;

use std::collections::{BTreeMap, HashMap, VecDeque};

use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use super::timestamp;
pub(crate) use rules::{Bucket, Rule};

/// Requests a second, over all routes but interactions.
const GLOBAL: u32 = 50;

/// Invalid requests (401, 403, and 429 unless it is shared) within [`INVALID_WHILE`] that shut an address out.
const INVALID: usize = 10_000;
const INVALID_WHILE: Duration = Duration::minutes(10);

/// For how long it is shut out.
const SHUT_OUT: Duration = Duration::hours(1);

/// A 429 to be answered to the next requests that match.
#[derive(Debug, Clone)]
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

/// A request that came too soon. The scope `address` is the network's before Discord, which answers with a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limited {
    pub(crate) retry_after: f64,
    pub(crate) scope: String,
}

/// How many a window takes, how many it took, and when it ends.
#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u32,
    used: u32,
    ends: DateTime<Utc>,
}

/// What the bot was told to wait for, until when, and how often it came before.
#[derive(Debug, Clone)]
struct Told {
    scope: String,
    until: DateTime<Utc>,
    early: u64,
}

/// All buckets.
#[derive(Debug)]
pub(crate) struct RateLimits {
    enforced: bool,
    /// Whether what the bot was told to wait for stays closed until its time; otherwise the next request is served.
    until_its_time: bool,
    rules: Vec<Rule>,
    windows: HashMap<Bucket, Window>,
    global: Option<Window>,
    injected: Vec<Injected>,
    /// By bucket; `None` is everything.
    told: BTreeMap<Option<Bucket>, Told>,
    limited: u64,
    early: u64,
    invalid: VecDeque<DateTime<Utc>>,
    shut_out_until: Option<DateTime<Utc>>,
}

/// What a test or a visitor changes of the limits; what is left out stays.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Change {
    enforced: Option<bool>,
    until_its_time: Option<bool>,
    rules: Vec<Rule>,
    /// As if the bot had sent so many invalid requests just now.
    invalid: Option<u32>,
}

impl RateLimits {
    pub(crate) fn new(enforced: bool) -> Self {
        Self {
            enforced,
            until_its_time: false,
            rules: Rule::usual(),
            windows: HashMap::new(),
            global: None,
            injected: Vec::new(),
            told: BTreeMap::new(),
            limited: 0,
            early: 0,
            invalid: VecDeque::new(),
            shut_out_until: None,
        }
    }

    /// The next matching requests get 429.
    pub(crate) fn inject(&mut self, rule: Injected) {
        self.injected.push(rule);
    }

    /// Changes what is limited.
    pub(crate) fn change(&mut self, change: Change, now: DateTime<Utc>) {
        self.enforced = change.enforced.unwrap_or(self.enforced);
        self.until_its_time = change.until_its_time.unwrap_or(self.until_its_time);
        for rule in change.rules {
            self.rules.retain(|known| !known.is_same_route(&rule));
            self.rules.push(rule);
        }
        for _ in 0..change.invalid.unwrap_or_default() {
            self.count_invalid(now);
        }
    }

    /// Counts a request; `path` without query, from `/api`'s end on.
    pub(crate) fn take(
        &mut self,
        method: &str,
        path: &str,
        now: DateTime<Utc>,
    ) -> Result<Standing, (Limited, Standing)> {
        let (bucket, limit, seconds) = rules::bucket(&self.rules, method, path);
        let window = self.window(&bucket, limit, seconds, now);
        let limited = self.limited(method, path, &bucket, window, now);
        let Some(limited) = limited else {
            let counted = self.enforced && !is_exempt(path);
            if counted {
                self.count(&bucket, now);
            }
            let window = Window { used: window.used + u32::from(counted), ..window };
            return Ok(window.standing(&bucket, now));
        };
        self.limited += 1;
        let until = now + Duration::milliseconds(milliseconds(limited.retry_after));
        let place = if is_everything(&limited.scope) { None } else { Some(bucket.clone()) };
        let told = Told { scope: limited.scope.clone(), until, early: 0 };
        let known = self.told.entry(place).or_insert_with(|| told.clone());
        if known.until < until {
            *known = Told { early: known.early, ..told };
        }
        let mut standing = window.standing(&bucket, now);
        (standing.remaining, standing.reset_after, standing.resets_at) = (0, limited.retry_after, until);
        Err((limited, standing))
    }

    /// Why a request gets 429, if it does.
    fn limited(
        &mut self,
        method: &str,
        path: &str,
        bucket: &Bucket,
        window: Window,
        now: DateTime<Utc>,
    ) -> Option<Limited> {
        if let Some(until) = self.shut_out_until.filter(|until| *until > now) {
            return Some(Limited { retry_after: seconds_until(until, now), scope: "address".into() });
        }
        let early = if is_exempt(path) { None } else { self.too_early(bucket, now) };
        if let Some(limited) = self.take_injected(method, path).or(early.filter(|_| self.until_its_time)) {
            return Some(limited);
        }
        if !self.enforced || is_exempt(path) {
            return None;
        }
        let global = self.global.filter(|global| global.ends > now && global.used >= GLOBAL);
        if let Some(global) = global {
            return Some(Limited { retry_after: seconds_until(global.ends, now), scope: "global".into() });
        }
        let is_full = window.used >= window.limit;
        is_full.then(|| Limited { retry_after: seconds_until(window.ends, now), scope: "user".into() })
    }

    /// Counts a request that was told to wait and did not; what it was told.
    fn too_early(&mut self, bucket: &Bucket, now: DateTime<Utc>) -> Option<Limited> {
        let places = [None, Some(bucket.clone())];
        let place = places.into_iter().find(|place| self.told.get(place).is_some_and(|told| told.until > now))?;
        let told = self.told.get_mut(&place)?;
        told.early += 1;
        self.early += 1;
        Some(Limited { retry_after: seconds_until(told.until, now), scope: told.scope.clone() })
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

    /// A bucket's window as it stands before this request.
    fn window(&mut self, bucket: &Bucket, limit: u32, seconds: u32, now: DateTime<Utc>) -> Window {
        let fresh = Window { limit, used: 0, ends: now + Duration::seconds(i64::from(seconds)) };
        let window = self.windows.entry(bucket.clone()).or_insert(fresh);
        if window.ends <= now || window.limit != limit {
            *window = fresh;
        }
        *window
    }

    fn count(&mut self, bucket: &Bucket, now: DateTime<Utc>) {
        if let Some(window) = self.windows.get_mut(bucket) {
            window.used += 1;
        }
        let fresh = Window { limit: GLOBAL, used: 0, ends: now + Duration::seconds(1) };
        let global = self.global.get_or_insert(fresh);
        if global.ends <= now {
            *global = fresh;
        }
        global.used += 1;
    }

    /// Minds an answer that was given, whoever gave it.
    pub(crate) fn answered(&mut self, status: StatusCode, scope: Option<&str>, now: DateTime<Utc>) {
        let is_invalid = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
            StatusCode::TOO_MANY_REQUESTS => scope != Some("shared"),
            _ => false,
        };
        if is_invalid {
            self.count_invalid(now);
        }
    }

    fn count_invalid(&mut self, now: DateTime<Utc>) {
        self.invalid.retain(|&at| now - at < INVALID_WHILE);
        self.invalid.push_back(now);
        if self.invalid.len() >= INVALID && self.shut_out_until.is_none_or(|until| until <= now) {
            self.shut_out_until = Some(now + SHUT_OUT);
        }
    }

    /// How all stands, as the README describes it.
    pub(crate) fn json(&self, now: DateTime<Utc>) -> Value {
        let name = |bucket: &Option<Bucket>| {
            bucket.as_ref().map_or_else(|| "*".to_owned(), |bucket| format!("{} {}", bucket.hash, bucket.major))
        };
        let told = self.told.iter().map(|(bucket, told)| {
            json!({"bucket": name(bucket), "scope": told.scope, "until": timestamp(told.until), "early": told.early})
        });
        let told: Vec<Value> = told.collect();
        let invalid = self.invalid.iter().filter(|&&at| now - at < INVALID_WHILE).count();
        let shut_out = self.shut_out_until.filter(|until| *until > now).map(timestamp);
        json!({"enforced": self.enforced, "until_its_time": self.until_its_time, "rules": self.rules,
            "requests_a_second": GLOBAL, "limited": self.limited, "early": self.early, "told": told,
            "invalid": {"in_ten_minutes": invalid, "shut_out_at": INVALID, "shut_out_until": shut_out}})
    }
}

impl Window {
    fn standing(self, bucket: &Bucket, now: DateTime<Utc>) -> Standing {
        Standing {
            bucket: bucket.hash.clone(),
            limit: self.limit,
            remaining: self.limit.saturating_sub(self.used),
            resets_at: self.ends,
            reset_after: seconds_until(self.ends, now),
        }
    }
}

/// Whether a 429 of this scope is about every route.
pub(crate) fn is_everything(scope: &str) -> bool {
    matches!(scope, "global" | "address")
}

fn seconds_until(until: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    f64::from(i32::try_from((until - now).num_milliseconds()).unwrap_or(i32::MAX)) / 1000.0
}

#[expect(clippy::cast_possible_truncation, reason = "a float that is cast saturates")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).clamp(0.0, 1e12) as i64
}

fn bare(path: &str) -> &str {
    path.strip_prefix("/api/v10").unwrap_or(path)
}

fn is_exempt(path: &str) -> bool {
    path.starts_with("/interactions/") || path.starts_with("/webhooks/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn after(seconds: i64) -> DateTime<Utc> {
        NOW + Duration::seconds(seconds)
    }

    fn limits(enforced: bool, until_its_time: bool) -> RateLimits {
        let mut limits = RateLimits::new(enforced);
        limits.change(Change { until_its_time: Some(until_its_time), ..Change::default() }, NOW);
        limits
    }

    fn inject(limits: &mut RateLimits, scope: &str) {
        let (method, path_prefix) = ("POST".to_owned(), "/channels/1/".to_owned());
        limits.inject(Injected { method, path_prefix, retry_after: 90.0, scope: scope.into(), times: 1 });
    }

    #[test]
    fn the_sixth_message_in_five_seconds_waits_for_the_window() {
        let mut limits = limits(true, false);
        for left in (0..5).rev() {
            assert_eq!(limits.take("POST", "/channels/1/messages", NOW).unwrap().remaining, left);
        }
        let (limited, _) = limits.take("POST", "/channels/1/messages", after(2)).unwrap_err();
        assert_eq!(limited, Limited { retry_after: 3.0, scope: "user".into() });
        assert!(limits.take("POST", "/channels/2/messages", after(2)).is_ok());
        assert!(limits.take("POST", "/channels/1/messages", after(5)).is_ok());
    }

    #[test]
    fn a_channel_publishes_ten_messages_an_hour() {
        let mut limits = limits(true, false);
        let mut crosspost = |message: u32, at| {
            let path = format!("/channels/1/messages/{message}/crosspost");
            limits.take("POST", &path, at).is_ok()
        };
        assert!((0..10).all(|n| crosspost(n, after(60 * i64::from(n)))));
        assert!(!crosspost(11, after(3599)) && crosspost(11, after(3600)));
    }

    #[test]
    fn the_fifty_first_request_in_a_second_is_refused_but_interactions_are_not() {
        let mut limits = limits(true, false);
        for _ in 0..50 {
            assert!(limits.take("GET", "/users/@me", NOW).is_ok());
        }
        assert_eq!(limits.take("GET", "/users/@me", NOW).unwrap_err().0.scope, "global");
        assert!(limits.take("POST", "/interactions/1/t/callback", NOW).is_ok());
    }

    #[test]
    fn switched_off_nothing_is_refused() {
        let mut limits = limits(false, false);
        assert!((0..200).all(|_| limits.take("POST", "/channels/1/messages", NOW).is_ok()));
    }

    #[test]
    fn what_comes_before_its_time_is_counted_and_stays_closed_where_that_is_wanted() {
        for until_its_time in [false, true] {
            let mut limits = limits(false, until_its_time);
            inject(&mut limits, "user");
            assert!(limits.take("POST", "/channels/1/messages", NOW).is_err());
            assert_eq!(limits.take("POST", "/channels/1/messages", after(89)).is_err(), until_its_time);
            assert!(limits.take("POST", "/channels/1/messages/2/crosspost", after(1)).is_ok(), "another bucket");
            assert!(limits.take("POST", "/channels/1/messages", after(90)).is_ok());
            assert_eq!(limits.json(after(90))["early"], 1);
        }
    }

    #[test]
    fn a_global_limit_closes_everything_but_interactions() {
        let mut limits = limits(false, true);
        inject(&mut limits, "global");
        assert!(limits.take("POST", "/channels/1/messages", NOW).is_err());
        assert_eq!(limits.take("GET", "/guilds/2", after(1)).unwrap_err().0.scope, "global");
        assert!(limits.take("POST", "/webhooks/1/t", after(1)).is_ok());
        assert_eq!((limits.json(NOW)["early"].as_u64(), limits.json(NOW)["limited"].as_u64()), (Some(1), Some(2)));
    }

    #[test]
    fn ten_thousand_invalid_requests_in_ten_minutes_shut_an_address_out() {
        let mut limits = limits(false, false);
        limits.answered(StatusCode::TOO_MANY_REQUESTS, Some("shared"), NOW);
        for _ in 0..INVALID - 1 {
            limits.answered(StatusCode::FORBIDDEN, None, NOW);
        }
        assert!(limits.take("GET", "/users/@me", NOW).is_ok());
        limits.answered(StatusCode::UNAUTHORIZED, None, NOW);
        let (limited, _) = limits.take("POST", "/interactions/1/t/callback", NOW).unwrap_err();
        assert_eq!(limited, Limited { retry_after: 3600.0, scope: "address".into() });
        assert!(limits.take("GET", "/users/@me", after(3600)).is_ok());
    }
}
