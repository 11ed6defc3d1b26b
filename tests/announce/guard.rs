//! Who may not: members, staff of other domains, other staff, and whoever writes a request by hand.

use sandbox::world::demo::{GENERAL, MEMBER, OWNER, STAFF, STAFF_MEMBER, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{control, ready, ready_in_public, wording};
use crate::support::{HOUR, TestServer};

const REFUSED: &str = "This is for staff of the PSF";

async fn announcements(server: &TestServer) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM announcement").fetch_one(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn members_and_staff_of_another_domain_can_do_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let preview = ready_in_public(&server.staff(), "Secret").await;
    let commands = [
        ("announce compose", json!({})),
        ("announce drafts", json!({"draft": "1"})),
        ("announce list", json!({})),
        ("announce history", json!({"announcement": "1"})),
        ("announce retry", json!({"announcement": "1"})),
        ("announce edit", json!({"announcement": "1"})),
        ("announce cancel", json!({"announcement": "1"})),
    ];
    for person in [server.member(), server.board()] {
        for (command, options) in &commands {
            assert!(person.command(GENERAL, command, options.clone()).await.is_err(), "/{command} is hidden");
            let forged = person.forge_command(GENERAL, command, options.clone()).await.unwrap();
            assert!(forged.content().starts_with(REFUSED), "/{command}: {forged:?}");
        }
        for id in preview.components().iter().filter_map(|component| component["custom_id"].as_str()) {
            let forged = person.forge_click(&preview, id).await.unwrap();
            assert!(forged.content().starts_with(REFUSED), "{id}: {forged:?}");
        }
        for form in
            ["announce-write:1:7", "announce-rewritten:1:1.2", "announce-planned:1:1.2", "announce-corrected:1:1.2"]
        {
            let forged = person.submit(GENERAL, form, wording("x", "y")).await.unwrap();
            assert!(forged.content().starts_with(REFUSED), "{form}: {forged:?}");
        }
    }
    assert_eq!(announcements(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn members_get_no_suggestions(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    ready(&server.staff(), "Secret", &[GENERAL]).await;
    let suggested = server.member().autocomplete(GENERAL, "announce drafts", "draft", "").await;
    assert!(suggested.is_err() || suggested.unwrap().is_empty());
    // Nor do other staff see a colleague's unsent drafts.
    let other = server.discord.person(OWNER).autocomplete(STAFF, "announce drafts", "draft", "").await.unwrap();
    assert!(other.is_empty(), "{other:?}");
    server.finish().await;
}

#[sqlx::test]
async fn an_unsent_draft_is_its_authors_alone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let preview = ready(&server.staff(), "Mine", &[GENERAL]).await;
    let olive = server.discord.person(OWNER);
    for label in ["Send now", "Schedule", "Edit", "Discard", "Do not publish to followers"] {
        let id = preview.button(label).unwrap().to_owned();
        let refused = olive.forge_click(&preview, &id).await.unwrap();
        assert!(refused.content().contains(&format!("Only <@{STAFF_MEMBER}> can change")), "{label}: {refused:?}");
        assert!(!refused.content().contains("Mine"));
    }
    let opened = server.staff().press(&preview, "Edit").await.unwrap();
    let submitted = olive.submit(STAFF, opened.form_id().unwrap(), wording("Taken over", "y")).await.unwrap();
    assert!(submitted.content().contains("Only <@"), "{submitted:?}");
    let resumed = olive.command(STAFF, "announce drafts", json!({"draft": "1"})).await.unwrap();
    assert!(resumed.content().contains("don't find that draft"), "{resumed:?}");
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    server.staff().press(&preview, "Send now").await.unwrap();
    server.settle().await;
    assert!(server.take(GENERAL).await[0].content().starts_with("**Mine**"));
    server.finish().await;
}

#[sqlx::test]
async fn a_role_taken_away_between_preview_and_send_counts(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let preview = ready_in_public(&server.staff(), "Too late").await;
    server.discord.change_member(STAFF_MEMBER, &json!({"roles": []})).await.unwrap();
    let send = control(&preview, "announce-send");
    let refused = server.staff().forge_click(&preview, &send).await.unwrap();
    assert!(refused.content().starts_with(REFUSED), "{refused:?}");
    server.settle().await;
    assert_eq!(announcements(&server).await, 0);
    server.discord.change_member(STAFF_MEMBER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_request_written_by_hand_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "By hand", &[GENERAL]).await;
    for forged in [
        "announce-send:1:",
        "announce-send:1:1",
        "announce-send:1:99.1",
        "announce-send:1:-1.-1",
        "announce-send:1:1.99999999999999999999",
        "announce-send:2:1.2",
        "announce-time:1:1.2.1825569000",
        "announce-time:2:1.2",
        "announce-time:2:1.2.1825569000",
        "announce-time:2:1.2.9223372036854775807..",
        "announce-time:2:1.2.0..",
        "announce-confirm:1:1.2",
        "announce-cancel:1:nonsense",
        "announce-cancel:1:99",
        "announce-write:1:nonsense",
    ] {
        let outcome = sam.forge_click(&preview, forged).await.unwrap();
        assert!(outcome.state == "answered" && outcome.message.unwrap().is_ephemeral(), "{forged}");
    }
    for form in
        ["announce-write:1:0", "announce-write:1:nonsense", "announce-rewritten:1:99.1", "announce-corrected:1:1.2"]
    {
        let outcome = sam.submit(STAFF, form, wording("x", "y")).await.unwrap();
        assert!(outcome.state == "answered" && outcome.message.unwrap().is_ephemeral(), "{form}");
    }
    let ping = control(&preview, "announce-ping");
    for value in ["everyone", "1100000000000000001", "1100000000000000021", "0", ""] {
        let chosen = sam.choose(&preview, &ping, &[value]).await;
        assert!(chosen.is_err() || chosen.unwrap().content().contains("not among those"), "{value}");
    }
    // No values at all, as the menu itself would never send them.
    let nothing = sam.forge_click(&preview, &ping).await.unwrap();
    assert!(nothing.content().contains("not among those"), "{nothing:?}");
    let choices = json!({"draft": "1; DROP TABLE draft"});
    assert!(sam.command(STAFF, "announce drafts", choices).await.unwrap().content().contains("don't find"));
    assert_eq!(announcements(&server).await, 0);
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_form_of_somebody_else_makes_no_draft_and_gives_the_text_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let opened = server.staff().command(STAFF, "announce compose", json!({})).await.unwrap();
    let form = opened.form_id().unwrap();
    server.staff().submit(STAFF, form, wording("Mine", "Text.")).await.unwrap();
    let other = server.discord.person(OWNER).submit(STAFF, form, wording("Other", "Text.")).await.unwrap();
    assert!(!other.content().contains("Mine"), "{other:?}");
    assert_eq!(other.message.unwrap().raw["attachments"][0]["filename"], "what-you-wrote.txt");
    server.finish().await;
}

#[sqlx::test]
async fn a_member_cannot_cancel_what_is_scheduled(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready_in_public(&sam, "Stays").await;
    let planned = super::plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    let scheduled = sam.press(&planned, "Confirm").await.unwrap().message.unwrap();
    let cancel = control(&scheduled, "announce-cancel");
    let refused = server.discord.person(MEMBER).forge_click(&scheduled, &cancel).await.unwrap();
    assert!(refused.content().starts_with(REFUSED), "{refused:?}");
    server.advance(HOUR).await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}
