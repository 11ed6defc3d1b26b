//! A whole theme is renamed, or merged into another; two of the staff at once.

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{BOARD_MEMBER, OTHER_MEMBER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{done, inbox, press, send};
use crate::support::TestServer;

/// Two themes: “Visa” on the first and second of three submissions, “Letters” on the second and third.
async fn with_two(pool: PgPool) -> TestServer {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "first", "").await;
    send(&server.member(), "grants", false, "second", "").await;
    send(&server.discord.person(OTHER_MEMBER), "grants", false, "third", "").await;
    server.settle().await;
    let staff = server.staff();
    for (card, themes) in server.look(STAFF).await.iter().zip([&["Visa"][..], &["Visa", "Letters"], &["Letters"]]) {
        for theme in themes {
            let menu = press(&staff, card, "Tag").await;
            let form = staff.press(&menu, "Name a theme").await.unwrap();
            staff.submit(STAFF, form.form_id().unwrap(), json!({"name": theme})).await.unwrap();
        }
    }
    server
}

async fn list(server: &TestServer, theme: &str) -> Message {
    inbox(server, "list", json!({"theme": theme})).await
}

async fn rename(staff: &Person, form: &Outcome, name: &str) -> Outcome {
    staff.submit(STAFF, form.form_id().unwrap(), json!({"name": name})).await.unwrap()
}

/// Chooses the other theme in the menu that *Merge* opens; the question whether it is meant.
async fn into(server: &TestServer, staff: &Person, menu: &Message, other: &str) -> Message {
    let id: String = sqlx::query_scalar("SELECT id::TEXT FROM theme WHERE name = $1")
        .bind(other)
        .fetch_one(&server.pool)
        .await
        .unwrap();
    let custom_id = menu.components()[0]["custom_id"].as_str().unwrap().to_owned();
    staff.choose(menu, &custom_id, &[&id]).await.unwrap().message.unwrap()
}

async fn themes(server: &TestServer) -> Vec<(String, i64)> {
    let query = "SELECT t.name, count(s.submission_id) FROM theme t LEFT JOIN submission_theme s ON s.theme_id = t.id GROUP BY t.id ORDER BY t.name";
    sqlx::query_as(query).fetch_all(&server.pool).await.unwrap()
}

fn is(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(name, used)| ((*name).to_owned(), *used)).collect()
}

async fn cards(server: &mut TestServer) -> Vec<String> {
    server.settle().await;
    let line =
        |card: &Message| card.content().lines().find(|line| line.starts_with("Themes: ")).unwrap_or("").to_owned();
    server.look(STAFF).await.iter().map(line).collect()
}

/// Another of the staff of the inbox.
async fn colleague(server: &TestServer) -> Person {
    server.discord.change_member(BOARD_MEMBER, &json!({"roles": [STAFF_ROLE.to_string()]})).await.unwrap();
    server.board()
}

#[sqlx::test]
async fn a_theme_is_renamed_everywhere(pool: PgPool) {
    let mut server = with_two(pool).await;
    let staff = server.staff();
    let page = list(&server, "Visa").await;
    assert_eq!(page.buttons(), ["Reply to all of these", "Rename", "Merge into another"]);
    let form = staff.press(&page, "Rename").await.unwrap();
    assert_eq!(form.modal.as_ref().unwrap()["components"][0]["components"][0]["value"], "Visa");
    assert!(rename(&staff, &form, "Visa & *stay*").await.content().contains("is called “Visa & \\*stay\\*” now"));
    // The same form once more, and capitals alone.
    assert!(rename(&staff, &form, "Visa & *stay*").await.content().contains("is called"));
    let form = staff.press(&list(&server, "visa & *stay*").await, "Rename").await.unwrap();
    assert!(rename(&staff, &form, "VISA").await.content().contains("is called “VISA” now"));
    assert_eq!(themes(&server).await, is(&[("Letters", 2), ("VISA", 2)]));
    assert_eq!(cards(&mut server).await, ["Themes: VISA", "Themes: Letters, VISA", "Themes: Letters"]);
    for typed in [" ", "\u{200B}", &"x".repeat(51)] {
        let body = json!({"as": staff.id.to_string(), "channel_id": STAFF.to_string(), "custom_id": form.form_id().unwrap(), "forged": true, "fields": {"name": typed}});
        let sent: Outcome =
            server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap();
        assert!(sent.content().contains("1 to 50 characters"), "{sent:?}");
    }
    done(server).await;
}

#[sqlx::test]
async fn of_two_who_rename_at_once_the_second_reads_what_the_first_did(pool: PgPool) {
    let server = with_two(pool).await;
    let (one, two) = (server.staff(), colleague(&server).await);
    let page = list(&server, "Visa").await;
    let first = one.press(&page, "Rename").await.unwrap();
    let second = two.forge_click(&page, page.button("Rename").unwrap()).await.unwrap();
    let (a, b) = tokio::join!(rename(&one, &first, "A"), rename(&two, &second, "B"));
    let is_done = |outcome: &Outcome| outcome.content().starts_with("The theme is called");
    let (won, lost) = if is_done(&a) { (a, b) } else { (b, a) };
    assert!(is_done(&won), "{won:?}");
    assert!(
        !is_done(&lost) && lost.content().contains("changed a theme since") && lost.content().contains("> "),
        "its words come back: {lost:?}"
    );
    // A name that another theme has is not taken; the two can be merged.
    let name = themes(&server).await[0].0.clone();
    let form = one.press(&list(&server, &name).await, "Rename").await.unwrap();
    let taken = rename(&one, &form, "letters").await.message.unwrap();
    assert!(
        taken.content().contains("There is a theme “Letters” already, used 2 ×") && taken.buttons() == ["Merge"],
        "{taken:?}"
    );
    assert!(press(&one, &taken, "Merge").await.content().contains("“Letters” is used 3 × now"));
    assert_eq!(themes(&server).await, is(&[("Letters", 3)]));
    done(server).await;
}

#[sqlx::test]
async fn a_theme_is_merged_with_all_that_has_it_and_what_was_done_and_written(pool: PgPool) {
    let mut server = with_two(pool).await;
    let staff = server.staff();
    let page = list(&server, "Visa").await;
    let form = staff.press(&page, "Reply to all of these").await.unwrap();
    let preview = staff
        .submit(STAFF, form.form_id().unwrap(), json!({"text": "You said, we did."}))
        .await
        .unwrap()
        .message
        .unwrap();
    let menu = press(&staff, &page, "Merge into another").await;
    let sure = into(&server, &staff, &menu, "Letters").await;
    assert!(sure.content().contains("Merge “Visa” (used 2 ×) into “Letters” (used 2 ×)?"), "{sure:?}");
    assert_eq!(themes(&server).await.len(), 2, "nothing before it is confirmed");
    // A tag's menu from before.
    server.settle().await;
    let tag = press(&staff, &server.look(STAFF).await[0], "Tag").await;
    assert!(press(&staff, &sure, "Merge").await.content().contains("“Letters” is used 3 × now"));
    assert_eq!(themes(&server).await, is(&[("Letters", 3)]));
    assert_eq!(cards(&mut server).await, ["Themes: Letters"; 3]);
    let stale = staff.choose(&tag, tag.components()[0]["custom_id"].as_str().unwrap(), &[]).await.unwrap();
    assert!(stale.content().contains("Nothing changed") && stale.content().contains("Letters"), "{stale:?}");
    // Clicks from before, on what is gone.
    let again = staff.forge_click(&sure, sure.button("Merge").unwrap()).await.unwrap();
    assert!(again.content().contains("“Letters” is used 3 × now"), "a second click: {again:?}");
    let other = colleague(&server).await.forge_click(&sure, sure.button("Merge").unwrap()).await.unwrap();
    assert!(other.content().contains("changed a theme since"), "{other:?}");
    for label in ["Rename", "Merge into another"] {
        assert!(staff.press(&page, label).await.unwrap().content().contains("merged into another"), "{label}");
    }
    // The text that waited was written for those who had the one theme, and goes to nobody else.
    let sent = staff.press(&preview, "Send to all").await.unwrap();
    assert!(!sent.content().starts_with("Sent."), "{sent:?}");
    let replies: i64 = sqlx::query_scalar("SELECT count(*) FROM reply").fetch_one(&server.pool).await.unwrap();
    assert_eq!(replies, 0);
    let deeds: i64 = sqlx::query_scalar("SELECT count(*) FROM submission_deed d JOIN theme t ON t.id = d.theme_id WHERE t.name = 'Letters' AND what = 'tag'").fetch_one(&server.pool).await.unwrap();
    assert_eq!(deeds, 4);
    done(server).await;
}

#[sqlx::test]
async fn two_merges_in_a_circle_at_once_leave_one_theme(pool: PgPool) {
    let server = with_two(pool).await;
    let (one, two) = (server.staff(), colleague(&server).await);
    let menu = press(&one, &list(&server, "Visa").await, "Merge into another").await;
    let there = into(&server, &one, &menu, "Letters").await;
    let menu = press(&one, &list(&server, "Letters").await, "Merge into another").await;
    let back = into(&server, &one, &menu, "Visa").await;
    let (a, b) = tokio::join!(
        one.forge_click(&there, there.button("Merge").unwrap()),
        two.forge_click(&back, back.button("Merge").unwrap()),
    );
    let said = [a.unwrap().content().to_owned(), b.unwrap().content().to_owned()];
    assert_eq!(said.iter().filter(|said| said.contains("is used 3 × now")).count(), 1, "{said:?}");
    assert_eq!(themes(&server).await.iter().map(|(_, used)| *used).collect::<Vec<_>>(), [3]);
    done(server).await;
}

#[sqlx::test]
async fn an_unused_theme_can_be_merged_too_and_a_stalled_database_is_waited_for(pool: PgPool) {
    let server = with_two(pool).await;
    sqlx::query("DELETE FROM submission_theme WHERE theme_id = (SELECT id FROM theme WHERE name = 'Visa')")
        .execute(&server.pool)
        .await
        .unwrap();
    let staff = server.staff();
    let page = list(&server, "Visa").await;
    assert!(page.content().contains("Nothing has this theme"), "{page:?}");
    let menu = press(&staff, &page, "Merge into another").await;
    let sure = into(&server, &staff, &menu, "Letters").await;
    let form = staff.press(&list(&server, "Letters").await, "Rename").await.unwrap();
    let stalled = server.stall_database().await;
    let hurried = server.staff().at_once();
    let (renamed, merged) = tokio::join!(rename(&hurried, &form, "Post"), hurried.press(&sure, "Merge"));
    stalled.rollback().await.unwrap();
    let (renamed, merged) = (server.completed(&renamed).await, server.completed(&merged.unwrap()).await);
    // Whichever is first, the other says so.
    assert!(
        renamed.content().contains("is called “Post”") ^ merged.content().contains("× now"),
        "{renamed:?} {merged:?}"
    );
    done(server).await;
}
