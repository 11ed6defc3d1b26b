//! What staff write before it is announced: the wording, where it goes, whom it pings, when.
//!
//! Owns how the wording becomes a [`Message`] and what stands in the way of sending it. The text is Markdown on
//! purpose; mentions in it ping nobody, because a message pings what its [`Ping`] names and nothing else.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{DraftState, PostTag, money_for_others};
use crate::ids::{AnnouncementId, ApprovalId, ChannelId, DraftId, RoleId, UserId};
use crate::message::{Cut, Embed, Image, Message, Ping, escape_markdown, is_deceptive, length, limits, one_line};

/// What the form takes, in characters. All at their longest do not fit one message; [`Obstacle::TooLong`] says so.
pub mod fields {
    /// Title.
    pub const TITLE: u16 = 150;
    /// Text.
    pub const BODY: u16 = 1800;
    /// Addresses of the link and of the image.
    pub const URL: u16 = 500;
    /// Description of the image.
    pub const IMAGE_ALT: u16 = 300;
}

/// Channels that one announcement can go to.
pub const MOST_CHANNELS: u8 = 10;

/// What stands at the foot of every announcement of staff, before the reference.
const SIGNATURE: &str = "Python Software Foundation";

/// What was typed into the form, cleaned of control and direction characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Headline, plain text.
    pub title: String,
    /// Text, in Discord's Markdown.
    pub body: String,
    /// Address of more; empty for none.
    pub link: String,
    /// Address of a picture; empty for none.
    pub image: String,
    /// What the picture shows.
    pub image_alt: String,
}

impl Wording {
    /// Takes what was typed.
    #[must_use]
    pub fn typed(title: &str, body: &str, link: &str, image: &str, image_alt: &str) -> Self {
        Self {
            title: one_line(title),
            body: cleaned(body),
            link: one_line(link),
            image: one_line(image),
            image_alt: one_line(image_alt),
        }
    }

    /// The first part that asks for money for others; see [`money_for_others`].
    #[must_use]
    pub fn money_for_others(&self, sponsorees: &[String]) -> Option<&str> {
        [&self.title, &self.body, &self.link].into_iter().find_map(|text| money_for_others(text, sponsorees))
    }
}

/// Text of several lines as it can be shown.
fn cleaned(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    unix.chars().filter(|&c| !is_deceptive(c)).collect::<String>().trim().to_owned()
}

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
    /// The role that is pinged.
    pub ping: Option<RoleId>,
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
    /// This is a thread of a channel that needs approval, which is asked for by channel.
    BoundThread(ChannelId),
    /// This forum takes no post without one of its tags, and none is chosen.
    NoTag(ChannelId),
}

impl StaffDraft {
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
            ping: self.ping.map_or(Ping::Nobody, |role| Ping::Roles(vec![role])),
            thread: self.thread.then(|| self.wording.title.clone()),
            pin: self.pin,
            name: Some(self.wording.title.clone()),
            tags: self.tags.iter().map(|tag| tag.id).collect(),
            ..Message::default()
        };
        message.fitted()
    }

    /// Title, text, link, ping; uncut.
    fn content(&self) -> String {
        let title = Some(&self.wording.title).filter(|title| !title.is_empty());
        let headed: Vec<String> = title
            .map(|title| format!("**{}**", escape_markdown(title)))
            .into_iter()
            .chain(Some(self.wording.body.clone()).filter(|body| !body.is_empty()))
            .collect();
        // In angle brackets, so that the address opens no preview of its own.
        let link = web_address(&self.wording.link).map(|url| format!("<{url}>"));
        let ping = self.ping.map(|role| format!("<@&{role}>"));
        let parts = [Some(headed.join("\n")).filter(|text| !text.is_empty()), link, ping];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    /// Whether somebody of the staff may read it: what was handed over everybody, what is unfinished its author.
    #[must_use]
    pub fn is_open_to(&self, reader: UserId) -> bool {
        self.announcement.is_some() || self.author == reader
    }

    /// What stands in the way of sending it, in the order of the form.
    #[must_use]
    pub fn obstacles(&self, allowed_pings: &[RoleId], sponsorees: &[String]) -> Vec<Obstacle> {
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
            (!self.money_confirmed && self.wording.money_for_others(sponsorees).is_some(), Obstacle::MoneyForOthers),
            (self.channels.is_empty(), Obstacle::NoChannel),
            (self.ping.is_some_and(|role| !allowed_pings.contains(&role)), Obstacle::PingNotAllowed),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, obstacle)| obstacle).collect()
    }
}

/// An address as people type it, `https://` left out or not. `None` for what Discord would not open.
pub(super) fn web_address(text: &str) -> Option<Url> {
    if text.is_empty() {
        return None;
    }
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&full).ok()?;
    let host = url.host_str()?;
    let is_web = matches!(url.scheme(), "http" | "https") && host.contains('.');
    let has_login = !url.username().is_empty() || url.password().is_some();
    let is_plain = !url.as_str().contains(['<', '>', ' ']);
    (is_web && !has_login && is_plain && length(url.as_str()) <= limits::URL).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(wording: Wording) -> StaffDraft {
        StaffDraft {
            id: DraftId(1),
            author: UserId::new(7).unwrap(),
            wording,
            channels: vec![ChannelId::new(5).unwrap()],
            ping: None,
            crosspost: true,
            thread: false,
            pin: false,
            tags: Vec::new(),
            money_confirmed: false,
            confirmed: vec![],
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

    #[test]
    fn content_alone_makes_sense() {
        let wording = Wording::typed(
            "Nominations *open*",
            "Who **should** run?\r\nTell us.",
            "python.org/psf",
            "https://example.org/a.png",
            "A ballot box",
        );
        let draft = StaffDraft { ping: RoleId::new(21), ..draft(wording) };
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
        assert_eq!(draft.obstacles(&[RoleId::new(21).unwrap()], &[]), []);
    }

    #[test]
    fn characters_that_deceive_are_taken_out() {
        let wording = Wording::typed("a\u{202E}b\nc", "x\u{0}\u{2066}y\tz", "", "", "");
        assert_eq!((wording.title.as_str(), wording.body.as_str()), ("ab c", "xy z"));
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let nothing = StaffDraft { channels: vec![], ..draft(Wording::default()) };
        assert_eq!(nothing.obstacles(&[], &[]), [Obstacle::NoTitle, Obstacle::NoBody, Obstacle::NoChannel]);
        let wrong = Wording::typed("t", "b", "javascript:alert(1)", "not an address", "");
        assert_eq!(draft(wrong).obstacles(&[], &[]), [Obstacle::BadLink, Obstacle::BadImage, Obstacle::NoImageAlt]);
        let pinged = StaffDraft { ping: RoleId::new(21), ..draft(Wording::typed("t", "b", "", "", "")) };
        assert_eq!(pinged.obstacles(&[], &[]), [Obstacle::PingNotAllowed]);
    }

    #[test]
    fn asking_for_money_for_others_must_be_confirmed() {
        let asks = draft(Wording::typed("t", "Donate to our friends!", "", "", ""));
        assert_eq!(asks.obstacles(&[], &[]), [Obstacle::MoneyForOthers]);
        assert_eq!(StaffDraft { money_confirmed: true, ..asks }.obstacles(&[], &[]), []);
    }

    #[test]
    fn length_is_counted_in_utf_16_units() {
        // With the title 2000 characters: every face counts two.
        let body = "😀".repeat((2000 - "**t**\n".len()) / 2);
        let fits = draft(Wording::typed("t", &body, "", "", ""));
        assert_eq!(fits.obstacles(&[], &[]), []);
        let over = draft(Wording::typed("t", &format!("{body}😀"), "", "", ""));
        assert_eq!(over.obstacles(&[], &[]), [Obstacle::TooLong(2)]);
        assert!(length(&over.message().content) <= limits::CONTENT);
    }

    #[test]
    fn an_address_is_one_that_a_browser_opens() {
        for good in ["https://python.org", "python.org/a?b=c#d", "http://example.org:8080/x.png"] {
            assert!(web_address(good).is_some(), "{good}");
        }
        for bad in
            ["", "ftp://python.org", "https://user:pw@python.org", "localhost", "https://", "a b.org", "mailto:x@y.z"]
        {
            assert!(web_address(bad).is_none(), "{bad}");
        }
        assert!(web_address(&format!("https://python.org/{}", "x".repeat(600))).is_none());
    }
}
