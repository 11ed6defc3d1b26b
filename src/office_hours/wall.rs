//! From a time on the wall of some zone to an instant.

use chrono::offset::LocalResult;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Hours that clocks have been put forward at most at once: Samoa left out a whole day in 2011.
const LONGEST_GAP: i64 = 24;

/// The instant at which the clocks of `zone` show `wall`.
///
/// A time that the clocks leave out is read with the offset before the gap (RFC 5545, 3.3.5), so that 02:30 becomes
/// 03:30 where the clocks go from 02:00 to 03:00. Of a time that they show twice it is the first.
pub(super) fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => before_gap(zone, wall).unwrap_or_else(|| wall.and_utc()),
    }
}

/// Goes back to a time that existed, then the same stretch forward in real time.
fn before_gap(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    (1..=LONGEST_GAP + 1).map(TimeDelta::hours).find_map(|back| {
        let earlier = zone.from_local_datetime(&wall.checked_sub_signed(back)?).latest()?;
        earlier.to_utc().checked_add_signed(back)
    })
}
