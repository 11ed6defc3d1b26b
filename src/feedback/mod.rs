//! What members write to the staff: submissions, as decisions without side effects.
//!
//! Owns what a form may hold ([`Answers`]), what the sender of an anonymous one keeps ([`Receipt`]), how many somebody
//! may send ([`Limit`]), the states of triage, when the cards of anonymous ones are posted, and questions for office hours
//! ([`queue`]). Refuses to know SQL and Discord's library; and an anonymous [`Submission`] has no place for its sender or
//! for its instant.

mod answers;
mod limit;
mod period;
pub mod queue;
mod receipt;
mod record;
mod statistics;
mod terms;
mod trends;
mod triage;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

pub use answers::{Answered, Answers, MAX_LENGTH, MAX_REPLY, Problem, ReplyText};
pub use limit::{Limit, PER_HOUR};
pub use period::{MOST_DAYS, Period};
pub use receipt::{Lost, Receipt};
pub use record::{Kind, Move, NewReply, Rating, Record, Sender, StaffReply, State, Submission, SubmissionId, Touched};
pub use statistics::{Count, Statistics};
pub use terms::{Term, Told, fingerprint, stand_out};
pub use trends::{DayCount, FEWEST, Mean, ThemeCount, Trends, mean, mean_of_all};
pub use triage::{Deed, END, FOUND, Filter, MAX_THEME, MOST_THEMES, Reach, Theme, ThemeName, ThemeText, What};

/// When the cards of anonymous submissions are posted next: at the full hour after `now`, all of that hour together,
/// so that a card does not tell when its sender was there.
#[must_use]
pub fn next_round(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    // Fails only outside of the years that chrono can count in nanoseconds.
    now.duration_trunc(hour).unwrap_or(now) + hour
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_at_the_next_full_hour() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        for (now, next) in [
            ("2026-11-21T12:00:00Z", "2026-11-21T13:00:00Z"),
            ("2026-11-21T12:59:59Z", "2026-11-21T13:00:00Z"),
            ("2026-12-31T23:10:00Z", "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(next_round(at(now)), at(next), "{now}");
        }
    }
}
