//! `psfbot feed preview`, run as a program.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use assert_cmd::Command;
use insta::assert_snapshot;
use serde_json::Value;

fn psfbot(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("psfbot").unwrap();
    command.args(["feed", "preview"]).args(arguments).current_dir(std::env::temp_dir()).env_remove("RUST_LOG");
    command
}

fn file(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "feeds", name].iter().collect();
    path.to_str().unwrap().to_owned()
}

fn printed(arguments: &[&str]) -> String {
    let output = psfbot(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

/// What a failure says on stderr; it exits with 1 and prints nothing else.
fn refusal(mut command: Command) -> String {
    let output = command.assert().code(1).stdout("").get_output().stderr.clone();
    String::from_utf8(output).unwrap()
}

/// Serves the same bytes to every request, and says how many came.
fn serve(answer: Vec<u8>) -> (String, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&count);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
            let _ = stream.write_all(&answer);
        }
    });
    (address, count)
}

fn config(allow: &str) -> tempfile::NamedTempFile {
    let mut config = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    write!(config, "[discord]\nguild_id = \"1\"\nstaff_channel = \"2\"\n[fetch]\nallow = [\"{allow}\"]\n").unwrap();
    config
}

#[test]
fn a_feed_is_printed_as_json() {
    assert_snapshot!(printed(&[&file("blogger.atom"), "--json"]), @r#"
    {
      "feed": {
        "title": "Snake Society News",
        "format": "Atom 1.0"
      },
      "entries": [
        {
          "key": "tag:blogger.com,1999:blog-77.post-302",
          "url": "http://snakes.blogspot.example/2026/03/grants-for-snake-charmers.html",
          "title": "Grants for snake charmers & friends 🎉",
          "summary": "We have **good news**: applications are *open*.\n\n- Flutes\n- Baskets",
          "author": "Ada Adder",
          "published": "2026-03-05T17:00:00Z",
          "updated": "2026-03-05T17:30:00Z",
          "image": "https://img.example/s1600/snake.png",
          "categories": [
            "grants",
            "community"
          ]
        },
        {
          "key": "tag:blogger.com,1999:blog-77.post-301",
          "url": "http://snakes.blogspot.example/2026/02/hello-world.html",
          "title": "مرحبا بالعالم",
          "summary": "Ping \\@everyone, see \\|\\|this\\|\\|.",
          "author": "Władysław Wąż",
          "published": "2026-02-11T12:00:00Z",
          "updated": "2026-02-11T12:00:00Z",
          "image": null,
          "categories": []
        }
      ]
    }
    "#);
}

#[test]
fn a_feed_is_printed_for_people() {
    assert_snapshot!(printed(&[&file("site.rss")]), @"
    Snake Society (RSS 2.0, 2 entries)

    **Grants for snake charmers & friends 🎉**
    New on Snake Society by Ada Adder
    <https://news.snakes.example/2026/03/grants-for-snake-charmers/>
    │ Ada Adder
    │ Grants for snake charmers & friends 🎉
    │ We have good news: applications are open.
    │ Snake Society · 5 March 2026, 17:00 UTC
    [Read the post] https://news.snakes.example/2026/03/grants-for-snake-charmers/
    → not posted: what a feed has when it is first read only counts as known

    **مرحبا بالعالم**
    New on Snake Society by Władysław Wąż
    <https://news.snakes.example/2026/02/hello-world-2/>
    │ Władysław Wąż
    │ مرحبا بالعالم
    │ Ping.
    │ Snake Society · 11 February 2026, 12:00 UTC
    [Read the post] https://news.snakes.example/2026/02/hello-world-2/
    → not posted: what a feed has when it is first read only counts as known
    ");
}

#[test]
fn what_is_no_feed_is_refused_in_a_sentence() {
    let mut page = tempfile::NamedTempFile::new().unwrap();
    page.write_all(b"<!doctype html><link rel=alternate type=application/atom+xml href=https://blog.example/atom.xml>")
        .unwrap();
    let said = refusal(psfbot(&[page.path().to_str().unwrap()]));
    assert!(
        said.contains("this is a web page, not a feed; it names its feed: https://blog.example/atom.xml"),
        "{said}"
    );
    let missing = refusal(psfbot(&["no-such-feed.xml"]));
    assert!(missing.starts_with("error: no-such-feed.xml can't be read; name a feed's file or address: "), "{missing}");
    assert_eq!(missing.lines().count(), 1);
    let inward = refusal(psfbot(&["http://169.254.169.254/feed", "--json"]));
    assert_eq!(
        inward,
        "error: 169.254.169.254 is a link-local address, not a public one; if it is meant, add its host:port to [fetch] allow\n"
    );
    let scheme = refusal(psfbot(&["ftp://example.org/feed"]));
    assert_eq!(scheme, "error: \"ftp\" isn't a web address; use http:// or https://\n");
    let secret = refusal(psfbot(&["https://me:hunter2@example.org/feed"]));
    assert!(!secret.contains("hunter2"), "{secret}");
}

#[test]
fn an_allowed_address_is_fetched_past_the_environments_proxies() {
    let (address, _) = serve(std::fs::read(file("site.rss")).unwrap());
    let (proxy, proxied) = serve(Vec::new());
    let config = config(&address);
    let mut command =
        psfbot(&[&format!("http://{address}/rss.xml"), "--json", "--config", config.path().to_str().unwrap()]);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"] {
        command.env(name, format!("http://{proxy}"));
    }
    let output = command.assert().success().get_output().stdout.clone();
    let preview: Value = serde_json::from_slice(&output).unwrap();
    assert_eq!(preview["feed"]["title"], "Snake Society");
    assert_eq!(proxied.load(std::sync::atomic::Ordering::SeqCst), 0, "the proxy was asked");
}
