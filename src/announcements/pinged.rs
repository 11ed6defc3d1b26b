//! Whom staff have an announcement ping.

use std::fmt;
use std::str::FromStr;

use crate::ids::RoleId;
use crate::message::Ping;

/// What stands for everyone in a menu and in the history.
const EVERYONE: &str = "everyone";

/// Whom an announcement pings, beside nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinged {
    /// A role of the configured allow-list.
    Role(RoleId),
    /// Every member of the server; where the configuration permits it, and confirmed before it is handed over.
    Everyone,
}

impl Pinged {
    /// As it stands in a message's text.
    #[must_use]
    pub fn mention(self) -> String {
        match self {
            Self::Role(role) => format!("<@&{role}>"),
            Self::Everyone => "@everyone".to_owned(),
        }
    }

    /// As it is stored: the role's id, or 0, which is no id, for everyone.
    #[must_use]
    pub const fn to_db(self) -> i64 {
        match self {
            Self::Role(role) => role.to_db(),
            Self::Everyone => 0,
        }
    }

    /// As [`Pinged::to_db`] stored it; `None` for what can't be either.
    #[must_use]
    pub fn from_db(raw: i64) -> Option<Self> {
        if raw == 0 { Some(Self::Everyone) } else { RoleId::from_db(raw).map(Self::Role) }
    }
}

impl From<Pinged> for Ping {
    fn from(pinged: Pinged) -> Self {
        match pinged {
            Pinged::Role(role) => Self::Roles(vec![role]),
            Pinged::Everyone => Self::Everyone,
        }
    }
}

impl fmt::Display for Pinged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => role.fmt(f),
            Self::Everyone => f.write_str(EVERYONE),
        }
    }
}

impl FromStr for Pinged {
    type Err = <RoleId as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == EVERYONE { Ok(Self::Everyone) } else { text.parse().map(Self::Role) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stored_and_written_so_that_it_is_read_again() {
        for pinged in [Pinged::Everyone, Pinged::Role(RoleId::new(21).unwrap())] {
            assert_eq!(Pinged::from_db(pinged.to_db()), Some(pinged));
            assert_eq!(pinged.to_string().parse(), Ok(pinged));
        }
        assert_eq!(Pinged::from_db(-1), None);
        assert!("".parse::<Pinged>().is_err() && "@everyone".parse::<Pinged>().is_err());
    }
}
