//! `/officehours` and `/dates` as a member meets them: over the gateway, through the sandbox. It is 21 November 2026,
//! noon in UTC.

use sandbox::world::demo::{BOARD, GENERAL, GRANTS};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, TestServer};

/// A channel's mention with its name in place of its id.
fn readable(content: &str) -> String {
    [(BOARD, "board"), (GENERAL, "general"), (GRANTS, "grants")]
        .into_iter()
        .fold(content.to_owned(), |text, (id, name)| text.replace(&format!("<#{id}>"), &format!("#{name}")))
}

#[sqlx::test]
async fn the_next_office_hours_are_told_privately_in_the_readers_own_time(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    insta::assert_snapshot!(readable(message.content()), @"
    ## Office hours
    **PSF Board Office Hour**
    No date announced yet. You can write to psf-board@python.org, or about grants to grants@python.org.
    **Welcome Hour**
    - <t:1795260600:F> (21 November 2026, 11:30 UTC), in #general
    - <t:1796144400:F> (1 December 2026, 17:00 UTC), in #general
    **Grants Program Office Hour**
    - <t:1797343200:F> (15 December 2026, 14:00 UTC), in #grants. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC), in #grants. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC), in #grants. Expected, not confirmed yet
    ");
    server.finish().await;
}

#[sqlx::test]
async fn an_office_hour_that_is_over_is_not_told_any_more(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(HOUR).await;
    for command in ["officehours", "dates"] {
        let outcome = server.member().command(GENERAL, command, json!({})).await.unwrap();
        assert!(!outcome.content().contains("21 November 2026"), "{}", outcome.content());
        assert!(outcome.content().contains("1 December 2026, 17:00 UTC"), "{}", outcome.content());
    }
    server.finish().await;
}

#[sqlx::test]
async fn the_dates_of_three_months_come_in_one_list(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let message = server.member().command(GENERAL, "dates", json!({})).await.unwrap().message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    insta::assert_snapshot!(readable(message.content()), @"
    ## The next three months
    - <t:1795260600:F> (21 November 2026, 11:30 UTC): **Welcome Hour**, in #general
    - <t:1796144400:F> (1 December 2026, 17:00 UTC): **Welcome Hour**, in #general
    - <t:1797343200:F> (15 December 2026, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC): **Grants Program Office Hour**, in #grants. Expected, not confirmed yet
    ");
    server.finish().await;
}

#[sqlx::test]
async fn dates_are_told_while_the_database_is_away(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    server.pool.close().await;
    for command in ["officehours", "dates"] {
        let outcome = server.member().command(GENERAL, command, json!({})).await.unwrap();
        assert!(outcome.content().contains("Expected, not confirmed yet"), "{}", outcome.content());
    }
}
