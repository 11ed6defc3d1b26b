//! The database stalled or away: acknowledged in time, completed afterwards, nothing lost, questions answered all the while.

use sandbox::world::demo::STAFF;
use serde_json::json;
use sqlx::PgPool;

use super::{Form, added, asked, edited, open, save, words, zebra};
use crate::support::{MINUTE, TestServer, assert_in_time};

#[sqlx::test]
async fn with_the_database_stalled_forms_open_and_what_is_sent_is_kept(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff().at_once();
    let stalled = server.stall_database().await;
    let suggested = sam.autocomplete(STAFF, "knowledge edit", "article", "grants st").await.unwrap();
    assert!(suggested.iter().any(|choice| choice["value"] == "grants-status"), "{suggested:?}");
    let opened = sam.command(STAFF, "knowledge edit", json!({"article": "about-ein"})).await.unwrap();
    assert_in_time(&opened);
    let form = Form::of(&opened);
    let written = sam.submit(STAFF, &form.id, form.with(json!({"title": "The EIN?"}))).await.unwrap();
    assert_in_time(&written);
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert_in_time(&overview);
    assert!(overview.content().contains("How programs stand"), "{overview:?}");
    stalled.rollback().await.unwrap();
    let preview = server.completed(&written).await.message.unwrap();
    let stalled = server.stall_database().await;
    let again = sam.press(&preview, "Edit again").await.unwrap();
    assert_in_time(&again);
    assert!(again.content().contains("could not open the form in time"), "{again:?}");
    let saved = sam.press(&preview, "Save").await.unwrap();
    assert_in_time(&saved);
    assert!(asked(&server.member(), "Are grants open?").await.contains("paused"));
    stalled.rollback().await.unwrap();
    let saved = server.completed(&saved).await;
    assert!(saved.content().starts_with("**Saved**"), "{saved:?}");
    server.finish().await;
}

#[sqlx::test]
async fn what_cannot_be_stored_is_given_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let form = open(&sam, "knowledge add", json!({})).await;
    let refusal = "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
         CREATE TRIGGER away BEFORE INSERT ON knowledge_draft FOR EACH STATEMENT EXECUTE FUNCTION away()";
    sqlx::raw_sql(refusal).execute(&server.pool).await.unwrap();
    let written = sam.at_once().submit(STAFF, &form.id, zebra()).await.unwrap();
    assert_in_time(&written);
    // The interaction's quarter of an hour is over.
    server.clock.advance(MINUTE * 14);
    let given_back = server.completed(&written).await;
    assert!(given_back.content().contains("could not keep this"), "{given_back:?}");
    assert!(given_back.content().contains("> \\*\\*No.\\*\\* The PSF lends no zebras."), "{given_back:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_restart_between_every_two_steps_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let form = open(&sam, "knowledge add", json!({})).await;
    server.restart().await;
    let preview = sam.submit(STAFF, &form.id, zebra()).await.unwrap().message.unwrap();
    server.restart().await;
    let form = Form::of(&sam.press(&preview, "Edit again").await.unwrap());
    server.restart().await;
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"title": "Zebras?"}))).await.unwrap().message.unwrap();
    // Who lost sight of the preview finds it again.
    server.clock.advance(MINUTE * 10);
    server.restart().await;
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap().message.unwrap();
    assert!(overview.content().contains("- Draft 1: Zebras?"), "{overview:?}");
    let menu = overview.components().into_iter().find(|one| one["type"] == 3).unwrap()["custom_id"].as_str().unwrap();
    let found = sam.choose(&overview, menu, &["draft.1"]).await.unwrap().message.unwrap();
    assert_eq!(found.content(), preview.content());
    server.restart().await;
    save(&sam, &found).await;
    server.restart().await;
    assert!(asked(&server.member(), "does the psf lend zebras").await.contains("lends no zebras"));
    server.finish().await;
}

#[sqlx::test]
async fn versions_that_cannot_be_read_at_the_start_are_taken_over_once_they_can(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    save(&sam, &edited(&sam, "about-ein", json!({"text": "The tax number is 04-3594598, staff say."})).await).await;
    let mut stalled = server.pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE knowledge_revision, knowledge_version IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *stalled)
        .await
        .unwrap();
    server.restart().await;
    let question = "psf tax number";
    let answer = asked(&server.member(), question).await;
    assert!(answer.contains("04-3594598") && !answer.contains("staff say"), "the files answer: {answer}");
    let status = sam.command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("articles of the files alone.**"), "{status:?}");
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert!(overview.content().contains("**What staff changed is not loaded yet**"), "{overview:?}");
    stalled.rollback().await.unwrap();
    server.settle().await;
    assert!(asked(&server.member(), question).await.contains("staff say"));
    let status = sam.command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("one change of staff that the files do not say"), "{status:?}");
    server.finish().await;
}

#[sqlx::test]
async fn without_a_database_the_last_versions_go_on_answering(pool: PgPool) {
    let server = TestServer::connected(pool.clone()).await;
    let sam = server.staff();
    save(&sam, &added(&sam, zebra()).await).await;
    pool.close().await;
    assert!(server.app.queue().tick().await.is_err());
    assert!(asked(&server.member(), "does the psf lend zebras").await.contains("lends no zebras"));
    let due = sam.command(STAFF, "knowledge due", json!({})).await.unwrap();
    assert_eq!(due.content(), "Nothing is due within two weeks.");
    let overview = sam.command(STAFF, "knowledge status", json!({})).await.unwrap();
    assert!(overview.content().contains("blog-does-the-psf-lend-zebras"), "{}", words(&overview.message.unwrap()));
}

/// A version that nobody can read must not take the knowledge base with it.
#[sqlx::test]
async fn a_version_that_cannot_be_read_leaves_its_file_answering(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    save(&sam, &edited(&sam, "about-ein", json!({"text": "The tax number is 04-3594598, staff say."})).await).await;
    save(&sam, &added(&sam, zebra()).await).await;
    sqlx::raw_sql("UPDATE knowledge_version SET content = '{\"article\": 7}' WHERE key = 'about-ein'; UPDATE knowledge_revision SET number = number + 1")
        .execute(&server.pool)
        .await
        .unwrap();
    server.settle().await;
    let answer = asked(&server.member(), "psf tax number").await;
    assert!(answer.contains("04-3594598") && !answer.contains("staff say"), "{answer}");
    assert!(asked(&server.member(), "does the psf lend zebras").await.contains("lends no zebras"));
    server.finish().await;
}
