//! Staff write back: by direct message, once; at the next command where those are closed; under `/me` in any case.

use insta::assert_snapshot;
use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{direct_messages, form, press, put_to_staff, reply, the_card};
use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TestServer};

async fn replies(server: &TestServer) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM reply").fetch_one(&server.pool).await.unwrap()
}

async fn asked(pool: PgPool) -> (TestServer, Message) {
    let mut server = TestServer::connected(pool).await;
    put_to_staff(&server.member(), "When is the *next* round?").await;
    let card = the_card(&mut server).await;
    server.take(STAFF).await;
    (server, card)
}

#[sqlx::test]
async fn a_reply_goes_to_the_asker_and_stands_in_the_card_and_under_me(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let (staff, member) = (server.staff(), server.member());
    let (_, sent) = reply(&staff, &card, "In **spring**, see https://www.python.org/psf/ @everyone").await;
    assert!(sent.content().contains("goes to the member by direct message"), "{sent:?}");
    let card = the_card(&mut server).await;
    let steady = card.content().replace(&MEMBER.to_string(), "MEMBER").replace(&staff.id.to_string(), "STAFF");
    assert_snapshot!(steady, @r"
    **Question to staff: general**
    From <@MEMBER>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    **Question**
    > When is the \*next\* round?
    Reply by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    > In \*\*spring\*\*, see https:\/\/www.python.org\/psf\/ \@everyone
    State: **acknowledged** by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    ");
    assert_eq!(card.buttons(), ["Reply", "Resolve", "Tag", "Conduct"]);
    let told = direct_messages(&member).await;
    let [told] = &told[..] else { panic!("one message is expected: {told:?}") };
    assert_snapshot!(told.content(), @r"
    **The PSF's staff have answered you.** You wrote, on 21 November 2026:
    > When is the \*next\* round?
    The answer:
    In **spring**, see https://www.python.org/psf/ @everyone
    -# You find it under `/me` as well. To ask more, use `/ask` and press “Ask staff”.
    ");
    assert!(told.pinged_nobody());
    let me = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    assert!(me.content().contains("answered by staff"), "{}", me.content());
    let id: String = sqlx::query_scalar("SELECT id::text FROM submission").fetch_one(&server.pool).await.unwrap();
    let read = member.choose(&me, "me-read:1:page", &[&id]).await.unwrap();
    assert!(
        read.content().contains("> In **spring**, see https://www.python.org/psf/")
            && !read.content().contains(&staff.id.to_string()),
        "{read:?}"
    );
    // Whose it is follows from who chooses.
    let other = server.discord.person(OTHER_MEMBER);
    let theirs = other.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let forged = other.forge_click(&theirs, "me-read:1:page").await.unwrap();
    assert!(!forged.content().contains("spring"), "{forged:?}");
    server.finish().await;
}

#[sqlx::test]
async fn a_form_that_is_sent_twice_sends_once(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let staff = server.staff();
    let (form, _) = reply(&staff, &card, "In spring.").await;
    let again = staff.submit(STAFF, &form, json!({"text": "In spring."})).await.unwrap();
    assert!(again.content().contains("goes to the member"), "{again:?}");
    let other = staff.submit(STAFF, &form, json!({"text": "In autumn."})).await.unwrap();
    assert!(other.content().contains("> In autumn.") && other.content().contains("not sent"), "{other:?}");
    for _ in 0..3 {
        server.advance(MINUTE).await;
    }
    assert_eq!((replies(&server).await, direct_messages(&server.member()).await.len()), (1, 1));
    server.finish().await;
}

#[sqlx::test]
async fn of_two_who_reply_at_once_the_second_reads_what_the_first_wrote_and_both_are_kept_if_he_insists(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let staff = server.staff();
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    let (one, two) = (form(&staff, &card, "Reply").await, form(&second, &card, "Reply").await);
    let (one, two) = tokio::join!(
        staff.submit(STAFF, &one, json!({"text": "In spring."})),
        second.submit(STAFF, &two, json!({"text": "In May."})),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let (first, told, theirs) = if one.content().contains("goes to the member") {
        (&staff, two, "In spring.")
    } else {
        (&second, one, "In May.")
    };
    assert!(told.content().contains(&format!("<@{}> has replied since", first.id)), "{told:?}");
    assert!(told.content().contains(theirs) && told.content().contains("Here is your text"), "{told:?}");
    server.settle().await;
    assert_eq!((replies(&server).await, direct_messages(&server.member()).await.len()), (1, 1));
    let insisting = if first.id == staff.id { &second } else { &staff };
    let (_, sent) = reply(insisting, &the_card(&mut server).await, "And on 1 May.").await;
    assert!(sent.content().contains("goes to the member"), "{sent:?}");
    let card = the_card(&mut server).await;
    assert_eq!(card.content().matches("Reply by").count(), 2, "{}", card.content());
    assert_eq!(direct_messages(&server.member()).await.len(), 2);
    server.finish().await;
}

#[sqlx::test]
async fn where_direct_messages_are_closed_it_is_told_at_the_next_command_once(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    server.discord.change_member(MEMBER, &json!({"dms_open": false})).await.unwrap();
    reply(&server.staff(), &card, "In spring.").await;
    server.settle().await;
    assert_eq!(server.look(STAFF).await.len(), 1, "nothing more for staff");
    let told = async |id: u64| {
        let messages = server.discord.person(id).messages(GENERAL).await.unwrap();
        let told: Vec<_> = messages.iter().filter(|message| message.content().contains("In spring.")).collect();
        assert!(told.iter().all(|message| message.is_ephemeral()), "never in public");
        told.len()
    };
    for _ in 0..2 {
        server.discord.person(OTHER_MEMBER).command(GENERAL, "help", json!({})).await.unwrap();
        server.member().command(GENERAL, "help", json!({})).await.unwrap();
        eventually("the member is told", async || (told(MEMBER).await == 1).then_some(())).await;
    }
    assert_eq!((told(MEMBER).await, told(OTHER_MEMBER).await), (1, 0));
    server.finish().await;
}

#[sqlx::test]
async fn a_lost_answer_and_a_fault_leave_one_message(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let lost = json!({"method": "POST", "path_prefix": "/channels/", "times": 1, "carried_out": true, "cut": true});
    server.discord.fault(&lost).await.unwrap();
    reply(&server.staff(), &card, "In spring.").await;
    for _ in 0..5 {
        server.advance(MINUTE).await;
    }
    assert_eq!(direct_messages(&server.member()).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_reply_waits_for_a_stalled_database_and_a_form_that_is_late_is_not_opened(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let staff = server.staff();
    let opened = form(&staff, &card, "Reply").await;
    let stalled = server.stall_database().await;
    let late = staff.press(&card, "Reply").await.unwrap();
    assert!(late.modal.is_none() && late.acknowledged_after_ms.unwrap() < 1000, "{late:?}");
    assert!(late.content().contains("try again"), "{late:?}");
    let outcome = staff.at_once().submit(STAFF, &opened, json!({"text": "In spring."})).await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&outcome).await.content().contains("goes to the member"));
    server.settle().await;
    assert_eq!(direct_messages(&server.member()).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn who_deletes_his_question_takes_the_replies_with_it(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let (staff, member) = (server.staff(), server.member());
    let late = form(&staff, &card, "Reply").await;
    reply(&staff, &card, "In a secret spring.").await;
    server.settle().await;
    let card = the_card(&mut server).await;
    reply(&staff, &card, "And a secret autumn.").await;
    // The second is not sent yet.
    assert_eq!(direct_messages(&member).await.len(), 1);
    let me = member.command(GENERAL, "me", json!({})).await.unwrap().message.unwrap();
    let id: String = sqlx::query_scalar("SELECT id::text FROM submission").fetch_one(&server.pool).await.unwrap();
    let sure = member.choose(&me, "me-delete:1:page", &[&id]).await.unwrap().message.unwrap();
    press(&member, &sure, "Delete for good").await;
    for _ in 0..3 {
        server.advance(MINUTE).await;
    }
    assert!(direct_messages(&member).await.is_empty(), "{:?}", direct_messages(&member).await);
    let texts: Vec<String> =
        sqlx::query_scalar("SELECT message::text FROM announcement UNION ALL SELECT r::text FROM reply AS r")
            .fetch_all(&server.pool)
            .await
            .unwrap();
    assert!(!texts.join("\n").contains("secret") && replies(&server).await == 0, "{texts:?}");
    assert!(!the_card(&mut server).await.content().contains("secret"));
    let gone = staff.submit(STAFF, &late, json!({"text": "do not lose this"})).await.unwrap();
    assert!(gone.content().contains("> do not lose this") && gone.content().contains("has deleted it"), "{gone:?}");
    server.finish().await;
}

/// Sends feedback, and takes its card.
async fn feedback(server: &mut TestServer, anonymous: bool) -> (Message, Message) {
    let member = server.member();
    let form = member.command(GENERAL, "feedback", json!({"program": "grants", "anonymous": anonymous})).await.unwrap();
    let thanks =
        member.submit(GENERAL, form.form_id().unwrap(), json!({"went-well": "good", "to-change": ""})).await.unwrap();
    server.advance(HOUR).await;
    let card = the_card(server).await;
    server.take(STAFF).await;
    (thanks.message.unwrap(), card)
}

#[sqlx::test]
async fn feedback_by_name_is_answered_by_direct_message_only_where_its_author_agreed(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (thanks, card) = feedback(&mut server, false).await;
    let (_, kept) = reply(&server.staff(), &card, "Thanks a lot.").await;
    assert!(kept.content().contains("has not agreed to be contacted"), "{kept:?}");
    server.advance(MINUTE).await;
    assert!(direct_messages(&server.member()).await.is_empty());
    let me = server.member().command(GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains("answered by staff"), "{}", me.content());
    press(&server.member(), &thanks, "Staff may contact me").await;
    let card = the_card(&mut server).await;
    reply(&server.staff(), &card, "Thanks again.").await;
    server.settle().await;
    let told = direct_messages(&server.member()).await;
    assert!(told.len() == 1 && told[0].content().contains("Thanks again."), "{told:?}");
    server.finish().await;
}

#[sqlx::test]
async fn anonymous_feedback_is_answered_for_who_has_the_receipt_and_nobody_is_written_to(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (thanks, card) = feedback(&mut server, true).await;
    let (_, kept) = reply(&server.staff(), &card, "Thanks a lot.").await;
    assert!(kept.content().contains("the feedback is anonymous"), "{kept:?}");
    server.advance(MINUTE).await;
    assert!(direct_messages(&server.member()).await.is_empty());
    let receipt = thanks.content().split('`').nth(1).unwrap().to_owned();
    let me = server.member().command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
    assert!(me.content().contains("Thanks a lot.") && me.content().contains("answered by staff"), "{}", me.content());
    server.finish().await;
}

#[sqlx::test]
async fn nobody_but_staff_of_the_inbox_replies(pool: PgPool) {
    let (mut server, card) = asked(pool).await;
    let opened = form(&server.staff(), &card, "Reply").await;
    for person in [server.member(), server.board()] {
        server.discord.set_permissions(STAFF, person.id, 1 << 10, 0).await.unwrap();
        let click = person.forge_click(&card, card.button("Reply").unwrap()).await.unwrap();
        assert!(click.content().contains("for staff") && click.modal.is_none(), "{click:?}");
        let body = json!({"as": person.id.to_string(), "channel_id": STAFF.to_string(), "custom_id": opened, "forged": true, "fields": {"text": "x"}});
        let sent: sandbox::client::Outcome =
            server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap();
        assert!(sent.content().contains("for staff"), "{sent:?}");
    }
    let zero = "00000000-0000-4000-8000-000000000000";
    for stale in [
        "inbox-reply-form:1:x:0:1",
        &format!("inbox-reply-form:1:{zero}:0:5"),
        "inbox-reply-form:2:x",
        "inbox-reply-form:1:",
    ] {
        let body = json!({"as": server.staff().id.to_string(), "channel_id": STAFF.to_string(), "custom_id": stale, "forged": true, "fields": {"text": "do not lose this"}});
        let sent: sandbox::client::Outcome =
            server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap();
        assert!(sent.content().contains("> do not lose this"), "{stale}: {sent:?}");
    }
    assert_eq!(replies(&server).await, 0);
    server.settle().await;
    server.finish().await;
}

#[sqlx::test]
async fn a_long_exchange_is_read_whole(pool: PgPool) {
    let (mut server, mut card) = asked(pool).await;
    let staff = server.staff();
    for number in 1..=4 {
        reply(&staff, &card, &format!("{number} {}", "long ".repeat(200))).await;
        card = the_card(&mut server).await;
    }
    assert!(card.buttons().contains(&"Show all") && card.content().contains("2 earlier replies"), "{}", card.content());
    let shown = press(&staff, &card, "Show all").await;
    let url = shown.raw["attachments"][0]["url"].as_str().unwrap().to_owned();
    let file = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!((1..=4).all(|number| file.contains(&format!("{number} long"))), "{file}");
    server.settle().await;
    server.finish().await;
}
