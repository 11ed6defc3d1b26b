//! The agenda of a session: posted at its start, and kept without what is hidden or withdrawn afterwards.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{BOARD, BOT, GENERAL, OTHER_MEMBER};
use serde_json::json;
use sqlx::PgPool;

use super::{hosts_of, id_of, list_of, menu, press, receipt, submit, ways};
use crate::sessions::{go_to, sessions, with_a_chat};
use crate::support::{MINUTE, TestServer};

async fn ask(person: &Person, way: &str, question: &str) -> Message {
    let opened = person.press(&ways(person).await, &format!("{way}: Chat Hour")).await.unwrap();
    submit(person, opened.form_id().unwrap(), question).await.message.unwrap()
}

/// The agenda as it stands in the channel.
async fn agenda(server: &TestServer) -> Option<String> {
    let all = server.look(BOARD).await;
    let own = all.iter().filter(|message| message.author_id() == BOT && message.content().contains("the questions"));
    let texts: Vec<String> = own.map(|message| message.content().to_owned()).collect();
    assert!(texts.len() < 2, "{texts:?}");
    texts.into_iter().next()
}

#[sqlx::test]
async fn it_is_shown_before_and_posted_at_the_start_and_what_is_hidden_or_withdrawn_leaves_it(pool: PgPool) {
    let mut server = with_a_chat(pool, "automatic", "2026-11-21T14:00:00Z").await;
    let none = sessions(&server.board(), "agenda", json!({"series": "chat"})).await;
    assert_eq!(none.content(), "No open questions for **Chat Hour** yet, so no agenda is posted at its start.");
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    ask(&member, "With my name", "Who may *vote*? @everyone").await;
    server.clock.advance(MINUTE);
    ask(&other, "With my name", "Where is the money?").await;
    let thanks = ask(&member, "Anonymously", "Who pays?").await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    press(&server.board(), &list_of(&server.board(), "Chat Hour").await, "Upvote 2").await;
    let shown = sessions(&server.board(), "agenda", json!({"series": "chat"})).await;
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    go_to(&mut server, "2026-11-21T14:00:01Z").await;
    let posted = agenda(&server).await.unwrap();
    assert_eq!(posted, shown.content());
    insta::assert_snapshot!(posted, @r"
    **Chat Hour: the questions**, those with most votes first
    1. Who may \*vote\*? \@everyone (1 vote)
    2. Who pays? (0 votes)
    3. Where is the money? (0 votes)
    ");
    assert!(server.look(BOARD).await.iter().all(Message::pinged_nobody));
    // A host hides one, and takes it back.
    let view = hosts_of(&server.board(), "Chat Hour").await;
    let hidden = press(&server.board(), &view, "Hide").await;
    server.settle().await;
    assert!(!agenda(&server).await.unwrap().contains("vote\\*"));
    press(&server.board(), &hidden, "Undo").await;
    server.settle().await;
    assert_eq!(agenda(&server).await.unwrap(), posted);
    // One that is answered stays: it was on the agenda.
    press(&server.board(), &hosts_of(&server.board(), "Chat Hour").await, "Answered").await;
    server.settle().await;
    assert_eq!(agenda(&server).await.unwrap(), posted);
    // A named one goes at once, an anonymous one with the round.
    withdraw(&other, &id_of(&server, "Where is the money?").await).await;
    server.settle().await;
    let found = member.command(GENERAL, "me", json!({"receipt": receipt(&thanks)})).await.unwrap().message.unwrap();
    let sure = press(&member, &found, "Withdraw it").await;
    press(&member, &sure, "Withdraw for good").await;
    server.settle().await;
    let left = agenda(&server).await.unwrap();
    assert!(left.contains("Who pays?") && !left.contains("money"), "{left}");
    go_to(&mut server, "2026-11-21T15:00:00Z").await;
    let left = agenda(&server).await.unwrap();
    assert!(!left.contains("Who pays?") && left.contains("1. Who may"), "{left}");
    // The last takes it along.
    withdraw(&member, &id_of(&server, "Who may *vote*? @everyone").await).await;
    server.settle().await;
    assert_eq!(agenda(&server).await, None);
    let words: i64 = sqlx::query_scalar("SELECT count(*) FROM announcement WHERE message::text ~ 'Who|money'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(words, 0, "nothing of them is left in what was sent");
    server.close().await;
}

async fn withdraw(person: &Person, id: &str) {
    let me = person.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let own = press(person, &me, "My questions").await;
    let sure = person.choose(&own, &menu(&own, "q-withdraw"), &[id]).await.unwrap().message.unwrap();
    press(person, &sure, "Withdraw for good").await;
}

#[sqlx::test]
async fn what_is_withdrawn_while_it_is_being_posted_is_not_on_it(pool: PgPool) {
    let mut server = with_a_chat(pool, "automatic", "2026-11-21T14:00:00Z").await;
    let member = server.member();
    ask(&member, "With my name", "the one").await;
    ask(&member, "With my name", "the other").await;
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    // It stands in the database, and is due a second later.
    withdraw(&member, &id_of(&server, "the one").await).await;
    go_to(&mut server, "2026-11-21T14:00:01Z").await;
    let posted = agenda(&server).await.unwrap();
    assert!(posted.contains("1. the other") && !posted.contains("the one"), "{posted}");
    server.close().await;
}
