//! What is chosen below a preview: channels, ping, whether followers get it.

use std::time::Duration;

use futures_util::future::join_all;

use super::controls::NOBODY;
use super::findings::{Unfit, findings, unfit};
use super::preview;
use super::stop::{Stop, mine, said, save, unsent};
use crate::announcements::{MOST_CHANNELS, Outcome, Pinged, StaffDraft, Warning};
use crate::discord::commands::{Data, Error};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::discord::publisher::Destination;
use crate::ids::ChannelId;
use crate::texts::{text, text_with};

/// Whether a draft can go to a channel, as far as can be told now. Its delivery finds out again.
pub(super) enum Verdict {
    /// It can.
    Fine(Destination),
    /// It can't, and why.
    Refused(String),
    /// Discord did not say.
    Unknown(String),
}

/// Takes the channels that can be posted to and names what the others lack.
pub(in crate::discord) async fn choose_channels(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, channels_chosen(turn).await).await
}

async fn channels_chosen(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    let mut chosen: Vec<ChannelId> = Vec::new();
    for channel in turn.values.iter().filter_map(|value| value.parse().ok()) {
        if !chosen.contains(&channel) && chosen.len() < usize::from(MOST_CHANNELS) {
            chosen.push(channel);
        }
    }
    let verdicts = join_all(chosen.iter().map(|&channel| judge(turn.data, &turn.exchange, channel))).await;
    let mut notes = Vec::new();
    let mut channels = Vec::new();
    for (&channel, verdict) in chosen.iter().zip(&verdicts) {
        match verdict {
            Verdict::Fine(_) => channels.push(channel),
            Verdict::Refused(why) => notes.push(why.clone()),
            Verdict::Unknown(why) => {
                channels.push(channel);
                notes.push(why.clone());
            }
        }
    }
    // Without any channel what was handed over can't be; why they are not taken is what matters then.
    if channels.is_empty() && draft.announcement.is_some() && !notes.is_empty() {
        return Err(Reply::aside(notes.join("\n")).into());
    }
    let tags = draft.tags.iter().filter(|tag| channels.contains(&tag.forum)).cloned().collect();
    let draft = save(turn, &StaffDraft { channels, tags, ..draft }).await?;
    notes.extend(without_ping(turn.data, &draft, chosen.iter().copied().zip(&verdicts)).await);
    notes.extend(without_steps(&draft, chosen.iter().copied().zip(&verdicts)));
    Ok(preview::preview(turn.data, &draft, note(notes)).await?)
}

/// Takes the role that is pinged, if the configuration allows it.
pub(in crate::discord) async fn choose_ping(turn: &Turn<'_>) -> Result<Reply, Error> {
    said(turn.data, ping_chosen(turn).await).await
}

async fn ping_chosen(turn: &Turn<'_>) -> Result<Reply, Stop> {
    let draft = mine(turn).await?;
    let ping = match turn.values.first().map(String::as_str) {
        Some(NOBODY) => None,
        chosen => {
            let discord = &turn.data.config.discord;
            let is_allowed = |ping: &Pinged| match ping {
                Pinged::Role(role) => discord.allowed_ping_roles.contains(role),
                Pinged::Everyone => discord.allow_everyone,
            };
            let ping = chosen.and_then(|ping| ping.parse().ok()).filter(is_allowed);
            let Some(ping) = ping else { return Err(Reply::aside(text("announce-ping-refused")).into()) };
            Some(ping)
        }
    };
    // What was handed over has nothing left that could ask for the confirmation.
    if ping == Some(Pinged::Everyone) && draft.announcement.is_some() {
        return Err(Reply::aside(text("announce-everyone-unsent")).into());
    }
    // Who chooses everyone once more is asked once more.
    let confirmed = draft.confirmed.iter().filter(|key| *key != Warning::EVERYONE).cloned().collect();
    let draft = save(turn, &StaffDraft { ping, confirmed, ..draft }).await?;
    let channels = if ping.is_some() { draft.channels.clone() } else { Vec::new() };
    let verdicts = join_all(channels.iter().map(|&channel| judge(turn.data, &turn.exchange, channel))).await;
    let notes = without_ping(turn.data, &draft, channels.into_iter().zip(&verdicts)).await;
    Ok(preview::preview(turn.data, &draft, note(notes)).await?)
}

/// Switches whether it is published to followers.
pub(in crate::discord) async fn switch_followers(turn: &Turn<'_>) -> Result<Reply, Error> {
    changed(turn, |draft| StaffDraft { crosspost: !draft.crosspost, ..draft }).await
}

/// Switches whether a thread is opened below it.
pub(in crate::discord) async fn switch_thread(turn: &Turn<'_>) -> Result<Reply, Error> {
    step_switched(turn, |draft| StaffDraft { thread: !draft.thread, ..draft }).await
}

/// Switches whether it is pinned.
pub(in crate::discord) async fn switch_pin(turn: &Turn<'_>) -> Result<Reply, Error> {
    step_switched(turn, |draft| StaffDraft { pin: !draft.pin, ..draft }).await
}

/// Makes a change to what follows the message, and says where it is not permitted.
async fn step_switched(turn: &Turn<'_>, change: impl FnOnce(StaffDraft) -> StaffDraft) -> Result<Reply, Error> {
    let done = async {
        let draft = save(turn, &change(mine(turn).await?)).await?;
        let verdicts = join_all(draft.channels.iter().map(|&channel| judge(turn.data, &turn.exchange, channel))).await;
        let notes = without_steps(&draft, draft.channels.iter().copied().zip(&verdicts));
        Ok::<_, Stop>(preview::preview(turn.data, &draft, note(notes)).await?)
    };
    said(turn.data, done.await).await
}

/// The author says that the wording asks for money for the PSF or a sponsoree.
pub(in crate::discord) async fn confirm_money(turn: &Turn<'_>) -> Result<Reply, Error> {
    changed(turn, |draft| StaffDraft { money_confirmed: true, ..draft }).await
}

/// The author read the warnings that the button was made for.
pub(in crate::discord) async fn confirm_warnings(turn: &Turn<'_>) -> Result<Reply, Error> {
    let done = async {
        let draft = unsent(turn).await?;
        let found = findings(turn.data, &draft, Duration::ZERO).await;
        let read = turn.key.split('.').nth(2).unwrap_or_default();
        if read != found.fingerprint() {
            return Ok(preview::preview(turn.data, &draft, Some(text("announce-other-warnings"))).await?);
        }
        let mut confirmed = draft.confirmed.clone();
        confirmed.extend(found.warnings.iter().map(Warning::key));
        let draft = save(turn, &StaffDraft { confirmed, ..draft }).await?;
        Ok::<_, Stop>(preview::preview(turn.data, &draft, None).await?)
    };
    said(turn.data, done.await).await
}

/// Makes a change that needs no checking, and shows the draft again.
async fn changed(turn: &Turn<'_>, change: impl FnOnce(StaffDraft) -> StaffDraft) -> Result<Reply, Error> {
    let done = async {
        let draft = save(turn, &change(mine(turn).await?)).await?;
        Ok::<_, Stop>(preview::preview(turn.data, &draft, None).await?)
    };
    said(turn.data, done.await).await
}

pub(super) async fn judge(data: &Data, exchange: &Exchange, channel: ChannelId) -> Verdict {
    let mention = || ("channel", format!("<#{channel}>"));
    match exchange.patiently(async || data.publisher.destination(channel).await).await {
        Ok(destination) => match (unfit(data, &destination, true), &destination.lacks()[..]) {
            (Some(Unfit::Kind), _) => Verdict::Refused(text_with("announce-channel-kind", [mention()])),
            (Some(Unfit::Bound), _) => Verdict::Refused(text_with("announce-channel-bound", [mention()])),
            (Some(Unfit::NoTag), _) => Verdict::Refused(text_with("announce-channel-untagged", [mention()])),
            (None, []) => Verdict::Fine(destination),
            (None, lacks) => {
                let lacks = ("permissions", lacks.join(", "));
                Verdict::Refused(text_with("announce-channel-lacks", [mention(), lacks]))
            }
        },
        Err(Outcome::Refused { problem } | Outcome::Blocked { problem } | Outcome::NoChannel { problem }) => {
            Verdict::Refused(text_with("announce-channel-refused", [mention(), ("problem", problem)]))
        }
        Err(_) => Verdict::Unknown(text_with("announce-channel-unknown", [mention()])),
    }
}

/// The channels in which the ping will reach nobody, in words.
async fn without_ping<'a>(
    data: &Data,
    draft: &StaffDraft,
    judged: impl Iterator<Item = (ChannelId, &'a Verdict)>,
) -> Vec<String> {
    let Some(ping) = draft.ping else { return Vec::new() };
    let Ok(roles) = data.publisher.roles().await else { return Vec::new() };
    let role = match ping {
        Pinged::Everyone => None,
        Pinged::Role(id) => match roles.iter().find(|role| role.id == id) {
            None => return vec![text("announce-ping-gone")],
            role => role,
        },
    };
    judged
        .filter(|(_, verdict)| matches!(verdict, Verdict::Fine(destination) if !destination.can_ping(role)))
        .map(|(channel, _)| text_with("announce-channel-silent", [("channel", format!("<#{channel}>"))]))
        .collect()
}

/// The channels in which what is to follow the message is not permitted, in words.
fn without_steps<'a>(draft: &StaffDraft, judged: impl Iterator<Item = (ChannelId, &'a Verdict)>) -> Vec<String> {
    let wanted = draft.message();
    let lacking = |(channel, verdict): (ChannelId, &Verdict)| {
        let Verdict::Fine(destination) = verdict else { return None };
        let lacks = destination.lacks_after(&wanted);
        let words = || {
            let lacks = ("permissions", lacks.join(", "));
            text_with("announce-channel-lacks-after", [("channel", format!("<#{channel}>")), lacks])
        };
        (!lacks.is_empty()).then(words)
    };
    judged.filter_map(lacking).collect()
}

fn note(notes: Vec<String>) -> Option<String> {
    if notes.is_empty() { None } else { Some(notes.join("\n")) }
}
