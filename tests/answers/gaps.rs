//! Questions without a good answer: counted without who asked, listed for staff, put aside, forgotten with time.

use chrono::TimeDelta;
use insta::assert_snapshot;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{UNKNOWN, ask, counted, gaps, press};
use crate::support::TestServer;

const NORMAL: &str = "zxqv blorp fnord";

#[sqlx::test]
async fn a_question_without_an_answer_is_counted_without_who_asked(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let answer = ask(&server.member(), UNKNOWN).await;
    assert!(answer.content().starts_with(&format!("> {UNKNOWN}\n")), "{}", answer.content());
    assert!(answer.buttons().contains(&"Ask staff") && !answer.buttons().contains(&"Helpful"), "{answer:?}");
    ask(&server.discord.person(OTHER_MEMBER), "ZXQV  blorp\u{202E} fnord ?!").await;
    let [(question, asked, reason, _)] = &counted(&server, 2).await[..] else { panic!("equal questions count up") };
    assert_eq!((question.as_str(), *asked, reason.as_str()), (NORMAL, 2, "nothing"));
    let rows: String =
        sqlx::query_scalar("SELECT string_agg(g::text, '') FROM gap AS g").fetch_one(&server.pool).await.unwrap();
    for who in [MEMBER, OTHER_MEMBER] {
        assert!(!rows.contains(&who.to_string()), "{rows}");
    }
    // Also from a message's menu.
    let said = server.discord.person(OTHER_MEMBER).say(GENERAL, UNKNOWN).await.unwrap();
    server.member().message_menu(GENERAL, "Answer this", said.id()).await.unwrap();
    counted(&server, 3).await;
    server.take(GENERAL).await;
    server.finish().await;
}

#[sqlx::test]
async fn what_is_answered_elsewhere_counts_with_the_article_that_says_where(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let answer = ask(&server.member(), "How do I install Python on Windows? write me at mia@example.org").await;
    assert!(!answer.buttons().contains(&"Helpful"), "{answer:?}");
    let [(question, _, reason, nearest)] = &counted(&server, 1).await[..] else { panic!("one gap") };
    assert_eq!((reason.as_str(), nearest.as_deref()), ("elsewhere", Some("redirect-install")));
    assert!(!question.contains("mia@"), "{question}");
    server.finish().await;
}

#[sqlx::test]
async fn none_of_the_meanings_counts_and_leads_to_staff(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let member = server.member();
    let unclear = ask(&member, "how do i apply").await;
    assert!(unclear.content().contains("Do you mean"), "{}", unclear.content());
    let buttons = unclear.buttons();
    assert_eq!(buttons.last(), Some(&"None of these"), "{buttons:?}");
    assert!(gaps(&server).await.is_empty());
    let none = press(&member, &unclear, "None of these").await;
    assert_eq!(none.id(), unclear.id(), "in place");
    assert_eq!(none.buttons(), ["Ask staff"]);
    let [(question, 1, reason, Some(_))] = &counted(&server, 1).await[..] else { panic!("one gap") };
    assert_eq!((question.as_str(), reason.as_str()), ("how do i apply", "none-chosen"));
    // A meaning that is chosen keeps the question, for what is pressed below it.
    let unclear = ask(&member, "how do i apply").await;
    let meaning = unclear.buttons()[0].to_owned();
    let picked = press(&member, &unclear, &meaning).await;
    assert!(picked.content().starts_with("> how do i apply\n"), "{}", picked.content());
    assert!(picked.buttons().contains(&"Not helpful"));
    server.finish().await;
}

#[sqlx::test]
async fn an_answer_waits_for_no_database_and_the_count_follows(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let stalled = server.stall_database().await;
    let outcome = server.member().command(GENERAL, "ask", json!({"question": UNKNOWN})).await.unwrap();
    assert_eq!(outcome.state, "answered", "{outcome:?}");
    assert!(outcome.acknowledged_after_ms.unwrap() < 1000, "{outcome:?}");
    let unclear = ask(&server.member(), "how do i apply").await;
    let none = server.member().press(&unclear, "None of these").await.unwrap();
    assert!(none.content().contains("none of these") && none.acknowledged_after_ms.unwrap() < 1000, "{none:?}");
    stalled.rollback().await.unwrap();
    counted(&server, 2).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_database_that_refuses_costs_the_count_alone(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    sqlx::raw_sql("ALTER TABLE gap RENAME TO away").execute(&server.pool).await.unwrap();
    assert!(ask(&server.member(), UNKNOWN).await.content().contains("don't have an answer"));
    server.finish().await;
}

async fn stored(server: &TestServer, question: &str, asked: i32, closed: bool) {
    sqlx::query("INSERT INTO gap (question, asked, reason, nearest, first_asked_on, last_asked_on, closed_by, closed_at)
                 VALUES ($1, $2, 'nothing', 'grants-status', '2026-11-01', '2026-11-20', CASE WHEN $3 THEN 1 END, CASE WHEN $3 THEN now() END)")
        .bind(question)
        .bind(asked)
        .bind(closed)
        .execute(&server.pool)
        .await
        .unwrap();
}

#[sqlx::test]
async fn staff_see_them_most_asked_first_and_close_them(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let staff = server.staff();
    let nothing = staff.command(GENERAL, "knowledge gaps", json!({})).await.unwrap();
    assert!(nothing.content().contains("no open questions"), "{}", nothing.content());
    for (at, question) in ["a", "b", "c *x*", "d", "e", "f <@&1>"].into_iter().enumerate() {
        stored(&server, question, i32::try_from(at).unwrap() + 1, false).await;
    }
    stored(&server, "closed", 99, true).await;
    let list = staff.command(GENERAL, "knowledge gaps", json!({})).await.unwrap().message.unwrap();
    assert_snapshot!(list.content(), @r"
    **Questions without a good answer**, most asked first. Nobody's name is kept with them.
    1. “f \<\@&1>”: 6 ×, last on 20 November 2026; nothing fitted, nearest was `grants-status`
    2. “e”: 5 ×, last on 20 November 2026; nothing fitted, nearest was `grants-status`
    3. “d”: 4 ×, last on 20 November 2026; nothing fitted, nearest was `grants-status`
    4. “c \*x\*”: 3 ×, last on 20 November 2026; nothing fitted, nearest was `grants-status`
    5. “b”: 2 ×, last on 20 November 2026; nothing fitted, nearest was `grants-status`
    -# 1 to 5 of 6
    ");
    assert!(list.is_ephemeral() && list.pinged_nobody());
    let after = press(&staff, &list, "Close 2").await;
    assert_eq!(after.id(), list.id(), "in place");
    assert!(!after.content().contains("“e”") && after.content().contains("1 to 5 of 5"), "{}", after.content());
    let second = server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap();
    let stale = second.forge_click(&list, list.button("Close 2").unwrap()).await.unwrap();
    assert!(stale.content().contains(&format!("<@{}> has closed this one", staff.id)), "{}", stale.content());
    // The same person once more: an answer that was lost.
    assert!(staff.forge_click(&list, list.button("Close 2").unwrap()).await.unwrap().content().contains("1 to 5 of 5"));
    for forged in ["gap-close:1:99:0", "gap-close:1:x:0", "gap-close:2:1:0", "gap-page:1:-1", "gap-close:1:1"] {
        let said = staff.forge_click(&list, forged).await.unwrap();
        assert!(!said.content().contains("1 to 4"), "{forged}: {}", said.content());
    }
    let beyond = staff.forge_click(&list, "gap-page:1:7").await.unwrap();
    assert!(beyond.content().contains("1 to 5 of 5"), "the last page: {}", beyond.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_closed_one_stays_closed_and_counts_on(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    stored(&server, NORMAL, 3, true).await;
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 4).await;
    let list = server.staff().command(GENERAL, "knowledge gaps", json!({})).await.unwrap();
    assert!(list.content().contains("no open questions"), "{}", list.content());
    server.finish().await;
}

#[sqlx::test]
async fn members_and_staff_of_another_domain_see_none(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    stored(&server, "secret", 1, false).await;
    for person in [server.member(), server.board()] {
        let outcome = person.forge_command(GENERAL, "knowledge gaps", json!({})).await.unwrap();
        assert!(outcome.content().contains("for staff"), "{outcome:?}");
        let message = ask(&person, "Are grants open?").await;
        for forged in ["gap-close:1:1:0", "gap-page:1:0"] {
            let outcome = person.forge_click(&message, forged).await.unwrap();
            assert!(outcome.content().contains("for staff"), "{outcome:?}");
        }
    }
    let open: i64 =
        sqlx::query_scalar("SELECT count(*) FROM gap WHERE closed_at IS NULL").fetch_one(&server.pool).await.unwrap();
    assert_eq!(open, 1);
    server.finish().await;
}

#[sqlx::test]
async fn they_and_the_votes_are_forgotten_with_time(pool: PgPool) {
    let mut server =
        TestServer::configured(pool, |config| config.replace("digest = false", "digest = false\nkeep = \"10d\"")).await;
    server.connect().await;
    let answer = ask(&server.member(), "Are grants open?").await;
    press(&server.member(), &answer, "Not helpful").await;
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 2).await;
    server.advance(TimeDelta::days(10)).await;
    assert_eq!(gaps(&server).await.len(), 2);
    ask(&server.member(), UNKNOWN).await;
    counted(&server, 3).await;
    server.advance(TimeDelta::days(1)).await;
    let kept: Vec<String> = gaps(&server).await.into_iter().map(|gap| gap.0).collect();
    assert_eq!(kept, [NORMAL]);
    let votes: i64 = sqlx::query_scalar("SELECT count(*) FROM vote").fetch_one(&server.pool).await.unwrap();
    assert_eq!(votes, 0);
    server.finish().await;
}
