//! Two of the staff at one article: the second is told what the first changed, and nothing is overwritten unseen.

use sandbox::world::demo::OWNER;
use serde_json::json;
use sqlx::PgPool;

use super::{asked, edited, save, words};
use crate::support::TestServer;

#[sqlx::test]
async fn whoever_saves_second_sees_what_changed_and_decides(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    // Olive administers the server; give her the staff's role too.
    server
        .discord
        .change_member(OWNER, &json!({"roles": [sandbox::world::demo::STAFF_ROLE.to_string()]}))
        .await
        .unwrap();
    let text = |name: &str| json!({"text": format!("The PSF's tax number (EIN) is 04-3594598, says {name}.")});
    let first = edited(&sam, "about-ein", text("Sam")).await;
    let second = edited(&olive, "about-ein", text("Olive")).await;
    save(&sam, &first).await;
    let refused = olive.press(&second, "Save").await.unwrap().message.unwrap();
    let above = words(&refused);
    assert!(above.starts_with("**Not saved.**") && above.contains("changed it meanwhile** (version 1"), "{above}");
    assert!(above.contains("What changed in it meanwhile:") && above.contains("**Sam.**"), "{above}");
    assert!(asked(&server.member(), "psf ein number").await.contains("says Sam"));
    // The draft stands, and what it would change in Sam's text is shown before it is saved.
    let over = olive.press(&refused, "Go on").await.unwrap().message.unwrap();
    let above = words(&over);
    assert!(above.contains("~~Sam.~~ **Olive.**"), "{above}");
    let saved = save(&olive, &over).await;
    assert!(saved.contains("version 2"), "{saved}");
    assert!(asked(&server.member(), "psf ein number").await.contains("says Olive"));
    // The history has both.
    let history: Vec<(i32, i64, String)> =
        sqlx::query_as("SELECT number, staff_id, kind FROM knowledge_version ORDER BY number")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    let olive_id = i64::try_from(olive.id).unwrap();
    let sam_id = i64::try_from(sam.id).unwrap();
    assert_eq!(history, [(1, sam_id, "edit".to_owned()), (2, olive_id, "edit".to_owned())]);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_that_was_open_while_another_saved_is_kept_and_told_of_it(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let late = super::open(&sam, "knowledge edit", json!({"article": "about-ein"})).await;
    let first = edited(&sam, "about-ein", json!({"title": "What is the tax number of the PSF?"})).await;
    save(&sam, &first).await;
    let preview = sam.submit(sandbox::world::demo::STAFF, &late.id, late.with(json!({"title": "EIN?"}))).await.unwrap();
    let above = words(preview.message.as_ref().unwrap());
    assert!(above.contains("changed it meanwhile"), "{above}");
    assert!(above.contains("What changed in it meanwhile:"), "{above}");
    assert!(preview.message.unwrap().button("Save").is_none());
    server.finish().await;
}
