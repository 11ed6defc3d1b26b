//! Helpful, Not helpful: one vote a member and answer, whose it is stays with him.

use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{ask, gaps, press};
use crate::support::TestServer;

async fn votes(server: &TestServer) -> (i64, i64) {
    sqlx::query_as("SELECT count(*) FILTER (WHERE helpful), count(*) FILTER (WHERE NOT helpful) FROM vote")
        .fetch_one(&server.pool)
        .await
        .unwrap()
}

#[sqlx::test]
async fn each_member_has_one_vote_and_may_change_it(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let (mine, theirs) = (ask(&member, "Are grants open?").await, ask(&other, "Are grants open?").await);
    let thanks = press(&member, &mine, "Helpful").await;
    assert!(thanks.is_ephemeral() && thanks.content().contains("counted, without your name"), "{}", thanks.content());
    assert!(press(&member, &mine, "Helpful").await.content().contains("said so before"));
    // Another answer of the same article, another process.
    server.restart().await;
    let again = ask(&member, "is the psf giving grants now").await;
    assert!(press(&member, &again, "Helpful").await.content().contains("said so before"));
    assert_eq!(votes(&server).await, (1, 0));
    press(&other, &theirs, "Not helpful").await;
    assert_eq!(votes(&server).await, (1, 1));
    let changed = press(&member, &mine, "Not helpful").await;
    assert!(changed.content().contains("counts as not helpful now"), "{}", changed.content());
    assert_eq!(votes(&server).await, (0, 2));
    server.finish().await;
}

#[sqlx::test]
async fn two_clicks_at_once_are_one_vote(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let answer = ask(&member, "Are grants open?").await;
    let (one, two) = tokio::join!(member.press(&answer, "Not helpful"), member.press(&answer, "Not helpful"));
    assert!(one.unwrap().message.is_some() && two.unwrap().message.is_some());
    assert_eq!(votes(&server).await, (0, 1));
    assert_eq!(gaps(&server).await.iter().map(|gap| gap.1).collect::<Vec<_>>(), [1]);
    server.finish().await;
}

#[sqlx::test]
async fn an_answer_that_did_not_help_counts_as_a_gap_once_however_often_the_vote_changes(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let answer = ask(&member, "Are grants open?").await;
    for vote in ["Not helpful", "Helpful", "Not helpful", "Not helpful"] {
        press(&member, &answer, vote).await;
    }
    let gap = ("are grants open".to_owned(), 1, "not-helpful".to_owned(), Some("grants-status".to_owned()));
    assert_eq!(gaps(&server).await, [gap]);
    let sorry = press(&member, &answer, "Not helpful").await;
    assert_eq!(sorry.buttons(), ["Ask staff"]);
    server.finish().await;
}

#[sqlx::test]
async fn who_voted_stands_nowhere_and_only_he_finds_and_erases_it(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let answer = ask(&member, "Are grants open?").await;
    press(&member, &answer, "Helpful").await;
    let rows: Vec<String> = sqlx::query_scalar("SELECT v::text FROM vote AS v").fetch_all(&server.pool).await.unwrap();
    assert!(rows.len() == 1 && !rows[0].contains(&MEMBER.to_string()), "{rows:?}");
    let theirs = other.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    assert!(!theirs.content().contains("Your votes"), "{}", theirs.content());
    let none = other.forge_click(&theirs, "me-votes:1:all").await.unwrap();
    assert!(none.content().contains("no votes of yours"), "{}", none.content());
    let mine = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    assert!(mine.content().contains("Your votes on answers: helpful 1, not helpful 0"), "{}", mine.content());
    assert!(press(&member, &mine, "Delete my votes").await.content().contains("Deleted"));
    assert!(press(&member, &mine, "Delete my votes").await.content().contains("no votes of yours"));
    assert_eq!(votes(&server).await, (0, 0));
    server.finish().await;
}

#[sqlx::test]
async fn a_forged_vote_is_of_no_article_or_of_who_sends_it(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let answer = ask(&member, "Are grants open?").await;
    for forged in ["ask-helpful:1:no-such-article", "ask-not-helpful:1:../x", "ask-helpful:2:grants-status"] {
        assert!(member.forge_click(&answer, forged).await.unwrap().message.unwrap().is_ephemeral());
    }
    assert_eq!(votes(&server).await, (0, 0));
    let said = other.say(GENERAL, "> who forged this?\nnobody").await.unwrap();
    for _ in 0..2 {
        other.forge_click(&said, "ask-not-helpful:1:grants-status").await.unwrap();
    }
    assert_eq!(votes(&server).await, (0, 1));
    server.close().await;
}

#[sqlx::test]
async fn a_vote_waits_for_a_stalled_database(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let answer = ask(&member, "Are grants open?").await;
    let stalled = server.stall_database().await;
    let outcome = member.at_once().press(&answer, "Helpful").await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("counted, without your name"));
    assert_eq!(votes(&server).await, (1, 0));
    server.finish().await;
}
