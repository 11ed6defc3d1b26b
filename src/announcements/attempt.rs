//! What an attempt must do first, and what follows from its outcome.

use chrono::{DateTime, TimeDelta, Utc};

use super::Delivery;
use crate::ids::MessageId;
use crate::message::{Message, cut, limits};

/// From how long after it was due a message says that it is late, where it has words for that.
const LATE: TimeDelta = TimeDelta::minutes(2);

/// How long a request whose answer was lost may still be under way. What has no nonce, or was withdrawn, is not looked for
/// before that: what is not there yet may come.
pub const UNDER_WAY: TimeDelta = TimeDelta::seconds(30);

/// How an attempt begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Discord still knows the nonce: a repetition of an earlier attempt creates nothing.
    Send,
    /// The nonce may be forgotten: an earlier attempt of which nothing is known here (a crash, a restored backup) may
    /// have left the message in the channel, so it is looked for before it is sent.
    LookFirst,
    /// It is too late to send it; but if it stands already, that is to be recorded.
    LookOnly,
}

/// Decides how to begin. What counts is when the delivery was first due, not whether an attempt is recorded: the
/// record itself may be lost.
#[must_use]
pub fn plan_attempt(delivery: &Delivery, now: DateTime<Utc>, nonce_window: TimeDelta) -> Attempt {
    if delivery.expires_at.is_some_and(|expires_at| now >= expires_at) {
        Attempt::LookOnly
    } else if delivery.look_first || now - delivery.due_at > nonce_window {
        Attempt::LookFirst
    } else {
        Attempt::Send
    }
}

/// What a delivery says when it is sent at `now`: one that is late says so, where it has words for that.
#[must_use]
pub fn as_sent(message: &Message, due_at: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    let mut message = message.clone();
    if let Some(note) = message.late_note.take().filter(|_| now - due_at > LATE) {
        // There is room for it, see `Message::fit`; only what an earlier version stored may have to be cut.
        message.content = cut(&format!("{note}\n{}", message.content), limits::CONTENT);
    }
    message
}

/// What came of a request to Discord, in our words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The message stands.
    Stands(MessageId),
    /// Nothing was done; Discord asks to wait until then.
    Wait {
        /// Not before this instant.
        until: DateTime<Utc>,
    },
    /// A server or network fault: nobody knows whether it was done.
    Unknown {
        /// For the log and for staff.
        problem: String,
    },
    /// Discord refuses it and will again.
    Refused {
        /// Why, in words that staff understand.
        problem: String,
    },
    /// The message is not there, or not any more: nothing further is to be done about it.
    Gone {
        /// How that is known, in words that staff understand.
        note: String,
    },
    /// The channel does not exist any more: nothing can be posted there, and what stood there is gone.
    NoChannel {
        /// In words that staff understand.
        problem: String,
    },
    /// It is not there, and it is too late to send it.
    TooLate,
    /// It can't be sent safely until staff put something right.
    Blocked {
        /// What, in words that staff understand.
        problem: String,
    },
}

/// What to record of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// `delivered`.
    Delivered(MessageId),
    /// `pending` again.
    Retry {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong; `None` for an ordinary wait.
        problem: Option<String>,
    },
    /// `failed`; staff can retry.
    Failed {
        /// Why.
        problem: String,
    },
    /// No message stands and none is to be sent: `cancelled`, or for a step quietly done.
    Gone {
        /// How that is known.
        note: String,
    },
    /// `missed`: its time went by.
    Missed,
    /// `held`; staff are told.
    Held {
        /// What must be put right.
        problem: String,
    },
}

impl Settlement {
    /// Whether nothing was tried: Discord asks to wait.
    #[must_use]
    pub const fn is_wait(&self) -> bool {
        matches!(self, Self::Retry { problem: None, .. })
    }
}

/// Decides what to record. Faults of the server or the network are retried without end.
#[must_use]
pub fn settle(outcome: Outcome, attempts: i32, now: DateTime<Utc>) -> Settlement {
    match outcome {
        Outcome::Stands(message) => Settlement::Delivered(message),
        Outcome::Wait { until } => Settlement::Retry { at: until, problem: None },
        Outcome::Unknown { problem } => Settlement::Retry { at: now + retry_delay(attempts), problem: Some(problem) },
        Outcome::Refused { problem } | Outcome::NoChannel { problem } => Settlement::Failed { problem },
        Outcome::Gone { note } => Settlement::Gone { note },
        Outcome::TooLate => Settlement::Missed,
        Outcome::Blocked { problem } => Settlement::Held { problem },
    }
}

/// As [`settle`], for a forum's post. It has no nonce: where nobody knows whether it was made, it is looked for only once
/// the request can't be under way any more.
#[must_use]
pub fn settle_post(outcome: Outcome, attempts: i32, now: DateTime<Utc>) -> Settlement {
    match settle(outcome, attempts, now) {
        Settlement::Retry { at, problem: Some(problem) } => {
            Settlement::Retry { at: at.max(now + UNDER_WAY), problem: Some(problem) }
        }
        settlement => settlement,
    }
}

/// As [`settle`], for a step after the message stood: one that is gone, with its channel or alone, was taken away by
/// somebody who may, so nothing is left to do and nobody is to be alarmed.
#[must_use]
pub fn settle_step(outcome: Outcome, attempts: i32, now: DateTime<Utc>) -> Settlement {
    match outcome {
        Outcome::NoChannel { problem } => Settlement::Gone { note: problem },
        outcome => settle(outcome, attempts, now),
    }
}

/// Time to the next attempt after `attempts` of them: 1, 2, 4 … s, at most 5 minutes. Without jitter: one process
/// holds a delivery at a time, so attempts don't meet.
#[must_use]
pub fn retry_delay(attempts: i32) -> TimeDelta {
    let doublings = attempts.clamp(1, 10) - 1;
    TimeDelta::seconds((1_i64 << doublings).min(300))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_minutes_and_stay() {
        let waits: Vec<_> = [1, 2, 3, 9, 10, 11, i32::MAX].map(|n| retry_delay(n).num_seconds()).into();
        assert_eq!(waits, [1, 2, 4, 256, 300, 300, 300]);
        assert_eq!(retry_delay(0).num_seconds(), 1);
    }

    #[test]
    fn what_is_late_says_so_where_it_has_words_for_it() {
        let due = DateTime::UNIX_EPOCH;
        let message =
            Message { content: "Soon.".into(), late_note: Some("This is late.".into()), ..Message::default() };
        assert_eq!(as_sent(&message, due, due + TimeDelta::minutes(2)).content, "Soon.");
        assert_eq!(as_sent(&message, due, due + TimeDelta::minutes(3)).content, "This is late.\nSoon.");
        let plain = Message { content: "x".repeat(2000), ..Message::default() };
        assert_eq!(as_sent(&plain, due, due + TimeDelta::days(1)), plain);
    }

    #[test]
    fn a_post_of_which_nobody_knows_is_left_time_to_come() {
        let now = DateTime::UNIX_EPOCH;
        let settled = settle_post(Outcome::Unknown { problem: "502".into() }, 1, now);
        assert_eq!(settled, Settlement::Retry { at: now + UNDER_WAY, problem: Some("502".into()) });
        let settled = settle_post(Outcome::Wait { until: now }, 1, now);
        assert_eq!(settled, Settlement::Retry { at: now, problem: None });
    }

    #[test]
    fn a_fault_is_retried_however_often_it_came() {
        let now = DateTime::UNIX_EPOCH;
        let settled = settle(Outcome::Unknown { problem: "502".into() }, 100_000, now);
        assert_eq!(settled, Settlement::Retry { at: now + TimeDelta::minutes(5), problem: Some("502".into()) });
    }
}
