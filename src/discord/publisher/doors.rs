//! A role's exception in a channel, read and written as raw bits: what opens a channel for a session and closes it again.
//! Nothing else of the channel is touched.

use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::json;

use super::send::Failure;
use super::{Publisher, missing_permissions};
use crate::announcements::Outcome;
use crate::discord::permissions::{self, Channel, MANAGE_PERMISSIONS, SEND_IN_THREADS, SEND_MESSAGES, VIEW_CHANNEL};
use crate::ids::{ChannelId, RoleId};
use crate::office_hours::{Bits, Target};
use crate::texts::text;

/// Discord's codes (<https://discord.com/developers/docs/topics/opcodes-and-status-codes#json>).
const UNKNOWN_OVERWRITE: u64 = 10009;
const UNKNOWN_ROLE: u64 = 10011;
const MISSING_ACCESS: u64 = 50001;
const MISSING_PERMISSIONS: u64 = 50013;

/// A role, in an exception.
const ROLE: u8 = 0;

/// What the bot must have in the channel itself, to hand it out.
const NEEDED: [permissions::Permission; 4] = [VIEW_CHANNEL, MANAGE_PERMISSIONS, SEND_MESSAGES, SEND_IN_THREADS];

impl Publisher {
    /// A role's exception in a channel; `None` where there is none.
    ///
    /// # Errors
    /// With the outcome of the attempt when that can't be told, or the bot lacks what it takes to change it: then nothing is
    /// to be begun.
    pub async fn exception(&self, channel: ChannelId, role: RoleId) -> Result<Option<Bits>, Outcome> {
        let found: Channel = self.call(Method::GET, &format!("/channels/{channel}"), None).await?;
        let standing = self.standing().await?;
        if found.guild_id != Some(self.guild) {
            return Err(Outcome::Refused { problem: text("refused-other-server") });
        }
        let held = permissions::in_channel(&standing.guild, standing.me, &standing.roles, &found);
        let missing = held.missing(&NEEDED);
        if !missing.is_empty() {
            return Err(Outcome::Refused { problem: missing_permissions(&missing) });
        }
        let exception = found.permission_overwrites.iter().find(|known| known.kind == ROLE && known.id == role.0);
        Ok(exception.map(|known| Bits { allow: known.allow.0, deny: known.deny.0 }))
    }

    /// Brings a role's exception to a target. `claimed_until` is until when this process may. Doing it twice changes nothing.
    ///
    /// # Errors
    /// With the outcome of the attempt when it is not done, or nobody knows.
    pub async fn change_exception(
        &self,
        channel: ChannelId,
        role: RoleId,
        target: Target,
        claimed_until: DateTime<Utc>,
    ) -> Result<(), Outcome> {
        let path = format!("/channels/{channel}/permissions/{role}");
        let done = match target {
            Target::Leave => return Ok(()),
            Target::Put(Bits { allow, deny }) => {
                let body = json!({"type": ROLE, "allow": allow.to_string(), "deny": deny.to_string()});
                self.send(Method::PUT, &path, Some(&body), Some(claimed_until)).await
            }
            Target::Delete => self.send(Method::DELETE, &path, None, Some(claimed_until)).await,
        };
        done.map(drop).or_else(|failure| match failure {
            Failure::Refused { code: UNKNOWN_OVERWRITE, .. } if target == Target::Delete => Ok(()),
            Failure::Refused { code: UNKNOWN_OVERWRITE | UNKNOWN_ROLE, .. } => {
                Err(Outcome::Refused { problem: text("door-no-role") })
            }
            Failure::Refused { code: MISSING_PERMISSIONS | MISSING_ACCESS, .. } => {
                let names = NEEDED.map(|permission| permission.name);
                Err(Outcome::Refused { problem: missing_permissions(&names) })
            }
            failure => Err(failure.into()),
        })
    }
}
