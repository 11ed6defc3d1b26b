//! [`Bucket`]: one of Discord's limits, as its answers tell it. Requests that are under way count as used.

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::api::BucketNews;

/// How far two answers of one window may differ in when it ends, in milliseconds of Discord's clock.
const SAME_WINDOW: i64 = 250;

/// The same by our own clock, where Discord's is not told: an answer may take as long.
const SAME_BY_OURS: i64 = 1000;

/// How long it is rather waited for the end of a window than tried whether lost requests were counted in it.
const RATHER_WAITED: TimeDelta = TimeDelta::seconds(10);

/// A bucket.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    window: Option<Window>,
    in_flight: u32,
    /// Whether an answer said that there is no limit, by naming none.
    unlimited: bool,
    /// Requests that were lost: Discord may have counted them, in this window or in one that nobody knows of.
    lost: u32,
    /// How many requests were under way when the last one was lost: once as many came back, the next answer counts what
    /// was lost, if it was counted.
    before: u32,
    is_told: bool,
}

#[derive(Debug)]
struct Window {
    limit: u32,
    remaining: u32,
    resets_at: DateTime<Utc>,
    /// See [`BucketNews::window`].
    epoch: Option<i64>,
}

/// Whether a bucket takes another request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// It does.
    Free,
    /// Not before then.
    Until(DateTime<Utc>),
    /// An answer that is under way will tell.
    Unknown,
}

impl Bucket {
    /// Whether another request may go. One that nothing is known of takes one, whose answer tells the rest.
    pub(super) fn room(&self, now: DateTime<Utc>) -> Room {
        let free = |free: bool| if free { Room::Free } else { Room::Unknown };
        match &self.window {
            _ if self.unlimited => Room::Free,
            None => free(self.in_flight == 0),
            Some(window) if window.resets_at <= now => {
                let limit = if self.lost > 0 { 1 } else { window.limit.max(1) };
                free(self.in_flight < limit)
            }
            Some(window) if window.remaining == 0 => Room::Until(window.resets_at),
            Some(window) if window.remaining <= self.lost && window.resets_at - now <= RATHER_WAITED => {
                Room::Until(window.resets_at)
            }
            Some(window) => free(self.in_flight == 0 || window.remaining > self.in_flight + self.lost),
        }
    }

    /// How many requests are under way.
    pub(super) fn under_way(&self) -> u32 {
        self.in_flight
    }

    /// A request goes.
    pub(super) fn begin(&mut self) {
        self.in_flight += 1;
    }

    /// A request came back whose answer is about another bucket.
    pub(super) fn spare(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.is_told = self.before == 0;
        self.before = self.before.saturating_sub(1);
    }

    /// A request came back without a word on limits: Discord may have counted it.
    pub(super) fn lose(&mut self) {
        self.spare();
        self.lost += 1;
        self.before = self.in_flight;
        self.is_told = false;
    }

    /// Discord answered, and named no limit.
    pub(super) fn free(&mut self) {
        self.spare();
        self.unlimited = true;
    }

    /// What an answer says that came at `now`. One of an earlier window says nothing any more, and of one window the lower
    /// remainder counts, because answers overtake each other.
    pub(super) fn hear(&mut self, news: &BucketNews, now: DateTime<Utc>) {
        let told = Window {
            limit: news.limit,
            remaining: news.remaining,
            resets_at: later(now, TimeDelta::from_std(news.reset_after).unwrap_or(TimeDelta::days(1))),
            epoch: news.window,
        };
        self.unlimited = false;
        if self.is_told {
            self.lost = 0;
        }
        let Some(known) = self.window.take() else { return self.window = Some(told) };
        let (newer_by, same) = match (told.epoch, known.epoch) {
            (Some(told), Some(known)) => (told.saturating_sub(known), SAME_WINDOW),
            _ => ((told.resets_at - known.resets_at).num_milliseconds(), SAME_BY_OURS),
        };
        self.window = Some(if newer_by > same {
            told
        } else if newer_by < -same {
            known
        } else {
            Window {
                remaining: told.remaining.min(known.remaining),
                resets_at: told.resets_at.max(known.resets_at),
                ..told
            }
        });
    }

    /// Until when it takes nothing, whatever is under way; `None` when it may.
    pub(super) fn exhausted_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.room(now) {
            Room::Until(until) => Some(until),
            Room::Free | Room::Unknown => None,
        }
    }

    /// Whether it can be forgotten: a bucket of which nothing is known is not treated worse.
    pub(super) fn is_idle(&self, now: DateTime<Utc>) -> bool {
        self.in_flight == 0 && self.window.as_ref().is_none_or(|window| window.resets_at <= now)
    }
}

/// `now + wait`, to the next whole millisecond, so that rounding never ends a wait early.
pub(super) fn later(now: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    now + wait + TimeDelta::milliseconds(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn news(remaining: u32, seconds: u64, window: i64) -> BucketNews {
        let reset_after = Duration::from_secs(seconds);
        BucketNews { hash: "a".into(), limit: 5, remaining, reset_after, window: Some(window) }
    }

    fn after(seconds: i64) -> DateTime<Utc> {
        later(NOW, TimeDelta::seconds(seconds))
    }

    #[test]
    fn of_an_unknown_bucket_one_request_is_tried_first() {
        let mut bucket = Bucket::default();
        assert_eq!(bucket.room(NOW), Room::Free);
        bucket.begin();
        assert_eq!(bucket.room(NOW), Room::Unknown);
        bucket.spare();
        bucket.hear(&news(4, 5, 5000), NOW);
        assert_eq!(bucket.room(NOW), Room::Free);
    }

    #[test]
    fn requests_under_way_count_and_an_empty_bucket_waits_for_its_reset() {
        let mut bucket = Bucket::default();
        bucket.hear(&news(2, 5, 5000), NOW);
        bucket.begin();
        bucket.begin();
        assert_eq!(bucket.room(NOW), Room::Unknown, "what is left is under way");
        bucket.spare();
        bucket.hear(&news(0, 5, 5000), NOW);
        assert_eq!(bucket.room(NOW), Room::Until(after(5)));
        assert_eq!(bucket.room(after(5)), Room::Free, "a new window, with one of five under way");
    }

    #[test]
    fn answers_that_overtake_each_other_do_not_open_a_bucket() {
        let mut bucket = Bucket::default();
        bucket.hear(&news(0, 5, 5000), NOW);
        bucket.hear(&news(3, 5, 5001), NOW);
        assert_eq!(bucket.room(NOW), Room::Until(after(5)), "the same window");
        bucket.hear(&news(4, 5, 11_000), after(6));
        bucket.hear(&news(0, 0, 5000), after(6));
        assert_eq!(bucket.room(after(6)), Room::Free, "a late answer of the window before");
    }

    #[test]
    fn lost_requests_close_no_hour_that_discord_leaves_open() {
        let mut bucket = Bucket::default();
        bucket.hear(&news(3, 3600, 3_600_000), NOW);
        for _ in 0..5 {
            assert_eq!(bucket.room(NOW), Room::Free, "one is tried, and tells");
            bucket.begin();
            bucket.lose();
        }
        bucket.begin();
        assert_eq!(bucket.room(NOW), Room::Unknown);
        bucket.spare();
        bucket.hear(&news(2, 3600, 3_600_000), NOW);
        bucket.begin();
        assert_eq!(bucket.room(NOW), Room::Free, "none of the five was counted");
    }

    #[test]
    fn after_a_lost_request_a_new_window_is_begun_with_one() {
        let mut bucket = Bucket::default();
        bucket.hear(&news(1, 5, 5000), NOW);
        bucket.begin();
        bucket.lose();
        assert_eq!(bucket.room(NOW), Room::Until(after(5)));
        bucket.begin();
        assert_eq!(bucket.room(after(5)), Room::Unknown);
    }
}
