//! A session while it is held: opened, warned of, extended, closed, and its channel afterwards as it was.

use chrono::TimeDelta;
use sandbox::client::{Fault, Message};
use sandbox::world::demo::{BOARD, BOT_ROLE, GRANTS_MEMBER, GRANTS_ROLE, GUILD, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{OTHERS, SEND, THREADS, go_to, sessions, utc, with_a_chat};
use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TOKEN, TestServer};
use psfbot::clock::Clock;

const MANAGE_ROLES: u64 = 1 << 28;

const SOON: TimeDelta = TimeDelta::seconds(31);

/// A server with a chat at 13:00 whose channel is locked for everybody but the bot.
async fn locked(pool: PgPool, opening: &str) -> TestServer {
    with_a_chat(pool, opening, "2026-11-21T13:00:00Z").await
}

/// Everybody's exception in the channel: what it grants and takes away.
async fn exception(server: &TestServer) -> Option<(u64, u64)> {
    let channel: Value = rest(server, "GET", "", &json!({})).await;
    let bits = |value: &Value| value.as_str().unwrap().parse::<u64>().unwrap();
    let all = channel["permission_overwrites"].as_array().unwrap().clone();
    let everybody = GUILD.to_string();
    all.iter().find(|one| one["id"] == everybody).map(|one| (bits(&one["allow"]), bits(&one["deny"])))
}

async fn rest(server: &TestServer, method: &str, path: &str, body: &Value) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .request(method.parse().unwrap(), format!("{}/api/v10/channels/{BOARD}{path}", server.sandbox.url()))
        .header("authorization", format!("Bot {TOKEN}"));
    let request = if method == "GET" { request } else { request.json(body) };
    request.send().await.unwrap().json().await.unwrap_or_default()
}

async fn can_write(server: &TestServer) -> bool {
    let mia = server.member();
    let written = mia.say(BOARD, "hello").await;
    written.is_ok()
}

/// What the bot wrote in the channel.
async fn said(server: &mut TestServer) -> Vec<Message> {
    let all = server.take(BOARD).await;
    all.into_iter().filter(|message| message.author_id() == sandbox::world::demo::BOT).collect()
}

async fn state(server: &TestServer) -> String {
    sqlx::query_scalar("SELECT state FROM session_run").fetch_one(&server.pool).await.unwrap()
}

#[sqlx::test]
async fn a_host_opens_it_and_it_closes_by_itself(pool: PgPool) {
    let mut server = locked(pool, "host").await;
    let before = exception(&server).await;
    go_to(&mut server, "2026-11-21T12:49:59Z").await;
    assert!(server.take(STAFF).await.is_empty());
    go_to(&mut server, "2026-11-21T12:50:00Z").await;
    let card = server.take(STAFF).await.remove(0);
    insta::assert_snapshot!(card.content(), @"**Chat Hour** begins <t:1795266000:F> (21 November 2026, 13:00 UTC) in <#1100000000000000013>. Open the channel for members with the button; it closes by itself at <t:1795269600:F> (21 November 2026, 14:00 UTC), with a warning five minutes before.");
    assert!(!can_write(&server).await);
    // The one who opens it has the host's role and is no staff.
    let gia = server.discord.person(GRANTS_MEMBER);
    server.discord.set_permissions(STAFF, GRANTS_ROLE, 1 << 10, 0).await.unwrap();
    let own = super::office_hours(&server.member()).await;
    let refused = server.member().forge_click(&own, card.button("Open now").unwrap()).await.unwrap();
    assert_eq!(refused.content(), "Only the hosts of these office hours can do that.");
    let opened = gia.forge_click(&card, card.button("Open now").unwrap()).await.unwrap();
    assert!(opened.content().contains("opens in a moment"), "{}", opened.content());
    let again = gia.forge_click(&card, card.button("Open now").unwrap()).await.unwrap();
    assert_eq!(again.content(), "It is being opened right now.");
    server.settle().await;
    assert!(can_write(&server).await);
    assert_eq!(exception(&server).await, Some((1 << 61 | SEND | THREADS, 1 << 6)), "two bits and no other");
    let words = said(&mut server).await;
    assert_eq!(words.len(), 1);
    insta::assert_snapshot!(words[0].content(), @"**Chat Hour is open until <t:1795269600:F> (21 November 2026, 14:00 UTC)** (<t:1795269600:R>). Ask your question here, or just read along.");
    let status = server.staff().command(STAFF, "status", json!({})).await.unwrap();
    assert!(status.content().contains("**Chat Hour** is open in"), "{}", status.content());
    insta::assert_snapshot!(server.look(STAFF).await[0].content(), @"**Chat Hour** is open in <#1100000000000000013> until <t:1795269600:F> (21 November 2026, 14:00 UTC). It was opened by <@1100000000000000036>.");
    go_to(&mut server, "2026-11-21T13:54:59Z").await;
    assert!(said(&mut server).await.is_empty());
    go_to(&mut server, "2026-11-21T13:55:00Z").await;
    let warning = said(&mut server).await.remove(0);
    insta::assert_snapshot!(warning.content(), @"**Chat Hour closes <t:1795269600:R>**, at <t:1795269600:F> (21 November 2026, 14:00 UTC). This is a good moment for a last question.");
    assert!(warning.pinged_nobody());
    let refused = server.member().press(&warning, "Extend 15 min").await.unwrap();
    assert_eq!(refused.content(), "Only the hosts of these office hours can do that.");
    let longer = gia.press(&warning, "Extend 15 min").await.unwrap();
    assert_eq!(longer.content(), "It goes on until <t:1795270500:F> (21 November 2026, 14:15 UTC).");
    let twice = server.board().forge_click(&warning, warning.button("Extend 15 min").unwrap()).await.unwrap();
    assert_eq!(twice.content(), "It was extended already, until <t:1795270500:F> (21 November 2026, 14:15 UTC).");
    server.settle().await;
    go_to(&mut server, "2026-11-21T14:00:01Z").await;
    assert!(can_write(&server).await);
    go_to(&mut server, "2026-11-21T14:10:00Z").await;
    assert_eq!(said(&mut server).await.len(), 1, "warned again");
    go_to(&mut server, "2026-11-21T14:15:00Z").await;
    assert!(!can_write(&server).await);
    assert_eq!(exception(&server).await, before);
    let thanks = said(&mut server).await.remove(0);
    insta::assert_snapshot!(thanks.content(), @"**Chat Hour is over.** Thank you for coming! The next dates are in /officehours. If you like, tell us with the button what went well and what to change.");
    let form = server.member().press(&thanks, "Give feedback").await.unwrap();
    assert!(form.form_id().unwrap().starts_with("feedback"), "{form:?}");
    insta::assert_snapshot!(server.look(STAFF).await[0].content(), @"**Chat Hour** in <#1100000000000000013> is over; the channel is as it was before.");
    server.advance(HOUR).await;
    assert_eq!(state(&server).await, "closed");
    server.finish().await;
}

#[sqlx::test]
async fn it_opens_by_itself_where_that_is_configured(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    go_to(&mut server, "2026-11-21T12:59:59Z").await;
    assert!(!can_write(&server).await);
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    assert!(can_write(&server).await);
    let closed = sessions(&server.board(), "close", json!({})).await;
    assert!(closed.content().contains("closes in a moment"), "{}", closed.content());
    server.settle().await;
    assert!(!can_write(&server).await);
    let opened = sessions(&server.board(), "open", json!({"series": "chat"})).await;
    assert!(opened.content().contains("opens in a moment"), "{}", opened.content());
    server.settle().await;
    assert!(can_write(&server).await);
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    assert!(!can_write(&server).await);
    assert!(server.take(STAFF).await.is_empty());
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn killed_anywhere_it_is_opened_once_and_closed_as_it_was(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    let before = exception(&server).await;
    server.settle().await;
    let path = format!("/channels/{BOARD}/permissions");
    let mut killed = 0;
    for (at, carried_out) in [
        ("2026-11-21T13:00:00Z", false),
        ("2026-11-21T13:01:00Z", true),
        ("2026-11-21T14:00:00Z", false),
        ("2026-11-21T14:01:00Z", true),
    ] {
        server.clock.advance(utc(at) - server.clock.now());
        let mut hold = Fault::hold().on_prefix("PUT", &path);
        hold = if carried_out { hold.carried_out() } else { hold };
        killed += usize::from(server.kill_when_held(&hold).await);
        let open = exception(&server).await.unwrap().0 & SEND != 0;
        let is_opened = ("2026-11-21T13:01:00Z".."2026-11-21T14:01:00Z").contains(&at);
        assert_eq!(open, is_opened, "{at}");
    }
    assert_eq!(killed, 4);
    server.advance(MINUTE).await;
    assert_eq!((exception(&server).await, state(&server).await), (before, "closed".to_owned()));
    assert!(said(&mut server).await.is_empty(), "that it was open is not known to have been seen by anybody");
    server.close().await;
}

#[sqlx::test]
async fn down_over_the_end_it_is_closed_at_the_next_start(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    let before = exception(&server).await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    assert!(can_write(&server).await);
    // The series leaves the configuration while nobody looks.
    server.config = server.config.split("\n[[series]]\nkey = \"chat\"").next().unwrap().to_owned();
    server.clock.advance(HOUR * 9);
    server.restart().await;
    server.settle().await;
    assert_eq!((exception(&server).await, state(&server).await), (before, "closed".to_owned()));
    assert_eq!(said(&mut server).await.len(), 2, "the opening and the thanks, no warning after the end");
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn where_a_permission_is_missing_staff_are_told_which_and_nothing_is_half_done(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    let before = exception(&server).await;
    server.discord.set_permissions(BOARD, BOT_ROLE, SEND | THREADS, MANAGE_ROLES).await.unwrap();
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    for _ in 0..3 {
        server.advance(SOON).await;
    }
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1, "once");
    insta::assert_snapshot!(cards[0].content(), @"**<#1100000000000000013> can't be opened for Chat Hour**: the bot lacks the permission Manage Roles in this channel: grant it, then retry. Nothing was changed in the channel. I try again every 30 seconds until the session ends, and do not tell you twice.");
    assert_eq!(exception(&server).await, before);
    server.discord.set_permissions(BOARD, BOT_ROLE, SEND | THREADS, 0).await.unwrap();
    server.advance(SOON).await;
    assert!(can_write(&server).await, "granted, it goes on by itself");
    server.discord.set_permissions(BOARD, BOT_ROLE, SEND | THREADS, MANAGE_ROLES).await.unwrap();
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    server.advance(SOON).await;
    let cards = server.take(STAFF).await;
    assert!(cards.len() == 1 && cards[0].content().contains("members can still write there"), "{cards:?}");
    server.discord.set_permissions(BOARD, BOT_ROLE, SEND | THREADS, 0).await.unwrap();
    server.advance(SOON).await;
    assert_eq!(exception(&server).await, before);
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn what_others_change_meanwhile_stays_and_what_they_did_to_our_bits_is_told(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    // Somebody grants reactions, and takes threads away by hand but does not deny them as before.
    server.discord.set_permissions(BOARD, GUILD, OTHERS | SEND, 0).await.unwrap();
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    assert_eq!(exception(&server).await, Some((OTHERS, SEND)));
    let cards = server.take(STAFF).await;
    assert_eq!(cards.len(), 1);
    insta::assert_snapshot!(cards[0].content(), @"**Chat Hour is over, and somebody had changed these permissions in <#1100000000000000013> by hand while it was open**: Send Messages in Threads. I left them as they are; please check that they are as they should be.");
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn where_there_was_no_exception_there_is_none_afterwards(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    let path = format!("/permissions/{GUILD}");
    rest(&server, "DELETE", &path, &json!({})).await;
    assert_eq!(exception(&server).await, None);
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    assert_eq!(exception(&server).await, Some((SEND | THREADS, 0)));
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    assert_eq!(exception(&server).await, None);
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn one_that_is_cancelled_or_moved_is_not_opened_at_its_old_time(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    server.settle().await;
    let session = format!("chat.{}", utc("2026-11-21T13:00:00Z").timestamp());
    super::change(&server.board(), "move", json!({"session": session, "when": "2026-11-21 15:00 UTC"})).await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    assert!(!can_write(&server).await);
    let early = sessions(&server.board(), "open", json!({})).await;
    assert!(early.content().contains("No session is on right now"), "{}", early.content());
    go_to(&mut server, "2026-11-21T15:00:00Z").await;
    assert!(can_write(&server).await);
    go_to(&mut server, "2026-11-21T16:00:00Z").await;
    assert!(!can_write(&server).await);
    let again = super::change(&server.board(), "add", json!({"series": "chat", "when": "2026-11-21 18:00 UTC"})).await;
    assert!(again.starts_with("**Added"), "{again}");
    server.settle().await;
    let session = format!("chat.{}", utc("2026-11-21T18:00:00Z").timestamp());
    go_to(&mut server, "2026-11-21T17:30:00Z").await;
    super::change(&server.board(), "cancel", json!({"session": session})).await;
    go_to(&mut server, "2026-11-21T18:00:00Z").await;
    assert!(!can_write(&server).await);
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn two_processes_hold_one_session(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    let before = exception(&server).await;
    let other = server.another_app().await;
    for at in ["2026-11-21T13:00:00Z", "2026-11-21T13:55:00Z", "2026-11-21T14:00:00Z", "2026-11-21T14:01:00Z"] {
        server.clock.advance(utc(at) - server.clock.now());
        let (here, there) = tokio::join!(server.app.queue().run_until_quiet(), other.queue().run_until_quiet());
        here.and(there).unwrap();
    }
    assert_eq!(exception(&server).await, before);
    assert_eq!(said(&mut server).await.len(), 3, "opened, warned, thanked");
    server.finish().await;
}

#[sqlx::test]
async fn what_the_configuration_does_not_open_any_more_stays_closed(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    go_to(&mut server, "2026-11-21T12:30:00Z").await;
    server.config = server
        .config
        .replace(&format!("opens_for = \"{GUILD}\"\nopening = \"automatic\"\nhosts = [\"{GRANTS_ROLE}\"]\n"), "");
    assert!(!server.config.contains("opens_for"));
    server.restart().await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    assert!(!can_write(&server).await);
    server.finish().await;
}

#[sqlx::test]
async fn two_sessions_in_a_row_have_the_channel_one_after_the_other(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    server.config = format!(
        "{}\n[[series]]\nkey = \"second\"\ntitle = \"Second Hour\"\nchannel = \"{BOARD}\"\nduration = \"1h\"\nreminders = []\ndates = [\"2026-11-21T14:00:00Z\"]\nopens_for = \"{GUILD}\"\nopening = \"automatic\"\nhosts = [\"{GRANTS_ROLE}\"]\n",
        server.config
    );
    server.restart().await;
    let locked = exception(&server).await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    let extended = sessions(&server.board(), "open", json!({})).await;
    assert!(extended.content().contains("open"), "{}", extended.content());
    go_to(&mut server, "2026-11-21T14:00:00Z").await;
    go_to(&mut server, "2026-11-21T14:00:05Z").await;
    assert!(can_write(&server).await, "the second has opened it after the first closed it");
    go_to(&mut server, "2026-11-21T15:00:00Z").await;
    assert_eq!(exception(&server).await, locked, "as it was before the first");
    server.take(BOARD).await;
    server.finish().await;
}

#[sqlx::test]
async fn one_that_is_open_is_closed_before_it_is_moved_and_opens_again_then(pool: PgPool) {
    let mut server = locked(pool, "host").await;
    go_to(&mut server, "2026-11-21T12:52:00Z").await;
    sessions(&server.board(), "open", json!({"series": "chat"})).await;
    server.settle().await;
    assert!(can_write(&server).await);
    let session = format!("chat.{}", utc("2026-11-21T13:00:00Z").timestamp());
    let to = json!({"session": session, "when": "2026-11-21 15:00 UTC"});
    let refused = super::change(&server.board(), "move", to.clone()).await;
    assert!(refused.contains("Use `/sessions close` first"), "{refused}");
    sessions(&server.board(), "close", json!({})).await;
    server.settle().await;
    assert!(!can_write(&server).await);
    let moved = super::change(&server.board(), "move", to).await;
    assert!(moved.starts_with("**Moved"), "{moved}");
    go_to(&mut server, "2026-11-21T14:55:00Z").await;
    let opened = sessions(&server.board(), "open", json!({"series": "chat"})).await;
    assert!(opened.content().contains("opens in a moment"), "{}", opened.content());
    server.settle().await;
    assert!(can_write(&server).await);
    go_to(&mut server, "2026-11-21T16:00:00Z").await;
    assert!(!can_write(&server).await);
    server.take(BOARD).await;
    server.take(STAFF).await;
    server.finish().await;
}

#[sqlx::test]
async fn one_that_was_closed_too_early_says_everything_anew_when_it_is_opened_again(pool: PgPool) {
    let mut server = locked(pool, "automatic").await;
    for opening in ["13:00:00", "13:20:00"] {
        go_to(&mut server, &format!("2026-11-21T{opening}Z")).await;
        sessions(&server.board(), "open", json!({"series": "chat"})).await;
        server.settle().await;
        let words = said(&mut server).await;
        assert!(words.len() == 1 && words[0].content().contains("is open"), "{opening}: {words:?}");
        sessions(&server.board(), "close", json!({})).await;
        server.settle().await;
        let words = said(&mut server).await;
        assert!(words.len() == 1 && words[0].content().contains("Thank you"), "{opening}: {words:?}");
    }
    server.close().await;
}

/// Discord's event of the chat: its end and its status.
async fn event(server: &TestServer) -> (String, u64) {
    let state = server.staff().state().await.unwrap();
    let events = state["scheduled_events"].as_array().unwrap();
    let event = events.iter().find(|event| event["name"] == "Chat Hour").unwrap();
    (event["scheduled_end_time"].as_str().unwrap()[11..16].to_owned(), event["status"].as_u64().unwrap())
}

#[sqlx::test]
async fn discords_event_ends_when_the_session_does(pool: PgPool) {
    const ACTIVE: u64 = 2;
    const COMPLETED: u64 = 3;
    let mut server = locked(pool, "automatic").await;
    server.settle().await;
    go_to(&mut server, "2026-11-21T13:00:00Z").await;
    go_to(&mut server, "2026-11-21T13:55:00Z").await;
    // Discord lets it begin a moment after its time.
    eventually("the event has begun", async || (event(&server).await == ("14:00".to_owned(), ACTIVE)).then_some(()))
        .await;
    let warning = said(&mut server).await.pop().unwrap();
    server.discord.set_permissions(STAFF, GRANTS_ROLE, 1 << 10, 0).await.unwrap();
    let gia = server.discord.person(GRANTS_MEMBER);
    gia.press(&warning, "Extend 15 min").await.unwrap();
    server.settle().await;
    assert_eq!(event(&server).await, ("14:15".to_owned(), ACTIVE));
    go_to(&mut server, "2026-11-21T14:05:00Z").await;
    sessions(&server.board(), "close", json!({})).await;
    server.settle().await;
    assert_eq!(event(&server).await.1, COMPLETED, "closed ten minutes early");
    server.close().await;
}
