//! Feeds that were damaged at random, through everything that is made of them: reading, planning, rendering. Whatever comes
//! in, nothing panics, takes long, pings anybody, outgrows Discord's limits, or is announced twice.
//!
//! `make fuzz` runs it for minutes; a failure names the seed that makes it again (`PSFBOT_FUZZ_SEED`).

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use psfbot::blog::{self, Entry, OnCards, Policy, Seen, Settings};
use psfbot::message::{Message, Ping, length, limits};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use url::Url;

/// Real shapes: Blogger, a static site, and the dialects that are left.
const SEEDS: [&[u8]; 7] = [
    include_bytes!("blogger.atom"),
    include_bytes!("site.rss"),
    br#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example/"><title>RDF</title><link>https://a.example/</link></channel><item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link><dc:date>2026-01-02T03:04:05Z</dc:date><dc:creator>Ada</dc:creator><description>&lt;b&gt;x&lt;/b&gt;</description></item></rdf:RDF>"#,
    br#"<rss version="0.91"><channel><title>Old</title><item><title>T</title><link>/rel</link><description><![CDATA[<p>Hi <img src="a.png"> @everyone</p>]]></description></item></channel></rss>"#,
    br#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Atom 0.3</title><entry><title mode="escaped">A &amp;amp; B</title><link rel="alternate" type="text/html" href="https://b.example/1"/><id>tag:b,1</id><issued>2004-05-06T07:08:09Z</issued><modified>2004-05-06T07:08:09Z</modified><content type="text/html" mode="escaped">&lt;p&gt;hello&lt;/p&gt;</content></entry></feed>"#,
    br#"{"version":"https://jsonfeed.org/version/1.1","title":"JSON","items":[{"id":"1","url":"https://c.example/1","title":"One","content_html":"<p>text</p>","date_published":"2026-01-02T03:04:05Z","tags":["a"]},{"id":2,"content_text":"two","image":"https://c.example/i.png"}]}"#,
    br#"<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>M</title><itunes:author>Z</itunes:author><item><guid isPermaLink="false">x</guid><title>Media</title><enclosure url="https://d.example/a.mp3" length="1" type="audio/mpeg"/><media:content url="https://d.example/p.jpg" medium="image" width="640"/><pubDate>Tue, 02 Sep 2025 12:00:00 GMT</pubDate></item></channel></rss>"#,
];

/// Pieces that mean something to one of the parsers on the way.
const PIECES: [&str; 34] = [
    "<",
    ">",
    "&",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&lol;",
    "]]>",
    "<![CDATA[",
    "<!--",
    "-->",
    "<?xml version='1.0' encoding='utf-16'?>",
    "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>",
    "xml:base='http://[::1'",
    "<script>",
    "</",
    "<div><b><p>",
    "<table><tr>",
    "<img src=x width=1>",
    "\u{202e}",
    "\u{0}",
    "👩‍👩‍👧‍👦",
    "@everyone",
    "<@&1>",
    "[x](javascript:alert(1))",
    "```",
    "||",
    "\\",
    "https://",
    "\u{feff}",
    "é\u{301}",
    "99999999999999999999",
    "-0001-00-00T99:99:99Z",
    "\"}]",
];

fn damaged(rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = SEEDS.choose(rng).unwrap().to_vec();
    for _ in 0..rng.random_range(0..12) {
        let at = rng.random_range(0..=bytes.len());
        let to = (at + rng.random_range(0..200)).min(bytes.len());
        match rng.random_range(0..8) {
            0 if at < bytes.len() => bytes[at] = rng.random(),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                let times = rng.random_range(1..40);
                bytes.splice(at..at, piece.repeat(times));
            }
            4 => {
                let times = if rng.random_bool(0.1) { rng.random_range(1..3000) } else { 1 };
                bytes.splice(at..at, PIECES.choose(rng).unwrap().as_bytes().repeat(times));
            }
            5 => {
                let other = SEEDS.choose(rng).unwrap();
                let from = rng.random_range(0..other.len());
                bytes.splice(at..to, other[from..].iter().copied());
            }
            6 if at < to => bytes[at..to].reverse(),
            _ => drop(bytes.splice(at..at, PIECES.choose(rng).unwrap().bytes())),
        }
    }
    bytes
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::hours(hour)
}

/// Everything that is made of a feed.
fn check(bytes: &[u8], rng: &mut StdRng) {
    let base = Url::parse("https://feed.example/a/feed.xml").unwrap();
    let kind = [None, Some("application/rss+xml"), Some("text/xml; charset=iso-8859-1"), Some("x; charset=utf-16le")];
    let Ok(feed) = blog::parse(bytes, *kind.choose(rng).unwrap(), &base) else { return };
    let settings = Settings::for_looking_at(base);
    let info = settings.info(&feed.title, &[]);
    for entry in &feed.entries {
        assert!(!entry.key.is_empty() && !entry.key.contains('\0') && !entry.title.contains(['\0', '\n']));
        harmless(&blog::announcement(&info, entry));
    }
    assert_eq!(
        blog::verdicts(&feed.entries, &Seen::default(), &OnCards::default(), &settings.policy, at(0)).len(),
        feed.entries.len()
    );
    once(&feed.entries, &settings.policy, rng);
}

fn harmless(message: &Message) {
    assert_eq!(message.ping, Ping::Nobody);
    assert!(length(&message.content) <= limits::CONTENT);
    let embed = message.embed.as_ref().unwrap();
    let total: usize = [&embed.title, &embed.author, &embed.footer].into_iter().flatten().map(|t| length(t)).sum();
    assert!(total + length(&embed.description) <= limits::EMBEDS_TOTAL);
    for url in message.links.iter().map(|link| &link.url).chain(embed.image.as_ref().map(|image| &image.url)) {
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
    }
    let text = [Some(&message.content), embed.title.as_ref(), Some(&embed.description)];
    for text in text.into_iter().flatten() {
        assert!(!text.contains('\0') && !text.contains('\u{202e}'), "{text:?}");
        // Of an odd number of backslashes before a mark the last one escapes it.
        for (at, _) in text.match_indices('@') {
            let before = text[..at].chars().rev().take_while(|&c| c == '\\').count();
            let in_address = text[..at].rsplit(char::is_whitespace).next().unwrap_or_default().contains("http");
            assert!(before % 2 == 1 || in_address, "{text:?}");
        }
    }
}

/// However the feed comes back, an entry is announced once.
fn once(entries: &[Entry], policy: &Policy, rng: &mut StdRng) {
    let mut seen = Seen::default();
    let mut announced = std::collections::HashSet::new();
    for hour in 0..6 {
        let shown: Vec<Entry> = entries.iter().filter(|_| rng.random_bool(0.7)).cloned().collect();
        let plan = blog::plan(&shown, &seen, policy, at(hour));
        seen.seeded |= plan.seeded;
        for entry in plan.announce.iter().chain(plan.ask_staff.iter().flat_map(|ask| &ask.held)) {
            assert!(announced.insert(entry.key.clone()), "{} was announced twice", entry.key);
        }
        for learnt in plan.learn {
            seen.entries.retain(|known| known.key != learnt.key);
            seen.entries.push(learnt);
        }
        let again = blog::plan(&shown, &seen, policy, at(hour));
        assert!(again.announce.is_empty() && again.ask_staff.is_none() && again.edit.is_empty());
    }
}

fn run(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let bytes = damaged(&mut rng);
    let began = Instant::now();
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| check(&bytes, &mut rng)));
    assert!(done.is_ok(), "PSFBOT_FUZZ_SEED={seed}: {}", String::from_utf8_lossy(&bytes));
    // Not a measure of speed: of what grows without bounds.
    assert!(began.elapsed() < Duration::from_secs(20), "PSFBOT_FUZZ_SEED={seed} took {:?}", began.elapsed());
}

#[test]
fn some_hundred_damaged_feeds_do_no_harm() {
    (0..400).for_each(run);
}

#[test]
#[ignore = "takes as long as one likes: make fuzz"]
fn for_a_long_time() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = number("PSFBOT_FUZZ_SEED") {
        return run(seed);
    }
    let end = Instant::now() + Duration::from_secs(number("PSFBOT_FUZZ_SECONDS").unwrap_or(60));
    let first = rand::rng().random::<u64>() >> 1;
    let mut count = 0;
    while Instant::now() < end {
        run(first + count);
        count += 1;
    }
    eprintln!("{count} damaged feeds from seed {first} on did no harm");
}
