//! The signature's named contact: chosen by an option, shown in the preview, posted as it was previewed.

use sandbox::client::{Message, Person};
use sandbox::world::demo::{ANNOUNCE_ROLE, ANNOUNCEMENTS, GENERAL, OWNER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{choose_channels, choose_ping, compose, control, plan, wording};
use crate::support::{HOUR, TestServer, approving};

const CONTACTS: &str = r#"[announce.contacts]
        grants = { name = "Grants *team*", address = "grants@python.org" }
        office = { name = "Front office", address = "https://www.python.org/psf/contact/" }
"#;

fn with_contacts(config: &str) -> String {
    config.replacen("[discord.staff]", &format!("{CONTACTS}\n[discord.staff]"), 1)
}

async fn server(pool: PgPool) -> TestServer {
    let mut server = TestServer::configured(pool, |config| with_contacts(&config)).await;
    server.connect().await;
    server
}

/// Opens the form with this contact.
async fn form(person: &Person, contact: &str) -> String {
    let opened = person.command(STAFF, "announce compose", json!({"contact": contact})).await.unwrap();
    opened.form_id().unwrap_or_else(|| panic!("no form: {opened:?}")).to_owned()
}

async fn signed(person: &Person, contact: &str, title: &str) -> Message {
    let form = form(person, contact).await;
    person.submit(STAFF, &form, wording(title, "Read on.")).await.unwrap().message.unwrap()
}

async fn command(person: &Person, name: &str, options: Value) -> Message {
    person.command(STAFF, name, options).await.unwrap().message.unwrap()
}

/// The latest announcement that can be edited, edited with this contact: the preview of what is still to be posted, or else the
/// form that it opens, sent.
async fn edited(person: &Person, contact: &str, fields: Value) -> Message {
    let choices = person.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let options = json!({"announcement": choices[0]["value"], "contact": contact});
    let opened = person.command(STAFF, "announce edit", options).await.unwrap();
    match opened.form_id() {
        Some(form) => person.submit(STAFF, form, fields).await.unwrap().message.unwrap(),
        None => opened.message.unwrap(),
    }
}

#[sqlx::test]
async fn a_contact_is_suggested_shown_and_posted(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    let suggested = sam.autocomplete(STAFF, "announce compose", "contact", "").await.unwrap();
    let values: Vec<_> = suggested.iter().map(|choice| choice["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["grants", "office", "nobody"]);
    assert_eq!(suggested[0]["name"], "Grants *team*, grants@python.org");
    let typed = sam.autocomplete(STAFF, "announce compose", "contact", "FRONT").await.unwrap();
    assert_eq!(typed.len(), 1);
    let preview = signed(&sam, "Grants *Team*", "Round open").await;
    let preview = choose_channels(&sam, &preview, &[GENERAL]).await;
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    insta::assert_snapshot!(preview.content(), @r"
    **Draft 1, only you see this.** Nothing is posted yet. Below the line is what will be posted.
    - Channels: <#1100000000000000015>
    - Ping: <@&1100000000000000023>
    - Time: when you press Send now
    - Followers: in announcement channels it is also published to the servers that follow them
    ━━━━━━━━━━━━
    **Round open**
    Read on.

    Contact: Grants \*team\*, grants@python.org

    <@&1100000000000000023>
    ");
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let [posted] = &server.take(GENERAL).await[..] else { panic!("one message is expected") };
    insta::assert_snapshot!(posted.content(), @r"
    **Round open**
    Read on.

    Contact: Grants \*team\*, grants@python.org

    <@&1100000000000000023>
    ");
    server.finish().await;
}

#[sqlx::test]
async fn an_unknown_contact_opens_no_form_and_an_announcement_without_one_says_how_to_name_one(pool: PgPool) {
    let server = server(pool).await;
    let sam = server.staff();
    let refused = command(&sam, "announce compose", json!({"contact": "@everyone"})).await;
    insta::assert_snapshot!(refused.content(), @r"**There is no such contact.** Choose one of these: `grants` (Grants \*team\*), `office` (Front office); or `nobody`.");
    let preview = compose(&sam, wording("Unsigned", "Read on.")).await;
    assert!(preview.content().contains("- Contact: nobody. `/announce drafts`"), "{}", preview.content());
    let changed = command(&sam, "announce drafts", json!({"draft": "1", "contact": "office"})).await;
    assert!(changed.content().ends_with("Contact: Front office, <https://www.python.org/psf/contact/>"));
    assert!(!changed.content().contains("Contact: nobody"));
    // What the earlier preview's controls were made for is overtaken.
    let late = sam.press(&preview, "Discard").await.unwrap();
    assert!(late.content().contains("Front office"), "{}", late.content());
    let rewritten = sam.press(&changed, "Edit").await.unwrap();
    let rewritten = sam.submit(STAFF, rewritten.form_id().unwrap(), wording("Signed", "Read on.")).await.unwrap();
    assert!(rewritten.content().contains("**Signed**") && rewritten.content().contains("Front office"));
    let olive = server.discord.person(OWNER);
    let foreign = command(&olive, "announce drafts", json!({"draft": "1", "contact": "nobody"})).await;
    assert!(foreign.content().starts_with("I don't find that draft"), "{}", foreign.content());
    let none = command(&sam, "announce drafts", json!({"draft": "1", "contact": "nobody"})).await;
    assert!(none.content().contains("- Contact: nobody"), "{}", none.content());
    let history = command(&sam, "announce history", json!({"announcement": "1"})).await;
    insta::assert_snapshot!(history.content(), @"
    **History of Signed** by <@1100000000000000032>, the latest first
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **changed the wording**:
      Contact: ~~Front office, https://www.python.org/psf/contact/~~
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **changed the wording**:
      Title: ~~Unsigned~~ **Signed**
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **changed the wording**:
      Contact: **Front office, https://www.python.org/psf/contact/**
    - <t:1795262400:F> (21 November 2026, 12:00 UTC), <@1100000000000000032> **began it**: Unsigned
    ");
    server.finish().await;
}

#[sqlx::test]
async fn a_contact_is_named_after_posting_in_the_message_that_stands(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    let preview = choose_channels(&sam, &signed(&sam, "grants", "Round open").await, &[GENERAL]).await;
    let preview = choose_ping(&sam, &preview, &ANNOUNCE_ROLE.to_string()).await;
    sam.press(&preview, "Send now").await.unwrap();
    server.settle().await;
    let posted = server.take(GENERAL).await.remove(0);
    let olive = server.discord.person(OWNER);
    let corrected = edited(&olive, "office", wording("Round open", "Read on.")).await;
    assert!(corrected.content().contains("Contact: Front office"), "{}", corrected.content());
    server.settle().await;
    let [standing] = &server.look(GENERAL).await[..] else { panic!("one message is expected") };
    assert_eq!(standing.id(), posted.id());
    assert!(standing.content().contains("Front office") && !standing.content().contains("Grants"));
    // What has to be confirmed of the new wording leads back to the form, and the choice goes along.
    let refused = edited(&olive, "nobody", wording("Round open", "Donate to our friends.")).await;
    let opened = olive.press(&refused, "It is for us").await.unwrap();
    let form = opened.form_id().unwrap().to_owned();
    let confirmed = olive.submit(STAFF, &form, wording("Round open", "Donate to our friends.")).await.unwrap();
    assert!(confirmed.content().contains("Donate") && !confirmed.content().contains("Front office"), "{confirmed:?}");
    edited(&olive, "office", wording("Round open", "Read on.")).await;
    // Without the option it stays, and an edit pings nobody.
    let choices = sam.autocomplete(STAFF, "announce edit", "announcement", "").await.unwrap();
    let options = json!({"announcement": choices[0]["value"]});
    let form = sam.command(STAFF, "announce edit", options).await.unwrap().form_id().unwrap().to_owned();
    sam.submit(STAFF, &form, wording("Round is open", "Read on.")).await.unwrap();
    server.settle().await;
    let standing = server.look(GENERAL).await.remove(0);
    assert!(standing.content().contains("Round is open") && standing.content().contains("Front office"));
    let copied = command(&sam, "announce list", json!({})).await;
    let copied = sam.choose(&copied, &control(&copied, "announce-copy-one"), &["1"]).await.unwrap();
    assert!(copied.content().contains("Front office"), "{}", copied.content());
    server.take(GENERAL).await;
    server.finish().await;
}

#[sqlx::test]
async fn another_contact_is_a_change_that_is_approved_anew(pool: PgPool) {
    let change = |config: String| with_contacts(&approving(&config, ANNOUNCEMENTS));
    let mut server = TestServer::configured(pool, change).await;
    server.connect().await;
    let (sam, olive) = (server.staff(), server.discord.person(OWNER));
    let preview = choose_channels(&sam, &signed(&sam, "grants", "Round open").await, &[ANNOUNCEMENTS]).await;
    let planned = plan(&sam, &preview, "Schedule", "in 1 hour", "UTC").await.message.unwrap();
    sam.press(&planned, "Confirm").await.unwrap();
    server.settle().await;
    let card = server.take(STAFF).await.remove(0);
    assert!(card.content().contains(r"Contact: Grants \*team\*, grants@python.org"), "{}", card.content());
    let changed = edited(&sam, "office", json!({})).await;
    assert!(changed.content().contains("Contact: Front office"), "{}", changed.content());
    let late = olive.press(&card, "Approve").await.unwrap();
    assert!(late.content().contains("**Nothing was done:**"), "{}", late.content());
    server.settle().await;
    let anew = server.take(STAFF).await.pop().unwrap();
    assert!(anew.content().contains("Contact: Front office"), "{}", anew.content());
    olive.press(&anew, "Approve").await.unwrap();
    server.advance(HOUR).await;
    let [posted] = &server.take(ANNOUNCEMENTS).await[..] else { panic!("one message is expected") };
    assert!(posted.content().contains("Front office"));
    server.finish().await;
}

#[sqlx::test]
async fn a_contact_that_left_the_configuration_stops_what_is_not_sent_and_loses_no_words(pool: PgPool) {
    let mut server = server(pool).await;
    let sam = server.staff();
    let preview = choose_channels(&sam, &signed(&sam, "grants", "Round open").await, &[GENERAL]).await;
    let form = form(&sam, "grants").await;
    server.config = server.config.replace(r#"grants = { name = "Grants *team*", address = "grants@python.org" }"#, "");
    server.restart().await;
    let stopped = sam.press(&preview, "Send now").await.unwrap();
    assert!(
        stopped.content().contains("the contact that it names is not in the configuration"),
        "{}",
        stopped.content()
    );
    let written = sam.submit(STAFF, &form, wording("Second", "Kept.")).await.unwrap().message.unwrap();
    assert!(written.content().starts_with("**There is no such contact.**"), "{}", written.content());
    assert!(written.content().contains("**Second**") && written.content().contains("- Contact: nobody"));
    let signed = command(&sam, "announce drafts", json!({"draft": "1", "contact": "office"})).await;
    sam.press(&signed, "Send now").await.unwrap();
    server.settle().await;
    assert!(server.take(GENERAL).await[0].content().contains("Front office"));
    server.finish().await;
}
