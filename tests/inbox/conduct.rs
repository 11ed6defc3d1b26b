//! A report on conduct: its text is gone from everything that staff read, and stays its sender's.

use insta::assert_snapshot;
use sandbox::world::demo::{GENERAL, STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{done, file, id, inbox, next_round, press, send, the_card};
use crate::support::TestServer;

#[sqlx::test]
async fn its_text_is_nowhere_any_more_but_under_me(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (staff, member) = (server.staff(), server.member());
    send(&member, "grants", false, "somebody was unkindly", "").await;
    let card = the_card(&mut server).await;
    let shown = inbox(&server, "show", json!({"submission": id(&server).await})).await;
    let sure = press(&staff, &card, "Conduct").await;
    assert!(sure.content().contains("cannot be undone") && sure.buttons() == ["Remove the text"], "{sure:?}");
    assert!(the_card(&mut server).await.content().contains("unkindly"), "nothing before it is meant");
    let removed = press(&staff, &sure, "Remove the text").await;
    assert!(removed.content().contains("conduct-wg@python.org") && removed.buttons().is_empty(), "{removed:?}");
    let card = the_card(&mut server).await;
    let steady = card.content().replace(&member.id.to_string(), "MEMBER").replace(&staff.id.to_string(), "STAFF");
    assert_snapshot!(steady, @"
    **Feedback: Grants Program**
    From <@MEMBER>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    This is on conduct, so its text is not shown here any more. Reports on conduct belong to conduct-wg@python.org.
    Found by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    ");
    assert!(card.buttons().is_empty(), "{:?}", card.buttons());
    for (what, options) in [
        ("list", json!({})),
        ("search", json!({"words": "unkindly"})),
        ("search", json!({"words": "unkind"})),
        ("search", json!({"words": "nkindl"})),
        ("stats", json!({})),
        ("show", json!({"submission": id(&server).await})),
        ("export", json!({})),
        ("export", json!({"format": 1})),
    ] {
        let said = inbox(&server, what, options).await;
        assert!(!said.content().replace("“unkind", "").replace("“nkindl", "").contains("nkindl"), "{what}: {said:?}");
        assert!(said.raw["attachments"] == json!([]) || !file(&said).await.contains("unkindly"), "{what}");
    }
    let suggested = staff.autocomplete(STAFF, "inbox show", "submission", "").await.unwrap();
    assert!(suggested.len() == 1 && !suggested[0].to_string().contains("unkindly"), "{suggested:?}");
    // Buttons of before, on a screen that has not caught up.
    let submission = id(&server).await;
    for kind in ["inbox-show:1", "inbox-tag:1", "inbox-conduct:1", "inbox-conduct-sure:1", "inbox-acknowledge:1"] {
        let late = staff.forge_click(&shown, &format!("{kind}:{submission}")).await.unwrap();
        assert!(!late.content().contains("unkindly"), "{kind}: {late:?}");
    }
    let announced: String = sqlx::query_scalar("SELECT string_agg(message::TEXT, '') FROM announcement")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert!(!announced.contains("unkindly"), "{announced}");
    let me = member.command(GENERAL, "me", json!({})).await.unwrap();
    assert!(me.content().contains("unkindly") && me.content().contains("conduct-wg@python.org"), "{}", me.content());
    done(server).await;
}

#[sqlx::test]
async fn of_two_who_remove_it_the_second_reads_who_was_first(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "unkind", "").await;
    let card = the_card(&mut server).await;
    let (staff, second) = (server.staff(), server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap());
    let (one, two) = (press(&staff, &card, "Conduct").await, press(&second, &card, "Conduct").await);
    let (one, two) = tokio::join!(staff.press(&one, "Remove the text"), second.press(&two, "Remove the text"));
    let (one, two) = (one.unwrap(), two.unwrap());
    let (winner, told) = if one.content().starts_with("Done") { (&staff, two) } else { (&second, one) };
    assert!(told.content().contains(&format!("<@{}> was first", winner.id)), "{told:?}");
    let steps: i64 = sqlx::query_scalar("SELECT count(*) FROM submission_deed").fetch_one(&server.pool).await.unwrap();
    assert_eq!(steps, 1);
    done(server).await;
}

#[sqlx::test]
async fn an_anonymous_one_is_read_with_its_receipt_and_a_theme_goes_with_the_text(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), "grants", true, "an unkind word", "").await;
    next_round(&mut server).await;
    let card = the_card(&mut server).await;
    let sure = press(&server.staff(), &card, "Conduct").await;
    press(&server.staff(), &sure, "Remove the text").await;
    let receipt = thanks.content().split('`').nth(1).unwrap().to_owned();
    let me = server.member().command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap().message.unwrap();
    assert!(me.content().contains("an unkind word") && me.content().contains("conduct-wg@python.org"), "{me:?}");
    let sure = press(&server.member(), &me, "Delete it").await;
    press(&server.member(), &sure, "Delete for good").await;
    next_round(&mut server).await;
    let left: i64 =
        sqlx::query_scalar("SELECT (SELECT count(*) FROM submission) + (SELECT count(*) FROM submission_deed)")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert_eq!(left, 0);
    done(server).await;
}
