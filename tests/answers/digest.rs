//! The week's digest: one a week, whoever makes it; none when there is nothing to tell. It is Saturday, 21 November 2026.

use chrono::{DateTime, TimeDelta};
use insta::assert_snapshot;
use psfbot::clock::Clock;
use sandbox::world::demo::{BLOG, STAFF};
use sqlx::PgPool;

use super::{UNKNOWN, ask, counted, press, put_to_staff, reply, the_card};
use crate::support::{HOUR, MINUTE, TestServer};

async fn with_digest(pool: PgPool, more: &str) -> TestServer {
    let mut server = TestServer::configured(pool, |config| config.replace("digest = false", more)).await;
    server.connect().await;
    server
}

async fn go_to(server: &mut TestServer, at: &str) {
    let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
    server.advance(at - server.clock.now()).await;
}

#[sqlx::test]
async fn on_monday_at_eight_staff_read_what_the_week_left(pool: PgPool) {
    let mut server = with_digest(pool, "digest = true").await;
    let member = server.member();
    for _ in 0..3 {
        ask(&member, UNKNOWN).await;
    }
    let answer = ask(&member, "Are grants open?").await;
    press(&member, &answer, "Not helpful").await;
    counted(&server, 4).await;
    put_to_staff(&member, "A private matter").await;
    counted(&server, 5).await;
    let card = the_card(&mut server).await;
    server.take(STAFF).await;
    go_to(&mut server, "2026-11-23T07:59:59Z").await;
    assert!(server.take(STAFF).await.is_empty());
    go_to(&mut server, "2026-11-23T08:01:00Z").await;
    let digest = server.take(STAFF).await;
    let [digest] = &digest[..] else { panic!("one digest is expected: {digest:?}") };
    assert!(digest.pinged_nobody());
    let steady = digest.content().replace(&STAFF.to_string(), "STAFF").replace(&card.id().to_string(), "CARD");
    assert_snapshot!(steady, @"
    **The week in answers** (2026-W48)
    **1 came in as feedback or a question to staff** (0 in the week before). See `/inbox stats`.
    - general: 1 (0 in the week before)
    **1 question to staff has no reply.** Press *Reply* or *Resolve* on its card.
    - <t:1795262400:F> (21 November 2026, 12:00 UTC): <https://discord.com/channels/1100000000000000001/STAFF/CARD>
    **2 questions had no good answer.** See `/knowledge gaps`.
    - “zxqv blorp fnord”: 4 ×, last on 21 November 2026; nothing fitted
    - “are grants open”: 1 ×, last on 21 November 2026; the answer did not help: `grants-status`
    **1 answer was found not helpful.**
    - Are PSF grants open?: not helpful 1, helpful 0
    ");
    // The rest of the week, another process, a reply: no second one, and next week nothing is left.
    server.restart().await;
    reply(&server.staff(), &card, "Done.").await;
    for _ in 0..30 {
        server.advance(HOUR * 5).await;
    }
    go_to(&mut server, "2026-11-30T09:00:00Z").await;
    assert!(server.take(STAFF).await.is_empty(), "nothing to tell");
    let weeks: Vec<(String, bool)> =
        sqlx::query_as("SELECT week, announcement_id IS NOT NULL FROM digest ORDER BY week")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    assert_eq!(weeks, [("2026-W48".to_owned(), true), ("2026-W49".to_owned(), false)]);
    server.finish().await;
}

#[sqlx::test]
async fn articles_to_look_at_again_are_named_from_two_weeks_before_on(pool: PgPool) {
    let mut server = with_digest(pool, "digest = true").await;
    go_to(&mut server, "2027-01-18T08:01:00Z").await;
    let digest = server.take(STAFF).await;
    let [digest] = &digest[..] else { panic!("one digest is expected: {digest:?}") };
    assert!(
        digest.content().contains("due for review")
            && digest.content().contains("should have been checked by 15 December 2026"),
        "{}",
        digest.content()
    );
    assert!(digest.content().contains("more"), "{}", digest.content());
    server.finish().await;
}

#[sqlx::test]
async fn two_processes_make_one(pool: PgPool) {
    let mut server = with_digest(pool, "digest = true").await;
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 1).await;
    let other = server.another_app().await;
    server.clock.advance(TimeDelta::hours(44) + MINUTE);
    let (one, two) = tokio::join!(server.app.queue().run_until_quiet(), other.queue().run_until_quiet());
    one.unwrap();
    two.unwrap();
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 1);
    // A backup from before it is restored: the message that stands is found.
    sqlx::raw_sql("DELETE FROM digest; DELETE FROM announcement").execute(&server.pool).await.unwrap();
    server.advance(HOUR).await;
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn day_time_and_channel_are_settings_and_it_can_be_off(pool: PgPool) {
    let settings = format!("digest_day = \"sunday\"\ndigest_at = \"18:30\"\ndigest_channel = \"{BLOG}\"");
    let mut server = with_digest(pool, &settings).await;
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 1).await;
    go_to(&mut server, "2026-11-22T18:31:00Z").await;
    assert_eq!(server.take(BLOG).await.len(), 1);
    server.config = server.config.replace(&settings, "digest = false");
    server.restart().await;
    go_to(&mut server, "2027-01-20T08:00:00Z").await;
    assert!(server.take(STAFF).await.is_empty() && server.take(BLOG).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn one_that_psfbot_was_down_for_is_made_late_or_left_to_the_next_week(pool: PgPool) {
    let mut server = with_digest(pool, "digest = true").await;
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 1).await;
    go_to(&mut server, "2026-11-26T09:00:00Z").await;
    assert!(server.take(STAFF).await.is_empty(), "three days are over");
    go_to(&mut server, "2026-12-02T20:00:00Z").await;
    let late = server.take(STAFF).await;
    assert!(late.len() == 1 && late[0].content().contains("2026-W49"), "{late:?}");
    server.finish().await;
}
