//! Discord's permission bits and how they are computed: owner, roles, overwrites, threads.
//! Bits are raw `u64`s, so that those without a name here survive.

use crate::world::{Channel, OverwriteKind, Role, World};

macro_rules! bits {
    ($($name:ident = $bit:literal;)*) => {
        $(#[doc = concat!("Discord's `", stringify!($name), "`, bit ", stringify!($bit), ".")]
        pub const $name: u64 = 1 << $bit;)*
    };
}

bits! {
    ADMINISTRATOR = 3;
    MANAGE_CHANNELS = 4;
    MANAGE_GUILD = 5;
    ADD_REACTIONS = 6;
    VIEW_CHANNEL = 10;
    SEND_MESSAGES = 11;
    MANAGE_MESSAGES = 13;
    EMBED_LINKS = 14;
    ATTACH_FILES = 15;
    READ_MESSAGE_HISTORY = 16;
    MENTION_EVERYONE = 17;
    MANAGE_ROLES = 28;
    USE_APPLICATION_COMMANDS = 31;
    MANAGE_EVENTS = 33;
    MANAGE_THREADS = 34;
    CREATE_PUBLIC_THREADS = 35;
    CREATE_PRIVATE_THREADS = 36;
    SEND_MESSAGES_IN_THREADS = 38;
    CREATE_EVENTS = 44;
    PIN_MESSAGES = 51;
    BYPASS_SLOWMODE = 52;
}

/// Everything: what owners and administrators have.
pub const ALL: u64 = (1 << 53) - 1;

/// What a member may do in the server as a whole; 0 for somebody who is not in it.
pub(crate) fn in_guild(world: &World, user: u64) -> u64 {
    if world.owner_id == user {
        return ALL;
    }
    let Some(member) = world.members.iter().find(|m| m.id == user) else { return 0 };
    let bits = world
        .roles
        .iter()
        .filter(|role| role.id == world.id || member.roles.contains(&role.id))
        .fold(0, |bits, role| bits | role.permissions);
    if bits & ADMINISTRATOR != 0 { ALL } else { bits }
}

/// What a member may do in a channel, with Discord's implicit refusals applied. A thread follows its parent.
pub(crate) fn in_channel(world: &World, user: u64, channel: &Channel) -> u64 {
    if channel.is_dm() {
        return if channel.recipients.contains(&user) { DM_BITS } else { 0 };
    }
    let (home, thread) = match channel.parent_id.filter(|_| channel.is_thread()) {
        Some(parent) => match world.channels.iter().find(|c| c.id == parent) {
            Some(parent) => (parent, true),
            None => return 0,
        },
        None => (channel, false),
    };
    let base = in_guild(world, user);
    if base == ALL || base == 0 {
        return base;
    }
    implicit(with_overwrites(world, user, home, base), thread)
}

const DM_BITS: u64 =
    VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | PIN_MESSAGES | ADD_REACTIONS;

fn with_overwrites(world: &World, user: u64, channel: &Channel, base: u64) -> u64 {
    let roles = world.members.iter().find(|m| m.id == user).map(|m| m.roles.as_slice()).unwrap_or_default();
    let mut bits = base;
    for overwrite in channel.overwrites.iter().filter(|o| o.id == world.id) {
        bits = bits & !overwrite.deny | overwrite.allow;
    }
    let of_roles = channel.overwrites.iter().filter(|o| o.kind == OverwriteKind::Role && roles.contains(&o.id));
    let (allow, deny) = of_roles.fold((0, 0), |(allow, deny), o| (allow | o.allow, deny | o.deny));
    bits = bits & !deny | allow;
    for overwrite in channel.overwrites.iter().filter(|o| o.kind == OverwriteKind::Member && o.id == user) {
        bits = bits & !overwrite.deny | overwrite.allow;
    }
    bits
}

fn implicit(bits: u64, thread: bool) -> u64 {
    if bits & VIEW_CHANNEL == 0 {
        return 0;
    }
    let send = if thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES };
    if bits & send == 0 {
        return bits & !(SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | MENTION_EVERYONE);
    }
    // In a thread "may send" is one bit for the rest of the code.
    bits | SEND_MESSAGES
}

/// Whether a role can be pinged by somebody with these bits.
pub(crate) fn can_ping(role: &Role, bits: u64) -> bool {
    role.mentionable || bits & MENTION_EVERYONE != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, demo};

    fn bits(user: u64, channel: u64) -> u64 {
        let world = World::demo();
        let channel = world.channels.iter().find(|c| c.id == channel).unwrap().clone();
        in_channel(&world, user, &channel)
    }

    #[test]
    fn only_staff_see_the_staff_channel() {
        assert_eq!(bits(demo::MEMBER, demo::STAFF), 0);
        assert_ne!(bits(demo::STAFF_MEMBER, demo::STAFF) & VIEW_CHANNEL, 0);
        assert_ne!(bits(demo::BOT, demo::STAFF) & SEND_MESSAGES, 0);
    }

    #[test]
    fn members_read_announcements_but_do_not_write_them() {
        let bits = bits(demo::MEMBER, demo::ANNOUNCEMENTS);
        assert_ne!(bits & VIEW_CHANNEL, 0);
        assert_eq!(bits & (SEND_MESSAGES | MENTION_EVERYONE | EMBED_LINKS), 0);
    }

    #[test]
    fn the_owner_may_do_everything() {
        assert_eq!(bits(demo::OWNER, demo::STAFF), ALL);
    }

    #[test]
    fn a_member_overwrite_wins_over_a_role_overwrite() {
        let mut world = World::demo();
        let channel = world.channels.iter_mut().find(|c| c.id == demo::GENERAL).unwrap();
        channel.set_overwrite(demo::GUILD, OverwriteKind::Role, 0, SEND_MESSAGES);
        channel.set_overwrite(demo::MEMBER, OverwriteKind::Member, SEND_MESSAGES | 1 << 60, 0);
        let channel = channel.clone();
        assert_eq!(in_channel(&world, demo::MEMBER, &channel) & SEND_MESSAGES, SEND_MESSAGES);
        assert_eq!(in_channel(&world, demo::MEMBER, &channel) & 1 << 60, 1 << 60);
        assert_eq!(in_channel(&world, demo::OTHER_MEMBER, &channel) & SEND_MESSAGES, 0);
    }
}
