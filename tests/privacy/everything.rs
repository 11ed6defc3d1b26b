//! Everything about oneself: as a file, and erased.

use insta::assert_snapshot;
use psfbot::clock::Clock;
use sandbox::client::Message;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF, STAFF_MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{ask, count, direct_messages, file, me, press, receipt, reply, send, some_direct_messages, spellings};
use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TestServer, dump};

/// A member who did all that leaves something, and staff who did so as well; the card and the thanks of the anonymous one.
async fn used(server: &mut TestServer) -> Message {
    let (member, staff) = (server.member(), server.staff());
    let thanks = send(&member, false, "named text").await;
    press(&member, &thanks, "Staff may contact me").await;
    press(&member, &thanks, "4 Good").await;
    server.settle().await;
    let card = server.look(STAFF).await.remove(0);
    press(&staff, &card, "Acknowledge").await;
    reply(&staff, &card, "words of staff").await;
    server.settle().await;
    ask(&member, "With my name", "named question").await;
    let hours = member.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    press(&member, &hours, "Remind me: Welcome Hour").await;
    let answer = member.command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
    press(&member, &answer.message.unwrap(), "Helpful").await;
    let anonymous = send(&member, true, "anonymous text").await;
    server.advance(HOUR).await;
    some_direct_messages(&member, 1).await;
    anonymous
}

#[sqlx::test]
async fn the_file_holds_everything_of_who_asks_and_nothing_of_others(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.discord.person(OTHER_MEMBER), false, "of somebody else").await;
    server.settle().await;
    server.take(STAFF).await;
    let thanks = {
        // The card of the other is there first.
        let (member, staff) = (server.member(), server.staff());
        let named = send(&member, false, "named text").await;
        press(&member, &named, "Staff may contact me").await;
        server.settle().await;
        let card = server.take(STAFF).await.remove(0);
        reply(&staff, &card, "words of staff").await;
        server.settle().await;
        ask(&member, "With my name", "named question").await;
        let answer = member.command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap();
        press(&member, &answer.message.unwrap(), "Helpful").await;
        send(&member, true, "anonymous text").await
    };
    let exported = press(&server.member(), &me(&server.member()).await, "My data as a file").await;
    assert!(exported.is_ephemeral(), "{exported:?}");
    let found = file(&exported).await;
    assert_eq!((&found["format"], &found["version"]), (&json!("psfbot personal data"), &json!(1)));
    assert_eq!(found["discord_id"], MEMBER.to_string());
    let [submission] = &found["submissions"].as_array().unwrap()[..] else { panic!("one submission: {found:#}") };
    assert_eq!((&submission["went_well"], &submission["may_contact"]), (&json!("named text"), &json!(true)));
    assert_eq!(submission["replies"][0]["text"], "words of staff");
    assert_eq!(found["questions"][0]["text"], "named question");
    assert_eq!(found["votes_on_answers"][0]["helpful"], true);
    let sent = found["direct_messages"].as_array().unwrap();
    assert!(sent.len() == 1 && sent[0]["message"].to_string().contains("words of staff"), "{sent:?}");
    let text = found.to_string();
    for foreign in ["of somebody else", "anonymous text", &STAFF_MEMBER.to_string(), &OTHER_MEMBER.to_string()] {
        assert!(!text.contains(foreign), "{foreign}: {found:#}");
    }
    // By receipt, the other half.
    let shown = server.member().command(GENERAL, "me", json!({"receipt": receipt(&thanks)})).await.unwrap();
    let found = file(&press(&server.member(), &shown.message.unwrap(), "As a file").await).await;
    assert_eq!(found["submissions"][0]["went_well"], "anonymous text");
    assert!(found.get("discord_id").is_none() && !found.to_string().contains("named text"), "{found:#}");
    // Staff find what they did.
    let found = file(&press(&server.staff(), &me(&server.staff()).await, "My data as a file").await).await;
    assert_eq!(found["staff"]["replies"][0]["text"], "words of staff");
    let deeds: Vec<&Value> = found["staff"]["deeds"].as_array().unwrap().iter().map(|deed| &deed["what"]).collect();
    assert!(deeds.contains(&&json!("reply.author_id")), "{deeds:?}");
    server.advance(HOUR).await;
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn everything_goes_and_is_counted_before(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    used(&mut server).await;
    let member = server.member();
    let sure = press(&member, &me(&member).await, "Erase everything").await;
    assert_snapshot!(sure.content(), @"
    **Erase everything that is stored about you?** It cannot be brought back. This goes:
    - 1 submission to staff, from the database and from the staff's card
    - 1 reply of staff to you, also where they stand in your direct messages
    - 1 question for office hours, with the upvotes and the direct messages about them
    - 1 reminder of sessions
    - 1 of your votes on answers and questions
    -# What you sent anonymously stays: nothing shows that it is yours. Erase it with `/me receipt:`.
    -# What staff quoted in an announcement, and files that they exported before, stay too. Copies that Discord keeps are Discord's.
    ");
    let both = tokio::join!(member.press(&sure, "Erase everything"), member.press(&sure, "Erase everything"));
    let said = [both.0.unwrap().content().to_owned(), both.1.unwrap().content().to_owned()];
    assert!(said.iter().any(|said| said.starts_with("Erased.")), "{said:?}");
    server.advance(MINUTE).await;
    server.advance(MINUTE).await;
    assert!(direct_messages(&member).await.is_empty(), "the reply's message is deleted");
    let cards = server.take(STAFF).await;
    assert!(cards.iter().any(|card| card.content().contains("Its author has deleted it")), "{cards:?}");
    assert!(!cards.iter().any(|card| card.raw.to_string().contains("named text")), "{cards:?}");
    let left = dump(&server.pool).await;
    assert!(left.contains("anonymous text"), "what nobody can know to be his stays");
    for gone in
        spellings(MEMBER).into_iter().chain(["named text", "named question", "words of staff"].map(str::to_owned))
    {
        assert!(!left.contains(&gone), "{gone} is left:\n{left}");
    }
    assert_eq!(count(&server, "announcement WHERE kind = 'personal'").await, 0);
    assert_eq!(count(&server, "vote").await, 0);
    assert!(press(&member, &me(&member).await, "Erase everything").await.content().contains("Nothing about you"));
    server.finish().await;
}

#[sqlx::test]
async fn what_staff_did_stays_without_them(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    used(&mut server).await;
    let staff = server.staff();
    let opened = staff.command(STAFF, "announce compose", json!({})).await.unwrap();
    staff.submit(STAFF, opened.form_id().unwrap(), json!({"title": "unsent title", "text": "t"})).await.unwrap();
    let sure = press(&staff, &me(&staff).await, "Erase everything").await;
    assert!(sure.content().contains("What you did as staff"), "{}", sure.content());
    press(&staff, &sure, "Erase everything").await;
    server.advance(MINUTE).await;
    server.advance(MINUTE).await;
    let left = dump(&server.pool).await;
    for gone in spellings(STAFF_MEMBER).into_iter().chain(["unsent title".to_owned()]) {
        assert!(!left.contains(&gone), "{gone} is left:\n{left}");
    }
    assert!(left.contains("words of staff"), "what was said to a member is his");
    let cards = server.take(STAFF).await;
    let card = cards.iter().find(|card| card.content().contains("named text")).unwrap();
    assert!(card.content().contains("a former member of staff"), "{}", card.content());
    assert!(!card.raw.to_string().contains(&format!("<@{STAFF_MEMBER}>")), "{}", card.raw);
    // Also when it is made anew.
    press(&server.staff(), card, "Resolve").await;
    server.advance(MINUTE).await;
    let cards = server.look(STAFF).await;
    let card = cards.iter().find(|card| card.content().contains("named text")).unwrap();
    assert!(card.content().contains("Reply by a former member of staff"), "{}", card.content());
    // The member's reminder is still ahead.
    server.close().await;
}

#[sqlx::test]
async fn erasing_waits_for_a_stalled_database_and_is_kept_where_it_stays_away(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), false, "named text").await;
    server.settle().await;
    server.take(STAFF).await;
    let list = me(&server.member()).await;
    let sure = press(&server.member(), &list, "Erase everything").await;
    let stalled = server.stall_database().await;
    let (asked, exported, erased) = {
        let member = server.member().at_once();
        (
            member.press(&list, "Erase everything").await.unwrap(),
            member.press(&list, "My data as a file").await.unwrap(),
            member.press(&sure, "Erase everything").await.unwrap(),
        )
    };
    stalled.rollback().await.unwrap();
    for outcome in [&asked, &exported, &erased] {
        server.completed(outcome).await;
    }
    assert!(server.answered(&erased).await.content().starts_with("Erased."));
    assert_eq!(count(&server, "submission").await, 0);
    server.advance(MINUTE).await;
    assert!(server.look(STAFF).await[0].content().contains("Its author has deleted it"));
    server.finish().await;
}

#[sqlx::test]
async fn what_was_noted_and_not_done_is_done_by_the_next_process(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), false, "named text").await;
    server.settle().await;
    server.take(STAFF).await;
    let sure = press(&server.member(), &me(&server.member()).await, "Erase everything").await;
    // The database fails for good between the ledger and the erasing, as if the process were killed there.
    let refusal = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
         CREATE TRIGGER refuse BEFORE DELETE ON submission FOR EACH STATEMENT EXECUTE FUNCTION refuse()";
    sqlx::raw_sql(refusal).execute(&server.pool).await.unwrap();
    let failed = server.member().press(&sure, "Erase everything").await.unwrap();
    assert!(!failed.content().contains("Erased."), "{failed:?}");
    assert_eq!(count(&server, "submission").await, 1);
    sqlx::raw_sql("DROP TRIGGER refuse ON submission").execute(&server.pool).await.unwrap();
    server.restart().await;
    assert_eq!(count(&server, "submission").await, 0, "before it serves");
    server.advance(MINUTE).await;
    assert!(server.take(STAFF).await.is_empty());
    assert!(server.look(STAFF).await[0].content().contains("Its author has deleted it"));
    server.finish().await;
}

#[sqlx::test]
async fn a_running_process_catches_up_as_well(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), false, "named text").await;
    server.settle().await;
    server.take(STAFF).await;
    // Another process noted it and died.
    let ledger = psfbot::ledger::Ledger::open(&server.data.path().join("erasures.ledger"), None).unwrap();
    let member = psfbot::erasure::Subject::Member(MEMBER.to_string().parse().unwrap());
    ledger.note(&[member]).unwrap();
    server.advance(MINUTE).await;
    assert_eq!(count(&server, "submission").await, 0);
    assert_eq!(count(&server, "erasure").await, 1);
    // What is sent from then on stays.
    send(&server.member(), false, "a new text").await;
    server.advance(MINUTE).await;
    server.restart().await;
    assert_eq!(count(&server, "submission").await, 1);
    server.advance(MINUTE).await;
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn what_cannot_be_noted_is_not_erased(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), false, "named text").await;
    server.settle().await;
    server.take(STAFF).await;
    let sure = press(&server.member(), &me(&server.member()).await, "Erase everything").await;
    // Nobody can write to what is not a file, whatever the account.
    let path = server.data.path().join("erasures.ledger");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let refused = server.member().press(&sure, "Erase everything").await.unwrap();
    assert!(refused.content().contains("could not be erased"), "{refused:?}");
    let id = thanks.button("1 Poor").unwrap().rsplit(':').next().unwrap().to_owned();
    let refused = server.member().forge_click(&sure, &format!("me-erase:1:{id}")).await.unwrap();
    assert!(refused.content().contains("could not be erased"), "{refused:?}");
    assert_eq!(count(&server, "submission").await, 1);
    server.close().await;
}

#[sqlx::test]
async fn single_deletions_leave_no_message_behind(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, staff) = (server.member(), server.staff());
    let thanks = send(&member, false, "named text").await;
    press(&member, &thanks, "Staff may contact me").await;
    server.settle().await;
    let card = server.take(STAFF).await.remove(0);
    reply(&staff, &card, "words of staff").await;
    server.settle().await;
    some_direct_messages(&member, 1).await;
    let hours = member.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    let promised = press(&member, &hours, "Remind me: Welcome Hour").await;
    press(&member, &promised, "Do not remind me").await;
    let id = thanks.button("1 Poor").unwrap().rsplit(':').next().unwrap().to_owned();
    let erased = member.forge_click(&thanks, &format!("me-erase:1:{id}")).await.unwrap();
    assert!(erased.content().contains("Deleted"), "{erased:?}");
    server.advance(MINUTE).await;
    eventually("the message is deleted", async || direct_messages(&member).await.is_empty().then_some(())).await;
    server.advance(MINUTE).await;
    assert_eq!(count(&server, "announcement WHERE kind = 'personal'").await, 0, "{}", server.clock.now());
    assert_eq!(
        count(&server, "delivery d JOIN announcement a ON a.id = d.announcement_id WHERE a.kind = 'personal'").await,
        0
    );
    server.finish().await;
}

#[sqlx::test]
async fn the_file_and_erasing_are_for_who_clicks_alone(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), false, "named text").await;
    server.settle().await;
    server.take(STAFF).await;
    let sure = press(&server.member(), &me(&server.member()).await, "Erase everything").await;
    for person in [server.board(), server.staff()] {
        let said = person.forge_click(&sure, "me-forget-sure:1:all").await.unwrap();
        assert!(said.content().contains("Nothing about you"), "{said:?}");
        let exported = person.forge_click(&sure, "me-export:1:all").await.unwrap().message.unwrap();
        assert!(!file(&exported).await.to_string().contains("named text"));
        let zeros = "0".repeat(32);
        for forged in [format!("me-export-receipt:1:{zeros}"), "me-export-receipt:1:x".into()] {
            assert!(
                person.forge_click(&sure, &forged).await.unwrap().message.unwrap().raw["attachments"]
                    .as_array()
                    .is_none_or(Vec::is_empty)
            );
        }
    }
    assert_eq!(count(&server, "submission").await, 1);
    assert_eq!(std::fs::read_to_string(server.data.path().join("erasures.ledger")).unwrap().lines().count(), 1);
    server.finish().await;
}
