//! What is said around a session that is opened for members: the card that asks hosts to open it, the word that it is open, the
//! warning before it closes, and the thanks.
//!
//! Owns their words and their buttons. Refuses to send and to open anything: a card is an announcement like any other.

use chrono::{DateTime, TimeDelta, Utc};

use crate::announcements::{Draft, Kind};
use crate::custom_id::{CustomId, Kind as ButtonKind};
use crate::feedback::queue::Agenda;
use crate::ids::{ChannelId, SessionRunId, UserId};
use crate::message::{ActionButton, ButtonStyle, Embed, Message, escape_markdown, instant};
use crate::texts::{text, text_with};

/// How long before its end members are warned.
pub(crate) const WARNING: TimeDelta = TimeDelta::minutes(5);

/// How much longer a host's click holds it.
pub(crate) const EXTENSION: TimeDelta = TimeDelta::minutes(15);

/// The longest that a session can be extended in all.
pub(crate) const MOST_EXTENSION: TimeDelta = TimeDelta::hours(2);

/// How long before its start it can be opened, and the card stands that asks for it.
pub(crate) const EARLY: TimeDelta = TimeDelta::minutes(10);

/// A session, as far as it is spoken of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken<'a> {
    pub(crate) id: SessionRunId,
    pub(crate) series: &'a str,
    pub(crate) title: &'a str,
    pub(crate) channel: ChannelId,
    pub(crate) slot: DateTime<Utc>,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    /// How often its channel was opened before.
    pub(crate) reopened: i32,
}

/// How a session stands, for hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It waits to be opened.
    Waiting,
    /// It is open; who opened it.
    Open(Option<UserId>),
    /// It is closed again.
    Closed,
    /// Nobody opened it.
    Skipped,
}

impl Spoken<'_> {
    /// What is said in the session's own channel. Of a restored backup it is found again by what it is; what is said when
    /// it is opened again is something else.
    fn post(&self, what: &str, message: Message, now: DateTime<Utc>) -> Draft {
        let (slot, end) = (self.slot.timestamp(), self.ends_at.timestamp());
        let again = if self.reopened > 0 { format!("\n{}", self.reopened) } else { String::new() };
        Draft {
            kind: Kind::OfficeHours,
            message: message.fit(),
            crosspost: false,
            origin: Some(format!("session\n{what}\n{}\n{slot}\n{end}{again}", self.series)),
            channels: vec![self.channel],
            due_at: now,
        }
    }

    fn words(&self, id: &str) -> Message {
        let args = [
            ("title", escape_markdown(self.title)),
            ("start", instant(self.starts_at)),
            ("end", instant(self.ends_at)),
            ("relative", format!("<t:{}:R>", self.ends_at.timestamp())),
            ("channel", format!("<#{}>", self.channel)),
        ];
        let embed = Embed { title: Some(self.title.to_owned()), footer: Some(text("host-footer")), ..Embed::default() };
        Message { content: text_with(id, args), embed: Some(embed), ..Message::default() }
    }

    /// Members may write.
    pub(crate) fn opened(&self, now: DateTime<Utc>) -> Draft {
        self.post("open", self.words("host-opened"), now)
    }

    /// The questions of members, by votes; due a moment later than what is said first.
    pub(crate) fn agenda(&self, agenda: &Agenda, now: DateTime<Utc>) -> Draft {
        self.post("agenda", agenda.message(), now + TimeDelta::seconds(1))
    }

    /// It closes in five minutes.
    pub(crate) fn warning(&self, now: DateTime<Utc>) -> Draft {
        let button = ActionButton {
            label: text("host-extend"),
            custom_id: CustomId::new(ButtonKind::HostExtend, format_args!("{}.{}", self.id, self.ends_at.timestamp()))
                .to_string(),
            style: ButtonStyle::Secondary,
        };
        self.post("warning", Message { buttons: vec![button], ..self.words("host-warning") }, now)
    }

    /// What the warning says when it goes on: until the end that is in `self` now.
    pub(crate) fn extended(&self) -> Message {
        self.words("host-extended").fit()
    }

    /// What the warning says when it is over.
    pub(crate) fn was_warned(&self) -> Message {
        self.words("host-was-warned").fit()
    }

    /// It is over.
    pub(crate) fn thanks(&self, now: DateTime<Utc>) -> Draft {
        let button = ActionButton {
            label: text("host-feedback"),
            custom_id: CustomId::new(ButtonKind::HostFeedback, self.series).to_string(),
            style: ButtonStyle::Primary,
        };
        self.post("thanks", Message { buttons: vec![button], ..self.words("host-thanks") }, now)
    }

    /// The card for hosts, as it is to read.
    pub(crate) fn card(&self, standing: Standing) -> Message {
        let id = match standing {
            Standing::Waiting => "host-card",
            Standing::Open(_) => "host-card-open",
            Standing::Closed => "host-card-closed",
            Standing::Skipped => "host-card-skipped",
        };
        let mut message = self.words(id);
        if let Standing::Open(by) = standing {
            let by = by.map_or_else(|| text("host-by-itself"), |by| format!("<@{by}>"));
            message.content.push(' ');
            message.content.push_str(&text_with("host-card-by", [("by", by)]));
        }
        let button = |kind, label: &str, style| ActionButton {
            label: text(label),
            custom_id: CustomId::new(kind, self.id).to_string(),
            style,
        };
        message.buttons = match standing {
            Standing::Waiting => vec![button(ButtonKind::HostOpen, "host-open", ButtonStyle::Success)],
            Standing::Open(_) => vec![button(ButtonKind::HostClose, "host-close", ButtonStyle::Danger)],
            Standing::Closed | Standing::Skipped => Vec::new(),
        };
        message.fit()
    }

    /// What staff are told when something stands in the way.
    pub(crate) fn trouble(&self, id: &str, problem: &str) -> Message {
        let args = [
            ("title", escape_markdown(self.title)),
            ("channel", format!("<#{}>", self.channel)),
            ("problem", problem.to_owned()),
        ];
        Message { content: text_with(id, args), ..Message::default() }.fit()
    }
}
