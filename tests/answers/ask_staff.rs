//! Ask staff: a form that begins with the question, kept once, a card for the inbox; nothing that was typed is lost.

use chrono::TimeDelta;
use insta::assert_snapshot;
use reqwest::Method;
use sandbox::client::Outcome;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{UNKNOWN, ask, form, prefilled, press, put_to_staff, the_card};
use crate::support::TestServer;

async fn questions(server: &TestServer) -> Vec<(String, String, i64, bool)> {
    sqlx::query_as("SELECT program, question, author_id, may_contact FROM submission WHERE kind = 'question' ORDER BY submitted_at")
        .fetch_all(&server.pool)
        .await
        .unwrap()
}

#[sqlx::test]
async fn a_question_goes_to_staff_with_what_was_asked(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let asked = "Are grants open? I *need* <them> / soon_er";
    let answer = ask(&member, asked).await;
    let form = member.press(&answer, "Ask staff").await.unwrap();
    assert_eq!(prefilled(form.modal.as_ref().unwrap()), asked);
    let id = form.form_id().unwrap().to_owned();
    let thanks = member.submit(GENERAL, &id, json!({"question": "When do @everyone\ngrants open?"})).await.unwrap();
    assert!(thanks.content().contains("is with the PSF's staff"), "{thanks:?}");
    let author = i64::try_from(MEMBER).unwrap();
    assert_eq!(questions(&server).await, [("grants".into(), "When do @everyone\ngrants open?".into(), author, true)]);
    let card = the_card(&mut server).await;
    assert_snapshot!(card.content().replace(&MEMBER.to_string(), "MEMBER"), @r"
    **Question to staff: Grants Program**
    From <@MEMBER>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    **Question**
    > When do \@everyone
    > grants open?
    State: **new**
    ");
    assert_eq!(card.buttons(), ["Acknowledge", "Reply", "Resolve", "Tag", "Conduct"]);
    assert!(card.pinged_nobody());
    let me = member.command(GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains("**Question to staff: Grants Program**"), "{}", me.content());
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn it_can_be_asked_from_everywhere_and_what_is_about_no_programme_is_other(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let unclear = ask(&member, "how do i apply").await;
    let none = press(&member, &unclear, "None of these").await;
    let sorry = {
        let answer = ask(&member, "Are grants open?").await;
        press(&member, &answer, "Not helpful").await
    };
    for (message, asked) in
        [(none, "how do i apply"), (sorry, "Are grants open?"), (ask(&member, UNKNOWN).await, UNKNOWN)]
    {
        let form = member.press(&message, "Ask staff").await.unwrap();
        assert_eq!(prefilled(form.modal.as_ref().unwrap()), asked);
    }
    let about_python = ask(&member, "How do I install Python on Windows?").await;
    let id = form(&member, &about_python, "Ask staff").await;
    assert!(id.starts_with("ask-staff-form:1:other:"), "{id}");
    server.finish().await;
}

#[sqlx::test]
async fn a_form_that_is_sent_twice_is_kept_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let (form, _) = put_to_staff(&member, "once").await;
    let again = member.submit(GENERAL, &form, json!({"question": "once"})).await.unwrap();
    assert!(again.content().contains("Thank you"), "{again:?}");
    let other = member.submit(GENERAL, &form, json!({"question": "something else"})).await.unwrap();
    assert!(
        other.content().contains("> something else") && other.content().contains("The first one is what"),
        "{other:?}"
    );
    assert_eq!(questions(&server).await.len(), 1);
    the_card(&mut server).await;
    server.take(STAFF).await;
    server.finish().await;
}

/// Sends a form that was never opened.
async fn forge(server: &TestServer, id: &str, question: &str) -> Outcome {
    let body = json!({"as": OTHER_MEMBER.to_string(), "channel_id": GENERAL.to_string(), "custom_id": id, "forged": true,
        "fields": {"question": question}});
    server.discord.request(Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap()
}

#[sqlx::test]
async fn a_forged_or_stale_form_is_its_senders_own_or_given_back(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (form, _) = put_to_staff(&server.member(), "mine").await;
    // Another member sends the same form: it is his question, not a second sending of the first.
    assert!(forge(&server, &form, "theirs").await.content().contains("Thank you"));
    assert!(forge(&server, "ask-staff-form:1:no such programme!:77", "x").await.content().contains("Thank you"));
    for stale in ["ask-staff-form:9:other:1", "ask-staff-form:1:other", "ask-staff-form:1:other:0", "ask-staff-form:1:"]
    {
        let outcome = forge(&server, stale, "do not lose this").await;
        assert!(outcome.content().contains("> do not lose this"), "{stale}: {outcome:?}");
    }
    let empty = forge(&server, "ask-staff-form:1:other:78", "\u{200B}").await;
    assert!(empty.content().contains("nothing in the form"), "{empty:?}");
    let long = forge(&server, "ask-staff-form:1:other:79", &"x".repeat(2001)).await;
    assert!(long.content().contains("2000 characters"), "{long:?}");
    let stored: Vec<(String, i64)> =
        questions(&server).await.into_iter().map(|(program, _, author, _)| (program, author)).collect();
    let other = i64::try_from(OTHER_MEMBER).unwrap();
    assert_eq!(stored[1..], [("other".to_owned(), other), ("other".to_owned(), other)]);
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 3);
    server.finish().await;
}

#[sqlx::test]
async fn the_form_opens_and_is_stored_whatever_the_database_does(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let answer = ask(&member, UNKNOWN).await;
    let stalled = server.stall_database().await;
    let id = form(&member, &answer, "Ask staff").await;
    let member = member.at_once();
    let outcome = member.submit(GENERAL, &id, json!({"question": "patience"})).await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("Thank you"));
    the_card(&mut server).await;
    server.take(STAFF).await;
    let refusal = "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
         CREATE TRIGGER away BEFORE INSERT ON submission FOR EACH STATEMENT EXECUTE FUNCTION away()";
    sqlx::raw_sql(refusal).execute(&server.pool).await.unwrap();
    let id = form(&member, &answer, "Ask staff").await;
    let outcome = member.submit(GENERAL, &id, json!({"question": "do not lose this"})).await.unwrap();
    server.clock.advance(TimeDelta::minutes(14));
    let back = server.completed(&outcome).await;
    assert!(back.content().contains("> do not lose this") && !back.content().contains("Thank you"), "{back:?}");
    assert_eq!(questions(&server).await.len(), 1);
    server.finish().await;
}
