//! Who is let in, and the page.

use futures_util::StreamExt;
use sandbox::world::demo;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::support::{Rest, start};

#[tokio::test]
async fn foreign_hosts_and_origins_are_refused_everywhere() {
    let sandbox = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in ["/", "/api/v10/gateway", "/control/state", "/blog/feeds/posts/default", "/gateway"] {
        let url = format!("{}{path}", sandbox.url());
        assert_eq!(http.get(&url).header("host", "evil.example").send().await.unwrap().status(), 403, "{path}");
        assert_eq!(
            http.get(&url).header("origin", "http://evil.example").send().await.unwrap().status(),
            403,
            "{path}"
        );
        assert_eq!(http.get(&url).header("origin", "null").send().await.unwrap().status(), 403, "{path}");
    }
    let mut request = sandbox.url().replace("http", "ws").into_client_request().unwrap();
    *request.uri_mut() = format!("{}/gateway", sandbox.url().replace("http", "ws")).parse().unwrap();
    request.headers_mut().insert("origin", "http://evil.example".parse().unwrap());
    assert!(tokio_tungstenite::connect_async(request).await.is_err());
}

#[tokio::test]
async fn the_control_api_needs_its_token() {
    let sandbox = start().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/control/state?as={}", sandbox.url(), demo::MEMBER);
    assert_eq!(http.get(&url).send().await.unwrap().status(), 401);
    let with_query = format!("{url}&token={}", sandbox.control_token());
    let state: Value = http.get(with_query).send().await.unwrap().json().await.unwrap();
    assert_eq!((&state["me"]["name"], &state["me"]["staff"]), (&json!("Mia Member"), &json!(false)));
    let channels = state["channels"].as_array().unwrap();
    assert!(channels.iter().all(|channel| channel["name"] != "staff"));
    assert!(channels.iter().any(|channel| channel["type"] == 5 && channel["can_send"] == false));
}

#[tokio::test]
async fn the_page_carries_the_token_and_a_policy() {
    let sandbox = start().await;
    let page = reqwest::get(sandbox.url()).await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'self'"));
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert!(page.text().await.unwrap().contains(sandbox.control_token()));
    let script = reqwest::get(format!("{}/app.js", sandbox.url())).await.unwrap();
    assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
}

#[tokio::test]
async fn a_screen_hears_only_what_its_member_may_see() {
    let sandbox = start().await;
    let base = sandbox.url().replace("http", "ws");
    let url = format!("{base}/control/events?as={}&token={}", demo::MEMBER, sandbox.control_token());
    let (mut screen, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    let rest = Rest::of(&sandbox);
    rest.say(demo::STAFF, json!({"content": "Secret"})).await;
    rest.say(demo::GENERAL, json!({"content": "Open"})).await;
    let frame = loop {
        let frame: Value = serde_json::from_str(screen.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
        // That the bot asked for something everybody may know: these say nothing more.
        if frame != json!({"type": "faults"}) {
            break frame;
        }
    };
    assert_eq!((&frame["type"], &frame["message"]["content"]), (&json!("message_create"), &json!("Open")));
}
