//! The recap as a draft of /announce.

use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, STAFF_ROLE};
use sqlx::PgPool;

use super::{NAMED, ask, hosts, id_of, menu, press};
use crate::support::{MINUTE, TestServer};

/// A question, answered by a message in the channel.
async fn answered(server: &mut TestServer, question: &str) -> Message {
    ask(&server.member(), NAMED, question).await;
    let said = server.staff().say(GENERAL, "So it is.").await.unwrap();
    server.take(GENERAL).await;
    let id = id_of(server, question).await;
    let opened = server.staff().message_menu(GENERAL, "This answers…", said.id()).await.unwrap().message.unwrap();
    server.staff().choose(&opened, &menu(&opened, "q-this"), &[&id]).await.unwrap();
    server.advance(MINUTE).await;
    said
}

#[sqlx::test]
async fn a_recap_is_a_draft_that_staff_post_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    answered(&mut server, "When is the *next* round? @everyone").await;
    let staff = server.staff();
    let view = hosts(&staff).await;
    let preview = press(&staff, &view, "Recap").await;
    assert!(
        preview.is_ephemeral() && preview.content().contains("A draft of the answered questions"),
        "{}",
        preview.content()
    );
    let none = press(&staff, &view, "Recap").await;
    assert!(none.content().contains("no answered question"), "{}", none.content());
    let twice = tokio::join!(staff.press(&preview, "Send now"), staff.press(&preview, "Send now"));
    assert!(twice.0.is_ok() && twice.1.is_ok());
    server.settle().await;
    let posted = server.take(GENERAL).await;
    let [posted] = &posted[..] else { panic!("one message is expected: {posted:?}") };
    assert!(posted.pinged_nobody());
    let link = posted.content().split("/channels/").nth(1).unwrap().split('>').next().unwrap().to_owned();
    insta::assert_snapshot!(posted.content().replace(&link, "LINK"), @r"
    **Recap: Welcome Hour, 21 November 2026**
    What was asked, and where the answers are:
    - When is the \*next\* round? \@everyone: [answer](<https://discord.com/channels/LINK>)
    ");
    server.finish().await;
}

#[sqlx::test]
async fn of_two_recaps_at_once_one_holds_the_answers(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    answered(&mut server, "the only one").await;
    let (one, two) = (hosts(&server.staff()).await, hosts(&second).await);
    let staff = server.staff();
    let both = tokio::join!(press(&staff, &one, "Recap"), press(&second, &two, "Recap"));
    let drafted = [&both.0, &both.1].into_iter().filter(|shown| shown.content().contains("the only one")).count();
    let none = [&both.0, &both.1].into_iter().filter(|shown| shown.content().contains("no answered question")).count();
    assert_eq!((drafted, none), (1, 1));
    let drafts: i64 = sqlx::query_scalar("SELECT count(*) FROM draft").fetch_one(&server.pool).await.unwrap();
    assert_eq!(drafts, 1);
    server.finish().await;
}

#[sqlx::test]
async fn what_has_no_room_waits_for_the_next_recap_and_what_was_discarded_comes_again(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    answered(&mut server, "the only one").await;
    let preview = press(&staff, &hosts(&staff).await, "Recap").await;
    press(&staff, &preview, "Discard").await;
    let again = press(&staff, &hosts(&staff).await, "Recap").await;
    assert!(again.content().contains("the only one"), "{}", again.content());
    // Hosts who may not announce are told whom to ask.
    let refused = press(&server.board(), &hosts(&server.board()).await, "Recap").await;
    assert!(refused.content().contains("you may not use"), "{}", refused.content());
    server.finish().await;
}
