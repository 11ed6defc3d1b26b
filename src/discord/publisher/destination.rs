//! [`Destination`]: a channel as it was read, and what the bot may do there.

use crate::announcements::{ChannelKind, Step};
use crate::discord::permissions::{
    CREATE_PUBLIC_THREADS, MANAGE_THREADS, MENTION_ROLES, PIN_MESSAGES, Permissions, Role, Tag, announcing,
};
use crate::ids::{ChannelId, UserId};
use crate::message::Message;

/// Where a delivery goes, as far as it decides what is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// What the bot may do there; in a thread what it may do in the thread's channel.
    pub(super) permissions: Permissions,
    /// What kind of channel it is.
    pub kind: ChannelKind,
    /// What it is called; empty for direct messages.
    pub name: String,
    /// The channel that it is a thread of.
    pub parent: Option<ChannelId>,
    /// The tags that a forum offers and the bot may give.
    pub tags: Vec<Tag>,
    /// Whether a forum takes no post without one of them.
    pub requires_tag: bool,
    /// Whether it is a thread that only moderators write in.
    pub(super) is_locked: bool,
    /// Who the bot is.
    pub(super) me: UserId,
}

impl Destination {
    /// The permissions that the bot lacks for announcing there, as Discord's settings call them. Publishing a message
    /// of its own to followers needs no other.
    #[must_use]
    pub fn lacks(&self) -> Vec<&'static str> {
        self.permissions.missing(&announcing(self.kind, self.is_locked))
    }

    /// The permissions that the bot lacks for what is to follow a message there: its thread, its pin.
    #[must_use]
    pub fn lacks_after(&self, message: &Message) -> Vec<&'static str> {
        let opens_thread = message.thread.is_some() && self.kind.takes(Step::Thread);
        let thread = opens_thread.then_some(CREATE_PUBLIC_THREADS);
        let pin = message.pin.then_some(if self.kind == ChannelKind::Forum { MANAGE_THREADS } else { PIN_MESSAGES });
        self.permissions.missing(&thread.into_iter().chain(pin).collect::<Vec<_>>())
    }

    /// Whether the bot can ping a role there, or everyone.
    #[must_use]
    pub fn can_ping(&self, role: Option<&Role>) -> bool {
        role.is_some_and(|role| role.mentionable) || self.permissions.has(MENTION_ROLES)
    }
}
