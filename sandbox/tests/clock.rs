//! Moving the server's clock: who sees it, what it lets happen, and what it must not break.

use chrono::TimeDelta;
use reqwest::Method;
use sandbox::client::Error;
use sandbox::world::demo;
use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::support::{ALL_UNPRIVILEGED, Gateway, Rest, StillClock};

async fn movable() -> (Sandbox, StillClock) {
    let clock = StillClock::new();
    let options = Options { movable_clock: true, ..clock.options() };
    (Sandbox::start(options).await.unwrap(), clock)
}

fn sentence(error: &Error) -> (u16, &str) {
    match error {
        Error::Refused { status, error } => (*status, error),
        Error::Http(_) | Error::Unanswered(_) => (0, "no answer"),
    }
}

#[tokio::test]
async fn everybody_sees_a_moved_clock() {
    let (sandbox, source) = movable().await;
    let shared = sandbox.clock();
    let moved = sandbox.client().advance_clock(3600).await.unwrap();
    assert_eq!(moved, source.now() + TimeDelta::hours(1));
    assert_eq!((shared(), sandbox.client().now().await.unwrap()), (moved, moved));
    source.advance(5);
    let state = sandbox.person(demo::MEMBER).state().await.unwrap();
    assert_eq!(
        state["clock"],
        json!({"now": "2026-11-18T12:06:45.000000+00:00", "movable": true, "ahead_seconds": 3600})
    );
    assert_eq!(state["now"], state["clock"]["now"]);
    let message = sandbox.person(demo::MEMBER).say(demo::GENERAL, "Later").await.unwrap();
    assert_eq!(message.raw["timestamp"], state["now"]);
    assert_eq!((message.id() >> 22) + 1_420_070_400_000, u64::try_from(shared().timestamp_millis()).unwrap());
}

#[tokio::test]
async fn a_clock_goes_forward_within_bounds_or_not_at_all() {
    let (sandbox, source) = movable().await;
    for body in
        [json!({"advance_seconds": 0}), json!({"advance_seconds": -60}), json!({"advance_seconds": "1h"}), json!({})]
    {
        let client = sandbox.client();
        let refused = client.request::<Value>(Method::POST, "/control/clock", Some(&body)).await.unwrap_err();
        assert_eq!(
            sentence(&refused),
            (
                400,
                "`advance_seconds` must be a whole number from 1 to 31622400 (366 days): the clock only goes forward."
            )
        );
    }
    let day = 86_400;
    assert_eq!(sentence(&sandbox.client().advance_clock(366 * day + 1).await.unwrap_err()).0, 400);
    for _ in 0..10 {
        sandbox.client().advance_clock(366 * day).await.unwrap();
    }
    let too_far = sandbox.client().advance_clock(1).await.unwrap_err();
    assert!(sentence(&too_far).1.contains("at most ten years ahead"), "{too_far}");
    assert_eq!(sandbox.client().now().await.unwrap(), source.now() + TimeDelta::days(3660));
}

#[tokio::test]
async fn a_clock_that_was_not_meant_to_be_moved_stays() {
    let source = StillClock::new();
    let sandbox = Sandbox::start(source.options()).await.unwrap();
    let refused = sandbox.client().advance_clock(60).await.unwrap_err();
    assert_eq!(
        sentence(&refused),
        (409, "This server's clock cannot be moved: it was started without `movable_clock`.")
    );
    assert_eq!(sandbox.client().now().await.unwrap(), source.now());
}

#[tokio::test]
async fn a_move_ends_no_interaction_that_is_open() {
    let (sandbox, source) = movable().await;
    let rest = Rest::of(&sandbox);
    rest.register(json!([{"name": "ask", "description": "Ask"}])).await;
    let mut gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    let mia = sandbox.person(demo::MEMBER);
    let bot = async {
        let event = gateway.event("INTERACTION_CREATE").await;
        sandbox.client().advance_clock(86_400).await.unwrap();
        assert_eq!(rest.answer(&event, json!({"type": 5})).await.status, 204);
        sandbox.client().advance_clock(86_400).await.unwrap();
        let original = Rest::webhook(&event, "/messages/@original");
        assert_eq!(rest.patch(&original, json!({"content": "Here."})).await.status, 200);
        // Its fifteen minutes go by on the clock that nobody moves.
        source.advance(15 * 60);
        assert_eq!(rest.patch(&original, json!({"content": "Late"})).await.status, 401);
    };
    let (outcome, ()) = tokio::join!(mia.command(demo::GENERAL, "ask", json!({})), bot);
    assert_eq!(outcome.unwrap().content(), "Here.");
}

#[tokio::test]
async fn events_begin_and_end_when_the_clock_is_moved_past_them() {
    let (sandbox, source) = movable().await;
    let rest = Rest::of(&sandbox);
    let mut gateway = Gateway::identified(&sandbox, ALL_UNPRIVILEGED).await;
    let at = |minutes| (source.now() + TimeDelta::minutes(minutes)).to_rfc3339();
    let event = json!({"name": "Office hour", "privacy_level": 2, "entity_type": 3, "scheduled_start_time": at(60),
        "scheduled_end_time": at(120), "entity_metadata": {"location": "#grants"}});
    let path = format!("/guilds/{}/scheduled-events", demo::GUILD);
    assert_eq!(rest.post(&path, event).await.json["status"], 1);
    gateway.event("GUILD_SCHEDULED_EVENT_CREATE").await;
    for (minutes, status) in [(59, 1), (1, 2), (59, 2), (1, 3)] {
        sandbox.client().advance_clock(minutes * 60).await.unwrap();
        assert_eq!(rest.get(&path).await.json[0]["status"], status, "after {minutes} minutes more");
    }
    for status in [2, 3] {
        assert_eq!(gateway.event("GUILD_SCHEDULED_EVENT_UPDATE").await["status"], status);
    }
}
