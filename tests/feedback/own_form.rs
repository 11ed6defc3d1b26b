//! A programme's own form: its questions, the days on which it is open, and what is kept of it.

use insta::assert_snapshot;
use sandbox::client::{Outcome, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Map, Value, json};
use sqlx::PgPool;

use super::{anonymous, named, submissions, the_card};
use crate::support::process::eventually;
use crate::support::{HOUR, TestServer};

const FORM: &str = r#"
        [programs.feedback]
        opens = "2026-11-10"
        closes = "2026-11-21"
        [[programs.feedback.questions]]
        label = "What did you apply *for*?"
        placeholder = "One line is enough"
        required = true
        short = true
        [[programs.feedback.questions]]
        label = "How did it go?"
        placeholder = "As long as you like"
        [[programs.feedback.questions]]
        label = "Anything else?"
"#;

/// A server whose grants programme has a form of its own.
async fn with_a_form(pool: PgPool, form: &str) -> TestServer {
    let email = "title = \"Grants Program\"\n        email = \"grants@python.org\"\n";
    let mut server = TestServer::configured(pool, |config| config.replace(email, &format!("{email}{form}"))).await;
    assert!(server.config.contains("programs.feedback"));
    server.connect().await;
    server
}

async fn opened(person: &Person, options: Value) -> Value {
    let outcome = person.command(GENERAL, "feedback", options).await.unwrap();
    outcome.modal.clone().unwrap_or_else(|| panic!("no form: {outcome:?}"))
}

/// Fills in the boxes in their order, and sends it.
async fn fill(person: &Person, form: &Value, texts: &[&str]) -> Outcome {
    let rows =
        form["components"].as_array().unwrap().iter().map(|row| row["components"][0]["custom_id"].as_str().unwrap());
    let fields: Map<String, Value> = rows.zip(texts).map(|(field, text)| (field.to_owned(), json!(text))).collect();
    person.submit(GENERAL, form["custom_id"].as_str().unwrap(), Value::Object(fields)).await.unwrap()
}

/// As [`fill`], past what the client would refuse.
async fn force(server: &TestServer, form: &Value, fields: Value) -> Outcome {
    let body = json!({"as": server.member().id.to_string(), "channel_id": GENERAL.to_string(), "custom_id": form["custom_id"],
        "fields": fields, "forged": true});
    server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap()
}

#[sqlx::test]
async fn its_questions_are_asked_and_kept_as_they_were_worded(pool: PgPool) {
    let mut server = with_a_form(pool, FORM).await;
    let form = opened(&server.member(), named()).await;
    let boxes: Vec<String> = form["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["components"][0])
        .map(|input| {
            format!("{} | {} | {} | {}", input["label"], input["placeholder"], input["required"], input["style"])
        })
        .collect();
    assert_snapshot!(boxes.join("\n"), @r#"
    "What did you apply *for*?" | "One line is enough" | true | 1
    "How did it go?" | "As long as you like" | false | 2
    "Anything else?" | "Reports on conduct: please write to conduct-wg@python.org" | false | 2
    "#);
    let thanks = fill(&server.member(), &form, &["A *workshop*", "Well\nand fast", ""]).await;
    assert!(thanks.content().contains("Thank you"), "{thanks:?}");
    let again = fill(&server.member(), &form, &["A *workshop*", "Well\nand fast", ""]).await;
    assert_eq!((again.content(), submissions(&server).await), (thanks.content(), 1));
    let card = the_card(&mut server).await;
    assert_snapshot!(card.content().lines().skip(2).collect::<Vec<_>>().join("\n"), @r"
    **What did you apply \*for\*?**
    > A \*workshop\*
    **How did it go?**
    > Well
    > and fast
    The author has not agreed to be contacted.
    State: **new**
    ");
    // Worded anew: what was answered keeps its question.
    server.config = server.config.replace("How did it go?", "How was it?");
    server.restart().await;
    let staff = server.staff();
    staff.press(&card, "Acknowledge").await.unwrap();
    server.settle().await;
    assert!(server.look(STAFF).await[0].content().contains("**How did it go?**"));
    let found = staff.command(STAFF, "inbox search", json!({"words": "workshops"})).await.unwrap();
    assert!(found.content().contains("of 1") && found.content().contains("workshop"), "{found:?}");
    let asked = staff.command(STAFF, "inbox search", json!({"words": "apply"})).await.unwrap();
    assert!(asked.content().contains("Nothing was found"), "a question is no answer: {asked:?}");
    let exported = staff.command(STAFF, "inbox export", json!({"format": 1})).await.unwrap().message.unwrap();
    let url = exported.raw["attachments"][0]["url"].as_str().unwrap().to_owned();
    let line: Value = serde_json::from_str(&reqwest::get(url).await.unwrap().text().await.unwrap()).unwrap();
    assert_eq!(line["form"][1], json!({"question": "How did it go?", "answer": "Well\nand fast"}));
    let me = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains(r"A \*workshop\*"), "{}", me.content());
    server.finish().await;
}

#[sqlx::test]
async fn an_anonymous_one_says_what_a_receipt_is(pool: PgPool) {
    let mut server = with_a_form(pool, FORM).await;
    let form = opened(&server.member(), anonymous()).await;
    let text = form.to_string();
    assert!(text.contains("a lost one cannot be recovered") && text.contains("conduct-wg@python.org"), "{text}");
    let thanks = fill(&server.member(), &form, &["A workshop", "", ""]).await;
    assert!(thanks.content().contains("Your receipt"), "{thanks:?}");
    server.advance(HOUR).await;
    assert!(the_card(&mut server).await.content().contains("> A workshop"));
    server.finish().await;
}

#[sqlx::test]
async fn before_its_first_day_and_after_its_last_it_says_where_to_write(pool: PgPool) {
    let later = FORM.replace("2026-11-10", "2026-11-21");
    let mut server = with_a_form(pool, &later).await;
    let form = opened(&server.member(), named()).await;
    server.clock.advance(HOUR * 12);
    let closed = server.member().command(GENERAL, "feedback", named()).await.unwrap();
    assert!(closed.modal.is_none(), "{closed:?}");
    assert!(closed.content().contains("until 21 November 2026") && closed.content().contains("grants@python.org"));
    // Opened in time, and sent within the hour after.
    server.clock.advance(HOUR / 2);
    assert!(fill(&server.member(), &form, &["in time", "", ""]).await.content().contains("Thank you"));
    server.clock.advance(HOUR);
    let late = fill(&server.discord.person(sandbox::world::demo::OTHER_MEMBER), &form, &["too late", "", ""]).await;
    assert!(late.content().contains("> too late") && late.content().contains("grants@python.org"), "{late:?}");
    the_card(&mut server).await;
    server.config = server.config.replace("2026-11-21", "2026-12-24");
    server.restart().await;
    eventually("the new process answers", async || {
        let early = server.member().command(GENERAL, "feedback", named()).await.unwrap();
        (early.modal.is_none() && early.content().contains("from 24 December 2026")).then_some(())
    })
    .await;
    assert_eq!(submissions(&server).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_missing_or_answers_another_question_is_given_back(pool: PgPool) {
    let server = with_a_form(pool, FORM).await;
    let form = opened(&server.member(), named()).await;
    let ids: Vec<&str> =
        (0..3).map(|at| form["components"][at]["components"][0]["custom_id"].as_str().unwrap()).collect();
    let missing = force(&server, &form, json!({ids[1]: "only this"})).await;
    assert!(missing.content().contains("needs an answer") && missing.content().contains("> only this"), "{missing:?}");
    let blank = force(&server, &form, json!({ids[0]: "\u{200B}", ids[2]: "and this"})).await;
    assert!(blank.content().contains("needs an answer"), "{blank:?}");
    assert!(force(&server, &form, json!({ids[0]: " "})).await.content().contains("empty"));
    let long = force(&server, &form, json!({ids[0]: "😀".repeat(4000)})).await;
    assert!(long.content().contains("2000 characters"), "{long:?}");
    for fields in [json!({"went-well": "old form"}), json!({"q-000000000000": "old form", ids[0]: "new"})] {
        // With an id of another opening, so that the sandbox lets every field through.
        let other = force(&server, &json!({"custom_id": "feedback-form:1:grants:99"}), fields).await;
        assert!(
            other.content().contains("questions have changed") && other.content().contains("> old form"),
            "{other:?}"
        );
    }
    // The default form takes nothing of a form of its own either.
    let form = "feedback-form:1:discord:77";
    let sent = server.member().submit(GENERAL, form, json!({ids[0]: "elsewhere"})).await.unwrap();
    assert!(sent.content().contains("> elsewhere"), "{sent:?}");
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}
