//! Nobody but staff of the inbox gets anything of it; what is forged or of another version changes nothing.

use reqwest::Method;
use sandbox::client::Outcome;
use sandbox::world::demo::{OWNER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{done, id, inbox, send, the_card};
use crate::support::TestServer;

const COMMANDS: [&str; 6] = ["list", "show", "search", "stats", "themes", "export"];

#[sqlx::test]
async fn members_and_staff_of_other_domains_get_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "a secret", "").await;
    let card = the_card(&mut server).await;
    let submission = id(&server).await;
    // To own the server does not open the inbox.
    let owner = server.discord.person(OWNER);
    server.discord.change_member(OWNER, &json!({"roles": []})).await.unwrap();
    for person in [server.member(), server.board(), owner] {
        server.discord.set_permissions(STAFF, person.id, 1 << 10, 0).await.unwrap();
        for what in COMMANDS {
            let options = match what {
                "show" => json!({"submission": submission}),
                "search" => json!({"words": "secret"}),
                _ => json!({}),
            };
            let outcome = person.forge_command(STAFF, &format!("inbox {what}"), options).await.unwrap();
            assert!(outcome.content().contains("for staff"), "{what} by {}: {outcome:?}", person.id);
        }
        for option in ["submission", "theme", "program"] {
            let what = if option == "submission" { "show" } else { "list" };
            let asked = json!({"as": person.id.to_string(), "channel_id": STAFF.to_string(), "name": "inbox", "subcommand": what,
                "options": {option: ""}, "focused": option, "forged": true});
            let answer: Value =
                server.discord.request(Method::POST, "/control/interactions/autocomplete", Some(&asked)).await.unwrap();
            assert_eq!(answer["choices"], json!([]), "{option}");
        }
        for kind in [
            "inbox-theme-reply:1:1",
            "inbox-theme-send:1:1:0",
            "inbox-page:1:0:....",
            "inbox-found:1:0:secret",
            "inbox-open:1:page",
            "inbox-themes:1:0:x",
            "term-open:1:20261121.28",
            "term-name:1:20261121.28.abc:visa",
            "term-tag:1:20261121.28.abc:def:visa",
            "term-some:1:20261121.28.abc:visa",
            "theme-rename:1:1",
            "theme-merge:1:1",
            "theme-into:1:1",
            "theme-merge-sure:1:1.0:2.0",
        ] {
            let outcome = person.forge_click(&card, kind).await.unwrap();
            assert!(outcome.content().contains("for staff"), "{kind}: {outcome:?}");
        }
        for kind in ["inbox-tag", "inbox-theme-new", "inbox-conduct", "inbox-conduct-sure"] {
            let outcome = person.forge_click(&card, &format!("{kind}:1:{submission}")).await.unwrap();
            assert!(outcome.content().contains("for staff") && outcome.modal.is_none(), "{kind}: {outcome:?}");
        }
    }
    assert_eq!(the_card(&mut server).await.content(), card.content());
    done(server).await;
}

#[sqlx::test]
async fn what_staff_forge_or_keep_from_another_version_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "a text", "").await;
    let card = the_card(&mut server).await;
    let staff = server.staff();
    let zero = "00000000-0000-4000-8000-000000000000";
    for forged in [
        "inbox-page:1:x:....",
        "inbox-page:1:99:....",
        "inbox-page:1:0:grants",
        "inbox-page:1:0:'; DROP TABLE submission; --....",
        "inbox-page:2:0:....",
        "inbox-found:1:9:text",
        "inbox-found:1:text",
        "inbox-themes:1:x:y",
        "inbox-theme-reply:1:x",
        "inbox-theme-send:1:1:0",
        "inbox-theme-send:1:x",
        "inbox-tag:1:",
        "term-open:1:20261121.28",
        "term-open:1:x",
        "term-name:1:20261121:x",
        "term-tag:1:20261121.28.abcdef012345:00000000:theme",
        "term-tag:1:20261121.99999.abc:0:theme",
        "term-tag:1:20261121.28.abc:0:",
        "term-some:1:20261121.28.abc:theme",
        "term-some:2:20261121.28.abc:theme",
        "theme-rename:1:x",
        "theme-rename:1:1",
        "theme-merge:1:1",
        "theme-into:1:1",
        "theme-merge-sure:1:1.0:2.0",
        "theme-merge-sure:1:1:2",
        "inbox-conduct-sure:1:grants",
        &format!("inbox-tag:1:{zero}"),
        &format!("inbox-conduct:1:{zero}"),
        &format!("inbox-conduct-sure:1:{zero}"),
        &format!("inbox-themes:1:0:{zero}"),
    ] {
        let outcome = staff.forge_click(&card, forged).await.unwrap();
        assert!(outcome.message.as_ref().is_some_and(sandbox::client::Message::is_ephemeral), "{forged}: {outcome:?}");
        assert!(!outcome.content().contains("reference"), "{forged}: {outcome:?}");
    }
    for (form, back) in [
        (format!("inbox-theme-form:1:{zero}"), "not in the inbox"),
        ("inbox-theme-form:1:x".to_owned(), "> keep me"),
        ("inbox-theme-form:2:x".to_owned(), "> keep me"),
        ("inbox-theme-written:1:1:5".to_owned(), "> keep me"),
        ("inbox-theme-written:1:x".to_owned(), "> keep me"),
        ("term-named:1:20261121.28.abc".to_owned(), "> keep me"),
        ("term-named:1:x".to_owned(), "> keep me"),
        ("theme-renamed:1:1.0".to_owned(), "> keep me"),
        ("theme-renamed:1:x".to_owned(), "> keep me"),
    ] {
        let body = json!({"as": staff.id.to_string(), "channel_id": STAFF.to_string(), "custom_id": form, "forged": true, "fields": {if form.contains("written") { "text" } else { "name" }: "keep me"}});
        let sent: Outcome =
            server.discord.request(Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap();
        assert!(sent.content().contains(back), "{form}: {sent:?}");
    }
    let list = inbox(&server, "list", json!({})).await;
    for values in [&["x"][..], &[zero]] {
        let body = json!({"as": staff.id.to_string(), "channel_id": STAFF.to_string(), "message_id": list.id().to_string(),
            "custom_id": "inbox-open:1:page", "values": values, "forged": true});
        let sent: Outcome =
            server.discord.request(Method::POST, "/control/interactions/component", Some(&body)).await.unwrap();
        assert!(!sent.content().contains("a text"), "{sent:?}");
    }
    let left: i64 = sqlx::query_scalar("SELECT (SELECT count(*) FROM theme) + (SELECT count(*) FROM submission_deed)")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
    assert_eq!(the_card(&mut server).await.content(), card.content());
    done(server).await;
}
