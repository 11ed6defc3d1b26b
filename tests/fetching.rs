//! The feed client against a real web server on this machine.

use std::io::Write;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use futures_util::stream;
use psfbot::feed_client::{FeedClient, FetchError, Fetched, Options, RetryAfter, Validators};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

const FEED: &str = "<rss version='2.0'><channel><title>T</title></channel></rss>";

async fn feed(headers: HeaderMap) -> Response {
    if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "\"v1\"") {
        return (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, "max-age=60")]).into_response();
    }
    let said = [
        (header::ETAG, "\"v1\""),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::CONTENT_TYPE, "application/rss+xml"),
    ];
    (said, FEED).into_response()
}

async fn redirect(Path((status, target)): Path<(u16, String)>) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, target)]).into_response()
}

async fn gzip_bomb() -> Response {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 20_000_000]).unwrap();
    ([(header::CONTENT_ENCODING, "gzip")], gzip.finish().unwrap()).into_response()
}

/// Brotli of so many bytes.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::CompressorWriter::new(&mut packed, 4096, 9, 22).write_all(bytes).unwrap();
    packed
}

async fn brotli_bomb() -> Response {
    ([(header::CONTENT_ENCODING, "br")], brotli(&vec![b' '; 20_000_000])).into_response()
}

/// The feed, packed as the asker prefers it.
async fn packed(Path(how): Path<String>, headers: HeaderMap) -> Response {
    assert!(headers[header::ACCEPT_ENCODING].to_str().unwrap().contains(&how), "{headers:?}");
    let bytes = if how == "br" {
        brotli(FEED.as_bytes())
    } else {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(FEED.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    ([(header::CONTENT_ENCODING, how)], bytes).into_response()
}

async fn endless() -> Response {
    let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1 << 16]));
    Body::from_stream(pieces).into_response()
}

fn app() -> Router {
    let busy =
        |status: StatusCode, after: &'static str| move || async move { (status, [(header::RETRY_AFTER, after)]) };
    Router::new()
        .route("/feed", get(feed))
        .route("/to/{status}/{*target}", get(redirect))
        .route("/circle", get(|| async { Redirect::to("/circle") }))
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/busy", get(busy(StatusCode::TOO_MANY_REQUESTS, "120")))
        .route("/down", get(busy(StatusCode::SERVICE_UNAVAILABLE, "Wed, 21 Oct 2026 07:28:00 GMT")))
        .route("/bomb", get(gzip_bomb))
        .route("/brotli-bomb", get(brotli_bomb))
        .route("/packed/{how}", get(packed))
        .route("/endless", get(endless))
        .route(
            "/agent",
            get(|headers: HeaderMap| async move { headers[header::USER_AGENT].to_str().unwrap().to_owned() }),
        )
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app()).await.unwrap() });
    address
}

/// A server that answers every connection with these bytes, and then keeps or closes it.
async fn serve_raw(answer: &'static str, keep: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
            if keep {
                kept.push(stream);
            }
        }
    });
    address
}

fn client(allow: &[SocketAddr]) -> FeedClient {
    let allow = allow.iter().map(ToString::to_string).collect();
    FeedClient::new(Options { allow, max_bytes: 1 << 20, ..Options::default() }).unwrap()
}

async fn fetch(address: SocketAddr, path: &str) -> Result<Fetched, FetchError> {
    client(&[address]).fetch(&url(address, path), &Validators::default()).await
}

fn url(address: SocketAddr, path: &str) -> Url {
    Url::parse(&format!("http://{address}{path}")).unwrap()
}

#[tokio::test]
async fn an_unchanged_feed_is_not_sent_again() {
    let address = serve().await;
    let Ok(Fetched::Feed(body)) = fetch(address, "/feed#part").await else { panic!("no feed") };
    assert_eq!((body.bytes.as_slice(), body.max_age), (FEED.as_bytes(), Some(Duration::from_secs(300))));
    assert_eq!((body.content_type.as_deref(), body.permanent_url), (Some("application/rss+xml"), None));
    let again = client(&[address]).fetch(&url(address, "/feed"), &body.validators).await;
    assert_eq!(again, Ok(Fetched::NotModified { max_age: Some(Duration::from_secs(60)), permanent_url: None }));
}

#[tokio::test]
async fn only_permanent_redirects_are_remembered() {
    let address = serve().await;
    for (path, permanent) in [
        ("/to/301//feed", Some("/feed")),
        ("/to/308//feed", Some("/feed")),
        ("/to/302//feed", None),
        ("/to/307//feed", None),
        ("/to/301//to/302//feed", Some("/to/302//feed")),
        ("/to/302//to/301//feed", None),
    ] {
        let Ok(Fetched::Feed(body)) = fetch(address, path).await else { panic!("{path}") };
        assert_eq!(body.final_url, url(address, "/feed"), "{path}");
        assert_eq!(body.permanent_url, permanent.map(|path| url(address, path)), "{path}");
    }
}

#[tokio::test]
async fn a_redirect_inward_is_refused() {
    let (outer, inner) = (serve().await, serve().await);
    for target in [
        url(inner, "/feed").to_string(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::1]/".to_owned(),
    ] {
        let error = fetch(outer, &format!("/to/302/{target}")).await.unwrap_err();
        assert!(matches!(error, FetchError::Inward { .. }), "{target}: {error}");
    }
    assert_eq!(fetch(outer, "/to/302/http://me:secret@example.org/").await, Err(FetchError::UserInfo));
    assert_eq!(fetch(outer, "/to/302/file:///etc/passwd").await, Err(FetchError::Scheme("file".into())));
}

#[tokio::test]
async fn an_address_off_the_allow_list_is_never_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in ["127.0.0.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"] {
        let url = Url::parse(&format!("http://{host}:{port}/feed")).unwrap();
        let error = client(&["127.0.0.1:1".parse().unwrap()]).fetch(&url, &Validators::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Inward { .. }), "{host}: {error}");
    }
    assert!(tokio::time::timeout(Duration::ZERO, listener.accept()).await.is_err(), "a connection arrived");
}

#[tokio::test]
async fn redirects_end_somewhere() {
    let address = serve().await;
    assert_eq!(fetch(address, "/circle").await, Err(FetchError::RedirectLoop));
    let long = format!("{}/feed", "/to/302/".repeat(6));
    assert_eq!(fetch(address, &long).await, Err(FetchError::TooManyRedirects(5)));
    assert!(fetch(address, &format!("{}/feed", "/to/302/".repeat(5))).await.is_ok());
    assert!(matches!(fetch(address, "/nowhere").await, Err(FetchError::BadRedirect { .. })));
}

#[tokio::test]
async fn a_busy_server_says_when_to_come_back() {
    let address = serve().await;
    let busy = fetch(address, "/busy").await.unwrap_err();
    assert_eq!(busy.retry_after(), Some(RetryAfter::In(Duration::from_secs(120))));
    assert_eq!(busy.to_string(), format!("{address} answered with HTTP status 429"));
    let down = fetch(address, "/down").await.unwrap_err();
    let now = chrono::DateTime::UNIX_EPOCH;
    assert_eq!(down.retry_after().unwrap().due(now).to_rfc3339(), "2026-10-21T07:28:00+00:00");
    assert!(matches!(fetch(address, "/missing").await, Err(FetchError::Status { status: 404, retry_after: None, .. })));
}

#[tokio::test]
async fn a_packed_feed_is_unpacked() {
    let address = serve().await;
    for how in ["gzip", "br"] {
        let Ok(Fetched::Feed(body)) = fetch(address, &format!("/packed/{how}")).await else { panic!("{how}") };
        assert_eq!(body.bytes, FEED.as_bytes(), "{how}");
    }
}

#[tokio::test]
async fn the_size_is_bounded_after_decompression() {
    let address = serve().await;
    assert_eq!(fetch(address, "/bomb").await, Err(FetchError::TooLarge { limit: 1 << 20 }));
    assert_eq!(fetch(address, "/brotli-bomb").await, Err(FetchError::TooLarge { limit: 1 << 20 }));
    assert_eq!(fetch(address, "/endless").await, Err(FetchError::TooLarge { limit: 1 << 20 }));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_feed() {
    let address = serve_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>", false).await;
    assert!(matches!(fetch(address, "/").await, Err(FetchError::Broken { .. })));
}

#[tokio::test]
async fn a_slow_server_is_given_up() {
    for answer in ["", "HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"] {
        let address = serve_raw(answer, true).await;
        let options =
            Options { allow: vec![address.to_string()], timeout: Duration::from_millis(50), ..Options::default() };
        let error =
            FeedClient::new(options).unwrap().fetch(&url(address, "/"), &Validators::default()).await.unwrap_err();
        assert!(matches!(error, FetchError::Timeout { .. }), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn the_user_agent_names_version_and_contact() {
    let address = serve().await;
    let Ok(Fetched::Feed(body)) = fetch(address, "/agent").await else { panic!("no answer") };
    let agent = String::from_utf8(body.bytes).unwrap();
    assert_eq!(agent, format!("psfbot/{} (+https://github.com/psf/psfbot)", env!("CARGO_PKG_VERSION")));
}
