//! Which reminders are due when, and until when each may still be sent.
//!
//! A reminder comes at its lead time before a session or a key date. One that could not be sent then may be sent late,
//! saying so, but only while it still tells something: see [`Reminder::expires_at`]. Two reminders of the same thing can
//! never be sent at the same time, because the farther one expires when the nearer one is due.

use chrono::{DateTime, TimeDelta, Utc};

use super::{KeyDate, Series, Session};
use crate::ids::ChannelId;

/// From this lead time on a reminder is silent: it stands in the channel without a notification on anybody's phone.
pub const SILENT_FROM: TimeDelta = TimeDelta::hours(12);

/// The longest lead time that a reminder can have.
pub const LONGEST_LEAD: TimeDelta = TimeDelta::days(60);

/// For how long a reminder that expired is still planned, so that it is recorded that it was missed.
const REMEMBERED: TimeDelta = TimeDelta::days(2);

/// What a reminder is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A session of office hours.
    Session,
    /// A key date.
    KeyDate,
}

/// A dated thing that can be reminded of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// What it is.
    pub subject: Subject,
    /// Short name of its series, or its own.
    pub key: &'a str,
    /// What members read.
    pub title: &'a str,
    /// Where the reminder goes.
    pub channel: ChannelId,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// How long before it reminders are due; each positive.
    pub leads: &'a [TimeDelta],
    /// The key date that it is, with what is said of it.
    pub key_date: Option<&'a KeyDate>,
}

/// One reminder of one occasion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder<'a> {
    /// What it is of.
    pub occasion: Occasion<'a>,
    /// How long before.
    pub lead: TimeDelta,
    /// When it is to be sent.
    pub due_at: DateTime<Utc>,
    /// From when on it is not sent any more: after the grace, which is never longer than the lead itself (so it is over
    /// at the latest when the occasion begins), and as soon as the occasion's next reminder is due.
    pub expires_at: DateTime<Utc>,
}

impl Reminder<'_> {
    /// Whether it notifies nobody.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.lead >= SILENT_FROM
    }
}

/// The reminders of what has not begun at `now` that are due until `until`, each once, earliest first; those that expired
/// lately included, so that it can be recorded that they were missed.
#[must_use]
pub fn plan<'a>(
    occasions: &[Occasion<'a>],
    grace: TimeDelta,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Reminder<'a>> {
    let mut reminders: Vec<_> = occasions
        .iter()
        .filter(|occasion| occasion.start > now)
        .flat_map(|occasion| of(occasion, grace))
        .filter(|reminder| reminder.due_at <= until && now < reminder.expires_at + REMEMBERED)
        .collect();
    reminders.sort_by_key(|reminder| reminder.due_at);
    reminders
}

/// All reminders of an occasion, farthest first.
fn of<'a>(occasion: &Occasion<'a>, grace: TimeDelta) -> Vec<Reminder<'a>> {
    let mut leads: Vec<TimeDelta> = occasion.leads.iter().copied().filter(|lead| *lead > TimeDelta::zero()).collect();
    leads.sort_unstable();
    leads.dedup();
    let mut next_due = occasion.start;
    let mut reminders = Vec::with_capacity(leads.len());
    for lead in leads {
        let Some(due_at) = occasion.start.checked_sub_signed(lead) else { break };
        let expires_at = (due_at + grace.min(lead)).min(next_due);
        reminders.push(Reminder { occasion: occasion.clone(), lead, due_at, expires_at });
        next_due = due_at;
    }
    reminders.reverse();
    reminders
}

/// What can be reminded of, of that which begins from `from` on and before `to`: sessions that are sure to take place,
/// and key dates that have a channel.
#[must_use]
pub fn occasions<'a>(
    series: &'a [Series],
    key_dates: &'a [KeyDate],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Vec<Occasion<'a>> {
    let sessions = series.iter().filter(|series| !series.leads.is_empty()).flat_map(|series| {
        scheduled(series, from, to).into_iter().map(|session| Occasion {
            subject: Subject::Session,
            key: session.series,
            title: session.title,
            channel: session.channel,
            start: session.start,
            leads: &series.leads,
            key_date: None,
        })
    });
    let dates = key_dates
        .iter()
        .filter(|date| !date.is_cancelled() && from <= date.when.start() && date.when.start() < to)
        .filter_map(|date| {
            Some(Occasion {
                subject: Subject::KeyDate,
                key: &date.key,
                title: &date.title,
                channel: date.channel?,
                start: date.when.start(),
                leads: &date.leads,
                key_date: Some(date),
            })
        });
    sessions.chain(dates).collect()
}

/// The sessions of a series that are sure to take place.
#[must_use]
pub fn scheduled(series: &Series, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Session<'_>> {
    series.scheduled(from, to)
}

#[cfg(test)]
mod tests;
