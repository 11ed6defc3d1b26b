//! What kind of channel a delivery goes to, and what follows from it.

use serde::{Deserialize, Serialize};

use super::{Attempt, Step};
use crate::ids::{ChannelId, GuildId, MessageId, Snowflake};

/// What kind of channel a delivery goes to
/// (<https://discord.com/developers/docs/resources/channel#channel-object-channel-types>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// Text.
    Text,
    /// Text that other servers can follow.
    Announcement,
    /// A thread below a message, or a post of a forum.
    Thread,
    /// A forum or media channel: what is announced there becomes a post of its own, which is a thread whose first message
    /// has the thread's id.
    Forum,
    /// A member's direct messages.
    Direct,
    /// One that nothing can be announced in, such as one for voice.
    Other,
}

impl ChannelKind {
    /// Whether a step can follow a message there.
    #[must_use]
    pub const fn takes(self, step: Step) -> bool {
        match step {
            Step::Edit | Step::Delete | Step::Pin => true,
            Step::Crosspost => matches!(self, Self::Announcement),
            // A post is a thread already, and a thread holds no others.
            Step::Thread => matches!(self, Self::Text | Self::Announcement),
        }
    }

    /// How an attempt begins there: a post has no nonce, so it is always looked for.
    #[must_use]
    pub const fn begin(self, planned: Attempt) -> Attempt {
        match (self, planned) {
            (Self::Forum, Attempt::Send) => Attempt::LookFirst,
            (_, planned) => planned,
        }
    }
}

/// A tag that a forum offers and a draft's post there bears.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PostTag {
    /// Its id.
    pub id: Snowflake,
    /// What it is called.
    pub name: String,
    /// The forum.
    pub forum: ChannelId,
}

/// A message that stands, or stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// The channel that it stands in: of a forum's post the post itself.
    pub channel: ChannelId,
    /// It.
    pub message: MessageId,
}

impl Posted {
    /// Where a delivery's message stands.
    #[must_use]
    pub fn of(channel: ChannelId, message: MessageId, in_post: bool) -> Self {
        Self { channel: if in_post { ChannelId(message.0) } else { channel }, message }
    }

    /// The address that opens it in Discord.
    #[must_use]
    pub fn link(self, guild: GuildId) -> String {
        format!("https://discord.com/channels/{guild}/{}/{}", self.channel, self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_follow_depends_on_the_channel() {
        let steps = [Step::Edit, Step::Crosspost, Step::Thread, Step::Pin, Step::Delete];
        let taken = |kind: ChannelKind| steps.into_iter().filter(|step| kind.takes(*step)).collect::<Vec<_>>();
        assert_eq!(taken(ChannelKind::Announcement), steps);
        assert_eq!(taken(ChannelKind::Text), [Step::Edit, Step::Thread, Step::Pin, Step::Delete]);
        assert_eq!(taken(ChannelKind::Forum), [Step::Edit, Step::Pin, Step::Delete]);
        assert_eq!(taken(ChannelKind::Thread), [Step::Edit, Step::Pin, Step::Delete]);
    }

    #[test]
    fn a_post_is_never_sent_unlooked() {
        assert_eq!(ChannelKind::Forum.begin(Attempt::Send), Attempt::LookFirst);
        assert_eq!(ChannelKind::Forum.begin(Attempt::LookOnly), Attempt::LookOnly);
        assert_eq!(ChannelKind::Text.begin(Attempt::Send), Attempt::Send);
    }

    #[test]
    fn a_message_in_a_post_stands_in_the_post() {
        let (channel, message) = (ChannelId::new(1).unwrap(), MessageId::new(7).unwrap());
        assert_eq!(Posted::of(channel, message, false).channel, channel);
        assert_eq!(Posted::of(channel, message, true).channel, ChannelId::new(7).unwrap());
    }
}
