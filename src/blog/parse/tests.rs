use insta::assert_snapshot;
use std::fmt::Write as _;

use super::*;

fn base() -> Url {
    Url::parse("https://blog.example/feed.xml").unwrap()
}

fn read(text: &str) -> Feed {
    parse(text.as_bytes(), None, &base()).unwrap()
}

/// The fields that a dialect decides on, one entry a line.
fn lines(feed: &Feed) -> String {
    let mut out = format!("{} | {}\n", feed.format, feed.title);
    for entry in &feed.entries {
        let url = entry.url.as_ref().map_or("-", Url::as_str);
        let date = |at: Option<DateTime<Utc>>| at.map_or("-".to_owned(), |at| at.format("%Y-%m-%dT%H:%M").to_string());
        let author = entry.author.as_deref().unwrap_or("-");
        let dates = format!("{} {}", date(entry.published), date(entry.updated));
        let line = format!(
            "{} | {url} | {} | {} | {author} | {dates} | {:?}",
            entry.key, entry.title, entry.summary, entry.categories
        );
        writeln!(out, "{line}").unwrap();
    }
    out
}

#[test]
fn rss_0_90_and_1_0_are_read() {
    let rss090 = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">
        <channel><title>Old</title><link>http://old.example/</link><description>d</description></channel>
        <item><title>First</title><link>http://old.example/1</link></item></rdf:RDF>"#;
    assert_snapshot!(lines(&read(rss090)), @"
    RSS 0.90 | Old
    http://old.example/1 | http://old.example/1 | First |  | - | - - | []
    ");
    let rss10 = r#"<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="http://rdf.example/"><title>RDF</title><link>http://rdf.example/</link><items><rdf:Seq><rdf:li resource="http://rdf.example/1"/></rdf:Seq></items></channel>
        <item rdf:about="http://rdf.example/about/1"><title>One &amp; only</title><link>http://rdf.example/1</link><description>Text</description>
        <dc:creator>Ann</dc:creator><dc:date>2026-01-02T03:04:05Z</dc:date><dc:subject>news</dc:subject></item></rdf:RDF>"#;
    assert_snapshot!(lines(&read(rss10)), @r#"
    RSS 1.0 | RDF
    http://rdf.example/about/1 | http://rdf.example/1 | One & only | Text | Ann | 2026-01-02T03:04 - | ["news"]
    "#);
}

#[test]
fn every_rss_2_relative_is_read() {
    for version in [
        r#" version="0.91""#,
        r#" version="0.92""#,
        r#" version="0.93""#,
        r#" version="0.94""#,
        r#" version="2.0""#,
        "",
    ] {
        let feed = read(&format!(
            "<rss{version}><channel><title>T</title><item><title>A</title><link>/a</link><description>&lt;p&gt;Hi&lt;/p&gt;</description></item></channel></rss>"
        ));
        assert_eq!(feed.entries.len(), 1, "{version}");
        assert_eq!(feed.entries[0].url.as_ref().unwrap().as_str(), "https://blog.example/a");
        assert_eq!(feed.entries[0].summary, "Hi");
    }
    let full = r#"<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>T &amp;amp; co</title>
        <item><guid isPermaLink="false">  urn:x:1  </guid><title><![CDATA[<b>Bold</b> & more]]></title><link>https://blog.example/1</link>
        <author>ann@example.org (Ann Äöü)</author><category>a</category><category>b</category><category>a</category>
        <description/><content:encoded><![CDATA[<p>Body <em>here</em></p>]]></content:encoded><pubDate>Tue, 07 Apr 2026 09:00:00 EST</pubDate></item>
        <item><description>Only text, no id, no link & a stray ampersand</description></item><item/></channel></rss>"#;
    assert_snapshot!(lines(&read(full)), @r#"
    RSS 2.0 | T & co
    urn:x:1 | https://blog.example/1 | Bold & more | Body *here* | Ann Äöü | 2026-04-07T14:00 - | ["a", "b"]
    urn:sha256:6c4fe5e95296854b978cfb7f457b047378cd08f79ff11672b17682182bd24dd7 | - |  | Only text, no id, no link & a stray ampersand | - | - - | []
    "#);
}

#[test]
fn atom_0_3_and_1_0_are_read() {
    let atom03 = r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>Old Atom</title><link rel="alternate" type="text/html" href="http://a.example/"/>
        <author><name>Feed Author</name></author><entry><title mode="escaped" type="text/html">A &amp;lt;b&amp;gt;</title><link rel="alternate" type="text/html" href="http://a.example/1"/>
        <id>tag:a.example,2004:1</id><issued>2004-05-06T07:08:09Z</issued><modified>2004-06-06T07:08:09Z</modified>
        <content type="application/xhtml+xml" mode="xml"><div xmlns="http://www.w3.org/1999/xhtml"><p>In <b>XML</b></p></div></content></entry></feed>"#;
    assert_snapshot!(lines(&read(atom03)), @"
    Atom 0.3 | Old Atom
    tag:a.example,2004:1 | http://a.example/1 | A <b> | In **XML** | Feed Author | 2004-05-06T07:08 2004-06-06T07:08 | []
    ");
    let atom10 = r#"<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://base.example/blog/"><a:title type="odd">T</a:title>
        <a:entry><a:id>urn:1</a:id><a:title/><a:summary/><a:link href="posts/1"/><a:updated>2026-01-01T00:00:00+02:00</a:updated>
        <a:content type="xhtml" xml:base="img/"><div xmlns="http://www.w3.org/1999/xhtml"><p>See <img src="cat.png" alt="Cat"/>it</p></div></a:content></a:entry></a:feed>"#;
    let feed = read(atom10);
    assert_snapshot!(lines(&feed), @"
    Atom 1.0 | T
    urn:1 | https://base.example/blog/posts/1 |  | See it | - | - 2025-12-31T22:00 | []
    ");
    assert_eq!(feed.entries[0].image.as_ref().unwrap().as_str(), "https://base.example/blog/img/cat.png");
}

#[test]
fn json_feeds_are_read() {
    let json = r#"{"version":"https://jsonfeed.org/version/1","title":"J","author":{"name":"Joe"},"items":[
        {"id":7,"url":"https://j.example/7","content_html":"<p>Hi <b>you</b></p>","date_published":"2026-01-02T03:04:05+01:00","tags":["x",3],"image":"https://j.example/7.png"},
        {"id":"https://j.example/8","title":"T","content_text":"*plain* text","authors":[{"name":"Éva <eva@example.org>"}],"date_modified":"soon"}, 5]}"#;
    let feed = read(json);
    assert_snapshot!(lines(&feed), @r#"
    JSON Feed 1 | J
    7 | https://j.example/7 |  | Hi **you** | Joe | 2026-01-02T02:04 - | ["x"]
    https://j.example/8 | - | T | \*plain\* text | Éva | - - | []
    "#);
    assert_eq!(feed.entries[0].image.as_ref().unwrap().as_str(), "https://j.example/7.png");
}

#[test]
fn a_web_page_names_its_feed() {
    let page = "<!DOCTYPE html><html><head><link rel=stylesheet href=x.css><LINK rel='alternate' type='application/rss+xml' href='/rss.xml?a=1&amp;b=2'></head></html>";
    let said = |text: &str| parse(text.as_bytes(), Some("text/xml"), &base()).unwrap_err().to_string();
    assert_eq!(said(page), "this is a web page, not a feed; it names its feed: https://blog.example/rss.xml?a=1&b=2");
    assert_eq!(
        said("<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        "this is a web page, not a feed"
    );
    assert_eq!(said("<opml/>"), "this is neither RSS nor Atom nor JSON Feed");
    assert_eq!(said("{\"a\":1}"), "this is neither RSS nor Atom nor JSON Feed");
    assert_eq!(said(" "), "the feed is empty: not a single byte came");
    assert_eq!(said("<rss version='2.0'><channel><item>"), "the feed breaks off in the middle");
    assert!(said("<rss><channel></rss>").starts_with("the feed is malformed: "));
}

#[test]
fn hostile_xml_is_harmless() {
    let lol: String =
        (1..10).map(|n| format!("<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10))).collect();
    let bomb = format!(
        "<!DOCTYPE rss [<!ENTITY lol0 \"lol\"><!ENTITY x SYSTEM \"file:///etc/passwd\">{lol}]><rss version='2.0'><channel><item><title>&lol9;&x;</title></item></channel></rss>"
    );
    assert_eq!(read(&bomb).entries[0].title, "&lol9;&x;");
    let deep = |open: &str, close: &str| {
        format!(
            "<rss><channel><item><title>T</title>{}{}</item></channel></rss>",
            open.repeat(200_000),
            close.repeat(200_000)
        )
    };
    assert_eq!(read(&deep("<x>", "</x>")).entries.len(), 1);
    let _ = parse(deep("<media:group>", "</media:group>").as_bytes(), None, &base());
    let description = format!(
        "<rss><channel><item><description>{}</description></item></channel></rss>",
        "&lt;div&gt;&lt;b&gt;".repeat(100_000)
    );
    assert!(read(&description).entries.is_empty());
}

#[test]
fn nothing_that_comes_in_makes_the_parser_panic() {
    let odd = [
        "<rss><channel><item><author>Marie—marie@example.org—x</author><title>t</title></item></channel></rss>",
        "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><item><media:text start='99999999999999999999999'>x</media:text><title>t</title></item></channel></rss>",
        "<rss><channel><item><pubDate>99999-99-99T99:99:99+99:99</pubDate><title>t</title></item></channel></rss>",
    ];
    for text in odd {
        assert_eq!(read(text).entries.len(), 1);
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_feed_or_an_error(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let _ = parse(&bytes, None, &base());
    }

    #[test]
    fn any_soup_of_tags_is_a_feed_or_an_error(soup in "(<(/)?(rss|channel|item|title|feed|entry|author|media:group|guid)( version=\"2.0\"| xml:base=\"(:|/|http://x)\")?>|[a@—é&;#<]){0,40}") {
        let _ = parse(format!("<rss>{soup}").as_bytes(), None, &base());
        let _ = parse(format!("<feed>{soup}</feed>").as_bytes(), None, &base());
    }
}
