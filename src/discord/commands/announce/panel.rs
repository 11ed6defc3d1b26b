//! `/announce panel`: the message with which members reach the bot in a channel in which they cannot write. Staff see it as it
//! will stand, its buttons working, before they post, replace or remove it.

use poise::serenity_prelude as serenity;
use serenity::{ButtonStyle, CreateActionRow, CreateButton};

use super::choose::{Verdict, judge};
use crate::announcements::{Draft, Kind as Occasion};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::{Data, Error, panel};
use crate::discord::interactions::{Exchange, Reply, Turn};
use crate::discord::render;
use crate::ids::{AnnouncementId, ChannelId};
use crate::store::PanelChange;
use crate::texts::{text, text_with};

/// The panel for a channel, as it will look, with what can be done about it.
pub(super) async fn preview(data: &Data, exchange: &Exchange, channel: ChannelId) -> Result<Reply, Error> {
    let mention = || ("channel", format!("<#{channel}>"));
    if data.config.announce.needs_approval(&[channel]) {
        return Ok(Reply::aside(text_with("announce-panel-approval", [mention()])));
    }
    let note = match judge(data, exchange, channel).await {
        Verdict::Refused(why) => return Ok(Reply::aside(why)),
        Verdict::Unknown(why) => Some(why),
        Verdict::Fine(_) => None,
    };
    let standing = data.store.panel(channel).await?;
    let id = if standing.is_some() { "announce-panel-stands" } else { "announce-panel-new" };
    let head: Vec<String> = std::iter::once(text_with(id, [mention()])).chain(note).collect();
    let button = |kind, label, style| {
        let seen = standing.map_or(0, |id| id.0);
        CreateButton::new(CustomId::new(kind, format_args!("{channel}.{seen}")).to_string())
            .label(text(label))
            .style(style)
    };
    let deeds = match standing {
        None => vec![button(Kind::AnnouncePanel, "announce-panel-post", ButtonStyle::Success)],
        Some(_) => vec![
            button(Kind::AnnouncePanel, "announce-panel-replace", ButtonStyle::Success),
            button(Kind::AnnouncePanelAway, "announce-panel-remove", ButtonStyle::Danger),
        ],
    };
    let message = panel::message();
    let content = format!("{}\n\n{}", head.join("\n"), message.content);
    Ok(Reply::new(content).rows(render::rows(&message)).more_rows([CreateActionRow::Buttons(deeds)]))
}

/// It is posted, in the place of the one that was shown.
pub(in crate::discord) async fn post_panel(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, Some((channel, seen))) = (turn.data, meant(&turn.key)) else { return Ok(stale()) };
    if data.config.announce.needs_approval(&[channel]) {
        return Ok(stale());
    }
    // What is missing may have been taken away since it was shown.
    if let Verdict::Refused(why) = judge(data, &turn.exchange, channel).await {
        return Ok(Reply::aside(why));
    }
    let attempt = async || {
        let now = data.clock.now();
        let draft = Draft {
            kind: Occasion::Staff,
            message: panel::message(),
            crosspost: false,
            origin: None,
            channels: vec![channel],
            due_at: now,
        };
        data.store.post_panel(&draft, channel, seen, turn.caller.user, now).await
    };
    let done = turn.exchange.insist(attempt).await?;
    Ok(said(done, "announce-panel-posted", channel))
}

/// It is removed.
pub(in crate::discord) async fn remove_panel(turn: &Turn<'_>) -> Result<Reply, Error> {
    let (data, Some((channel, Some(seen)))) = (turn.data, meant(&turn.key)) else { return Ok(stale()) };
    let attempt = async || data.store.remove_panel(channel, seen, data.clock.now()).await;
    let done = turn.exchange.insist(attempt).await?;
    Ok(said(done, "announce-panel-removed", channel))
}

fn said(done: PanelChange, id: &str, channel: ChannelId) -> Reply {
    let mention = [("channel", format!("<#{channel}>"))];
    match done {
        PanelChange::Made => Reply::new(text_with(id, mention)),
        PanelChange::Overtaken => Reply::new(text_with("announce-panel-overtaken", mention)),
    }
}

fn stale() -> Reply {
    Reply::aside(text("error-stale-button"))
}

/// `channel.panel`, with 0 for no panel.
fn meant(key: &str) -> Option<(ChannelId, Option<AnnouncementId>)> {
    let (channel, seen) = key.split_once('.')?;
    let seen = seen.parse::<i64>().ok().filter(|seen| *seen >= 0)?;
    Some((channel.parse().ok()?, (seen > 0).then_some(AnnouncementId(seen))))
}
