//! `/help` and `/status`: who sees what.

use psfbot::announcements::{Draft, Kind};
use psfbot::clock::Clock;
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use sandbox::world::demo::{BOARD, GENERAL, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use crate::support::{HOUR, TestServer};

#[sqlx::test]
async fn help_names_what_the_one_who_asks_can_use(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member().command(GENERAL, "help", json!({})).await.unwrap();
    assert!(member.content().contains("`/ask`") && !member.content().contains("/status"), "{}", member.content());
    let staff = server.staff().command(STAFF, "help", json!({})).await.unwrap();
    insta::assert_snapshot!(staff.content(), @"
    **What I can do for you.** My answers are seen by you alone, unless you share them.

    **Find out**
    - `/ask`: Ask about the PSF: grants, membership, the Community Partner Program, office hours, donations
    - **Answer this** (a message's menu, Apps): Answer this message's question, for you alone
    - `/partner`: When your event can apply to the Community Partner Program, and what it must meet
    - `/officehours`: When the next office hours are, in your own time
    - `/dates`: Dates of the next three months, in your own time
    - `/blog`: The newest posts of the PSF's blogs, or search for one
    - `/help`: What I can do for you

    **Tell the PSF**
    - `/feedback`: Tell the PSF what went well and what to change. Conduct reports: conduct-wg@python.org
    - `/me`: What you have sent to the PSF here, what became of it, and what is stored about you

    **Staff: announce**
    - `/announce` compose, drafts, list, edit, cancel, retry, history, panel: Write an announcement, see it as it will look, then send or schedule it
    - **Announce this** (a message's menu, Apps): Begin an announcement with this message's text
    - `/feeds` list, add, remove, pause, resume, preview: Which blogs are announced; add one, stop one, look what one would bring

    **Staff: office hours**
    - **This answers…** (a message's menu, Apps): Mark a question as answered by this message, and tell its asker
    - `/sessions` list, confirm, add, move, cancel, agenda, open, close: See, confirm, add, move and cancel office hours, and key dates

    **Staff: read and answer members**
    - `/inbox` list, show, search, stats, themes, export: Feedback and questions to staff: list, read, search, count, export
    - `/knowledge` add, edit, retire, due, status, gaps: Write, correct and retire the answers of /ask, see what has none, and say how programs stand

    **Staff: see how things stand**
    - `/status`: How things stand: feeds, announcements, failures, database

    -# Conduct reports go to conduct-wg@python.org, not to me. What I store, and how to have it deleted: `/me`.
    ");
    // Staff of one domain read what they can use.
    let board = server.board().command(GENERAL, "help", json!({})).await.unwrap();
    assert!(board.content().contains("`/sessions`") && !board.content().contains("`/announce`"), "{}", board.content());
    assert!(!board.content().contains("Staff: announce"), "no heading without anything below it: {}", board.content());
    server.finish().await;
}

#[sqlx::test]
async fn the_status_names_what_waits_for_staff_and_why(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.settle().await;
    let (now, message) = (server.clock.now(), Message { content: "A later message".into(), ..Message::default() });
    let gone = ChannelId::new(99).unwrap();
    let draft = |channel, due_at| Draft {
        kind: Kind::Staff,
        message: message.clone(),
        crosspost: false,
        origin: None,
        channels: vec![channel],
        due_at,
    };
    server.app.store().announce(&draft(ChannelId::new(BOARD).unwrap(), now + HOUR * 24), now).await.unwrap();
    server.app.store().announce(&draft(gone, now), now).await.unwrap();
    server.settle().await;
    server.take(STAFF).await;
    let status = server.staff().command(STAFF, "status", json!({})).await.unwrap();
    let text = status.content();
    assert!(text.contains("Feed psf-blog: read") && text.contains("1 waiting for their time"), "{text}");
    assert!(text.contains("**One thing waits for you.**") && text.contains("<#99> (failed)"), "{text}");
    assert!(text.contains("the channel does not exist any more"), "{text}");
    assert!(status.message.unwrap().is_ephemeral());
    server.advance(HOUR * 25).await;
    assert_eq!(server.take(BOARD).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn only_staff_may_ask_for_the_status(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    assert!(server.member().command(GENERAL, "status", json!({})).await.is_err(), "hidden from members");
    let forged = server.member().forge_command(GENERAL, "status", json!({})).await.unwrap();
    assert!(forged.content().contains("This is for staff"), "{}", forged.content());
    assert!(forged.message.unwrap().is_ephemeral());
    // Staff of one domain are enough, also without Manage Server.
    let board = server.board().forge_command(GENERAL, "status", json!({})).await.unwrap();
    assert!(board.content().contains("How things stand"), "{}", board.content());
    // A role that was taken away counts at once.
    server.discord.change_member(server.board().id, &json!({"roles": []})).await.unwrap();
    let former = server.board().forge_command(GENERAL, "status", json!({})).await.unwrap();
    assert!(former.content().contains("This is for staff"), "{}", former.content());
    let elsewhere = server.discord.join("Visitor", &[STAFF_ROLE]).await.unwrap();
    assert!(
        elsewhere.forge_command(GENERAL, "status", json!({})).await.unwrap().content().contains("How things stand")
    );
    server.finish().await;
}

#[sqlx::test]
async fn the_status_says_so_when_the_database_does_not_answer(pool: PgPool) {
    let server = TestServer::connected(pool.clone()).await;
    pool.close().await;
    let status = server.staff().command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("Database: does not answer"), "{}", status.content());
}
