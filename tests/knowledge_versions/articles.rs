//! Add, edit, retire; what stands in the way; nothing that was typed is lost.

use futures_util::future::join_all;
use sandbox::world::demo::STAFF;
use serde_json::json;
use sqlx::PgPool;

use super::{Form, added, asked, below, edited, open, save, words, zebra};
use crate::support::TestServer;

const GRANTS: &str = "Are grants open?";

#[sqlx::test]
async fn an_edit_answers_from_the_moment_it_is_saved_and_reads_as_it_was_previewed(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let before = asked(&server.member(), GRANTS).await;
    let form = open(&sam, "knowledge edit", json!({"article": "grants-status"})).await;
    assert!(form.text("text").starts_with("{status:grants}"), "{}", form.text("text"));
    assert!(form.text("questions").lines().count() > 10 && form.text("details").contains("topic: grants"));
    let text = form.text("text").replace("Meanwhile, look at", "Until then, look at");
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"text": text}))).await.unwrap().message.unwrap();
    assert!(preview.is_ephemeral() && preview.pinged_nobody());
    let above = words(&preview);
    assert!(above.contains("Nothing is saved yet"), "{above}");
    assert!(
        above.contains("- Text: {status:grants} ~~Meanwhile,~~ **Until then,** look at the Community …"),
        "{above}"
    );
    assert_eq!(asked(&server.member(), GRANTS).await, before, "a draft answers nobody");
    let saved = save(&sam, &preview).await;
    insta::assert_snapshot!(saved, @"**Saved** as version 1 of “Are PSF grants open?” (`grants-status`). Members get it from now on, whichever process answers.");
    let after = asked(&server.member(), GRANTS).await;
    assert_eq!(after, below(&preview), "exactly as it was shown");
    assert!(after.contains("Until then, look at") && after.contains("paused"), "{after}");
    server.finish().await;
}

#[sqlx::test]
async fn a_new_article_is_found_and_answers(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = added(&sam, zebra()).await;
    assert!(
        below(&preview).starts_with("**Does the PSF lend zebras?**\n**No.** The PSF lends no zebras."),
        "{preview:?}"
    );
    assert!(preview.pinged_nobody());
    let saved = save(&sam, &preview).await;
    assert!(saved.contains("`blog-does-the-psf-lend-zebras`"), "{saved}");
    assert_eq!(asked(&server.member(), "can i borrow a zebra from the psf").await, below(&preview));
    let suggested = sam.autocomplete(STAFF, "knowledge edit", "article", "zebra").await.unwrap();
    assert_eq!(suggested[0]["value"], "blog-does-the-psf-lend-zebras");
    // Another one of the same title gets a name of its own, and is told whose its questions are.
    let again = added(&sam, zebra()).await;
    assert!(words(&again).contains("is also one of blog-does-the-psf-lend-zebras"), "{}", words(&again));
    assert!(sam.press(&again, "Save").await.is_err(), "the button is off");
    server.finish().await;
}

#[sqlx::test]
async fn what_is_wrong_is_named_and_nothing_is_saved_before_it_is_put_right(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let mut fields = zebra();
    fields["sources"] = json!("PSF blog | http://pyfound.blogspot.com/ | 2026-11-20");
    fields["text"] = json!(format!("{} {{status:zebras}}", "zebra ".repeat(120)));
    fields["questions"] = json!("are grants open");
    let preview = added(&sam, fields).await;
    let above = words(&preview);
    for wrong in [
        "not an address that starts with https://",
        "words; at most 110",
        "{status:zebras} names no record",
        "is also one of grants-status",
    ] {
        assert!(above.contains(wrong), "{wrong}: {above}");
    }
    let id = preview.button("Save").unwrap().to_owned();
    let refused = sam.forge_click(&preview, &id).await.unwrap();
    assert!(words(refused.message.as_ref().unwrap()).starts_with("**Not saved.**"), "{refused:?}");
    // What can't be read at all is named too, and kept.
    let form = Form::of(&sam.press(&preview, "Edit again").await.unwrap());
    let unread = json!({"sources": "somewhere", "details": "topic: blog\nas of: soon\nflavour: mint\nnonsense"});
    let preview = sam.submit(STAFF, &form.id, form.with(unread)).await.unwrap().message.unwrap();
    insta::assert_snapshot!(preview.content(), @"
    **A new answer: “(no title)” (draft 1), only you see this.** Nothing is saved yet. Below the line is what members will read.
    **To do:** I can't read the source “somewhere”: write `title | https://… | 2026-11-21`.
    **To do:** I can't read “nonsense”: write a name, a colon and a value, like `topic: grants`.
    **To do:** I can't read the day of “as of”: write it like `2026-11-21`.
    **To do:** “review by” has no day: write it like `2026-11-21`.
    **To do:** I don't know “flavour”: there is topic, keywords, as of, review by, valid until, superseded by, redirect.
    ");
    let form = Form::of(&sam.press(&preview, "Edit again").await.unwrap());
    assert_eq!((form.text("sources"), form.text("questions")), ("somewhere", "are grants open"));
    let preview = sam.submit(STAFF, &form.id, zebra()).await.unwrap().message.unwrap();
    save(&sam, &preview).await;
    let versions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM knowledge_version").fetch_one(&server.pool).await.unwrap();
    assert_eq!(versions, 1);
    server.finish().await;
}

#[sqlx::test]
async fn saving_twice_at_once_makes_one_version(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = edited(&sam, "about-ein", json!({"title": "What is the PSF's EIN number?"})).await;
    for pressed in join_all((0..4).map(|_| sam.press(&preview, "Save"))).await {
        let said = pressed.unwrap().content().to_owned();
        assert!(said.starts_with("**Saved** as version 1"), "{said}");
    }
    let versions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM knowledge_version").fetch_one(&server.pool).await.unwrap();
    assert_eq!(versions, 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_makes_one_draft_and_a_stale_one_gives_its_text_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let form = open(&sam, "knowledge add", json!({})).await;
    let (first, second) = tokio::join!(sam.submit(STAFF, &form.id, zebra()), sam.submit(STAFF, &form.id, zebra()));
    assert_eq!(first.unwrap().content(), second.as_ref().unwrap().content());
    let drafts: i64 = sqlx::query_scalar("SELECT count(*) FROM knowledge_draft").fetch_one(&server.pool).await.unwrap();
    assert_eq!(drafts, 1);
    let preview = second.unwrap().message.unwrap();
    let form = Form::of(&sam.press(&preview, "Edit again").await.unwrap());
    let changed = form.with(json!({"title": "Does the PSF lend zebras at all?"}));
    sam.submit(STAFF, &form.id, changed.clone()).await.unwrap();
    let again = sam.submit(STAFF, &form.id, changed).await.unwrap();
    assert!(again.content().contains("zebras at all?"), "{again:?}");
    let other = sam.submit(STAFF, &form.id, form.with(json!({"title": "Not to be lost"}))).await.unwrap();
    assert!(
        other.content().contains("changed in the meantime") && other.content().contains("> Not to be lost"),
        "{other:?}"
    );
    // Nor does a button that was made for the first wording do anything.
    let stale = sam.forge_click(&preview, preview.button("Save").unwrap()).await.unwrap();
    assert!(words(stale.message.as_ref().unwrap()).contains("so nothing was done"), "{stale:?}");
    let gone = sam.submit(STAFF, "kb-form:1:nonsense", json!({"text": "typed in vain"})).await.unwrap();
    assert!(gone.content().contains("> typed in vain"), "{gone:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_retired_article_answers_no_more_and_its_successor_does(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let question = "is psf tax number public";
    let preview = added(&sam, zebra()).await;
    save(&sam, &preview).await;
    let zebra = "blog-does-the-psf-lend-zebras";
    let retired = sam.command(STAFF, "knowledge retire", json!({"article": zebra, "superseded_by": "blog-psf"})).await;
    let preview = retired.unwrap().message.unwrap();
    assert!(words(&preview).contains("`blog-psf` will, in its place"), "{}", words(&preview));
    let saved = sam.press(&preview, "Retire it").await.unwrap();
    assert!(saved.content().starts_with("**Saved** as version 2"), "{saved:?}");
    let answer = asked(&server.member(), "can i borrow a zebra from the psf").await;
    assert!(!answer.contains("lends no zebras"), "{answer}");
    // Without a successor nothing leads there any more.
    let before = asked(&server.member(), question).await;
    assert!(before.contains("**What is the tax number (EIN) of the PSF?**"), "{before}");
    let retired = sam.command(STAFF, "knowledge retire", json!({"article": "about-ein"})).await.unwrap();
    sam.press(&retired.message.unwrap(), "Retire it").await.unwrap();
    let title = "**What is the tax number (EIN) of the PSF?**";
    assert!(!asked(&server.member(), question).await.contains(title));
    // What was retired can be edited, and answers again.
    let form = open(&sam, "knowledge edit", json!({"article": "about-ein"})).await;
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"title": "What is the PSF's EIN?!"}))).await.unwrap();
    save(&sam, &preview.message.unwrap()).await;
    let unchanged = sam.command(STAFF, "knowledge retire", json!({"article": "no-such-article"})).await.unwrap();
    assert!(unchanged.content().contains("don't find that"), "{unchanged:?}");
    server.finish().await;
}

#[sqlx::test]
async fn an_edit_that_changes_nothing_is_not_saved(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let preview = edited(&server.staff(), "grants-status", json!({})).await;
    assert!(words(&preview).contains("nothing is different"), "{}", words(&preview));
    let discarded = server.staff().press(&preview, "Discard").await.unwrap();
    assert_eq!(discarded.content(), "Discarded. Nothing was changed.");
    server.finish().await;
}

#[sqlx::test]
async fn every_article_of_the_files_can_be_edited_and_comes_back_as_it_was(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    // Some of the longest, some that redirect, some with third-party sources.
    for article in ["grants-reopen-date", "redirect-pypi-account", "pycon-us-next", "elections-2026-dates"] {
        let preview = edited(&sam, article, json!({})).await;
        assert!(words(&preview).contains("nothing is different"), "{article}: {}", words(&preview));
    }
    server.finish().await;
}
