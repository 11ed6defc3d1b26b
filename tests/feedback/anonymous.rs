//! Anonymous feedback: nothing of its sender anywhere.

use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_snapshot;
use psfbot::announcements::{Draft, Kind};
use psfbot::feedback::{Answers, Receipt, Record, Submission, SubmissionId};
use psfbot::ids::ChannelId;
use psfbot::store::Store;
use sandbox::world::demo::{GENERAL, MEMBER, STAFF};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};

use super::{anonymous, opened, receipt, send, submissions, submit, the_card};
use crate::support::{HOUR, MINUTE, TestServer, dump};

#[sqlx::test]
async fn nothing_of_the_sender_is_stored_in_any_table(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    // An instant that nothing else here has.
    server.clock.advance(TimeDelta::days(40) + TimeDelta::seconds(17 * 60 + 3));
    let command = member.command(GENERAL, "feedback", anonymous()).await.unwrap();
    let form = command.form_id().unwrap().to_owned();
    let sent = submit(&member, &form, "the text that I wrote", "").await;
    let thanks = sent.message.clone().unwrap();
    let rated = member.press(&thanks, "4 Good").await.unwrap();
    let receipt = receipt(&thanks);
    let mut secrets = vec!["Mia".to_owned(), receipt, "31 12:17".to_owned(), "31T12:17".to_owned()];
    for id in [&MEMBER.to_string(), &command.interaction_id, &sent.interaction_id, &rated.interaction_id] {
        let number: u64 = id.parse().unwrap();
        secrets.extend([id.clone(), format!("{number:x}"), format!("{number:X}"), format!("{number:o}")]);
    }
    let before_the_round = dump(&server.pool).await;
    server.advance(HOUR - TimeDelta::seconds(17 * 60 + 3)).await;
    let card = the_card(&mut server).await;
    let after = dump(&server.pool).await;
    for (when, dump) in [("before", &before_the_round), ("after", &after)] {
        assert!(dump.contains("the text that I wrote"), "the dump {when} sees the row");
        for secret in &secrets {
            assert!(!dump.contains(secret.as_str()), "{secret} is stored {when} the round:\n{dump}");
        }
    }
    let card = card.raw.to_string();
    assert!(secrets.iter().all(|secret| !card.contains(secret.as_str())), "{card}");
    server.finish().await;
}

#[sqlx::test]
async fn the_thanks_show_the_receipt_and_the_card_waits_for_the_hour(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(MINUTE * 20).await;
    let thanks = send(&server.member(), anonymous(), "good", "more").await;
    assert_snapshot!(thanks.content().replace(&receipt(&thanks), "RECEIPT"), @"
    **Thank you.** Your feedback on **Grants Program** is stored without your name. Staff see it within the hour or so, together with others of that hour.
    Your receipt: `RECEIPT`
    Please keep it. With `/me receipt:` and this receipt you can see what becomes of your feedback, and delete it. It is shown only here, and a lost one cannot be recovered.
    To write in private: grants@python.org
    To report something about conduct, please write to conduct-wg@python.org instead: they can act on it.
    How good was it, all in all?
    ");
    assert_eq!(thanks.buttons(), ["1 Poor", "2 Fair", "3 OK", "4 Good", "5 Very good"]);
    server.advance(MINUTE * 39).await;
    assert!(server.take(STAFF).await.is_empty(), "not before the full hour");
    server.advance(MINUTE).await;
    let card = the_card(&mut server).await;
    assert_snapshot!(card.content(), @"
    **Feedback: Grants Program**
    Anonymous, 21 November 2026 (UTC)
    **What went well**
    > good
    **What to change**
    > more
    State: **new**
    ");
    assert!(card.pinged_nobody());
    server.finish().await;
}

#[sqlx::test]
async fn the_cards_of_an_hour_come_in_an_order_of_their_own(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for person in [server.member(), server.board(), server.staff()] {
        for number in 0..4 {
            send(&person, anonymous(), &format!("number {number} of {}", person.id), "").await;
        }
    }
    server.advance(HOUR).await;
    let mut cards = server.take(STAFF).await.len();
    // So many at once may have to wait for Discord's limits, which go by the clock.
    for _ in 0..30 {
        server.advance(TimeDelta::seconds(1)).await;
        cards += server.take(STAFF).await.len();
    }
    assert_eq!(cards, 12);
    let in_order: bool =
        sqlx::query_scalar("SELECT array_agg(id ORDER BY announcement_id) = array_agg(id ORDER BY id) FROM submission")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert!(in_order, "the order of the random ids");
    let rounds: i64 = sqlx::query_scalar("SELECT count(*) FROM card_round").fetch_one(&server.pool).await.unwrap();
    assert_eq!(rounds, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_is_stored_once_with_the_same_receipt(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let form = opened(&member, anonymous()).await;
    let both = tokio::join!(submit(&member, &form, "once", ""), submit(&member, &form, "once", ""));
    assert_eq!(both.0.content(), both.1.content());
    let other = submit(&member, &form, "another text", "").await;
    assert!(other.content().contains("another text") && !other.content().contains("Thank you"), "{}", other.content());
    assert_eq!(submissions(&server).await, 1);
    server.advance(HOUR).await;
    assert!(the_card(&mut server).await.content().contains("once"));
    server.finish().await;
}

#[sqlx::test]
async fn a_later_rating_shows_in_the_next_round_and_not_before(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), anonymous(), "good", "").await;
    server.advance(HOUR).await;
    let card = the_card(&mut server).await;
    let rated = server.member().press(&thanks, "2 Fair").await.unwrap();
    let message = rated.message.unwrap();
    assert!(message.content().contains("**2 Fair**") && message.content().contains(&receipt(&thanks)), "{message:?}");
    server.staff().press(&card, "Acknowledge").await.unwrap();
    server.advance(MINUTE).await;
    let now = server.look(STAFF).await[0].content().to_owned();
    assert!(now.contains("acknowledged") && !now.contains("Rating"), "{now}");
    server.advance(HOUR).await;
    let later = server.look(STAFF).await[0].content().to_owned();
    assert!(later.contains("Rating from 1 to 5: **2 Fair**") && later.contains("acknowledged"), "{later}");
    // Another rating does not take the old one away either, whatever staff do meanwhile.
    server.member().press(&message, "5 Very good").await.unwrap();
    server.staff().press(&server.look(STAFF).await[0], "Resolve").await.unwrap();
    server.advance(MINUTE).await;
    let meanwhile = server.look(STAFF).await[0].content().to_owned();
    assert!(meanwhile.contains("**2 Fair**") && meanwhile.contains("resolved"), "{meanwhile}");
    server.advance(HOUR).await;
    assert!(server.look(STAFF).await[0].content().contains("**5 "), "the hour is over");
    server.finish().await;
}

#[sqlx::test]
async fn a_round_that_was_slept_through_is_held_late_and_once(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), anonymous(), "good", "").await;
    server.restart().await;
    server.advance(TimeDelta::days(2)).await;
    the_card(&mut server).await;
    server.advance(HOUR).await;
    assert!(server.take(STAFF).await.is_empty());
    server.finish().await;
}

#[sqlx::test]
async fn a_rating_with_another_receipt_changes_nothing(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), anonymous(), "good", "").await;
    let id: String = sqlx::query_scalar("SELECT id::text FROM submission").fetch_one(&server.pool).await.unwrap();
    let zeros = "0".repeat(32);
    for forged in [
        format!("feedback-rate-receipt:1:5:{zeros}"),
        format!("feedback-rate-receipt:1:6:{}", receipt(&thanks)),
        format!("feedback-rate:1:5:{id}"),
        format!("feedback-contact:1:yes:{id}"),
        "feedback-rate-receipt:1:5".to_owned(),
    ] {
        let outcome = server.member().forge_click(&thanks, &forged).await.unwrap();
        assert!(outcome.message.unwrap().is_ephemeral(), "{forged}");
    }
    let rating: Option<i16> =
        sqlx::query_scalar("SELECT rating FROM submission").fetch_one(&server.pool).await.unwrap();
    assert_eq!(rating, None);
    server.advance(HOUR).await;
    the_card(&mut server).await;
    server.finish().await;
}

#[sqlx::test]
async fn the_database_itself_refuses_an_anonymous_row_that_knows_its_sender(pool: PgPool) {
    let hash = "decode(repeat('ab', 32), 'hex')";
    let columns = "INSERT INTO submission (id, kind, program, went_well, submitted_on, receipt_hash, author_id, opened_by, submitted_at, may_contact)";
    for (values, fits) in [
        (format!("{hash}, NULL, NULL, NULL, NULL"), true),
        ("NULL, 1, 1, now(), FALSE".to_owned(), true),
        (format!("{hash}, 1, NULL, NULL, NULL"), false),
        (format!("{hash}, NULL, 1, NULL, NULL"), false),
        (format!("{hash}, NULL, NULL, now(), NULL"), false),
        (format!("{hash}, NULL, NULL, NULL, FALSE"), false),
        ("NULL, NULL, NULL, NULL, NULL".to_owned(), false),
        ("NULL, 1, 2, NULL, FALSE".to_owned(), false),
    ] {
        let row = format!("{columns} VALUES (gen_random_uuid(), 'feedback', 'grants', 'x', '2026-11-21', {values})");
        assert_eq!(sqlx::raw_sql(AssertSqlSafe(row)).execute(&pool).await.is_ok(), fits, "{values}");
    }
}

#[sqlx::test]
async fn anonymous_false_is_named(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let form = opened(&server.member(), json!({"program": "grants", "anonymous": false})).await;
    assert!(form.starts_with("feedback-form:1:grants:"), "{form}");
    server.finish().await;
}

#[sqlx::test]
async fn what_comes_while_a_round_is_held_is_shown_by_the_next_one(pool: PgPool) {
    let store = Store::new(pool.clone());
    let start = DateTime::parse_from_rfc3339("2026-11-21T12:30:00Z").unwrap().to_utc();
    let keep = async |number: usize, now| {
        let submission = Submission::Anonymous {
            id: SubmissionId::random(),
            program: "grants".into(),
            answers: Answers::parse(&format!("number {number}"), "").unwrap(),
            receipt: Receipt::random(),
        };
        store.keep_submission(&submission, |record| card(record, now), now).await.unwrap();
    };
    keep(0, start).await;
    // Many at once, of either side, whichever is first.
    let rounds =
        futures_util::future::join_all((0..6).map(|_| store.hold_round(|record| card(record, start), start + HOUR)));
    let kept = futures_util::future::join_all((1..20).map(|number| keep(number, start + HOUR)));
    let (rounds, _) = tokio::join!(rounds, kept);
    let now_shown: usize = rounds.into_iter().map(|shown| shown.unwrap()).sum();
    let later_shown = store.hold_round(|record| card(record, start), start + HOUR * 2).await.unwrap();
    assert_eq!(now_shown + later_shown, 20);
    let cards: Vec<i64> = sqlx::query_scalar("SELECT announcement_id FROM submission").fetch_all(&pool).await.unwrap();
    assert_eq!(cards.len(), 20);
}

fn card(record: &Record, now: DateTime<Utc>) -> Draft {
    Draft {
        kind: Kind::Internal,
        message: psfbot::message::Message { content: record.answers.first_line().into(), ..Default::default() },
        crosspost: false,
        origin: None,
        channels: vec![ChannelId::new(STAFF).unwrap()],
        due_at: now,
    }
}

#[sqlx::test]
async fn a_round_of_more_than_one_batch_shows_them_all(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), anonymous(), "the one that plans the round", "").await;
    let many = "INSERT INTO submission (id, kind, program, went_well, submitted_on, receipt_hash, awaits_round)
        SELECT gen_random_uuid(), 'feedback', 'grants', 'number ' || n, '2026-11-21', sha256(n::text::bytea), TRUE FROM generate_series(1, 204) AS n";
    sqlx::query(many).execute(&server.pool).await.unwrap();
    server.advance(HOUR).await;
    // So many requests take their time.
    for _ in 0..30 {
        server.advance(MINUTE / 60).await;
    }
    assert_eq!(server.take(STAFF).await.len(), 205);
    server.finish().await;
}
