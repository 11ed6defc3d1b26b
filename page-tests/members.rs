//! What a member does: asking, sharing, the menu of a message.

use sandbox::world::demo::{GENERAL, MEMBER};

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
