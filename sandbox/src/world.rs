//! What the server is made of: roles, members, channels, overwrites. Owns the sample server and the JSON of these
//! objects as Discord shows them; knows nothing of messages.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::permissions as p;
use crate::state::timestamp;

/// Discord's flag of a post that is pinned in its forum.
pub(crate) const PINNED: u64 = 1 << 1;
/// Discord's flag of a forum that takes no post without a tag.
const REQUIRE_TAG: u64 = 1 << 4;

/// A server: its roles, members and channels.
#[derive(Debug, Clone)]
pub struct World {
    /// The server's id; also the id of its `@everyone` role.
    pub id: u64,
    /// The server's name, 2 to 100 characters.
    pub name: String,
    /// The member who owns it and may do everything.
    pub owner_id: u64,
    /// Roles, `@everyone` (with the server's id) among them.
    pub roles: Vec<Role>,
    /// Members, the bot among them.
    pub members: Vec<Member>,
    /// Channels in the order of the screen; threads and direct messages join at run time.
    pub channels: Vec<Channel>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: u64,
    /// Its name, without `@`.
    pub name: String,
    /// Its colour as 0xRRGGBB, 0 for none.
    pub colour: u32,
    /// Its permission bits.
    pub permissions: u64,
    /// Whether anybody may ping it.
    pub mentionable: bool,
    /// Whether it belongs to an application.
    pub managed: bool,
}

/// A member.
#[derive(Debug, Clone)]
pub struct Member {
    /// The user's id.
    pub id: u64,
    /// The name on the screen.
    pub name: String,
    /// Ids of the roles, without `@everyone`.
    pub roles: Vec<u64>,
    /// Whether it is a bot.
    pub bot: bool,
    /// Whether direct messages from members of this server reach the user.
    pub dms_open: bool,
    /// The language of the user's client, such as `en-US`.
    pub locale: String,
}

/// Whom an overwrite is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverwriteKind {
    /// Everybody with a role.
    Role,
    /// One member.
    Member,
}

/// Permissions that differ in one channel.
#[derive(Debug, Clone)]
pub struct Overwrite {
    /// Id of the role or member.
    pub id: u64,
    /// Which of the two.
    pub kind: OverwriteKind,
    /// Bits given.
    pub allow: u64,
    /// Bits taken.
    pub deny: u64,
}

/// A channel, thread or direct-message channel.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its id.
    pub id: u64,
    /// Discord's channel type: 0 text, 1 direct message, 5 announcement, 10 to 12 threads, 15 forum, 16 media.
    pub kind: u8,
    /// Its name; empty for direct messages.
    pub name: String,
    /// Its topic.
    pub topic: Option<String>,
    /// The channel a thread belongs to.
    pub parent_id: Option<u64>,
    /// Who started a thread.
    pub owner_id: Option<u64>,
    /// Who takes part in a direct-message channel.
    pub recipients: Vec<u64>,
    /// Overwrites.
    pub overwrites: Vec<Overwrite>,
    /// Minutes after which a thread is archived.
    pub auto_archive_minutes: u32,
    /// Seconds between messages of one member, 0 to 21600.
    pub slowmode_seconds: u32,
    /// Whether a thread is archived, and locked.
    pub archived: (bool, bool),
    /// When a thread was archived or brought back last; before that, when it was made.
    pub archived_at: Option<DateTime<Utc>>,
    /// Messages of a thread, the one that it began with not counted.
    pub messages: u32,
    /// Whether a forum's post is pinned in it.
    pub pinned: bool,
    /// The tags that a forum offers.
    pub tags: Vec<Tag>,
    /// Whether a forum takes no post without a tag.
    pub requires_tag: bool,
    /// The ids of a post's tags.
    pub applied_tags: Vec<u64>,
}

/// A tag that a forum offers for its posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
}

impl Role {
    /// A role without colour that nobody may ping.
    #[must_use]
    pub fn new(id: u64, name: &str, permissions: u64) -> Self {
        Self { id, name: name.to_owned(), colour: 0, permissions, mentionable: false, managed: false }
    }

    pub(crate) fn json(&self, position: usize) -> Value {
        json!({"id": self.id.to_string(), "name": self.name, "color": self.colour,
            "colors": {"primary_color": self.colour, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "icon": null, "unicode_emoji": null, "position": position,
            "permissions": self.permissions.to_string(), "managed": self.managed, "mentionable": self.mentionable,
            "flags": 0})
    }
}

impl Member {
    /// A person with these roles, reachable by direct message.
    #[must_use]
    pub fn new(id: u64, name: &str, roles: &[u64]) -> Self {
        Self { id, name: name.to_owned(), roles: roles.to_vec(), bot: false, dms_open: true, locale: "en-US".into() }
    }

    /// Discord's user object.
    pub(crate) fn user(&self) -> Value {
        let username: String =
            self.name.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '.' }).collect();
        json!({"id": self.id.to_string(), "username": username, "global_name": self.name, "discriminator": "0",
            "avatar": null, "bot": self.bot, "system": false, "public_flags": 0, "flags": 0, "banner": null,
            "accent_color": null, "avatar_decoration_data": null})
    }

    /// Discord's member object without the user.
    pub(crate) fn partial(&self) -> Value {
        let roles: Vec<String> = self.roles.iter().map(u64::to_string).collect();
        json!({"nick": null, "avatar": null, "banner": null, "roles": roles, "joined_at": "2024-05-01T12:00:00.000000+00:00",
            "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
            "communication_disabled_until": null})
    }

    /// Discord's member object with the user in it.
    pub(crate) fn full(&self) -> Value {
        let mut member = self.partial();
        member["user"] = self.user();
        member
    }
}

impl Channel {
    /// A channel without topic and overwrites.
    #[must_use]
    pub fn new(id: u64, kind: u8, name: &str) -> Self {
        Self {
            id,
            kind,
            name: name.to_owned(),
            topic: None,
            parent_id: None,
            owner_id: None,
            recipients: Vec::new(),
            overwrites: Vec::new(),
            auto_archive_minutes: 1440,
            slowmode_seconds: 0,
            archived: (false, false),
            archived_at: None,
            messages: 0,
            pinned: false,
            tags: Vec::new(),
            requires_tag: false,
            applied_tags: Vec::new(),
        }
    }

    /// Whether it holds posts instead of messages: a forum or a media channel.
    #[must_use]
    pub fn holds_posts(&self) -> bool {
        matches!(self.kind, 15 | 16)
    }

    /// Whether it is a direct-message channel.
    #[must_use]
    pub fn is_dm(&self) -> bool {
        self.kind == 1
    }

    /// Whether it is a thread.
    #[must_use]
    pub fn is_thread(&self) -> bool {
        (10..=12).contains(&self.kind)
    }

    /// Sets or replaces an overwrite.
    pub fn set_overwrite(&mut self, id: u64, kind: OverwriteKind, allow: u64, deny: u64) {
        self.overwrites.retain(|o| o.id != id);
        self.overwrites.push(Overwrite { id, kind, allow, deny });
    }
}

impl World {
    /// The member with this id.
    #[must_use]
    pub fn member(&self, id: u64) -> Option<&Member> {
        self.members.iter().find(|m| m.id == id)
    }

    /// The channel with this id.
    #[must_use]
    pub fn channel(&self, id: u64) -> Option<&Channel> {
        self.channels.iter().find(|c| c.id == id)
    }

    /// The role with this id.
    #[must_use]
    pub fn role(&self, id: u64) -> Option<&Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// Discord's channel object.
    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let position = self.channels.iter().position(|c| c.id == channel.id).unwrap_or_default();
        if channel.is_dm() {
            let recipients: Vec<Value> = channel
                .recipients
                .iter()
                .filter_map(|id| self.member(*id))
                .filter(|m| !m.bot)
                .map(Member::user)
                .collect();
            return json!({"id": channel.id.to_string(), "type": 1, "last_message_id": null, "flags": 0,
                "recipients": recipients});
        }
        let mut json = json!({"id": channel.id.to_string(), "type": channel.kind, "name": channel.name,
            "guild_id": self.id.to_string(), "parent_id": channel.parent_id.map(|id| id.to_string()), "flags": 0,
            "last_message_id": null, "rate_limit_per_user": channel.slowmode_seconds});
        if channel.is_thread() {
            json["owner_id"] = json!(channel.owner_id.map(|id| id.to_string()));
            json["message_count"] = json!(channel.messages);
            json["flags"] = json!(if channel.pinned { PINNED } else { 0 });
            json["applied_tags"] = channel.applied_tags.iter().map(u64::to_string).collect();
            json["member_count"] = json!(1);
            json["thread_metadata"] = json!({"archived": channel.archived.0, "locked": channel.archived.1,
                "auto_archive_duration": channel.auto_archive_minutes,
                "archive_timestamp": timestamp(channel.archived_at.unwrap_or_default())});
        } else {
            if channel.holds_posts() {
                json["flags"] = json!(if channel.requires_tag { REQUIRE_TAG } else { 0 });
                json["available_tags"] = channel.tags.iter().map(Tag::json).collect();
            }
            json["topic"] = json!(channel.topic);
            json["position"] = json!(position);
            json["nsfw"] = json!(false);
            json["permission_overwrites"] = channel.overwrites.iter().map(Overwrite::json).collect();
        }
        json
    }
}

impl Tag {
    fn json(&self) -> Value {
        json!({"id": self.id.to_string(), "name": self.name, "moderated": false, "emoji_id": null, "emoji_name": null})
    }
}

impl Overwrite {
    fn json(&self) -> Value {
        json!({"id": self.id.to_string(), "type": u8::from(self.kind == OverwriteKind::Member),
            "allow": self.allow.to_string(), "deny": self.deny.to_string()})
    }
}

/// The ids of the sample server, for configuration files and tests.
pub mod demo {
    /// The server.
    pub const GUILD: u64 = 1_100_000_000_000_000_001;
    /// `#announcements`, an announcement channel in which only staff and the bot write.
    pub const ANNOUNCEMENTS: u64 = 1_100_000_000_000_000_011;
    /// `#psf-blog`, an announcement channel for blog posts.
    pub const BLOG: u64 = 1_100_000_000_000_000_012;
    /// `#psf-board`, where the board's office hours are held.
    pub const BOARD: u64 = 1_100_000_000_000_000_013;
    /// `#grants`, where the grants office hours are held.
    pub const GRANTS: u64 = 1_100_000_000_000_000_014;
    /// `#general`, where everybody writes.
    pub const GENERAL: u64 = 1_100_000_000_000_000_015;
    /// `#community-news`, a forum.
    pub const FORUM: u64 = 1_100_000_000_000_000_017;
    /// The forum's tag "News".
    pub const NEWS_TAG: u64 = 1_100_000_000_000_000_051;
    /// The forum's tag "Event".
    pub const EVENT_TAG: u64 = 1_100_000_000_000_000_052;
    /// `#staff`, seen by staff and the bot alone.
    pub const STAFF: u64 = 1_100_000_000_000_000_016;
    /// Role: PSF staff, with Manage Server.
    pub const STAFF_ROLE: u64 = 1_100_000_000_000_000_021;
    /// Role: board members, no special permissions.
    pub const BOARD_ROLE: u64 = 1_100_000_000_000_000_022;
    /// Role: those who want to hear of announcements; nobody but staff and the bot may ping it.
    pub const ANNOUNCE_ROLE: u64 = 1_100_000_000_000_000_023;
    /// Role of the bot.
    pub const BOT_ROLE: u64 = 1_100_000_000_000_000_024;
    /// Role: the grants working group, no special permissions.
    pub const GRANTS_ROLE: u64 = 1_100_000_000_000_000_025;
    /// The server's owner.
    pub const OWNER: u64 = 1_100_000_000_000_000_031;
    /// A staff member with Manage Server.
    pub const STAFF_MEMBER: u64 = 1_100_000_000_000_000_032;
    /// A member without special roles.
    pub const MEMBER: u64 = 1_100_000_000_000_000_033;
    /// Another member without special roles.
    pub const OTHER_MEMBER: u64 = 1_100_000_000_000_000_034;
    /// A board member.
    pub const BOARD_MEMBER: u64 = 1_100_000_000_000_000_035;
    /// A member of the grants working group, without Manage Server.
    pub const GRANTS_MEMBER: u64 = 1_100_000_000_000_000_036;
    /// The bot; also its application's id.
    pub const BOT: u64 = 1_100_000_000_000_000_041;
}

/// What the bot's role has: what an announcing bot needs and nothing more.
pub const BOT_PERMISSIONS: u64 = p::VIEW_CHANNEL
    | p::SEND_MESSAGES
    | p::SEND_MESSAGES_IN_THREADS
    | p::CREATE_PUBLIC_THREADS
    | p::EMBED_LINKS
    | p::ATTACH_FILES
    | p::READ_MESSAGE_HISTORY
    | p::MENTION_EVERYONE
    | p::MANAGE_ROLES
    | p::CREATE_EVENTS
    | p::MANAGE_EVENTS
    | p::PIN_MESSAGES;

impl World {
    /// A server in the shape of the Python Software Foundation's, with people of our own invention.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            id: demo::GUILD,
            name: "PSF Sandbox".into(),
            owner_id: demo::OWNER,
            roles: demo_roles(),
            members: demo_members(),
            channels: demo_channels(),
        }
    }
}

fn demo_roles() -> Vec<Role> {
    let everyone = p::VIEW_CHANNEL
        | p::SEND_MESSAGES
        | p::SEND_MESSAGES_IN_THREADS
        | p::EMBED_LINKS
        | p::ATTACH_FILES
        | p::ADD_REACTIONS
        | p::READ_MESSAGE_HISTORY
        | p::USE_APPLICATION_COMMANDS;
    let staff = everyone
        | p::MANAGE_GUILD
        | p::MANAGE_CHANNELS
        | p::MANAGE_MESSAGES
        | p::MENTION_EVERYONE
        | p::MANAGE_EVENTS
        | p::CREATE_EVENTS
        | p::PIN_MESSAGES;
    vec![
        Role::new(demo::GUILD, "@everyone", everyone),
        Role { colour: 0x30_69_98, ..Role::new(demo::STAFF_ROLE, "PSF Staff", staff) },
        Role { colour: 0x8e_44_ad, ..Role::new(demo::BOARD_ROLE, "PSF Board", 0) },
        Role { colour: 0x2e_8b_57, ..Role::new(demo::GRANTS_ROLE, "Grants Workgroup", 0) },
        Role { colour: 0xff_d4_3b, ..Role::new(demo::ANNOUNCE_ROLE, "announcements", 0) },
        Role { managed: true, ..Role::new(demo::BOT_ROLE, "psfbot", BOT_PERMISSIONS) },
    ]
}

fn demo_members() -> Vec<Member> {
    vec![
        Member::new(demo::OWNER, "Olive Owner", &[demo::STAFF_ROLE]),
        Member::new(demo::STAFF_MEMBER, "Sam Staff", &[demo::STAFF_ROLE]),
        Member { locale: "pt-BR".into(), ..Member::new(demo::MEMBER, "Mia Member", &[demo::ANNOUNCE_ROLE]) },
        Member { locale: "fr".into(), ..Member::new(demo::OTHER_MEMBER, "Noor Newcomer", &[]) },
        Member::new(demo::BOARD_MEMBER, "Bo Board", &[demo::BOARD_ROLE]),
        Member::new(demo::GRANTS_MEMBER, "Gia Grants", &[demo::GRANTS_ROLE]),
        Member { bot: true, ..Member::new(demo::BOT, "psfbot", &[demo::BOT_ROLE]) },
    ]
}

fn demo_channels() -> Vec<Channel> {
    let with_topic = |id, kind, name: &str, topic: &str| {
        let mut channel = Channel::new(id, kind, name);
        channel.topic = Some(topic.to_owned());
        channel
    };
    let mut announcements =
        with_topic(demo::ANNOUNCEMENTS, 5, "announcements", "News of the PSF. Sample server: nothing here is real.");
    let mut blog = with_topic(demo::BLOG, 5, "psf-blog", "New posts of the blog");
    for channel in [&mut announcements, &mut blog] {
        channel.set_overwrite(demo::GUILD, OverwriteKind::Role, 0, p::SEND_MESSAGES);
        channel.set_overwrite(demo::STAFF_ROLE, OverwriteKind::Role, p::SEND_MESSAGES, 0);
        channel.set_overwrite(demo::BOT_ROLE, OverwriteKind::Role, p::SEND_MESSAGES, 0);
    }
    let mut staff = with_topic(demo::STAFF, 0, "staff", "Staff only");
    staff.set_overwrite(demo::GUILD, OverwriteKind::Role, 0, p::VIEW_CHANNEL);
    staff.set_overwrite(demo::STAFF_ROLE, OverwriteKind::Role, p::VIEW_CHANNEL, 0);
    staff.set_overwrite(demo::BOT_ROLE, OverwriteKind::Role, p::VIEW_CHANNEL, 0);
    let mut forum = with_topic(demo::FORUM, 15, "community-news", "One post for each piece of news");
    let tag = |id, name: &str| Tag { id, name: name.to_owned() };
    forum.tags = vec![tag(demo::NEWS_TAG, "News"), tag(demo::EVENT_TAG, "Event")];
    vec![
        announcements,
        blog,
        with_topic(demo::BOARD, 0, "psf-board", "Office hours with the PSF Board"),
        with_topic(demo::GRANTS, 0, "grants", "Questions on the Grants Program"),
        with_topic(demo::GENERAL, 0, "general", "Everything else"),
        forum,
        staff,
    ]
}
