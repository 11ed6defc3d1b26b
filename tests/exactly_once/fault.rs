//! What goes wrong with a request, and when the next attempt comes.

use chrono::TimeDelta;
use sandbox::client::{Client, Fault};

use crate::support::{HOUR, MINUTE, TestServer};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A status, and nothing is done.
    Status(u16),
    /// It is done, and the answer is a status of somebody in between.
    DoneThen(u16),
    /// The connection breaks before anything is done.
    Reset,
    /// It is done, and the connection breaks before the answer.
    LostAnswer,
    /// It is done, and the answer breaks off in the middle.
    BrokenOff,
    /// 429 of this scope for an hour.
    Limited(&'static str),
}

pub(super) const TROUBLES: [Trouble; 15] = [
    Trouble::Status(500),
    Trouble::Status(502),
    Trouble::Status(503),
    Trouble::Status(504),
    Trouble::DoneThen(403),
    Trouble::DoneThen(500),
    Trouble::DoneThen(502),
    Trouble::DoneThen(503),
    Trouble::DoneThen(504),
    Trouble::Reset,
    Trouble::LostAnswer,
    Trouble::BrokenOff,
    Trouble::Limited("user"),
    Trouble::Limited("shared"),
    Trouble::Limited("global"),
];

impl Trouble {
    fn fault(self) -> Fault {
        match self {
            Self::Status(status) => Fault::answer(status),
            Self::DoneThen(status) => Fault::page(status).carried_out(),
            Self::Reset => Fault::reset(),
            Self::LostAnswer => Fault::lost_answer(),
            Self::BrokenOff => Fault::broken_off(),
            Self::Limited(scope) => Fault::limit(3600.0, scope),
        }
    }

    /// Lets the next `times` requests meet it.
    pub(super) async fn strike(self, discord: &Client, (method, path): (&str, &str), times: u32) {
        discord.fault(&self.fault().on(method, path).times(times)).await.unwrap();
    }

    /// How often in a row it strikes, each in a case of its own: again and again for one of either kind.
    pub(super) const fn times(self) -> &'static [u32] {
        match self {
            Self::Status(503) | Self::LostAnswer => &[1, 3],
            _ => &[1],
        }
    }
}

/// What happens between the fault and the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A minute passes.
    Soon,
    /// So much time passes that Discord has forgotten the nonce.
    Late,
    /// Another process goes on, a minute later.
    Replaced,
    /// Another process goes on, when Discord has forgotten the nonce.
    ReplacedLate,
}

pub(super) const MOMENTS: [Moment; 4] = [Moment::Soon, Moment::Late, Moment::Replaced, Moment::ReplacedLate];

impl Moment {
    pub(super) async fn pass(self, server: &mut TestServer) {
        if matches!(self, Self::Replaced | Self::ReplacedLate) {
            server.restart().await;
        }
        let wait = if matches!(self, Self::Late | Self::ReplacedLate) { HOUR } else { MINUTE };
        server.advance(wait).await;
    }
}

/// Longer than any trouble keeps an attempt waiting.
pub(super) const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(61);
