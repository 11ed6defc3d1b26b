//! The WebSocket on which a member's screen hears the news.

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Refusal, missing};
use crate::permissions as p;
use crate::state::{News, Shared};

#[derive(Deserialize)]
pub(super) struct Viewer {
    #[serde(rename = "as")]
    user: u64,
}

pub(super) async fn events(
    State(core): State<Shared>,
    Query(viewer): Query<Viewer>,
    socket: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    let state = core.state();
    state.world.member(viewer.user).ok_or_else(|| missing("No such member."))?;
    // From here on nothing is missed, though the handshake is not done yet.
    let news = state.news.subscribe();
    drop(state);
    Ok(socket.on_upgrade(move |socket| show(core, viewer.user, news, socket)))
}

async fn show(core: Shared, user: u64, mut news: Receiver<News>, mut socket: WebSocket) {
    loop {
        let frame = tokio::select! {
            item = news.recv() => match item {
                Ok(item) => frame(&core, user, item),
                // A screen that was too slow looks at everything again.
                Err(RecvError::Lagged(_)) => Some(json!({"type": "state"})),
                Err(RecvError::Closed) => return,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => None,
            },
            () = core.closed() => return,
        };
        if let Some(frame) = frame
            && socket.send(Message::text(frame.to_string())).await.is_err()
        {
            return;
        }
    }
}

/// What of the news is for this member.
fn frame(core: &Shared, user: u64, news: News) -> Option<Value> {
    if news.only.is_some_and(|only| only != user) {
        return None;
    }
    if let Some(channel) = news.channel_id
        && core.state().bits(user, channel) & p::VIEW_CHANNEL == 0
    {
        return None;
    }
    let mut frame = json!({"type": news.kind});
    let parts = [
        ("channel_id", news.channel_id.map(|id| json!(id.to_string()))),
        ("message", news.message),
        ("outcome", news.outcome),
    ];
    for (key, value) in parts {
        if let Some(value) = value {
            frame[key] = value;
        }
    }
    Some(frame)
}
