//! `/feeds`: add, look, stop, take away.

use insta::assert_snapshot;
use sandbox::client::Outcome;
use sandbox::world::demo::{BLOG, GENERAL, GRANTS, OWNER, STAFF, STAFF_ROLE};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::site::Site;
use crate::support::{HOUR, TestServer};

/// A server beside whose own blog there is a site to add.
async fn with_a_site(pool: PgPool) -> (TestServer, Site) {
    let site = Site::start().await;
    site.posts(&[2, 1]);
    let mut server = TestServer::configured(pool, |config| site.allowed(&config)).await;
    server.connect().await;
    server.settle().await;
    (server, site)
}

async fn use_feeds(server: &TestServer, command: &str, options: Value) -> Outcome {
    let outcome = server.staff().command(STAFF, &format!("feeds {command}"), options).await.unwrap();
    crate::support::process::eventually("the answer", async || {
        let now = server.discord.outcome(&outcome.interaction_id).await.unwrap();
        (now.state == "answered").then_some(now)
    })
    .await
}

fn adding(site: &Site, more: Value) -> Value {
    let mut options = json!({"url": site.url(), "key": "second", "channel": GENERAL.to_string()});
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

#[sqlx::test]
async fn a_feed_is_shown_before_it_is_kept_and_then_read(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let shown = use_feeds(&server, "add", adding(&site, json!({"categories": "Grants, news"}))).await;
    assert_snapshot!(shown.content(), @"
    **Test Blog** (RSS 2.0). It has 2 posts.
    It will be read every 10 minutes as **second** and announced in <#1100000000000000015>.
    - Only posts in these categories: Grants, news.
    - Nothing that it has now is posted, only what is published from now on.
    **None of its posts now is in one of these categories.** Are they spelled as the feed spells them?
    **Its newest post would look like this:**
    ");
    let preview = shown.message.unwrap();
    assert_eq!(preview.embeds()[0]["title"], "Post 2");
    server.advance(HOUR).await;
    assert_eq!(site.take_requests().len(), 1, "it is read before it is kept");
    let kept = server.staff().press(&preview, "Keep").await.unwrap();
    assert!(kept.content().contains("is read from now on"), "{kept:?}");
    let again = server.staff().forge_click(&preview, preview.button("Keep").unwrap()).await.unwrap();
    assert!(again.content().contains("is read from now on"), "{again:?}");
    server.settle().await;
    site.items(&[
        super::site::item(4, "For everybody").replace("</item>", "<category>grants</category></item>"),
        super::site::item(3, "Not for us"),
    ]);
    server.advance(HOUR).await;
    let posted = server.take(GENERAL).await;
    assert_eq!(posted.len(), 1);
    assert!(posted[0].content().starts_with("**For everybody**"));
    server.restart().await;
    site.posts(&[4, 3]);
    server.advance(HOUR).await;
    let list = use_feeds(&server, "list", json!({})).await;
    assert_snapshot!(list.content().replace(&site.url(), "http://site"), @"
    **The feeds that are read**
    **psf-blog** (Sample PSF Community Blog), from the configuration, into <#1100000000000000012>
    - Works: 6 posts known, last read <t:1795273200:F> (21 November 2026, 15:00 UTC).
    **second** (Test Blog), added here, into <#1100000000000000015>
    - Works: 4 posts known, last read <t:1795273200:F> (21 November 2026, 15:00 UTC).
    ");
    server.finish().await;
}

#[sqlx::test]
async fn a_feed_is_announced_in_each_channel_that_was_chosen_once(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let (general, grants) = (GENERAL.to_string(), GRANTS.to_string());
    let options = json!({"second_channel": grants, "third_channel": general, "colour": "#306998", "crosspost": false});
    let shown = use_feeds(&server, "add", adding(&site, options)).await;
    assert!(shown.content().contains(&format!("announced in <#{GENERAL}>, <#{GRANTS}>.")), "{shown:?}");
    server.staff().press(&shown.message.unwrap(), "Keep").await.unwrap();
    server.settle().await;
    site.posts(&[3, 2, 1]);
    server.advance(HOUR).await;
    for channel in [GENERAL, GRANTS] {
        let [message] = &server.take(channel).await[..] else { panic!("one message is expected in {channel}") };
        assert!(message.content().starts_with("**Post 3**"), "{}", message.content());
        assert_eq!(message.embeds()[0]["color"], 0x0030_6998);
    }
    server.finish().await;
}

#[sqlx::test]
async fn the_newest_is_announced_at_once_where_that_is_wanted(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let shown = use_feeds(&server, "add", adding(&site, json!({"latest": true, "thread": true}))).await;
    assert!(shown.content().contains("Its newest post is announced at once"), "{shown:?}");
    server.staff().press(&shown.message.unwrap(), "Keep").await.unwrap();
    server.settle().await;
    let [message] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert!(message.content().starts_with("**Post 2**"), "{}", message.content());
    server.advance(HOUR).await;
    server.finish().await;
}

#[sqlx::test]
async fn the_list_says_what_is_wrong_with_a_feed_and_when_it_is_tried_again(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let preview = use_feeds(&server, "add", adding(&site, json!({"approve": true}))).await.message.unwrap();
    server.staff().press(&preview, "Keep").await.unwrap();
    server.settle().await;
    site.posts(&[3, 2, 1]);
    server.advance(HOUR).await;
    server.take(STAFF).await;
    site.answers(super::site::Answer::Status(404, Vec::new()));
    server.advance(HOUR).await;
    sqlx::query("UPDATE feed SET next_poll_at = '2026-11-21T14:20:00Z'").execute(&server.pool).await.unwrap();
    let list = use_feeds(&server, "list", json!({})).await;
    assert_snapshot!(list.content().replace(&site.host(), "site"), @"
    **The feeds that are read**
    **psf-blog** (Sample PSF Community Blog), from the configuration, into <#1100000000000000012>
    - Works: 6 posts known, last read <t:1795269600:F> (21 November 2026, 14:00 UTC).
    **second** (Test Blog), added here, into <#1100000000000000015>
    - **Fails**, once so far: site answered with HTTP status 404. Next try <t:1795270800:F> (21 November 2026, 14:20 UTC).
    - Each post waits in the staff channel until somebody publishes it.
    - **One question about its posts is open** in the staff channel.
    ");
    server.finish().await;
}

#[sqlx::test]
async fn what_cant_be_a_feed_is_refused_and_nothing_is_stored(pool: PgPool) {
    let (server, site) = with_a_site(pool).await;
    let refused = [
        (json!({"url": "http://169.254.169.254/latest"}), "link-local address"),
        (json!({"url": "http://localhost:1/feed"}), "local address"),
        (json!({"url": "file:///etc/passwd"}), "isn't a web address"),
        (json!({"url": "https://me:secret@example.org/"}), "user name or password"),
        (json!({"url": "nonsense"}), "That is no address"),
        (json!({"key": "Not A Key"}), "A key is 1 to 32"),
        (json!({"key": "psf-blog"}), "stands in the configuration"),
        (json!({"ping": STAFF_ROLE.to_string()}), "not among those"),
        (json!({"colour": "blue"}), "#rrggbb"),
        (json!({"url": format!("{}/blog/feeds/posts/default", server.sandbox.url())}), "read already, as **psf-blog**"),
    ];
    for (change, words) in refused {
        let outcome = use_feeds(&server, "add", adding(&site, change.clone())).await;
        assert!(outcome.content().contains(words), "{change}: {outcome:?}");
        assert!(outcome.message.unwrap().components().is_empty());
    }
    site.answers(super::site::Answer::Body("text/html", b"<!doctype html><p>Hello".to_vec()));
    let page = use_feeds(&server, "add", adding(&site, json!({}))).await;
    assert!(page.content().contains("this is a web page, not a feed"), "{page:?}");
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM staff_feed").fetch_one(&server.pool).await.unwrap();
    assert_eq!(stored, 0);
    server.finish().await;
}

#[sqlx::test]
async fn only_who_proposed_a_feed_keeps_it(pool: PgPool) {
    let (server, site) = with_a_site(pool).await;
    server.discord.change_member(OWNER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    let preview = use_feeds(&server, "add", adding(&site, json!({}))).await.message.unwrap();
    for button in ["Keep", "Discard"] {
        let other = server.discord.person(OWNER).forge_click(&preview, preview.button(button).unwrap()).await.unwrap();
        assert!(other.content().contains("Only who used"), "{other:?}");
    }
    let discarded = server.staff().press(&preview, "Discard").await.unwrap();
    assert!(discarded.content().contains("Discarded"), "{discarded:?}");
    let late = server.staff().forge_click(&preview, preview.button("Keep").unwrap()).await.unwrap();
    assert!(late.content().contains("given up"), "{late:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_removed_feed_is_not_read_and_posts_nothing_twice_when_it_returns(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    for round in 0..2 {
        let preview = use_feeds(&server, "add", adding(&site, json!({}))).await.message.unwrap();
        server.staff().press(&preview, "Keep").await.unwrap();
        server.settle().await;
        assert!(!site.take_requests().is_empty(), "{round}");
        let removed = use_feeds(&server, "remove", json!({"feed": "second"})).await;
        assert!(removed.content().contains("is not read any more"), "{removed:?}");
        server.advance(HOUR).await;
        assert!(site.take_requests().is_empty(), "{round}: it is still read");
        server.restart().await;
        server.advance(HOUR).await;
        assert!(site.take_requests().is_empty(), "{round}: it is read again after a restart");
    }
    assert!(server.take(GENERAL).await.is_empty());
    let configured = use_feeds(&server, "remove", json!({"feed": "psf-blog"})).await;
    assert!(configured.content().contains("stands in the configuration"), "{configured:?}");
    let unknown = use_feeds(&server, "remove", json!({"feed": "@everyone"})).await;
    assert!(unknown.content().contains(r"I read no feed “\@everyone”"), "{unknown:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_paused_feed_rests_over_a_restart_and_catches_up(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.settle().await;
    let paused = use_feeds(&server, "pause", json!({"feed": "psf-blog"})).await;
    assert!(paused.content().contains("is paused"), "{paused:?}");
    assert!(use_feeds(&server, "pause", json!({"feed": "psf-blog"})).await.content().contains("already"));
    server.discord.publish("While it rests", "Text.").await.unwrap();
    server.advance(HOUR).await;
    server.restart().await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    assert!(use_feeds(&server, "list", json!({})).await.content().contains("**Paused** by <@"));
    use_feeds(&server, "resume", json!({"feed": "psf-blog"})).await;
    server.settle().await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    assert!(use_feeds(&server, "resume", json!({"feed": "psf-blog"})).await.content().contains("is not paused"));
    server.finish().await;
}

#[sqlx::test]
async fn the_configuration_wins_for_the_keys_it_names(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let preview = use_feeds(&server, "add", adding(&site, json!({}))).await.message.unwrap();
    server.staff().press(&preview, "Keep").await.unwrap();
    server.settle().await;
    let was = server.config.clone();
    server.config = was.replace("key = \"psf-blog\"", "key = \"second\"");
    server.restart().await;
    site.take_requests();
    server.advance(HOUR).await;
    assert!(site.take_requests().is_empty(), "staff's address is read");
    let list = use_feeds(&server, "list", json!({})).await;
    assert!(list.content().contains("the configuration names it too and wins"), "{list:?}");
    server.take(STAFF).await;
    server.config = was;
    server.restart().await;
    server.advance(HOUR).await;
    assert!(!site.take_requests().is_empty(), "staff's feed did not return");
    server.close().await;
}

#[sqlx::test]
async fn a_preview_says_of_each_post_what_would_become_of_it(pool: PgPool) {
    let (mut server, site) = with_a_site(pool).await;
    let preview = use_feeds(&server, "add", adding(&site, json!({"approve": true}))).await.message.unwrap();
    let unseen = use_feeds(&server, "preview", json!({"feed": site.url()})).await;
    assert_snapshot!(unseen.content(), @"
    **Test Blog** (RSS 2.0). It has 2 posts.
    - **Post 2**: not posted: what a feed has when it is first read only counts as known
    - **Post 1**: not posted: what a feed has when it is first read only counts as known
    ");
    server.staff().press(&preview, "Keep").await.unwrap();
    server.settle().await;
    site.posts(&[3, 2, 1]);
    let known = use_feeds(&server, "preview", json!({"feed": "second"})).await;
    assert_snapshot!(known.content(), @"
    **Test Blog** (RSS 2.0). It has 3 posts.
    - **Post 3**: new, would wait for approval
    - **Post 2**: known, was not posted and will not be
    - **Post 1**: known, was not posted and will not be
    ");
    server.advance(HOUR).await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    let of_three = async |server: &TestServer| {
        let shown = use_feeds(server, "preview", json!({"feed": "second"})).await;
        shown.content().lines().nth(1).unwrap().to_owned()
    };
    assert_eq!(of_three(&server).await, "- **Post 3**: waits on a card in the staff channel until you decide");
    // Posted in staff's own words, it follows the feed no more, and yet it is posted.
    let form = server.staff().press(card, "Edit").await.unwrap().form_id().unwrap().to_owned();
    server.staff().submit(STAFF, &form, json!({"title": "In our words", "summary": "x"})).await.unwrap();
    server.settle().await;
    server.staff().press(&server.look(STAFF).await[0], "Publish").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    assert_eq!(of_three(&server).await, "- **Post 3**: posted already");
    site.posts(&[9, 8, 7, 6, 2, 1]);
    let flood = use_feeds(&server, "preview", json!({"feed": "second"})).await;
    assert!(flood.content().contains("**Post 9**: new, but would not be posted before you say so"), "{flood:?}");
    assert!(server.take(GENERAL).await.is_empty());
    let choices = server.staff().autocomplete(STAFF, "feeds preview", "feed", "SEC").await.unwrap();
    assert_eq!(choices[0]["value"], "second");
    server.finish().await;
}
