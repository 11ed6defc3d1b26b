//! `/sessions`: what staff change in the schedule, and the session itself. It is 21 November 2026, noon in UTC; the welcome
//! hour of `#general` is on 1 December at 17:00.

mod changes;
mod dates;
mod host;

use chrono::{DateTime, Utc};
use psfbot::clock::Clock;
use sandbox::client::{Message, Person};
use sandbox::world::demo::{BOARD, BOT_ROLE, GENERAL, GRANTS_ROLE, GUILD};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::{TestServer, direct_messages};

/// The welcome hour of 1 December, 17:00 UTC.
const WELCOME: &str = "welcome.1796144400";

const SEND: u64 = 1 << 11;
const THREADS: u64 = 1 << 38;
/// Not ours to touch: add reactions, and one that no library knows.
const OTHERS: u64 = 1 << 6 | 1 << 61;

/// A server with a chat of an hour at an instant, whose channel is locked for everybody but the bot.
pub(crate) async fn with_a_chat(pool: PgPool, opening: &str, at: &str) -> TestServer {
    let series = format!(
        "\n[[series]]\nkey = \"chat\"\ntitle = \"Chat Hour\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = []\ndates = [\"{at}\"]\nopens_for = \"{GUILD}\"\nopening = \"{opening}\"\nhosts = [\"{GRANTS_ROLE}\"]\n"
    );
    let mut server = TestServer::configured(pool, |config| format!("{config}{series}")).await;
    server.connect().await;
    server.discord.set_permissions(BOARD, GUILD, 1 << 61, SEND | THREADS | 1 << 6).await.unwrap();
    server.discord.set_permissions(BOARD, BOT_ROLE, SEND | THREADS, 0).await.unwrap();
    server
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Moves the clock to an instant, then does all that is due.
pub(crate) async fn go_to(server: &mut TestServer, at: &str) {
    server.advance(utc(at) - server.clock.now()).await;
}

/// Uses a subcommand of `/sessions`; what is read back.
pub(crate) async fn sessions(person: &Person, subcommand: &str, options: Value) -> Message {
    // The board is shown the command by an administrator, which the sandbox does not know.
    let outcome = person.forge_command(GENERAL, &format!("sessions {subcommand}"), options).await.unwrap();
    outcome.message.unwrap()
}

/// Presses the one button of a preview; what is read back.
async fn press(person: &Person, preview: &Message) -> String {
    let label = preview.buttons()[0];
    person.press(preview, label).await.unwrap().content().to_owned()
}

/// Makes a change from the command to the button.
async fn change(person: &Person, subcommand: &str, options: Value) -> String {
    let preview = sessions(person, subcommand, options).await;
    press(person, &preview).await
}

/// What `/officehours` says.
async fn office_hours(person: &Person) -> Message {
    person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap()
}

/// Discord's events: name, start and status.
async fn events(server: &TestServer) -> Vec<String> {
    let state = server.staff().state().await.unwrap();
    let shown = |event: &Value| {
        format!("{} {}", event["name"].as_str().unwrap(), &event["scheduled_start_time"].as_str().unwrap()[..16])
    };
    state["scheduled_events"].as_array().unwrap().iter().map(shown).collect()
}
