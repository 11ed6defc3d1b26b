//! Many posts at once, and feeds whose identities change: nothing is posted before staff say so.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{BLOG, STAFF};
use sqlx::PgPool;

use super::site::{Site, item};
use crate::support::{HOUR, TestServer};

async fn with_a_flood(pool: PgPool) -> (TestServer, Site, Message) {
    let site = Site::start().await;
    let mut server = TestServer::configured(pool, |config| site.configure(&config, "")).await;
    server.connect().await;
    server.settle().await;
    site.posts(&[5, 4, 3, 2, 1]);
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    (server, site, card.clone())
}

async fn titles(server: &mut TestServer) -> Vec<String> {
    // Posts that are announced together follow each other by seconds.
    server.settle().await;
    for _ in 0..5 {
        server.advance(chrono::TimeDelta::seconds(3)).await;
    }
    let messages = server.take(BLOG).await;
    messages.iter().map(|message| message.content().lines().next().unwrap().to_owned()).collect()
}

#[sqlx::test]
async fn the_card_names_the_posts_and_what_can_be_done(pool: PgPool) {
    let (mut server, _site, card) = with_a_flood(pool).await;
    assert_snapshot!(card.content(), @"
    **The feed psf-blog has 5 new posts at once**, more than its limit, so none was posted:
    - Post 5
    - Post 4
    - Post 3
    - Post 2
    - Post 1
    **What shall be done?** *Treat as known* posts none of them, now or later. *Post newest* posts the first of this list and never the others. *Post all* posts every one, the oldest first.
    ");
    let chosen = server.staff().press(&card, "Treat as known").await.unwrap();
    assert_eq!(chosen.content(), "They are treated as known: none of them will be posted.");
    assert!(titles(&mut server).await.is_empty());
    let card = server.look(STAFF).await.remove(0);
    assert!(card.content().contains("**Treated as known** by") && card.components().is_empty(), "{}", card.content());
    server.finish().await;
}

#[sqlx::test]
async fn the_newest_alone_is_posted_where_that_is_chosen(pool: PgPool) {
    let (mut server, site, card) = with_a_flood(pool).await;
    server.staff().press(&card, "Post newest").await.unwrap();
    assert_eq!(titles(&mut server).await, ["**Post 5**"]);
    site.posts(&[6, 5, 4, 3, 2, 1]);
    server.advance(HOUR).await;
    assert_eq!(titles(&mut server).await, ["**Post 6**"]);
    server.finish().await;
}

#[sqlx::test]
async fn all_are_posted_once_the_oldest_first_where_that_is_chosen(pool: PgPool) {
    let (mut server, _site, card) = with_a_flood(pool).await;
    let all = card.button("Post all").unwrap().to_owned();
    let (sam, again) = (server.staff(), server.staff());
    let (_one, _other) = tokio::join!(sam.forge_click(&card, &all), again.forge_click(&card, &all));
    assert_eq!(titles(&mut server).await, ["**Post 1**", "**Post 2**", "**Post 3**", "**Post 4**", "**Post 5**"]);
    let late = server.staff().forge_click(&card, &all).await.unwrap();
    assert!(late.content().contains("nothing was done"), "{late:?}");
    server.advance(HOUR).await;
    assert!(titles(&mut server).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn posts_that_come_together_stand_in_their_order(pool: PgPool) {
    let site = Site::start().await;
    let mut server = TestServer::configured(pool, |config| site.configure(&config, "")).await;
    server.settle().await;
    site.posts(&[3, 1, 2]);
    server.advance(HOUR).await;
    assert_eq!(titles(&mut server).await, ["**Post 1**", "**Post 2**", "**Post 3**"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_feed_under_new_ids_posts_nothing_and_asks_once(pool: PgPool) {
    let site = Site::start().await;
    site.posts(&[5, 4, 3, 2, 1]);
    let mut server = TestServer::configured(pool, |config| site.configure(&config, "")).await;
    server.connect().await;
    server.settle().await;
    let renamed = |n: u32| item(n, &format!("Post {n}")).replace("post-", "https://blog.example/post-");
    let mut items: Vec<String> = (1..=5).rev().map(renamed).collect();
    items.insert(0, item(6, "Brand new or renamed"));
    site.items(&items);
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty());
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert_snapshot!(card.content(), @"
    **The feed psf-blog changed the ids or addresses of its posts.** 5 of them were recognised by address or title, and nothing was posted again. One was not recognised: it may be new, or an old one under another title. It waits for you:
    - Brand new or renamed
    **What shall be done?** *Treat as known* never posts it. *Post newest* and *Post all* both post it now.
    ");
    server.staff().press(card, "Post all").await.unwrap();
    assert_eq!(titles(&mut server).await, ["**Brand new or renamed**"]);
    server.finish().await;
}
