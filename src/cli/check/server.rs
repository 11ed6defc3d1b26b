//! Discord's side of the check: token, guild, and what the bot may do in each channel.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Deserialize;

use super::Findings;
use crate::clock::{Clock, SystemClock};
use crate::config::{self, ChannelUse, Config, Domain, Purpose};
use crate::discord::api::{Api, ApiError};
use crate::discord::permissions::{
    self, ANNOUNCEMENT_CHANNEL, ANNOUNCING, CREATE_EVENTS, CREATE_PUBLIC_THREADS, Channel, Guild, MANAGE_SERVER,
    PIN_MESSAGES, Permission, Permissions, TEXT_CHANNEL,
};
use crate::ids::{ChannelId, RoleId, UserId};
use crate::office_hours::scheduled;

#[derive(Deserialize)]
struct Me {
    id: UserId,
    username: String,
}

#[derive(Deserialize)]
struct Member {
    roles: Vec<RoleId>,
}

/// The link that invites the bot, with the permissions that announcing, what staff can choose with it, and copying
/// sessions need.
pub(super) async fn invite(api: &Api) -> Result<String, ApiError> {
    let me: Me = api.get("/users/@me").await?;
    let bits =
        permissions::bits(&ANNOUNCING) | permissions::bits(&[CREATE_EVENTS, CREATE_PUBLIC_THREADS, PIN_MESSAGES]);
    Ok(format!(
        "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions={bits}",
        me.id
    ))
}

pub(super) async fn check(findings: &mut Findings, api: &Api, config: Option<&Config>) {
    let me = findings.result("token", api.get::<Me>("/users/@me").await, |me| format!("the bot is {}", me.username));
    let (Some(me), Some(config)) = (me, config) else { return };
    let id = config.discord.guild_id;
    let guild = api.get::<Guild>(&format!("/guilds/{id}")).await.map_err(|error| match error {
        ApiError::Refused { .. } => anyhow::anyhow!("the bot is not in the server {id} of discord.guild_id: invite it with the link that `psfbot check --invite` prints"),
        error => error.into(),
    });
    let Some(guild) = findings.result("server", guild, |guild| guild.name.clone()) else { return };
    let member = api.get::<Member>(&format!("/guilds/{id}/members/{}", me.id)).await;
    let Some(member) = findings.result("membership", member, |member| format!("{} roles", member.roles.len())) else {
        return;
    };
    check_roles(findings, config, &guild);
    check_events(findings, config, permissions::in_guild(&guild, me.id, &member.roles));
    for place in places(config) {
        let Place { channel, subject, needed } = place;
        match api.get::<Channel>(&format!("/channels/{channel}")).await {
            Ok(found) if found.guild_id != Some(id) => {
                findings.bad(&subject, "it is in another server: name a channel of the configured one")
            }
            Ok(found) => {
                let held = permissions::in_channel(&guild, me.id, &member.roles, &found);
                check_channel(findings, &subject, held, &needed, &found);
            }
            Err(ApiError::Refused { code: 10003, .. }) => {
                findings.bad(&subject, "there is no such channel: correct its id in the configuration")
            }
            Err(ApiError::Refused { .. }) => {
                findings.bad(&subject, "the bot cannot see it: grant it View Channel there, and what else it needs")
            }
            // The others would meet the same, and every request makes it worse.
            Err(error @ (ApiError::RateLimited { .. } | ApiError::Unauthorized)) => {
                return findings.bad(&subject, format_args!("{error}; the rest is not looked at"));
            }
            Err(error) => findings.bad(&subject, error),
        }
    }
}

fn check_channel(findings: &mut Findings, subject: &str, held: Permissions, needed: &[Permission], channel: &Channel) {
    let name = channel.name.as_deref().unwrap_or("without a name");
    if ![TEXT_CHANNEL, ANNOUNCEMENT_CHANNEL].contains(&channel.kind) {
        return findings
            .bad(subject, format_args!("#{name} is neither a text nor an announcement channel: name one that is"));
    }
    let missing: Vec<String> =
        held.lacking(needed).iter().map(|permission| format!("{} ({})", permission.name, permission.purpose)).collect();
    if missing.is_empty() {
        findings.good(subject, format_args!("#{name}, all permissions there"));
    } else {
        let missing = missing.join(", ");
        findings
            .bad(subject, format_args!("in #{name} the bot lacks {missing}: grant it in the channel's permissions"));
    }
}

/// Whether sessions can be copied to the server's events, where that is wanted and there are any.
fn check_events(findings: &mut Findings, config: &Config, held: Permissions) {
    let now = SystemClock.now();
    let takes_place = |series: &config::Series| {
        series.schedule().is_ok_and(|series| !scheduled(&series, now, now + TimeDelta::days(366)).is_empty())
    };
    if config.office_hours.event_horizon.is_zero() || !config.series.iter().any(takes_place) {
        return;
    }
    if held.has(CREATE_EVENTS) {
        findings.good("events", "the bot may make them");
    } else {
        findings.bad("events", "the bot lacks Create Events in the server: grant it to the bot's role, or set office_hours.event_horizon = \"0s\"");
    }
}

fn check_roles(findings: &mut Findings, config: &Config, guild: &Guild) {
    let staff = &config.discord.staff;
    let staffs = Domain::ALL.iter().flat_map(|&domain| staff.roles(domain));
    for role in staffs.chain(&config.discord.allowed_ping_roles).collect::<BTreeSet<_>>() {
        if !guild.roles.iter().any(|known| known.id == *role) {
            findings.bad(&format!("role {role}"), "there is no such role: correct its id in the configuration");
        }
    }
    let staffs: BTreeSet<_> = Domain::ALL.iter().flat_map(|&domain| staff.roles(domain)).collect();
    for role in guild.roles.iter().filter(|role| staffs.contains(&role.id)) {
        if !role.permissions.grants(MANAGE_SERVER) {
            findings.note(
                &format!("role {} (@{})", role.id, role.name),
                "it is staff without Manage Server, so Discord hides staff's commands from it: show them in Server Settings, Integrations, psfbot, the command, Add roles",
            );
        }
    }
}

/// A channel of the configuration.
struct Place {
    channel: ChannelId,
    /// What it is called: its id, and the keys that name it.
    subject: String,
    /// What the bot needs there, for what the configuration wants of it.
    needed: Vec<Permission>,
}

/// The channels of the configuration, each once.
fn places(config: &Config) -> Vec<Place> {
    let mut uses: BTreeMap<ChannelId, Vec<ChannelUse>> = BTreeMap::new();
    for used in config.channel_uses() {
        uses.entry(used.channel).or_default().push(used);
    }
    let place = |(channel, uses): (ChannelId, Vec<ChannelUse>)| {
        let keys: Vec<&str> = uses.iter().map(|used| used.place.as_str()).collect();
        let mut needed = ANNOUNCING.to_vec();
        if uses.iter().any(|used| used.purpose == Purpose::Threads) {
            needed.push(CREATE_PUBLIC_THREADS);
        }
        Place { channel, subject: format!("channel {channel} ({})", keys.join(", ")), needed }
    };
    uses.into_iter().map(place).collect()
}
