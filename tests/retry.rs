//! What failed: told once with its reason, tried again by whoever may, and the card says what came of it.

use psfbot::announcements::{Draft, Kind};
use psfbot::clock::Clock;
use psfbot::ids::{AnnouncementId, ChannelId, UserId};
use psfbot::message::Message;
use sandbox::client::Message as Seen;
use sandbox::world::demo::{ANNOUNCEMENTS, BLOG, BOT_ROLE, GENERAL, GRANTS, GRANTS_MEMBER, OWNER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, MINUTE, TestServer};

const VIEW: u64 = 1 << 10;
const SEND: u64 = 1 << 11;
const HISTORY: u64 = 1 << 16;
const THREADS: u64 = 1 << 35;
const PINS: u64 = 1 << 51;

/// A channel that the server does not have.
const NOWHERE: u64 = 1_100_000_000_000_000_099;

async fn announce(server: &TestServer, kind: Kind, title: &str, channels: &[u64]) -> AnnouncementId {
    announce_message(server, kind, Message { content: title.into(), ..Message::default() }, channels).await
}

async fn announce_message(server: &TestServer, kind: Kind, message: Message, channels: &[u64]) -> AnnouncementId {
    let now = server.clock.now();
    let channels = channels.iter().map(|&channel| ChannelId::new(channel).unwrap()).collect();
    let draft = Draft { kind, message, crosspost: true, origin: None, channels, due_at: now };
    server.app.store().announce(&draft, now).await.unwrap()
}

async fn permit(server: &TestServer, channel: u64, allow: u64, deny: u64) {
    server.discord.set_permissions(channel, BOT_ROLE, allow, deny).await.unwrap();
}

/// The only card that stands, as it reads now.
async fn card(server: &TestServer) -> Seen {
    let cards = server.look(STAFF).await;
    let [card] = &cards[..] else { panic!("one card is expected: {cards:?}") };
    card.clone()
}

#[sqlx::test]
async fn a_failure_is_told_with_its_reason_retried_by_a_button_and_its_card_follows(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    announce(&server, Kind::Staff, "Hello *all*", &[GENERAL]).await;
    server.settle().await;
    server.advance(HOUR).await;
    let told = card(&server).await;
    insta::assert_snapshot!(told.content(), @r"
    **An announcement could not be posted** in <#1100000000000000015>: Hello \*all
    the bot lacks a permission in this channel (View Channel, Send Messages, Embed Links): grant it, then retry. Nothing is lost. When that is put right, press **Retry**. Last tried: <t:1795262400:F> (21 November 2026, 12:00 UTC)
    ");
    // Too early: it fails again, the card stays, and nobody is told a second time.
    let early = server.staff().press(&told, "Retry").await.unwrap();
    insta::assert_snapshot!(early.content(), @r"
    **Tried again now.** The card in the staff channel says what came of it.
    - Hello \*all in <#1100000000000000015>: tried again
    ");
    assert!(early.message.unwrap().is_ephemeral());
    server.advance(MINUTE).await;
    let tried = card(&server).await;
    assert!(tried.content().ends_with("13:01 UTC)") && tried.id() == told.id(), "{}", tried.content());
    permit(&server, GENERAL, SEND, 0).await;
    server.staff().press(&told, "Retry").await.unwrap();
    server.advance(MINUTE).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let followed = card(&server).await;
    insta::assert_snapshot!(followed.content(), @r"**Put right** in <#1100000000000000015>: Hello \*all");
    assert!(followed.buttons().is_empty(), "{:?}", followed.buttons());
    // A button that somebody still has on the screen says what happened.
    let late = server.staff().forge_click(&followed, "trouble-retry:1:1.message").await.unwrap();
    assert!(late.content().contains("it is done https://discord.com/channels/"), "{}", late.content());
    server.advance(MINUTE).await;
    assert_eq!(server.look(GENERAL).await.len(), 1);
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn two_who_click_at_once_try_it_again_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    announce(&server, Kind::Staff, "Once", &[GENERAL]).await;
    server.settle().await;
    let told = card(&server).await;
    permit(&server, GENERAL, SEND, 0).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let (one, two) = tokio::join!(sam.press(&told, "Retry"), olive.press(&told, "Retry"));
    let said = [one.unwrap(), two.unwrap()];
    let count = |words: &str| said.iter().filter(|said| said.content().contains(words)).count();
    assert_eq!((count(": tried again"), count("tried again already")), (1, 1), "{said:?}");
    server.advance(MINUTE).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let attempts: i32 = sqlx::query_scalar("SELECT attempts FROM delivery WHERE channel_id = $1")
        .bind(GENERAL as i64)
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(attempts, 2);
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn only_staff_of_what_is_announced_may_try_it_again(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    permit(&server, GRANTS, 0, SEND).await;
    announce(&server, Kind::Staff, "Of staff", &[GENERAL]).await;
    announce(&server, Kind::OfficeHours, "Of the board", &[GRANTS]).await;
    server.settle().await;
    let cards = server.take(STAFF).await;
    permit(&server, GENERAL, SEND, 0).await;
    permit(&server, GRANTS, SEND, 0).await;
    // They do not see the card, but may know its button.
    let seen = server.member().say(GENERAL, "Hello").await.unwrap();
    server.take(GENERAL).await;
    for person in [server.member(), server.discord.person(GRANTS_MEMBER)] {
        for key in ["1.message", "2.message"] {
            let refused = person.forge_click(&seen, &format!("trouble-retry:1:{key}")).await.unwrap();
            assert!(refused.content().contains("This is for staff"), "{}", refused.content());
        }
    }
    // Staff of office hours have no say in the announcements of others.
    let board = server.board();
    let refused = board.forge_click(&seen, "trouble-retry:1:1.message").await.unwrap();
    assert!(refused.content().contains("This is for staff"), "{}", refused.content());
    for key in ["", "1", "x.message", "1.gossip", "99999.message"] {
        let stale = server.staff().forge_click(&cards[0], &format!("trouble-retry:1:{key}")).await.unwrap();
        assert!(!stale.content().contains("Tried again now"), "{key}: {}", stale.content());
    }
    server.advance(MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty() && server.take(GRANTS).await.is_empty(), "nothing was tried again");
    let done = board.forge_click(&seen, "trouble-retry:1:2.message").await.unwrap();
    assert!(done.content().starts_with("**Tried again now.**"), "{}", done.content());
    server.advance(MINUTE).await;
    assert!(server.take(GENERAL).await.is_empty());
    assert_eq!(server.take(GRANTS).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn every_step_that_is_refused_says_what_it_needs_and_is_done_after_a_retry(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let all = || Message { content: "All of it".into(), thread: Some("Talk".into()), pin: true, ..Message::default() };
    // The message is posted, and then the bot loses what the steps need.
    let wait = json!({"kind": "limit", "method": "POST", "path": "/channels/*/messages/*/crosspost", "retry_after": 60.0, "times": 1});
    server.discord.request::<serde_json::Value>(reqwest::Method::POST, "/control/faults", Some(&wait)).await.unwrap();
    permit(&server, ANNOUNCEMENTS, SEND, THREADS | PINS).await;
    announce_message(&server, Kind::Blog, all(), &[ANNOUNCEMENTS]).await;
    server.settle().await;
    permit(&server, ANNOUNCEMENTS, 0, SEND | THREADS | PINS).await;
    server.advance(HOUR).await;
    let cards = server.take(STAFF).await;
    let mut reasons: Vec<&str> = cards.iter().map(|card| card.content().lines().next().unwrap()).collect();
    reasons.sort_unstable();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    **A posted announcement could not be pinned** in <#1100000000000000011>: All of it
    **A posted announcement could not be published to followers** in <#1100000000000000011>: All of it
    **A posted announcement could not get its thread** in <#1100000000000000011>: All of it
    ");
    assert!(cards.iter().any(|card| card.content().contains("Pin Messages")));
    assert!(cards.iter().any(|card| card.content().contains("Create Public Threads")));
    permit(&server, ANNOUNCEMENTS, SEND | THREADS | PINS, 0).await;
    for card in &cards {
        server.staff().press(card, "Retry").await.unwrap();
    }
    server.advance(MINUTE).await;
    let posted = &server.take(ANNOUNCEMENTS).await[0];
    assert_eq!(posted.raw["pinned"], json!(true));
    assert_eq!(posted.raw["thread"]["name"], "Talk");
    assert_eq!(posted.raw["flags"].as_u64().unwrap() & 1, 1);
    assert!(server.look(STAFF).await.iter().all(|card| card.content().starts_with("**Put right**")));
    server.finish().await;
}

#[sqlx::test]
async fn what_is_held_is_put_right_and_retried(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, HISTORY).await;
    announce(&server, Kind::Staff, "Held", &[GENERAL]).await;
    server.advance(HOUR).await;
    let told = card(&server).await;
    assert!(told.content().contains("Read Message History"), "{}", told.content());
    permit(&server, GENERAL, HISTORY, 0).await;
    // What the bot may do is believed for half a minute.
    server.advance(MINUTE).await;
    server.staff().press(&told, "Retry").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    assert!(card(&server).await.content().starts_with("**Put right**"));
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_is_gone_makes_one_card_that_names_what_to_change(pool: PgPool) {
    let elsewhere =
        |config: String| config.replace(&format!("channels = [\"{BLOG}\"]"), &format!("channels = [\"{NOWHERE}\"]"));
    let mut server = TestServer::configured(pool, elsewhere).await;
    server.connect().await;
    server.settle().await;
    for number in 1..=3 {
        server.discord.publish(&format!("Post {number}"), "Text.").await.unwrap();
        server.advance(MINUTE * 11).await;
    }
    let told = card(&server).await;
    insta::assert_snapshot!(told.content(), @r#"
    **An announcement could not be posted** in <#1100000000000000099>: Post 1; Post 2; Post 3
    the channel does not exist any more, and what was announced there can’t move: name another channel in the configuration for what comes, and post this again with /announce. (The channel is named in the configuration at `feeds.channels of "psf-blog"`.) Nothing is lost. When that is put right, press **Retry**. Last tried: <t:1795264380:F> (21 November 2026, 12:33 UTC)
    "#);
    // One button for all three.
    let retried = server.staff().press(&told, "Retry").await.unwrap();
    assert_eq!(retried.content().matches(": tried again").count(), 3, "{}", retried.content());
    server.advance(MINUTE).await;
    let tried = card(&server).await;
    assert_eq!(tried.content().lines().next(), told.content().lines().next(), "they fail for the same reason");
    // Another hour, another card.
    server.advance(HOUR * 2).await;
    server.discord.publish("Post 4", "Text.").await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    server.finish().await;
}

#[sqlx::test]
async fn a_deleted_channel_leaves_the_steps_of_its_messages_without_a_word(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let gone = json!({"kind": "answer", "method": "PUT", "path_prefix": format!("/channels/{GENERAL}/messages/pins/"),
        "status": 404, "page": "discord", "code": 10003, "times": 1});
    server.discord.request::<serde_json::Value>(reqwest::Method::POST, "/control/faults", Some(&gone)).await.unwrap();
    let message = Message { content: "Pinned".into(), pin: true, ..Message::default() };
    announce_message(&server, Kind::Staff, message, &[GENERAL]).await;
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn the_status_lists_failures_and_tries_again_those_that_are_chosen(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    permit(&server, GRANTS, 0, SEND).await;
    for number in 0..15 {
        announce(&server, Kind::Staff, &format!("To all {number}"), &[GENERAL]).await;
        announce(&server, Kind::Staff, &format!("To applicants {number}"), &[GRANTS]).await;
    }
    // A second takes only so many requests.
    for _second in 0..20 {
        server.advance(MINUTE).await;
    }
    assert_eq!(server.take(STAFF).await.len(), 2, "a card a channel");
    let status = server.staff().command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("**30 things wait for you.**"), "{}", status.content());
    assert!(status.content().contains("more lines"), "{}", status.content());
    let message = status.message.unwrap();
    let menu = message
        .components()
        .into_iter()
        .find(|c| c["custom_id"].as_str().is_some_and(|id| id.starts_with("trouble-choose")))
        .unwrap();
    let options = menu["options"].as_array().unwrap();
    assert_eq!(options.len(), 25);
    assert_eq!(options[0]["label"], "To applicants 14 (failed)");
    permit(&server, GENERAL, SEND, 0).await;
    permit(&server, GRANTS, SEND, 0).await;
    let chosen: Vec<&str> = options[..2].iter().map(|option| option["value"].as_str().unwrap()).collect();
    let retried = server.staff().choose(&message, menu["custom_id"].as_str().unwrap(), &chosen).await.unwrap();
    assert!(retried.content().starts_with("**Tried again now.**"), "{}", retried.content());
    for _second in 0..20 {
        server.advance(MINUTE).await;
    }
    // With what stands on the same card: those failed for the same reason.
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (15, 15));
    let status = server.staff().command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("Nothing waits for you."), "{}", status.content());
    assert!(server.look(STAFF).await.iter().all(|card| card.content().starts_with("**Put right**")));
    server.finish().await;
}

#[sqlx::test]
async fn what_is_retried_by_command_or_taken_back_is_followed_by_its_card_too(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    let id = announce(&server, Kind::Staff, "By command", &[GENERAL]).await;
    server.settle().await;
    permit(&server, GENERAL, SEND, 0).await;
    server.app.store().retry_announcement(id, UserId::new(1).unwrap(), server.clock.now()).await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    assert!(server.take(STAFF).await[0].content().starts_with("**Put right**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_card_that_was_deleted_is_made_anew_when_it_fails_again(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, SEND).await;
    announce(&server, Kind::Staff, "Again", &[GENERAL]).await;
    server.settle().await;
    let told = card(&server).await;
    let address = format!("{}/api/v10/channels/{STAFF}/messages/{}", server.sandbox.url(), told.id());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let token = format!("Bot {}", crate::support::TOKEN);
    assert_eq!(client.delete(address).header("authorization", token).send().await.unwrap().status(), 204);
    let command = json!({"announcement": "1"});
    server.staff().command(STAFF, "announce retry", command).await.unwrap();
    server.advance(MINUTE).await;
    server.advance(MINUTE).await;
    assert!(card(&server).await.content().contains("could not be posted"));
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_crash_between_failing_and_telling_leaves_one_card(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    permit(&server, GENERAL, 0, VIEW).await;
    announce(&server, Kind::Staff, "Told", &[GENERAL]).await;
    server.settle().await;
    // Two processes find at once that nobody was told.
    sqlx::query("DELETE FROM trouble").execute(&server.pool).await.unwrap();
    sqlx::query("DELETE FROM announcement WHERE kind = 'internal'").execute(&server.pool).await.unwrap();
    server.take(STAFF).await;
    let other = server.another_app().await;
    let (one, two) = tokio::join!(server.app.queue().run_until_quiet(), other.queue().run_until_quiet());
    one.unwrap();
    two.unwrap();
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 1);
    server.finish().await;
}
