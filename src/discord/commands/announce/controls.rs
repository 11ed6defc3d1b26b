//! What stands below a draft's preview: menus for channels, tags and ping, and the buttons.

use poise::serenity_prelude as serenity;
use serenity::{
    ButtonStyle, ChannelType, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

use super::contact::Choice;
use super::findings::Findings;
use super::tags::tag_menu;
use crate::announcements::{MOST_CHANNELS, Obstacle, Pinged, StaffDraft};
use crate::custom_id::{CustomId, Kind};
use crate::discord::commands::Data;
use crate::ids::AnnouncementId;
use crate::message::{cut, limits};
use crate::texts::{text, text_with};

/// The value of the select menu that stands for pinging nobody.
pub(super) const NOBODY: &str = "nobody";

/// The channels that can be chosen. (The library has no name for media channels, which are number 16.)
const POSTED_IN: [ChannelType; 6] = [
    ChannelType::Text,
    ChannelType::News,
    ChannelType::NewsThread,
    ChannelType::PublicThread,
    ChannelType::Forum,
    ChannelType::Unknown(16),
];

/// A button on a draft, which names the version that it was made for.
pub(super) fn button(kind: Kind, draft: &StaffDraft, label: &str, style: ButtonStyle) -> CreateButton {
    CreateButton::new(id(kind, draft)).label(text(label)).style(style)
}

pub(super) fn id(kind: Kind, draft: &StaffDraft) -> String {
    CustomId::new(kind, format!("{}.{}", draft.id, draft.version)).to_string()
}

/// The menus and buttons below a preview.
pub(super) async fn controls(data: &Data, draft: &StaffDraft, found: &Findings) -> Vec<CreateActionRow> {
    let menus = [Some(channel_menu(draft)), tag_menu(draft, &found.destinations), ping_menu(data, draft).await];
    let buttons = [way_on(draft, found.may_be_pressed()), more(draft, found)];
    menus.into_iter().flatten().map(CreateActionRow::SelectMenu).chain(buttons.map(CreateActionRow::Buttons)).collect()
}

/// Send, schedule, edit, discard.
fn way_on(draft: &StaffDraft, can_go: bool) -> Vec<CreateButton> {
    if let Some(announcement) = draft.announcement {
        return vec![
            button(Kind::AnnouncePlan, draft, "announce-change-time", ButtonStyle::Secondary),
            button(Kind::AnnounceRewrite, draft, "announce-edit", ButtonStyle::Secondary),
            cancel_button(announcement),
        ];
    }
    let send = |style| button(Kind::AnnounceSend, draft, "announce-send", style).disabled(!can_go);
    let plan = |label| button(Kind::AnnouncePlan, draft, label, ButtonStyle::Secondary);
    let mut row = match draft.scheduled_for {
        None => vec![send(ButtonStyle::Primary), plan("announce-schedule")],
        Some(_) => vec![
            button(Kind::AnnounceConfirm, draft, "announce-confirm", ButtonStyle::Primary).disabled(!can_go),
            plan("announce-change-time"),
            send(ButtonStyle::Secondary),
        ],
    };
    row.push(button(Kind::AnnounceRewrite, draft, "announce-edit", ButtonStyle::Secondary));
    row.push(button(Kind::AnnounceDiscard, draft, "announce-discard", ButtonStyle::Danger));
    row
}

/// What follows the message, and what has to be confirmed.
fn more(draft: &StaffDraft, found: &Findings) -> Vec<CreateButton> {
    let followers = if draft.crosspost { "announce-followers-off" } else { "announce-followers-on" };
    let thread = if draft.thread { "announce-thread-off" } else { "announce-thread-on" };
    let pin = if draft.pin { "announce-pin-off" } else { "announce-pin-on" };
    let mut row = vec![
        button(Kind::AnnounceFollowers, draft, followers, ButtonStyle::Secondary),
        button(Kind::AnnounceThread, draft, thread, ButtonStyle::Secondary),
        button(Kind::AnnouncePin, draft, pin, ButtonStyle::Secondary),
    ];
    // What was handed over is confirmed in its form.
    let is_draft = draft.announcement.is_none();
    if is_draft && found.obstacles.contains(&Obstacle::MoneyForOthers) {
        row.push(button(Kind::AnnounceMoney, draft, "announce-money", ButtonStyle::Secondary));
    }
    if is_draft && !found.warnings.is_empty() {
        let id = CustomId::new(Kind::AnnounceSure, format!("{}.{}.{}", draft.id, draft.version, found.fingerprint()));
        row.push(CreateButton::new(id.to_string()).label(text("announce-sure")).style(ButtonStyle::Secondary));
    }
    row
}

/// The button that opens a correction's form again, in which what is `found` counts as confirmed.
pub(super) fn for_us(data: &Data, draft: &StaffDraft, found: &Findings) -> CreateButton {
    let is_money = found.obstacles.contains(&Obstacle::MoneyForOthers);
    let (money, label) = match (is_money, found.warnings.is_empty()) {
        (true, true) => (".for-us", "announce-money"),
        (true, false) => (".for-us", "announce-money-sure"),
        (false, _) => ("", "announce-sure"),
    };
    let contact = Choice::of(data, draft.wording.contact.as_ref()).map(|choice| choice.part()).unwrap_or_default();
    let key = format!("{}.{}{money}.sure-{}{contact}", draft.id, draft.version, found.fingerprint());
    CreateButton::new(CustomId::new(Kind::AnnounceCorrectForUs, key).to_string())
        .label(text(label))
        .style(ButtonStyle::Secondary)
}

fn channel_menu(draft: &StaffDraft) -> CreateSelectMenu {
    let chosen = draft.channels.iter().map(|channel| serenity::ChannelId::new(channel.get())).collect();
    let kind =
        CreateSelectMenuKind::Channel { channel_types: Some(POSTED_IN.to_vec()), default_channels: Some(chosen) };
    CreateSelectMenu::new(id(Kind::AnnounceChannels, draft), kind)
        .placeholder(text("announce-choose-channels"))
        .min_values(1)
        .max_values(MOST_CHANNELS)
}

/// Nobody, or one of the roles that the configuration allows; none where it allows none.
async fn ping_menu(data: &Data, draft: &StaffDraft) -> Option<CreateSelectMenu> {
    let (allowed, everyone) = (&data.config.discord.allowed_ping_roles, data.config.discord.allow_everyone);
    if allowed.is_empty() && !everyone {
        return None;
    }
    // Without Discord's answer the roles are told apart by their ids.
    let roles = data.publisher.roles().await.unwrap_or_default();
    let named = |id| roles.iter().find(|role| role.id == id).map(|role| format!("@{}", role.name));
    let option = |label: String, value: String, chosen| {
        CreateSelectMenuOption::new(cut(&label, limits::OPTION_LABEL), value).default_selection(chosen)
    };
    let nobody = option(text("announce-choose-nobody"), NOBODY.to_owned(), draft.ping.is_none());
    let offered = allowed.iter().map(|&role| Pinged::Role(role)).chain(everyone.then_some(Pinged::Everyone));
    let ping_options = offered.take(limits::OPTIONS - 1).map(|ping| {
        let name = match ping {
            Pinged::Role(role) => named(role).unwrap_or_else(|| format!("@{role}")),
            Pinged::Everyone => ping.mention(),
        };
        let label = text_with("announce-choose-role", [("role", name)]);
        option(label, ping.to_string(), draft.ping == Some(ping))
    });
    let options = std::iter::once(nobody).chain(ping_options).collect();
    let kind = CreateSelectMenuKind::String { options };
    Some(CreateSelectMenu::new(id(Kind::AnnouncePing, draft), kind).placeholder(text("announce-choose-ping")))
}

/// Takes back what was handed over.
pub(super) fn cancel_button(announcement: AnnouncementId) -> CreateButton {
    let id = CustomId::new(Kind::AnnounceCancel, announcement).to_string();
    CreateButton::new(id).label(text("announce-cancel")).style(ButtonStyle::Danger)
}
