//! The blog beside the page, and what staff see and do.

use sandbox::world::demo::{BLOG, EVENT_TAG, FORUM, GENERAL, MEMBER, STAFF, STAFF_MEMBER};
use serde_json::{Value, json};

use crate::browser::{Screen, Viewer};
use crate::demo::Demo;

#[tokio::test]
async fn a_post_appears_once_and_changes_in_place() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, BLOG, Viewer::default()).await;
    screen.focus("textbox", "Title").await;
    screen.types("Fresh from the press").await;
    screen.key("Enter").await;
    screen.reads("Fresh from the press").await;
    let before = demo.messages(BLOG, 2).await;
    screen.press("button", "Edit “Fresh from the press”").await;
    screen.holds("document.activeElement.value === 'Fresh from the press'").await;
    let _: bool = screen.eval("document.activeElement.select() ?? true").await;
    screen.types("Corrected in the press").await;
    screen.key("Enter").await;
    screen.reads("Corrected in the press").await;
    let after = demo.messages(BLOG, 2).await;
    assert_eq!((before.len(), after.len()), (2, 2));
    assert_eq!(before[1].id(), after[1].id());
    screen.holds("document.querySelector('#try-steps .done')?.innerText.includes('blog post')").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn staff_see_channels_and_commands_that_members_do_not() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    let see = "document.querySelector('#channel-list').innerText.includes('staff')";
    assert!(!screen.eval::<bool>(see).await);
    screen.write("/sta").await;
    assert!(!screen.has("option", "/status").await);
    screen.become_member("Sam Staff (staff)", STAFF_MEMBER).await;
    screen.holds(see).await;
    screen.go_to(STAFF).await;
    screen.write("/status ").await;
    screen.key("Enter").await;
    screen.reads("Only you can see this").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn a_forum_shows_its_posts_and_leads_into_them() {
    let demo = Demo::start().await;
    let sam = demo.person(STAFF_MEMBER);
    let opened = sam.command(STAFF, "announce compose", json!({})).await.unwrap();
    let fields = json!({"title": "Sprints in Nairobi", "text": "Come along."});
    let preview = sam.submit(STAFF, opened.form_id().unwrap(), fields).await.unwrap().message.unwrap();
    let menu = preview.components()[0]["custom_id"].as_str().unwrap().to_owned();
    let preview = sam.choose(&preview, &menu, &[&FORUM.to_string()]).await.unwrap().message.unwrap();
    let tags = preview.components()[1]["custom_id"].as_str().unwrap().to_owned();
    let preview = sam.choose(&preview, &tags, &[&EVENT_TAG.to_string()]).await.unwrap().message.unwrap();
    sam.press(&preview, "Send now").await.unwrap();
    let screen = Screen::open(&demo, MEMBER, FORUM, Viewer::default()).await;
    screen.holds("document.querySelector('#posts').innerText.includes('Sprints in Nairobi')").await;
    screen.holds("document.querySelector('#posts .tag').innerText === 'Event'").await;
    screen.press("link", "Sprints in Nairobi").await;
    screen.reads("Come along.").await;
    screen.holds("document.querySelector('#posts').hidden").await;
    screen.assert_quiet().await;
}

/// The `custom_id`s of a form's text boxes.
fn boxes(form: &Value) -> Vec<String> {
    let parts = form["components"].as_array().into_iter().flatten();
    let inputs = parts.map(|part| part.get("component").unwrap_or(&part["components"][0]));
    inputs.filter_map(|input| input["custom_id"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn feedback_becomes_a_card_that_staff_acknowledge() {
    let demo = Demo::start().await;
    let member = demo.person(MEMBER);
    let opened = member.command(GENERAL, "feedback", json!({"program": "grants"})).await.unwrap();
    let form = opened.modal.as_ref().unwrap();
    let fields = json!({boxes(form)[0].as_str(): "The answers came quickly."});
    member.submit(GENERAL, opened.form_id().unwrap(), fields).await.unwrap();
    let screen = Screen::open(&demo, STAFF_MEMBER, STAFF, Viewer::default()).await;
    screen.reads("The answers came quickly.").await;
    screen.press("button", "Acknowledge").await;
    screen.reads("acknowledged by @Sam Staff").await;
    screen.holds("[...document.querySelectorAll('#try-steps .done')].some((step) => step.innerText.includes('Read it as staff'))").await;
    assert_eq!(demo.messages(STAFF, 1).await.iter().filter(|message| !message.is_ephemeral()).count(), 1);
    screen.assert_quiet().await;
}
