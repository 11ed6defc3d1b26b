//! What a fault does to a request of the REST API: before it is carried out, or to its answer. Which request is struck is
//! the state's to say.

use std::io;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::json;

use super::set;
use crate::listener::Peer;
use crate::state::Shared;
use crate::state::faults::{Kind, Order, Page, Strike};

/// Answers a request that was struck. `carry_out` is what would have happened; whether and when it does is the fault's.
pub(super) async fn spoiled(
    core: &Shared,
    strike: Strike,
    peer: &Peer,
    carry_out: impl Future<Output = Response>,
) -> Spoiled {
    let prevents = matches!(strike.kind, Kind::Answer | Kind::Reset | Kind::BreakOff);
    let own = Response::new(Body::empty());
    let real = if strike.is_carried_out() {
        let real = carry_out.await;
        wait(core, strike.clone()).await;
        real
    } else {
        wait(core, strike.clone()).await;
        if prevents { own } else { carry_out.await }
    };
    let Strike { kind, order, .. } = strike;
    match kind {
        Kind::Answer => Spoiled::got(answer(&order)),
        Kind::Reset => {
            peer.cut();
            Spoiled::lost(real)
        }
        Kind::BreakOff => Spoiled::lost(broken_off(real, peer).await),
        _ => Spoiled::got(real),
    }
}

/// An answer, and whether the bot gets it.
pub(super) struct Spoiled {
    pub(super) response: Response,
    pub(super) is_lost: bool,
}

impl Spoiled {
    const fn got(response: Response) -> Self {
        Self { response, is_lost: false }
    }

    const fn lost(response: Response) -> Self {
        Self { response, is_lost: true }
    }
}

/// Waits as long as the fault says. Who waits is dropped when the bot goes away.
async fn wait(core: &Shared, mut strike: Strike) {
    if let Some(delay) = strike.order.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if strike.kind == Kind::Hold {
        let _held = Held::new(core, strike.id);
        strike.released().await;
    }
}

/// Counts a request as held as long as it lives.
struct Held {
    core: Shared,
    fault: u64,
}

impl Held {
    fn new(core: &Shared, fault: u64) -> Self {
        let held = Self { core: Shared::clone(core), fault };
        held.count(true);
        held
    }

    fn count(&self, is_held: bool) {
        let mut state = self.core.state();
        state.faults.hold(self.fault, is_held);
        state.tell_faults();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count(false);
    }
}

/// What is answered in the API's place.
fn answer(order: &Order) -> Response {
    let status = order.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    let is_a_proxys = matches!(status, StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT);
    let page = order.page.unwrap_or(if is_a_proxys { Page::Html } else { Page::Discord });
    let mut response = match (&order.answer, page) {
        (Some(answer), _) => (status, Json(answer)).into_response(),
        (None, Page::Discord) => {
            (status, Json(json!({"message": status.to_string(), "code": order.code.unwrap_or(0)}))).into_response()
        }
        (None, Page::Html) => (status, Html(proxys_page(status))).into_response(),
        (None, Page::Empty) => status.into_response(),
    };
    if let Some(seconds) = order.retry_after {
        set(response.headers_mut(), "retry-after", &format!("{:.0}", seconds.ceil()));
    }
    response
}

/// What a proxy in front of an API says to people.
fn proxys_page(status: StatusCode) -> String {
    format!(
        "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\n<body><h1>{status}</h1>\n\
         <p>The server behind this address did not answer as it should. Please try again in a few minutes.</p>\n\
         <hr><p>proxy</p></body></html>\n"
    )
}

/// The answer with the second half of its body missing, after which the connection ends.
async fn broken_off(response: Response, peer: &Peer) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    if whole.len() < 2 {
        peer.cut();
    }
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = whole.slice(..whole.len() / 2);
    let pieces = stream::unfold(Some(half), |half: Option<Bytes>| async move {
        if let Some(half) = half {
            return Some((Ok(half), None));
        }
        // What was written so far leaves the server only when the stream is not ready at once.
        tokio::task::yield_now().await;
        Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), None))
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}
