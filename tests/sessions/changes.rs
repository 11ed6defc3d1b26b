//! Confirm, add, move, cancel: what is shown before, and all that follows.

use sandbox::world::demo::{BOARD, GENERAL, GRANTS, STAFF};
use serde_json::json;
use sqlx::PgPool;

use super::{WELCOME, change, direct_messages, events, go_to, office_hours, press, sessions};
use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TOKEN, TestServer};

/// The welcome hour has reminders.
async fn reminded(pool: PgPool) -> TestServer {
    let config = |config: String| {
        let series = "key = \"welcome\"\n        title = \"Welcome Hour\"\n        channel = \"1100000000000000015\"\n        duration = \"1h\"\n        reminders = ";
        assert!(config.contains(&format!("{series}[]")));
        config.replace(&format!("{series}[]"), &format!("{series}[\"24h\", \"15m\"]"))
    };
    let mut server = TestServer::configured(pool, config).await;
    server.connect().await;
    server.settle().await;
    server
}

#[sqlx::test]
async fn a_session_that_moves_takes_everything_with_it(pool: PgPool) {
    let mut server = reminded(pool).await;
    let bo = server.board();
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-01T17:00"]);
    let hours = office_hours(&server.member()).await;
    server.member().press(&hours, "Remind me: Welcome Hour").await.unwrap();
    go_to(&mut server, "2026-11-30T17:00:00Z").await;
    assert_eq!(server.take(GENERAL).await.len(), 1, "the reminder of a day before");
    let options = json!({"session": WELCOME, "when": "2026-12-03 9:00", "zone": "America/New_York"});
    let preview = sessions(&bo, "move", options).await;
    assert!(preview.is_ephemeral() && preview.pinged_nobody());
    insta::assert_snapshot!(preview.content(), @"
    **Move: Welcome Hour**, in <#1100000000000000015>
    From <t:1796144400:F> (1 December 2026, 17:00 UTC)
    To <t:1796306400:F> (3 December 2026, 14:00 UTC)
    That is Thursday 3 December 2026, 09:00 EST (America/New_York).
    What follows from it:
    - One member asked to be reminded of it and is told by direct message
    - One reminder that stands in the channel is edited to say so
    - One reminder that waits for its time is not posted
    - 2 reminders are posted before it begins
    - Discord's event of it is moved; whoever is interested in it stays so
    Nothing is changed until you press the button.
    ");
    let made = press(&bo, &preview).await;
    insta::assert_snapshot!(made, @"
    **Moved: Welcome Hour**, from <t:1796144400:F> (1 December 2026, 17:00 UTC) to <t:1796306400:F> (3 December 2026, 14:00 UTC), in <#1100000000000000015>.
    Reminders, messages and Discord's event follow within a minute.
    ");
    // Pressed twice, nothing happens twice.
    assert!(server.member().forge_click(&preview, preview.button("Move this session").unwrap()).await.is_ok());
    assert_eq!(
        bo.forge_click(&preview, preview.button("Move this session").unwrap()).await.unwrap().content(),
        "That is done already; nothing was changed a second time."
    );
    server.settle().await;
    insta::assert_snapshot!(server.look(GENERAL).await[0].content(), @"**Welcome Hour** of <t:1796144400:F> (1 December 2026, 17:00 UTC) **is moved**. It now begins <t:1796306400:F> (3 December 2026, 14:00 UTC), in <#1100000000000000015>.");
    assert!(server.take(GENERAL).await.is_empty(), "edited, not posted anew");
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-03T14:00"], "the same event");
    let told = direct_messages(&server.member()).await;
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(told[0].content(), @"**Welcome Hour** of <t:1796144400:F> (1 December 2026, 17:00 UTC) is moved. It now begins <t:1796306400:F> (3 December 2026, 14:00 UTC), in <#1100000000000000015>. You asked me to remind you of it. I will do so 15 minutes before the new time.");
    insta::assert_snapshot!(office_hours(&server.member()).await.content(), @"
    ## Office hours
    **PSF Board Office Hour**
    No date announced yet. You can write to psf-board@python.org, or about grants to grants@python.org.
    **Welcome Hour**
    - <t:1796306400:F> (3 December 2026, 14:00 UTC), in <#1100000000000000015>. Moved from <t:1796144400:F> (1 December 2026, 17:00 UTC)
    **Grants Program Office Hour**
    - <t:1797343200:F> (15 December 2026, 14:00 UTC), in <#1100000000000000014>. Expected, not confirmed yet
    - <t:1800367200:F> (19 January 2027, 14:00 UTC), in <#1100000000000000014>. Expected, not confirmed yet
    - <t:1802786400:F> (16 February 2027, 14:00 UTC), in <#1100000000000000014>. Expected, not confirmed yet
    ");
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    assert!(server.take(GENERAL).await.is_empty(), "nothing at the old time");
    server.restart().await;
    go_to(&mut server, "2026-12-02T14:00:00Z").await;
    let again = server.take(GENERAL).await;
    assert_eq!(again.len(), 1);
    assert!(again[0].content().contains("3 December 2026, 14:00 UTC"), "{}", again[0].content());
    go_to(&mut server, "2026-12-03T13:45:00Z").await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let told = direct_messages(&server.member()).await;
    assert_eq!(told.len(), 2);
    assert!(told[1].content().starts_with("**Welcome Hour**, <t:"), "{}", told[1].content());
    go_to(&mut server, "2026-12-05T12:00:00Z").await;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM personal_reminder").fetch_one(&server.pool).await.unwrap();
    assert_eq!(left, 0, "nothing of members is kept");
    server.finish().await;
}

#[sqlx::test]
async fn a_session_that_is_cancelled_is_gone_everywhere_and_can_be_held_after_all(pool: PgPool) {
    let mut server = reminded(pool).await;
    let bo = server.board();
    let hours = office_hours(&server.member()).await;
    server.member().press(&hours, "Remind me: Welcome Hour").await.unwrap();
    go_to(&mut server, "2026-11-30T17:00:00Z").await;
    server.take(GENERAL).await;
    let preview = sessions(&bo, "cancel", json!({"session": WELCOME})).await;
    insta::assert_snapshot!(preview.content(), @"
    **Cancel: Welcome Hour**, <t:1796144400:F> (1 December 2026, 17:00 UTC), in <#1100000000000000015>
    What follows from it:
    - One member asked to be reminded of it and is told by direct message
    - One reminder that stands in the channel is edited to say so
    - One reminder that waits for its time is not posted
    - Discord's event of it is deleted
    Nothing is changed until you press the button.
    ");
    press(&bo, &preview).await;
    server.settle().await;
    insta::assert_snapshot!(server.look(GENERAL).await[0].content(), @"**Welcome Hour** of <t:1796144400:F> (1 December 2026, 17:00 UTC) **is cancelled**. The next dates are in /officehours.");
    assert!(events(&server).await.is_empty());
    let told = direct_messages(&server.member()).await;
    insta::assert_snapshot!(told[0].content(), @"**Welcome Hour** of <t:1796144400:F> (1 December 2026, 17:00 UTC) is cancelled. You asked me to remind you of it. The next dates are in /officehours.");
    assert!(office_hours(&server.member()).await.content().contains("~~"), "it is still named");
    // A move of what is cancelled is refused with the way that there is.
    let refused = sessions(&bo, "move", json!({"session": WELCOME, "when": "2026-12-03 9:00 UTC"})).await;
    assert!(refused.content().contains("/sessions add"), "{}", refused.content());
    let back = change(&bo, "add", json!({"series": "welcome", "when": "2026-12-01 17:00 UTC"})).await;
    assert!(back.starts_with("**Added: Welcome Hour**"), "{back}");
    server.advance(MINUTE).await;
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-01T17:00"]);
    let standing = server.look(GENERAL).await[0].content().to_owned();
    assert!(standing.contains("An office hour is a text chat"), "the reminder is right again: {standing}");
    go_to(&mut server, "2026-12-01T16:45:00Z").await;
    assert_eq!(server.take(GENERAL).await.len(), 1);
    let told = direct_messages(&server.member()).await;
    assert!(told.len() == 2 && told[1].content().contains("You asked me to remind you with"), "{told:?}");
    server.finish().await;
}

#[sqlx::test]
async fn an_expected_session_is_confirmed_and_one_of_staffs_own_added(pool: PgPool) {
    let mut server = TestServer::configured(pool, |config| config.replace("[[series]]\n        key = \"grants\"", "[[series]]\n        key = \"grants\"\n        # reminders of its own\n").replace(
        "title = \"Grants Program Office Hour\"\n        channel = \"1100000000000000014\"\n        duration = \"1h\"\n        reminders = []",
        "title = \"Grants Program Office Hour\"\n        channel = \"1100000000000000014\"\n        duration = \"1h\"\n        reminders = [\"24h\"]",
    )).await;
    server.connect().await;
    let bo = server.board();
    let offered = server.staff().autocomplete(STAFF, "sessions confirm", "session", "15 december").await.unwrap();
    assert_eq!(offered[0]["name"], "Grants Program Office Hour · 15 December 2026, 14:00 UTC · expected");
    let session = offered[0]["value"].as_str().unwrap().to_owned();
    let preview = sessions(&bo, "confirm", json!({"session": session})).await;
    insta::assert_snapshot!(preview.content(), @"
    **Confirm: Grants Program Office Hour**, <t:1797343200:F> (15 December 2026, 14:00 UTC), in <#1100000000000000014>
    What follows from it:
    - One reminder is posted before it begins
    - Discord gets an event of it
    Nothing is changed until you press the button.
    ");
    press(&bo, &preview).await;
    let added = sessions(&bo, "add", json!({"series": "board", "when": "tomorrow 18:00", "zone": "UTC"})).await;
    insta::assert_snapshot!(added.content(), @"
    **Add: PSF Board Office Hour**, <t:1795370400:F> (22 November 2026, 18:00 UTC), in <#1100000000000000013>
    That is Sunday 22 November 2026, 18:00 UTC (UTC).
    What follows from it:
    - No reminder is to come for this time
    - Discord gets an event of it
    Nothing is changed until you press the button.
    ");
    press(&bo, &added).await;
    server.advance(MINUTE).await;
    let mut found = events(&server).await;
    found.sort();
    assert_eq!(
        found,
        [
            "Grants Program Office Hour 2026-12-15T14:00",
            "PSF Board Office Hour 2026-11-22T18:00",
            "Welcome Hour 2026-12-01T17:00"
        ]
    );
    let list = sessions(&bo, "list", json!({})).await;
    insta::assert_snapshot!(list.content(), @"
    ## Office hours
    **PSF Board Office Hour**, in <#1100000000000000013>
    - <t:1795370400:F> (22 November 2026, 18:00 UTC): confirmed, by <@1100000000000000035>
    **Welcome Hour**, in <#1100000000000000015>
    - <t:1795260600:F> (21 November 2026, 11:30 UTC): confirmed
    - <t:1796144400:F> (1 December 2026, 17:00 UTC): confirmed
    **Grants Program Office Hour**, in <#1100000000000000014>
    - <t:1797343200:F> (15 December 2026, 14:00 UTC): confirmed, by <@1100000000000000035>
    - <t:1800367200:F> (19 January 2027, 14:00 UTC): expected
    - <t:1802786400:F> (16 February 2027, 14:00 UTC): expected
    - <t:1805202000:F> (16 March 2027, 13:00 UTC): expected
    - <t:1808226000:F> (20 April 2027, 13:00 UTC): expected
    - <t:1810645200:F> (18 May 2027, 13:00 UTC): expected
    ");
    let again = sessions(&bo, "confirm", json!({"session": session})).await;
    assert_eq!(again.content(), "This session is confirmed already; nothing was changed.");
    go_to(&mut server, "2026-12-14T14:00:00Z").await;
    assert_eq!(server.take(GRANTS).await.len(), 1);
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn of_two_staff_at_once_the_second_is_told(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let (bo, sam) = (server.board(), server.staff());
    let first = sessions(&bo, "move", json!({"session": WELCOME, "when": "2026-12-03 9:00 UTC"})).await;
    let second = sessions(&sam, "cancel", json!({"session": WELCOME})).await;
    press(&bo, &first).await;
    insta::assert_snapshot!(press(&sam, &second).await, @"**Welcome Hour was changed in the meantime, so nothing was done.** <@1100000000000000035> made it: moved, <t:1796288400:F> (3 December 2026, 09:00 UTC). Use the command again if it is still to be changed.");
    let changes: i64 = sqlx::query_scalar("SELECT count(*) FROM session_change").fetch_one(&server.pool).await.unwrap();
    assert_eq!(changes, 1);
    server.close().await;
}

#[sqlx::test]
async fn what_cannot_be_meant_is_refused_with_a_sentence(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let bo = server.board();
    let refusal = async |command: &str, options| sessions(&bo, command, options).await.content().to_owned();
    let past = refusal("move", json!({"session": WELCOME, "when": "2026-11-20 9:00 UTC"})).await;
    assert!(past.contains("has gone by"), "{past}");
    let same = refusal("move", json!({"session": WELCOME, "when": "2026-12-01 17:00 UTC"})).await;
    assert!(same.contains("begins <t:1796144400:F>"), "{same}");
    let begun = refusal("cancel", json!({"session": "welcome.1795260600"})).await;
    assert!(begun.contains("began"), "{begun}");
    assert!(refusal("cancel", json!({"session": "nonsense"})).await.contains("I know no session"));
    let there = refusal("add", json!({"series": "welcome", "when": "2026-12-01 17:00 UTC"})).await;
    assert!(there.contains("already"), "{there}");
    let expected =
        refusal("add", json!({"series": "grants", "when": "2026-12-15 9:00", "zone": "America/New_York"})).await;
    assert!(expected.contains("/sessions confirm"), "{expected}");
    // A preview that is pressed after its session began.
    let late = sessions(&bo, "cancel", json!({"session": WELCOME})).await;
    go_to(&mut server, "2026-12-01T17:00:00Z").await;
    assert!(press(&bo, &late).await.contains("began"));
    let changes: i64 = sqlx::query_scalar("SELECT count(*) FROM session_change").fetch_one(&server.pool).await.unwrap();
    assert_eq!(changes, 0);
    server.finish().await;
}

#[sqlx::test]
async fn a_time_that_the_clocks_show_twice_is_asked_about(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let bo = server.board();
    let options = json!({"series": "board", "when": "2027-11-07 1:30", "zone": "America/New_York"});
    let asked = sessions(&bo, "add", options).await;
    assert_eq!(asked.buttons().len(), 2, "{}", asked.content());
    let preview = bo.press(&asked, asked.buttons()[1]).await.unwrap().message.unwrap();
    assert!(preview.content().contains("7 November 2027, 06:30 UTC"), "{}", preview.content());
    server.finish().await;
}

#[sqlx::test]
async fn members_and_forged_buttons_change_nothing(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let mia = server.member();
    let hours = office_hours(&mia).await;
    for key in [
        "cancel.welcome.1796144400.1796144400.0",
        "move.welcome.1796144400.1.0",
        "x",
        "cancel.welcome.9999999999999.1.0",
    ] {
        let refused = mia.forge_click(&hours, &format!("session-confirm:1:{key}")).await.unwrap();
        assert!(refused.content().contains("staff"), "{}", refused.content());
        let bo = server.board();
        let mine = office_hours(&bo).await;
        if !key.starts_with("cancel.welcome.1796144400.1796144400") {
            let refused = bo.forge_click(&mine, &format!("session-confirm:1:{key}")).await.unwrap();
            assert!(!refused.content().is_empty(), "{key}");
        }
    }
    let changes: i64 = sqlx::query_scalar("SELECT count(*) FROM session_change").fetch_one(&server.pool).await.unwrap();
    assert_eq!(changes, 0);
    server.finish().await;
}

#[sqlx::test]
async fn another_process_takes_a_change_over_and_a_restart_forgets_none(pool: PgPool) {
    let mut server = reminded(pool).await;
    let other = server.another_app().await;
    change(&server.board(), "move", json!({"session": WELCOME, "when": "2026-12-02 17:00 UTC"})).await;
    // The other one plans without having looked: it must not bring back what was moved.
    other.queue().plan_sessions().await.unwrap();
    other.queue().run_until_quiet().await.unwrap();
    server.restart().await;
    server.settle().await;
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-02T17:00"]);
    let shown = office_hours(&server.member()).await;
    assert!(shown.content().contains("Moved from <t:1796144400:F>"), "{}", shown.content());
    server.clock.advance(super::utc("2026-12-01T16:50:00Z") - super::utc("2026-11-21T12:00:00Z"));
    other.queue().run_until_quiet().await.unwrap();
    server.settle().await;
    assert!(server.take(GENERAL).await.is_empty());
    // And back again to where it was.
    server.clock.advance(-HOUR * 24 * 8);
    change(&server.board(), "move", json!({"session": "welcome.1796144400", "when": "2026-12-01 17:00 UTC"})).await;
    server.advance(MINUTE).await;
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-01T17:00"]);
    assert!(!office_hours(&server.member()).await.content().contains("Moved"));
    server.finish().await;
}

#[sqlx::test]
async fn one_that_takes_the_time_which_another_left_gets_an_event_of_its_own(pool: PgPool) {
    let mut server = reminded(pool).await;
    let board = server.board();
    change(&board, "move", json!({"session": WELCOME, "when": "2026-12-03 17:00 UTC"})).await;
    server.settle().await;
    // Too far ahead to have an event of its own yet.
    change(&board, "add", json!({"series": "welcome", "when": "2027-06-01 17:00 UTC"})).await;
    server.advance(MINUTE).await;
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-03T17:00"]);
    let far = format!("welcome.{}", super::utc("2027-06-01T17:00:00Z").timestamp());
    change(&board, "move", json!({"session": far, "when": "2026-12-01 17:00 UTC"})).await;
    server.advance(MINUTE).await;
    let mut both = events(&server).await;
    both.sort();
    assert_eq!(both, ["Welcome Hour 2026-12-01T17:00", "Welcome Hour 2026-12-03T17:00"]);
    server.close().await;
}

#[sqlx::test]
async fn an_event_that_staff_moved_by_hand_is_reported_and_left(pool: PgPool) {
    let mut server = reminded(pool).await;
    let state = server.staff().state().await.unwrap();
    let id = state["scheduled_events"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/guilds/{}/scheduled-events/{id}", sandbox::world::demo::GUILD);
    let by_hand = json!({"scheduled_start_time": "2026-12-01T19:00:00Z", "scheduled_end_time": "2026-12-01T20:00:00Z"});
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .patch(format!("{}/api/v10{path}", server.sandbox.url()))
        .header("Authorization", format!("Bot {TOKEN}"))
        .json(&by_hand)
        .send();
    assert!(answer.await.unwrap().status().is_success());
    change(&server.board(), "move", json!({"session": WELCOME, "when": "2026-12-02 17:00 UTC"})).await;
    server.settle().await;
    assert_eq!(events(&server).await, ["Welcome Hour 2026-12-01T19:00"]);
    let cards = server.take(STAFF).await;
    assert!(cards.len() == 1 && cards[0].content().contains("changed by hand"), "{cards:?}");
    server.finish().await;
}

#[sqlx::test]
async fn with_the_database_stalled_a_change_is_acknowledged_and_made_later(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    let bo = server.board();
    let preview = sessions(&bo, "cancel", json!({"session": WELCOME})).await;
    let stalled = server.stall_database().await;
    let pressed = bo.at_once().press(&preview, "Cancel this session").await.unwrap();
    assert!(pressed.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "{pressed:?}");
    stalled.rollback().await.unwrap();
    eventually("the session is cancelled", async || {
        let changes: i64 =
            sqlx::query_scalar("SELECT count(*) FROM session_change").fetch_one(&server.pool).await.unwrap();
        (changes == 1).then_some(())
    })
    .await;
    server.close().await;
}
