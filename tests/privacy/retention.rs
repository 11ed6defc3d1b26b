//! What is over its time goes, by itself.

use chrono::TimeDelta;
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{count, press, reply, send, some_direct_messages};
use crate::support::{HOUR, MINUTE, TestServer, dump};

const DAY: TimeDelta = TimeDelta::days(1);

#[sqlx::test]
async fn feedback_goes_after_the_time_of_its_programme_and_its_card_loses_the_text(pool: PgPool) {
    let change = |config: String| {
        let grants = "title = \"Grants Program\"\n";
        config.replacen("[answers]", "[retention]\n        feedback = \"20d\"\n        [answers]", 1).replace(
            &format!("key = \"grants\"\n        {grants}        email"),
            &format!("key = \"grants\"\n        {grants}        keep = \"10d\"\n        email"),
        )
    };
    let mut server = TestServer::configured(pool, change).await;
    assert!(server.config.contains("keep = \"10d\""), "{}", server.config);
    server.connect().await;
    let (member, staff) = (server.member(), server.staff());
    let thanks = send(&member, false, "named text").await;
    press(&member, &thanks, "Staff may contact me").await;
    send(&member, true, "anonymous text").await;
    let form = member.command(GENERAL, "feedback", json!({"program": "discord"})).await.unwrap();
    member
        .submit(GENERAL, form.form_id().unwrap(), json!({"went-well": "kept longer", "to-change": ""}))
        .await
        .unwrap();
    server.advance(HOUR).await;
    let cards = server.take(STAFF).await;
    let card = cards.iter().find(|card| card.content().contains("named text")).unwrap();
    reply(&staff, card, "words of staff").await;
    server.settle().await;
    some_direct_messages(&member, 1).await;
    server.advance(DAY * 10).await;
    assert_eq!(count(&server, "submission").await, 3, "its last day");
    server.advance(DAY).await;
    server.advance(HOUR).await;
    server.advance(MINUTE).await;
    assert_eq!(count(&server, "submission").await, 1);
    let left = dump(&server.pool).await;
    assert!(left.contains("kept longer"));
    for gone in ["named text", "anonymous text", "words of staff"] {
        assert!(!left.contains(gone), "{gone} is left:\n{left}");
    }
    let cards = server.look(STAFF).await;
    assert_eq!(
        cards.iter().filter(|card| card.content().contains("kept as long as such texts are kept")).count(),
        2,
        "{cards:?}"
    );
    some_direct_messages(&member, 1).await;
    server.advance(DAY * 10).await;
    assert_eq!(count(&server, "submission").await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn what_staff_never_sent_goes(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    let opened = staff.command(STAFF, "announce compose", json!({})).await.unwrap();
    staff.submit(STAFF, opened.form_id().unwrap(), json!({"title": "unsent title", "text": "t"})).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO theme (name, made_by, made_at) VALUES ('dates', 5, '2026-11-21');
         INSERT INTO theme_reply (theme_id, author_id, opened_by, text, written_at) SELECT id, 5, 5, 'unsent text', '2026-11-21' FROM theme",
    )
    .execute(&server.pool)
    .await
    .unwrap();
    server.advance(DAY * 29).await;
    assert_eq!(count(&server, "theme_reply").await, 1);
    server.advance(DAY * 2).await;
    assert_eq!((count(&server, "theme_reply").await, count(&server, "draft").await), (0, 1));
    server.advance(DAY * 335).await;
    assert_eq!(count(&server, "draft").await, 0);
    server.settle().await;
    server.take(STAFF).await;
    server.close().await;
}
