//! “This answers…”: marked, linked, and the asker told once.

use insta::assert_snapshot;
use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{GENERAL, MEMBER, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{ANONYMOUS, NAMED, ask, direct_messages, hosts, id_of, list, menu, press, receipt};
use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TestServer};

/// A message in the channel of the welcome hour.
async fn said(server: &mut TestServer, text: &str) -> Message {
    let said = server.staff().say(GENERAL, text).await.unwrap();
    server.take(GENERAL).await;
    said
}

async fn choose(host: &Person, answer: &Message, question: &str) -> Outcome {
    let opened = host.message_menu(GENERAL, "This answers…", answer.id()).await.unwrap().message.unwrap();
    host.choose(&opened, &menu(&opened, "q-this"), &[question]).await.unwrap()
}

#[sqlx::test]
async fn the_message_is_linked_and_the_asker_told_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, host) = (server.member(), server.staff());
    ask(&member, NAMED, "When is the *next* round?").await;
    let answer = said(&mut server, "In spring.").await;
    let id = id_of(&server, "When is the *next* round?").await;
    let steady =
        |text: &str| text.replace(&answer.id().to_string(), "MESSAGE").replace(&GENERAL.to_string(), "GENERAL");
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    let both = tokio::join!(choose(&host, &answer, &id), choose(&second, &answer, &id));
    assert_eq!(both.0.content(), both.1.content());
    assert_snapshot!(steady(both.0.content()), @r"
    Marked as answered by https://discord.com/channels/1100000000000000001/GENERAL/MESSAGE: When is the \*next\* round?
    Its asker gets a direct message, or is told at the next command.
    ");
    for _ in 0..3 {
        server.advance(MINUTE).await;
    }
    let told = direct_messages(&member).await;
    let [told] = &told[..] else { panic!("one message is expected: {told:?}") };
    assert!(told.pinged_nobody());
    assert_snapshot!(steady(told.content()), @r"
    **Your question for Welcome Hour was answered.** You asked, on 21 November 2026:
    > When is the \*next\* round?
    The answer: https://discord.com/channels/1100000000000000001/GENERAL/MESSAGE
    -# You find it under `/me` as well.
    ");
    let seen = list(&member).await;
    assert!(
        steady(seen.content()).contains("answered: https://discord.com/channels/1100000000000000001/GENERAL/MESSAGE"),
        "{}",
        seen.content()
    );
    assert!(!seen.buttons().contains(&"Upvote 1"), "{:?}", seen.buttons());
    // Another message comes too late.
    let other = said(&mut server, "In autumn.").await;
    let nothing = host.message_menu(GENERAL, "This answers…", other.id()).await.unwrap();
    assert!(nothing.content().contains("no open question"), "{nothing:?}");
    let key = format!("q-this:1:{GENERAL}:{}", other.id());
    let opened = hosts(&host).await;
    let mut body = json!({"as": host.id.to_string(), "channel_id": GENERAL.to_string(), "message_id": opened.id().to_string(), "custom_id": key, "forged": true});
    body["values"] = json!([id]);
    let late: Outcome =
        server.discord.request(reqwest::Method::POST, "/control/interactions/component", Some(&body)).await.unwrap();
    assert!(late.content().contains("was first"), "{late:?}");
    server.finish().await;
}

#[sqlx::test]
async fn undoing_it_takes_the_direct_message_back_and_another_answer_is_told_anew(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, host) = (server.member(), server.staff());
    ask(&member, NAMED, "When?").await;
    let id = id_of(&server, "When?").await;
    let wrong = said(&mut server, "Hello.").await;
    let done = choose(&host, &wrong, &id).await.message.unwrap();
    server.settle().await;
    assert_eq!(direct_messages(&member).await.len(), 1);
    press(&host, &done, "Undo").await;
    server.advance(MINUTE).await;
    server.advance(MINUTE).await;
    assert_eq!(direct_messages(&member).await.len(), 0, "deleted");
    let right = said(&mut server, "In spring.").await;
    choose(&host, &right, &id).await;
    server.settle().await;
    let told = direct_messages(&member).await;
    assert!(told.len() == 1 && told[0].content().contains(&right.id().to_string()), "{told:?}");
    // Who withdraws the question takes it along.
    let me = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let own = press(&member, &me, "My questions").await;
    let sure = member.choose(&own, &menu(&own, "q-withdraw"), &[&id]).await.unwrap().message.unwrap();
    press(&member, &sure, "Withdraw for good").await;
    server.advance(MINUTE).await;
    server.advance(MINUTE).await;
    assert_eq!(direct_messages(&member).await.len(), 0);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM announcement WHERE message::text LIKE '%When?%'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing of the question is left in what was sent");
    server.finish().await;
}

#[sqlx::test]
async fn where_direct_messages_are_closed_it_is_told_at_the_next_command_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, host) = (server.member(), server.staff());
    ask(&member, NAMED, "When?").await;
    server.discord.change_member(MEMBER, &json!({"dms_open": false})).await.unwrap();
    let answer = said(&mut server, "In spring.").await;
    choose(&host, &answer, &id_of(&server, "When?").await).await;
    server.settle().await;
    let told = async || {
        let messages = member.messages(GENERAL).await.unwrap();
        messages.iter().filter(|message| message.content().contains("I could not send you")).count()
    };
    for _ in 0..2 {
        member.command(GENERAL, "help", json!({})).await.unwrap();
        eventually("the member is told", async || (told().await == 1).then_some(())).await;
    }
    server.finish().await;
}

#[sqlx::test]
async fn an_anonymous_one_is_told_by_receipt_alone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, host) = (server.member(), server.staff());
    let receipt = receipt(&ask(&member, ANONYMOUS, "Who pays?").await);
    let id = id_of(&server, "Who pays?").await;
    let answer = said(&mut server, "The PSF.").await;
    let nothing = host.message_menu(GENERAL, "This answers…", answer.id()).await.unwrap();
    assert!(nothing.content().contains("no open question"), "not before its round: {nothing:?}");
    server.advance(HOUR).await;
    let done = choose(&host, &answer, &id).await;
    assert!(done.content().contains("with the receipt"), "{done:?}");
    server.settle().await;
    assert_eq!(direct_messages(&member).await.len(), 0);
    let found = member.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    assert!(found.content().contains("answered: https://discord.com/channels/"), "{}", found.content());
    server.finish().await;
}

#[sqlx::test]
async fn an_answer_waits_for_a_stalled_database(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let host = server.staff();
    ask(&server.member(), NAMED, "When?").await;
    let id = id_of(&server, "When?").await;
    let answer = said(&mut server, "In spring.").await;
    let opened = host.message_menu(GENERAL, "This answers…", answer.id()).await.unwrap().message.unwrap();
    let stalled = server.stall_database().await;
    let outcome = host.at_once().choose(&opened, &menu(&opened, "q-this"), &[&id]).await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("Marked as answered"));
    server.settle().await;
    server.finish().await;
}
