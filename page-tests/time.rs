//! Times in the reader's zone, and the clock that a visitor moves.

use chrono::TimeDelta;
use sandbox::client::Person;
use sandbox::world::demo::{ANNOUNCEMENTS, BOARD, GENERAL, MEMBER, STAFF, STAFF_MEMBER};
use serde_json::json;

use crate::browser::{Screen, Viewer};
use crate::demo::{Demo, eventually};

/// The first instant that `/officehours` names, in Unix seconds.
async fn next_session(member: &Person) -> i64 {
    let answer = member.command(GENERAL, "officehours", json!({})).await.unwrap();
    let (_, rest) = answer.content().split_once("<t:").unwrap();
    rest.split([':', '>']).next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_clock_moves_for_the_page_the_server_and_the_bot() {
    let demo = Demo::start().await;
    let member = demo.person(MEMBER);
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    let (earlier, session) = (demo.discord.now().await.unwrap(), next_session(&member).await);
    screen.write(&format!("Look: <t:{}:R>", earlier.timestamp() + 86_400 * 2 + 60)).await;
    screen.key("Enter").await;
    screen.reads("Look: in 2 days").await;
    for (name, words) in [
        ("+1 day", "Moved forward by 1 day"),
        ("+1 hour", "Moved forward by 1 hour"),
        ("+15 min", "Moved forward by 15 minutes"),
    ] {
        screen.press("button", name).await;
        screen.holds(&format!("document.querySelector('#clock-note').textContent.startsWith('{words}')")).await;
    }
    screen.reads("Look: in 23 hours").await;
    let later = demo.discord.now().await.unwrap();
    assert!(later >= earlier + TimeDelta::minutes(25 * 60 + 15), "{earlier} {later}");
    screen
        .holds("document.querySelector('#clock-utc').textContent.includes('moved ahead by 1 day 1 hour 15 minutes')")
        .await;
    // The bot goes by the same clock: past a session it names another one.
    let past = u64::try_from(session - later.timestamp()).unwrap_or(0) + 2 * 3600;
    demo.discord.advance_clock(past).await.unwrap();
    eventually("the bot names a later session", async || (next_session(&member).await > session).then_some(())).await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn instants_are_shown_in_the_readers_zone_with_the_full_date_to_hover() {
    let demo = Demo::start().await;
    let instant = 1_791_925_200; // 2026-10-13T21:00:00Z
    let styles: Vec<String> =
        ["t", "T", "d", "D", "f", "F"].iter().map(|style| format!("<t:{instant}:{style}>")).collect();
    demo.person(MEMBER).say(GENERAL, &styles.join("\n")).await.unwrap();
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    for (zone, day, hour, offset) in
        [("America/New_York", "13", "17:00", "GMT-4"), ("Asia/Kolkata", "14", "02:30", "GMT+5:30")]
    {
        screen.again(Viewer { zone, ..Viewer::default() }).await;
        let texts: Vec<String> =
            screen.until("[...document.querySelectorAll('.text time')].map((node) => node.textContent)").await;
        assert_eq!((texts[0].as_str(), texts[1].as_str()), (hour, format!("{hour}:00").as_str()), "{texts:?}");
        assert_eq!(
            (texts[2].as_str(), texts[3].as_str()),
            (format!("{day}/10/2026").as_str(), format!("{day} October 2026").as_str()),
            "{texts:?}"
        );
        assert!(texts[4].starts_with(&format!("{day} October 2026")) && texts[5].contains("day"), "{texts:?}");
        let title: String = screen.eval("document.querySelector('.text time').title").await;
        assert!(title.contains(offset) && title.ends_with("(2026-10-13 21:00:00 UTC)"), "{title}");
        screen.assert_quiet().await;
    }
}

#[tokio::test]
async fn a_scheduled_announcement_appears_once_when_the_clock_reaches_it() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, STAFF_MEMBER, STAFF, Viewer::default()).await;
    screen.write("/announce compose ").await;
    screen.key("Enter").await;
    screen.control("textbox", "Title (required)").await;
    screen.types("Community day").await;
    screen.key("Tab").await;
    screen.types("Come to the **community day**.").await;
    screen.press("button", "Submit").await;
    screen.press("checkbox", "#announcements").await;
    screen.press("button", "Choose: Choose the channels").await;
    screen.reads("Channels: #announcements").await;
    screen.press("button", "Schedule").await;
    screen.control("textbox", "Day and time, or how long from now (required)").await;
    screen.types("in 2 hours").await;
    screen.focus("textbox", "Your time zone (remembered) (required)").await;
    screen.types("Europe/Berlin").await;
    screen.key("Enter").await;
    screen.press("button", "Confirm").await;
    screen.reads("Scheduled").await;
    screen.holds("[...document.querySelectorAll('#try-steps .done')].some((step) => step.innerText.includes('Schedule an announcement'))").await;
    assert!(demo.messages(ANNOUNCEMENTS, 0).await.is_empty());
    screen.go_to(ANNOUNCEMENTS).await;
    screen.press("button", "+1 day").await;
    screen.reads("Come to the community day.").await;
    let posted = demo.messages(ANNOUNCEMENTS, 1).await;
    assert!(posted.len() == 1 && posted[0].pinged_nobody(), "{posted:#?}");
    screen.holds("[...document.querySelectorAll('#try-steps .done')].some((step) => step.innerText.includes('Move the clock'))").await;
    screen.assert_quiet().await;
}

#[tokio::test]
async fn an_office_hour_is_an_event_and_its_reminder_comes_when_the_clock_is_moved() {
    let demo = Demo::start().await;
    let screen = Screen::open(&demo, MEMBER, GENERAL, Viewer::default()).await;
    let event: String = screen.until("document.querySelector('#events .post')?.innerText").await;
    for part in ["PSF Board Office Hour", "Scheduled in", " UTC", "#psf-board"] {
        assert!(event.contains(part), "no {part:?} in {event}");
    }
    screen.press("button", "To a day before “PSF Board Office Hour”").await;
    screen
        .holds(&format!(
            "document.querySelector('#channel-list a[data-channel=\"{BOARD}\"]').innerText.includes('new')"
        ))
        .await;
    screen.go_to(BOARD).await;
    screen.reads("An office hour is a text chat").await;
    assert_eq!(demo.messages(BOARD, 1).await.len(), 1);
    screen.press("button", "To 15 min before “PSF Board Office Hour”").await;
    assert_eq!(demo.messages(BOARD, 2).await.len(), 2);
    screen.press("button", "To the start of “PSF Board Office Hour”").await;
    screen.holds("document.querySelector('#events').innerText.includes('Happening now')").await;
    screen.assert_quiet().await;
}
