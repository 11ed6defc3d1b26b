//! `/ask` as a member meets it: over the gateway, through the sandbox.

use sandbox::world::demo::{GENERAL, GUILD, MEMBER, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use crate::support::TestServer;
use crate::support::process::eventually;

#[sqlx::test]
async fn a_question_is_answered_privately_with_source_and_date(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    let message = outcome.message.unwrap();
    assert!(message.is_ephemeral() && message.pinged_nobody());
    assert!(message.content().contains("paused"), "{}", message.content());
    assert!(message.content().contains("As of ") && message.content().contains("Sources: ["), "{}", message.content());
    assert!(message.buttons().contains(&"Share here"));
    server.finish().await;
}

#[sqlx::test]
async fn an_unclear_question_is_met_with_buttons_for_its_meanings(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "how do i apply"})).await.unwrap();
    let message = outcome.message.unwrap();
    assert!(message.content().contains("Do you mean"), "{}", message.content());
    let meaning = message.buttons()[0].to_owned();
    let picked = server.member().press(&message, &meaning).await.unwrap();
    assert!(picked.content().contains(&meaning), "{}", picked.content());
    server.finish().await;
}

#[sqlx::test]
async fn an_answer_is_shared_by_a_member_who_may_write(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    let shared = server.member().press(&outcome.message.unwrap(), "Share here").await.unwrap();
    assert!(!shared.message.unwrap().is_ephemeral());
    let [message] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    assert!(message.content().contains("shared an answer") && message.pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn who_may_not_write_shares_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    server.discord.set_permissions(GENERAL, MEMBER, 0, 1 << 11).await.unwrap();
    let refused = server.member().press(&outcome.message.unwrap(), "Share here").await.unwrap();
    assert!(refused.message.unwrap().is_ephemeral());
    assert!(server.take(GENERAL).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_forged_or_old_button_changes_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    let message = outcome.message.unwrap();
    for forged in ["ask-share:1:../../etc/passwd", "ask-share:9:grants-status", "announce-send:1:7", "nonsense"] {
        let outcome = server.member().forge_click(&message, forged).await.unwrap();
        assert!(outcome.message.unwrap().is_ephemeral(), "{forged}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn a_question_that_cannot_be_read_gets_a_sentence(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": "\u{202E}"})).await.unwrap();
    assert!(outcome.content().contains("can't read that question"), "{}", outcome.content());
    let nothing = server.member().command(GENERAL, "ask", json!({})).await.unwrap();
    assert!(nothing.content().contains("Ask me about the PSF"), "{}", nothing.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_members_message_is_answered_from_its_menu_for_the_one_who_asks(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let asked = server.discord.person(OTHER_MEMBER).say(GENERAL, "hi all! are grants open? @everyone").await.unwrap();
    let outcome = server.member().message_menu(GENERAL, "Answer this", asked.id()).await.unwrap();
    let answer = outcome.message.unwrap();
    assert!(answer.is_ephemeral() && answer.pinged_nobody() && answer.content().contains("paused"), "{answer:?}");
    let sticker = server.discord.person(OTHER_MEMBER).say(GENERAL, "🐍").await.unwrap();
    let nothing = server.member().message_menu(GENERAL, "Answer this", sticker.id()).await.unwrap();
    assert!(!nothing.content().is_empty() && nothing.message.unwrap().is_ephemeral());
    let long = "Is my bicycle red? ".repeat(100);
    let long = server.discord.person(OTHER_MEMBER).say(GENERAL, &long).await.unwrap();
    assert_eq!(server.member().message_menu(GENERAL, "Answer this", long.id()).await.unwrap().state, "answered");
    assert_eq!(server.take(GENERAL).await.len(), 3, "the members' own messages");
    server.finish().await;
}

#[sqlx::test]
async fn typing_suggests_questions(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let choices = server.member().autocomplete(GENERAL, "ask", "question", "grant").await.unwrap();
    assert!(!choices.is_empty() && choices.len() <= 25);
    assert!(
        choices.iter().all(|choice| choice["name"].as_str().unwrap().to_lowercase().contains("grant")),
        "{choices:?}"
    );
    server.finish().await;
}

#[sqlx::test]
async fn commands_are_registered_in_one_guild_and_only_on_drift(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.restart().await;
    let requests = eventually("both processes looked at what is registered", async || {
        let requests = server.discord.requests(0).await.unwrap();
        let looked =
            requests.iter().filter(|r| r["method"] == "GET" && r["path"].as_str().unwrap().ends_with("/commands"));
        (looked.count() >= 2).then_some(requests)
    })
    .await;
    // Answered after whatever the second look led to was sent.
    server.member().autocomplete(GENERAL, "ask", "question", "g").await.unwrap();
    let puts: Vec<&str> = requests
        .iter()
        .filter(|request| request["method"] == "PUT")
        .filter_map(|request| request["path"].as_str())
        .collect();
    assert_eq!(puts.len(), 1, "{puts:?}");
    assert!(puts[0].contains(&format!("/guilds/{GUILD}/commands")), "{puts:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_discord_ends_is_resumed_or_begun_anew(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    for (what, sessions) in [(json!({"op": 7}), 1), (json!({"op": 9, "resumable": false}), 2)] {
        server.discord.disturb_gateway(&what).await.unwrap();
        server.wait_for_session(sessions).await;
        let outcome = server.member().command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
        assert!(outcome.content().contains("paused"), "{what}: {outcome:?}");
    }
    server.finish().await;
}
