//! The list: its order, pages, votes, and withdrawing one's own.

use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{NAMED, ask, count, id_of, list, menu, press};
use crate::support::{MINUTE, TestServer};

fn order(message: &Message, texts: &[&str]) -> bool {
    let places: Vec<_> = texts.iter().map(|text| message.content().find(text).unwrap_or(usize::MAX)).collect();
    places.is_sorted() && places.iter().all(|&place| place != usize::MAX)
}

#[sqlx::test]
async fn votes_come_first_and_then_age_one_a_member_and_each_can_be_taken_back(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    for text in ["the oldest", "the middle", "the newest"] {
        ask(&member, NAMED, text).await;
        server.advance(MINUTE).await;
    }
    let seen = list(&other).await;
    assert!(order(&seen, &["the oldest", "the middle", "the newest"]), "{}", seen.content());
    let upvote = seen.button("Upvote 3").unwrap().to_owned();
    let twice = tokio::join!(other.click(&seen, &upvote), other.click(&seen, &upvote));
    assert!(twice.0.is_ok() && twice.1.is_ok());
    assert_eq!(count(&server, "queued_question_vote").await, 1);
    let voted = list(&other).await;
    assert!(order(&voted, &["the newest", "the oldest", "the middle"]), "{}", voted.content());
    assert!(voted.content().contains("**1.** 1 vote,"), "{}", voted.content());
    assert_eq!(voted.buttons(), ["Take back 1", "Upvote 2", "Upvote 3", "Ask a question"]);
    assert_eq!(list(&member).await.buttons()[0], "Upvote 1", "whose vote it is only its member sees");
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT v::text FROM queued_question_vote AS v").fetch_all(&server.pool).await.unwrap();
    assert!(!rows[0].contains(&OTHER_MEMBER.to_string()), "{rows:?}");
    let back = press(&other, &voted, "Take back 1").await;
    assert!(back.content().contains("**1.** 0 votes,") && order(&back, &["the oldest", "the newest"]), "{back:?}");
    assert_eq!(count(&server, "queued_question_vote").await, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_long_list_has_pages_and_a_long_question_is_read_whole(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let long = format!("start {} end", "*_`@".repeat(240));
    for (person, from) in [(server.member(), 0), (server.board(), 5)] {
        for number in from..from + 4 {
            ask(&person, NAMED, &format!("number {number}, {long}")).await;
            server.advance(MINUTE).await;
        }
    }
    let reader = server.discord.person(OTHER_MEMBER);
    let first = list(&reader).await;
    assert!(first.content().contains("1 to 5 of 8") && first.content().contains("number 5"), "{}", first.content());
    assert!(first.content().chars().count() <= 2000 && first.pinged_nobody());
    let id = id_of(&server, &format!("number 1, {long}")).await;
    let whole = reader.choose(&first, &menu(&first, "q-read"), &[&id]).await.unwrap().message.unwrap();
    let file = &whole.raw["attachments"][0];
    let text = reqwest::Client::builder().no_proxy().build().unwrap().get(file["url"].as_str().unwrap());
    let text = text.send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("number 1, start") && text.ends_with("end"), "{text}");
    let second = press(&reader, &first, "More").await;
    assert!(second.content().contains("6 to 8 of 8") && second.buttons().contains(&"Back"), "{}", second.content());
    // A page that is not there any more is the last one.
    sqlx::query("DELETE FROM queued_question WHERE text LIKE 'number _,%' AND text NOT LIKE 'number 0%'")
        .execute(&server.pool)
        .await
        .unwrap();
    let last = press(&reader, &second, "Back").await;
    assert!(last.content().contains("number 0") && !last.buttons().contains(&"More"), "{}", last.content());
    server.finish().await;
}

#[sqlx::test]
async fn only_its_asker_withdraws_a_question_for_good(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    ask(&member, NAMED, "of mine").await;
    press(&other, &list(&other).await, "Upvote 1").await;
    let id = id_of(&server, "of mine").await;
    let theirs = list(&other).await;
    for step in ["ask", "sure"] {
        let forged = other.forge_click(&theirs, &format!("q-withdraw:1:{step}:{id}")).await.unwrap();
        assert!(forged.content().contains("cannot find that question"), "{forged:?}");
    }
    let mine = list(&member).await;
    assert!(mine.content().contains("asked by you") && !mine.content().contains(&MEMBER.to_string()));
    let sure = press(&member, &mine, "Withdraw 1").await;
    assert!(sure.content().contains("for good?") && sure.content().contains("> of mine"), "{}", sure.content());
    let done = press(&member, &sure, "Withdraw for good").await;
    assert!(done.content().contains("the question is deleted"), "{}", done.content());
    assert_eq!((count(&server, "queued_question").await, count(&server, "queued_question_vote").await), (0, 0));
    let again = member.forge_click(&sure, &format!("q-withdraw:1:sure:{id}")).await.unwrap();
    assert!(again.content().contains("cannot find"), "{again:?}");
    let late = other.click(&theirs, theirs.button("Take back 1").unwrap()).await.unwrap();
    assert!(late.content().contains("can't be voted on"), "{late:?}");
    server.finish().await;
}

#[sqlx::test]
async fn me_lists_ones_own_questions_and_upvotes_and_erases_both(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    ask(&member, NAMED, "of mine").await;
    press(&other, &list(&other).await, "Upvote 1").await;
    let me = other.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    assert!(me.content().contains("office hours: 0. Your upvotes: 1"), "{}", me.content());
    let own = press(&other, &me, "My questions").await;
    assert!(
        own.content().contains("None that you asked") && own.content().contains("Your upvotes: 1"),
        "{}",
        own.content()
    );
    let erased = press(&other, &own, "Take my upvotes back").await;
    assert!(
        erased.content().contains("Taken back") && erased.content().contains("Your upvotes: 0"),
        "{}",
        erased.content()
    );
    assert_eq!(count(&server, "queued_question_vote").await, 0);
    let me = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let own = press(&member, &me, "My questions").await;
    insta::assert_snapshot!(own.content(), @"
    **Your questions for office hours**
    **Welcome Hour**, 21 November 2026, 0 votes: waiting for a session
    > of mine
    Your upvotes: 0
    ");
    let id = id_of(&server, "of mine").await;
    let sure = member.choose(&own, &menu(&own, "q-withdraw"), &[&id]).await.unwrap().message.unwrap();
    press(&member, &sure, "Withdraw for good").await;
    assert_eq!(count(&server, "queued_question").await, 0);
    let nothing = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    assert!(!nothing.buttons().contains(&"My questions"), "{:?}", nothing.buttons());
    server.finish().await;
}

#[sqlx::test]
async fn a_vote_and_a_list_wait_for_a_stalled_database(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    ask(&member, NAMED, "patient").await;
    let seen = list(&other).await;
    let stalled = server.stall_database().await;
    let voted = other.at_once().press(&seen, "Upvote 1").await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&voted).await.content().contains("1 vote,"));
    server.finish().await;
}

#[sqlx::test]
async fn they_are_forgotten_with_time(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    ask(&server.member(), NAMED, "long ago").await;
    server.advance(chrono::TimeDelta::days(364)).await;
    assert_eq!(count(&server, "queued_question").await, 1);
    server.advance(chrono::TimeDelta::days(3)).await;
    assert_eq!(count(&server, "queued_question").await, 0);
    server.close().await;
}
