//! Months of a blog, poll by poll: a sliding window of posts, edits, changed dates, a move to another site with other ids,
//! addresses and format. Each post is announced once.

use chrono::TimeDelta;
use sandbox::world::demo::{BLOG, STAFF};
use sqlx::PgPool;

use super::site::{Answer, Site};
use crate::support::TestServer;

/// How many posts a feed shows.
const WINDOW: u32 = 8;

/// Days between two posts.
const PACE: i64 = 5;

fn day(n: u32) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_795_000_000 + i64::from(n) * PACE * 86_400, 0).unwrap()
}

/// Titles as blogs have them: some alike, some recurring.
fn title(n: u32) -> String {
    match n % 4 {
        0 => format!("Board election {n}: results"),
        1 => format!("Announcing the recipients, quarter {n}"),
        2 => "PSF news".to_owned(),
        _ => format!("🎉 A post & its <tags>, number {n}"),
    }
}

fn slug(n: u32) -> String {
    format!(
        "{}-{n}",
        ["board-election-results", "announcing-recipients", "psf-news", "a-post-and-its-tags"][n as usize % 4]
    )
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The old site: Atom, ids by tag, addresses by year and month.
fn old_site(newest: u32) -> Answer {
    let entry = |n: u32| {
        let at = day(n);
        format!(
            "<entry><id>tag:blogger.example,1999:blog-77.post-{}</id><published>{}</published><updated>{}</updated>\
             <title type='text'>{}</title><content type='html'>&lt;p&gt;What happened in week {n}.&lt;/p&gt;</content>\
             <link rel='alternate' type='text/html' href='http://blog.blogspot.example/{}/{}.html'/>\
             <author><name>Ada</name></author></entry>",
            9_000_000 + u64::from(n) * 7919,
            at.to_rfc3339(),
            // Blogger changes it whenever somebody comments.
            day(newest).to_rfc3339(),
            xml(&title(n)),
            at.format("%Y/%m"),
            slug(n),
        )
    };
    let entries: String = window(newest).map(entry).collect();
    let text = format!("<feed xmlns='http://www.w3.org/2005/Atom'><id>tag:blog</id><title>Old</title>{entries}</feed>");
    Answer::Body("application/atom+xml", text.into_bytes())
}

/// The new site: RSS, ids by address, other slugs for some, dates without a time.
fn new_site(newest: u32) -> Answer {
    let item = |n: u32| {
        let at = day(n).date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc();
        let slug = if n.is_multiple_of(5) { format!("renamed-{n}-again") } else { slug(n) };
        let address = format!("https://blog.new.example/{}/{slug}/", at.format("%Y/%m"));
        format!(
            "<item><guid isPermaLink='true'>{address}</guid><link>{address}</link><title>{}</title>\
             <description>What happened in week {n}, in short.</description><pubDate>{}</pubDate></item>",
            xml(&title(n)),
            at.to_rfc2822(),
        )
    };
    let items: String = window(newest).map(item).collect();
    let text = format!("<rss version='2.0'><channel><title>New</title>{items}</channel></rss>");
    Answer::Body("application/rss+xml", text.into_bytes())
}

fn window(newest: u32) -> impl Iterator<Item = u32> {
    (newest.saturating_sub(WINDOW - 1)..=newest).rev()
}

#[sqlx::test]
async fn eight_months_and_a_move_announce_each_post_once(pool: PgPool) {
    let site = Site::start().await;
    site.answers(old_site(10));
    let mut server = TestServer::configured(pool, |config| site.configure(&config, "")).await;
    server.settle().await;
    let mut posted = Vec::new();
    let mut cards = Vec::new();
    for n in 11..=60 {
        // The move comes between two posts; afterwards the new site is shown.
        let pages: &[Answer] = match n {
            ..=34 => &[old_site(n), old_site(n)],
            35 => &[old_site(n), new_site(n)],
            _ => &[new_site(n), new_site(n)],
        };
        for page in pages {
            site.answers(page.clone());
            server.advance(TimeDelta::days(PACE) / 2).await;
            posted.extend(server.take(BLOG).await.into_iter().map(|message| message.content().to_owned()));
            cards.extend(server.take(STAFF).await.into_iter().map(|card| card.content().to_owned()));
        }
    }
    let titles: Vec<String> = posted.iter().map(|text| text.lines().next().unwrap().to_owned()).collect();
    assert_eq!(titles.len(), 50, "{titles:#?}");
    let numbered: Vec<&String> = titles.iter().filter(|title| !title.contains("PSF news")).collect();
    let distinct: std::collections::HashSet<_> = numbered.iter().collect();
    assert_eq!(distinct.len(), numbered.len(), "a post was announced twice");
    let [card] = &cards[..] else { panic!("one card is expected: {cards:#?}") };
    assert!(card.contains("8 of them were recognised"), "{card}");
    server.finish().await;
}
