//! Themes: chosen, named, taken away; two who do it at once.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{STAFF, STAFF_ROLE};
use serde_json::json;
use sqlx::PgPool;

use super::{done, id, inbox, press, send, the_card};
use crate::support::TestServer;

async fn with_a_card(pool: PgPool) -> (TestServer, Message) {
    let mut server = TestServer::connected(pool).await;
    send(&server.member(), "grants", false, "The visa letter was late", "").await;
    let card = the_card(&mut server).await;
    (server, card)
}

/// Names a theme from a menu; the menu as it is then.
async fn name(person: &Person, menu: &Message, name: &str) -> Message {
    let form = person.press(menu, "Name a theme").await.unwrap();
    let outcome = person.submit(STAFF, form.form_id().unwrap(), json!({"name": name})).await.unwrap();
    outcome.message.clone().unwrap_or_else(|| panic!("{outcome:?}"))
}

/// The custom id of a message's menu.
fn menu_id(message: &Message) -> String {
    let rows = message.raw["components"].as_array().unwrap();
    let menu = rows.iter().map(|row| &row["components"][0]).find(|part| part["type"] == 3);
    menu.unwrap()["custom_id"].as_str().unwrap().to_owned()
}

async fn deeds(server: &TestServer) -> Vec<(String, i64)> {
    sqlx::query_as("SELECT what, done_by FROM submission_deed ORDER BY id").fetch_all(&server.pool).await.unwrap()
}

async fn theme(server: &TestServer, name: &str) -> String {
    sqlx::query_scalar("SELECT id::TEXT FROM theme WHERE name = $1").bind(name).fetch_one(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn a_theme_is_named_once_chosen_again_and_taken_away(pool: PgPool) {
    let (mut server, card) = with_a_card(pool).await;
    let staff = server.staff();
    let menu = press(&staff, &card, "Tag").await;
    assert!(menu.content().contains("no themes yet") && menu.is_ephemeral(), "{menu:?}");
    let menu = name(&staff, &menu, " Visa *letters*\n@here ").await;
    assert!(menu.content().contains(r"Themes: Visa \*letters\* \@here"), "{}", menu.content());
    let menu = name(&staff, &menu, "VISA *LETTERS* @HERE").await;
    assert!(menu.content().contains("Done"), "the same theme: {}", menu.content());
    let menu = name(&staff, &menu, "late answers").await;
    let card = the_card(&mut server).await;
    assert!(
        card.content().contains(r"Themes: late answers, Visa \*letters\* \@here") && card.pinged_nobody(),
        "{card:?}"
    );
    let chosen = staff.choose(&menu, &menu_id(&menu), &[&theme(&server, "late answers").await]).await.unwrap();
    assert!(chosen.content().contains("Themes: late answers\n"), "{chosen:?}");
    assert!(the_card(&mut server).await.content().contains("Themes: late answers\n"));
    let what: Vec<String> = deeds(&server).await.into_iter().map(|(what, _)| what).collect();
    assert_eq!(what, ["tag", "tag", "untag"]);
    let choices = staff.autocomplete(STAFF, "inbox list", "theme", "LATE").await.unwrap();
    assert_eq!(choices, [json!({"name": "late answers (1)", "value": theme(&server, "late answers").await})]);
    for typed in ["Late Answers".to_owned(), theme(&server, "late answers").await] {
        let list = inbox(&server, "list", json!({"theme": typed})).await;
        assert!(list.content().contains("Inbox: late answers") && list.content().contains("1 to 1 of 1"), "{list:?}");
    }
    let none = staff.choose(&chosen.message.clone().unwrap(), &menu_id(chosen.message.as_ref().unwrap()), &[]).await;
    assert!(none.unwrap().content().contains("no themes yet"));
    done(server).await;
}

#[sqlx::test]
async fn whoever_chooses_second_reads_what_the_first_chose(pool: PgPool) {
    let (server, card) = with_a_card(pool).await;
    let (staff, second) = (server.staff(), server.discord.join("Sol Staff", &[STAFF_ROLE]).await.unwrap());
    let menu = name(&staff, &press(&staff, &card, "Tag").await, "one").await;
    let menu = name(&staff, &menu, "two").await;
    let theirs = press(&second, &card, "Tag").await;
    let (one, two) = (theme(&server, "one").await, theme(&server, "two").await);
    let (my_menu, their_menu, ones, twos) = (menu_id(&menu), menu_id(&theirs), [one.as_str()], [two.as_str()]);
    let (first, other) = tokio::join!(staff.choose(&menu, &my_menu, &ones), second.choose(&theirs, &their_menu, &twos));
    let (first, other) = (first.unwrap(), other.unwrap());
    let (winner, theme, told) =
        if first.content().contains("Done") { (&staff, "one", other) } else { (&second, "two", first) };
    assert!(
        told.content().contains("Nothing changed") && told.content().contains(&format!("<@{}>", winner.id)),
        "{told:?}"
    );
    assert!(told.content().contains(&format!("Themes: {theme}\n")), "{told:?}");
    // The menu that he has now is of the version that stands: he can insist.
    let menu = told.message.unwrap();
    let insisting = if winner.id == staff.id { &second } else { &staff };
    let both = insisting.choose(&menu, &menu_id(&menu), &[&one, &two]).await.unwrap();
    assert!(both.content().contains("Themes: one, two"), "{both:?}");
    done(server).await;
}

#[sqlx::test]
async fn the_same_choice_twice_is_one_step(pool: PgPool) {
    let (server, card) = with_a_card(pool).await;
    let staff = server.staff();
    let menu = name(&staff, &press(&staff, &card, "Tag").await, "one").await;
    let id = menu_id(&menu);
    let (first, again) = tokio::join!(staff.choose(&menu, &id, &[]), staff.choose(&menu, &id, &[]));
    assert!(first.unwrap().content().contains("no themes yet") && again.unwrap().content().contains("no themes yet"));
    let what: Vec<String> = deeds(&server).await.into_iter().map(|(what, _)| what).collect();
    assert_eq!(what, ["tag", "untag"]);
    done(server).await;
}

#[sqlx::test]
async fn wrong_names_and_too_many_change_nothing(pool: PgPool) {
    let (server, card) = with_a_card(pool).await;
    let staff = server.staff();
    let mut menu = press(&staff, &card, "Tag").await;
    let form = format!("inbox-theme-form:1:{}", id(&server).await);
    for typed in [" ", "\u{200B}", "\u{202E}", &"x".repeat(51), &"😀".repeat(4000)] {
        let body = json!({"as": staff.id.to_string(), "channel_id": STAFF.to_string(), "custom_id": form, "forged": true, "fields": {"name": typed}});
        let sent: sandbox::client::Outcome =
            server.discord.request(reqwest::Method::POST, "/control/interactions/modal", Some(&body)).await.unwrap();
        assert!(sent.content().contains("1 to 50 characters"), "{sent:?}");
    }
    for number in 0..10 {
        menu = name(&staff, &menu, &format!("theme {number}")).await;
    }
    let refused = name(&staff, &menu, "one more").await;
    assert!(refused.content().contains("More than 10"), "{refused:?}");
    let many: Vec<String> =
        sqlx::query_scalar("SELECT id::TEXT FROM theme ORDER BY id").fetch_all(&server.pool).await.unwrap();
    assert_eq!(many.len(), 10, "the eleventh is not kept");
    done(server).await;
}
