//! Who is mentioned in a text and who is really notified, as Discord decides it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use twilight_model::channel::message::{AllowedMentions, MentionType};

use crate::permissions as p;
use crate::world::{Channel, World};

/// What a text mentions, with `allowed_mentions` applied.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Mentions {
    pub(crate) everyone: bool,
    pub(crate) roles: BTreeSet<u64>,
    pub(crate) users: BTreeSet<u64>,
}

impl Mentions {
    /// Reads a text; without `allowed` everything counts.
    pub(crate) fn read(text: &str, allowed: Option<&AllowedMentions>, replied_to: Option<u64>) -> Self {
        let all = |kind: MentionType| allowed.is_none_or(|a| a.parse.contains(&kind));
        let everyone = all(MentionType::Everyone) && (text.contains("@everyone") || text.contains("@here"));
        let listed_role =
            |id: &u64| all(MentionType::Roles) || allowed.is_some_and(|a| a.roles.iter().any(|role| role.get() == *id));
        let listed_user =
            |id: &u64| all(MentionType::Users) || allowed.is_some_and(|a| a.users.iter().any(|user| user.get() == *id));
        let roles = tags(text, "<@&").filter(listed_role).collect();
        let mut users: BTreeSet<u64> = tags(text, "<@").chain(tags(text, "<@!")).filter(listed_user).collect();
        users.extend(replied_to.filter(|_| allowed.is_none_or(|a| a.replied_user)));
        Self { everyone, roles, users }
    }

    /// Those of them who are really notified in this channel, given the author's permission bits.
    pub(crate) fn pinged(&self, world: &World, channel: &Channel, author: u64, bits: u64) -> Self {
        let sees = |user: &u64| p::in_channel(world, *user, channel) & p::VIEW_CHANNEL != 0;
        Self {
            everyone: self.everyone && !channel.is_dm() && bits & p::MENTION_EVERYONE != 0,
            roles: self
                .roles
                .iter()
                .copied()
                .filter(|id| world.role(*id).is_some_and(|r| p::can_ping(r, bits)))
                .collect(),
            users: self.users.iter().copied().filter(|id| *id != author && sees(id)).collect(),
        }
    }

    /// Adds what `other` holds.
    pub(crate) fn extend(&mut self, other: Self) {
        self.everyone |= other.everyone;
        self.roles.extend(other.roles);
        self.users.extend(other.users);
    }

    /// `{"everyone","roles","users"}`.
    pub(crate) fn json(&self) -> Value {
        let ids = |set: &BTreeSet<u64>| set.iter().map(u64::to_string).collect::<Vec<_>>();
        json!({"everyone": self.everyone, "roles": ids(&self.roles), "users": ids(&self.users)})
    }
}

fn tags<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = u64> + 'a {
    text.split(opening).skip(1).filter_map(|rest| rest.split_once('>')).filter_map(|(id, _)| id.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::demo;

    #[test]
    fn without_allowed_mentions_everything_counts() {
        let read = Mentions::read("@here <@&7> <@8> <@!9> <#3> <@x>", None, None);
        assert_eq!(read, Mentions { everyone: true, roles: [7].into(), users: [8, 9].into() });
    }

    #[test]
    fn an_empty_parse_list_lets_nothing_through() {
        let none = AllowedMentions::default();
        assert_eq!(Mentions::read("@everyone <@&7> <@8>", Some(&none), Some(3)), Mentions::default());
    }

    #[test]
    fn a_role_that_is_not_mentionable_needs_a_permission() {
        let world = World::demo();
        let channel = world.channel(demo::GENERAL).unwrap();
        let read = Mentions::read(&format!("@everyone <@&{}>", demo::ANNOUNCE_ROLE), None, None);
        assert_eq!(read.pinged(&world, channel, demo::MEMBER, 0), Mentions::default());
        let pinged = read.pinged(&world, channel, demo::BOT, p::MENTION_EVERYONE);
        assert!(pinged.everyone && pinged.roles.contains(&demo::ANNOUNCE_ROLE));
    }
}
