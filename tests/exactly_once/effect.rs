//! What a request is to bring about at Discord: how it comes due, which request does it, how it is counted.

use chrono::{DateTime, TimeDelta, Utc};
use psfbot::announcements::{DeliveryState, Draft, Kind, StaffDraft};
use psfbot::ids::{ChannelId, UserId};
use psfbot::message::Message;
use psfbot::store::{EventKey, Store};
use sandbox::client::Client;
use sandbox::world::demo::{ANNOUNCEMENTS, BOT_ROLE, FORUM, GENERAL, GUILD, MEMBER, STAFF, STAFF_MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::said::Said;

/// The kinds of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Create,
    Edit,
    Crosspost,
    Thread,
    Pin,
    Delete,
    /// A post in a forum, which has no nonce.
    Post,
    PostEdit,
    PostPin,
    PostDelete,
    Event,
    Direct,
}

pub(super) const EFFECTS: [Effect; 12] = [
    Effect::Create,
    Effect::Edit,
    Effect::Crosspost,
    Effect::Thread,
    Effect::Pin,
    Effect::Delete,
    Effect::Post,
    Effect::PostEdit,
    Effect::PostPin,
    Effect::PostDelete,
    Effect::Event,
    Effect::Direct,
];

/// Where it takes place.
pub(super) struct Scene<'a> {
    pub(super) store: &'a Store,
    pub(super) pool: &'a PgPool,
    pub(super) discord: &'a Client,
    /// Address of Discord's API, and the bot's token there.
    pub(super) api: (&'a str, &'a str),
    pub(super) now: DateTime<Utc>,
}

/// An effect that was begun.
#[derive(Debug)]
pub(super) enum Begun {
    Said(Box<Said>),
    Event,
    Direct(u64),
}

const MANAGE_THREADS: u64 = 1 << 34;

/// The flag of a message that was published to followers.
const CROSSPOSTED: u64 = 1;

/// The flag of a message with a thread below it.
const HAS_THREAD: u64 = 1 << 5;

/// A session of office hours that every configuration here has, and no process reminds of by itself.
pub(super) fn session(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::days(5)
}

impl Effect {
    /// Whether a message must stand before it can come due.
    pub(super) const fn is_of_a_message(self) -> bool {
        matches!(self, Self::Edit | Self::Delete | Self::PostEdit | Self::PostDelete)
    }

    /// Whether it takes place in a forum.
    const fn is_of_a_post(self) -> bool {
        matches!(self, Self::Post | Self::PostEdit | Self::PostPin | Self::PostDelete)
    }

    /// Its channel.
    pub(super) async fn channel(self, scene: &Scene<'_>) -> u64 {
        match self {
            Self::Crosspost => ANNOUNCEMENTS,
            Self::Direct => direct_channel(scene).await,
            _ if self.is_of_a_post() => {
                scene.discord.set_permissions(FORUM, BOT_ROLE, MANAGE_THREADS, 0).await.unwrap();
                FORUM
            }
            _ => GENERAL,
        }
    }

    /// Plans what it is about. `number` tells it from others.
    pub(super) async fn begin(self, scene: &Scene<'_>, channel: u64, number: u64) -> Begun {
        match self {
            Self::Event => Begun::Event,
            Self::Direct => Begun::Direct(remind(scene, channel).await),
            _ => {
                let pin = matches!(self, Self::Pin | Self::PostPin);
                let with = |draft| StaffDraft { thread: self == Self::Thread, pin, ..draft };
                Begun::Said(Box::new(Said::announce(scene.store, scene.now, (channel, number), with).await))
            }
        }
    }

    /// Brings it about that the next request is the one that does it; what it needs stands.
    pub(super) async fn come_due(self, scene: &Scene<'_>, begun: &mut Begun) {
        match (self, begun) {
            (Self::Edit | Self::PostEdit, Begun::Said(said)) => said.reword(scene.store, scene.now).await,
            (Self::Delete | Self::PostDelete, Begun::Said(said)) => said.cancel(scene.store, scene.now).await,
            _ => {}
        }
    }

    /// The request: method and path, in which `*` stands for one part.
    pub(super) fn request(self, channel: u64) -> (&'static str, String) {
        match self {
            Self::Event => ("POST", format!("/guilds/{GUILD}/scheduled-events")),
            Self::Edit => ("PATCH", format!("/channels/{channel}/messages/*")),
            Self::Crosspost => ("POST", format!("/channels/{channel}/messages/*/crosspost")),
            Self::Thread => ("POST", format!("/channels/{channel}/messages/*/threads")),
            Self::Pin => ("PUT", format!("/channels/{channel}/messages/pins/*")),
            Self::Delete => ("DELETE", format!("/channels/{channel}/messages/*")),
            Self::Post => ("POST", format!("/channels/{channel}/threads")),
            Self::PostEdit => ("PATCH", "/channels/*/messages/*".to_owned()),
            Self::PostPin => ("PATCH", "/channels/*".to_owned()),
            Self::PostDelete => ("DELETE", "/channels/*".to_owned()),
            Self::Create | Self::Direct => ("POST", format!("/channels/{channel}/messages")),
        }
    }

    /// Whether it is recorded as done.
    pub(super) async fn is_done(scene: &Scene<'_>) -> bool {
        sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT FROM delivery WHERE state IN ('pending', 'sending'))
                AND NOT EXISTS (SELECT FROM delivery_step WHERE state = 'pending')
                AND NOT EXISTS (SELECT FROM scheduled_event WHERE state = 'wanted')",
        )
        .fetch_one(scene.pool)
        .await
        .unwrap()
    }

    /// It was brought about once, and the database says so.
    pub(super) async fn assert_once(self, scene: &Scene<'_>, begun: &Begun, case: &str) {
        match begun {
            Begun::Said(said) => self.assert_said(scene, said, case).await,
            Begun::Event => {
                let state = scene.discord.person(STAFF_MEMBER).state().await.unwrap();
                assert_eq!(state["scheduled_events"].as_array().unwrap().len(), 1, "{case}");
                let recorded: Vec<String> =
                    sqlx::query_scalar("SELECT state FROM scheduled_event").fetch_all(scene.pool).await.unwrap();
                assert_eq!(recorded, ["standing"], "{case}");
            }
            Begun::Direct(channel) => {
                let told = scene.discord.person(MEMBER).messages(*channel).await.unwrap();
                assert_eq!(told.len(), 1, "{case}");
            }
        }
        assert!(Self::is_done(scene).await, "{case}: something is left open");
        let failed: Vec<Option<String>> = sqlx::query_scalar(
            "SELECT problem FROM delivery WHERE state NOT IN ('delivered', 'cancelled') UNION ALL SELECT problem FROM delivery_step WHERE state = 'failed'",
        )
        .fetch_all(scene.pool)
        .await
        .unwrap();
        assert!(failed.is_empty(), "{case}: {failed:?}");
        let cards = scene.discord.person(STAFF_MEMBER).messages(STAFF).await.unwrap();
        assert!(cards.is_empty(), "{case}: staff are not alarmed");
    }

    async fn assert_said(self, scene: &Scene<'_>, said: &Said, case: &str) {
        let messages = said.messages(scene.discord).await;
        if self.is_of_a_post() {
            let posts = said.posts(scene.discord).await;
            assert_eq!(posts.len(), usize::from(self != Self::PostDelete), "{case}: {posts:?}");
            assert!(posts.iter().all(|post| post["pinned"] == (self == Self::PostPin)), "{case}");
        }
        if matches!(self, Self::Delete | Self::PostDelete) {
            assert!(messages.is_empty(), "{case}");
            assert_eq!(said.state(scene.store).await, DeliveryState::Cancelled, "{case}");
            return;
        }
        let [message] = &messages[..] else { panic!("{case}: {messages:?}") };
        assert!(said.is_newest(message), "{case}: {}", message.content());
        assert_eq!(said.state(scene.store).await, DeliveryState::Delivered, "{case}");
        let flags = message.raw["flags"].as_u64().unwrap_or(0);
        assert_eq!(flags & CROSSPOSTED != 0, said.channel == ANNOUNCEMENTS, "{case}");
        assert_eq!(flags & HAS_THREAD != 0, self == Self::Thread, "{case}");
        assert_eq!(message.raw["pinned"], self == Self::Pin, "{case}");
    }
}

/// The direct messages of a member.
async fn direct_channel(scene: &Scene<'_>) -> u64 {
    let (url, token) = scene.api;
    let opened: Value = reqwest::Client::new()
        .post(format!("{url}/api/v10/users/@me/channels"))
        .header("authorization", format!("Bot {token}"))
        .json(&json!({"recipient_id": MEMBER.to_string()}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    opened["id"].as_str().unwrap().parse().unwrap()
}

/// A member's own reminder that is due now.
async fn remind(scene: &Scene<'_>, channel: u64) -> u64 {
    let session = EventKey { series: "fifth".into(), starts_at: session(scene.now) };
    let draft = Draft {
        kind: Kind::Personal,
        message: Message { content: "Soon.".into(), ..Message::default() },
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(channel).unwrap()],
        due_at: scene.now,
    };
    let member = UserId::new(MEMBER).unwrap();
    let ends_at = session.starts_at + TimeDelta::hours(1);
    scene.store.remind_member(member, &session, ends_at, &draft, scene.now).await.unwrap();
    channel
}

/// The session in a configuration, in place of all others.
pub(super) fn series(now: DateTime<Utc>) -> String {
    let at = session(now).format("%FT%TZ");
    format!(
        "[[series]]\nkey = \"fifth\"\ntitle = \"Fifth Day\"\nchannel = \"{GENERAL}\"\nduration = \"1h\"\nreminders = []\ndates = [\"{at}\"]\n"
    )
}
