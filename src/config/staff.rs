//! Who is staff: `[discord.staff]`, and the one rule that reads it.

use serde::Deserialize;

use crate::ids::RoleId;

/// What a member of the staff may be trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Writing announcements.
    Announce,
    /// Changing feeds.
    Feeds,
    /// Changing office hours and key dates.
    Sessions,
    /// Reading what members wrote.
    Inbox,
    /// Changing the knowledge base.
    Knowledge,
    /// Whoever is staff in one domain or more.
    Any,
}

impl Domain {
    /// The domains that have roles of their own.
    pub const ALL: [Self; 5] = [Self::Announce, Self::Feeds, Self::Sessions, Self::Inbox, Self::Knowledge];
}

/// `[discord.staff]`: role ids per domain.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Staff {
    /// Also admits members with Manage Server, except to the inbox.
    pub manage_guild: bool,
    /// May write announcements.
    pub announce: Vec<RoleId>,
    /// May change feeds.
    pub feeds: Vec<RoleId>,
    /// May change office hours and key dates.
    pub sessions: Vec<RoleId>,
    /// May read what members wrote.
    pub inbox: Vec<RoleId>,
    /// May change the knowledge base.
    pub knowledge: Vec<RoleId>,
}

impl Staff {
    /// Whether a member with these roles is staff of a domain. `manages` says whether he has Manage Server, which
    /// Discord sends along; it never opens the inbox, because what members write in confidence is not the
    /// administrators' to read.
    #[must_use]
    pub fn admits(&self, domain: Domain, roles: &[RoleId], manages: bool) -> bool {
        if domain == Domain::Any {
            return Domain::ALL.iter().any(|&domain| self.admits(domain, roles, manages));
        }
        let by_managing = self.manage_guild && manages && domain != Domain::Inbox;
        by_managing || self.roles(domain).iter().any(|role| roles.contains(role))
    }

    /// The roles of a domain; none for [`Domain::Any`], which has none of its own.
    #[must_use]
    pub fn roles(&self, domain: Domain) -> &[RoleId] {
        match domain {
            Domain::Announce => &self.announce,
            Domain::Feeds => &self.feeds,
            Domain::Sessions => &self.sessions,
            Domain::Inbox => &self.inbox,
            Domain::Knowledge => &self.knowledge,
            Domain::Any => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(raw: u64) -> RoleId {
        RoleId::new(raw).unwrap()
    }

    #[test]
    fn a_role_opens_its_own_domain_alone() {
        let staff = Staff { announce: vec![role(1)], ..Staff::default() };
        assert!(
            staff.admits(Domain::Announce, &[role(2), role(1)], false) && staff.admits(Domain::Any, &[role(1)], false)
        );
        assert!(!staff.admits(Domain::Sessions, &[role(1)], false) && !staff.admits(Domain::Any, &[role(2)], true));
    }

    #[test]
    fn managing_the_server_opens_all_but_the_inbox_where_configured() {
        let staff = Staff { manage_guild: true, inbox: vec![role(1)], ..Staff::default() };
        let opened = Domain::ALL.map(|domain| staff.admits(domain, &[], true));
        assert_eq!(opened, [true, true, true, false, true]);
        assert!(Domain::ALL.iter().all(|&domain| !staff.admits(domain, &[], false)));
    }
}
