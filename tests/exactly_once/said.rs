//! What staff said: announced, reworded and taken back through the store, looked for at Discord.

use chrono::{DateTime, Utc};
use psfbot::announcements::{DeliveryState, DraftState, StaffDraft, Wording};
use psfbot::ids::{AnnouncementId, ChannelId, Snowflake, UserId};
use psfbot::store::{Change, Store};
use sandbox::client::{Client, Message};
use sandbox::world::demo::{FORUM, STAFF_MEMBER};
use serde_json::Value;

use crate::support::no_desk;

/// One announcement of staff in one channel.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) channel: u64,
    /// How often it was reworded.
    pub(super) revision: u32,
    number: u64,
    draft: StaffDraft,
}

fn made(change: Change) -> StaffDraft {
    match change {
        Change::Made(draft) => draft,
        other => panic!("nobody else changes it: {other:?}"),
    }
}

impl Said {
    /// Announces something, due now. `number` tells it from others; `with` adds what follows the message.
    pub(super) async fn announce(
        store: &Store,
        now: DateTime<Utc>,
        (channel, number): (u64, u64),
        with: impl FnOnce(StaffDraft) -> StaffDraft,
    ) -> Self {
        let author = UserId::new(STAFF_MEMBER).unwrap();
        let opened_by = Snowflake::new(1_000_000 + number).unwrap();
        let draft = store.create_draft(author, opened_by, &wording(number, 0), now).await.unwrap().unwrap();
        let draft = StaffDraft { channels: vec![ChannelId::new(channel).unwrap()], crosspost: true, ..draft };
        let draft = made(store.save_draft(&with(draft), now).await.unwrap());
        let draft = made(store.announce_draft(&draft, now, DraftState::Sent, now).await.unwrap());
        Self { channel, revision: 0, number, draft }
    }

    /// Says it differently.
    pub(super) async fn reword(&mut self, store: &Store, now: DateTime<Utc>) {
        self.revision += 1;
        let draft = store.draft(self.draft.id).await.unwrap().unwrap();
        let draft = StaffDraft { wording: wording(self.number, self.revision), ..draft };
        self.draft = made(store.reword_announcement(&draft, draft.author, no_desk(), now).await.unwrap());
    }

    /// Takes it back.
    pub(super) async fn cancel(&self, store: &Store, now: DateTime<Utc>) {
        store.cancel_announcement(self.announcement(), self.draft.author, no_desk(), now).await.unwrap().unwrap();
    }

    /// Sends it again after it failed.
    pub(super) async fn retry(&self, store: &Store, now: DateTime<Utc>) {
        store.retry_announcement(self.announcement(), self.draft.author, now).await.unwrap();
    }

    fn announcement(&self) -> AnnouncementId {
        self.draft.announcement.unwrap()
    }

    pub(super) async fn state(&self, store: &Store) -> DeliveryState {
        store.delivery_states(self.announcement()).await.unwrap()[0].1
    }

    /// Its messages at Discord, of whatever revision.
    pub(super) async fn messages(&self, discord: &Client) -> Vec<Message> {
        let sam = discord.person(STAFF_MEMBER);
        let mut messages = match self.channel {
            FORUM => sam.posts(FORUM).await.unwrap().into_iter().flat_map(|(_, messages)| messages).collect(),
            channel => sam.messages(channel).await.unwrap(),
        };
        let title = format!("**{}**", title(self.number));
        messages.retain(|message| message.content().starts_with(&title));
        messages
    }

    /// Its posts, where it went to a forum.
    pub(super) async fn posts(&self, discord: &Client) -> Vec<Value> {
        let posts = discord.person(STAFF_MEMBER).posts(FORUM).await.unwrap();
        posts.into_iter().map(|(post, _)| post).filter(|post| post["name"] == title(self.number)).collect()
    }

    /// Whether a message shows what was said last.
    pub(super) fn is_newest(&self, message: &Message) -> bool {
        message.content().ends_with(&format!("revision {}", self.revision))
    }
}

fn title(number: u64) -> String {
    format!("Announcement {number}")
}

fn wording(number: u64, revision: u32) -> Wording {
    Wording::typed(&title(number), &format!("This is revision {revision}"), "", "", "")
}
