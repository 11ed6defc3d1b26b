//! `/partner` as a member meets it: over the gateway, through the sandbox, whose clock shows 21 November 2026.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::GENERAL;
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{HOUR, TestServer};

/// The answer to one use of the command: private, silent, and all of it in its text.
async fn partner(server: &TestServer, options: Value) -> Message {
    let outcome = server.member().command(GENERAL, "partner", options).await.unwrap();
    assert_eq!(outcome.state, "answered", "at once, without a deferral: {outcome:?}");
    let message = outcome.message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    assert!(message.embeds().is_empty() && message.components().is_empty());
    assert!(!message.content().contains("<t:"), "a day is no instant: {}", message.content());
    message
}

#[sqlx::test]
async fn a_date_gets_its_window_the_status_in_words_and_the_form(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = partner(&server, json!({"event_date": "2027-03-20"})).await;
    assert_snapshot!(message.content(), @"
    **Community Partner Program: your event on 20 March 2027**
    **Open.** You can apply now: 77 days left.
    - First day to apply: 20 September 2026 (six months before the event)
    - Advised for a first application: by 23 January 2027 (eight weeks before)
    - Last day to apply: 6 February 2027 (six weeks before)
    Form: <https://forms.gle/6HyvLDpHEtGSpfK97>
    -# Rules as of 10 February 2026: <https://pyfound.blogspot.com/2026/02/introducing-psf-community-partner.html>
    ");
    server.finish().await;
}

#[sqlx::test]
async fn a_first_application_is_told_when_it_is_late(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for (event, first_time, status) in [
        ("2027-01-15", false, "**Open.**"),
        ("2027-01-16", true, "**Open.**"),
        ("2027-01-15", true, "**Open, but late for a first application.**"),
        ("2027-01-01", true, "**Closed.**"),
        ("2027-05-22", true, "**Not open yet.**"),
    ] {
        let message = partner(&server, json!({"event_date": event, "first_time": first_time})).await;
        assert!(message.content().contains(status), "{event}: {}", message.content());
        assert!(message.content().contains("https://forms.gle/6HyvLDpHEtGSpfK97"), "{}", message.content());
    }
    server.finish().await;
}

#[sqlx::test]
async fn the_status_follows_the_clock(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let event = json!({"event_date": "2027-05-22"});
    assert!(partner(&server, event.clone()).await.content().contains("**Not open yet.**"));
    server.advance(HOUR * 24).await;
    assert!(partner(&server, event).await.content().contains("**Open.**"));
    server.finish().await;
}

#[sqlx::test]
async fn without_a_date_the_criteria_are_a_checklist(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for options in [json!({}), json!({"first_time": true})] {
        let message = partner(&server, options).await;
        assert_eq!(message.content().lines().filter(|line| line.starts_with('☐')).count(), 6, "{}", message.content());
        assert!(message.content().contains("https://forms.gle/6HyvLDpHEtGSpfK97"), "{}", message.content());
    }
    server.finish().await;
}

#[sqlx::test]
async fn a_date_that_cannot_be_read_is_asked_for_in_one_way(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for written in ["03/04/2027", "next spring", "2027-02-30", "@everyone", "\u{202E}", "999999999999-01-01"] {
        let message = partner(&server, json!({"event_date": written})).await;
        assert!(message.content().contains("YYYY-MM-DD"), "{written}: {}", message.content());
        assert!(!message.content().contains("everyone"), "{}", message.content());
    }
    let message = partner(&server, json!({"event_date": "03/04/2027"})).await;
    assert!(message.content().contains("`2027-04-03` for 3 April 2027, or `2027-03-04` for 4 March 2027"));
    server.finish().await;
}
