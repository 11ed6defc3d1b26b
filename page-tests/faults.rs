//! "Make Discord fail": what is switched on strikes, and nothing comes twice.

use sandbox::client::{Fault, Message};
use sandbox::world::demo::{ANNOUNCEMENTS, BLOG, GENERAL, MEMBER, STAFF, STAFF_MEMBER};
use serde_json::json;

use crate::browser::{Screen, Viewer};
use crate::demo::{Demo, eventually};

/// The panel's line on posting.
const TALLY: &str = "document.querySelector('#fault-posts').textContent";

/// Waits until what is written beside a switch begins like this.
async fn beside(screen: &Screen, label: &str, words: &str) {
    let row =
        format!("[...document.querySelectorAll('.fault')].find((row) => row.innerText.includes({}))", json!(label));
    screen.holds(&format!("{row}.querySelector('.hint').textContent.startsWith({})", json!(words))).await;
}

fn named(messages: Vec<Message>, title: &str) -> usize {
    messages.into_iter().filter(|message| message.raw.to_string().contains(title)).count()
}

#[tokio::test]
async fn a_post_whose_answers_get_lost_appears_once() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, BLOG, Viewer::default()).await;
    let label = "Answers get lost after the message was stored";
    screen.press("checkbox", label).await;
    beside(&screen, label, "has not struck yet").await;
    screen.press("button", "Publish a post now").await;
    screen.reads("Posted in bad weather").await;
    beside(&screen, label, "struck").await;
    screen.holds(&format!("{TALLY}.includes('0 doubles') && !{TALLY}.includes(' 0 failed')")).await;
    // It is tried again until an answer arrives.
    eventually("it was tried again", async || {
        let posts = demo.discord.posts().await.unwrap();
        (posts["recognised"].as_u64() > Some(0)).then_some(())
    })
    .await;
    screen.press("checkbox", label).await;
    screen.holds("!document.querySelector('.fault input').checked").await;
    assert_eq!(named(demo.messages(BLOG, 2).await, "Posted in bad weather"), 1);
    let posts = demo.discord.posts().await.unwrap();
    assert_eq!((&posts["doubles"], posts["failed"].as_u64() >= Some(2)), (&json!(0), true), "{posts}");
    screen.holds(&format!("{TALLY}.includes('{} messages, 0 doubles')", posts["messages"])).await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn an_announcement_waits_for_discord_and_then_appears_once() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, STAFF_MEMBER, STAFF, Viewer::default()).await;
    let label = "Connections break before the message arrives";
    screen.press("checkbox", label).await;
    screen.write("/announce compose ").await;
    screen.key("Enter").await;
    screen.control("textbox", "Title (required)").await;
    screen.types("Stormy day").await;
    screen.key("Tab").await;
    screen.types("Whatever the weather.").await;
    screen.press("button", "Submit").await;
    screen.press("checkbox", "#announcements").await;
    screen.press("button", "Choose: Choose the channels").await;
    screen.reads("Channels: #announcements").await;
    screen.press("button", "Send now").await;
    beside(&screen, label, "struck").await;
    assert!(demo.messages(ANNOUNCEMENTS, 0).await.is_empty());
    screen.go_to(ANNOUNCEMENTS).await;
    screen.press("button", "Switch all off").await;
    screen.holds("document.querySelector('#faults-off').disabled").await;
    screen.press("button", "+15 min (move the clock forward)").await;
    screen.reads("Whatever the weather.").await;
    assert_eq!(named(demo.messages(ANNOUNCEMENTS, 1).await, "Stormy day"), 1);
    screen.holds(&format!("{TALLY}.includes('0 doubles')")).await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn a_dropped_connection_comes_back_and_commands_are_answered() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    screen
        .holds("document.querySelector('#fault-gateway').textContent.includes('1 session begun, resumed 0 times')")
        .await;
    screen.press("button", "Drop the connection now").await;
    screen
        .holds("document.querySelector('#fault-gateway').textContent.includes('1 session begun, resumed once')")
        .await;
    screen.holds("document.querySelector('#bot-connection').textContent === 'Bot: connected'").await;
    screen.write("/ask Are grants open? ").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn switches_are_the_servers_and_work_with_the_keyboard() {
    let demo = Demo::start().await;
    let viewer = Viewer { width: 360, height: 740, ..Viewer::default() };
    let screen = Screen::open(&demo, MEMBER, GENERAL, viewer).await;
    screen.press("button", "Try, clock, faults").await;
    screen.focus("checkbox", "Heartbeats are not answered").await;
    screen.key("Space").await;
    eventually("it is on", async || {
        let faults = demo.discord.faults().await.unwrap();
        faults.iter().any(|fault| fault.kind == "silent_heartbeat").then_some(())
    })
    .await;
    screen.again(Viewer { width: 360, height: 740, dark: true, ..Viewer::default() }).await;
    screen.press("button", "Try, clock, faults").await;
    screen.holds("[...document.querySelectorAll('.fault')].find((row) => row.innerText.includes('Heartbeats')).querySelector('input').checked").await;
    // What somebody else asks for strikes as well, and is switched off with the rest.
    demo.discord.fault(&Fault::refused_resume()).await.unwrap();
    screen.press("button", "Switch all off").await;
    eventually("all is off", async || demo.discord.faults().await.unwrap().is_empty().then_some(())).await;
    assert!(screen.eval::<bool>("document.querySelector('#guide').scrollWidth <= 360").await);
    screen.assert_quiet().await;
}
