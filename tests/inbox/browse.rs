//! Lists, a submission whole, search, counts.

use insta::assert_snapshot;
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{done, id, inbox, next_round, press, send, the_card};
use crate::support::TestServer;

#[sqlx::test]
async fn a_list_shows_what_fits_newest_first_and_opens_one(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "Quick *answers*\nand more", "").await;
    next_round(&mut server).await;
    send(
        &server.discord.person(OTHER_MEMBER),
        "community-partner",
        false,
        "",
        "@everyone <@&1> [x](http://evil.example)",
    )
    .await;
    send(&server.member(), "grants", true, "nobody knows me", "").await;
    next_round(&mut server).await;
    let list = inbox(&server, "list", json!({})).await;
    let steady = list.content().replace(&MEMBER.to_string(), "MEMBER").replace(&OTHER_MEMBER.to_string(), "OTHER");
    assert_snapshot!(steady, @r"
    **Inbox**
    **1. Community Partner Program** · <@OTHER> · <t:1795266000:F> (21 November 2026, 13:00 UTC) · new
    > \@everyone \<\@&1> \[x\](http:\/\/evil.example)
    **2. Grants Program** · <@MEMBER> · <t:1795262400:F> (21 November 2026, 12:00 UTC) · new
    > Quick \*answers\*
    **3. Grants Program** · anonymous · 21 November 2026 · new
    > nobody knows me
    -# 1 to 3 of 3
    ");
    for (options, expected) in [
        (json!({"program": "grants"}), vec!["Quick", "nobody"]),
        (json!({"program": "Grants Program", "from": 0}), vec!["Quick"]),
        (json!({"from": 1}), vec!["nobody"]),
        (json!({"state": 0, "since": "2026-11-21"}), vec!["Quick", "evil", "nobody"]),
        (json!({"state": 2}), vec![]),
        (json!({"since": "2026-11-22"}), vec![]),
    ] {
        let said = inbox(&server, "list", options.clone()).await;
        for word in ["Quick", "evil", "nobody"] {
            assert_eq!(said.content().contains(word), expected.contains(&word), "{options}: {}", said.content());
        }
        assert!(!expected.is_empty() || said.content().contains("Nothing fits"), "{}", said.content());
    }
    for (options, words) in [
        (json!({"since": "tomorrow"}), "YYYY-MM-DD"),
        (json!({"program": "Secret Project"}), "do not know that programme"),
        (json!({"theme": "77"}), "no such theme"),
        (json!({"theme": "visa"}), "no such theme"),
    ] {
        assert!(inbox(&server, "list", options).await.content().contains(words));
    }
    done(server).await;
}

#[sqlx::test]
async fn a_long_list_is_turned_page_by_page_also_after_a_restart(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for number in 0..5 {
        send(&server.member(), "grants", false, &format!("text {number}"), "").await;
    }
    for number in 5..8 {
        send(&server.discord.person(OTHER_MEMBER), "grants", false, &format!("text {number}"), "").await;
    }
    let first = inbox(&server, "list", json!({"program": "grants"})).await;
    assert!(first.content().contains("1 to 5 of 8") && first.buttons() == ["Next page"], "{first:?}");
    server.restart().await;
    let second = press(&server.staff(), &first, "Next page").await;
    assert_eq!(second.id(), first.id());
    assert!(second.content().contains("6 to 8 of 8") && second.buttons() == ["Page before"], "{second:?}");
    let all: String = format!("{}{}", first.content(), second.content());
    assert!((0..8).all(|number| all.matches(&format!("text {number}")).count() == 1), "{all}");
    done(server).await;
}

#[sqlx::test]
async fn one_is_shown_whole_with_what_was_done_and_the_cards_buttons(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    send(&server.member(), "grants", false, "good", "more").await;
    let card = the_card(&mut server).await;
    press(&staff, &card, "Acknowledge").await;
    let form = staff.press(&card, "Reply").await.unwrap();
    staff.submit(STAFF, form.form_id().unwrap(), json!({"text": "Thanks."})).await.unwrap();
    let shown = inbox(&server, "show", json!({"submission": id(&server).await})).await;
    let steady = shown.content().replace(&MEMBER.to_string(), "MEMBER").replace(&staff.id.to_string(), "STAFF");
    assert_snapshot!(steady, @"
    **Feedback: Grants Program**
    From <@MEMBER>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    **What went well**
    > good
    **What to change**
    > more
    Reply by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    > Thanks.
    State: **acknowledged** by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    **What was done**
    - acknowledged by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    - answered by <@STAFF>, <t:1795262400:F> (21 November 2026, 12:00 UTC)
    ");
    assert_eq!(shown.buttons(), ["Reply", "Resolve", "Tag", "Conduct"]);
    press(&staff, &shown, "Resolve").await;
    let list = inbox(&server, "list", json!({})).await;
    let opened = staff.choose(&list, "inbox-open:1:page", &[&id(&server).await]).await.unwrap();
    assert!(opened.content().contains("State: **resolved**"), "{opened:?}");
    let choices = staff.autocomplete(STAFF, "inbox show", "submission", "").await.unwrap();
    assert_eq!(choices, [json!({"name": "Grants Program · 21 November 2026 · good", "value": id(&server).await})]);
    assert_eq!(staff.autocomplete(STAFF, "inbox show", "submission", "goo").await.unwrap().len(), 1);
    assert!(inbox(&server, "show", json!({"submission": "good"})).await.content().contains("choose one"));
    done(server).await;
}

#[sqlx::test]
async fn a_long_one_is_a_file_beside_what_was_done(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, &"😀".repeat(1000), &"*".repeat(2000)).await;
    let card = the_card(&mut server).await;
    press(&server.staff(), &card, "Acknowledge").await;
    let shown = inbox(&server, "show", json!({"submission": id(&server).await})).await;
    assert!(shown.content().contains("acknowledged by"), "{}", shown.content());
    assert!(super::file(&shown).await.contains(&"😀".repeat(1000)));
    done(server).await;
}

#[sqlx::test]
async fn search_finds_stems_names_short_words_and_parts_of_words(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let (member, other) = (server.member(), server.discord.person(OTHER_MEMBER));
    send(&member, "grants", false, "The applications were *answered* quickly", "").await;
    send(&member, "grants", false, "Ich war im Café in Zürich", "not it").await;
    send(&other, "grants", false, "日本語のガイドが欲しいです", "").await;
    send(&other, "grants", true, "An application of my own", "").await;
    for (words, found, of) in [
        ("application", &["**applications**"][..], 1),
        ("answering quick", &["\\***answered**\\*"], 1),
        ("zürich", &["**Zürich**"], 1),
        ("it", &["not **it**"], 1),
        ("ガイド", &["日本語の**ガイド**が"], 1),
        ("quickl", &["**quickl**y"], 1),
        ("\"were answered\" -visa", &["answered"], 1),
        ("zürich or applications", &["Zürich", "applications"], 2),
    ] {
        let said = inbox(&server, "search", json!({"words": words})).await;
        for piece in found {
            assert!(said.content().contains(piece), "{words}: {}", said.content());
        }
        assert!(said.content().contains(&format!("of {of}")), "{words}: {}", said.content());
    }
    for words in ["nothing-like-this", "' OR 1=1 --", "%", "\\", "!!! & | (", "\u{202E}"] {
        let said = inbox(&server, "search", json!({"words": words})).await;
        assert!(said.content().contains("Nothing was found"), "{words}: {}", said.content());
    }
    next_round(&mut server).await;
    let said = inbox(&server, "search", json!({"words": "application"})).await;
    assert!(said.content().contains("of 2") && said.content().contains("anonymous"), "{}", said.content());
    let plan: Vec<String> = {
        let mut tx = server.pool.begin().await.unwrap();
        sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
        let asked = "EXPLAIN SELECT id FROM submission, (SELECT websearch_to_tsquery('english', 'visa') AS q) asked WHERE words @@ asked.q";
        sqlx::query_scalar(asked).fetch_all(&mut *tx).await.unwrap()
    };
    assert!(plan.iter().any(|line| line.contains("submission_words")), "{plan:?}");
    done(server).await;
}

#[sqlx::test]
async fn what_is_anonymous_is_nowhere_before_its_round_nor_is_its_rating(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), "grants", true, "a shy remark", "").await;
    let anonymous = id(&server).await;
    for (what, options) in [
        ("list", json!({})),
        ("search", json!({"words": "shy"})),
        ("stats", json!({})),
        ("export", json!({})),
        ("show", json!({"submission": anonymous})),
    ] {
        let said = inbox(&server, what, options).await;
        assert!(!said.content().contains("shy") && said.raw["attachments"] == json!([]), "{what}: {said:?}");
        assert!(!said.content().contains("Grants"), "{what}: {said:?}");
    }
    assert!(server.staff().autocomplete(STAFF, "inbox show", "submission", "").await.unwrap().is_empty());
    next_round(&mut server).await;
    press(&server.member(), &thanks, "2 Fair").await;
    for (what, options) in [("list", json!({})), ("stats", json!({})), ("show", json!({"submission": anonymous}))] {
        let said = inbox(&server, what, options).await;
        assert!(!said.content().contains("Fair") && !said.content().contains("2.0"), "{what}: {}", said.content());
    }
    let exported = super::file(&inbox(&server, "export", json!({})).await).await;
    assert!(exported.contains(",anonymous,a shy remark,,,,,new,"), "{exported}");
    next_round(&mut server).await;
    assert!(inbox(&server, "list", json!({})).await.content().contains("2 Fair"));
    assert!(inbox(&server, "stats", json!({})).await.content().contains("2.0"));
    done(server).await;
}

#[sqlx::test]
async fn numbers_are_by_programme_and_by_week(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let thanks = send(&server.member(), "grants", false, "one", "").await;
    press(&server.member(), &thanks, "4 Good").await;
    send(&server.member(), "discord", true, "two", "").await;
    server.advance(chrono::TimeDelta::days(7)).await;
    let thanks = send(&server.discord.person(OTHER_MEMBER), "grants", false, "three", "").await;
    press(&server.discord.person(OTHER_MEMBER), &thanks, "1 Poor").await;
    assert_snapshot!(inbox(&server, "stats", json!({})).await.content(), @"
    **Feedback and questions since 5 September 2026**
    “anon” counts those without a name, “open” those that are not resolved; “rating” is the mean of 1 (poor) to 5 (very good).
    ```
    Programme                   all   anon   open rating
    Grants Program                2      0      2    2.5
    This Discord server           1      1      1      -
    All                           3      1      3    2.5

    Week from                   all   anon   open rating
    2026-11-16                    2      1      2    4.0
    2026-11-23                    1      0      1    1.0
    ```
    ");
    let later = inbox(&server, "stats", json!({"since": "2026-11-25"})).await;
    assert!(later.content().contains("1.0") && !later.content().contains("2026-11-16"), "{}", later.content());
    done(server).await;
}

#[sqlx::test]
async fn a_stalled_database_is_waited_for(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    for number in 0..5 {
        send(&server.member(), "grants", false, &format!("text {number}"), "").await;
    }
    send(&server.discord.person(OTHER_MEMBER), "grants", false, "text 5", "").await;
    server.settle().await;
    let list = inbox(&server, "list", json!({})).await;
    let card = server.look(STAFF).await[0].clone();
    let stalled = server.stall_database().await;
    let staff = server.staff().at_once();
    assert!(staff.autocomplete(STAFF, "inbox show", "submission", "").await.unwrap().is_empty(), "late is empty");
    let (page, tag, conduct) =
        tokio::join!(staff.press(&list, "Next page"), staff.press(&card, "Tag"), staff.press(&card, "Conduct"));
    let searched = staff.command(GENERAL, "inbox search", json!({"words": "text"})).await.unwrap();
    stalled.rollback().await.unwrap();
    assert!(server.completed(&page.unwrap()).await.content().contains("of 6"));
    assert!(server.completed(&tag.unwrap()).await.content().contains("no themes yet"));
    assert!(server.completed(&conduct.unwrap()).await.content().contains("conduct-wg@python.org"));
    assert!(server.completed(&searched).await.content().contains("Found for"));
    done(server).await;
}
