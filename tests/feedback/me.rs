//! `/me`: one's own, by name or by receipt, and nobody else's.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{anonymous, named, receipt, send};
use crate::support::{HOUR, MINUTE, TestServer};

#[sqlx::test]
async fn who_sent_nothing_reads_so_and_what_is_stored(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert_snapshot!(outcome.content(), @"
    **What you sent by name**
    Nothing. With `/feedback` you can tell the PSF what went well and what to change.
    **What is stored about you**
    Of feedback and questions to staff that you send by name: your Discord id, the text, the programme, the time, your rating, whether staff may contact you, what staff did with it and what they wrote back. Staff who look after feedback can read it, and you can delete it here.
    Of staff also: the announcements that you wrote, drafts included, the replies that you wrote, the themes that you named, what you did with feedback, and the time zone that you write times in.
    Of anonymous feedback: nothing that leads to you. To see or delete it, use `/me receipt:` with its receipt.
    Of “Remind me” under `/officehours`: your Discord id and the session, until a day after it. You can delete it here.
    Of “Helpful” and “Not helpful”: your vote, under a code that only your own click can make again. You can delete it here.
    Of questions for office hours that you ask with your name: your Discord id, the text, the office hour, the time, and the answer. Of your upvotes: such a code. You can delete both here.
    Questions that you ask with `/ask` are not stored with who asked. Those without a good answer are counted by their words, without e-mail addresses, mentions and long rows of digits.
    ");
    assert!(outcome.message.unwrap().is_ephemeral());
    server.finish().await;
}

#[sqlx::test]
async fn ones_own_are_listed_newest_first_page_by_page(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    for number in 1..=6 {
        send(&member, named(), &format!("number {number}\nsecond line"), "").await;
        server.clock.advance(HOUR);
    }
    send(&server.board(), named(), "of somebody else", "").await;
    server.settle().await;
    let cards = server.take(STAFF).await;
    let second = cards.iter().find(|card| card.content().contains("number 2")).unwrap();
    server.staff().press(second, "Acknowledge").await.unwrap();
    server.settle().await;
    let first = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let positions: Vec<_> =
        (3..=6).rev().map(|number| first.content().find(&format!("number {number}")).unwrap()).collect();
    assert!(positions.is_sorted(), "{}", first.content());
    assert!(first.content().contains("1 to 4 of 6") && !first.content().contains("second line"), "{}", first.content());
    let second = member.press(&first, "Older").await.unwrap().message.unwrap();
    assert!(
        second.content().contains("number 2") && second.content().contains("read by staff"),
        "{}",
        second.content()
    );
    assert!(!second.content().contains("somebody else") && second.buttons() == ["Newer"], "{second:?}");
    for page in ["me-page:1:99", "me-page:1:-1", "me-page:1:x", "me-page:1:65536"] {
        let outcome = member.forge_click(&first, page).await.unwrap();
        assert!(outcome.content().contains("older version"), "{page}: {outcome:?}");
    }
    // Whose page it is follows from who clicks.
    let other = server.board().forge_click(&first, "me-page:1:0").await.unwrap();
    assert!(other.content().contains("somebody else") && !other.content().contains("number"), "{}", other.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_receipt_shows_what_was_sent_with_it_and_nothing_else(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), anonymous(), "good", "more *dates*").await;
    let receipt = receipt(&thanks);
    let pasted = format!(" `{}-{}` ", receipt[..16].to_uppercase(), &receipt[16..]);
    let outcome = server.member().command(GENERAL, "me", json!({"receipt": pasted})).await.unwrap();
    assert_snapshot!(outcome.content(), @r"
    **Anonymous feedback: Grants Program**
    Sent on 21 November 2026 (UTC): not read yet
    **What went well**
    > good
    **What to change**
    > more \*dates\*
    ");
    assert!(outcome.message.unwrap().is_ephemeral());
    let listed = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert!(listed.content().contains("Nothing."), "{}", listed.content());
    let mut near = receipt.clone();
    near.replace_range(31.., if receipt.ends_with('0') { "1" } else { "0" });
    for (typed, answer) in
        [(near.as_str(), "nothing with this receipt"), ("%", "not a receipt"), (&receipt[..31], "not a receipt")]
    {
        let outcome = server.member().command(GENERAL, "me", json!({"receipt": typed})).await.unwrap();
        assert!(outcome.content().contains(answer), "{typed}: {}", outcome.content());
    }
    server.advance(HOUR).await;
    let card = server.take(STAFF).await.remove(0);
    server.staff().press(&card, "Resolve").await.unwrap();
    server.settle().await;
    let outcome = server.member().command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    assert!(outcome.content().contains("settled"), "{}", outcome.content());
    server.finish().await;
}

/// Every text that an announcement or a submission holds.
async fn stored_texts(server: &TestServer) -> String {
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT message::text FROM announcement UNION ALL SELECT s::text FROM submission AS s")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    texts.join("\n")
}

/// Chooses a submission of the list, and confirms.
async fn erase(server: &TestServer, thanks: &Message) -> String {
    let id = thanks.button("1 Poor").unwrap().rsplit(':').next().unwrap().to_owned();
    let list = server.member().command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let sure = server.member().choose(&list, "me-delete:1:page", &[&id]).await.unwrap().message.unwrap();
    assert!(sure.content().contains("cannot be brought back"), "{}", sure.content());
    server.member().press(&sure, "Delete for good").await.unwrap().content().to_owned()
}

#[sqlx::test]
async fn who_erases_his_own_takes_it_from_the_database_and_from_the_card(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "a slip of the tongue", "").await;
    let kept = send(&server.member(), named(), "what stays", "").await;
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    assert!(erase(&server, &thanks).await.contains("Deleted."));
    server.settle().await;
    let cards = server.look(STAFF).await;
    let erased = cards.iter().find(|card| card.content().contains("Its author has deleted it")).unwrap();
    assert!(erased.buttons().is_empty() && !erased.content().contains("slip"), "{erased:?}");
    assert!(!stored_texts(&server).await.contains("slip"));
    assert_eq!(super::submissions(&server).await, 1);
    // What is left of it does nothing any more.
    for button in ["1 Poor", "Staff may contact me"] {
        let stale = server.member().press(&thanks, button).await.unwrap();
        assert!(stale.content().contains("not there any more"), "{stale:?}");
    }
    let id = thanks.button("1 Poor").unwrap().rsplit(':').next().unwrap();
    let stale = server.staff().forge_click(erased, &format!("inbox-acknowledge:1:{id}")).await.unwrap();
    assert!(stale.content().contains("not in the inbox"), "{stale:?}");
    server.member().press(&kept, "5 Very good").await.unwrap();
    server.settle().await;
    server.finish().await;
}

#[sqlx::test]
async fn a_card_that_was_never_sent_is_not_sent_after_an_erasure(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "a slip of the tongue", "").await;
    erase(&server, &thanks).await;
    server.advance(HOUR).await;
    assert!(server.take(STAFF).await.is_empty());
    assert!(!stored_texts(&server).await.contains("slip"));
    server.finish().await;
}

#[sqlx::test]
async fn a_card_whose_sending_may_have_succeeded_is_found_and_emptied(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "a slip of the tongue", "").await;
    // The server stores the card, and the answer is lost.
    let lost = json!({"method": "POST", "path_prefix": format!("/channels/{STAFF}/messages"), "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    server.settle().await;
    assert!(server.look(STAFF).await[0].content().contains("slip"));
    erase(&server, &thanks).await;
    server.advance(MINUTE).await;
    let [card] = &server.take(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("Its author has deleted it"), "{}", card.content());
    server.finish().await;
}

#[sqlx::test]
async fn with_its_receipt_an_anonymous_one_is_erased_and_the_card_follows_at_the_hour(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), anonymous(), "a slip of the tongue", "").await;
    server.advance(HOUR).await;
    assert_eq!(server.take(STAFF).await.len(), 1);
    let receipt = receipt(&thanks);
    let shown = server.member().command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap().message.unwrap();
    let sure = server.member().press(&shown, "Delete it").await.unwrap().message.unwrap();
    let deleted = server.member().press(&sure, "Delete for good").await.unwrap();
    assert!(deleted.content().contains("next full hour"), "{deleted:?}");
    assert!(!stored_texts(&server).await.contains("slip"), "nothing waits for the hour but the edit");
    server.advance(MINUTE).await;
    assert!(server.look(STAFF).await[0].content().contains("slip"));
    server.advance(HOUR).await;
    assert!(server.look(STAFF).await[0].content().contains("Its author has deleted it"));
    let gone = server.member().command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    assert!(gone.content().contains("nothing with this receipt"), "{gone:?}");
    server.finish().await;
}

#[sqlx::test]
async fn nobody_erases_what_is_not_his(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "mine", "").await;
    send(&server.board(), named(), "of somebody else", "").await;
    let id = thanks.button("1 Poor").unwrap().rsplit(':').next().unwrap().to_owned();
    let list = server.board().command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let zeros = "0".repeat(32);
    for forged in [
        format!("me-erase:1:{id}"),
        format!("me-erase:2:{id}"),
        format!("me-erase-receipt:1:{zeros}"),
        format!("me-delete-receipt:1:{zeros}"),
        "me-delete:1:page".into(),
        "me-erase:1:".into(),
    ] {
        for person in [server.board(), server.staff()] {
            let outcome = person.forge_click(&list, &forged).await.unwrap();
            assert!(!outcome.content().contains("Deleted"), "{forged}: {outcome:?}");
        }
    }
    assert_eq!(super::submissions(&server).await, 2);
    server.settle().await;
    assert_eq!(server.take(STAFF).await.len(), 2);
    server.finish().await;
}
