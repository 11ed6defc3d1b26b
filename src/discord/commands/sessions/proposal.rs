//! A change that somebody wishes for, as its button carries it, and what stands in its way. The button authorises nothing:
//! everything is looked at again when it is pressed.

use std::fmt;

use chrono::{DateTime, Utc};

use super::seconds;
use crate::ids::UserId;
use crate::message::{escape_markdown, instant};
use crate::office_hours::{Calendar, Change, KeyDate, Series, Session, Status};
use crate::store::NewChange;
use crate::texts::{text, text_with};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Confirm,
    Add,
    Move,
    Cancel,
}

impl Op {
    const ALL: [Self; 4] = [Self::Confirm, Self::Add, Self::Move, Self::Cancel];

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Add => "add",
            Self::Move => "move",
            Self::Cancel => "cancel",
        }
    }

    const fn status(self) -> Status {
        match self {
            Self::Confirm | Self::Add => Status::Scheduled,
            Self::Move => Status::Moved,
            Self::Cancel => Status::Cancelled,
        }
    }
}

/// A session, as autocomplete and buttons name it.
pub(super) fn name_of(series: &str, slot: DateTime<Utc>) -> String {
    format!("{series}.{}", slot.timestamp())
}

/// The session of a name.
pub(super) fn named<'a>(calendar: &'a Calendar, name: &str) -> Option<(&'a Series, Session<'a>)> {
    let (series, slot) = name.trim().split_once('.')?;
    let series = calendar.changeable(series)?;
    Some((series, series.of_slot(seconds(slot)?)?))
}

/// A change that is wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) op: Op,
    pub(super) series: String,
    pub(super) slot: DateTime<Utc>,
    pub(super) start: DateTime<Utc>,
    /// How often the session was changed before, as far as whoever wishes it saw.
    pub(super) number: i32,
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (slot, start) = (self.slot.timestamp(), self.start.timestamp());
        write!(f, "{}.{}.{slot}.{start}.{}", self.op.word(), self.series, self.number)
    }
}

/// What is to be done, by all that is known now.
#[derive(Debug, Clone)]
pub(super) struct Planned<'a> {
    pub(super) series: &'a Series,
    /// The key date that it is; `None` for a session.
    pub(super) date: Option<&'a KeyDate>,
    /// The session as it is, where there is one.
    pub(super) before: Option<Session<'a>>,
    pub(super) proposal: Proposal,
}

impl Proposal {
    pub(super) fn read(key: &str) -> Option<Self> {
        let mut parts = key.split('.');
        let op = parts.next()?;
        let proposal = Self {
            op: Op::ALL.into_iter().find(|known| known.word() == op)?,
            series: parts.next()?.to_owned(),
            slot: seconds(parts.next()?)?,
            start: seconds(parts.next()?)?,
            number: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(proposal)
    }

    /// What the session will be. One that comes back to its first time is not a moved one any more.
    fn status(&self) -> Status {
        if self.op == Op::Move && self.start == self.slot { Status::Scheduled } else { self.op.status() }
    }

    /// Whether the session is already as this change would make it.
    fn is_done(&self, change: Option<&Change>) -> bool {
        change.is_some_and(|change| {
            change.number == self.number + 1 && change.status == self.status() && change.start == self.start
        })
    }

    /// What is to be done, or a sentence on why it can't be.
    pub(super) fn plan<'a>(self, calendar: &'a Calendar, now: DateTime<Utc>) -> Result<Planned<'a>, String> {
        let Some(series) = calendar.changeable(&self.series) else { return Err(text("sessions-no-series-any-more")) };
        let date = calendar.key_date(&self.series);
        let change = series.change(self.slot);
        if self.is_done(change) {
            return Err(text("sessions-done-already"));
        }
        let before = series.of_slot(self.slot);
        if change.map_or(0, |change| change.number) != self.number {
            return Err(overtaken(series, change));
        }
        match (self.op, &before) {
            // There is one of each, at its time and no other.
            (Op::Add | Op::Confirm, _) if date.is_some() => return Err(text("error-stale-button")),
            // One that is cancelled takes place after all, once it has a time again.
            (Op::Move, Some(session)) if date.is_some() && session.status == Status::Cancelled => self.is_ahead(now)?,
            (Op::Add, _) => self.can_add(series, before.as_ref(), now)?,
            (_, None) => return Err(text("sessions-not-there")),
            (_, Some(session)) if session.status == Status::Cancelled => return Err(text("sessions-cancelled-before")),
            (_, Some(session)) if session.start <= now => {
                return Err(text_with("sessions-begun", [("when", instant(session.start))]));
            }
            (Op::Confirm, Some(session)) if session.status != Status::Expected => {
                return Err(text("sessions-is-sure"));
            }
            (Op::Move, Some(session)) => self.can_move(series, session, now)?,
            (Op::Confirm | Op::Cancel, Some(session)) if session.start != self.start => {
                return Err(overtaken(series, change));
            }
            (Op::Confirm | Op::Cancel, Some(_)) => {}
        }
        Ok(Planned { series, date, before, proposal: self })
    }

    fn is_ahead(&self, now: DateTime<Utc>) -> Result<(), String> {
        if self.start > now { Ok(()) } else { Err(text_with("sessions-past", [("when", instant(self.start))])) }
    }

    fn can_add(&self, series: &Series, before: Option<&Session<'_>>, now: DateTime<Utc>) -> Result<(), String> {
        let when = ("when", instant(self.start));
        if self.slot != self.start {
            return Err(text("error-stale-button"));
        }
        self.is_ahead(now)?;
        if let Some(session) = series.beginning_at(self.start) {
            let id = if session.status == Status::Expected { "sessions-add-expected" } else { "sessions-add-there" };
            return Err(text_with(id, [when]));
        }
        match before {
            // It was moved away from this time, and stays the session that it is.
            Some(session) if session.start != self.start => {
                Err(text_with("sessions-add-moved-away", [when, ("now", instant(session.start))]))
            }
            _ => Ok(()),
        }
    }

    fn can_move(&self, series: &Series, session: &Session<'_>, now: DateTime<Utc>) -> Result<(), String> {
        let when = ("when", instant(self.start));
        self.is_ahead(now)?;
        if session.start == self.start {
            return Err(text_with("sessions-move-same", [when]));
        }
        if series.beginning_at(self.start).is_some() {
            return Err(text_with("sessions-add-there", [when]));
        }
        Ok(())
    }
}

/// Who changed the session meanwhile, and how it stands.
fn overtaken(series: &Series, change: Option<&Change>) -> String {
    let title = ("title", escape_markdown(&series.title));
    match change {
        Some(change) => text_with(
            "sessions-overtaken",
            [
                title,
                ("who", format!("<@{}>", change.by)),
                ("status", super::word(change.status)),
                ("when", instant(change.start)),
            ],
        ),
        None => text("sessions-not-there"),
    }
}

impl Planned<'_> {
    /// The session as it will be.
    pub(super) fn after(&self) -> Option<Session<'_>> {
        let Proposal { slot, start, number, .. } = self.proposal;
        let end = start.checked_add_signed(self.series.duration)?;
        Some(Session {
            series: &self.series.key,
            title: &self.series.title,
            channel: self.series.channel,
            slot,
            number: number + 1,
            changed_at: None,
            start,
            end,
            zone: self.series.zone,
            status: self.proposal.status(),
        })
    }

    /// The key date as it will be.
    pub(super) fn date_after(&self) -> Option<KeyDate> {
        let date = self.date?;
        Some(KeyDate { when: date.planned.beginning(self.proposal.start), ..date.clone() })
    }

    pub(super) fn change(&self, by: UserId) -> Option<NewChange> {
        let Proposal { series, slot, start, number, .. } = &self.proposal;
        let status = self.after()?.status;
        Some(NewChange { series: series.clone(), slot: *slot, based_on: *number, status, start: *start, by })
    }
}
