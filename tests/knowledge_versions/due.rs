//! What somebody should look at again.

use chrono::TimeDelta;
use sandbox::world::demo::STAFF;
use serde_json::json;
use sqlx::PgPool;

use super::{Form, asked, save, words};
use crate::support::TestServer;

#[sqlx::test]
async fn nothing_is_due_before_its_time(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let due = server.staff().command(STAFF, "knowledge due", json!({})).await.unwrap();
    assert_eq!(due.content(), "Nothing is due within two weeks.");
    server.finish().await;
}

#[sqlx::test]
async fn what_is_due_is_listed_oldest_first_and_found_right_or_edited(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    // The 22nd of January 2027: some were to be looked at by the 15th.
    server.clock.advance(TimeDelta::days(62));
    let late = asked(&server.member(), "Are grants open?").await;
    assert!(late.contains("may be out of date"), "{late}");
    let due = sam.command(STAFF, "knowledge due", json!({})).await.unwrap().message.unwrap();
    let above = words(&due);
    assert!(above.contains("overdue since 15 January 2027") && above.contains("oldest first"), "{above}");
    let menu = due.components().into_iter().find(|one| one["type"] == 3).unwrap().clone();
    let values: Vec<String> =
        menu["options"].as_array().unwrap().iter().map(|option| option["value"].as_str().unwrap().to_owned()).collect();
    let grants = values.iter().find(|value| value.ends_with(".grants-status")).unwrap();
    let record = values.iter().find(|value| value.starts_with("p.") && value.ends_with(".grants")).unwrap();
    for value in [grants, record] {
        let shown = sam.choose(&due, menu["custom_id"].as_str().unwrap(), &[value]).await.unwrap().message.unwrap();
        let noted = sam.press(&shown, "Still right").await.unwrap();
        assert!(words(noted.message.as_ref().unwrap()).contains("is right as of today"), "{noted:?}");
        // The same button again says the same and does nothing; one for something older says so.
        let button = shown.button("Still right").unwrap().to_owned();
        let again = sam.forge_click(&shown, &button).await.unwrap();
        assert!(words(again.message.as_ref().unwrap()).contains("is right as of today"), "{again:?}");
        let stale = sam.forge_click(&shown, &button.replace(".0.", ".7.")).await.unwrap();
        assert!(words(stale.message.as_ref().unwrap()).contains("changed meanwhile"), "{stale:?}");
    }
    let answer = asked(&server.member(), "Are grants open?").await;
    assert!(answer.contains("As of 22 January 2027") && !answer.contains("out of date"), "{answer}");
    let kinds: Vec<(String, String, i32)> =
        sqlx::query_as("SELECT subject, kind, number FROM knowledge_version ORDER BY id")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    assert_eq!(kinds, [("article".into(), "review".into(), 1), ("program".into(), "review".into(), 1)]);
    // Edit opens the form for what is shown.
    let due = sam.command(STAFF, "knowledge due", json!({})).await.unwrap().message.unwrap();
    let form = Form::of(&sam.press(&due, "Edit").await.unwrap());
    let later =
        |line: &str| if line.starts_with("review by") { "review by: 2027-12-31".into() } else { line.to_owned() };
    let details = form.text("details").lines().map(later).collect::<Vec<_>>().join("\n");
    let preview = sam.submit(STAFF, &form.id, form.with(json!({"details": details}))).await.unwrap();
    save(&sam, &preview.message.unwrap()).await;
    server.finish().await;
}
