//! The cards: who may move them on, once, and what is left of forged and stale clicks.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{OWNER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{named, send, the_card};
use crate::support::{HOUR, TOKEN, TestServer};

async fn state(server: &TestServer) -> (String, Option<i64>, Option<i64>) {
    sqlx::query_as("SELECT state, acknowledged_by, resolved_by FROM submission").fetch_one(&server.pool).await.unwrap()
}

async fn with_a_card(pool: PgPool) -> (TestServer, Message, Message) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "good", "more").await;
    let card = the_card(&mut server).await;
    (server, thanks, card)
}

fn id(person: &Person) -> Option<i64> {
    i64::try_from(person.id).ok()
}

#[sqlx::test]
async fn staff_acknowledge_and_resolve_and_the_card_says_who(pool: PgPool) {
    let (mut server, _, card) = with_a_card(pool).await;
    let staff = server.staff();
    let outcome = staff.press(&card, "Acknowledge").await.unwrap().message.unwrap();
    assert!(outcome.is_ephemeral() && outcome.content().contains("Acknowledged"), "{outcome:?}");
    server.settle().await;
    let [card] = &server.look(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains(&format!("State: **acknowledged** by <@{}>", staff.id)), "{}", card.content());
    assert_eq!(card.buttons(), ["Reply", "Resolve", "Tag", "Conduct"]);
    staff.press(card, "Resolve").await.unwrap();
    server.settle().await;
    let [card] = &server.look(STAFF).await[..] else { panic!("one card is expected") };
    assert!(card.content().contains("State: **resolved** by") && card.pinged_nobody(), "{}", card.content());
    assert_eq!(card.buttons(), ["Tag", "Conduct"]);
    assert_eq!(state(&server).await, ("resolved".to_owned(), id(&staff), id(&staff)));
    server.finish().await;
}

#[sqlx::test]
async fn of_two_who_click_at_once_one_wins_and_the_other_reads_who(pool: PgPool) {
    let (mut server, _, card) = with_a_card(pool).await;
    let staff = server.staff();
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    let (one, other) = tokio::join!(staff.press(&card, "Acknowledge"), second.press(&card, "Acknowledge"));
    let (one, other) = (one.unwrap(), other.unwrap());
    let (winner, told) = if one.content().contains("Acknowledged.") { (&staff, other) } else { (&second, one) };
    assert!(told.content().contains(&format!("<@{}> was first", winner.id)), "{}", told.content());
    assert!(told.message.unwrap().pinged_nobody());
    assert_eq!(state(&server).await.1, id(winner));
    server.settle().await;
    assert_eq!(server.look(STAFF).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn nobody_but_staff_of_the_inbox_moves_a_card_or_reads_it(pool: PgPool) {
    let (mut server, thanks, card) = with_a_card(pool).await;
    let submission = card.button("Acknowledge").unwrap().rsplit(':').next().unwrap().to_owned();
    // To manage the server, or to own it, does not open the inbox.
    let owner = server.discord.person(OWNER);
    server.discord.change_member(OWNER, &json!({"roles": []})).await.unwrap();
    for person in [server.member(), server.board(), owner] {
        // Even who sees the card.
        server.discord.set_permissions(STAFF, person.id, 1 << 10, 0).await.unwrap();
        for kind in ["inbox-acknowledge", "inbox-resolve", "inbox-show"] {
            let outcome = person.forge_click(&card, &format!("{kind}:1:{submission}")).await.unwrap();
            assert!(outcome.content().contains("for staff"), "{kind} by {}: {outcome:?}", person.id);
        }
    }
    for forged in
        ["inbox-acknowledge:2:x", "inbox-acknowledge:1:x", "inbox-show:1:00000000-0000-0000-0000-000000000000"]
    {
        let outcome = server.staff().forge_click(&card, forged).await.unwrap().message.unwrap();
        assert!(outcome.is_ephemeral(), "{forged}");
    }
    // What belongs to its author alone.
    let (rate, contact) = (thanks.button("5 Very good").unwrap(), thanks.button("Staff may contact me").unwrap());
    for button in [rate, contact] {
        let outcome = server.staff().forge_click(&thanks, button).await.unwrap();
        assert!(outcome.content().contains("not yours"), "{outcome:?}");
    }
    assert_eq!(state(&server).await, ("new".to_owned(), None, None));
    server.settle().await;
    assert_eq!(server.look(STAFF).await[0].content(), card.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_stale_click_changes_nothing(pool: PgPool) {
    let (mut server, _, card) = with_a_card(pool).await;
    server.staff().press(&card, "Resolve").await.unwrap();
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    // The card as it was before, on a screen that has not caught up.
    let stale = second.forge_click(&card, card.button("Acknowledge").unwrap()).await.unwrap();
    assert!(stale.content().contains("was first") && stale.content().contains("resolved"), "{}", stale.content());
    assert_eq!(state(&server).await, ("resolved".to_owned(), None, id(&server.staff())));
    server.settle().await;
    server.finish().await;
}

#[sqlx::test]
async fn a_rating_and_the_leave_to_write_show_on_the_card(pool: PgPool) {
    let (mut server, thanks, _) = with_a_card(pool).await;
    let member = server.member();
    let rated = member.press(&thanks, "4 Good").await.unwrap().message.unwrap();
    assert_eq!(rated.id(), thanks.id(), "the thanks are brought up to date in place");
    let allowed = member.press(&rated, "Staff may contact me").await.unwrap().message.unwrap();
    assert!(
        allowed.content().contains("**4 Good**") && allowed.content().contains("Staff may contact you"),
        "{allowed:?}"
    );
    server.settle().await;
    let card = server.look(STAFF).await[0].content().to_owned();
    assert!(card.contains("Rating from 1 to 5: **4 Good**") && card.contains("agrees to be contacted"), "{card}");
    member.press(&allowed, "Staff may not contact me").await.unwrap();
    server.restart().await;
    member.press(&thanks, "5 Very good").await.unwrap();
    server.settle().await;
    let card = server.look(STAFF).await[0].content().to_owned();
    assert!(card.contains("**5 Very good**") && card.contains("not agreed to be contacted"), "{card}");
    server.finish().await;
}

#[sqlx::test]
async fn a_card_that_staff_deleted_breaks_nothing(pool: PgPool) {
    let (mut server, thanks, card) = with_a_card(pool).await;
    let address = format!("{}/api/v10/channels/{STAFF}/messages/{}", server.sandbox.url(), card.id());
    let deleted =
        reqwest::Client::new().delete(address).header("Authorization", format!("Bot {TOKEN}")).send().await.unwrap();
    assert!(deleted.status().is_success());
    server.forget_taken(STAFF);
    server.member().press(&thanks, "1 Poor").await.unwrap();
    server.advance(HOUR).await;
    let me = server.member().command(sandbox::world::demo::GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains("1 Poor"), "{}", me.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_card_that_is_not_posted_yet_comes_as_it_is_by_then(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), named(), "good", "").await;
    server.member().press(&thanks, "3 OK").await.unwrap();
    assert!(the_card(&mut server).await.content().contains("**3 OK**"));
    server.finish().await;
}
