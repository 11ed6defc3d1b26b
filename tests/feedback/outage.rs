//! The database stalled or away, an answer lost, the process killed: nothing that was thanked for is lost, nothing is
//! stored twice, and who is not thanked has the text.

use chrono::TimeDelta;
use sandbox::world::demo::{GENERAL, MEMBER, STAFF, STAFF_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{anonymous, named, opened, send, submissions, submit, the_card, written};
use crate::support::process::{World, eventually};
use crate::support::{HOUR, TestServer};

/// From now on the database refuses to store submissions, as one that shuts down does.
async fn refuse(server: &TestServer) {
    let refusal = "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = '57P01'; END $$;
         CREATE TRIGGER away BEFORE INSERT ON submission FOR EACH STATEMENT EXECUTE FUNCTION away()";
    sqlx::raw_sql(refusal).execute(&server.pool).await.unwrap();
}

#[sqlx::test]
async fn the_form_opens_while_the_database_is_stalled(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let stalled = server.stall_database().await;
    let outcome = server.member().command(GENERAL, "feedback", named()).await.unwrap();
    assert!(outcome.modal.is_some() && outcome.acknowledged_after_ms.unwrap() < 1000, "{outcome:?}");
    stalled.rollback().await.unwrap();
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_to_a_stalled_database_is_thanked_for_after_it_is_stored(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let form = opened(&server.member(), named()).await;
    let stalled = server.stall_database().await;
    let outcome = submit(&server.member().at_once(), &form, "patience", "").await;
    assert!(outcome.message.as_ref().is_none_or(|message| !message.content().contains("Thank")), "{outcome:?}");
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("Thank you"));
    assert_eq!(submissions(&server).await, 1);
    the_card(&mut server).await;
    server.finish().await;
}

#[sqlx::test]
async fn buttons_cards_and_me_wait_for_a_stalled_database(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let thanks = send(&member, named(), "good", "").await;
    let card = the_card(&mut server).await;
    let stalled = server.stall_database().await;
    let (member, staff) = (member.at_once(), server.staff().at_once());
    let (rated, contact, acknowledged, me) = tokio::join!(
        member.press(&thanks, "4 Good"),
        member.press(&thanks, "Staff may contact me"),
        staff.press(&card, "Acknowledge"),
        member.command(GENERAL, "me", json!({})),
    );
    for outcome in [&rated, &contact, &acknowledged, &me] {
        assert!(outcome.as_ref().unwrap().acknowledged_after_ms.unwrap() < 1000, "{outcome:?}");
    }
    stalled.rollback().await.unwrap();
    assert!(server.completed(&acknowledged.unwrap()).await.content().contains("Acknowledged"));
    assert!(server.completed(&me.unwrap()).await.content().contains("Grants Program"));
    let stored: (Option<i16>, Option<bool>) = eventually("both are stored", async || {
        let row: (Option<i16>, Option<bool>) =
            sqlx::query_as("SELECT rating, may_contact FROM submission").fetch_one(&server.pool).await.unwrap();
        (row == (Some(4), Some(true))).then_some(row)
    })
    .await;
    assert_eq!(stored, (Some(4), Some(true)));
    for outcome in [rated.unwrap(), contact.unwrap()] {
        server.completed(&outcome).await;
    }
    server.settle().await;
    server.finish().await;
}

#[sqlx::test]
async fn a_database_that_comes_back_in_time_gets_the_submission(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    refuse(&server).await;
    let form = opened(&server.member(), named()).await;
    let outcome = submit(&server.member().at_once(), &form, "patience", "").await;
    sqlx::query("DROP TRIGGER away ON submission").execute(&server.pool).await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("Thank you"));
    the_card(&mut server).await;
    assert_eq!(submissions(&server).await, 1);
    server.finish().await;
}

#[sqlx::test]
async fn when_it_stays_away_the_member_has_the_text_back(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    refuse(&server).await;
    let member = server.member().at_once();
    let (long, short) = (opened(&member, anonymous()).await, opened(&member, named()).await);
    let text = "x".repeat(1999);
    let (long, short) = (submit(&member, &long, &text, &text).await, submit(&member, &short, "short", "").await);
    // The interactions' quarter of an hour is over.
    server.clock.advance(TimeDelta::minutes(14));
    let (long, short) = (server.completed(&long).await, server.completed(&short).await);
    assert!(short.content().contains("short") && short.content().contains("did not answer"), "{}", short.content());
    let file = &long.message.as_ref().unwrap().raw["attachments"][0];
    assert_eq!(file["filename"], "your-feedback.txt");
    let url = file["url"].as_str().unwrap();
    let given_back = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert_eq!(given_back.matches(&text).count(), 2);
    assert!(!long.content().contains("Thank you") && !short.content().contains("Thank you"));
    assert_eq!(submissions(&server).await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_commit_whose_answer_was_lost_is_not_stored_twice(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    for options in [named(), anonymous()] {
        let form = opened(&member, options).await;
        // The first answer to Discord is lost as well, both times that it is tried.
        server.discord.fault(&json!({"method": "POST", "path_prefix": "/interactions/", "times": 2})).await.unwrap();
        let lost = submit(&member, &form, "once", "").await;
        assert!(lost.message.is_none(), "{lost:?}");
        let thanks = submit(&member, &form, "once", "").await;
        assert!(thanks.content().contains("Thank you"), "{thanks:?}");
    }
    assert_eq!(submissions(&server).await, 2);
    server.advance(HOUR).await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    server.finish().await;
}

#[sqlx::test(migrations = false)]
async fn killed_between_the_commit_and_the_answer_it_is_there_once_with_one_card(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let member = world.discord.person(MEMBER);
    let form = opened(&member, named()).await;
    // No answer of this process reaches Discord.
    let cut = json!({"method": "POST", "path_prefix": "/interactions/", "times": 2, "cut": true});
    world.discord.fault(&cut).await.unwrap();
    let unanswered = tokio::spawn({
        let (member, form) = (member.clone(), form.clone());
        async move { member.submit(GENERAL, &form, written("survives", "")).await }
    });
    eventually("the submission is stored", async || {
        let stored: Result<i64, _> = sqlx::query_scalar("SELECT count(*) FROM submission").fetch_one(&pool).await;
        stored.ok().filter(|count| *count == 1)
    })
    .await;
    bot.kill();
    let _bot = world.run();
    let cards = world.some_messages(STAFF).await;
    assert!(cards[0].content().contains("survives"), "{}", cards[0].content());
    world.bot_connected().await;
    let outcome = unanswered.await.unwrap().unwrap();
    assert_eq!(outcome.state, "failed", "{outcome:?}");
    let thanks = eventually("the new process answers", async || {
        let outcome = submit(&member, &form, "survives", "").await;
        outcome.content().contains("Thank you").then_some(outcome)
    })
    .await;
    assert!(thanks.content().contains("Grants Program"));
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM submission").fetch_one(&pool).await.unwrap();
    let announced: i64 =
        sqlx::query_scalar("SELECT count(*) FROM announcement WHERE kind = 'internal'").fetch_one(&pool).await.unwrap();
    assert_eq!((stored, announced), (1, 1));
    assert_eq!(world.discord.person(STAFF_MEMBER).messages(STAFF).await.unwrap().len(), 1);
}

#[sqlx::test(migrations = false)]
async fn a_process_that_ends_gives_back_what_it_could_not_store(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let member = world.discord.person(MEMBER);
    let form = opened(&member, named()).await;
    let mut stalled = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE").execute(&mut *stalled).await.unwrap();
    let outcome = submit(&member.at_once(), &form, "do not lose this", "").await;
    assert_eq!(outcome.state, "deferred", "{outcome:?}");
    bot.ends_well().await;
    let given_back = world.discord.outcome(&outcome.interaction_id).await.unwrap();
    assert_eq!(given_back.state, "answered", "{given_back:?}");
    assert!(given_back.content().contains("do not lose this"), "{given_back:?}");
    stalled.rollback().await.unwrap();
}

#[sqlx::test(migrations = false)]
async fn no_log_says_what_was_written_or_who_wrote_it(pool: PgPool) {
    let world = World::start(&pool).await;
    let bot = world.run();
    world.bot_connected().await;
    let member = world.discord.person(MEMBER);
    let form = opened(&member, anonymous()).await;
    // Also what goes wrong is logged without it: an answer that does not arrive, a database that refuses.
    let cut = json!({"method": "POST", "path_prefix": "/interactions/", "times": 2, "cut": true});
    world.discord.fault(&cut).await.unwrap();
    let lost = submit(&member, &form, "a confidence", "").await;
    assert_eq!(lost.state, "failed", "{lost:?}");
    let thanks = submit(&member, &form, "a confidence", "").await;
    let receipt = super::receipt(thanks.message.as_ref().unwrap());
    member.press(thanks.message.as_ref().unwrap(), "3 OK").await.unwrap();
    member.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    sqlx::raw_sql("ALTER TABLE submission RENAME TO away").execute(&pool).await.unwrap();
    let refused = opened(&member, anonymous()).await;
    let refused = submit(&member, &refused, "another confidence", "").await;
    assert!(refused.content().contains("another confidence"), "{refused:?}");
    let log = String::from_utf8(bot.terminate().await.stderr).unwrap();
    assert!(log.contains("an answer did not arrive") && log.contains("could not be stored"), "{log}");
    let ids = [lost, thanks, refused].map(|outcome| outcome.interaction_id);
    for secret in ["confidence", "Mia", &MEMBER.to_string(), &receipt, &ids[0], &ids[1], &ids[2]] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}
