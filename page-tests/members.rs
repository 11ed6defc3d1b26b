//! What a member does: asking, sharing, the menu of a message.

use sandbox::world::demo::{GENERAL, MEMBER, OTHER_MEMBER};
use serde_json::json;

use crate::browser::{Screen, Viewer};
use crate::demo::Demo;

#[tokio::test]
async fn a_member_asks_with_a_suggestion_and_shares_the_answer() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    screen.write("/ask Are gr").await;
    screen.holds("document.querySelector('#command-form [role=option]')").await;
    for key in ["ArrowDown", "Enter", "Enter"] {
        screen.key(key).await;
    }
    screen.reads("Only you can see this").await;
    assert!(demo.person(MEMBER).messages(GENERAL).await.unwrap()[0].is_ephemeral());
    screen.press("button", "Share here").await;
    screen.reads("shared an answer").await;
    let public = demo.messages(GENERAL, 1).await;
    assert_eq!(public.len(), 1, "{public:#?}");
    assert!(public[0].content().contains("paused") && public[0].pinged_nobody(), "{public:#?}");
    let ticked: String = screen.eval("document.querySelector('#try-steps .done summary').innerText").await;
    assert!(ticked.contains("Ask a question"), "{ticked}");
    screen.assert_quiet().await;
}

#[tokio::test]
async fn a_message_is_answered_from_its_menu() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    screen.write("Are grants open?").await;
    screen.key("Enter").await;
    screen.press("button", "Apps for the message of Mia Member").await;
    screen.control("button", "Answer this").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    screen.reads("paused").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn what_a_bot_writes_is_new_until_it_is_read_and_its_controls_can_be_used() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    let direct = demo.as_bot("users/@me/channels", json!({"recipient_id": MEMBER.to_string()})).await;
    let direct: u64 = direct["id"].as_str().unwrap().parse().unwrap();
    let select = |kind, id, hint, max| {
        json!({"type": 1, "components": [
        {"type": kind, "custom_id": id, "placeholder": hint, "max_values": max, "channel_types": [5]}]})
    };
    let body = json!({"content": "A reminder for you", "components": [select(5, "a", "Somebody", 1),
        select(8, "b", "News channels", 2),
        {"type": 1, "components": [{"type": 2, "style": 5, "label": "Read on", "url": "https://www.python.org/"}]}]});
    demo.as_bot(&format!("channels/{direct}/messages"), body).await;
    let entry = format!("document.querySelector('#channel-list a[data-channel=\"{direct}\"]')");
    let is_new = format!("{entry}?.innerText.includes('new')");
    screen.holds(&is_new).await;
    // Somebody else's screen knows nothing of it, and it is still new afterwards.
    screen.become_member("Noor Newcomer", OTHER_MEMBER).await;
    screen.holds(&format!("!{entry}")).await;
    screen.become_member("Mia Member", MEMBER).await;
    screen.holds(&is_new).await;
    screen.go_to(direct).await;
    screen.reads("A reminder for you").await;
    screen.holds(&format!("!{is_new}")).await;
    screen.choose("Somebody", "@Bo Board").await;
    screen.control("link", "Read on").await;
    // With the keyboard: both boxes, and on to the button that sends the choice, which was off before.
    screen.focus("checkbox", "#announcements").await;
    for key in ["Space", "Tab", "Space", "Tab"] {
        screen.key(key).await;
    }
    let focused: String = screen.eval("document.activeElement.getAttribute('aria-label')").await;
    assert_eq!(focused, "Choose: News channels");
    screen.reads("2 chosen of 1 to 2").await;
    screen.assert_quiet().await;
}
