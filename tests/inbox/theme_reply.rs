//! One text to a whole theme: looked at, sent once, to each member once.

use insta::assert_snapshot;
use sandbox::client::{Message, Person};
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{done, inbox, next_round, press, send};
use crate::support::{MINUTE, TestServer};

/// Gives every submission that is there the same theme.
async fn tag_all(server: &mut TestServer) {
    server.settle().await;
    for card in server.look(STAFF).await {
        let menu = press(&server.staff(), &card, "Tag").await;
        let form = server.staff().press(&menu, "Name a theme").await.unwrap();
        server.staff().submit(STAFF, form.form_id().unwrap(), json!({"name": "dates"})).await.unwrap();
    }
}

/// Two of one member's who may be written to, one of a member's who may not, one anonymous: all with one theme.
async fn with_a_theme(pool: PgPool) -> (TestServer, Message, Message) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    for text in ["More dates", "Earlier dates"] {
        let thanks = send(&member, "grants", false, text, "").await;
        press(&member, &thanks, "Staff may contact me").await;
        server.clock.advance(MINUTE);
    }
    send(&other, "discord", false, "Dates please", "").await;
    let thanks = send(&other, "grants", true, "Any dates", "").await;
    next_round(&mut server).await;
    tag_all(&mut server).await;
    let list = inbox(&server, "list", json!({"theme": "dates"})).await;
    (server, list, thanks)
}

async fn written(person: &Person, list: &Message, text: &str) -> (String, Message) {
    let form = person.press(list, "Reply to all of these").await.unwrap();
    let id = form.form_id().unwrap_or_else(|| panic!("{form:?}")).to_owned();
    let outcome = person.submit(STAFF, &id, json!({"text": text})).await.unwrap();
    (id, outcome.message.clone().unwrap_or_else(|| panic!("{outcome:?}")))
}

async fn direct_messages(person: &Person) -> Vec<String> {
    let messages = crate::support::direct_messages(person).await;
    messages.iter().map(|message| message.content().to_owned()).collect()
}

async fn replies(server: &TestServer) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM reply").fetch_one(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn it_goes_to_each_member_once_and_to_the_others_under_me(pool: PgPool) {
    let (mut server, list, thanks) = with_a_theme(pool).await;
    let staff = server.staff();
    let (form, preview) = written(&staff, &list, "You said dates, we did: **2027** @everyone").await;
    assert_snapshot!(preview.content(), @r"
    **This goes to everybody whose feedback has the theme “dates”:**
    > You said dates, we did: \*\*2027\*\* \@everyone
    By direct message: 1 member. Under `/me` alone, because they have not agreed to be contacted: 1. Anonymous, with the receipt: 1.
    ");
    assert_eq!(replies(&server).await, 0, "nothing before it is sent");
    let again =
        staff.submit(STAFF, &form, json!({"text": "You said dates, we did: **2027** @everyone"})).await.unwrap();
    assert_eq!(again.content(), preview.content());
    let other = staff.submit(STAFF, &form, json!({"text": "something else"})).await.unwrap();
    assert!(other.content().contains("> something else"), "{other:?}");
    let sent = press(&staff, &preview, "Send to all").await;
    assert_snapshot!(sent.content(), @"Sent. By direct message, or at their next command where those are closed: 1 member. Under `/me` alone: 1. Anonymous, with the receipt: 1.");
    server.restart().await;
    let twice = staff.click(&preview, preview.button("Send to all").unwrap()).await;
    assert!(
        twice.map_or(true, |twice| twice.content().contains("Nobody gets it twice")),
        "the button is gone or says so"
    );
    for _ in 0..3 {
        server.advance(MINUTE).await;
    }
    let told = direct_messages(&server.member()).await;
    let [told] = &told[..] else { panic!("one message is expected: {told:?}") };
    assert!(told.contains("> Earlier dates") && told.contains("we did: **2027**"), "{told}");
    let reader = server.discord.person(OTHER_MEMBER);
    assert!(direct_messages(&reader).await.is_empty());
    for person in [&server.member(), &reader] {
        let me = person.command(GENERAL, "me", json!({})).await.unwrap();
        assert!(me.content().contains("answered by staff") && !me.content().contains("not read yet"), "{me:?}");
    }
    let receipt = thanks.content().split('`').nth(1).unwrap().to_owned();
    let me = reader.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    assert!(me.content().contains("You said dates"), "{me:?}");
    assert_eq!(replies(&server).await, 4);
    done(server).await;
}

#[sqlx::test]
async fn where_direct_messages_are_closed_it_is_told_at_the_next_command(pool: PgPool) {
    let (mut server, list, _) = with_a_theme(pool).await;
    server.discord.change_member(MEMBER, &json!({"dms_open": false})).await.unwrap();
    let (_, preview) = written(&server.staff(), &list, "We did.").await;
    press(&server.staff(), &preview, "Send to all").await;
    server.settle().await;
    server.member().command(GENERAL, "help", json!({})).await.unwrap();
    crate::support::process::eventually("the member is told", async || {
        let messages = server.member().messages(GENERAL).await.unwrap();
        messages.iter().any(|message| message.is_ephemeral() && message.content().contains("We did.")).then_some(())
    })
    .await;
    done(server).await;
}

#[sqlx::test]
async fn of_two_texts_at_once_one_is_sent_and_the_other_is_looked_at_again(pool: PgPool) {
    let (mut server, list, _) = with_a_theme(pool).await;
    let (staff, second) = (server.staff(), server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap());
    let theirs = second.command(STAFF, "inbox list", json!({"theme": "dates"})).await.unwrap().message.unwrap();
    let ((_, one), (_, two)) = (written(&staff, &list, "We did.").await, written(&second, &theirs, "We did it.").await);
    let (one, two) = tokio::join!(staff.press(&one, "Send to all"), second.press(&two, "Send to all"));
    let said = [one.unwrap(), two.unwrap()].map(|outcome| outcome.content().to_owned());
    assert_eq!(said.iter().filter(|said| said.starts_with("Sent.")).count(), 1, "{said:?}");
    assert!(
        said.iter().any(|said| said.contains("Nothing was sent") && said.contains("sent to this theme before: 1")),
        "{said:?}"
    );
    server.settle().await;
    assert_eq!((replies(&server).await, direct_messages(&server.member()).await.len()), (4, 1));
    done(server).await;
}

#[sqlx::test]
async fn a_stalled_database_sends_it_later_and_once(pool: PgPool) {
    let (mut server, list, _) = with_a_theme(pool).await;
    let staff = server.staff();
    let (_, preview) = written(&staff, &list, "We did.").await;
    let stalled = server.stall_database().await;
    let outcome = staff.at_once().press(&preview, "Send to all").await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().starts_with("Sent."));
    server.settle().await;
    assert_eq!((replies(&server).await, direct_messages(&server.member()).await.len()), (4, 1));
    done(server).await;
}
