//! Anonymous questions: nothing of their askers anywhere, and nothing shows when they were there.

use chrono::TimeDelta;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool};

use super::{ANONYMOUS, ask, count, form, hosts, list, press, receipt, submit, ways};
use crate::support::{HOUR, MINUTE, TestServer, dump};

#[sqlx::test]
async fn nothing_of_the_asker_is_stored_in_any_table(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    // An instant that nothing else here has.
    server.clock.advance(TimeDelta::days(4) + TimeDelta::seconds(17 * 60 + 3));
    let opened = member.press(&ways(&member).await, "Anonymously: Welcome Hour").await.unwrap();
    let sent = submit(&member, opened.form_id().unwrap(), "what nobody knows that I asked").await;
    let thanks = sent.message.clone().unwrap();
    let mut secrets = vec!["Mia".to_owned(), receipt(&thanks), "25 12:17".to_owned(), "25T12:17".to_owned()];
    for id in [&MEMBER.to_string(), &opened.interaction_id, &sent.interaction_id] {
        let number: u64 = id.parse().unwrap();
        secrets.extend([id.clone(), format!("{number:x}"), format!("{number:X}"), format!("{number:o}")]);
    }
    let before = dump(&server.pool).await;
    server.advance(HOUR - TimeDelta::seconds(17 * 60 + 3)).await;
    let after = dump(&server.pool).await;
    for (when, dump) in [("before", &before), ("after", &after)] {
        assert!(dump.contains("what nobody knows that I asked"), "the dump {when} sees the row");
        for secret in &secrets {
            assert!(!dump.contains(secret.as_str()), "{secret} is stored {when} the round:\n{dump}");
        }
    }
    server.finish().await;
}

#[sqlx::test]
async fn it_is_shown_from_the_full_hour_on_to_members_and_hosts_alike(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.advance(MINUTE * 20).await;
    let member = server.member();
    let thanks = ask(&member, ANONYMOUS, "who pays?").await;
    insta::assert_snapshot!(thanks.content().replace(&receipt(&thanks), "RECEIPT").replace(&GENERAL.to_string(), "GENERAL"), @"
    **Thank you.** Your question for **Welcome Hour** is stored without your name. Others see it from the next full hour on. A session is under way in <#GENERAL>.
    Your receipt: `RECEIPT`
    Please keep it. With `/me receipt:` and this receipt you can see the answer, and withdraw the question. It is shown only here, and a lost one cannot be recovered.
    ");
    assert!(thanks.buttons().is_empty(), "nothing takes the receipt's place");
    for person in [server.member(), server.board()] {
        assert!(!list(&person).await.content().contains("who pays?"));
    }
    assert!(!hosts(&server.board()).await.content().contains("who pays?"));
    server.advance(MINUTE * 39).await;
    assert!(!list(&member).await.content().contains("who pays?"));
    server.advance(MINUTE).await;
    let seen = list(&member).await;
    assert!(seen.content().contains("0 votes, asked anonymously\n> who pays?"), "{}", seen.content());
    assert_eq!(seen.buttons(), ["Upvote 1", "Ask a question"], "nobody is offered to withdraw it there");
    assert!(hosts(&server.board()).await.content().contains("who pays?"));
    server.finish().await;
}

#[sqlx::test]
async fn a_form_sent_twice_is_stored_once_with_the_same_receipt(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let member = server.member();
    let form = form(&member, ANONYMOUS).await;
    let both = tokio::join!(submit(&member, &form, "once"), submit(&member, &form, "once"));
    assert_eq!(both.0.content(), both.1.content());
    let other = submit(&member, &form, "another").await;
    assert!(other.content().contains("> another") && !other.content().contains("Thank you"), "{}", other.content());
    assert_eq!(count(&server, "queued_question").await, 1);
    server.advance(HOUR).await;
    server.finish().await;
}

#[sqlx::test]
async fn the_receipt_shows_it_and_withdraws_it_at_once_or_with_the_next_round(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    let withdraw = async |receipt: &str| {
        let found = other.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap().message.unwrap();
        let sure = press(&other, &found, "Withdraw it").await;
        assert!(press(&other, &sure, "Withdraw for good").await.content().contains("at the next full hour"));
        let gone = other.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
        assert!(gone.content().contains("nothing with this receipt"), "{gone:?}");
    };
    let unseen = receipt(&ask(&member, ANONYMOUS, "never shown").await);
    withdraw(&unseen).await;
    assert_eq!(count(&server, "queued_question").await, 0, "nobody saw it: it goes at once");
    let seen = receipt(&ask(&member, ANONYMOUS, "who pays?").await);
    server.advance(HOUR).await;
    let found = member.command(GENERAL, "me", json!({"receipt": seen})).await.unwrap();
    insta::assert_snapshot!(found.content(), @"
    **Anonymous question: Welcome Hour**
    Asked on 21 November 2026 (UTC), 0 votes: waiting for a session
    > who pays?
    ");
    withdraw(&seen).await;
    assert!(list(&other).await.content().contains("who pays?"), "its going does not tell when");
    server.advance(HOUR).await;
    assert!(!list(&other).await.content().contains("who pays?"));
    assert_eq!(count(&server, "queued_question").await, 0);
    let zeros = format!("q-withdraw-receipt:1:sure:{}", "0".repeat(32));
    let nobodys = member.forge_click(&found.message.unwrap(), &zeros).await.unwrap();
    assert!(nobodys.content().contains("cannot find"), "{nobodys:?}");
    server.finish().await;
}

#[sqlx::test]
async fn the_database_itself_refuses_an_anonymous_row_that_knows_its_asker(pool: PgPool) {
    let hash = "decode(repeat('ab', 32), 'hex')";
    let columns = "INSERT INTO queued_question (id, series, text, asked_on, receipt_hash, author_id, opened_by, asked_at, told_at)";
    for (values, fits) in [
        (format!("{hash}, NULL, NULL, NULL, NULL"), true),
        ("NULL, 1, 1, now(), NULL".to_owned(), true),
        (format!("{hash}, 1, NULL, NULL, NULL"), false),
        (format!("{hash}, NULL, 1, NULL, NULL"), false),
        (format!("{hash}, NULL, NULL, now(), NULL"), false),
        (format!("{hash}, NULL, NULL, NULL, now()"), false),
        ("NULL, NULL, NULL, NULL, NULL".to_owned(), false),
    ] {
        let row = format!("{columns} VALUES (gen_random_uuid(), 'board', 'x', '2026-11-21', {values})");
        assert_eq!(sqlx::raw_sql(AssertSqlSafe(row)).execute(&pool).await.is_ok(), fits, "{values}");
    }
}
