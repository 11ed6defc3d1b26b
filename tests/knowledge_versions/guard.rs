//! Who may not: members, staff of other domains, other staff, and whoever writes a request by hand.

use sandbox::world::demo::{GENERAL, OWNER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{added, open, save, zebra};
use crate::support::TestServer;

const REFUSED: &str = "This is for staff of the PSF";

async fn rows(server: &TestServer) -> (i64, i64) {
    sqlx::query_as("SELECT (SELECT count(*) FROM knowledge_draft), (SELECT count(*) FROM knowledge_version)")
        .fetch_one(&server.pool)
        .await
        .unwrap()
}

#[sqlx::test]
async fn members_and_staff_of_another_domain_can_do_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let form = open(&server.staff(), "knowledge add", json!({})).await;
    let before = rows(&server).await;
    let commands = [
        ("knowledge add", json!({})),
        ("knowledge edit", json!({"article": "grants-status"})),
        ("knowledge retire", json!({"article": "grants-status"})),
        ("knowledge due", json!({})),
        ("knowledge status", json!({})),
        ("knowledge status", json!({"program": "grants"})),
    ];
    for person in [server.member(), server.board()] {
        for (command, options) in &commands {
            assert!(person.command(GENERAL, command, options.clone()).await.is_err(), "/{command} is hidden");
            let forged = person.forge_command(GENERAL, command, options.clone()).await.unwrap();
            assert!(forged.content().starts_with(REFUSED) && forged.modal.is_none(), "/{command}: {forged:?}");
        }
        let submitted = person.submit(GENERAL, &form.id, zebra()).await.unwrap();
        assert!(submitted.content().starts_with(REFUSED), "{submitted:?}");
        for kind in [
            "kb-save:1:1.1",
            "kb-right:1:a.0..grants-status",
            "kb-back:1:a.0..grants-status",
            "kb-edit:1:a.0..grants-status",
        ] {
            let message = person.say(GENERAL, "hello").await.unwrap();
            let forged = person.forge_click(&message, kind).await.unwrap();
            assert!(forged.content().starts_with(REFUSED), "{kind}: {forged:?}");
        }
        let suggested = person.autocomplete(GENERAL, "knowledge edit", "article", "").await;
        assert!(suggested.is_err() || suggested.unwrap().is_empty());
    }
    assert_eq!(rows(&server).await, before);
    server.close().await;
}

#[sqlx::test]
async fn a_draft_is_its_authors_alone(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    server.discord.change_member(OWNER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let preview = added(&sam, zebra()).await;
    for label in ["Save", "Edit again", "Discard"] {
        let id = preview.button(label).unwrap().to_owned();
        let refused = olive.forge_click(&preview, &id).await.unwrap();
        assert!(refused.content().contains("don't find that draft of yours"), "{label}: {refused:?}");
        assert!(!refused.content().contains("zebra") && refused.modal.is_none());
    }
    let form = sam.press(&preview, "Edit again").await.unwrap();
    let taken = olive.submit(STAFF, form.form_id().unwrap(), zebra()).await.unwrap();
    assert!(taken.content().contains("don't find that draft of yours"), "{taken:?}");
    // Somebody else's form, sent under one's own name, begins nothing either.
    let opened = open(&sam, "knowledge add", json!({})).await;
    sam.submit(STAFF, &opened.id, zebra()).await.unwrap();
    let copied = olive.submit(STAFF, &opened.id, zebra()).await.unwrap();
    assert!(copied.content().contains("> "), "it is given back: {copied:?}");
    save(&sam, &preview).await;
    server.finish().await;
}

#[sqlx::test]
async fn what_is_forged_changes_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = added(&sam, zebra()).await;
    let before = rows(&server).await;
    for id in [
        "kb-save:1:99.1",
        "kb-save:1:1.7",
        "kb-save:1:x",
        "kb-right:1:a.5.ffffff.grants-status",
        "kb-right:1:a.0..no-such",
        "kb-right:1:p.0.ffffff.grants",
        "kb-back:1:a.0.ffffff.grants-status",
        "kb-back:1:a.-1..about-ein",
        "kb-back:1:p.3..grants",
        "kb-go-on:1:99.9",
        "kb-again:1:99.9",
        "kb-edit:1:a.0..../../etc/passwd",
        "kb-choose:1:",
        "kb-due:1:",
        "kb-save:9:1.1",
    ] {
        let forged = sam.forge_click(&preview, id).await.unwrap();
        assert_eq!(forged.state, "answered", "{id}: {forged:?}");
        assert!(forged.modal.is_none(), "{id}: {forged:?}");
    }
    for form in [
        "kb-form:1:1.0.a.0..no-such-article",
        "kb-form:1:1.0.a.9.ffffff.../x",
        "kb-rewritten:1:99.1",
        "kb-form:1:0.0.new",
    ] {
        let forged = sam.submit(STAFF, form, json!({"text": "kept"})).await.unwrap();
        assert!(forged.content().contains("> kept"), "{form}: {forged:?}");
    }
    assert_eq!(rows(&server).await, before);
    server.finish().await;
}
