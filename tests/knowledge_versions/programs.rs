//! How programs stand: one record, said in every article that holds it.

use sandbox::world::demo::STAFF;
use serde_json::json;
use sqlx::PgPool;

use super::{Form, asked, below, open, save, words};
use crate::support::TestServer;

#[sqlx::test]
async fn a_status_that_is_set_is_said_by_every_answer_that_holds_it(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let before = asked(&server.member(), "Are grants open?").await;
    assert!(
        before.contains("**The Grants Program is paused** since 1 August 2025 (as of 3 October 2026)."),
        "{before}"
    );
    let form = open(&sam, "knowledge status", json!({"program": "grants", "state": 1})).await;
    assert_eq!((form.text("state"), form.text("since")), ("limited", "2025-08-01"));
    let fields = json!({
        "since": "2026-11-20", "note": "Write to grants@python.org by 1 December 2026.",
        "source": "PSF blog | https://pyfound.blogspot.com/2026/11/round.html | 2026-11-20", "review-by": "2026-12-02",
    });
    let preview = sam.submit(STAFF, &form.id, form.with(fields)).await.unwrap().message.unwrap();
    assert_eq!(
        below(&preview),
        "**The Grants Program is open for a limited round** since 20 November 2026 (as of 20 November 2026). Write to grants@python.org by 1 December 2026."
    );
    assert!(words(&preview).contains("State: ~~paused~~ **limited**"), "{}", words(&preview));
    save(&sam, &preview).await;
    let after = asked(&server.member(), "Are grants open?").await;
    assert!(after.contains("is open for a limited round** since 20 November 2026"), "{after}");
    assert!(
        after.contains("https://pyfound.blogspot.com/2026/11/round.html") && !after.contains("is paused"),
        "{after}"
    );
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert!(overview.content().contains("(`grants`): **limited** since 20 November 2026"), "{overview:?}");
    assert!(overview.content().contains("The Grants Program (`grants`): changed by <@"), "{overview:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_record_that_cannot_be_is_refused_and_kept(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let form = open(&sam, "knowledge status", json!({"program": "fundraiser"})).await;
    let fields = json!({"state": "on fire", "since": "soon", "source": "PSF blog", "review-by": "2026-13-01"});
    let preview = sam.submit(STAFF, &form.id, form.with(fields)).await.unwrap().message.unwrap();
    insta::assert_snapshot!(preview.content(), @"
    **How A year-end drive for 2026 stands (draft 1), only you see this.** Nothing is saved yet. Below the line is the sentence in every answer that holds it.
    **To do:** I don't know that state: write one of open, limited, paused, closed, planned, unannounced.
    **To do:** I can't read the source “PSF blog”: write `title | https://… | 2026-11-21`.
    **To do:** I can't read the day of “since”: write it like `2026-11-21`.
    **To do:** I can't read the day of “review by”: write it like `2026-11-21`.
    ");
    let form = Form::of(&sam.press(&preview, "Edit again").await.unwrap());
    assert_eq!(form.text("state"), "on fire");
    let fields = json!({"state": "open", "since": "2026-11-17", "source": "PSF blog | http://pyfound.blogspot.com/ | 2026-11-17", "review-by": "2026-11-01"});
    let preview = sam.submit(STAFF, &form.id, form.with(fields)).await.unwrap().message.unwrap();
    let above = words(&preview);
    assert!(above.contains("https://") && above.contains(r"review\_by lies before as\_of"), "{above}");
    assert!(sam.press(&preview, "Save").await.is_err());
    let unknown = sam.command(STAFF, "knowledge status", json!({"program": "no-such"})).await.unwrap();
    assert!(unknown.content().contains("don't find that"), "{unknown:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_note_that_makes_an_answer_too_long_for_a_phone_is_refused(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let form = open(&sam, "knowledge status", json!({"program": "grants"})).await;
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"note": "word ".repeat(120)}))).await.unwrap();
    let above = words(preview.message.as_ref().unwrap());
    assert!(above.contains("words; at most 110"), "{above}");
    server.finish().await;
}
