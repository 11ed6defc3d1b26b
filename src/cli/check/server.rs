//! Discord's side of the check: token, guild, and what the bot may do in each channel.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::Deserialize;

use super::Findings;
use crate::announcements::{ChannelKind, Step};
use crate::blog::Settings;
use crate::clock::{Clock, SystemClock};
use crate::config::{self, ChannelUse, Config, Domain, Purpose};
use crate::discord::api::{Api, ApiError};
use crate::discord::permissions::{
    self, ANNOUNCING, ATTACH_FILES, CREATE_EVENTS, CREATE_PUBLIC_THREADS, Channel, Guild, MANAGE_PERMISSIONS,
    MANAGE_SERVER, MANAGE_THREADS, PIN_MESSAGES, Permission, Permissions, SEND_IN_THREADS, announcing,
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
/// sessions need; and, where the configuration opens channels for sessions, what that needs.
pub(super) async fn invite(api: &Api, config: Option<&Config>) -> Result<String, ApiError> {
    let me: Me = api.get("/users/@me").await?;
    let opens = config.is_some_and(|config| config.channel_uses().iter().any(|used| used.purpose == Purpose::Sessions));
    let for_sessions = if opens { permissions::bits(&[MANAGE_PERMISSIONS, SEND_IN_THREADS]) } else { 0 };
    let bits = permissions::bits(&ANNOUNCING)
        | permissions::bits(&[ATTACH_FILES, CREATE_EVENTS, CREATE_PUBLIC_THREADS, PIN_MESSAGES])
        | for_sessions;
    Ok(format!(
        "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions={bits}",
        me.id
    ))
}

/// Looks at the server that the configuration describes, and at the channels of the feeds that staff keep.
pub(super) async fn check(findings: &mut Findings, api: &Api, config: Option<&Config>, staffs: &[Settings]) {
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
    check_pings(findings, config, staffs);
    for place in places(config, staffs) {
        let Place { channel, subject, purposes, cure } = place;
        match api.get::<Channel>(&format!("/channels/{channel}")).await {
            Ok(found) if found.guild_id != Some(id) => {
                findings.bad(&subject, "it is in another server: name a channel of the configured one")
            }
            Ok(found) => {
                // A thread has no exceptions of its own.
                let home = match found.parent_id.filter(|_| found.announcing_kind() == ChannelKind::Thread) {
                    Some(parent) => api.get::<Channel>(&format!("/channels/{parent}")).await.map(Some),
                    None => Ok(None),
                };
                match home {
                    Ok(Some(home)) if goes_round(config, staffs, channel, home.id) => findings.bad(
                        &subject,
                        "it is a thread of a channel of announce.approval, which a feed would go round: name the thread there as well, or another channel for the feed",
                    ),
                    Ok(home) => {
                        let home = home.as_ref().unwrap_or(&found);
                        let held = permissions::in_channel(&guild, me.id, &member.roles, home);
                        check_channel(findings, &subject, held, &purposes, &found);
                    }
                    Err(error) => findings.bad(&subject, format_args!("the channel of this thread: {error}")),
                }
            }
            Err(ApiError::Refused { code: 10003, .. }) => {
                findings.bad(&subject, format_args!("there is no such channel: {cure}"))
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

/// Whether posts of a feed would be announced in a thread without the approval that its channel wants.
fn goes_round(config: &Config, staffs: &[Settings], thread: ChannelId, channel: ChannelId) -> bool {
    let configured = config.feeds.iter().flat_map(|feed| &feed.channels);
    let kept = read_for_staff(config, staffs).flat_map(|feed| &feed.channels);
    let is_fed = configured.chain(kept).any(|fed| *fed == thread);
    is_fed && config.announce.needs_approval(&[channel]) && !config.announce.needs_approval(&[thread])
}

fn check_channel(findings: &mut Findings, subject: &str, held: Permissions, purposes: &[Purpose], channel: &Channel) {
    let name = channel.name.as_deref().unwrap_or("without a name");
    let kind = channel.announcing_kind();
    let is_plain = matches!(kind, ChannelKind::Text | ChannelKind::Announcement);
    let needs_plain = |purpose: &Purpose| matches!(purpose, Purpose::Cards | Purpose::Digest | Purpose::Sessions);
    let must_be_plain = purposes.iter().any(needs_plain);
    if must_be_plain && !is_plain {
        return findings
            .bad(subject, format_args!("#{name} is neither a text nor an announcement channel: name one that is"));
    }
    if kind == ChannelKind::Other {
        return findings.bad(
            subject,
            format_args!(
                "#{name} is no channel for announcements: name a text or announcement channel, a forum or a thread"
            ),
        );
    }
    if channel.requires_tag() && purposes.iter().any(|purpose| *purpose != Purpose::ByHand) {
        return findings.bad(
            subject,
            format_args!("the forum #{name} takes no post without a tag, and only posts of /announce have one: name another channel, or do not require tags there"),
        );
    }
    let missing: Vec<String> = held
        .lacking(&needed(purposes, channel))
        .iter()
        .map(|permission| format!("{} ({})", permission.name, permission.purpose))
        .collect();
    if missing.is_empty() {
        findings.good(subject, format_args!("#{name}, all permissions there"));
        if kind == ChannelKind::Forum && !held.has(MANAGE_THREADS) {
            findings.note(
                subject,
                format_args!("without Manage Threads in the forum #{name} what is taken back leaves its post behind, and nothing can be pinned there"),
            );
        }
    } else {
        let missing = missing.join(", ");
        findings
            .bad(subject, format_args!("in #{name} the bot lacks {missing}: grant it in the channel's permissions"));
    }
}

/// What the bot needs in a channel for what the configuration wants of it.
fn needed(purposes: &[Purpose], channel: &Channel) -> Vec<Permission> {
    let kind = channel.announcing_kind();
    let mut needed = announcing(kind, channel.is_locked());
    if purposes.contains(&Purpose::Digest) {
        needed.push(ATTACH_FILES);
    }
    if purposes.contains(&Purpose::Threads) && kind.takes(Step::Thread) {
        needed.push(CREATE_PUBLIC_THREADS);
    }
    if purposes.contains(&Purpose::Sessions) {
        needed.extend([MANAGE_PERMISSIONS, SEND_IN_THREADS]);
    }
    needed
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
    let of_sessions = config.series.iter().flat_map(|series| series.opens_for.iter().chain(&series.hosts));
    for role in staffs.chain(&config.discord.allowed_ping_roles).chain(of_sessions).collect::<BTreeSet<_>>() {
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

/// Whether what staff's feeds ping is still allowed: the list may have changed since they were added.
fn check_pings(findings: &mut Findings, config: &Config, staffs: &[Settings]) {
    for feed in read_for_staff(config, staffs) {
        let is_refused = |role: &RoleId| !config.discord.allowed_ping_roles.contains(role);
        if let Some(role) = feed.ping.filter(is_refused) {
            findings.note(
                &staffs_place(feed),
                format_args!("its role {role} is not pinged, because discord.allowed_ping_roles does not name it"),
            );
        }
    }
}

/// The feeds of staff for which the configuration does not win.
fn read_for_staff<'a>(config: &Config, staffs: &'a [Settings]) -> impl Iterator<Item = &'a Settings> {
    staffs.iter().filter(|feed| !config.feeds.iter().any(|configured| configured.key == feed.key))
}

fn staffs_place(feed: &Settings) -> String {
    format!("feed {:?} of /feeds add", feed.key)
}

/// A channel that is posted in.
struct Place {
    channel: ChannelId,
    /// What it is called: its id, and the keys that name it.
    subject: String,
    /// What the configuration wants of it.
    purposes: Vec<Purpose>,
    /// What is to be done where there is no such channel.
    cure: &'static str,
}

/// The channels of the configuration and of staff's feeds, each once.
fn places(config: &Config, staffs: &[Settings]) -> Vec<Place> {
    let mut uses: BTreeMap<ChannelId, Vec<ChannelUse>> = BTreeMap::new();
    let of_staff = read_for_staff(config, staffs).flat_map(|feed| {
        let purpose = if feed.thread { Purpose::Threads } else { Purpose::Announcements };
        feed.channels.iter().map(move |&channel| ChannelUse { channel, place: staffs_place(feed), purpose })
    });
    for used in config.channel_uses().into_iter().chain(of_staff) {
        uses.entry(used.channel).or_default().push(used);
    }
    let place = |(channel, uses): (ChannelId, Vec<ChannelUse>)| {
        let keys: Vec<&str> = uses.iter().map(|used| used.place.as_str()).collect();
        let is_configured = config.channel_uses().iter().any(|used| used.channel == channel);
        let cure = match is_configured {
            true => "correct its id in the configuration",
            false => "use /feeds add again with another one",
        };
        let purposes = uses.iter().map(|used| used.purpose).collect();
        Place { channel, subject: format!("channel {channel} ({})", keys.join(", ")), purposes, cure }
    };
    uses.into_iter().map(place).collect()
}
