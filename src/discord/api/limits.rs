//! What Discord's answers say of limits, in headers and in the body of a 429
//! (<https://discord.com/developers/docs/topics/rate-limits>). Owns how they are read; refuses to decide what follows.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// What a 429 says for how long where it says nothing: Discord itself, and somebody in between.
const UNSAID: f64 = 5.0;
const UNSAID_BAN: f64 = 60.0;

/// The longest wait that is believed, in seconds: thirty days.
const LONGEST: f64 = 30.0 * 86_400.0;

/// Whom a 429 is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This bot, on this bucket.
    User,
    /// Everybody together, on this resource; it does not count as an invalid request.
    Shared,
    /// This bot, on every route.
    Global,
    /// This machine's address, on every route: it was not Discord that answered but the network before it, which turns an
    /// address away that sent too many invalid requests.
    Address,
}

impl Scope {
    /// Whether every route is closed.
    #[must_use]
    pub const fn is_everything(self) -> bool {
        matches!(self, Self::Global | Self::Address)
    }
}

/// How a bucket stands after a request.
#[derive(Debug, Clone, PartialEq)]
pub struct BucketNews {
    /// Discord's name of the limit; with the route's major parameter it names the bucket.
    pub hash: String,
    /// Requests in a window.
    pub limit: u32,
    /// Of those, left in this window.
    pub remaining: u32,
    /// How long this window lasts from here on.
    pub reset_after: Duration,
    /// When it ends by Discord's own clock, in milliseconds: tells an answer of this window from a late one of the last.
    pub window: Option<i64>,
}

impl BucketNews {
    /// `None` where the answer names no bucket: the route has none, or somebody else answered.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let seconds = |name| number(headers, name).map(|seconds| seconds.clamp(0.0, LONGEST));
        Some(Self {
            hash: text(headers, "x-ratelimit-bucket").filter(|hash| !hash.is_empty())?.to_owned(),
            limit: text(headers, "x-ratelimit-limit")?.parse().ok()?,
            remaining: text(headers, "x-ratelimit-remaining")?.parse().ok()?,
            reset_after: Duration::from_secs_f64(seconds("x-ratelimit-reset-after")?),
            #[expect(clippy::cast_possible_truncation, reason = "a float that is cast saturates")]
            window: number(headers, "x-ratelimit-reset").map(|epoch| (epoch * 1000.0).round() as i64),
        })
    }
}

/// Whom a 429 is for and how long it lasts; `by_discord` says whether its body is Discord's.
pub(super) fn limited(headers: &HeaderMap, in_body: Option<f64>, global: bool, by_discord: bool) -> (Duration, Scope) {
    let scope = match text(headers, "x-ratelimit-scope") {
        _ if global || headers.contains_key("x-ratelimit-global") => Scope::Global,
        Some("global") => Scope::Global,
        Some("shared") => Scope::Shared,
        Some(_) => Scope::User,
        None if by_discord => Scope::User,
        None => Scope::Address,
    };
    let unsaid = if scope == Scope::Address { UNSAID_BAN } else { UNSAID };
    let said = in_body.filter(|seconds| seconds.is_finite()).or_else(|| number(headers, "retry-after"));
    (Duration::from_secs_f64(said.unwrap_or(unsaid).clamp(0.0, LONGEST)), scope)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    text(headers, name)?.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_answer_says_how_its_bucket_stands() {
        let said = headers(&[
            ("x-ratelimit-bucket", "abcd"),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "2"),
            ("x-ratelimit-reset-after", "1.25"),
            ("x-ratelimit-reset", "1470173023.123"),
        ]);
        let news = BucketNews::of(&said).unwrap();
        assert_eq!((news.hash.as_str(), news.limit, news.remaining), ("abcd", 5, 2));
        assert_eq!((news.reset_after, news.window), (Duration::from_millis(1250), Some(1_470_173_023_123)));
        for broken in [
            headers(&[]),
            headers(&[("x-ratelimit-bucket", "abcd"), ("x-ratelimit-limit", "many")]),
            headers(&[("x-ratelimit-bucket", ""), ("x-ratelimit-limit", "5"), ("x-ratelimit-remaining", "5")]),
        ] {
            assert_eq!(BucketNews::of(&broken), None);
        }
        let endless = headers(&[
            ("x-ratelimit-bucket", "a"),
            ("x-ratelimit-limit", "1"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset-after", "-1e300"),
            ("x-ratelimit-reset", "1e300"),
        ]);
        assert_eq!(BucketNews::of(&endless).unwrap().reset_after, Duration::ZERO);
    }

    #[test]
    fn the_scopes_of_a_429_are_told_apart() {
        let scope = |pairs: &[_], global, by_discord| limited(&headers(pairs), Some(1.0), global, by_discord).1;
        assert_eq!(scope(&[("x-ratelimit-scope", "user")], false, true), Scope::User);
        assert_eq!(scope(&[("x-ratelimit-scope", "shared")], false, true), Scope::Shared);
        assert_eq!(scope(&[("x-ratelimit-scope", "global")], false, true), Scope::Global);
        assert_eq!(scope(&[("x-ratelimit-global", "true")], false, false), Scope::Global);
        assert_eq!(scope(&[], true, true), Scope::Global);
        assert_eq!(scope(&[], false, true), Scope::User);
        assert_eq!(scope(&[("retry-after", "30")], false, false), Scope::Address);
    }

    #[test]
    fn a_wait_is_taken_to_the_letter_and_nonsense_is_not() {
        let wait = |pairs: &[_], body, by_discord| limited(&headers(pairs), body, false, by_discord).0.as_secs_f64();
        assert_eq!(wait(&[("retry-after", "3")], Some(2.5), true), 2.5);
        assert_eq!(wait(&[("retry-after", "172800")], None, false), 172_800.0);
        assert_eq!(wait(&[("retry-after", "soon")], Some(f64::NAN), true), UNSAID);
        assert_eq!(wait(&[], None, false), UNSAID_BAN);
        assert_eq!(wait(&[], Some(-4.0), true), 0.0);
        assert_eq!(wait(&[], Some(1e18), true), LONGEST);
    }
}
