//! Discord's limits: nothing is sent before its time, by this process, by another or by the next; members are answered
//! meanwhile. The server in Discord's place counts what comes too early.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use psfbot::announcements::{Draft, Kind};
use psfbot::app::App;
use psfbot::clock::Clock;
use psfbot::ids::ChannelId;
use psfbot::message::Message;
use sandbox::client::{Fault, Outcome};
use sandbox::world::demo::{ANNOUNCEMENTS, BLOG, BOARD, GENERAL, GRANTS, OTHER_MEMBER, STAFF};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::support::process::eventually;
use crate::support::{HOUR, MINUTE, TestServer};

const SECOND: TimeDelta = TimeDelta::seconds(1);

async fn announce(server: &TestServer, channel: u64, content: &str, crosspost: bool) {
    let now = server.clock.now();
    let draft = Draft {
        kind: Kind::Staff,
        message: Message { content: content.into(), ..Message::default() },
        crosspost,
        origin: None,
        channels: vec![ChannelId::new(channel).unwrap()],
        due_at: now,
    };
    server.app.store().announce(&draft, now).await.unwrap();
}

/// From now on what was told to wait stays closed until its time; with `enforced`, so do Discord's own limits.
async fn mind_limits(server: &TestServer, enforced: bool) {
    server.discord.set_rate_limits(&json!({"enforced": enforced, "until_its_time": true})).await.unwrap();
}

/// How many requests were limited, and how many of those came although the bot had been told to wait.
async fn met(server: &TestServer) -> (u64, u64) {
    let limits = server.discord.rate_limits().await.unwrap();
    (limits["limited"].as_u64().unwrap(), limits["early"].as_u64().unwrap())
}

async fn requests(server: &TestServer, method: &str, ends: &str) -> usize {
    let requests = server.discord.requests(0).await.unwrap();
    let path = |request: &Value| request["path"].as_str().unwrap().split('?').next().unwrap().to_owned();
    requests.iter().filter(|request| request["method"] == method && path(request).ends_with(ends)).count()
}

/// How often anything was asked but what belongs to an interaction.
async fn asked(server: &TestServer) -> usize {
    let requests = server.discord.requests(0).await.unwrap();
    let exempt = |request: &&Value| {
        let path = request["path"].as_str().unwrap();
        !path.contains("/interactions/") && !path.contains("/webhooks/")
    };
    requests.iter().filter(exempt).count()
}

async fn published(server: &TestServer, channel: u64) -> usize {
    let messages = server.look(channel).await;
    messages.iter().filter(|message| message.raw["flags"].as_u64().unwrap_or_default() & 1 == 1).count()
}

async fn settle(app: &App) {
    app.queue().run_until_quiet().await.unwrap();
}

async fn status(server: &TestServer) -> String {
    server.staff().command(STAFF, "status", json!({})).await.unwrap().content().to_owned()
}

async fn ask(server: &TestServer) -> Outcome {
    server.member().command(GENERAL, "ask", json!({"question": "What is the PSF?"})).await.unwrap()
}

#[sqlx::test]
async fn sixty_announcements_over_four_channels_meet_no_limit_and_all_arrive(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    mind_limits(&server, true).await;
    let channels = [ANNOUNCEMENTS, BLOG, GENERAL, GRANTS];
    for n in 0..60 {
        announce(&server, channels[n % 4], &format!("number {n}"), true).await;
    }
    for _ in 0..60 {
        server.advance(SECOND).await;
    }
    for channel in channels {
        let told: BTreeMap<String, usize> =
            server.take(channel).await.iter().fold(BTreeMap::new(), |mut told, message| {
                *told.entry(message.content().to_owned()).or_default() += 1;
                told
            });
        assert_eq!(told.len(), 15, "in {channel}: {told:?}");
        assert!(told.values().all(|&times| times == 1), "in {channel}: {told:?}");
    }
    assert_eq!((published(&server, ANNOUNCEMENTS).await, published(&server, BLOG).await), (10, 10), "ten an hour");
    server.advance(HOUR).await;
    server.advance(MINUTE).await;
    assert_eq!((published(&server, ANNOUNCEMENTS).await, published(&server, BLOG).await), (15, 15));
    assert_eq!(met(&server).await, (0, 0));
    server.finish().await;
}

#[sqlx::test]
async fn a_channel_where_discord_does_not_answer_holds_up_no_other(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    let channels = [GENERAL, ANNOUNCEMENTS, GRANTS];
    let (silent, other) = (&channels[..2], channels[2]);
    for channel in silent {
        let fault = Fault::hold().on("POST", &format!("/channels/{channel}/messages"));
        server.discord.fault(&fault).await.unwrap();
    }
    for n in 0..10 {
        announce(&server, silent[n % 2], &format!("number {n}"), false).await;
    }
    announce(&server, other, "goes", false).await;
    let queue = server.app.queue().clone();
    let working = tokio::spawn(async move { queue.run_until_quiet().await });
    while server.discord.held().await.unwrap() < 2 {
        assert!(!working.is_finished());
    }
    while server.take(other).await.is_empty() {
        assert!(!working.is_finished());
    }
    for fault in server.discord.faults().await.unwrap() {
        assert_eq!(
            u64::from(fault.held),
            fault.struck,
            "what comes last was posted while the first of the others were still held"
        );
    }
    server.discord.clear_faults().await.unwrap();
    working.await.unwrap().unwrap();
    server.advance(MINUTE).await;
    for channel in silent {
        let told: BTreeSet<String> = server.take(*channel).await.iter().map(|told| told.content().to_owned()).collect();
        assert_eq!(told.len(), 5, "in {channel}: {told:?}");
    }
    server.finish().await;
}

#[sqlx::test]
async fn an_hour_of_publishing_is_waited_for_by_the_next_process_and_by_another_one(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    mind_limits(&server, true).await;
    let other = server.another_app().await;
    for n in 0..12 {
        announce(&server, ANNOUNCEMENTS, &format!("number {n}"), true).await;
    }
    for _ in 0..10 {
        server.advance(SECOND).await;
    }
    settle(&other).await;
    assert_eq!(published(&server, ANNOUNCEMENTS).await, 10);
    server.restart().await;
    announce(&server, ANNOUNCEMENTS, "one more", true).await;
    server.advance(MINUTE * 30).await;
    settle(&other).await;
    let said = status(&server).await;
    assert!(said.contains(&format!("Publishing from <#{ANNOUNCEMENTS}> to its followers waits until")), "{said}");
    assert!(said.contains("Nothing waits for you."), "{said}");
    assert_eq!(requests(&server, "POST", "/crosspost").await, 10);
    // Of the window after it, too, each process knows only what the other one leaves.
    server.clock.advance(MINUTE * 31);
    settle(&other).await;
    server.settle().await;
    assert_eq!(published(&server, ANNOUNCEMENTS).await, 13);
    assert_eq!(met(&server).await, (0, 0));
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 13);
    server.finish().await;
}

#[sqlx::test]
async fn a_429_that_came_once_is_obeyed_by_every_process(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    let path = format!("/channels/{ANNOUNCEMENTS}/messages/");
    server.discord.rate_limit("POST", &path, 3600.0, "user", 1).await.unwrap();
    for n in 0..3 {
        announce(&server, ANNOUNCEMENTS, &format!("number {n}"), true).await;
    }
    server.settle().await;
    let other = server.another_app().await;
    server.restart().await;
    for _ in 0..5 {
        server.advance(MINUTE * 10).await;
        settle(&other).await;
    }
    assert_eq!(met(&server).await, (1, 0));
    assert_eq!(published(&server, ANNOUNCEMENTS).await, 0);
    server.advance(MINUTE * 11).await;
    assert_eq!((published(&server, ANNOUNCEMENTS).await, met(&server).await), (3, (1, 0)));
    assert_eq!(server.take(ANNOUNCEMENTS).await.len(), 3);
    server.finish().await;
}

#[sqlx::test]
async fn while_everything_is_limited_nothing_is_sent_and_members_are_answered(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    let path = format!("/channels/{GENERAL}/messages");
    server.discord.rate_limit("POST", &path, 300.0, "global", 1).await.unwrap();
    announce(&server, GENERAL, "waits", false).await;
    server.settle().await;
    announce(&server, GRANTS, "waits too", false).await;
    let before = asked(&server).await;
    server.advance(MINUTE * 2).await;
    let answered = ask(&server).await;
    assert!(answered.acknowledged_after_ms.is_some_and(|ms| ms < 1000), "{answered:?}");
    assert!(status(&server).await.contains("Sending waits until"));
    let other = server.another_app().await;
    server.advance(MINUTE * 2).await;
    settle(&other).await;
    assert_eq!((asked(&server).await, met(&server).await), (before, (1, 0)));
    server.advance(MINUTE * 2).await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 1));
    server.finish().await;
}

#[sqlx::test]
async fn a_shared_limit_closes_its_bucket_alone_and_is_no_invalid_request(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    server.discord.rate_limit("POST", &format!("/channels/{GENERAL}/messages"), 600.0, "shared", 1).await.unwrap();
    announce(&server, GENERAL, "waits", false).await;
    server.settle().await;
    announce(&server, GRANTS, "goes", false).await;
    announce(&server, GENERAL, "waits too", false).await;
    server.advance(MINUTE * 9).await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (0, 1));
    server.advance(MINUTE * 2).await;
    assert_eq!(server.take(GENERAL).await.len(), 2);
    assert_eq!(met(&server).await, (1, 0));
    assert_eq!(server.discord.rate_limits().await.unwrap()["invalid"]["in_ten_minutes"], 0);
    server.finish().await;
}

#[sqlx::test]
async fn an_address_that_is_shut_out_sends_nothing_until_it_is_let_in_again(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    server.discord.rate_limit("GET", "/channels/", 1800.0, "address", 1).await.unwrap();
    announce(&server, GENERAL, "waits", false).await;
    server.settle().await;
    server.restart().await;
    let before = asked(&server).await;
    announce(&server, GRANTS, "waits too", false).await;
    server.advance(MINUTE * 29).await;
    assert_eq!(asked(&server).await, before);
    server.advance(MINUTE * 2).await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 1));
    assert_eq!(met(&server).await, (1, 0));
    server.finish().await;
}

#[sqlx::test]
async fn a_token_that_is_refused_pauses_all_sending_also_after_a_restart_and_staff_see_it(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let refused = Fault::answer(401).on("POST", &format!("/channels/{GENERAL}/messages")).once();
    server.discord.fault(&refused).await.unwrap();
    announce(&server, GENERAL, "waits", false).await;
    server.settle().await;
    let said = status(&server).await;
    assert!(said.contains("Discord does not accept my token"), "{said}");
    let before = asked(&server).await;
    let other = server.another_app().await;
    announce(&server, GRANTS, "waits too", false).await;
    server.advance(MINUTE * 4).await;
    settle(&other).await;
    assert_eq!(asked(&server).await, before, "one refused request, and none after it");
    server.advance(MINUTE * 2).await;
    assert_eq!((server.take(GENERAL).await.len(), server.take(GRANTS).await.len()), (1, 1));
    let said = status(&server).await;
    assert!(!said.contains("pauses") && said.contains("Nothing waits for you."), "{said}");
    server.finish().await;
}

#[sqlx::test]
async fn far_below_discords_ban_too_many_refusals_pause_all_sending(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    let channels = [ANNOUNCEMENTS, BLOG, GENERAL, GRANTS, BOARD];
    let limit = server.discord.fault(&Fault::limit(0.0, "user").on("POST", "/channels/*/messages")).await.unwrap();
    for channel in channels {
        announce(&server, channel, "waits", false).await;
    }
    let invalid = async || {
        let limits = server.discord.rate_limits().await.unwrap();
        limits["invalid"]["in_ten_minutes"].as_u64().unwrap()
    };
    let mut rounds = 0;
    while invalid().await < 500 {
        rounds += 1;
        assert!(rounds < 200, "{} only", invalid().await);
        server.clock.advance(SECOND);
        settle(&server.app).await;
    }
    let (counted, before) = (invalid().await, asked(&server).await);
    assert!(counted < 520, "{counted}");
    server.discord.withdraw(&limit).await.unwrap();
    server.restart().await;
    let said = status(&server).await;
    assert!(said.contains("Discord turned too many of my requests away"), "{said}");
    assert_eq!(ask(&server).await.state, "answered");
    server.advance(MINUTE * 9).await;
    let gateway = requests(&server, "GET", "/gateway").await + requests(&server, "GET", "/gateway/bot").await;
    assert!(asked(&server).await - before <= gateway, "all sending pauses");
    server.advance(MINUTE * 2).await;
    for channel in channels {
        assert_eq!(server.take(channel).await.len(), 1);
    }
    server.finish().await;
}

#[sqlx::test]
async fn while_the_database_cannot_keep_what_is_closed_memory_counts(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    sqlx::query("ALTER TABLE closed_bucket RENAME TO away").execute(&server.pool).await.unwrap();
    server.discord.rate_limit("POST", &format!("/channels/{GENERAL}/messages"), 600.0, "user", 1).await.unwrap();
    announce(&server, GENERAL, "waits", false).await;
    server.settle().await;
    announce(&server, GENERAL, "waits too", false).await;
    server.advance(MINUTE * 5).await;
    // It is stored as soon as it can be.
    sqlx::query("ALTER TABLE away RENAME TO closed_bucket").execute(&server.pool).await.unwrap();
    server.advance(SECOND).await;
    server.restart().await;
    announce(&server, GENERAL, "and this", false).await;
    server.advance(MINUTE).await;
    assert_eq!(met(&server).await, (1, 0));
    server.advance(MINUTE * 5).await;
    assert_eq!(server.take(GENERAL).await.len(), 3);
    server.finish().await;
}

#[sqlx::test]
async fn a_wait_is_no_attempt_and_puts_off_nothing_that_follows(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    let path = format!("/channels/{GENERAL}/messages");
    server.discord.rate_limit("POST", &path, 10.0, "user", 8).await.unwrap();
    announce(&server, GENERAL, "at last", false).await;
    server.settle().await;
    for _ in 0..7 {
        server.advance(SECOND * 11).await;
    }
    let (attempts, problem): (i32, Option<String>) =
        sqlx::query_as("SELECT attempts, problem FROM delivery").fetch_one(&server.pool).await.unwrap();
    assert_eq!((attempts, problem), (0, None));
    server.discord.fault(&Fault::answer(502).on("POST", &path).once()).await.unwrap();
    server.advance(SECOND * 11).await;
    assert!(server.take(GENERAL).await.is_empty());
    server.advance(SECOND * 2).await;
    assert_eq!(server.take(GENERAL).await.len(), 1, "the first fault is followed after a second");
    server.finish().await;
}

#[sqlx::test]
async fn first_answers_and_follow_ups_wait_for_their_own_limits_and_then_go_on(pool: PgPool) {
    let server = TestServer::connected(pool).await;
    server.discord.fault(&Fault::limit(0.2, "user").on_prefix("POST", "/interactions/").once()).await.unwrap();
    let answered = ask(&server).await;
    assert_eq!(answered.state, "answered", "{answered:?}");
    let stalled = server.stall_database().await;
    let deferred = server.staff().at_once().command(STAFF, "status", json!({})).await.unwrap();
    assert_eq!(deferred.state, "deferred");
    server.discord.fault(&Fault::limit(0.2, "user").on_prefix("PATCH", "/webhooks/").times(3)).await.unwrap();
    stalled.rollback().await.unwrap();
    let completed = server.answered(&deferred).await;
    assert!(completed.content().contains("How things stand"), "{completed:?}");
    server.finish().await;
}

#[sqlx::test]
async fn opening_direct_messages_is_waited_for_shortly_and_otherwise_told_to_be_tried_again(pool: PgPool) {
    let mut server = TestServer::connected(pool).await;
    mind_limits(&server, false).await;
    let press = async |member: u64| {
        let person = server.discord.person(member).at_once();
        let message = person.command(GENERAL, "officehours", json!({})).await.unwrap().message.unwrap();
        person.press(&message, "Remind me: Welcome Hour").await.unwrap()
    };
    server.discord.rate_limit("POST", "/users/@me/channels", 1200.0, "user", 1).await.unwrap();
    for member in [sandbox::world::demo::MEMBER, OTHER_MEMBER] {
        let told = press(member).await;
        assert!(told.content().contains("again <t:") && told.content().contains("Nothing was stored"), "{told:?}");
    }
    server.clock.advance(MINUTE * 20 - SECOND * 30);
    let waits = press(OTHER_MEMBER).await;
    assert_eq!(waits.state, "deferred");
    server.clock.advance(SECOND * 31);
    let stored = server.answered(&waits).await;
    assert!(stored.content().contains("I will send you a direct message"), "{stored:?}");
    assert_eq!(requests(&server, "POST", "/users/@me/channels").await, 2);
    assert_eq!(met(&server).await, (1, 0));
    server.advance(HOUR * 24 * 11).await;
    server.finish().await;
}

#[sqlx::test]
async fn registering_the_commands_waits_as_long_as_discord_asks(pool: PgPool) {
    let mut server = TestServer::start(pool).await;
    server.settle().await;
    mind_limits(&server, false).await;
    server.discord.rate_limit("GET", "/applications/", 60.0, "user", 1).await.unwrap();
    server.begin_session().await;
    let limited = async || (met(&server).await.0 == 1).then_some(());
    eventually("the commands were asked for", limited).await;
    server.clock.advance(SECOND * 61);
    eventually("the commands are registered", async || {
        let state = server.member().state().await.unwrap();
        state["command_names"].as_array().is_some_and(|names| !names.is_empty()).then_some(())
    })
    .await;
    assert_eq!(met(&server).await, (1, 0));
    server.settle().await;
    server.finish().await;
}
