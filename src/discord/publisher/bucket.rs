//! [`Bucket`]: one of Discord's limits, as its answers tell it. Requests that are under way count as used.

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::api::BucketNews;

/// How far two answers of one window may differ in when it ends, in milliseconds of Discord's clock.
const SAME_WINDOW: i64 = 250;

/// The same by our own clock, where Discord's is not told: an answer may take as long.
const SAME_BY_OURS: i64 = 1000;

/// A bucket.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    window: Option<Window>,
    in_flight: u32,
    /// Whether an answer said that there is no limit, by naming none.
    unlimited: bool,
    /// Whether a request was lost since the last answer: Discord may have counted it in a window that nobody knows of.
    doubtful: bool,
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
                let limit = if self.doubtful { 1 } else { window.limit.max(1) };
                free(self.in_flight < limit)
            }
            Some(window) if window.remaining == 0 => Room::Until(window.resets_at),
            Some(window) => free(window.remaining > self.in_flight),
        }
    }

    /// A request goes.
    pub(super) fn begin(&mut self) {
        self.in_flight += 1;
    }

    /// A request came back whose answer is about another bucket.
    pub(super) fn spare(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// A request came back without a word on limits: Discord may have counted it.
    pub(super) fn lose(&mut self) {
        self.spare();
        self.doubtful = true;
        if let Some(window) = &mut self.window {
            window.remaining = window.remaining.saturating_sub(1);
        }
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
        let Some(known) = self.window.take() else { return self.window = Some(told) };
        let (newer_by, same) = match (told.epoch, known.epoch) {
            (Some(told), Some(known)) => (told.saturating_sub(known), SAME_WINDOW),
            _ => ((told.resets_at - known.resets_at).num_milliseconds(), SAME_BY_OURS),
        };
        self.window = Some(if newer_by > same {
            self.doubtful = false;
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
