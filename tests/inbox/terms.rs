//! What stands out, and a theme for what holds it. It is Saturday, 21 November 2026.

use insta::assert_snapshot;
use sandbox::client::{Message, Outcome, Person};
use sandbox::world::demo::{MEMBER, OTHER_MEMBER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{done, inbox, next_round, press, send};
use crate::support::{MINUTE, TestServer};

/// Feedback that came in before, by name.
async fn wrote(server: &TestServer, day: &str, text: &str) -> String {
    sqlx::query_scalar(
        "INSERT INTO submission (id, kind, program, went_well, submitted_on, author_id, opened_by, submitted_at, may_contact)
         SELECT gen_random_uuid(), 'feedback', 'grants', $2, $1::DATE, 7, count(*) + 1, $1::DATE + make_interval(mins => count(*)::INTEGER), FALSE
         FROM submission RETURNING id::TEXT",
    )
    .bind(day)
    .bind(text)
    .fetch_one(&server.pool)
    .await
    .unwrap()
}

async fn with_some(pool: PgPool) -> (TestServer, Vec<String>) {
    let server = TestServer::connected(pool).await;
    let mut ids = Vec::new();
    for (day, text) in [
        ("2026-11-19", "The visa letter came *too late*, @everyone"),
        ("2026-11-18", "I asked for visa letters twice. The organisers helped"),
        ("2026-11-17", "No visa letter for our speaker [here](http://evil.example)"),
        ("2026-11-16", "The organisers were kind"),
        ("2026-10-02", "The organisers were kind and quick"),
        ("2026-10-01", "The organisers answered late"),
    ] {
        ids.push(wrote(&server, day, text).await);
    }
    (server, ids)
}

/// Opens the term that stands first.
async fn first(staff: &Person, list: &Message) -> Message {
    let menu = list.components().into_iter().find(|component| component["type"] == 3).unwrap().clone();
    let key = menu["options"][0]["value"].as_str().unwrap();
    staff.choose(list, menu["custom_id"].as_str().unwrap(), &[key]).await.unwrap().message.unwrap()
}

/// Names a theme for it; the preview.
async fn named(staff: &Person, term: &Message, name: &str) -> Outcome {
    let form = staff.press(term, "Name a theme for these").await.unwrap();
    staff.submit(STAFF, form.form_id().unwrap(), json!({"name": name})).await.unwrap()
}

async fn themes(server: &TestServer) -> Vec<(String, i64)> {
    let query = "SELECT t.name, count(s.submission_id) FROM theme t LEFT JOIN submission_theme s ON s.theme_id = t.id GROUP BY t.id ORDER BY t.name";
    sqlx::query_as(query).fetch_all(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn a_period_is_set_against_the_one_before_with_examples(pool: PgPool) {
    let (server, _) = with_some(pool).await;
    let said = inbox(&server, "themes", json!({})).await;
    assert_snapshot!(said.content(), @r"
    **What stands out from 25 October 2026 to 21 November 2026**
    -# Words and phrases of 4 texts, against 2 in the 28 days before. What one text alone holds is not among them.
    **1. visa letter** · in 3 of 4, before in 0 of 2
    > The **visa letter** came \*too late\*, \@everyone
    > I asked for **visa letters** twice. The organisers helped
    **2. organisers** · in 2 of 4, before in 2 of 2
    > I asked for visa letters twice. The **organisers** helped
    > The **organisers** were kind
    ");
    let term = first(&server.staff(), &said).await;
    assert_snapshot!(term.content(), @r"
    **“visa letter”** is in 3 of 4 texts from 25 October 2026 to 21 November 2026, and in 0 of the 2 of the days before.
    > The **visa letter** came \*too late\*, \@everyone
    > I asked for **visa letters** twice. The organisers helped
    > No **visa letter** for our speaker…
    ");
    let none = inbox(&server, "themes", json!({"since": "2026-11-21"})).await;
    assert!(none.content().contains("Nothing stands out since 21 November 2026"), "{}", none.content());
    assert!(inbox(&server, "themes", json!({"since": "soon"})).await.content().contains("YYYY-MM-DD"));
    done(server).await;
}

#[sqlx::test]
async fn all_that_hold_it_get_a_theme_once_staff_have_seen_how_many(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let staff = server.staff();
    for (person, text) in
        [(MEMBER, "visa letter late"), (MEMBER, "no visa letter"), (OTHER_MEMBER, "Visa letters, please")]
    {
        send(&server.discord.person(person), "grants", false, text, "").await;
        server.clock.advance(MINUTE);
    }
    server.settle().await;
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let form = staff.press(&term, "Name a theme for these").await.unwrap();
    assert_eq!(form.modal.as_ref().unwrap()["components"][0]["components"][0]["value"], "visa letter");
    let preview = named(&staff, &term, "Visa letters").await.message.unwrap();
    assert_snapshot!(preview.content(), @"
    **The theme “Visa letters” for what holds “visa letter”**
    3 submissions have it then. Already with it: 0.
    1. Grants Program · 21 November 2026 · Visa letters, please
    2. Grants Program · 21 November 2026 · no visa letter
    3. Grants Program · 21 November 2026 · visa letter late
    ");
    assert_eq!(themes(&server).await, [], "nothing before it is confirmed");
    let given = press(&staff, &preview, "Give it to all 3").await;
    assert!(given.content().contains("3 submissions have the theme “Visa letters” now"), "{given:?}");
    // Another click, and another name for the same in other capitals, change nothing.
    assert!(
        staff
            .forge_click(&preview, preview.button("Give it to all 3").unwrap())
            .await
            .unwrap()
            .content()
            .contains("3 submissions have")
    );
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let again = named(&staff, &term, "VISA LETTERS").await.message.unwrap();
    assert!(again.content().contains("Already with it: 3") && again.content().contains("already, with 3"), "{again:?}");
    assert_eq!(themes(&server).await, [("Visa letters".to_owned(), 3)]);
    let deeds: i64 = sqlx::query_scalar("SELECT count(*) FROM submission_deed WHERE what = 'tag'")
        .fetch_one(&server.pool)
        .await
        .unwrap();
    assert_eq!(deeds, 3);
    server.settle().await;
    let cards = server.look(STAFF).await;
    assert!(
        cards.len() == 3 && cards.iter().all(|card| card.content().contains("Themes: Visa letters\n")),
        "{cards:?}"
    );
    done(server).await;
}

#[sqlx::test]
async fn some_of_them_can_be_chosen_and_only_those(pool: PgPool) {
    let (server, ids) = with_some(pool).await;
    let staff = server.staff();
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let preview = named(&staff, &term, "a:b **c**").await.message.unwrap();
    let menu = preview.components().into_iter().find(|component| component["type"] == 3).unwrap().clone();
    let menu_id = menu["custom_id"].as_str().unwrap();
    assert_eq!(menu["options"].as_array().unwrap().len(), 3);
    // One that does not hold it is not given it, whoever forges it.
    let body = json!({"as": staff.id.to_string(), "channel_id": STAFF.to_string(), "message_id": preview.id().to_string(),
        "custom_id": menu_id, "values": [ids[0], ids[5]], "forged": true});
    let forged: Outcome =
        server.discord.request(reqwest::Method::POST, "/control/interactions/component", Some(&body)).await.unwrap();
    assert!(forged.content().contains("Nothing was done") && themes(&server).await.is_empty(), "{forged:?}");
    let given = staff.choose(&preview, menu_id, &[&ids[0], &ids[2]]).await.unwrap();
    assert!(given.content().contains("2 submissions have the theme “a:b \\*\\*c\\*\\*” now"), "{given:?}");
    assert_eq!(themes(&server).await, [("a:b **c**".to_owned(), 2)]);
    done(server).await;
}

#[sqlx::test]
async fn what_changed_since_it_was_seen_is_shown_anew(pool: PgPool) {
    let (server, ids) = with_some(pool).await;
    let staff = server.staff();
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let preview = named(&staff, &term, "Visa letters").await.message.unwrap();
    wrote(&server, "2026-11-20", "Another visa letter").await;
    let changed = press(&staff, &preview, "Give it to all 3").await;
    assert!(changed.content().contains("Nothing was done") && changed.buttons() == ["Give it to all 4"], "{changed:?}");
    assert_eq!(themes(&server).await, []);
    // Conduct and erasure take away what holds it, until nothing stands out any more.
    let on_conduct = "UPDATE submission SET state = 'resolved', resolved_by = 1, resolved_at = now(), conduct_by = 1, conduct_at = now() WHERE id = $1::UUID";
    sqlx::query(on_conduct).bind(&ids[0]).execute(&server.pool).await.unwrap();
    sqlx::query("DELETE FROM submission WHERE id = $1::UUID").bind(&ids[1]).execute(&server.pool).await.unwrap();
    let said = inbox(&server, "themes", json!({})).await;
    assert!(!said.content().contains("too late") && !said.content().contains("twice"), "{}", said.content());
    assert!(said.content().contains("in 2 of 3"), "{}", said.content());
    sqlx::query("DELETE FROM submission WHERE id = $1::UUID").bind(&ids[2]).execute(&server.pool).await.unwrap();
    let gone = staff.press(&changed, "Give it to all 4").await.unwrap();
    assert!(gone.content().contains("does not stand out any more"), "{gone:?}");
    assert_eq!(themes(&server).await, []);
    done(server).await;
}

#[sqlx::test]
async fn what_is_anonymous_is_read_from_its_round_on_and_one_text_alone_never(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "A peculiar travel voucher, a peculiar travel voucher", "").await;
    send(&server.discord.person(OTHER_MEMBER), "grants", true, "", "The travel voucher expired").await;
    let before = inbox(&server, "themes", json!({})).await;
    assert!(before.content().contains("Nothing stands out"), "{}", before.content());
    next_round(&mut server).await;
    let after = inbox(&server, "themes", json!({})).await;
    assert!(
        after.content().contains("**1. travel voucher**") && !after.content().contains("**peculiar"),
        "{}",
        after.content()
    );
    done(server).await;
}

#[sqlx::test]
async fn a_submission_with_ten_themes_gets_no_more(pool: PgPool) {
    let (server, ids) = with_some(pool).await;
    let ten = "WITH made AS (INSERT INTO theme (name, made_by, made_at) SELECT 'theme ' || n, 1, now() FROM generate_series(1, 10) n RETURNING id)
               INSERT INTO submission_theme (theme_id, submission_id) SELECT id, $1::UUID FROM made";
    sqlx::query(ten).bind(&ids[0]).execute(&server.pool).await.unwrap();
    let staff = server.staff();
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let preview = named(&staff, &term, "One more").await.message.unwrap();
    let given = press(&staff, &preview, "Give it to all 3").await;
    assert!(
        given.content().contains("2 submissions have")
            && given.content().contains("With 10 themes already, and left as they are: 1"),
        "{given:?}"
    );
    let menu = preview.components().into_iter().find(|component| component["type"] == 3).unwrap().clone();
    let term = first(&staff, &inbox(&server, "themes", json!({})).await).await;
    let preview = named(&staff, &term, "Another").await.message.unwrap();
    let menu_id = menu["custom_id"].as_str().unwrap().replace("One more", "Another");
    let none = staff.choose(&preview, &menu_id, &[&ids[0]]).await.unwrap();
    assert!(none.content().contains("None of these can have the theme"), "{none:?}");
    assert!(!themes(&server).await.iter().any(|(name, _)| name == "Another"), "a name without use is not kept");
    done(server).await;
}

#[sqlx::test]
async fn a_stalled_database_is_waited_for(pool: PgPool) {
    let (server, _) = with_some(pool).await;
    let staff = server.staff();
    let list = inbox(&server, "themes", json!({})).await;
    let term = first(&staff, &list).await;
    let preview = named(&staff, &term, "Visa letters").await.message.unwrap();
    let stalled = server.stall_database().await;
    let hurried = server.staff().at_once();
    let menu: Value = list.components()[0].clone();
    let key = [menu["options"][0]["value"].as_str().unwrap()];
    let (listed, opened, given) = tokio::join!(
        hurried.command(STAFF, "inbox themes", json!({})),
        hurried.choose(&list, menu["custom_id"].as_str().unwrap(), &key),
        hurried.press(&preview, "Give it to all 3"),
    );
    stalled.rollback().await.unwrap();
    assert!(server.completed(&listed.unwrap()).await.content().contains("visa letter"));
    assert!(server.completed(&opened.unwrap()).await.content().contains("visa letter"));
    assert!(server.completed(&given.unwrap()).await.content().contains("3 submissions have"));
    assert_eq!(themes(&server).await, [("Visa letters".to_owned(), 3)]);
    done(server).await;
}
