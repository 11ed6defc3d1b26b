//! What the web does to a poll: failures with backoff, told once; moves; everything that is no feed.

use axum::http::header;
use chrono::TimeDelta;
use sandbox::world::demo::{ANNOUNCE_ROLE, BLOG, STAFF};
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
async fn an_unchanged_feed_is_asked_for_by_its_version_over_a_restart(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    site.posts(&[1]);
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    site.take_requests();
    server.restart().await;
    server.advance(HOUR).await;
    let [(_, headers)] = &site.take_requests()[..] else { panic!("one request is expected") };
    assert!(headers.contains_key(header::IF_NONE_MATCH), "{headers:?}");
    let well: (i32, bool) =
        sqlx::query_as("SELECT failures, next_poll_at > polled_at FROM feed").fetch_one(&server.pool).await.unwrap();
    assert_eq!(well, (0, true), "\"not modified\" is a good poll");
    site.posts(&[2, 1]);
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_a_server_calls_fresh_is_not_asked_for_before_it_is_stale(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    site.answers(Answer::Fresh(7200, rss(&[item(1, "Post 1")])));
    server.advance(HOUR).await;
    assert_eq!((site.take_requests().len(), server.take(BLOG).await.len()), (1, 1));
    server.advance(MINUTE * 119).await;
    assert!(site.take_requests().is_empty(), "too early");
    // A year would be a feed that is silently gone.
    site.answers(Answer::Fresh(31_536_000, rss(&[item(1, "Post 1")])));
    server.advance(MINUTE).await;
    assert_eq!(site.take_requests().len(), 1);
    server.advance(HOUR * 6).await;
    assert_eq!(site.take_requests().len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_feed_that_only_another_process_knows_is_left_to_it(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    sqlx::query("INSERT INTO feed (key, url, next_poll_at) VALUES ('newer', $1, '2026-01-01')")
        .bind(site.url())
        .execute(&server.pool)
        .await
        .unwrap();
    // Were it due here as well, this would never be quiet.
    let quiet = tokio::time::timeout(std::time::Duration::from_secs(60), server.settle());
    quiet.await.unwrap();
    assert!(site.take_requests().is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_restored_backup_announces_no_undated_post_again_though_its_first_poll_fails(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let undated = item(1, "Undated").split("<pubDate>").next().unwrap().to_owned() + "</item>";
    site.items(std::slice::from_ref(&undated));
    let before: chrono::DateTime<chrono::Utc> =
        sqlx::query_scalar("SELECT polled_at FROM feed").fetch_one(&server.pool).await.unwrap();
    server.advance(HOUR).await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    // What a backup from before that poll knows.
    sqlx::raw_sql("DELETE FROM delivery; DELETE FROM entry; DELETE FROM announcement")
        .execute(&server.pool)
        .await
        .unwrap();
    sqlx::query("UPDATE feed SET etag = NULL, polled_at = $1").bind(before).execute(&server.pool).await.unwrap();
    server.clock.advance(HOUR);
    server.restart().await;
    site.answers(Answer::Status(503, Vec::new()));
    server.settle().await;
    site.items(&[undated]);
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await.is_empty(), "it was announced again");
    let state: String = sqlx::query_scalar("SELECT state FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!(state, "delivered", "it was found");
    server.finish().await;
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
async fn a_post_of_ten_kilobytes_is_cut_at_a_word_and_says_so(pool: PgPool) {
    let (mut server, site) = with_a_site(pool, "").await;
    let words: String = (0..1500).map(|n| format!("word{n} ")).collect();
    assert!(words.len() > 10_000);
    let long =
        item(1, "A long one").replace("About 1.", &format!("&lt;p&gt;&lt;b&gt;Bold {words}&lt;/b&gt;&lt;/p&gt;"));
    site.items(&[long]);
    server.advance(HOUR).await;
    let [message] = &server.take(BLOG).await[..] else { panic!("one message is expected") };
    let shown = message.embeds()[0]["description"].as_str().unwrap().to_owned();
    // What was opened is closed, no word is halved, and a sign and a button say where there is more.
    let last = shown.strip_suffix("**…").unwrap().rsplit(' ').next().unwrap().to_owned();
    assert!(shown.starts_with("**Bold word0"), "{shown}");
    assert!(words.split(' ').any(|word| word == last), "{last:?} is half a word");
    assert!(shown.chars().count() < 600, "{}", shown.chars().count());
    let read = "https://blog.example/1/a-post-about-1";
    let row = message.raw["components"][0]["components"].as_array().unwrap();
    assert!(row.iter().any(|button| button["label"] == "Read the post" && button["url"] == read), "{row:?}");
    server.finish().await;
}

#[sqlx::test]
async fn the_feeds_own_settings_are_kept(pool: PgPool) {
    let more = format!("announce_latest = true\ncolour = \"#306998\"\ncrosspost = false\nping = \"{ANNOUNCE_ROLE}\"");
    let site = Site::start().await;
    site.posts(&[3, 2, 1]);
    let mut server = TestServer::configured(pool, |config| site.configure(&config, &more)).await;
    server.settle().await;
    let [message] = &server.take(BLOG).await[..] else { panic!("the newest alone is expected") };
    assert!(message.content().starts_with("**Post 3**"), "{}", message.content());
    assert!(message.content().ends_with(&format!("<@&{ANNOUNCE_ROLE}>")) && !message.pinged_nobody());
    assert_eq!(message.embeds()[0]["color"], 0x0030_6998);
    let steps = async || {
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM delivery_step WHERE step = 'crosspost'");
        count.fetch_one(&server.pool).await.unwrap()
    };
    assert_eq!(steps().await, 0, "nobody asked for that");
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
    // Declared as what it is not: the bytes are believed.
    let declared =
        [b"<?xml version='1.0' encoding='iso-8859-1'?>".as_slice(), &rss(&[item(2, "Čeština 🐍"), item(1, "x")])];
    site.answers(Answer::Body("application/rss+xml; charset=us-ascii", declared.concat()));
    server.advance(HOUR).await;
    assert!(server.take(BLOG).await[0].content().starts_with("**Čeština 🐍**"));
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
