//! What an author is warned of, and confirms.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{GENERAL, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{choose_channels, compose, control, plan, wording};
use crate::support::{HOUR, TestServer};

async fn with(person: &Person, fields: Value) -> Message {
    let preview = compose(person, fields).await;
    choose_channels(person, &preview, &[GENERAL]).await
}

async fn edited(person: &Person, preview: &Message, fields: Value) -> Message {
    let opened = person.press(preview, "Edit").await.unwrap();
    person.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap()
}

#[sqlx::test]
async fn a_date_in_the_past_is_confirmed_and_another_one_is_asked_about_anew(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = with(&sam, wording("Sprint", "It was on 5 November 2026.")).await;
    assert!(preview.content().contains("this date is past: “5 November 2026”"), "{}", preview.content());
    let send = control(&preview, "announce-send");
    assert!(sam.click(&preview, &send).await.is_err(), "the button is off");
    let refused = sam.forge_click(&preview, &send).await.unwrap();
    assert!(refused.content().contains("**Nothing was done,**"), "{}", refused.content());
    let confirmed = sam.press(&preview, "I have read the warnings").await.unwrap().message.unwrap();
    assert!(!confirmed.content().contains("Please check"), "{}", confirmed.content());
    // The old button confirms nothing of another wording.
    let other = edited(&sam, &confirmed, wording("Sprint", "It was on 6 November 2026.")).await;
    assert!(other.content().contains("this date is past: “6 November 2026”"), "{}", other.content());
    let version = control(&other, "announce-send").rsplit('.').next().unwrap().to_owned();
    let forged = format!("announce-sure:1:1.{version}.000000000000");
    let nothing = sam.forge_click(&other, &forged).await.unwrap();
    assert!(nothing.content().starts_with("**Nothing was confirmed,"), "{}", nothing.content());
    let confirmed = sam.press(&other, "I have read the warnings").await.unwrap().message.unwrap();
    sam.press(&confirmed, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_date_that_is_past_when_it_is_sent_counts(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = with(&sam, wording("Vote", "Vote until 25 November 2026.")).await;
    assert!(!preview.content().contains("Please check"), "{}", preview.content());
    let planned = plan(&sam, &preview, "Schedule", "in 7 days", "UTC").await;
    assert!(planned.content().contains("this date is past: “25 November 2026”"), "{}", planned.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_later_time_for_what_is_scheduled_is_confirmed_where_a_date_is_past_by_then(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = with(&sam, wording("Vote", "Vote until 25 November 2026.")).await;
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let options = json!({"announcement": choices[0]["value"]});
    let shown = sam.command(STAFF, "announce edit", options).await.unwrap().message.unwrap();
    let opened = sam.press(&shown, "Change time").await.unwrap();
    let fields = json!({"time": "in 7 days", "zone": "UTC", "until": "in 8 days"});
    let warned = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    assert!(warned.content().starts_with("**Nothing was changed yet.**"), "{}", warned.content());
    assert!(warned.content().contains("this date is past: “25 November 2026”"), "{}", warned.content());
    let unchanged = "SELECT due_at = '2026-11-21T13:00:00Z' AND expires_at IS NULL FROM delivery";
    assert!(sqlx::query_scalar::<_, bool>(unchanged).fetch_one(&server.pool).await.unwrap());
    let changed = sam.press(&warned, "I have read the warnings").await.unwrap();
    assert!(changed.content().starts_with("**Changed.**"), "{}", changed.content());
    let (scheduled, end): (String, String) =
        sqlx::query_as("SELECT (due_at AT TIME ZONE 'UTC')::TEXT, (expires_at AT TIME ZONE 'UTC')::TEXT FROM delivery")
            .fetch_one(&server.pool)
            .await
            .unwrap();
    assert_eq!((scheduled.as_str(), end.as_str()), ("2026-11-28 12:00:00", "2026-11-29 12:00:00"));
    server.advance(HOUR).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.close().await;
}

#[sqlx::test]
async fn an_announcement_much_like_one_of_the_last_days_is_confirmed(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let text = "The board meets the community on the first Tuesday of the month, bring your questions.";
    let first = with(&sam, wording("Office hours", text)).await;
    sam.press(&first, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    server.advance(HOUR * 24).await;
    let again = with(&sam, wording("OFFICE HOURS!", text)).await;
    assert!(again.content().contains("it is much like “Office hours”"), "{}", again.content());
    let other = edited(&sam, &again, wording("Grants", "Something that is quite different from all of it.")).await;
    assert!(!other.content().contains("Please check"), "{}", other.content());
    let again = edited(&sam, &other, wording("Office hours", text)).await;
    server.advance(HOUR * 24 * 14).await;
    let late = choose_channels(&sam, &again, &[GENERAL]).await;
    assert!(!late.content().contains("Please check"), "two weeks later it is news again: {}", late.content());
    server.finish().await;
}

#[sqlx::test]
async fn a_link_that_leads_nowhere_is_found_when_it_is_sent_at_the_latest(pool: PgPool) {
    let mut server =
        TestServer::configured(pool, |config| config.replacen("check_links = false", "check_links = true", 1)).await;
    server.connect().await;
    let (sam, url) = (server.staff(), server.sandbox.url());
    let text = format!("Fine: {url}/blog/feeds/posts/default, gone: {url}/no-such-page.");
    let preview = with(&sam, wording("Links", &text)).await;
    let refused = sam.forge_click(&preview, &control(&preview, "announce-send")).await.unwrap();
    let said = refused.content();
    assert!(said.contains("the link leads nowhere") && said.contains("/no-such-page"), "{said}");
    assert_eq!(said.matches("**Please check:**").count(), 1, "{said}");
    let confirmed = sam.press(&refused.message.unwrap(), "I have read the warnings").await.unwrap().message.unwrap();
    sam.press(&confirmed, "Send now").await.unwrap();
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    // Private addresses are never asked, which says nothing about them; nor does it about a name that nobody has.
    let preview = with(&sam, wording("Inward", "See http://10.0.0.1/secret and http://127.0.0.1:1/x today.")).await;
    let sent = sam.forge_click(&preview, &control(&preview, "announce-send")).await.unwrap();
    assert!(sent.content().starts_with("**On its way**"), "{}", sent.content());
    server.settle().await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    server.finish().await;
}

#[sqlx::test]
async fn a_private_host_that_feeds_may_be_fetched_from_is_not_asked_for_a_link(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| {
        let own = config.lines().find(|line| line.contains("link_hosts")).unwrap().to_owned();
        config.replacen("check_links = false", "check_links = true", 1).replacen(&own, "", 1)
    })
    .await;
    server.connect().await;
    let (sam, url) = (server.staff(), server.sandbox.url());
    let text = format!("Inside: {url}/no-such-page and http://nobody.invalid/x.");
    let preview = with(&sam, wording("Inside", &text)).await;
    let sent = sam.press(&preview, "Send now").await.unwrap();
    assert!(sent.content().starts_with("**On its way**"), "a dead link would have to be confirmed: {}", sent.content());
    let again = with(&sam, wording("Once more", &text)).await;
    let same = "(nobody is known under this name on the public internet)";
    assert_eq!(again.content().matches(same).count(), 2, "{}", again.content());
    server.settle().await;
    server.take(GENERAL).await;
    server.finish().await;
}

#[sqlx::test]
async fn a_correction_is_warned_of_too_and_confirmed_in_its_form(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let sam = server.staff();
    let preview = with(&sam, wording("Plain", "Text.")).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    server.take(GENERAL).await;
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let opened = sam.command(STAFF, "announce edit", json!({"announcement": choices[0]["value"]})).await.unwrap();
    let past = wording("Plain", "It was on 5 November 2026.");
    let refused = sam.submit(STAFF, opened.form_id().unwrap(), past.clone()).await.unwrap();
    assert!(refused.content().contains("this date is past"), "{}", refused.content());
    let opened = sam.press(&refused.message.unwrap(), "I have read the warnings").await.unwrap();
    let other = wording("Plain", "It was on 6 November 2026.");
    let anew = sam.submit(STAFF, opened.form_id().unwrap(), other).await.unwrap();
    assert!(anew.content().contains("this date is past: “6 November 2026”"), "{}", anew.content());
    let corrected = sam.submit(STAFF, opened.form_id().unwrap(), past).await.unwrap();
    assert!(corrected.content().starts_with("**Corrected.**"), "{}", corrected.content());
    server.settle().await;
    server.finish().await;
}

#[sqlx::test]
async fn of_very_many_links_it_is_said_how_many_are_not_looked_up(pool: PgPool) {
    let check = |config: String| config.replacen("check_links = false", "check_links = true", 1);
    let mut server = TestServer::configured(pool, check).await;
    server.connect().await;
    let links: Vec<String> = (0..13).map(|number| format!("https://127.0.0.1/{number}")).collect();
    let preview = with(&server.staff(), wording("Many", &links.join("\n"))).await;
    let shown = preview.embeds()[0]["description"].as_str().unwrap_or_default();
    assert!(shown.contains("so many links that 3 of them are not checked"), "{shown}");
    // In the frame below a text that leaves the words no room.
    assert!(shown.contains("Above this frame is what will be posted."), "{shown}");
    server.finish().await;
}
