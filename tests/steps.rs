//! What follows a message that stands: one step holds up no other, two processes take it once, and what somebody deleted
//! is left alone. What goes wrong on the way is `exactly_once`'s.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use psfbot::announcements::{Draft, DraftState, Kind, StaffDraft, Step, Wording};
use psfbot::clock::Clock;
use psfbot::ids::{AnnouncementId, ChannelId, Snowflake, UserId};
use psfbot::message::Message;
use psfbot::store::Change;
use sandbox::world::demo::{ANNOUNCEMENTS, GENERAL, STAFF, STAFF_MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TOKEN, TestServer, no_desk};

const CROSSPOSTED: u64 = 1;

/// Type of the message that Discord posts when something is pinned.
const PINNED: u64 = 6;

/// What is done to Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Create,
    Edit,
    Crosspost,
    Thread,
    Pin,
    Delete,
}

const DEEDS: [Deed; 6] = [Deed::Create, Deed::Edit, Deed::Crosspost, Deed::Thread, Deed::Pin, Deed::Delete];

impl Deed {
    /// The request that does it.
    fn request(self) -> (&'static str, String) {
        let messages = format!("/channels/{ANNOUNCEMENTS}/messages");
        match self {
            Self::Create => ("POST", messages),
            Self::Edit => ("PATCH", format!("{messages}/")),
            Self::Crosspost | Self::Thread => ("POST", format!("{messages}/")),
            Self::Pin => ("PUT", format!("{messages}/pins/")),
            Self::Delete => ("DELETE", format!("{messages}/")),
        }
    }

    const fn step(self) -> Option<Step> {
        match self {
            Self::Create => None,
            Self::Edit => Some(Step::Edit),
            Self::Crosspost => Some(Step::Crosspost),
            Self::Thread => Some(Step::Thread),
            Self::Pin => Some(Step::Pin),
            Self::Delete => Some(Step::Delete),
        }
    }

    /// Whether it comes with the message, or is decided later.
    const fn is_later(self) -> bool {
        matches!(self, Self::Edit | Self::Delete)
    }
}

/// An announcement of staff that is handed over to be posted at once.
async fn hand_over(server: &TestServer, title: &str, deed: Deed) -> StaffDraft {
    let (store, now) = (server.app.store(), server.clock.now());
    static FORMS: AtomicU64 = AtomicU64::new(1);
    let opened_by = Snowflake::new(FORMS.fetch_add(1, Ordering::Relaxed)).unwrap();
    let author = UserId::new(STAFF_MEMBER).unwrap();
    let wording = Wording::typed(title, "Read on.", "", "", "");
    let draft = store.create_draft(author, opened_by, &wording, now).await.unwrap().unwrap();
    let draft = StaffDraft {
        channels: vec![ChannelId::new(ANNOUNCEMENTS).unwrap()],
        crosspost: deed == Deed::Crosspost,
        thread: deed == Deed::Thread,
        pin: deed == Deed::Pin,
        ..draft
    };
    let Change::Made(draft) = store.save_draft(&draft, now).await.unwrap() else { panic!("nobody else is here") };
    match store.announce_draft(&draft, now, DraftState::Sent, now).await.unwrap() {
        Change::Made(draft) => draft,
        other => panic!("{other:?}"),
    }
}

/// What is decided once the message stands.
async fn decide_later(server: &TestServer, deed: Deed, draft: &StaffDraft) {
    let (store, now) = (server.app.store(), server.clock.now());
    match deed {
        Deed::Edit => {
            let wording = Wording { body: "Corrected.".into(), ..draft.wording.clone() };
            let corrected = StaffDraft { wording, ..draft.clone() };
            store.reword_announcement(&corrected, corrected.author, crate::support::no_desk(), now).await.unwrap();
        }
        Deed::Delete => {
            store
                .cancel_announcement(draft.announcement.unwrap(), draft.author, no_desk(), now)
                .await
                .unwrap()
                .unwrap();
        }
        _ => {}
    }
}

/// How often the deed was done, as a member sees it; and that everything else is as it should be.
async fn done(server: &TestServer, deed: Deed, title: &str) -> usize {
    let all = server.look(ANNOUNCEMENTS).await;
    let posted: Vec<_> = all.iter().filter(|message| message.content().contains(&format!("**{title}**"))).collect();
    if deed != Deed::Delete && deed != Deed::Create {
        assert_eq!(posted.len(), 1, "{deed:?} {title}: the message stands once");
    }
    match deed {
        Deed::Create => posted.len(),
        Deed::Edit => posted.iter().filter(|message| message.content().contains("Corrected.")).count(),
        Deed::Crosspost => {
            posted.iter().filter(|m| m.raw["flags"].as_u64().unwrap_or_default() & CROSSPOSTED != 0).count()
        }
        Deed::Thread => {
            let state = server.staff().state().await.unwrap();
            let is_its = |channel: &&Value| channel["id"] == posted[0].raw["id"] && channel["name"] == title;
            state["channels"].as_array().unwrap().iter().filter(is_its).count()
        }
        Deed::Pin => {
            assert_eq!(posted[0].raw["pinned"], json!(true));
            let id = &posted[0].raw["id"];
            all.iter().filter(|m| m.raw["type"] == PINNED && m.raw["message_reference"]["message_id"] == *id).count()
        }
        Deed::Delete => usize::from(posted.is_empty()),
    }
}

/// The requests of a deed that reached the server.
async fn asked(server: &TestServer, deed: Deed) -> usize {
    let (method, path) = deed.request();
    let all = server.discord.requests(0).await.unwrap();
    let is_its = |r: &&Value| r["method"] == method && r["path"].as_str().unwrap().contains(&path);
    all.iter().filter(is_its).count()
}

#[sqlx::test]
async fn a_limit_of_an_hour_holds_up_its_own_step_and_no_other(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    for deed in [Deed::Edit, Deed::Pin, Deed::Delete, Deed::Thread] {
        let title = format!("{deed:?}");
        let (method, path) = deed.request();
        if !deed.is_later() {
            server.discord.rate_limit(method, &path, 3600.0, "user", 1).await.unwrap();
        }
        let draft = hand_over(&server, &title, deed).await;
        server.settle().await;
        if deed.is_later() {
            server.discord.rate_limit(method, &path, 3600.0, "user", 1).await.unwrap();
            decide_later(&server, deed, &draft).await;
            server.settle().await;
        }
        let before = asked(&server, deed).await;
        hand_over(&server, &format!("{deed:?} meanwhile"), Deed::Create).await;
        server.advance(TimeDelta::minutes(59)).await;
        assert_eq!(asked(&server, deed).await, before, "{deed:?}: no request before its time");
        assert_eq!(done(&server, Deed::Create, &format!("{deed:?} meanwhile")).await, 1, "other work goes on");
        server.advance(TimeDelta::minutes(2)).await;
        assert_eq!(done(&server, deed, &title).await, 1, "{deed:?}");
    }
    server.take(ANNOUNCEMENTS).await;
    server.finish().await;
}

#[sqlx::test]
async fn two_processes_take_a_step_once(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let other = server.another_app().await;
    for deed in DEEDS {
        let title = format!("{deed:?}");
        let draft = hand_over(&server, &title, deed).await;
        if deed.is_later() {
            server.settle().await;
            decide_later(&server, deed, &draft).await;
        }
        let before = asked(&server, deed).await;
        let (one, two) = tokio::join!(server.app.queue().run_until_quiet(), other.queue().run_until_quiet());
        one.unwrap();
        two.unwrap();
        // What a second did not take goes on in the next.
        server.advance(MINUTE).await;
        assert_eq!(done(&server, deed, &title).await, 1, "{deed:?}");
        // The request that creates stands for all that begin alike.
        let expected = if deed == Deed::Create { 1 } else { before + 1 };
        assert_eq!(asked(&server, deed).await, expected, "{deed:?} is asked for once");
    }
    server.take(ANNOUNCEMENTS).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_step_whose_process_died_is_taken_by_another(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    for deed in DEEDS {
        let Some(step) = deed.step() else { continue };
        let title = format!("{deed:?}");
        let draft = hand_over(&server, &title, deed).await;
        if deed.is_later() {
            server.settle().await;
            decide_later(&server, deed, &draft).await;
        } else {
            // The message stands, and the step is begun by somebody who dies.
            let (method, path) = deed.request();
            let fault = json!({"method": method, "path_prefix": path, "times": 1});
            server.discord.fault(&fault).await.unwrap();
            server.settle().await;
            server.clock.advance(TimeDelta::seconds(2));
        }
        let id: i64 = sqlx::query_scalar("SELECT max(id) FROM delivery").fetch_one(&server.pool).await.unwrap();
        let claimed =
            server.app.store().claim_step(psfbot::ids::DeliveryId(id), step, server.clock.now()).await.unwrap();
        assert!(claimed.is_some(), "{deed:?}");
        server.settle().await;
        assert_ne!(state_of(&server, id, step).await, "done", "{deed:?} is somebody else's for now");
        server.advance(MINUTE).await;
        assert_eq!(done(&server, deed, &title).await, 1, "{deed:?}");
    }
    server.take(ANNOUNCEMENTS).await;
    server.finish().await;
}

async fn state_of(server: &TestServer, delivery: i64, step: Step) -> String {
    sqlx::query_scalar("SELECT state FROM delivery_step WHERE delivery_id = $1 AND step = $2")
        .bind(delivery)
        .bind(step.as_str())
        .fetch_one(&server.pool)
        .await
        .unwrap()
}

/// Somebody deletes the newest message of the channel in Discord, with the bot's own hand.
async fn delete_by_hand(server: &TestServer) {
    let newest = server.look(ANNOUNCEMENTS).await.last().unwrap().id();
    let address = format!("{}/api/v10/channels/{ANNOUNCEMENTS}/messages/{newest}", server.sandbox.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let deleted = client.delete(address).header("authorization", format!("Bot {TOKEN}")).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
}

#[sqlx::test]
async fn a_message_that_somebody_deleted_is_left_alone_and_nobody_is_alarmed(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    for deed in [Deed::Edit, Deed::Crosspost, Deed::Thread, Deed::Pin, Deed::Delete] {
        let title = format!("{deed:?}");
        let (method, path) = deed.request();
        if !deed.is_later() {
            server.discord.rate_limit(method, &path, 600.0, "user", 1).await.unwrap();
        }
        let draft = hand_over(&server, &title, deed).await;
        server.settle().await;
        delete_by_hand(&server).await;
        decide_later(&server, deed, &draft).await;
        server.advance(HOUR).await;
        server.advance(HOUR).await;
        let row: (String, bool, String, Option<String>) = sqlx::query_as(
            "SELECT d.state, d.removed_at IS NOT NULL, s.state, s.problem FROM delivery d JOIN delivery_step s ON s.delivery_id = d.id
             WHERE d.announcement_id = $1 AND s.step = $2",
        )
        .bind(draft.announcement.unwrap().0)
        .bind(deed.step().unwrap().as_str())
        .fetch_one(&server.pool)
        .await
        .unwrap();
        let state = if deed == Deed::Delete { "cancelled" } else { "delivered" };
        assert_eq!((row.0.as_str(), row.1, row.2.as_str()), (state, true, "done"), "{deed:?}: {:?}", row.3);
        assert!(server.look(ANNOUNCEMENTS).await.is_empty(), "{deed:?}: it is not posted again");
        // Nothing further is even tried.
        let before = server.discord.requests(0).await.unwrap().len();
        decide_later(&server, Deed::Edit, &draft).await;
        server.advance(MINUTE).await;
        assert_eq!(server.discord.requests(0).await.unwrap().len(), before, "{deed:?}");
    }
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn followers_get_a_message_as_it_is_to_read(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    // Both are due at once: the publishing waited for its limit, and meanwhile the text was corrected.
    let (method, path) = Deed::Crosspost.request();
    server.discord.rate_limit(method, &path, 600.0, "user", 1).await.unwrap();
    let draft = hand_over(&server, "Both", Deed::Crosspost).await;
    server.settle().await;
    let fault = json!({"method": "PATCH", "path_prefix": format!("/channels/{ANNOUNCEMENTS}/messages/"), "times": 3});
    server.discord.fault(&fault).await.unwrap();
    decide_later(&server, Deed::Edit, &draft).await;
    server.advance(HOUR).await;
    for _attempt in 0..4 {
        server.advance(MINUTE).await;
    }
    let requests = server.discord.requests(0).await.unwrap();
    let place = |method: &str, end: &str| {
        let is_it =
            |r: &Value| r["method"] == method && r["path"].as_str().unwrap().ends_with(end) && r["status"] == 200;
        requests.iter().position(is_it).unwrap()
    };
    let id = server.take(ANNOUNCEMENTS).await[0].id();
    assert!(place("PATCH", &id.to_string()) < place("POST", "/crosspost"));
    server.finish().await;
}

#[sqlx::test]
async fn what_is_taken_back_while_its_fate_is_unknown_is_looked_for_and_deleted(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let fault = json!({"method": "POST", "path_prefix": format!("/channels/{ANNOUNCEMENTS}/messages"), "times": 1, "carried_out": true});
    server.discord.fault(&fault).await.unwrap();
    let draft = hand_over(&server, "Regretted", Deed::Pin).await;
    server.settle().await;
    assert_eq!(server.look(ANNOUNCEMENTS).await.len(), 1, "it was posted, and the answer lost");
    decide_later(&server, Deed::Delete, &draft).await;
    server.advance(MINUTE).await;
    assert!(server.look(ANNOUNCEMENTS).await.is_empty(), "neither the message nor a word of its pin");
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "cancelled");
    server.finish().await;
}

#[sqlx::test]
async fn a_failed_one_whose_first_attempt_may_have_been_posted_is_looked_for_when_it_is_taken_back(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let fault = json!({"method": "POST", "path_prefix": format!("/channels/{ANNOUNCEMENTS}/messages"), "times": 1, "carried_out": true});
    server.discord.fault(&fault).await.unwrap();
    let draft = hand_over(&server, "Regretted", Deed::Create).await;
    server.settle().await;
    // The second attempt is refused for good.
    let bot = sandbox::world::demo::BOT_ROLE;
    let (send, embed) = (1 << 11, 1 << 14);
    server.discord.set_permissions(ANNOUNCEMENTS, bot, 0, send | embed).await.unwrap();
    server.advance(MINUTE).await;
    assert_eq!(server.take(STAFF).await.len(), 1);
    decide_later(&server, Deed::Delete, &draft).await;
    server.advance(MINUTE).await;
    assert!(server.look(ANNOUNCEMENTS).await.is_empty());
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_feed_that_is_configured_so_gets_a_thread_for_each_post(pool: PgPool) {
    let with_thread = |config: String| config.replace("interval = \"10m\"", "interval = \"10m\"\nthread = true");
    let mut server = TestServer::configured(pool, with_thread).await;
    server.settle().await;
    let title = format!("{} 👩‍👩‍👧‍👦", "A very long title of a post ".repeat(6));
    server.discord.publish(&title, "Summary").await.unwrap();
    server.advance(HOUR).await;
    let posted = server.take(sandbox::world::demo::BLOG).await;
    let state = server.staff().state().await.unwrap();
    let threads: Vec<&Value> =
        state["channels"].as_array().unwrap().iter().filter(|c| c["id"] == posted[0].raw["id"]).collect();
    let name = threads[0]["name"].as_str().unwrap();
    assert!(name.starts_with("A very long title of a post") && name.ends_with('…'), "{name}");
    assert!(name.encode_utf16().count() <= 100, "{name}");
    assert_eq!(threads.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn an_announcement_by_hand_has_its_steps_taken_too(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let now = server.clock.now();
    let message = Message { content: "All of it".into(), thread: Some("Talk".into()), pin: true, ..Message::default() };
    let draft = Draft {
        kind: Kind::Staff,
        message,
        crosspost: true,
        origin: None,
        channels: vec![ChannelId::new(ANNOUNCEMENTS).unwrap(), ChannelId::new(GENERAL).unwrap()],
        due_at: now,
    };
    let AnnouncementId(_) = server.app.store().announce(&draft, now).await.unwrap();
    server.settle().await;
    server.advance(MINUTE).await;
    for channel in [ANNOUNCEMENTS, GENERAL] {
        let messages = server.take(channel).await;
        assert_eq!(messages[0].raw["pinned"], json!(true));
        assert_eq!(messages[0].raw["thread"]["name"], "Talk");
    }
    server.finish().await;
}
