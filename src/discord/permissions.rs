//! What the bot may do in a channel, worked out as Discord does
//! (<https://discord.com/developers/docs/topics/permissions#permission-overwrites>).
//!
//! Bits are kept raw: serenity drops the ones that it does not know.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};

use crate::announcements::ChannelKind;
use crate::ids::{ChannelId, GuildId, RoleId, Snowflake, UserId};

/// A set of permission bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(pub u64);

/// A permission that psfbot needs somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    bit: u64,
    /// As Discord's settings call it.
    pub name: &'static str,
    /// What the bot needs it for.
    pub purpose: &'static str,
}

/// See the channel.
pub const VIEW_CHANNEL: Permission = Permission { bit: 1 << 10, name: "View Channel", purpose: "to see the channel" };
/// Post.
pub const SEND_MESSAGES: Permission = Permission { bit: 1 << 11, name: "Send Messages", purpose: "to post" };
/// Without it Discord drops embeds, and with them the reference that a message is found by.
pub const EMBED_LINKS: Permission =
    Permission { bit: 1 << 14, name: "Embed Links", purpose: "to find its own messages again" };
/// Without it the week's digest goes out without its pictures.
pub const ATTACH_FILES: Permission =
    Permission { bit: 1 << 15, name: "Attach Files", purpose: "to show pictures with the week's digest" };
/// Without it Discord answers with an empty list when messages are read.
pub const READ_MESSAGE_HISTORY: Permission =
    Permission { bit: 1 << 16, name: "Read Message History", purpose: "to look whether a message stands already" };
/// To make, and later delete, the server's scheduled events that copy our sessions; a permission of the server, not of a
/// channel.
pub const CREATE_EVENTS: Permission =
    Permission { bit: 1 << 44, name: "Create Events", purpose: "to copy sessions to the server's events" };
/// To open a thread below a message.
pub const CREATE_PUBLIC_THREADS: Permission =
    Permission { bit: 1 << 35, name: "Create Public Threads", purpose: "to open threads below announcements" };
/// To pin a message; a permission of its own since February 2026.
pub const PIN_MESSAGES: Permission = Permission { bit: 1 << 51, name: "Pin Messages", purpose: "to pin announcements" };
/// Without it the bot can ping a role only where anybody can.
pub const MENTION_ROLES: Permission =
    Permission { bit: 1 << 17, name: "Mention @everyone, @here, and All Roles", purpose: "to ping roles" };
/// To change a role's exception in a channel: what Discord calls Manage Roles in the server, and Manage Permissions in a
/// channel.
pub const MANAGE_PERMISSIONS: Permission = Permission {
    bit: 1 << 28,
    name: "Manage Roles",
    purpose: "to open the channel for sessions and close it again; in the channel it is called Manage Permissions",
};
/// To post in a thread, and to hand out what it must have itself.
pub const SEND_IN_THREADS: Permission = Permission {
    bit: 1 << 38,
    name: "Send Messages in Threads",
    purpose: "to post in threads, and to let members write in them during sessions",
};
/// To post in a thread that is locked, to pin a post in its forum, to delete one.
pub const MANAGE_THREADS: Permission = Permission {
    bit: 1 << 34,
    name: "Manage Threads",
    purpose: "to post in locked threads, to pin and to delete posts",
};
/// What shows staff's commands to a member until an administrator shows them to more.
pub const MANAGE_SERVER: Permission =
    Permission { bit: 1 << 5, name: "Manage Server", purpose: "to see staff's commands" };
/// Grants everything.
const ADMINISTRATOR: u64 = 1 << 3;

/// The bits of a list of permissions, as an invitation link carries them.
#[must_use]
pub fn bits(permissions: &[Permission]) -> u64 {
    permissions.iter().fold(0, |bits, permission| bits | permission.bit)
}

/// What an announcement in a channel needs; in a thread [`announcing`] says it.
pub const ANNOUNCING: [Permission; 4] = [VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, READ_MESSAGE_HISTORY];

/// What an announcement needs in a channel of this kind, which may be a locked thread. In a thread the permissions are those of
/// the thread's channel.
#[must_use]
pub fn announcing(kind: ChannelKind, is_locked: bool) -> Vec<Permission> {
    let mut needed = ANNOUNCING.to_vec();
    if kind == ChannelKind::Thread {
        needed[1] = SEND_IN_THREADS;
        needed.extend(is_locked.then_some(MANAGE_THREADS));
    }
    needed
}

impl Permissions {
    /// Whether all of it is granted.
    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit == permission.bit
    }

    /// As [`Self::has`], where everything is granted to administrators.
    #[must_use]
    pub const fn grants(self, permission: Permission) -> bool {
        self.0 & ADMINISTRATOR != 0 || self.has(permission)
    }

    /// What is missing of `needed`.
    #[must_use]
    pub fn lacking(self, needed: &[Permission]) -> Vec<Permission> {
        needed.iter().filter(|permission| !self.has(**permission)).copied().collect()
    }

    /// The names of what is missing of `needed`.
    #[must_use]
    pub fn missing(self, needed: &[Permission]) -> Vec<&'static str> {
        needed.iter().filter(|permission| !self.has(**permission)).map(|permission| permission.name).collect()
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// A role, as far as permissions go.
#[derive(Debug, Clone, Deserialize)]
pub struct Role {
    /// Its id; the guild's own id for `@everyone`.
    pub id: RoleId,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Whether anybody may ping it.
    #[serde(default)]
    pub mentionable: bool,
    /// What it grants everywhere.
    pub permissions: Permissions,
}

/// The guild, as far as permissions go.
#[derive(Debug, Clone, Deserialize)]
pub struct Guild {
    /// Its id.
    pub id: GuildId,
    /// Its name.
    pub name: String,
    /// Who may do everything.
    pub owner_id: UserId,
    /// Its roles.
    pub roles: Vec<Role>,
}

/// A role's or a member's exception in a channel.
#[derive(Debug, Clone, Deserialize)]
pub struct Overwrite {
    /// The role or member.
    pub id: Snowflake,
    /// 0 for a role, 1 for a member.
    #[serde(rename = "type")]
    pub kind: u8,
    /// What it grants here.
    pub allow: Permissions,
    /// What it takes away here.
    pub deny: Permissions,
}

/// A channel, as far as psfbot cares.
#[derive(Debug, Clone, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its guild; none for a direct message.
    #[serde(default)]
    pub guild_id: Option<GuildId>,
    /// <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>
    #[serde(rename = "type")]
    pub kind: u8,
    /// Exceptions.
    #[serde(default)]
    pub permission_overwrites: Vec<Overwrite>,
    /// The channel that a thread belongs to; of other channels the category.
    #[serde(default)]
    pub parent_id: Option<ChannelId>,
    /// <https://discord.com/developers/docs/resources/channel#channel-object-channel-flags>
    #[serde(default)]
    pub flags: u64,
    /// The tags that a forum offers.
    #[serde(default)]
    pub available_tags: Vec<Tag>,
    /// What threads have.
    #[serde(default)]
    pub thread_metadata: Option<ThreadMetadata>,
    /// Messages of a thread, the one that it began with not counted; where Discord does not say, nobody knows.
    #[serde(default)]
    pub message_count: Option<u64>,
}

/// A tag that a forum offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tag {
    /// Its id.
    pub id: Snowflake,
    /// What it is called.
    pub name: String,
    /// Whether moderators alone may give it to a post.
    #[serde(default)]
    pub moderated: bool,
}

/// How a thread stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ThreadMetadata {
    /// Whether it is archived.
    pub archived: bool,
    /// Whether only moderators can bring it back and write in it.
    #[serde(default)]
    pub locked: bool,
    /// When that changed last.
    pub archive_timestamp: DateTime<Utc>,
}

impl Channel {
    /// What kind of channel it is, for announcements.
    #[must_use]
    pub fn announcing_kind(&self) -> ChannelKind {
        match self.kind {
            TEXT_CHANNEL => ChannelKind::Text,
            ANNOUNCEMENT_CHANNEL => ChannelKind::Announcement,
            10..=12 => ChannelKind::Thread,
            FORUM_CHANNEL | MEDIA_CHANNEL => ChannelKind::Forum,
            _ => ChannelKind::Other,
        }
    }

    /// Whether it is a forum that takes no post without a tag.
    #[must_use]
    pub const fn requires_tag(&self) -> bool {
        self.flags & REQUIRE_TAG != 0
    }

    /// Whether it is a thread that is locked.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.thread_metadata.is_some_and(|thread| thread.locked)
    }
}

/// The type of an announcement channel, whose messages can be published to followers.
pub const ANNOUNCEMENT_CHANNEL: u8 = 5;

/// The type of an ordinary text channel.
pub const TEXT_CHANNEL: u8 = 0;

/// The type of a forum.
pub const FORUM_CHANNEL: u8 = 15;

/// The type of a media channel, a forum whose posts are shown by their pictures.
pub const MEDIA_CHANNEL: u8 = 16;

/// The flag of a forum that takes no post without a tag.
const REQUIRE_TAG: u64 = 1 << 4;

/// What a member with `roles` may do in the server, where no channel makes an exception.
#[must_use]
pub fn in_guild(guild: &Guild, user: UserId, roles: &[RoleId]) -> Permissions {
    let held = |id: RoleId| id.0 == guild.id.0 || roles.contains(&id);
    let bits = guild.roles.iter().filter(|role| held(role.id)).fold(0, |bits, role| bits | role.permissions.0);
    let is_all = guild.owner_id == user || bits & ADMINISTRATOR != 0;
    Permissions(if is_all { u64::MAX } else { bits })
}

/// What a member with `roles` may do in `channel`.
#[must_use]
pub fn in_channel(guild: &Guild, user: UserId, roles: &[RoleId], channel: &Channel) -> Permissions {
    let Permissions(base) = in_guild(guild, user, roles);
    if base == u64::MAX {
        return Permissions(base);
    }
    let everyone = guild.id.0;
    let held = |id: Snowflake| id == everyone || roles.iter().any(|role| role.0 == id);
    let tier = |applies: &dyn Fn(&Overwrite) -> bool, bits: u64| {
        let (allow, deny) = channel
            .permission_overwrites
            .iter()
            .filter(|o| applies(o))
            .fold((0, 0), |(a, d), o| (a | o.allow.0, d | o.deny.0));
        bits & !deny | allow
    };
    let bits = tier(&|o| o.kind == 0 && o.id == everyone, base);
    let bits = tier(&|o| o.kind == 0 && o.id != everyone && held(o.id), bits);
    let bits = tier(&|o| o.kind == 1 && o.id == user.0, bits);
    // Who can't see a channel can do nothing in it.
    Permissions(if Permissions(bits).has(VIEW_CHANNEL) { bits } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(raw: u64) -> Snowflake {
        Snowflake::new(raw).unwrap()
    }

    fn guild(everyone: u64, role: u64) -> Guild {
        let role_of = |raw, bits| Role {
            id: RoleId(id(raw)),
            name: String::new(),
            mentionable: false,
            permissions: Permissions(bits),
        };
        Guild {
            id: GuildId(id(1)),
            name: "PSF".into(),
            owner_id: UserId(id(9)),
            roles: vec![role_of(1, everyone), role_of(2, role)],
        }
    }

    fn channel(overwrites: &[(u64, u8, u64, u64)]) -> Channel {
        let overwrites = overwrites.iter().map(|&(raw, kind, allow, deny)| Overwrite {
            id: id(raw),
            kind,
            allow: Permissions(allow),
            deny: Permissions(deny),
        });
        Channel {
            id: ChannelId(id(5)),
            name: None,
            guild_id: None,
            kind: 0,
            permission_overwrites: overwrites.collect(),
            parent_id: None,
            flags: 0,
            available_tags: Vec::new(),
            thread_metadata: None,
            message_count: None,
        }
    }

    fn can(overwrites: &[(u64, u8, u64, u64)], permission: Permission) -> bool {
        let guild = guild(VIEW_CHANNEL.bit, SEND_MESSAGES.bit);
        in_channel(&guild, UserId(id(7)), &[RoleId(id(2))], &channel(overwrites)).has(permission)
    }

    #[test]
    fn roles_add_up() {
        assert!(can(&[], VIEW_CHANNEL) && can(&[], SEND_MESSAGES) && !can(&[], EMBED_LINKS));
    }

    #[test]
    fn a_permission_of_the_server_is_a_roles_alone() {
        let guild = guild(0, CREATE_EVENTS.bit);
        assert!(in_guild(&guild, UserId(id(7)), &[RoleId(id(2))]).has(CREATE_EVENTS));
        assert!(!in_guild(&guild, UserId(id(7)), &[]).has(CREATE_EVENTS));
        assert!(in_guild(&guild, UserId(id(9)), &[]).has(CREATE_EVENTS), "the owner");
    }

    #[test]
    fn a_member_overwrites_a_role_which_overwrites_everyone() {
        let bit = SEND_MESSAGES.bit;
        assert!(!can(&[(1, 0, 0, bit)], SEND_MESSAGES));
        assert!(can(&[(1, 0, 0, bit), (2, 0, bit, 0)], SEND_MESSAGES));
        assert!(!can(&[(2, 0, bit, 0), (7, 1, 0, bit)], SEND_MESSAGES));
    }

    #[test]
    fn who_cannot_see_can_do_nothing() {
        assert!(!can(&[(1, 0, 0, VIEW_CHANNEL.bit)], SEND_MESSAGES));
    }

    #[test]
    fn owner_and_administrators_can_do_everything() {
        let hidden = channel(&[(1, 0, 0, u64::MAX)]);
        assert!(in_channel(&guild(0, 0), UserId(id(9)), &[], &hidden).has(SEND_MESSAGES));
        assert!(in_channel(&guild(0, ADMINISTRATOR), UserId(id(7)), &[RoleId(id(2))], &hidden).has(SEND_MESSAGES));
    }
}
