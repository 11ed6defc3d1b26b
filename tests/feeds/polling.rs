//! What the web does to a poll: failures with backoff, told once; moves; everything that is no feed.

use axum::http::header;
use chrono::TimeDelta;
use sandbox::world::demo::{BLOG, STAFF};
use sqlx::PgPool;

use super::site::{Answer, Site, item, rss};
use crate::support::{HOUR, MINUTE, TestServer};

async fn with_a_site(pool: PgPool, more: &str) -> (TestServer, Site) {
    let site = Site::start().await;
    let mut server = TestServer::configured(pool, |config| site.configure(&config, more)).await;
    server.settle().await;
    site.take_requests();
    (server, site)
}

#[sqlx::test]
async fn staff_are_told_once_that_a_feed_fails_and_once_that_it_works(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    site.answers(Answer::Status(503, Vec::new()));
    for _ in 0..20 {
        server.advance(HOUR * 7).await;
    }
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(
        card.content().contains("can't be read") && card.content().contains("HTTP status 503"),
        "{}",
        card.content()
    );
    site.posts(&[1]);
    server.advance(HOUR * 7).await;
    server.advance(HOUR).await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("can be read again"), "{}", card.content());
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_no_feed_loses_nothing_and_stops_no_other(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let laughs = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
        <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>\
        <rss version='2.0'><channel><title>&d;</title></channel></rss>";
    let bad: Vec<Answer> = vec![
        Answer::Body("text/html", b"<!doctype html><title>Down for maintenance</title>".to_vec()),
        Answer::Body("application/rss+xml", Vec::new()),
        Answer::Body("application/rss+xml", b"<rss version='2.0'><channel><item>".to_vec()),
        Answer::Body("application/rss+xml", vec![0xff, 0xfe, 0x00, 0xd8]),
        Answer::Truncated("<rss version='2.0'><channel><item><title>Post 1</title>"),
        Answer::Status(404, Vec::new()),
        Answer::Status(500, Vec::new()),
        Answer::Status(302, vec![(header::LOCATION, "http://169.254.169.254/feed".to_owned())]),
        Answer::Status(301, vec![(header::LOCATION, "http://10.0.0.1/feed".to_owned())]),
        Answer::Body("application/xml", laughs.as_bytes().to_vec()),
    ];
    for answer in bad {
        site.posts(&[1]);
        server.advance(HOUR * 7).await;
        server.take(BLOG).await;
        site.answers(answer.clone());
        server.advance(HOUR * 7).await;
        assert!(server.take(BLOG).await.is_empty(), "{answer:?} was posted");
    }
    assert!(server.take(STAFF).await.is_empty());
    site.posts(&[2, 1]);
    server.advance(HOUR * 7).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_server_that_says_when_to_come_back_is_left_alone_until_then(pool: PgPool) {
    for status in [429, 503] {
        let (mut server, site) = with_a_site(pool.clone(), "").await;
        site.answers(Answer::Status(status, vec![(header::RETRY_AFTER, "7200".to_owned())]));
        server.advance(HOUR).await;
        assert_eq!(site.take_requests().len(), 1);
        server.advance(MINUTE * 119).await;
        assert!(site.take_requests().is_empty(), "{status}: too early");
        server.advance(MINUTE).await;
        assert_eq!(site.take_requests().len(), 1);
        server.close().await;
        sqlx::query("DELETE FROM feed").execute(&pool).await.unwrap();
    }
}

#[sqlx::test]
async fn a_feed_that_fails_is_read_less_and_less_often(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    site.answers(Answer::Status(500, Vec::new()));
    let mut polls = Vec::new();
    for minute in 0..48 * 60 {
        server.clock.advance(MINUTE);
        // Whether it is due is a question to the database alone; nothing is run for nothing.
        let due: bool = sqlx::query_scalar("SELECT next_poll_at <= $1 FROM feed")
            .bind(psfbot::clock::Clock::now(&server.clock))
            .fetch_one(&server.pool)
            .await
            .unwrap();
        if due {
            server.settle().await;
            polls.push(minute);
        }
    }
    let waits: Vec<i32> = polls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let expected = [10, 20, 40, 80, 160, 320, 360, 360, 360];
    for (wait, expected) in waits.iter().zip(expected) {
        assert!((expected * 9 / 10 - 1..=expected + 1).contains(wait), "{waits:?}");
    }
    assert_eq!(server.take(STAFF).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_permanent_move_is_remembered_and_reported_once(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let to = format!("http://{}/moved.xml", site.host());
    site.answers(Answer::Status(301, vec![(header::LOCATION, to.clone())]));
    server.advance(HOUR).await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("has moved for good") && card.content().contains(&to), "{}", card.content());
    site.take_requests();
    server.restart().await;
    server.advance(HOUR).await;
    let paths: Vec<String> = site.take_requests().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/moved.xml"]);
    // Where the new address fails, the one that was set is tried as well.
    site.answers(Answer::Status(500, Vec::new()));
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    let paths: Vec<String> = site.take_requests().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["/moved.xml", "/feed.xml"]);
    server.take(BLOG).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_temporary_move_is_followed_and_forgotten(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let elsewhere = Site::start().await;
    elsewhere.posts(&[1]);
    server.config = elsewhere.allowed(&server.config);
    server.restart().await;
    site.answers(Answer::Status(302, vec![(header::LOCATION, elsewhere.url())]));
    server.advance(HOUR).await;
    server.advance(HOUR).await;
    assert_eq!(site.take_requests().len(), 2);
    assert_eq!(server.take(BLOG).await.len(), 1);
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn unusual_posts_come_through_whole(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "max_new = 10\nthread = true\ncategories = [\"News\"]").await;
    let tagged = |item: String| item.replace("</item>", "<category>news</category></item>");
    let long = "👩‍👩‍👧‍👦漢字".repeat(1000);
    let relative = item(4, "Relative").replace("https://blog.example", "..");
    let items: Vec<String> =
        [item(1, "مرحبا بالعالم \u{202e}"), item(2, &long), item(3, "@everyone &lt;@&amp;1&gt;"), relative]
            .into_iter()
            .map(tagged)
            .collect();
    site.items(&items);
    server.advance(HOUR).await;
    for _ in 0..4 {
        server.advance(TimeDelta::seconds(3)).await;
    }
    let posted = server.take(BLOG).await;
    assert_eq!(posted.len(), 4);
    assert!(posted[0].content().starts_with("**مرحبا بالعالم**"), "{}", posted[0].content());
    assert!(posted[1].content().contains('…') && !posted[1].content().contains('\u{fffd}'));
    assert!(posted[2].content().contains(r"\@everyone \<\@&1>") && posted[2].pinged_nobody());
    assert!(posted[3].content().contains("/4/a-post-about-4"), "{}", posted[3].content());
    let threads: i64 =
        sqlx::query_scalar("SELECT count(*) FROM delivery_step WHERE step = 'thread' AND state = 'done'")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert_eq!(threads, 4);
    server.finish().await;
}

#[sqlx::test]
async fn the_encoding_is_read_as_it_is_declared(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let text = String::from_utf8(rss(&[item(1, "Zażółć gęślą jaźń")])).unwrap();
    let (latin2, _, _) = encoding_rs::ISO_8859_2.encode(&text);
    let declared = [b"<?xml version='1.0' encoding='iso-8859-2'?>".as_slice(), &latin2].concat();
    site.answers(Answer::Body("application/rss+xml", declared));
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await[0].content().starts_with("**Zażółć gęślą jaźń**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_feed_that_is_paused_while_it_is_read_announces_nothing(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    site.posts(&[1]);
    server.clock.advance(HOUR);
    sqlx::query("CREATE FUNCTION rest() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.paused_at = now(); NEW.paused_by = 1; RETURN NEW; END $$")
        .execute(&server.pool)
        .await
        .unwrap();
    // Whatever claims the feed finds it paused a moment later.
    sqlx::query("CREATE TRIGGER rest BEFORE UPDATE ON feed FOR EACH ROW EXECUTE FUNCTION rest()")
        .execute(&server.pool)
        .await
        .unwrap();
    server.settle().await;
    assert_eq!(site.take_requests().len(), 1);
    assert!(server.take(BLOG).await.is_empty());
    let known: i64 = sqlx::query_scalar("SELECT count(*) FROM entry").fetch_one(&server.pool).await.unwrap();
    assert_eq!(known, 0, "what was not announced counts as known");
    server.finish().await;
}
