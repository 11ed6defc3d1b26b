//! The sample blog.

use sandbox::Sandbox;
use serde_json::json;

use crate::support::StillClock;

#[tokio::test]
async fn the_feed_shows_what_was_published_and_says_when_nothing_changed() {
    let clock = StillClock::new();
    let sandbox = Sandbox::start(clock.options()).await.unwrap();
    let url = format!("{}/blog/feeds/posts/default", sandbox.url());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let first = http.get(&url).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    assert!(first.text().await.unwrap().contains("<openSearch:totalResults>6</openSearch:totalResults>"));
    let again = http.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), &again.headers()["etag"]), (304, &tag));
    clock.advance(60);
    let post = sandbox.client().publish("A & B", "One.\n\nTwo <three>.").await.unwrap();
    let changed = http.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    let xml = changed.text().await.unwrap();
    assert!(xml.contains("<title type='text'>A &amp; B</title>"), "{xml}");
    assert!(xml.contains("&lt;p&gt;Two &amp;lt;three&amp;gt;.&lt;/p&gt;"), "{xml}");
    let page = http.get(post["url"].as_str().unwrap()).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("<h1>A &amp; B</h1>"));
    let edited = sandbox.client().edit_post(post["id"].as_str().unwrap(), &json!({"title": "C"})).await.unwrap();
    assert_eq!((&edited["title"], &edited["url"]), (&json!("C"), &post["url"]));
}
