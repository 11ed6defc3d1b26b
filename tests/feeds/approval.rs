//! A post that waits for approval: shown on a card, published once, in the words that staff chose.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{ANNOUNCE_ROLE, BLOG, BOARD_MEMBER, BOARD_ROLE, OWNER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::site::{Site, item};
use crate::support::{HOUR, TestServer, approving};

/// A server on which one post of `site` waits; its card.
async fn with_a_waiting_post(pool: PgPool) -> (TestServer, Site, Message) {
    let site = Site::start().await;
    let ping = format!("approve = true\nping = \"{ANNOUNCE_ROLE}\"");
    let mut server = TestServer::configured(pool, |config| site.configure(&config, &ping)).await;
    server.connect().await;
    server.settle().await;
    site.posts(&[1]);
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    (server, site, card.clone())
}

async fn card_now(server: &TestServer) -> Message {
    server.look(STAFF).await.remove(0)
}

#[sqlx::test]
async fn a_post_waits_on_a_card_that_shows_it_as_it_would_look(pool: PgPool) {
    let (mut server, _site, card) = with_a_waiting_post(pool).await;
    assert_snapshot!(card.content(), @"
    **A new post of the feed psf-blog waits for you.** It is posted when somebody publishes it; it would look like this:
    ━━━━━━━━━━━━
    **Post 1**
    New on Test Blog
    <https://blog.example/1/a-post-about-1>
    <@&1100000000000000023>
    ");
    assert!(card.pinged_nobody());
    assert_eq!(card.embeds()[0]["description"], "About 1.");
    let published = server.staff().press(&card, "Publish").await.unwrap();
    assert_eq!(published.content(), "It is published now; the card says so.");
    server.settle().await;
    let [message] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    assert_snapshot!(message.content(), @"
    **Post 1**
    New on Test Blog
    <https://blog.example/1/a-post-about-1>
    <@&1100000000000000023>
    ");
    assert!(!message.pinged_nobody());
    assert_snapshot!(card_now(&server).await.content(), @"
    **Published** by <@1100000000000000032>, <t:1795266000:F> (21 November 2026, 13:00 UTC).
    - Post 1
    ");
    assert!(card_now(&server).await.components().is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn two_who_decide_at_once_decide_once(pool: PgPool) {
    let (mut server, _site, card) = with_a_waiting_post(pool).await;
    server.discord.change_member(OWNER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let (one, other) = tokio::join!(sam.press(&card, "Publish"), olive.press(&card, "Skip"));
    let said = [one.unwrap(), other.unwrap()].map(|outcome| outcome.content().to_owned());
    assert_eq!(said.iter().filter(|said| said.contains("Somebody was faster")).count(), 1, "{said:?}");
    server.settle().await;
    let posted = server.take(BLOG).await.len();
    assert_eq!(posted, usize::from(said[0].contains("published now")), "{said:?}");
    // The card of before, pressed again.
    for button in ["Publish", "Skip", "Edit"] {
        let late = sam.forge_click(&card, card.button(button).unwrap()).await.unwrap();
        assert!(late.content().contains("nothing was done"), "{button}: {late:?}");
    }
    server.settle().await;
    assert!(server.take(BLOG).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_card_works_after_a_restart_and_a_skipped_post_never_comes_back(pool: PgPool) {
    let (mut server, site, card) = with_a_waiting_post(pool).await;
    server.restart().await;
    let skipped = server.staff().press(&card, "Skip").await.unwrap();
    assert_eq!(skipped.content(), "It is skipped: it will not be posted.");
    server.advance(HOUR).await;
    site.items(&[item(1, "Post 1, edited")]);
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    assert!(card_now(&server).await.content().starts_with("**Skipped** by <@"));
    server.finish().await;
}

#[sqlx::test]
async fn what_the_feed_edits_or_withdraws_meanwhile_shows_on_the_card(pool: PgPool) {
    let (mut server, site, card) = with_a_waiting_post(pool).await;
    site.items(&[item(1, "Post one")]);
    server.advance(HOUR).await;
    let edited = card_now(&server).await;
    assert!(edited.content().contains("**Post one**"), "{}", edited.content());
    // The button of the card as it was before: what it showed is not what would be posted.
    let stale = server.staff().forge_click(&card, card.button("Publish").unwrap()).await.unwrap();
    assert!(stale.content().contains("changed in the meantime"), "{stale:?}");
    site.posts(&[]);
    server.advance(HOUR).await;
    let gone = card_now(&server).await;
    assert!(gone.content().contains("does not have it any more"), "{}", gone.content());
    server.staff().press(&gone, "Publish").await.unwrap();
    server.settle().await;
    assert!(server.take(BLOG).await[0].content().starts_with("**Post one**"));
    server.finish().await;
}

#[sqlx::test]
async fn staffs_own_words_are_posted_and_stay(pool: PgPool) {
    let (mut server, site, card) = with_a_waiting_post(pool).await;
    let opened = server.staff().press(&card, "Edit").await.unwrap();
    let form = opened.form_id().unwrap().to_owned();
    let words = json!({"title": "A better title", "summary": "In **short**. @everyone"});
    let first = server.staff().submit(STAFF, &form, words.clone()).await.unwrap();
    assert!(first.content().starts_with("The words are changed"), "{first:?}");
    let again = server.staff().submit(STAFF, &form, words).await.unwrap();
    assert!(again.content().starts_with("The words are changed"), "{again:?}");
    let late = json!({"title": "Too late", "summary": "x"});
    let late = server.staff().submit(STAFF, &form, late).await.unwrap();
    assert!(late.content().contains("were not taken") && late.content().contains("> Too late"), "{late:?}");
    server.settle().await;
    let card = card_now(&server).await;
    assert!(card.content().contains("**A better title**") && card.pinged_nobody(), "{}", card.content());
    site.items(&[item(1, "The feed's new title")]);
    server.advance(HOUR).await;
    let card = card_now(&server).await;
    assert!(card.content().contains("**A better title**"), "{}", card.content());
    server.staff().press(&card, "Publish").await.unwrap();
    server.settle().await;
    assert!(server.take(BLOG).await[0].content().starts_with("**A better title**"));
    site.items(&[item(1, "Another title")]);
    server.advance(HOUR).await;
    assert!(server.look(BLOG).await[0].content().starts_with("**A better title**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_published_post_follows_its_feed(pool: PgPool) {
    let (mut server, site, card) = with_a_waiting_post(pool).await;
    server.staff().press(&card, "Publish").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    site.items(&[item(1, "Post one")]);
    server.advance(HOUR).await;
    assert!(server.look(BLOG).await[0].content().starts_with("**Post one**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_click_while_the_database_is_stalled_is_promised_and_done_once(pool: PgPool) {
    let (mut server, _site, card) = with_a_waiting_post(pool).await;
    let stalled = server.stall_database().await;
    let clicked = server.staff().at_once().press(&card, "Publish").await.unwrap();
    assert!(clicked.acknowledged_after_ms.unwrap() < 1000 && clicked.state == "deferred", "{clicked:?}");
    stalled.rollback().await.unwrap();
    server.answered(&clicked).await;
    server.settle().await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_made_up_changes_nothing(pool: PgPool) {
    let (mut server, _site, card) = with_a_waiting_post(pool).await;
    for kind in [
        "feed-publish",
        "feed-skip",
        "feed-rewrite",
        "feed-known",
        "feed-newest",
        "feed-all",
        "feed-keep",
        "feed-discard",
    ] {
        for key in ["", "1", "1.0", "99.1", "x.y", "1.99999999999", "-1.-1"] {
            let forged = server.staff().forge_click(&card, &format!("{kind}:1:{key}")).await.unwrap();
            assert!(forged.message.unwrap().is_ephemeral(), "{kind} {key}");
        }
    }
    let forged =
        server.staff().submit(STAFF, "feed-rewritten:1:99.1", json!({"title": "x", "summary": "y"})).await.unwrap();
    assert!(forged.content().contains("> x"), "{forged:?}");
    server.settle().await;
    assert!(server.take(BLOG).await.is_empty());
    assert!(card_now(&server).await.content().contains("waits for you"));
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_that_wants_a_colleagues_word_has_posts_of_feeds_wait_too(pool: PgPool) {
    let site = Site::start().await;
    let mut server = TestServer::configured(pool, |config| {
        let config = approving(&config, BLOG);
        // Olive and the board are staff for feeds, but not all of them write announcements.
        let config = config.replacen("feeds = [", &format!("manage_guild = false\nfeeds = [\"{BOARD_ROLE}\", "), 1);
        site.configure(&config, "")
    })
    .await;
    server.connect().await;
    server.settle().await;
    site.posts(&[1]);
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let card = server.take(STAFF).await.remove(0);
    server.discord.set_permissions(STAFF, BOARD_MEMBER, 1 << 10, 0).await.unwrap();
    let refused = server.board().press(&card, "Publish").await.unwrap();
    assert!(refused.content().contains("approved by staff who write announcements"), "{}", refused.content());
    let sam = server.staff();
    let opened = sam.press(&card, "Edit").await.unwrap();
    let words = json!({"title": "Other words", "summary": "Mine."});
    sam.submit(STAFF, opened.form_id().unwrap(), words).await.unwrap();
    server.settle().await;
    let card = card_now(&server).await;
    let own = sam.press(&card, "Publish").await.unwrap();
    assert!(own.content().contains("you wrote this wording yourself"), "{}", own.content());
    let ada = server.discord.join("Ada", &[STAFF_ROLE]).await.unwrap();
    assert!(ada.press(&card, "Publish").await.unwrap().content().starts_with("It is published now"));
    server.settle().await;
    let [posted] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    assert!(posted.content().starts_with("**Other words**"), "{}", posted.content());
    // What the feed makes of a post after it was approved was not approved.
    site.posts(&[1, 2]);
    server.advance(HOUR).await;
    let card = server.look(STAFF).await.pop().unwrap();
    ada.press(&card, "Publish").await.unwrap();
    server.settle().await;
    server.take(STAFF).await;
    site.items(&[item(1, "Post 1"), item(2, "Otherwise")]);
    server.advance(HOUR).await;
    let [told] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(told.content().contains("was changed after it was approved:** Otherwise"), "{}", told.content());
    let [posted] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    assert!(posted.content().contains("Post 2"), "{}", posted.content());
    server.advance(HOUR).await;
    assert!(server.take(STAFF).await.is_empty(), "it is told once");
    server.finish().await;
}
