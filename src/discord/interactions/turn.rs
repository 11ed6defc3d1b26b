//! [`Turn`]: one click, choice or form, as its handler sees it; and [`Caller`], who made it.

use std::fmt;

use poise::serenity_prelude as serenity;
use serenity::{
    ActionRowComponent, CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, Member,
    ModalInteraction, PartialChannel,
};

use super::exchange::Exchange;
use super::reply::Manner;
use crate::config::Domain;
use crate::discord::commands::Data;
use crate::ids::{ChannelId, GuildId, MessageId, RoleId, UserId};

/// Who acts, as Discord says it with the interaction itself; never as a `custom_id` claims.
#[derive(Debug, Clone)]
pub(in crate::discord) struct Caller {
    /// The member.
    pub(in crate::discord) user: UserId,
    roles: Vec<RoleId>,
    manages: bool,
    /// Whether he may write where the interaction came from.
    pub(in crate::discord) may_write: bool,
}

impl Caller {
    /// `None` outside of a server, or for ids that can't be.
    fn of(user: &serenity::User, member: Option<&Member>, channel: Option<&PartialChannel>) -> Option<Self> {
        let held = member?.permissions.unwrap_or_default();
        Some(Self {
            user: UserId::new(user.id.get())?,
            roles: member?.roles.iter().filter_map(|role| RoleId::new(role.get())).collect(),
            manages: held.administrator() || held.manage_guild(),
            may_write: may_write(held, channel),
        })
    }

    pub(in crate::discord) fn of_command(interaction: &CommandInteraction) -> Option<Self> {
        Self::of(&interaction.user, interaction.member.as_deref(), interaction.channel.as_ref())
    }

    /// Whether he has one of these roles.
    pub(in crate::discord) fn has_one_of(&self, roles: &[RoleId]) -> bool {
        roles.iter().any(|role| self.roles.contains(role))
    }

    /// Whether he is staff of a domain.
    pub(in crate::discord) fn is_staff(&self, data: &Data, domain: Domain) -> bool {
        data.config.discord.staff.admits(domain, &self.roles, self.manages)
    }
}

/// Discord sends the member's permissions along; in a thread it is another one that counts.
fn may_write(held: serenity::Permissions, channel: Option<&PartialChannel>) -> bool {
    use serenity::{ChannelType, Permissions};
    let is_thread = matches!(
        channel.map(|channel| channel.kind),
        Some(ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread)
    );
    let needed = if is_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    held.administrator() || held.contains(needed)
}

/// One click, choice or form.
pub(in crate::discord) struct Turn<'a> {
    /// What handlers work with.
    pub(in crate::discord) data: &'a Data,
    /// Who acts.
    pub(in crate::discord) caller: Caller,
    /// The `custom_id`'s key: which row is meant. Written by anybody.
    pub(in crate::discord) key: String,
    /// What was chosen in a select menu.
    pub(in crate::discord) values: Vec<String>,
    /// The message whose button was pressed.
    pub(in crate::discord) message: Option<MessageId>,
    /// What that message says. Who forges a click writes it himself.
    pub(in crate::discord) content: String,
    /// Where it happened.
    pub(in crate::discord) channel: Option<ChannelId>,
    /// The way back.
    pub(in crate::discord) exchange: Exchange,
    /// In the order of the form.
    fields: Vec<(String, String)>,
}

/// Not derived: what members write, and the receipts that keys can be, stand in no log.
impl fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turn(…)")
    }
}

/// What arrived, before anything of it is believed.
pub(super) struct Arrived<'a> {
    pub(super) guild: Option<GuildId>,
    pub(super) custom_id: &'a str,
    pub(super) exchange: Exchange,
    caller: Option<Caller>,
    values: Vec<String>,
    /// In the order of the form.
    fields: Vec<(String, String)>,
    message: Option<MessageId>,
    content: String,
    channel: Option<ChannelId>,
}

impl<'a> Arrived<'a> {
    pub(super) fn click(click: &'a ComponentInteraction, data: &Data) -> Self {
        Self {
            guild: click.guild_id.and_then(|guild| GuildId::new(guild.get())),
            custom_id: &click.data.custom_id,
            exchange: Exchange::new(data, click.application_id.get(), click.id.get(), click.token.as_str()),
            caller: Caller::of(&click.user, click.member.as_ref(), click.channel.as_ref()),
            values: values(&click.data.kind),
            fields: Vec::new(),
            message: MessageId::new(click.message.id.get()),
            content: click.message.content.clone(),
            channel: ChannelId::new(click.channel_id.get()),
        }
    }

    pub(super) fn form(form: &'a ModalInteraction, data: &Data) -> Self {
        let rows = form.data.components.iter().flat_map(|row| &row.components);
        let fields = rows.filter_map(|component| match component {
            ActionRowComponent::InputText(input) => Some((input.custom_id.clone(), input.value.clone()?)),
            _ => None,
        });
        Self {
            guild: form.guild_id.and_then(|guild| GuildId::new(guild.get())),
            custom_id: &form.data.custom_id,
            exchange: Exchange::new(data, form.application_id.get(), form.id.get(), form.token.as_str()),
            caller: Caller::of(&form.user, form.member.as_ref(), form.channel.as_ref()),
            values: Vec::new(),
            fields: fields.collect(),
            message: form.message.as_ref().and_then(|message| MessageId::new(message.id.get())),
            content: form.message.as_ref().map(|message| message.content.clone()).unwrap_or_default(),
            channel: ChannelId::new(form.channel_id.get()),
        }
    }

    /// The turn, if somebody of this server makes it; else the way back, to say so.
    #[expect(clippy::result_large_err, reason = "there is one an interaction")]
    pub(super) fn turn(self, data: &'a Data, key: String) -> Result<Turn<'a>, Exchange> {
        let Some(caller) = self.caller.filter(|_| self.guild == Some(data.guild)) else { return Err(self.exchange) };
        Ok(Turn {
            data,
            caller,
            key,
            values: self.values,
            message: self.message,
            content: self.content,
            channel: self.channel,
            exchange: self.exchange,
            fields: self.fields,
        })
    }
}

impl Turn<'_> {
    /// How a form is answered: in place of the message that it was opened from, if it was.
    pub(super) fn in_place(&self) -> Manner {
        if self.message.is_some() { Manner::Update } else { Manner::Private }
    }

    /// What stands in a form's field; empty when it is not there.
    pub(in crate::discord) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, written)| written.as_str()).unwrap_or_default()
    }

    /// A form's fields with what was written into them, in their order.
    pub(in crate::discord) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(field, written)| (field.as_str(), written.as_str()))
    }

    /// All that was written into a form's fields, in their order.
    pub(in crate::discord) fn written(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(_, written)| written.as_str()).filter(|text| !text.is_empty())
    }
}

fn values(kind: &ComponentInteractionDataKind) -> Vec<String> {
    use ComponentInteractionDataKind as K;
    match kind {
        K::StringSelect { values } => values.clone(),
        K::UserSelect { values } => values.iter().map(ToString::to_string).collect(),
        K::RoleSelect { values } => values.iter().map(ToString::to_string).collect(),
        K::ChannelSelect { values } => values.iter().map(ToString::to_string).collect(),
        K::MentionableSelect { values } => values.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
