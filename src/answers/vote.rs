//! [`Voters`]: one vote a member and article, without the database knowing whose it is.
//!
//! The row's name is made of the member, the article and a secret that follows from the bot's token, which is not in the
//! database and which every process has. So a second vote meets the first after a restart and in another process, a
//! member finds his own votes to erase them, a copy of the database alone says neither who voted nor which votes are of
//! one member, and no list of members and no trying out leads back. A new token makes new names: the old votes
//! then count on, nobody can tell whose they are, and they go with their time.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ids::UserId;

/// What a vote's row is called.
pub type Voter = [u8; 32];

/// Names votes.
#[derive(Clone)]
pub struct Voters([u8; 32]);

/// Not derived: it is a secret.
impl fmt::Debug for Voters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Voters(…)")
    }
}

impl Voters {
    /// Those of the processes that have this token.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(format!("psfbot votes\n{token}")).into())
    }

    /// The name of a member's vote on an article.
    #[must_use]
    pub fn voter(&self, member: UserId, article: &str) -> Voter {
        // Secret and member have fixed lengths, so no two triples read alike.
        let named = Sha256::new().chain_update(self.0).chain_update(member.get().to_be_bytes());
        named.chain_update(article).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_follows_from_member_article_and_secret_alone() {
        let (voters, others) = (Voters::of("one"), Voters::of("two"));
        let [mia, noor] = [33, 34].map(|raw| UserId::new(raw).unwrap());
        assert_eq!(voters.voter(mia, "a"), Voters::of("one").voter(mia, "a"));
        let all = [voters.voter(mia, "a"), voters.voter(mia, "b"), voters.voter(noor, "a"), others.voter(mia, "a")];
        assert_eq!(std::collections::HashSet::from(all).len(), 4);
        assert_eq!(format!("{voters:?}"), "Voters(…)");
    }
}
