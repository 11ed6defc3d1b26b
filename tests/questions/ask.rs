//! Asking with a name: the form, its thanks, and what bad input meets.

use insta::assert_snapshot;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{NAMED, ask, count, form, list, submit, ways};
use crate::support::{HOUR, TestServer};

#[sqlx::test]
async fn a_question_is_stored_thanked_for_and_listed(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let ways = ways(&member).await;
    assert!(ways.is_ephemeral() && ways.pinged_nobody());
    assert_snapshot!(ways.content(), @"
    **Ask a question for an office hour.** It waits until a session answers it, and others can upvote it.
    With my name: staff and members see who asked. I tell you by direct message when there is an answer.
    Anonymously: nobody sees who asked, not even staff. Others see it from the next full hour on, so that it does not show when you were here, and you get a receipt.
    ");
    assert_eq!(
        ways.buttons(),
        [
            "With my name: PSF Board Office Hour",
            "With my name: Welcome Hour",
            "With my name: Grants Program Office Hour",
            "Anonymously: PSF Board Office Hour",
            "Anonymously: Welcome Hour",
            "Anonymously: Grants Program Office Hour"
        ]
    );
    let thanks = ask(&member, NAMED, "When is the *next* round?\n@everyone <@&1100000000000000023>").await;
    assert!(thanks.is_ephemeral() && thanks.pinged_nobody());
    assert_snapshot!(thanks.content().replace(&GENERAL.to_string(), "GENERAL"), @"
    **Thank you.** Your question for **Welcome Hour** is in the list. A session is under way in <#GENERAL>.
    Under `/officehours`, “Questions”, others can upvote it. With `/me` you see what becomes of it, and can withdraw it.
    ");
    let seen = list(&server.discord.person(OTHER_MEMBER)).await;
    assert!(seen.is_ephemeral() && seen.pinged_nobody());
    assert_snapshot!(seen.content().replace(&MEMBER.to_string(), "MEMBER"), @r"
    **Questions: Welcome Hour**
    **1.** 0 votes, asked by <@MEMBER>
    > When is the \*next\* round?
    > \@everyone \<\@&1100000000000000023>
    ");
    assert_eq!(seen.buttons(), ["Upvote 1", "Ask a question"]);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_is_stored_once_and_another_text_is_given_back(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let form = form(&member, NAMED).await;
    let both = tokio::join!(submit(&member, &form, "once"), submit(&member, &form, "once"));
    assert_eq!(both.0.content(), both.1.content());
    assert!(both.0.content().contains("Thank you"), "{:?}", both.0);
    server.restart().await;
    let other = submit(&member, &form, "another").await;
    assert!(other.content().contains("> another") && other.content().contains("not"), "{}", other.content());
    // Whose form it is counts together with who sends it.
    let theirs = submit(&server.discord.person(OTHER_MEMBER), &form, "of somebody else").await;
    assert!(theirs.content().contains("Thank you"), "{theirs:?}");
    assert_eq!(count(&server, "queued_question").await, 2);
    server.finish().await;
}

#[sqlx::test]
async fn what_is_forged_stale_empty_or_too_long_is_refused_or_given_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let message = ways(&member).await;
    for forged in ["q-named:1:no-such-series", "q-anonymous:1:", "q-list:1:x:welcome", "q-vote:1:yes:0:x", "q-own:1:x"]
    {
        let outcome = member.forge_click(&message, forged).await.unwrap();
        assert!(outcome.modal.is_none() && outcome.message.unwrap().is_ephemeral(), "{forged}");
    }
    for forged in ["q-form:2:welcome:1", "q-form:1:welcome:x", "q-form:1:gone:1", "q-form-anonymous:1:welcome:1"] {
        let outcome = submit(&member, forged, "my words").await;
        assert!(outcome.content().contains("> my words"), "{forged}: {outcome:?}");
    }
    let form = form(&member, NAMED).await;
    assert!(submit(&member, &form, " \u{200B}\n").await.content().contains("no question in the form"));
    // Discord counts what it lets through otherwise than in UTF-16, perhaps.
    let long = submit(&member, &form, &"🐍".repeat(501)).await;
    assert!(long.content().contains("1000 characters") && long.content().contains("🐍🐍"), "{long:?}");
    assert_eq!(count(&server, "queued_question").await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_member_asks_five_an_hour_and_holds_up_nobody_else(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    for number in 0..5 {
        assert!(ask(&member, NAMED, &format!("number {number}")).await.content().contains("Thank you"));
    }
    let refused = ask(&member, NAMED, "one more").await;
    assert!(refused.content().contains("> one more") && refused.content().contains("5 questions"), "{refused:?}");
    assert!(ask(&server.board(), NAMED, "mine").await.content().contains("Thank you"));
    server.advance(HOUR).await;
    assert!(ask(&member, NAMED, "one more").await.content().contains("Thank you"));
    server.finish().await;
}

#[sqlx::test]
async fn the_form_opens_and_is_stored_whatever_the_database_does(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member().at_once();
    let stalled = server.stall_database().await;
    let form = form(&member, NAMED).await;
    let outcome = submit(&member, &form, "patient").await;
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("Thank you"));
    assert_eq!(count(&server, "queued_question").await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_could_not_be_stored_comes_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member().at_once();
    let refusal = "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'away' USING ERRCODE = '57P03'; END $$;
        CREATE TRIGGER away BEFORE INSERT ON queued_question EXECUTE FUNCTION away()";
    sqlx::raw_sql(refusal).execute(&server.pool).await.unwrap();
    let outcome = submit(&member, &form(&member, NAMED).await, "lost?").await;
    // The interaction's quarter of an hour is over.
    server.clock.advance(chrono::TimeDelta::minutes(14));
    let told = server.completed(&outcome).await;
    assert!(told.content().contains("> lost?") && told.content().contains("send it again"), "{told:?}");
    assert_eq!(count(&server, "queued_question").await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_series_that_left_keeps_its_questions_for_their_askers(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    ask(&member, NAMED, "still there?").await;
    let open = list(&member).await;
    // What the gateway still hands to the old process, that one answers, and the list changes.
    let upvote = open.button("Upvote 1").unwrap().to_owned();
    server.config = server.config.replace("key = \"welcome\"", "key = \"hello\"");
    server.restart().await;
    let gone = crate::support::process::eventually("the new process answers", async || {
        let clicked = member.forge_click(&open, &upvote).await.unwrap();
        clicked.content().contains("not held any more").then_some(clicked)
    })
    .await;
    assert!(gone.message.unwrap().is_ephemeral());
    let me = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let own = super::press(&member, &me, "My questions").await;
    assert!(own.content().contains("still there?") && own.content().contains("**welcome**"), "{}", own.content());
    server.finish().await;
}
