//! A web server whose one page a test writes.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

/// What the server answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// A body of a type; with its version, and "not modified" to who names it.
    Body(&'static str, Vec<u8>),
    /// A feed that stays fresh for so many seconds.
    Fresh(u32, Vec<u8>),
    /// A status with headers.
    Status(u16, Vec<(header::HeaderName, String)>),
    /// This much of a body that was to be longer, then nothing more.
    Truncated(&'static str),
}

#[derive(Debug)]
struct Shared {
    answer: Answer,
    requests: Vec<(String, HeaderMap)>,
}

/// The server.
#[derive(Debug, Clone)]
pub(super) struct Site {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

impl Site {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Arc::new(Mutex::new(Shared { answer: Answer::Body("application/xml", rss(&[])), requests: Vec::new() }));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, shared }
    }

    /// `host:port`.
    pub(super) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/feed.xml", self.address)
    }

    pub(super) fn answers(&self, answer: Answer) {
        self.shared.lock().unwrap().answer = answer;
    }

    /// Serves these posts, as numbers, in this order.
    pub(super) fn posts(&self, posts: &[u32]) {
        let items: Vec<String> = posts.iter().map(|&n| item(n, &format!("Post {n}"))).collect();
        self.items(&items);
    }

    pub(super) fn items(&self, items: &[String]) {
        self.answers(Answer::Body("application/rss+xml", rss(items)));
    }

    /// The paths that were asked for since the last time, with the headers.
    pub(super) fn take_requests(&self) -> Vec<(String, HeaderMap)> {
        std::mem::take(&mut self.shared.lock().unwrap().requests)
    }

    /// A configuration in which this is the one feed, announced in `channel`, with `more` settings.
    pub(super) fn configure(&self, config: &str, more: &str) -> String {
        let (before, rest) = config.split_once("url = \"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        let config = format!("{before}url = \"{}\"\n{more}\n{after}", self.url());
        self.allowed(&config)
    }

    /// A configuration that lets this address be fetched.
    pub(super) fn allowed(&self, config: &str) -> String {
        config.replace("allow = [", &format!("allow = [\"{}\", ", self.host()))
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, uri: Uri, headers: HeaderMap) -> Response {
    let answer = {
        let mut shared = shared.lock().unwrap();
        shared.requests.push((uri.path().to_owned(), headers.clone()));
        shared.answer.clone()
    };
    match answer {
        // What has moved is found at its new address.
        Answer::Status(301, _) if uri.path() == "/moved.xml" => {
            ([(header::CONTENT_TYPE, "application/rss+xml")], rss(&[item(1, "Post 1")])).into_response()
        }
        Answer::Body(kind, bytes) => versioned(kind, bytes, &headers),
        Answer::Fresh(seconds, bytes) => {
            ([(header::CACHE_CONTROL, format!("public, max-age={seconds}"))], bytes).into_response()
        }
        Answer::Status(status, said) => {
            let mut response = StatusCode::from_u16(status).unwrap().into_response();
            for (name, value) in said {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Answer::Truncated(text) => {
            let body = axum::body::Body::from_stream(futures_util::stream::iter([
                Ok(text.as_bytes().to_vec()),
                Err(std::io::Error::other("cut")),
            ]));
            ([(header::CONTENT_TYPE, "application/rss+xml")], body).into_response()
        }
    }
}

fn versioned(kind: &'static str, bytes: Vec<u8>, headers: &HeaderMap) -> Response {
    let mut hasher = std::hash::DefaultHasher::new();
    std::hash::Hash::hash(&bytes, &mut hasher);
    let version = format!("\"{:x}\"", std::hash::Hasher::finish(&hasher));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *version) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, version)], bytes).into_response()
}

/// An item of a feed, published on the `n`-th day of 2026's autumn.
pub(super) fn item(n: u32, title: &str) -> String {
    let day = chrono::DateTime::from_timestamp(1_788_000_000 + i64::from(n) * 86_400, 0).unwrap();
    format!(
        "<item><guid>post-{n}</guid><link>https://blog.example/{n}/a-post-about-{n}</link><title>{title}</title>\
         <description>About {n}.</description><pubDate>{}</pubDate></item>",
        day.to_rfc2822()
    )
}

/// A feed.
pub(super) fn rss(items: &[String]) -> Vec<u8> {
    format!("<rss version='2.0'><channel><title>Test Blog</title>{}</channel></rss>", items.concat()).into_bytes()
}
