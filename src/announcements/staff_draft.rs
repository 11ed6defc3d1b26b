//! What staff write before it is announced: the wording, where it goes, whom it pings, when.
//!
//! Owns how the wording becomes a [`Message`] and what stands in the way of sending it. The text is Markdown on
//! purpose; mentions in it ping nobody, because a message pings what its [`Ping`] names and nothing else.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::wording::web_address;
use super::{Contact, DraftState, Pinged, PostTag, Wording};
use crate::ids::{AnnouncementId, ApprovalId, ChannelId, DraftId, RoleId, UserId};
use crate::message::{Cut, Embed, Image, Message, Ping, escape_markdown, length, limits};

/// Channels that one announcement can go to.
pub const MOST_CHANNELS: u8 = 10;

/// What stands at the foot of every announcement of staff, before the reference.
const SIGNATURE: &str = "Python Software Foundation";

/// A draft of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffDraft {
    /// Its row.
    pub id: DraftId,
    /// Who writes it, and alone may change it.
    pub author: UserId,
    /// What it says.
    pub wording: Wording,
    /// Where it goes.
    pub channels: Vec<ChannelId>,
    /// Who is pinged.
    pub ping: Option<Pinged>,
    /// Whether it is published to followers where the channel is an announcement channel.
    pub crosspost: bool,
    /// Whether a thread is opened below it, named after its title.
    pub thread: bool,
    /// Whether it is pinned.
    pub pin: bool,
    /// The tags that its posts in forums bear.
    pub tags: Vec<PostTag>,
    /// Whether its author confirmed whom the wording, as it is, asks for money for.
    pub money_confirmed: bool,
    /// The warnings that were confirmed, by their keys.
    pub confirmed: Vec<String>,
    /// Who changed it last, where that was not its author.
    pub changed_by: Option<UserId>,
    /// How far it is.
    pub state: DraftState,
    /// What a second member of staff is asked about it, while it waits for that.
    pub approval: Option<ApprovalId>,
    /// Raised by every change.
    pub version: i32,
    /// The time that was chosen.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// After this it is not sent any more.
    pub expires_at: Option<DateTime<Utc>>,
    /// What became of it.
    pub announcement: Option<AnnouncementId>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What stands in the way of sending a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It has no title.
    NoTitle,
    /// It has no text.
    NoBody,
    /// It has so many characters more than a message holds.
    TooLong(usize),
    /// The link is no web address.
    BadLink,
    /// The image's address is no web address.
    BadImage,
    /// Nobody said what the image shows.
    NoImageAlt,
    /// It asks for money, perhaps for others, and its author has not confirmed it.
    MoneyForOthers,
    /// No channel is chosen.
    NoChannel,
    /// The role may not be pinged (any more).
    PingNotAllowed,
    /// The contact is not among the configuration's (any more).
    ContactUnknown,
    /// This is a thread of a channel that needs approval, which is asked for by channel.
    BoundThread(ChannelId),
    /// Discord does not say whether this is such a thread.
    Unread(ChannelId),
    /// This forum takes no post without one of its tags, and none is chosen.
    NoTag(ChannelId),
}

/// What the configuration allows.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The roles that may be pinged.
    pub pings: &'a [RoleId],
    /// Whether everyone may be.
    pub everyone: bool,
    /// Whom money may be asked for besides the PSF.
    pub sponsorees: &'a [String],
    /// Whom an announcement may name for questions, by key.
    pub contacts: &'a BTreeMap<String, Contact>,
}

impl Rules<'_> {
    fn allow(&self, ping: Pinged) -> bool {
        match ping {
            Pinged::Role(role) => self.pings.contains(&role),
            Pinged::Everyone => self.everyone,
        }
    }

    fn names(&self, contact: &Contact) -> bool {
        self.contacts.values().any(|named| named == contact)
    }
}

impl StaffDraft {
    /// A draft of which nothing is chosen but where it goes.
    #[cfg(test)]
    pub(super) fn begun(id: DraftId, author: UserId, wording: Wording, channels: Vec<ChannelId>) -> Self {
        Self {
            id,
            author,
            wording,
            channels,
            ping: None,
            crosspost: true,
            thread: false,
            pin: false,
            tags: Vec::new(),
            money_confirmed: false,
            confirmed: Vec::new(),
            changed_by: None,
            state: DraftState::Draft,
            approval: None,
            version: 1,
            scheduled_for: None,
            expires_at: None,
            announcement: None,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    /// What will be posted; see [`StaffDraft::fitted`].
    #[must_use]
    pub fn message(&self) -> Message {
        self.fitted().0
    }

    /// What will be posted, cut to what a message holds; and what was cut. It makes sense from its content alone; framed is the picture.
    #[must_use]
    pub fn fitted(&self) -> (Message, Vec<Cut>) {
        let image = web_address(&self.wording.image)
            .map(|url| Image { url, alt: Some(self.wording.image_alt.clone()).filter(|alt| !alt.is_empty()) });
        let description = image.as_ref().and_then(|image| image.alt.as_deref()).map(escape_markdown);
        let message = Message {
            content: self.content(),
            embed: Some(Embed {
                image,
                description: description.unwrap_or_default(),
                footer: Some(SIGNATURE.to_owned()),
                ..Embed::default()
            }),
            ping: self.ping.map_or(Ping::Nobody, Ping::from),
            thread: self.thread.then(|| self.wording.title.clone()),
            pin: self.pin,
            name: Some(self.wording.title.clone()),
            tags: self.tags.iter().map(|tag| tag.id).collect(),
            ..Message::default()
        };
        message.fitted()
    }

    /// Title, text, link, contact, ping; uncut.
    fn content(&self) -> String {
        let title = Some(&self.wording.title).filter(|title| !title.is_empty());
        let headed: Vec<String> = title
            .map(|title| format!("**{}**", escape_markdown(title)))
            .into_iter()
            .chain(Some(self.wording.body.clone()).filter(|body| !body.is_empty()))
            .collect();
        // In angle brackets, so that the address opens no preview of its own.
        let link = web_address(&self.wording.link).map(|url| format!("<{url}>"));
        let contact = self.wording.contact.as_ref().map(Contact::line);
        let ping = self.ping.map(Pinged::mention);
        let parts = [Some(headed.join("\n")).filter(|text| !text.is_empty()), link, contact, ping];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    /// Whether somebody of the staff may read it: what was handed over everybody, what is unfinished its author.
    #[must_use]
    pub fn is_open_to(&self, reader: UserId) -> bool {
        self.announcement.is_some() || self.author == reader
    }

    /// What stands in the way of sending it, in the order of the form.
    #[must_use]
    pub fn obstacles(&self, rules: &Rules<'_>) -> Vec<Obstacle> {
        let wording = &self.wording;
        let over = length(&self.content()).saturating_sub(limits::CONTENT);
        let is_bad = |address: &str| !address.is_empty() && web_address(address).is_none();
        let found = [
            (wording.title.is_empty(), Obstacle::NoTitle),
            (wording.body.is_empty(), Obstacle::NoBody),
            (over > 0, Obstacle::TooLong(over)),
            (is_bad(&wording.link), Obstacle::BadLink),
            (is_bad(&wording.image), Obstacle::BadImage),
            (!wording.image.is_empty() && wording.image_alt.is_empty(), Obstacle::NoImageAlt),
            (
                !self.money_confirmed && self.wording.money_for_others(rules.sponsorees).is_some(),
                Obstacle::MoneyForOthers,
            ),
            (self.channels.is_empty(), Obstacle::NoChannel),
            (self.ping.is_some_and(|ping| !rules.allow(ping)), Obstacle::PingNotAllowed),
            (wording.contact.as_ref().is_some_and(|contact| !rules.names(contact)), Obstacle::ContactUnknown),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, obstacle)| obstacle).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NOBODY: BTreeMap<String, Contact> = BTreeMap::new();

    const NOTHING_ALLOWED: Rules<'static> = Rules { pings: &[], everyone: false, sponsorees: &[], contacts: &NOBODY };

    fn draft(wording: Wording) -> StaffDraft {
        StaffDraft::begun(DraftId(1), UserId::new(7).unwrap(), wording, vec![ChannelId::new(5).unwrap()])
    }

    #[test]
    fn content_alone_makes_sense() {
        let wording = Wording::typed(
            "Nominations *open*",
            "Who **should** run?\r\nTell us.",
            "python.org/psf",
            "https://example.org/a.png",
            "A ballot box",
        );
        let draft = StaffDraft { ping: RoleId::new(21).map(Pinged::Role), ..draft(wording) };
        let message = draft.message();
        insta::assert_snapshot!(message.content, @r"
        **Nominations \*open\***
        Who **should** run?
        Tell us.

        <https://python.org/psf>

        <@&21>
        ");
        assert_eq!(message.ping, Ping::Roles(vec![RoleId::new(21).unwrap()]));
        let embed = message.embed.unwrap();
        assert_eq!((embed.description.as_str(), embed.footer.as_deref()), ("A ballot box", Some(SIGNATURE)));
        assert_eq!(draft.obstacles(&Rules { pings: &[RoleId::new(21).unwrap()], ..NOTHING_ALLOWED }), []);
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let nothing = StaffDraft { channels: vec![], ..draft(Wording::default()) };
        assert_eq!(nothing.obstacles(&NOTHING_ALLOWED), [Obstacle::NoTitle, Obstacle::NoBody, Obstacle::NoChannel]);
        let wrong = Wording::typed("t", "b", "javascript:alert(1)", "not an address", "");
        assert_eq!(
            draft(wrong).obstacles(&NOTHING_ALLOWED),
            [Obstacle::BadLink, Obstacle::BadImage, Obstacle::NoImageAlt]
        );
        let pinged =
            StaffDraft { ping: RoleId::new(21).map(Pinged::Role), ..draft(Wording::typed("t", "b", "", "", "")) };
        assert_eq!(pinged.obstacles(&NOTHING_ALLOWED), [Obstacle::PingNotAllowed]);
        let everyone = StaffDraft { ping: Some(Pinged::Everyone), ..pinged };
        assert_eq!(everyone.message().content, "**t**\nb\n\n@everyone");
        assert_eq!(everyone.message().ping, Ping::Everyone);
        let roles = Rules { pings: &[RoleId::new(21).unwrap()], ..NOTHING_ALLOWED };
        assert_eq!(everyone.obstacles(&roles), [Obstacle::PingNotAllowed]);
        assert_eq!(everyone.obstacles(&Rules { everyone: true, ..NOTHING_ALLOWED }), []);
    }

    #[test]
    fn a_contact_is_named_below_the_link_while_the_configuration_names_it() {
        let grants = Contact { name: "Grants team".into(), address: "grants@python.org".into() };
        let signed = draft(Wording::typed("t", "b", "python.org", "", "").signed(Some(grants.clone())));
        let signed = StaffDraft { ping: RoleId::new(21).map(Pinged::Role), ..signed };
        insta::assert_snapshot!(signed.message().content, @r"
        **t**
        b

        <https://python.org/>

        Contact: Grants team, grants@python.org

        <@&21>
        ");
        let contacts = BTreeMap::from([("grants".to_owned(), grants)]);
        let rules = Rules { pings: &[RoleId::new(21).unwrap()], contacts: &contacts, ..NOTHING_ALLOWED };
        assert_eq!(signed.obstacles(&rules), []);
        assert_eq!(signed.obstacles(&Rules { contacts: &NOBODY, ..rules }), [Obstacle::ContactUnknown]);
    }

    #[test]
    fn asking_for_money_for_others_must_be_confirmed() {
        let asks = draft(Wording::typed("t", "Donate to our friends!", "", "", ""));
        assert_eq!(asks.obstacles(&NOTHING_ALLOWED), [Obstacle::MoneyForOthers]);
        assert_eq!(StaffDraft { money_confirmed: true, ..asks }.obstacles(&NOTHING_ALLOWED), []);
    }

    #[test]
    fn length_is_counted_in_utf_16_units() {
        // With the title 2000 characters: every face counts two.
        let body = "😀".repeat((2000 - "**t**\n".len()) / 2);
        let fits = draft(Wording::typed("t", &body, "", "", ""));
        assert_eq!(fits.obstacles(&NOTHING_ALLOWED), []);
        let over = draft(Wording::typed("t", &format!("{body}😀"), "", "", ""));
        assert_eq!(over.obstacles(&NOTHING_ALLOWED), [Obstacle::TooLong(2)]);
        assert!(length(&over.message().content) <= limits::CONTENT);
    }
}
