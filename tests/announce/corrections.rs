//! Another wording for what is posted: refused, asked about, sent back. What was typed is never typed twice.

use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{ANNOUNCEMENTS, GENERAL, OWNER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{ready, wording};
use crate::support::{TestServer, approving};

/// Posted in a channel that needs approval, which Olive gave.
async fn posted(pool: PgPool, title: &str) -> TestServer {
    let mut server = TestServer::configured(pool, |config| approving(&config, ANNOUNCEMENTS)).await;
    server.connect().await;
    let preview = ready(&server.staff(), title, &[ANNOUNCEMENTS]).await;
    server.staff().press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let card = server.take(STAFF).await.pop().unwrap();
    server.discord.person(OWNER).press(&card, "Approve").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 1);
    server
}

async fn edit(person: &Person) -> Outcome {
    let choices = person.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    person.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap()
}

/// What a form is filled in with, by the name of the field.
fn filled(form: &Outcome, field: &str) -> String {
    let rows = form.modal.as_ref().unwrap()["components"].as_array().unwrap();
    let inputs = rows.iter().flat_map(|row| row["components"].as_array().unwrap());
    let input = inputs.into_iter().find(|input| input["custom_id"] == field).unwrap();
    input["value"].as_str().unwrap_or_default().to_owned()
}

fn heading(form: &Outcome) -> &str {
    form.modal.as_ref().unwrap()["title"].as_str().unwrap()
}

async fn submit(person: &Person, form: &Outcome, fields: Value) -> Message {
    person.submit(STAFF, form.form_id().unwrap(), fields).await.unwrap().message.unwrap()
}

#[sqlx::test]
async fn a_proposed_wording_stands_in_the_history_and_in_the_form_until_it_is_settled(pool: PgPool) {
    let mut server = posted(pool, "Old").await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let both_open = edit(&olive).await;
    submit(&sam, &edit(&sam).await, wording("New", "All of it is new.")).await;
    server.settle().await;
    let card = server.take(STAFF).await.pop().unwrap();
    let history = sam.command(STAFF, "announce history", json!({"announcement": "1"})).await.unwrap();
    assert!(history.content().contains("Text: ~~Read~~ **All of it** ~~on.~~ **is new.**"), "{}", history.content());
    let again = edit(&sam).await;
    assert_eq!((filled(&again, "title"), filled(&again, "text")), ("New".into(), "All of it is new.".into()));
    assert_eq!(heading(&again), "Correct it (as you typed it last)");
    // A colleague's does not push it aside, whether the form was open already or not.
    let waits = edit(&olive).await;
    assert!(waits.content().starts_with("**Nothing was changed:** another wording, which"), "{}", waits.content());
    let waits = submit(&olive, &both_open, wording("Mine", "Olive's.")).await;
    assert!(waits.content().starts_with("**Nothing was changed:** another wording, which"), "{}", waits.content());
    let opened = olive.press(&card, "Send back").await.unwrap();
    olive.submit(STAFF, opened.form_id().unwrap(), json!({"reason": "typo"})).await.unwrap();
    server.settle().await;
    let told = server.take(STAFF).await.pop().unwrap();
    assert!(told.content().contains("`/announce edit` opens it again as you wrote it."), "{}", told.content());
    server.restart().await;
    assert_eq!(filled(&edit(&sam).await, "text"), "All of it is new.");
    assert_eq!(filled(&edit(&olive).await, "text"), "Olive's.", "everybody his own");
    // Once it is something else, what was typed before is of no use.
    submit(&sam, &edit(&sam).await, wording("Newer", "Settled.")).await;
    server.settle().await;
    let card = server.take(STAFF).await.pop().unwrap();
    olive.press(&card, "Approve").await.unwrap();
    server.settle().await;
    for person in [&sam, &olive] {
        let form = edit(person).await;
        assert_eq!((filled(&form, "text"), heading(&form)), ("Settled.".into(), "Write an announcement"));
    }
    server.finish().await;
}

#[sqlx::test]
async fn what_has_to_be_confirmed_opens_the_form_as_it_was_typed_and_the_confirmation_is_recorded(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Old", &[GENERAL]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    let typed = wording("New", "It was on 5 November 2026. Donate to our friends.");
    let refused = submit(&sam, &edit(&sam).await, typed.clone()).await;
    assert_eq!(refused.buttons(), ["It is for us, and I have read the warnings"]);
    server.restart().await;
    let form = sam.press(&refused, "It is for us, and I have read the warnings").await.unwrap();
    assert_eq!(filled(&form, "text"), "It was on 5 November 2026. Donate to our friends.");
    let done = submit(&sam, &form, typed).await;
    assert!(done.content().starts_with("**Corrected.**"), "{}", done.content());
    server.settle().await;
    assert!(server.look(GENERAL).await[0].content().contains("5 November 2026"));
    let history = sam.command(STAFF, "announce history", json!({"announcement": "1"})).await.unwrap();
    let confirmed = "**confirmed**: a date in the past, whom it asks for money for";
    assert!(history.content().contains(confirmed), "{}", history.content());
    server.take(GENERAL).await;
    server.finish().await;
}

#[sqlx::test]
async fn what_somebody_typed_and_was_not_used_is_exported_and_goes_with_him(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Old", &[GENERAL]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    submit(&sam, &edit(&sam).await, wording("New", "Donate to our friends.")).await;
    let kept =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM rewording").fetch_one(&server.pool).await.unwrap() };
    assert_eq!(kept().await, 1);
    let me = sam.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let file = sam.press(&me, "My data as a file").await.unwrap().message.unwrap();
    let url = file.raw["attachments"][0]["url"].as_str().unwrap().to_owned();
    let exported = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(exported.contains("Donate to our friends."), "{exported}");
    let sure = sam.press(&me, "Erase everything").await.unwrap().message.unwrap();
    sam.press(&sure, "Erase everything").await.unwrap();
    assert_eq!(kept().await, 0);
    server.close().await;
}

#[sqlx::test]
async fn the_whole_of_before_and_after_is_in_a_file_where_the_message_has_no_room(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = ready(&sam, "Long", &[GENERAL]).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    let long = format!("{} the end", "another word ".repeat(60));
    submit(&sam, &edit(&sam).await, wording("Long", &long)).await;
    let history = sam.command(STAFF, "announce history", json!({"announcement": "1"})).await.unwrap();
    assert!(!history.content().contains("the end"));
    let file = &history.message.as_ref().unwrap().raw["attachments"][0];
    assert_eq!(file["filename"], "history-1.md");
    let whole = reqwest::get(file["url"].as_str().unwrap()).await.unwrap().text().await.unwrap();
    assert!(whole.contains("the end"), "{whole}");
    server.settle().await;
    server.finish().await;
}
