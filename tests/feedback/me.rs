//! `/me`: one's own, by name or by receipt, and nobody else's.

use insta::assert_snapshot;
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{anonymous, named, receipt, send};
use crate::support::{HOUR, TestServer};

#[sqlx::test]
async fn who_sent_nothing_reads_so_and_what_is_stored(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let outcome = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert_snapshot!(outcome.content(), @"
    **What you sent by name**
    Nothing. With `/feedback` you can tell the PSF what went well and what to change.
    **What is stored about you**
    Of feedback that you send by name: your Discord id, the text, the programme, the time, your rating, whether staff may contact you, and what staff did with it. Staff of the inbox can read it.
    Of anonymous feedback: nothing that leads to you. To see it, use `/me receipt:` with its receipt.
    Questions that you ask with `/ask` are not stored.
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
