//! Forums, media channels and threads as places for announcements.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{ANNOUNCEMENTS, BOT_ROLE, EVENT_TAG, FORUM, GENERAL, NEWS_TAG, OWNER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{choose_channels, control, ready, wording};
use crate::support::{HOUR, MINUTE, TestServer, approving};

const SEND_MESSAGES: u64 = 1 << 11;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
const MANAGE_THREADS: u64 = 1 << 34;
const SEND_IN_THREADS: u64 = 1 << 38;

async fn choose_tags(person: &Person, preview: &Message, tags: &[u64]) -> Message {
    let tags: Vec<String> = tags.iter().map(u64::to_string).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    person.choose(preview, &control(preview, "announce-tags"), &tags).await.unwrap().message.unwrap()
}

/// The only post of the forum, and what it holds.
async fn only_post(server: &TestServer) -> (Value, Vec<Message>) {
    let posts = server.staff().posts(FORUM).await.unwrap();
    let [post] = &posts[..] else { panic!("one post is expected: {posts:?}") };
    post.clone()
}

fn id(post: &Value) -> u64 {
    post["id"].as_str().unwrap().parse().unwrap()
}

/// A draft for the forum, sent; the draft's number is 1.
async fn posted(server: &mut TestServer, title: &str) -> (Value, Vec<Message>) {
    let sam = server.staff();
    let preview = ready(&sam, title, &[FORUM]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    only_post(server).await
}

#[sqlx::test]
async fn in_a_forum_it_is_a_post_with_its_title_and_tags_as_previewed(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Sprints in *Nairobi*", &[FORUM, ANNOUNCEMENTS]).await;
    let preview = choose_tags(&sam, &preview, &[EVENT_TAG]).await;
    let menu = preview.components()[0];
    assert_eq!(menu["channel_types"], json!([0, 5, 10, 11, 15, 16]));
    insta::assert_snapshot!(preview.content(), @r"
    **Draft 1, only you see this.** Nothing is posted yet. Below the line is what will be posted.
    - Channels: <#1100000000000000017>, <#1100000000000000011>
    - Ping: nobody
    - Time: when you press Send now
    - Followers: in announcement channels it is also published to the servers that follow them
    - In <#1100000000000000017>: a post of its own, titled “Sprints in \*Nairobi\*”, with Event
    ━━━━━━━━━━━━
    **Sprints in \*Nairobi\***
    Read on.
    ");
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let (post, messages) = only_post(&server).await;
    assert_eq!(post["name"], "Sprints in *Nairobi*");
    assert_eq!(post["applied_tags"], json!([EVENT_TAG.to_string()]));
    let [message] = &messages[..] else { panic!("one message is expected") };
    assert_eq!(message.id(), id(&post));
    assert!(preview.content().ends_with(message.content()) && message.pinged_nobody(), "{}", message.content());
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    let listed = sam.command(STAFF, "announce list", json!({})).await.unwrap();
    let link = format!("https://discord.com/channels/{}/{}/{}", sandbox::world::demo::GUILD, id(&post), id(&post));
    assert!(listed.content().contains(&link), "{}", listed.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_forum_that_wants_a_tag_is_not_sent_to_without_one(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.discord.change_channel(FORUM, &json!({"requires_tag": true})).await.unwrap();
    let sam = server.staff();
    let preview = ready(&sam, "Untagged", &[FORUM]).await;
    let asks = format!("**To do:** <#{FORUM}> takes no post without a tag. Choose one below.");
    assert!(preview.content().contains(&asks), "{}", preview.content());
    let send = control(&preview, "announce-send");
    let forced = sam.forge_click(&preview, &send).await.unwrap();
    assert!(forced.content().contains(&asks), "{}", forced.content());
    let preview = choose_tags(&sam, &preview, &[NEWS_TAG]).await;
    assert!(!preview.content().contains("To do"), "{}", preview.content());
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(only_post(&server).await.0["applied_tags"], json!([NEWS_TAG.to_string()]));
    server.finish().await;
}

#[sqlx::test]
async fn tags_go_with_their_forum_and_a_wrong_one_changes_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = choose_tags(&sam, &ready(&sam, "Tagged", &[FORUM]).await, &[NEWS_TAG, EVENT_TAG]).await;
    assert!(preview.content().contains("with News, Event"), "{}", preview.content());
    let menu = control(&preview, "announce-tags");
    let forged = sam.forge_choice(&preview, &menu, &["7"]).await.unwrap();
    assert!(forged.content().starts_with("One of these tags does not exist any more."), "{}", forged.content());
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    assert!(
        !preview.components().iter().any(|c| c["custom_id"].as_str().is_some_and(|id| id.starts_with("announce-tags")))
    );
    let preview = choose_channels(&sam, &preview, &[FORUM]).await;
    assert!(!preview.content().contains("with News"), "{}", preview.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_forum_whose_tags_the_bot_may_not_give_is_refused(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let forum = server.discord.add_channel(&json!({"name": "bare", "type": 16, "requires_tag": true})).await.unwrap();
    let preview = ready(&server.staff(), "Nowhere", &[id(&forum)]).await;
    assert!(preview.content().contains("was not taken.** It takes no post without a tag"), "{}", preview.content());
    let voice = server.discord.add_channel(&json!({"name": "voice", "type": 2})).await.unwrap();
    let preview = choose_channels(&server.staff(), &preview, &[id(&voice)]).await;
    assert!(
        preview.content().contains("go to text and announcement channels, forums and threads"),
        "{}",
        preview.content()
    );
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_changes_title_and_text_of_a_post_even_after_it_was_archived(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (post, _) = posted(&mut server, "Old title").await;
    server.discord.change_channel(id(&post), &json!({"archived": true})).await.unwrap();
    let sam = server.staff();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let changed = wording("New title", "Corrected.");
    sam.submit(STAFF, opened.form_id().unwrap(), changed).await.unwrap();
    server.settle().await;
    let (post, messages) = only_post(&server).await;
    assert_eq!(post["name"], "New title");
    assert_eq!(messages[0].content(), "**New title**\nCorrected.");
    server.finish().await;
}

#[sqlx::test]
async fn a_post_that_is_taken_back_goes_unless_somebody_wrote_in_it(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.discord.set_permissions(FORUM, BOT_ROLE, MANAGE_THREADS, 0).await.unwrap();
    posted(&mut server, "Regretted").await;
    let sam = server.staff();
    sam.command(STAFF, "announce cancel", json!({"announcement": "1"})).await.unwrap();
    server.settle().await;
    assert!(sam.posts(FORUM).await.unwrap().is_empty());
    let (post, _) = posted(&mut server, "Talked about").await;
    server.member().say(id(&post), "What I think of it").await.unwrap();
    sam.command(STAFF, "announce cancel", json!({"announcement": "2"})).await.unwrap();
    server.settle().await;
    let (post, messages) = only_post(&server).await;
    assert_eq!(post["name"], "Taken back", "nothing is announced there any more");
    assert_eq!(messages[0].content(), "What I think of it");
    let list = sam.command(STAFF, "announce list", json!({})).await.unwrap();
    let stays = "was posted; deleted here, because it was taken back; its post stays, called “Taken back”, because others wrote in it";
    assert!(list.content().contains(stays), "{}", list.content());
    server.finish().await;
}

#[sqlx::test]
async fn without_manage_threads_the_message_goes_and_the_post_stays(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    posted(&mut server, "Regretted").await;
    server.staff().command(STAFF, "announce cancel", json!({"announcement": "1"})).await.unwrap();
    server.settle().await;
    let (post, messages) = only_post(&server).await;
    assert_eq!(post["name"], "Taken back");
    assert!(messages.iter().all(|message| message.raw["type"] == 4), "that it was renamed alone: {messages:?}");
    let list = server.staff().command(STAFF, "announce list", json!({})).await.unwrap();
    assert!(list.content().contains("because I lack Manage Threads"), "{}", list.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_post_that_was_renamed_goes_whole_and_one_whose_messages_cannot_be_read_stays(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.discord.set_permissions(FORUM, BOT_ROLE, MANAGE_THREADS, 0).await.unwrap();
    let sam = server.staff();
    for (number, deny) in [(1, 0), (2, READ_MESSAGE_HISTORY)] {
        let (post, _) = posted(&mut server, "Regretted").await;
        let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
        let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
        sam.submit(STAFF, opened.form_id().unwrap(), wording("Renamed", "Read on.")).await.unwrap();
        server.settle().await;
        assert_eq!(only_post(&server).await.0["name"], "Renamed");
        if deny != 0 {
            server.member().say(id(&post), "What I think of it").await.unwrap();
        }
        server.discord.set_permissions(FORUM, BOT_ROLE, MANAGE_THREADS, deny).await.unwrap();
        sam.command(STAFF, "announce cancel", json!({"announcement": number.to_string()})).await.unwrap();
        server.settle().await;
        assert_eq!(sam.posts(FORUM).await.unwrap().is_empty(), deny == 0);
    }
    server.finish().await;
}

#[sqlx::test]
async fn a_post_is_pinned_in_its_forum_and_says_what_it_lacks_for_that(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Pinned", &[FORUM]).await;
    let preview = sam.press(&preview, "Pin it").await.unwrap().message.unwrap();
    assert!(preview.content().contains("I lack Manage Threads there"), "{}", preview.content());
    server.discord.set_permissions(FORUM, BOT_ROLE, MANAGE_THREADS, 0).await.unwrap();
    let preview = sam.press(&preview, "Open a thread").await.unwrap().message.unwrap();
    assert!(!preview.content().contains("I lack"), "a post is a thread already: {}", preview.content());
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(only_post(&server).await.0["pinned"], true);
    server.finish().await;
}

#[sqlx::test]
async fn a_lost_answer_makes_no_second_post_however_it_was_kept(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let fault =
        json!({"method": "POST", "path_prefix": format!("/channels/{FORUM}/threads"), "times": 1, "carried_out": true});
    server.discord.fault(&fault).await.unwrap();
    let (post, _) = posted(&mut server, "Once").await;
    // Somebody closes it before psfbot looks.
    server.discord.change_channel(id(&post), &json!({"archived": true})).await.unwrap();
    server.advance(MINUTE).await;
    only_post(&server).await;
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "delivered");
    server.finish().await;
}

#[sqlx::test]
async fn a_thread_is_posted_in_brought_back_and_without_what_threads_have_not(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (thread, _) = posted(&mut server, "A place to talk").await;
    let thread = id(&thread);
    server.discord.change_channel(thread, &json!({"archived": true})).await.unwrap();
    let sam = server.staff();
    let preview = ready(&sam, "In the thread", &[thread]).await;
    assert!(
        preview.content().contains(&format!("- In <#{thread}>: a message in that thread")),
        "{}",
        preview.content()
    );
    let preview = sam.press(&preview, "Open a thread").await.unwrap().message.unwrap();
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let (_, messages) = only_post(&server).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].content(), "**In the thread**\nRead on.");
    server.finish().await;
}

#[sqlx::test]
async fn what_the_bot_lacks_in_a_thread_is_named(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (thread, _) = posted(&mut server, "A place to talk").await;
    server.discord.change_channel(id(&thread), &json!({"locked": true})).await.unwrap();
    server.discord.set_permissions(FORUM, BOT_ROLE, 0, SEND_IN_THREADS | SEND_MESSAGES).await.unwrap();
    let preview = ready(&server.staff(), "Locked", &[id(&thread)]).await;
    assert!(preview.content().contains("Send Messages in Threads, Manage Threads"), "{}", preview.content());
    let preview = choose_channels(&server.staff(), &preview, &[FORUM]).await;
    assert!(preview.content().contains("I lack permissions there: Send Messages."), "{}", preview.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_blog_post_goes_to_a_forum_under_its_own_title(pool: PgPool) {
    let to_forum = |config: String| config.replace(&sandbox::world::demo::BLOG.to_string(), &FORUM.to_string());
    let mut server = TestServer::configured(pool, to_forum).await;
    server.settle().await;
    server.discord.publish("PyCon US 2027 is open", "Summary").await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(only_post(&server).await.0["name"], "PyCon US 2027 is open");
    server.finish().await;
}

#[sqlx::test]
async fn the_tags_are_part_of_what_is_approved_recorded_and_copied(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| approving(&config, FORUM)).await;
    server.connect().await;
    let sam = server.staff();
    let preview = choose_tags(&sam, &ready(&sam, "Approved", &[FORUM]).await, &[NEWS_TAG]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("- Tags of its posts: News"), "{}", card.content());
    let choices = sam.autocomplete(STAFF, "announce history", "announcement", "").await.unwrap();
    let history = sam.command(STAFF, "announce history", json!({"announcement": choices[0]["value"]})).await.unwrap();
    assert!(history.content().contains("**changed the tags**: nothing → News"), "{}", history.content());
    let copied = sam.press(&history.message.unwrap(), "Use as a template").await.unwrap();
    assert!(copied.content().contains("with News"), "{}", copied.content());
    // Another tag is another thing to approve.
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let shown = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    choose_tags(&sam, &shown.message.unwrap(), &[EVENT_TAG]).await;
    let olive = server.discord.person(OWNER);
    let stale = olive.forge_click(card, &control(card, "approval-yes")).await.unwrap();
    assert!(!stale.content().contains("**Approved**"), "{}", stale.content());
    server.settle().await;
    assert!(sam.posts(FORUM).await.unwrap().is_empty());
    let waiting = server.look(STAFF).await.into_iter().rfind(|card| !card.components().is_empty()).unwrap();
    assert!(waiting.content().contains("- Tags of its posts: Event"), "{}", waiting.content());
    olive.click(&waiting, &control(&waiting, "approval-yes")).await.unwrap();
    server.settle().await;
    assert_eq!(only_post(&server).await.0["applied_tags"], json!([EVENT_TAG.to_string()]));
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_thread_does_not_go_round_the_approval_of_its_channel(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| approving(&config, FORUM)).await;
    server.connect().await;
    let sam = server.staff();
    let preview = ready(&sam, "Approved", &[FORUM]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    server.discord.person(OWNER).press(card, "Approve").await.unwrap();
    server.settle().await;
    let thread = id(&only_post(&server).await.0);
    let preview = ready(&sam, "Round about", &[thread]).await;
    assert!(
        preview.content().contains("it is a thread of a channel in which a second member"),
        "{}",
        preview.content()
    );
    assert!(preview.content().contains("- Channels: none chosen yet"), "{}", preview.content());
    // Nor while Discord does not say what it is, to a process that never saw it.
    server.restart().await;
    let broken = json!({"method": "GET", "path_prefix": format!("/channels/{thread}"), "times": 100, "status": 503});
    let broken = server.discord.fault(&broken).await.unwrap();
    let preview = choose_channels(&sam, &preview, &[thread]).await;
    assert!(preview.content().contains("**Wait a moment:** Discord does not say"), "{}", preview.content());
    let stopped = sam.press(&preview, "Send now").await.unwrap();
    assert!(stopped.content().starts_with("**Nothing was done,**"), "{}", stopped.content());
    let feed = json!({"url": server.sandbox.url(), "key": "round-about", "channel": thread.to_string()});
    let refused = sam.command(STAFF, "feeds add", feed).await.unwrap();
    assert!(refused.content().contains("Discord does not say what this channel is"), "{}", refused.content());
    server.discord.withdraw(&broken).await.unwrap();
    let bound = sam.press(&stopped.message.unwrap(), "Send now").await.unwrap();
    assert!(bound.content().contains("it is a thread of a channel in which"), "{}", bound.content());
    let panel = sam.command(thread, "announce panel", json!({})).await.unwrap();
    assert!(panel.content().contains("it is a thread of a channel"), "{}", panel.content());
    server.finish().await;
}
