//! The hosts' view: answered, hidden, undone, next; two hosts at once; and nobody else.

use sandbox::world::demo::{GENERAL, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{NAMED, ask, hosts, id_of, list, menu, press};
use crate::support::{MINUTE, TestServer};

async fn three(server: &mut TestServer) {
    for text in ["the first", "the second", "the third"] {
        ask(&server.member(), NAMED, text).await;
        server.advance(MINUTE).await;
    }
}

#[sqlx::test]
async fn a_host_goes_through_the_questions_and_can_take_each_step_back(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    three(&mut server).await;
    let (host, member) = (server.board(), server.member());
    let view = hosts(&host).await;
    insta::assert_snapshot!(view.content().replace(&member.id.to_string(), "MEMBER"), @"
    **For hosts: Welcome Hour**
    3 open questions, those with most votes first.
    **Now:** 0 votes, asked by <@MEMBER>, 21 November 2026
    > the first
    **After it:**
    - 0 votes: the second
    - 0 votes: the third
    ");
    assert_eq!(view.buttons(), ["Answered", "Hide", "Next", "As members see it", "Recap"]);
    let next = press(&host, &view, "Next").await;
    assert!(next.content().contains("> the second"), "{}", next.content());
    let hidden = press(&host, &next, "Hide").await;
    assert!(hidden.content().starts_with("Hidden") && hidden.content().contains("> the third"), "{}", hidden.content());
    assert!(!list(&member).await.content().contains("the second"));
    let undone = press(&host, &hidden, "Undo").await;
    assert!(
        undone.content().contains("Open again: the second") && undone.content().contains("> the second"),
        "{}",
        undone.content()
    );
    assert!(list(&member).await.content().contains("the second"));
    let answered = press(&host, &undone, "Answered").await;
    assert!(answered.content().contains("Marked as answered: the second"), "{}", answered.content());
    let seen = list(&member).await;
    assert!(seen.content().contains("asked by you, answered in a session\n> the second"), "{}", seen.content());
    // Long after, out of the menu.
    server.restart().await;
    let view = hosts(&host).await;
    let id = id_of(&server, "the second").await;
    let reopened = host.choose(&view, &menu(&view, "q-reopen"), &[&format!("4:{id}")]).await.unwrap();
    assert!(reopened.content().contains("Open again: the second"), "{reopened:?}");
    server.finish().await;
}

#[sqlx::test]
async fn of_two_hosts_at_once_the_second_is_told_and_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    three(&mut server).await;
    let (one, two) = (server.board(), server.staff());
    let (first, second) = (hosts(&one).await, hosts(&two).await);
    let hide = first.button("Hide").unwrap().to_owned();
    press(&one, &first, "Hide").await;
    let told = press(&two, &second, "Answered").await;
    assert!(
        told.content().contains("somebody was first") && told.content().contains(&format!("hidden by <@{}>", one.id)),
        "{}",
        told.content()
    );
    // The same click once more is the same step.
    let again = one.forge_click(&first, &hide).await.unwrap();
    assert!(again.content().starts_with("Hidden"), "{again:?}");
    let states: Vec<(String, i32)> =
        sqlx::query_as("SELECT state, version FROM queued_question WHERE text = 'the first'")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    assert_eq!(states, [("hidden".to_owned(), 2)]);
    server.finish().await;
}

#[sqlx::test]
async fn nobody_but_hosts_sees_the_view_or_settles_anything(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    three(&mut server).await;
    let other = server.discord.person(OTHER_MEMBER);
    let seen = list(&other).await;
    assert!(!seen.buttons().contains(&"For hosts"), "{:?}", seen.buttons());
    let id = id_of(&server, "the first").await;
    for forged in [
        "q-hosts:1:welcome:".to_owned(),
        format!("q-answered:1:1:{id}"),
        format!("q-hide:1:1:{id}"),
        format!("q-undo:1:1:{id}"),
        "q-recap:1:welcome".to_owned(),
        "q-this:1:1:1".to_owned(),
    ] {
        let refused = other.forge_click(&seen, &forged).await.unwrap();
        assert!(refused.content().contains("This is for staff"), "{forged}: {refused:?}");
    }
    let said = server.member().say(GENERAL, "an answer").await.unwrap();
    server.take(GENERAL).await;
    let menu = other.message_menu(GENERAL, "This answers…", said.id()).await;
    assert!(menu.is_err() || menu.unwrap().content().contains("for staff"));
    let me = other.command(GENERAL, "me", json!({})).await.unwrap();
    assert!(!me.content().contains("the first"));
    server.finish().await;
}
