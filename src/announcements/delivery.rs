//! The words of a delivery: announcement, delivery, state, nonce, reference.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use rand::distr::{Distribution, Uniform};
use sha2::{Digest, Sha256};

use super::{ChannelKind, Posted};
use crate::ids::{ChannelId, DeliveryId, MessageId};
use crate::message::Message;

/// A word in the database that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a known {1}: the database is newer than this program; update psfbot")]
pub struct UnknownWord(String, &'static str);

macro_rules! words {
    ($(#[$doc:meta])* $name:ident as $what:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// The word, as stored and shown.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word { $($word => Ok(Self::$variant),)* _ => Err(UnknownWord(word.to_owned(), $what)) }
            }
        }
    };
}

words! {
    /// What an announcement is about.
    Kind as "kind of announcement" {
        /// A blog post.
        Blog = "blog",
        /// A session of office hours, or a reminder of one.
        OfficeHours = "office-hours",
        /// A key date, or a reminder of one.
        KeyDate = "key-date",
        /// Written by staff.
        Staff = "staff",
        /// Cards, digests and agendas for staff.
        Internal = "internal",
        /// A member's own reminder, in his direct messages.
        Personal = "personal",
    }
}

words! {
    /// How far a delivery is. `delivered` means that the message stands; what follows it are steps of their own.
    DeliveryState as "state of a delivery" {
        /// Waits for staff: something must be put right first.
        Held = "held",
        /// Waits for its time.
        Pending = "pending",
        /// Claimed by a process that is sending it.
        Sending = "sending",
        /// The message stands.
        Delivered = "delivered",
        /// Discord refused it; staff can retry.
        Failed = "failed",
        /// Its time went by while psfbot was down.
        Missed = "missed",
        /// Withdrawn: no message of it stands.
        Cancelled = "cancelled",
    }
}

words! {
    /// How far a draft of staff is.
    DraftState as "state of a draft" {
        /// It is being written.
        Draft = "draft",
        /// It was handed over to be sent at its time.
        Scheduled = "scheduled",
        /// It was handed over to be sent at once.
        Sent = "sent",
        /// Its author gave it up.
        Discarded = "discarded",
        /// It was taken back after it was handed over.
        Cancelled = "cancelled",
        /// Nobody touched it for so long that it was dropped; its author was told before.
        Dropped = "dropped",
    }
}

words! {
    /// How far a question to a second member of staff is.
    ApprovalState as "state of an approval" {
        /// Nobody has said anything yet.
        Waiting = "waiting",
        /// Somebody approved it.
        Approved = "approved",
        /// Somebody sent it back.
        Returned = "returned",
        /// It was changed or taken back first.
        Void = "void",
    }
}

words! {
    /// What was done with a draft, or with what became of it.
    Deed as "deed" {
        /// It was begun.
        Written = "written",
        /// It was begun as a copy of another one.
        Copied = "copied",
        /// Its wording was changed.
        Reworded = "reworded",
        /// Other channels were chosen.
        Channels = "channels",
        /// Another role, or nobody, is pinged.
        Ping = "ping",
        /// Whether it is published to followers.
        Followers = "followers",
        /// Whether a thread is opened below it.
        Thread = "thread",
        /// Whether it is pinned.
        Pin = "pin",
        /// Other tags for its posts in forums.
        Tags = "tags",
        /// Another time was chosen.
        Time = "time",
        /// Another end was chosen, after which it is not sent any more.
        Expiry = "expiry",
        /// A warning was confirmed.
        Confirmed = "confirmed",
        /// It was handed over to be sent at once.
        Sent = "sent",
        /// It was handed over to be sent at its time.
        Scheduled = "scheduled",
        /// A second member of staff was asked.
        Asked = "asked",
        /// That one approved it.
        Approved = "approved",
        /// That one sent it back.
        Returned = "returned",
        /// What was asked is not as it was any more.
        Void = "void",
        /// What is posted was given another wording.
        Corrected = "corrected",
        /// It was taken back.
        Cancelled = "cancelled",
        /// What failed was tried again.
        Retried = "retried",
        /// Its author gave it up.
        Discarded = "discarded",
        /// Its author was told that it will be dropped.
        Warned = "warned",
        /// It was dropped.
        Dropped = "dropped",
        /// Its end went by before it could be sent.
        Missed = "missed",
    }
}

words! {
    /// What follows once the message stands.
    Step as "step" {
        /// The message is brought to the announcement's newest revision.
        Edit = "edit",
        /// A message in an announcement channel is published to its followers.
        Crosspost = "crosspost",
        /// A thread is opened below the message.
        Thread = "thread",
        /// The message is pinned in its channel.
        Pin = "pin",
        /// The message is deleted, because staff took the announcement back.
        Delete = "delete",
    }
}

/// Sent with every attempt of one delivery, so that Discord recognises a repetition (`enforce_nonce`;
/// <https://discord.com/developers/docs/resources/message#create-message>). 22 letters and digits, of at most 25.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

/// Stands in the embed's footer of a delivered message, so that it is found again. 8 of [`REFERENCE_ALPHABET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(String);

/// Lower-case letters and digits without the look-alikes `0`, `1`, `i`, `l`, `o`.
const REFERENCE_ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut rng = rand::rng();
    // The alphabets are constants of this file and not empty, which is the only thing that can fail here.
    let Ok(pick) = Uniform::new(0, alphabet.len()) else { return String::new() };
    (0..length).map(|_| char::from(alphabet[pick.sample(&mut rng)])).collect()
}

const NONCE_ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Nonce {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(random_text(NONCE_ALPHABET, 22))
    }
    /// The one that follows from what is announced and where, as [`Reference::derived`]: for a backup that is restored
    /// while Discord still knows the nonce.
    #[must_use]
    pub fn derived(origin: &str, channel: ChannelId) -> Self {
        let digest = Sha256::digest(format!("nonce\n{channel}\n{origin}"));
        let letters = NONCE_ALPHABET.len();
        Self(digest.iter().take(22).map(|byte| char::from(NONCE_ALPHABET[usize::from(*byte) % letters])).collect())
    }
    /// One out of the database.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }
    /// As it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Reference {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        Self(random_text(REFERENCE_ALPHABET, 8))
    }
    /// The one that follows from what is announced and where: made again after the row was lost (a restored backup), it
    /// still finds the message.
    #[must_use]
    pub fn derived(origin: &str, channel: ChannelId) -> Self {
        Self::of(&format!("{channel}\n{origin}"))
    }
    /// The one that follows from what something outside is made from.
    #[must_use]
    pub fn of(origin: &str) -> Self {
        let digest = Sha256::digest(origin);
        let letters = REFERENCE_ALPHABET.len();
        Self(digest.iter().take(8).map(|byte| char::from(REFERENCE_ALPHABET[usize::from(*byte) % letters])).collect())
    }
    /// One out of the database.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }
    /// As it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The footer of an embed with this reference at its end.
    #[must_use]
    pub fn footer(&self, before: Option<&str>) -> String {
        match before {
            Some(text) => format!("{text} · ref {}", self.0),
            None => format!("ref {}", self.0),
        }
    }
    /// Whether a footer was made by [`Reference::footer`] of this reference.
    #[must_use]
    pub fn is_in(&self, footer: &str) -> bool {
        footer.strip_suffix(self.0.as_str()).is_some_and(|rest| rest.ends_with("ref "))
    }
}

/// An announcement that is to be stored, with the channels that it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What it is about.
    pub kind: Kind,
    /// What it says; already [`Message::fit`].
    pub message: Message,
    /// Whether it is published to followers where the channel is an announcement channel.
    pub crosspost: bool,
    /// What it is made from, where that is a thing of its own outside (a feed's entry): it is announced once in a
    /// channel, whatever the database remembers.
    pub origin: Option<String>,
    /// Where it is to stand; each channel once.
    pub channels: Vec<ChannelId>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
}

impl Draft {
    /// What staff are told in their channel, at once.
    #[must_use]
    pub fn card(message: Message, staff_channel: ChannelId, now: DateTime<Utc>) -> Self {
        Self {
            kind: Kind::Internal,
            message,
            crosspost: false,
            origin: None,
            channels: vec![staff_channel],
            due_at: now,
        }
    }
}

/// One announcement in one channel, as an attempt needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its row.
    pub id: DeliveryId,
    /// What it is about.
    pub kind: Kind,
    /// Where.
    pub channel: ChannelId,
    /// What it says now.
    pub message: Message,
    /// The revision of `message`.
    pub revision: i32,
    /// Whether it is published to followers.
    pub crosspost: bool,
    /// See [`Nonce`].
    pub nonce: Nonce,
    /// See [`Reference`].
    pub reference: Reference,
    /// When it was first due.
    pub due_at: DateTime<Utc>,
    /// From when on it is worth nothing and is not sent any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it was planned when it was due already: an earlier life of the database may have sent it.
    pub look_first: bool,
    /// How many attempts were begun, this one included.
    pub attempts: i32,
    /// Until when this process may act on it.
    pub claimed_until: DateTime<Utc>,
    /// How far the channel was read already in search of its message.
    pub looked_until: Option<MessageId>,
    /// The message that stands, once it does.
    pub message_id: Option<MessageId>,
    /// Whether its message stands in a post of its own, in a forum.
    pub in_post: bool,
    /// Whether staff cancelled it after an attempt was begun: its message is never sent again, and deleted where it stands.
    pub withdrawn: bool,
}

impl Delivery {
    /// What follows once its message stands in a channel of this kind.
    #[must_use]
    pub fn steps(&self, kind: ChannelKind) -> Vec<Step> {
        let wanted = [
            (self.crosspost, Step::Crosspost),
            (self.message.thread.is_some(), Step::Thread),
            (self.message.pin, Step::Pin),
        ];
        let follows = |(is_wanted, step): &(bool, Step)| *is_wanted && kind.takes(*step);
        wanted.into_iter().filter(follows).map(|(_, step)| step).collect()
    }

    /// The channel that its message stands in: of a forum's post the post itself.
    #[must_use]
    pub fn stands_in(&self, message: MessageId) -> ChannelId {
        Posted::of(self.channel, message, self.in_post).channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_found_at_the_end_of_a_footer_only() {
        let reference = Reference::stored("k7m2q9xd".into());
        assert!(reference.is_in(&reference.footer(Some("PSF Blog"))));
        assert!(reference.is_in(&reference.footer(None)));
        assert!(!reference.is_in("ref k7m2q9xd and more"));
        assert!(!reference.is_in("k7m2q9xd"));
    }

    #[test]
    fn a_derived_reference_is_the_same_each_time_and_differs_by_channel() {
        let channel = |raw| ChannelId::new(raw).unwrap();
        assert_eq!(Reference::derived("feed\nkey", channel(1)), Reference::derived("feed\nkey", channel(1)));
        assert_ne!(Reference::derived("feed\nkey", channel(1)), Reference::derived("feed\nkey", channel(2)));
        assert!(Reference::derived("x", channel(1)).as_str().bytes().all(|b| REFERENCE_ALPHABET.contains(&b)));
    }

    #[test]
    fn nonces_and_references_keep_their_shape() {
        for _ in 0..100 {
            assert_eq!(Nonce::random().as_str().len(), 22);
            assert!(Reference::random().as_str().bytes().all(|b| REFERENCE_ALPHABET.contains(&b)));
        }
        assert_ne!(Nonce::random(), Nonce::random());
        let channel = |raw| ChannelId::new(raw).unwrap();
        assert_eq!(Nonce::derived("feed\nkey", channel(1)), Nonce::derived("feed\nkey", channel(1)));
        assert_ne!(Nonce::derived("feed\nkey", channel(1)), Nonce::derived("feed\nkey", channel(2)));
        assert_eq!(Nonce::derived("x", channel(1)).as_str().len(), 22);
    }
}
