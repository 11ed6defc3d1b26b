//! Everything is used on a real process that logs all it can, on a server that logs every statement; then whatever is left
//! anywhere is searched for who it was.

use chrono::TimeDelta;
use psfbot::clock::{Clock, SystemClock};
use psfbot::postgres::{Cluster, NAME, Options};
use sandbox::client::{Outcome, Person};
use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER, STAFF, STAFF_MEMBER};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{ask, erase_everything, file, me, press, receipt, reply, spellings};
use crate::promptness::every_command;
use crate::support::dump;
use crate::support::process::{Psfbot, World, eventually};

/// What somebody typed, in whatever way it is found again.
const TYPED: [&str; 6] = ["quagga one", "quagga two", "quagga three", "quagga four", "quagga five", "quagga six"];

/// A server that writes down every statement, as one would that somebody turned up to find a fault.
async fn talkative() -> (Cluster, PgPool) {
    let cluster = Cluster::start(Options::temporary().supervisor(env!("CARGO_BIN_EXE_psfbot"))).await.unwrap();
    let pool = PgPool::connect(&cluster.url(NAME)).await.unwrap();
    let settings = "ALTER ROLE psfbot SET log_statement = 'all'; ALTER ROLE psfbot SET log_min_duration_statement = 0;
                    ALTER ROLE psfbot SET log_min_messages = 'debug1'";
    sqlx::raw_sql(settings).execute(&pool).await.unwrap();
    (cluster, pool)
}

/// What the server wrote down.
fn servers_log(cluster: &Cluster) -> String {
    let logs = std::fs::read_dir(cluster.data_dir()).unwrap().map(|entry| entry.unwrap().path());
    let logs: Vec<_> = logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")).collect();
    assert!(!logs.is_empty());
    logs.iter().map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()).collect()
}

async fn feedback(person: &Person, anonymous: bool, text: &str, ids: &mut Vec<String>) -> sandbox::client::Message {
    let options = json!({"program": "grants", "anonymous": anonymous});
    let opened = person.command(GENERAL, "feedback", options).await.unwrap();
    let sent =
        person.submit(GENERAL, opened.form_id().unwrap(), json!({"went-well": text, "to-change": ""})).await.unwrap();
    ids.extend([opened.interaction_id.clone(), sent.interaction_id.clone()]);
    sent.message.clone().unwrap_or_else(|| panic!("{sent:?}"))
}

/// A member who sends anonymously, and does nothing else; the ids of what was clicked, and the receipts.
async fn use_anonymously(person: &Person) -> Vec<String> {
    let mut secrets = Vec::new();
    let thanks = feedback(person, true, TYPED[0], &mut secrets).await;
    let rated = person.press(&thanks, "4 Good").await.unwrap();
    let receipts = [receipt(&thanks), receipt(&ask(person, "Anonymously", TYPED[1]).await)];
    secrets.push(rated.interaction_id);
    for receipt in &receipts {
        let shown: Outcome = person.command(GENERAL, "me", json!({"receipt": receipt})).await.unwrap();
        secrets.push(shown.interaction_id.clone());
        let exported = person.press(&shown.message.unwrap(), "As a file").await.unwrap();
        secrets.push(exported.interaction_id.clone());
        let found: Value = file(&exported.message.unwrap()).await;
        assert!(!found.to_string().contains(&person.id.to_string()), "{found:#}");
    }
    secrets.extend(receipts);
    secrets
}

/// A member who uses all there is with his name.
async fn use_by_name(person: &Person) {
    let thanks = feedback(person, false, TYPED[2], &mut Vec::new()).await;
    press(person, &thanks, "5 Very good").await;
    press(person, &thanks, "Staff may contact me").await;
    ask(person, "With my name", TYPED[3]).await;
    let hours = person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
    press(person, &hours, "Remind me: Welcome Hour").await;
    let questions = press(person, &hours, "Questions").await;
    press(person, &questions, "Questions: Welcome Hour").await;
    let answer =
        person.command(GENERAL, "ask", json!({"question": "Are grants open?"})).await.unwrap().message.unwrap();
    press(person, &answer, "Helpful").await;
    let form = person.press(&answer, "Ask staff").await;
    if let Ok(form) = form {
        person.submit(GENERAL, form.form_id().unwrap(), json!({"question": TYPED[4]})).await.unwrap();
    }
    for (command, options) in [
        ("blog", json!({"query": "grants"})),
        ("dates", json!({})),
        ("help", json!({})),
        ("partner", json!({"event_date": "2027-03-14"})),
        ("me", json!({})),
    ] {
        person.command(GENERAL, command, options).await.unwrap();
    }
    let exported = press(person, &me(person).await, "My data as a file").await;
    assert_eq!(file(&exported).await["discord_id"], person.id.to_string());
}

/// Staff who use all there is.
async fn use_as_staff(world: &World, person: &Person) {
    let card = eventually("the card is there", async || {
        world.messages(STAFF).await.into_iter().find(|card| card.content().contains(TYPED[2]))
    })
    .await;
    press(person, &card, "Acknowledge").await;
    reply(person, &card, TYPED[5]).await;
    for (command, options) in every_command() {
        person.command(STAFF, command, options).await.unwrap_or_else(|error| panic!("/{command}: {error}"));
    }
    let opened = person.command(STAFF, "announce compose", json!({})).await.unwrap();
    person.submit(STAFF, opened.form_id().unwrap(), json!({"title": "unsent", "text": "t"})).await.unwrap();
}

async fn direct_message_came(person: &Person) {
    eventually("the reply came", async || {
        super::direct_messages(person).await.iter().any(|message| message.content().contains(TYPED[5])).then_some(())
    })
    .await;
}

async fn ended(bot: Psfbot) -> String {
    let output = bot.terminate().await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn assert_none(place: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        if let Some(at) = text.find(secret.as_str()) {
            let around: String = text[..at].chars().rev().take(300).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{secret} is in {place}: {around}>>>{secret}");
        }
    }
}

#[tokio::test]
async fn nobody_is_found_who_hid_and_nobody_who_was_erased() {
    let (cluster, pool) = talkative().await;
    let soon = (SystemClock.now() + TimeDelta::days(2)).format("%Y-%m-%dT17:00:00Z").to_string();
    let world = World::changed(&pool, |config| config.replace("2026-12-01T17:00:00Z", &soon)).await;
    let person = |id| world.discord.person(id);
    let (hidden, named, staff) = (person(OTHER_MEMBER), person(MEMBER), person(STAFF_MEMBER));
    let bot = world.run();
    world.bot_connected().await;
    let mut hidden_secrets = use_anonymously(&hidden).await;
    use_by_name(&named).await;
    use_as_staff(&world, &staff).await;
    direct_message_came(&named).await;
    // Files for analysis, while everything is there.
    let mut command = world.command(&["feedback", "export", "--format", "jsonl"]);
    let exported = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let exported = String::from_utf8(exported.stdout).unwrap();
    assert!(exported.contains(TYPED[2]), "{exported}");
    let log = ended(bot).await;

    let ids = hidden_secrets.iter().filter_map(|id| id.parse().ok()).flat_map(spellings).collect::<Vec<_>>();
    hidden_secrets.extend(ids);
    hidden_secrets.extend(spellings(OTHER_MEMBER));
    hidden_secrets.extend(["Noor", "noor"].map(str::to_owned));
    let everything = dump(&pool).await;
    assert!(everything.contains(TYPED[0]) && everything.contains(TYPED[1]), "{everything}");
    let servers = servers_log(&cluster);
    assert!(servers.contains("INSERT INTO submission"), "the server writes statements down");
    let messages: String =
        world.messages(STAFF).await.iter().filter(|one| !one.is_ephemeral()).map(|one| one.raw.to_string()).collect();
    let texts: Vec<String> = TYPED.iter().map(|text| (*text).to_owned()).chain(["Mia Member".to_owned()]).collect();
    for (place, text) in [
        ("the log", &log),
        ("the server's log", &servers),
        ("the dump", &everything),
        ("the export", &exported),
        ("the messages", &messages),
    ] {
        assert_none(place, text, &hidden_secrets);
        if place.ends_with("log") {
            assert_none(place, text, &texts);
            assert_none(place, text, &spellings(MEMBER));
        }
    }
    assert_none("the export", &exported, &[spellings(MEMBER), spellings(STAFF_MEMBER)].concat());

    // Now those who gave their names go.
    let bot = world.run();
    world.bot_connected().await;
    assert!(erase_everything(&named).await.content().starts_with("Erased."));
    assert!(erase_everything(&staff).await.content().starts_with("Erased."));
    eventually("the direct messages are deleted", async || {
        super::direct_messages(&named).await.is_empty().then_some(())
    })
    .await;
    eventually("the cards are edited", async || {
        let cards = world.messages(STAFF).await;
        let cards: String = cards.iter().filter(|one| !one.is_ephemeral()).map(|one| one.raw.to_string()).collect();
        (!cards.contains(TYPED[2]) && !cards.contains(&format!("<@{STAFF_MEMBER}>"))).then_some(())
    })
    .await;
    let log = ended(bot).await;
    // What is left to be taken away is taken away at a start.
    let bot = world.run();
    world.bot_connected().await;
    let log = log + &ended(bot).await;
    let gone: Vec<String> = [MEMBER, STAFF_MEMBER].into_iter().flat_map(spellings).chain(texts[2..].to_vec()).collect();
    assert_none("the dump", &dump(&pool).await, &gone);
    assert_none("the log", &log, &gone);
    assert_none("the server's log", &servers_log(&cluster), &gone);
    let ledger = std::fs::read_to_string(world.data.path().join("erasures.ledger")).unwrap();
    assert!(ledger.lines().count() > 3, "{ledger}");
    assert_none("the ledger", &ledger, &[gone, hidden_secrets].concat());
    pool.close().await;
    cluster.stop().await.unwrap();
}
