//! Whether Discord still answers heartbeats. A connection whose heartbeats go unanswered is dead, however open it looks,
//! and is to be resumed (<https://discord.com/developers/docs/events/gateway#heartbeat-interval>). serenity begins a
//! new session instead, which costs an IDENTIFY and what happened meanwhile; so the silence is noticed before it does.
//!
//! serenity shows neither the interval nor the answers, but the time that the last answer took, which is never the same
//! twice. From its changes both are read.

use std::time::Duration;

use tokio::time::Instant;

/// Discord's interval, until one was seen.
const USUAL: Duration = Duration::from_millis(41_250);

/// What an answer may be late beyond a quarter of the interval.
const LATE: Duration = Duration::from_secs(1);

/// The answers to the heartbeats of one session.
#[derive(Debug)]
pub(super) struct Pulse {
    latency: Option<Duration>,
    /// The last answer, or the beginning of the wait for the next.
    since: Instant,
    /// Whether `since` was an answer or the session's beginning, so that the next answer tells the interval.
    is_regular: bool,
    interval: Option<Duration>,
}

impl Pulse {
    /// Of a session that was given just now.
    pub(super) fn new(now: Instant) -> Self {
        Self { latency: None, since: now, is_regular: true, interval: None }
    }

    /// The connection was resumed: heartbeats begin anew.
    pub(super) fn resumed(&mut self, now: Instant) {
        (self.since, self.is_regular) = (now, false);
    }

    /// Takes in what serenity shows; true when the answer is overdue, which is said once an interval.
    pub(super) fn is_overdue(&mut self, latency: Option<Duration>, now: Instant) -> bool {
        let waited = now.duration_since(self.since);
        if latency.is_some() && latency != self.latency {
            if self.is_regular {
                self.interval = Some(self.interval.map_or(waited, |known| known.max(waited)).min(USUAL * 2));
            }
            (self.latency, self.since, self.is_regular) = (latency, now, true);
            return false;
        }
        let is_overdue = waited > self.interval.unwrap_or(USUAL).mul_f64(1.25) + LATE;
        if is_overdue {
            self.resumed(now);
        }
        is_overdue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn silence_is_noticed_after_a_quarter_more_than_the_interval_that_was_seen() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start);
        for beat in 1..=3 {
            assert!(!pulse.is_overdue(Some(ms(20 + beat)), start + ms(10_000 * beat)));
        }
        assert!(!pulse.is_overdue(Some(ms(23)), start + ms(30_000 + 13_500)));
        assert!(pulse.is_overdue(Some(ms(23)), start + ms(30_000 + 13_501)));
        assert!(!pulse.is_overdue(Some(ms(23)), start + ms(45_000)), "said once");
    }

    #[test]
    fn an_answer_that_comes_sooner_after_a_resume_does_not_shorten_the_patience() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start);
        assert!(!pulse.is_overdue(Some(ms(20)), start + ms(10_000)));
        pulse.resumed(start + ms(18_000));
        assert!(!pulse.is_overdue(Some(ms(21)), start + ms(19_000)));
        assert!(!pulse.is_overdue(Some(ms(22)), start + ms(29_000)));
        assert!(!pulse.is_overdue(Some(ms(22)), start + ms(42_000)));
        assert!(pulse.is_overdue(Some(ms(22)), start + ms(43_000)));
    }

    #[test]
    fn before_the_first_answer_discords_interval_is_taken() {
        let start = Instant::now();
        let mut pulse = Pulse::new(start);
        assert!(!pulse.is_overdue(None, start + ms(52_000)));
        assert!(pulse.is_overdue(None, start + ms(53_000)));
    }
}
